"""A baseline: the findings that a repository starts with, so that only new ones are reported.

An entry is a file, a rule, and a hash of the source line as a report shows it: without secrets, white space aside. It
outlives lines that move and indentation that changes, and holds no text of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from chanfix import files
from chanfix.errors import ConfigError, InputError
from chanfix.lint.finding import FileReport, Finding
from chanfix.named_tuple import NamedTuple

__all__ = ["Baseline", "Filtered", "dump"]

_VERSION = 1

# File -> rule -> fingerprint -> how many findings are alike.
_Entries = Mapping[str, Mapping[str, Mapping[str, int]]]


class Filtered(NamedTuple):
    """What of one file is new, what the baseline hides, and of which rules there are entries that hide nothing.

    A rule is there as many times as it has such entries.
    """

    kept: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    stale: tuple[str, ...]


class Baseline(NamedTuple):
    """The entries of one baseline file, and the folder that its paths are relative to."""

    folder: str
    entries: _Entries

    @classmethod
    def load(cls, path: str) -> Baseline:
        """Read a baseline. Raises ``ConfigError`` for one that cannot be used."""
        try:
            content = json.loads(files.read(path))
        except InputError as error:
            hint = error.hint or "chanfix lint --write-baseline FILE makes one"
            raise ConfigError(f"{path}: {error.message}", hint=hint) from None
        except (ValueError, RecursionError) as error:
            raise _unusable(path, f"not JSON: {error}") from None
        if not isinstance(content, dict) or "version" not in content:
            raise _unusable(path, "not a baseline of chanfix")
        version = content["version"]
        if version != _VERSION or isinstance(version, bool):
            raise _unusable(path, f"a baseline of version {version!r}; expected {_VERSION}")
        if not _is_entries(content.get("findings")):
            raise _unusable(path, "a baseline whose 'findings' are not of the form {file: {rule: {hash: number}}}")
        return cls(os.path.dirname(path), content["findings"])

    def filter(self, path: str, findings: Iterable[Finding], rules: Collection[str]) -> Filtered:
        """Take known findings out of those of one file; ``rules`` are the names of those that were run.

        Of findings that are alike, as many are hidden as there were. An entry of a rule that was not run is not stale.
        """
        known = {rule: Counter(prints) for rule, prints in self.entries.get(_key(path, self.folder), {}).items()}
        kept, hidden = [], []
        for finding in findings:
            left = known.get(finding.rule, Counter())
            fingerprint = _fingerprint(finding)
            if left[fingerprint] > 0:
                left[fingerprint] -= 1
                hidden.append(finding)
            else:
                kept.append(finding)
        stale = (rule for rule, left in sorted(known.items()) if rule in rules for _ in range(left.total()))
        return Filtered(tuple(kept), tuple(hidden), tuple(stale))


def dump(reports: Iterable[FileReport], folder: str) -> str:
    """Write the findings of a run as the baseline that is to stand in ``folder``."""
    entries: dict[str, dict[str, Counter[str]]] = {}
    for report in reports:
        for finding in report.findings:
            rules = entries.setdefault(_key(report.path, folder), {})
            rules.setdefault(finding.rule, Counter())[_fingerprint(finding)] += 1
    return json.dumps({"version": _VERSION, "findings": entries}, indent=1, sort_keys=True) + "\n"


def _fingerprint(finding: Finding) -> str:
    text = finding.excerpt.text if finding.excerpt else finding.message
    words = " ".join(text.split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _key(path: str, folder: str) -> str:
    return os.path.relpath(path, folder)


def _is_entries(value: object, depth: int = 3) -> bool:
    if depth == 0:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, dict) and all(_is_entries(inner, depth - 1) for inner in value.values())


def _unusable(path: str, what: str) -> ConfigError:
    return ConfigError(f"{path} is {what}", hint="write it again: chanfix lint --write-baseline FILE")
