"""What is set in a guest, read by the very tools that read it there."""

import base64
import os
import re

import pytest
from reading import need, run, run_hidden, udev

from chanfix.errors import UsageError
from chanfix.guest.config import GuestConfig
from chanfix.guest.systems import SYSTEMS

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install pyyaml")

PORT = "org.qemu.guest_agent.1"
# Everything that a name may hold.
ODD_PORT = "-a#b+c.d:e=f@g_h-"
UNIX = [system for system in SYSTEMS.values() if system.is_unix]
SYSTEMD = [system for system in UNIX if system.has_systemd]

every_port = pytest.mark.parametrize("port", [PORT, ODD_PORT, "org.qemu.guest_agent.0"])


def each(systems):
    return pytest.mark.parametrize("system", systems, ids=[system.name for system in systems])


def files(system, port=PORT):
    """The text of each file, by its path."""
    return {file.path: file.text for file in GuestConfig(system, port).files}


def only_file(name, port):
    [text] = files(SYSTEMS[name], port).values()
    return text


@each(SYSTEMD)
@pytest.mark.parametrize("port", [PORT, ODD_PORT])
def test_systemd_takes_the_service_for_sound(system, port, tmp_path):
    need("systemd-analyze", "systemd")
    for path, text in files(system, port).items():
        (tmp_path / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path[1:]).write_text(text)
    for program in ("bin/sh", "usr/bin/qemu-ga", "usr/sbin/qemu-ga"):
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / program).write_text("#!/bin/sh\n")
        (tmp_path / program).chmod(0o755)
    units = tmp_path / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for target in ("basic", "shutdown", "sysinit"):  # those of every service
        (units / f"{target}.target").write_text("[Unit]\nDescription=a target\n")
    done = run("systemd-analyze", f"--root={tmp_path}", "verify", "qemu-guest-agent.service")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@each(SYSTEMD)
def test_service_is_bound_to_the_device_of_its_port_alone(system):
    text = files(system)["/etc/systemd/system/qemu-guest-agent.service"]
    device = r"dev-virtio\x2dports-org.qemu.guest_agent.1.device"
    assert re.findall(r"^(?:BindsTo|After)=(.*)$", text, re.MULTILINE) == [device, device]


@pytest.mark.parametrize("port", [PORT, ODD_PORT])
def test_udev_starts_the_service_for_its_port_and_for_no_other(port):
    rules = files(SYSTEMS["debian"], port)["/etc/udev/rules.d/90-chanfix-guest-agent.rules"]
    for name, wants in ((port, ["qemu-guest-agent.service"]), (f"{port}1", []), ("org.qemu.guest_agent.2", [])):
        said = udev(name, rules)
        assert re.findall(r"^SYSTEMD_WANTS=(.*)$", said, re.MULTILINE) == wants
        assert "systemd" in re.search(r"^TAGS=(.*)$", said, re.MULTILINE)[1]
        assert re.findall(r".*90-test\.rules:\d.*", said) == []  # it complains with the line


def test_udev_finds_nothing_to_say_against_the_rule(tmp_path):
    need("udevadm", "udev")
    if "verify" not in run("udevadm", "--help").stdout:
        pytest.skip("this udevadm cannot verify rules: it takes systemd 254")
    rule = tmp_path / "90-chanfix.rules"
    rule.write_text(files(SYSTEMS["debian"])["/etc/udev/rules.d/90-chanfix-guest-agent.rules"])
    assert run("udevadm", "verify", rule).returncode == 0


@every_port
def test_init_script_of_sysvinit_reads_the_port(port):
    # As /etc/init.d/qemu-guest-agent takes it apart.
    script = '\nprintf "%s|%s" "${TRANSPORT%%:*}" "${TRANSPORT#*:}"'
    done = run("sh", "-uc", only_file("devuan", port) + script)
    assert done.stdout == f"virtio-serial|/dev/virtio-ports/{port}"


def test_arguments_that_sysvinit_had_before_stay():
    before = "TRANSPORT=isa-serial:/dev/ttyS1\nDAEMON_ARGS='--block-rpcs=guest-exec'\n"
    script = f"""
        mkdir -p /etc/default
        printf '%s' "$BEFORE" >/etc/default/qemu-guest-agent.before-chanfix
        {only_file("devuan", PORT)}
        echo "$TRANSPORT $DAEMON_ARGS"
    """
    done = run_hidden(script, "/etc/default", env=os.environ | {"BEFORE": before})
    assert done.stdout == f"virtio-serial:/dev/virtio-ports/{PORT} --block-rpcs=guest-exec\n"


@every_port
def test_init_script_of_openrc_reads_the_port(port):
    # It hands the two to "eval" unquoted.
    done = run("sh", "-uc", only_file("alpine", port) + "\neval \"printf '%s|%s' $GA_METHOD $GA_PATH\"")
    assert done.stdout == f"virtio-serial|/dev/virtio-ports/{port}"


def test_openrc_finds_a_port_that_has_no_link():
    ports = "/sys/class/virtio-ports"
    script = f"""
        mkdir -p {ports}/vport1p1 {ports}/vport1p2 {ports}/vport2p1
        echo org.qemu.guest_agent.0 >{ports}/vport1p1/name
        echo {PORT} >{ports}/vport2p1/name
        {only_file("alpine", PORT)}
        echo "$GA_PATH"
    """
    assert run_hidden(script, "/sys").stdout == "/dev/vport2p1\n"


