"""The facts about releases, which scripts/libvirts facts writes: their shape, and that they are not of yesterday."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from chanfix import resources
from chanfix.domain.versions import NEWEST, Version

FOLDER = Path(resources.folder("schemas")) / "libvirts"
RELEASES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
SCHEMA = json.loads(resources.read("schemas/libvirt-facts.schema.json"))

each_release = pytest.mark.parametrize("name", RELEASES)


@each_release
def test_facts_have_the_shape_of_their_schema(name):
    Draft202012Validator.check_schema(SCHEMA)
    errors = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(RELEASES[name])
    ]
    assert errors == []


@each_release
def test_facts_are_of_the_release_of_their_name(name):
    assert RELEASES[name]["release"] == name


@each_release
def test_more_packages_add_only_what_a_plain_installation_lacks(name):
    for found in RELEASES[name]["architectures"].values():
        for both in (found["devices"], found["displays"]):
            assert set(both["plain"]).isdisjoint(both["more"])


def test_newest_known_libvirt_is_the_newest_that_was_asked():
    newest = max(Version.parse(facts["libvirt"]) for facts in RELEASES.values())
    assert newest == NEWEST


@each_release
def test_package_is_of_the_version_that_the_program_says(name):
    facts = RELEASES[name]
    versions = facts["packages"]["plain"]
    assert versions["libvirt0"].startswith(facts["libvirt"])
    # Debian writes 7.2+dfsg for all of 7.2.
    upstream = versions["qemu-system-x86"].removeprefix("1:").partition("+")[0]
    assert facts["qemu"].startswith(upstream)
    assert facts["agent"]["version"].startswith(upstream)
