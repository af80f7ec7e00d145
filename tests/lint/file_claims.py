"""Texts that are files first, and what libvirt does with each."""

DOMAIN = "<domain type='qemu'><name>{name}</name><title>{title}</title><memory>65536</memory><os><type>hvm</type></os>"
LETTERS = "<!DOCTYPE domain [<!ENTITY title 'letters'>]>"
FILE = "<!DOCTYPE domain [<!ENTITY title SYSTEM '{file}'>]>"

# Name of the domain -> its text, the words of the error or the title as it is stored, and an option of define.
TEXTS = {
    "cut": (DOMAIN.format(name="cut", title=""), "Premature end of data in tag domain line 1"),
    "entity": (LETTERS + DOMAIN.format(name="entity", title="&title;") + "</domain>", "<title>letters</title>"),
    "no-source": (
        DOMAIN.format(name="no-source", title="a") + "<devices><input type='evdev'/></devices></domain>",
        "XML document failed to validate against schema",
        "--validate",
    ),
    "external": (FILE + DOMAIN.format(name="external", title="a&title;b") + "</domain>", "<title>ab</title>"),
}
