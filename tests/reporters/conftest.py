"""One report that has everything that reporters must cope with."""

import io

import pytest

from chanfix import links
from chanfix.lint.finding import Asked, Change, Excerpt, FileReport, Finding, Report, RuleInfo, Severity, Unasked
from chanfix.reporters import REPORTERS, Options
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.place import Place
from chanfix.xml.span import LineIndex, Span

HOSTILE = "a\n::error::b%,:\x1b[31m\u202e]]><script>&'\"\udcff\ufffe{0}[x](http://x.example)"

WEB = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='pty'>
\t\t<target type='virtio' name='漢字 org.qemu.guest_agent'/>
    </channel>
    <channel type='unix'><source mode='bind' path='/tmp/a'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
OTHER = """\
<domain type='kvm'>
  <name>other</name>
  <devices>
    <channel type='unix'><source path='/tmp/a'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <channel type='unix'><source path='/tmp/a'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices>
</domain>
"""

RULES = tuple(
    RuleInfo(
        name,
        f"the summary of {name}",
        severity,
        "sometimes",
        "0.1.0",
        f"The summary of {name},\nas a sentence.\n\nWhat it does\n    Reports ``{name}``.\n\nFix\n    Mends it.\n",
    )
    for name, severity in [
        ("agent-not-unix", Severity.ERROR),
        ("agent-name-typo", Severity.ERROR),
        ("shared-socket-path", Severity.WARNING),
        ("rule-that-stays-silent", Severity.WARNING),
        ("hint", Severity.INFO),
    ]
)


def place(source, text, label="", path=None, number=1):
    """The place of the ``number``-th occurrence of ``text``."""
    data, wanted = source.encode(), text.encode()
    at = -1
    for _ in range(number):
        at = data.index(wanted, at + 1)
    lines = LineIndex(data, "utf-8")
    return Place(Span(at, at + len(wanted)), lines.position(at), lines.position(at + len(wanted)), label, path)


def finding(rule, severity, message, source, text, *related, number=1, fix=None):
    """A finding on ``text``; ``fix`` is a title, a safety, and pairs of old and new text."""
    at = place(source, text, number=number)
    line = source.splitlines()[at.start.line - 1]
    end = at.end.column - 1 if at.end.line == at.start.line else len(line)
    changes = ()
    if fix:
        title, safety, *pairs = fix
        olds = [(place(source, old), new) for old, new in pairs]
        changes = tuple(Change(old.start, old.end, new) for old, new in olds)
        fix = Fix(title, safety, tuple(Edit(old.span, new.encode()) for old, new in olds))
    excerpt = Excerpt(line, at.start.column - 1, end)
    return Finding(rule, severity, message, at, related, fix, changes, excerpt)


def shared_path(number):
    return finding(
        "shared-socket-path",
        Severity.WARNING,
        "the socket path '/tmp/a' belongs to another domain too",
        OTHER,
        "/tmp/a",
        place(WEB, "/tmp/a", "the domain 'web' binds it", "./hosts/web.xml"),
        number=number,
    )


@pytest.fixture
def report():
    web = (
        finding(
            "agent-not-unix",
            Severity.ERROR,
            "the agent channel is of type 'pty'; libvirt talks to an agent on 'unix' only",
            WEB,
            "pty",
            fix=(
                "Make the channel a Unix socket",
                Safety.UNSAFE,
                ("pty", "unix"),
                ("<source mode='bind' path='/tmp/a'/>", ""),
            ),
        ),
        finding(
            "agent-name-typo",
            Severity.ERROR,
            "target name '漢字 org.qemu.guest_agent' is not one libvirt recognises; expected 'org.qemu.guest_agent.0'",
            WEB,
            "漢字 org.qemu.guest_agent",
            place(WEB, "org.qemu.guest_agent.0", "the agent channel"),
            fix=(
                "Set the target name to org.qemu.guest_agent.0",
                Safety.SAFE,
                ("漢字 org.qemu.guest_agent", "org.qemu.guest_agent.0"),
            ),
        ),
        finding(
            "hint",
            Severity.INFO,
            "the channel could be shorter",
            WEB,
            WEB[WEB.index("<channel type='unix'>") : WEB.index("  </devices>") - 1],
            fix=("Choose another path", Safety.DISPLAY, ("/tmp/a", "/tmp/b")),
        ),
    )
    fixed = finding("hint", Severity.INFO, "the name could be longer", WEB, "web")
    hostile_source = f"<name>\t{HOSTILE.replace(chr(10), '').replace(chr(0xDCFF), '')}</name>\n"
    hostile = finding(
        f"hostile-{HOSTILE}",
        Severity.ERROR,
        f"the value '{HOSTILE}' is hostile",
        hostile_source,
        "<script>",
        place(OTHER, "other", f"label {HOSTILE}", f"{HOSTILE}.xml"),
        fix=(f"Remove {HOSTILE}", Safety.SAFE, ("<script>", "\x1b\u202e\ufffe")),
    )
    return Report(
        files=(
            FileReport("./hosts/web.xml", findings=web, fixed=(fixed,), suppressed=2),
            FileReport("hosts/other host#1.xml", findings=(shared_path(1), shared_path(2))),
            FileReport("/srv/clean.xml", unasked=Unasked("its type is 'xen'")),
            FileReport(f"{HOSTILE}.xml", findings=(hostile,)),
            FileReport("broken\x1b.xml", error=f"cannot be read: {HOSTILE}"),
            FileReport("pool.xml", skipped="not a domain"),
        ),
        rules=RULES,
        tool_version="0.1.0",
        asked=Asked("9.0.0", "7.2.22"),
    )


def run(name, report, **options):
    stream = io.StringIO()
    REPORTERS[name](report, stream, Options(**options))
    return stream.getvalue()


@pytest.fixture(autouse=True)
def no_address(monkeypatch):
    """The documentation is nowhere, wherever it is."""
    monkeypatch.setattr(links, "DOCUMENTATION", "")


@pytest.fixture
def written(report):
    """What a reporter writes of the report: ``written("text", color=True)``."""
    return lambda name, **options: run(name, report, **options)
