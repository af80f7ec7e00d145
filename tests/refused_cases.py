"""A domain for each row of what libvirt refuses."""

DOMAIN = """\
<domain type='qemu'>
  <name>{name}</name>
  {title}<memory unit='MiB'>512</memory>
  {vcpu}
  <os {attributes}>
    <type arch='{arch}' machine='{machine}'>hvm</type>{os}
  </os>
  {inside}
  <devices>{devices}</devices>
</domain>
"""
UUID = "0f3b0c1e-7a52-4a36-9d5e-1c1c7f1b2a3d"
# Without what libvirt would add on PCI.
BARE = "<memballoon model='none'/><controller type='usb' model='none'/>"


def case(devices="", inside="", **options):
    usual = {
        "name": "refused",
        "title": "",
        "vcpu": "<vcpu>4</vcpu>",
        "attributes": "",
        "arch": "x86_64",
        "machine": "q35",
        "os": "",
    }
    return DOMAIN.format(**usual | options, devices=devices, inside=inside)


def disk(inside="", attributes="type='file'", source="<source file='/x'/>", target="dev='sda' bus='scsi'", driver=""):
    driver = f"<driver name='qemu' {driver or 'type=' + repr('raw')}/>" if not driver.startswith("<") else driver
    target = f"<target {target}/>" if target else ""
    return case(f"<disk {attributes}>{driver}{source}{target}{inside}</disk>", machine="pc")


def on(bus, inside="", more="", **options):
    name = {"ide": "hda", "virtio": "vda", "fdc": "fda"}.get(bus, "sda")
    return disk(inside, target=f"dev='{name}' bus='{bus}' {more}", **options)


BLOCK = {"attributes": "type='block' device='lun'", "source": "<source dev='/dev/x'/>"}
VHOST = {"attributes": "type='vhostuser'", "source": "<source type='unix' path='/x'/>"}
SHARED = "<memoryBacking><access mode='shared'/></memoryBacking>"
ENCRYPTION = f"<encryption format='luks'><secret type='passphrase' uuid='{UUID}'/>{{}}</encryption>"
CIPHER = "<cipher name='aes' size='256' mode='cbc' hash='sha256'/>"


def vhost(inside="", target="dev='vda' bus='virtio'", driver=""):
    return disk(inside, target=target, driver=driver, **VHOST).replace("<os", f"{SHARED}<os")


def encrypted(inside=""):
    return "<source file='/x'>" + ENCRYPTION.format(inside) + "</source>"


def secret(kind):
    return f"<auth username='u'><secret {kind} usage='x'/></auth>"


def server(protocol, inside="", name="a/b", more=""):
    name = f"name='{name}'" if name else ""
    host = "<host name='h'/>"
    return {
        "attributes": "type='network'",
        "source": f"<source protocol='{protocol}' {name} {more}>{host}{inside}</source>",
    }


def tune(*limits):
    return "<iotune>" + "".join(f"<{limit}>1000</{limit}>" for limit in limits) + "</iotune>"


def filesystem(attributes="", driver="", source="<source dir='/x'/>", target="<target dir='t'/>", inside=""):
    return case(f"<filesystem {attributes}>{driver}{source}{target}{inside}</filesystem>", SHARED)


VIRTIOFS = "<driver type='virtiofs'/>"

DISKS = {
    "disk-without-target": disk(target=""),
    "partition-as-target": on("virtio").replace("'vda'", "'vdb1'"),
    "lun-of-file": disk(attributes="type='file' device='lun'"),
    "lun-on-bus": on("sata", **BLOCK),
    "lun-with-serial": disk("<serial>1</serial>", **BLOCK),
    "encrypted-format": disk(source=encrypted(), driver="type='vmdk'"),
    "encrypted-format-of-disk": disk(ENCRYPTION.format(""), driver="type='vmdk'"),
    "format-cow": disk(driver="type='cow'"),
    "format-iso": disk(driver="type='iso'"),
    "format-dir": disk(driver="type='dir'"),
    "format-fat": disk(driver="type='fat'"),
    "secret-of-iscsi": disk(**server("iscsi", secret("type='ceph'"))),
    "secret-of-rbd": disk(**server("rbd", secret("type='iscsi'"))),
    "secret-of-iscsi-disk": disk(secret("type='ceph'"), **server("iscsi")),
    "secret-of-rbd-disk": disk(secret("type='iscsi'"), **server("rbd")),
    "secret-without-type": disk(**server("iscsi", secret(""))),
    "secret-without-type-of-disk": disk(secret(""), **server("iscsi")),
    "auth-twice": disk(secret("type='iscsi'"), **server("iscsi", secret("type='iscsi'"))),
    "encryption-twice": disk(ENCRYPTION.format(""), source=encrypted()),
    "cipher-of-disk": disk(source=encrypted(CIPHER)),
    "cipher-of-disk-outside": disk(ENCRYPTION.format(CIPHER)),
    "vendor-on-bus": on("virtio", "<vendor>A</vendor>"),
    "product-on-bus": on("sata", "<product>A</product>"),
    "vendor-long": disk("<vendor>123456789</vendor>"),
    "product-long": disk("<product>12345678901234567</product>"),
    "wwn-on-bus": on("virtio", "<wwn>5000c50015ea71ad</wwn>"),
    "rotation-on-bus": on("virtio", more="rotation_rate='1'"),
    "geometry-on-usb": on("usb", "<geometry cyls='1' heads='1' secs='1'/>"),
    "removable-on-bus": on("virtio", more="removable='on'"),
    "tray-of-disk": disk(target="dev='sda' bus='scsi' tray='open'"),
    "source-missing": on("virtio", source=""),
    "shared-format": disk("<shareable/>", driver="type='qcow2'"),
    "transient-readonly": disk("<transient/><readonly/>"),
    "transient-of-block": disk("<transient/>", attributes="type='block'", source="<source dev='/dev/x'/>"),
    "startup-policy-of-network": disk(**server("nbd", more="startupPolicy='optional'")),
    "startup-policy-requisite": disk(source="<source file='/x' startupPolicy='requisite'/>"),
    "target-without-name": disk(target="bus='virtio'"),
    "controller-model-without-type": case("<controller model='nec-xhci'/>"),
    "cdrom-on-virtio": on("virtio", attributes="type='file' device='cdrom'"),
    "floppy-on-bus": on("ide", attributes="type='file' device='floppy'"),
    "disk-on-fdc": on("fdc"),
    "driver-name": disk(driver="<driver name='phy' type='raw'/>"),
    "ioeventfd-on-bus": disk(driver="type='raw' ioeventfd='on'"),
    "source-without-file": disk(source="<source protocol='nbd'/>"),
    "event-idx-by-name": disk(target="dev='sda'", driver="type='raw' event_idx='on'"),
    "queues-by-name": disk(target="dev='hda'", driver="type='raw' queues='4'"),
    "ioeventfd-by-name": disk(target="dev='sda'", driver="type='raw' ioeventfd='on'"),
    "iommu-by-name": disk(target="dev='hda'", driver="type='raw' iommu='on'"),
    "queue-size-by-name": disk(target="dev='hda'", driver="type='raw' queue_size='4'"),
    "virtio-disk-address-type-by-name": disk("<address type='drive'/>", target="dev='vda'"),
    "disk-address-type-by-name": disk("<address type='pci' slot='9'/>", target="dev='sda'"),
    "lun-with-serial-by-name": disk("<serial>1</serial>", target="dev='sda'", **BLOCK),
    "lun-by-name": disk(target="dev='hda'", **BLOCK),
    "vendor-by-name": disk("<vendor>A</vendor>", target="dev='vda'"),
    "product-by-name": disk("<product>A</product>", target="dev='hda'"),
    "wwn-by-name": disk("<wwn>5000c50015ea71ad</wwn>", target="dev='vda'"),
    "rotation-by-name": disk(target="dev='vda' rotation_rate='1'"),
    "removable-by-name": disk(target="dev='hda' removable='on'"),
    "cdrom-on-virtio-by-name": disk(target="dev='vda'", attributes="type='file' device='cdrom'"),
    "vhostuser-by-name": vhost(target="dev='sda'"),
    "event-idx-on-bus": disk(driver="type='raw' event_idx='on'"),
    "queues-on-bus": disk(driver="type='raw' queues='4'"),
    "iommu-on-bus": disk(driver="type='raw' iommu='on'"),
    "vcpupin-of-one-twice": case(
        inside="<cputune><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='0'/></cputune>", vcpu=""
    ),
    "transient-cdrom": disk("<transient/>", "type='file' device='cdrom'"),
    "copy-on-read-cdrom": disk(attributes="type='file' device='cdrom'", driver="type='raw' copy_on_read='on'"),
    "copy-on-read-readonly": disk("<readonly/>", driver="type='raw' copy_on_read='on'"),
    "metadata-cache-format": disk(
        driver="<driver name='qemu' type='raw'><metadata_cache><max_size unit='bytes'>1</max_size></metadata_cache>"
        "</driver>"
    ),
    "iotune-bytes": disk(tune("total_bytes_sec", "read_bytes_sec")),
    "iotune-bytes-written": disk(tune("total_bytes_sec", "write_bytes_sec")),
    "iotune-operations": disk(tune("total_iops_sec", "read_iops_sec")),
    "iotune-operations-written": disk(tune("total_iops_sec", "write_iops_sec")),
    "network-without-protocol": disk(attributes="type='network'", source="<source name='x'/>"),
    "network-without-name": disk(**server("gluster", name="")),
    "unix-without-socket": disk(
        attributes="type='network'", source="<source protocol='nbd'><host transport='unix'/></source>"
    ),
    "vhostuser-readonly": vhost("<readonly/>"),
    "vhostuser-on-bus": vhost(target="dev='sda' bus='scsi'"),
    "vhostuser-serial": vhost("<serial>1</serial>"),
    "vhostuser-cache": vhost(driver="type='raw' cache='none'"),
    "virtiofs-readonly": filesystem(driver=VIRTIOFS, inside="<readonly/>"),
    "filesystem-type": filesystem("type='template'", source="<source name='x'/>"),
    "filesystem-without-source": filesystem(source=""),
    "filesystem-without-target": filesystem(target=""),
    "fmode-without-mapped": filesystem("accessmode='passthrough' fmode='0755'"),
    "dmode-without-mapped": filesystem("accessmode='passthrough' dmode='0755'"),
}


def video(kind, attributes="", inside="", driver="", of_model=""):
    return f"<video>{driver}<model type='{kind}' {attributes}>{of_model}</model>{inside}</video>"


