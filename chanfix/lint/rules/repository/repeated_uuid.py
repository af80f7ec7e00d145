"""Two domains have one UUID.

What it does
    Reports a domain with the UUID of a domain of another name, in any file of the run. The first one is named; of the
    others each domain is reported once. A UUID from documentation is ``uuid-of-documentation``'s to report. Templates
    whose name or UUID is filled in are not compared, nor are a file and one with further endings beside it
    (``web.xml.generated``), nor what libvirt recorded of a running domain.

Why it matters
    One host takes only one of the two: ``domain 'web' is already defined with uuid ...``. It comes of copying a file
    for a second guest. Tools that see an error as "it is there already" then leave the second one out.

Fix
    None: which of the two keeps it is not known. Without a ``<uuid>`` libvirt makes one up at each define.

References
    libvirt ``src/conf/virdomainobjlist.c:virDomainObjListAddLocked``
"""

from chanfix.domain.identity import Shared
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule


class RepeatedUuid(Rule):
    severity = WARNING
    refusals = ("domain '*' is already defined with uuid",)
    since = "0.2.0"
    is_local = False
    yields_to = ("uuid-of-documentation",)
    only_if_text_has = (b"uuid",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <uuid>6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41</uuid>
  <devices/>
</domain>
""",
            at="6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41",
            beside="""\
<domain type='kvm'>
  <name>db</name>
  <uuid>6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41</uuid>
  <devices/>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <uuid>6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41</uuid>
  <devices/>
</domain>
""",
            beside="""\
<domain type='kvm'>
  <name>db</name>
  <uuid>0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20</uuid>
  <devices/>
</domain>
""",
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        node = domain.node.child("uuid") or domain.node
        for twin in facts.twins_of(domain, Shared.UUID):
            yield self.finding(
                f"domain '{twin.other.name}' in {twin.where} has this UUID too", At(node, part=Part.TEXT)
            )
