"""What an agent would do, and why not: from what agents say, the truth or anything else."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chanfix import resources
from chanfix.agent.answer import AgentReply, Heard, NoMoreError, RefusedError, more_of
from chanfix.agent.told import addresses_of, addresses_of_libvirt, frozen_of, os_of
from chanfix.cli.status.json import status_json
from chanfix.cli.status.needs import with_way_out
from chanfix.cli.status.text import lines
from chanfix.domain.versions import NEWEST
from chanfix.status.features import FEATURES, features
from chanfix.status.health import PortToAsk, Seen, judge
from chanfix.status.verdict import Verdict
from chanfix.xml.document import Document

ALL = {command: True for commands in FEATURES.values() for command in commands}
ALL |= dict.fromkeys(("guest-info", "guest-fsfreeze-status", "guest-get-osinfo"), True)
RHEL_9 = {"id": "rhel", "version-id": "9.6", "pretty-name": "Red Hat Enterprise Linux 9.6"}
LAN = [
    {
        "name": "eth0",
        "hardware-address": "52:54:00:00:00:01",
        "ip-addresses": [{"ip-address": "192.0.2.7", "prefix": 24}],
    }
]
XML = b"<domain type='kvm'><name>web</name><devices/></domain>"
SEEN = Seen("web", Document.parse(XML), None, False, NEWEST)
PORT = PortToAsk("org.qemu.guest_agent.0", None)


def info(commands):
    listed = [{"name": name, "enabled": enabled, "success-response": True} for name, enabled in commands.items()]
    return AgentReply.of_info({"version": "10.0.0", "supported_commands": listed})


def told(commands=ALL, **answers):
    """Return the reply of an agent with these commands, which answers questions so; an exception is raised."""
    answers = {
        "guest_fsfreeze_status": "thawed",
        "guest_get_osinfo": RHEL_9,
        "guest_network_get_interfaces": LAN,
    } | answers

    def ask(command):
        answer = answers[command.replace("-", "_")]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return more_of(info(commands), ask)


def reasons(reply):
    return {each.name: each.reason for each in features(reply) if each.works is False}


def test_agent_without_a_policy_does_everything():
    reply = told()
    assert reasons(reply) == {}
    assert all(each.works for each in features(reply))
    assert [each.name for each in features(reply)] == list(FEATURES)


def test_blocked_command_is_named_with_the_line_that_blocks_it():
    reply = told(ALL | {"guest-exec": False, "guest-exec-status": False, "guest-set-user-password": False})
    assert reasons(reply) == {
        "exec": "guest-exec, guest-exec-status blocked by FILTER_RPC_ARGS in /etc/sysconfig/qemu-ga",
        "password": "guest-set-user-password blocked by FILTER_RPC_ARGS in /etc/sysconfig/qemu-ga",
    }
    [feature] = [each for each in features(reply) if each.name == "exec"]
    assert feature.blocked == ("guest-exec", "guest-exec-status")


@pytest.mark.parametrize(
    ("os_id", "version", "where"),
    [
        ("centos", "8", "BLACKLIST_RPC in /etc/sysconfig/qemu-ga"),
        ("rocky", "9.2", "BLOCK_RPCS in /etc/sysconfig/qemu-ga"),
        ("debian", "12", "block-rpcs in /etc/qemu/qemu-ga.conf"),
        ("gentoo", "2", "the guest's policy"),
    ],
)
def test_line_that_blocks_is_that_of_the_guests_generation(os_id, version, where):
    reply = told(ALL | {"guest-shutdown": False}, guest_get_osinfo={"id": os_id, "version-id": version})
    assert reasons(reply)["shutdown"] == f"guest-shutdown blocked by {where}"


def test_old_agent_lacks_commands():
    reply = told({name: True for name in ALL if "ssh" not in name})
    assert reasons(reply) == {
        "ssh keys": "this agent has no guest-ssh-get-authorized-keys, guest-ssh-add-authorized-keys, "
        "guest-ssh-remove-authorized-keys, that of QEMU 5.2 has"
    }


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["fe80::1"], ["169.254.3.4"], ["::1", "::"], [], ["x"]])
def test_address_that_nobody_can_reach_is_none(addresses):
    found = [{"name": "eth0", "ip-addresses": [{"ip-address": address} for address in addresses]}]
    assert reasons(told(guest_network_get_interfaces=found)) == {"addresses": "no address yet"}


@pytest.mark.parametrize(
    ("said", "address", "works"),
    [
        ("2001:db8::1%\x1b[2J", "2001:db8::1", True),
        ("fe80::1%" + "A" * 90, "fe80::1", False),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", False),
        ("::ffff:c000:207", "::ffff:192.0.2.7", True),
    ],
)
def test_address_is_one_whatever_stands_behind_it(said, address, works):
    reply = told(guest_network_get_interfaces=[{"name": "eth0", "ip-addresses": [{"ip-address": said}]}])
    assert [each.address for each in reply.addresses] == [address]
    assert ("addresses" not in reasons(reply)) is works


def test_refused_addresses_say_why():
    reply = told(guest_network_get_interfaces=RefusedError("failed to get stats"))
    assert reasons(reply) == {"addresses": "it fails: failed to get stats"}


def test_frozen_guest_has_its_own_verdict_with_the_way_out():
    commands = dict.fromkeys(ALL, False) | dict.fromkeys(
        ("guest-info", "guest-fsfreeze-status", "guest-fsfreeze-thaw"), True
    )
    reply = told(commands, guest_fsfreeze_status="frozen")
    since = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)
    health = judge(SEEN, PORT, reply, since)
    assert (health.verdict, health.is_answering, health.is_well) == (Verdict.FROZEN, True, False)
    assert "frozen, seen since 2026-11-28 01:02:03 UTC" in health.summary
    assert health.next_step.command == ("virsh", "domfsthaw", "web")
    # What the freeze disables is no policy.
    assert set(reasons(reply).values()) == {"file systems are frozen"}
    assert not any(each.blocked for each in health.features)
    detached = judge(SEEN, PortToAsk("org.qemu.guest_agent.1", "/x"), reply, since)
    assert detached.verdict is Verdict.FROZEN
    assert "guest-fsfreeze-thaw" in detached.next_step.command


def test_frozen_guest_is_known_by_the_error_that_says_so():
    words = "Command guest-get-time has been disabled: the agent is in frozen state"
    reply = AgentReply(Heard.ANSWER, works={"time": False}, refusals={"time": words}, is_frozen=True)
    assert judge(SEEN, PORT, reply).verdict is Verdict.FROZEN
    assert reasons(reply) == {"time": "file systems are frozen"}


def test_windows_without_its_vss_provider_takes_no_quiesced_snapshot():
    reply = told(guest_fsfreeze_status=RefusedError("this feature or command is not currently supported"),
                 guest_get_osinfo={"id": "mswindows", "version-id": "10"})  # fmt: skip
    assert reasons(reply) == {"quiesced snapshot": "the VSS provider does not answer"}


VSS = ("guest-get-fsinfo", "guest-fsfreeze-status", "guest-fsfreeze-freeze", "guest-fsfreeze-thaw")
WINDOWS = {"id": "mswindows", "version-id": "2019"}


def test_older_agent_of_windows_disables_what_its_vss_provider_would_do():
    reply = told(ALL | dict.fromkeys(VSS, False), guest_get_osinfo=WINDOWS)
    assert reasons(reply) == {"quiesced snapshot": "the VSS provider does not answer"}
    [feature] = [each for each in features(reply) if each.name == "quiesced snapshot"]
    assert feature.blocked == ()
    step = with_way_out(judge(SEEN, PORT, reply), ["quiesced snapshot"]).next_step
    assert (step.command, "the VSS provider does not answer" in step.words) == ((), True)
    # A policy blocks what it names, and Linux has no such provider.
    some = told(ALL | {"guest-get-fsinfo": True, **dict.fromkeys(VSS[1:], False)}, guest_get_osinfo=WINDOWS)
    assert "blocked by -b" in reasons(some)["quiesced snapshot"]
    assert "blocked by" in reasons(told(ALL | dict.fromkeys(VSS, False)))["quiesced snapshot"]


DISABLED = "Command {} has been disabled: the command is not allowed"
CALLS = {"time": "guest-get-time", "guest info": "guest-get-osinfo", "addresses": "guest-network-get-interfaces"}


def typed(**works):
    """Return the reply to libvirt's own calls, where those that do not work are disabled in the agent."""
    works = {name.replace("_", " "): done for name, done in works.items()}
    refusals = {name: DISABLED.format(CALLS[name]) for name, done in works.items() if not done}
    return AgentReply(Heard.ANSWER, works=works, refusals=refusals)


