"""Templates of Genshi: what is found in them, and what comes of them before and after a fix."""

from itertools import product

import pytest

from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.template import read_document
from chanfix.xml.edit import Safety

RULES = chosen_rules(Config(), profile="channel")
TARGET = "<target type='virtio' name='org.qemu.guest_agent.0'/>"
RIGHT = f"<channel type='unix'>{TARGET}</channel>"
PTY = f"<channel type='pty'>{TARGET}</channel>"
NOT_UNIX = [("agent-not-unix", "pty")]


def on(channel, directive):
    return channel.replace("<channel", f"<channel {directive}")


WHEN, OTHERWISE = on(RIGHT, "py:when='a'"), on(RIGHT, "py:otherwise=''")


def domain(devices):
    return (
        "<domain type='kvm' xmlns:py='http://genshi.edgewall.org/'><name>$name</name><memory>${memory}</memory>\n"
        f"<os><type>hvm</type></os>\n<devices>{devices}</devices>\n</domain>\n"
    )


def lint(text):
    return Run.lint([Source("a.xml", text.encode)], Job(RULES))


def found(text):
    [report] = lint(text).reports
    assert report.error is None
    data = text.encode()
    return [(one.rule, data[one.place.span.start : one.place.span.end].decode()) for one in report.findings]


FOUND = {
    "an element on a condition": (on(PTY, "py:if='a'"), NOT_UNIX),
    "elements in a condition": (f"<py:if test='a'>{PTY}</py:if>", NOT_UNIX),
    "a loop": (on(PTY, "py:for='x in [1]'"), NOT_UNIX),
    "arms that are elements": (
        f"<py:choose test=''><py:when test='a'>{RIGHT}</py:when><py:otherwise>{RIGHT}</py:otherwise></py:choose>",
        [],
    ),
    "arms that are attributes": (
        f"<py:choose test=''>{WHEN}{OTHERWISE}</py:choose>",
        [],
    ),
    "an element without its tags": (f"<wrap py:strip=''>{PTY}</wrap>", NOT_UNIX),
    "an element that may lose its tags": (f"<wrap py:strip='a'>{PTY}</wrap>", []),
    "a function": (f"<py:def function='f'>{PTY}</py:def>{RIGHT}", []),
    "a match": (f"<py:match path='x'>{PTY}</py:match>{RIGHT}", []),
    "an element that is replaced": (on(PTY, "py:replace='a'"), []),
    "content that is replaced": (on(RIGHT, "py:content='a'"), []),
    "attributes that come": (on(PTY, "py:attrs='a'"), []),
    "a value that is filled in": (PTY.replace("pty", "$kind"), []),
    "elements that come": ("${devices}", []),
    "variables": (f"<py:with vars='x=1'>{PTY}</py:with>", NOT_UNIX),
    "two in one place": (RIGHT + RIGHT, [("duplicate-agent-channel", "org.qemu.guest_agent.0")]),
}


@pytest.mark.parametrize(("devices", "findings"), FOUND.values(), ids=FOUND)
def test_a_template_of_genshi_is_looked_at_where_it_stands(devices, findings):
    assert found(domain(devices)) == findings


RENDERED = [
    FOUND[name][0]
    for name in (
        *("an element on a condition", "elements in a condition", "a loop", "arms that are elements"),
        *("arms that are attributes", "an element without its tags", "variables", "two in one place"),
    )
]


@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
@pytest.mark.parametrize("devices", RENDERED)
def test_no_fix_takes_an_agent_from_what_genshi_makes(devices, safety):
    text = domain(devices)
    after = lint(text).fix(0, safety).after.decode()
    for before, result in zip(renderings(text), renderings(after), strict=True):
        assert result.count("guest_agent.0") == min(1, before.count("guest_agent.0")) or safety is Safety.SAFE
        assert result.count("guest_agent.0") >= min(1, before.count("guest_agent.0"))
        assert safety is Safety.SAFE or "pty" not in result


def test_a_channel_is_added_in_every_rendering():
    text = domain("<disk py:if='a' type='file'/><py:choose test=''><input py:when='b' type='mouse'/></py:choose>")
    after = add(read_document(text.encode(), "a.xml"), Wish()).data.decode()
    assert [result.count("guest_agent.0") for result in renderings(after)] == [1] * 4


def renderings(text):
    template = pytest.importorskip("genshi.template").MarkupTemplate(text)
    return [
        template.generate(name="n", memory=1, a=a, b=b).render("xml") for a, b in product((True, False), (True, False))
    ]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (domain("<py:if test='a'>"), [("not-well-formed", "devices")]),
        (domain("<py:otherwise/><py:choose test=''/><py:if test='a'/><py:nothing/>" + RIGHT), []),
        (domain("<py:if test='a'>" * 150 + "</py:if>" * 150), [("template-not-lintable", "<py:if")]),
    ],
)
def test_what_is_no_template_of_genshi_is_one_finding(text, findings):
    assert found(text) == findings


def test_a_template_of_genshi_without_an_expression_is_recognised_by_its_namespace():
    devices = on(RIGHT, "py:if='a'") + on(RIGHT, "py:if='not a'")
    text = domain(devices).replace("$name", "web").replace("${memory}", "1024")
    assert found(text) == []
    assert add(read_document(text.encode(), "a.xml"), Wish()).data.decode() == text
