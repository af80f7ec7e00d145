"""Strategies for domains of one family each: whole for libvirt but for what may clash in them."""

import re

from domain_claims import CLAIMS
from hypothesis import strategies as st
from refused_cases import CASES

DOMAIN = """\
<domain type='qemu'>
<name>generated</name><memory unit='MiB'>512</memory>
{inside}
<os{firmware}><type arch='{arch}' machine='{machine}'>hvm</type>{os}</os>
<features>{features}</features>
<devices>{devices}</devices>
</domain>
"""
USUAL = {"inside": "", "firmware": "", "arch": "x86_64", "os": "", "features": "<acpi/>", "devices": ""}


def filled(template, **choices):
    """Return texts of a template, each hole with one of its values; those of a text are its words, '' for nothing."""
    strategies = {
        name: choice if isinstance(choice, st.SearchStrategy) else any_of(choice) for name, choice in choices.items()
    }
    return st.fixed_dictionaries(strategies).map(lambda values: template.format(**values))


def any_of(values):
    return st.sampled_from(values.split() if isinstance(values, str) else values)


def some(*texts, most=3):
    return st.lists(st.one_of(*texts), max_size=most).map("".join)


def maybe(text):
    """Return a text, or nothing, which is simpler."""
    return st.just("") | (text if isinstance(text, st.SearchStrategy) else any_of(text))


def joined(*texts):
    return st.tuples(*texts).map("".join)


def domain(machine="q35 pc", **parts):
    usual = {name: st.just(value) for name, value in USUAL.items()}
    return filled(DOMAIN, machine=machine, **usual | parts)


