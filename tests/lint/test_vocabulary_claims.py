"""What the pages of the rules on libvirt's vocabulary say that libvirt does, shown on libvirt's own QEMU driver."""

import pytest
from vocabulary_claims import NEWER, UNKNOWN

from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source

VOCABULARY = tuple(map(by_name, ("unknown-name", "unknown-value", "needs-newer-libvirt")))


@pytest.mark.embed
@pytest.mark.parametrize("name", [*UNKNOWN, *NEWER])
def test_define_does_with_it_as_the_page_says(driver, name):
    if name in NEWER and driver.version >= Version(9, 1):
        pytest.skip(f"libvirt {driver.version} may know it")
    text, words = (UNKNOWN | NEWER)[name]
    file = driver.root / f"{name}.xml"
    file.write_text(text)
    said = driver.ask({name: [f"define {file}", f"dumpxml --inactive {name}", f"undefine {name}"]})[name]
    if words.startswith("!"):
        assert "</domain>" in said
        assert words[1:] not in said.replace(f"<name>{name}</name>", "")
    else:
        assert words in said


@pytest.mark.parametrize("name", [*UNKNOWN, *NEWER])
def test_rule_reports_what_libvirt_refuses_as_an_error_and_what_it_drops_as_a_warning(name):
    text, words = (UNKNOWN | NEWER)[name]
    [report] = Run.lint([Source("web.xml", text.encode)], Job(VOCABULARY, version=Version(9))).reports
    [finding] = report.findings
    assert finding.severity is (Severity.WARNING if words.startswith("!") else Severity.ERROR)
    assert (finding.rule == "needs-newer-libvirt") == (name in NEWER)
