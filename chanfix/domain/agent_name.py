"""The names of guest agent ports: what libvirt takes, and what somebody meant who wrote something close to it."""

from __future__ import annotations

import re

from chanfix.xml.holes import Unknown

__all__ = ["AGENT_NAME", "agent_name", "agent_number", "guess_agent_name", "is_templated"]

AGENT_NAME = "org.qemu.guest_agent.0"
_AGENT_NUMBER = re.compile(r"org\.qemu\.guest_agent\.(0|[1-9][0-9]{0,8})")
_WORDS = ("org", "qemu", "guest", "agent")
_MAX_GUESS = 64
# Compiled when a name is to be guessed: most need not be.
_SEPARATORS = r"[\W_]+"
# Words, then perhaps a number: a letter O counts as one, it looks like a zero.
_NUMBERED = r"(?s)(?P<words>.*?)[\W_]*(?P<number>\d{1,9}|o)?[\W_]*"
_TEMPLATE = re.compile(r"\{[{%#]|<%|\$\{|%\w+%|@\w+@")


def agent_name(number: int) -> str:
    """Return the port name of the agent with that number; libvirt itself uses the one with 0 only."""
    return f"org.qemu.guest_agent.{number}"


def agent_number(name: str | None) -> int | None:
    """Return N of a name that is exactly ``org.qemu.guest_agent.N``."""
    match = _AGENT_NUMBER.fullmatch(name or "")
    return int(match[1]) if match else None


def guess_agent_name(name: str | None) -> str | None:
    """Return the agent's name that ``name`` is, or was certainly meant to be; None for any other name.

    Forgiven are blanks around it, case, other separators or none, a missing number, and one wrong letter in each of
    two words. Names of other ports stay what they are, and so does a name that a template fills in.
    """
    stripped = (name or "").strip()
    if agent_number(stripped) is not None:
        return stripped
    if len(stripped) > _MAX_GUESS or is_templated(name):
        return None
    parts = re.fullmatch(_NUMBERED, stripped.casefold())
    if parts is None or not _are_nearly_ours(re.sub(_SEPARATORS, " ", parts["words"]).split()):
        return None
    number = parts["number"]
    return agent_name(int(number) if number and number != "o" else 0)


def is_templated(text: str | None) -> bool:
    """Return True if a value holds a template's construct: what it will be is not known."""
    return isinstance(text, Unknown) or (text is not None and _TEMPLATE.search(text) is not None)


def _are_nearly_ours(words: list[str]) -> bool:
    if "".join(words) == "".join(_WORDS):
        return True
    if len(words) != len(_WORDS) or not all(map(_is_nearly, words, _WORDS)):
        return False
    return sum(word != wanted for word, wanted in zip(words, _WORDS, strict=True)) <= 2


def _is_nearly(word: str, wanted: str) -> bool:
    """Return True if at most one letter is mistaken, added, left out, or swapped with the one behind it."""
    while word and wanted and word[0] == wanted[0]:
        word, wanted = word[1:], wanted[1:]
    swapped = wanted[1::-1] + wanted[2:]
    return word[1:] == wanted[1:] or word[1:] == wanted or word == wanted[1:] or word == swapped
