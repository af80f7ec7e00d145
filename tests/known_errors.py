"""The errors that lint finds in real documents: each was read against its file, and is right."""

__all__ = [
    "DEFINED",
    "ERRORS_BY_ROWS",
    "ERRORS_IN_DEFINITIONS",
    "ERRORS_IN_HARDWARE",
    "ERRORS_IN_TEST_DATA",
    "SCHEMA_ERRORS",
]

# libvirt's test data has these to be refused; there is no error on any other document of it.
ERRORS_IN_TEST_DATA = {
    "genericxml2xmlindata_chardev-reconnect-invalid-mode.xml": {"reconnect-with-bind": 1},
    "genericxml2xmlindata_chardev-reconnect-missing-timeout.xml": {"channel-schema": 1},
    "genericxml2xmlindata_chardev-tcp-missing-host.xml": {"channel-schema": 1},
    "genericxml2xmlindata_chardev-tcp-missing-service.xml": {"channel-schema": 1},
    "genericxml2xmlindata_chardev-tcp-multiple-source.xml": {"channel-schema": 1},
    "genericxml2xmlindata_chardev-udp-missing-connect-service.xml": {"channel-schema": 1},
    "genericxml2xmlindata_chardev-udp-multiple-source.xml": {"channel-schema": 1},
    "qemuxml2argvdata_chardev-reconnect-generated-path.xml": {"reconnect-with-bind": 1},
    "qemuxml2argvdata_chardev-reconnect-invalid-timeout.xml": {"channel-schema": 1},
    "qemuxml2argvdata_aarch64-gic-invalid.xml": {"unknown-value": 1},
    "qemuxml2argvdata_disk-device-lun-type-invalid.xml": {"unknown-value": 1, "unknown-name": 1},
    "qemuxml2argvdata_hugepages-memaccess-invalid.xml": {"unknown-value": 1},
    "qemuxml2argvdata_pci-bridge-negative-index-invalid.xml": {"unknown-value": 1},
    "qemuxml2argvdata_vhost_queues-invalid.xml": {"unknown-value": 1},
}

# Documents of libvirt's test data that are no test of the QEMU driver, which refuses them; and definitions.
ERRORS_BY_ROWS = {
    # Sleep states on ARM.
    "miclewang123+vm__tpl__create_vm_arm.tpl": {"refused-combination": 1},
    "genericxml2xmlindata_graphics-listen-back-compat-mismatch.xml": {"refused-combination": 1},
    "dariko+ansible-role-vm_libvirt_cloudinit__templates__domain.xml.j2": {"refused-combination": 1},
    "domainschemadata_maxMemory.xml": {"refused-combination": 1},
    "genericxml2xmlindata_chardev-unix-redirdev-missing-path.xml": {"refused-combination": 1},
    "genericxml2xmlindata_chardev-unix-rng-missing-path.xml": {"refused-combination": 1},
    "genericxml2xmlindata_chardev-unix-smartcard-missing-path.xml": {"refused-combination": 1},
    "genericxml2xmlindata_graphics-listen-network-invalid.xml": {"refused-combination": 1},
    "genericxml2xmlindata_name-slash-fail.xml": {"refused-combination": 1},
    "genericxml2xmlindata_vcpus-individual.xml": {"refused-combination": 1},
    "qemuxml2argvdata_pseries-vio-address-clash.xml": {"refused-combination": 1},
    "qemuxml2xmloutdata_shmem.xml": {"refused-combination": 8},
}

# About CPUs, memory, displays and QEMU: a definition that was put together from libvirt's manual.
ERRORS_IN_HARDWARE = {
    "linruohan+vm_xml_tool__vm.xml": {
        "hyperv-dependency": 1,
        "numa-cpus": 1,
        "pin-out-of-range": 3,
        "refused-combination": 10,
    },
}

