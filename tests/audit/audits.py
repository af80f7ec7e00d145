"""Audits with everything in them that a page, a terminal or a collector must cope with."""

import io
from datetime import UTC, datetime

from chanfix.agent.told import Address
from chanfix.audit.formats import FORMATS, Audit
from chanfix.audit.report import DomainAudit, HostAudit, Standing
from chanfix.lint.finding import Asked, Excerpt, Finding, Severity
from chanfix.lint.rules import by_name
from chanfix.lint.run import rule_info
from chanfix.position import Position
from chanfix.status.features import Feature
from chanfix.xml.place import Place
from chanfix.xml.span import Span

HOSTILE = "a\n::error::b\x1b[31m\u202e]]><script>document.title='taken'</script>&'\"\udcff{0}\\"
TIME = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


def finding(rule="mode-missing", severity=Severity.WARNING, message="the path has no mode", **rest):
    place = Place(Span(103, 117), Position(7, 3), Position(7, 17))
    line = "  <source path='/tmp/a'/>"
    return Finding(rule, severity, message, place, (place,), excerpt=Excerpt(line, 10, 23), **rest)


def domain(name="web", verdict="responding", standing=Standing.GOOD, **rest):
    uuid = f"0c3f2a57-5f0e-4d0b-8a44-{abs(hash(name)) % 10**12:012}" if "uuid" not in rest else rest.pop("uuid")
    return DomainAudit(name, uuid, verdict, standing, rest.pop("message", "qemu-ga 7.2.0"), **rest)


FEATURES = (
    Feature("shutdown", True),
    Feature("exec", False, "guest-exec blocked by block-rpcs in /etc/qemu/qemu-ga.conf", ("guest-exec",)),
    Feature("password", None),
)
ADDRESSES = (Address("eth0", "192.0.2.7", 24, "52:54:00:00:00:01"),)
UUID = "0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20"
HOSTS = (
    HostAudit(
        "a.example",
        "qemu+ssh://a.example/system",
        (domain(uuid=UUID), domain("db", "shut-off", Standing.IDLE, uuid=UUID)),
    ),
    HostAudit(
        "b.example",
        "qemu+ssh://b.example/system",
        (
            domain(
                "mail",
                "disconnected",
                Standing.BAD,
                uuid=UUID,
                message="nobody in the guest has the port open",
                advice="start the agent in the guest",
                command="systemctl start qemu-guest-agent",
                findings=(finding(), finding("agent-name-typo", Severity.ERROR, "'O' is no '0'")),
            ),
        ),
    ),
    HostAudit("c.example", "qemu+ssh://c.example/system", (), "gave no answer within 30 seconds"),
)
# What audit-v1 does not have.
FEATURED = (
    HostAudit(
        "d.example",
        "qemu+ssh://d.example/system",
        (
            domain(uuid=UUID, features=FEATURES, addresses=ADDRESSES),
            domain("nfs", "frozen", Standing.BAD, uuid=UUID, frozen_since="2026-11-24T01:00:00+00:00"),
        ),
    ),
)
ASKED = Asked("12.8.0", "11.1.0")
TARGETS = ("debian-13", "rhel-9")


def removed(*targets):
    """A machine type that these targets have no more."""
    return finding("machine-removed", Severity.ERROR, "no such machine type", targets=targets)


WORDS = "libvirt 12.8.0 refuses this: per-device boot elements cannot be used together with os/boot elements"
BROKEN = finding("boot-mixed", Severity.ERROR, "two kinds of boot order", note=WORDS, is_refused=True)
TYPO = finding("agent-name-typo", Severity.ERROR, "'O' is no '0'")
# Judged for two targets, and asked about.
JUDGED = (
    HostAudit(
        "e.example",
        "qemu+ssh://e.example/system",
        (
            domain("old", uuid=UUID, findings=(removed("debian-13"), removed("debian-13", "rhel-9"))),
            domain("older", uuid=UUID, findings=(removed("debian-13"),)),
            domain("never", uuid=UUID, findings=(BROKEN, removed("debian-13"))),
            domain("typo", uuid=UUID, findings=(TYPO,)),
            domain("emulator", uuid=UUID, findings=(finding("emulator-path", targets=TARGETS[:1]), TYPO)),
            domain("other", uuid=UUID, unasked="no QEMU for its architecture is here"),
        ),
        None,
        "9.0.0",
        "7.2.9",
        TARGETS,
        ASKED,
    ),
)
HOSTILE_HOSTS = (
    HostAudit(
        HOSTILE,
        HOSTILE,
        (
            domain(
                HOSTILE,
                HOSTILE,
                Standing.BAD,
                uuid=HOSTILE,
                message=HOSTILE,
                advice=HOSTILE,
                command=HOSTILE,
                findings=(
                    finding(HOSTILE, Severity.ERROR, HOSTILE, note=HOSTILE, targets=(HOSTILE,), is_refused=True),
                    removed(HOSTILE),
                ),
                features=(Feature(HOSTILE, False, HOSTILE, (HOSTILE,)),),
                addresses=(Address(HOSTILE, HOSTILE, 24, HOSTILE),),
                frozen_since=HOSTILE,
            ),
        ),
        HOSTILE,
        HOSTILE,
        HOSTILE,
        (HOSTILE,),
        Asked(HOSTILE, HOSTILE),
    ),
)


def audit_of(hosts):
    rules = tuple(
        rule_info(by_name(name)) for name in ("mode-missing", "agent-name-typo", "path-shared", "machine-removed")
    )
    return Audit(lambda: iter(hosts), rules, TIME, "1.2.3")


def write_audit(name, hosts=HOSTS):
    """Return an audit of these hosts in a format."""
    stream = io.StringIO()
    FORMATS[name](audit_of(hosts), stream)
    return stream.getvalue()
