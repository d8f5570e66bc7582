#!/usr/bin/env python3
"""Writes a synthetic translation memory to look for matches in, and queries to look for.

    make_memory.py 1000000 memory.tmx [--tsv memory.tsv] [--queries 1000 queries.tsv] [--langs en,zh-Hans,fr] [--seed 5]

The same bytes for the same arguments, on any machine, and never more than the vocabulary in memory. All words are
invented. They follow Zipf's law and stand together in phrases; one unit in four fills a template, one in eight is
an earlier unit with a few words edited, one in a hundred repeats an earlier source, and now and then comes a name
or a figure that no other unit has. A unit is a list of meanings; each language says them in its own words, Chinese
without spaces, so that an edit is an edit in every language. English has 19 words in the mean.

memory.tsv has a line for each unit: its number and its text in each language. queries.tsv has the unit that the
query was made of and the text in each language: 80 % are a unit with 1 to 30 % of its words edited (another word, one
more, one less, two swapped, another figure, a slip of the finger), 20 % are texts of the same making that the
memory does not have. Needs nothing but Python.
"""
import argparse
import itertools
import random

# What syllables are made of: an onset, a nucleus, a coda. The earlier ones come more often, as letters do.
SOUNDS = {
    "en": (
        "t s c r d l m p n f st v b g pr tr th h w ch gr pl sp cr sh br fr cl j qu bl dr str k fl sc gl sw y x".split(),
        "e a i o u e a i ea ou io ee ai oo ia au ie oa ue y".split(),
        ["", "", "", *"n r s l t d m c nt st ng nd ct p ck rt ss rd ll sh th b g rm ld x ft".split()],
    ),
    "fr": (
        "r l t s d m c p n v qu f b pr g tr ch gr pl j cr br gn h cl fr dr bl fl vr".split(),
        "e a i é o u ou ai è eu au oi ie ê ui ée io î â œu".split(),
        ["", "", "", *"r n s l nt t m c st x nc ss ns ll rt ct rd lt".split()],
    ),
}
HAN = [chr(c) for c in range(0x4E00, 0x4E00 + 3500)]
WORDS = 60_000
# The most frequent words are short.
SHORT = 200
NAME, NUMBER, COMMA = -1, -2, -3
# Between thousands in French.
NARROW = "\u202f"
# So many earlier units are remembered, to be edited or repeated.
BACK = 50_000


def early(rng, choices, by=1.6):
    """One of them, an early one rather than a late one."""
    return choices[int(len(choices) * rng.random() ** by)]


def syllable(rng, lang):
    return "".join(early(rng, sounds) for sounds in SOUNDS[lang])


def word_of(rng, lang, size):
    return "".join(early(rng, HAN, 2.2) if lang == "zh-Hans" else syllable(rng, lang) for _ in range(size))


def vocabulary(rng, lang):
    words, seen = [], set()
    while len(words) < WORDS:
        word = word_of(rng, lang, 1 if len(words) < SHORT else rng.choice((1, 2, 2, 2, 2, 2, 2, 3)))
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


