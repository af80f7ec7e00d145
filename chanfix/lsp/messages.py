"""Findings in the words of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lsprotocol import types

from chanfix.errors import UsageError
from chanfix.escape import for_terminal
from chanfix.links import page_of_rule
from chanfix.lint.finding import Change, Finding, Severity
from chanfix.lint.page import rule_page
from chanfix.lint.rules import by_name
from chanfix.lint.suppress import ITSELF
from chanfix.lsp.analysis import Analysis
from chanfix.lsp.completion import Proposal, known_at, proposals_at
from chanfix.lsp.lines import Lines
from chanfix.xml.cursor import Standing
from chanfix.xml.edit import Safety
from chanfix.xml.place import Place

__all__ = ["FIX_ALL", "Messages"]

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.chanfix"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_COMPLETIONS = {
    Standing.ELEMENT: types.CompletionItemKind.Class,
    Standing.END: types.CompletionItemKind.Class,
    Standing.ATTRIBUTE: types.CompletionItemKind.Property,
}
_NOWHERE = types.Range(types.Position(0, 0), types.Position(0, 0))


class Messages:
    """What there is to say of one analysis, to a client that counts columns in units of ``encoding``."""

    def __init__(self, uri: str, analysis: Analysis, encoding: str) -> None:
        self._uri = uri
        self.analysis = analysis
        self._lines = Lines(analysis.text, encoding)

    @property
    def text(self) -> str:
        """The text that they are about."""
        return self.analysis.text

    def diagnostics(self) -> list[types.Diagnostic]:
        """Return a diagnostic for each finding."""
        found = [self._diagnostic(finding) for finding in self.analysis.findings]
        if self.analysis.error is not None:
            message = for_terminal(self.analysis.error)
            found.append(types.Diagnostic(_NOWHERE, message, severity=types.DiagnosticSeverity.Error, source="chanfix"))
        return found

    def actions(
        self, where: types.Range, kinds: Sequence[str] | None, *, resolves: bool = False
    ) -> list[types.CodeAction]:
        """Return the fixes of what is found there, and the one that makes all: of some kinds only, if any are given.

        To a client that ``resolves`` an action's edit when it is chosen, comments that suppress a finding are offered.
        """
        actions: list[types.CodeAction] = []
        if _is_wanted(types.CodeActionKind.QuickFix.value, kinds):
            actions += self._fixes(where)
            actions += self._suppressions(where) if resolves else ()
        if _is_wanted(FIX_ALL, kinds):
            actions += self._fix_all()
        return actions

    def completions(self, where: types.Position, *, with_snippets: bool) -> list[types.CompletionItem]:
        """Return the words that libvirt knows at a place; with snippets an attribute comes with its quotes."""
        proposals = proposals_at(self.text, self._lines.offset(where.line, where.character))
        return [self._item(proposal, where, with_snippets) for proposal in proposals]

    def _item(self, proposal: Proposal, where: types.Position, with_snippets: bool) -> types.CompletionItem:
        is_snippet = with_snippets and proposal.standing is Standing.ATTRIBUTE
        text = f"{proposal.name}={proposal.quote}$1{proposal.quote}" if is_snippet else proposal.name
        start = types.Position(*self._lines.place(proposal.start))
        return types.CompletionItem(
            proposal.name,
            kind=_COMPLETIONS.get(proposal.standing, types.CompletionItemKind.Value),
            detail=proposal.detail or None,
            insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
            text_edit=types.TextEdit(types.Range(start, where), text),
        )

    def hover(self, where: types.Position) -> types.Hover | None:
        """Return the pages of the rules that found something there, else what libvirt knows of the word there."""
        findings = list(self._findings(types.Range(where, where)))
        rules = [rule for name in dict.fromkeys(finding.rule for finding in findings) if (rule := by_name(name))]
        if not rules:
            return self._known(where)
        text = "\n\n---\n\n".join(rule_page(rule).strip() for rule in rules)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), self._range(findings[0].place))

    def _known(self, where: types.Position) -> types.Hover | None:
        known = known_at(self.text, self._lines.offset(where.line, where.character))
        if known is None:
            return None
        start, end = (types.Position(*self._lines.place(offset)) for offset in (known.start, known.end))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, known.text), types.Range(start, end))

    def _findings(self, where: types.Range) -> Iterator[Finding]:
        for finding in self.analysis.findings:
            place = self._range(finding.place)
            if place.start <= where.end and where.start <= place.end:
                yield finding

    def _fixes(self, where: types.Range) -> Iterator[types.CodeAction]:
        for finding in self._findings(where):
            fix = finding.fix
            if fix is None or fix.safety is Safety.DISPLAY:
                continue
            is_safe = fix.safety is Safety.SAFE
            yield types.CodeAction(
                title=for_terminal(fix.title) + ("" if is_safe else " (unsafe)"),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self._diagnostic(finding)],
                is_preferred=is_safe,
                edit=self._edit([types.TextEdit(self._range(change), change.text) for change in finding.changes]),
            )

    def _suppressions(self, where: types.Range) -> Iterator[types.CodeAction]:
        # Of several findings of one rule the last is the narrowest.
        of_rule = {finding.rule: finding for finding in self._findings(where) if finding.rule != ITSELF}
        for finding in of_rule.values():
            yield types.CodeAction(
                title=f"Suppress {for_terminal(finding.rule)} with a comment",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self._diagnostic(finding)],
                data=[self._uri, *self._key(finding)],
            )

    def suppression(self, key: Sequence[object]) -> types.WorkspaceEdit:
        """Return the edit that an action was offered for; ``key`` is its data without the URI.

        Raises ``ChanfixError`` where there can be none.
        """
        finding = next((one for one in self.analysis.findings if self._key(one) == list(key)), None)
        if finding is None:
            raise UsageError("the text has no such finding any more")
        return self._whole(self.analysis.suppressed(finding))

    def _key(self, finding: Finding) -> list[object]:
        return [finding.rule, finding.place.span.start, finding.place.span.end, finding.message]

    def _fix_all(self) -> Iterator[types.CodeAction]:
        if self._fixed is not None:
            yield types.CodeAction("Make all safe fixes", kind=FIX_ALL, edit=self._whole(self._fixed))

    def _whole(self, text: str) -> types.WorkspaceEdit:
        """Return the edit that makes another text of this one."""
        start, end, new = self._lines.replacement(text)
        place = types.Range(types.Position(*start), types.Position(*end))
        return self._edit([types.TextEdit(place, new)])

    @cached_property
    def _fixed(self) -> str | None:
        # Some editors ask for all actions whenever the cursor moves.
        return self.analysis.fixed()

    def _edit(self, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
        return types.WorkspaceEdit(changes={self._uri: edits})

    def _diagnostic(self, finding: Finding) -> types.Diagnostic:
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(self._uri, self._range(place)), for_terminal(place.label or "related")
            )
            for place in finding.related
        ]
        return types.Diagnostic(
            self._range(finding.place),
            for_terminal(finding.message),
            severity=_SEVERITIES[finding.severity],
            code=finding.rule,
            code_description=types.CodeDescription(url) if (url := page_of_rule(finding.rule)) else None,
            source="chanfix",
            related_information=related or None,
        )

    def _range(self, place: Place | Change) -> types.Range:
        start, end = self._lines.at(place.start), self._lines.at(place.end)
        return types.Range(types.Position(*start), types.Position(*end))


def _is_wanted(kind: str, kinds: Sequence[str] | None) -> bool:
    """Return True if a kind, as ``source.fixAll.chanfix``, or one above it, as ``source``, is asked for."""
    return kinds is None or any(f"{kind}.".startswith(f"{wanted}." if wanted else "") for wanted in kinds)
