"""A display with OpenGL listens on the network, or 3D acceleration lacks a display with OpenGL.

What it does
    Reports SPICE graphics with ``<gl enable='yes'/>`` and a port, and a video device with ``accel3d='yes'`` where no
    display draws with OpenGL: neither ``egl-headless`` nor one with ``<gl enable='yes'/>``. QEMU 11 takes a port: with
    a target it is an error or nothing, and without one a warning.

Why it matters
    QEMU does not start, for SPICE up to 10.0 at least: ``SPICE GL support is local-only for now and incompatible with
    -spice port/tls-port``, or ``The display backend does not have OpenGL support enabled``.

Fix
    For SPICE: listens nowhere, which leaves it to a viewer on the same host, as virt-manager. Unsafe: a viewer on
    another host cannot connect. For 3D acceleration none: the display or the acceleration may be what is wrong.

References
    QEMU ``ui/spice-core.c:qemu_spice_init``, ``hw/display/virtio-gpu-gl.c``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/1090
"""

from chanfix.domain import views
from chanfix.domain.acceleration import accelerations_by_display, may_draw
from chanfix.domain.display import Graphics
from chanfix.domain.values import Unknown, must_be
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Edit, Facts, Good, Node, Rule, Version, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_first, remove_attribute, remove_element
from chanfix.xml.together import nodes_by_block

# The first of those that were tried: 11.1 starts, 10.0 does not.
_TAKES_PORTS = Version(11)


class GlOnNetwork(Rule):
    severity = ERROR
    refusals = ("SPICE GL support is local-only for now and incompatible with -spice port*",)
    since = "0.2.0"
    about_targets = True
    only_if_text_has = (b"accel3d", b"gl")
    examples = (
        Bad(
            """\
<graphics type='spice' autoport='yes'>
  <gl enable='yes'/>
</graphics>
""",
            at="<gl enable='yes'/>",
            fixed="""\
<graphics type='spice'>
  <listen type='none'/>
  <gl enable='yes'/>
</graphics>
""",
        ),
        Bad(
            """\
<graphics type='vnc'/>
<video>
  <model type='virtio'>
    <acceleration accel3d='yes'/>
  </model>
</video>
""",
            at="<acceleration accel3d='yes'/>",
        ),
        Good(
            """\
<graphics type='spice'>
  <listen type='none'/>
  <gl enable='yes'/>
</graphics>
<video>
  <model type='virtio'>
    <acceleration accel3d='yes'/>
  </model>
</video>
"""
        ),
        Good(
            """\
<graphics type='vnc'/>
<graphics type='egl-headless'/>
<video>
  <model type='virtio'>
    <acceleration accel3d='yes'/>
  </model>
</video>
"""
        ),
    )

    def graphics(self, node: Node, domain: Domain, facts: Facts) -> Drafts:
        graphics = Graphics(node)
        gl = node.child("gl")
        if gl is None or not must_be(graphics.type, "spice") or not must_be(graphics.gl, True):
            return
        if domain.is_of_other_driver or not _has_port(graphics):
            return
        if facts.qemu is not None and facts.qemu >= _TAKES_PORTS:
            return
        yield self.finding(
            "SPICE with OpenGL is for a viewer on the same host; expected <listen type='none'/> and no port",
            At(gl),
            fix=unsafe("Listen nowhere", *_listen_nowhere(node)),
            # Without a target nobody knows which QEMU will run it.
            severity=None if facts.qemu else WARNING,
        )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if b"accel3d" not in domain.document.markup or domain.is_of_other_driver or domain.has_unknown_devices:
            return
        if any(may_draw(graphics) for graphics in views.graphics(domain)):
            return
        for first, *others in nodes_by_block(accelerations_by_display(domain)):
            yield self.finding(
                "3D acceleration needs a display with OpenGL; expected 'egl-headless' or <gl enable='yes'/>",
                At(first),
                *(At(other, label="another one") for other in others),
                severity=WARNING,
            )


def _has_port(graphics: Graphics) -> bool:
    """Return True if the display is known to get a port: so it does by ``autoport``, or where one is written."""
    kinds = [listen.type for listen in graphics.listens]
    if kinds and not all(must_be(kind, "address", "network") for kind in kinds):
        return False
    if graphics.node.has_unknown_children:
        return False
    written = graphics.node.get("port"), graphics.node.get("autoport")
    return written[1] == "yes" or (
        written[0] is not None and not isinstance(graphics.port, Unknown) and written[0] != "0"
    )


def _listen_nowhere(node: Node) -> list[Edit]:
    new = Document.parse(b"<listen type='none'/>").root
    gone = [name for name in ("port", "tlsPort", "autoport", "listen") if node.get(name) is not None]
    return [
        *(remove_attribute(node, name) for name in gone),
        *map(remove_element, node.children("listen")),
        *insert_first(node, new),
    ]
