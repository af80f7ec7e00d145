"""The server: which message of an editor leads to what. It talks over two streams, and keeps to them alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from chanfix import __version__
from chanfix.errors import ChanfixError, UsageError
from chanfix.escape import for_terminal
from chanfix.lint.judge import Judge
from chanfix.lint.known.rule_names import not_a_rule
from chanfix.lint.page import rule_page
from chanfix.lint.rules import ASKED, RULES, by_name
from chanfix.lsp.analysis import Analysis, analyse, with_hint
from chanfix.lsp.asking import Listener
from chanfix.lsp.messages import FIX_ALL, Messages
from chanfix.lsp.settings import Settings, read_settings

__all__ = ["serve"]

# How long, in seconds, nothing must have been typed before a text is linted. A text that takes long waits for longer,
# so that other messages get their turn: half as long as it took the last time, in seconds of the processor.
_PAUSE = 0.05
_PAUSE_FOR_LONG = 0.5


def serve(
    reading: BinaryIO, writing: BinaryIO, schema: str | None, libvirt: Callable[[], Judge], *, asks: bool
) -> None:
    """Answer a client until it goes away; ``schema`` is libvirt's own of domains, if one was named.

    ``libvirt`` returns the installed libvirt. It is asked about a text that is saved, if ``asks`` is true or the
    editor's settings have ``askLibvirt``: no file that is opened can bring that about.
    """
    _Session(schema, libvirt, asks=asks).server.start_io(reading, writing)


class _Session:
    """The texts that a client has open, and what was found in each."""

    def __init__(self, schema: str | None, libvirt: Callable[[], Judge], *, asks: bool) -> None:
        self._schema = schema
        self._libvirt = libvirt
        self._asks = asks
        self._judge: Judge | None = None
        self._settings = Settings()
        self._problems: list[str] = []
        self._took: dict[str, float] = {}
        self._open: set[str] = set()
        self._found: dict[str, Messages] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        # The whole text comes with each change. pygls takes more for the end of a line than the protocol does, and
        # would put a part of a text into the wrong place.
        self.server = LanguageServer("chanfix", __version__, types.TextDocumentSyncKind.Full)
        feature = self.server.feature
        feature(types.TEXT_DOCUMENT_DID_OPEN)(lambda params: self._take_up(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(lambda params: self._publish_soon(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: self._save(params.text_document.uri))
        feature(types.INITIALIZE)(lambda params: self._read_settings(params))
        feature(types.INITIALIZED)(lambda params: self._get_ready())
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(lambda params: self._forget(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_HOVER)(lambda params: self._hover(params))
        marks = types.CompletionOptions(trigger_characters=["<", "/", " ", "'", '"'])
        feature(types.TEXT_DOCUMENT_COMPLETION, marks)(lambda params: self._complete(params))
        kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True)
        feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(lambda params: self._actions(params))
        feature(types.CODE_ACTION_RESOLVE)(lambda action: self._resolve(action))
        # An editor's own commands are named as these without "lsp": a client may not have two of one name.
        self._offer("askLibvirt", lambda arguments: self._ask(_text_of(arguments)))
        self._offer("explain", lambda arguments: _page(_text_of(arguments)))
        self._offer("rules", lambda arguments: _rules())

    def _offer(self, name: str, command: Callable[[Sequence[object]], object]) -> None:
        # A lambda, since pygls would put itself in front of arguments with annotations.
        self.server.command(f"chanfix.lsp.{name}")(lambda *arguments: self._run(command, arguments))

    def _run(self, command: Callable[[Sequence[object]], object], arguments: Sequence[object]) -> object:
        """Return the answer of a command; None if it cannot be done, which is shown: pygls would log it as a crash."""
        try:
            return command(arguments)
        except ChanfixError as error:
            self._show(types.MessageType.Warning, with_hint(error))
            return None

    def _read_settings(self, params: types.InitializeParams) -> None:
        self._settings, self._problems = read_settings(params.initialization_options)
        self._asks = self._asks or self._settings.asks

    def _get_ready(self) -> None:
        """Start the installed libvirt, so that a text that is saved does not wait for it."""
        for problem in self._problems:
            self._show(types.MessageType.Warning, problem)
        if self._asks:
            try:
                self._judge = self._libvirt()
            except ChanfixError as error:
                self._show(types.MessageType.Warning, with_hint(error))

    def _ask(self, uri: str) -> None:
        """Ask libvirt about a text as it is now, because the user wants that: once, whatever the settings are."""
        if uri not in self._open:
            raise UsageError(f"the text is not open: {uri}")
        self._judge = self._judge or self._libvirt()
        listener = Listener(self._judge)
        self._publish(uri, listener)
        count = sum(finding.rule in ASKED for finding in self._found[uri].analysis.findings)
        kind = types.MessageType.Info if listener.has_answer else types.MessageType.Warning
        self._show(kind, listener.summary(count))

    def _save(self, uri: str) -> None:
        self._publish(uri, self._judge if self._asks else None)

    def _take_up(self, uri: str) -> None:
        self._open.add(uri)
        self._publish(uri)

    def _publish_soon(self, uri: str) -> None:
        self._stop_waiting(uri)
        pause = max(_PAUSE, self._took.get(uri, 0) * _PAUSE_FOR_LONG)
        self._waiting[uri] = asyncio.get_running_loop().call_later(pause, self._publish, uri)

    def _publish(self, uri: str, judge: Judge | None = None) -> None:
        """Lint a text, also one that has not changed: its configuration may have."""
        self._stop_waiting(uri)
        document = self._document(uri)
        if document is not None:
            started = process_time()
            found = self._found[uri] = self._look(uri, document.source, judge)
            self._send(types.PublishDiagnosticsParams(uri, found.diagnostics(), document.version))
            if judge is None:  # what libvirt takes is not what the next key will wait for
                self._took[uri] = process_time() - started

    def _forget(self, uri: str) -> None:
        self._stop_waiting(uri)
        self._open.discard(uri)
        self._found.pop(uri, None)
        self._took.pop(uri, None)
        self._send(types.PublishDiagnosticsParams(uri, []))

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        found = self._current(params.text_document.uri)
        return found.hover(params.position) if found else None

    def _complete(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        document = self._document(params.text_document.uri)
        if document is None:
            return []
        capabilities = self.server.client_capabilities.text_document
        completion = capabilities.completion if capabilities else None
        item = completion.completion_item if completion else None
        # Nothing is linted for it: most texts are not well-formed while somebody writes.
        text = Messages(params.text_document.uri, Analysis(document.source), self._encoding)
        return text.completions(params.position, with_snippets=bool(item and item.snippet_support))

    def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        found = self._current(params.text_document.uri)
        return found.actions(params.range, params.context.only, resolves=self._resolves_edits) if found else []

    @property
    def _resolves_edits(self) -> bool:
        capabilities = self.server.client_capabilities.text_document
        action = capabilities.code_action if capabilities else None
        resolve = action.resolve_support if action else None
        return bool(action and action.data_support and resolve and "edit" in resolve.properties)

    def _resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Return an action with its edit; where there can be none it has none, and the reason is shown."""
        match action.data:
            case [str(uri), *key] if (found := self._current(uri)) is not None:
                try:
                    action.edit = found.suppression(key)
                except ChanfixError as error:
                    self._show(types.MessageType.Warning, with_hint(error))
        return action

    def _current(self, uri: str) -> Messages | None:
        """Return what there is to say of the text as it is now; None of one that is not open."""
        document = self._document(uri)
        if document is None:
            return None
        found = self._found.get(uri)
        if found is None or found.text != document.source:
            found = self._found[uri] = self._look(uri, document.source)
        return found

    def _document(self, uri: str) -> TextDocument | None:
        """Return a text that is open; any other one pygls would read from the disk."""
        return self.server.workspace.get_text_document(uri) if uri in self._open else None

    def _look(self, uri: str, text: str, judge: Judge | None = None) -> Messages:
        path = to_fs_path(uri)
        analysis = analyse(text, Path(path) if path else None, self._schema, judge, self._settings)
        return Messages(uri, analysis, self._encoding)

    @property
    def _encoding(self) -> str:
        return types.PositionEncodingKind(self.server.workspace.position_encoding).value

    def _stop_waiting(self, uri: str) -> None:
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()

    def _send(self, params: types.PublishDiagnosticsParams) -> None:
        self.server.text_document_publish_diagnostics(params)

    def _show(self, kind: types.MessageType, text: str) -> None:
        self.server.window_show_message(types.ShowMessageParams(kind, for_terminal(text)))


def _text_of(arguments: Sequence[object]) -> str:
    """Return the one argument of a command, which is a text. Raises ``UsageError`` if it is not."""
    match arguments:
        case [str(text)]:
            return text
        case _:
            raise UsageError("the command takes one argument, a text")


def _page(name: str) -> str:
    """Return the page of a rule as Markdown. Raises ``UsageError`` if there is no such rule."""
    rule = by_name(name)
    if rule is None:
        raise not_a_rule(name)
    return rule_page(rule)


def _rules() -> list[dict[str, str]]:
    return [{"name": rule.name, "family": rule.family, "summary": rule.summary} for rule in RULES]
