"""The growth as a picture: both axes logarithmic, so that linear is a slope of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor, log10

__all__ = ["plot"]

_WIDTH, _HEIGHT = 720, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 20, 20, 50
_COLORS = ("#1f6feb", "#d1242f", "#1a7f37")


def plot(series: Mapping[str, Mapping[int, float]]) -> str:
    """Return an SVG of seconds by size."""
    sizes = [log10(size) for values in series.values() for size in values]
    seconds = [log10(value) for values in series.values() for value in values.values()]
    area = _Area((floor(min(sizes)), ceil(max(sizes))), (floor(min(seconds)), ceil(max(seconds))))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        "<style>text { font: 13px sans-serif }</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *area.grid(),
    ]
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
