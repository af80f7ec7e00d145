"""The libvirt that is installed here would not store something that is written.

What it does
    With ``--ask-libvirt`` each domain is given to libvirt's QEMU driver on this machine, as for ``libvirt-refuses``.
    What the driver would store is compared with what is written. An element or attribute that is not in it is reported,
    the outermost only, if libvirt stores the same without it. Values are not compared. Defaults are not reported, nor
    what libvirt writes of running domains: ``live-*`` are about that.

Why it matters
    libvirt passes over names that it does not know, and over settings that have no effect beside others. ``virsh
    define`` succeeds, and the device runs without the setting.

Fix
    None: what was wanted is not known.

References
    https://libvirt.org/formatdomain.html; ``src/conf/domain_conf.c:virDomainDefParseXML``
"""

from chanfix.lint.rule import AGENT_CHANNEL, WARNING, Bad, Good, Rule


class LibvirtDrops(Rule):
    severity = WARNING
    asks_libvirt = True
    examples = (
        Bad(
            """\
<controller type='usb' index='0' model='qemu-xhci'>
  <adress type='pci' slot='4'/>
</controller>
""",
            at="<adress type='pci' slot='4'/>",
        ),
        Bad("<memballoon model='virtio' autodefalte='on'/>\n", at="autodefalte='on'"),
        Good(AGENT_CHANNEL),
    )
