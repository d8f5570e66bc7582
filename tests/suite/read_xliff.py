"""Tells what changed between two XLIFF files as translate-toolkit reads them.

Reads a line of JSON for each pair of files: before, after, text. Prints a line for each pair in which anything but
one target changed, or in which that target does not hold the text.
"""

import json
import sys

from translate.storage import xliff, xliff2


def targets(path):
    with open(path, "rb") as file:
        begin = file.read().replace(b"\0", b"")
    two = b"xliff:document:2." in begin
    store = (xliff2.Xliff2File if two else xliff.Xliff1File).parsefile(path)
    squeeze = lambda text: " ".join(str(text or "").split())
    return [(unit.getid(), squeeze(unit.source), squeeze(unit.target)) for unit in store.units]


for line in sys.stdin:
    pair = json.loads(line)
    before, after = targets(pair["before"]), targets(pair["after"])
    said = f"{pair['before']} {pair['after']}"
    changed = [(a, b) for a, b in zip(before, after) if a != b]
    if len(before) != len(after):
        print(f"{said}: {len(before)} units are {len(after)}")
    elif len(changed) != 1:
        print(f"{said}: {len(changed)} units changed")
    elif changed[0][0][:2] != changed[0][1][:2]:
        print(f"{said}: a source changed: {changed}")
    elif " ".join(pair["text"].split()) not in changed[0][1][2]:
        print(f"{said}: the text is not there: {changed}")
