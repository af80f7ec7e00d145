"""The files that we ship as examples."""

import shutil
import subprocess
from pathlib import Path

import pytest

from chanfix.domain import Domain
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts
from chanfix.lint.rules import RULES
from chanfix.xml.document import Document

GUEST = Path(__file__).resolve().parents[1] / "examples" / "guest.xml"
SCHEMA = Path("/usr/share/libvirt/schemas/domain.rng")


def test_example_is_a_domain_as_libvirt_has_it():
    if not (shutil.which("xmllint") and SCHEMA.exists()):
        pytest.skip(f"needs xmllint and {SCHEMA}, of the packages libxml2-utils and libvirt0 (Debian)")
    subprocess.run(["xmllint", "--noout", "--relaxng", SCHEMA, GUEST], check=True, capture_output=True)


def test_example_has_nothing_wrong_but_the_agent_channel_it_lacks():
    domain = Domain.of(Document.parse(GUEST.read_bytes()))
    rules = [rule for rule in RULES if rule.on_by_default]
    assert lint_domain(domain, rules, Facts()) == []
    assert not domain.agent_channels
