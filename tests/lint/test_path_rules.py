"""The rules of source and path together: who is fixed how, and that their fixes never fight."""

import itertools

import pytest
from fixing import fix_domain

from chanfix.domain import Domain
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.claims import claims_of
from chanfix.lint.file import lint_domain
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Facts
from chanfix.lint.rules import by_name
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

PATH_RULES = [
    "path-missing",
    "path-doc-example",
    "path-live-generated",
    "path-other-domain",
    "path-shared",
    "path-in-libvirt-dir",
    "path-hardcoded",
    "path-too-long",
    "path-not-absolute",
    "path-exposed",
]
RULES = [by_name(name) for name in (*PATH_RULES, "mode-invalid", "mode-missing", "mode-connect", "reconnect-with-bind")]
AGENT, OTHER = "org.qemu.guest_agent.0", "com.example.log.0"
OLD = Version(1, 0, 5)


def document_of(source, port=AGENT, name="web"):
    name = f"<name>{name}</name>" if name else ""
    channel = f"<channel type='unix'>{source}<target type='virtio' name='{port}'/></channel>"
    return Document.parse(f"<domain type='kvm'>{name}<devices>{channel}</devices></domain>".encode())


def lint(document, version=NEWEST, claims=None):
    return lint_domain(Domain.of(document), RULES, Facts(version, claims or {}))


def fixed(source, safety=Safety.SAFE, version=NEWEST, port=AGENT, name="web"):
    """The channel's inside without its target, after all fixes of that safety."""
    result = fix_domain(document_of(source, port, name), RULES, Facts(version), safety)
    return result.document.data.decode().partition("<channel type='unix'>")[2].partition("<target")[0]


@pytest.mark.parametrize(
    ("path", "rule", "severity", "safety"),
    [
        ("/var/lib/libvirt/qemu/f16x86_64.agent", "path-doc-example", Severity.WARNING, Safety.SAFE),
        ("/var/lib/libvirt/qemu/mail.agent", "path-other-domain", Severity.WARNING, Safety.SAFE),
        ("/" + "a" * 200, "path-too-long", Severity.ERROR, Safety.SAFE),
        ("web.sock", "path-not-absolute", Severity.ERROR, Safety.SAFE),
        ("/tmp/web.sock", "path-exposed", Severity.WARNING, Safety.SAFE),
        ("/run/libvirt/qemu/channel/web.sock", "path-in-libvirt-dir", Severity.WARNING, Safety.UNSAFE),
        ("/srv/web.sock", "path-hardcoded", Severity.INFO, Safety.UNSAFE),
    ],
)
def test_path_that_somebody_chose_is_left_to_libvirt_on_the_agent_channel_only(path, rule, severity, safety):
    source = f"<source mode='bind' path='{path}'/>"
    [finding] = lint(document_of(source))
    assert (finding.rule, finding.severity, finding.fix.safety) == (rule, severity, safety)
    assert fixed(source, safety) == ""
    assert [finding.fix for finding in lint(document_of(source, OTHER))] == ([] if rule == "path-hardcoded" else [None])


@pytest.mark.parametrize("port", [AGENT, OTHER])
@pytest.mark.parametrize(("name", "rule"), [("web", "path-live-generated"), ("mail", "path-other-domain")])
@pytest.mark.parametrize(
    ("version", "severity"), [("9.0.0", Severity.ERROR), ("9.7.0", Severity.WARNING), ("11.0.0", Severity.WARNING)]
)
def test_generated_path_is_an_error_where_libvirt_keeps_it_and_goes_from_any_port(name, rule, port, version, severity):
    source = f"<source mode='bind' path='/run/libvirt/qemu/channel/7-{name}/{port}'/>"
    [finding] = lint(document_of(source, port), Version.parse(version))
    assert (finding.rule, finding.severity, finding.fix.safety) == (rule, severity, Safety.SAFE)
    assert version in finding.message or severity is Severity.ERROR
    assert fixed(source, version=Version.parse(version), port=port) == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", "<source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>"),
        ("<source/>", "<source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>"),
        ('<source mode="bind"/>', '<source mode="bind" path="/var/lib/libvirt/qemu/web.agent"/>'),
        ("<source mode='connect'/>", "<source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>"),
        ("<source path='x'/>", "<source path='/var/lib/libvirt/qemu/web.agent' mode='bind'/>"),
        ("<source mode='bind' path='/tmp/x'/>", "<source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>"),
    ],
)
def test_libvirt_that_needs_a_path_gets_the_documented_one(source, expected):
    assert fixed(source, version=OLD) == expected
    assert fixed(expected, Safety.UNSAFE, version=OLD) == expected


