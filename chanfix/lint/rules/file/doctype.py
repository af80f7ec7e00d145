"""The file has a DOCTYPE.

What it does
    Reports a document type declaration, and reads nothing behind it.

Why it matters
    A DOCTYPE can declare entities: text that stands where no byte of it is written, that grows to gigabytes, or that is
    another file's. libvirt puts the text of the first kind in and drops the last without a word, so what gets defined
    is not what the file seems to say, and neither a place nor a fix could be trusted. Domain XML has no use for one and
    libvirt writes none. No other rule can be asked about such a file, and no comment in it turns this off;
    ``per-file-ignores`` can.

Fix
    None: remove the declaration, and write out what its entities stood for.

References
    https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing
"""

from chanfix.lint.rule import ERROR, Bad, Good, Rule


class Doctype(Rule):
    severity = ERROR
    examples = (
        Bad(
            """\
<?xml version='1.0'?>
<!DOCTYPE domain [<!ENTITY secret SYSTEM 'file:///etc/hostname'>]>
<domain type='kvm'>
  <name>&secret;</name>
</domain>
""",
            at="<!DOCTYPE",
        ),
        Good(
            """\
<?xml version='1.0'?>
<domain type='kvm'>
  <name>web</name>
</domain>
"""
        ),
    )
