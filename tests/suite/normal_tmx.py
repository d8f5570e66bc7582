"""Brings TMX files into a normal form that says what they say, knowing nothing of wicterm.

Prints a line of JSON for each file named: the notes, properties and encodings of its header, and its units in
order, each with what it inherits from the header, attributes in order of their names, languages in small
letters, and segments with every inline code. Two files with the same units print the same units.
"""

import json
import sys
from xml.etree import ElementTree

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def local(name):
    return name.rpartition("}")[2]


def attributes(element):
    def value(name):
        given = element.get(name)
        return given.lower() if name in (LANG, "lang", "srclang") else given

    return {name: value(name) for name in sorted(element.attrib)}


def content(element):
    """The text and the elements in an element, in order."""
    parts = [element.text or ""]
    for child in element:
        parts += [[local(child.tag), attributes(child), content(child)], child.tail or ""]
    return parts


def about(element):
    """The notes, properties and encodings in an element; a title is the collection's, not the file's."""
    return [
        [local(child.tag), attributes(child), content(child)]
        if local(child.tag) != "ude"
        else ["ude", attributes(child), [attributes(entry) for entry in child]]
        for child in element
        if local(child.tag) in ("note", "prop", "ude") and child.get("type") != "x-title"
    ]


def variant(tuv):
    # Before TMX 1.3 it was lang.
    if LANG not in tuv.attrib and "lang" in tuv.attrib:
        tuv.set(LANG, tuv.attrib.pop("lang"))
    return {
        "attributes": attributes(tuv),
        "about": about(tuv),
        "segments": [content(seg) for seg in tuv if local(seg.tag) == "seg"],
    }


def unit(tu, header):
    inherited = {name: header[name] for name in ("srclang", "segtype", "datatype") if name in header}
    return {
        "attributes": dict(sorted({**inherited, **attributes(tu)}.items())),
        "about": about(tu),
        "variants": [variant(child) for child in tu if local(child.tag) == "tuv"],
    }


def normal(path):
    root = ElementTree.parse(path).getroot()
    header = next(e for e in root.iter() if local(e.tag) == "header")
    units = [unit(e, attributes(header)) for e in root.iter() if local(e.tag) == "tu"]
    return {"header": about(header), "units": units}


for path in sys.argv[1:]:
    print(json.dumps(normal(path)))
