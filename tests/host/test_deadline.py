"""A call that never comes back costs its deadline, and nothing more."""

import time
from threading import Event

import pytest

from chanfix.host.deadline import within


def test_answer_is_returned():
    assert within(5, lambda: 42) == 42


def test_error_is_raised_where_it_is_asked_for():
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_call_that_hangs_is_given_up():
    never = Event()
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.1, never.wait)
    assert time.monotonic() - start < 3
    never.set()
