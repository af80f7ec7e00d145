"""What libvirt says and does in words that changed from one of its versions to another."""

from typing import NamedTuple

import pytest

from chanfix.domain.versions import Version


class ByVersion(NamedTuple):
    """The words of all versions up to one that was asked, and of all from another one on."""

    before: str
    until: Version
    since: Version
    after: str


def words_of(words: str | ByVersion, version: Version) -> str:
    """Return the words of a version of libvirt. Skips the test between the two, where nobody has asked."""
    if isinstance(words, str):
        return words
    if version <= words.until:
        return words.before
    if version >= words.since:
        return words.after
    pytest.skip(f"libvirt {version} was never asked: it says '{words.before}' or '{words.after}'")