def graphics(kind, attributes="", inside=""):
    return f"<graphics type='{kind}' {attributes}>{inside}</graphics>"


def usb(model, more="", inside=""):
    return f"<controller type='usb' index='0' model='{model}' {more}>{inside}</controller>"


SPICE_GL = graphics("spice", "", "<gl enable='yes'/>")
NO_USB = usb("none")
TCP = "<source mode='connect' host='h' service='1'/>"

DISPLAYS = {
    "video-primary-twice": case(video("vga", "primary='yes'") + video("virtio", "primary='yes'")),
    "video-ramfb-address": case(video("ramfb", "", "<address type='pci' slot='5'/>")),
    "video-heads": case(video("vga", "heads='2'")),
    "video-ram": case(video("vga", "ram='65536'")),
    "video-vgamem": case(video("virtio", "vgamem='65536'")),
    "video-model-of-others": case(video("vbox")),
    "video-vhostuser": case(video("vga", driver="<driver name='vhostuser'/>")),
    "video-accel3d": case(video("vga", of_model="<acceleration accel3d='yes'/>")),
    "video-resolution": case(video("vga", of_model="<resolution x='0' y='1'/>")),
    "video-resolution-height": case(video("vga", of_model="<resolution x='1' y='0'/>")),
    "egl-headless-and-sdl": case(graphics("egl-headless") + graphics("sdl", "display=':0'")),
    "egl-headless-and-gl": case(graphics("egl-headless") + SPICE_GL),
    "graphics-of-others": case(graphics("desktop")),
    "listen-network-without-name": case(graphics("vnc", "", "<listen type='network'/>")),
    "listen-without-type": case(graphics("vnc", "", "<listen address='127.0.0.1'/>")),
    "dbus-address": case(graphics("dbus", "p2p='yes' address='unix:path=/x'")),
    "audio-id-twice": case("<audio id='1' type='none'/><audio id='1' type='none'/>"),
    "input-passthrough-bus": case("<input type='passthrough' bus='usb'/>"),
    "input-evdev-bus": case("<input type='evdev' bus='usb'><source dev='/dev/x'/></input>"),
    "input-tablet-on-ps2": case("<input type='tablet' bus='ps2'/>"),
    "input-bus-xen": case("<input type='mouse' bus='xen'/>"),
    "input-transitional": case("<input type='keyboard' bus='virtio' model='virtio-transitional'/>"),
    "input-model-on-bus": case("<input type='tablet' bus='usb' model='virtio'/>"),
    "usb-none-and-input": case(NO_USB + "<input type='tablet' bus='usb'/>"),
    "usb-none-and-hub": case(NO_USB + "<hub type='usb'/>"),
    "usb-none-and-controller": case(NO_USB + "<controller type='usb' index='1' model='qemu-xhci'/>"),
    "usb-none-and-redirdev": case(f"{NO_USB}<redirdev bus='usb' type='tcp'>{TCP}</redirdev>"),
    "usb-none-and-disk": case(NO_USB + "<disk><source file='/x'/><target dev='sda' bus='usb'/></disk>"),
    "usb-none-and-hostdev": case(
        NO_USB + "<hostdev type='usb'><source><vendor id='0x1'/><product id='0x2'/></source></hostdev>"
    ),
    "usb-none-and-smartcard": case(NO_USB + "<smartcard mode='host'/>"),
    "usb-none-and-sound": case(NO_USB + "<sound model='usb'/>"),
    "usb-ports": case(usb("qemu-xhci", "ports='16'")),
    "usb-model-xen": case(usb("qusb1")),
    "usb-companion-alone": case(usb("ich9-uhci1")),
    "redirdev-bus": case(f"<redirdev bus='pci' type='tcp'>{TCP}</redirdev>"),
    "redirfilter-twice": case("<redirfilter><usbdev allow='yes'/></redirfilter>" * 2),
    "hub-type": case("<hub type='pci'/>"),
}


def tpm(model="tpm-tis", kind="emulator", attributes="", inside=""):
    return f"<tpm model='{model}'><backend type='{kind}' {attributes}>{inside}</backend></tpm>"


def rng(attributes, inside=""):
    return case(f"<rng model='virtio'><backend {attributes}>{inside}</backend></rng>")


def shmem(model, inside="", name="a"):
    return case(f"<shmem name='{name}'>{model}{inside}</shmem>")


HOST_TPM = "<device path='/dev/tpm0'/>"
PLAIN, DOORBELL = "<model type='ivshmem-plain'/>", "<model type='ivshmem-doorbell'/>"
SERVER, SIZE = "<server path='/x'/>", "<size unit='M'>4</size>"
ACPI = "<features><acpi/></features>"
ROOT_PORT = "<controller type='pci' index='1' model='pcie-root-port'/>"

DEVICES = {
    "tpm-without-backend": case("<tpm model='tpm-tis'/>"),
    "tpm-twice": case(tpm(kind="passthrough", inside=HOST_TPM) * 2),
    "tpm-proxy-twice": case(
        tpm("spapr-tpm-proxy", "passthrough", inside=HOST_TPM) * 2, arch="ppc64", machine="pseries"
    ),
    "tpm-crb-1.2": case(tpm("tpm-crb", attributes="version='1.2'")),
    "tpm-1.2-on-arm": case(tpm(attributes="version='1.2'"), arch="aarch64", machine="virt"),
    "tpm-banks-of-1.2": case(tpm(attributes="version='1.2'", inside="<active_pcr_banks><sha256/></active_pcr_banks>")),
    "tpm-external-without-source": case(tpm(kind="external")),
    "rng-without-backend": case("<rng model='virtio'/>"),
    "rng-egd-without-type": rng("model='egd'"),
    "rng-egd-without-path": rng("model='egd' type='unix'"),
    "watchdog-twice": case("<watchdog model='i6300esb'/><watchdog model='i6300esb'/>"),
    "watchdog-diag288": case("<watchdog model='diag288'/>"),
    "watchdog-ib700-address": case("<watchdog model='ib700'><address type='pci' slot='7'/></watchdog>", machine="pc"),
    "panic-pseries": case("<panic model='pseries'/>"),
    "panic-s390": case("<panic model='s390'/>"),
    "panic-address": case("<panic model='hyperv'><address type='isa' iobase='0x505'/></panic>"),
    "panic-address-type": case("<panic model='isa'><address type='pci' slot='7'/></panic>"),
    "panic-twice": case("<panic model='isa'/><panic model='isa'/>"),
    "memballoon-twice": case("<memballoon model='virtio'/><memballoon model='virtio'/>"),
    "vsock-twice": case("<vsock model='virtio'><cid auto='yes'/></vsock>" * 2),
    "vsock-cid": case("<vsock model='virtio'><cid auto='no' address='2'/></vsock>"),
    "iommu-intel-machine": case("<iommu model='intel'/>", machine="pc"),
    "iommu-virtio-machine": case("<iommu model='virtio'/>", ACPI, machine="pc"),
    "iommu-virtio-acpi": case("<iommu model='virtio'/>"),
    "iommu-virtio-address": case("<iommu model='virtio'><address type='virtio-mmio'/></iommu>", ACPI),
    "iommu-virtio-bus": case(
        ROOT_PORT + "<iommu model='virtio'><address type='pci' bus='0x01' slot='0'/></iommu>", ACPI
    ),
    "iommu-intel-address": case("<iommu model='intel'><address type='pci' slot='7'/></iommu>"),
    "iommu-smmuv3": case("<iommu model='smmuv3'/>"),
    "iommu-eim": case("<iommu model='intel'><driver eim='on'/></iommu>"),
    "iommu-ioapic": case(
        "<iommu model='intel'><driver intremap='on'/></iommu>", "<features><ioapic driver='kvm'/></features>"
    ),
    "pci-target-index-of-the-root": case("<controller type='pci' model='pcie-root'><target index='1'/></controller>"),
    "iommu-ioapic-of-none": case("<iommu model='intel'><driver intremap='on'/></iommu>"),
    "shmem-ivshmem": shmem("", SIZE),
    "shmem-plain-server": shmem(PLAIN, SIZE + SERVER),
    "shmem-plain-msi": shmem(PLAIN, SIZE + "<msi enabled='yes'/>"),
    "shmem-doorbell-server": shmem(DOORBELL),
    "shmem-doorbell-size": shmem(DOORBELL, SIZE + SERVER),
    "shmem-name": shmem(PLAIN, SIZE, "a/b"),
    "nvram-on-x86": case("<nvram><address type='spapr-vio' reg='0x3000'/></nvram>"),
    "parallel-on-s390": case("<parallel type='pty'/>", arch="s390x", machine="s390-ccw-virtio"),
    "lease-without-key": case("<lease/>"),
    "zpci-uid": case(
        "<hostdev type='pci'><source><address bus='1' slot='0' function='0'/></source>"
        "<address type='pci'><zpci uid='0x0000' fid='0x1'/></address></hostdev>",
        arch="s390x",
        machine="s390-ccw-virtio",
    ),
    "loadparm-device": on("virtio", "<boot order='1' loadparm='LOADPARM12'/>"),
}


def loader(attributes, path=""):
    return f"<loader {attributes}>{path}</loader>" if path else f"<loader {attributes}/>"


def firmware(kind, os):
    return case(inside=ACPI, os=os, attributes=f"firmware='{kind}'" if kind else "")


def features(inside, **options):
    return case(inside=f"<features>{inside}</features>", **options)


def clock(timer="", attributes="offset='utc'"):
    return case(inside=f"<clock {attributes}>{f'<timer {timer}/>' if timer else ''}</clock>")


def cpu(inside, attributes="mode='maximum'"):
    return case(inside=f"<cpu {attributes}>{inside}</cpu>")


def cputune(inside):
    return case(inside=f"<cputune>{inside}</cputune>")


ROM = "type='rom' stateless='no'"
PFLASH = "type='pflash' readonly='yes' stateless='yes'"
FEATURES = "<firmware><feature name='enrolled-keys' enabled='{}'/><feature name='secure-boot' enabled='no'/></firmware>"
CUSTOM = "<model>qemu64</model>"
OF_PSERIES = {
    "hpt": "resizing='enabled'",
    "htm": "state='on'",
    "nested-hv": "state='on'",
    "ccf-assist": "state='on'",
    "cfpc": "value='fixed'",
    "sbbc": "value='fixed'",
    "ibs": "value='fixed-ibs'",
}

