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


@pytest.mark.parametrize("stray", ["oops", ">", "; -"])
def test_a_text_without_signs_is_no_directive(stray):
    report, _ = linted(f"{stray}\n{AGENT}\n{stray}\n{AGENT}\n{stray}")
    assert [found.rule for found in report.findings] == ["duplicate-agent-channel"]


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


def test_ten_thousand_directives_are_read():
    devices = f"%% if\n{AGENT}\n%% end\n" * 5000
    report, fixed = linted(devices)
    assert report.findings == ()
    assert fixed == domain(devices)


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
