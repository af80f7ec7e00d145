"""The channel of a file beside what a host has of it: as pure values, and by the command on libvirt's drivers."""

import pytest

from chanfix.change.against import compare_agents
from chanfix.cli import main
from chanfix.domain import Domain
from chanfix.template import read_document

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
LIVE = """\
<channel type='unix'>
  <source mode='bind' path='/run/libvirt/qemu/channel/3-web/org.qemu.guest_agent.0'/>
  <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
  <alias name='channel0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>"""
CONTROLLER = "<controller type='virtio-serial' index='0'/>"
PLACED = "<controller type='virtio-serial' index='0' ports='31'><address type='pci' slot='0x05'/></controller>"


def domain(*devices, name="web"):
    return f"<domain type='kvm'><name>{name}</name><devices>{''.join(devices)}</devices></domain>".encode()


def compare(ours, theirs):
    return compare_agents(Domain.parse(domain(*ours)), Domain.parse(domain(*theirs))).differences


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([AGENT], [AGENT]),
        ([AGENT], [LIVE]),
        ([LIVE], [LIVE.replace("connected", "disconnected").replace("channel0", "channel1")]),
        ([AGENT, CONTROLLER], [AGENT, PLACED]),
        ([AGENT], [AGENT, PLACED, AGENT.replace("agent.0", "agent.1")]),
        ([AGENT.replace("<target", "<source mode='bind'/><target")], [AGENT]),
        ([], []),
        # Other devices are nobody's business here.
        ([AGENT, "<disk/>"], [AGENT, "<interface/>"]),
    ],
)
def test_what_libvirt_adds_is_the_same(ours, theirs):
    assert compare(ours, theirs) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "differences"),
    [
        ([AGENT], [], ("does not have it",)),
        ([AGENT], [AGENT.replace("agent.0", "agent.1")], ("does not have it, and has 'org.qemu.guest_agent.1'",)),
        ([], [AGENT], ("has a channel 'org.qemu.guest_agent.0' that the file does not have",)),
        ([LIVE], [AGENT], ("differs in <source>",)),
        # libvirt adds neither of these to a channel without a source.
        ([AGENT], [AGENT.replace("<target", "<source mode='connect' path='/x'/><target")], ("differs in <source>",)),
        ([AGENT], [AGENT.replace("<target", "<source mode='bind' path='/x'/><target")], ("differs in <source>",)),
        ([AGENT.replace("unix", "pty")], [AGENT], ("differs in <channel>",)),
        ([AGENT, CONTROLLER.replace("'0'", "'1'")], [AGENT, PLACED], ("has no such controller 'virtio-serial'",)),
    ],
)
def test_difference_is_named_without_its_values(ours, theirs, differences):
    assert compare(ours, theirs) == differences


def test_what_a_template_fills_in_is_no_difference():
    text = domain("<channel type='unix'><source mode='bind' path='{{ path }}'/><target type='virtio'"
                  " name='org.qemu.guest_agent.0'/></channel>")  # fmt: skip
    document = read_document(text, "web.xml.j2")
    assert all(
        compare_agents(Domain.of(reading), Domain.parse(domain(LIVE))).differences == ()
        for reading in document.readings
    )


class TestCommand:
    @pytest.fixture
    def check(self, tmp_path, monkeypatch, capfd):
        pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
        monkeypatch.chdir(tmp_path)

        def run(file, stored, *more, state=""):
            hardware = "<memory>65536</memory><os><type>hvm</type></os><devices>"
            for path, devices, kind, extra in (("web.xml", file, "kvm", ""), ("node.xml", stored, "test", state)):
                text = domain(*devices).decode().replace("'kvm'", f"'{kind}'").replace("<devices>", hardware)
                text = text.replace("</domain>", f"{extra}</domain>")
                (tmp_path / path).write_text(f"<node>{text}</node>" if kind == "test" else text)
            status = main(["-c", f"test://{tmp_path}/node.xml", "check", *(more or ("web.xml", "--against", "web"))])
            return status, *capfd.readouterr()

        return run

    def test_channel_that_is_stored_and_runs_is_0(self, check):
        status, out, _ = check([AGENT], [AGENT])
        assert status == 0
        assert "is there and right; the stored definition of 'web' has the same; the running domain of 'web' has" in out

    def test_channel_that_is_not_stored_is_1(self, check):
        status, out, _ = check([AGENT], [])
        assert status == 1
        assert "the stored definition of 'web' does not have it; the running domain of 'web' does not have it" in out

    def test_domain_that_is_shut_off_has_a_stored_channel_alone(self, check):
        off = "<test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>5</test:runstate>"
        status, out, _ = check([AGENT], [AGENT], state=off)
        assert (status, out.rstrip().endswith("has the same; 'web' is shut off")) == (0, True)

    @pytest.mark.parametrize(
        "arguments",
        [("web", "--against", "web"), ("web.xml", "x.xml", "--against", "web"), ("--all", "--against", "web")],
    )
    def test_anything_but_one_file_is_wrong_usage(self, check, arguments):
        status, _, err = check([AGENT], [AGENT], *arguments)
        assert status == 2
        assert "--against compares one file with one domain" in err

    def test_file_that_cannot_be_read_is_3_and_named(self, check, tmp_path):
        status, _, err = check([AGENT], [AGENT], "none.xml", "--against", "web")
        assert (status, err.splitlines()[0]) == (3, "chanfix: none.xml: no such file")
        (tmp_path / "bad.xml").write_text("<domain>\n<")
        status, _, err = check([AGENT], [AGENT], "bad.xml", "--against", "web")
        assert (status, err.startswith("chanfix: bad.xml:2:")) == (3, True)

    def test_domain_that_is_not_there_is_3(self, check):
        status, _, err = check([AGENT], [AGENT], "web.xml", "--against", "wbe")
        assert status == 3
        assert "did you mean 'web'?" in err
        _, _, err = check([AGENT], [AGENT], "web.xml", "--against", "web.xml")
        assert "--against takes a domain" in err


@pytest.mark.embed
def test_what_the_real_driver_stores_is_the_same(stored):
    hardware = "<memory>65536</memory><os><type arch='x86_64'>hvm</type></os><devices>"
    text = domain(AGENT, CONTROLLER, name="against").decode().replace("'kvm'", "'qemu'").replace("<devices>", hardware)
    kept = stored(text.encode())
    assert "<address" in kept
    assert compare_agents(Domain.parse(text.encode()), Domain.parse(kept.encode())).differences == ()
