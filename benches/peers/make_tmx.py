#!/usr/bin/env python3
"""Writes a synthetic TMX of any size: the same bytes for the same arguments, on any machine.

    make_tmx.py 1000000 memory.tmx     about 600 MB, a million units in en, fr and zh-CN

Words follow Zipf's law over invented vocabularies; one unit in eight has inline codes; dates,
authors and properties are as CAT tools write them. Needs nothing but Python.
"""
import itertools
import random
import sys


def vocabulary(rng, syllables, size, joiner=""):
    words, seen = [], set()
    while len(words) < size:
        word = joiner.join(rng.choice(syllables) for _ in range(rng.choice((1, 2, 2, 3, 3, 4))))
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def stream(rng, words):
    """An endless stream of words, the n-th most frequent one in n-th proportion."""
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    while True:
        yield from rng.choices(words, cum_weights=weights, k=100_000)


def main():
    units, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(20151216)
    en = "ba be bi co da de di fo ga in la le li ma me mi na ne no po ra re ri sa se si ta te ti un".split()
    fr = "bé ca ce dé é fa ga in la le lè ma me mé na no ou pa ra ré ri sa se tion ta té ti un va".split()
    zh = [chr(c) for c in range(0x4E00, 0x4E00 + 2500)]
    words = {
        "en": (stream(rng, vocabulary(rng, en, 40_000)), " ", "."),
        "fr": (stream(rng, vocabulary(rng, fr, 40_000)), " ", "."),
        "zh-CN": (stream(rng, vocabulary(rng, zh, 40_000)), "", "。"),
    }
    with open(path, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
            '<header creationtool="make_tmx" creationtoolversion="1" segtype="sentence" o-tmf="none" '
            'adminlang="en" srclang="en" datatype="plaintext"/>\n<body>\n'
        )
        for n in range(units):
            length = min(60, max(3, round(rng.gauss(17, 8))))
            coded = n % 8 == 0
            day = f"20{10 + n % 15:02}{1 + n % 12:02}{1 + n % 28:02}T{n % 24:02}0000Z"
            out.write(f'<tu tuid="{n}" creationdate="{day}" creationid="user{n % 7}">\n')
            out.write(f'<prop type="x-project">project {n % 40}</prop>\n')
            for lang, (source, space, stop) in words.items():
                text = list(itertools.islice(source, length))
                text[0] = text[0].capitalize()
                if coded:
                    at = n // 8 % length
                    text[at] = f'<bpt i="1" x="1" type="bold">&lt;b&gt;</bpt>{text[at]}<ept i="1">&lt;/b&gt;</ept>'
                elif n % 8 == 3:
                    text[-1] += " &amp; 38 %"
                out.write(f'<tuv xml:lang="{lang}"><seg>{space.join(text)}{stop}</seg></tuv>\n')
            out.write("</tu>\n")
        out.write("</body>\n</tmx>\n")


if __name__ == "__main__":
    main()