# Of the definitions in public repositories, each read against the file. Those with spicevmc-no-spice have channels,
# redirdevs or audio backends for SPICE and other graphics or none; the one that is not well formed begins in prose.
SPICE = "spicevmc-no-spice"
NEWER = "needs-newer-libvirt"
ROW = "refused-combination"
ERRORS_IN_DEFINITIONS = {
    "Ardelean-Calin+libvirt__win11.xml": {SPICE: 1},
    "CharlieQLe+single-gpu-passthrough__win10.xml": {"not-well-formed": 1},
    "TobleMiner+KVMGT__domain.xml": {SPICE: 1},
    "adgross+gpu-passthrough__win10.xml": {SPICE: 1},
    "bducha+single-gpu-passthrough__win10.xml": {SPICE: 1},
    "kbujari+virt-machine__win10.xml": {SPICE: 1},
    "manu-romero-411+manu-vfio-stuff__libvirt__android.xml": {SPICE: 1},
    "manu-romero-411+manu-vfio-stuff__libvirt__chromeOS.xml": {SPICE: 1},
    "manu-romero-411+manu-vfio-stuff__libvirt__clonezilla-uefi.xml": {SPICE: 1},
    "manu-romero-411+manu-vfio-stuff__libvirt__debian.xml": {SPICE: 1},
    "manu-romero-411+manu-vfio-stuff__libvirt__macOS.xml": {SPICE: 1},
    "peterge1998+vfio-setup-libvirt__etc__libvirt__qemu__win11.xml": {SPICE: 1},
    "vt520+kiosk-helpers__etc__libvirt__qemu__win10.xml": {SPICE: 1},
    # The type 'hvf' of an <os>, and ACPI and its suspending on ARM.
    "miclewang123+vm__tpl__create_vm_arm.tpl": {"unknown-value": 1, "acpi-firmware": 1, ROW: 1},
    # What libvirt 9.0 refuses, for it came later: the watchdog itco, audio by pipewire, features; the type of a loader
    # beside firmware='efi'.
    "Bastiantkt+VFIO-GPU-Passthrough-Muxless__win11.xml": {NEWER: 1, ROW: 1},
    "alyssadev+vfio-configs__win10.xml": {NEWER: 2, ROW: 1},
    "cafreo+win10-vm-vfio-lg__win10.xml": {NEWER: 1, ROW: 1},
    "eduardomcv+single-gpu-passthrough__win10.xml": {NEWER: 1, ROW: 1},
    "franciscoabsampaio+single-gpu-passthrough__vm.xml": {NEWER: 1, ROW: 1},
    "grishi+vfio__win11.xml": {NEWER: 2, ROW: 1},
    "iamSlightlyWind+WindstationVirtual__config.xml": {NEWER: 1, ROW: 1},
    "iamSlightlyWind+WindstationVirtual__config_new.xml": {NEWER: 1, ROW: 1},
    "kenmoini+chopsticks__templates__vm.xml.j2": {NEWER: 1},
    "kvong+gpu-passthrough-windows__win11.xml": {NEWER: 1, ROW: 1},
    "kvong+gpu-passthrough-windows__win11.xml.generated": {NEWER: 1, ROW: 1},
    "lepk0+qemu-windows-guest__win10.xml": {NEWER: 1},
    "linruohan+vm_xml_tool__vm.xml": {NEWER: 6},
    "niatran93+vfio__win10.xml": {NEWER: 1},
    "renangrothe+kvm-qemu-win11-an515-57-xml__win11.xml": {NEWER: 1, ROW: 1},
    "sriramkidambi+gpu-passthrough__win11.xml": {NEWER: 1},
    "stewi1014+vfio__win11.xml": {NEWER: 2},
    "test-center-ai+arena__win11.xml": {NEWER: 1, ROW: 1},
    "tuneduptechie+KVM-Win11__win11.xml": {NEWER: 1, ROW: 1},
}

