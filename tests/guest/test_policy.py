"""What the agent may do: the line for each system, held against the real qemu-ga that reads it."""

import re

import pytest
from real_agent import AGENTS, dumped, enabled, every_agent, version_of

from chanfix.domain.targets import target_named, targets
from chanfix.errors import UsageError
from chanfix.guest.choice import choose_system
from chanfix.guest.commands import COMMANDS
from chanfix.guest.config import GuestConfig
from chanfix.guest.generations import Style, generation_names, generation_of, generations_of
from chanfix.guest.policy import Policy, Rights, chosen_commands, effects
from chanfix.guest.systems import SYSTEMS

EXEC = ("guest-exec", "guest-exec-status")
PORT = "org.qemu.guest_agent.1"


def policy(name, *, allow=(), block=()):
    [generation] = generations_of(name)
    return Policy(generation, Rights(tuple(allow), tuple(block)))


def arguments_of(policy):
    """Return what the service of that generation gives to qemu-ga of its setting, as RHEL's and SUSE's services do."""
    value = policy.line.partition("=")[2].strip('"')
    option = {"BLACKLIST_RPC": "--blacklist=", "BLOCK_RPCS": "--block-rpcs="}.get(policy.generation.setting)
    return [option + value] if option else value.split()


def test_rhel_has_three_generations_and_its_allow_list_grows():
    lines = [Policy(each, Rights(allow=EXEC)).line for each in generations_of("rhel")]
    assert [line.partition("=")[0] for line in lines] == ["BLACKLIST_RPC", "BLOCK_RPCS", "FILTER_RPC_ARGS"]
    for line in lines[:2]:
        assert "guest-file-open" in line
        assert "guest-exec" not in line
    shipped = Policy(generations_of("rhel")[2], Rights()).allowed
    listed = re.fullmatch(r'FILTER_RPC_ARGS="--allow-rpcs=([a-z,-]+)"', lines[2])[1].split(",")
    assert listed == [*shipped, *EXEC]


def test_what_is_shipped_is_a_fact_of_a_target():
    for name, target in (("rhel-8", "rhel-8"), ("rhel-9", "rhel-9"), ("suse", "opensuse-tumbleweed")):
        [generation] = generations_of(name)
        shipped = target_named(target).facts["agent"]
        assert generation.allowed == tuple(shipped.value.get("allows", ()))
        assert generation.blocked == tuple(shipped.value.get("blocks", ()))
        assert generation.allowed or generation.blocked
        assert generation.is_read
    # Every Debian was seen, and the generations say the same of all of them.
    for target in (each for each in targets() if each.name.startswith("debian-")):
        [generation] = generations_of(target.name)
        assert (generation.blocked, generation.is_read) == (tuple(target.facts["agent"].value["blocks"]), False)


@pytest.mark.parametrize("kind", ["blocks", "allows"])
def test_targets_name_commands_that_agents_have(kind):
    named = {command for target in targets() for command in _agent_of(target).get(kind, [])}
    assert named
    assert named <= set(COMMANDS)


def _agent_of(target):
    return target.facts["agent"].value if "agent" in target.facts else {}


# The names of a list of what is blocked, and the agents that know them: each line works on its own generation's.
KNOWS = {
    "rhel-8": lambda version: version < (8, 0),
    "rhel-9.2": lambda version: version >= (7, 2),
    "rhel-9": lambda version: version >= (8, 1),
    "fedora": lambda version: version >= (8, 1),
    "suse": lambda version: version >= (8, 1),
    "debian-11": lambda version: version < (8, 0),
    "debian-12": lambda version: version >= (7, 2),
}


@every_agent
@pytest.mark.parametrize("name", KNOWS)
def test_agent_of_the_generation_does_what_the_line_says(name, release):
    if not KNOWS[name](version_of(release)):
        pytest.skip(f"{release} is of another generation")

    def commands(made):
        if made.generation.style is Style.KEY:
            return enabled(release, config=made.text)
        return enabled(release, *arguments_of(made))

    shipped = commands(policy(name))
    allowed = commands(policy(name, allow=EXEC))
    blocked = commands(policy(name, block=("guest-fstrim", *EXEC)))
    assert set(EXEC) <= allowed
    assert shipped <= allowed
    assert "guest-fstrim" in shipped
    assert shipped - blocked == {"guest-fstrim", *EXEC} & shipped
    assert {"guest-sync", "guest-sync-delimited", "guest-info"} <= blocked


