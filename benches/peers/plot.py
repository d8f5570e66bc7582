#!/usr/bin/env python3
"""Draws what memory.py printed: the time of a query against the size of the memory, both on scales of tens.

    benches/peers/run.sh memory --units 10000,100000,1000000,4000000 | tee printed.md
    benches/peers/plot.py printed.md match-times.svg

A band from p50 to p99 for each engine, with its p50 as a line. Readable on light and dark pages: the drawing has no ground of
its own, and its ink follows the reader's preference. Needs nothing but Python.
"""
import math
import re
import sys

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 86, 210, 20, 50
# Told apart without colour vision too (Okabe and Ito), each by a mark of its own besides.
STYLES = {
    "wicterm, inside one process": ("wicterm", "#0072b2", "circle"),
    "wicterm match, a process for each query": ("wicterm, whole process", "#56b4e9", "ring"),
    "tantivy": ("tantivy + rescoring", "#009e73", "square"),
    "rapidfuzz": ("rapidfuzz, every unit", "#e69f00", "diamond"),
    "translate-toolkit": ("translate-toolkit", "#d55e00", "triangle"),
    "PostgreSQL": ("pg_trgm", "#cc79a7", "cross"),
}


def printed(path):
    """Series by engine: of each size the p50 and the p99."""
    series, size, head = {}, None, []
    for line in open(path, encoding="utf-8"):
        if title := re.match(r"\*\*([\d,]+) units, ", line):
            size = int(title[1].replace(",", ""))
        elif line.startswith("**"):
            size = None
        elif line.startswith("| engine"):
            head = [cell.strip() for cell in line.strip("|\n ").split("|")]
        elif line.startswith("| ") and size and head and not line.startswith("| -"):
            row = dict(zip(head, (cell.strip() for cell in line.strip("|\n ").split("|"))))
            style = next((key for key in STYLES if row["engine"].startswith(key)), None)
            if style and row["p50 ms"] != "–":
                times = [float(row[name].replace(",", "")) for name in ("p50 ms", "p99")]
                series.setdefault(style, {})[size] = times
    return series


def mark(kind, x, y, ink):
    filled = f'fill="{ink}" stroke="none"'
    if kind in ("circle", "ring"):
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" ' + (
            filled if kind == "circle" else f'fill="none" stroke="{ink}" stroke-width="2"') + "/>"
    ways = {
        "square": f"M{x - 4:.1f} {y - 4:.1f}h8v8h-8z",
        "diamond": f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z",
        "triangle": f"M{x:.1f} {y - 5:.1f}l5 9h-10z",
        "cross": f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8",
    }
    return f'<path d="{ways[kind]}" ' + (
        f'fill="none" stroke="{ink}" stroke-width="2"' if kind == "cross" else filled) + "/>"


def short(size):
    return f"{size // 1_000_000} M" if size >= 1_000_000 else f"{size // 1000} k" if size >= 1000 else str(size)


def drawn(series):
    sizes = sorted({size for times in series.values() for size in times})
    values = [value for times in series.values() for pair in times.values() for value in pair]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])
    span = (last - first) or 1
    x_of = lambda size: LEFT + (math.log10(size) - first) / span * (WIDTH - LEFT - RIGHT)
    y_of = lambda value: HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        'font-size="13">',
        "<title>Time of a query against the size of the memory</title>",
        "<desc>Lines are medians; each band reaches up to the 99th percentile. " + "; ".join(
            f"{STYLES[key][0]}: " + ", ".join(f"{short(size)} units {p50:g} to {p99:g} ms" for size, (p50, p99) in sorted(times.items()))
            for key, times in series.items()) + ".</desc>",
        "<style>text{fill:#24292f}.grid{stroke:#8c959f;stroke-opacity:.35}@media(prefers-color-scheme:dark){text{fill:#d0d7de}}</style>",
    ]
    for power in range(low, high + 1):
        y = y_of(10 ** power)
        label = f"{10 ** power:,} ms" if power >= 0 else f"{10 ** power:.{-power}f} ms"
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
                   f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for size in sizes:
        x = x_of(size)
        out.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
                   f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{short(size)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">units in the memory</text>')
    labels = []
    for key, times in series.items():
        name, ink, kind = STYLES[key]
        points = sorted(times.items())
        lower = [(x_of(size), y_of(p50)) for size, (p50, _) in points]
        upper = [(x_of(size), y_of(p99)) for size, (_, p99) in points]
        ring = " ".join(f"{x:.1f},{y:.1f}" for x, y in lower + upper[::-1])
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in lower)
        out.append(f'<polygon points="{ring}" fill="{ink}" fill-opacity=".15"/>')
        out.append(f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2"/>')
        out += [mark(kind, x, y, ink) for x, y in lower]
        labels.append((lower[-1][1], name, ink, kind))
    # Names beside the ends of the lines, pushed apart where they would touch.
    floor = 0.0
    for y, name, ink, kind in sorted(labels):
        y = floor = max(y, floor + 18)
        out.append(mark(kind, WIDTH - RIGHT + 18, y, ink) + f'<text x="{WIDTH - RIGHT + 30}" y="{y + 4:.1f}">{name}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    series = printed(sys.argv[1])
    if not series:
        sys.exit(f"{sys.argv[1]}: no table as memory.py prints it")
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(drawn(series))


if __name__ == "__main__":
    main()
