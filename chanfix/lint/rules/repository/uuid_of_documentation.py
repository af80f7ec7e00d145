"""A domain has a UUID that documentation shows as an example.

What it does
    Reports a domain with one of the UUIDs in the examples of libvirt's own pages.

Why it matters
    A UUID is to be one of its kind. Everybody who copied the example has it too, and one host takes only one of the
    two: ``domain 'web' is already defined with uuid ...``. A define of the second under the same name replaces the
    first.

Fix
    Removes it, for libvirt to make one up at define. Unsafe: a domain that is defined by this file already becomes
    another one, which libvirt refuses while the first has that name.

References
    https://libvirt.org/formatdomain.html#general-metadata; https://libvirt.org/drvqemu.html#example-domain-xml-config
"""

from chanfix.domain.path.sockets import bare
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule, unsafe
from chanfix.xml.edit import remove_element

# Each with the page that shows it.
_PAGES = {
    "4dea22b31d52d8f32516782e98ab3fa0": "formatdomain.html",
    "3e3fce454f534fa7bb3211f34168b82b": "formatdomain.html",
    "c7a5fdbdedaf9455926ad65c16db1809": "drvqemu.html",
}


class UuidOfDocumentation(Rule):
    severity = WARNING
    since = "0.2.0"
    only_if_text_has = (b"uuid",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>
  <devices/>
</domain>
""",
            at="4dea22b3-1d52-d8f3-2516-782e98ab3fa0",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
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
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        node, page = domain.node.child("uuid"), _PAGES.get(bare(domain.uuid or ""))
        if node is not None and page is not None:
            yield self.finding(
                f"this UUID is the example of libvirt's {page}; other domains have it too",
                At(node, part=Part.TEXT),
                fix=unsafe("Remove the UUID, so that libvirt makes one up", remove_element(node)),
            )
