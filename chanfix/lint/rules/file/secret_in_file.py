"""A secret stands in the file in clear text.

What it does
    Reports the ``passwd`` of graphics, the value of an HTTP ``<cookie>`` of a disk, and on QEMU's own command line
    (``<qemu:arg>``) a ``password=`` or the ``data`` of a secret object. The value itself is never shown. What a
    template fills in is no secret, and neither is an ``<auth>``: it names a secret that libvirt keeps.

Why it matters
    Who can read the repository, its history, a clone or a build's log has the password. ``virsh dumpxml`` leaves
    passwords and cookies out for this reason, unless it is asked for them with ``--security-info``.

Fix
    None: a secret that was checked in must be replaced where it is used, too.

References
    https://libvirt.org/formatdomain.html#graphical-framebuffers, "passwd"; libvirt
    ``include/libvirt/libvirt-domain.h``, ``VIR_DOMAIN_XML_SECURE``
"""

from chanfix.domain import QEMU_NAMESPACE, is_templated
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Part, Rule
from chanfix.secrets import mask_options

_QEMU = f"{{{QEMU_NAMESPACE}}}"


class SecretInFile(Rule):
    severity = WARNING
    only_if_text_has = (b"passwd", b"cookie", b"commandline")
    examples = (
        Bad("<graphics type='vnc' port='-1' passwd='letmein'/>\n", at="passwd"),
        Bad(
            """\
<disk type='network' device='cdrom'>
  <source protocol='https' name='boot.iso'>
    <host name='example.org' port='443'/>
    <cookies>
      <cookie name='session'>0123456789abcdef</cookie>
    </cookies>
  </source>
  <target dev='sda' bus='sata'/>
</disk>
""",
            at="<cookie name='session'>",
        ),
        Bad(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <qemu:commandline>
    <qemu:arg value='-object'/>
    <qemu:arg value='secret,id=sec0,data=letmein'/>
  </qemu:commandline>
</domain>
""",
            at="value",
        ),
        Good(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <graphics type='vnc' port='-1'/>
    <graphics type='spice' passwd='{{ spice_password }}'/>
    <disk type='network' device='disk'>
      <auth username='admin'>
        <secret type='iscsi' usage='storage'/>
      </auth>
    </disk>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-vnc'/>
    <qemu:arg value='127.0.0.1:1,password=on'/>
    <qemu:arg value='-object'/>
    <qemu:arg value='secret,id=sec0,file=/run/secrets/key'/>
  </qemu:commandline>
</domain>
"""
        ),
    )

    def graphics(self, graphics: Node, domain: Domain, facts: Facts) -> Drafts:
        if _is_secret(graphics.get("passwd")):
            yield self.finding("the password of the graphics is in clear text", At(graphics, "passwd", part=Part.NAME))

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        for cookie in disk.descendants("cookie"):
            if _is_secret(cookie.text):
                yield self.finding("the value of the cookie is in clear text", At(cookie))

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        for commandline in domain.node.children(f"{_QEMU}commandline"):
            for argument in commandline.children(f"{_QEMU}arg"):
                value = argument.get("value") or ""
                if _is_secret(value) and mask_options(value) != value:
                    yield self.finding(
                        "an argument for QEMU holds a secret in clear text", At(argument, "value", part=Part.NAME)
                    )


def _is_secret(value: str | None) -> bool:
    return bool(value and value.strip()) and not is_templated(value or "")
