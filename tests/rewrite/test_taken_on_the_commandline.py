"""A port on QEMU's command line is in the way of a channel with its name, whoever would write that channel."""

import pytest
from fixing import fix_domain

from chanfix.cli import main
from chanfix.domain import Domain
from chanfix.domain.versions import NEWEST
from chanfix.errors import InputError
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts
from chanfix.lint.rules import RULES
from chanfix.rewrite.add import add
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Verb, Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.status.health import Seen, Verdict, examine
from chanfix.status.next_step import command_line
from chanfix.template import read_document
from chanfix.xml.document import Document

AGENT, OTHER = "org.qemu.guest_agent.0", "org.qemu.guest_agent.1"
SOCKET = "socket,id=c,path=/run/a.sock,server=on,wait=off"
NAMESPACE = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"


def port(name=AGENT):
    return f"virtserialport,chardev=c,name={name}"


def channel(name=AGENT):
    return f"<channel type='unix'><target type='virtio' name='{name}'/></channel>"


def commandline(*names):
    devices = "".join(f"<qemu:arg value='-device'/><qemu:arg value='{port(name)}'/>" for name in names)
    return (
        f"<qemu:commandline><qemu:arg value='-chardev'/><qemu:arg value='{SOCKET}'/>{devices}</qemu:commandline>"
        if names
        else ""
    )


def domain(devices, *names):
    return f"<domain type='kvm' {NAMESPACE}><name>web</name><devices>{devices}</devices>{commandline(*names)}</domain>"


def document(devices, *names):
    return Document.parse(domain(devices, *names).encode())


REFUSED = {
    "add": (add, document("", AGENT), Wish()),
    "add beside its own channel": (add, document(channel(), AGENT), Wish()),
    "add another port": (add, document("", OTHER), Wish(port=OTHER)),
    "add a repaired name": (add, document(channel(AGENT.replace("guest", "quest")), AGENT), Wish()),
    "attach": (attach, document(channel(OTHER), AGENT), Wish()),
    "detach": (detach, document(channel(), OTHER), Wish()),
    "detach what is detached": (detach, document(channel(OTHER), OTHER), Wish()),
    "detach to a name": (detach, document(channel(), "x"), Wish(port="x")),
}


@pytest.mark.parametrize(("command", "text", "wish"), REFUSED.values(), ids=REFUSED)
def test_a_name_that_qemu_has_already_is_refused(command, text, wish):
    with pytest.raises(InputError, match=r"QEMU's command line has the port '.*' already") as error:
        command(text, wish)
    assert error.value.hint.startswith(f"take these arguments away first: -chardev {SOCKET} -device virtserialport,")


DONE = {
    "another name on the command line": (add, document("", OTHER), Wish(), Verb.ADD),
    "another port beside the agent's": (add, document("", AGENT), Wish(port=OTHER), Verb.ADD),
    "detach away from another": (detach, document(channel(), "x"), Wish(), Verb.RENAME),
}


@pytest.mark.parametrize(("command", "text", "wish", "verb"), DONE.values(), ids=DONE)
def test_a_port_of_another_name_is_in_nobodys_way(command, text, wish, verb):
    assert command(text, wish).verb is verb


def test_add_refuses_an_argument_that_a_template_may_bring():
    text = domain("").replace("</domain>", "{% if old %}" + commandline(AGENT) + "{% endif %}</domain>")
    with pytest.raises(InputError, match="QEMU's command line"):
        add(read_document(text.encode(), "a.xml.j2"), Wish())


def test_add_leaves_a_channel_alone_that_is_there_in_place_of_the_arguments():
    text = domain("").replace(
        "<devices></devices>",
        "{% if old %}"
        + commandline(AGENT)
        + "<devices></devices>{% else %}<devices>"
        + channel()
        + "</devices>{% endif %}",
    )
    assert not add(read_document(text.encode(), "a.xml.j2"), Wish()).is_change


def test_the_command_refuses_and_names_the_arguments(tmp_path, capfd):
    path = tmp_path / "web.xml"
    path.write_text(domain("", AGENT))
    assert main(["add", str(path)]) == 3
    assert path.read_text() == domain("", AGENT)
    assert f"-chardev {SOCKET} -device {port()}" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("devices", "rule"), [("", "agent-in-commandline"), (channel(), "duplicate-agent-channel")], ids=["alone", "both"]
)
def test_check_and_status_say_what_to_take_away(devices, rule):
    text = document(devices, AGENT)
    verdict = check(text, Wish())
    assert not verdict.is_right
    assert "QEMU's command line has the port" in verdict.message
    assert f"[{rule}]; to take away: -chardev {SOCKET} -device {port()}" in verdict.message

    health = examine(Seen("web", text, None, False, NEWEST))
    assert (health.verdict, health.rules) == (Verdict.MISCONFIGURED, (rule,))
    assert health.next_step.words == f"take these arguments for QEMU away: -chardev {SOCKET} -device {port()}"
    assert command_line(health.next_step, "qemu:///system") == "virsh -c qemu:///system edit web"


ON = [rule for rule in RULES if rule.on_by_default and rule.name not in ("display-removed", "unknown-name")]


def lint(text):
    return lint_domain(Domain.of(text), ON, Facts())


FOUND = {
    "agent": ((channel(), AGENT), [("duplicate-agent-channel", AGENT, port())]),
    "another": ((channel("x"), "x"), [("duplicate-port-name", "x", port("x"))]),
    "implied": (
        ("<channel type='spicevmc'><target type='virtio'/></channel><graphics type='spice'/>", "com.redhat.spice.0"),
        [("duplicate-port-name", "<channel type='spicevmc'>", port("com.redhat.spice.0"))],
    ),
    "agent twice on the command line": (
        ("", AGENT, AGENT),
        [("agent-in-commandline", port(), None), ("duplicate-agent-channel", port(), port())],
    ),
    "another twice on the command line": (("", "x", "x"), [("duplicate-port-name", port("x"), port("x"))]),
    "two channels": (
        (channel("x") + channel("x"), "x"),
        [("duplicate-port-name", "x", port("x")), ("duplicate-port-name", "x", "x")],
    ),
    "other names": ((channel("y"), "x"), []),
    "a console, which has no name": (("<console type='pty'><target type='virtio' name='x'/></console>", "x"), []),
}


@pytest.mark.parametrize(("parts", "found"), FOUND.values(), ids=FOUND)
def test_lint_relates_a_channel_to_the_argument_of_its_name(parts, found):
    text = document(*parts)
    assert [
        (finding.rule, text.text(finding.place.span), text.text(finding.related[0].span) if finding.related else None)
        for finding in lint(text)
    ] == found


@pytest.mark.parametrize(
    ("devices", "inside"),
    [
        (channel(AGENT.replace("guest", "quest")), ""),
        (channel(f" {AGENT}"), ""),
        (channel().replace("type='virtio'", "type='vsock'"), ""),
        ("", channel()),
    ],
    ids=["typo", "blank", "target type", "misplaced"],
)
def test_no_fix_makes_a_second_port_of_the_name(devices, inside):
    text = Document.parse(domain(devices, AGENT).replace("<devices>", f"{inside}<devices>").encode())
    fixed = fix_domain(text, ON).document
    assert "duplicate-agent-channel" not in {finding.rule for finding in lint(fixed)}
