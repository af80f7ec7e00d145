"""The server: which message of an editor leads to what. It talks over two streams, and keeps to them alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from chanfix import __version__
from chanfix.errors import ChanfixError
from chanfix.lint.judge import Judge
from chanfix.lsp.analysis import Analysis, analyse
from chanfix.lsp.messages import FIX_ALL, Messages

__all__ = ["serve"]

# How long, in seconds, nothing must have been typed before a text is linted.
_PAUSE = 0.2


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
        self._open: set[str] = set()
        self._found: dict[str, Messages] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        # The whole text comes with each change. pygls takes more for the end of a line than the protocol does, and
        # would put a part of a text into the wrong place.
        self.server = LanguageServer("chanfix", __version__, types.TextDocumentSyncKind.Full)
        feature = self.server.feature
        feature(types.TEXT_DOCUMENT_DID_OPEN)(lambda params: self._take_up(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(lambda params: self._publish_soon(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: self._publish(params.text_document.uri, self._judge))
        feature(types.INITIALIZE)(lambda params: self._read_settings(params))
        feature(types.INITIALIZED)(lambda params: self._get_ready())
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(lambda params: self._forget(params.text_document.uri))
        feature(types.TEXT_DOCUMENT_HOVER)(lambda params: self._hover(params))
        marks = types.CompletionOptions(trigger_characters=["<", "/", " ", "'", '"'])
        feature(types.TEXT_DOCUMENT_COMPLETION, marks)(lambda params: self._complete(params))
        kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL])
        feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(lambda params: self._actions(params))

    def _read_settings(self, params: types.InitializeParams) -> None:
        settings = params.initialization_options
        if isinstance(settings, dict) and settings.get("askLibvirt") is True:
            self._asks = True

    def _get_ready(self) -> None:
        """Start the installed libvirt, so that a text that is saved does not wait for it."""
        if not self._asks:
            return
        try:
            judge = self._libvirt()
        except ChanfixError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self.server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
        else:
            self._judge = judge

    def _take_up(self, uri: str) -> None:
        self._open.add(uri)
        self._publish(uri)

    def _publish_soon(self, uri: str) -> None:
        self._stop_waiting(uri)
        self._waiting[uri] = asyncio.get_running_loop().call_later(_PAUSE, self._publish, uri)

    def _publish(self, uri: str, judge: Judge | None = None) -> None:
        """Lint a text, also one that has not changed: its configuration may have."""
        self._stop_waiting(uri)
        document = self._document(uri)
        if document is not None:
            found = self._found[uri] = self._look(uri, document.source, judge)
            self._send(types.PublishDiagnosticsParams(uri, found.diagnostics(), document.version))

    def _forget(self, uri: str) -> None:
        self._stop_waiting(uri)
        self._open.discard(uri)
        self._found.pop(uri, None)
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
        return found.actions(params.range, params.context.only) if found else []

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
        analysis = analyse(text, Path(path) if path else None, self._schema, judge)
        return Messages(uri, analysis, self._encoding)

    @property
    def _encoding(self) -> str:
        return types.PositionEncodingKind(self.server.workspace.position_encoding).value

    def _stop_waiting(self, uri: str) -> None:
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()

    def _send(self, params: types.PublishDiagnosticsParams) -> None:
        self.server.text_document_publish_diagnostics(params)
