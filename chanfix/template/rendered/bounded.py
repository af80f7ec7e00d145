"""Runs the sandbox in a process of its own, and ends it when it goes beyond its limits."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

__all__ = ["do"]

# The sandbox has much less processor time than that; a machine may be busy.
_DEADLINE = 300
_CODE = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from chanfix.template.rendered.sandbox import main
main(sys.stdin.buffer, sys.stdout.buffer)
"""


def do(**task: object) -> dict[str, Any]:
    """Have a task done and return the answer; in ``fault`` it says why the task could not be done."""
    # Neither the environment nor the current folder is any of a template's business.
    command = [sys.executable, "-I", "-c", _CODE, json.dumps(sys.path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        try:
            answer, _ = process.communicate(json.dumps(task).encode(), timeout=_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            return {"fault": f"it takes more than {_DEADLINE} seconds"}
        except BaseException:
            process.kill()
            raise
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"fault": "it takes too much processor time"}
    if process.returncode != 0:
        return {"fault": "its process ended without an answer, as when values are nested too deep"}
    result: dict[str, Any] = json.loads(answer)
    return result