MACHINES = {
    "boot-timeout": case(os="<bootmenu enable='yes' timeout='65536'/>"),
    "reboot-timeout": case(os="<bios rebootTimeout='65536'/>"),
    "bios-nvram": firmware("bios", "<nvram>/x</nvram>"),
    "bios-stateless": firmware("bios", loader("stateless='no'")),
    "efi-stateless-nvram": firmware("efi", loader("stateless='yes'") + "<nvram>/x</nvram>"),
    "efi-secure-no": firmware("efi", loader("secure='no'")),
    "efi-keys": firmware("efi", FEATURES.format("yes")),
    "features-without-firmware": firmware("", loader("type='pflash' readonly='yes'", "/x") + FEATURES.format("no")),
    "rom-stateful": firmware("", loader(ROM, "/x")),
    "loader-without-path": firmware("", loader("type='pflash'")),
    "nvram-without-loader": firmware("", "<nvram>/x</nvram>"),
    "stateless-nvram": firmware("", loader(PFLASH, "/x") + "<nvram>/y</nvram>"),
    "stateless-template": firmware("", loader(PFLASH, "/x") + "<nvram template='/y'/>"),
    "feature-gic-on-x86": features("<gic version='3'/>"),
    **{f"feature-{name}-on-x86": features(f"<{name} {value}/>") for name, value in OF_PSERIES.items()},
    "feature-gic-elsewhere": features("<gic version='3'/>", arch="ppc64", machine="pseries"),
    "feature-gic-machine": features("<gic version='3'/>", arch="aarch64", machine="versatilepb", vcpu="<vcpu>1</vcpu>"),
    "smm-tseg-machine": features("<smm state='on'><tseg unit='MiB'>48</tseg></smm>", machine="pc"),
    "smm-tseg-size": features("<smm state='on'><tseg unit='KiB'>1</tseg></smm>"),
    "dirty-ring": features("<kvm><dirty-ring state='on' size='1000'/></kvm>"),
    "spinlocks": features("<hyperv><spinlocks state='on' retries='4094'/></hyperv>"),
    "clock-without-timezone": clock(attributes="offset='timezone'"),
    "clock-adjustment": clock(attributes="offset='localtime' adjustment='+1h'"),
    "clock-without-start": clock(attributes="offset='absolute'"),
    "timer-platform": clock("name='platform'"),
    "timer-rtc-track": clock("name='rtc' track='boot'"),
    "timer-rtc-policy": clock("name='rtc' tickpolicy='merge'"),
    "timer-pit-policy": clock("name='pit' tickpolicy='merge'"),
    "timer-policy": clock("name='kvmclock' tickpolicy='delay'"),
    "timer-track": clock("name='pit' track='guest'"),
    "timer-arm-on-x86": clock("name='armvtimer'"),
    "cpu-cache-emulate": cpu("<cache mode='emulate' level='2'/>"),
    "cpu-cache-level": cpu("<cache mode='passthrough' level='3'/>"),
    "cpu-cache-level-of-none": cpu("<cache mode='disable' level='3'/>"),
    "cpu-cache-mode": cpu(CUSTOM + "<cache mode='passthrough'/>", ""),
    "cpu-bits-missing": cpu("<maxphysaddr mode='emulate'/>"),
    "cpu-bits-of-host": cpu("<maxphysaddr mode='passthrough' bits='40'/>"),
    "cpu-vendor-without-model": cpu("<vendor>Intel</vendor>", ""),
    "cpu-vendor-id": cpu("<model vendor_id='short'>qemu64</model>", ""),
    "cpu-feature-twice": cpu(CUSTOM + "<feature name='vmx' policy='disable'/>" * 2, ""),
    "vcpu-current": case(vcpu="<vcpu current='0'>4</vcpu>"),
    "vcpu-0-offline": case(inside="<vcpus><vcpu id='0' enabled='no'/></vcpus>"),
    "vcpu-0-hotpluggable": case(inside="<vcpus><vcpu id='0' enabled='yes' hotpluggable='yes'/></vcpus>"),
    "cputune-shares": cputune("<shares>1</shares>"),
    "cputune-period": cputune("<period>10</period>"),
    "cputune-period-long": cputune("<period>2000000</period>"),
    "cputune-quota": cputune("<quota>10</quota>"),
    "vcpupin-twice": cputune("<vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='1'/>"),
    "vcpupin-without-cpus": cputune("<vcpupin vcpu='0'/>"),
    "emulatorpin-twice": cputune("<emulatorpin cpuset='0'/><emulatorpin cpuset='1'/>"),
    "scheduler-twice": cputune("<vcpusched vcpus='0-2' scheduler='batch'/><vcpusched vcpus='2' scheduler='batch'/>"),
    "scheduler-priority": cputune("<vcpusched vcpus='0' scheduler='fifo'/>"),
    "iothread-id-twice": case(inside="<iothreadids><iothread id='5'/><iothread id='5'/></iothreadids>"),
}


def numa(*cells):
    inside = "".join(f"<cell id='{cell}' cpus='{cell}' memory='256' unit='MiB'/>" for cell in cells)
    return f"<cpu><numa>{inside}</numa></cpu>"


def numatune(inside, cells=(0,)):
    return case(inside=f"<numatune>{inside}</numatune>" + (numa(*cells) if cells else ""))


def backing(inside):
    return case(inside=f"<memoryBacking>{inside}</memoryBacking>")


def memory_device(model, target="<node>0</node>", source=""):
    device = f"<memory model='{model}'>{source}<target><size unit='MiB'>256</size>{target}</target></memory>"
    return case(device, "<maxMemory slots='4' unit='GiB'>4</maxMemory>" + numa(0))


def smbios(entry, part="bios"):
    return case(inside=f"<sysinfo type='smbios'><{part}>{entry}</{part}></sysinfo>")


def fwcfg(entry):
    return case(inside=f"<sysinfo type='fwcfg'>{entry}</sysinfo>")


STRICT = "<memory mode='strict' nodeset='0'/>"
MEMORIES = {
    "numa-cell-twice": case(inside=numa(0, 1).replace("id='1'", "id='0'")),
    "hugepages-anonymous": backing("<hugepages/><source type='anonymous'/>"),
    "hugepages-ondemand": backing("<hugepages/><allocation mode='ondemand'/>"),
    "hugepages-of-no-cell": backing("<hugepages><page size='2048' nodeset='1'/></hugepages>"),
    "hugepages-default-twice": case(
        inside="<memoryBacking><hugepages><page size='2048'/><page size='1048576'/></hugepages></memoryBacking>"
        + numa(0)
    ),
    "memory-hotplug-without-numa": case(inside="<maxMemory slots='4' unit='GiB'>4</maxMemory>"),
    "memory-hotplug-without-slots": case(inside="<maxMemory unit='GiB'>4</maxMemory>" + numa(0)),
    "memory-device-without-cell": memory_device("dimm", ""),
    "nvdimm-without-path": memory_device("nvdimm"),
    "numatune-without-nodes": numatune("<memory mode='strict'/>", ()),
    "memnode-without-cells": numatune("<memnode cellid='0' mode='strict' nodeset='0'/>", ()),
    "memnode-restrictive": numatune(
        "<memory mode='restrictive' nodeset='0'/><memnode cellid='0' mode='strict' nodeset='0'/>"
    ),
    "memnode-auto": numatune("<memory mode='strict' placement='auto'/><memnode cellid='0' mode='strict' nodeset='0'/>"),
    "memnode-twice": numatune(STRICT + "<memnode cellid='0' mode='strict' nodeset='0'/>" * 2),
    "memnode-without-nodes": numatune(STRICT + "<memnode cellid='0' mode='strict'/>"),
    "seclabel-twice": case(inside="<seclabel type='dynamic' model='dac'/>" * 2),
    "seclabel-static": case(inside="<seclabel type='static' model='dac'/>"),
    "seclabel-dynamic": case(inside="<seclabel type='dynamic' model='dac' relabel='no'/>"),
    "seclabel-none": case(inside="<seclabel type='none' model='dac' relabel='yes'/>"),
    "smbios-date": smbios("<entry name='date'>2024-01-31</entry>"),
    "fwcfg-without-name": fwcfg("<entry>x</entry>"),
    "fwcfg-name": fwcfg("<entry name='x'>x</entry>"),
    "fwcfg-reserved": fwcfg("<entry name='opt/ovmf/x'>x</entry>"),
    "poweroff-preserve": case(inside="<on_poweroff>preserve</on_poweroff>"),
    "reboot-preserve": case(inside="<on_reboot>preserve</on_reboot>"),
    "poweroff-rename": case(inside="<on_poweroff>rename-restart</on_poweroff>"),
    "reboot-rename": case(inside="<on_reboot>rename-restart</on_reboot>"),
    "crash-rename": case(inside="<on_crash>rename-restart</on_crash>"),
    "reboot-destroys": case(inside="<on_poweroff>restart</on_poweroff><on_reboot>destroy</on_reboot>"),
    "name-with-slash": case(name="a/b"),
    "title-with-line-end": case(title="<title>a\nb</title>"),
}

NETWORK = "<source network='n'/>"


def interface(kind="network", inside="", source=NETWORK, model="virtio"):
    model = f"<model type='{model}'/>" if model else ""
    return case(f"<interface type='{kind}'>{source}{model}{inside}</interface>")


def hostdev(kind, source="", attributes="", inside="", **options):
    source = f"<source>{source}</source>"
    return case(f"<hostdev mode='subsystem' type='{kind}' {attributes}>{source}{inside}</hostdev>", **options)


BRIDGE = "<source bridge='b'/>"
PCI = "<address domain='0' bus='1' slot='0' function='0'/>"
USB = "<vendor id='0x1'/><product id='0x2'/>"
MDEV = f"<address uuid='{UUID}'/>"
SCSI = "<adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/>"
WWPN = "<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' {}/>{}</hostdev>"
VFIO = "model='vfio-pci'"
ON_PCI = "<address type='pci' slot='7'/>"
RAMFB = VFIO + " display='on' ramfb='on'"
SOURCES = ("network", "bridge", "direct", "mcast", "server", "client", "vdpa", "vhostuser")

