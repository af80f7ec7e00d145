"""What every rule promises: a unique name, a whole page, examples that behave, fixes that hold."""

import ast
import inspect
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from installed import SCHEMA

from chanfix.domain import Domain, domains_in
from chanfix.domain.identity import identity_of, twins_of
from chanfix.domain.targets import target_named
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import InputError
from chanfix.lint.asking import drafts_of
from chanfix.lint.check import check_domain
from chanfix.lint.draft import Hidden
from chanfix.lint.fix import Look, fix
from chanfix.lint.hide import hide
from chanfix.lint.rule import Bad, Draft, Facts, Good, Rule, RuleEntry, whole_document
from chanfix.lint.rules import FAMILIES, RULES, load
from chanfix.lint.source import Text, refused
from chanfix.template import read_document
from chanfix.xml.edit import Safety

# Rules on texts that are no document.
REFUSED = {"not-well-formed", "doctype", "template-not-lintable"}
# What of the facts is another one on another target.
ABOUT_TARGETS = {"version", "qemu", "target", "targets", "is_for_any_libvirt"}
HEADINGS = ["What it does", "Why it matters", "Fix", "References"]
# What a rule may know: what libvirt makes of a domain, and how to change a text. No files, formats or options.
ALLOWED_IMPORTS = (
    "chanfix.domain",
    "chanfix.named_tuple",
    "chanfix.xml",
    *(f"chanfix.lint.{name}" for name in ("rule", "path_rule", "port_name_rule")),
)
# Two rules hold a document against a grammar, one of them our own; one knows the secrets that are masked.
ALSO_ALLOWED = {
    "channel-schema": ("chanfix.resources", "chanfix.lint.mismatched", "chanfix.relaxng"),
    "domain-schema": ("chanfix.lint.mismatched",),
    "secret-in-file": ("chanfix.secrets",),
}

CORPUS = Path(__file__).parent / "corpus"
WITHOUT_SCHEMA = pytest.mark.skip(reason="libvirt's schemas are not installed (Debian package libvirt0)")

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
EXAMPLES = [
    pytest.param(
        rule,
        example,
        id=f"{rule.name}-{number}",
        marks=[WITHOUT_SCHEMA] if rule.needs_schema and SCHEMA is None else [],
    )
    for rule in RULES
    for number, example in enumerate(load(rule).examples)
]
BAD = [case for case in EXAMPLES if isinstance(case.values[1], Bad)]
GOOD = [case for case in EXAMPLES if isinstance(case.values[1], Good)]


def facts_of(example: Good | Bad) -> Facts:
    facts = Facts(version=Version.parse(example.version) if example.version else NEWEST, schema=SCHEMA)
    if example.beside:
        texts = {"lab/other.xml": example.beside, "lab/web.xml": example.xml}
        files = [[identity_of(Domain.parse(whole_document(text).encode()), path)] for path, text in texts.items()]
        facts = facts._replace(twins=twins_of(files)[-1])
    return facts.on(target_named(example.target)) if example.target else facts


def text_of(example: Good | Bad) -> bytes:
    return whole_document(example.xml).encode()


def look_of(rule: RuleEntry, example: Good | Bad, request: pytest.FixtureRequest) -> Look:
    """Return how to look for the rule's drafts: by the rule alone, or in what all others make necessary."""
    judge = request.getfixturevalue("installed_libvirt") if rule.asks_libvirt else None

    def look(document):
        domain = Domain.of(document)
        if judge is not None:
            return Hidden(judge.judge(Text.of("", document), [], {rule.name}).drafts)
        if rule.levels:
            return Hidden(check_domain(domain, [rule], facts_of(example)))
        drafts = check_domain(domain, RULES, facts_of(example))
        kept = hide(document, drafts, [rule.name for rule in RULES]).kept
        return Hidden([draft for draft in kept if draft.rule == rule.name])

    return look


def drafts_in(rule: RuleEntry, example: Good | Bad, request: pytest.FixtureRequest) -> list[Draft]:
    data = text_of(example)
    try:
        document = read_document(data)
    except InputError as error:
        return [refused("", data, error).draft]
    return list(look_of(rule, example, request)(document).kept)


def source_of(rule: RuleEntry) -> Path:
    return Path(inspect.getfile(type(load(rule))))


def test_rule_names_are_unique():
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