class Speaker:
    """Says meanings in one language."""

    def __init__(self, lang, seed):
        self.lang = lang
        self.spaced = lang != "zh-Hans"
        self.words = vocabulary(random.Random(f"{seed} {lang}"), lang)
        # French puts a word of its own before some others; Chinese leaves some short ones out.
        self.before = [w + " " for w in self.words[:8]] if lang == "fr" else []

    def name(self, number):
        return word_of(random.Random(number), self.lang, 2 + number % 2).capitalize()

    def number(self, value):
        kind, value = value % 4, value // 4
        if kind == 0:
            return str(value % 100)
        if kind == 1:
            return str(1980 + value % 70)
        if kind == 2:
            return f"{value % 100}{',' if self.lang == 'fr' else '.'}{value // 100 % 10}"
        return f"{value % 900 + 1}{NARROW if self.lang == 'fr' else ','}{value // 900 % 1000:03}"

    def pieces(self, meanings):
        """The words, each with the punctuation behind it."""
        out = []
        for meaning in meanings:
            if meaning >= 0:
                if not self.spaced and 4 <= meaning < 12:
                    continue
                word = self.words[meaning]
                if self.before and meaning % 9 == 5:
                    word = self.before[meaning // 9 % 8] + word
                out.append(word)
            elif meaning == COMMA:
                if out:
                    out[-1] += "," if self.spaced else "，"
            elif meaning & 1:
                out.append(self.name(-meaning >> 2))
            else:
                out.append(self.number(-meaning >> 2))
        if not out:
            out.append(self.words[0])
        return out

    def text(self, pieces, end):
        pieces = [*pieces[:-1], pieces[-1].rstrip(",，")]
        if not self.spaced:
            return "".join(pieces) + {".": "。", "?": "？", ":": "："}.get(end, end)
        first = pieces[0]
        return first[0].upper() + " ".join([first[1:], *pieces[1:]]) + end

    def edited(self, rng, pieces, word):
        pieces = " ".join(pieces).split(" ") if self.spaced else [c for piece in pieces for c in han_pieces(piece)]
        another = lambda: self.words[next(word)] if self.spaced else self.words[next(word)][0]
        return edited(rng, pieces, another, lambda: self.number(rng.randrange(400_000)))


def edited(rng, pieces, another, figure):
    """The words with 1 to 30 % of them edited; of unspaced scripts each character is a word."""
    for _ in range(max(1, round(len(pieces) * rng.uniform(0.01, 0.30)))):
        at = rng.randrange(len(pieces))
        other = another()
        what = rng.random()
        if what < 0.40:
            pieces[at] = other
        elif what < 0.58:
            pieces.insert(at, other)
        elif what < 0.76 and len(pieces) > 1:
            del pieces[at]
        elif what < 0.84 and len(pieces) > 1:
            at = min(at, len(pieces) - 2)
            pieces[at], pieces[at + 1] = pieces[at + 1], pieces[at]
        elif what < 0.92:
            numbers = [n for n, piece in enumerate(pieces) if piece[0].isdigit()]
            pieces[rng.choice(numbers) if numbers else at] = figure()
        else:
            piece = list(pieces[at])
            piece[rng.randrange(len(piece))] = rng.choice("etaoinsr") if len(other) > 1 else other
            pieces[at] = "".join(piece)
    return pieces


def han_pieces(piece):
    """The characters of a piece; figures stay together, punctuation stays behind."""
    if piece[0].isascii():
        return [piece]
    cut = list(piece)
    if len(cut) > 1 and cut[-1] == "，":
        cut[-2:] = ["".join(cut[-2:])]
    return cut


class Author:
    """Thinks of units: lists of meanings and what ends the sentence."""

    def __init__(self, seed, units):
        self.rng = random.Random(seed)
        weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
        self.word = self.stream(weights, WORDS)
        phrases = 20_000
        sizes = random.Random(f"{seed} phrases")
        self.phrases = [list(itertools.islice(self.word, sizes.choice((2, 2, 3, 3, 4)))) for _ in range(phrases)]
        self.phrase = self.stream(list(itertools.accumulate(1 / (rank + 20) for rank in range(phrases))), phrases)
        self.templates = []
        templates = max(100, min(50_000, units // 40))
        for _ in range(templates):
            meanings = self.free()
            slots = self.rng.sample(range(len(meanings)), max(1, len(meanings) // 4))
            self.templates.append((meanings, slots))
        self.template = self.stream(list(itertools.accumulate(1 / (n + 10) for n in range(templates))), templates)
        self.earlier = []

    def stream(self, weights, size):
        """An endless stream of numbers, small ones often."""
        ranks = range(size)
        while True:
            yield from self.rng.choices(ranks, cum_weights=weights, k=50_000)

    def rare(self):
        """A name or a figure."""
        rng = self.rng
        # Some names come again and again.
        if rng.random() < 0.55:
            return -(rng.randrange(400_000) << 2) - 4
        return -((rng.randrange(500) if rng.random() < 0.5 else rng.randrange(1_600_000)) << 2) - 5

    def free(self):
        rng, meanings = self.rng, []
        length = min(110, max(1, round(rng.lognormvariate(2.77, 0.62))))
        while len(meanings) < length:
            what = rng.random()
            if what < 0.22:
                meanings += self.phrases[next(self.phrase)]
            elif what < 0.93:
                meanings.append(next(self.word))
            elif what < 0.965:
                meanings.append(self.rare())
            elif meanings and meanings[-1] != COMMA:
                meanings.append(COMMA)
        return meanings

    def think(self):
        rng, what = self.rng, self.rng.random()
        end = rng.choice("......::?") if rng.random() < 0.93 else ""
        if what < 0.25:
            meanings, slots = self.templates[next(self.template)]
            meanings = meanings.copy()
            for slot in slots:
                meanings[slot] = self.rare() if rng.random() < 0.3 else next(self.word)
        elif what < 0.385 and self.earlier:
            meanings, end = rng.choice(self.earlier)
            if what < 0.375:
                meanings = meanings.copy()
                for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
                    at, how = rng.randrange(len(meanings)), rng.random()
                    if how < 0.6:
                        meanings[at] = next(self.word)
                    elif how < 0.8:
                        meanings.insert(at, next(self.word))
                    elif len(meanings) > 1:
                        del meanings[at]
        else:
            meanings = self.free()
        if len(self.earlier) < BACK:
            self.earlier.append((meanings, end))
        elif rng.random() < 0.1:
            self.earlier[rng.randrange(BACK)] = (meanings, end)
        return meanings, end


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("units", type=int)
    options.add_argument("tmx")
    options.add_argument("--tsv")
    options.add_argument("--queries", nargs=2, metavar=("NUMBER", "FILE"))
    options.add_argument("--langs", default="en,zh-Hans,fr")
    options.add_argument("--seed", type=int, default=5)
    options = options.parse_args()
    langs = options.langs.split(",")
    speakers = [Speaker(lang, options.seed) for lang in langs]
    author = Author(options.seed, options.units)
    dice = random.Random(f"{options.seed} queries")
    number = int(options.queries[0]) if options.queries else 0
    edited = set(dice.sample(range(options.units), min(options.units, number * 4 // 5)))
    queries = []

    def ask(unit, meanings, end):
        said = (speaker.pieces(meanings) for speaker in speakers)
        if unit:
            said = [s.edited(dice, pieces, author_word) for s, pieces in zip(speakers, said)]
        queries.append([unit, *(s.text(pieces, end) for s, pieces in zip(speakers, said))])

    # Edits must not change what the author thinks of next.
    author_word = Author(options.seed + 1, 0).word
    tsv = open(options.tsv, "w", encoding="utf-8", newline="\n", buffering=1 << 20) if options.tsv else None
    if tsv:
        tsv.write("\t".join(["unit", *langs]) + "\n")
    with open(options.tmx, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
            '<header creationtool="make_memory" creationtoolversion="1" segtype="sentence" o-tmf="none" '
            f'adminlang="en" srclang="{langs[0]}" datatype="plaintext"/>\n<body>\n'
        )
        for n in range(options.units):
            meanings, end = author.think()
            texts = [speaker.text(speaker.pieces(meanings), end) for speaker in speakers]
            day = f"20{10 + n % 15:02}{1 + n % 12:02}{1 + n % 28:02}T{n % 24:02}0000Z"
            variants = "".join(f'<tuv xml:lang="{lang}"><seg>{text}</seg></tuv>' for lang, text in zip(langs, texts))
            out.write(f'<tu tuid="{n}" creationdate="{day}" creationid="user{n % 7}">{variants}</tu>\n')
            if tsv:
                tsv.write("\t".join([str(n), *texts]) + "\n")
            if n in edited:
                ask(str(n), meanings, end)
        out.write("</body>\n</tmx>\n")
    while len(queries) < number:
        ask("", *author.think())
    dice.shuffle(queries)
    if options.queries:
        with open(options.queries[1], "w", encoding="utf-8", newline="\n") as out:
            out.write("\t".join(["unit", *langs]) + "\n")
            out.writelines("\t".join(query) + "\n" for query in queries)


if __name__ == "__main__":
    main()