@every_agent
def test_agent_passes_over_a_key_that_is_not_its_generations(release):
    for key in ("blacklist", "block-rpcs"):
        config = f"[general]\n{key}=guest-exec\n"
        version = version_of(release)
        knows = version < (8, 0) if key == "blacklist" else version >= (7, 2)
        assert ("guest-exec" in enabled(release, config=config)) is not knows


@every_agent
def test_empty_list_of_allowed_commands_allows_all(release):
    if version_of(release) < (8, 1):
        pytest.skip("this qemu-ga has no lists of allowed commands")
    assert enabled(release, "--allow-rpcs=") == enabled(release)


@every_agent
def test_name_with_a_blank_before_it_is_not_blocked(release):
    key = "blacklist" if version_of(release) < (7, 2) else "block-rpcs"
    found = enabled(release, config=f"[general]\n{key}=guest-exec, guest-fstrim\n")
    assert ("guest-exec" in found, "guest-fstrim" in found) == (False, True)


@every_agent
def test_agent_reads_its_file_where_no_service_names_one(release):
    # Debian's service names none. The variable stands for /etc/qemu/qemu-ga.conf, which --help names.
    assert dumped(release, config=policy("debian-12", block=EXEC).text)[0]["path"].endswith("org.qemu.guest_agent.0")


def test_list_of_allowed_commands_is_never_emptied():
    everything = [name for name in COMMANDS if name not in ("guest-sync", "guest-sync-delimited")]
    assert set(policy("rhel-9", block=everything).allowed) == {"guest-sync", "guest-sync-delimited"}


@pytest.mark.parametrize("command", ["guest-sync", "guest-sync-delimited"])
def test_question_that_begins_every_dialogue_cannot_be_blocked(command):
    with pytest.raises(UsageError, match="answers nobody"):
        Rights(block=(command,))


def test_thaw_is_blocked_with_all_that_freezes_or_not_at_all():
    thaw, freeze, some = "guest-fsfreeze-thaw", "guest-fsfreeze-freeze", "guest-fsfreeze-freeze-list"
    for block in ((thaw,), (thaw, freeze), (thaw, some)):
        with pytest.raises(UsageError, match="stays frozen") as caught:
            Rights(block=block)
        assert "guest-fsfreeze-*" in caught.value.hint
    assert Rights(block=(thaw, freeze, some))
    assert Rights(block=(freeze,))


def test_list_of_commands_that_is_blocked_is_noted():
    rights = Rights(block=("guest-info",))
    assert "nobody sees what the agent may do" in list(effects(rights, [policy("debian-12", block=rights.block)]))[-1]


def test_command_is_allowed_or_blocked():
    with pytest.raises(UsageError, match="to be allowed and blocked"):
        Rights(allow=("guest-exec",), block=("guest-exec",))


@pytest.mark.parametrize("text", ["guest-exce", "guest-exec;guest-ping", "x*", "*exec*", "", ",", "guest-exec\n*x"])
def test_name_that_no_agent_has_is_refused(text):
    with pytest.raises(UsageError):
        chosen_commands([text], "--block")


def test_star_stands_for_any_letters():
    found = chosen_commands(["guest-file-*, guest-exec"], "--block")
    assert set(found) == {name for name in COMMANDS if name.startswith("guest-file-")} | {"guest-exec"}
    assert set(chosen_commands(["*"], "--allow")) == set(COMMANDS)


def test_lists_add_up():
    assert chosen_commands(["guest-exec", "guest-ping,guest-exec"], "--block") == ("guest-exec", "guest-ping")
    assert chosen_commands([], "--block") == ()


def test_command_that_gives_root_in_the_guest_is_warned_of():
    rights = Rights(allow=("guest-exec", "guest-get-users"), block=("guest-set-user-password",))
    lines = list(effects(rights, [policy("rhel-9", allow=rights.allow, block=rights.block)]))
    assert lines[0] == "guest-exec is allowed: warning: the host runs any program in the guest, as root"
    assert lines[1] == "guest-get-users is allowed (as it is shipped)"
    assert lines[2].startswith("guest-set-user-password is blocked: the host no longer sets any password")
    assert "guest-exec-status tells how they ended" in lines[3]


