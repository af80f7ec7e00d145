"""What the rules about the agent channel promise together; each alone is shown by its own examples."""

import pytest
from fixing import fix_domain

from chanfix.domain import Domain
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts, whole_document
from chanfix.lint.rules import RULES
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

AGENT = "org.qemu.guest_agent.0"
FAMILY = [rule for rule in RULES if rule.name.startswith("agent-") or rule.name.startswith("duplicate-")]
QEMU_NAMESPACE = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"


def channel(name=AGENT, target="type='virtio'", kind="type='unix'"):
    return f"<channel {kind}>\n  <target {target} name='{name}'/>\n</channel>\n"


def domain_with(inside="", devices="", kind="kvm"):
    return f"<domain type='{kind}' {QEMU_NAMESPACE}>\n{inside}<devices>\n{devices}</devices>\n</domain>\n"


def command_line(argument):
    return f"<qemu:commandline>\n<qemu:arg value='-device'/><qemu:arg value='{argument}'/>\n</qemu:commandline>\n"


def parse(text):
    return Document.parse(whole_document(text).encode())


def findings_in(document):
    return lint_domain(Domain.of(document), FAMILY, Facts())


def lint(text):
    return [(finding.rule, str(finding.severity)) for finding in findings_in(parse(text))]


def fixed(text, safety=Safety.UNSAFE):
    result = fix_domain(parse(text), FAMILY, safety=safety)
    return Domain.of(result.document), {draft.rule for draft in result.left.kept}


ONE_FAULT = {
    "no agent": ("<console type='pty'/>", "agent-missing", "info"),
    "no type": (channel(kind=""), "agent-type-missing", "error"),
    "empty type": (channel(kind="type=''"), "agent-not-unix", "error"),
    "typo": (channel("org.qemu.quest_agent.0"), "agent-name-typo", "error"),
    "typo and blanks": (channel(" org.qemu.guest_agent "), "agent-name-typo", "error"),
    "typo on a target without type": (channel("org.qemu.guest_agent", target=""), "agent-name-typo", "error"),
    "blanks on a target of unknown type": (channel(f" {AGENT}", "type='vsock'"), "agent-name-whitespace", "error"),
    "blanks": (channel(f" {AGENT} "), "agent-name-whitespace", "error"),
    "detached": (channel("org.qemu.guest_agent.1"), "agent-detached", "info"),
    "target without type": (channel(target=""), "agent-target-type", "error"),
    "unknown target type": (channel(target="type='vsock'"), "agent-target-type", "error"),
    "two targets, agent hidden": (
        f"<channel type='unix'><target type='virtio' name='x'/><target type='virtio' name='{AGENT}'/></channel>",
        "agent-target-missing",
        "error",
    ),
    "two targets, agent first": (
        f"<channel type='unix'><target type='virtio' name='{AGENT}'/><target type='virtio' name='x'/></channel>",
        "agent-target-missing",
        "warning",
    ),
    "twice": (channel() + channel(), "duplicate-agent-channel", "error"),
    "other port twice": (channel() + channel("x") + channel("x"), "duplicate-port-name", "error"),
    "empty name twice": (channel() + channel("") + channel(""), "duplicate-port-name", "error"),
    "other driver": (domain_with(devices=channel(), kind="lxc"), "agent-wrong-driver", "warning"),
    "other driver, twice detached": (
        domain_with(devices=channel() + channel("x") + channel("x"), kind="xen"),
        "agent-wrong-driver",
        "warning",
    ),
    "command line": (
        domain_with(command_line(f"virtserialport,name={AGENT},chardev=c")),
        "agent-in-commandline",
        "warning",
    ),
    "command line with driver=": (
        domain_with(command_line(f"driver=virtserialport,chardev=c,name={AGENT}")),
        "agent-in-commandline",
        "warning",
    ),
    "command line beside a detached channel": (
        domain_with(command_line(f"virtserialport,name={AGENT}"), channel("org.qemu.perf0")),
        "agent-in-commandline",
        "warning",
    ),
    "comment": (f"<console type='pty'/>\n<!-- {channel()} -->", "agent-commented-out", "info"),
    "comment in the metadata": (
        domain_with(f'<metadata><!-- <target name="{AGENT}"/> --></metadata>'),
        "agent-commented-out",
        "info",
    ),
    "comment and under the domain": (domain_with(f"<!-- {channel()} -->{channel()}"), "agent-misplaced", "error"),
    "comment and command line": (
        domain_with(f"<!-- {channel()} -->" + command_line(f"virtserialport,name={AGENT}")),
        "agent-in-commandline",
        "warning",
    ),
    "under the domain": (domain_with(channel()), "agent-misplaced", "error"),
    "under the domain, its name with a reference": (
        domain_with(channel().replace("_agent.0", "_agent&#46;0")),
        "agent-misplaced",
        "error",
    ),
    "inside a channel": (
        f"<channel type='pty'><target type='virtio'/>{channel()}</channel>",
        "agent-misplaced",
        "error",
    ),
}