@pytest.mark.parametrize("name", ["", "a/b", "a&#10;b", "n" * 100])
def test_no_path_is_made_of_a_name_that_gives_none(name):
    assert [finding.fix for finding in lint(document_of("", name=name), OLD)] == [None]


def test_name_is_escaped_in_the_path():
    assert fixed("", version=OLD, name="a'\"&amp;&lt;é") == (
        "<source mode='bind' path='/var/lib/libvirt/qemu/a&apos;\"&amp;&lt;é.agent'/>"
    )


def test_path_is_taken_as_libvirt_reads_it():
    [finding] = lint(document_of("<source mode='&#98;ind' path='/&#116;mp/a&amp;b'/>"))
    assert finding.rule == "path-exposed"
    assert "'/tmp/a&b'" in finding.message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<source mode='bind' path='/tmp/x'></source>", ""),
        ("<source path='/tmp/x' mode='bind' />", ""),
        ("<source mode='bind' path='/tmp/x'><!-- why --></source>", "<!-- why -->"),
        ("<source mode='bind' path='/tmp/x'><!-- why --> </source>", "<!-- why -->"),
        ("<source mode='bind' path='/tmp/x'/><!-- why -->", "<!-- why -->"),
        ("<source mode='bind' path='/tmp/x'>{% if x %}</source>", "<source>{% if x %}</source>"),
        ("<source a='1' mode='bind' path='/tmp/x'/>", "<source a='1'/>"),
        ("<source mode='bind' path='/tmp/x'><seclabel/></source>", "<source><seclabel/></source>"),
        # libvirt takes no <reconnect> where it makes the path itself.
        ("<source mode='bind' path='/tmp/x'><reconnect enabled='no'/></source>", ""),
        ("<source mode='bind' path='/tmp/x'><reconnect/><seclabel/></source>", "<source><seclabel/></source>"),
    ],
)
def test_source_goes_with_its_path_when_nothing_else_is_in_it(source, expected):
    assert fixed(source) == expected


def test_agent_that_connects_loses_its_path_only_when_asked():
    source = "<source mode='connect' path='/tmp/x'/>"
    assert fixed(source) == source
    assert fixed(source, Safety.UNSAFE) == ""


@pytest.mark.parametrize(
    ("source", "port", "expected"),
    [
        ("<source path='/srv/x'/>", AGENT, ("mode-missing", Severity.ERROR, Safety.SAFE)),
        ("<source path='/srv/x'><reconnect/></source>", AGENT, ("mode-missing", Severity.ERROR, Safety.UNSAFE)),
        ("<source path='/srv/x'/>", OTHER, ("mode-missing", Severity.WARNING, Safety.UNSAFE)),
        ("<source path='/srv/x'><reconnect/></source>", OTHER, None),
        ("<source mode='Bind' path='/srv/x'/>", AGENT, ("mode-invalid", Severity.ERROR, Safety.SAFE)),
        ("<source mode='' path='/srv/x'/>", OTHER, ("mode-invalid", Severity.ERROR, Safety.UNSAFE)),
        ("<source mode=' bind'/>", OTHER, ("mode-invalid", Severity.ERROR, Safety.SAFE)),
        ("<source mode='connect' path='/srv/x'/>", AGENT, ("mode-connect", Severity.ERROR, Safety.UNSAFE)),
        ("<source mode='connect'/>", AGENT, None),
    ],
)
def test_mode_is_judged_by_what_libvirt_makes_of_it(source, port, expected):
    found = [finding for finding in lint(document_of(source, port)) if finding.rule not in PATH_RULES]
    assert [(finding.rule, finding.severity, finding.fix.safety) for finding in found] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(("version", "rules"), [("9.6.0", ["reconnect-with-bind"]), ("9.7.0", []), ("1.3.0", [])])
