"""Runs chanfix on the managed host: its exit statuses and its JSON are what the modules go by, never its wording."""

from __future__ import annotations

import os
import sys

DONE, WOULD_CHANGE = 0, 1


def chanfix_arguments():
    """Return the arguments that every module takes."""
    return {
        "uri": {"type": "str"},
        "timeout": {"type": "float", "default": 30},
        "executable": {"type": "path", "default": "chanfix"},
    }


class Chanfix:
    """The program, with the connection that the task names."""

    def __init__(self, module):
        """Find the program; the task fails where there is none."""
        beside_python = [os.path.dirname(sys.executable)]
        self._module = module
        self._program = module.get_bin_path(module.params["executable"], required=True, opt_dirs=beside_python)
        self._common = ["--timeout", str(module.params["timeout"])]
        if module.params["uri"] is not None:
            self._common += ["--connect", module.params["uri"]]

    def run(self, *words):
        """Run a command and return its status, its output and what it complained of."""
        return self._module.run_command([self._program, *self._common, *words], environ_update={"NO_COLOR": "1"})

    def fail(self, complaint, status):
        """End the task with what chanfix said."""
        lines = [line.removeprefix("chanfix: ").strip() for line in complaint.splitlines() if line.strip()]
        self._module.fail_json(msg="; ".join(lines) or f"chanfix ended with status {status}", rc=status)
