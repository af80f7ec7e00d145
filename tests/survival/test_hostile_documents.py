"""Documents that would make a parser read other files, ask the network, or take all memory: by every command."""

import gzip
import re

import pytest
from every_command import ON_FILES, name_of

from chanfix.cli import main

DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
CANARY = "a-canary-that-nobody-reads"
BOMB = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
XINCLUDE = "xmlns:xi='http://www.w3.org/2001/XInclude'"


def doctype(inside, use="&x;"):
    return f"<?xml version='1.0'?>\n<!DOCTYPE domain {inside}>\n" + DOMAIN.replace("web", f"web{use}")


HOSTILE = {
    "an external entity (XXE) that is a file": doctype("[<!ENTITY x SYSTEM 'canary.txt'>]"),
    "an external entity (XXE) on the network": doctype("[<!ENTITY x SYSTEM 'http://127.0.0.1:9/x'>]"),
    "an external parameter entity": doctype("[<!ENTITY % x SYSTEM 'canary.txt'> %x;]", ""),
    "an external DTD": doctype("SYSTEM 'canary.txt'", ""),
    "entities in entities (billion laughs)": doctype(f'[<!ENTITY e0 "lol">{BOMB}]', "&e11;"),
    "one long entity, many times (quadratic blow-up)": doctype(f"[<!ENTITY x '{'x' * 50_000}'>]", "&x;" * 50_000),
    "an XInclude": DOMAIN.replace(
        "<name>", f"<metadata {XINCLUDE}><xi:include href='canary.txt' parse='text'/></metadata><name>"
    ),
    "a stylesheet and a schema to fetch": "<?xml-stylesheet href='canary.txt' type='text/xsl'?>\n"
    + DOMAIN.replace(
        "<domain",
        "<domain xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:noNamespaceSchemaLocation='canary.txt'",
    ),
    "a template that reads a file": DOMAIN.replace("web", "{% include 'canary.txt' %}{{ ''.__class__.__mro__ }}"),
}


def survives(what, outcome):
    return pytest.mark.survival("Documents made to harm", what, outcome)


@pytest.fixture(autouse=True)
def canary(folder):
    (folder / "canary.txt").write_text(CANARY)


def give(folder, text):
    (folder / "guest.xml").write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            text, marks=survives(f"{what}, by every command on files", "never read, never grown; a sentence"), id=what
        )
        for what, text in HOSTILE.items()
    ],
)
def test_nothing_outside_of_the_document_is_read(folder, capfd, text, tried):
    for command in ON_FILES:
        give(folder, text)
        status = main([*command, "guest.xml"])
        out, err = capfd.readouterr()
        assert (name_of(command), status in (0, 1, 2, 3)) == (name_of(command), True)
        assert CANARY not in out + err + (folder / "guest.xml").read_text()
        assert len(out + err) < 20 * len(text) + 20_000
        assert "failed:" not in err
        if "<!DOCTYPE" in text:
            assert (status, (folder / "guest.xml").read_text() == text) == (status if "lint" in command else 3, True)
    tried(len(ON_FILES))


@survives("the same under strace, by `lint` and `add`", "no other file is opened, no connection is made")
def test_no_file_is_opened_and_no_connection_made(tracer, folder, tried):
    for work in (["add"], ["lint"]):
        give(folder, DOMAIN)
        tracer.warm_up(folder, "main", *work, "guest.xml")
        for text in HOSTILE.values():
            give(folder, text)
            traced = tracer.run(folder, "main", *work, "guest.xml")
            assert not re.search(r"^\w*(open|stat|access|readlink)\w*\(.*canary", traced.log, re.MULTILINE)
            assert "connect(" not in traced.log
    tried(2 * len(HOSTILE))


@survives(
    "a gzip bomb (32 MB in 32 kB) called `.xml`, by every command on files", "said to be compressed; not unpacked"
)
def test_what_is_compressed_is_not_unpacked(folder, capfd, tried):
    # The time of the compression stands in the file: one of these is half a template.
    bomb = gzip.compress(b" " * 32_000_000, mtime=int.from_bytes(b"$n\1\2", "little"))
    (folder / "guest.xml").write_bytes(bomb)
    for command in ON_FILES:
        assert main([*command, "guest.xml"]) in (0, 1, 3)
        said = "".join(capfd.readouterr())
        assert "gzip" in said or "--statistics" in command or "--write-baseline" in command
    tried(len(ON_FILES))
