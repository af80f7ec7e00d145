"""``chanfix attach-libvirt``."""

from __future__ import annotations

from chanfix.cli.rewriting import rewriting_command
from chanfix.rewrite.rename import attach

__all__ = ["command"]

_TEXT = """Give a detached channel back to libvirt: rename it to org.qemu.guest_agent.0.

Undoes detach-libvirt to the byte.
"""

_EPILOG = """\b
Examples:
  chanfix attach-libvirt guest.xml
  chanfix attach-libvirt --port org.qemu.guest_agent.2 guest.xml
"""

command = rewriting_command(
    "attach-libvirt",
    attach,
    text=_TEXT,
    epilog=_EPILOG,
    port_help="The name that the channel has now [default: the one org.qemu.guest_agent.N there is]",
)
