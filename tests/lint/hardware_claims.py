"""The cases of the rules about CPUs, memory, displays and what goes to QEMU, and what libvirt makes of each.

A case is a whole domain: name -> what stands in it, its devices, and libvirt's words, or what it stores.
"""

from chanfix.domain.versions import Version

QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
DOMAIN = """\
<domain type='qemu' xmlns:qemu='{namespace}'>
  <name>hardware</name>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  {inside}
  <devices>{devices}</devices>
</domain>
"""
MEMORY = "<memory unit='MiB'>512</memory>"
VCPUS = "<vcpu>4</vcpu>"
NO_MODEL = "Non-empty feature list specified without CPU model"
NOT_MIGRATABLE = "Attribute migratable is only allowed for 'host-passthrough' / 'maximum' CPU mode"
NO_IOTHREAD = "Disk iothread '1' not defined in iothreadid"
NOT_SHARED = "'{}' requires shared memory"


def domain(inside, devices="", namespace=QEMU):
    if "<vcpu>" not in inside:
        inside = VCPUS + inside
    if not any(element in inside for element in ("<memory>", "<memory ")):
        inside = MEMORY + inside
    return DOMAIN.format(inside=inside, devices=devices, namespace=namespace)


def topology(sockets, cores, threads, more=""):
    return f"<topology sockets='{sockets}' {more} cores='{cores}' threads='{threads}'/>"


def cpu(inside="", attributes=""):
    return f"<cpu {attributes}>{inside}</cpu>"


def cells(*cpus, memory=256):
    inside = "".join(
        f"<cell id='{number}' cpus='{each}' memory='{memory}' unit='MiB'/>" for number, each in enumerate(cpus)
    )
    return cpu(f"<numa>{inside}</numa>")


def hyperv(inside):
    return f"<features><hyperv>{inside}</hyperv></features>"


def disk(bus, target, thread=1):
    return (
        f"<disk type='file'><driver name='qemu' type='raw' iothread='{thread}'/><source file='/x'/>"
        f"<target dev='{target}' bus='{bus}'/></disk>"
    )


def scsi(model, thread=1):
    return f"<controller type='scsi' index='0' model='{model}'><driver iothread='{thread}'/></controller>"


def command_line(word="-foo"):
    return f"<qemu:commandline><qemu:arg value='{word}'/></qemu:commandline>"


FEATURE = "<feature policy='disable' name='vmx'/>"
IOTHREADS = "<iothreads>1</iothreads>"
VIRTIOFS = "<filesystem><driver type='virtiofs' queue='64'/><source socket='/x'/><target dir='t'/></filesystem>"
VHOST_DISK = (
    "<disk type='vhostuser'><driver name='qemu' type='raw'/><source type='unix' path='/x'/><target dev='vda'/></disk>"
)
VHOST_INTERFACE = (
    "<interface type='vhostuser'><source type='unix' path='/x' mode='client'/><model type='virtio'/></interface>"
)
PRIVATE_CELL = (
    "<memoryBacking><access mode='shared'/></memoryBacking><cpu><numa><cell id='0' cpus='0-3' memory='512' unit='MiB'"
    " memAccess='private'/></numa></cpu>"
)