@pytest.mark.parametrize(("text", "rule", "severity"), ONE_FAULT.values(), ids=ONE_FAULT)
def test_one_fault_is_one_finding(text, rule, severity):
    assert lint(text) == [(rule, severity)]


SILENT = {
    "a right one": channel(),
    "a right one beside a comment": f"{channel()}<!-- {channel('other')}{channel()} -->",
    "detached beside a right one": channel() + channel("org.qemu.guest_agent.1"),
    "unnamed ports": channel() + 2 * "<channel type='pty'><target type='virtio'/></channel>",
    "vdagent without a name": channel()
    + "<channel type='spicevmc'><target type='virtio'/></channel>"
    + "<channel type='qemu-vdagent'><target type='virtio'/></channel>",
    "console with the agent's name": f"{channel()}<console type='pty'><target type='virtio' name='{AGENT}'/></console>",
    "xen and guestfwd names": channel() + 2 * "<channel type='pty'><target type='xen' name='x'/></channel>",
    "channel of another namespace": domain_with(f"<x:y xmlns:x='urn:x'>{channel()}</x:y>", channel()),
    "typo on a xen target": channel() + channel("org.qemu.guest_agent", "type='xen'"),
    "channel in the metadata": domain_with(f"<metadata>{channel()}</metadata>", channel()),
    "comment outside the domain": f"<!-- {channel()} -->\n" + domain_with(),
    "detached on another driver": domain_with(devices=channel("org.qemu.guest_agent.1"), kind="lxc"),
    "other port on the command line": domain_with(command_line("virtserialport,name=x"), channel()),
    "command line that is no JSON": domain_with(command_line(f"{{virtserialport {AGENT}"), channel("org.qemu.a")),
    "templated type": domain_with(devices=channel(), kind="{{ engine }}"),
    "unknown type": domain_with(devices=channel(), kind="DOMAIN_TYPE"),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_works_is_silent(text):
    found = [finding for finding in lint(text) if finding[0] != "agent-missing"]
    assert found == []


TOGETHER = {
    "typo and blanks": channel("org.qemu.guest_agent") + channel(f"{AGENT} "),
    "two typos": channel("org.qemu.guest_agent") + channel("org.qemu.guest-agent.0"),
    "typo and a wrong target": channel("org.qemu.guest-agent.0") + channel(target="type='xen'"),
    "typo and a right one": channel("org.qemu.guest-agent.0") + channel(),
    "wrong target and a right one": channel(target="") + channel(),
    "typo of a detached one and a right one": channel("org.qemu.guest-agent.1") + channel("org.qemu.guest_agent.1"),
    "misplaced and a typo": domain_with(channel(), channel("org.qemu.guest_agent")),
    "misplaced twice": domain_with(channel() + channel()),
    "misplaced and a right one": domain_with(channel(), channel()),
    "twice and of different types": channel() + channel(kind="type='pty'") + channel(kind=""),
}


@pytest.mark.parametrize("text", TOGETHER.values(), ids=TOGETHER)
def test_fixes_together_make_no_second_port_of_a_name(text):
    domain, left = fixed(text)
    names = [channel.port_name for channel in domain.channels if channel.port_name]
    assert len(names) == len(set(names))
    assert "agent-missing" not in left


def test_a_channel_that_differs_from_the_first_is_removed_only_on_demand():
    text = channel() + channel(kind="type='pty'")
    assert len(fixed(text, Safety.SAFE)[0].channels) == 2
    assert len(fixed(text, Safety.UNSAFE)[0].channels) == 1


@pytest.mark.parametrize(
    "further",
    [
        channel().replace("</", "<alias name='channel1'/></"),
        channel().replace("</", "<address type='virtio-serial' controller='0' bus='0' port='2'/></"),
        channel(target="type='virtio' state='connected'"),
    ],
)
def test_what_libvirt_fills_in_makes_no_difference_between_channels(further):
    assert len(fixed(channel() + further, Safety.SAFE)[0].channels) == 1


@pytest.mark.parametrize(
    "text",
    [
        channel("org.qemu.guest_agent") + channel("org.qemu.guest-agent.0"),
        channel("org.qemu.guest_agent") + channel(f"{AGENT} "),
        domain_with(channel() + channel()),
    ],
)
def test_only_the_first_that_was_meant_becomes_the_agent(text):
    first, second = findings_in(parse(text))
    assert (first.fix is not None, second.fix is not None) == (True, False)


def test_faults_of_one_channel_are_mended_one_after_the_other():
    domain, left = fixed(channel(" org.qemu.guest-agent ", target="type='vsock'", kind=""))
    assert [(channel.type, channel.is_agent) for channel in domain.channels] == [("unix", True)]
    assert left == set()


def test_a_channel_without_type_keeps_the_socket_it_names():
    source = "<source mode='bind' path='/run/web.agent'/>"
    [agent] = fixed(channel(kind="").replace("</", f"{source}</"))[0].channels
    assert (agent.type, agent.path) == ("unix", "/run/web.agent")


def test_misplaced_channel_is_removed_safely_when_the_agent_has_one():
    domain, left = fixed(domain_with(channel(), channel()), Safety.SAFE)
    assert len(list(domain.node.descendants("channel"))) == 1
    assert left == set()


def test_misplaced_channel_waits_for_the_one_that_was_meant():
    findings = findings_in(parse(domain_with(channel(), channel("org.qemu.guest_agent"))))
    assert [(finding.rule, finding.fix is not None) for finding in findings] == [
        ("agent-misplaced", False),
        ("agent-name-typo", True),
    ]


def test_misplaced_channel_of_a_domain_without_devices_has_no_fix():
    [finding] = findings_in(parse(f"<domain type='kvm'>{channel()}</domain>"))
    assert (finding.rule, finding.fix) == ("agent-misplaced", None)


@pytest.mark.parametrize(
    "text",
    [
        channel("org.qemu.guest_agent.1 "),
        channel("org.qemu.guest-agent.1"),
        domain_with(devices=channel("org.qemu.guest_agent"), kind="lxc"),
        domain_with(devices=channel(f"{AGENT} "), kind="lxc"),
    ],
)
def test_what_is_left_after_a_fix_was_found_before(text):
    left = fixed(text)[1]
    assert left
    assert left < {rule for rule, _ in lint(text)}


def test_every_detached_channel_is_named_in_one_finding():
    names = ["org.qemu.guest_agent.1", "org.qemu.guest_agent.2"]
    document = parse("".join(map(channel, names)))
    [finding] = findings_in(document)
    assert [document.text(place.span) for place in (finding.place, *finding.related)] == names
