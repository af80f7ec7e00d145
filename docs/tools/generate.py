"""Writes the files that are made from the code: index and pages of the rules, tables of docs/commands, the manual page,
the names of rules and targets in the configuration's schema, the usual agent channel of templates/, the endings of
files in docs/files.md and for pre-commit, Debian's targets, and the picture of a finding.

With --check says what is stale instead, and exits 1 for it.
"""

import io
import json
import re
import sys
from contextlib import chdir, redirect_stdout
from pathlib import Path

from click_help import commands
from command_pages import command_text, filled, index_text, new_page
from debian_targets import debian_target
from file_endings import endings_table, files_pattern, languages_table
from man_page import man_page
from rule_index import INDEX, entries, module_text
from terminal_picture import terminal_picture

from chanfix.cli import main as chanfix
from chanfix.domain.agent_name import AGENT_NAME
from chanfix.domain.element import channel_text
from chanfix.domain.targets import target_names
from chanfix.lint.known.rule_names import PROFILES
from chanfix.lint.page import index_page, rule_page

PROJECT = Path(__file__).resolve().parent.parent.parent
RULE_PAGES = PROJECT / "docs" / "rules"
COMMAND_PAGES = PROJECT / "docs" / "commands"
SCHEMA = PROJECT / "schemas" / "config.schema.json"
AGENT = PROJECT / "templates" / "agent.xml"
MAN_PAGE = PROJECT / "man" / "chanfix.1"
FILES_PAGE = PROJECT / "docs" / "files.md"
EMBEDDED_PAGE = PROJECT / "docs" / "embedded.md"
HOOKS = PROJECT / ".pre-commit-hooks.yaml"
FACTS = PROJECT / "schemas" / "libvirts"
TARGETS = PROJECT / "schemas" / "targets"
EXAMPLES = PROJECT / "examples"
PICTURE = PROJECT / "docs" / "finding.svg"


def wanted() -> dict[Path, str]:
    """Return every file that is made, with its text."""
    man = man_page(MAN_PAGE.with_suffix(".1.in").read_text())
    agent = channel_text(AGENT_NAME)
    files = {
        FILES_PAGE: page_with("Which files are looked at", FILES_PAGE, endings_table()),
        EMBEDDED_PAGE: page_with("XML in scripts and documents", EMBEDDED_PAGE, languages_table()),
        HOOKS: hooks(),
        PICTURE: picture(),
    }
    files |= {TARGETS / path.name: debian_target(path) for path in FACTS.glob("*.json")}
    return {SCHEMA: schema(), MAN_PAGE: man, AGENT: agent} | files | rule_files() | command_pages()


def hooks() -> str:
    """Return the hooks for pre-commit with the pattern of the files that they are given."""
    return re.sub(r"(?<=files: &domains ).*", lambda _: files_pattern(), HOOKS.read_text())


def picture() -> str:
    """Return the picture of a terminal in which an example is linted."""
    output = io.StringIO()
    with chdir(EXAMPLES), redirect_stdout(output):
        chanfix(["--color", "always", "lint", "--no-config", "mail.xml"])
    return terminal_picture(
        "chanfix lint mail.xml",
        output.getvalue(),
        title="A finding of chanfix lint",
        description="A terminal: chanfix names the file, the line, the rule and the fault, shows the line with the "
        "wrong name underlined, and says which fix there is.",
    )


def schema() -> str:
    """Return the schema of the configuration with the names of the rules and the targets that there are."""
    content = json.loads(SCHEMA.read_text())
    content["definitions"]["name"]["enum"] = [
        *("all", "default", *PROFILES),
        *dict.fromkeys(rule.family for rule in entries()),
        *(rule.name for rule in entries()),
    ]
    content["definitions"]["target"]["enum"] = target_names()
    return json.dumps(content, indent=2) + "\n"


def rule_files() -> dict[Path, str]:
    """Return the index of the rules, their pages, and the list of these."""
    rules = entries()
    pages = {RULE_PAGES / f"{rule.name}.md": rule_page(rule) for rule in rules}
    return {INDEX: module_text(rules), RULE_PAGES / "index.md": index_page(rules)} | pages


def command_pages() -> dict[Path, str]:
    """Return the pages of the commands, a new one where there is none yet, and their list."""
    pages = {COMMAND_PAGES / "index.md": page_with("Commands", COMMAND_PAGES / "index.md", index_text())}
    for command in commands():
        path = COMMAND_PAGES / f"{command.name}.md"
        pages[path] = page_with(f"chanfix {command.name}", path, command_text(command))
    return pages


def page_with(title: str, path: Path, text: str) -> str:
    """Return a page as it is, but for the part that is made."""
    try:
        return filled(path.read_text() if path.exists() else new_page(title), text)
    except ValueError as error:
        sys.exit(f"{path.relative_to(PROJECT)}: {error}")


def stale(files: dict[Path, str]) -> list[Path]:
    """Return the files that are missing, left over, or not what the code says."""
    pages = [*RULE_PAGES.glob("*.md"), *COMMAND_PAGES.glob("*.md")]
    made = (
        INDEX,
        SCHEMA,
        MAN_PAGE,
        AGENT,
        FILES_PAGE,
        EMBEDDED_PAGE,
        HOOKS,
        PICTURE,
        *pages,
        *TARGETS.glob("debian-*.json"),
    )
    there = {path: path.read_text() for path in made if path.exists()}
    return sorted(path for path in files.keys() | there.keys() if files.get(path) != there.get(path))


def main() -> int:
    """Write what is stale, or tell of it."""
    files = wanted()
    paths = stale(files)
    if "--check" in sys.argv[1:]:
        for path in paths:
            print(f"{path.relative_to(PROJECT)} is stale: run scripts/docs")
        return int(bool(paths))
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        if path in files:
            path.write_text(files[path])
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
