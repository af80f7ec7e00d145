"""Questions to the installed libvirt."""

import pytest

from chanfix.domain import domains_in
from chanfix.oracle.question import question_of
from chanfix.xml.document import Document


@pytest.fixture
def question(installed_driver):
    """Return the question about a text: ``question(data)``."""

    def make(data):
        [domain] = domains_in(Document.parse(data))
        made = question_of(domain, installed_driver)
        assert not isinstance(made, str), made
        return made

    return make
