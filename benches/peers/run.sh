#!/bin/sh
# Measures wicterm beside what people use today, side by side on the same data, and prints the tables of PERFORMANCE.md.
#
#   benches/peers/run.sh [--work FOLDER] [files|memory] [OPTIONS]
#
# files    import, export, lookup beside translate-toolkit and sqlite3 (files.py --help)
# memory   matches in a translation memory beside translate-toolkit's matcher, rapidfuzz, PostgreSQL's pg_trgm and tantivy,
#          on text of our own making and, with --real, on Debian's translations (memory.py --help)
#
# Without either, both, with what is usual. Everything made lies in FOLDER (target/peers), also a Python environment with the peers. One that
# cannot be installed is named and left out. PostgreSQL is wanted as Debian has it (apt-get install postgresql); a server of
# its own is started in FOLDER and stopped again. No other server, and no base of yours, is touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$top/target/peers
if [ "${1:-}" = --work ]; then
    work=$2
    shift 2
fi
what=both
case ${1:-} in
files | memory)
    what=$1
    shift
    ;;
esac
mkdir -p "$work"
work=$(cd "$work" && pwd)
python=${WICTERM_PEERS_PYTHON:-$work/venv/bin/python}
if [ ! -x "$python" ]; then
    python3 -m venv "$work/venv"
    for peer in translate-toolkit rapidfuzz levenshtein tantivy 'psycopg[binary]'; do
        "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$peer" || echo "$peer could not be installed" >&2
    done
fi
(cd "$top" && cargo build --release --locked --quiet)
case $what in
files | memory) "$python" "$here/$what.py" --work "$work" "$@" ;;
both)
    "$python" "$here/files.py" --work "$work"
    "$python" "$here/memory.py" --work "$work" --real
    ;;
esac
