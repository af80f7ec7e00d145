"""What the pages of the rules on libvirt's vocabulary say that libvirt does, shown on libvirt's own QEMU driver."""

import runpy
from pathlib import Path

import pytest
from vocabulary_claims import NEWER, REFUSED_SINCE, TAKEN, UNKNOWN

from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source

TOOLS = Path(__file__).resolve().parents[2] / "docs" / "tools" / "vocabulary"
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


@pytest.mark.embed
@pytest.mark.parametrize("name", TAKEN)
def test_libvirt_takes_a_value_that_its_lists_do_not_have(driver, name):
    file = driver.root / f"{name}.xml"
    file.write_text(TAKEN[name])
    said = driver.ask({name: [f"define {file}", f"dumpxml --inactive {name}", f"undefine {name}"]})[name]
    since, words = REFUSED_SINCE.get(name, (None, ""))
    assert (words if since and driver.version >= since else "</domain>") in said


@pytest.mark.parametrize("name", TAKEN)
def test_value_that_libvirt_takes_is_no_error(name):
    [report] = Run.lint([Source("web.xml", TAKEN[name].encode)], Job(VOCABULARY)).reports
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []
    assert all("libvirt" not in finding.message for finding in report.findings)


@pytest.mark.embed
def test_place_of_which_libvirt_says_different_things_is_left_out(driver, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    program = runpy.run_path(str(TOOLS / "__main__.py"), run_name="vocabulary")
    from asking import ask

    for kind in ("spice", "vnc"):
        device = f"<devices><graphics type='{kind}' autoport='yes' port='-1'/>"
        (tmp_path / f"{kind}.xml").write_text(
            UNKNOWN["bus"][0].replace("virtioo", "virtio").replace("<devices>", device)
        )
    said = driver.ask({"spice": [f"define {tmp_path / 'spice.xml'}", "undefine bus"]})["spice"]
    if "spice graphics are not supported" in said:
        pytest.skip("this QEMU has no SPICE (Debian package qemu-system-modules-spice)")
    places = program["make"](program["releases"](), program["Known"]({}, {}), is_by_place=True)
    answers = ask(sorted(tmp_path.glob("*.xml")), places, ["/"])
    # 12.8 says the same of both.
    assert ("graphics@autoport" in answers) == (driver.version >= Version(12, 8))
    assert answers["disk/target@bus"] == "refused"
    assert answers["graphics@*"] == "dropped"


def test_spice_and_vnc_differ_in_a_value_and_neither_is_said_to_drop_it():
    text = UNKNOWN["bus"][0].replace("<devices>", "<devices><graphics type='spice' autoport='maybe'/>")
    [report] = Run.lint([Source("web.xml", text.encode)], Job(VOCABULARY)).reports
    [message] = [finding.message for finding in report.findings if "autoport" in finding.message]
    assert message == "'autoport' of <graphics> is 'maybe'; expected 'no' or 'yes'"
