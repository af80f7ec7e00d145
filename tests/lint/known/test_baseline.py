import json
from pathlib import Path

import pytest

from chanfix.errors import ConfigError
from chanfix.lint.finding import Excerpt, FileReport, Finding, Severity
from chanfix.lint.known.baseline import Baseline, dump
from chanfix.position import Position
from chanfix.xml.place import Place
from chanfix.xml.span import Span

RULES = ["r", "s"]


def finding(line, rule="r", at=1, message="m"):
    place = Place(Span(at, at), Position(at, 1), Position(at, 1))
    excerpt = None if line is None else Excerpt(line, 0, 0)
    return Finding(rule, Severity.WARNING, message, place, excerpt=excerpt)


def report(*findings, path="a.xml"):
    return FileReport(path, findings)


@pytest.fixture
def baseline(tmp_path, monkeypatch):
    """Write a baseline of reports and load it, standing in its folder."""
    monkeypatch.chdir(tmp_path)

    def make(*reports):
        file = tmp_path / "known.json"
        file.write_text(dump(reports, tmp_path))
        return Baseline.load(file)

    return make


@pytest.mark.parametrize(
    ("known", "now", "kept", "stale"),
    [
        ([], [finding("x")], [0], 0),
        ([finding("x")], [finding("x")], [], 0),
        ([finding("x")], [], [], 1),
        ([finding("  <x a='1'/>")], [finding("\t<x  a='1'/> ", at=99, message="other words")], [], 0),
        ([finding("x")], [finding("y")], [0], 1),
        ([finding("x")], [finding("x", rule="s")], [0], 1),
        ([finding("x")], [finding("x"), finding("x", at=2)], [1], 0),
        ([finding("x"), finding("x", at=2)], [finding("x")], [], 1),
        ([finding(None, message="m")], [finding(None, message="m")], [], 0),
        ([finding(None, message="m")], [finding(None, message="n")], [0], 1),
        ([finding("x", rule="t")], [], [], 0),
    ],
)
def test_known_findings_are_hidden_and_entries_without_one_are_stale(known, now, kept, stale, baseline):
    filtered = baseline(report(*known)).filter("a.xml", now, RULES)
    assert filtered.kept == tuple(now[number] for number in kept)
    assert set(filtered.hidden) == set(now) - set(filtered.kept)
    assert len(filtered.stale) == stale


def test_one_file_does_not_answer_for_another(baseline):
    filtered = baseline(report(finding("x"))).filter("b.xml", [finding("x")], RULES)
    assert (len(filtered.kept), filtered.stale) == (1, ())


def test_the_same_baseline_serves_again_and_for_every_form_of_a_path(baseline, tmp_path):
    known = baseline(report(finding("x"), path="sub/a.xml"))
    for path in ("sub/a.xml", "./sub/../sub/a.xml", f"{tmp_path}/sub/a.xml"):
        assert known.filter(path, [finding("x")], RULES).kept == ()


def test_a_baseline_is_read_from_any_folder(baseline, tmp_path, monkeypatch):
    known = baseline(report(finding("x"), path="sub/a.xml"))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert known.filter("a.xml", [finding("x")], RULES).kept == ()
    assert Baseline.load(Path("../known.json")).filter("a.xml", [finding("x")], RULES).kept == ()


def test_hostile_names_and_texts_survive_as_ascii(baseline):
    names = ["a\nb.xml", "\x1b[2J.xml", "\udcff.xml", "\u202e.xml"]
    known = baseline(*(report(finding("\x1b\udcff"), path=name) for name in names))
    for name in names:
        assert known.filter(name, [finding("\x1b\udcff")], RULES).kept == ()
    assert Path("known.json").read_bytes().isascii()
    assert b"\x1b" not in Path("known.json").read_bytes()


def test_a_baseline_is_small_sorted_and_holds_no_text_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reports = [
        report(finding("<graphics passwd='hunter2'/>", rule="s"), finding("x"), finding("x"), path="b.xml"),
        report(finding("y"), path="a.xml"),
        FileReport("clean.xml"),
    ]
    text = dump(reports, tmp_path)
    assert text == dump(reversed(reports), tmp_path)
    assert "hunter2" not in text
    content = json.loads(text)
    assert list(content) == sorted(content)
    assert content["version"] == 1
    assert {
        name: {rule: sorted(prints.values()) for rule, prints in rules.items()}
        for name, rules in content["findings"].items()
    } == {
        "a.xml": {"r": [1]},
        "b.xml": {"r": [2], "s": [1]},
    }


def test_fingerprints_stay_what_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # What is written into repositories must be found there by every later version.
    assert json.loads(dump([report(finding(" <channel  type='pty'>"))], tmp_path))["findings"] == {
        "a.xml": {"r": {"953c5aa0fee9de1c": 1}}
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff\xff", "not JSON: "),
        (b"[" * 100_000, "not JSON: "),
        (b"[]", "not a baseline of chanfix"),
        (b"{}", "not a baseline of chanfix"),
        (b'{"version": 2, "findings": {}}', "a baseline of version 2; expected 1"),
        (b'{"version": true, "findings": {}}', "a baseline of version True; expected 1"),
        (b'{"version": "1\\u001b"}', "a baseline of version '1\\x1b'; expected 1"),
        (b'{"version": 1}', "a baseline whose 'findings' are not"),
        (b'{"version": 1, "findings": []}', "a baseline whose 'findings' are not"),
        (b'{"version": 1, "findings": {"a": {"r": {"x": 0}}}}', "a baseline whose 'findings' are not"),
        (b'{"version": 1, "findings": {"a": {"r": {"x": true}}}}', "a baseline whose 'findings' are not"),
        (b'{"version": 1, "findings": {"a": {"r": ["x"]}}}', "a baseline whose 'findings' are not"),
    ],
)
def test_what_is_no_baseline_is_a_config_error_that_says_so(content, message, tmp_path):
    file = tmp_path / "known.json"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        Baseline.load(file)
    assert caught.value.message.startswith(f"{file} is {message}")
    assert "--write-baseline" in caught.value.hint


def test_a_baseline_that_is_not_there_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError) as caught:
        Baseline.load(tmp_path / "known.json")
    assert caught.value.message == f"{tmp_path / 'known.json'}: no such file"
    assert caught.value.hint == "chanfix lint --write-baseline FILE makes one"
