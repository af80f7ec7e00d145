"""What a guest's agent says about its guest: addresses, the system, whether its file systems are frozen.

All of it is the guest's word. Parts of another shape are left out, and no list is longer than somebody can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chanfix.named_tuple import NamedTuple

__all__ = [
    "Address",
    "GuestOs",
    "addresses_of",
    "addresses_of_libvirt",
    "frozen_of",
    "is_frozen_error",
    "os_of",
    "word_of",
]

# More than a guest has that does something useful.
_MOST = 256
# In characters.
_LONGEST = 100
# qemu-ga's own words for every command but a few, while file systems are frozen (qmp_dispatch in qapi/qmp-dispatch.c).
_FROZEN = "the agent is in frozen state"


class Address(NamedTuple):
    """An address of the guest: a well-formed one. ``interface`` and ``mac`` are the guest's words."""

    interface: str
    address: str
    prefix: int | None
    mac: str | None

    @property
    def is_usable(self) -> bool:
        """Return True if others can reach it: it is neither the guest's own nor of its link alone."""
        from ipaddress import ip_address

        own = ip_address(self.address)
        own = getattr(own, "ipv4_mapped", None) or own
        return not (own.is_loopback or own.is_link_local or own.is_unspecified or own.is_multicast)


class GuestOs(NamedTuple):
    """The guest's system, by its os-release: ``id`` as ``debian``, ``version`` as ``12``, ``name`` for people."""

    id: str
    version: str
    name: str


def addresses_of(answer: object) -> tuple[Address, ...] | None:
    """Return the addresses in an answer to ``guest-network-get-interfaces``, None for an answer that is no list."""
    if not isinstance(answer, list):
        return None
    return _first(
        address
        for interface in _mappings(answer)
        for each in _mappings(interface.get("ip-addresses"))
        if (address := _address(interface, "name", "hardware-address", each, "ip-address"))
    )


def addresses_of_libvirt(answer: object) -> tuple[Address, ...] | None:
    """Return the addresses in what libvirt's Python binding makes of ``virDomainInterfaceAddresses``."""
    if not isinstance(answer, dict):
        return None
    return _first(
        address
        for name, interface in answer.items()
        if isinstance(interface, dict)
        for each in _mappings(interface.get("addrs"))
        if (address := _address({**interface, "name": name}, "name", "hwaddr", each, "addr"))
    )


def os_of(answer: object, prefix: str = "") -> GuestOs | None:
    """Return the system in an answer to ``guest-get-osinfo``, None where nothing names it.

    libvirt's ``virDomainGetGuestInfo`` has the same keys behind the ``prefix`` "os.".
    """
    if not isinstance(answer, dict):
        return None
    words = [word_of(answer.get(prefix + key)) for key in ("id", "version-id", "pretty-name")]
    return GuestOs(words[0] or "", words[1] or "", words[2] or "") if words[0] else None


def frozen_of(answer: object) -> bool | None:
    """Return True if an answer to ``guest-fsfreeze-status`` says that file systems are frozen, None for nonsense."""
    return answer == "frozen" if isinstance(answer, str) and answer in ("frozen", "thawed") else None


def is_frozen_error(text: str) -> bool:
    """Return True if an error of the agent says that it refuses a command because file systems are frozen."""
    return _FROZEN in text


def word_of(value: object) -> str | None:
    """Return the beginning of a text that came from a guest, as long as anybody would read; None for no text."""
    return value[:_LONGEST] if isinstance(value, str) else None


def _first(addresses: Iterable[Address]) -> tuple[Address, ...]:
    from itertools import islice

    return tuple(islice(addresses, _MOST))


def _address(
    interface: Mapping[str, object], name: str, mac: str, found: Mapping[str, object], key: str
) -> Address | None:
    from ipaddress import ip_address

    text, prefix = found.get(key), found.get("prefix")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    try:
        # Behind a '%' stands the zone of an address of the link alone: in the guest's words, and of no use elsewhere.
        found_address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # Python writes what is IPv4 inside of IPv6 with dots from 3.13 on; here it looks the same with all of them.
    mapped = getattr(found_address, "ipv4_mapped", None)
    address = f"::ffff:{mapped}" if mapped else str(found_address)
    length = prefix if isinstance(prefix, int) and not isinstance(prefix, bool) and 0 <= prefix <= 128 else None
    return Address(word_of(interface.get(name)) or "", address, length, word_of(interface.get(mac)))


def _mappings(value: object) -> Iterable[Mapping[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
