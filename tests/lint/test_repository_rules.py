"""Domains in several files of one run, and what libvirt does when it is given both."""

import pytest

from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

UUID, OTHER_UUID = "6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41", "0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20"
FAMILY = tuple(rule for rule in RULES if rule.family == "repository")
EXAMPLE = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0"


def domain(name, uuid, comment=""):
    system = "<memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>"
    return f"<domain type='qemu'>{comment}<name>{name}</name><uuid>{uuid}</uuid>{system}<devices/></domain>"


def run(files, processes=1, rules=FAMILY):
    sources = [Source(path, text.encode) for path, text in files.items()]
    return Run.lint(sources, Job(rules), processes)


def found(run):
    return {report.path: [finding.rule for finding in report.findings] for report in run.reports}


@pytest.mark.parametrize("processes", [1, 2])
def test_later_file_has_the_finding(processes):
    files = {"a.xml": domain("web", UUID), "b.xml": domain("db", UUID), "c.xml": domain("mail", OTHER_UUID)}
    result = run(files, processes)
    assert found(result) == {"a.xml": [], "b.xml": ["repeated-uuid"], "c.xml": []}
    [finding] = result.reports[1].findings
    assert finding.message == "domain 'web' in a.xml has this UUID too"


def test_comment_suppresses_it():
    ignored = domain("db", UUID).replace("<uuid>", "<!-- chanfix: ignore[repeated-uuid] a copy --><uuid>")
    result = run({"a.xml": domain("web", UUID), "b.xml": ignored})
    assert found(result) == {"a.xml": [], "b.xml": []}
    assert result.reports[1].suppressed == 1


def test_one_file_alone_does_not_prove_that_a_suppression_is_unused():
    ignored = domain("db", UUID).replace("<uuid>", "<!-- chanfix: ignore[repeated-uuid] a copy --><uuid>")
    assert found(run({"b.xml": ignored}, rules=RULES))["b.xml"].count("unused-suppression") == 0


def test_fix_in_one_file_ends_the_finding_in_another():
    before = run({"a.xml": domain("web", EXAMPLE), "b.xml": domain("web", UUID)})
    assert found(before) == {"a.xml": ["uuid-of-documentation"], "b.xml": ["repeated-name"]}
    assert found(before.after({0: before.fix(0, Safety.UNSAFE).linted})) == {"a.xml": [], "b.xml": []}


def test_uuid_of_documentation_is_reported_as_that_alone():
    result = run({"a.xml": domain("web", EXAMPLE), "b.xml": domain("db", EXAMPLE)})
    assert found(result) == {"a.xml": ["uuid-of-documentation"], "b.xml": ["uuid-of-documentation"]}


def test_files_are_compared_only_for_rules_that_want_it():
    [linted] = run({"a.xml": domain("web", UUID)}, rules=()).linted
    assert linted.identities == ()


@pytest.mark.embed
@pytest.mark.parametrize(
    ("second", "words"),
    [
        (domain("twin-b", UUID), "domain 'twin-a' is already defined with uuid"),
        (domain("twin-a", OTHER_UUID), "domain 'twin-a' already exists with uuid"),
        (domain("twin-a", UUID, "<!-- a variant -->"), None),
    ],
)
def test_libvirt_takes_one_of_two(embed, second, words):
    import libvirt

    defined = embed.defineXML(domain("twin-a", UUID))
    try:
        if words is None:
            embed.defineXML(second)
        else:
            with pytest.raises(libvirt.libvirtError, match=words):
                embed.defineXML(second)
    finally:
        defined.undefine()
