"""What changes the policy of a guest: scripts, user-data, tasks and commands, each run or read by what it is for."""

import base64
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from reading import need, run, run_hidden

from chanfix.cli import main
from chanfix.errors import UsageError
from chanfix.guest.config import GuestConfig
from chanfix.guest.generations import generations_of
from chanfix.guest.policy import Policy, Rights
from chanfix.guest.systems import SYSTEMS
from chanfix.guest.tasks import ansible_tasks

SYSCONFIG, CONF = "/etc/sysconfig/qemu-ga", "/etc/qemu/qemu-ga.conf"
# Where a vendor's file is for the test: few machines have an /usr/etc.
VENDOR = "/etc/vendor/etc/sysconfig/qemu-ga"
EXEC = ("guest-exec", "guest-exec-status")
LIBVIRT = "org.qemu.guest_agent.0"


def config(system, allow=(), block=(), port=None):
    policy = Policy(generations_of(system)[-1], Rights(tuple(allow), tuple(block)))
    return GuestConfig(SYSTEMS[policy.generation.system], port or LIBVIRT, policy, sets_port=port is not None)


AWKS = {
    "mawk": ["mawk"],
    "gawk": ["gawk"],
    "busybox": ["busybox", "awk"],
}


def changed(folder, made, files, awk="mawk", times=1):
    """Run the script in a guest with these files, and return what it says, its status and the files that changed."""
    program, *more = AWKS[awk]
    need(program, awk)
    (folder / "awk").write_text(f'#!/bin/sh\nexec {shutil.which(program)} {" ".join(more)} "$@"\n')
    (folder / "awk").chmod(0o755)
    script = made.script().replace("/usr/etc/", "/etc/vendor/etc/").replace("/usr$1", "/etc/vendor$1")
    (folder / "script").write_text(script)
    steps = [f"PATH={folder}:/usr/sbin:/usr/bin:/sbin:/bin"]
    for path, text in files.items():
        packed = base64.b64encode(text.encode()).decode()
        steps.append(f"mkdir -p {path.rpartition('/')[0]} && echo {packed} | base64 -d >{path}")
    steps += [f"sh {folder}/script" for _ in range(times)]
    steps.append("status=$?")
    for path in (SYSCONFIG, CONF):
        steps.append(f"[ ! -e {path} ] || base64 -w0 {path} >{folder}/{path.replace('/', '_')}")
    done = run_hidden("\n".join([*steps, "exit $status"]), "/etc", "/usr/lib/systemd", "/run")
    after = {}
    for path in (SYSCONFIG, CONF):
        if (kept := folder / path.replace("/", "_")).exists():
            text = base64.b64decode(kept.read_text()).decode()
            if files.get(path) != text:
                after[path] = text
    return done, after


