"""The typed views of a domain's parts, beside what libvirt's QEMU driver makes of the same text."""

import pytest
from views import differences

from chanfix.domain import Domain
from chanfix.domain.addresses import (
    CcwAddress,
    DriveAddress,
    OtherAddress,
    PciAddress,
    UsbAddress,
    VirtioSerialAddress,
    address_of,
)
from chanfix.domain.hostdev import MediatedSource, ScsiSource, UsbSource
from chanfix.domain.values import Known, Unknown
from chanfix.domain.views import (
    clock,
    controllers,
    cpu,
    disks,
    features,
    filesystems,
    graphics,
    host_devices,
    interfaces,
    iothreads,
    memory,
    memory_backing,
    operating_system,
    tuning,
    vcpus,
    videos,
)
from chanfix.errors import ChanfixError
from chanfix.template import read_document
from chanfix.xml.document import Document

DOMAIN = """\
<domain type='qemu'>
  <name>views</name>
  <memory unit='MiB'>512</memory>
  <vcpu>4</vcpu>
  <os><type arch='x86_64' machine='{machine}'>hvm</type>{os}</os>
  {parts}
  <devices>{devices}</devices>
</domain>
"""

# What libvirt drops, resolves or keeps to itself when it shows a definition.
NOT_STORED = {
    "disks.source_index",
    "graphics.password",
    "interfaces.target",
    "memory.written",
    "memory.written_current",
    "operating_system.machine",
    # It splits schedulers by their policies, and puts CPUs of no cell into the first.
    "tuning.schedulers.threads",
    "tuning.schedulers.scheduler",
    "cpu.numa_cells.cpus",
}
# What libvirt makes of these is more than the view says.
MADE_OTHERWISE = {
    # An empty drive becomes one of a file.
    ("qemuxml2argvdata_disk-cdrom-empty-network-invalid.xml", "disks.type"),
    ("qemuxml2argvdata_disk-source-pool.xml", "disks.type"),
    # A target of iSCSI without a unit gets unit 0.
    ("qemuxml2argvdata_disk-network-iscsi.xml", "disks.source"),
    # The first function of a slot that has others becomes a multifunction device.
    ("qemuxml2argvdata_q35-multifunction.xml", "controllers.address"),
}


def domain(devices="", parts="", machine="pc", os=""):
    return DOMAIN.format(devices=devices, parts=parts, machine=machine, os=os)


def test_views_say_of_real_documents_what_libvirt_stores(real_documents, stored):
    found = {}
    count = 0
    for name, data in real_documents.items():
        try:
            written = Domain.of(Document.parse(data))
        except ChanfixError:
            continue
        if (text := stored(data)) is not None:
            count += 1
            different = differences(written, Domain.parse(text.encode()))
            found |= {(name, path): facts for path, *facts in different if path not in NOT_STORED}
    assert found.keys() == MADE_OTHERWISE, "\n".join(map(str, found.items()))
    assert count > 1000


DISK = "<disk type='file' device='{}'><source file='/x'/><target dev='{}'/>{}</disk>"
HEX = "<address type='pci' domain='0x0000' bus='0' slot='{}' function='{}'/>"
ZERO = Known(0)

