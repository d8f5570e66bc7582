"""Counts what stands in term tables, with Python's own csv and nothing of wicterm.

    count_tables.py FILE...    prints a JSON array, one object per file

Each has `langs`, the columns headed by a language tag with a region or script (`en-US`), and `rows`: the line
on which each row begins and how many terms it has. A table without such a header is a list of source and target.
"""
import csv
import json
import re
import sys

TAG = re.compile(r"[a-z]{2,3}-([A-Z]{2}|[0-9]{3}|[A-Z][a-z]{3})")


def text_of(path):
    with open(path, "rb") as file:
        raw = file.read()
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return raw[len(mark):].decode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1252")


def count(path):
    lines = text_of(path).splitlines(keepends=True)
    if path.endswith(".csv"):
        # Blanks before a quotation mark are no part of the cell.
        rows = csv.reader(lines, skipinitialspace=True)
    else:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    seen = {"langs": 0, "rows": []}
    columns, end = None, 0
    for row in rows:
        begin, end = end + 1, rows.line_num
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = [at for at, cell in enumerate(cells) if TAG.fullmatch(cell)]
            seen["langs"] = len(columns)
            if columns:
                continue
            columns = [0, 1]
        if not seen["langs"] and cells[0].startswith("#"):
            continue
        terms = sum(1 for at in columns if at < len(cells) and cells[at])
        seen["rows"].append([begin, terms])
    return seen


json.dump([count(path) for path in sys.argv[1:]], sys.stdout)
