"""The tools that read what is rendered, each away from the system that it runs on."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

# Mounts are seen by the command alone. Other users than root take themselves for root in it.
UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]


def need(program, package):
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: install {package}")


def run(*command, **options):
    """Run a command to its end and return what it was, and said."""
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def run_hidden(script, *folders, **options):
    """Run a shell script that sees empty folders in place of these, and leaves nothing behind."""
    mounts = "\n".join(f"mount -t tmpfs none {shlex.quote(folder)} || exit 77" for folder in folders)
    done = run(*UNSHARE, f"{mounts}\n{script}", **options)
    if done.returncode == 77 or done.stderr.startswith("unshare: "):
        pytest.skip(f"this process can have no mounts of its own: {done.stderr.strip()}")
    return done


def udev(name, rules):
    """Return what udev says of a port with that name that is plugged in."""
    need("udevadm", "udev")
    device = "/sys/devices/virtual/chanfix/vport0p1"
    script = f"""
        mkdir -p {device} /sys/class/virtio-ports /etc/udev/rules.d
        ln -s ../../../../class/virtio-ports {device}/subsystem
        ln -s {device} /sys/class/virtio-ports/vport0p1
        printf 'MAJOR=240\\nMINOR=1\\nDEVNAME=vport0p1\\n' >{device}/uevent
        printf 240:1 >{device}/dev
        printf %s "$NAME" >{device}/name
        printf %s "$RULES" >/etc/udev/rules.d/90-test.rules
        exec udevadm test --action=add {device} 2>&1
    """
    environment = os.environ | {"NAME": name, "RULES": rules, "SYSTEMD_DEVICE_VERIFY_SYSFS": "0"}
    said = run_hidden(script, "/sys", "/dev", "/run", "/etc/udev", env=environment).stdout
    return re.sub(r"(?m)^ +", "", said)  # udev 257 and later indent what they say