# A part of a domain, what is read of it, and the value: as it is written, and as libvirt stores it.
READ = {
    "a disk's bus is that of its name": (
        domain(DISK.format("disk", "vda", "") + DISK.format("disk", "hdb", "") + DISK.format("disk", "sda", "")),
        lambda domain: sorted(disk.bus.value for disk in disks(domain)),
        ["ide", "scsi", "virtio"],
    ),
    "a floppy's bus": (
        domain(DISK.format("floppy", "fda", "")),
        lambda domain: [disk.bus for disk in disks(domain)],
        [Known("fdc")],
    ),
    "the place of a disk's name": (
        domain(DISK.format("disk", "vda", "") + DISK.format("disk", "vdaa", "") + DISK.format("disk", "vdb", "")),
        lambda domain: sorted(disk.target_index.value for disk in disks(domain)),
        [0, 1, 26],
    ),
    "a disk's type, device and format by default": (
        domain("<disk><source file='/x'/><target dev='vda'/></disk>"),
        lambda domain: [(disk.type, disk.device, disk.format, disk.source) for disk in disks(domain)],
        [(Known("file"), Known("disk"), Known("raw"), Known("/x"))],
    ),
    "an empty CD-ROM drive is read-only": (
        domain("<disk device='cdrom'><target dev='hda'/></disk>"),
        lambda domain: [(disk.source, disk.is_readonly) for disk in disks(domain)],
        [(None, Known(True))],
    ),
    "a disk on a server": (
        domain(
            "<disk type='network'><driver name='qemu' type='qcow2' cache='none' io='native'/>"
            "<source protocol='nbd' name='export'><host name='h'/></source><target dev='vda'/><boot order='2'/></disk>"
        ),
        lambda domain: [
            (disk.protocol, disk.source, disk.format, disk.cache, disk.io, disk.boot_order) for disk in disks(domain)
        ],
        [(Known("nbd"), Known("export"), Known("qcow2"), Known("none"), Known("native"), Known(2))],
    ),
    "an I/O thread of a disk": (
        domain(
            "<disk><driver name='qemu' iothread='2'/><source file='/x'/><target dev='vda'/></disk>",
            "<iothreads>2</iothreads>",
        ),
        lambda domain: ([disk.iothread for disk in disks(domain)], iothreads(domain).count),
        ([Known(2)], Known(2)),
    ),
    "a PCI address in hexadecimal": (
        domain(DISK.format("disk", "vda", HEX.format("0x10", "0x1"))),
        lambda domain: [disk.address[:4] for disk in disks(domain)],
        [(ZERO, ZERO, Known(16), Known(1))],
    ),
    "a PCI address in decimal": (
        domain(DISK.format("disk", "vda", HEX.format("10", "0"))),
        lambda domain: [disk.address[2] for disk in disks(domain)],
        [Known(10)],
    ),
    "a PCI address in octal": (
        domain(DISK.format("disk", "vda", HEX.format("010", "0"))),
        lambda domain: [disk.address[2] for disk in disks(domain)],
        [Known(8)],
    ),
    "a drive address": (
        domain(DISK.format("disk", "hdc", "<address type='drive' controller='0' bus='1' unit='0'/>")),
        lambda domain: [disk.address for disk in disks(domain)],
        [DriveAddress(ZERO, Known(1), ZERO, ZERO)],
    ),
    "a USB address": (
        domain(
            "<controller type='usb'/><input type='tablet' bus='usb'><address type='usb' bus='0' port='1.2'/></input>"
            "<hub type='usb'><address type='usb' bus='0' port='1'/></hub>"
        ),
        lambda domain: [address_of(node) for node in domain.devices_of("input") if node.get("bus") == "usb"],
        [UsbAddress(ZERO, Known("1.2"))],
    ),
    "a virtio-serial address": (
        domain(
            "<channel type='pty'><target type='virtio' name='a'/><address type='virtio-serial' port='3'/></channel>"
        ),
        lambda domain: [address_of(node) for node in domain.devices_of("channel")],
        [VirtioSerialAddress(ZERO, ZERO, Known(3))],
    ),
    "an interface": (
        domain(
            "<interface type='bridge'><mac address='52:54:00:AB:CD:EF'/><source bridge='br0'/><target dev='tap7'/>"
            "<model type='virtio'/><boot order='1'/></interface>"
        ),
        lambda domain: [
            (each.type, each.mac, each.source, each.target, each.model, each.boot_order) for each in interfaces(domain)
        ],
        [
            (
                Known("bridge"),
                Known("52:54:00:ab:cd:ef"),
                Known("br0"),
                Known("tap7"),
                Known("virtio"),
                Known(1),
            )
        ],
    ),
    "an interface's type by default": (
        domain("<interface><model type='virtio'/></interface>"),
        lambda domain: [(each.type, each.source) for each in interfaces(domain)],
        [(Known("user"), None)],
    ),
    "VNC without a port": (
        domain("<graphics type='vnc' autoport='no'/>"),
        lambda domain: [(each.type, each.port, each.autoport) for each in graphics(domain)],
        [(Known("vnc"), None, Known(True))],
    ),
    "VNC with a port": (
        domain("<graphics type='vnc' port='5901' listen='0.0.0.0'/>"),
        lambda domain: [
            (each.port, each.autoport, [(listen.type, listen.address) for listen in each.listens])
            for each in graphics(domain)
        ],
        [(Known(5901), Known(False), [(Known("address"), Known("0.0.0.0"))])],
    ),
    "VNC on a socket": (
        domain("<graphics type='vnc' socket='/run/x'/>"),
        lambda domain: [(listen.type, listen.socket) for each in graphics(domain) for listen in each.listens],
        [(Known("socket"), Known("/run/x"))],
    ),
    "a video": (
        domain("<video><model type='virtio' heads='2' primary='yes'><acceleration accel3d='yes'/></model></video>"),
        lambda domain: [(each.model, each.heads, each.is_primary, each.accel3d) for each in videos(domain)],
        [(Known("virtio"), Known(2), Known(True), Known(True))],
    ),
    "a PCI device of the host": (
        domain(
            "<hostdev type='pci' managed='yes'><source><address bus='0x3' slot='0' function='1'/></source></hostdev>"
        ),
        lambda domain: [(each.mode, each.type, each.is_managed, each.source[:4]) for each in host_devices(domain)],
        [(Known("subsystem"), Known("pci"), Known(True), (ZERO, Known(3), ZERO, Known(1)))],
    ),
    "a USB device of the host": (
        domain(
            "<hostdev mode='subsystem' type='usb'><source startupPolicy='optional'><vendor id='0x1234'/>"
            "<product id='16'/></source></hostdev>"
        ),
        lambda domain: [(each.source, each.is_managed, each.startup_policy) for each in host_devices(domain)],
        [(UsbSource(Known(0x1234), Known(16), None, None), Known(False), Known("optional"))],
    ),
    "a USB device of the host by its place": (
        domain("<hostdev mode='subsystem' type='usb'><source><address bus='0x1' device='010'/></source></hostdev>"),
        lambda domain: [each.source for each in host_devices(domain)],
        [UsbSource(None, None, Known(1), Known(8))],
    ),
    "a SCSI device of the host": (
        domain(
            "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
            "<address bus='0' target='1' unit='2'/></source></hostdev>"
        ),
        lambda domain: [each.source for each in host_devices(domain)],
        [ScsiSource(Known("scsi_host0"), ZERO, Known(1), Known(2))],
    ),
    "a mediated device": (
        domain(
            "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>"
            "<address uuid='8f1bbf0a-4a2c-4d3a-9d1f-0b6f6d5c3d11'/></source></hostdev>"
        ),
        lambda domain: [each.source for each in host_devices(domain)],
        [MediatedSource(Known("8f1bbf0a-4a2c-4d3a-9d1f-0b6f6d5c3d11"))],
    ),
    "an I/O thread of a controller": (
        domain(
            "<controller type='scsi' model='virtio-scsi'><driver iothread='1'/></controller>",
            "<iothreads>1</iothreads>",
        ),
        lambda domain: [each.iothread for each in controllers(domain) if each.type == Known("scsi")],
        [Known(1)],
    ),
    "a controller": (
        domain("<controller type='scsi' index='1' model='virtio-scsi'/>"),
        lambda domain: [
            (each.index, each.model)
            for each in controllers(domain)
            if each.type == Known("scsi") and each.model and each.index == Known(1)
        ],
        [(Known(1), Known("virtio-scsi"))],
    ),
    "a file system": (
        domain("<filesystem accessmode='mapped'><source dir='/srv'/><target dir='tag'/><readonly/></filesystem>"),
        lambda domain: [
            (each.type, each.access_mode, each.source, each.target, each.is_readonly) for each in filesystems(domain)
        ],
        [(Known("mount"), Known("mapped"), Known("/srv"), Known("tag"), Known(True))],
    ),
    "current memory that is more than all": (
        domain(parts="<currentMemory unit='GiB'>1</currentMemory>"),
        lambda domain: (memory(domain).total, memory(domain).current),
        (Known(524288), Known(524288)),
    ),
    "current memory of 0": (
        domain(parts="<currentMemory>0</currentMemory>"),
        lambda domain: memory(domain).current,
        Known(524288),
    ),
    "memory in decimal units is rounded up": (
        domain(parts="<currentMemory unit='MB'>100</currentMemory>"),
        lambda domain: memory(domain).current,
        Known(97657),
    ),
    "memory of NUMA cells": (
        domain(
            parts="<cpu><numa><cell id='0' cpus='0-1,3' memory='100' unit='MiB'/><cell cpus='2' memory='1024'/></numa>"
            "</cpu>"
        ),
        lambda domain: (memory(domain).total, [(cell.cpus, cell.memory) for cell in cpu(domain).numa_cells]),
        (
            Known(103424),
            [(Known(frozenset({0, 1, 3})), Known(102400)), (Known(frozenset({2})), Known(1024))],
        ),
    ),
    "shared memory": (
        domain(
            parts="<memoryBacking><hugepages><page size='2' unit='MiB'/></hugepages><source type='memfd'/>"
            "<access mode='shared'/><locked/></memoryBacking>"
        ),
        lambda domain: (
            memory_backing(domain).source,
            memory_backing(domain).access,
            memory_backing(domain).is_locked,
            [page.size for page in memory_backing(domain).hugepages],
        ),
        (Known("memfd"), Known("shared"), Known(True), [Known(2048)]),
    ),
    "the number of CPUs": (
        domain(),
        lambda domain: (vcpus(domain).maximum, vcpus(domain).current, vcpus(domain).written_current),
        (Known(4), Known(4), None),
    ),
    "a CPU model without a mode": (
        domain(
            parts="<cpu><model>qemu64</model><topology sockets='2' cores='1' threads='2'/>"
            "<feature name='vmx' policy='disable'/></cpu>"
        ),
        lambda domain: (
            cpu(domain).mode,
            cpu(domain).match,
            cpu(domain).model,
            cpu(domain).topology.dies,
            [(feature.name, feature.policy) for feature in cpu(domain).features],
        ),
        (Known("custom"), Known("exact"), Known("qemu64"), Known(1), [(Known("vmx"), Known("disable"))]),
    ),
    "boot devices": (
        domain(os="<boot dev='cdrom'/><boot dev='hd'/><bootmenu enable='yes'/><kernel></kernel>"),
        lambda domain: (
            operating_system(domain).type,
            operating_system(domain).arch,
            operating_system(domain).boot_devices,
            operating_system(domain).has_boot_menu,
            operating_system(domain).kernel,
        ),
        (Known("hvm"), Known("x86_64"), [Known("cdrom"), Known("hd")], Known(True), None),
    ),
    "a loader": (
        domain(
            parts="<features><acpi/></features>",
            os="<loader readonly='yes' secure='no' type='pflash'>/x</loader><nvram template='/y'>/z</nvram>",
        ),
        lambda domain: (
            operating_system(domain).loader,
            operating_system(domain).loader_type,
            operating_system(domain).is_loader_readonly,
            operating_system(domain).is_loader_secure,
            operating_system(domain).nvram,
            operating_system(domain).nvram_template,
        ),
        (Known("/x"), Known("pflash"), Known(True), Known(False), Known("/z"), Known("/y")),
    ),
    "features": (
        domain(
            machine="q35",
            parts="<features><acpi/><smm/><hyperv><relaxed state='on'/><synic state='off'/>"
            "<vendor_id state='on' value='x'/></hyperv><kvm><hidden state='on'/></kvm></features>",
        ),
        lambda domain: (
            features(domain).has("acpi"),
            features(domain).has("pae"),
            features(domain).state("smm"),
            features(domain).state("vmport"),
            features(domain).hyperv.state("relaxed"),
            features(domain).hyperv.state("synic"),
            features(domain).is_kvm_hidden,
        ),
        (Known(True), Known(False), Known(True), None, Known(True), Known(False), Known(True)),
    ),
    "features written twice": (
        domain(
            machine="q35",
            parts="<features><smm state='off'/><smm/>"
            "<hyperv><relaxed state='on'/><relaxed state='off'/></hyperv></features>",
        ),
        lambda domain: (features(domain).state("smm"), features(domain).hyperv.state("relaxed")),
        (Known(True), Known(False)),
    ),
    "a clock": (
        domain(parts="<clock><timer name='hpet' present='no'/></clock>"),
        lambda domain: (clock(domain).offset, [(timer.name, timer.is_present) for timer in clock(domain).timers]),
        (Known("utc"), [(Known("hpet"), Known(False))]),
    ),
    "pins": (
        domain(parts="<cputune><vcpupin vcpu='1' cpuset='0-3,^2'/><emulatorpin cpuset='1'/></cputune>"),
        lambda domain: (
            [(pin.thread, pin.cpus) for pin in tuning(domain).vcpu_pins],
            tuning(domain).emulator_cpus,
        ),
        ([(Known(1), Known(frozenset({0, 1, 3})))], Known(frozenset({1}))),
    ),
}


