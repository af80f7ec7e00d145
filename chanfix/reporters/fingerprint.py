"""What makes a finding the same one in the next run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chanfix.lint.finding import FileReport, Finding, Report

__all__ = ["findings_with_fingerprints", "fingerprint", "repository_path"]


def repository_path(path: str) -> str:
    """Return a path as services know it: without the ``./`` that some like to type."""
    return path.removeprefix("./")


def fingerprint(*parts: str) -> str:
    """Return a hash that stands for these texts in this order."""
    from hashlib import sha256

    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def findings_with_fingerprints(report: Report) -> Iterator[tuple[FileReport, Finding, str]]:
    """Yield each finding with its file and a fingerprint that no other finding of the report has.

    It is made of rule, path, the text of the line without its white space, and how often these three came before:
    it stays when lines move or their indentation changes.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for file in report.files:
        for finding in file.findings:
            line = finding.excerpt.text if finding.excerpt else finding.message
            identity = (finding.rule, repository_path(file.path), "".join(line.split()))
            yield file, finding, fingerprint(*identity, str(seen[identity]))
            seen[identity] += 1
