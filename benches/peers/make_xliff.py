#!/usr/bin/env python3
"""Writes a synthetic XLIFF 1.2 of any size: the same bytes for the same arguments, on any machine.

    make_xliff.py 550000 project.xlf     about 200 MB, 550,000 units from en into fr

Words follow Zipf's law over invented vocabularies; one unit in eight has inline codes, one in eight has no target,
one in sixteen an alternative. Needs nothing but Python.
"""
import itertools
import random
import sys

from make_tmx import stream, vocabulary


def main():
    units, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(20151216)
    en = "ba be bi co da de di fo ga in la le li ma me mi na ne no po ra re ri sa se si ta te ti un".split()
    fr = "bé ca ce dé é fa ga in la le lè ma me mé na no ou pa ra ré ri sa se tion ta té ti un va".split()
    words = {"source": stream(rng, vocabulary(rng, en, 40_000)), "target": stream(rng, vocabulary(rng, fr, 40_000))}
    with open(path, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
            '<file original="project.docx" source-language="en" target-language="fr" datatype="x-docx"><body>\n'
        )
        for n in range(units):
            length = min(60, max(3, round(rng.gauss(22, 8))))
            out.write(f'<trans-unit id="{n}">\n')
            for side, source in words.items():
                text = list(itertools.islice(source, length))
                text[0] = text[0].capitalize()
                if n % 8 == 0:
                    at = n // 8 % length
                    text[at] = f'<g id="1">{text[at]}</g>'
                elif n % 8 == 3:
                    text[0] = f'<x id="2"/>{text[0]} &amp; more'
                if side == "source" or n % 8 != 5:
                    out.write(f"<{side}>{' '.join(text)}.</{side}>\n")
            if n % 16 == 7:
                out.write('<alt-trans match-quality="80"><target>Autre chose.</target></alt-trans>\n')
            out.write("</trans-unit>\n")
        out.write("</body></file></xliff>\n")


if __name__ == "__main__":
    main()
