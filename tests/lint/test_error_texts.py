"""From the words of libvirt and QEMU to rules and hosts."""

import pytest
from libvirt_says import CASES

from chanfix.domain.host_errors import HOST_ERRORS
from chanfix.lint.error_texts import is_about_hosts, is_refusal, matches, meaning_of
from chanfix.lint.rules import RULES, by_name, load

# What is said for several reasons, at the end of a longer sentence.
VAGUE = {"too long"}
SAID = [
    (name, said.words.strip("`"))
    for name, said in CASES
    if not said.words.startswith("nothing") and said.words.strip("`") not in VAGUE
]


@pytest.mark.parametrize(("name", "words"), SAID)
def test_what_libvirt_is_seen_to_say_leads_to_the_rule(name, words):
    text = f"error: Failed to define domain from web.xml\nerror: unsupported configuration: {words}\n"
    assert name in {rule.name for rule in meaning_of(text).rules}


@pytest.mark.parametrize("error", HOST_ERRORS, ids=lambda error: error.words[0])
def test_the_words_of_a_host_lead_to_its_cause(error):
    for words in error.words:
        assert error in meaning_of("internal error: " + words.replace("*", "/a b")).host_errors


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("A port already exists at id 0", "port already exists at id *", True),
        ("a  PORT\nalready   exists at id 7", "A port already exists", True),
        ("no network with matching name \u2018lab\u2019", "no network with matching name '*'", True),
        ("name 'a' and 'b'", "name '*' and '*'", True),
        ("name 'a'", "name '*' and '*'", False),
        ("b then a", "a*b", False),
        ("", "a", False),
    ],
)
def test_a_star_stands_for_anything(text, words, expected):
    assert matches(text, words) is expected


def test_a_text_that_says_nothing_known_has_no_meaning():
    assert not meaning_of("Segmentation fault (core dumped)")


def test_a_very_long_text_is_read_to_a_bound():
    assert not meaning_of("a" * 10_000_000 + "QEMU guest agent is not connected")


def test_no_words_of_a_rule_are_so_short_that_they_are_in_everything():
    patterns = [(rule.name, words) for rule in RULES for words in load(rule).words_of_refusals()]
    assert [(name, words) for name, words in patterns if len(words.replace("*", "")) < 10] == []


def test_rules_are_refusals_if_libvirt_was_seen_to_refuse_to_define_or_to_start_their_cases():
    refused = {name for name, said in CASES if said.step in ("define", "start") and is_error(said.words)}
    harmless = {name for name, _ in CASES} - refused
    asked = {rule.name: is_refusal(rule) for rule in RULES if not rule.needs_schema and not rule.asks_libvirt}
    assert {name for name in refused if not asked.get(name, True)} == set()
    assert {name for name in harmless if asked.get(name) and not is_about_hosts(by_name(name))} == set()


def is_error(words):
    return not words.startswith("nothing")


# What people paste: with what virsh, QEMU, the journal and others write before it.
PASTED = [
    ("error: Cannot check QEMU binary /usr/bin/kvm-spice: No such file or directory", "emulator-path"),
    ("Emulator '/usr/bin/kvm' does not support machine type 'pc-i440fx-1.5'", "machine-removed"),
    ("qemu-system-x86_64: unsupported machine type 'pc-q35-3.0'\nUse -machine help to list them", "machine-removed"),
    ("does not support machine type 'pc-i440fx-bionic'", "machine-of-distribution"),
    (
        "libvirt.libvirtError: unsupported configuration: spice graphics are not supported with this QEMU",
        "display-removed",
    ),
    ("domain configuration does not support\n  video model 'qxl'", "display-removed"),
    ("unable to find any master var store for loader: /usr/share/OVMF/OVMF_CODE.fd", "firmware-path"),
    ("conversion of the nvram template to another target format is not supported", "nvram-template-format"),
    ("Nov 28 04:17:17 a libvirtd[9]: Security driver model 'selinux' is not available", "seclabel-of-host"),
    ("operation failed: guest CPU doesn't match specification: missing features: vmx", "cpu-of-host"),
    ("Cannot access storage file '/home/me/a' (as uid:64055, gid:109): Permission denied", "path-in-home"),
    ("Cannot access storage file '/srv/a.iso' (as uid:107, gid:107): No such file or directory", "iso-attached"),
    ('-blockdev {"filename":"a.img"}: Could not open \'a.img\': No such file or directory', "disk-path-relative"),
    ("internal error: Did not find USB device 046d:c08b", "usb-hostdev-required"),
]


@pytest.mark.parametrize(("text", "name"), PASTED)
def test_the_words_of_another_host_lead_to_what_does_not_run_there(text, name):
    assert name in {rule.name for rule in meaning_of(text).rules}


# A value that no libvirt knows, and how the driver refuses it.
UNKNOWN_VALUES = {
    "<clock offset='UTC'/>": "unknown clock offset 'UTC'",
    "<on_crash>coredump</on_crash>": "unknown on_crash action: coredump",
    "<cpu mode='host-passtrough'/>": "Invalid mode attribute 'host-passtrough'",
    "<cpu mode='host-model'><feature policy='enable' name='vmx'/></cpu>": "Invalid CPU feature policy",
    "<iothreads>two</iothreads>": "invalid iothreads count 'two'",
    "<devices><controller type='scsi' model='virtio-scsci'/></devices>": "Unknown model type 'virtio-scsci'",
    "<devices><interface type='user'><mac address='a'/></interface></devices>": "unable to parse mac address 'a'",
    "<devices><panic model='pv'/></devices>": "unknown panic model 'pv'",
}
UNKNOWN_VALUE = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  {}
</domain>
"""


@pytest.mark.embed
@pytest.mark.parametrize(("part", "words"), UNKNOWN_VALUES.items())
def test_the_words_in_which_the_driver_refuses_an_unknown_value_lead_to_the_rule(part, words, refusal):
    assert words in refusal(UNKNOWN_VALUE.format(part).encode())
    assert "unknown-value" in {rule.name for rule in meaning_of(f"error: {words}").rules}


@pytest.mark.parametrize(
    "words",
    [
        "(domain_definition):12: Opening and ending tag mismatch: disk line 10 and devices",
        "Premature end of data in tag devices line 3",
    ],
)
def test_the_words_of_the_parser_lead_to_a_file_that_is_not_xml(words):
    assert [rule.name for rule in meaning_of(words).rules] == ["not-well-formed"]


def test_the_words_of_a_combination_lead_to_what_is_said_of_it():
    meaning = meaning_of("unsupported configuration: shmem name cannot include '/' character")
    assert meaning.combinations == ("the name '...' has a slash",)
    assert [rule.name for rule in meaning.rules] == ["refused-combination"]


def test_words_of_no_combination_have_no_sentence_of_one():
    assert meaning_of("Attempted double use of PCI Address 0000:00:08.7").combinations == ()
