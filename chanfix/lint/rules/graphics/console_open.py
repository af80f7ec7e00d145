"""A display listens on every address, without a password or TLS.

What it does
    Reports VNC or SPICE graphics that listen on ``0.0.0.0`` or ``::``, which is every address, and have no
    ``passwd``. SPICE with ``defaultMode='secure'`` is fine, for it speaks TLS only. A password that libvirt's own
    configuration sets, or TLS that it asks for, does not show in the domain.

Why it matters
    Everybody who reaches the port has the guest's keyboard, mouse and screen: a session that is open at the console,
    and the boot loader.

Fix
    Listens on ``127.0.0.1``, or ``::1``. Unsafe: a program on another host may connect to it.

References
    https://libvirt.org/formatdomain.html#graphical-framebuffers; https://github.com/saltstack/salt/issues/30608
"""

from chanfix.domain.display import Graphics
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, is_templated, unsafe
from chanfix.xml.edit import set_attribute

_KINDS = ("vnc", "spice")


class ConsoleOpen(Rule):
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad(
            "<graphics type='vnc' port='-1' autoport='yes' listen='0.0.0.0'/>\n",
            at="0.0.0.0",
            fixed="<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>\n",
        ),
        Bad(
            """\
<graphics type='spice' autoport='yes' listen='::'>
  <listen type='address' address='::'/>
</graphics>
""",
            at="::",
            fixed="""\
<graphics type='spice' autoport='yes' listen='::1'>
  <listen type='address' address='::1'/>
</graphics>
""",
        ),
        Good("<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>\n"),
        Good("<graphics type='vnc' port='-1' autoport='yes' listen='0.0.0.0' passwd='{{ password }}'/>\n"),
        Good("<graphics type='spice' autoport='yes' defaultMode='secure' listen='0.0.0.0'/>\n"),
        Good("<graphics type='vnc' port='-1' autoport='yes'/>\n"),
    )

    def graphics(self, node: Node, domain: Domain, facts: Facts) -> Drafts:
        graphics = Graphics(node)
        if not must_be(graphics.type, *_KINDS) or domain.is_of_other_driver:
            return
        if graphics.password is not None or node.get("defaultMode") not in (None, "any", "insecure"):
            return
        places = [place for place in _places(graphics) if _is_everywhere(place[0].get(place[1]))]
        if not places:
            return
        at, name = places[0]
        edits = [set_attribute(place, key, _loopback(place.get(key))) for place, key in places]
        yield self.finding(
            f"the display listens on every address, without a password; expected '{_loopback(at.get(name))}'",
            At(at, name),
            fix=unsafe("Listen on loopback only", *edits),
        )


def _places(graphics: Graphics) -> list[tuple[Node, str]]:
    """Return the attributes that hold an address on which the display listens."""
    listens = [listen.node for listen in graphics.listens if listen.type == Known("address")]
    places = [(node, "address" if node.tag == "listen" else "listen") for node in listens]
    # libvirt refuses an attribute that is not the address of the first <listen>, so both change.
    if listens and graphics.node not in listens and graphics.node.get("listen") is not None:
        places.insert(0, (graphics.node, "listen"))
    return places


def _is_everywhere(address: str | None) -> bool:
    from ipaddress import ip_address

    if not address or is_templated(address):
        return False
    try:
        return ip_address(address).is_unspecified
    except ValueError:
        return False


def _loopback(address: str | None) -> str:
    return "::1" if ":" in (address or "") else "127.0.0.1"
