"""Architectures and machine types: what is known of them, and what is not."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.machine import Machine, machine_of
from chanfix.template import read_document

FAMILIES = (
    *("is_q35", "is_i440fx", "is_microvm", "is_isapc"),
    *("is_arm_virt", "is_riscv_virt", "is_pseries", "is_s390_ccw"),
)


def machine(written):
    text = f"<domain type='kvm'><os><type {written}>hvm</type></os><devices/></domain>"
    return machine_of(Domain.of(read_document(text.encode())))


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("arch='x86_64' machine='q35'", "is_q35"),
        ("machine='pc-q35-8.2'", "is_q35"),
        ("machine='pc-q35-rhel9.4.0'", "is_q35"),
        ("arch='i686' machine='pc'", "is_i440fx"),
        ("machine='pc-i440fx-jammy'", "is_i440fx"),
        ("machine='pc-1.3'", "is_i440fx"),
        ("machine='rhel6.5.0'", "is_i440fx"),
        ("machine='microvm'", "is_microvm"),
        ("machine='isapc'", "is_isapc"),
        ("arch='aarch64' machine='virt-8.2'", "is_arm_virt"),
        ("arch='armv7l' machine='virt'", "is_arm_virt"),
        ("arch='riscv64' machine='virt'", "is_riscv_virt"),
        ("arch='ppc64le' machine='pseries-rhel7.5.0'", "is_pseries"),
        ("arch='s390x' machine='s390-ccw-virtio'", "is_s390_ccw"),
        ("arch='s390x'", "is_s390_ccw"),
    ],
)
def test_machine_is_of_one_family(written, family):
    found = machine(written)
    assert [name for name in FAMILIES if getattr(found, name)] == [family]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "arch='x86_64'",
        "machine='virt'",
        "machine='none'",
        "arch='x86_64' machine='xenfv'",
        "arch='aarch64' machine='raspi4b'",
        "arch='aarch64' machine='q35'",
        "arch='{{ arch }}' machine='q35'",
        "arch='x86_64' machine='{{ machine }}'",
    ],
)
def test_machine_that_is_not_known_is_of_no_family(written):
    found = machine(written)
    assert not any(getattr(found, name) for name in FAMILIES)
    assert (found.has_ide, found.root_bus) == (None, None)


def test_architecture_alone_is_known():
    assert machine("arch='x86_64'").is_x86
    assert machine("arch='aarch64' machine='raspi4b'").is_aarch64


def test_machine_that_a_template_may_leave_out_is_not_known():
    text = b"<domain type='kvm'>{% if a %}<os><type arch='x86_64' machine='q35'>hvm</type></os>{% endif %}</domain>"
    assert machine_of(Domain.of(read_document(text))) == Machine(None, None)