NETWORKS = {
    **{f"interface-{kind}-without-source": interface(kind, source="") for kind in SOURCES},
    "interface-multicast-mac": interface(inside="<mac address='53:54:00:00:00:01'/>"),
    "interface-vhostuser-model": case(
        "<interface type='vhostuser'><source type='unix' path='/x' mode='client'/><model type='e1000'/></interface>",
        SHARED,
    ),
    "interface-vdpa-model": interface("vdpa", source="<source dev='/x'/>", model="e1000"),
    "interface-vhostuser-source": interface("vhostuser", source="<source type='tcp' path='/x' mode='client'/>"),
    "interface-rx-queue-size": interface(inside="<driver rx_queue_size='100'/>"),
    "interface-tx-queue-size": interface(inside="<driver tx_queue_size='300'/>"),
    "interface-vlan-empty": interface(inside="<vlan/>"),
    "interface-vlan-id": interface(inside="<vlan><tag id='4096'/></vlan>"),
    "interface-coalesce": interface("user", "<coalesce><rx><frames max='7'/></rx></coalesce>", ""),
    "interface-floor": interface("bridge", "<bandwidth><inbound average='1' floor='1'/></bandwidth>", BRIDGE),
    "interface-outbound-floor": interface(inside="<bandwidth><outbound average='1' floor='1'/></bandwidth>"),
    "interface-bandwidth": interface(inside="<bandwidth><inbound burst='1'/></bandwidth>"),
    "interface-bandwidth-out": interface(inside="<bandwidth><outbound burst='1'/></bandwidth>"),
    "interface-ip": interface(inside="<ip address='192.0.2.1'/>"),
    "interface-route": interface("user", "<route address='192.0.2.0' prefix='24' gateway='192.0.2.1'/>", ""),
    "interface-teaming-transient": interface(inside="<teaming type='transient'/>"),
    "interface-teaming-model": interface(inside="<teaming type='persistent'/><alias name='ua-x'/>", model="e1000"),
    "interface-iommu": interface(inside="<driver iommu='on'/>", model="e1000"),
    "interface-isolated": interface("user", "<port isolated='yes'/>", ""),
    "interface-virtualport": interface("user", "<virtualport type='openvswitch'/>", ""),
    "interface-model-name": interface(model="e1000!"),
    "interface-udp-local": interface("udp", source="<source address='192.0.2.1' port='1'/>"),
    "hostdev-without-source": case("<hostdev mode='subsystem' type='pci'/>"),
    "hostdev-capabilities": case(
        "<hostdev mode='capabilities' type='storage'><source><block>/dev/x</block></source></hostdev>"
    ),
    "hostdev-rom-of-usb": hostdev("usb", USB, inside="<rom bar='off'/>"),
    "hostdev-rom-off": hostdev("pci", PCI, inside="<rom enabled='no' file='/x'/>"),
    "hostdev-pci-address": hostdev("pci", PCI, inside="<address type='usb' bus='0' port='1'/>"),
    "hostdev-usb-address": hostdev("usb", USB, inside=ON_PCI),
    "hostdev-scsi-address": hostdev("scsi", SCSI, inside=ON_PCI),
    "hostdev-usb-vendor": hostdev("usb", "<vendor id='0x1'/>"),
    "hostdev-usb-product": hostdev("usb", "<product id='0x1'/>"),
    "hostdev-scsi-adapter": hostdev("scsi", "<address bus='0' target='0' unit='0'/>"),
    "hostdev-vhost-boot": case(WWPN.format("wwpn='naa.5123456789abcde0'", "<boot order='1'/>")),
    "hostdev-vhost-wwpn": case(WWPN.format("", "")),
    "hostdev-mdev-model": hostdev("mdev", MDEV),
    "hostdev-model": hostdev("pci", PCI, VFIO),
    "hostdev-mdev-uuid": hostdev("mdev", "<address domain='0'/>", VFIO),
    "hostdev-mdev-display": hostdev("mdev", MDEV, VFIO + " display='on'"),
    "hostdev-ramfb-twice": case(
        "<graphics type='vnc'/>"
        + "".join(
            f"<hostdev mode='subsystem' type='mdev' {RAMFB}>"
            f"<source><address uuid='{digit}{UUID[1:]}'/></source></hostdev>"
            for digit in (1, 2)
        )
    ),
    "hostdev-mdev-address": hostdev("mdev", MDEV, VFIO, "<address type='drive'/>"),
    "hostdev-ccw-address": hostdev("mdev", MDEV, "model='vfio-ccw'", ON_PCI),
    "hostdev-ap-boot": hostdev(
        "mdev", MDEV, "model='vfio-ap'", "<boot order='1'/>", arch="s390x", machine="s390-ccw-virtio"
    ),
}


def serial(kind="pty", inside="", device="serial"):
    return case(f"<{device} type='{kind}'>{inside}</{device}>")


def controller(kind, attributes, part="", **options):
    return case(f"<controller type='{kind}' {attributes}>{part}</controller>", **options)


PSERIES = {"arch": "ppc64", "machine": "pseries"}
NO_HOST, NO_SERVICE = "<source mode='bind' service='1'/>", "<source mode='bind' host='192.0.2.1'/>"
PORTS = ("serial", "parallel", "console")
SCSI_OPTIONS = {"queues": "4", "cmd_per_lun": "4", "max_sectors": "4", "ioeventfd": "on"}
EXPANDER = "index='1' model='pcie-expander-bus'"

CONTROLLERS = {
    **{f"{device}-without-path": serial("unix", device=device) for device in PORTS},
    "redirdev-without-path": case("<redirdev bus='usb' type='unix'/>"),
    "smartcard-without-path": case("<smartcard mode='passthrough' type='unix'/>"),
    "channel-without-path": serial("file", "<target type='virtio' name='a'/>", "channel"),
    **{f"{device}-without-host": serial("tcp", NO_HOST, device) for device in PORTS},
    **{f"{device}-tcp-without-source": serial("tcp", "", device) for device in PORTS},
    **{f"{device}-without-service": serial("tcp", NO_SERVICE, device) for device in PORTS},
    "serial-of-pseries": serial(inside="<target type='spapr-vio-serial'/>"),
    "serial-of-s390": serial(inside="<target type='sclp-serial'/>"),
    "serial-pl011": serial(inside="<target type='system-serial'><model name='pl011'/></target>"),
    "serial-model": serial(inside="<target type='isa-serial'><model name='pl011'/></target>"),
    "serial-isa-address": serial(inside="<target type='isa-serial'/><address type='pci' slot='7'/>"),
    "serial-usb-address": serial(inside="<target type='usb-serial'/><address type='isa' iobase='0x3f8'/>"),
    "console-serial-twice": case("<console type='pty'/><console type='pty'/>"),
    "console-xen": serial(inside="<target type='xen'/>", device="console"),
    "guestfwd-without-address": serial(inside="<target type='guestfwd' port='1'/>", device="channel"),
    "guestfwd-without-port": serial(inside="<target type='guestfwd' address='192.0.2.1'/>", device="channel"),
    "smartcard-certificates": case("<smartcard mode='host-certificates'/>"),
    "smartcard-without-type": case("<smartcard mode='passthrough'/>"),
    "smartcard-address": case("<smartcard mode='host'><address type='usb' bus='0' port='1'/></smartcard>"),
    "scsi-model": controller("scsi", "model='buslogic'"),
    **{
        f"scsi-{name.replace('_', '-')}": controller("scsi", "model='lsilogic'", f"<driver {name}='{value}'/>")
        for name, value in SCSI_OPTIONS.items()
    },
    "controller-twice": case("<controller type='scsi' index='0'/><controller type='scsi' index='0'/>"),
    "pci-without-model": controller("pci", "index='1'"),
    "pci-chassis": controller("pci", "index='1' model='pcie-root-port'", "<target chassis='256' port='0'/>"),
    "pci-bus-number": controller("pci", EXPANDER, "<target busNr='255'/>"),
    "pci-bus-number-of-port": controller("pci", "index='1' model='pcie-root-port'", "<target busNr='5'/>"),
    "pci-expander-chassis": controller("pci", EXPANDER, "<target busNr='200' chassis='1'/>"),
    "pci-node": controller("pci", EXPANDER, "<target busNr='200'><node>0</node></target>"),
    "pcie-expander-on-pc": controller("pci", EXPANDER, "<target busNr='200'/>", machine="pc"),
    "pci-expander-on-q35": controller("pci", "index='1' model='pci-expander-bus'", "<target busNr='200'/>"),
    "ide-second": controller("ide", "index='1'", machine="pc"),
    "pci-target-index-x86": controller("pci", "index='0' model='pcie-root'", "<target index='1'/>"),
    "pci-target-index-0": controller("pci", "index='1' model='pci-root'", "<target index='0'/>", **PSERIES),
    "pci-target-index": controller("pci", "index='1' model='pci-root'", "<target index='31'/>", **PSERIES),
    "pci-root-node": controller(
        "pci", "index='0' model='pci-root'", "<target><node>0</node></target>", inside=numa(0), **PSERIES
    ),
}

TWO_PAGES = "<hugepages><page size='2048' nodeset='0'/><page size='1048576' nodeset='0'/></hugepages>"
EMPTY_SET = "'1,^1'"

OTHERS = {
    "disk-address-type": on("sata", "<address type='pci' slot='9'/>"),
    "usb-disk-address-type": on("usb", "<address type='drive'/>"),
    "virtio-disk-address-type": on("virtio", "<address type='drive'/>"),
    "zpci-on-x86": hostdev("pci", PCI, inside="<address type='pci'><zpci uid='0x1' fid='0x1'/></address>"),
    "usb-port-long": case("<input type='tablet' bus='usb'><address type='usb' bus='0' port='1.1.1.1.1'/></input>"),
    "tpm-of-pseries": case(tpm("tpm-spapr", "passthrough", inside=HOST_TPM)),
    "video-none-and-another": case(video("vga") + video("none")),
    "seclabel-without-model": case(inside="<seclabel type='dynamic' model='dac'/><seclabel type='none'/>"),
    "smbios-uuid": case(
        inside=f"<uuid>{UUID}</uuid>"
        f"<sysinfo type='smbios'><system><entry name='uuid'>1{UUID[1:]}</entry></system></sysinfo>"
    ),
    "numa-cells-with-gaps": case(inside=numa(0, 2)),
    "memory-device-past-the-cells": memory_device("dimm", "<node>1</node>"),
    "memnode-past-the-cells": numatune(STRICT + "<memnode cellid='1' mode='strict' nodeset='0'/>"),
    "pci-node-past-the-cells": controller(
        "pci", EXPANDER, "<target busNr='200'><node>9</node></target>", inside=numa(0)
    ),
    "numatune-static": numatune("<memory mode='strict' placement='static'/>", ()),
    "numatune-nodes-empty": numatune(f"<memory mode='strict' nodeset={EMPTY_SET}/>", ()),
    "vcpupin-cpus-empty": cputune(f"<vcpupin vcpu='0' cpuset={EMPTY_SET}/>"),
    "emulatorpin-cpus-empty": cputune(f"<emulatorpin cpuset={EMPTY_SET}/>"),
    "vcpu-cpus-empty": case(vcpu=f"<vcpu cpuset={EMPTY_SET}>4</vcpu>"),
    "hugepages-without-cells-twice": backing(TWO_PAGES),
    "hugepages-past-the-cells": case(
        inside="<memoryBacking><hugepages><page size='2048' nodeset='0,4'/></hugepages></memoryBacking>" + numa(0)
    ),
}

