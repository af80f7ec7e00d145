"""The picture at the top of the documentation: real output as text, readable on light and dark pages."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from colors import contrast

from chanfix.cli import main

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURE = CHECKOUT / "docs" / "finding.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def draw(monkeypatch):
    """Draw an output, and return the lines of text in the picture with the styles of their parts."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "docs" / "tools"))
    import terminal_picture

    def draw(output):
        picture = terminal_picture.terminal_picture("x", output, title="<title>", description="one & two")
        lines = ElementTree.fromstring(picture).findall(f"{SVG}text")
        return [[(part.get("class"), part.text) for part in line] or line.text for line in lines[1:]]

    yield draw
    sys.modules.pop("terminal_picture", None)


def shown(path):
    return ["".join(text.itertext()) for text in ElementTree.parse(path).getroot().findall(f"{SVG}text")]


def test_picture_shows_what_the_command_prints(monkeypatch, capfd):
    monkeypatch.chdir(CHECKOUT / "examples")
    first, *lines = shown(PICTURE)
    command = first.removeprefix("$ ")
    assert main(command.split()[1:]) == 1
    assert " ".join(lines).split() == capfd.readouterr().out.split()


def test_picture_is_text_with_a_title_and_a_description():
    root = ElementTree.parse(PICTURE).getroot()
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "title", "desc", "style", "rect", "text", "tspan")
    }
    assert root.get("role") == "img"
    for name in root.get("aria-labelledby").split():
        [element] = root.findall(f"*[@id='{name}']")
        assert element.text


def test_picture_loads_nothing():
    text = PICTURE.read_text()
    assert re.findall(r"\w+://[^\"'\s]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|@font-face|href|data:", text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_the_paper(browser, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(PICTURE.as_uri())
    colors = page.evaluate(
        "() => Array.from(document.querySelectorAll('text, tspan'), (text) => getComputedStyle(text).fill)"
    )
    paper = page.evaluate("() => getComputedStyle(document.querySelector('rect')).fill")
    context.close()
    assert len(set(colors)) > 2
    assert [color for color in colors if contrast(color, paper) < 4.5] == []  # what WCAG 2 asks of text


def test_marker_stands_under_what_it_marks(browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(PICTURE.as_uri())
    edges = page.evaluate(
        """() => ["'org.qemu", " ^"].map((text) => {
          const lines = Array.from(document.querySelectorAll("text")).slice(3);
          const line = lines.find((it) => it.textContent.includes(text));
          return line.getStartPositionOfChar(line.textContent.indexOf(text) + 1).x;
        })"""
    )
    context.close()
    assert abs(edges[0] - edges[1]) < 1


def test_styles_become_classes_and_markup_stays_text(draw):
    assert draw("\x1b[1ma\x1b[0m\x1b[1;31m<b>&\x1b[0m") == [[("strong", "a"), ("error", "<b>&")]]


def test_long_line_is_broken_at_a_blank_and_a_word_that_is_too_long_anywhere(draw):
    assert draw("a" * 90 + " " + "b" * 30) == ["a" * 90, "b" * 30]
    assert draw("a" * 100 + " b") == ["a" * 100, "b"]
    assert draw("c" * 230) == ["c" * 100, "c" * 100, "c" * 30]


@pytest.mark.parametrize("output", ["\x1b[5mblinks\x1b[0m", "a\x07", "\x1b]8;;https://example.org\x1b\\a"])
def test_what_the_picture_cannot_show_is_refused(draw, output):
    with pytest.raises(ValueError, match="the picture"):
        draw(output)