RHEL_8 = """\
# There should be no spaces between commas and commands in the blacklist.
BLACKLIST_RPC=guest-file-open,guest-exec,guest-exec-status
# BLACKLIST_RPC=guest-exec
FSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook
"""
RHEL_9 = """\
# FILTER_RPC_ARGS="--block-rpcs=guest-exec"
FILTER_RPC_ARGS="--allow-rpcs=guest-sync,guest-ping,guest-fstrim"
FSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook
"""
UNIT = "/usr/lib/systemd/system/qemu-guest-agent.service"
# What is asked for, and the files before -> the files that change. Each is a guest as it is found.
CASES = {
    "the list of RHEL 8 shrinks, and the hook stays": (
        (EXEC, ()),
        {SYSCONFIG: RHEL_8, UNIT: "ExecStart=x --blacklist=${BLACKLIST_RPC}\n"},
        {SYSCONFIG: RHEL_8.replace(",guest-exec,guest-exec-status", "")},
    ),
    "the list of RHEL 9 grows, and the comment stays": (
        (EXEC, ()),
        {SYSCONFIG: RHEL_9},
        {SYSCONFIG: RHEL_9.replace("guest-fstrim", "guest-fstrim,guest-exec,guest-exec-status")},
    ),
    "what is blocked leaves the list of RHEL 9": (
        ((), ("guest-fstrim",)),
        {SYSCONFIG: RHEL_9},
        {SYSCONFIG: RHEL_9.replace(",guest-fstrim", "")},
    ),
    "what is allowed already changes nothing": ((("guest-ping",), ()), {SYSCONFIG: RHEL_9}, {}),
    "a list in quotes keeps them": (
        ((), ("guest-ping",)),
        {SYSCONFIG: "BLOCK_RPCS='guest-exec'\n", UNIT: "--block-rpcs=${BLOCK_RPCS}\n"},
        {SYSCONFIG: "BLOCK_RPCS='guest-exec,guest-ping'\n"},
    ),
    "a list that the service does not read is no list": (
        ((), ("guest-exec",)),
        {SYSCONFIG: "BLACKLIST_RPC=guest-exec\n", UNIT: "qemu-ga $FILTER_RPC_ARGS\n"},
        {SYSCONFIG: 'BLACKLIST_RPC=guest-exec\nFILTER_RPC_ARGS="--block-rpcs=guest-exec"\n'},
    ),
    "a list that goes on in the next line is one": (
        ((), ("guest-exec",)),
        {SYSCONFIG: 'X=\\\n1\nFILTER_RPC_ARGS="--allow-rpcs=guest-sync,\\\nguest-exec,guest-ping"\n# guest-exec\n'},
        {SYSCONFIG: 'X=\\\n1\nFILTER_RPC_ARGS="--allow-rpcs=guest-sync,guest-ping"\n# guest-exec\n'},
    ),
    "Fedora with nothing set gets a line of its own": (
        ((), EXEC),
        {SYSCONFIG: '# QEMU_GA_ARGS="--block-rpcs=guest-ping"\n', UNIT: "qemu-ga $QEMU_GA_ARGS\n"},
        {
            SYSCONFIG: '# QEMU_GA_ARGS="--block-rpcs=guest-ping"\n'
            'QEMU_GA_ARGS="--block-rpcs=guest-exec,guest-exec-status"\n'
        },
    ),
    "other arguments stay": (
        ((), ("guest-exec",)),
        {SYSCONFIG: "QEMU_GA_ARGS='--verbose'\n", UNIT: "qemu-ga $QEMU_GA_ARGS\n"},
        {SYSCONFIG: 'QEMU_GA_ARGS="--verbose --block-rpcs=guest-exec"\n'},
    ),
    "other arguments around a list stay": (
        ((), ("guest-exec",)),
        {SYSCONFIG: 'FILTER_RPC_ARGS="--verbose -b guest-ping -l /x"\n'},
        {SYSCONFIG: 'FILTER_RPC_ARGS="--verbose -b guest-ping,guest-exec -l /x"\n'},
    ),
    "an empty list of allowed commands allows all, and is not filled": (
        (EXEC, ()),
        {SYSCONFIG: 'FILTER_RPC_ARGS="--allow-rpcs="\n'},
        {},
    ),
    "an empty list of allowed commands blocks nothing": (
        ((), ("guest-exec",)),
        {SYSCONFIG: 'FILTER_RPC_ARGS="--allow-rpcs="\n'},
        {SYSCONFIG: 'FILTER_RPC_ARGS="--block-rpcs=guest-exec"\n'},
    ),
    "the file of SUSE's vendor is the one to begin with": (
        (EXEC, ()),
        {VENDOR: 'FILTER_RPC_ARGS="--block-rpcs=guest-exec,guest-exec-status,guest-ping"\n'},
        {SYSCONFIG: 'FILTER_RPC_ARGS="--block-rpcs=guest-ping"\n'},
    ),
    "one's own file is before the vendor's": (
        (EXEC, ()),
        {VENDOR: 'FILTER_RPC_ARGS="--block-rpcs=guest-exec"\n', SYSCONFIG: 'FILTER_RPC_ARGS=""\n'},
        {},
    ),
}
KEY_CASES = {
    "Debian gets a file": (((), EXEC), {}, {CONF: "[general]\nblock-rpcs=guest-exec,guest-exec-status\n"}),
    "Debian allows all as it is": ((EXEC, ()), {}, {}),
    "a list of the agent's own file changes": (
        (("guest-exec",), ("guest-ping",)),
        {CONF: "[general]\npath = /x\nblock-rpcs = guest-exec, guest-fstrim\n"},
        {CONF: "[general]\npath = /x\nblock-rpcs = guest-fstrim,guest-ping\n"},
    ),
    "a line goes into its section": (
        ((), ("guest-exec",)),
        {CONF: "[general]\npath=/x\n[other]\nblock-rpcs=guest-ping\n"},
        {CONF: "[general]\nblock-rpcs=guest-exec\npath=/x\n[other]\nblock-rpcs=guest-ping\n"},
    ),
    "a list of allowed commands shrinks": (
        ((), ("guest-exec",)),
        {CONF: "[general]\nallow-rpcs=guest-sync,guest-exec\n"},
        {CONF: "[general]\nallow-rpcs=guest-sync\n"},
    ),
    "a file without an end of line keeps its lines": (
        ((), ("guest-exec",)),
        {CONF: "[general]\nblock-rpcs=guest-ping"},
        {CONF: "[general]\nblock-rpcs=guest-ping,guest-exec\n"},
    ),
}


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("name", [*CASES, *KEY_CASES])
def test_script_changes_the_lists_that_the_guest_has(name, awk, tmp_path):
    need("qemu-ga", "qemu-guest-agent")
    (allow, block), before, after = {**CASES, **KEY_CASES}[name]
    done, found = changed(tmp_path, config("rhel" if name in CASES else "debian", allow, block), before, awk)
    assert (done.returncode, done.stderr) == (0, "")
    assert found == after
    assert [line for line in done.stdout.splitlines() if line.startswith("set: ")] == [f"set: {path}" for path in after]