PSTORE = "<pstore backend='acpi-erst'><path>/x</path>{}</pstore>"
IOTHREAD = "<driver name='qemu' type='raw' iothread='1'><iothreads><iothread id='1'/></iothreads></driver>"

# Of libvirts newer than 9.0.
NEWER = {
    "port-forward-without-passt": interface(inside="<portForward proto='tcp'><range start='2022'/></portForward>"),
    "passt-on-type": interface(inside="<backend type='passt'/>"),
    "interface-mtu": interface("user", "<mtu size='1400'/>", ""),
    "iothread-and-iothreads": on("virtio", driver=IOTHREAD),
    "discard-without-qcow2": disk(driver="type='raw' discard='unmap' discard_no_unref='on'"),
    "queue-size-on-bus": disk(driver="type='raw' queue_size='4'"),
    "video-blob": case(video("vga", "blob='on'")),
    "video-blob-memory": case(video("virtio", "blob='on'")),
    "ps2-off-and-input": case("<input type='mouse' bus='ps2'/>", "<features><ps2 state='off'/></features>"),
    "pstore-without-size": case(PSTORE.format(""), ACPI),
    "pstore-twice": case(PSTORE.format("<size unit='KiB'>64</size>") * 2, ACPI),
    "tpm-profile-of-1.2": case(tpm(attributes="version='1.2'", inside="<profile source='x'/>")),
    "iommu-amd-machine": case("<iommu model='amd'/>", machine="pc"),
    "feature-aia-on-x86": features("<aia value='aplic'/>"),
    "varstore-and-nvram": firmware("efi", "<nvram>/x</nvram><varstore/>"),
    "shim-without-kernel": case(os="<shim>/x</shim>"),
    "nvme-without-serial": controller("nvme", "index='0'"),
}

# What an x86 domain has, on a machine type that does not have it, and what domains of all kinds have by mistake.
ON_ARM = {"arch": "aarch64", "machine": "virt"}
MISTAKES = {
    "serial-isa-of-others": case(
        "<serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>", **ON_ARM
    ),
    "feature-pvspinlock-of-arm": features("<pvspinlock state='on'/>", **ON_ARM),
    "disk-name-nvme": on("virtio").replace("'vda'", "'nvme0n1'"),
    "source-file-empty": disk(source="<source file=''/>"),
    "source-dev-empty": disk(attributes="type='block'", source="<source dev=''/>"),
    "filesystem-target-twice": case(
        "".join(f"<filesystem>{VIRTIOFS}<source dir='/{name}'/><target dir='t'/></filesystem>" for name in "ab"), SHARED
    ),
    "shmem-size-in-bytes": shmem(PLAIN, "<size>64</size>"),
    "emulator-of-x86": case("<emulator>/usr/bin/qemu-system-x86_64</emulator>", **ON_ARM),
    "emulator-of-i686": case("<emulator>/usr/bin/qemu-system-i386</emulator>"),
    "emulator-of-arm": case("<emulator>/usr/bin/qemu-system-aarch64</emulator>"),
    "emulator-of-others": case("<emulator>/usr/bin/qemu-system-riscv64</emulator>"),
    "emulator-relative": case("<emulator>qemu-system-x86_64</emulator>"),
    "emulator-with-blanks": case("<emulator>\n  /usr/bin/qemu-system-x86_64\n</emulator>"),
    "hyperv-without-state": features("<hyperv><relaxed/></hyperv>"),
    "kvm-without-state": features("<kvm><hidden/></kvm>"),
    "scsi-queues-without-model": case("<controller type='scsi' index='0'><driver queues='4'/></controller>"),
    "interface-vhostuser-without-model": case(
        "<interface type='vhostuser'><source type='unix' path='/x' mode='server'/></interface>", SHARED
    ),
    "tpm-version": case(tpm(attributes="version='2'")),
}

CASES = DISKS | DISPLAYS | DEVICES | MACHINES | MEMORIES | NETWORKS | CONTROLLERS | OTHERS | NEWER | MISTAKES


# Found by writing domains of all kinds.
TOPOLOGY = "<cpu><topology {}/></cpu>"
USB_HOSTDEV = "<hostdev mode='subsystem' type='usb'><source><address bus='1'/></source></hostdev>"
PCI_SOURCE = "<source><address domain='0' bus='1' slot='{}' function='{}'/></source>"
AT_PCI = "<hostdev mode='subsystem' type='pci'>" + PCI_SOURCE + "</hostdev>"
VF = "<interface type='hostdev'>" + PCI_SOURCE.replace("<address", "<address type='pci'") + "</interface>"
BACKING = "<backingStore type='file'><source file='/b'/></backingStore>"
ALIAS = "<input type='{}' bus='usb'><alias name='ua-a'/></input>"


def for_qemu(tag, inside):
    return f"<qemu:{tag} xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>{inside}</qemu:{tag}>"


WHOLE = {
    "topology-without-sockets": case(inside=TOPOLOGY.format("cores='2' threads='2'")),
    "topology-without-cores": case(inside=TOPOLOGY.format("sockets='2' threads='2'")),
    "topology-without-threads": case(inside=TOPOLOGY.format("sockets='2' cores='2'")),
    "topology-no-sockets": case(inside=TOPOLOGY.format("sockets='0' cores='2' threads='2'")),
    "topology-no-cores": case(inside=TOPOLOGY.format("sockets='2' cores='0' threads='2'")),
    "topology-no-threads": case(inside=TOPOLOGY.format("sockets='2' cores='2' threads='0'")),
    "cpu-feature-without-name": case(inside="<cpu mode='host-model'><feature policy='require'/></cpu>"),
    "vcpu-current-beyond": case(vcpu="<vcpu current='5'>4</vcpu>"),
    "memory-none": case().replace(">512<", ">0<"),
    "memory-unit-unknown": case().replace("'MiB'", "'GBs'"),
    "current-memory-unit-unknown": case(inside="<currentMemory unit='megs'>512</currentMemory>"),
    "memory-device-without-maximum": case(
        "<memory model='dimm'><target><size unit='MiB'>512</size><node>0</node></target></memory>", numa(0)
    ),
    "hugepages-size-zero": case(inside="<memoryBacking><hugepages><page size='0'/></hugepages></memoryBacking>"),
    "numa-distance": case(
        inside="<cpu><numa><cell id='0' cpus='0-1' memory='1'><distances><sibling id='1' value='5'/></distances></cell>"
        "<cell id='1' cpus='2-3' memory='1'/></numa></cpu>"
    ),
    "memnode-restrictive-alone": case(
        inside="<numatune><memory mode='strict' nodeset='0'/><memnode cellid='0' mode='restrictive' nodeset='0'/>"
        "</numatune>" + numa(0)
    ),
    "loader-writable-and-nvram": case(
        inside=ACPI, os="<loader readonly='no' type='pflash'>/x</loader><nvram>/y</nvram>"
    ),
    "init-missing": case().replace(">hvm<", ">exe<"),
    "blkio-device-without-path": case(inside="<blkiotune><device><weight>500</weight></device></blkiotune>"),
    "sev-without-policy": case(inside="<launchSecurity type='sev'><cbitpos>47</cbitpos></launchSecurity>"),
    "feature-vmport-of-others": case(
        inside="<features><vmport state='off'/></features>", arch="aarch64", machine="virt"
    ),
    "panic-isa-of-others": case("<panic model='isa'/>", arch="aarch64", machine="virt"),
    "video-on-s390": case("<video><model type='vga'/></video>", arch="s390x", machine="s390-ccw-virtio"),
    "usb-input-on-s390": case("<input type='tablet' bus='usb'/>", arch="s390x", machine="s390-ccw-virtio"),
    "alias-twice": case(ALIAS.format("mouse") + ALIAS.format("tablet")),
    "graphics-listen-differs": case(
        "<graphics type='vnc' listen='127.0.0.1'><listen type='address' address='::1'/></graphics>"
    ),
    "audio-without-id": case("<audio type='none'/>"),
    "pci-chassis-number": controller("pci", "index='1' model='pci-bridge'", "<target chassisNr='0'/>", machine="pc"),
    "pci-port": controller("pci", "index='1' model='pcie-root-port'", "<target port='0x100'/>"),
    "hostdev-slot": case(AT_PCI.format("0x20", "0")),
    "hostdev-function": case(AT_PCI.format("0", "8")),
    "interface-hostdev-slot": case(VF.format("32", "0")),
    "interface-hostdev-function": case(VF.format("0", "0x8")),
    "hostdev-unfiltered": case(
        "<hostdev mode='subsystem' type='scsi' sgio='unfiltered'><source><adapter name='scsi_host0'/>"
        "<address bus='0' target='0' unit='0'/></source></hostdev>"
    ),
    "hostdev-startup-policy": case(AT_PCI.format("0", "0").replace("<source>", "<source startupPolicy='optional'>")),
    "hostdev-wwpn": case(
        "<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' wwpn='50014057667280d8'/></hostdev>"
    ),
    "hostdev-usb-without-device": case(USB_HOSTDEV),
    "redirfilter-without-allow": case("<redirfilter><usbdev class='0x08'/></redirfilter>"),
    "redirfilter-class": case("<redirfilter><usbdev class='0x100' allow='no'/></redirfilter>"),
    "geometry-translation-on-bus": on("virtio", "<geometry cyls='1' heads='1' secs='1' trans='lba'/>"),
    "geometry-translation-by-name": disk("<geometry cyls='1' heads='1' secs='1' trans='lba'/>", target="dev='vda'"),
    "ide-name-past-the-end": disk(target="dev='hde' bus='ide'"),
    "ide-name-past-the-end-by-name": disk(target="dev='hde'"),
    "floppy-name-past-the-end": disk(attributes="type='file' device='floppy'", target="dev='fdc'"),
    "fat-written": disk(attributes="type='dir'", source="<source dir='/x'/>", driver="type='fat'"),
    "nvme-namespace": disk(
        attributes="type='nvme'",
        source="<source type='pci' namespace='0'><address domain='0' bus='1' slot='0' function='0'/></source>",
    ),
    "serial-characters": disk("<serial>a;b</serial>"),
    "backing-store-without-format": disk(BACKING, driver="type='qcow2'"),
    "secret-of-nothing": disk("<auth username='u'><secret type='ceph'/></auth>", **server("rbd")),
    "secret-of-source-of-nothing": disk(**server("rbd", "<auth username='u'><secret type='ceph'/></auth>")),
    "secret-named-twice": disk(secret(f"type='ceph' uuid='{UUID}'"), **server("rbd")),
    "secret-of-source-named-twice": disk(**server("rbd", secret(f"type='ceph' uuid='{UUID}'"))),
    "pool-without-volume": disk(attributes="type='volume'", source="<source pool='p'/>"),
    "direct-without-device": case("<interface type='direct'><source mode='bridge'/></interface>"),
    "direct-mode": case("<interface type='direct'><source dev='a' mode='bridged'/></interface>"),
    "interface-without-network": case("<interface type='network'><source portgroup='a'/></interface>"),
    "interface-without-port": case("<interface type='server'><source address='127.0.0.1'/></interface>"),
    "filesystem-mode": filesystem("accessmode='mapped' fmode='1000'"),
    "virtiofs-access-mode": filesystem("accessmode='mapped'", VIRTIOFS),
    "filesystem-limit": filesystem(inside="<space_hard_limit unit='G'>1</space_hard_limit>"),
    "timer-mode": case(inside="<clock offset='utc'><timer name='tsc' mode='fast'/></clock>"),
    "launch-security-type": case(inside="<launchSecurity type='sevv'/>"),
    "hostdev-vendor": case(USB_HOSTDEV.replace("<address bus='1'/>", "<vendor id='046d'/><product id='1'/>")),
    "hostdev-product": case(USB_HOSTDEV.replace("<address bus='1'/>", "<vendor id='0x046d'/><product id='c08b'/>")),
    "qemu-argument-without-value": case(inside=for_qemu("commandline", "<qemu:arg>-snapshot</qemu:arg>")),
    "qemu-environment-without-name": case(inside=for_qemu("commandline", "<qemu:env value='a'/>")),
    "qemu-environment-name": case(inside=for_qemu("commandline", "<qemu:env name='A-B' value='a'/>")),
    "qemu-override-without-alias": case(inside=for_qemu("override", "<qemu:device/>")),
}

