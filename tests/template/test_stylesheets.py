"""Stylesheets of XSLT: what is found in them, and what comes of them before and after a fix."""

import time
from itertools import product

import pytest
from lxml import etree

from chanfix.errors import InputError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.rename import detach
from chanfix.template import read_document
from chanfix.xml.edit import Safety

RULES = chosen_rules(Config(), profile="channel")
XSLT = "http://www.w3.org/1999/XSL/Transform"
TARGET = "<target type='virtio' name='org.qemu.guest_agent.0'/>"
RIGHT = f"<channel type='unix'>{TARGET}</channel>"
PTY = f"<channel type='pty'>{TARGET}</channel>"
UNPREFIXED = PTY.replace("<channel", "<channel xmlns=''")
SPACED = "<channel type='unix'><target type='virtio' name=' org.qemu.guest_agent.0'/></channel>"
REST = "<xsl:apply-templates select='@*|node()'/>"
IDENTITY = f"<xsl:template match='@*|node()'><xsl:copy>{REST}</xsl:copy></xsl:template>"


def sheet(*templates):
    return f"<xsl:stylesheet version='1.0' xmlns:xsl='{XSLT}'>\n{''.join(templates)}\n</xsl:stylesheet>\n"


def maker(devices):
    return (
        "<xsl:template match='/domain'><domain type='kvm'><name><xsl:value-of select='name'/></name>"
        f"<memory>1</memory><os><type>hvm</type></os><devices>{devices}</devices></domain></xsl:template>"
    )


def whole(devices):
    return sheet(maker(devices))


def patch(devices, pattern="devices"):
    return sheet(IDENTITY, f"<xsl:template match='{pattern}'><xsl:copy>{REST}{devices}</xsl:copy></xsl:template>")


def lint(text, name="a.xsl"):
    return Run.lint([Source(name, text.encode)], Job(RULES))


def found(text, name="a.xsl"):
    [report] = lint(text, name).reports
    assert report.error is None
    data = text.encode()
    return [(one.rule, data[one.place.span.start : one.place.span.end].decode()) for one in report.findings]


NOT_UNIX = [("agent-not-unix", "pty")]
FOUND = {
    "in a condition": (whole(f"<xsl:if test='@a'>{PTY}</xsl:if>"), NOT_UNIX),
    "in a loop": (whole(f"<xsl:for-each select='x'>{PTY}</xsl:for-each>"), NOT_UNIX),
    "in the second arm": (
        whole(f"<xsl:choose><xsl:when test='a'>{RIGHT}</xsl:when><xsl:otherwise>{PTY}</xsl:otherwise></xsl:choose>"),
        NOT_UNIX,
    ),
    "in two arms": (
        whole(f"<xsl:choose><xsl:when test='a'>{RIGHT}</xsl:when><xsl:otherwise>{RIGHT}</xsl:otherwise></xsl:choose>"),
        [],
    ),
    "added to devices": (patch(PTY), NOT_UNIX),
    "added to /domain/devices": (patch(PTY, "/domain/devices"), NOT_UNIX),
    "added to devices of some domains": (
        patch(PTY, 'domain[@type="kvm"]/devices[not(channel[@type="pty"])]'),
        NOT_UNIX,
    ),
    "in other devices": (sheet(f"<xsl:template match='devices'><devices>{PTY}</devices></xsl:template>"), NOT_UNIX),
    "in place of a channel": (sheet(f"<xsl:template match='channel[@type=\"pty\"]'>{PTY}</xsl:template>"), NOT_UNIX),
    "beside any device": (sheet(f"<xsl:template match='devices/*[1]'>{PTY}</xsl:template>"), NOT_UNIX),
    "in a domain that is copied": (patch(f"<devices>{PTY}</devices>", "domain"), NOT_UNIX),
    "in a domain that gets its attributes": (
        sheet(
            "<xsl:template match='domain'><domain><xsl:copy-of select='@*'/>"
            f"<devices>{PTY}</devices></domain></xsl:template>"
        ),
        NOT_UNIX,
    ),
    "in a template with a name": (sheet(f"<xsl:template name='agent'>{PTY}</xsl:template>"), NOT_UNIX),
    "beside a whole domain": (
        whole("<xsl:apply-templates/>").replace(
            "</xsl:stylesheet>", f"<xsl:template match='channel'>{PTY}</xsl:template></xsl:stylesheet>"
        ),
        NOT_UNIX,
    ),
    "with another prefix": (patch(PTY).replace("xsl:", "t:").replace(":xsl", ":t"), NOT_UNIX),
    "with no prefix": (
        f"<stylesheet version='1.0' xmlns='{XSLT}'><template match='devices'><copy>"
        f"{UNPREFIXED}</copy></template></stylesheet>",
        NOT_UNIX,
    ),
    "with a prefix that the stylesheet declares": (
        whole(f"{PTY}</devices><qemu:commandline/><devices>").replace(
            "xmlns:xsl", "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' xmlns:xsl"
        ),
        NOT_UNIX,
    ),
    "in a domain that is its own stylesheet": (
        f"<domain type='kvm' xsl:version='1.0' xmlns:xsl='{XSLT}'><devices><xsl:if test='a'>{PTY}</xsl:if></devices>"
        "</domain>",
        NOT_UNIX,
    ),
    "two in one place": (patch(RIGHT + RIGHT), [("duplicate-agent-channel", "org.qemu.guest_agent.0")]),
    "a value that is computed": (patch(PTY.replace("pty", "{@kind}")), []),
    "a value with a brace": (patch(RIGHT.replace("agent.0", "agent-0{{")), []),
    "an attribute that is overridden": (
        patch(PTY.replace("<target", "<xsl:attribute name='type'>unix</xsl:attribute><target")),
        [],
    ),
    "attributes that are copied over it": (patch(PTY.replace("<target", "<xsl:copy-of select='@*'/><target")), []),
    "another attribute": (
        patch(PTY.replace("<target", "<xsl:attribute name='x'>y</xsl:attribute><target")),
        NOT_UNIX,
    ),
    "a template about a network": (sheet(f"<xsl:template match='network'><x>{PTY}</x></xsl:template>"), []),
    "a part of a channel": (
        sheet(f"<xsl:template match='channel/target'>{TARGET.replace('_agent', '-agent')}</xsl:template>"),
        [],
    ),
    "what a variable holds": (sheet(f"<xsl:variable name='a'>{PTY}</xsl:variable>", IDENTITY), []),
    "an unknown device": (patch("<xsl:element name='channel'><target/></xsl:element>"), []),
    "arms of Terraform": (patch(f"%{{ if a }}{RIGHT}%{{ else }}{RIGHT}%{{ endif }}"), []),
    "a loop of Terraform": (patch(f"%{{ for a in b ~}}{PTY}%{{ endfor }}"), NOT_UNIX),
    "a stylesheet that Terraform fills in": (patch(PTY.replace("org.qemu.guest_agent.0", "${name}")), []),
}