NUMBERS = "0 0 1 1 2 3 5 31"
PCI = filled(
    "<address type='pci' bus='{bus}' slot='{slot}' function='{function}'/>",
    bus="0 0 0 1 2",
    slot="1 2 5 5 0x5 31 32",
    function="0 0 0 1 2 3 7 8",
)
DRIVE = filled(
    "<address type='drive' controller='{controller}' bus='{bus}' target='{target}' unit='{unit}'/>",
    controller="0 0 0 1",
    bus="0 0 0 1",
    target="0 0 0 1",
    unit="0 0 1 1 2 6 7",
)
USB = filled("<address type='usb' bus='{bus}' port='{port}'/>", bus="0 0 0 1", port="1 1 2 3 5 9 1.1 1.2")
ORDER = filled("<boot order='{order}'/>", order="1 1 2 3 0")
DISK = filled(
    "<disk type='file' device='{device}'><driver name='qemu' type='{format}'{cache}{io}{more}/>"
    "<source file='/srv/a'/><target dev='{dev}' bus='{bus}'/>{inside}{address}</disk>",
    device="disk disk disk cdrom floppy lun",
    format="raw qcow2",
    cache=maybe([" cache='none'", " cache='writeback'", " cache='directsync'"]),
    io=maybe([" io='native'", " io='threads'", " io='io_uring'"]),
    more=maybe([" discard='unmap'", " copy_on_read='on'", " queues='2'", " iothread='1'", " event_idx='on'"]),
    dev="vda vdb sda sdb sdg hda hdc fda",
    bus="virtio virtio sata scsi ide usb fdc",
    inside=some(any_of(["<readonly/>", "<shareable/>", "<transient/>", "<serial>a</serial>"]), ORDER, most=2),
    address=maybe(DRIVE),
)
INTERFACE = filled(
    "<interface type='user'><model type='virtio'/>{boot}{address}</interface>", boot=st.just(""), address=PCI
)
CONTROLLER = filled(
    "<controller type='{type}' index='{index}'{model}>{address}</controller>",
    type="scsi sata ide usb pci fdc",
    index="0 0 1 2",
    model=maybe(
        [
            f" model='{model}'"
            for model in ("virtio-scsi", "qemu-xhci", "pcie-root", "pcie-root-port", "pci-root", "pci-bridge")
        ]
    ),
    address=maybe(PCI),
)
TABLET = filled("<input type='{type}' bus='usb'>{address}</input>", type="tablet mouse keyboard", address=maybe(USB))
XHCI = "<controller type='usb' index='0' model='qemu-xhci'/>"
SCSI = "<controller type='scsi' index='0' model='virtio-scsi'/>"
HOST_PCI = filled(
    "<hostdev mode='subsystem' type='pci'{managed}><source><address domain='0' bus='{bus}' slot='{slot}' function='0'/>"
    "</source>{inside}{address}</hostdev>",
    managed=[" managed='yes'", ""],
    bus="1 1 2",
    slot="0 0 0x0 1",
    inside=maybe(ORDER),
    address=maybe(PCI),
)
HOST_USB = filled(
    "<hostdev mode='subsystem' type='usb'><source>{source}</source>{address}</hostdev>",
    source=[
        "<vendor id='0x1234'/><product id='0xbeef'/>",
        "<vendor id='0x1234'/><product id='0xbee0'/>",
        "<address bus='1' device='2'/>",
        "<vendor id='0x1234'/>",
    ],
    address=maybe(USB),
)
HOST_SCSI = filled(
    "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
    "<address bus='0' target='0' unit='{unit}'/></source>{address}</hostdev>",
    unit="1 1 2",
    address=maybe(DRIVE),
)
MEDIATED = filled(
    "<hostdev mode='subsystem' type='mdev' model='{model}'{more}><source><address uuid='{uuid}'/></source></hostdev>",
    model="vfio-pci vfio-pci vfio-ccw vfio-ap",
    more=maybe([" display='on'", " ramfb='on'", " display='off'"]),
    uuid="8f1bbf0a-4a2c-4d3a-9d1f-0b6f6d5c3d11 8F1BBF0A4a2c4d3a9d1f0b6f6d5c3d11 8f1bbf0a-4a2c-4d3a-9d1f-0b6f6d5c3d12",
)
LOADER = filled(
    "<loader{readonly}{secure}{type}>/srv/code.fd</loader>",
    readonly=maybe([" readonly='yes'", " readonly='no'"]),
    secure=maybe([" secure='yes'", " secure='no'"]),
    type=maybe([" type='pflash'", " type='rom'"]),
)
FEATURES = joined(
    maybe(["<acpi/>"]), maybe(["<smm state='on'/>", "<smm state='off'/>"]), maybe(["<apic/>", "<vmport state='on'/>"])
)
TOPOLOGY = filled(
    "<topology sockets='{sockets}' cores='{cores}' threads='{threads}'/>", sockets="1 2", cores="1 2 4", threads="1 2"
)
CELL = "<cell id='{}' cpus='{}' memory='256' unit='MiB'{}/>"
CELLS = st.lists(
    st.tuples(any_of("0 1 0-1 2-3 3 2 7"), maybe([" memAccess='shared'", " discard='yes'"])), min_size=1, max_size=3
).map(lambda cells: "".join(CELL.format(number, *cell) for number, cell in enumerate(cells)))
CPU = filled(
    "<cpu{mode}{more}>{model}{topology}{feature}{numa}</cpu>",
    mode=maybe([f" mode='{mode}'" for mode in ("custom", "host-model", "host-passthrough", "maximum")]),
    more=maybe([" migratable='on'", " check='none'", " match='exact'"]),
    model=maybe(["<model>qemu64</model>"]),
    topology=maybe(TOPOLOGY),
    feature=maybe(["<feature policy='disable' name='vmx'/>", "<feature name='vmx'/>"]),
    numa=maybe(filled("<numa>{cells}</numa>", cells=CELLS)),
)
PINS = some(
    filled("<vcpupin vcpu='{vcpu}' cpuset='0'/>", vcpu="0 1 3 4"),
    filled("<iothreadpin iothread='{thread}' cpuset='0'/>", thread="1 2"),
    filled("<iothreadsched iothreads='{threads}' scheduler='{how}'/>", threads="1 2 1-2", how="batch idle"),
    filled(
        "<vcpusched vcpus='{vcpus}' scheduler='{how}'{more}/>",
        vcpus="0 0-3 4",
        how="batch fifo",
        more=maybe([" priority='1'"]),
    ),
    most=2,
)
# Each once: of several of one name the last counts.
HYPERV = joined(
    maybe(filled("<{name} state='{state}'/>", name="relaxed vapic synic", state="on off")),
    maybe(filled("<spinlocks state='on'{retries}/>", retries=["", " retries='8191'", " retries='100'"])),
    maybe(
        filled(
            "<vendor_id state='on'{value}/>",
            value=["", *(f" value='{value}'" for value in ("abc", "abcdefghijklm", "a,b"))],
        )
    ),
)
VIDEO = filled(
    "<video><model type='{type}'{heads}{more}>{inside}</model></video>",
    type="vga virtio cirrus bochs none",
    heads=maybe([" heads='1'", " heads='2'"]),
    more=maybe([" primary='yes'", " ram='65536'", " vgamem='16384'", " blob='on'"]),
    inside=maybe(["<acceleration accel3d='yes'/>", "<acceleration accel3d='no'/>"]),
)
GRAPHICS = any_of(
    [
        "<graphics type='vnc'/>",
        "<graphics type='vnc' port='-1'/>",
        "<graphics type='vnc' passwd='123456789'/>",
        "<graphics type='vnc' passwd='12345678'/>",
        "<graphics type='egl-headless'/>",
        "<graphics type='vnc'><listen type='none'/></graphics>",
    ]
)
SPICE_ONLY = any_of(
    [
        "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>",
        "<channel type='spicevmc'><target type='virtio'/></channel>",
        "<channel type='spiceport'><source channel='a'/><target type='virtio' name='b'/></channel>",
        "<redirdev bus='usb' type='spicevmc'/>",
        "<smartcard mode='passthrough' type='spicevmc'/>",
        "<audio id='1' type='spice'/>",
        "<audio id='1' type='none'/>",
    ]
)
PORT = filled(
    "<address type='virtio-serial' controller='{controller}' bus='0' port='{port}'/>",
    controller="0 0 1",
    port="1 1 2 3 4 31",
)
CHANNEL = filled(
    "<channel type='{type}'>{source}<target type='virtio'{name}/>{address}</channel>",
    type="unix pty",
    source=st.just(""),
    name=maybe([f" name='{name}'" for name in ("org.qemu.guest_agent.0", "a", "b")]),
    address=maybe(PORT),
)
CONSOLE = filled("<console type='pty'><target type='virtio'/>{address}</console>", address=maybe(PORT))
SERIAL_CONTROLLER = filled(
    "<controller type='virtio-serial' index='{index}'{ports}{address}/>",
    index="0 0 1",
    ports=maybe([" ports='1'", " ports='2'", " ports='4'", " ports='31'"]),
    address=st.just(""),
)
REST = any_of(
    [
        *(
            "<watchdog model='ib700'/>",
            "<watchdog model='i6300esb'/>",
            "<watchdog model='itco'/>",
            "<watchdog model='diag288'/>",
        ),
        *("<vsock model='virtio'><cid auto='yes'/></vsock>", "<vsock model='virtio'><cid auto='no'/></vsock>"),
        *("<memballoon model='none'/>", "<memballoon model='virtio' autodeflate='on'/>", "<memballoon model='xen'/>"),
        *("<iommu model='intel'/>", "<iommu model='smmuv3'/>", "<iommu model='virtio'/>"),
        "<iommu model='intel'><driver intremap='on' eim='on'/></iommu>",
        *("<panic model='isa'/>", "<panic model='pvpanic'/>", "<panic model='hyperv'/>", "<panic model='s390'/>"),
        *("<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>", "<rng model='virtio'/>"),
        "<rng model='virtio'><backend model='random'>/dev/other</backend></rng>",
        *(
            "<shmem name='a'><model type='ivshmem-plain'/></shmem>",
            "<shmem name='a'><model type='ivshmem-doorbell'/></shmem>",
        ),
        "<shmem name='a'><model type='ivshmem-plain'/><size unit='KiB'>3</size></shmem>",
        "<filesystem type='mount'><driver type='virtiofs'/><source dir='/x'/><target dir='t'/></filesystem>",
        "<filesystem type='mount' accessmode='mapped'><source dir='/x'/><target dir='t'/></filesystem>",
        *("<input type='passthrough' bus='virtio'/>", "<input type='evdev'><source dev='/x'/></input>"),
        *("<input type='tablet' bus='ps2'/>", "<sound model='ich9'/>", "<sound model='sb16'/>"),
        *("<hub type='usb'/>", "<nvram/>", "<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>"),
    ]
)
SHARED = maybe(
    ["<memoryBacking><access mode='shared'/></memoryBacking>", "<memoryBacking><source type='memfd'/></memoryBacking>"]
)

