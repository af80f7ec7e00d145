"""Add, detach and attach on templates."""

import pytest

from chanfix.errors import InputError
from chanfix.rewrite.add import add
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Verb, Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.template import read_document

AGENT = """\
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
"""


def template(devices):
    return f"<domain type='{{{{ t }}}}'>\n  <name>{{{{ n }}}}</name>\n  <devices>\n{devices}  </devices>\n</domain>\n"


def read(text):
    return read_document(text.encode(), "a.xml.j2")


def planned(planner, text, **wish):
    return planner(read(text), Wish(**wish)).data.decode()


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("    <console type='pty'/>\n", "{% if a %}\n    <video/>\n{% endif %}\n"),
        ("    <console type='pty'/>\n", "{% for c in d %}\n    <channel type='{{ c }}'/>\n{% endfor %}\n"),
        ("    <console type='pty'/>\n", "{% if a %}\n    <console type='pty'/>\n{% endif %}\n    <video/>\n"),
        ("{% if a %}\n    <x/>\n{% endif %}\n    <console type='{{ c }}'/>\n", "{{ more }}\n"),
        ("", "{% if a %}\n    <console type='pty'/>\n{% endif %}\n"),
    ],
)
def test_a_channel_is_added_outside_of_all_blocks(before, behind):
    assert planned(add, template(before + behind)) == template(before + AGENT + behind)


def test_add_tells_of_an_agent_that_the_template_may_bring():
    plan = add(read(template("    <channel type='unix'><target type='virtio' name='{{ n }}'/></channel>\n")), Wish())
    assert plan.verb is Verb.ADD
    assert any("may be the agent's channel already" in note for note in plan.notes)


def test_add_keeps_an_agent_in_a_block_and_says_so():
    text = template("{% if a %}\n" + AGENT + "{% endif %}\n")
    plan = add(read(text), Wish())
    assert plan.data == text.encode()
    assert any("block of the template" in note for note in plan.notes)


SEPARATE_BLOCKS = "{% if a %}\n" + AGENT + "{% endif %}\n{% if b %}\n" + AGENT + "{% endif %}\n"
UNKNOWN_DIRECTIVES = "    !% when spice\n" + AGENT + "    !% otherwise\n" + AGENT + "    !% done\n"


@pytest.mark.parametrize("devices", [SEPARATE_BLOCKS, UNKNOWN_DIRECTIVES, UNKNOWN_DIRECTIVES.replace("\n", "\r\n")])
def test_add_keeps_the_agents_of_two_blocks_and_says_where_they_stand(devices):
    text = template(devices)
    plan = add(read(text), Wish())
    assert plan.data == text.encode()
    assert any("block of the template" in note for note in plan.notes)
    verdict = check(read(text), Wish())
    assert verdict.is_right
    assert verdict.message.endswith("is there and right, in a block of the template")


@pytest.mark.parametrize("devices", [SEPARATE_BLOCKS, UNKNOWN_DIRECTIVES])
def test_agents_of_two_blocks_are_detached_and_attached_together(devices):
    text = template(devices)
    detached = planned(detach, text)
    assert detached == text.replace("guest_agent.0", "guest_agent.1")
    assert planned(attach, detached) == text


def test_add_gives_the_agents_of_two_blocks_one_path():
    planned_text = planned(add, template(SEPARATE_BLOCKS), path="/srv/agent.sock")
    assert planned_text.count("path='/srv/agent.sock'") == 2


def test_two_names_in_two_blocks_are_not_made_one():
    text = template(SEPARATE_BLOCKS.replace("agent.0", "agent.1", 1).replace("agent.0", "agent.2"))
    with pytest.raises(InputError, match="several channels could be the agent's"):
        planned(attach, text)


@pytest.mark.parametrize(
    "start",
    [
        "{% macro m() %}" + AGENT + "{% endmacro %}",
        "{% set m %}" + AGENT + "{% endset %}",
        '{{ "' + AGENT.replace("\n", "").strip() + '" if a }}',
    ],
)
def test_add_adds_nothing_where_a_construct_may_bring_the_agent(start):
    text = template("{{ m() }}\n").replace("<devices>\n", "<devices>\n" + start)
    with pytest.raises(InputError, match="stands in a part of the template that chanfix does not read"):
        add(read(text), Wish())


def test_add_adds_a_channel_beside_a_comment_of_the_template_that_speaks_of_it():
    assert add(read(template("{# no org.qemu.guest_agent.0 yet #}\n")), Wish()).verb is Verb.ADD


