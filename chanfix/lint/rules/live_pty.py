"""A pty of a running domain is in the file.

What it does
    Reports ``/dev/pts/N`` as the ``path`` of the ``<source>``, or as the ``tty``, of a serial port, parallel port,
    console or channel of type ``pty``. A device of type ``dev`` may name such a terminal on purpose.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    The host gives out these terminals one by one. libvirt takes a new one at each start and drops the old number on
    define: a script that reads it from the file talks to somebody else's terminal.

Fix
    Removes the attribute, or the whole ``<source>`` when nothing else is in it. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrSourceDefFormat``
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Edit, Facts, Fixable, Good, Node, Rule, Safety
from chanfix.xml.edit import remove_attribute, remove_element

__all__ = ["LivePty"]

_TERMINAL = r"/dev/pts/[0-9]+"


class LivePty(Rule):
    """A terminal that was free once."""

    name = "live-pty"
    summary = "a pty of a running domain is in the file"
    severity = Severity.INFO
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    about_live_state = True
    devices = ("serial", "parallel", "console", "channel")
    examples = (
        Bad(
            """\
<serial type='pty'>
  <source path='/dev/pts/2'/>
  <target port='0'/>
</serial>
""",
            at="/dev/pts/2",
            fixed="""\
<serial type='pty'>
  <target port='0'/>
</serial>
""",
        ),
        Bad(
            """\
<console type='pty' tty='/dev/pts/2'>
  <target type='virtio' port='0'/>
</console>
""",
            at="/dev/pts/2",
            fixed="""\
<console type='pty'>
  <target type='virtio' port='0'/>
</console>
""",
        ),
        Good(
            """\
<serial type='pty'>
  <target port='0'/>
</serial>
<serial type='dev'>
  <source path='/dev/pts/2'/>
</serial>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield source paths and ttys that are numbered terminals."""
        for tag in ("serial", "parallel", "console", "channel"):
            for device in domain.devices_of(tag):
                # Without a type it is a pty.
                if device.get("type") not in (None, "pty"):
                    continue
                for node, attribute in ((device, "tty"), *((source, "path") for source in device.children("source"))):
                    value = node.get(attribute) or ""
                    if not re.fullmatch(_TERMINAL, value):
                        continue
                    yield self.finding(
                        f"'{value}' is a terminal of a running domain; libvirt takes a new one at each start",
                        At(node, attribute),
                        fix=self.fix("Leave the terminal to libvirt", Safety.SAFE, _remove(node, attribute)),
                    )


def _remove(node: Node, attribute: str) -> Edit:
    """Remove the attribute, and with it a source that says nothing else."""
    is_all = node.tag == "source" and len(node.attributes) == 1 and not node.children()
    return remove_element(node) if is_all else remove_attribute(node, attribute)