@every_port
def test_rc_of_freebsd_reads_the_port(port):
    text = files(SYSTEMS["freebsd"], port)["/etc/rc.conf.d/qemu_guest_agent"]
    # rc.subr(8) evaluates the flags once more.
    done = run("sh", "-uc", text + "\neval \"printf '%s|' $qemu_guest_agent_enable $qemu_guest_agent_flags\"")
    assert done.stdout == f"YES|-d|-v|-l|/var/log/qemu-ga.log|-p|/dev/vtcon/{port}|"


@each(UNIX)
@every_port
def test_script_is_one_that_shellcheck_has_nothing_against(system, port, tmp_path):
    script = GuestConfig(system, port).script()
    assert run("sh", "-n", input=script).stderr == ""
    need("shellcheck", "shellcheck")
    done = run("shellcheck", "--norc", "--shell=sh", "-", input=script)
    assert (done.returncode, done.stdout) == (0, "")


@each(UNIX)
@pytest.mark.parametrize("port", [PORT, ODD_PORT])
def test_script_sets_the_files_once(system, port, tmp_path):
    config = GuestConfig(system, port)
    said = apply(tmp_path, config.script(), config.script())
    assert said[0] == [f"set: {file.path}" for file in config.files]
    assert said[1] == []
    assert contents(said[2]) == {file.path: file.text for file in config.files}


def test_script_keeps_what_was_in_the_way_and_puts_it_back_for_the_port_of_libvirt(tmp_path):
    unit = "/etc/systemd/system/qemu-guest-agent.service"
    own = f"mkdir -p /etc/systemd/system; echo mine >{unit}"
    there, back = (GuestConfig(SYSTEMS["debian"], port).script() for port in (PORT, "org.qemu.guest_agent.0"))
    _, _, left = apply(tmp_path, own, there)
    assert contents(left)[f"{unit}.before-chanfix"] == "mine\n"
    *_, said, again, left = apply(tmp_path, own, there, back, back)
    assert said == [f"put back: {path}" for path in files(SYSTEMS["debian"])]
    assert again == []
    assert contents(left) == {unit: "mine\n"}


@pytest.mark.parametrize(
    ("name", "port"),
    [("debian", PORT), ("debian", "org.qemu.guest_agent.0"), ("rhel", ODD_PORT), ("alpine", PORT), ("freebsd", PORT)],
)
def test_cloud_init_takes_the_user_data(name, port, tmp_path, cloud_init):
    data = tmp_path / "user-data"
    data.write_text(GuestConfig(SYSTEMS[name], port).cloud_init())
    done = cloud_init("schema", "--config-file", data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Valid" in done.stdout


def test_cloud_init_refuses_what_is_no_user_data(tmp_path, cloud_init):
    data = tmp_path / "user-data"
    data.write_text(GuestConfig(SYSTEMS["debian"], PORT).cloud_init().replace("  - path", "  - pfad"))
    assert cloud_init("schema", "--config-file", data).returncode != 0


@each(UNIX)
def test_user_data_installs_the_agent_and_holds_the_files(system):
    data = yaml.safe_load(GuestConfig(system, PORT).cloud_init())
    assert data["packages"] == ["qemu-guest-agent"]
    assert {file["path"]: file["content"] for file in data["write_files"]} == files(system)
    [command] = data["runcmd"]
    assert run("sh", "-n", input=command).stderr == ""


def test_service_of_windows_gets_the_port_and_what_its_installer_gave_it():
    text = only_file("windows", PORT)
    assert (
        r'binPath= "\"C:\Program Files\Qemu-ga\qemu-ga.exe\" -d --retry-path -p \\.\Global\org.qemu.guest_agent.1"'
        in text
    )


@pytest.mark.parametrize("make", [GuestConfig.script, GuestConfig.cloud_init])
def test_windows_has_neither_shell_scripts_nor_cloud_init(make):
    with pytest.raises(UsageError, match="for Windows"):
        make(GuestConfig(SYSTEMS["windows"], PORT))


def test_nothing_is_set_where_the_service_of_the_package_does():
    assert files(SYSTEMS["debian"], "org.qemu.guest_agent.0") == {}


def apply(folder, *scripts):
    """Run scripts one after the other in a guest without services: the lines of each, and all files in the end."""
    out = folder / "out"
    (folder / "kldload").write_text("#!/bin/sh\n")  # FreeBSD's, which loads a driver
    (folder / "kldload").chmod(0o755)
    steps = [f"PATH=/usr/bin:/bin:/sbin:{folder}"]
    for number, script in enumerate(scripts):
        (folder / f"{number}.sh").write_text(script)
        steps.append(f"sh {folder}/{number}.sh >{folder}/{number}.out 2>{folder}/{number}.err || exit")
    keep = 'find /etc /boot -type f -exec sh -c \'for path; do echo "$path"; base64 -w0 "$path"; echo; done\' - {} +'
    done = run_hidden("\n".join([*steps, f"{keep} >{out}"]), "/etc", "/boot", "/run")
    assert done.returncode == 0, done.stderr
    said = [(folder / f"{number}.out").read_text().splitlines() for number in range(len(scripts))]
    changes = [[line for line in lines if line.startswith(("set: ", "put back: "))] for lines in said]
    return *changes, out.read_text()


def contents(listing):
    lines = listing.splitlines()
    return {path: base64.b64decode(text).decode() for path, text in zip(lines[::2], lines[1::2], strict=True)}
