"""Runs of ``chanfix lint`` of many kinds, as SARIF: each is a folder of files, and options."""

from typing import NamedTuple

GOOD = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
PTY = GOOD.replace("'unix'", "'pty'")
BLANK = GOOD.replace("guest_agent.0", "guest_agent.0 ")
TWICE = GOOD.replace("  </devices>", f"{GOOD[GOOD.index('    <channel') : GOOD.index('  </devices>')]}  </devices>")
SOCKET = GOOD.replace("<target", "<source mode='bind' path='/srv/a.sock'/>\n      <target")
MARKDOWN = f"# A domain\n\n\u6f22 is no ASCII.\n\n```xml\n{PTY}```\n"
HOSTILE = "[x](1)::error::\u202e\x7f##[error]##vso[task.complete]"


class LintRun(NamedTuple):
    """Files by name, the options of the run, its exit status and the rules of its results."""

    files: dict[str, str | bytes]
    status: int
    rules: set[str]
    options: tuple[str, ...] = ()


RUNS = {
    "clean": LintRun({"vms/good.xml": GOOD}, 0, set()),
    "nothing at all": LintRun({"readme.txt": "No domain.\n"}, 0, set()),
    "findings with fixes": LintRun(
        {"vms/pty.xml": PTY, "vms/blank.xml": BLANK}, 1, {"agent-not-unix", "agent-name-whitespace"}
    ),
    "a fix that is not to be made": LintRun({"a.xml": SOCKET}, 0, {"path-hardcoded"}),
    "related places": LintRun({"twice.xml": TWICE}, 1, {"duplicate-agent-channel"}),
    "related places in another file": LintRun(
        {"a.xml": SOCKET, "b.xml": SOCKET.replace("web", "mail")}, 1, {"path-shared"}, ("--select", "path-shared")
    ),
    "a region in another language": LintRun({"docs/page.md": MARKDOWN}, 1, {"agent-not-unix"}),
    "a changed severity": LintRun(
        {"chanfix.toml": "severity = {agent-not-unix = 'info', agent-name-whitespace = 'error'}", "a.xml": PTY},
        0,
        {"agent-not-unix"},
    ),
    "suppressed": LintRun(
        {"a.xml": PTY.replace("    <channel", "    <!-- chanfix: ignore[agent-not-unix] on purpose -->\n    <channel")},
        0,
        set(),
    ),
    "fixed": LintRun({"a.xml": BLANK}, 0, set(), ("--fix",)),
    "not linted": LintRun({"a.xml": PTY}, 3, {"agent-not-unix"}, ("a.xml", "missing.xml")),
    "not XML": LintRun({"a.xml": GOOD.replace("</devices>", "")}, 1, {"not-well-formed"}),
    "a template": LintRun({"a.xml.j2": PTY.replace("web", "{{ name }}")}, 1, {"agent-not-unix"}),
    "UTF-16": LintRun(
        {"a.xml": f"<?xml version='1.0' encoding='utf-16'?>\n{BLANK}".encode("utf-16")}, 1, {"agent-name-whitespace"}
    ),
    "hostile text": LintRun({"a b#{0}[x](1)%0A\u6f22.xml": SOCKET.replace("a.sock", HOSTILE)}, 0, {"path-hardcoded"}),
    "all rules": LintRun(
        {"a.xml": TWICE, "b.xml": PTY}, 1, {"duplicate-agent-channel", "agent-not-unix"}, ("--select", "all")
    ),
}


def write_files(folder, run):
    """Write the files of a run below a folder."""
    for name, text in run.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