@every_rule
def test_name_is_made_of_words_and_is_no_family(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name)
    assert rule.name not in (*FAMILIES, "all", "default")


@every_rule
def test_level_is_no_method_that_all_rules_have(rule):
    assert [level for level in rule.levels if hasattr(Rule, level)] == []


@every_rule
def test_page_has_its_headings_in_order(rule):
    page = inspect.getmodule(type(load(rule))).__doc__
    assert [line for line in page.splitlines() if line in HEADINGS] == HEADINGS
    assert page.splitlines()[0].endswith(".")


@every_rule
def test_rule_file_imports_nothing_it_must_not_know(rule):
    tree = ast.parse(source_of(rule).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = {f"{node.module}.{alias.name}" for node in imports for alias in node.names if "chanfix" in node.module}
    allowed = (*ALLOWED_IMPORTS, *ALSO_ALLOWED.get(rule.name, ()))
    assert {name for name in ours if not name.startswith(allowed)} == set()


@every_rule
def test_rule_that_asks_for_version_or_target_says_so(rule):
    # Those about paths have their kind by it (chanfix.domain.path.kinds).
    asks = any(
        isinstance(node, ast.Attribute) and node.attr in ABOUT_TARGETS and ast.unparse(node.value) == "facts"
        for cls in type(load(rule)).mro()
        if issubclass(cls, Rule) and cls is not Rule
        for node in ast.walk(ast.parse(Path(inspect.getfile(cls)).read_text()))
    )
    assert rule.about_targets == asks


@every_rule
def test_rule_has_good_and_bad_examples(rule):
    assert {type(example) for example in load(rule).examples} == {Good, Bad}


@every_rule
def test_no_placeholder_of_the_frame_is_left(rule):
    source = source_of(rule)
    assert "TODO" not in source.read_text() + (source.parent / "__init__.py").read_text()


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_example_is_silent(rule, example, request):
    assert drafts_in(rule, example, request) == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_example_has_one_finding_at_its_place(rule, example, request):
    [draft] = drafts_in(rule, example, request)
    assert draft.rule == rule.name
    assert text_of(example)[draft.at.span.start : draft.at.span.end].decode() == example.at


@pytest.mark.parametrize(("rule", "example"), [case for case in BAD if case.values[0].name not in REFUSED])
def test_fix_gives_the_text_the_example_promises_and_a_second_fix_changes_nothing(rule, example, request):
    document = read_document(text_of(example))
    look = look_of(rule, example, request)
    fixed = fix(document, look, Safety.UNSAFE)
    expected = example.xml if example.fixed is None else example.fixed
    assert fixed.document.data.decode() == whole_document(expected)
    assert fix(fixed.document, look, Safety.UNSAFE).done == []


def documents():
    """Return the texts of all rules' examples and the corpus that can be read."""
    texts = [text_of(example) for rule in RULES for example in load(rule).examples]
    for data in [*texts, *(path.read_bytes() for path in CORPUS.rglob("*.xml"))]:
        with suppress(InputError):
            yield read_document(data)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.only_if_text_has], ids=lambda rule: rule.name)
def test_rule_has_nothing_to_say_of_a_text_without_its_words(rule):
    always = rule._replace(only_if_text_has=())
    for document in documents():
        for domain in domains_in(document):
            with_words, without = (drafts_of(domain, [asked], Facts(schema=SCHEMA)) for asked in (rule, always))
            assert [draft for _, draft in with_words] == [draft for _, draft in without]


def test_rule_is_imported_only_for_a_document_with_what_it_looks_at(tmp_path):
    path = tmp_path / "web.xml"
    text = whole_document("<disk type='file'/>\n").encode()
    path.write_bytes(text)
    code = "import sys; from chanfix.cli import main; main(['lint', '-q', sys.argv[1]]); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    looked_at = {
        rule.name
        for rule in RULES
        if {"domain", "disk"}.intersection(rule.levels)
        and (not rule.only_if_text_has or any(word in text for word in rule.only_if_text_has))
    }
    imported = {name.rpartition(".")[2].replace("_", "-") for name in run.stdout.split()}
    assert {rule.name for rule in RULES} & imported <= looked_at


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name in REFUSED], ids=lambda rule: rule.name)
def test_rule_on_what_cannot_be_read_offers_no_fix(rule):
    assert not any(isinstance(example, Bad) and example.fixed for example in load(rule).examples)