def test_reconnect_fails_where_the_path_is_dropped(version, rules):
    source = f"<source mode='connect' path='/srv/domain-x/{OTHER}'><reconnect enabled='yes' timeout='1'/></source>"
    found = [finding.rule for finding in lint(document_of(source, OTHER), Version.parse(version))]
    assert [rule for rule in found if rule not in PATH_RULES] == rules


@pytest.mark.parametrize(("mode", "count"), [("bind", 1), ("connect", 0)])
def test_listening_tcp_channel_cannot_reconnect_either(mode, count):
    source = f"<source mode='{mode}' host='127.0.0.1' service='4'><reconnect enabled='yes' timeout='1'/></source>"
    channel = f"<channel type='tcp'>{source}<target type='virtio' name='{OTHER}'/></channel>"
    document = Document.parse(f"<domain type='kvm'><devices>{channel}</devices></domain>".encode())
    assert [finding.rule for finding in lint(document)] == ["reconnect-with-bind"] * count


def test_path_of_another_file_is_related_to_its_place_and_a_crowd_is_cut_short():
    source = "<source mode='bind' path='/srv/one.sock'/>"
    others = [Domain.of(document_of(source, name=f"mail{number}")) for number in range(9)]
    claims = tuple(claim for number, domain in enumerate(others) for claim in claims_of(domain, f"{number}.xml"))
    [finding] = lint(document_of(source), claims={"/srv/one.sock": claims})
    assert (finding.rule, finding.severity, finding.fix.safety) == ("path-shared", Severity.ERROR, Safety.SAFE)
    assert "'mail0'" in finding.message
    assert [(place.path, place.label) for place in finding.related] == [
        (f"{number}.xml", f"domain 'mail{number}' binds it here") for number in range(3)
    ]
    [finding] = lint(document_of(source, OTHER), claims={"/srv/one.sock": claims})
    assert finding.fix is None


PATHS = [
    "",
    *(
        f" path='{path}'"
        for path in (
            "",
            "x",
            "/srv/x",
            "/tmp/x",
            "/" + "a" * 200,
            "/var/lib/libvirt/qemu/f16x86_64.agent",
            "/var/lib/libvirt/qemu/mail.agent",
            "/var/lib/libvirt/qemu/web.agent",
            f"/var/lib/libvirt/qemu/channel/target/domain-7-web/{AGENT}",
            f"/run/libvirt/qemu/channel/7-mail/{AGENT}",
            "/run/libvirt/qemu/channel/x",
        )
    ),
]
MODES = ["", " mode='bind'", " mode='connect'", " mode=''", " mode='Bind'"]
INSIDES = ["", "<reconnect enabled='yes' timeout='3'/>", "\n<reconnect enabled='no'/>\n<seclabel model='dac'/>\n"]


@pytest.mark.parametrize("version", ["1.0.5", "2.0.0", "9.0.0", "11.0.0"])
@pytest.mark.parametrize("port", [AGENT, OTHER])
@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
def test_fixes_never_fight_and_a_path_has_one_finding(version, port, safety):
    release = Version.parse(version)
    for path, mode, inside in itertools.product(PATHS, MODES, INSIDES):
        document = document_of(f"<source{path}{mode}>{inside}</source>", port)
        findings = lint(document, release)
        assert sum(finding.rule in PATH_RULES for finding in findings) <= 1
        result = fix_domain(document, RULES, Facts(release), safety)
        kept = result.left.kept
        left = [draft.rule for draft in kept if draft.fix and draft.fix.safety >= safety]
        assert left == [], document.data
        assert {draft.rule for draft in kept} <= {finding.rule for finding in findings} | {"path-hardcoded"}
        if port == AGENT and safety is Safety.UNSAFE:
            assert kept == [], document.data