CASES |= WHOLE


# Found by leaving parts out of domains, writing them twice, and giving them the values of others.
MEMORY, MAXIMUM = "<memory unit='MiB'>512</memory>", "<maxMemory slots='4' unit='GiB'>8</maxMemory>"
OS = "<os >\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>"
PMEM = "<source><path>/x</path></source>"
LABEL = "<node>0</node><label><size unit='KiB'>{}</size></label>"
MEM = "<node>0</node><block unit='MiB'>{}</block><requested unit='MiB'>{}</requested>"
DIMM = (
    "<memory model='dimm'><target><size unit='{}'>256</size><node>0</node></target>"
    "<address type='dimm' slot='{}'/></memory>"
)
ARM, S390 = {"arch": "aarch64", "machine": "virt"}, {"arch": "s390x", "machine": "s390-ccw-virtio"}
RISCV = {"arch": "riscv64", "machine": "virt"}


def cells(distances="", cell="", more=""):
    first = (
        f"<cell id='0' cpus='0-1' memory='256' unit='MiB'>{distances and f'<distances>{distances}</distances>'}</cell>"
    )
    return case(
        inside=f"<cpu><numa>{cell or first}<cell id='1' cpus='2-3' memory='256' unit='MiB'/>{more}</numa></cpu>"
    )


def hmat(tag, initiator, target):
    kind = f"type='access' value='5' initiator='{initiator}' target='{target}'"
    return cells(more=f"<interconnects><{tag} {kind}/></interconnects>")


def memory_of(model, target, source="", attributes="", inside=""):
    memory = (
        f"<memory model='{model}' {attributes}>{source}{inside}<target><size unit='MiB'>256</size>{target}</target>"
    )
    return case(f"{memory}</memory>", MAXIMUM + numa(0))


NEEDED = {
    "name-missing": case().replace("<name>refused</name>", ""),
    "name-empty": case(name=""),
    "memory-missing": case().replace(MEMORY, ""),
    "memory-empty": case().replace(">512<", "><"),
    "os-missing": case().replace(OS, ""),
    "os-type-missing": case().replace(OS, "<os/>"),
    "vcpu-none": case(vcpu="<vcpu>0</vcpu>"),
    "boot-without-device": case(os="<boot/>"),
    "boot-without-order": on("virtio", "<boot/>"),
    "address-without-type": case("<memballoon model='virtio'><address bus='0' slot='5'/></memballoon>"),
    **{
        f"{tag}-without-model": case(f"<{tag}>{inside}</{tag}>")
        for tag, inside in {"memballoon": "", "watchdog": "", "rng": "<backend model='builtin'/>", "sound": ""}.items()
    },
    "rng-backend-without-model": case("<rng model='virtio'><backend>/dev/urandom</backend></rng>"),
    "input-without-type": case("<input bus='usb'/>"),
    "hub-without-type": case("<hub/>"),
    "graphics-without-type": case("<graphics port='5900'/>"),
    "spice-channel-without-mode": case("<graphics type='spice'><channel name='main'/></graphics>"),
    "tpm-backend-without-type": case("<tpm model='tpm-tis'><backend/></tpm>"),
    "memory-device-without-model": memory_device("", "").replace(" model=''", ""),
    "memory-device-without-target": case("<memory model='dimm'/>", MAXIMUM + numa(0)),
    "memory-device-without-size": case(
        "<memory model='dimm'><target><node>0</node></target></memory>", MAXIMUM + numa(0)
    ),
    "shmem-without-name": shmem(PLAIN, SIZE).replace(" name='a'", ""),
    "hostdev-without-type": case("<hostdev mode='subsystem'><source/></hostdev>"),
    "redirdev-without-type": case("<redirdev bus='usb'/>"),
    "timer-without-name": clock("present='no'"),
    "vcpupin-without-vcpu": cputune("<vcpupin cpuset='0'/>"),
    "emulatorpin-without-cpus": cputune("<emulatorpin/>"),
    "iothreadpin-without-cpus": case(inside="<iothreads>2</iothreads><cputune><iothreadpin iothread='1'/></cputune>"),
    "iothreadpin-without-iothread": case(inside="<iothreads>2</iothreads><cputune><iothreadpin cpuset='0'/></cputune>"),
    "iothread-without-id": case(inside="<iothreadids><iothread/></iothreadids>"),
    "cell-without-memory": cells(cell="<cell id='0' cpus='0-1'/>"),
    "sibling-without-id": cells("<sibling value='20'/>"),
    "sibling-without-value": cells("<sibling id='1'/>"),
    "distances-empty": cells("<!-- -->"),
    "label-without-model": case(inside="<seclabel type='static'><label>a</label></seclabel>"),
    "baselabel-without-model": case(inside="<seclabel type='dynamic'><baselabel>a</baselabel></seclabel>"),
    "memory-slot-twice": case(DIMM.format("MiB", 0) * 2, MAXIMUM + numa(0)),
    "memory-slot-past-the-last": case(DIMM.format("MiB", 4), MAXIMUM + numa(0)),
    "memory-device-larger-than-maximum": case(DIMM.format("GiB", 0), MAXIMUM + numa(0)),
    "nvdimm-discard": memory_of("nvdimm", "<node>0</node>", PMEM, "discard='yes'"),
    "nvdimm-label-small": memory_of("nvdimm", LABEL.format(64), PMEM),
    "nvdimm-label-large": memory_of("nvdimm", LABEL.format(300000), PMEM),
    "nvdimm-uuid": memory_of("nvdimm", "<node>0</node>", PMEM, inside=f"<uuid>{UUID}</uuid>"),
    "virtio-pmem-cell": memory_of("virtio-pmem", "<node>0</node>", PMEM),
    "virtio-pmem-private": memory_of("virtio-pmem", "", PMEM, "access='private'"),
    "virtio-mem-requested": memory_of("virtio-mem", MEM.format(2, 512)),
    "virtio-mem-block": memory_of("virtio-mem", MEM.format(3, 3)),
    "virtio-mem-without-block": memory_of("virtio-mem", "<node>0</node><requested unit='MiB'>4</requested>"),
    "virtio-mem-pieces": memory_of("virtio-mem", MEM.format(4, 127)),
    "numa-distance-to-itself": cells("<sibling id='0' value='20'/>"),
    "sibling-past-the-cells": cells("<sibling id='2' value='20'/>"),
    "numa-distance-long": cells("<sibling id='1' value='256'/>"),
    "latency-initiator": hmat("latency", 2, 0),
    "latency-target": hmat("latency", 0, 2),
    "bandwidth-initiator": hmat("bandwidth", 2, 0),
    "bandwidth-target": hmat("bandwidth", 0, 2),
    "cell-unit-unknown": cells(cell="<cell id='0' cpus='0-1' memory='1' unit='megs'/>"),
    "hugepages-of-one-cell-twice": case(inside=f"<memoryBacking>{TWO_PAGES}</memoryBacking>" + numa(0)),
    "vcpu-listed-past-the-last": case(inside="<vcpus><vcpu id='4' enabled='no'/></vcpus>"),
    "vcpu-off-for-good": case(
        inside="<vcpus><vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no' hotpluggable='no'/></vcpus>"
    ),
    "iothreadpin-twice": case(
        inside="<iothreads>2</iothreads><cputune><iothreadpin iothread='1' cpuset='0'/>"
        "<iothreadpin iothread='1' cpuset='1'/></cputune>"
    ),
    "iothread-pool": case(
        inside="<iothreadids><iothread id='1' thread_pool_min='8' thread_pool_max='4'/></iothreadids>"
    ),
    "iothread-zero": case(inside="<iothreadids><iothread id='0'/></iothreadids>"),
    "blkio-device-twice": case(
        inside="<blkiotune>" + "<device><path>/dev/x</path><weight>500</weight></device>" * 2 + "</blkiotune>"
    ),
    "timer-catchup": clock("name='rtc' tickpolicy='delay'").replace("'delay'/>", "'delay'><catchup slew='1'/></timer>"),
    "timer-frequency": clock("name='pit' frequency='1000'"),
    "timer-mode-of-others": clock("name='rtc' mode='auto'"),
    "sysinfo-uuid": smbios("<entry name='uuid'>abc</entry>", "system"),
    "bios-without-serial": case(os="<bios useserial='yes'/>"),
    "firmware-loader-type": firmware("efi", loader("type='pflash'")),
    "firmware-loader-readonly": firmware("efi", loader("readonly='yes'")),
    "rom-writable": firmware("", loader("type='rom' readonly='no'", "/x")),
    "bootloader-of-xen": case(inside="<bootloader>/usr/bin/pygrub</bootloader>"),
    "os-type-of-xen": case().replace(">hvm<", ">linux<"),
    "genid-twice": case(inside="<genid/><genid/>"),
    "cpu-cache-twice": cpu("<cache mode='passthrough'/>" * 2),
    "cpu-dies-zero": cpu("<topology sockets='1' dies='0' cores='4' threads='1'/>"),
    "vcpus-beyond-eim": case(vcpu="<vcpu>256</vcpu>"),
}

