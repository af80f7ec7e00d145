"""What does not depend on a template's values is found alike, whether it is rendered or linted where it stands."""

import json
from functools import partial

from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rule import Bad
from chanfix.lint.rules import load
from chanfix.lint.run import Job, Run, Source

# In a template most things are unknown: these ask for what nothing in it may bring.
WHOLE = {"agent-missing", "vserial-controller-missing", "vserial-controller-unused", "spicevmc-no-spice"}
RULES = tuple(rule for rule in chosen_rules(Config(), profile="channel") if rule.name not in WHOLE)
EXAMPLES = [
    example
    for rule in RULES
    if rule.levels
    for example in load(rule).examples
    if isinstance(example, Bad) and example.xml.startswith(("<channel", "<console", "<controller"))
]
EVERY = 12

TEMPLATE = """\
{# a comment -#}
{% set memory = 512 %}
{% macro disk(n) -%} <disk type='file'><source file='/{{ n }}'/></disk> {%- endmacro %}
<domain type='{{ engine }}'>
  <name>{{ name | lower }}</name>
  <memory unit='MiB'>{{ memory * 2 }}</memory>
  <devices>
    {% for one in disks %}
    {{ disk(one) }}
    {% endfor %}
    {%- if graphics %}
    <graphics type='{{ graphics }}'/>
    {% endif %}
  </devices>
</domain>
"""
VALUES = {"engine": "kvm", "name": "Web", "disks": ["a", "b"], "graphics": "vnc"}

MANY = {
    "vm_name": "web", "vm_vcpus": 2, "vm_ram": 512, "vm_cpus": 2, "vm_cores": 2, "vm_memory": 512, "vm_bridge": "br0",
    "vm_disk_path": "/a.img", "cloud_init_path": "/c.iso", "network_bridge": "br0", "vm_network_bridge": "br0",
    "vm_interface_type": "bridge", "libvirt_domain_path": "/a", "iso_name": "a.iso", "memory_in_kib": 1024,
    "num_vcpus": 2, "bridge": "br0", "disk_path": "/a.img", "iso_path": "/a.iso", "memory": 512, "name": "web",
    "vcpus": 2, "vnc_autoport": "yes", "item": "web", "libvirt_net_name": "default", "vm_machine": "q35",
    "vm_ram_kb": 1024, "vm_vcpu": 2, "hostvars": {"web": {"eth0_mac": "52:54:00:00:00:01", "vm_storage": "/a"}},
    "vm": {"iso_name": "a", "mac_address": "52:54:00:00:00:01", "memory_in_kib": 1024, "num_vcpus": 2, "vm_name": "a"},
    "v_item": {
        "cpus": 2, "memory": 1024, "name": "web", "infra": {"arch": "arm64"}, "disks": [{"name": "a", "size": 1}],
        "networks": [{"name": "a", "mac_address": "52:54:00:00:00:01"}], "pci_devices": ["0000:01:00.0", "02:00.1"],
    },
    "libvirt_firmware_mode": "uefi", "libvirt_host_os": "fedora", "vm_architecture": "x86_64",
    "vm_drives": [{"type": "file", "path": "/a"}, {"type": "block", "path": "/b"}],
    "vm_networks": [{"type": "ovs", "parent": "a", "trunk": [1, 2]}, {"parent": "b", "mac": "52:54:00:00:00:01"}],
    "vm_allow_passthrough": True, "vm_do_bootstrap": True, "vm_vnc_port": -1, "vm_cloudinit_iso": "/c.iso",
    "vm_dir": "/a", "vm_domain_type": "kvm", "vm_emulator_path": "/usr/bin/qemu", "vm_hostname": "web",
    "vm_memory_mb": 512, "vm_vnc_address": "127.0.0.1",
}  # fmt: skip
NAMED = {
    "mrlesmithjr+ansible-kvm__templates__vm-template.xml.j2": {
        "item": {
            "boot_devices": ["hd"], "disks": [{"disk_driver": "virtio", "name": "a"}],
            "network_interfaces": [{"network_driver": "virtio", "source": "a", "type": "network"}], "memory": 512,
            "name": "web", "vcpu": 2, "cdrom": {"source": "/a.iso"},
        },
        "kvm_domain_type": "kvm", "kvm_images_cache_mode": "none", "kvm_images_format_type": "qcow2",
        "kvm_images_path": "/a",
    },
}  # fmt: skip
# They use filters that only Ansible has, or are no XML where they stand.
NOT_RENDERED = {
    "Gwerlas+libvirt__templates__domain.xml.j2": "regex_search",
    "greeninja+ansible-role-kvm-build-vms__templates__vm.xml.j2": "to_uuid",
    "it-infra-be+ansible-role-kvm__templates__domain.xml.j2": "regex_replace",
}


def found(text, name, variables):
    [report] = Run.lint([Source(name, partial(bytes, text), variables=variables)], Job(RULES)).reports
    assert report.error is None, report.error
    # A path of some domain is one of another when the name is known: the place is the same. Of two elements that
    # collide a template names the one that is there less often, and what comes of it the later one.
    return {
        (finding.rule.partition("-")[0], place.span)
        for finding in report.findings
        for place in (finding.place, *(finding.related if variables else ()))
    }


def with_examples(text, number):
    head, end, tail = text.rpartition(b"</devices>")
    yield text
    for example in EXAMPLES[number % EVERY :: EVERY]:
        yield head + example.xml.encode() + end + tail


def test_what_is_found_in_a_template_is_found_in_what_comes_of_it():
    variables, number = json.dumps(VALUES), 0
    for text in (each for start in range(0, EVERY, 3) for each in with_examples(TEMPLATE.encode(), start)):
        masked = found(text, "vm.xml.j2", None)
        assert masked - found(text, "vm.xml.j2", variables) == set()
        number += len(masked)
    assert number > 10


def test_real_templates_are_found_fault_with_alike(corpus):
    numbers = []
    for number, path in enumerate(sorted((corpus / "real").glob("*.j2"))):
        variables = json.dumps(NAMED.get(path.name, MANY))
        [report] = Run.lint([Source(path.name, path.read_bytes, variables=variables)], Job(RULES)).reports
        if path.name in NOT_RENDERED:
            assert NOT_RENDERED[path.name] in report.error
            continue
        for text in with_examples(path.read_bytes(), number):
            masked = found(text, path.name, None)
            assert masked - found(text, path.name, variables) == set(), path.name
            numbers.append(len(masked))
    assert len(numbers) > 20
    assert sum(numbers) > 20
