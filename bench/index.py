#!/usr/bin/env python3
"""The index against the engines a user would pick instead: SQLite FTS5, Lucene 8, Xapian, ripgrep.

Makes a corpus (200,000 notes, 620 MB; from ../shared/data where present, else chartgen), ingests it into every
engine in turns, asks all of them the same questions, and prints ratio tables.  Everything is kept in the work
folder: the same command goes on where it stopped, --table makes the tables again without running anything.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "engines"))
import measure  # noqa: E402
import ours  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import stages  # noqa: E402

STAGES = ("ingest", "query", "cold", "unrepeated", "single", "small", "sizes")


def arguments():
    root = measure.ROOT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add("--notes", type=int, default=200000)
    add("--sizes", default="1000,10000,50000", help="smaller corpora for the curve of latency against size")
    add("--source", default="auto", choices=("auto", "real", "chartgen"))
    add("--seed", type=int, default=1)
    add("--queries", type=int, default=200, help="of each class")
    add("--rounds", type=int, default=3)
    add("--small-words", type=int, default=50000000, help="words of the load in 1,000 small batches")
    add("--engines", default="all", help="of fts5,lucene,xapian,ripgrep; ours is always there")
    add("--stages", default=",".join(STAGES))
    add("--quick", action="store_true", help="one round of little: does it all still work?")
    add("--again", default="", metavar="NAME,...",
        help="forget results of these engines or stages first (all: everything)")
    add("--table", action="store_true", help="tables from what was measured before")
    add("--docs", action="store_true", help="write docs/bench-index.md and its plot")
    add("--work", default="/tmp/lodestone-bench")
    add("--build", default=os.path.join(root, "build"))
    add("--data", default=os.path.join(root, "..", "shared", "data"))
    options = parser.parse_args()
    options.sizes = [int(x) for x in options.sizes.split(",") if x]
    options.build = os.path.abspath(options.build)
    options.work = os.path.abspath(options.work)
    if options.quick:
        options.rounds, options.sizes = 1, []
        options.queries = min(options.queries, 12)
        options.small_words = min(options.small_words, 30000)
    return options


def find_peers(options):
    """([peer], {label: why it is not there})"""
    wanted = options.engines.split(",")
    there, absent = [], {}
    for kind in peers.PEERS:
        if "all" not in wanted and kind.name not in wanted:
            continue
        peer = kind(options)
        reason = peer.prepare()
        if reason:
            absent[peer.label] = reason
            print("left out: %s (%s)" % (peer.label, reason), file=sys.stderr)
        else:
            there.append(peer)
    return there, absent


def main():
    options = arguments()
    os.makedirs(options.work, exist_ok=True)
    mine = ours.Ours(options)
    reason = mine.prepare()
    if reason:
        sys.exit(reason)
    there, absent = find_peers(options)
    modes = [(peers.Fts5Rowid(options), peer) for peer in there if peer.name == "fts5"]
    bench = stages.Bench(options, mine, there, modes)
    for name in options.again.split(","):
        if name:
            bench.store.forget(name)
    if not options.table:
        bench.run(options.stages.split(","))
    incomplete = report.write(bench, absent, sys.argv[1:]).incomplete()
    if incomplete:
        sys.exit("notes are missing in answers of: " + ", ".join(incomplete))


if __name__ == "__main__":
    main()