# The model of a USB controller that libvirt adds goes by the QEMU.
USB_THERE = st.just(XHCI)
BOOTED = some(
    filled("<interface type='user'><model type='virtio'/>{boot}</interface>", boot=maybe(ORDER)),
    filled("<disk type='file'><source file='/a'/><target dev='vda' bus='virtio'/>{boot}</disk>", boot=maybe(ORDER)),
)
BOOT = some(filled("<boot dev='{dev}'/>", dev="hd network"), most=1)

FAMILIES = {
    "address": domain(devices=joined(USB_THERE, maybe([SCSI]), some(INTERFACE, CONTROLLER, TABLET, HOST_SCSI, most=4))),
    # Of a firmware that libvirt chooses the words depend on what is installed.
    "boot": domain(os=joined(maybe(LOADER), BOOT), features=FEATURES, devices=BOOTED),
    "firmware": domain(firmware=maybe([" firmware='efi'", " firmware='bios'"]), os=BOOT, features=FEATURES),
    "cpu": domain(
        inside=joined(
            maybe(["<vcpu>1</vcpu>", "<vcpu>4</vcpu>", "<vcpu current='2'>4</vcpu>"]),
            maybe(["<iothreads>1</iothreads>"]),
            maybe(CPU),
            maybe(filled("<cputune>{pins}</cputune>", pins=PINS)),
            SHARED,
        ),
        features=maybe(filled("<acpi/><hyperv>{hyperv}</hyperv>", hyperv=HYPERV)),
    ),
    "disk": domain(inside=maybe(["<iothreads>1</iothreads>"]), devices=joined(maybe([SCSI]), some(DISK))),
    "graphics": domain(devices=some(VIDEO, GRAPHICS, SPICE_ONLY)),
    "hostdev": domain(devices=joined(USB_THERE, some(HOST_PCI, HOST_USB, HOST_SCSI, MEDIATED))),
    "virtio-serial": domain(devices=some(SERIAL_CONTROLLER, CHANNEL, CONSOLE, most=4)),
    "others": domain(inside=SHARED, devices=some(REST)),
}
# Domains of the rows and of the rules about devices.
KNOWN = sorted([*CASES.values(), *(claim.text for claims in CLAIMS.values() for claim in claims.values())])
# Without a machine type libvirt takes the default one, which is not the same in every QEMU; a controller without its
# type, which nobody writes, is one for IDE; and most rows are about a disk whose bus is written.
_PART = re.compile(r"(?<!<controller) (?!arch=|bus=|machine=)[A-Za-z_]+='[^']*'|<[a-z]+(?: [A-Za-z_]+='[^']*')*/>")


@st.composite
def with_parts_left_out(draw, texts):
    """Domains of these, without one or two of their attributes and empty elements."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 2))):
        if parts := list(_PART.finditer(text)):
            part = draw(st.sampled_from(parts))
            text = text[: part.start()] + text[part.end() :]
    return text
