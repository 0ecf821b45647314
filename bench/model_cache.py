#!/usr/bin/env python3
"""What `model_cache` is worth: the same questions asked of a daemon without it and of one with it, in turns.

Both take the same charts. Each question is asked of both, one right after the other, who comes first changing with every question; then
all of them again, --passes times in all. Printed by pass: processor time a question, median and p99 of the wall time, the ratios with / without of both, and how
many windows were remembered; the resident memory of both at the end; and whether every answer is the same but for what tells of time and of the windows run.

usage: model_cache.py [--build build] [--model FILE] [--data ../shared/data | --data none] [--cache 16M] [--passes 3] [--questions 200]
With the data the questions are needles-dev's, else chartgen's (with --questions of them).
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402
from needles import percentiles  # noqa: E402

BLOCK = 1 << 20


def needles(options):
    folder = os.path.join(options.data, "needles-dev")
    questions = (lode.read_ndjson(os.path.join(folder, "questions.jsonl"))
                 + lode.read_ndjson(os.path.join(folder, "questions_natural.jsonl")))
    command = ["zstd", "-dc", "--long=27", os.path.join(folder, "notes.jsonl.zst")]
    return questions, lambda: subprocess.Popen(command, stdout=subprocess.PIPE).stdout


def generated(options, folder):
    subprocess.run([os.path.join(options.build, "tests", "chartgen", "chartgen"), "--out", folder, "--patients",
                    str(math.ceil(options.questions / 10)), "--words", "20000-60000", "--notes", "25-80",
                    "--questions", str(options.questions), "--seed", "1"], check=True)
    return (lode.read_ndjson(os.path.join(folder, "questions.ndjson")),
            lambda: open(os.path.join(folder, "notes.ndjson"), "rb"))


def ingest(daemon, open_notes):
    with open_notes() as notes, daemon.link(1800) as link:
        status = link.ingest(iter(lambda: notes.read(BLOCK), b""))[0]
    if status != 200:
        sys.exit("the daemon did not take the notes: %d" % status)


def same_part(answer):
    answer = {k: v for k, v in answer.items() if k != "elapsed_us"}
    answer["scorer"] = {k: v for k, v in answer.get("scorer", {}).items() if k != "active_fraction"}
    return answer


def one_pass(daemons, links, questions):
    """Wall times in ms by daemon, and in how many answers they differ."""
    walls, differ = [[], []], 0
    for number, q in enumerate(questions):
        answers = [None, None]
        for i in ((0, 1) if number % 2 == 0 else (1, 0)):
            start = time.perf_counter()
            status, answer = links[i].ask(q["patient"], {"question": q["question"]})
            walls[i].append((time.perf_counter() - start) * 1e3)
            if status != 200:
                sys.exit("question %d answered %d\n%s" % (number, status, daemons[i].log_tail()))
            answers[i] = same_part(answer)
        differ += answers[0] != answers[1]
    return walls, differ


def kept(link):
    return json.loads(link.get("/v1/stats")[2])["daemon"]["model_cache"]


def measure(options, daemons, questions):
    links, differ = [d.link(600) for d in daemons], 0
    print("%d questions; load %.1f\n%-6s %-9s %12s %10s %10s" % (
        len(questions), os.getloadavg()[0], "pass", "", "CPU a q. ms", "median ms", "p99 ms"))
    for number in range(1, options.passes + 1):
        before = [lode.cpu_seconds(d.pid) for d in daemons]
        walls, more = one_pass(daemons, links, questions)
        differ += more
        cpu = [(lode.cpu_seconds(d.pid) - b) * 1e3 / len(questions) for d, b in zip(daemons, before)]
        walls = [percentiles(w) for w in walls]
        rows = [[c, w["p50"], w["p99"]] for c, w in zip(cpu, walls)]
        rows.append([b / a if a else float("nan") for a, b in zip(*rows)])
        for name, row in zip(("without", "with", "ratio"), rows):
            print("%-6d %-9s %12.2f %10.2f %10.2f" % (number, name, *row))
        print("       remembered: %s" % kept(links[1]))
    print("resident KiB: without %d, with %d" % tuple(lode.memory_kib(d.pid, "VmRSS") for d in daemons))
    print("anonymous KiB: without %d, with %d" % tuple(lode.memory_kib(d.pid) for d in daemons))
    print("answers that differ: %d" % differ)
    for link in links:
        link.close()
    return differ


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--model", default=os.path.join(ROOT, "scorer", "model", "model.safetensors"))
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--cache", default="16M")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="model-cache-")
    binary = os.path.join(options.build, "daemon", "lodestoned")
    daemons = [lode.Daemon(binary, arguments=["--model", options.model, *more])
               for more in ([], ["--set", "model_cache=%s" % options.cache])]
    try:
        if os.path.exists(os.path.join(options.data, "needles-dev", "questions.jsonl")):
            questions, notes = needles(options)
        else:
            questions, notes = generated(options, folder)
        for daemon in daemons:
            daemon.start()
            ingest(daemon, notes)
        return 1 if measure(options, daemons, questions) else 0
    finally:
        for daemon in daemons:
            daemon.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