@pytest.mark.parametrize(("text", "read", "expected"), READ.values(), ids=READ)
def test_view_reads_what_libvirt_reads(text, read, expected, stored):
    assert read(Domain.parse(text.encode())) == expected
    by_libvirt = stored(text.encode())
    assert by_libvirt is not None
    assert read(Domain.parse(by_libvirt.encode())) == expected


def test_pci_address_of_zeros_is_left_to_libvirt(stored):
    text = domain(DISK.format("disk", "vda", HEX.format("0", "0")))
    [disk] = disks(Domain.parse(text.encode()))
    assert disk.address is None
    [disk] = disks(Domain.parse(stored(text.encode()).encode()))
    assert disk.address.slot != ZERO


def test_address_on_s390_and_one_of_no_type_are_read():
    text = domain(
        DISK.format("disk", "vda", "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0010'/>")
        + DISK.format("disk", "vdb", "<address unit='1'/>")
    )
    assert [disk.address for disk in disks(Domain.parse(text.encode()))] == [
        CcwAddress(Known(254), Known(0), Known(16)),
        OtherAddress(None),
    ]


def test_equal_addresses_are_one_place():
    text = domain(
        DISK.format("disk", "vda", HEX.format("0x0a", "0")) + DISK.format("disk", "vdb", HEX.format("10", "0x0"))
    )
    one, other = (disk.address for disk in disks(Domain.parse(text.encode())))
    assert isinstance(one, PciAddress)
    assert one == other


