#!/usr/bin/env python3
"""Writes a synthetic term base of any size as TBX 2 (which every tool reads) or as a term table.

    make_terms.py 100000 terms.tbx     about 90 MB: a hundred thousand concepts in en, fr and zh-Hans
    make_terms.py 100000 terms.csv     the same concepts as a long term table

The same bytes for the same arguments, on any machine. Terms are one to four invented words; one concept
in three has a variant, one in four a definition, one in five a context. Needs nothing but Python.
"""
import csv
import random
import sys

SYLLABLES = {
    "en": "ba ber con da den di fra gen ing la len mar men net or po ral ser sta tion ur ver".split(),
    "fr": "bé cen cla dé é fra gue ique la lè mai né nou par qué ré ri sé té tion un vé".split(),
    "zh-Hans": [chr(c) for c in range(0x4E00, 0x4E00 + 1500)],
}


def words(rng, lang, size):
    joiner = "".join
    return [joiner(rng.choice(SYLLABLES[lang]) for _ in range(rng.choice((1, 2, 2, 3)))) for _ in range(size)]


def concepts(number):
    rng = random.Random(30042)
    vocabulary = {lang: words(rng, lang, 8000) for lang in SYLLABLES}
    for i in range(number):
        sections = {}
        for lang, known in vocabulary.items():
            space = "" if lang == "zh-Hans" else " "
            terms = [space.join(rng.choices(known, k=rng.choice((2, 2, 3, 4))))]
            if rng.random() < 1 / 3:
                terms.append(space.join(rng.choices(known, k=3)))
            sections[lang] = terms
        definition = " ".join(rng.choices(vocabulary["en"], k=12)) if rng.random() < 1 / 4 else ""
        context = " ".join(rng.choices(vocabulary["en"], k=15)) + "." if rng.random() < 1 / 5 else ""
        yield f"c{i}", sections, definition, context


def tbx(number, out):
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
        '<martif type="TBX-Basic" xml:lang="en"><martifHeader><fileDesc><titleStmt><title>synthetic</title></titleStmt>'
        "<sourceDesc><p>make_terms.py</p></sourceDesc></fileDesc>"
        '<encodingDesc><p type="XCSURI">TBXBasicXCSV02.xcs</p></encodingDesc></martifHeader><text><body>\n')
    for name, sections, definition, context in concepts(number):
        out.write(f'<termEntry id="{name}"><descrip type="subjectField">field {int(name[1:]) % 40}</descrip>\n')
        for lang, terms in sections.items():
            out.write(f'<langSet xml:lang="{lang}">')
            if definition and lang == "en":
                out.write(f'<descripGrp><descrip type="definition">{definition}</descrip></descripGrp>')
            for n, term in enumerate(terms):
                status = "admitted" if n else "preferred"
                out.write(f'<tig><term>{term}</term><termNote type="partOfSpeech">noun</termNote>'
                          f'<termNote type="administrativeStatus">{status}Term-admn-sts</termNote>')
                if context and lang == "en" and n == 0:
                    out.write(f'<descripGrp><descrip type="context">{context}</descrip>'
                              '<admin type="source">invented</admin></descripGrp>')
                out.write("</tig>")
            out.write("</langSet>\n")
        out.write("</termEntry>\n")
    out.write("</body></text></martif>\n")


def table(number, out):
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow("concept lang term status definition context".split())
    for name, sections, definition, context in concepts(number):
        for lang, terms in sections.items():
            for n, term in enumerate(terms):
                first = lang == "en" and n == 0
                status = "admitted" if n else "preferred"
                rows.writerow([name, lang, term, status, definition if first else "", context if first else ""])


def main():
    number, path = int(sys.argv[1]), sys.argv[2]
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        (tbx if path.endswith(".tbx") else table)(number, out)


if __name__ == "__main__":
    main()
