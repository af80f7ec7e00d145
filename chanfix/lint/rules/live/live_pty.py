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

import re

from chanfix.lint.rule import INFO, At, Bad, Channel, Domain, Drafts, Edit, Facts, Good, Node, Rule, safe
from chanfix.xml.edit import remove_attribute, remove_element

_TERMINAL = r"/dev/pts/[0-9]+"


class LivePty(Rule):
    severity = INFO
    about_live_state = True
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

    def serial(self, device: Node, domain: Domain, facts: Facts) -> Drafts:
        # Without a type it is a pty.
        if device.get("type") not in (None, "pty"):
            return
        for node, attribute in ((device, "tty"), *((source, "path") for source in device.children("source"))):
            value = node.get(attribute) or ""
            if re.fullmatch(_TERMINAL, value):
                yield self.finding(
                    f"'{value}' is a terminal of a running domain; libvirt takes a new one at each start",
                    At(node, attribute),
                    fix=safe("Leave the terminal to libvirt", _remove(node, attribute)),
                )

    parallel = serial

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        yield from self.serial(channel.node, domain, facts)

    console = channel


def _remove(node: Node, attribute: str) -> Edit:
    """Remove the attribute, and with it a source that says nothing else."""
    is_all = node.tag == "source" and len(node.attributes) == 1 and not node.children()
    return remove_element(node) if is_all else remove_attribute(node, attribute)