NVME = "<source {}>{}</source>"
NVME_AT = "<address domain='0' bus='1' slot='0' function='0'/>"
NVME_DISK = {"attributes": "type='nvme'"}
WITHOUT_USER, WITHOUT_SECRET = "<auth><secret type='ceph' usage='x'/></auth>", "<auth username='u'/>"
BURSTS = ("bytes_sec", "iops_sec")
AT_DRIVE = "<address type='drive' controller='0' bus='0' target='0' unit='0'/>"


def encrypted_with(encryption):
    return disk(source=f"<source file='/x'>{encryption}</source>")


def with_secret(attributes):
    return f"<encryption format='luks'><secret {attributes}/></encryption>"


MORE_DISKS = {
    "disk-readonly-on-bus": on("sata", "<readonly/>"),
    "disk-readonly-by-name": disk("<readonly/>", target="dev='hda'"),
    "disk-name-unknown": disk(target="dev='/dev/vda' bus='virtio'"),
    "disk-name-with-address": disk(AT_DRIVE, target="dev='cdrom' bus='sata'"),
    "disk-name-of-floppy": disk(target="dev='fda' bus='sata'"),
    "floppy-name": disk(attributes="type='file' device='floppy'", target="dev='sda' bus='fdc'"),
    "source-without-device": disk(attributes="type='block'", source="<source/>"),
    "source-without-folder": disk("<readonly/>", attributes="type='dir'", source="<source/>", driver="type='fat'"),
    "folder-format": disk("<readonly/>", attributes="type='dir'", source="<source dir='/x'/>"),
    "host-without-name": disk(attributes="type='network'", source="<source protocol='nbd'><host port='1'/></source>"),
    "web-without-name": disk(**server("http", name="")),
    "network-sheepdog": disk(**server("sheepdog")),
    "network-pool-missing": disk(**server("rbd", name="image")),
    "auth-without-user": disk(**server("rbd", WITHOUT_USER)),
    "auth-of-disk-without-user": disk(WITHOUT_USER, **server("rbd")),
    "auth-without-secret": disk(**server("rbd", WITHOUT_SECRET)),
    "auth-of-disk-without-secret": disk(WITHOUT_SECRET, **server("rbd")),
    "auth-protocol": disk(**server("nbd", secret("type='ceph'"))),
    "auth-protocol-of-disk": disk(secret("type='ceph'"), **server("nbd")),
    "encryption-without-format": encrypted_with("<encryption/>"),
    "encryption-of-disk-without-format": disk("<encryption/>"),
    "encryption-qcow": encrypted_with("<encryption format='qcow'><secret type='passphrase' usage='a'/></encryption>"),
    "encryption-secret-without-type": encrypted_with(with_secret("usage='a'")),
    "encryption-secret-of-nothing": encrypted_with(with_secret("type='passphrase'")),
    "encryption-secret-named-twice": encrypted_with(with_secret(f"type='passphrase' usage='a' uuid='{UUID}'")),
    "encryption-of-disk-secret-without-type": disk(with_secret("usage='a'")),
    "encryption-of-disk-secret-of-nothing": disk(with_secret("type='passphrase'")),
    "volume-without-pool": disk(attributes="type='volume'", source="<source volume='v'/>"),
    "nvme-without-type": disk(source=NVME.format("namespace='1'", NVME_AT), **NVME_DISK),
    "nvme-without-namespace": disk(source=NVME.format("type='pci'", NVME_AT), **NVME_DISK),
    "nvme-without-address": disk(source=NVME.format("type='pci' namespace='1'", ""), **NVME_DISK),
    "backing-store-without-source": disk(
        "<backingStore type='file'><format type='raw'/></backingStore>", driver="type='qcow2'"
    ),
    "lun-format": disk(driver="type='qcow2'", **BLOCK),
    "lun-copy-on-read": disk(driver="type='raw' copy_on_read='on'", **BLOCK),
    "lun-wwn": disk("<wwn>5000c50015ea71ad</wwn>", **BLOCK),
    "lun-wwn-by-name": disk("<wwn>5000c50015ea71ad</wwn>", target="dev='sda'", **BLOCK),
    "lun-vendor": disk("<vendor>a</vendor>", **BLOCK),
    "lun-vendor-by-name": disk("<vendor>a</vendor>", target="dev='sda'", **BLOCK),
    "lun-product": disk("<product>a</product>", **BLOCK),
    "lun-product-by-name": disk("<product>a</product>", target="dev='sda'", **BLOCK),
    "lun-protocol": disk(attributes="type='network' device='lun'", source=server("nbd")["source"]),
    "lun-encrypted": disk(
        attributes="type='block' device='lun'",
        source="<source dev='/x'><encryption format='luks'/></source>",
    ),
    "lun-blockio": disk("<blockio logical_block_size='512'/>", **BLOCK),
    "rawio-of-disk": disk(attributes="type='block' rawio='yes'", source="<source dev='/x'/>"),
    "reservations-of-disk": disk(
        attributes="type='block'", source="<source dev='/x'><reservations managed='yes'/></source>"
    ),
    **{
        f"{name.replace('_', '-')}-{how}": disk(driver=f"type='raw' {name}='on'", target=target)
        for name in ("ats", "packed", "page_per_vq")
        for how, target in {"on-bus": "dev='sda' bus='scsi'", "by-name": "dev='sda'"}.items()
    },
    "disk-model-on-bus": disk(attributes="type='file' model='virtio-transitional'"),
    "disk-model-by-name": disk(attributes="type='file' model='virtio-transitional'", target="dev='hda'"),
    "rotation-of-cdrom": disk(
        attributes="type='file' device='cdrom'", target="dev='sda' bus='scsi' rotation_rate='7200'"
    ),
    "transient-floppy": disk("<transient/>", attributes="type='file' device='floppy'", target="dev='fda' bus='fdc'"),
    "iotune-bytes-burst": disk(tune("total_bytes_sec", "total_bytes_sec_max", "read_bytes_sec_max")),
    "iotune-bytes-written-burst": disk(tune("total_bytes_sec", "total_bytes_sec_max", "write_bytes_sec_max")),
    "iotune-operations-burst": disk(tune("total_iops_sec", "total_iops_sec_max", "read_iops_sec_max")),
    "iotune-operations-written-burst": disk(tune("total_iops_sec", "total_iops_sec_max", "write_iops_sec_max")),
    "iotune-group-alone": disk("<iotune><group_name>a</group_name></iotune>"),
    "wwn-malformed": disk("<wwn>5000</wwn>"),
    "source-of-folder-missing": filesystem(source="<source/>"),
    "target-of-folder-missing": filesystem(target="<target/>"),
    "virtiofs-multidevs": filesystem("multidevs='remap'", VIRTIOFS),
    "virtiofs-wrpolicy": filesystem(driver=VIRTIOFS.replace("/>", " wrpolicy='immediate'/>")),
}

ACCELERATION = "<acceleration {}/>"
USB_INPUT = "<input type='tablet' bus='usb'/>"
USB_DISK = "<disk><source file='/x'/><target dev='sda' bus='usb'/></disk>"

MORE_DEVICES = {
    "video-not-the-first": case(video("virtio") + video("vga")),
    "video-rendernode": case(video("virtio", of_model=ACCELERATION.format("accel3d='yes' rendernode='/x'"))),
    "video-acceleration-of-nothing": case(video("virtio", of_model=ACCELERATION.format(""))),
    "video-accel2d": case(video("virtio", of_model=ACCELERATION.format("accel2d='yes'"))),
    "video-resolution-model": case(video("cirrus", of_model="<resolution x='800' y='600'/>")),
    "video-vram64": case(video("vga", "vram64='65536'")),
    "video-vgamem-small": case(video("qxl", "vgamem='512'")),
    "video-vgamem-odd": case(video("qxl", "vgamem='3000'")),
    "video-vram-small": case(video("vga", "vram='512'")),
    "listen-network-of-others": case(graphics("vnc", "", "<listen type='address' network='n'/>")),
    "listen-socket-of-others": case(graphics("vnc", "", "<listen type='address' socket='/x'/>")),
    "password-valid-to": case(graphics("vnc", "passwd='x' passwdValidTo='2030-01-01'")),
    "evdev-without-device": case("<input type='evdev'><source/></input>"),
    "passthrough-without-device": case("<input type='passthrough' bus='virtio'><source/></input>"),
    "smartcard-twice": case("<smartcard mode='host'/>" * 2),
    "iommu-twice": case("<iommu model='intel'/>" * 2),
    "watchdog-itco-machine": case("<watchdog model='itco'/>", machine="pc"),
    "watchdog-itco-address": case("<watchdog model='itco'><address type='pci' slot='7'/></watchdog>"),
    "watchdog-ib700-of-others": case("<watchdog model='ib700'/>", **ARM),
    "watchdog-diag288-of-others": case("<watchdog model='diag288'/>", **ARM),
    "panic-hyperv-of-others": case("<panic model='hyperv'/>", **ARM),
    "panic-isa-of-ibm": case("<panic model='isa'/>", **S390),
    "iommu-intel-of-others": case("<iommu model='intel'/>", **ARM),
    "tpm-crb-of-others": case(tpm("tpm-crb", "passthrough", inside=HOST_TPM), **ARM),
    "ps2-of-others": case("<input type='mouse' bus='ps2'/>", **ARM),
    "ps2-of-pseries": case("<input type='mouse' bus='ps2'/>", **PSERIES),
    "usb-input-of-arm": case(USB_INPUT, **ARM),
    "usb-disk-of-arm": case(USB_DISK, **RISCV),
    "usb-hub-of-arm": case("<hub type='usb'/>", **ARM),
    "floppy-of-others": case("<disk device='floppy'><source file='/x'/><target dev='fda' bus='fdc'/></disk>", **ARM),
    "video-of-others": case(video("qxl"), **ARM),
    "parallel-of-pseries": case("<parallel type='pty'/>", **PSERIES),
    "shmem-small": shmem(PLAIN, "<size unit='K'>512</size>"),
    "shmem-odd": shmem(PLAIN, "<size unit='M'>3</size>"),
    "feature-hyperv-of-others": features("<hyperv><relaxed state='on'/></hyperv>", **S390),
    "feature-ioapic-of-others": features("<ioapic driver='qemu'/>", **ARM),
    "feature-pvspinlock-of-others": features("<pvspinlock state='on'/>", **S390),
    "feature-ras-of-others": features("<ras state='on'/>"),
    "feature-ps2-of-others": features("<ps2 state='off'/>", **ARM),
}

