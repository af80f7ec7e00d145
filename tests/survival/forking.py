"""Runs work of chanfix in forks of one process that has everything imported, under strace from its own first call on.

It reads a job a line, as JSON, and answers each with a line. A job names its ``folder``, what to run (``work``, and
``arguments`` for it), where to log its calls, and further options for strace. A job without a log warms up: it runs in
this process, so that no fork has anything left to import.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from chanfix import resources
from chanfix.change.backup import BackupStore
from chanfix.cli import main
from chanfix.cli.streams import open_streams
from chanfix.errors import ChanfixError
from chanfix.host.host import DomainRef

ALLOW_TRACING = 0x59616D61  # PR_SET_PTRACER, and -1 for any process


def save_backup(arguments):
    """Save a text as one more backup in the folder ``state``, by a clock that stands still."""
    store = BackupStore(Path("state"), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    domain = DomainRef("web", "00000000-0000-0000-0000-000000000001")
    try:
        store.save("qemu:///system", domain, arguments[0].encode())
    except ChanfixError as error:
        print(error.message, file=sys.stderr)
        return error.status
    return 0


WORK = {"main": main, "save_backup": save_backup}


def work_in_fork(job):
    ctypes.CDLL(None).prctl(ALLOW_TRACING, ctypes.c_ulong(-1), 0, 0, 0)
    os.chdir(job["folder"])
    resources.folder.cache_clear()  # a process of its own would have to look as well
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{job['log']}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    open_streams()
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(WORK[job["work"]](job["arguments"]))  # as the real program ends


def trace(job, child):
    """Let a fork that has stopped go on under strace, and return its status, negative for a signal."""
    os.waitpid(child, os.WUNTRACED)
    command = ["strace", "-o", job["log"], "-s", "200", "-p", str(child), *job["options"]]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        line = tracer.stderr.readline()
        os.kill(child, signal.SIGCONT if "attached" in line else signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        tracer.stderr.read()
    return os.waitstatus_to_exitcode(status) if "attached" in line else line


def answer(job):
    if "log" in job:
        child = os.fork()
        return trace(job, child) if child else work_in_fork(job)
    os.chdir(job["folder"])
    return WORK[job["work"]](job["arguments"])


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the work prints when it warms up
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
