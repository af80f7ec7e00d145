"""Names and values that would speak to a terminal, a CI runner, a browser or a shell: by every command and format."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from dangerous import is_dangerous
from every_command import ON_CONNECTIONS, ON_FILES, name_of
from lxml import html

from chanfix.cli import main

# What XML 1.0 can hold: no ESC, but its one-byte form.
NAME = "\x9b31m\u202e\u2066::error::owned]]><script>alert(1)<b>&\"'{{7*7}}"
FILE = "\x1b]0;owned\x07\u202e::error::x\n::warning::y<script>.xml"


def survives(what, outcome):
    return pytest.mark.survival("Names and texts made to harm", what, outcome)


def domain(kind, port="org.qemu.guest_agent.0", name=NAME, uuid="6695eb01-f6a4-8304-79aa-97f2502e193f"):
    named, ported = (escape(text, {"'": "&apos;"}) for text in (name, port))
    return f"""\
<domain type='{kind}'>
  <name>{named}</name>
  <uuid>{uuid}</uuid>
  <memory>65536</memory>
  <os><type>hvm</type></os>
  <devices>
    <channel type='pty'><source path='/dev/{named.replace("/", "")}'/><target type='virtio' name='{ported}'/></channel>
    <channel type='unix'><target type='virtio' name='{named}'/></channel>
  </devices>
</domain>
"""


@pytest.fixture
def uri(uri_of):
    return uri_of(domain("test"))


def harmful_in(text, command):
    """Return what a terminal or a CI runner would act on."""
    harmful = {ascii(each) for each in text if is_dangerous(each)} - {ascii("\n"), ascii("\t"), ascii("\r")}
    lines = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    if "github" in command:
        lines = [
            line for line in lines if not line.startswith(("::error file=", "::error ", "::notice ", "::warning "))
        ]
    return harmful, lines


@survives(
    "ESC, C1, bidirectional controls and `::error::` in a file's name and in values, by every command on files",
    "written out; no line is a command",
)
@pytest.mark.parametrize("options", [[], ["--debug", "-v"]], ids=["plain", "debug"])
def test_no_file_speaks_to_a_terminal_or_a_runner(folder, capfd, options, tried):
    for command in ON_FILES:
        for text in (domain("kvm"), "<domain", domain("kvm").replace("</devices>", "")):
            Path(FILE).write_text(text)
            main([*command, *options, FILE])
            said = "".join(capfd.readouterr())
            assert (name_of(command), harmful_in(said, command)) == (name_of(command), (set(), []))
    tried(3 * len(ON_FILES))


@survives(
    "the same in a domain's name and values, by every command on a connection", "written out; no line is a command"
)
@pytest.mark.parametrize("options", [[], ["--debug", "-v"]], ids=["plain", "debug"])
def test_no_domain_speaks_to_a_terminal_or_a_runner(uri, capfd, options, tried):
    for command in ON_CONNECTIONS:
        main([*command, *options, "-c", uri, *(["--", NAME] if command[0] != "audit" else [])])
        said = "".join(capfd.readouterr())
        assert (name_of(command), harmful_in(said, command)) == (name_of(command), (set(), []))
        assert "owned" in said or command == ["guest-config"]
    tried(len(ON_CONNECTIONS))


@survives("markup in a domain's name and values, in the HTML page of `audit`", "text, and no element")
def test_no_name_is_markup_on_the_page(uri, capfd):
    main(["audit", "--output-format", "html", "-c", uri])
    page = html.document_fromstring(capfd.readouterr().out)
    assert "alert(1)" in page.text_content()
    assert [script for script in page.iter("script") if "alert" in (script.text or "")] == []
    assert list(page.iter("b")) == []
    assert [name for element in page.iter() for name in element.attrib if name.startswith("on")] == []


@survives("names that are shell code, as the port in `guest-config`", "refused")
@pytest.mark.parametrize(
    "port", ["a$(id)", "a`id`", "a;id", "a'b", 'a"b', "a|id", "a\\b", "a%h", "a&b", "a>b", "../../a"]
)
def test_no_name_gets_into_a_script(folder, capfd, port):
    Path("guest.xml").write_text(domain("kvm", port))
    for mode in ([], ["--script"], ["--cloud-init"], ["--os", "windows"]):
        assert main(["guest-config", *mode, "--port", port]) == 2
    assert capfd.readouterr().out == ""
