"""The table of file endings, as a page shows it and as a pattern of pre-commit has it."""

import re

from chanfix.embedded.languages import LANGUAGES
from chanfix.template.endings import ENDINGS, NOT_SEARCHED, Ending


def endings_table() -> str:
    """Return the endings, what a search makes of each, and whether a DOMAIN that ends so is a file."""
    rows = [_row(ending) for ending in ENDINGS]
    return "\n".join(
        ["| ending | template language | a search takes it | as a DOMAIN |", "| --- | --- | --- | --- |", *rows, ""]
    )


def languages_table() -> str:
    """Return the languages of files that are looked into, with what tells each."""
    rows = [
        f"| {language.name} | {_codes(language.endings)} | {_codes(language.names)} | {_codes(language.interpreters)} |"
        for language in LANGUAGES
    ]
    return "\n".join(["| language | endings | names | interpreters |", "| --- | --- | --- | --- |", *rows, ""])


def _codes(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def files_pattern() -> str:
    """Return a regular expression for the ends of the names that a search would take or look into."""
    last = "|".join(re.escape(ending.ending[1:]) for ending in ENDINGS if "*" not in ending.ending)
    others = "|".join(map(re.escape, NOT_SEARCHED))
    return rf"(?i)\.({last}|xml\.(?!({others})$)([^/]*\.(?!({others})$))?[^./]*(?<!~))$"


def _row(ending: Ending) -> str:
    language = ending.language.replace("_", " ") or ("by its text" if ending.is_template else "")
    domain = "a file" if ending.names_file else "a file after `.xml`"
    return f"| `{ending.ending}` | {language} | {ending.search.value} | {domain} |"
