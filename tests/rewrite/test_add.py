import time

import pytest

from chanfix.domain import Domain
from chanfix.domain.versions import Version
from chanfix.errors import InputError, UsageError
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts
from chanfix.lint.rules import RULES
from chanfix.rewrite.add import add
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Verb, Wish
from chanfix.template import read_document
from chanfix.xml.document import Document

AGENT = "org.qemu.guest_agent.0"


def domain(devices, *, name="<name>web</name>", kind="kvm"):
    return f"<domain type='{kind}'>\n  {name}\n  <devices>\n{devices}  </devices>\n</domain>\n"


def plan_for(text, **wish):
    return add(Document.parse(text.encode()), Wish(**wish))


def channel(inside="", kind="type='unix'", target=f"<target type='virtio' name='{AGENT}'/>"):
    return f"    <channel {kind}>\n{inside}      {target}\n    </channel>\n"


DISK = "    <disk type='file' device='disk'/>\n"


def test_a_missing_channel_is_inserted_without_path_address_or_alias():
    plan = plan_for(domain(DISK))
    assert plan.data.decode() == domain(DISK + channel())
    assert plan.verb is Verb.ADD


def test_a_right_channel_stays_to_the_byte():
    text = domain(DISK + channel())
    plan = plan_for(text)
    assert plan.data == text.encode()
    assert not plan.is_change


@pytest.mark.parametrize(
    ("version", "source"),
    [
        ("1.0.5", "      <source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>\n"),
        ("1.0.6", ""),
        ("11.0.0", ""),
    ],
)
def test_the_path_is_written_for_a_libvirt_that_needs_it(version, source):
    assert plan_for(domain(""), version=Version.parse(version)).data.decode() == domain(channel(source))


def test_old_libvirt_and_no_name_is_refused():
    with pytest.raises(InputError, match=r"libvirt 1\.0\.5 needs a path"):
        plan_for(domain("", name=""), version=Version(1, 0, 5))


REPAIRED = {
    "documentation-path": channel("      <source mode='bind' path='/var/lib/libvirt/qemu/f16x86_64.agent'/>\n"),
    "pty": channel(kind="type='pty'"),
    "no-type": "    <channel type='unix'>\n".replace(" type='unix'", "") + channel().split("\n", 1)[1],
    "typo": channel(target="<target type='virtio' name='org.qemu.guest_agent'/>"),
    "blank": channel(target=f"<target type='virtio' name='{AGENT} '/>"),
    "no-target-type": channel(target=f"<target name='{AGENT}'/>"),
    "twice": channel() + channel(),
}


@pytest.mark.parametrize("devices", REPAIRED.values(), ids=REPAIRED)
def test_a_broken_channel_is_repaired_in_place(devices):
    plan = plan_for(domain(DISK + devices))
    assert plan.verb is Verb.REPAIR
    assert plan.steps
    repaired = plan.data.decode()
    assert repaired.count(AGENT) == 1
    assert "<channel type='unix'>" in repaired or "<channel  type='unix'>" in repaired
    assert "path" not in repaired
    assert not plan_for(repaired).is_change


def test_a_repair_leaves_other_channels_alone():
    other = channel(kind="type='pty'", target="<target type='virtio' name='com.example.0' state='connected'/>")
    plan = plan_for(domain(other + REPAIRED["pty"]))
    assert other in plan.data.decode()


def test_a_path_that_the_user_asks_for_is_written_and_kept():
    plan = plan_for(domain(""), path="/srv/agents/it's.sock")
    source = "      <source mode='bind' path='/srv/agents/it&apos;s.sock'/>\n"
    assert plan.data.decode() == domain(channel(source))
    assert not plan_for(plan.data.decode(), path="/srv/agents/it's.sock").is_change


@pytest.mark.parametrize(
    "source",
    ["", "      <source mode='connect' path='/other'/>\n", "      <source/>\n", "      <source mode='bind'/>\n"],
)
def test_a_path_that_the_user_asks_for_replaces_what_is_there(source):
    wanted = channel("      <source mode='bind' path='/srv/agent.sock'/>\n")
    assert plan_for(domain(channel(source)), path="/srv/agent.sock").data.decode() == domain(wanted)


@pytest.mark.parametrize("path", ["relative", "", "/" + "x" * 107, "/a\nb", "/\udcff", "/\ufffe"])
def test_a_path_that_cannot_work_is_refused(path):
    with pytest.raises(UsageError, match="socket path"):
        plan_for(domain(""), path=path)


def test_a_further_port_is_added_on_purpose():
    plan = plan_for(domain(channel()), port="org.qemu.guest_agent.1")
    second = channel(target="<target type='virtio' name='org.qemu.guest_agent.1'/>")
    assert plan.data.decode() == domain(channel() + second)
    assert not plan_for(plan.data.decode(), port="org.qemu.guest_agent.1").is_change


@pytest.mark.parametrize("port", ["", "a b", "a/b", "a\x1b", "\udcff", "\ufffe"])
def test_a_port_name_that_cannot_work_is_refused(port):
    with pytest.raises(UsageError, match="port name"):
        plan_for(domain(""), port=port)


REFUSED = {
    "detached": (domain(channel(target="<target type='virtio' name='org.qemu.guest_agent.1'/>")), "is detached", 5),
    "lxc": (domain("", kind="lxc"), "type 'lxc'", 1),
    "xen": (domain("", kind="xen"), "type 'xen'", 1),
    "network": ("<network>\n</network>", "root element is <network>", 1),
    "wildfly": ("<domain xmlns='urn:jboss:domain:7.0'/>", "not a libvirt domain", 1),
    "glassfish": ("<domain version='1'/>", "no 'type'", 1),
    "snapshot": (f"<domainsnapshot>{domain('')}</domainsnapshot>", "is a record", 1),
    "several": (f"<domains>{domain('')}{domain('')}</domains>", "with domains inside", 1),
    "no-devices": ("<domain type='kvm'><name>web</name></domain>", "has no <devices>", 1),
    "utf16": ("<?xml version='1.0' encoding='utf-16'?>" + domain(""), "cannot be edited byte for byte", 1),
}


