"""Reads a rendered service as systemd does, as far as ours goes: environment files, the command before, the command."""

import os
import re
import shlex
from pathlib import Path

from reading import run


def arguments_of(unit, default_files, folder):
    """Return what systemd would give to qemu-ga, without its name, with these texts as the files of defaults.

    ``default_files`` are texts by path. Runtime files are kept below ``folder``.
    """
    lines = [line.partition("=")[::2] for line in unit.splitlines() if "=" in line and not line.startswith("#")]
    here = {f"/run/{value}": folder / value for key, value in lines if key == "RuntimeDirectory"}
    for place in here.values():
        place.mkdir(exist_ok=True)

    def moved(text):
        for path, place in here.items():
            text = text.replace(path, str(place))
        return text

    def environment():
        known = {}
        for key, value in lines:
            if key == "Environment":
                known.update(word.split("=", 1) for word in shlex.split(value))
        for key, value in lines:
            if key == "EnvironmentFile":
                path = value.removeprefix("-")
                text = default_files.get(path)
                if text is None and Path(moved(path)).exists():
                    text = Path(moved(path)).read_text()
                known.update(_settings(text or ""))
        return known

    for key, value in lines:
        if key == "ExecStartPre":
            command = shlex.split(moved(value).replace("$$", "$"))
            done = run(*command, env=environment() | {"PATH": os.environ["PATH"]})
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [command] = [value for key, value in lines if key == "ExecStart"]
    words = []
    for word in command.split()[1:]:
        # systemd.service(5): $NAME is split into words, ${NAME} is not, and may be a part of a word.
        if whole := re.fullmatch(r"\$(\w+)", word):
            words += shlex.split(environment().get(whole[1], ""))
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda name: environment().get(name[1], ""), word))
    return words


def _settings(text):
    """systemd.exec(5): one NAME=VALUE a line, the value in quotes or not, and comments."""
    settings = {}
    for line in text.splitlines():
        if "=" in line and line.lstrip()[:1] not in ("#", ";"):
            name, _, value = line.strip().partition("=")
            value = value.strip()
            settings[name] = value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] else value
    return settings