REFUSED = {
    "topology": (cpu(topology(2, 1, 1)), "", "CPU topology doesn't match maximum vcpu count"),
    "topology-without-vcpu": (
        "<vcpu>1</vcpu>" + cpu(topology(1, 2, 1)),
        "",
        "CPU topology doesn't match maximum vcpu count",
    ),
    "cell-beyond": (cells("0-1", "4"), "", "CPU IDs in <numa> exceed the <vcpu> count"),
    "cells-of-more": (cells("0-7"), "", "Number of CPUs in <numa> exceeds the <vcpu> count"),
    "cells-overlap": (cells("0-2", "2-3"), "", "NUMA cells 1 and 0 have overlapping vCPU ids"),
    "iothread-undefined": ("", disk("virtio", "vda"), NO_IOTHREAD),
    "iothread-of-another-id": (
        IOTHREADS + "<iothreadids><iothread id='5'/></iothreadids>",
        disk("virtio", "vda"),
        NO_IOTHREAD,
    ),
    "iothread-on-sata": (IOTHREADS, disk("sata", "sda"), "IOThreads not available for bus sata target sda"),
    "iothread-of-lsi": (IOTHREADS, scsi("lsilogic"), "'iothread' attribute only supported for virtio scsi controllers"),
    "iothread-of-no-controller": ("", scsi("virtio-scsi"), "controller iothread '1' not defined in iothreadid"),
    "iothread-pin": ("<cputune><iothreadpin iothread='1' cpuset='0'/></cputune>", "", "Cannot find 'iothread' : 1"),
    "iothread-scheduler": (
        "<cputune><iothreadsched iothreads='2' scheduler='batch'/></cputune>" + IOTHREADS,
        "",
        "Cannot find 'iothread' : 2",
    ),
    "scheduler": (
        "<cputune><vcpusched vcpus='0-4' scheduler='batch'/></cputune>",
        "",
        "vCPU '4' is not present in domain definition",
    ),
    "feature-alone": (cpu(FEATURE), "", NO_MODEL),
    "feature-of-custom": (cpu(FEATURE, "mode='custom' match='exact'"), "", NO_MODEL),
    "migratable-host-model": (cpu("", "mode='host-model' migratable='on'"), "", NOT_MIGRATABLE),
    "migratable-without-a-mode": (cpu(topology(4, 1, 1), "migratable='off'"), "", NOT_MIGRATABLE),
    "vendor-id": (
        hyperv("<vendor_id state='on' value='0123456789abc'/>"),
        "",
        "HyperV vendor_id value must not be more than 12 characters",
    ),
    "vendor-id-in-bytes": (
        hyperv("<vendor_id state='on' value='ééééééé'/>"),
        "",
        "HyperV vendor_id value must not be more than 12 characters",
    ),
    "vendor-id-before-another": (
        hyperv("<vendor_id state='on' value='0123456789abc'/><vendor_id state='on' value='x'/>"),
        "",
        "HyperV vendor_id value must not be more than 12 characters",
    ),
    "vendor-id-without-a-value": (
        hyperv("<vendor_id state='on'/>"),
        "",
        "missing 'value' attribute for HyperV feature 'vendor_id'",
    ),
    "vendor-id-with-a-comma": (hyperv("<vendor_id state='on' value='a,b'/>"), "", "HyperV vendor_id value is invalid"),
    "virtiofs": ("", VIRTIOFS, NOT_SHARED.format("virtiofs")),
    "vhost-disk": ("", VHOST_DISK, NOT_SHARED.format("vhostuser")),
    "private-cell": (PRIVATE_CELL, VIRTIOFS, NOT_SHARED.format("virtiofs")),
    "vnc-password": (
        "",
        "<graphics type='vnc' passwd='123456789'/>",
        "VNC password is 9 characters long, only 8 permitted",
    ),
    "vnc-password-in-bytes": (
        "",
        "<graphics type='vnc' passwd='ééééé'/>",
        "VNC password is 10 characters long, only 8 permitted",
    ),
}

# What the rules are silent on, or warn of, and libvirt defines.
DEFINED = {
    "topology-with-dies": (cpu(topology(1, 2, 1, "dies='2'")), ""),
    "topology-with-two": (cpu(topology(2, 2, 1) + topology(2, 1, 1)), ""),
    "cells-of-some": (cells("0-1"), ""),
    "iothread-by-id": ("<iothreadids><iothread id='5'/></iothreadids>", disk("virtio", "vda", 5)),
    "iothread-after-ids": (
        "<iothreads>3</iothreads><iothreadids><iothread id='2'/></iothreadids>",
        disk("virtio", "vda", 3) + scsi("virtio-scsi"),
    ),
    "feature-of-host-model": (cpu(FEATURE, "mode='host-model'"), ""),
    "migratable-maximum": (cpu("", "mode='maximum' migratable='off'"), ""),
    "vendor-id-off": (hyperv("<vendor_id state='off' value='0123456789abc'/>"), ""),
    "stimer-alone": (hyperv("<stimer state='on'/>"), ""),
    "shared-without-a-source": ("<memoryBacking><access mode='shared'/></memoryBacking>", VIRTIOFS),
    "shared-cells": (cells("0-1", "2-3").replace(" unit=", " memAccess='shared' unit="), VIRTIOFS),
    "vhost-interface": ("", VHOST_INTERFACE),
    "vnc-password-of-8": ("", "<graphics type='vnc' passwd='12345678'/>"),
    "vnc-on-every-address": ("", "<graphics type='vnc' listen='0.0.0.0'/>"),
    "3d-without-gl": (
        "",
        "<graphics type='vnc'/><video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
    ),
}
# The first libvirt that was seen to refuse one of these, and its words.
REFUSED_SINCE = {
    "vhost-interface": (Version(11, 3), NOT_SHARED.format("interface")),
    "stimer-alone": (Version(12, 8), "'stimer' hyperv feature requires 'hypervclock' timer"),
}