def test_agent_that_answers_no_call_may_wait_for_a_thaw():
    # qemu-ga 10 says of a freeze what it says of its policy.
    reply = typed(time=False, guest_info=False, addresses=False)
    assert reasons(reply) == {name: f"{command} is disabled" for name, command in CALLS.items()}
    health = judge(SEEN, PORT, reply)
    assert health.summary.endswith("its policy forbids it, or file systems are frozen; --raw tells which")
    assert "guest-config" not in with_way_out(health, ["time"]).next_step.command
    for answered in CALLS:
        works = {name.replace(" ", "_"): name == answered for name in CALLS}
        assert "frozen" not in judge(SEEN, PORT, typed(**works)).summary
        assert all(reason.endswith("blocked by the guest's policy") for reason in reasons(typed(**works)).values())


def test_agent_that_refuses_to_list_its_commands_says_so():
    health = judge(SEEN, PORT, AgentReply.of_refused_info(DISABLED.format("guest-info") + "\x1b" * 10_000))
    assert (health.verdict, {each.works for each in health.features}) == (Verdict.RESPONDING, {None})
    assert health.notes[0].startswith("it does not list its commands: Command guest-info has been disabled")
    [line] = lines({"web": health}, None)
    assert (line.isprintable(), len(line) < 1500) == (True, True)
    assert with_way_out(health, ["exec"]).next_step.words == "whether 'exec' works is not known"
    assert with_way_out(health, []).next_step.words == "nothing to do"