@pytest.mark.parametrize("name", [*CASES, *KEY_CASES])
def test_script_run_again_changes_nothing(name, tmp_path):
    need("qemu-ga", "qemu-guest-agent")
    (allow, block), before, after = {**CASES, **KEY_CASES}[name]
    done, found = changed(tmp_path, config("rhel" if name in CASES else "debian", allow, block), before, times=2)
    assert found == after
    assert done.stdout.splitlines()[-1] == "nothing to change"


@pytest.mark.parametrize(
    ("system", "before"),
    [
        ("rhel", {SYSCONFIG: 'FILTER_RPC_ARGS="--allow-rpcs=guest-exec,guest-ping"\n'}),
        ("debian", {CONF: "[general]\nallow-rpcs=guest-exec\n"}),
    ],
)
def test_script_empties_no_list_of_allowed_commands(system, before, tmp_path):
    done, found = changed(tmp_path, config(system, block=("guest-exec", "guest-ping")), before)
    assert (done.returncode, found) == (1, {})
    assert "an empty one allows all" in done.stderr


def test_script_for_rhel_needs_the_package(tmp_path):
    done, found = changed(tmp_path, config("rhel", allow=EXEC), {})
    assert (done.returncode, found) == (1, {})
    assert "install the package first" in done.stderr


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name not in ("systemd", "windows")])
@pytest.mark.parametrize("port", [None, "org.qemu.guest_agent.1", LIBVIRT])
def test_scripts_are_ones_that_shellcheck_has_nothing_against(name, port):
    made = config(name, ("guest-ping",), EXEC, port)
    for text in (made.script(), *yaml.safe_load(made.cloud_init())["runcmd"]):
        assert run("sh", "-n", input=text).stderr == ""
        need("shellcheck", "shellcheck")
        done = run("shellcheck", "--norc", "--shell=sh", "-", input=text)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["rhel", "debian", "suse", "alpine"])