@pytest.mark.parametrize(("text", "findings"), FOUND.values(), ids=FOUND)
def test_results_of_a_stylesheet_are_looked_at_where_they_stand(text, findings):
    assert found(text) == findings
    # The namespace tells, whatever the name.
    assert found(text, "a.xml") == findings


SOURCES = [
    f"<domain type='kvm'><name>n</name>{a}{b}<devices><emulator>/e</emulator>{c}</devices></domain>".encode()
    for a, b, c in product(("", "<a/>"), ("", "<b/>"), ("", "<disk type='file'/>"))
]


def renderings(text):
    """Return what a stylesheet makes of each source."""
    transform = etree.XSLT(etree.fromstring(text))
    return [transform(etree.fromstring(source)) for source in SOURCES]


def agents(result):
    names = result.xpath("//devices/channel[@type='unix']/target[@type='virtio']/@name")
    return names.count("org.qemu.guest_agent.0")


RENDERED = {
    "conditions": whole(f"<xsl:if test='a'>{PTY}</xsl:if><xsl:if test='b'><disk type='file'/></xsl:if>"),
    "arms": whole(
        f"<xsl:choose><xsl:when test='a'>{RIGHT}</xsl:when><xsl:when test='b'>{PTY}</xsl:when>"
        f"<xsl:otherwise>{SPACED}</xsl:otherwise></xsl:choose>"
    ),
    "arms within a condition": whole(
        f"<xsl:if test='a'><xsl:choose><xsl:when test='b'>{PTY}</xsl:when>"
        f"<xsl:otherwise>{RIGHT}</xsl:otherwise></xsl:choose></xsl:if>"
    ),
    "a duplicate in one place": whole(f"<xsl:if test='a'>{RIGHT}{RIGHT}</xsl:if>"),
    "a loop": whole(f"<xsl:for-each select='devices/emulator'>{PTY}</xsl:for-each>"),
    "a patch": patch(PTY),
    "a patch on a condition": patch(f"<xsl:if test='../a'>{SPACED}</xsl:if><xsl:if test='../b'>{PTY}</xsl:if>"),
    "a patch in arms": patch(
        f"<xsl:choose><xsl:when test='../a'>{PTY}</xsl:when><xsl:otherwise>{SPACED}</xsl:otherwise></xsl:choose>"
    ),
    "a replaced device": sheet(
        IDENTITY, f"<xsl:template match='emulator'><xsl:copy-of select='.'/>{PTY}</xsl:template>"
    ),
    "a template that is called": sheet(
        IDENTITY,
        f"<xsl:template match='devices'><xsl:copy>{REST}<xsl:call-template name='t'/></xsl:copy></xsl:template>",
        f"<xsl:template name='t'>{PTY}</xsl:template>",
    ),
    "an attribute that comes later": patch(
        PTY.replace("<target", "<xsl:if test='../a'><xsl:attribute name='type'>unix</xsl:attribute></xsl:if><target")
    ),
}
LEFT_ALONE = [RENDERED["an attribute that comes later"], RENDERED["a patch on a condition"]]


