#!/usr/bin/env python3
"""Makes a translation memory of real text: what Debian's packages say in English, French and Chinese.

    debian_memory.py memory.tmx [--tsv memory.tsv] [--queries 1000 queries.tsv] [--work FOLDER]

Downloads the packages named below (about 75 MB, with apt-get download; nothing is installed) into FOLDER, where they
stay. Their texts are free under the licences in usr/share/doc/*/copyright there; none of them is kept in this repository.
Three kinds are read: catalogues (.mo), LibreOffice's help, whose paragraphs have ids, and GNOME's pages, whose elements stand
in the same order in every language. One unit for each English text; the first translation that differs from it is taken;
what is not translated into both languages has one. White space is made single.

Queries are made as by make_memory.py, of units with four words or more; the 20 % that no unit was made of are taken out of the memory.
"""
import argparse
import html
import pathlib
import random
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from make_memory import edited

PACKAGES = (
    "libreoffice-help-en-us libreoffice-help-fr libreoffice-help-zh-cn libreoffice-l10n-fr libreoffice-l10n-zh-cn "
    "gnome-user-docs gcc-12-locales gimp-data inkscape gnucash-common evolution-common vlc-l10n"
).split()
LANGS = {"fr": ("fr",), "zh-Hans": ("zh_CN", "zh-CN")}
LONGEST = 2000


def unpacked(work, package):
    """The folder of a package's files; says which version it is."""
    folder = work / package
    if not folder.exists():
        found = subprocess.run(["apt-get", "download", "-q", package], cwd=work, capture_output=True, text=True)
        deb = next(iter(work.glob(f"{package}_*.deb")), None)
        if deb is None:
            print(f"{package}: not to be had. {found.stderr.strip()[-200:]}", file=sys.stderr)
            return None
        half = work / f"half-{package}"
        subprocess.run(["dpkg-deb", "-x", deb, half], check=True)
        half.rename(folder)
    return folder


def single(text):
    return " ".join(text.split())


