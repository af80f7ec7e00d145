"""Directives of template languages that are not known, and jumps in those that are."""

import pytest

from chanfix.errors import InputError
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.template import read_document
from chanfix.template.construct import Construct, Flow, Role, TemplateError, nest
from chanfix.xml.edit import Safety
from chanfix.xml.span import Span

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
JOB = Job(tuple(rule for rule in RULES if rule.on_by_default))


def domain(devices):
    return f"<domain type='kvm'>\n<name>web</name>\n<devices>\n{devices}\n</devices>\n</domain>\n"


def linted(devices, name="web.xml"):
    run = Run.lint([Source(name, domain(devices).encode)], JOB)
    return run.reports[0], run.fix(0, Safety.UNSAFE).after.decode()


@pytest.mark.parametrize(
    "marks",
    [
        ("%% when spice", "%% otherwise", "%% done"),
        ("#if SPICE", "#else", "#endif"),
        ("[?if spice?]", "[?else?]", "[?end?]"),
        ("{if $spice}", "{else}", "{/if}"),
        ("ifdef(`SPICE', `", "', `", "')"),
        ("<?when spice?>", "<?otherwise?>", "<?done?>"),
        ("@if(spice)", "@else", "@endif"),
        ("$if(spice)$", "$else$", "$endif$"),
        ("|spice|", "|else|", "|end|"),
        ("<!-- a --> ~spice <!-- b -->", "~else", "~end"),
        ("@IF@", "@ELSE@", "@ENDIF@"),
        ("%IF_SPICE%", "%ELSE%", "%END%"),
        ("__IFDEF__", "__ELSE__", "__ENDIF__"),
        ("[[ if ]]", "[[ else ]]", "[[ end ]]"),
        ("{begin}", "{else}", "{end}"),
        ("${SPICE_BEGIN}", "${SPICE_ELSE}", "${SPICE_END}"),
        ("{spice}", "{/spice}{^spice}", "{/spice}"),
        ("@SPICE@", "@SPICE@ #else", "@SPICE@"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_channels_between_directives_are_not_known_to_be_there_together(marks, end):
    devices = end.join([marks[0], AGENT, marks[1], AGENT, marks[2]])
    report, fixed = linted(devices)
    assert (report.error, [found.rule for found in report.findings]) == (None, [])
    assert fixed == domain(devices)


def test_of_a_channel_before_all_directives_and_one_between_them_the_latter_is_removed():
    between = AGENT.replace("<channel", "<channel  ")
    report, fixed = linted(f"{AGENT}\n%% if\n{between}\n%% end")
    assert [found.rule for found in report.findings] == ["duplicate-agent-channel"]
    assert fixed == domain(f"{AGENT}\n%% if\n%% end")


def test_channels_between_the_same_two_directives_are_there_together():
    report, fixed = linted(f"%% if\n{AGENT}\n{AGENT}\n%% end")
    assert [found.rule for found in report.findings] == ["duplicate-agent-channel"]
    assert fixed == domain(f"%% if\n{AGENT}\n%% end")


@pytest.mark.parametrize("stray", ["oops", ">", "; -", "!else", "\\else", "// else", "<!-- a --> * else"])
def test_a_text_without_signs_is_no_directive_but_no_channel_beside_it_is_removed(stray):
    devices = f"{stray}\n{AGENT}\n{stray}\n{AGENT}\n{stray}"
    report, fixed = linted(devices)
    assert [found.rule for found in report.findings] == ["duplicate-agent-channel"]
    assert fixed == domain(devices)


def test_a_channel_is_removed_where_a_comment_alone_stands_before_it():
    _, fixed = linted(f"oops\n{AGENT}\n<!-- a comment -->\n{AGENT}\n")
    assert fixed == domain(f"oops\n{AGENT}\n<!-- a comment -->\n")


@pytest.mark.parametrize("port", ["com.example.a", "com.redhat.spice.0"])
def test_neither_of_two_ports_with_a_text_between_them_is_removed(port):
    channel = AGENT.replace("org.qemu.guest_agent.0", port)
    devices = f"{channel}\n!else\n{channel}\n"
    report, fixed = linted(devices)
    assert [found.rule for found in report.findings] == ["duplicate-port-name"]
    assert fixed == domain(devices)


def test_neither_of_two_controllers_with_a_text_between_them_is_removed():
    controller = "<controller type='virtio-serial' index='1'/>"
    devices = f"{controller}\n!else\n{controller}\n"
    report, fixed = linted(devices)
    assert [found.rule for found in report.findings] == ["vserial-duplicate-index"]
    assert fixed == domain(devices)


@pytest.mark.parametrize("condition", ["tal:condition", "th:if"])
def test_no_channel_with_an_attribute_of_another_namespace_is_removed(condition):
    prefix, _ = condition.split(":")
    conditional = AGENT.replace("<channel", f"<channel {condition}='a'")
    text = domain(f"{conditional}\n{AGENT}")
    text = text.replace("<domain", f"<domain xmlns:{prefix}='urn:a'")
    run = Run.lint([Source("web.xml", text.encode)], JOB)
    assert "duplicate-agent-channel" in [found.rule for found in run.reports[0].findings]
    assert run.fix(0, Safety.UNSAFE).after.decode() == text


@pytest.mark.parametrize("values", [("@DISKS@", "@NICS@"), ("{disks}", "{endpoints}"), ("${ENDPOINTS}", "${IFACES}")])
def test_values_between_elements_are_no_blocks_by_themselves(values):
    document = read_document(domain(f"{values[0]}\n{AGENT}\n{values[1]}").encode(), "web.xml")
    [channel] = document.root.descendants("channel")
    assert channel.arms == ()


@pytest.mark.parametrize("directive", ['#include "disks.xml"', "%include disks", "@include(disks)", "$disks()"])
def test_a_directive_before_the_first_element_is_read(directive):
    document = read_document(domain(f"{directive}\n{AGENT}").encode(), "web.xml")
    [devices] = document.root.descendants("devices")
    assert devices.has_unknown_children


def test_directives_in_one_element_say_nothing_of_the_elements_beside_it():
    metadata = "<metadata><a xmlns='urn:a'>(see <b>this</b> (or that) <b/></a></metadata>\n"
    text = domain(AGENT + AGENT).replace("<devices>", metadata + "<devices>")
    [report] = Run.lint([Source("web.xml", text.encode)], JOB).reports
    assert [found.rule for found in report.findings] == ["duplicate-agent-channel"]


def test_directives_within_an_arm_of_a_known_block_stay_within_it():
    devices = "{% if a %}%% x\n" + AGENT + "%% y\n{% endif %}%% z\n" + AGENT + "%% end\n"
    document = read_document(domain(devices).encode(), "web.xml.j2")
    first, second = document.root.descendants("channel")
    assert [len(first.arms), len(second.arms)] == [2, 1]
    assert not first.is_there_with(second)


def test_two_thousand_directives_are_read_and_more_are_one_finding():
    block = f"%% if\n{AGENT}\n%% end\n"
    report, fixed = linted(block * 1000)
    assert report.findings == ()
    assert fixed == domain(block * 1000)
    [report] = Run.lint([Source("web.xml", domain(block * 5000).encode)], JOB).reports
    assert [(found.rule, "over 2000 blocks" in found.message) for found in report.findings] == [
        ("template-not-lintable", True)
    ]


def words(text):
    """Constructs of a language of one letter each: o opens, m begins an arm, c closes, j jumps."""
    roles = {"o": Role.OPEN, "m": Role.MIDDLE, "c": Role.CLOSE, "j": Role.JUMP}
    return [
        Construct(Span(at, at + 1), roles[letter], Flow.CHOICE if letter == "o" else Flow.ONCE)
        for at, letter in enumerate(text)
        if letter in roles
    ]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("o.j.c", [(3, 4), (1, 4)]),
        ("o.o.j.c.c", [(5, 6), (3, 6), (7, 8), (1, 8)]),
        ("o.j.m.c", [(3, 4), (1, 4), (5, 6)]),
        ("j.o.c", [(3, 4)]),
    ],
)
def test_what_follows_a_jump_is_a_block_to_the_end_of_each_arm_around_it(text, spans):
    assert [tuple(arm.span) for block in nest(words(text)) for arm in block.arms] == spans


@pytest.mark.parametrize("text", ["m", "c", "o", "oo.c", "o" * 101])
def test_constructs_that_do_not_pair_up_are_refused(text):
    with pytest.raises(TemplateError):
        nest(words(text))


def test_an_end_tag_between_directives_is_not_xml():
    with pytest.raises(InputError):
        read_document(domain("%% if\n</channel>\n%% end").encode(), "web.xml")
