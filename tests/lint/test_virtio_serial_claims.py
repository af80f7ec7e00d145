"""What the pages of the virtio-serial and live state rules say that libvirt and QEMU do, shown on the QEMU driver."""

import pytest
from by_version import words_of
from virtio_serial_claims import CHANGED, DOES_NOT_START, REFUSED, STARTS

from chanfix.lint.rule import Bad
from chanfix.lint.rules import RULES, load

pytestmark = pytest.mark.embed


@pytest.fixture(scope="module")
def said(driver):
    """What virsh says of each domain: all are defined in one process, and those that should start are started."""
    scripts = {}
    for name, (devices, _, *machine) in (REFUSED | DOES_NOT_START | STARTS).items():
        scripts[name] = [f"define {driver.file(name, devices, *machine)}"]
        if name not in REFUSED:
            scripts[name] += [f"start {name} --paused", f"destroy {name}"]
    for name, (devices, *_) in CHANGED.items():
        scripts[name] = [f"define {driver.file(name, devices)}", f"dumpxml --inactive {name}"]
    said = driver.ask({name: [*script, f"undefine {name}"] for name, script in scripts.items()})
    # A QEMU that ends at once may be gone before libvirt has asked it why; its log has it in any case.
    return said | {name: said[name] + driver.log(name) for name in DOES_NOT_START}


@pytest.mark.parametrize(("name", "words"), [(name, case[1]) for name, case in REFUSED.items()], ids=[*REFUSED])
def test_define_refuses_what_the_page_says(driver, said, name, words):
    assert "Failed to define" in said[name]
    assert words_of(words, driver.version) in said[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [(name, case[1]) for name, case in (DOES_NOT_START | STARTS).items()],
    ids=[*DOES_NOT_START, *STARTS],
)
def test_start_goes_as_the_page_says(driver, said, name, words):
    assert " defined from " in said[name]
    assert words_of(words, driver.version) in said[name]


@pytest.mark.parametrize(("name", "there", "gone"), [(name, *case[1:]) for name, case in CHANGED.items()])
def test_define_keeps_and_drops_what_the_page_says(said, name, there, gone):
    assert there in said[name]
    assert gone not in said[name]


FAMILY = [rule for rule in RULES if rule.name.startswith(("vserial-", "live-", "spicevmc-", "network-"))]


def test_fixed_examples_can_be_defined(driver):
    files = {
        f"{rule.name}-{number}": example.fixed
        for rule in FAMILY
        for number, example in enumerate(load(rule).examples)
        if isinstance(example, Bad) and example.fixed and not example.fixed.startswith("<domain")
    }
    said = driver.ask(
        {name: [f"define {driver.file(name, devices)}", f"undefine {name}"] for name, devices in files.items()}
    )
    assert len(said) > 15
    assert [text for text in said.values() if " defined from " not in text] == []
