import pytest

from chanfix.errors import InputError
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Verb, Wish
from chanfix.rewrite.remove import remove
from chanfix.template import read_document
from chanfix.xml.document import Document

CONSOLE = "    <console type='pty'><target type='virtio' name='org.qemu.guest_agent.0'/></console>\n"
WITHOUT = f"""\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <controller type='virtio-serial' index='0'/>
    <!-- the agent -->
    <channel type='spicevmc'/>
{CONSOLE}  </devices>
</domain>
"""
AGENT = "    <channel type='unix'>\n      <target type='virtio' name='{}'/>\n    </channel>\n"


def with_channels(*names):
    return WITHOUT.replace("    <channel type='spice", "".join(map(AGENT.format, names)) + "    <channel type='spice")


def run(text, **wish):
    return remove(Document.parse(text.encode()), Wish(**wish))


def test_channel_goes_with_its_lines_and_nothing_else_changes():
    plan = run(with_channels("org.qemu.guest_agent.0"))
    assert plan.data.decode() == WITHOUT
    assert plan.verb is Verb.REMOVE


def test_every_channel_of_that_name_goes():
    assert run(with_channels("org.qemu.guest_agent.0", "org.qemu.guest_agent.0")).data.decode() == WITHOUT


def test_another_port_goes_by_its_name_and_the_agents_stays():
    text = with_channels("org.qemu.guest_agent.0", "org.qemu.guest_agent.1")
    assert run(text, port="org.qemu.guest_agent.1").data.decode() == with_channels("org.qemu.guest_agent.0")


@pytest.mark.parametrize("names", [(), ("org.qemu.guest_agent.1",)])
def test_where_none_is_there_nothing_changes(names):
    plan = run(with_channels(*names))
    assert (plan.is_change, plan.verb) == (False, Verb.KEEP)
    assert plan.what == "no channel 'org.qemu.guest_agent.0' is there"


def test_remove_after_add_gives_the_very_bytes():
    # Of a console with the agent's target `add` makes a channel.
    text = WITHOUT.replace(CONSOLE, "").encode()
    assert remove(Document.parse(add(Document.parse(text), Wish()).data), Wish()).data == text


def test_comment_in_the_channel_stays():
    text = WITHOUT.replace(
        "<channel type='spicevmc'/>",
        "<channel type='unix'><!-- why --><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
    )
    assert "<!-- why -->" in run(text).data.decode()


def test_channels_in_both_arms_of_a_template_go():
    text = WITHOUT.replace(
        "    <channel type='spicevmc'/>\n",
        "{% if a %}\n"
        + AGENT.format("org.qemu.guest_agent.0")
        + "{% else %}\n"
        + AGENT.format("org.qemu.guest_agent.0")
        + "{% endif %}\n",
    )
    plan = remove(read_document(text.encode(), "vm.xml.j2"), Wish())
    assert plan.data.decode() == WITHOUT.replace(
        "    <channel type='spicevmc'/>\n", "{% if a %}\n{% else %}\n{% endif %}\n"
    )


def test_channel_with_a_construct_of_a_template_in_it_is_left_to_people():
    text = WITHOUT.replace(
        "<channel type='spicevmc'/>",
        AGENT.format("org.qemu.guest_agent.0").replace("<target", "<source mode='bind' path='{{ p }}'/><target"),
    )
    with pytest.raises(InputError, match="chanfix does not change it"):
        remove(read_document(text.encode(), "vm.xml.j2"), Wish())


def test_domain_of_another_driver_is_refused():
    with pytest.raises(InputError, match="talks to no guest agent"):
        run(with_channels("org.qemu.guest_agent.0").replace("kvm", "lxc"))
