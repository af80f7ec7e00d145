"""Features and addresses as the plain data that ``status-v2`` and ``audit-v2`` have in common."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.agent.told import Address
from chanfix.status.features import Feature

__all__ = ["as_addresses", "as_feature"]


def as_feature(feature: Feature) -> dict[str, object]:
    """Return a feature; its reason is null where it works or where that is not known."""
    return {
        "name": feature.name,
        "works": feature.works,
        "reason": feature.reason or None,
        "blocked": list(feature.blocked),
    }


def as_addresses(addresses: Iterable[Address] | None) -> list[dict[str, object]] | None:
    """Return the addresses that a guest has, null where that is not known."""
    return None if addresses is None else [address._asdict() for address in addresses]
