"""``chanfix detach-libvirt``."""

from __future__ import annotations

from chanfix.cli.rewriting import rewriting_command
from chanfix.rewrite.rename import detach

__all__ = ["command"]

_TEXT = """Rename the agent channel, so that libvirt leaves it alone and your own client can use it.

The name changes and nothing else. Says what libvirt can no longer do, and what to set in the guest.
"""

_EPILOG = """\b
Examples:
  chanfix detach-libvirt guest.xml
  chanfix detach-libvirt web --path /var/lib/libvirt/qemu/web.agent   a socket path that stays
  chanfix attach-libvirt web                                          the way back
"""

command = rewriting_command(
    "detach-libvirt",
    detach,
    text=_TEXT,
    epilog=_EPILOG,
    port_help="The new name [default: org.qemu.guest_agent.1]",
)
