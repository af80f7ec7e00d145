"""What the pages of the rules about CPUs, memory, displays and QEMU's arguments say, shown on the QEMU driver."""

import pytest
from hardware_claims import DEFINED, LOCAL_ONLY, REFUSED, REFUSED_SINCE, STARTS, STORED, domain

from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source

pytestmark = pytest.mark.embed


@pytest.mark.parametrize(("inside", "devices", "words"), REFUSED.values(), ids=REFUSED)
def test_define_refuses_what_the_page_says(refusal, inside, devices, words):
    assert words in (refusal(domain(inside, devices).encode()) or "it is defined")


@pytest.mark.parametrize("name", DEFINED)
def test_define_takes_what_no_rule_calls_an_error(refusal, installed_driver, name):
    inside, devices = DEFINED[name]
    text = domain(inside, devices)
    since, words = REFUSED_SINCE.get(name, (None, ""))
    if since and Version.parse(installed_driver.about.libvirt) >= since:
        assert words in (refusal(text.encode()) or "it is defined")
    else:
        assert refusal(text.encode()) is None
    if "stimer" not in inside:  # which QEMU refuses, under KVM
        assert errors_in(text) == []


def errors_in(text):
    [report] = Run.lint([Source("web.xml", text.encode)], Job(RULES)).reports
    return [finding for finding in report.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("inside", "devices", "there", "gone", "namespace"),
    [pytest.param(*case, *([] if len(case) == 5 else [None]), id=name) for name, case in STORED.items()],
)
def test_define_keeps_and_drops_what_the_page_says(stored, inside, devices, there, gone, namespace):
    options = {"namespace": namespace} if namespace else {}
    text = stored(domain(inside, devices, **options).encode())
    assert there in text
    assert gone not in text


@pytest.fixture(scope="module")
def started(driver):
    scripts = {
        name: [f"define {driver.file(name, devices)}", f"start {name} --paused", f"destroy {name}", f"undefine {name}"]
        for name, (devices, _) in STARTS.items()
    }
    return {name: said + driver.log(name) for name, said in driver.ask(scripts).items()}


@pytest.mark.parametrize(("name", "words"), [(name, case[1]) for name, case in STARTS.items()])
def test_start_goes_as_the_page_says(need_display, started, installed_driver, name, words):
    need_display("spice")
    if words == LOCAL_ONLY and Version.parse(installed_driver.about.qemu) >= Version(11):
        assert words not in started[name]
    else:
        assert words in started[name]
