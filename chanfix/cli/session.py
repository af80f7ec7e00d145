"""One run of a command: its settings, its console, and its connection to libvirt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chanfix.cli.console import Console
from chanfix.cli.settings import Settings
from chanfix.errors import HostError

if TYPE_CHECKING:
    from chanfix.domain.versions import Version
    from chanfix.host.host import DomainRef, Host

__all__ = ["Connection", "Session"]


class Session:
    """The settings, the console and the connection of a command; the end of the ``with`` closes the connection."""

    def __init__(self, settings: Settings, *, readonly: bool = True, results_on_stderr: bool = False) -> None:
        self.settings = settings
        self.console = Console(settings, results_on_stderr=results_on_stderr)
        self.connection = Connection(settings, readonly=readonly)

    @property
    def host(self) -> Host:
        """The host at the other end of the connection."""
        return self.connection.host

    def version_for(self, usual: Version) -> Version:
        """Return the version of libvirt that the user gave, or else the usual one."""
        return self.settings.libvirt_version or usual

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        self.connection.__exit__(kind, *exception)


class Connection:
    """The libvirt connection of a command, opened when the first domain on it is used."""

    def __init__(self, settings: Settings, *, readonly: bool) -> None:
        self._settings = settings
        self._readonly = readonly
        self._host: Host | None = None
        self._failure: HostError | None = None

    @property
    def host(self) -> Host:
        """The host at the other end. If it cannot be reached, it is tried once only, however many domains there are."""
        if self._failure is not None:
            raise _copied(self._failure)  # the caller may change the hint
        if self._host is None:
            try:
                self._host = self.another()
            except HostError as error:
                self._failure = _copied(error)
                raise
        return self._host

    def find(self, name: str, *, of_file: str = "a file of that name is here; use --file if you mean it") -> DomainRef:
        """Return the domain of a name. ``of_file`` is the hint of the error if a file has that name."""
        try:
            return self.host.find(name)
        except HostError as error:
            if os.path.lexists(name):
                error.hint = of_file
            raise

    def another(self) -> Host:
        """Open one more connection to the same host; the caller closes it."""
        from chanfix.host.libvirt.connection import connect

        return connect(self._settings.connect, readonly=self._readonly, timeout=self._settings.timeout)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        # An interrupted command must not wait for a libvirt that hangs.
        if self._host is not None and kind is not KeyboardInterrupt:
            self._host.close()


def _copied(error: HostError) -> HostError:
    # Most runs meet no such error.
    from copy import copy

    return copy(error)
