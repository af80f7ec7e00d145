"""The judge of templates is rendering: what had an agent channel before a fix has exactly one after it.

Each case is rendered by the real engine with every combination of its conditions, before and after every change.
"""

from functools import partial

import pytest
from engines import render
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from own_cases import OWN_CASES
from syntaxes import AGENT, INPUT, PTY, SYNTAXES, VALUES, VNC

from chanfix.errors import InputError
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.template import read_document
from chanfix.xml.edit import Safety

JOB = Job(chosen_rules(Config()))
NAME = "org.qemu.guest_agent.0"

SHAPES = {
    "two arms": lambda s: s.if_("a", f"{VNC}\n{AGENT}", AGENT),
    "two blocks": lambda s: s.if_("a", AGENT) + "\n" + s.if_("b", AGENT),
    "a block and its opposite": lambda s: s.if_("a", AGENT) + "\n" + s.unless_("a", AGENT),
    "one outside, then one inside": lambda s: AGENT + "\n" + s.if_("a", AGENT),
    "one inside, then one outside": lambda s: s.if_("a", AGENT) + "\n" + AGENT,
    "one outside, one in each arm": lambda s: AGENT + "\n" + s.if_("a", AGENT, PTY),
    "in a loop": lambda s: s.loop_(AGENT),
    "outside and in a loop": lambda s: s.loop_(AGENT) + "\n" + AGENT,
    "in one arm": lambda s: s.if_("a", VNC, AGENT),
    "in one block": lambda s: s.if_("a", AGENT),
    "nowhere, with a block": lambda s: s.if_("a", INPUT, VNC),
    "nowhere, with a loop": lambda s: s.loop_(INPUT),
    "nowhere": lambda s: INPUT,
    "arms in an arm": lambda s: s.if_("a", s.if_("b", AGENT, AGENT), AGENT),
    "a broken one in an arm": lambda s: s.if_("a", PTY, AGENT),
    "a broken one outside": lambda s: PTY + "\n" + s.if_("a", VNC),
    "two in one arm": lambda s: s.if_("a", f"{AGENT}\n{AGENT}", VNC),
    "two in one block within another": lambda s: s.if_("a", s.if_("b", f"{AGENT}\n{PTY}")),
    "one around another": lambda s: s.if_("a", AGENT + "\n" + s.if_("b", AGENT)),
    "a block in the channel": lambda s: AGENT.replace(
        "\n<target", "\n" + s.if_("a", "<source mode='bind' path='/tmp/a'/>") + "\n<target"
    ),
    "the target in two arms": lambda s: (
        "<channel type='unix'>\n" + s.if_("a", *[f"<target type='virtio' name='{NAME}'/>"] * 2) + "\n</channel>"
    ),
    "three arms": lambda s: s.elif_ and s.if_("a", f"{AGENT}\n{s.elif_.replace('COND', 'b')}\n{AGENT}", AGENT),
    "behind a jump": lambda s: s.skip and s.loop_(f"{s.skip}\n{AGENT}"),
    "before and behind a jump": lambda s: s.skip and s.loop_(f"{AGENT}\n{s.skip}\n{AGENT}"),
    "behind a jump and outside": lambda s: s.skip and s.loop_(f"{s.skip}\n{AGENT}") + "\n" + AGENT,
}  # fmt: skip
CASES = {
    f"{name}: {shape}": (syntax, devices)
    for name, syntax in SYNTAXES.items()
    for shape, devices in (
        *((shape, make(syntax)) for shape, make in SHAPES.items()),
        *OWN_CASES.get(name, {}).items(),
    )
    if devices
}


def fixed_text(name, text, safety):
    return Run.lint([Source(name, partial(bytes, text))], JOB).fix(0, safety).after


def with_channel(name, text):
    try:
        return add(read_document(text, name), Wish()).data
    except InputError:
        return text


CHANGES = {
    "lint --fix": partial(fixed_text, safety=Safety.SAFE),
    "lint --unsafe-fixes": partial(fixed_text, safety=Safety.UNSAFE),
    "add": with_channel,
}


