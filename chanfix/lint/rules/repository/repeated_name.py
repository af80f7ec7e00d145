"""Two files of one folder define a domain of one name.

What it does
    Reports a domain whose name a domain in another file of the same folder has, with another UUID. With one UUID too
    they are two variants of one domain, which is an info that names both. Where either has no UUID nothing is said, nor
    of templates whose name or UUID is filled in, nor of a file and one with further endings beside it.

Why it matters
    Of two UUIDs one host takes only one: ``domain 'web' already exists with uuid ...``. Of two variants each define
    replaces the other one, and says nothing.

Fix
    None: which of the two is meant is not known.

References
    libvirt ``src/conf/virdomainobjlist.c:virDomainObjListAddLocked``
"""

from chanfix.domain.identity import Shared, Twin
from chanfix.lint.rule import INFO, WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule


class RepeatedName(Rule):
    severity = WARNING
    refusals = ("domain '*' already exists with uuid",)
    since = "0.2.0"
    is_local = False
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
            at="web",
            beside="""\
<domain type='kvm'>
  <name>web</name>
  <uuid>0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20</uuid>
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
  <name>web</name>
  <devices/>
</domain>
""",
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        for twin in facts.twins_of(domain, Shared.NAME, Shared.NAME_AND_UUID):
            is_variant = twin.shared is Shared.NAME_AND_UUID
            yield self.finding(
                _variants(twin) if is_variant else f"{twin.where} defines a domain of this name, with another UUID",
                At(domain.name_node or domain.node, part=Part.TEXT),
                severity=INFO if is_variant else None,
            )


def _variants(twin: Twin) -> str:
    more = (
        f", and so do {twin.more} more files" if twin.more > 1 else ", and so does one more file" if twin.more else ""
    )
    return f"{twin.where} defines the same domain{more}; each define replaces the one before"
