"""Errors of libvirt and QEMU that a domain's text does not decide: their words, the cause, and the next step.

``*`` in the words stands for what varies. Sources: libvirt's and QEMU's sources by the words themselves, and
https://libvirt.org/kbase/index.html.
"""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple

__all__ = ["HOST_ERRORS", "HostError"]


class HostError(NamedTuple):
    """An error that comes from the host: its words, why libvirt or QEMU says them, and what to do next."""

    words: tuple[str, ...]
    cause: str
    next_step: str


HOST_ERRORS = (
    HostError(
        ("format of backing image '*' of image '*' was not specified in the image metadata",),
        "The image has a backing file, and does not record that file's format. libvirt 6.0.0 and later do not guess "
        "it, since a guest could write a header of another format into a raw image.",
        "Record the format: qemu-img rebase -u -F qcow2 -b BACKING IMAGE, with the format that BACKING really has.",
    ),
    HostError(
        ("filesystem does not support O_DIRECT", "file system may not support O_DIRECT"),
        "The disk has cache='none' or cache='directsync', and the file system of the image (tmpfs, some overlays and "
        "network file systems) takes no direct access.",
        "Move the image to another file system, or choose cache='writeback' for this disk.",
    ),
    HostError(
        ("unable to map backing store for guest RAM: Cannot allocate memory",),
        "The domain asks for huge pages, and the host has not reserved enough of that size.",
        "Reserve them (virsh allocpages, or vm.nr_hugepages), or take <hugepages/> out of <memoryBacking>.",
    ),
    HostError(
        ("cannot limit locked memory of process * to *",),
        "A host device or <locked/> needs locked memory, and libvirt may not raise the limit: it runs in a container "
        "or without CAP_SYS_RESOURCE.",
        "Give libvirt the capability, or raise its own limit (LimitMEMLOCK of its unit) to the guest's memory and "
        "more.",
    ),
    HostError(
        ("group * is not viable",),
        "Another device of the same IOMMU group is still bound to a driver of the host.",
        "List the group (ls /sys/kernel/iommu_groups/N/devices), and give all its devices to vfio-pci.",
    ),
    HostError(
        ("host doesn't support passthrough of host PCI devices",),
        "The host's IOMMU is off, or the module vfio-pci is not there.",
        "Turn it on in the firmware (VT-d, AMD-Vi) and on the kernel's command line (intel_iommu=on), and look at it "
        "with virt-host-validate qemu.",
    ),
    HostError(
        (
            "does not support virt type 'kvm'",
            "Could not access KVM kernel module: *",
            "CPU mode 'host-passthrough' for * domain on * host is not supported by hypervisor",
            "CPU mode 'host-model' for * domain on * host is not supported by hypervisor",
        ),
        "The domain's type is 'kvm', and /dev/kvm is missing or not open to QEMU: virtualization is off in the "
        "firmware, the module is not loaded, or this host is a guest without nested virtualization.",
        "Load kvm_intel or kvm_amd and look at virt-host-validate qemu. type='qemu' emulates, many times slower.",
    ),
    HostError(
        ("cannot set CPU affinity on process *: Invalid argument",),
        "A pin names processors that this host does not have, or that are offline or outside libvirt's own cpuset.",
        "Compare the cpuset of <cputune> and <vcpu> with lscpu of this host.",
    ),
    HostError(
        (
            "Cannot access storage file '*'",
            "Could not open '*': Permission denied",
            "Could not open '*': No such file or directory",
        ),
        "The file is missing, or the user that QEMU runs as cannot reach it: every folder above it has to be open to "
        "that user, and AppArmor or SELinux has to allow the path.",
        "Look at it as that user: sudo -u libvirt-qemu ls -l FILE (qemu on Fedora and RHEL). Move images out of home "
        "folders.",
    ),
    HostError(
        ("Network not found: no network with matching name '*'",),
        "An interface names a libvirt network that this host does not have.",
        "virsh net-list --all shows those that it has; virsh net-define adds one.",
    ),
    HostError(
        ("network '*' is not active",),
        "The libvirt network of an interface is defined, and not started.",
        "virsh net-start NAME, and virsh net-autostart NAME for the next boot.",
    ),
    HostError(
        ("Unable to get index for interface *: No such device", "Cannot get interface MTU on '*': No such device"),
        "An interface names a bridge or a network card that this host does not have.",
        "ip link shows those that it has.",
    ),
    HostError(
        (
            "Unable to find '*' firmware that is compatible with the current configuration",
            "Unable to find any firmware to satisfy '*'",
        ),
        "No firmware that is installed here has what the domain asks for: the package is missing, or features such as "
        "secure-boot and enrolled-keys, the machine type and <smm> contradict each other.",
        "Install OVMF (ovmf, edk2-ovmf), and compare the domain with the files in /usr/share/qemu/firmware.",
    ),
    HostError(
        ("TPM version '*' is not supported", "Unable to find 'swtpm' binary in *", "'swtpm_setup' *"),
        "The domain has an emulated TPM, and the programs that emulate it are not installed.",
        "Install swtpm and swtpm-tools.",
    ),
    HostError(
        ('Failed to get "write" lock', 'Failed to get shared "write" lock'),
        "Another process has the image open: a second domain with the same image, or a QEMU that was left over.",
        "lsof IMAGE names the process. <shareable/> is right for file systems of a cluster only.",
    ),
    HostError(
        ("QEMU guest agent is not connected", "Guest agent is not responding: *"),
        "The domain has the agent's channel, and in the guest nobody answers on it: qemu-ga is not installed, not "
        "started, or hangs.",
        "chanfix status DOMAIN says how far it gets; chanfix guest-config says what to set in the guest.",
    ),
    HostError(
        (
            "could not find capabilities for *",
            "Cannot find suitable emulator for *",
            "unable to find any emulator to serve '*' architecture",
        ),
        "libvirt found no QEMU here that runs such a domain: the package for this architecture is missing, or "
        "type='kvm' is asked for and KVM does not work.",
        "virsh capabilities lists what this host runs; install the QEMU of the architecture, restart libvirt, and look "
        "at virt-host-validate qemu.",
    ),
    HostError(
        ("cannot load AppArmor profile '*'",),
        "AppArmor refused the profile that libvirt makes for the domain: a file of the domain has an odd name, or the "
        "profile of virt-aa-helper does not let it read one.",
        "journalctl -k | grep DENIED names the file; allow it in /etc/apparmor.d/local/usr.lib.libvirt.virt-aa-helper.",
    ),
    HostError(
        ("no storage pool with matching name '*'", "no storage vol with matching *"),
        "A disk names a storage pool or a volume that this host does not have.",
        "virsh pool-list --all and virsh vol-list POOL show those that it has.",
    ),
    HostError(
        ("could not access /sys/bus/pci/devices/*",),
        "The host has no PCI device at the address of the <hostdev>: addresses change when cards are added or moved.",
        "lspci -D lists the addresses of this host.",
    ),
    HostError(
        ("PCI device * is in use by driver *", "USB device * is in use by *"),
        "Another domain that runs has this device of the host.",
        "Stop that domain, or take the device out of one of the two.",
    ),
    HostError(
        ("Failed to find an available port: Address already in use", "Unable to find an unused port in range '*'"),
        "The port of the display is taken on this host, by another domain or another program.",
        "Write port='-1' autoport='yes', so that libvirt looks for a free one; ss -ltnp shows who has the port.",
    ),
    HostError(
        ("Failed to connect socket to '*libvirt*'", "Failed to connect socket to '*virtqemud*'"),
        "libvirt's daemon does not run here, or its socket is not open to this user.",
        "systemctl start libvirtd (or virtqemud.socket), and add the user to the group libvirt.",
    ),
)