VF_AT = "<interface type='hostdev'><source>{}</source></interface>"
ISCSI = "<hostdev mode='subsystem' type='scsi'><source protocol='iscsi' {}>{}</source></hostdev>"

MORE_NETWORKS = {
    "interface-ats": interface(inside="<driver ats='on'/>", model="e1000"),
    "interface-packed": interface(inside="<driver packed='on'/>", model="e1000"),
    "rom-off-with-bar": interface(inside="<rom enabled='no' bar='on'/>"),
    "vf-without-source": case("<interface type='hostdev'/>"),
    "vf-address-without-type": case(VF_AT.format(NVME_AT)),
    "vlan-of-others": interface("user", "<vlan><tag id='42'/></vlan>", ""),
    "virtualport-without-type": interface("bridge", "<virtualport/>", BRIDGE),
    "mac-with-hyphens": interface(inside="<mac address='52-54-00-00-00-01'/>"),
    "interface-ip-without-address": interface("user", "<ip family='ipv4' prefix='24'/>", ""),
    "interface-user-prefix": interface("user", "<ip family='ipv4' address='192.0.2.0' prefix='30'/>", ""),
    "interface-user-prefix-ipv6": interface("user", "<ip family='ipv6' address='2001:db8::' prefix='80'/>", ""),
    "hostdev-mdev-without-address": hostdev("mdev", "", VFIO),
    "hostdev-scsi-without-address": hostdev("scsi", "<adapter name='scsi_host0'/>"),
    "hostdev-iscsi-without-name": case(ISCSI.format("", "<host name='h'/>")),
    "hostdev-iscsi-without-host": case(ISCSI.format("name='iqn.2001-01.example:a'", "")),
    "hostdev-vhost-without-protocol": hostdev("scsi_host"),
}

VIO = "<address type='spapr-vio' reg='0x2000'/>"
ZPCI = (
    "<interface type='user'><model type='virtio'/><address type='pci'><zpci uid='{}' fid='{}'/></address></interface>"
)
MICROVM = {"machine": "microvm", "vcpu": "<vcpu>1</vcpu>"}


def interface_at(address, model="virtio", **options):
    return case(f"{BARE}<interface type='user'><model type='{model}'/>{address}</interface>", **options)


MORE_CONTROLLERS = {
    "redirdev-without-host": case("<redirdev bus='usb' type='tcp'/>"),
    "redirdev-without-service": case("<redirdev bus='usb' type='tcp'><source mode='connect' host='h'/></redirdev>"),
    "serial-udp-without-service": serial("udp"),
    "serial-udp-source-without-service": serial("udp", "<source mode='connect' host='192.0.2.1'/>"),
    "serial-spiceport-without-channel": case("<graphics type='spice'/><serial type='spiceport'/>"),
    "serial-port-twice": case("<serial type='pty'><target type='isa-serial' port='0'/></serial>" * 2),
    "usb-controller-twice": case(usb("qemu-xhci") + usb("piix3-uhci")),
    "usb-controller-twice-without-model": case(usb("qemu-xhci") + "<controller type='usb' index='0'/>"),
    "usb-ports-of-others": case(usb("piix3-uhci", "ports='4'"), machine="pc"),
    "sata-address-slot": controller("sata", "index='0'", "<address type='pci' bus='0' slot='5' function='0'/>"),
    "ide-address-slot": controller("ide", "", "<address type='pci' bus='0' slot='5' function='1'/>", machine="pc"),
    "usb-address-slot": controller("usb", "", "<address type='pci' bus='0' slot='5' function='2'/>", machine="pc"),
    "usb-address-of-pc": controller("usb", "", "<address type='pci' bus='0' slot='0x01' function='0x2'/>"),
    "pcie-port-on-pc": controller("pci", "index='1' model='pcie-root-port'", machine="pc"),
    "pcie-bridge-on-pc": controller(
        "pci", "index='1' model='dmi-to-pci-bridge'", "<address type='pci' bus='0' slot='2'/>", machine="pc"
    ),
    "pcie-port-of-others": controller("pci", "index='1' model='pcie-root-port'", **S390),
    "pci-bridge-first-on-q35": controller("pci", "index='1' model='pci-bridge'"),
    "pci-switch-port-alone": controller("pci", "index='1' model='pcie-switch-downstream-port'"),
    "pci-device-of-port": controller("pci", "index='1' model='pcie-root-port'", "<model name='pci-bridge'/>"),
    "pci-device-of-bridge": controller(
        "pci", "index='1' model='pci-bridge'", "<model name='pcie-root-port'/>", machine="pc"
    ),
    "pci-chassis-of-bridge": controller("pci", "index='1' model='pci-bridge'", "<target chassis='1'/>", machine="pc"),
    "pci-chassis-number-of-port": controller("pci", "index='1' model='pcie-root-port'", "<target chassisNr='1'/>"),
    "pci-hotplug-of-bridge": controller("pci", "index='0' model='pcie-root'", "<target hotplug='off'/>"),
    "pci-node-of-port": controller(
        "pci", "index='1' model='pcie-root-port'", "<target><node>0</node></target>", inside=numa(0)
    ),
    "scsi-ncr53c90": controller("scsi", "index='0' model='ncr53c90'"),
    "spapr-vio-twice": case(
        f"<controller type='scsi' index='0' model='ibmvscsi'>{VIO}</controller>"
        f"<interface type='user'><model type='spapr-vlan'/>{VIO}</interface>",
        **PSERIES,
    ),
    "zpci-uid-twice": case(ZPCI.format("0x1", "0x1") + ZPCI.format("0x1", "0x2"), **S390),
    "zpci-fid-twice": case(ZPCI.format("0x1", "0x1") + ZPCI.format("0x2", "0x1"), **S390),
    "zpci-uid-large": case(ZPCI.format("0x10000", "0x1"), **S390),
    "zpci-fid-large": case(ZPCI.format("0x1", "0x100000000"), **S390),
    "pci-address-of-microvm": interface_at("<address type='pci' bus='0' slot='3'/>", **MICROVM),
    "microvm-model": interface_at("", "e1000", **MICROVM),
    "ccw-partial": interface_at("<address type='ccw' devno='0x0001'/>", **S390),
    "usb-input-address": case("<input type='tablet' bus='usb'><address type='pci' slot='5'/></input>"),
}

CASES |= NEEDED | MORE_DISKS | MORE_DEVICES | MORE_NETWORKS | MORE_CONTROLLERS

AT_BUS = "<address type='pci' bus='0x01' slot='0'/>"
PORT = "<controller type='pci' index='1' model='pcie-root-port'/>"

LAST = {
    "hugepages-without-size": backing("<hugepages><page/></hugepages>"),
    "hugepages-unit-unknown": backing("<hugepages><page size='2' unit='megs'/></hugepages>"),
    "gl-without-enable": case(graphics("spice", "", "<gl/>")),
    "spinlocks-without-number": features("<hyperv><spinlocks state='on'/></hyperv>"),
    "dirty-ring-without-size": features("<kvm><dirty-ring state='on'/></kvm>"),
    "encryption-of-disk-secret-named-twice": disk(with_secret(f"type='passphrase' usage='a' uuid='{UUID}'")),
    "virtio-memory-address": case(
        f"<memory model='virtio-mem'><target><size unit='MiB'>256</size>{MEM.format(2, 128)}</target>"
        "<address type='dimm' slot='0'/></memory>",
        MAXIMUM + numa(0),
    ),
    "pci-expander-below-the-root": case(
        f"{PORT}<controller type='pci' index='2' model='pcie-expander-bus'><target busNr='200'/>{AT_BUS}</controller>"
    ),
    "pcie-port-below-the-root": case(
        f"{PORT}<controller type='pci' index='2' model='pcie-root-port'>{AT_BUS}</controller>"
    ),
    "sound-audio-missing": case("<audio id='1' type='none'/><sound model='ich9'><audio id='3'/></sound>"),
    "firmware-nvram-template": firmware("efi", "<nvram template='/x'/>"),
    "serial-port-past-the-last": case("<serial type='pty'><target type='isa-serial' port='4'/></serial>"),
    "interface-unmanaged": interface(inside="<target dev='a' managed='no'/>"),
    "ccw-address-of-others": case(
        "<rng model='virtio'><backend model='builtin'/><address type='ccw' cssid='0xfe' ssid='0' devno='1'/></rng>"
    ),
    "console-sclp-of-others": case("<console type='pty'><target type='sclp'/></console>"),
}

CASES |= LAST

# What is written for x86, and not taken back where the architecture is another one.
TIMER = "<clock offset='utc'><timer name='{}' present='yes'/></clock>"
CASES |= {
    "suspend-to-memory-of-x86": case(inside="<pm><suspend-to-mem enabled='no'/></pm>", **ARM),
    "suspend-to-disk-of-x86": case(inside="<pm><suspend-to-disk enabled='no'/></pm>", **ARM),
    "suspend-on-pseries": case(inside="<pm><suspend-to-mem enabled='no'/></pm>", **PSERIES),
    "timer-hpet-of-x86": case(inside=TIMER.format("hpet"), **ARM),
    "timer-of-x86": case(inside=TIMER.format("kvmclock"), **ARM),
    "feature-vmcoreinfo-of-others": features("<vmcoreinfo state='on'/>", **S390),
    "bios-serial-of-x86": case("<serial type='pty'/>", os="<bios useserial='yes'/>", **ARM),
    "iommu-virtio-of-others": case("<iommu model='virtio'/>", **S390),
    "usb-hostdev-of-arm": hostdev("usb", USB, **ARM),
    "usb-redirdev-of-arm": case("<redirdev bus='usb' type='pty'/>", **ARM),
    "firmware-loader-path": firmware("efi", loader("", "/x")),
}
