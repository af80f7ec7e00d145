"""Pictures of the growth, both axes logarithmic, so that linear is a slope of one; and of what a run is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil, floor, log10

__all__ = ["plot", "plot_stacks"]

_WIDTH, _HEIGHT = 720, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 20, 20, 50
_COLORS = ("#1f6feb", "#d1242f", "#1a7f37")
# White text stands out from all of them.
_PARTS = ("#57606a", "#8250df", "#0969da", "#1a7f37", "#9a6700")
_NARROW = 45


def plot(series: Mapping[str, Mapping[int, float]]) -> str:
    """Return an SVG of seconds by size."""
    sizes = [log10(size) for values in series.values() for size in values]
    seconds = [log10(value) for values in series.values() for value in values.values()]
    area = _Area((floor(min(sizes)), ceil(max(sizes))), (floor(min(seconds)), ceil(max(seconds))))
    parts = [*_head(_HEIGHT), *area.grid()]
    for number, (name, values) in enumerate(series.items()):
        color = _COLORS[number % len(_COLORS)]
        points = [(area.x(log10(size)), area.y(log10(value))) for size, value in values.items()]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in points]
        parts.append(f'<text x="{_LEFT + 15}" y="{_TOP + 20 + 18 * number}" fill="{color}">{name}</text>')
    parts.append(f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 10}" text-anchor="middle">how many</text>')
    parts.append(f'<text x="15" y="{_TOP + 10}">s</text>')
    return "\n".join([*parts, "</svg>\n"])


def plot_stacks(stacks: Mapping[str, Mapping[str, float]]) -> str:
    """Return an SVG with a bar for each stack, made of its parts in seconds, all on one scale."""
    names = list(dict.fromkeys(part for parts in stacks.values() for part in parts))
    color_of = {name: _PARTS[number % len(_PARTS)] for number, name in enumerate(names)}
    scale = (_WIDTH - 2 * _RIGHT) / max((sum(parts.values()) for parts in stacks.values()), default=1)
    shapes = _head(_TOP + 70 * len(stacks) + 30)
    for number, (title, parts) in enumerate(stacks.items()):
        x, y = float(_RIGHT), _TOP + 70 * number
        total = sum(parts.values())
        shapes.append(f'<text x="{_RIGHT}" y="{y + 12}">{escape(title.strip("`"))}: {total * 1000:.0f} ms</text>')
        for name, seconds in parts.items():
            width, label = seconds * scale, f"{name}: {seconds * 1000:.0f} ms"
            bar = f'<rect x="{x:.1f}" y="{y + 20}" width="{width:.1f}" height="30" fill="{color_of[name]}">'
            shapes.append(f"{bar}<title>{escape(label)}</title></rect>")
            if width >= _NARROW:
                middle = f'x="{x + width / 2:.1f}" y="{y + 40}" text-anchor="middle" fill="#fff"'
                shapes.append(f"<text {middle}>{seconds * 1000:.0f} ms</text>")
            x += width
    across = (_WIDTH - 2 * _RIGHT) / max(len(names), 1)
    for number, name in enumerate(names):
        x, y = _RIGHT + number * across, _TOP + 70 * len(stacks)
        shapes.append(f'<rect x="{x:.1f}" y="{y}" width="12" height="12" fill="{color_of[name]}"/>')
        shapes.append(f'<text x="{x + 18:.1f}" y="{y + 11}">{escape(name)}</text>')
    return "\n".join([*shapes, "</svg>\n"])


def _head(height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        "<style>text { font: 13px sans-serif }</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]


class _Area:
    """Turns powers of ten into places."""

    def __init__(self, across: tuple[int, int], up: tuple[int, int]) -> None:
        self._across, self._up = across, up

    def x(self, power: float) -> float:
        low, high = self._across
        return _LEFT + (power - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, power: float) -> float:
        low, high = self._up
        return _HEIGHT - _BOTTOM - (power - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def grid(self) -> Iterator[str]:
        for power in range(self._across[0], self._across[1] + 1):
            x = self.x(power)
            yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{_HEIGHT - _BOTTOM}" stroke="#ddd"/>'
            yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
        for power in range(self._up[0], self._up[1] + 1):
            y = self.y(power)
            yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="#ddd"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>'
