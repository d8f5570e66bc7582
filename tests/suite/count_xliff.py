"""Counts what stands in XLIFF files, knowing nothing of wicterm.

Prints a line of JSON for each file named: its elements and attributes (declarations of namespaces are attributes,
what a DTD adds is not), the line of each unit (trans-unit of 1.x, unit of 2.x), and the text of each target of a
unit, but what a tracked change deletes; where the file is not well-formed, what is wrong. What was counted before
that counts.
"""

import json
import sys
from xml.parsers import expat

UNITS = ("trans-unit", "unit")


def count(path):
    seen = {"nodes": 0, "units": [], "targets": [], "error": None}
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.specified_attributes = True
    open_ = []

    def start(name, attributes):
        seen["nodes"] += 1 + len(attributes) // 2
        values = dict(zip(attributes[::2], attributes[1::2]))
        local = name.rpartition(":")[2]
        if local in UNITS:
            seen["units"].append(parser.CurrentLineNumber)
        if local == "target" and open_ and open_[-1] in (*UNITS, "segment"):
            seen["targets"].append("")
        open_.append("deleted" if values.get("mtype") == "x-sdl-deleted" else local)

    def end(name):
        open_.pop()

    def text(data):
        inside = [name for name in open_ if name not in ("g", "pc", "mrk")]
        if inside and inside[-1] == "target" and inside[-2] in (*UNITS, "segment"):
            seen["targets"][-1] += data

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        with open(path, "rb") as file:
            parser.Parse(file.read(), True)
    except expat.ExpatError as error:
        seen["error"] = f"line {error.lineno}: {expat.ErrorString(error.code)}"
    return seen


for path in sys.argv[1:]:
    print(json.dumps({"file": path, **count(path)}))
