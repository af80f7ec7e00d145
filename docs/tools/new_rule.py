"""Writes the frame of a new rule, a case for it and its line in the changelog: ``new_rule.py FAMILY NAME``.

What is to be written by hand is marked with TODO, which the contract of the rules does not let pass.
"""

import re
import sys
from pathlib import Path

from rule_index import FOLDER

from chanfix.lint.rule import whole_document
from chanfix.lint.rules import FAMILIES, by_name

PROJECT = Path(__file__).resolve().parent.parent.parent
CASES = Path("tests", "corpus", "bad")
CHANGELOG = Path("CHANGELOG.md")

_NAME = r"[a-z]+(-[a-z0-9]+)*"
_FAULTY = "<disk type='file'/>\n"
_RULE = '''\
"""TODO: the fact in one sentence.

What it does
    TODO: Reports what, and what not.

Why it matters
    TODO: The symptom that an operator sees, with libvirt's or QEMU's own words.

Fix
    TODO: What changes, and how safe that is; or None, and why.

References
    TODO: libvirt's source or page
"""

from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule


class {class_name}(Rule):
    severity = ERROR
    since = "0.2.0"
    examples = (
        Bad("<disk type='TODO'/>\\n", at="TODO: what the finding points at"),
        Good("<disk type='file'/>\\n"),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        if disk.get("type") == "TODO":
            yield self.finding("TODO: the fact, the value, what was expected", At(disk, "type"))
'''


def files_of(family: str, name: str, changelog: str) -> dict[Path, str]:
    """Return the files of a new rule, relative to the project, with their texts; ``changelog`` is as it was."""
    folder = FOLDER.relative_to(PROJECT) / family.replace("-", "_")
    class_name = "".join(word.capitalize() for word in name.split("-"))
    files = {
        folder / f"{name.replace('-', '_')}.py": _RULE.format(class_name=class_name),
        CASES / name / "todo.xml": whole_document(_FAULTY),
        CHANGELOG: _with_line(changelog, f"- The rule `{name}`: TODO.\n"),
    }
    if family not in FAMILIES:
        files[folder / "__init__.py"] = '"""TODO: what the family is about, in one sentence."""\n'
    return files


def _with_line(changelog: str, line: str) -> str:
    """Return the changelog with a line more in what is added since the last release."""
    before, unreleased, after = changelog.partition("## [Unreleased]\n")
    new, release, released = after.partition("\n## [")
    changed, added, rest = new.partition("### Added\n\n")
    new = changed + added + line + rest if added else f"\n### Added\n\n{line}{new}"
    return before + unreleased + new + release + released


def main(family: str, name: str) -> int:
    """Write the files, unless there is such a rule."""
    for word in (family, name):
        if not re.fullmatch(_NAME, word):
            sys.exit(f"'{word}' is no name; expected small letters, and digits, with single hyphens")
    if by_name(name) or name in (family, *FAMILIES):
        sys.exit(f"there is a rule or a family '{name}' already")
    for path, text in files_of(family, name, (PROJECT / CHANGELOG).read_text()).items():
        (PROJECT / path).parent.mkdir(exist_ok=True)
        (PROJECT / path).write_text(text)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
