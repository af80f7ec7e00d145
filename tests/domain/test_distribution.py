"""Which distribution a domain was written on."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.distribution import is_of_another_than_rhel
from chanfix.template import read_document

DOMAIN = """\
<domain type='kvm'>
  <os><type arch='x86_64' machine='{machine}'>hvm</type></os>
  <devices>{emulator}</devices>
</domain>
"""
OF_MOST = "<emulator>/usr/bin/qemu-system-x86_64</emulator>"
OF_UBUNTU = "<emulator>/usr/bin/kvm-spice</emulator>"


def tells(machine="q35", emulator=OF_MOST):
    return is_of_another_than_rhel(Domain.of(read_document(DOMAIN.format(machine=machine, emulator=emulator).encode())))


@pytest.mark.parametrize("machine", ["pc-q35-noble", "pc-i440fx-bionic"])
def test_machine_type_of_another_distribution_tells_it(machine):
    assert tells(machine)


def test_emulator_of_another_distribution_tells_it():
    assert tells(emulator=OF_UBUNTU)


@pytest.mark.parametrize("machine", ["q35", "pc-q35-9.2", "pc-q35-rhel9.4.0", "pc-q35-ours", "{{ machine }}"])
@pytest.mark.parametrize(
    "emulator", ["", OF_MOST, "<emulator>/usr/libexec/qemu-kvm</emulator>", "<emulator>{{ emulator }}</emulator>"]
)
def test_what_all_have_or_rhel_or_a_template_tells_nothing(machine, emulator):
    assert not tells(machine, emulator)


def test_emulator_that_a_template_brings_at_times_tells_nothing():
    assert not tells(emulator=f"{{% if ubuntu %}}{OF_UBUNTU}{{% endif %}}")
