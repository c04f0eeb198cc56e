"""Draws what costs how much at which size, from the figures that were kept: `python -m benchmarks.chart`."""

from __future__ import annotations

import math
from html import escape

from benchmarks.kept import ENGINES, HERE, figures

FILE = HERE.parent / "docs/cost-against-size.svg"
SERIES = (  # title of the figure, what the chart says, colours in the light and in the dark
    ("all customers, month", "report of all customers, a month", "#0060a8", "#6cb6ff"),
    ("one customer, month", "report of one customer, a month", "#0f7b4f", "#4fd29a"),
    ("importing 10,000 customers", "import of 10,000 customers", "#a34b00", "#ffab5e"),
    ("moving the large branch from a day on", "move of a branch of up to 10,000 folders", "#8e3a80", "#f08fe0"),
    ("moving a small branch from a day on", "move of a branch of about 100 folders", "#5f6368", "#b8bdc4"),
)
SCALES = {1: "10,000", 10: "100,000", 100: "1 million", 1000: "10 million"}  # and their tasks in words
TASKS, LARGEST = 10_000, 1000  # tasks of scale 1, and the largest scale
FASTEST, SLOWEST = 1, 100_000  # milliseconds
WIDE, HIGH, TOP, GAP, LEFT = 330, 300, 40, 84, 62
STYLE = """text { font: 12px system-ui, sans-serif; fill: #1d2733 } .back { fill: #fff } .grid { stroke: #d9dee4 }
path { fill: none; stroke-width: 2 }"""
DARK = ".back { fill: #151b23 } text { fill: #e6eaef } .grid { stroke: #333c47 }"


def x(tasks: float, panel: int) -> float:
    return LEFT + panel * (WIDE + GAP) + math.log10(tasks / TASKS) / math.log10(LARGEST) * WIDE


def y(milliseconds: float) -> float:
    return TOP + HIGH - math.log10(milliseconds / FASTEST) / math.log10(SLOWEST / FASTEST) * HIGH


def text(at_x: float, at_y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{at_x:.0f}" y="{at_y:.0f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def grid(panel: int, title: str) -> list[str]:
    left, right, foot = x(TASKS, panel), x(TASKS * LARGEST, panel), TOP + HIGH
    drawn = [text((left + right) / 2, TOP - 14, title, more=' font-weight="600"')]
    for scale, words in SCALES.items():
        at = x(TASKS * scale, panel)
        drawn.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{foot}"/>')
        drawn.append(text(at, foot + 18, words))
    drawn.append(text((left + right) / 2, foot + 36, "tasks"))
    for power in range(round(math.log10(SLOWEST / FASTEST)) + 1):
        time, at = FASTEST * 10**power, y(FASTEST * 10**power)
        drawn.append(f'<line class="grid" x1="{left:.1f}" x2="{right:.1f}" y1="{at:.1f}" y2="{at:.1f}"/>')
        if panel == 0:
            drawn.append(text(left - 8, at + 4, f"{time} ms" if time < 1000 else f"{time // 1000} s", "end"))
    return drawn


def line(number: int, title: str, points: list[tuple[float, float]]) -> list[str]:
    """A curve; each of its points tells its time to who rests on it."""
    path = " ".join(f"{'L' if place else 'M'}{at_x:.1f} {y(time):.1f}" for place, (at_x, time) in enumerate(points))
    dots = [
        f'<circle class="d{number}" cx="{at_x:.1f}" cy="{y(time):.1f}" r="3.5">'
        f"<title>{escape(title)}: {time:,.0f} ms</title></circle>"
        for at_x, time in points
    ]
    return [f'<path class="s{number}" d="{path}"/>', *dots]


def draw() -> None:
    drawn: list[str] = []
    for panel, (engine, name) in enumerate(ENGINES.items()):
        drawn += grid(panel, name)
        kept = {scale: figures(engine, str(scale)) for scale in SCALES}
        for number, (figure, title, *_colours) in enumerate(SERIES):
            points = [(x(TASKS * scale, panel), kept[scale][figure].value) for scale in SCALES if figure in kept[scale]]
            drawn += line(number, title, points) if points else []
    legend = TOP + HIGH + 66
    for number, (_figure, title, *_colours) in enumerate(SERIES):
        at_x, at_y = LEFT + number % 2 * (WIDE + GAP), legend + number // 2 * 20
        drawn += [f'<path class="s{number}" d="M{at_x} {at_y}h24"/>', text(at_x + 32, at_y + 4, title, "start")]
    light, dark = (
        " ".join(f".s{n} {{ stroke: {each[of]} }} .d{n} {{ fill: {each[of]} }}" for n, each in enumerate(SERIES))
        for of in (2, 3)
    )
    width, height = LEFT + 2 * WIDE + GAP + 40, legend + 60
    style = f"<style>{STYLE} {light}\n@media (prefers-color-scheme: dark) {{ {DARK} {dark} }}</style>"
    FILE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Time against the number of tasks">\n{style}\n'
        f'<rect class="back" width="{width}" height="{height}" rx="8"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


if __name__ == "__main__":
    draw()
