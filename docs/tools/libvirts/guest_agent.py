"""What a Debian's guest agent is and does by default, from its package and from the agent itself.

This module runs in that Debian, by its own Python 3.9 or later.
"""

from __future__ import annotations

import configparser
import json
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["agent"]

PACKAGE = "qemu-guest-agent"
# What the package holds beside the program: folders -> what a file there is.
KINDS = {
    "/systemd/system/": "unit",
    "/udev/rules.d/": "udev_rule",
    "/init.d/": "init_script",
    "/default/": "defaults",
    "/sysconfig/": "defaults",
    "/etc/qemu/": "hook",
}
# The settings that say which commands are refused, under the names of all versions.
POLICY = ("blacklist", "block-rpcs", "allow-rpcs")


def agent() -> dict[str, Any]:
    """Return the program, its files, how its unit starts it, and the commands that it refuses by default."""
    files = dict(_files())
    unit = Path(files["unit"]).read_text()
    program = files["program"]
    return {
        "version": _said(program, "--version").split()[-1],
        **files,
        "unit_settings": dict(re.findall(r"(?m)^(BindsTo|ExecStart|Condition\w+)=(.*)$", unit)),
        "policy": _policy(program),
        "commands": _commands(program),
    }


def _files() -> Any:
    for path in _said("dpkg", "-L", PACKAGE).splitlines():
        if path.endswith("/qemu-ga"):
            yield "program", path
        elif Path(path).is_file():
            for folder, kind in KINDS.items():
                if folder in path:
                    yield kind, path


def _policy(program: str) -> dict[str, list[str]]:
    """Return the lists of commands that this agent knows of, as they are without any configuration."""
    settings = configparser.ConfigParser()
    settings.read_string(_said(program, "--dump-conf"))
    return {name: settings["general"][name].split() for name in POLICY if name in settings["general"]}


def _commands(program: str) -> dict[str, bool]:
    """Return the agent's commands, and whether each is enabled, as the agent says over a socket of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s"
        command = [program, "--method", "unix-listen", "--path", path, "--statedir", folder]
        with subprocess.Popen(command) as process, socket.socket(socket.AF_UNIX) as link:
            try:
                while not Path(path).exists():
                    assert process.poll() is None, f"{program} ended"
                    time.sleep(0.05)
                link.settimeout(30)
                link.connect(path)
                link.sendall(b'{"execute": "guest-info"}\n')
                with link.makefile() as lines:
                    said = json.loads(lines.readline())["return"]
            finally:
                process.kill()
    return {one["name"]: one["enabled"] for one in sorted(said["supported_commands"], key=lambda one: one["name"])}


def _said(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout
