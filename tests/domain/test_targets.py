"""The data about targets, and how a target is found."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from chanfix import resources
from chanfix.domain.targets import chosen_targets, target_named, target_names, targets
from chanfix.domain.versions import Version
from chanfix.errors import UsageError

FILES = sorted(Path(resources.folder("schemas/targets")).iterdir())
SCHEMA = json.loads(resources.read("schemas/target.schema.json"))

every_target = pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_as_the_schema_says_and_is_called_like_its_target(path):
    content = json.loads(path.read_text())
    jsonschema.validate(content, SCHEMA, jsonschema.Draft202012Validator)
    assert path.name == f"{content['name']}.json"


def test_names_are_unique():
    assert len(target_names()) == len(set(target_names()))


@every_target
def test_each_fact_that_was_read_has_the_address_of_a_page(target):
    for fact in target.facts.values():
        assert fact.how == "run" or re.search(r"https://\S+", fact.source)


@every_target
def test_emulators_and_firmware_are_in_a_distribution_not_in_a_home(target):
    values = {name: fact.value for name, fact in target.facts.items()}
    paths = [*values.get("firmware", []), *(path for each in values.get("emulators", {}).values() for path in each)]
    assert [path for path in paths if not path.startswith(("/usr/", "/run/", "/nix/"))] == []


@pytest.mark.parametrize("name", ["rhel-9", "rhel-10"])
def test_rhel_has_no_spice_since_9_and_one_emulator(name):
    target = target_named(name)
    assert target.lacks("graphics", "spice")
    assert target.lacks("video", "qxl")
    assert target.lacks("machines", "versioned")
    assert target.emulators("x86_64") == ("/usr/libexec/qemu-kvm",)
    assert target.has_emulator("/usr/bin/qemu-system-x86_64") is False


def test_target_is_found_by_its_other_names():
    assert target_named("trixie") is target_named("debian-13")
    assert chosen_targets(["trixie", "debian-13", "sid"]) == (target_named("debian-13"), target_named("debian-sid"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("debian-14", "did you mean 'debian-13' or 'debian-12' or 'debian-11'?"),
        ("booksworm", "did you mean 'bookworm'?"),
        ("", "chanfix targets lists them"),
        ("../debian-13", "did you mean 'debian-13' or 'debian-12' or 'debian-11'?"),
    ],
)
def test_unknown_target_hints_at_the_nearest(name, hint):
    with pytest.raises(UsageError) as caught:
        target_named(name)
    assert caught.value.message == f"there is no target '{name}'"
    assert caught.value.hint == hint


def test_versions_must_not_contradict_a_target():
    assert chosen_targets(["debian-13"], Version(11, 3), Version(10)) == (target_named("debian-13"),)
    with pytest.raises(UsageError, match=r"the target 'debian-13' has libvirt 11\.3\.0, and not 9\.0\.0"):
        chosen_targets(["debian-13"], Version(9))
    with pytest.raises(UsageError, match=r"the target 'debian-13' has QEMU 10\.0\.13, and not 10\.1\.0"):
        chosen_targets(["debian-13"], None, Version(10, 1))


def test_what_is_not_known_is_none_and_what_is_not_there_is_false():
    target = target_named("debian-13")
    assert target.emulators("x86_64")[0] == "/usr/bin/qemu-system-x86_64"
    assert target.emulators("vax") == ()
    assert target.has_file("/usr/share/OVMF/OVMF_CODE_4M.fd") is True
    assert target.has_file("/usr/share/OVMF/OVMF_CODE.fd") is False
    assert target.machines("vax") is None
    assert not target.lacks("graphics", "vnc")
    assert target.package_of("graphics", "spice") == "qemu-system-modules-spice"
    unknown = target._replace(facts={name: target.facts[name] for name in ("libvirt", "qemu")})
    assert (unknown.emulators("x86_64"), unknown.has_file("/x"), unknown.machines("x86_64")) == (None, None, None)
