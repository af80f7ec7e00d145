"""A pty of a running domain is in the file.

What it does
    Reports ``/dev/pts/N`` as the ``path`` of the ``<source>``, or as the ``tty``, of a serial port, parallel port,
    console or channel of type ``pty``. libvirt writes one terminal in up to three places: they are one finding, in a
    template one for each block. A device of type ``dev`` may name such a terminal on purpose.
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
from collections.abc import Iterator

from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Edit, Facts, Good, Node, Rule, safe
from chanfix.xml.edit import remove_attribute, remove_element
from chanfix.xml.together import by_block

_TERMINAL = r"/dev/pts/[0-9]+"
_KINDS = ("serial", "parallel", "console", "channel")


class LivePty(Rule):
    severity = INFO
    about_live_state = True
    only_if_text_has = (b"pts",)
    examples = (
        Bad(
            """\
<serial type='pty'>
  <source path='/dev/pts/2'/>
  <target port='0'/>
</serial>
<console type='pty' tty='/dev/pts/2'>
  <source path='/dev/pts/2'/>
  <target type='serial' port='0'/>
</console>
""",
            at="/dev/pts/2",
            fixed="""\
<serial type='pty'>
  <target port='0'/>
</serial>
<console type='pty'>
  <target type='serial' port='0'/>
</console>
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

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        written: dict[str, list[tuple[Node, str]]] = {}
        for device in (device for kind in _KINDS for device in domain.devices_of(kind)):
            for node, attribute in _places(device):
                value = node.get(attribute) or ""
                if re.fullmatch(_TERMINAL, value):
                    written.setdefault(value, []).append((node, attribute))
        groups = ((terminal, group) for terminal, all_ in written.items() for group in by_block(all_, _node))
        for terminal, places in groups:
            first, *others = sorted((At(*place) for place in places), key=lambda at: at.span)
            yield self.finding(
                f"'{terminal}' is a terminal of a running domain; libvirt takes a new one at each start",
                first,
                *(at._replace(label="the same terminal") for at in others),
                fix=safe("Leave the terminal to libvirt", *(_remove(*place) for place in places)),
            )


def _node(place: tuple[Node, str]) -> Node:
    return place[0]


def _places(device: Node) -> Iterator[tuple[Node, str]]:
    """Yield the attributes that may name the terminal of a pty, each with its element."""
    # Without a type it is a pty.
    if device.get("type") in (None, "pty"):
        yield device, "tty"
        for source in device.children("source"):
            yield source, "path"


def _remove(node: Node, attribute: str) -> Edit:
    """Remove the attribute, and with it a source that says nothing else."""
    is_all = node.tag == "source" and len(node.attributes) == 1 and not node.children()
    return remove_element(node) if is_all else remove_attribute(node, attribute)
