#!/usr/bin/env python3
"""Makes English-French pairs as TMX and as PO: the pairs of seeds/bitext, again and again with other figures.

make_pairs.py UNITS OUT.tmx OUT.po
"""

import random
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

units, tmx, po = int(sys.argv[1]), sys.argv[2], sys.argv[3]
seeds = Path(__file__).resolve().parents[2] / "seeds" / "bitext"
pairs = []
for line in (seeds / "judged" / "en-fr.tsv").read_text(encoding="utf-8").splitlines()[1:]:
    pairs.append(tuple(line.split("\t")[1:3]))
memo = (seeds / "memorandum.en-fr.tmx").read_text(encoding="utf-8")
for unit in re.findall(r"<tu .*?</tu>", memo, re.S):
    segments = re.findall(r"<seg>(.*?)</seg>", unit, re.S)
    if len(segments) == 2:
        pairs.append(tuple(s.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") for s in segments))
pairs = [(s, t) for s, t in pairs if s and t]
dice = random.Random(1)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


with open(tmx, "w", encoding="utf-8") as memory, open(po, "w", encoding="utf-8") as catalogue:
    memory.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header creationtool="make_pairs" '
        'creationtoolversion="1" segtype="sentence" o-tmf="none" adminlang="en" srclang="en" datatype="plaintext"/><body>\n'
    )
    catalogue.write('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: fr\\n"\n\n')
    for number in range(units):
        source, target = pairs[dice.randrange(len(pairs))]
        source, target = f"{source} [{number}]", f"{target} [{number}]"
        memory.write(
            f'<tu tuid="{number}"><tuv xml:lang="en"><seg>{escape(source)}</seg></tuv>'
            f'<tuv xml:lang="fr"><seg>{escape(target)}</seg></tuv></tu>\n'
        )
        catalogue.write(f"msgid {quoted(source)}\nmsgstr {quoted(target)}\n\n")
    memory.write("</body></tmx>\n")
