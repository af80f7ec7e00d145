"""Makes text from files, guests and hosts safe to show."""

from __future__ import annotations

import re

__all__ = [
    "for_azure_data",
    "for_azure_property",
    "for_runner",
    "for_sarif_message",
    "for_terminal",
    "for_toml",
    "for_uri",
    "for_workflow_data",
    "for_workflow_property",
]

# C0 and C1 controls, DEL, line and paragraph separators, lone surrogates, and what reorders or hides text (Unicode's
# bidirectional controls, zero-width characters, the byte order mark, tags), and what is no character at all. With these
# gone, XML 1.0 can hold the rest.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)

_COMMAND = r"(\A|[\r\n])(\s*):(?=:)"


def for_terminal(text: str, *, keep: str = "") -> str:
    r"""Return ``text`` with every character that a terminal could act on written out, as ``\x1b`` or ``\u202e``.

    ``keep`` holds characters to leave alone, as ``"\t"``.
    """

    # Nearly every text is of this kind, and then the pattern need not be compiled at all.
    if text.isascii() and text.isprintable():
        return text

    def written_out(match: re.Match[str]) -> str:
        character = match[0]
        return character if character in keep else character.encode("unicode_escape", "surrogatepass").decode("ascii")

    return re.sub(_UNSAFE, written_out, text)


def for_runner(text: str) -> str:
    r"""Return ``text`` with what a CI runner would take for a command in its log written out, as ``\x3a:error::``.

    GitHub's runner passes over white space before ``::``, and finds the old form ``##[`` anywhere in a line. So does
    the agent of Azure Pipelines with ``##vso[`` (``Command.TryParse``).
    """
    return re.sub(_COMMAND, r"\1\2\\x3a", text).replace("##[", r"\x23#[").replace("##vso[", r"\x23#vso[")


def for_workflow_data(text: str) -> str:
    """Return ``text`` as the message of a GitHub workflow command; lines stay lines."""
    return for_terminal(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def for_workflow_property(text: str) -> str:
    """Return ``text`` as the value of a GitHub workflow command's property."""
    return for_workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def for_azure_data(text: str) -> str:
    """Return ``text`` as the message of a logging command of Azure Pipelines; lines stay lines.

    Source: the agent's ``src/Agent.Sdk/CommandStringConvertor.cs``.
    """
    return for_terminal(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def for_azure_property(text: str) -> str:
    """Return ``text`` as the value of a property of such a command."""
    return for_azure_data(text).replace("]", "%5D").replace(";", "%3B")


def for_toml(text: str) -> str:
    """Return ``text`` as a string of TOML in quotes, without a character that a terminal could act on."""
    import json

    # The escapes of JSON are TOML's as well. Lone surrogates, which TOML does not have, are only made harmless.
    quoted = json.dumps(text, ensure_ascii=False)

    def written_out(match: re.Match[str]) -> str:
        number = ord(match[0])
        return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

    return re.sub(_UNSAFE, written_out, quoted)


def for_sarif_message(text: str) -> str:
    """Return ``text`` as a SARIF message, where braces mark placeholders (3.11.5) and ``[…](…)`` is a link (3.11.6).

    A link is broken by a space: viewers do not agree on the backslash that the standard has for it.
    """
    return for_terminal(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def for_uri(path: str) -> str:
    """Return a path as a URI reference; bytes of a file name that are no text keep their value."""
    from urllib.parse import quote

    uri = quote(path.encode("utf-8", "surrogateescape"))
    return f"file://{uri}" if path.startswith("/") else uri
