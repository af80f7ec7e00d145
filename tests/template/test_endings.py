"""The table of file endings: what a name says of a file."""

import pytest

from chanfix.template.endings import ENDINGS, is_file_name, is_template_name

REAL = [ending.ending for ending in ENDINGS if ending.ending != ".xml.*"]


@pytest.mark.parametrize("ending", [ending for ending in REAL if ending != ".xml"])
def test_every_ending_but_that_of_xml_is_a_templates(ending):
    assert is_template_name(f"web{ending}")
    assert is_template_name(f"web.XML{ending.upper()}")


@pytest.mark.parametrize("name", ["web.xml", "web.xml.dist", "web.xml.bak", "web", "xml", "j2", "in", "a.j2/web", ""])
def test_other_names_are_no_templates(name):
    assert not is_template_name(name)


@pytest.mark.parametrize("ending", [*REAL, ".dist", ".bak", "~"])
def test_domain_argument_with_xml_before_its_ending_is_a_file(ending):
    assert is_file_name(f"web.xml{ending}")


@pytest.mark.parametrize("name", ["web.J2", "web.tmpl", "web.gotmpl", "web.mako", "web.hbs", "web.tftpl", "web.xsl"])
def test_domain_argument_with_the_ending_of_a_template_is_a_file(name):
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name", ["web", "web.example.in", "web.vm", "ns.example.tt", "debian.template", "xml", "web.1"]
)
def test_domain_argument_that_may_be_the_name_of_a_machine_is_no_file(name):
    assert not is_file_name(name)