def test_typed_call_that_the_policy_blocks_names_the_command():
    words = (
        "unable to execute QEMU agent command 'guest-get-time': Command guest-get-time has been disabled: not allowed"
    )
    reply = AgentReply(Heard.ANSWER, works={"time": False, "guest info": False}, refusals={"time": words})
    assert reasons(reply) == {"time": "guest-get-time blocked by the guest's policy", "guest info": "it fails"}
    assert {each.name for each in features(reply) if each.works is None} == set(FEATURES) - {"time", "guest info"}


def test_agent_that_falls_silent_has_said_what_it_said():
    reply = told(guest_get_osinfo=NoMoreError())
    assert (reply.is_frozen, reply.system, reply.addresses) == (False, None, None)
    assert reasons(reply) == {}


keys = st.sampled_from(["name", "ip-addresses", "ip-address", "addrs", "addr", "id"]) | st.text()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(keys, inside),
    max_leaves=20,
)


@given(json_values, json_values, json_values)
def test_answers_of_any_shape_are_read(interfaces, system, frozen):
    assert addresses_of_libvirt(interfaces) is None or isinstance(interfaces, dict)
    reply = told(guest_network_get_interfaces=interfaces, guest_get_osinfo=system, guest_fsfreeze_status=frozen)
    health = judge(SEEN, PORT, reply)
    [line] = lines({"web": health}, None)
    assert line.isprintable()
    json.loads(status_json({"web": health}, None, "status-v2"))


HOSTILE = "\x1b[2J\x9b\u202e::error::\n##[x]" + "A" * 100_000


