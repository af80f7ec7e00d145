"""The virtio-serial ports that a domain gives to QEMU itself, on the command line of ``<qemu:commandline>``.

QEMU's own reading of ``-device`` is followed (``qemu-options.hx``, ``util/qemu-option.c``). What ``-set``, ``-global``
and ``-readconfig`` make of a device is not read: such a port is not found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from chanfix.domain.agent_name import is_templated
from chanfix.named_tuple import NamedTuple
from chanfix.secrets import mask_options
from chanfix.xml.document import Node

__all__ = ["QEMU_NAMESPACE", "CommandlinePort", "read_ports"]

# Of what libvirt hands to QEMU unread: its command line (``src/conf/schemas/domain.rng``).
QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
_QEMU = f"{{{QEMU_NAMESPACE}}}"
# A console of QEMU's is a port with a name as well, when one is written.
_PORTS = ("virtserialport", "virtconsole")
_SHOWN = 200
# QEMU's JSON has strings in single quotes too. One without an end goes to the end of the text, so that no byte is read
# more than once.
_STRINGS = r"""(?s)"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)|'([^'\\]*+(?:\\.?[^'\\]*+)*+)(?:'|\Z)"""


class CommandlinePort(NamedTuple):
    """A port with a name that QEMU's command line adds.

    ``argument`` is the ``<qemu:arg>`` that holds the device. ``arguments`` are all that make the port, in the order of
    the text: the options before, and the character device ``chardev`` where nothing else on the command line uses it.
    """

    name: str
    argument: Node
    arguments: tuple[Node, ...]
    chardev: str | None

    @property
    def written(self) -> str:
        """The arguments as words of a command line, without secrets; of a very long one the beginning."""
        words = (mask_options(argument.get("value") or "") for argument in self.arguments)
        return " ".join(word if len(word) <= _SHOWN else f"{word[:_SHOWN]}..." for word in words)


class _Option(NamedTuple):
    """An option that QEMU reads: the numbers of its arguments, and what it says as keys and values."""

    numbers: tuple[int, ...]
    keys: dict[str, str]


def read_ports(domain: Node) -> tuple[CommandlinePort, ...]:
    """Return the ports with a name that the command line of a ``<domain>`` adds."""
    arguments = [
        argument
        for commandline in domain.children(f"{_QEMU}commandline")
        for argument in commandline.children(f"{_QEMU}arg")
    ]
    values = [argument.get("value") or "" for argument in arguments]
    if not any(driver in value for value in values for driver in _PORTS):
        return ()
    devices = [option for option in _options(values, "device") if option.keys.get("driver") in _PORTS]
    chardevs = {option.keys.get("id"): option for option in _options(values, "chardev")}
    users = Counter(_read(value).get("chardev") for value in values if "chardev" in value)
    ports = []
    for numbers, keys in devices:
        name, chardev = keys.get("name"), keys.get("chardev")
        # What a template fills in, or what no text of a domain can hold, is equal to nothing.
        if not name or is_templated(name) or not name.isprintable():
            continue
        own = chardevs.get(chardev) if chardev is not None and users[chardev] == 1 else None
        together = sorted((*own.numbers, *numbers) if own else numbers)
        ports.append(CommandlinePort(name, arguments[numbers[-1]], tuple(arguments[at] for at in together), chardev))
    return tuple(ports)


def _options(values: list[str], name: str) -> Iterator[_Option]:
    """Yield the options of a name, each with its value in the next argument, or behind a blank in the same one."""
    before = ""
    for number, value in enumerate(values):
        word, _, rest = value.partition(" ")
        if word in (f"-{name}", f"--{name}") and rest:
            yield _Option((number,), _read(rest.strip()))
        elif before in (f"-{name}", f"--{name}"):
            yield _Option((number - 1, number), _read(value))
        before = value


def _read(value: str) -> dict[str, str]:
    return _read_json(value) if value.startswith("{") else _read_words(value)


def _read_json(value: str) -> dict[str, str]:
    import json

    try:
        device = json.loads(re.sub(_STRINGS, _in_double_quotes, value))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(device, dict):
        return {}
    return {key: text for key, text in device.items() if isinstance(text, str)}


def _in_double_quotes(string: re.Match[str]) -> str:
    inner = string[1]
    return string[0] if inner is None else '"' + inner.replace("\\'", "'").replace('"', '\\"') + '"'


def _read_words(value: str) -> dict[str, str]:
    """Read ``driver,key=value,...``: the first key may be left out, ``,,`` is a comma, the last value counts."""
    first, *others = (word.replace("\0", ",") for word in value.replace(",,", "\0").split(","))
    words = [first if "=" in first else f"driver={first}", *others]
    return {key: text for key, equals, text in (word.partition("=") for word in words) if equals}
