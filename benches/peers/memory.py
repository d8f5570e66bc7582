#!/usr/bin/env python3
"""Asks a translation memory and its peers the same questions of the same corpus, and prints the tables.

    memory.py [--units 100000] [--real] [--lang en] [--engines brute,inside,…] [--seconds 60] [--work FOLDER]

run.sh starts it in a Python that has the peers. Each engine runs alone in a process of its own, one thread, and stops
asking after --seconds; a peer that is not to be had, or fails, says so and the others go on. All that is made lies in
FOLDER and is used again the next time. --units takes several numbers (10000,100000,1000000), --large is 1000000, --real adds
the text that debian_memory.py fetches. A base is made once: after a change to wicterm that concerns it, take FOLDER away.

Truth is brute force: the least number of words to change, over the longer side, words as `text::tokens` has them (folded;
one per Han, Kana, Thai character; all figures alike). Recall is the share of queries with a true match of 70 % or more
for which one of the first ten texts that the engine gives is as good as the best there is.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import pwd
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = TOP / "benches" / "peers"
LEAST = 0.70
TOP_OF = 10
# Each source has so many: wicterm gives a match for each.
TARGETS = 2


# What the engines are given.

UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0f40-\u0fbc\u1000-\u103f\u1780-\u17d3\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
WORD = re.compile(
    rf"[{UNSPACED}]|(?:[^\W{UNSPACED}]|(?<=[^\W\d_])['.](?=[^\W\d_])|(?<=\d)[.,'](?=\d))+"
)
NUMBER = re.compile(r"\d[\d.,']*\Z")


def folded(text):
    """Nearly `text::fold`: what differs, differs in both sides of a comparison."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in text if not unicodedata.combining(c)))


def tokens(text):
    words = WORD.findall(folded(text))
    return ["0" if NUMBER.match(word) else word for word in words] or list(text)


class Coder:
    """Texts as strings with a character for each word, which rapidfuzz compares fastest."""

    # Characters from which no surrogate is met; more words than that share one.
    FIRST, ROOM = 0xE000, 0x110000 - 0xE000

    def __init__(self):
        self.codes = {}

    def code(self, text):
        codes = self.codes
        return "".join(chr(codes.setdefault(w, len(codes)) % self.ROOM + self.FIRST) for w in tokens(text))


def read_table(path, lang):
    """The unit and the text in a language, line by line."""
    with open(path, encoding="utf-8", newline="\n") as lines:
        column = next(lines).rstrip("\n").split("\t").index(lang)
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[column]:
                yield cells[0], cells[column]


class Corpus:
    def __init__(self, folder, lang, units=0):
        self.folder, self.lang, self.units = pathlib.Path(folder), lang, units
        self.tmx, self.tsv = self.folder / "memory.tmx", self.folder / "memory.tsv"

    def texts(self):
        return [text for _, text in read_table(self.tsv, self.lang)]

    def queries(self, limit=None):
        return [text for _, text in read_table(self.folder / "queries.tsv", self.lang)][:limit]


class Asked:
    """What came of asking: how long each query took, and the texts each was answered with."""

    def __init__(self):
        self.times, self.found = [], []

    def ask(self, queries, answer, seconds):
        """Asks until the time is up; the first query is asked once more beforehand, to be warm."""
        answer(queries[0])
        until = time.perf_counter() + seconds
        for query in queries:
            began = time.perf_counter()
            found = answer(query)
            ended = time.perf_counter()
            self.times.append(ended - began)
            self.found.append(found)
            if ended > until:
                break
        return {"times": self.times, "found": self.found}


def most_memory():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


def size_of(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob("*") if f.is_file())


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# The engines: each a function of the corpus and the options; gives what is known of build, index, memory, times, found.


