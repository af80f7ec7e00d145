import pytest
from hypothesis import given
from hypothesis import strategies as st

from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.patch import apply_edits, apply_fixes
from chanfix.xml.span import Span


def fix(*edits):
    return Fix("Mend", Safety.SAFE, tuple(Edit(Span(start, end), new) for start, end, new in edits))


def test_edits_are_made_from_left_to_right_whatever_their_order():
    edits = [Edit(Span(4, 5), b"E"), Edit(Span(0, 1), b""), Edit(Span(2, 2), b"++")]
    assert apply_edits(b"abcdef", edits) == b"b++cdEf"


@pytest.mark.parametrize("spans", [((0, 3), (2, 4)), ((0, 9),), ((3, 2),), ((-1, 2),)])
def test_edits_that_overlap_or_leave_the_text_are_refused(spans):
    with pytest.raises(ValueError, match="overlaps another or leaves the text"):
        apply_edits(b"abcdef", [Edit(Span(*span), b"") for span in spans])


def test_no_edits_give_the_same_bytes():
    assert apply_edits(b"abc", []) == b"abc"


def test_a_fix_that_overlaps_an_earlier_one_is_held_back_whole():
    first, second, third = fix((0, 3, b"x")), fix((2, 4, b"y"), (5, 6, b"y")), fix((4, 5, b"z"))
    patched = apply_fixes(b"abcdef", [first, second, third])
    assert patched.data == b"xdzf"
    assert patched.applied == (first, third)
    assert patched.held_back == (second,)


def test_a_fix_whose_edits_are_made_already_counts_as_applied():
    patched = apply_fixes(b"abc", [fix((0, 1, b"x")), fix((0, 1, b"x"))])
    assert patched.data == b"xbc"
    assert len(patched.applied) == 2


def test_two_insertions_at_one_place_wait_for_each_other():
    patched = apply_fixes(b"abc", [fix((1, 1, b"x")), fix((1, 1, b"y"))])
    assert patched.data == b"axbc"
    assert len(patched.held_back) == 1


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.binary(max_size=2)), max_size=8))
def test_what_is_applied_never_overlaps_and_what_is_held_back_would(rows):
    fixes = [fix((start, start + length, new)) for start, length, new in rows]
    patched = apply_fixes(b"x" * 16, fixes)
    spans = [span for one in dict.fromkeys(patched.applied) for span in [one.edits[0].span]]
    assert not any(a.overlaps(b) for number, a in enumerate(spans) for b in spans[:number])
    assert all(any(one.edits[0].span.overlaps(span) for span in spans) for one in patched.held_back)