@pytest.mark.parametrize(
    ("second", "is_right", "message"),
    [
        ("<channel type='pty'>", False, "the agent channel is of type 'pty'"),
        ("<channel type='unix'>", True, "is there and right"),
    ],
)
def test_check_judges_every_reading_of_a_start_tag(second, is_right, message):
    start = "{% if a %}<channel type='unix'>{% else %}" + second + "{% endif %}"
    verdict = check(read(template(AGENT.replace("<channel type='unix'>", start))), Wish())
    assert (verdict.is_right, message in verdict.message) == (is_right, True)


def test_check_says_that_only_one_reading_has_the_channel():
    device = "{% if a %}<channel type='unix'>{% else %}<serial type='unix'>{% endif %}"
    rest = "<target type='virtio' name='org.qemu.guest_agent.0'/>{% if a %}</channel>{% else %}</serial>{% endif %}"
    verdict = check(read(template(device + rest + "\n")), Wish())
    assert not verdict.is_right
    device, rest = device.replace("serial", "x"), rest.replace("serial", "x")
    verdict = check(read(template(device + rest + "\n")), Wish())
    assert (verdict.is_right, verdict.message.endswith("right, in a block of the template")) == (True, True)


CONDITIONAL_TARGET = AGENT.replace(
    "      <target type='virtio' name='org.qemu.guest_agent.0'/>\n",
    "{% if a %}\n      <target type='virtio' name='org.qemu.guest_agent.1'/>\n{% else %}\n"
    "      <target type='virtio' name='org.qemu.guest_agent.0'/>\n{% endif %}\n",
)


def test_a_channel_that_is_the_agents_in_one_arm_is_left_alone():
    text = template(CONDITIONAL_TARGET)
    with pytest.raises(InputError, match="target of this channel stands in a block"):
        add(read(text), Wish())
    assert "target stands in a block of the template" in check(read(text), Wish()).message


def test_add_does_not_add_what_another_arm_has():
    text = template(
        "{% if a %}\n    <serial>\n{% else %}\n" + AGENT + "    <serial type='pty'>\n{% endif %}\n    </serial>\n"
    )
    with pytest.raises(InputError, match="another arm"):
        add(read(text), Wish())


def test_a_path_that_a_template_makes_is_not_written_over():
    text = template(AGENT.replace("<target", "<source mode='bind' path='/a/{{ n }}'/>\n      <target"))
    with pytest.raises(InputError, match="is the template's"):
        add(read(text), Wish(path="/b"))


@pytest.mark.parametrize(
    "devices",
    [
        AGENT,
        "{% if a %}\n" + AGENT + "{% endif %}\n",
        "{% if a %}\n" + AGENT + "{% else %}\n" + AGENT + "{% endif %}\n",
        "{% if a %}\n" + AGENT.replace("      <t", "{% else %}\n    <channel type='unix'>\n{% endif %}\n      <t"),
        AGENT.replace("<target", "<source mode='bind' path='/a/{{ n }}.org.qemu.guest_agent.0'/>\n      <target"),
    ],
)
def test_attach_gives_the_bytes_before_detach_and_only_the_number_changes(devices):
    text = template(devices)
    detached = planned(detach, text)
    assert detached == text.replace("guest_agent.0", "guest_agent.1")
    assert planned(attach, detached) == text


def test_detach_leaves_a_name_inside_a_construct_alone():
    source = "<source mode='bind' path='{{ paths['org.qemu.guest_agent.0'] }}'/>\n      <target"
    text = template(AGENT.replace("<target", source))
    assert planned(detach, text) == text.replace("name='org.qemu.guest_agent.0'", "name='org.qemu.guest_agent.1'")


def test_two_agents_that_can_meet_are_refused():
    with pytest.raises(InputError, match="2 channels are named"):
        planned(detach, template("{% if a %}\n" + AGENT + "{% endif %}\n" + AGENT))


@pytest.mark.parametrize(
    "name",
    ["{% if a %}org.qemu.guest_agent.0{% else %}com.example.a{% endif %}", "org.qemu.guest_agent.0{{ suffix }}"],
)
def test_add_refuses_a_template_in_which_a_name_is_the_agents_at_times(name):
    text = template(f"    <channel type='unix'><target type='virtio' name='{name}'/></channel>\n")
    with pytest.raises(InputError, match=r"it is 'org\.qemu\.guest_agent\.0' at times"):
        add(read(text), Wish())


@pytest.mark.parametrize("around", ["c:if", "c:choose"])
def test_add_refuses_a_domain_with_the_agent_in_an_element_of_another_namespace(around):
    text = template(f"<{around} xmlns:c='http://java.sun.com/jsp/jstl/core' test='a'>\n{AGENT}</{around}>\n")
    with pytest.raises(InputError, match="an element that is not libvirt's"):
        add(read(text), Wish())