def brute(corpus, options):
    """rapidfuzz, every unit; also the truth."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    began = time.perf_counter()
    coder, texts = Coder(), corpus.texts()
    codes = [coder.code(text) for text in texts]
    build = time.perf_counter() - began
    queries = [(query, coder.code(query)) for query in corpus.queries(options.queries)]

    def answer(query):
        best = process.extractOne(
            query[1], codes, scorer=Levenshtein.normalized_similarity, processor=None, score_cutoff=LEAST)
        return [texts[best[2]]] if best else []

    asked = Asked().ask(queries, answer, options.seconds)
    return {"build": build, "index": None, **asked}


def toolkit(corpus, options):
    from translate.search import match
    from translate.storage import base, tmx

    # Its heap compares units when two are alike, and units have no order: it would stop with a TypeError.
    base.TranslationUnit.__lt__ = base.TranslationUnit.__gt__ = lambda *_: False
    began = time.perf_counter()
    store = tmx.tmxfile.parsefile(str(corpus.tmx))
    if corpus.lang != store.getsourcelanguage():
        raise ValueError("reads the memory in the language of its header only")
    matcher = match.matcher(store, max_candidates=TOP_OF, min_similarity=int(LEAST * 100), max_length=2000)
    build = time.perf_counter() - began
    answer = lambda query: [str(unit.source) for unit in matcher.matches(query)]
    return {"build": build, "index": None, **Asked().ask(corpus.queries(options.queries), answer, options.seconds)}


def tantivy(corpus, options):
    import tantivy
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    folder = fresh(corpus.folder / "tantivy")
    texts, coder = corpus.texts(), Coder()
    codes = [coder.code(text) for text in texts]
    began = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("unit", stored=True, fast=True)
    schema = builder.build()
    index = tantivy.Index(schema, path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for at, text in enumerate(texts):
        writer.add_document(tantivy.Document(words=" ".join(tokens(text)), unit=at))
    writer.commit()
    writer.wait_merging_threads()
    build = time.perf_counter() - began
    index.reload()
    searcher = index.searcher()
    should = tantivy.Occur.Should

    def answer(query):
        words = set(tokens(query))
        asked = tantivy.Query.boolean_query([(should, tantivy.Query.term_query(schema, "words", w)) for w in words])
        hits = searcher.search(asked, options.rescored, count=False).hits
        near = [searcher.doc(address)["unit"][0] for _, address in hits]
        best = process.extract(
            coder.code(query), [codes[at] for at in near], scorer=Levenshtein.normalized_similarity,
            processor=None, score_cutoff=LEAST, limit=TOP_OF)
        return [texts[near[at]] for _, _, at in best]

    asked = Asked().ask(corpus.queries(options.queries), answer, options.seconds)
    return {"build": build, "index": size_of(folder), **asked}


class Cluster:
    """A PostgreSQL of our own in a folder, with a socket there and no port; PostgreSQL refuses to be root."""

    def __init__(self, folder):
        self.folder = folder
        found = shutil.which("initdb") or next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
        if not found:
            raise FileNotFoundError("no PostgreSQL (Debian: apt-get install postgresql)")
        self.bin = pathlib.Path(found).resolve().parent
        self.owner = None
        if os.geteuid() == 0:
            self.owner = pwd.getpwnam("postgres" if any(u.pw_name == "postgres" for u in pwd.getpwall()) else "nobody")

    def command(self, name, *arguments):
        options = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        done = subprocess.run(
            [self.bin / name, *map(str, arguments)], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **options)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.strip()[-300:]}")

    def __enter__(self):
        fresh(self.folder)
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.data = self.folder / "data"
        self.command("initdb", "-D", self.data, "-A", "trust", "-U", "peer", "--no-sync")
        # The path of a socket has at most 107 bytes.
        self.socket = tempfile.mkdtemp(prefix="wicterm-peers-")
        if self.owner:
            os.chown(self.socket, self.owner.pw_uid, self.owner.pw_gid)
        settings = (f"-c listen_addresses= -c unix_socket_directories={self.socket} -c shared_buffers=1GB -c fsync=off "
                    "-c maintenance_work_mem=512MB -c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0")
        self.command("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", settings, "start")
        return self

    def connect(self):
        import psycopg

        return psycopg.connect(f"host={self.socket} user=peer dbname=postgres", autocommit=True)

    def memory(self):
        """The most that any of its processes held, in MB; most of it is shared by all."""
        first = (self.data / "postmaster.pid").read_text().split()[0]
        ours = [first, *subprocess.run(["pgrep", "-P", first], capture_output=True, text=True).stdout.split()]
        most = 0
        for process in ours:
            held = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())
            most = max(most, int(held[1]) / 1024)
        return most

    def __exit__(self, *_):
        self.command("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        for folder in (self.folder, self.socket):
            shutil.rmtree(folder, ignore_errors=True)


def pg_trgm(corpus, options):
    folder = pathlib.Path(os.environ.get("WICTERM_PEERS_POSTGRES") or corpus.folder / "postgres")
    with Cluster(folder.resolve()) as cluster, cluster.connect() as database:
        database.execute("create extension pg_trgm")
        began = time.perf_counter()
        database.execute("create table memory (unit bigint, source text)")
        with database.cursor().copy("copy memory from stdin") as copy:
            for at, text in enumerate(corpus.texts()):
                copy.write_row((at, text))
        database.execute("create index near on memory using gin (source gin_trgm_ops)")
        database.execute("vacuum analyze memory")
        build = time.perf_counter() - began
        size = database.execute("select pg_relation_size('near')").fetchone()[0]
        database.execute("set pg_trgm.similarity_threshold = 0.5")
        database.execute("set enable_seqscan = off")
        question = ("select source from memory where source %% %s order by similarity(source, %s) desc limit " + str(TOP_OF))
        answer = lambda query: [row[0] for row in database.execute(question, (query, query)).fetchall()]
        asked = Asked().ask(corpus.queries(options.queries), answer, options.seconds)
        return {"build": build, "index": size, "memory": cluster.memory(), **asked}


WICTERM = pathlib.Path(os.environ.get("WICTERM_PEERS_BINARY") or TOP / "target" / "release" / "wicterm")


def child(command, **options):
    """Runs a command: what it took, the most memory it held (MB), its output and its exit code."""
    began = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **options)
    out = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(map(str, command[1:5]))}…: exit {process.returncode}")
    return took, usage.ru_maxrss / 1024, out


def asking(corpus, *arguments):
    return [WICTERM, "--base", corpus.folder / "base", "--quiet", "match", "--from", corpus.lang,
            "--min", str(int(LEAST * 100)), "--limit", str(TARGETS * TOP_OF), "--format", "jsonl", *arguments]


def matched(out):
    """The sources found, by the number of the query."""
    found = {}
    for line in out.splitlines():
        match = json.loads(line)
        if "score" in match:
            found.setdefault(match["query"], {})[match["source"]] = None
    return {query: list(sources) for query, sources in found.items()}


def wicterm_base(corpus):
    """The memory as a base, made once; what making it took."""
    known = corpus.folder / "base.json"
    if not known.exists() or not (corpus.folder / "base").exists():
        shutil.rmtree(corpus.folder / "base", ignore_errors=True)
        took, memory, _ = child([WICTERM, "--base", corpus.folder / "base", "--quiet", "import", corpus.tmx])
        segments = corpus.folder / "base" / "seg"
        known.write_text(json.dumps({"build": took, "index": size_of(segments), "import_memory": memory}))
    return json.loads(known.read_text())


def wicterm(corpus, options):
    """A process for each query, as a person types it."""
    made, most = wicterm_base(corpus), 0

    def answer(query):
        nonlocal most
        _, memory, out = child(asking(corpus, "--", query))
        most = max(most, memory)
        return matched(out).get(1, [])

    asked = Asked().ask(corpus.queries(options.queries), answer, options.seconds)
    return {"build": made["build"], "index": made["index"], "with": " (all of the base)", "memory": most, **asked}


def wicterm_batch(corpus, options):
    """One process for all queries: only the mean is known."""
    made, queries = wicterm_base(corpus), corpus.queries(options.queries)
    file = corpus.folder / f"queries-{corpus.lang}.txt"
    file.write_text("".join(query + "\n" for query in queries), encoding="utf-8")
    took, memory, out = child(asking(corpus, "--batch", file))
    found = matched(out)
    return {"build": made["build"], "index": made["index"], "with": " (all of the base)", "memory": memory,
            "mean": took / len(queries), "found": [found.get(at + 1, []) for at in range(len(queries))]}


def wicterm_inside(corpus, options):
    """The same question without a process around it, one thread: cargo bench --bench leverage, which prints more."""
    made, told = wicterm_base(corpus), corpus.folder / "inside-told.json"
    command = ["cargo", "bench", "--quiet", "--bench", "leverage", "--", corpus.folder / "base", corpus.folder / "queries.tsv",
               corpus.lang, "--min", "70", "--limit", TARGETS * TOP_OF, "--json", told]
    _, _, out = child(command, cwd=TOP)
    (corpus.folder / f"inside-{corpus.lang}.txt").write_text(out)
    answer = json.loads(told.read_text())
    answer["found"] = [list(dict.fromkeys(sources)) for sources in answer["found"]]
    return {**answer, "build": made["build"]}


ENGINES = {
    "brute": ("rapidfuzz {rapidfuzz}, every unit (the truth)", brute),
    "inside": ("wicterm, inside one process", wicterm_inside),
    "wicterm": ("wicterm match, a process for each query", wicterm),
    "batch": ("wicterm match --batch, all cores", wicterm_batch),
    "toolkit": ("translate-toolkit {translate-toolkit}, match.matcher", toolkit),
    "pg_trgm": ("PostgreSQL {postgres}, pg_trgm GIN, `%` at 0.5", pg_trgm),
    "tantivy": ("tantivy {tantivy}, words, best {rescored} rescored with rapidfuzz", tantivy),
}


def version(name):
    if name == "postgres":
        found = shutil.which("postgres") or next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))), None)
        return subprocess.run([found, "--version"], capture_output=True, text=True).stdout.split()[2] if found else ""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


# More units than these an engine is not given: it would want more memory than people have, or hours.
MOST = {"toolkit": 1_000_000, "pg_trgm": 1_000_000}


def name_of(engine, options):
    name = ENGINES[engine][0]
    return re.sub(r"\{([\w-]+)\}", lambda m: str(options.rescored) if m[1] == "rescored" else version(m[1]), name)


def alone(options):
    """One engine, in this process; the answer goes to a file."""
    corpus = Corpus(options.alone[1], options.lang)
    try:
        answer = ENGINES[options.alone[0]][1](corpus, options)
        answer.setdefault("memory", most_memory())
    except (Exception, SystemExit) as why:
        answer = {"failed": f"{type(why).__name__}: {why}".replace("\n", " ")[:300]}
    pathlib.Path(options.alone[2]).write_text(json.dumps(answer))


# The tables.


def percentile(times, share):
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def milliseconds(seconds):
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def recall(found, queries, truth, coder):
    from rapidfuzz.distance import Levenshtein

    asked = had = 0
    for query, texts, best in zip(queries, found, truth):
        if best is None:
            continue
        asked += 1
        code = coder.code(query)
        near = (Levenshtein.normalized_similarity(code, coder.code(text)) for text in texts[:TOP_OF])
        had += any(similarity >= best - 1e-9 for similarity in near)
    return had, asked


def compare(corpus, options, title):
    from rapidfuzz.distance import Levenshtein

    queries = corpus.queries(options.queries)
    answers = {}
    for engine in options.engines:
        if corpus.units > MOST.get(engine, corpus.units):
            continue
        file = corpus.folder / f"{engine}-{corpus.lang}.json"
        file.unlink(missing_ok=True)
        print(f"{title}: {engine}", file=sys.stderr, flush=True)
        command = [sys.executable, __file__, "--alone", engine, corpus.folder, file, "--lang", corpus.lang,
                   "--queries", options.queries, "--seconds", options.seconds, "--rescored", options.rescored]
        try:
            subprocess.run(list(map(str, command)), timeout=options.timeout, check=True)
            answers[engine] = json.loads(file.read_text())
        except subprocess.TimeoutExpired:
            answers[engine] = {"failed": f"not ready in {options.timeout} s"}
        except subprocess.CalledProcessError as why:
            answers[engine] = {"failed": f"exit {why.returncode}"}
    # Only as many queries have a known truth as brute force had time for.
    coder, truth = Coder(), []
    for query, texts in zip(queries, answers.get("brute", {}).get("found", [])):
        near = [Levenshtein.normalized_similarity(coder.code(query), coder.code(text)) for text in texts]
        truth.append(max(near, default=None))
    print(f"\n**{title}**; {len(truth)} queries with a known truth, {sum(t is not None for t in truth)} of them with a match of "
          f"{LEAST:.0%} or more\n")
    print("| engine | build s | index MB | memory MB | queries | p50 ms | p95 | p99 | mean | faster than brute force | recall |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    missing, slow = [], statistics.median(answers.get("brute", {}).get("times") or [0])
    for engine, answer in answers.items():
        name = name_of(engine, options)
        if "failed" in answer:
            missing.append(f"{name}: not measured, {answer['failed']}")
            continue
        times = answer.get("times")
        p50, p95, p99 = (milliseconds(percentile(times, share)) if times else "–" for share in (0.50, 0.95, 0.99))
        mean = answer.get("mean") or statistics.fmean(times)
        ratio = slow / (percentile(times, 0.50) if times else mean)
        faster = f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.2g} ×"
        had, asked = recall(answer["found"], queries, truth, coder)
        share = "–" if not asked else f"{had / asked:.3f}"
        index = f"{answer['index'] / 1e6:,.1f}{answer.get('with', '')}" if answer["index"] else "RAM"
        print(f"| {name} | {answer['build']:.1f} | {index} | {answer['memory']:,.0f} | {len(answer['found']):,} | {p50} | {p95} "
              f"| {p99} | {milliseconds(mean)} | {faster if slow else '–'} | {share} |")
    print()
    for line in missing:
        print(line)
    sys.stdout.flush()


def synthetic(work, units, queries):
    folder = work / f"memory-{units}"
    if not (folder / "queries.tsv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making {units:,} units", file=sys.stderr)
        subprocess.run([sys.executable, PEERS / "make_memory.py", str(units), folder / "memory.tmx", "--tsv",
                        folder / "memory.tsv", "--queries", str(queries), folder / "half.tsv"], check=True)
        (folder / "half.tsv").rename(folder / "queries.tsv")
    return folder


def real(work, queries):
    folder = work / "memory-debian"
    if not (folder / "queries.tsv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, PEERS / "debian_memory.py", folder / "memory.tmx", "--tsv", folder / "memory.tsv",
                        "--queries", str(queries), folder / "half.tsv", "--work", work / "debian"], check=True)
        (folder / "half.tsv").rename(folder / "queries.tsv")
    return folder


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--units", default="100000")
    options.add_argument("--large", action="store_true", help="a million units as well")
    options.add_argument("--real", action="store_true", help="the text of Debian's packages as well")
    options.add_argument("--lang", default="en", help="the side that is asked: en, zh-Hans, fr")
    options.add_argument("--engines", default=",".join(ENGINES))
    options.add_argument("--queries", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=60, help="how long each engine is asked")
    options.add_argument("--timeout", type=float, help="how long each engine may take in all")
    options.add_argument("--rescored", type=int, default=100, help="how many of tantivy's best are rescored")
    options.add_argument("--work", type=pathlib.Path, default=TOP / "target" / "peers")
    options.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.alone:
        return alone(options)
    options.engines = options.engines.split(",")
    wanted = options.timeout
    work = options.work.resolve()
    for name in [name for name in os.environ if name.startswith("WICTERM_") and not name.startswith("WICTERM_PEERS_")]:
        del os.environ[name]
    if not WICTERM.exists():
        print(f"no {WICTERM}: cargo build --release", file=sys.stderr)
    print(f"`benches/peers/run.sh memory {' '.join(sys.argv[1:])}`; {os.cpu_count()} processors, "
          f"load {os.getloadavg()[0]:.1f} before")
    sizes = [int(units) for units in options.units.split(",") if units] + ([1_000_000] if options.large else [])
    for units in sizes:
        options.timeout = wanted or (240 if units <= 100_000 else 1200 + units / 2000)
        compare(Corpus(synthetic(work, units, 1000), options.lang, units), options, f"{units:,} units, {options.lang}")
    if options.real:
        options.timeout = wanted or 240
        compare(Corpus(real(work, 1000), options.lang), options, f"Debian's translations, {options.lang}")


if __name__ == "__main__":
    main()