def test_names_of_generations_are_told_apart():
    names = [*SYSTEMS, *generation_names()]
    assert len(set(names)) == len(names)
    for name in generation_names():
        assert len(generations_of(name)) == 1
    for name in set(SYSTEMS) - {"systemd"}:
        assert generations_of(name)


@pytest.mark.parametrize(
    ("os_id", "version", "name"),
    [
        ("rhel", "7.9", "rhel-8"),
        ("centos", "8", "rhel-8"),
        ("almalinux", "9.1", "rhel-8"),
        ("rocky", "9.3", "rhel-9.2"),
        ("rhel", "9.4", "rhel-9"),
        ("rhel", "10.1", "rhel-9"),
        ("centos", "9", "rhel-9"),
        ("centos", "10", "rhel-9"),
        ("opensuse-tumbleweed", "20260901", "suse"),
        ("opensuse-leap", "15.6", None),
        ("debian", "11", "debian-11"),
        ("debian", "12", "debian-12"),
        ("debian", "", "debian-12"),
        ("ubuntu", "22.04", "ubuntu-22.04"),
        ("ubuntu", "26.04", "ubuntu-24.04"),
        ("fedora", "44", "fedora"),
        ("arch", "", "arch"),
        ("mswindows", "10", "windows"),
        ("plan9", "4", None),
        ("rhel", "9" * 100_000, None),
        ("debian", "¹²", None),
    ],
)
def test_generation_is_found_by_what_a_guest_says_of_its_system(os_id, version, name):
    found = generation_of(os_id, version)
    assert (found and found.name) == name


def test_policy_of_a_service_is_an_argument_of_it():
    freebsd = GuestConfig(SYSTEMS["freebsd"], PORT, policy("freebsd", block=EXEC))
    assert f"-p /dev/vtcon/{PORT} -b guest-exec,guest-exec-status'" in freebsd.files[0].text
    windows = GuestConfig(SYSTEMS["windows"], PORT, policy("windows", block=EXEC), sets_port=False)
    assert f'-p \\\\.\\Global\\{PORT} -b guest-exec,guest-exec-status"' in windows.files[0].text


def test_policy_and_port_share_the_file_of_the_agent_itself():
    [file] = GuestConfig(SYSTEMS["other"], PORT, policy("other", block=EXEC)).files
    assert file.text.endswith(f"path=/dev/virtio-ports/{PORT}\nblock-rpcs=guest-exec,guest-exec-status\n")
    for release in AGENTS:
        if version_of(release) >= (7, 2):
            found, _ = dumped(release, config=file.text)
            assert (found["path"], set(found["block-rpcs"].split(","))) == (f"/dev/virtio-ports/{PORT}", set(EXEC))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("centos", "did you mean 'rhel'?"),
        ("rocky-9", "did you mean 'rhel-9'?"),
        ("rocky-9.7", "did you mean 'rhel-9.7'?"),
        ("almalinux-6", "did you mean 'rhel'?"),
        ("opensuse-tumbleweed", "did you mean 'suse'?"),
        ("mswindows", "did you mean 'windows'?"),
        ("rhel-6", "did you mean 'rhel-9'?"),
        ("rhel-9.4.2", "did you mean 'rhel-9.4'?"),
        ("arch-2026", "did you mean 'arch'?"),
        ("debain", "did you mean 'debian'?"),
        ("-", ", ".join(SYSTEMS)),
    ],
)
def test_name_of_a_kin_hints_at_the_one_that_is_known(name, hint):
    with pytest.raises(UsageError) as caught:
        choose_system(name)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("name", "generation"),
    [
        ("rhel-7.9", "rhel-8"),
        ("rhel-9.1", "rhel-8"),
        ("rhel-9.3", "rhel-9.2"),
        ("rhel-9.6", "rhel-9"),
        ("rhel-10.2", "rhel-9"),
        ("fedora-44", "fedora"),
        ("debian-14", "debian-12"),
        ("ubuntu-25.10", "ubuntu-24.04"),
        ("alpine-3.22", "alpine"),
    ],
)
def test_release_is_chosen_by_its_number(name, generation):
    _, [found] = choose_system(name)
    assert found.name == generation
