"""The life of machine types, held against the lists that QEMU itself gives."""

import json

import pytest

from chanfix import resources
from chanfix.domain.machines import Life, MachineName, life_of, newest_alias, old_rhel_of, read_machine
from chanfix.domain.targets import targets
from chanfix.domain.versions import Version

SEEN = [target for target in targets() if "machines" in target.facts and target.facts["machines"].how == "run"]
ARCHES = ("x86_64", "aarch64", "ppc64", "s390x")


def first_with(name):
    """The version of QEMU that had a machine type first."""
    return read_machine(name).version[:2]


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("target", SEEN, ids=lambda target: target.name)
def test_qemu_has_the_versioned_machine_types_that_are_not_removed_and_no_others(target, arch):
    names = set().union(*(each.machines(arch) for each in SEEN))
    expected = {
        name
        for name in names
        if (life := life_of(name)) and first_with(name) <= target.qemu[:2] and target.qemu < life.removed
    }
    assert expected == {name for name in target.machines(arch) if life_of(name)}


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("target", SEEN, ids=lambda target: target.name)
def test_qemu_deprecates_what_is_three_years_old(target, arch):
    facts = json.loads(resources.read(f"schemas/libvirts/{target.name}.json"))
    machines = {machine["name"]: machine["deprecated"] for machine in facts["architectures"][arch]["machines"]}
    lives = {name: life for name in machines if (life := life_of(name))}
    assert {name for name in lives if machines[name]} == {
        name for name, life in lives.items() if life.deprecated <= target.qemu
    }


@pytest.mark.parametrize(
    ("name", "life"),
    [
        ("pc-q35-6.2", Life(Version(9, 2), Version(12, 2))),
        ("pc-i440fx-2.12", Life(Version(9, 1), Version(10, 1))),
        ("pc-q35-4.0.1", Life(Version(9, 1), Version(10, 1))),
        ("virt-8.1", Life(Version(11, 1), Version(14, 1))),
        ("pseries-2.12-sxxm", Life(Version(9, 1), Version(10, 0))),
        ("s390-ccw-virtio-11.0", Life(Version(14, 0), Version(17, 0))),
        ("pc-1.2", Life(Version(5, 0), Version(6, 0))),
        ("pc-i440fx-2.3", Life(Version(8, 2), Version(9, 1))),
        ("q35", None),
        ("isapc", None),
        ("pc-q35-rhel9.4.0", None),
        ("pc-i440fx-bionic", None),
        ("virt-${VERSION}", None),
        ("pc-q35-" + "9" * 40, None),
        ("", None),
    ],
)
def test_life(name, life):
    assert life_of(name) == life


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("pc-i440fx-bionic", MachineName("pc-i440fx", None, "bionic")),
        ("pc-i440fx-2.11-hpb", MachineName("pc-i440fx", Version(2, 11), "hpb")),
        ("pc-q35-rhel9.4.0", MachineName("pc-q35", None, "rhel9.4.0")),
        ("s390-ccw-virtio-rhel8.6.0", MachineName("s390-ccw-virtio", None, "rhel8.6.0")),
        ("pseries-2.12-sxxm", MachineName("pseries", Version(2, 12), "")),
    ],
)
def test_name_of_a_distribution_has_a_suffix(name, parts):
    assert read_machine(name) == parts


@pytest.mark.parametrize("name", ["pc-i440fx", "pc-q35", "q35", "isapc"])
def test_family_alone_is_no_name_of_a_distribution(name):
    assert read_machine(name) is None


@pytest.mark.parametrize(
    ("name", "alias"),
    [("pc-i440fx-2.4", "pc"), ("pc-1.3", "pc"), ("pc-q35-rhel9.4.0", "q35"), ("virt-8.1", "virt"), ("microvm", None)],
)
def test_newest_machine_type_of_the_family(name, alias):
    assert newest_alias(name) == alias


@pytest.mark.parametrize(
    ("name", "release"),
    [("rhel6.6.0", "6"), ("rhel5.4.4", "5"), ("pc-i440fx-rhel7.0.0", None), ("rhel9.4.0", None), ("rhel6", None)],
)
def test_machine_types_of_old_rhel_are_of_the_family_of_pc(name, release):
    assert old_rhel_of(name) == release
    assert newest_alias(name) == ("pc" if release or name.startswith("pc-") else None)
