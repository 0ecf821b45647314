#!/usr/bin/env python3
"""The threshold of doubt, and what looking again is worth (docs/uncertainty.md).

  --fit    entropy of every question on chartgen's mix and on charts recombined from reports with mentions of
           mentions-dev's tune half (without the data: chartgen alone, and says so); the threshold at which a given share is above
  --gain   chartgen's stratum "doubt": verdicts right without a round and with one to four, paired bootstrap over
           questions, and the cost

usage: doubt.py [--build build] [--model FILE|none] [--data ../shared/data] [--share 0.175] [--seed 1] (--fit | --gain)
"""
import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402

CHART = ("--words", "20000-60000", "--notes", "25-80")
REPORTS_A_CHART = 8
TIMES = 3            # each report stands in so many charts
RESAMPLES = 2000


# ---- charts ----

def generate(options, folder, more):
    subprocess.run([os.path.join(options.build, "tests", "chartgen", "chartgen"), "--out", folder, *CHART,
                    "--seed", options.seed, *more], check=True)
    with open(os.path.join(folder, "notes.ndjson"), "rb") as notes:
        body = notes.read()
    return body, lode.read_ndjson(os.path.join(folder, "questions.ndjson"))


def recombine(options):
    """(notes as NDJSON, questions): charts of reports in random order, asked for the mentions of the tune half."""
    table = os.path.join(options.data, "mentions-dev", "mentions.tsv")
    packed = os.path.join(options.data, "mtsamples-dev", "reports.jsonl.zst")
    if not os.path.exists(table) or not os.path.exists(packed):
        return b"", []
    asked = {}
    with open(table, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["half"] == "tune":
                asked.setdefault(row["report"], set()).add(row["surface"])
    unpacked = subprocess.run(["zstd", "-dc", packed], stdout=subprocess.PIPE, check=True).stdout
    reports = [json.loads(line) for line in unpacked.splitlines()]
    chance = random.Random(int(options.seed))
    drawn = [r for r in reports if r["id"] in asked] * TIMES
    chance.shuffle(drawn)
    lines, questions = [], []
    for first in range(0, len(drawn), REPORTS_A_CHART):
        patient, names = "r%04d" % (first // REPORTS_A_CHART), set()
        for k, report in enumerate(drawn[first:first + REPORTS_A_CHART]):
            names |= asked[report["id"]]
            lines.append(json.dumps({"patient": patient, "note_id": "n%02d" % k, "text": report["text"],
                                     "date": "2140-%02d-%02d" % (1 + k, 1 + first % 28), "type": "report"}))
        questions += [{"patient": patient, "condition": name} for name in sorted(names)]
    return "\n".join(lines).encode(), questions


# ---- asking ----

def ask_all(daemon, questions, rounds):
    answers = []
    with daemon.link(600) as link:
        for q in questions:
            status, answer = link.ask(q["patient"], {"condition": q["condition"], "rounds": rounds})
            answers.append(answer if status == 200 else None)
            if status != 200:
                link.close()
    return answers


def start(options):
    return lode.Daemon(os.path.join(options.build, "daemon", "lodestoned"),
                       arguments=["--model", options.model] if options.model else [])


# ---- fit ----

def entropies(options, notes, questions):
    """Of the questions for which anything was found that decides."""
    if not questions:
        return []
    with start(options) as daemon:
        with daemon.link(600) as link:
            if link.ingest(notes)[0] != 200:
                sys.exit("the daemon did not take the notes")
        answers = ask_all(daemon, questions, 0)
    return [a["search"]["doubt"]["first"] if a else 0.0 for a in answers]


def above(values, threshold):
    return sum(v > threshold for v in values) / len(values) if values else float("nan")


def fit(options, folder):
    made = entropies(options, *generate(options, folder, ("--patients", "44", "--questions", "450")))
    real = entropies(options, *recombine(options))
    if not real:
        print("no shared data: chartgen alone")
    # Both sets weigh the same, whatever their size.
    steps = [i / 1000 for i in range(1001)]
    share = lambda t: (above(made, t) + above(real, t)) / 2 if real else above(made, t)  # noqa: E731
    far = min(abs(share(t) - options.share) for t in steps)
    equal = [t for t in steps if abs(share(t) - options.share) < far + 1e-9]
    best = equal[len(equal) // 2]  # of steps that are as good, the one in the middle
    for t in sorted({0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, best}):
        print("threshold %.3f: above it %.3f of chartgen's %d, %.3f of %d recombined%s" % (
            t, above(made, t), len(made), above(real, t), len(real), "   <- fit" if t == best else ""))


# ---- gain ----

def gain(options, folder):
    notes, questions = generate(options, folder, ("--patients", "40", "--questions", "240", "--only", "doubt"))
    right, cost = {}, {}
    with start(options) as daemon:
        with daemon.link(600) as link:
            if link.ingest(notes)[0] != 200:
                sys.exit("the daemon did not take the notes")
        ask_all(daemon, questions, 4)  # warm
        for rounds in range(5):
            before = lode.cpu_seconds(daemon.pid)
            answers = ask_all(daemon, questions, rounds)
            cost[rounds] = (lode.cpu_seconds(daemon.pid) - before) / len(questions) * 1e3
            right[rounds] = [a is not None and a["verdict"] == q["verdict"]
                             for a, q in zip(answers, questions)]
            if rounds == 0:
                triggered = [a is not None and a["search"]["doubt"]["triggered"] for a in answers]
    chosen = [i for i, t in enumerate(triggered) if t]
    print("%d questions, %d triggered" % (len(questions), len(chosen)))
    chance = random.Random(int(options.seed))
    for rounds in range(5):
        share = sum(right[rounds][i] for i in chosen) / max(1, len(chosen))
        gains = sorted(sum(right[rounds][i] - right[0][i] for i in chance.choices(chosen, k=len(chosen)))
                       / len(chosen) for _ in range(RESAMPLES)) if chosen else [0]
        worse = sum(right[0][i] and not right[rounds][i] for i in chosen)
        print("rounds %d: verdicts right of the triggered %.3f, gain %+.3f [%+.3f, %+.3f], made wrong %d; "
              "daemon CPU a question %.2f ms" % (
                  rounds, share, share - sum(right[0][i] for i in chosen) / max(1, len(chosen)),
                  gains[int(0.025 * len(gains))], gains[int(0.975 * len(gains))], worse, cost[rounds]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--model", help="in place of the one that is shipped; none: the cue rules alone")
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--share", type=float, default=0.175, help="of questions that shall be above the threshold")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--gain", action="store_true")
    options = parser.parse_args()
    if options.fit == options.gain:
        parser.error("one of --fit and --gain")
    folder = tempfile.mkdtemp(prefix="doubt-")
    try:
        (fit if options.fit else gain)(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
