#!/usr/bin/env python3
"""Measures import, export and look-up beside what people use today, and prints the first table of PERFORMANCE.md.

    benches/peers/run.sh files [--units 1000000] [--small 100000] [--concepts 100000] [--runs 3] [--work FOLDER]

Builds the release binary, makes the data (kept in FOLDER for the next time), and runs both sides in turn
on the same files in the same minutes: quote the ratios, not the seconds. Wants python3 with
translate-toolkit (made in a venv in FOLDER if this python has none) and sqlite3.
"""
import argparse
import os
import pathlib
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = TOP / "benches" / "peers"
WICTERM = TOP / "target" / "release" / "wicterm"

PARSE_TMX = "import sys; from translate.storage import tmx; print(len(tmx.tmxfile.parsefile(sys.argv[1]).units))"
PARSE_XLIFF = "import sys; from translate.storage import xliff; print(len(xliff.Xliff1File.parsefile(sys.argv[1]).units))"
PARSE_PO = "import sys, polib; print(len(polib.pofile(sys.argv[1])))"
PARSE_TBX = "import sys; from translate.storage import tbx; print(len(tbx.tbxfile.parsefile(sys.argv[1]).units))"


class Took:
    """What runs of a command took: seconds of each, the most memory (MB), and the last output."""

    def __init__(self):
        self.seconds, self.memory, self.out = [], 0.0, ""

    @property
    def median(self):
        return statistics.median(self.seconds)


def run(took, command, **options):
    """Runs a command once and adds what it took."""
    began = time.perf_counter()
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **options)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    took.seconds.append(time.perf_counter() - began)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {child.returncode}")
    # Linux counts what the child was before it became the program: this script.
    if usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        took.memory = max(took.memory, usage.ru_maxrss / 1024)
    took.out = out.decode()


def wicterm(base, *args):
    return [WICTERM, "--base", base, "--quiet", *args]


def paired(runs, ours, theirs, before=lambda: None):
    """Runs both sides in turn, so that both meet the same weather."""
    mine, peers = Took(), Took()
    for _ in range(runs):
        before()
        run(mine, ours)
        run(peers, theirs)
    return mine, peers


def seconds(value):
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.1f} ms"


def megabytes_of(took):
    return f"{took.memory:.0f} MB" if took.memory else "–"


ROWS = []


def row(what, command, mine, peer, theirs):
    ratio = theirs.median / mine.median
    ROWS.append(f"| {what} | {seconds(mine.median)} | {megabytes_of(mine)} | {peer} | {seconds(theirs.median)} "
                f"| {megabytes_of(theirs)} | {ratio:.1f} × | `{command}` |")
    print(ROWS[-1], file=sys.stderr)


def python_with_toolkit(work):
    for python in (os.environ.get("WICTERM_JUDGE_PYTHON"), sys.executable, str(work / "venv" / "bin" / "python")):
        if python and pathlib.Path(python).exists():
            if subprocess.run([python, "-c", "import translate, polib"], capture_output=True).returncode == 0:
                return python
    subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
    subprocess.run([work / "venv" / "bin" / "pip", "install", "--quiet", "translate-toolkit", "polib"], check=True)
    return str(work / "venv" / "bin" / "python")


def made(path, script, number):
    if not path.exists():
        print(f"making {path.name}", file=sys.stderr)
        half = path.with_name("half-" + path.name)
        subprocess.run([sys.executable, PEERS / script, str(number), half], check=True)
        half.rename(path)
    return path


def fresh(base):
    return lambda: shutil.rmtree(base, ignore_errors=True)


