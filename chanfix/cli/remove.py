"""``chanfix remove``."""

from __future__ import annotations

from chanfix.cli.rewriting import rewriting_command
from chanfix.rewrite.remove import remove

__all__ = ["command"]

_TEXT = """Take the agent channel out.

Nothing else changes: the virtio-serial controller that carried it stays.
"""

_EPILOG = """\b
Examples:
  chanfix remove guest.xml --diff
  chanfix remove web --port org.qemu.guest_agent.1   a detached one
"""

command = rewriting_command(
    "remove",
    remove,
    text=_TEXT,
    epilog=_EPILOG,
    port_help="The channel's name [default: org.qemu.guest_agent.0]",
    takes_path=False,
)