def channels_in(syntax, text):
    """Count the agent channels of each rendering."""
    rendered = render(syntax.language, text, VALUES)
    return [len(etree.fromstring(one.strip().encode()).xpath(f"//channel[target/@name='{NAME}']")) for one in rendered]


def faults_of(syntax, text, name):
    """Return what a change took away or put in too often, rendering by rendering."""
    before = channels_in(syntax, text)
    faults = []
    for how, change in CHANGES.items():
        after_text = change(name, text.encode()).decode()
        if after_text == text:
            continue
        for values, had, has in zip(VALUES, before, channels_in(syntax, after_text), strict=True):
            most = max(had, 1 if how == "add" else 0)
            if not min(had, 1) <= has <= most:
                faults.append(f"{how} with {values}: {had} agent channels became {has}\n{after_text}")
    return faults


@pytest.mark.parametrize(("syntax", "devices"), CASES.values(), ids=CASES)
def test_no_change_takes_away_or_doubles_the_channel_of_a_rendering(syntax, devices, home):
    text = syntax.domain(devices)
    name = f"vm{syntax.ending}"
    assert read_document(text.encode(), name).mask is not None
    assert faults_of(syntax, text, name) == []


@pytest.mark.parametrize(("syntax", "devices"), CASES.values(), ids=CASES)
def test_a_text_is_read_the_same_without_its_ending(syntax, devices):
    text = syntax.domain(devices).encode()
    by_ending, by_text = (read_document(text, name) for name in (f"vm{syntax.ending}", "vm.tmpl"))
    assert by_text.mask.data == by_ending.mask.data


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_the_channel_inside_goes_where_one_outside_is_always_there(syntax, home):
    for devices in (SHAPES["one outside, then one inside"](syntax), SHAPES["one inside, then one outside"](syntax)):
        text = syntax.domain(devices)
        after = fixed_text(f"vm{syntax.ending}", text.encode(), Safety.SAFE).decode()
        assert set(channels_in(syntax, after)) == {1}


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_a_channel_is_added_to_every_rendering_of_a_template_that_has_none(syntax, home):
    for shape in ("nowhere", "nowhere, with a block", "nowhere, with a loop"):
        text = syntax.domain(SHAPES[shape](syntax))
        after = with_channel(f"vm{syntax.ending}", text.encode()).decode()
        assert set(channels_in(syntax, after)) == {1}


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_a_channel_in_each_arm_stays_as_it_is(syntax):
    text = syntax.domain(SHAPES["two arms"](syntax)).encode()
    for change in CHANGES.values():
        assert change(f"vm{syntax.ending}", text) == text


def bodies(syntax, depth=3, in_loop=False):
    """Texts of blocks, loops and channels, some of which leave the loop that they are in."""
    leaves = st.sampled_from([AGENT, AGENT, PTY, INPUT, VNC, *([syntax.skip] if syntax.skip and in_loop else [])])
    parts = [leaves]
    if depth:
        condition, body = st.sampled_from("ab"), bodies(syntax, depth - 1, in_loop)
        parts += [
            st.builds(syntax.if_, condition, body, st.none() | body),
            st.builds(syntax.unless_, condition, body),
            st.builds(syntax.loop_, bodies(syntax, depth - 1, True)),
        ]
    return st.lists(st.one_of(parts), min_size=1, max_size=3).map("\n".join)


@pytest.mark.parametrize("name", ["Jinja", "Liquid", "ERB", "EJS", "Go", "Handlebars", "Mako", "Terraform", "PHP"])
def test_no_change_harms_a_rendering_of_any_mix_of_blocks_loops_and_channels(name, home, request):
    syntax = SYNTAXES[name]

    @settings(max_examples=40 * request.config.option.rounds)
    @given(bodies(syntax))
    def judge(devices):
        assert faults_of(syntax, syntax.domain(devices), f"vm{syntax.ending}") == []

    judge()
