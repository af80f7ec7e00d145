"""Hypothesis strategies: domains as trees, right, wrong and strange, and the ways in which one tree can be written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape

from hypothesis import strategies as st

AGENTS = ["org.qemu.guest_agent.0", "org.qemu.guest_agent.1", "org.qemu.guest_agent", "org.qemu.guest-agent.0"]
NAMES = [*AGENTS, " org.qemu.guest_agent.0", "com.redhat.spice.0", "org.libguestfs.channel.0", "é→𝄞", "", "a&<>'\"b"]
PATHS = [
    *("/run/web.sock", "/tmp/a", "relative", "", "/" + "x" * 120, "/var/lib/libvirt/qemu/f16x86_64.agent"),
    "/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0",
]
NUMBERS = ["0", "1", "2", "30", "31", "512", "-1", "x", ""]
PREFIXES = {"qemu": "http://libvirt.org/schemas/domain/qemu/1.0", "app": "http://app.example/1"}

# Characters that XML 1.0 can hold, and that some writing or reading of them may lose.
texts = st.text(st.sampled_from("aé→𝄞 \t\n&<>'\"]-\u202e\x85\u2028"), max_size=8)


@dataclass(frozen=True)
class Element:
    """An element; ``content`` are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: tuple["Element | str", ...] = ()


def elements(tag, *children, **attributes):
    """Elements of a tag: each attribute and each child may be missing."""
    return st.builds(
        lambda given, inside: Element(tag, given, tuple(child for child in inside if child is not None)),
        st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in attributes.items()}),
        st.tuples(*(st.none() | child for child in children)),
    )


def containers(tag, children, **attributes):
    """Elements of a tag with any number of children in any order."""
    return st.builds(
        lambda one, inside: Element(tag, one.attributes, tuple(inside)),
        elements(tag, **attributes),
        st.lists(children, max_size=6),
    )


ADDRESSES = elements("address", type=["virtio-serial", "pci"], controller=NUMBERS, bus=NUMBERS, port=NUMBERS)
SOURCES = elements(
    "source", mode=["bind", "connect", "", "x"], path=[*PATHS, "/dev/pts/3"], host=["0.0.0.0", "::1"], service=["1"]
)
TARGETS = elements("target", type=["virtio", "xen", "x"], name=NAMES, state=["connected", ""], port=NUMBERS)
ALIASES = elements("alias", name=["channel0", "ua-mine", ""])
CHANNELS = elements(
    "channel",
    *(SOURCES, TARGETS, TARGETS, ALIASES, ADDRESSES, elements("reconnect", enabled=["yes"], timeout=NUMBERS)),
    type=["unix", "unix", "pty", "spicevmc", "tcp", "file", "x", ""],
)
CONTROLLERS = elements(
    "controller", ADDRESSES, type=["virtio-serial", "pci"], index=NUMBERS, ports=NUMBERS, vectors=NUMBERS
)
STRANGE = st.builds(
    Element,
    st.sampled_from(["qemu:commandline", "app:x", "metadata", "channel-x", "domain", "devices"]),
    st.dictionaries(st.sampled_from(["a", "app:b", "value"]), texts, max_size=2),
    st.lists(texts | CHANNELS, max_size=2).map(tuple),
)
DEVICES = (
    CHANNELS
    | CHANNELS
    | CONTROLLERS
    | elements("console", SOURCES, elements("target", type=["virtio", "serial"], port=NUMBERS), ADDRESSES, type=["pty"])
    | elements("graphics", type=["spice", "vnc"], passwd=["secret", ""])
    | elements("redirdev", ADDRESSES, type=["spicevmc"], bus=["usb"])
    | STRANGE
)


@st.composite
def domains(draw):
    """Domains: most of them QEMU's, some of them nobody's."""
    kind = draw(st.sampled_from(["kvm", "kvm", "qemu", "lxc", "x"]))
    name = Element("name", {}, (draw(st.sampled_from(["web", "é→", ""]) | texts),))
    devices = draw(st.lists(containers("devices", DEVICES), min_size=1, max_size=1) | st.lists(STRANGE, max_size=2))
    others = draw(st.lists(STRANGE, max_size=2))
    root = {"type": kind} | draw(st.sampled_from([{}, {"id": "7"}]))
    namespaces = {f"xmlns:{prefix}": uri for prefix, uri in PREFIXES.items()}
    return Element("domain", root | namespaces, (name, *others, *devices))


class Writing:
    """One way to write elements: quotes, blanks, line ends, references, CDATA, comments, and the encoding."""

    ENCODINGS = ("", "utf-8", "utf-8-sig", "iso-8859-1", "ascii", "windows-1252")

    def __init__(self, random: Random) -> None:
        self._random = random
        self._newline = random.choice(["\n", "\n", "\r\n", "\r"])
        self._indent = random.choice(["  ", "\t", "", "    ", None])
        self._is_plain = random.random() < 0.3
        self.encoding = random.choice(self.ENCODINGS)

    def bytes_of(self, root: Element) -> bytes:
        """Return a document."""
        declared = self.encoding.removesuffix("-sig")
        text = f"<?xml version='1.0' encoding='{declared}'?>{self._newline}" if declared else ""
        text += "".join(self._strange()) + "".join(self._element(root, 0)) + self._random.choice(["", self._newline])
        return text.encode(self.encoding or "utf-8", "xmlcharrefreplace")

    def _element(self, element: Element, depth: int) -> Iterator[str]:
        yield f"<{element.tag}"
        for name, value in element.attributes.items():
            quote = self._random.choice("'\"") if not self._is_plain else "'"
            yield f"{self._blank()}{name}{self._maybe(' ')}={self._maybe(' ')}{quote}{self._value(value, quote)}{quote}"
        yield self._maybe(" ")
        if not element.content and self._random.random() < 0.8:
            yield "/>"
            return
        yield ">"
        for child in element.content:
            if isinstance(child, str):
                yield self._text(child)
            else:
                yield from (self._line(depth + 1), *self._strange(), *self._element(child, depth + 1))
        if element.content and not isinstance(element.content[-1], str):
            yield self._line(depth)
        yield f"</{element.tag}{self._maybe(' ')}>"

    def _line(self, depth: int) -> str:
        return "" if self._indent is None else self._newline + self._indent * depth

    def _blank(self) -> str:
        return " " if self._is_plain else self._random.choice([" ", " ", "  ", self._newline, "\t"])

    def _maybe(self, blank: str) -> str:
        return blank if not self._is_plain and self._random.random() < 0.15 else ""

    def _strange(self) -> Iterator[str]:
        if not self._is_plain and self._random.random() < 0.2:
            yield self._random.choice(["<!-- <channel> -->", "<!---->", "<?app <a b='?>", "<!-- 'a\"> -->"])

    def _value(self, value: str, quote: str) -> str:
        blanks = {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
        return self._referred(escape(value, blanks | {quote: "&#34;" if quote == '"' else "&apos;"}))

    def _text(self, text: str) -> str:
        if text and "]]>" not in text and text.isascii() and self._random.random() < 0.2:
            return f"<![CDATA[{text}]]>"
        return self._referred(escape(text))

    def _referred(self, escaped: str) -> str:
        """Write some of the plain characters as references."""
        if self._is_plain or "&" in escaped:
            return escaped
        return "".join(f"&#{ord(one)};" if self._random.random() < 0.05 else one for one in escaped)


def writings():
    """Ways to write a domain."""
    return st.randoms(use_true_random=False).map(Writing)


def documents():
    """The bytes of domains, each written in some way."""
    return st.builds(lambda writing, domain: writing.bytes_of(domain), writings(), domains())
