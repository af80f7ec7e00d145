"""Where a cursor is in an editor's text, and which words libvirt's vocabulary has there."""

from chanfix.lsp.completion import known_at, proposals_at
from chanfix.xml.cursor import Standing, read_before

__all__ = ["try_one"]


def try_one(data: bytes) -> None:
    """Ask at the end of a text, and in its middle."""
    text = data.decode("utf-8", "replace")
    for offset in (len(text), len(text) // 2):
        cursor = read_before(text[:offset])
        assert text[:offset].endswith(cursor.written)
        for proposal in proposals_at(text, offset):
            assert proposal.name
            assert 0 <= proposal.start <= offset
            assert proposal.standing is not Standing.ASIDE
        known = known_at(text, offset)
        if known is not None:
            assert known.text
            assert 0 <= known.start < known.end <= len(text)
