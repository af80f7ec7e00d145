"""A picture of a terminal: coloured text becomes an SVG whose text is text, for a light and a dark page."""

import re
from html import escape
from itertools import groupby

# In columns, as people have their terminals.
WIDTH = 100

_CELL, _LINE, _MARGIN = 8.4, 20, 16
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
# The styles that the reporters use, by the parameters of their escapes.
_STYLES = {"": "", "0": "", "1": "strong", "2": "faint", "1;31": "error", "1;33": "warning", "1;36": "info"}
# Each stands out from the paper behind it at least as WCAG 2 asks of text.
_CSS = """\
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; fill: #1b1f24 }
rect { fill: #f6f8fa; stroke: #d0d7de }
.strong, .error, .warning, .info { font-weight: bold }
.faint { fill: #57606a } .error { fill: #b42318 } .warning { fill: #8a5700 } .info { fill: #0a58ca }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  rect { fill: #161b22; stroke: #3d444d }
  .faint { fill: #9da7b1 } .error { fill: #ff8278 } .warning { fill: #e8b44c } .info { fill: #79b8ff }
}"""

_Cell = tuple[str, str]


def terminal_picture(command: str, output: str, *, title: str, description: str) -> str:
    """Return an SVG of a command and its coloured output. Raises ``ValueError`` for an escape that is not known."""
    lines = [line for text in (f"\x1b[2m$\x1b[0m {command}", *output.splitlines()) for line in _folded(_cells(text))]
    width, height = WIDTH * _CELL + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" '
        f'xml:space="preserve" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(description)}</desc>',
        f"<style>\n{_CSS}\n</style>",
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>',
        *(_text(line, _MARGIN + number * _LINE + 14) for number, line in enumerate(lines) if line),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _cells(text: str) -> list[_Cell]:
    """Return the characters of a line, each with its style."""
    first, *rest = _ESCAPE.split(text)
    cells = [(character, "") for character in first]
    for parameters, piece in zip(rest[::2], rest[1::2], strict=True):
        if parameters not in _STYLES:
            raise ValueError(f"the picture has no style for the escape {parameters!r}")
        cells += [(character, _STYLES[parameters]) for character in piece]
    if strange := next((character for character, _ in cells if not character.isprintable()), None):
        raise ValueError(f"the picture cannot show the character {strange!r}")
    return cells


def _folded(cells: list[_Cell]) -> list[list[_Cell]]:
    """Break a line that is too long at its last blank that fits."""
    lines = []
    while len(cells) > WIDTH:
        blank = max((at for at in range(1, WIDTH + 1) if cells[at][0] == " "), default=None)
        lines.append(cells[: blank or WIDTH])
        cells = cells[blank + 1 if blank else WIDTH :]
    return [*lines, cells]


def _text(line: list[_Cell], bottom: int) -> str:
    spans = []
    for style, cells in groupby(line, key=lambda cell: cell[1]):
        text = escape("".join(character for character, _ in cells), quote=False)
        spans.append(f'<tspan class="{style}">{text}</tspan>' if style else text)
    # Whatever font there is, each column stands where it should.
    length = len(line) * _CELL
    return f'<text x="{_MARGIN}" y="{bottom}" textLength="{length:g}">{"".join(spans)}</text>'
