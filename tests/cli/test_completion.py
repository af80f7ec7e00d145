"""The completion scripts, loaded into the shells they are for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What is typed, and what is offered.
CASES = [
    ("chanfix det", ["detach-libvirt"]),
    ("chanfix lint --output-format s", ["sarif"]),
    ("chanfix lint --unsafe", ["--unsafe-fixes"]),
    ("chanfix lint --select agent-not", ["agent-not-unix"]),
    ("chanfix lint --extend-select stri", ["strict"]),
    ("chanfix lint --min-severity w", ["warning"]),
    ("chanfix lint --add", ["--add-ignore"]),
    ("chanfix explain mode-m", ["mode-missing"]),
    ("chanfix ask /run/a.sock guest-exec-", ["guest-exec-status"]),
    ("chanfix ask --schema guest-exec-", ["guest-exec-status"]),
    ("chanfix guest-config --os ubuntu-2", ["ubuntu-20.04", "ubuntu-22.04", "ubuntu-24.04", "ubuntu-26.04"]),
    ("chanfix --col", ["--color"]),
    ("chanfix --color ", ["always", "auto", "never"]),
]
# Ask the function that the script registers, as bash does when a key is pressed.
BASH = """
eval "$(_CHANFIX_COMPLETE=bash_source chanfix)"
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<<"$1"
[[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
read -ra registered <<<"$(complete -p chanfix)"
"${registered[-2]}" chanfix "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
_CHANFIX_COMPLETE=fish_source chanfix | source
complete --do-complete $argv[1]
"""
ZSH = """
autoload -U compinit; compinit -u -D
eval "$(_CHANFIX_COMPLETE=zsh_source chanfix)"
print $_comps[chanfix]
"""


def offered(shell, script, typed):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = os.environ | {"PATH": path, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [shell, "-c", script, *(["bash"] if shell == "bash" else []), typed]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert run.stderr == ""
    return sorted(line.partition("\t")[0] for line in run.stdout.splitlines())


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_bash_offers_what_fits(typed, expected):
    assert offered("bash", BASH, typed) == expected


def test_bash_completes_the_last_of_several_rules():
    # The script for fish takes a comma for the end of a word.
    assert offered("bash", BASH, "chanfix lint --unfixable live,path-expo") == ["live,path-exposed"]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_fish_offers_what_fits(typed, expected):
    assert offered("fish", FISH, typed) == expected


def test_zsh_takes_the_script():
    assert offered("zsh", ZSH, "") == ["_chanfix_completion"]
