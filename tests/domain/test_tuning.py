"""The ids of I/O threads: which there are, and when that is not known."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.views import iothreads
from chanfix.template import read_document

IDS = "<iothreadids><iothread id='{}'/><iothread id='{}'/></iothreadids>"
TEXT = "<domain type='kvm'>{}</domain>"
LARGE = 4_294_967_295


def ids_of(inside):
    return iothreads(Domain.of(read_document(TEXT.format(inside).encode()))).all_ids()


@pytest.mark.parametrize(
    ("inside", "there", "missing"),
    [
        ("", [], [0, 1]),
        ("<iothreads>2</iothreads>", [1, 2], [0, 3]),
        (IDS.format(5, 9), [5, 9], [1, 4, 6, 10]),
        (f"<iothreads>4</iothreads>{IDS.format(1, 3)}", [1, 2, 3, 4], [0, 5]),
        (f"<iothreads>1</iothreads>{IDS.format(7, 7)}", [7], [1]),
        (f"<iothreads>{LARGE}</iothreads>", [1, LARGE], [LARGE + 1]),
    ],
)
def test_threads_without_an_id_have_the_lowest_that_are_left(inside, there, missing):
    ids = ids_of(inside)
    assert [ids.has(number) for number in there + missing] == [True] * len(there) + [False] * len(missing)


@pytest.mark.parametrize(
    "inside",
    [
        "<iothreads>{{ threads }}</iothreads>",
        "<iothreads>many</iothreads>",
        IDS.format("{{ id }}", 2),
        "{% if threads %}<iothreads>2</iothreads>{% endif %}",
        "<iothreadids>{% for id in ids %}<iothread id='2'/>{% endfor %}</iothreadids>",
    ],
)
def test_ids_that_a_template_fills_in_are_not_known(inside):
    assert ids_of(inside) is None
