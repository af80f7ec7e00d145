"""Fixes by some rules, of the one domain in a document."""

from chanfix.domain import Domain
from chanfix.lint.check import check_domain
from chanfix.lint.draft import Hidden
from chanfix.lint.fix import fix
from chanfix.lint.rule import Facts
from chanfix.xml.edit import Safety

NO_FACTS = Facts()


def fix_domain(document, rules, facts=NO_FACTS, safety=Safety.UNSAFE, **bounds):
    """Apply all fixes of some rules, whatever comments suppress."""
    return fix(document, lambda text: Hidden(check_domain(Domain.of(text), rules, facts)), safety, **bounds)
