"""What libvirt itself writes about a running domain has no finding about live state, on libvirt's own QEMU driver."""

import shutil

import pytest

from chanfix.cli import main

pytestmark = pytest.mark.embed

AGENT = "org.qemu.guest_agent.0"
NAME = "records"
DOMAIN = f"""\
<domain type='qemu'>
  <name>{NAME}</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <emulator>{{emulator}}</emulator>
    <console type='pty'/>
    <channel type='unix'><target type='virtio' name='{AGENT}'/></channel>
  </devices>
</domain>
"""


@pytest.fixture(scope="module")
def written(embed, home):
    """Everything that libvirt writes about one running domain, by its kind."""
    import libvirt

    domain = embed.defineXML(DOMAIN.format(emulator=shutil.which("qemu-system-x86_64")))
    try:
        domain.create()
        memory = f"<memory snapshot='external' file='{home}/{NAME}.memory'/>"
        snapshot = domain.snapshotCreateXML(
            f"<domainsnapshot><name>running</name>{memory}</domainsnapshot>", libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_LIVE
        )
        texts = {"dump": domain.XMLDesc(), "snapshot": snapshot.getXMLDesc()}
        texts["status"] = (home / "run" / "qemu" / f"{NAME}.xml").read_text()
        snapshot.delete(libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY)
        domain.save(f"{home}/{NAME}.image")
        texts["image"] = embed.saveImageGetXMLDesc(f"{home}/{NAME}.image")
        return texts
    finally:
        if domain.isActive():
            domain.destroy()
        domain.undefine()


@pytest.fixture
def lint(written, tmp_path, capfd):
    def lint(kind, *options):
        path = tmp_path / f"{kind}.xml"
        path.write_text(written[kind])
        # The domain is small, and of the QEMU that is here.
        ignored = ("--ignore", "acpi-missing,machine-deprecated")
        status = main(["lint", "--no-config", "--output-format", "concise", *ignored, *options, str(path)])
        return status, capfd.readouterr().out

    return lint


@pytest.mark.parametrize("kind", ["snapshot", "status", "image"])
def test_record_has_no_finding(lint, kind):
    assert lint(kind) == (0, "")


def test_dump_has_no_finding_when_it_is_known_to_be_of_a_running_domain(lint):
    assert lint("dump", "--running") == (0, "")
    assert {line.partition("[")[2].partition("]")[0] for line in lint("dump")[1].splitlines()} == {
        "cpu-of-host",
        "live-alias",
        "live-channel-state",
        "live-domain-id",
        "live-pty",
        "path-live-generated",
    }


def test_snapshot_holds_the_definition_beside_the_running_domain(written):
    assert "<inactiveDomain" in written["snapshot"]


def test_dump_has_the_channel_there_and_right(written, tmp_path, capfd):
    path = tmp_path / "dump.xml"
    path.write_text(written["dump"])
    assert main(["check", str(path)]) == 0
    assert capfd.readouterr().out.endswith("there and right, of a running domain\n")
    assert main(["add", "--check", str(path)]) == 0