def test_what_a_guest_says_is_bounded_and_escaped():
    addresses = [{"ip-address": f"192.0.2.{number % 250}", "prefix": 10**40} for number in range(100_000)]
    found = [{"name": HOSTILE, "hardware-address": HOSTILE, "ip-addresses": addresses}]
    reply = told(
        ALL | {"guest-exec": False},
        guest_network_get_interfaces=found,
        guest_get_osinfo={"id": HOSTILE, "version-id": HOSTILE, "pretty-name": HOSTILE},
        guest_fsfreeze_status=HOSTILE,
    )
    assert len(reply.addresses) == 256
    assert {(len(each.interface), each.prefix) for each in reply.addresses} == {(100, None)}
    assert len(reply.system.id) == 100
    reply = replace(reply, version=AgentReply.of_info({"version": HOSTILE}).version)
    health = judge(SEEN, PORT, reply)
    [line] = lines({"web": health}, None)
    assert line.isprintable()
    assert len(line) < 1500
    document = status_json({"web": health}, None, "status-v2")
    assert document.isascii()
    assert "##[" not in document
    assert "192.0.2.0, 192.0.2.1, 192.0.2.2 and 253 more" in line


@pytest.mark.parametrize(
    ("system", "policy"),
    [
        (RHEL_9, {"file": "/etc/sysconfig/qemu-ga", "setting": "FILTER_RPC_ARGS"}),
        ({"id": "debian", "version-id": "11"}, {"file": "/etc/qemu/qemu-ga.conf", "setting": "blacklist"}),
        ({"id": "gentoo"}, None),
        (7, None),
    ],
)
def test_document_says_where_the_policy_is_set(system, policy):
    health = judge(SEEN, PORT, told(guest_get_osinfo=system))
    document = json.loads(status_json({"web": health}, None, "status-v2"))
    Draft202012Validator(json.loads(resources.read("schemas/status-v2.schema.json"))).validate(document)
    assert document["domains"][0]["policy"] == policy


def test_version_1_has_neither_new_keys_nor_features_nor_verdicts():
    reply = told(dict.fromkeys(ALL, True), guest_fsfreeze_status="frozen")
    [entry] = json.loads(status_json({"web": judge(SEEN, PORT, reply)}, None, "status-v1"))["domains"]
    assert entry["verdict"] == "responding"
    assert list(entry["readiness"]) == ["shutdown", "reboot", "quiesced snapshot", "time", "guest info", "password"]
    assert not {"features", "addresses", "guest_os", "policy", "frozen_since"} & entry.keys()


def test_words_of_libvirt_and_of_the_agent_are_read_alike():
    theirs = {"eth0": {"addrs": [{"addr": "192.0.2.7", "prefix": 24, "type": 0}], "hwaddr": "52:54:00:00:00:01"}}
    assert addresses_of_libvirt(theirs) == addresses_of(LAN)
    assert os_of({f"os.{key}": value for key, value in RHEL_9.items()}, "os.") == os_of(RHEL_9)
    assert (frozen_of("frozen"), frozen_of("thawed"), frozen_of("x"), frozen_of([])) == (True, False, None, None)


def test_needed_feature_that_is_blocked_has_the_command_that_allows_it():
    reply = told(ALL | {"guest-exec": False, "guest-exec-status": False, "guest-shutdown": False})
    health = judge(SEEN, PORT, reply)
    assert with_way_out(health, ["time"]) is health
    step = with_way_out(health, ["exec"]).next_step
    assert step.command == ("chanfix", "guest-config", "--os", "rhel-9", "--allow", "guest-exec,guest-exec-status")
    late = judge(SEEN, PORT, told(guest_network_get_interfaces=[]))
    assert with_way_out(late, ["addresses"]).next_step.words == "see to what is needed: addresses: no address yet"


def test_selinux_is_noted_where_programs_may_run_or_files_be_read():
    programs, files = judge(SEEN, PORT, told()).notes
    assert "virt_qemu_ga_run_unconfined" in programs
    assert "virt_qemu_ga_read_nonsecurity_files" in files
    assert judge(SEEN, PORT, told(ALL | {"guest-exec": False})).notes == (files,)
    assert judge(SEEN, PORT, told(ALL | {"guest-exec": False, "guest-file-open": False})).notes == ()
    tumbleweed = {"id": "opensuse-tumbleweed", "version-id": "20261101"}
    assert judge(SEEN, PORT, told(guest_get_osinfo=tumbleweed)).notes == (programs, files)
    assert judge(SEEN, PORT, told(guest_get_osinfo={"id": "debian", "version-id": "12"})).notes == ()
