"""What several libvirts said to the cases of the claims and to the bad examples of the rules: the columns of the page.

``scripts/libvirts says`` asks them and writes ``tests/lint/answers``, a file for each. ``docs/libvirt-says.md`` is made
of these. A record has the digest of its question, so that an answer to an older question is noticed.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from libvirt_says import CASES, SILENT, Said
from version_claims import CHANGES

from chanfix.domain import versions
from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Bad, whole_document
from chanfix.lint.rules import RULES, load

ANSWERS = Path(__file__).parent / "answers"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "libvirt-says.md"
SAME = "same"
NOT_ASKED = "?"
LONGEST = 100
STARTS = "starts it"
DONE = {"define": "defines it", "define --validate": "defines it", "start": STARTS, "agent call": "answers"}
# What differs from one run to the next.
NOISE = re.compile(
    r"(?m)^("
    r"\d{4}-\d\d-\d\d[ T][\d:.]+(Z|\+\d+)?:? *"
    r"|(QEMU|qemu|process) [^:]*(closed the monitor|connecting to monitor)[^:]*: "
    r"|(internal error|unsupported configuration|XML error|operation failed|[a-z]* argument): "
    r"|\(domain_definition\):\d+: "
    r")+|(?<= fd )\d+$"
)
NEEDED = {
    "os": "<os><type>hvm</type></os>",
    "memory": "<memory unit='MiB'>64</memory>",
    "name": "<name>web</name>",
}


@dataclass(frozen=True)
class Question:
    """A case of a claim, or a bad example of a rule of level error, which has no words to be held against."""

    name: str
    rule: str
    said: Said

    @property
    def is_example(self) -> bool:
        return self.said.words == ""

    @cached_property
    def asked(self) -> dict[str, str | bool]:
        """What is handed to libvirt: examples leave out what any domain needs."""
        text = self.said.text
        for tag, part in NEEDED.items():
            if self.is_example and f"<{tag}" not in text:
                text = re.sub(r"(<domain\b[^>]*[^/])>", rf"\1>{part}", text, count=1)
        is_refusal = not self.is_example and not self.said.words.startswith("nothing")
        return {"text": text, "step": self.said.step, "is_refusal": is_refusal}

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps([self.asked, self.said.words]).encode()).hexdigest()[:8]

    def cell(self, answer) -> str:
        """Return what stands in a column: ``same``, or what this libvirt does in another way."""
        if self.is_example:
            return quoted(answer["said"]) if answer["step"] else DONE["define"]
        if self._holds(answer):
            return SAME
        if answer["step"] == "start" and self.said.step == "define":
            return "defines it, does not start it"  # in words that may be of this machine
        if answer["step"] is not None:
            return f"{answer['step']}: {quoted(answer['said'])}"
        if self.said.words.startswith("nothing"):
            return "stores it otherwise" if self._quoted else "keeps the path"
        return STARTS if self.said.step == "define" else DONE[self.said.step]

    @property
    def _quoted(self) -> list[str]:
        return re.findall(r"`([^`]*)`", self.said.words)

    def _holds(self, answer) -> bool:
        if not self.said.words.startswith("nothing"):
            # "*" stands for what belongs to the case, as in a rule's refusals.
            words = re.escape(self._quoted[0]).replace(r"\*", ".*")
            return answer["step"] == self.said.step.partition(" --")[0] and bool(re.search(words, answer["said"]))
        if answer["step"] is not None:
            return False
        if not self._quoted:
            return "path='" not in answer["stored"].partition("<channel")[2]
        there, gone = ([], self._quoted) if "drops" in self.said.words else (self._quoted[:1], self._quoted[1:])
        stored = answer["stored"]
        return all(text in stored for text in there) and not any(text in stored for text in gone)


def quoted(said: str) -> str:
    """Return the sentence of an error that tells most, without what changes from run to run."""
    lines = [line.strip() for line in NOISE.sub("", said).splitlines() if re.search("[a-z]", line)]
    # What QEMU says is behind what libvirt makes of it; below what is wrong with a file is the line of the file.
    line = lines[-1 if "qemu-system" in said else 0].replace("`", "'").replace("|", "/")
    return f"`{line if len(line) <= LONGEST else '…' + line[-LONGEST:]}`"


def questions() -> list[Question]:
    """Return all questions, in the order of the page."""
    numbers: dict[str, int] = {}
    found = []
    for rule, said in CASES:
        numbers[rule] = numbers.get(rule, 0) + 1
        found.append(Question(f"{rule} {numbers[rule]}", rule, said))
    for rule in RULES:
        if rule.severity is Severity.ERROR:
            bad = (example for example in load(rule).examples if isinstance(example, Bad))
            found += (
                Question(f"{rule.name} example {number}", rule.name, Said(whole_document(one.xml), "define", ""))
                for number, one in enumerate(bad, 1)
            )
    return found + [Question(f"change {name}", "", said) for name, said in CHANGES.items()]


def holds_in(name: str) -> dict[Version, bool]:
    """Return for each version on record whether a change holds in it."""
    answers = {version: text["answers"].get(f"change {name}") for version, text in recorded().items()}
    return {version: answer is not None and answer["says"] == SAME for version, answer in answers.items()}


def recorded() -> dict[Version, dict]:
    """Return what is on record, by the version of libvirt."""
    texts = [json.loads(path.read_text()) for path in ANSWERS.glob("*.json")]
    by_version = {Version.parse(text["libvirt"]): text for text in texts}
    return dict(sorted(by_version.items()))


def series(qemu: str) -> str:
    """Return the first two numbers of QEMU's version: Debian's updates of one release change the third."""
    return ".".join(qemu.split(".")[:2])


def record(said: dict) -> None:
    """Write the answers of a libvirt; what it was not asked stays as it was said before."""
    path = ANSWERS / f"libvirt-{said['libvirt']}.json"
    before = json.loads(path.read_text())["answers"] if path.exists() else {}
    answers = {}
    for question, answer in zip(questions(), said["answers"], strict=True):
        if "skipped" in answer:
            old = before.get(question.name)
            known = old is not None and old["of"] == question.digest
            answers[question.name] = old if known else {"of": question.digest, "says": NOT_ASKED}
        else:
            answers[question.name] = {"of": question.digest, "says": question.cell(answer)}
    ANSWERS.mkdir(exist_ok=True)
    whole = {"libvirt": said["libvirt"], "qemu": series(said["qemu"]), "answers": answers}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


def page() -> str:
    """Return the page, made of what is on record."""
    columns = recorded()
    asked = questions()

    def cells(question):
        return [answers["answers"].get(question.name, {"says": NOT_ASKED})["says"] for answers in columns.values()]

    def row(rule, *rest):
        return "| " + " | ".join((f"[{rule}](rules/{rule}.md)", *rest)) + " |"

    cases = [question for question in asked if question.rule and not question.is_example]
    rows = [row(case.rule, case.said.step, case.said.words, *cells(case)) for case in cases]
    rows += [row(rule, "never", f"nothing: {reason}", *("-" for _ in columns)) for rule, reason in SILENT.items()]
    refused = [question for question in asked if question.is_example and {*cells(question)} != {DONE["define"]}]
    examples = [row(one.rule, one.name.rpartition(" ")[2], *cells(one)) for one in refused]
    head = " | ".join(f"{version}" for version in columns)
    lines = "--- | " * len(columns)
    asked_of = "\n".join(f"- libvirt {text['libvirt']} with QEMU {text['qemu']}" for text in columns.values())
    return PAGE_TEXT.format(
        asked_of=asked_of,
        head=f"| rule | at | libvirt or QEMU says | {head} |\n| --- | --- | --- | {lines}".rstrip(),
        rows="\n".join(dict.fromkeys(rows)),
        example_head=f"| rule | example | {head} |\n| --- | --- | {lines}".rstrip(),
        examples="\n".join(examples),
        change_head=f"| since | what changed | {head} |\n| --- | --- | {lines}".rstrip(),
        changes="\n".join(_changes()),
    )


def _changes() -> Iterator[str]:
    """Yield the rows of what changed."""
    known = vars(versions)
    for name in sorted(
        (name for name in known if isinstance(known[name], versions.VersionChange)), key=lambda name: known[name].since
    ):
        change = known[name]
        held = holds_in(name) if name in CHANGES else dict.fromkeys(recorded())
        cells = ("read" if is_so is None else "yes" if is_so else "no" for is_so in held.values())
        yield "| " + " | ".join((str(change.since), change.summary.replace("|", "\\|"), *cells)) + " |"


PAGE_TEXT = """\
# What libvirt says

What libvirt and QEMU do with what a rule reports: when, and in which words. The words are those of libvirt 9.0.0 and
QEMU 7.2; each line is run by the tests, on libvirt's own QEMU driver. "agent call" is the answer to anything that
libvirt would ask the agent of a running domain. A rule that is not here reports what works today and is a trap, or what
a person should know.

These were asked, and each has a column: "same" for these words at this step, else what this version does.

{asked_of}

{head}
{rows}

## Examples

Below are the bad examples of rules of level error that a version of libvirt refuses to define. The others are defined,
and go wrong later.

{example_head}
{examples}

## Changes

What chanfix knows of what changed, the first version that has it, and whether a libvirt that was asked has it: "read"
where none could show it.

{change_head}
{changes}
"""
