"""``chanfix add``."""

from __future__ import annotations

from chanfix.cli.rewriting import rewriting_command
from chanfix.rewrite.add import add

__all__ = ["command"]

_TEXT = """Put the agent channel in place, or repair it.

A channel that is there and right stays as it is, to the byte. A broken one is repaired, with the fixes of the lint
rules. Nothing else of the document changes.
"""

_EPILOG = """\b
Examples:
  chanfix add guest.xml --diff          show what changes, and change it
  chanfix add - < old.xml > new.xml
  chanfix add --check vms/*.xml         for CI: exit 1 if a file would change
  chanfix add --libvirt-version 1.0.5 guest.xml
  chanfix add --ask-libvirt guest.xml   only if the installed libvirt takes the result
  chanfix -c qemu:///system add web     the stored definition; the old one is saved first
"""

command = rewriting_command(
    "add",
    add,
    text=_TEXT,
    epilog=_EPILOG,
    can_ask=True,
    port_help="Add a further port of this name instead of the agent's own.",
)
