"""``--ask-libvirt``: the installed libvirt that a command asks, or one sentence why there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chanfix.cli.console import Console
from chanfix.errors import HostError, InputError

if TYPE_CHECKING:
    from chanfix.oracle.judge import InstalledLibvirt
    from chanfix.xml.document import Document

__all__ = ["installed_libvirt", "installed_libvirt_or_error"]


def installed_libvirt() -> InstalledLibvirt:
    """Return the installed libvirt, ready to be asked. Raises ``HostError`` when it cannot be asked."""
    from chanfix.oracle.driver import Driver
    from chanfix.oracle.judge import InstalledLibvirt

    judge = InstalledLibvirt(Driver(os.environ.get("PATH") or os.defpath, _cache_folder()))
    assert judge.asked
    return judge


def installed_libvirt_or_error(console: Console) -> InstalledLibvirt | None:
    """Return the installed libvirt, ready to be asked; None, with the error on standard error, if it cannot be."""
    try:
        judge = installed_libvirt()
    except HostError as error:
        console.error(error)
        return None
    console.detail(f"asking libvirt {judge.asked.libvirt} with QEMU {judge.asked.qemu}")
    return judge


def refuse_what_libvirt_refuses(judge: InstalledLibvirt, name: str, before: Document, data: bytes) -> tuple[str, ...]:
    """Ask about new bytes of a document, and return notes for people: why it was not asked, what was wrong before.

    Raises ``InputError`` with libvirt's words for a fault that the document did not have before.
    """
    # The commands that may ask mostly do not.
    from chanfix.lint.resolve import resolve
    from chanfix.lint.rules import ASKED
    from chanfix.lint.source import Text

    after = before.reread(data)
    judged = judge.judge(Text.of(name, after), [], ASKED)
    if judged.unasked is not None:
        return (f"libvirt was not asked: {judged.unasked.reason}",)
    if not judged.drafts:
        return ()
    known = {draft.message for draft in judge.judge(Text.of(name, before), [], ASKED).drafts}
    for finding in resolve(judged.drafts, after):
        if finding.message not in known:
            raise InputError(
                f"not done, since {finding.message} [{finding.rule}]",
                hint=f"chanfix explain {finding.rule}",
                position=finding.place.start,
            )
    return tuple(f"as before, {draft.message}" for draft in judged.drafts)


def _cache_folder() -> str | None:
    """Return where it is kept what libvirt has asked QEMU, as the XDG base directory specification has it."""
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = configured if configured.startswith("/") else os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "chanfix", "qemu") if base.startswith("/") else None
