"""What a row says of devices of any kind is true of all kinds: libvirt does not read every part of each."""

import pytest

from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source

DOMAIN = """\
<domain type='qemu'>
  <name>web</name>
  <memory>524288</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/></features>
  <devices>{}</devices>
</domain>
"""
BACKEND = "<backend type='passthrough'><device path='/dev/tpm0'/></backend>"
# Of each kind one that is defined as it is.
DEVICES = {
    "audio": "<audio id='1' type='none'>{}</audio>",
    "channel": "<channel type='unix'><target type='virtio' name='x'/>{}</channel>",
    "console": "<console type='pty'><target type='virtio'/>{}</console>",
    "controller": "<controller type='scsi' index='0' model='virtio-scsi'>{}</controller>",
    "disk": "<disk type='file'><source file='/x'/><target dev='vda' bus='virtio'/>{}</disk>",
    "filesystem": "<filesystem type='mount'><source dir='/x'/><target dir='y'/>{}</filesystem>",
    "graphics": "<graphics type='vnc'>{}</graphics>",
    "hostdev": "<hostdev type='pci'><source><address domain='0' bus='1' slot='0' function='0'/></source>{}</hostdev>",
    "hostdev-usb": "<hostdev type='usb'><source><vendor id='0x1'/><product id='0x2'/></source>{}</hostdev>",
    "hub": "<hub type='usb'>{}</hub>",
    "input": "<input type='tablet' bus='usb'>{}</input>",
    "interface": "<interface type='user'><model type='virtio'/>{}</interface>",
    "iommu": "<iommu model='intel'>{}</iommu>",
    "lease": "<lease><lockspace>l</lockspace><key>k</key><target path='/x'/>{}</lease>",
    "memballoon": "<memballoon model='virtio'>{}</memballoon>",
    "panic": "<panic model='isa'>{}</panic>",
    "parallel": "<parallel type='pty'>{}</parallel>",
    "redirdev": "<redirdev bus='usb' type='tcp'><source mode='bind' host='127.0.0.1' service='4000'/>{}</redirdev>",
    "redirfilter": "<redirfilter><usbdev allow='no'/>{}</redirfilter>",
    "rng": "<rng model='virtio'><backend model='random'/>{}</rng>",
    "serial": "<serial type='pty'>{}</serial>",
    "shmem": "<shmem name='s'><model type='ivshmem-plain'/><size unit='M'>4</size>{}</shmem>",
    "smartcard": "<smartcard mode='host'>{}</smartcard>",
    "sound": "<sound model='ich9'>{}</sound>",
    "tpm": "<tpm model='tpm-tis'>" + BACKEND + "{}</tpm>",
    "video": "<video><model type='virtio'/>{}</video>",
    "vsock": "<vsock model='virtio'><cid auto='yes'/>{}</vsock>",
    "watchdog": "<watchdog model='i6300esb'>{}</watchdog>",
}
# What some kinds are refused for.
PARTS = {
    "address-without-a-type": "<address bus='0'/>",
    "address-of-a-far-usb-port": "<address type='usb' bus='0' port='1.2.3.4.5'/>",
    "address-of-ccw": "<address type='ccw' cssid='0xfe' ssid='0' devno='1'/>",
    "address-of-ccw-in-part": "<address type='ccw' devno='1'/>",
    "address-of-zpci": "<address type='pci' domain='0' bus='0' slot='9' function='0'><zpci uid='1' fid='1'/></address>",
    "alias-of-a-user": "<alias name='ua-x'/>",
    "boot-without-an-order": "<boot/>",
    "boot-with-a-wrong-parameter": "<boot order='1' loadparm='a-b'/>",
    "rom-that-is-off-with-a-bar": "<rom enabled='no' bar='on'/>",
    "rom-that-is-off-with-a-file": "<rom enabled='no' file='/x'/>",
}
JOB = Job(chosen_rules(Config()))


@pytest.mark.embed
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("device", DEVICES)
def test_what_libvirt_takes_is_no_error(device, part, refusal):
    text = DOMAIN.format(DEVICES[device].format(PARTS[part])).encode()
    [report] = Run.lint([Source("web.xml", text.__bytes__)], JOB).reports
    errors = [finding.message for finding in report.findings if finding.severity is Severity.ERROR]
    if refusal(text) is None:
        assert errors == []
    else:
        assert refusal(DOMAIN.format(DEVICES[device].format("")).encode()) is None


# Beside a row, and libvirt takes them: what is empty or 0 is as if it were not there.
TAKEN = {
    "bootloader-that-is-empty": DOMAIN.format("").replace("<os>", "<bootloader/><os>"),
    "shared-memory-of-0": DOMAIN.format("<shmem name='s'><model type='ivshmem-plain'/><size unit='M'>0</size></shmem>"),
    "prefix-of-0": DOMAIN.format("<interface type='user'><ip family='ipv6' address='fec0::1' prefix='0'/></interface>"),
    "little-memory-of-cirrus": DOMAIN.format("<video><model type='cirrus' vram='16'/></video>"),
    "memory-of-vga-that-is-rounded-up": DOMAIN.format("<video><model type='vga' vram='513'/></video>"),
    "acceleration-that-is-off": DOMAIN.format(
        "<video><model type='virtio'><acceleration accel2d='no'/></model></video>"
    ),
}


@pytest.mark.embed
@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_no_row_is_about_what_stands_beside_it(text, refusal):
    [report] = Run.lint([Source("web.xml", text.encode)], JOB).reports
    assert [finding.message for finding in report.findings if finding.severity is Severity.ERROR] == []
    assert refusal(text.encode()) is None
