"""Asks libvirt about domains: whether it defines and starts them, what it stores, what it says to an agent call.

This program runs in a Debian, by its own Python 3.9 or later. It reads questions from a file, as JSON, and prints the
answers. A question has a ``text`` and a ``step``: define, define --validate, start, run or agent call, the last one
that is tried. Where ``is_refusal`` is True libvirt should refuse it at that step; what it defines all the same is
started. An answer has the ``step`` that failed and what was ``said`` then, or None for both, and what was ``stored``
(with run, the definition of the running domain); or the reason why the question was ``skipped``. libvirt can crash on a
domain, so it runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import embedded
import libvirt
import libvirt_qemu

# Folders in the texts of questions, and what stands for them below the driver's own folder; in answers the way back.
FOLDERS = {"/var/lib/libvirt/qemu/channel/target": "lib/qemu/channel/target", "/srv/agents": "srv"}
SECRET = "{file}"  # a file with the word "letters"
PING = '{"execute": "guest-ping"}'
CRASH = "libvirt crashed"
# What a text needs -> the value in libvirt's domain capabilities.
NEEDS = {r"<graphics type=.spice": "spice", r"<model type=.qxl": "qxl", r"<backend type=.emulator": "emulator"}
PROGRAMS = {"i686": "i386", "armv7l": "arm", "ppc64le": "ppc64"}


def ask_all(questions: list[dict[str, str]]) -> dict[str, Any]:
    """Return the versions that were asked, and the answers in the order of the questions."""
    answers: list[dict[str, Any]] = []
    versions: dict[str, str] = {}
    while not versions or len(answers) < len(questions):
        rest = "".join(json.dumps(question) + "\n" for question in questions[len(answers) :])
        command = [sys.executable, __file__, "--worker"]
        done = subprocess.run(command, input=rest, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines, "libvirt's QEMU driver cannot be opened"
        versions = lines[0]
        answers += [line for line in lines[1:] if "trying" not in line]
        if len(answers) < len(questions):
            answers.append({"step": lines[-1]["trying"], "said": CRASH, "stored": None})
    return {**versions, "answers": answers}


class Driver:
    """The driver, and the folder that it has for itself."""

    def __init__(self) -> None:
        self._connection = embedded.connect()
        self._home = Path(os.environ["HOME"])
        for left in self._connection.listAllDomains():  # by a crash
            self._end(left)
        (self._home / "srv").mkdir(exist_ok=True)
        (self._home / "secret").write_text("letters")
        self.versions = embedded.versions(self._connection)
        self._capabilities = self._connection.getDomainCapabilities(None, "x86_64", None, "qemu")

    def answer(self, text: str, step: str, is_refusal: bool) -> dict[str, Any]:
        """Ask about a domain."""
        for pattern, value in NEEDS.items():
            if re.search(pattern, text) and f"<value>{value}</value>" not in self._capabilities:
                return {"skipped": f"no {value}"}
        arch = re.search(r"<type arch=.(\w+)", text)
        if arch and not Path(f"/usr/bin/qemu-system-{PROGRAMS.get(arch[1], arch[1])}").exists():
            return {"skipped": f"no QEMU for {arch[1]}"}
        last = "start" if is_refusal and step == "define" else step
        answer = self._try(text, last)
        # A QEMU that ends at once may be gone before libvirt has asked it why.
        return self._try(text, last) if "monitor socket" in (answer["said"] or "") else answer

    def _try(self, text: str, last: str) -> dict[str, Any]:
        domain, stored = None, None
        step = _trying("define")
        flags = libvirt.VIR_DOMAIN_DEFINE_VALIDATE if last == "define --validate" else 0
        try:
            domain = self._connection.defineXMLFlags(self._ours(text), flags)
            stored = self._theirs(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
            if last in ("start", "run", "agent call"):
                step = _trying("start")
                domain.create()
            if last == "run":
                stored = self._theirs(domain.XMLDesc())
            if last == "agent call":
                step = _trying("agent call")
                libvirt_qemu.qemuAgentCommand(domain, PING, 1, 0)
        except libvirt.libvirtError as error:
            log = self._log(domain.name()) if step == "start" else ""
            return {"step": step, "said": self._theirs(error.get_error_message() + log), "stored": stored}
        finally:
            if domain is not None:
                self._end(domain)
        return {"step": None, "said": None, "stored": stored}

    def _end(self, domain: Any) -> None:
        if domain.isActive():
            domain.destroy()
        domain.undefineFlags(embedded.KEEP)

    def _log(self, name: str) -> str:
        """Return what QEMU said at the last start."""
        path = self._home / "log" / "qemu" / f"{name}.log"
        if not path.exists():
            return ""
        lines = [line for line in path.read_text(errors="replace").splitlines() if ": qemu-system" not in line[:60]]
        path.unlink()
        return "\n" + "\n".join(line for line in lines if line.startswith("qemu"))

    def _ours(self, text: str) -> str:
        text = re.sub(r"(<domain[^>]*type=.)kvm", r"\1qemu", text, count=1)
        for written, real in FOLDERS.items():
            text = text.replace(written, str(self._home / real))
        return text.replace(SECRET, str(self._home / "secret"))

    def _theirs(self, text: str) -> str:
        for written, real in FOLDERS.items():
            text = text.replace(str(self._home / real), written)
        return text.replace(str(self._home), "/home")


def _trying(step: str) -> str:
    """Tell the process that waits for the answer what is tried now."""
    print(json.dumps({"trying": step}), flush=True)
    return step


def work() -> None:
    """Answer the questions of the standard input, line by line."""
    driver = Driver()
    print(json.dumps(driver.versions), flush=True)
    for line in sys.stdin:
        print(json.dumps(driver.answer(**json.loads(line))), flush=True)
    embedded.end()


if __name__ == "__main__":
    if sys.argv[1] == "--worker":
        work()
    json.dump(ask_all(json.loads(Path(sys.argv[1]).read_text())), sys.stdout)
