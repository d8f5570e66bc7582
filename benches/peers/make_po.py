#!/usr/bin/env python3
"""Writes a synthetic PO of any size: the same bytes for the same arguments, on any machine.

    make_po.py 200000 messages.po     about 55 MB, 200,000 messages from en into fr

Words follow Zipf's law over invented vocabularies; one message in eight has a placeholder, one in eight is empty, one
in sixteen is fuzzy. Needs nothing but Python.
"""
import itertools
import random
import sys

from make_tmx import stream, vocabulary


def main():
    messages, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(20151216)
    en = "ba be bi co da de di fo ga in la le li ma me mi na ne no po ra re ri sa se si ta te ti un".split()
    fr = "bé ca ce dé é fa ga in la le lè ma me mé na no ou pa ra ré ri sa se tion ta té ti un va".split()
    source, target = stream(rng, vocabulary(rng, en, 40_000)), stream(rng, vocabulary(rng, fr, 40_000))
    with open(path, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        out.write('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: fr\\n"\n')
        for n in range(messages):
            length = min(40, max(2, round(rng.gauss(12, 6))))
            texts = [f"{n} {' '.join(itertools.islice(words, length))}" for words in (source, target)]
            if n % 8 == 0:
                texts = [f"{text} %s" for text in texts]
            flag = "#, fuzzy\n" if n % 16 == 3 else ""
            translation = "" if n % 8 == 5 else texts[1]
            out.write(f'\n#: src/m{n % 97}.c:{n}\n{flag}msgid "{texts[0]}"\nmsgstr "{translation}"\n')


if __name__ == "__main__":
    main()