def memories(work, python, sizes):
    for units, runs in sizes:
        file = made(work / f"memory-{units}.tmx", "make_tmx.py", units)
        base = work / "base-tmx"
        ours, theirs = paired(runs, wicterm(base, "import", file), [python, "-c", PARSE_TMX, file], fresh(base))
        counted = subprocess.run(wicterm(base, "stats", "--format", "json"), capture_output=True, text=True).stdout
        if str(units) not in counted or int(theirs.out) != units:
            sys.exit(f"{file}: {units} units, but stats says {counted} and translate-toolkit {theirs.out}")
        megabytes = file.stat().st_size / 1e6
        row(f"TMX of {units:,} units ({megabytes:.0f} MB): imported, against merely parsed",
            f"wicterm import {file.name}", ours, "translate-toolkit", theirs)
        fresh(base)()


def bilingual(work, python, units, runs):
    """XLIFF: into the memory, which streams, and counted in place, which holds the file."""
    file = made(work / f"project-{units}.xlf", "make_xliff.py", units)
    base = work / "base-xliff"
    parse = [python, "-c", PARSE_XLIFF, file]
    what = f"XLIFF of {units:,} units ({file.stat().st_size / 1e6:.0f} MB)"
    ours, theirs = paired(runs, wicterm(base, "import", file), parse, fresh(base))
    if int(theirs.out) != units:
        sys.exit(f"translate-toolkit read {theirs.out} of {units} units")
    row(f"{what}: imported, against merely parsed", f"wicterm import {file.name}", ours, "translate-toolkit", theirs)
    fresh(base)()
    run(Took(), wicterm(base, "init"))
    ours, theirs = paired(runs, wicterm(base, "analyse", file), parse)
    row(f"{what}: counted in place, against merely parsed", f"wicterm analyse {file.name}", ours, "translate-toolkit", theirs)
    codes = wicterm(base, "check", file, "--only", "codes")
    ours, theirs = paired(runs, codes, parse)
    row(f"{what}: codes checked in place, against merely parsed", f"wicterm check {file.name} --only codes", ours,
        "translate-toolkit", theirs)
    fresh(base)()


def messages(work, python, count, runs):
    """PO: into the memory, and checked in place."""
    file = made(work / f"messages-{count}.po", "make_po.py", count)
    base = work / "base-po"
    parse = [python, "-c", PARSE_PO, file]
    what = f"PO of {count:,} messages ({file.stat().st_size / 1e6:.0f} MB)"
    ours, theirs = paired(runs, wicterm(base, "import", file, "--lang", "en,fr"), parse, fresh(base))
    row(f"{what}: imported, against merely parsed", f"wicterm import {file.name} --lang en,fr", ours, "polib", theirs)
    fresh(base)()
    run(Took(), wicterm(base, "init"))
    ours, theirs = paired(runs, wicterm(base, "check", file, "--only", "codes", "--fail-on", "error"), parse)
    row(f"{what}: codes checked in place, against merely parsed", f"wicterm check {file.name} --only codes", ours, "polib", theirs)
    fresh(base)()


def terms(work, python, concepts, runs):
    """TBX in and out; leaves the base for what follows."""
    file = made(work / f"terms-{concepts}.tbx", "make_terms.py", concepts)
    base, exported = work / "base-terms", work / "exported.tbx"
    parse = [python, "-c", PARSE_TBX, file]
    ours, theirs = paired(runs, wicterm(base, "import", file), parse, fresh(base))
    if int(theirs.out) != concepts:
        sys.exit(f"translate-toolkit read {theirs.out} of {concepts} concepts")
    row(f"TBX of {concepts:,} concepts ({file.stat().st_size / 1e6:.0f} MB): imported, against merely read",
        f"wicterm import {file.name}", ours, "translate-toolkit", theirs)
    out, theirs = paired(runs, wicterm(base, "export", exported, "--as", "tbx-v2-basic"), parse)
    row(f"TBX of {concepts:,} concepts: exported, against merely read", "wicterm export exported.tbx --as tbx-v2-basic",
        out, "translate-toolkit", theirs)
    return base


