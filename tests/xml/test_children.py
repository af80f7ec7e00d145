"""The first child of a name."""

import pytest

from chanfix.xml.document import Document


@pytest.mark.parametrize("more", [0, 100], ids=["few", "many"])
def test_first_child_of_a_name_is_found_among_few_and_many(more):
    text = f"<a><!-- b --><?b c?><b n='1'/><x:b xmlns:x='urn:x' n='2'/>{'<c/>' * more}<b n='3'/></a>"
    root = Document.parse(text.encode()).root
    assert [root.child("b").get("n"), root.child("{urn:x}b").get("n"), root.child("d")] == ["1", "2", None]
    assert root.child("b") == root.children("b")[0]