def template(text):
    return Domain.of(read_document(text.encode(), "a.xml.j2"))


def test_value_that_a_template_fills_in_is_unknown():
    [disk] = disks(template(domain("<disk><driver cache='{{ cache }}'/><target dev='vd{{ x }}'/></disk>")))
    assert disk.cache == Unknown("{{ cache }}")
    assert disk.target == Unknown("vd{{ x }}")
    assert disk.bus == disk.target_index == disk.target
    assert disk.device == Known("disk")


def test_element_that_a_template_may_bring_or_leave_out_makes_its_values_unknown():
    [disk] = disks(template(domain("<disk>{{ driver }}<target dev='vda'/></disk>")))
    assert isinstance(disk.cache, Unknown)
    assert disk.bus == Known("virtio")
    [disk] = disks(
        template(domain("<disk><target dev='vda'/>{% if x %}<address type='pci' slot='1'/>{% endif %}</disk>"))
    )
    assert isinstance(disk.address, Unknown)


def test_value_that_libvirt_refuses_is_unknown():
    [disk] = disks(Domain.parse(domain("<disk><driver iothread='two'/><target dev='vda'/></disk>").encode()))
    assert disk.iothread == Unknown("two")


def test_parts_that_are_not_there_are_none():
    empty = Domain.parse(b"<domain type='kvm'><devices/></domain>")
    assert (cpu(empty), operating_system(empty), features(empty), clock(empty)) == (None, None, None, None)
    assert disks(empty) == []
