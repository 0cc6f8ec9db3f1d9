"""Medians and spreads of repeated rows, as Markdown."""

import re
import statistics


def number(value):
    """Three digits that mean something."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cell(values):
    """The median; the spread behind it when there is one."""
    if not values:
        return ""
    middle = number(statistics.median(values))
    low, high = number(min(values)), number(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def median(values):
    return statistics.median(values) if values else float("nan")


def put_into(document, name, text):
    """Between the two marks of that name in a Markdown file."""
    with open(document, encoding="utf-8") as file:
        old = file.read()
    marks = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    new, places = marks.subn(lambda match: match.group(1) + text + match.group(2), old)
    if places != 1:
        raise SystemExit(f"bench/run: {document} has no place for the table {name}")
    with open(document, "w", encoding="utf-8") as file:
        file.write(new)


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def measures(repeated):
    """`repeated`: (server, scenario) → rows of numbers, or None where the server lacks the scenario.
    One line of the table for each; a column for everything that was measured of any."""
    columns = []
    for rows in repeated.values():
        for row in rows or []:
            columns += [name for name in row if name not in columns]
    lines = []
    for (server, scenario), rows in repeated.items():
        if rows is None:
            lines.append([server, scenario, "not supported by this server", *[""] * (len(columns) - 1)])
            continue
        lines.append([server, scenario, *(cell([row[name] for row in rows if name in row]) for name in columns)])
    return markdown(["server", "scenario", *columns], lines)