@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
@pytest.mark.parametrize("text", RENDERED.values(), ids=RENDERED)
def test_no_fix_takes_an_agent_from_what_a_stylesheet_makes(text, safety):
    run = lint(text)
    fixed = run.fix(0, safety).after
    after = renderings(fixed)
    for before, result in zip(renderings(text.encode()), after, strict=True):
        # One is as good as two: QEMU does not start with two.
        assert agents(result) >= min(1, agents(before))
        if safety is Safety.UNSAFE and before.xpath("//devices/channel") and text not in LEFT_ALONE:
            assert agents(result) == 1
        assert [one.tag for one in result.xpath("//devices/*[not(self::channel)]")] == [
            one.tag for one in before.xpath("//devices/*[not(self::channel)]")
        ]


@pytest.mark.parametrize("text", [FOUND[name][0] for name in ("in a condition", "in two arms")])
def test_a_channel_is_added_to_a_stylesheet_with_one_whole_domain_only_where_none_is(text):
    document = read_document(text.encode(), "a.xsl")
    after = add(document, Wish()).data
    assert [agents(result) for result in renderings(after)] == [
        min(1, result.xpath("count(//devices/channel)")) for result in renderings(text.encode())
    ]
    assert check(document.reread(after), Wish()).is_right


def test_a_channel_is_added_to_the_whole_domain_of_a_stylesheet():
    document = read_document(whole("<emulator>/e</emulator>").encode(), "a.xsl")
    assert not check(document, Wish()).is_right
    after = add(document, Wish()).data
    assert [agents(result) for result in renderings(after)] == [1] * len(SOURCES)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (patch(PTY), "a stylesheet that patches domains"),
        (sheet(IDENTITY), "a stylesheet that holds 0 domains"),
        (sheet(maker(RIGHT), maker(PTY)), "a stylesheet that holds 2 domains"),
    ],
)
def test_commands_that_take_one_domain_refuse_other_stylesheets(text, what):
    document = read_document(text.encode(), "a.xsl")
    for command in (add, check, detach):
        with pytest.raises(InputError) as error:
            command(document, Wish())
        assert error.value.message == f"{what}: not a domain definition"


def test_what_a_patch_lacks_is_not_missed():
    text = patch("<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>")
    assert found(text) == []


def test_a_fix_inserts_nothing_into_a_patch():
    text = patch("<controller type='virtio-serial' index='1'/>" + PTY)
    fixed = lint(text).fix(0, Safety.UNSAFE).after
    assert fixed == text.replace("pty", "unix").encode()


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (patch(PTY).replace("</xsl:copy>", ""), [("not-well-formed", "xsl:template")]),
        (patch(PTY).replace(XSLT, XSLT[:-1]), [("template-not-lintable", "<xsl:stylesheet")]),
        (patch("<xsl:if test='a'>" * 150 + "</xsl:if>" * 150), [("template-not-lintable", "<xsl:if")]),
        (patch("%{ if a }"), [("template-not-lintable", "<xsl:template")]),
        (patch("<xsl:otherwise/><xsl:choose/><xsl:choose><x/></xsl:choose><xsl:unknown/>"), []),
    ],
)
def test_what_is_no_stylesheet_is_one_finding(text, findings):
    assert found(text) == findings


@pytest.mark.parametrize("deep", ["<xsl:if test='a'>", "<a>", "<xsl:choose><xsl:when test='a'>"])
def test_ten_thousand_elements_within_each_other_are_refused_in_a_moment(deep):
    end = "".join(f"</{tag.split()[0]}>" for tag in reversed(deep.replace("<", "").split(">")[:-1]))
    started = time.process_time()
    [report] = lint(patch(deep * 10_000 + end * 10_000)).reports
    assert report.error.startswith("elements are nested deeper than 256 (line 2, column ")
    assert time.process_time() - started < 5


def test_more_conditions_than_are_read_are_one_finding():
    ports = "".join(f"<xsl:if test='a'>{RIGHT.replace('.0', f'.{one}')}</xsl:if>\n" for one in range(1, 10_000))
    [report] = lint(patch(ports)).reports
    assert [(found.rule, "over 2000 blocks" in found.message) for found in report.findings] == [
        ("template-not-lintable", True)
    ]
