"""The facts about releases, which scripts/libvirts facts writes: their shape, and that they are not of yesterday."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from chanfix import resources
from chanfix.domain.versions import NEWEST, Version
from chanfix.host.host import Code

FOLDER = Path(resources.folder("schemas")) / "libvirts"
RELEASES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
SCHEMA = json.loads(resources.read("schemas/libvirt-facts.schema.json"))
ASK = Path(__file__).resolve().parent.parent / "docs" / "tools" / "libvirts" / "facts.py"
VERSIONS = ("libvirt", "qemu")

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


@each_release
def test_libvirt_has_codes_of_its_own_for_an_agent_that_gives_up_and_one_that_refuses_since_11_2(name):
    errors = RELEASES[name]["agent"]["errors"]
    has_codes = Version.parse(RELEASES[name]["libvirt"]) >= (11, 2)
    assert errors["mute"] == (Code.AGENT_COMMAND_TIMEOUT if has_codes else Code.AGENT_UNRESPONSIVE)
    assert errors["blocked"] == (Code.AGENT_COMMAND_FAILED if has_codes else Code.INTERNAL_ERROR)
    # Nonsense in JSON is told from silence by no version.
    assert {errors[mode] for mode in ("silent", "other-ids", "chatter", "flood", "closed")} == {Code.AGENT_UNRESPONSIVE}
    assert (errors["good"], errors["no channel"]) == (None, Code.ARGUMENT_UNSUPPORTED)


@pytest.mark.embed
def test_facts_are_those_of_the_installed_libvirt(shared_folder):
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")
    command = [sys.executable, ASK, "x86_64"]
    done = subprocess.run(command, env=os.environ | {"HOME": str(shared_folder)}, capture_output=True, text=True)
    if not done.stdout:
        pytest.skip(f"libvirt's QEMU driver cannot be asked here: {done.stderr.strip()}")
    said = json.loads(done.stdout)
    same = [facts for facts in RELEASES.values() if [facts[key] for key in VERSIONS] == [said[key] for key in VERSIONS]]
    if not same:
        pytest.skip(f"no release has libvirt {said['libvirt']} with QEMU {said['qemu']}")
    [facts] = same
    known, found = facts["architectures"]["x86_64"], said["architectures"]["x86_64"]
    assert (known["machines"], known["cpu_models"]) == (found["machines"], found["cpu_models"])
    assert (
        {*known["devices"]["plain"]} <= {*found["devices"]} <= {*known["devices"]["plain"], *known["devices"]["more"]}
    )