def every_day(work, base, concepts):
    """One person's commands on a large base, each a process of its own."""
    phrases = []
    table = sqlite3.connect(work / "terms.db")
    table.execute("drop table if exists terms")
    table.execute("create table terms (concept text, lang text, term text)")
    exported = work / "exported.csv"
    subprocess.run(wicterm(base, "export", exported, "--as", "terms-csv"), check=True, stdout=subprocess.DEVNULL)
    import csv
    with open(exported, encoding="utf-8-sig", newline="") as rows:
        rows = [(r["concept"], r["lang"], r["term"]) for r in csv.DictReader(rows)]
    table.executemany("insert into terms values (?, ?, ?)", rows)
    table.execute("create index by_term on terms (term)")
    table.execute("create index by_concept on terms (concept)")
    table.commit()
    table.close()
    phrases = [term for _, lang, term in rows[:: max(1, len(rows) // 60)] if lang == "en"][:50]
    added, found = Took(), Took()
    for i in range(20):
        run(added, wicterm(base, "add", f"brand-new thing {i}", "--lang", "en", "--equivalent", f"fr=chose neuve {i}"))
        run(found, wicterm(base, "lookup", f"brand-new thing {i}", "--to", "fr", "--plain"))
        if found.out != f"chose neuve {i}\n":
            sys.exit(f"the next process does not find what was acknowledged: {found.out!r}")
    inserted = Took()
    for i in range(20):
        run(inserted, ["sqlite3", work / "terms.db", f"insert into terms values ('new-{i}', 'en', 'brand-new thing {i}')"])
    row(f"`add` on {concepts:,} concepts, a whole process, on the disk when it ends (slowest {seconds(max(added.seconds))})",
        "wicterm add TERM --lang en --equivalent fr=…", added, "sqlite3, one insert", inserted)
    ours, theirs = Took(), Took()
    for phrase in phrases:
        query = ("select b.term from terms a join terms b on a.concept = b.concept "
                 f"where a.term = '{phrase.replace(chr(39), chr(39) * 2)}' and b.lang = 'fr' limit 1")
        run(ours, wicterm(base, "lookup", phrase, "--to", "fr", "--plain"))
        run(theirs, ["sqlite3", work / "terms.db", query])
    row(f"`lookup` on {concepts:,} concepts, a whole process", "wicterm lookup TERM --to fr --plain", ours,
        "sqlite3, one indexed query", theirs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--units", type=int, default=1_000_000)
    options.add_argument("--small", type=int, default=100_000)
    options.add_argument("--bilingual", type=int, default=550_000)
    options.add_argument("--messages", type=int, default=200_000)
    options.add_argument("--concepts", type=int, default=100_000)
    options.add_argument("--only-bilingual", action="store_true", help="only XLIFF and PO")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--work", type=pathlib.Path, default=TOP / "target" / "peers")
    options = options.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("WICTERM_") and name != "WICTERM_JUDGE_PYTHON"]:
        del os.environ[name]
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=TOP, check=True)
    python = python_with_toolkit(work)
    bilingual(work, python, options.bilingual, 1)
    messages(work, python, options.messages, options.runs)
    if not options.only_bilingual:
        memories(work, python, [(options.small, options.runs), (options.units, 1)])
        base = terms(work, python, options.concepts, options.runs)
        every_day(work, base, options.concepts)
    versions = [
        subprocess.run([WICTERM, "--version"], capture_output=True, text=True).stdout.strip(),
        "translate-toolkit " + subprocess.run(
            [python, "-c", "from translate import __version__ as v; print(v.sver)"], capture_output=True, text=True).stdout.strip(),
        "sqlite3 " + subprocess.run(["sqlite3", "--version"], capture_output=True, text=True).stdout.split(" ")[0],
    ]
    print(f"{', '.join(versions)}; {os.cpu_count()} processors; medians.\n")
    print("| what | wicterm | memory | beside | theirs | memory | ratio | command |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(ROWS))


if __name__ == "__main__":
    main()