def test_cloud_init_takes_the_user_data(name, tmp_path, cloud_init):
    data = tmp_path / "user-data"
    data.write_text(config(name, EXEC).cloud_init())
    done = cloud_init("schema", "--config-file", data)
    assert done.returncode == 0, done.stdout + done.stderr


def play(folder, text):
    """Run tasks on this machine, with the guest's files in a folder, and return what Ansible says."""
    program = Path(sys.executable).parent / "ansible-playbook"
    if not program.exists():
        pytest.skip("ansible-playbook is missing: install ansible-core")
    tasks = yaml.safe_load(text.replace("/etc/", f"{folder}/"))
    # There is no service here, and the files belong to whoever runs this.
    tasks = [task for task in tasks if "ansible.builtin.service" not in task]
    (folder / "play.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    environment = os.environ | {"ANSIBLE_LOCALHOST_WARNING": "False", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False"}
    done = run(
        program,
        "-i",
        "localhost,",
        "-c",
        "local",
        "-e",
        f"ansible_python_interpreter={sys.executable}",
        folder / "play.yml",
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(re.search(r"changed=(\d+)", done.stdout)[1])


def test_ansible_sets_the_line_once(tmp_path):
    (tmp_path / "sysconfig").mkdir()
    file = tmp_path / "sysconfig" / "qemu-ga"
    file.write_text(RHEL_9)
    policy = config("rhel-9", EXEC).policy
    assert play(tmp_path, ansible_tasks([policy])) == 1
    assert file.read_text().splitlines() == [
        '# FILTER_RPC_ARGS="--block-rpcs=guest-exec"',
        policy.line,
        "FSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook",
    ]
    assert play(tmp_path, ansible_tasks([policy])) == 0


def test_ansible_makes_the_file_of_debian(tmp_path):
    (tmp_path / "qemu").mkdir()
    policy = config("debian-12", block=EXEC).policy
    assert play(tmp_path, ansible_tasks([policy])) == 2
    assert (tmp_path / "qemu" / "qemu-ga.conf").read_text() == f"[general]\n{policy.line}\n"
    assert play(tmp_path, ansible_tasks([policy])) == 0


def test_each_release_has_the_task_of_its_generation(tmp_path):
    core = pytest.importorskip("ansible.plugins.test.core", reason="ansible-core is missing")

    policies = [Policy(each, Rights(allow=EXEC)) for each in generations_of("rhel")]
    tasks = [task for task in yaml.safe_load(ansible_tasks(policies)) if "ansible.builtin.lineinfile" in task]

    def runs(task, release):
        conditions = re.findall(r"version\('([^']+)', '([<>=]+)'\)", task["when"])
        assert conditions
        return all(core.version_compare(release, bound, operator) for bound, operator in conditions)

    for release, name in (("8.10", 0), ("9.1", 0), ("9.2", 1), ("9.3", 1), ("9.4", 2), ("9.10", 2), ("10.0", 2)):
        assert [runs(task, release) for task in tasks] == [number == name for number in range(3)]


def test_ansible_has_nothing_to_do_where_the_package_does(tmp_path):
    assert yaml.safe_load(ansible_tasks([config("debian", EXEC).policy])) == []


def test_ansible_sets_no_argument_of_a_service():
    with pytest.raises(UsageError, match="no tasks for Windows"):
        ansible_tasks([config("windows", block=EXEC).policy])


def test_virt_customize_gets_one_command_that_runs_the_script_shown_above_it():
    text = config("debian", block=EXEC).virt_customize()
    commands = [line for line in text.splitlines() if not line.startswith("#")]
    assert commands[0] == "install qemu-guest-agent"
    [packed] = re.findall(r"echo (\S+) \| base64 -d", commands[1])
    script = base64.b64decode(packed).decode()
    assert run("sh", "-n", input=script).stderr == ""
    shown = "".join(line[4:] + "\n" for line in text.splitlines() if line.startswith("#   ") or line == "#")
    assert "".join(script.split()) in "".join(shown.split())
    # Nothing runs in an image: what would start or stop services is left out.
    assert "systemctl" not in script
    assert "selinux-relabel" in config("rhel", EXEC).virt_customize().splitlines()


@pytest.fixture
def guest_config(capfd):
    def run_it(*arguments):
        status = main(["guest-config", *arguments])
        return status, *capfd.readouterr()

    return run_it


def test_all_generations_are_shown_with_their_releases(guest_config):
    status, out, err = guest_config("--os", "rhel", "--allow", ",".join(EXEC))
    assert status == 0
    assert re.findall(r"^# /\S+ on (.*)$", out, re.MULTILINE) == [
        "RHEL 7 to 9.1",
        "RHEL 9.2 and 9.3",
        "RHEL 9.4 and later, RHEL 10",
    ]
    assert "guest-exec is allowed: warning: the host runs any program in the guest, as root" in err
    assert [word for word in err.split() if word.startswith("virt_qemu_ga_")] == ["virt_qemu_ga_run_unconfined"]
    assert "known from public pages" in err


def test_one_generation_is_chosen_by_its_name(guest_config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = guest_config("--os", "rhel-10", "--allow", "guest-exec")
    assert (status, out.splitlines()[0]) == (0, "# /etc/sysconfig/qemu-ga")
    assert guest_config("--os", "rhel-9", "--allow", "guest-exec", "--output-dir", "root")[0] == 0
    assert "guest-exec" in (tmp_path / "root/etc/sysconfig/qemu-ga").read_text()


def test_port_and_policy_are_set_together(guest_config):
    status, out, _ = guest_config("--os", "debian-12", "--port", "org.qemu.guest_agent.1", "--block", "guest-exec")
    assert status == 0
    assert "BindsTo=" in out
    assert out.endswith("[general]\nblock-rpcs=guest-exec\n")


def test_debian_that_is_to_allow_what_it_allows_has_nothing_to_set(guest_config):
    status, out, err = guest_config("--os", "debian", "--allow", "guest-exec")
    assert (status, out) == (0, "")
    assert "nothing to set, unless somebody blocked it" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--allow guest-exec", "depends on the system"),
        ("--os rhle --allow guest-exec", "no system is called 'rhle'"),
        ("--os rhel --allow guest-exce", "no agent has a command 'guest-exce'"),
        ("--os rhel --allow guest-exec --output-dir x", "the file depends on the release"),
        ("--os rhel --allow guest-exec --block guest-exec", "allowed and blocked"),
        ("--os debian --block guest-sync", "answers nobody"),
        ("--os debian --port x --ansible", "--ansible is for what the agent may do"),
        ("--os debian --block guest-exec --script --ansible", "five ways"),
        ("--os freebsd --block guest-exec --virt-customize", "virt-customize sets no FreeBSD"),
        ("--os windows --block guest-exec --script", "no shell script for Windows"),
    ],
)
def test_wrong_usage_is_told_with_the_way_out(arguments, message, guest_config):
    status, out, err = guest_config(*shlex.split(arguments))
    assert (status, out) == (2, "")
    assert message in err
    assert "hint: " in err


@pytest.mark.parametrize(
    ("system", "commands", "booleans"),
    [
        ("rhel-9", "guest-file-*,guest-ping", ["virt_qemu_ga_read_nonsecurity_files"]),
        ("fedora", "guest-ssh-*,guest-exec", ["virt_qemu_ga_manage_ssh", "virt_qemu_ga_run_unconfined"]),
        ("suse", "guest-fsfreeze-*", ["virt_qemu_ga_read_nonsecurity_files"]),
        ("rhel-9", "guest-set-user-password", []),
        ("debian-12", "guest-exec", []),
    ],
)
def test_booleans_of_selinux_are_those_of_the_commands(system, commands, booleans, guest_config):
    _, _, err = guest_config("--os", system, "--allow", commands)
    assert sorted(word for word in err.split() if word.startswith("virt_qemu_ga_")) == booleans
