"""A line plot as plain SVG."""

import math

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50
COLOURS = ["#1f6f8b", "#c8553d", "#5a7d2a", "#6b4c9a"]


def _short(value):
    if value >= 1000:
        return f"{value / 1000:g}k"
    return f"{value:.3g}"


def _place_x(value, low, high):
    """Logarithmic, with 0 where 1 is: the sizes of a curve go over magnitudes."""
    scale = [math.log10(max(1, x)) for x in (value, low, high)]
    return LEFT + (scale[0] - scale[1]) / max(1e-9, scale[2] - scale[1]) * (WIDTH - LEFT - RIGHT)


def _place_y(value, high):
    return HEIGHT - BOTTOM - value / high * (HEIGHT - TOP - BOTTOM)


def plot(title, x_title, y_title, lines):
    """`lines`: name → points (x, y)."""
    points = [point for line in lines.values() for point in line]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = max(y for _, y in points) * 1.15 or 1
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
             f'font-size="11">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{LEFT}" y="20" font-size="13">{title}</text>',
             f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{x_title}</text>',
             f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" '
             f'transform="rotate(-90 14 {HEIGHT / 2})">{y_title}</text>']
    for step in range(5):
        value = top * step / 4
        y = _place_y(value, top)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>')
    for x in sorted({x for x, _ in points}):
        place = _place_x(x, low, high)
        parts.append(f'<text x="{place:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_short(x)}</text>')
    for index, (name, line) in enumerate(lines.items()):
        colour = COLOURS[index % len(COLOURS)]
        places = [(_place_x(x, low, high), _place_y(y, top)) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<text x="{WIDTH - RIGHT}" y="{TOP + 14 * index}" text-anchor="end" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
