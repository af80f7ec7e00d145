"""Which domains are asked, and as what."""

import os

import pytest
from small_domain import document_of

from chanfix.domain import domains_in
from chanfix.oracle.question import question_of
from chanfix.template import read_document

pytestmark = pytest.mark.embed

EMULATOR = "<emulator>{}</emulator>"


def asked(data, driver, name="web.xml"):
    [domain] = domains_in(read_document(data, name))
    return question_of(domain, driver)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document_of(kind="xen"), "'xen'"),
        (document_of(kind="hvf"), "'hvf'"),
        (document_of(name="{{ name }}"), "template"),
        (document_of(name="%NAME%"), "template"),
        (b"<domainsnapshot>" + document_of() + b"</domainsnapshot>", "another document"),
        (document_of().replace(b"x86_64", b"unicore32"), "unicore32"),
        (document_of(beside="<description>" + "x" * (5 << 20) + "</description>"), "large"),
    ],
    ids=["another driver", "another accelerator", "template", "placeholder", "record", "no QEMU", "large"],
)
def test_domain_is_not_asked_and_the_reason_is_said(installed_driver, data, reason):
    assert reason in asked(data, installed_driver)


def test_unknown_architecture_is_asked_since_libvirt_refuses_it(installed_driver):
    question = asked(document_of().replace(b"x86_64", b"x86_46"), installed_driver)
    assert "x86_46" in installed_driver.ask(question.text()).message


def test_emulator_that_is_not_here_becomes_the_one_that_is(installed_driver):
    question = asked(document_of(EMULATOR.format("/opt/qemu &amp; co")), installed_driver)
    assert installed_driver.emulator_of("x86_64").encode() in question.text()
    assert any("/opt/qemu & co" in note for note in question.notes)
    assert installed_driver.ask(question.text()).is_accepted


def test_empty_emulator_becomes_the_one_that_is_here(installed_driver):
    question = asked(document_of("<emulator/>"), installed_driver)
    assert installed_driver.ask(question.text()).is_accepted


def test_emulator_that_is_here_stays(installed_driver):
    path = installed_driver.emulator_of("x86_64")
    data = document_of(EMULATOR.format(path))
    assert asked(data, installed_driver).text() == data.strip()


def test_domain_for_kvm_is_asked_as_it_can_run_here(installed_driver):
    question = asked(document_of(kind="kvm"), installed_driver)
    assert question.is_without_kvm is not installed_driver.has_kvm
    assert installed_driver.ask(question.text()).is_accepted


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig"])
def test_document_in_another_encoding_is_asked_in_utf_8(installed_driver, encoding):
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f"<?xml version='1.0' encoding='{declared}'?>\n" + document_of(name="é").decode()
    question = asked(text.encode(encoding), installed_driver)
    assert "<name>é</name>" in question.text().decode()
    verdict = installed_driver.ask(question.text(), with_stored=True)
    assert "<name>é</name>" in verdict.stored


def test_reading_of_paths_does_not_follow_the_environment(installed_driver, monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    assert installed_driver.emulator_of("x86_64")
