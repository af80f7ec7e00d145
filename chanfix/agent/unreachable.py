"""Why an agent's socket cannot be reached, in words."""

from __future__ import annotations

import errno
import os
import stat

from chanfix.errors import AgentError

__all__ = ["unreachable"]


def unreachable(path: str, shown: str, error: OSError | UnicodeError) -> AgentError:
    """Return the error of an agent that cannot be reached. ``shown`` is the path as it is safe to print.

    The file at the path is looked at only to choose the words.
    """
    number = error.errno if isinstance(error, OSError) else None
    why, hint = f"cannot connect to {shown}: {error.strerror if isinstance(error, OSError) else error}", None
    if number in (errno.ENOENT, errno.ENOTDIR):
        why = f"there is no socket {shown}"
        hint = "start the domain; libvirt makes a new path at each start unless its definition has one"
    elif number in (errno.EACCES, errno.EPERM):
        why, hint = f"no permission to open {shown}", "run this as root or as the user that QEMU runs as"
    elif number is None or number == errno.ENAMETOOLONG:
        why, hint = f"{shown} is too long for the path of a socket", "107 bytes is the most that Linux takes"
    elif number in (errno.ECONNREFUSED, errno.EPROTOTYPE) and not _is_socket(path):
        why, hint = f"{shown} is not a socket", "take the path of the channel's <source> in the running domain"
    elif number in (errno.EMFILE, errno.ENFILE):
        hint = "ask fewer agents at once, or raise the limit: ulimit -n"
    elif number == errno.ECONNREFUSED:
        why, hint = f"nobody listens on {shown}", "start the domain; the channel's <source> must have mode='bind'"
    return AgentError(why, hint=hint, kind="unreachable")


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False
