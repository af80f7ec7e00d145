"""`scripts/new-rule`: what it writes is a rule that is loaded, and that no test lets pass as it is."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from chanfix.lint.rule import Bad, Good
from chanfix.xml.document import Document

TOOLS = Path(__file__).resolve().parent.parent / "docs" / "tools"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- This.\n"


@pytest.fixture
def new_rule(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import new_rule

    yield new_rule
    for name in ("new_rule", "rule_index"):
        sys.modules.pop(name, None)


def test_frame_is_a_rule_with_examples_that_asks_to_be_filled_in(new_rule, tmp_path):
    files = new_rule.files_of("sound", "sound-of-2-cards", CHANGELOG)
    texts = {str(path): text for path, text in files.items()}
    rule = texts["chanfix/lint/rules/sound/sound_of_2_cards.py"]
    path = tmp_path / "sound_of_2_cards.py"
    path.write_text(rule)
    loader = SourceFileLoader("sound_of_2_cards", str(path))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    assert {type(example) for example in module.SoundOf2Cards.examples} == {Bad, Good}
    assert "TODO" in rule
    assert "TODO" in texts["chanfix/lint/rules/sound/__init__.py"]
    Document.parse(texts["tests/corpus/bad/sound-of-2-cards/todo.xml"].encode())


def test_changelog_of_a_release_stays_as_it_is(new_rule):
    released = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n\n### Added\n\n- That.\n"
    text = new_rule.files_of("disk", "disk-a", released)[Path("CHANGELOG.md")]
    assert text.endswith("## [0.1.0]\n\n### Added\n\n- That.\n")
    assert text.index("disk-a") < text.index("[0.1.0]")


def test_changelog_line_goes_to_what_is_added(new_rule):
    once = new_rule.files_of("disk", "disk-a", CHANGELOG)[Path("CHANGELOG.md")]
    twice = new_rule.files_of("disk", "disk-b", once)[Path("CHANGELOG.md")]
    assert twice == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The rule `disk-b`: TODO.\n- The rule `disk-a`: TODO.\n\n"
        "### Changed\n\n- This.\n"
    )


@pytest.mark.parametrize("name", ["agent-not-unix", "agent", "Disk", "disk_a", "disk--a", "../a"])
def test_name_that_is_taken_or_is_none_is_refused(new_rule, name):
    with pytest.raises(SystemExit):
        new_rule.main("disk", name)