def catalogue(path):
    """The messages of a compiled catalogue; of plurals the first form."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, sources, targets = struct.unpack_from(order + "3I", data, 8)
    for at in range(count):
        pair = []
        for table in (sources, targets):
            length, start = struct.unpack_from(order + "2I", data, table + 8 * at)
            pair.append(data[start:start + length].decode("utf-8", "replace").split("\0")[0])
        source, target = pair
        yield source.rsplit("\x04", 1)[-1], target


def catalogues(folder):
    for lang, names in LANGS.items():
        for path in sorted(folder.rglob("*.mo")):
            if set(names) & set(path.parts):
                for source, target in catalogue(path):
                    yield lang, source, target


PARAGRAPH = re.compile(r'<(p|h\d) id="([\w-]+)"[^>]*>(.*?)</\1>', re.S)


def help_paragraphs(root):
    said = {}
    for path in sorted(root.rglob("*.html")):
        for _, key, text in PARAGRAPH.findall(path.read_text(encoding="utf-8", errors="replace")):
            said[path.relative_to(root), key] = html.unescape(re.sub(r"<[^>]*>", "", text))
    return said


def office_help(work):
    pages = {name: work / f"libreoffice-help-{name.lower()}" / "usr/share/libreoffice/help" / name / "text"
             for name in ("en-US", "fr", "zh-CN")}
    if not pages["en-US"].exists():
        return
    english = help_paragraphs(pages["en-US"])
    for lang, name in (("fr", "fr"), ("zh-Hans", "zh-CN")):
        other = help_paragraphs(pages[name])
        for key, source in english.items():
            if key in other:
                yield lang, source, other[key]


BLOCKS = {"p", "title", "desc", "cite", "code", "screen"}


def page_blocks(path):
    try:
        elements = ElementTree.parse(path).iter()
    except ElementTree.ParseError:
        return []
    return [(e.tag, "".join(e.itertext())) for e in elements if isinstance(e.tag, str) and e.tag.split("}")[-1] in BLOCKS]


def pages(folder):
    for english in sorted(folder.glob("usr/share/help/C/*/*.page")):
        blocks = page_blocks(english)
        for lang, names in LANGS.items():
            for name in names:
                other = folder / "usr/share/help" / name / english.parent.name / english.name
                theirs = page_blocks(other) if other.exists() else []
                # A page that is not built alike would pair what does not belong together.
                if [tag for tag, _ in theirs] == [tag for tag, _ in blocks]:
                    for (_, source), (_, target) in zip(blocks, theirs):
                        yield lang, source, target


def gathered(work):
    units = {}

    def take(package, pairs):
        before = len(units)
        for lang, source, target in pairs:
            source, target = single(source), single(target)
            if source and target and source != target and max(len(source), len(target)) <= LONGEST:
                units.setdefault(source, {}).setdefault(lang, target)
        print(f"{package}: {len(units) - before:,} units", file=sys.stderr)

    folders = {package: unpacked(work, package) for package in PACKAGES}
    take("LibreOffice's help", office_help(work))
    for package, folder in folders.items():
        if folder and not package.startswith("libreoffice-help"):
            take(package, (pair for part in (catalogues, pages) for pair in part(folder)))
    # Only white space, marks or figures: nothing to translate.
    return {source: said for source, said in units.items() if any(c.isalpha() for c in source)}


def asked(dice, units, number):
    """Queries of units, and the sources of those to be taken out."""
    # A word or two from a menu is looked up, not matched.
    whole = [(source, said) for source, said in units.items() if len(said) == len(LANGS) and source.count(" ") > 2]
    drawn = dice.sample(whole, number)
    out, held = [], set()
    for at, (source, said) in enumerate(drawn):
        texts = {"en": source, **said}
        if at * 5 >= number * 4:
            held.add(source)
            out.append(["", *texts.values()])
            continue
        row = [source]
        for lang, text in texts.items():
            if lang == "zh-Hans":
                row.append("".join(edited(dice, list(text), lambda: dice.choice(dice.choice(whole)[1][lang]),
                                          lambda: str(dice.randrange(3000)))))
            else:
                texts_of = lambda: dice.choice(whole)[1][lang] if lang != "en" else dice.choice(whole)[0]
                row.append(" ".join(edited(dice, text.split(" "), lambda: dice.choice(texts_of().split(" ")),
                                           lambda: str(dice.randrange(3000)))))
        out.append(row)
    dice.shuffle(out)
    return out, held


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("tmx")
    options.add_argument("--tsv")
    options.add_argument("--queries", nargs=2, metavar=("NUMBER", "FILE"))
    options.add_argument("--work", type=pathlib.Path, default=pathlib.Path("debian-packages"))
    options = options.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    units = gathered(options.work)
    if not units:
        sys.exit("No package was to be had: this wants Debian, its apt-get and a network.")
    dice = random.Random(5)
    if options.queries:
        queries, held = asked(dice, units, int(options.queries[0]))
        units = {source: said for source, said in units.items() if source not in held}
        numbers = {source: str(number) for number, source in enumerate(units)}
        with open(options.queries[1], "w", encoding="utf-8", newline="\n") as out:
            out.write("\t".join(["unit", "en", *LANGS]) + "\n")
            for source, *texts in queries:
                out.write("\t".join([numbers.get(source, ""), *texts]) + "\n")
    tsv = open(options.tsv, "w", encoding="utf-8", newline="\n") if options.tsv else None
    if tsv:
        tsv.write("\t".join(["unit", "en", *LANGS]) + "\n")
    with open(options.tmx, "w", encoding="utf-8", newline="\n") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
            '<header creationtool="debian_memory" creationtoolversion="1" segtype="sentence" o-tmf="none" '
            'adminlang="en" srclang="en" datatype="plaintext"/>\n<body>\n'
        )
        for number, (source, said) in enumerate(units.items()):
            texts = {"en": source} | {lang: said[lang] for lang in LANGS if lang in said}
            variants = "".join(f'<tuv xml:lang="{lang}"><seg>{clean(text)}</seg></tuv>' for lang, text in texts.items())
            out.write(f'<tu tuid="{number}">{variants}</tu>\n')
            if tsv:
                tsv.write("\t".join([str(number), source, *(said.get(lang, "") for lang in LANGS)]) + "\n")
        out.write("</body>\n</tmx>\n")
    print(f"{len(units):,} units of " + ", ".join(sorted(p.stem for p in options.work.glob("*.deb"))), file=sys.stderr)


def clean(text):
    """Escaped, without the control characters that XML 1.0 has no place for."""
    return escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))


if __name__ == "__main__":
    main()
