"""The libvirt that is installed here refuses the domain.

What it does
    With ``--ask-libvirt`` each domain is given to libvirt's QEMU driver on this machine, as ``virsh define`` would do,
    in a process and a folder of its own: no daemon and no root is needed, and nothing is stored. Where it refuses,
    this rule reports its words, and the place, which libvirt does not tell: parts of the domain are taken away and the
    rest is asked again. Of two parts that do not go together the later one is the place, and the other is related. Then
    that fault is taken out and the rest is asked, ten times at most.

    Some refusals are about this machine: QEMU was built without something, or a program or a firmware is not
    installed. These are warnings, and say so. libvirt is not asked about a domain of an architecture that has no QEMU
    here, nor about a template with holes: ``--vars`` renders it. An emulator that is not here is replaced by this
    machine's own. Where KVM cannot be opened, a domain for KVM is asked as one without. Where another rule has an error
    at the same place, that one is reported, with libvirt's words as a note.

Why it matters
    ``virsh define`` fails with these words, and so does an upgrade, a restore or a migration to such a host.

Fix
    None: libvirt says what it does not take, and not what was wanted.

References
    https://libvirt.org/drvqemu.html; ``src/qemu/qemu_driver.c:qemuDomainDefineXMLFlags``
"""

from chanfix.lint.rule import AGENT_CHANNEL, ERROR, Bad, Good, Rule


class LibvirtRefuses(Rule):
    severity = ERROR
    asks_libvirt = True
    examples = (
        Bad(
            """\
<disk type='file'>
  <source file='/a.img'/>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='file'>
  <source file='/b.img'/>
  <target dev='sda' bus='scsi'/>
</disk>
""",
            at="sda",
        ),
        Bad("<iommu model='intell'/>\n", at="intell"),
        Good(AGENT_CHANNEL),
    )
