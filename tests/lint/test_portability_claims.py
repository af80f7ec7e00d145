"""What libvirt's driver does with what the portability rules report, and with what their fixes make of it."""

from functools import partial

import pytest

from chanfix.domain.targets import chosen_targets
from chanfix.lint.known.config import Config
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

PORTABILITY = tuple(rule for rule in RULES if rule.family == "portability")
DOMAIN = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os{firmware}>
    <type arch='x86_64' machine='{machine}'>hvm</type>
{os}  </os>
  <features>
    <acpi/>
  </features>
{outside}  <devices>
{devices}  </devices>
</domain>
"""
MACHINE = "does not support machine type '{}'"
OVMF = "/usr/share/OVMF/OVMF_CODE_4M.fd"
SPICE = """\
    <channel type='spicevmc'>
      <target type='virtio' name='com.redhat.spice.0'/>
    </channel>
    <graphics type='spice' port='-1' tlsPort='-1' autoport='yes'>
      <listen type='address' address='127.0.0.1'/>
      <image compression='off'/>
    </graphics>
    <sound model='ich9'>
      <audio id='1'/>
    </sound>
    <audio id='1' type='spice'/>
    <redirdev bus='usb' type='spicevmc'/>
"""
SPICE_OPTIONS = """\
    <graphics type='spice' defaultMode='any' passwd='secret' connected='fail' keymap='de'>
      <listen type='socket' socket='/run/web.sock'/>
      <clipboard copypaste='no'/>
      <filetransfer enable='no'/>
      <gl enable='no'/>
    </graphics>
    <audio id='2' type='spice'/>
    <sound model='ich9'>
      <audio id='2'/>
    </sound>
    <smartcard mode='passthrough' type='spicevmc'/>
    <redirfilter>
      <usbdev allow='no'/>
    </redirfilter>
"""
QXL = """\
    <video>
      <model type='qxl' ram='65536' vram='65536' vram64='0' vgamem='16384' heads='1'/>
    </video>
"""
EXPANDED = """\
  <cpu mode='custom' match='exact' check='full'>
    <model fallback='forbid'>qemu64</model>
    <vendor>AMD</vendor>
    <topology sockets='1' cores='1' threads='1'/>
    <feature policy='require' name='x2apic'/>
  </cpu>
"""
LABEL = """\
  <seclabel type='dynamic' model='dac' relabel='yes'>
    <label>+64055:+108</label>
    <imagelabel>+64055:+108</imagelabel>
  </seclabel>
"""


def domain(machine="q35", os="", devices="", outside="", firmware=""):
    return DOMAIN.format(machine=machine, os=os, devices=devices, outside=outside, firmware=firmware).encode()


# Rule, target that makes it speak, document, and what this libvirt says against it; None where it defines it.
CASES = [
    ("machine-removed", "debian-12", domain("pc-q35-99.0"), MACHINE.format("pc-q35-99.0")),
    ("machine-removed", "debian-sid", domain("pc-i440fx-1.3"), MACHINE.format("pc-i440fx-1.3")),
    ("machine-of-distribution", "debian-12", domain("pc-q35-rhel9.4.0"), MACHINE.format("pc-q35-rhel9.4.0")),
    ("machine-of-distribution", "debian-12", domain("pc-i440fx-bionic"), MACHINE.format("pc-i440fx-bionic")),
    (
        "firmware-path",
        "rhel-8",
        domain(os="    <loader readonly='yes' type='pflash'>/usr/share/edk2/x64/OVMF_CODE.4m.fd</loader>\n"),
        None,
    ),
    (
        "firmware-path",
        "rhel-8",
        domain(
            os="    <loader readonly='yes' secure='yes' type='pflash'>/usr/share/edk2/x64/OVMF_CODE.4m.fd</loader>\n"
            "    <nvram template='/usr/share/edk2/x64/OVMF_VARS.4m.fd'>/var/lib/libvirt/qemu/nvram/web.fd</nvram>\n",
            outside="",
        ).replace(b"<acpi/>", b"<acpi/>\n    <smm state='on'/>"),
        None,
    ),
    ("display-removed", "rhel-9", domain(devices=QXL), None),
    ("display-removed", "rhel-9", domain(devices=SPICE), None),
    ("display-removed", "rhel-9", domain(devices=SPICE + "    <graphics type='vnc'/>\n"), None),
    ("display-removed", "rhel-9", domain(devices=SPICE + QXL), None),
    ("display-removed", "rhel-9", domain(devices=SPICE_OPTIONS + QXL), None),
    ("seclabel-of-host", "debian-12", domain(outside=LABEL), None),
    ("cpu-of-host", "debian-12", domain(outside=EXPANDED), None),
]


def linted(data, target, **job):
    job = Job(PORTABILITY, Config(), targets=chosen_targets([target]), **job)
    return Run.lint([Source("web.xml", partial(bytes, data))], job)


@pytest.mark.embed
@pytest.mark.parametrize(("rule", "target", "data", "words"), CASES, ids=[case[0] for case in CASES])
def test_driver_takes_what_the_fix_makes_and_refuses_what_it_is_said_to_refuse(
    rule, target, data, words, refusal, need_display
):
    if b"spice" in data:
        need_display("spice")
    run = linted(data, target)
    assert rule in {finding.rule for finding in run.reports[0].findings}
    said = refusal(data)
    assert said is None if words is None else words in said
    fixed = run.fix(0, Safety.UNSAFE)
    assert fixed.after != data
    assert refusal(fixed.after) is None


@pytest.mark.embed
@pytest.mark.parametrize("path", ["/usr/libexec/qemu-kvm", "/nix/store/x/qemu-kvm", "/home/ann/qemu-system-x86_64"])
def test_driver_refuses_an_emulator_that_the_host_does_not_have(path, embed):
    libvirt = pytest.importorskip("libvirt")
    data = domain(devices=f"    <emulator>{path}</emulator>\n")
    [report] = linted(data, "debian-12").reports
    assert [finding.rule for finding in report.findings] == ["emulator-path"]
    with pytest.raises(libvirt.libvirtError, match=f"Cannot check QEMU binary {path}: No such file or directory"):
        embed.defineXML(data.decode())


@pytest.mark.embed
def test_driver_stores_a_relative_path_and_one_with_a_tilde_as_they_are(stored):
    for path in ("web.qcow2", "~/web.qcow2"):
        disk = f"    <disk type='file'>\n      <source file='{path}'/>\n      <target dev='vda'/>\n    </disk>\n"
        assert f"<source file='{path}'/>" in stored(domain(devices=disk))
