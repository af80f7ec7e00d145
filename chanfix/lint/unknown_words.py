"""Words that somebody was to replace: ``VM_MEM``, ``CHANGEME``, ``YOUR-UUID-HERE``, ``xx:xx:xx:xx:xx:xx``.

Nothing in their form tells them from text, so they count only where a rule calls the value an error; so do placeholders
in a template of another language. One finding stands for all these errors of a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chanfix.lint.rule import Draft, Part
from chanfix.xml.document import Document

__all__ = ["RULE", "at_most_one", "draft_of", "is_unknown_word"]

RULE = "template-not-lintable"
_LONGEST = 80
# Compiled when a rule has something to say of a value.
_WORD = r"""(?x)
    [A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+
  | (?:VM|DOMAIN|GUEST|HOST|NODE)?(?:NAME|UUID|MEM|MEMORY|RAM|V?CPUS?|CORES|PORT|MAC|SIZE|INDEX|SLOT|ID|NUMBER|NUM
    |COUNT|VALUE|PATH|TYPE|MODE|MACHINE|ARCH)
  | (?i:(?:change|replace|fill|edit)[ _-]?(?:me|this|in) | todo | fixme | tbd | placeholder)
  | (?i:(?:your|insert|enter|replace|change)[ _-][\w -]+ | [\w -]+[ _-]here)
  | (?:[0-9a-fA-F]{2}:)*[xX]{2}(?::[xX]{2})+
  | [xX]{3,}(?:-[xX]{3,})*
  | (?:[0-9a-fA-F]{2}:)*0?[xX]?\?{1,2}(?::\?{1,2})* | \.{3}
  | 0x[A-Z0-9_]*[G-Z][A-Z0-9_]*
  | \$\w+ | \$?\{[\w.]+\} | \[[\w -]+\] | <[\w -]+> | __\w+__ | [%#@~]\w+[%#@~]
"""


def is_unknown_word(draft: Draft) -> bool:
    """Return True if a finding is about a value that is such a word."""
    at = draft.at
    if at.node is None or (at.attribute is None and at.part is not Part.TEXT):
        return False
    value = at.node.text if at.attribute is None else at.node.get(at.attribute)
    return value is not None and len(value) <= _LONGEST and re.fullmatch(_WORD, value.strip()) is not None


def draft_of(document: Document, drafts: Sequence[Draft]) -> Draft:
    """Return the one finding in the place of those, which are about such words."""
    at = min((draft.at for draft in drafts), key=lambda at: at.span)
    if at.attribute is not None:
        at = at._replace(part=Part.VALUE)
    word = document.text(at.span).strip()
    message = f"'{word}' looks like a word that is to be replaced; nothing is said about such values"
    return Draft(message, at)


def at_most_one(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts about a file's domains with the first of those that stand for such words."""
    found = [draft for draft in drafts if draft.rule == RULE]
    return [draft for draft in drafts if draft.rule != RULE or draft is found[0]]
