"""chanfix guest-config: which port, which output, what is said besides."""

import shlex
import subprocess

import pytest

from chanfix.cli import main

UNIT = "etc/systemd/system/qemu-guest-agent.service"
RULE = "etc/udev/rules.d/90-chanfix-guest-agent.rules"


def domain(*ports):
    targets = "".join(f"<channel type='unix'><target type='virtio' name='{port}'/></channel>" for port in ports)
    return f"<domain type='kvm'><name>web</name><devices>{targets}</devices></domain>"


@pytest.fixture
def guest_config(tmp_path, monkeypatch, capfd):
    """Run the command on a file with those ports; returns its status, output and notes."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, ports=None):
        if ports is not None:
            (tmp_path / "guest.xml").write_text(domain(*ports))
            arguments = ("guest.xml", *arguments)
        status = main(["guest-config", *arguments])
        return status, *capfd.readouterr()

    return run


def test_files_of_the_domains_port_are_shown_below_their_paths(guest_config):
    status, out, err = guest_config(ports=["com.redhat.spice.0", "org.qemu.guest_agent.3"])
    assert status == 0
    assert f"# /{UNIT}\n" in out
    assert f"# /{RULE}\n" in out
    assert "-p /dev/virtio-ports/org.qemu.guest_agent.3\n" in out
    assert "it counts from the next boot" in err


def test_port_of_libvirt_takes_the_package_alone(guest_config):
    status, out, err = guest_config("--os", "debian", ports=["org.qemu.guest_agent.0"])
    assert (status, out) == (0, "")
    assert "opens 'org.qemu.guest_agent.0' by itself" in err
    assert "apt-get install qemu-guest-agent" in err


def test_script_is_one_for_sh(guest_config):
    status, out, _ = guest_config("--port", "org.qemu.guest_agent.1", "--os", "debian", "--script")
    assert status == 0
    subprocess.run(["sh", "-n"], input=out, text=True, check=True)


def test_cloud_init_gives_user_data(guest_config):
    status, out, _ = guest_config("--cloud-init", ports=["org.qemu.guest_agent.1"])
    assert status == 0
    assert out.startswith("#cloud-config\n")


def test_output_dir_takes_the_files_with_their_paths(guest_config, tmp_path):
    status, out, _ = guest_config("--output-dir", "root", ports=["org.qemu.guest_agent.1"])
    assert (status, out) == (0, f"root/{UNIT}: written\nroot/{RULE}: written\n")
    assert "org.qemu.guest_agent.1" in (tmp_path / "root" / UNIT).read_text()
    assert guest_config("--os", "windows", "--output-dir", "root", ports=["org.qemu.guest_agent.1"])[0] == 0
    assert "sc.exe" in (tmp_path / "root" / "chanfix-port.cmd").read_text()


def test_folder_that_cannot_be_made_is_said(guest_config, tmp_path):
    (tmp_path / "root").write_text("")
    status, out, err = guest_config("--output-dir", "root", ports=["org.qemu.guest_agent.1"])
    assert (status, out) == (3, "")
    assert "the folder 'root/etc/systemd/system' cannot be made: Not a directory" in err


@pytest.mark.parametrize(
    ("arguments", "ports", "status", "message"),
    [
        ([], None, 2, "no DOMAIN and no --port given"),
        (["--port", "a b"], None, 2, "no guest has a device"),
        (["--port", "a\n"], None, 2, "no guest has a device"),
        (["--port", "x", "--script", "--cloud-init"], None, 2, "five ways"),
        (["--port", "x", "--os", "windows", "--script"], None, 2, "no shell script for Windows"),
        ([], [], 3, "guest.xml: the domain has no channel for a guest agent"),
        ([], ["org.qemu.guest_agent.0", "org.qemu.guest_agent.1"], 3, "guest.xml: several ports"),
        (["--port", "x"], ["org.qemu.guest_agent.1"], 3, "guest.xml: the domain has no channel 'x'"),
        ([], ["org.qemu.guest_agent.{{ n }}"], 3, "guest.xml: the domain has no channel for a guest agent"),
    ],
)
def test_what_cannot_be_told_is_an_error(arguments, ports, status, message, guest_config):
    got, out, err = guest_config(*arguments, ports=ports)
    assert (got, out) == (status, "")
    assert message in err
    assert "hint: " in err


def test_lists_of_commands_add_up(guest_config):
    status, out, _ = guest_config("--os", "debian-12", "--block", "guest-exec", "--block", "guest-file-open,guest-exec")
    assert (status, out.splitlines()[-1]) == (0, "block-rpcs=guest-exec,guest-file-open")
    options = ("--allow", "guest-exec", "--allow", "guest-ping", "--block", "guest-p*")
    status, _, err = guest_config("--os", "rhel", *options)
    assert (status, err.splitlines()[0]) == (2, "chanfix: 'guest-ping' is to be allowed and blocked")
    assert guest_config("--os", "rhel", "--allow", "", "--allow", ",")[0] == 2


def test_one_of_several_ports_is_taken_by_its_name(guest_config):
    ports = ["org.qemu.guest_agent.0", "org.qemu.guest_agent.1"]
    status, out, _ = guest_config("--port", ports[1], "--os", "other", ports=ports)
    assert status == 0
    assert "\npath=/dev/virtio-ports/org.qemu.guest_agent.1\n" in out


def test_domain_on_a_connection_has_its_stored_port(guest_config, tmp_path):
    pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    inner = domain("org.qemu.guest_agent.7").replace("kvm", "test")
    inner = inner.replace("<devices>", "<memory>65536</memory><os><type>hvm</type></os><devices>")
    (tmp_path / "node.xml").write_text(f"<node>{inner}</node>")
    status, out, _ = guest_config("-c", f"test://{tmp_path}/node.xml", "web", "--os", "devuan")
    assert status == 0
    assert "TRANSPORT='virtio-serial:/dev/virtio-ports/org.qemu.guest_agent.7'\n" in out


@pytest.mark.parametrize("port", ["org.qemu.guest_agent.1", "com.example.backup.0"])
def test_detach_libvirt_names_a_command_that_works(port, guest_config, tmp_path, capfd):
    (tmp_path / "guest.xml").write_text(domain("org.qemu.guest_agent.0"))
    assert main(["detach-libvirt", "guest.xml", "--port", port]) == 0
    [line] = [line for line in capfd.readouterr().err.splitlines() if "in the guest" in line]
    words = shlex.split(line[line.index("chanfix ") : line.index(" shows how")])
    status, out, _ = guest_config(*words[2:])
    assert status == 0
    assert port in out
