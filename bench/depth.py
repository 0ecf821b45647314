#!/usr/bin/env python3
"""Does it matter where a mention lies, and how long the chart is?

Generated charts of five lengths (chartgen, --only depth): each question has one mention, in a tenth of its chart's words
that goes round with the questions, so that every cell of tenth x length has as many.  Asked and scored by `lodestone eval`,
which also draws the grid.

usage: depth.py [--build build] [--charts 14] [--seed 1] [--json FILE] [--picture FILE.svg|FILE.png]
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402

# Words of a chart, and notes: enough for every tenth to hold some of each type.
LENGTHS = ((20000, "80-120"), (80000, "150-250"), (250000, "300-600"), (500000, "500-900"), (1000000, "800-1400"))
QUICK = ((6000, "60-80"), (20000, "80-120"))
SPAN = 0.02       # of a length, by which its charts may differ
QUESTIONS = 20    # a chart: two in every tenth
TIMEOUT = 1800


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        sys.exit("%s ended with %d:\n%s" % (" ".join(command), done.returncode, done.stderr[-2000:]))
    return done.stdout


def generate(build, folder, length, notes, charts, seed):
    run([os.path.join(build, "tests", "chartgen", "chartgen"), "--out", folder, "--only", "depth", "--words",
         "%d-%d" % (length, length + max(400, int(length * SPAN))), "--notes", notes, "--patients", str(charts),
         "--questions", str(charts * QUESTIONS), "--seed", str(seed)])


def place(folder, prefix):
    """(notes as lines, questions): patients told apart by a prefix, questions with the words of their chart and the
    share of its text that stands before the mention."""
    lines, before, bytes_of, words_of = [], {}, {}, {}
    for note in lode.read_ndjson(os.path.join(folder, "notes.ndjson")):
        note["patient"] = prefix + note["patient"]
        size = len(note["text"].encode())
        before[note["note_id"]] = bytes_of.get(note["patient"], 0)
        bytes_of[note["patient"]] = before[note["note_id"]] + size
        words_of[note["patient"]] = words_of.get(note["patient"], 0) + len(note["text"].split())
        lines.append(json.dumps(note))
    questions = []
    for q in lode.read_ndjson(os.path.join(folder, "questions.ndjson")):
        patient, mention = prefix + q["patient"], q["mentions"][0]
        questions.append({
            "qid": prefix + q["qid"], "patient": patient, "question": q["question"], "condition": q["condition"],
            "label": q["verdict"], "needle_note_id": mention["note"], "mention_byte_start": mention["start"],
            "mention_byte_end": mention["end"], "words": words_of[patient],
            "depth": (before[mention["note"]] + mention["start"]) / bytes_of[patient]})
    return "\n".join(lines).encode(), questions


def measure(build, folder, picture=None, charts=14, seed=1, lengths=LENGTHS, arguments=()):
    """What `lodestone eval` says of all of them; "seconds" beside."""
    start, questions = time.monotonic(), []
    path = os.path.join(folder, "depth.ndjson")
    with lode.Daemon(os.path.join(build, "daemon", "lodestoned"), arguments=arguments) as daemon:
        with daemon.link(TIMEOUT) as link:
            for k, (length, notes) in enumerate(lengths):
                at = os.path.join(folder, "depth-%d" % length)
                generate(build, at, length, notes, charts, seed + k)
                body, more = place(at, "d%d-" % k)
                shutil.rmtree(at)
                status, _, raw = link.ingest(body)
                if status != 200:
                    sys.exit("ingest answered %d %s" % (status, raw[-1000:]))
                questions += more
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(q) + "\n" for q in questions)
        report = json.loads(run(
            [os.path.join(build, "client", "lodestone"), "eval", path, "--format", "json",
             *(["--picture", picture] if picture else [])], env=dict(os.environ, LODESTONE_SOCKET=daemon.socket)))
    report["seconds"] = time.monotonic() - start
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--charts", type=int, default=14, help="of each length")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="the report of `lodestone eval`")
    parser.add_argument("--picture", help="the grid, .svg or .png")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="depth-")
    try:
        report = measure(options.build, folder, options.picture, options.charts, options.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(report, out, indent=1)
    grid = report["grid"]
    cells = [n for row in grid["n"] for n in row]
    print("%d questions, %d charts, cells of %d to %d; found: worst cell %.3f, best %.3f; right: worst %.3f, best %.3f; %.0f s" % (
        report["n"], report["charts"], min(cells), max(cells), *grid["found_worst_best"], *grid["right_worst_best"],
        report["seconds"]))


if __name__ == "__main__":
    main()
