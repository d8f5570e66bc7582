"""Counts what stands in TMX files, knowing nothing of wicterm.

Prints a line of JSON for each file named: its elements and attributes (declarations of namespaces are
attributes, what a DTD adds is not), where its units and their variants begin, and, where it is not well-formed,
what is wrong and in which line. What was counted before that counts.
"""

import json
import sys
from xml.parsers import expat


def count(path):
    seen = {
        "elements": 0, "attributes": 0, "tu": 0, "tuv": 0,
        "units": [], "error": None,
    }
    # Without namespaces: a prefix that nobody declares is no reason to stop counting.
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.specified_attributes = True

    def start(name, attributes):
        line = parser.CurrentLineNumber
        seen["elements"] += 1
        seen["attributes"] += len(attributes) // 2
        local = name.rpartition(":")[2]
        if local == "tu":
            seen["tu"] += 1
            seen["units"].append([line, []])
        elif local == "tuv":
            seen["tuv"] += 1
            if seen["units"]:
                seen["units"][-1][1].append(line)

    parser.StartElementHandler = start
    try:
        with open(path, "rb") as file:
            parser.Parse(file.read(), True)
    except expat.ExpatError as error:
        seen["error"] = {"line": error.lineno, "what": expat.ErrorString(error.code)}
    return seen


for path in sys.argv[1:]:
    print(json.dumps({"file": path, **count(path)}))
