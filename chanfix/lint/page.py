"""The manual page of a rule, made from the rule's own file: what ``explain`` shows and what ``docs/rules`` holds."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from chanfix.lint.rule import Bad, RuleEntry
from chanfix.lint.rules import load, page_of
from chanfix.own_templates import render_text

__all__ = ["index_page", "rule_page"]

HEADINGS = ("What it does", "Why it matters", "Fix", "References")


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    text: str


def rule_page(rule: RuleEntry) -> str:
    """Return a rule's page as Markdown, with its first bad example and what the fix makes of it."""
    title, sections = _split(page_of(rule))
    example = next(example for example in load(rule).examples if isinstance(example, Bad))
    values = {"rule": rule, "title": title, "sections": sections, "example": example}
    return render_text("rule.md.j2", values)


def index_page(rules: tuple[RuleEntry, ...]) -> str:
    """Return the list of all rules as Markdown."""
    return render_text("rules.md.j2", {"rules": rules})


def _split(page: str) -> tuple[str, list[_Section]]:
    title, _, rest = page.replace("``", "`").partition("\n")
    parts = re.split(rf"^({'|'.join(HEADINGS)})\n", rest, flags=re.MULTILINE)[1:]
    return title, [
        _Section(heading, inspect.cleandoc(text).strip()) for heading, text in zip(parts[::2], parts[1::2], strict=True)
    ]