@pytest.mark.parametrize(("text", "words", "line"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_ours_to_edit_is_refused_with_place_and_way_out(text, words, line):
    data = text.encode("utf-16" if "utf-16" in text else "utf-8")
    with pytest.raises(InputError, match=words) as caught:
        add(Document.parse(data), Wish())
    assert caught.value.position.line == line
    assert caught.value.hint


TARGET = f"<target type='virtio' name='{AGENT}'/>"
IN_OTHER_DEVICES = {
    "serial": f"    <serial type='unix'>\n      {TARGET}\n    </serial>\n",
    "console": f"    <console type='pty' tty='/dev/pts/1'>\n      {TARGET}\n    </console>\n",
    "parallel": f"    <parallel type='pty'>\n      <target name='{AGENT}' port='0'/>\n    </parallel>\n",
    "typo": "    <console type='pty'>\n      <target type='virtio' name='org.qemu.guest-agent.0'/>\n    </console>\n",
}


@pytest.mark.parametrize("devices", IN_OTHER_DEVICES.values(), ids=IN_OTHER_DEVICES)
def test_port_or_console_with_the_agents_target_becomes_the_channel(devices):
    assert not check(Document.parse(domain(DISK + devices).encode()), Wish()).is_right
    plan = plan_for(domain(DISK + devices))
    assert plan.verb is Verb.REPAIR
    repaired = plan.data.decode()
    assert repaired.count("<channel type='unix'>") == repaired.count(AGENT) == 1
    assert "port=" not in repaired
    assert "tty=" not in repaired
    assert check(plan.document.reread(plan.data), Wish()).is_right
    assert not plan_for(repaired).is_change


def test_serial_port_with_parts_that_no_channel_has_is_refused_with_its_place():
    target = f"<target type='isa-serial' name='{AGENT}' port='0'><model name='isa-serial'/></target>"
    with pytest.raises(InputError, match=r"the agent's target is in a <serial>.*\[agent-misplaced\]") as caught:
        plan_for(domain(f"    <serial type='pty'>{target}</serial>\n"))
    assert caught.value.position.line == 4


def test_console_with_the_agents_name_beside_the_channel_is_left_alone():
    text = domain(channel() + f"    <console type='pty'>\n      {TARGET}\n    </console>\n")
    assert check(Document.parse(text.encode()), Wish()).is_right
    assert not plan_for(text).is_change


def test_refused_serial_port_beside_the_channel_is_told():
    text = domain(channel() + f"    <serial type='pty'>\n      {TARGET}\n    </serial>\n")
    assert not check(Document.parse(text.encode()), Wish()).is_right
    assert any("still wrong: the agent's target is in a <serial>" in note for note in plan_for(text).notes)


@pytest.mark.parametrize(
    "other",
    [
        channel(target="<target type='virtio' name='{{ port }}'/>"),
        f"{{% if agent %}}\n{channel()}{{% endif %}}\n",
    ],
    ids=["name-of-the-template", "channel-in-a-block"],
)
def test_console_is_no_channel_where_the_template_may_bring_one(other):
    text = domain(other + f"    <console type='pty'>\n      {TARGET}\n    </console>\n")
    for finding in lint_domain(Domain.of(read_document(text.encode(), "a.xml.j2")), RULES, Facts()):
        assert finding.fix is None or finding.fix.title != "Make the device a channel"


NO_AGENT_OF_IT = {
    "xen": "<channel type='unix'><target type='xen' name='org.qemu.guest_agent'/></channel>",
    "xen-before-a-typo": "<channel type='unix'><target type='xen' name='org.qemu.guest_agent'/></channel>"
    "<channel type='unix'><target type='virtio' name='org.qemu.guest-agent.0'/></channel>",
    "second-target": "<channel type='pty'><target type='virtio' name=''/></channel>"
    "<channel type='unix'><target type='virtio' name=''/><target type='xen' name='org.qemu.guest_agent'/></channel>",
}


@pytest.mark.parametrize("devices", NO_AGENT_OF_IT.values(), ids=NO_AGENT_OF_IT)
def test_a_channel_that_no_fix_makes_the_agents_is_named_with_a_way_out(devices):
    with pytest.raises(InputError) as caught:
        plan_for(domain(f"    {devices}\n"))
    assert caught.value.position.line == 4
    assert caught.value.hint


def test_a_path_as_it_was_once_advised_is_dropped_where_libvirt_makes_its_own():
    old = plan_for(domain(""), version=Version(1, 0, 5)).data.decode()
    assert "path='/var/lib/libvirt/qemu/web.agent'" in old
    assert plan_for(old).data.decode() == domain(channel())
    assert not plan_for(old, version=Version(1, 0, 5)).is_change


def test_many_broken_channels_take_time_in_step_with_their_number():
    typo = channel(target="<target type='virtio' name='org.qemu.guest_agen'/>")
    started = time.process_time()
    plan_for(domain(typo * 1500))
    assert time.process_time() - started < 20


def test_a_plan_that_would_add_a_finding_is_refused():
    text = domain("").replace("<devices>", "<os><type machine='isapc'>hvm</type></os>\n  <devices>")
    with pytest.raises(InputError, match="vserial-no-pci"):
        plan_for(text)