# What is in the file -> what is stored, and what is not; a namespace where it is not QEMU's.
STORED = {
    "vcpu-pin": (
        "<cputune><vcpupin vcpu='4' cpuset='0'/><vcpupin vcpu='3' cpuset='0'/></cputune>",
        "",
        "<vcpupin vcpu='3' cpuset='0'/>",
        "vcpu='4'",
    ),
    "memory-without-a-unit": ("<memory>2048</memory>", "", "<memory unit='KiB'>2048</memory>", "MiB"),
    "memory-in-GB": ("<memory unit='GB'>1</memory>", "", "<memory unit='KiB'>976563</memory>", "GB"),
    "current-memory": (
        MEMORY + "<currentMemory unit='GiB'>4</currentMemory>",
        "",
        "<currentMemory unit='KiB'>524288</currentMemory>",
        "4194304",
    ),
    "cells-of-less": (cells("0-3"), "", "<memory unit='KiB'>262144</memory>", "524288"),
    "arguments": (command_line(), "", "<qemu:arg value='-foo'/>", "xmlns:other"),
    "arguments-of-another-namespace": (command_line(), "", "<name>hardware</name>", "-foo", f"{QEMU[:-1]}1"),
    "arguments-of-https": (command_line(), "", "<name>hardware</name>", "-foo", QEMU.replace("http:", "https:")),
    "arguments-of-devices": ("", command_line(), "<name>hardware</name>", "-foo"),
    "interface-target": (
        "",
        "<interface type='bridge'><source bridge='b'/><target dev='vnet7'/></interface>",
        "<source bridge='b'/>",
        "vnet7",
    ),
    "interface-target-macvtap": (
        "",
        "<interface type='direct'><source dev='b'/><target dev='macvtap7'/></interface>",
        "<source dev='b'",
        "macvtap7",
    ),
    "interface-target-of-its-own": (
        "",
        "<interface type='ethernet'><target dev='vnet7' managed='no'/></interface>",
        "<target dev='vnet7' managed='no'/>",
        "vnet8",
    ),
    "interface-target-of-letters": (
        "",
        "<interface type='bridge'><source bridge='b'/><target dev='vnet-web'/></interface>",
        "<source bridge='b'/>",
        "vnet-web",
    ),
    "source-index": (
        "",
        "<disk><source file='/x' index='7'/><target dev='vda'/></disk>",
        "<source file='/x'/>",
        "index='7'",
    ),
    "port-id": (
        "",
        "<interface type='network'><source network='n' portid='0f3b0c1e-7a52-4a36-9d5e-1c1c7f1b2a3d'/></interface>",
        "<source network='n'/>",
        "portid",
    ),
    "alias-of-a-disk": (
        "",
        "<disk><source file='/x'/><target dev='vda'/><alias name='virtio-disk0'/></disk>",
        "<target dev='vda'",
        "alias",
    ),
}

GL = "<gl enable='yes' rendernode='/dev/null'/>"
LOCAL_ONLY = "SPICE GL support is local-only for now and incompatible with -spice port/tls-port"
# Devices, and the words at a start. QEMU asks for the port before it opens the node.
STARTS = {
    "gl-autoport": (f"<graphics type='spice' autoport='yes'>{GL}</graphics>", LOCAL_ONLY),
    "gl-port-of-minus-1": (f"<graphics type='spice' port='-1'>{GL}</graphics>", LOCAL_ONLY),
    "gl-without-a-port": (f"<graphics type='spice'>{GL}</graphics>", "started"),
    "gl-listens-nowhere": (f"<graphics type='spice' autoport='yes'><listen type='none'/>{GL}</graphics>", "started"),
}