# What the schema of libvirt 9.0 refuses in the same definitions; how many findings there are.
SCHEMA_ERRORS = {
    # What came after 9.0: the watchdog itco, clusters of a topology, the format of a loader, audio by pipewire, ...
    "Bastiantkt+VFIO-GPU-Passthrough-Muxless__win11.xml": 5,
    "alyssadev+vfio-configs__win10.xml": 3,
    "cafreo+win10-vm-vfio-lg__win10.xml": 2,
    "eduardomcv+single-gpu-passthrough__win10.xml": 5,
    "franciscoabsampaio+single-gpu-passthrough__vm.xml": 1,
    "grishi+vfio__win11.xml": 7,
    "iamSlightlyWind+WindstationVirtual__config.xml": 1,
    "iamSlightlyWind+WindstationVirtual__config_new.xml": 2,
    "kenmoini+chopsticks__templates__vm.xml.j2": 4,
    "kvong+gpu-passthrough-windows__win11.xml": 2,
    "kvong+gpu-passthrough-windows__win11.xml.generated": 2,
    "lepk0+qemu-windows-guest__win10.xml": 1,
    "linruohan+vm_xml_tool__vm.xml": 10,
    "niatran93+vfio__win10.xml": 1,
    "renangrothe+kvm-qemu-win11-an515-57-xml__win11.xml": 2,
    "sriramkidambi+gpu-passthrough__win11.xml": 2,
    "stewi1014+vfio__win11.xml": 6,
    "test-center-ai+arena__win11.xml": 4,
    "tuneduptechie+KVM-Win11__win11.xml": 5,
    # Mistakes: <adress>, <serial> outside <devices>, the type 'hvf' of an <os>, an <image> for VNC, a volume in a disk
    # of the type file, a domain without a name, a clock with 'sync'.
    "BigAnteater+KVM-Laptop-GPU-Passthrough__win10.xml": 2,
    "cjnovak98+homelab-automation__roles__create_vm__templates__vm_xml.j2": 2,
    "cjnovak98+homelab-automation__vm.xml.j2": 2,
    "greeninja+ansible-role-kvm-build-vms__templates__vm.xml.j2": 1,
    "miclewang123+vm__tpl__create_vm_arm.tpl": 1,
    "msolberg+store__templates__vm.xml.j2": 1,
    "openshift-examples+openshift-appliance__virsh-vm.xml": 1,
    "swseighman+olamkvm__templates__vm-template.xml.j2": 3,
    # Test data with elements that are empty, as <title></title>.
    **{
        f"vagrant-libvirt+vagrant-libvirt__spec__unit__action__{name}": 4
        for name in (
            "create_domain_spec__additional_disks_domain.xml",
            "create_domain_spec__custom_disk_settings.xml",
            "create_domain_spec__default_domain.xml",
            "create_domain_spec__sysinfo.xml",
            "create_domain_spec__sysinfo_only_required.xml",
            "create_domain_spec__two_disk_settings.xml",
            "destroy_domain_spec__additional_disks_domain.xml",
            "destroy_domain_spec__box_multiple_disks.xml",
            "destroy_domain_spec__box_multiple_disks_and_additional_and_custom_disks.xml",
            "destroy_domain_spec__box_multiple_disks_and_additional_and_custom_disks_no_aliases.xml",
            "destroy_domain_spec__box_multiple_disks_and_additional_disks.xml",
        )
    },
}

# What is defined all the same: libvirt drops what its schema does not know without a word, and takes an empty element
# for none; with --validate it refuses them.
DEFINED = {
    "BigAnteater+KVM-Laptop-GPU-Passthrough__win10.xml",
    "qemuxml2argvdata_disk-cdrom-empty-network-invalid.xml",
    "qemuxml2argvdata_numatune-auto-nodeset-invalid.xml",
    "qemuxml2argvdata_pci-rom-disabled-invalid.xml",
    "qemuxml2xmloutdata_pci-rom-disabled-invalid.xml",
    *(name for name in SCHEMA_ERRORS if name.startswith("vagrant-libvirt")),
}
