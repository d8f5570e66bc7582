"""Counts what stands in TBX files, with expat and nothing of ours: what the reader's account is held against.

    count_tbx.py FILE...    prints a JSON array, one object per file

Each object has `elements` and `attributes` (declarations of namespaces are attributes here), and `entries`: the
line of each concept entry, how many term sections it has, and everything said in it: [element, attribute or "",
type, value, whether markup stands beside it], values with their whitespace collapsed. A file that is not
well-formed has `error` instead.
"""
import json
import sys
from xml.parsers import expat

ENTRIES = {"conceptEntry", "termEntry", "entry"}
TERMS = {"termSec", "tig", "ntig", "termGroup"}


def local(name):
    return name.rpartition(":")[2]


class Count:
    def __init__(self):
        self.elements = self.attributes = 0
        self.entries = []
        # The open elements: name, type, the texts between its children, whether it has children.
        self.open = []
        self.inside = 0

    def start(self, name, attributes):
        name = local(name)
        self.elements += 1
        self.attributes += len(attributes)
        if self.open:
            self.open[-1][3] = True
            self.open[-1][2].append("")
        if name in ENTRIES and not self.inside:
            self.entries.append({"line": self.parser.CurrentLineNumber, "terms": 0, "said": []})
            self.inside = len(self.open) + 1
        kind = attributes.get("type", "")
        if self.inside:
            entry = self.entries[-1]
            entry["terms"] += name in TERMS
            for key, value in attributes.items():
                if key.split(":")[0] != "xmlns" and value.strip():
                    entry["said"].append([name, key, kind, " ".join(value.split()), False])
        self.open.append([name, kind, [""], False])

    def text(self, text):
        self.open[-1][2][-1] += text

    def end(self, _):
        name, kind, texts, mixed = self.open.pop()
        if self.inside:
            for text in texts:
                # What XML calls white space, no more.
                text = " ".join(word for word in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if word)
                if text:
                    flat = mixed or bool(self.open and self.open[-1][0] in {"term", "note", "descrip", "hi"})
                    self.entries[-1]["said"].append([name, "", kind, text, flat])
        if self.inside > len(self.open):
            self.inside = 0


def count(path):
    counter = Count()
    parser = counter.parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = counter.start
    parser.CharacterDataHandler = counter.text
    parser.EndElementHandler = counter.end
    try:
        with open(path, "rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        return {"error": str(error)}
    return {"elements": counter.elements, "attributes": counter.attributes, "entries": counter.entries}


json.dump([count(path) for path in sys.argv[1:]], sys.stdout)
