#!/usr/bin/env python3
"""The needle-in-a-haystack evaluation on real notes: ingest, ask, score, time.

Scores as the data's README says ("How a needle question is scored").  Needs the needles-dev set;
without it, it says so and ends with 77.  Report-half items are only ever counted: the list of wrong
ones, and details in the --json file, are those of the tune half.

usage: needles.py [--build build] [--data ../shared/data] [--set questions|natural|alt[,...]]
                  [--lexicon FILE]... [--model FILE|none] [--half tune|report] [--body JSON] [--json FILE]
                  [--keep FOLDER]
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402

FIRST = 50           # the needle must be among this many pieces of evidence
RESAMPLES = 2000     # of the bootstrap
SEED = 20240418
SAMPLE_SECONDS = 0.05
VERDICTS = ("present", "absent", "uncertain", "not_mentioned", "error")


# ---- ingest ----

class MemoryWatch(threading.Thread):
    """Highest RssAnon and VmRSS of a process, sampled."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.done = pid, threading.Event()
        self.peak = {"RssAnon": 0, "VmRSS": 0}

    def run(self):
        while not self.done.wait(SAMPLE_SECONDS):
            for field in self.peak:
                self.peak[field] = max(self.peak[field], lode.memory_kib(self.pid, field))

    def stop(self):
        self.done.set()
        self.join()
        return self.peak


def allocated_bytes(folder):
    return sum(os.lstat(os.path.join(at, name)).st_blocks * 512
               for at, _, names in os.walk(folder) for name in names)


def ingest(daemon, client, path):
    watch = MemoryWatch(daemon.pid)
    watch.start()
    start = time.monotonic()
    result = subprocess.run(
        [client, "ingest", path], env=dict(os.environ, LODESTONE_SOCKET=daemon.socket),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    peak = watch.stop()
    if result.returncode != 0:
        sys.exit("ingest ended with %d:\n%s\n%s" % (
            result.returncode, result.stderr[-2000:], daemon.log_tail()))
    return {"seconds": seconds, "cpu_seconds": lode.cpu_seconds(daemon.pid), "peak_kib": peak,
            "disk_bytes": allocated_bytes(daemon.data),
            "client_says": result.stdout.strip()[-500:],
            "machine": "%s, %d CPUs" % (os.uname().machine, os.cpu_count())}


def read_notes(path):
    """{(patient, note id): text as bytes}, from the source, not from the daemon."""
    texts = {}
    unpack = subprocess.Popen(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE)
    for line in unpack.stdout:
        note = json.loads(line)
        texts[note["patient"], note["note_id"]] = note["text"].encode()
    if unpack.wait() != 0:
        sys.exit("cannot read " + path)
    return texts


# ---- asking ----

def read_questions(folder, which):
    name = {"questions": "questions", "natural": "questions_natural", "alt": "questions"}[which]
    questions = lode.read_ndjson(os.path.join(folder, name + ".jsonl"))
    if which != "alt":
        return questions
    questions = [q for q in questions if q["alt_conditions"]]
    for q in questions:
        other = q["alt_conditions"][0]
        q["question"] = q["question"].replace(q["condition"], other)
        q["condition"] = other
    return questions


def ask_all(daemon, questions, member, texts, more):
    """Asks over one keep-alive connection.  One item per question."""
    items = []
    with daemon.link() as link:
        for q in questions:
            start = time.monotonic()
            status, answer = link.ask(q["patient"], {member: q[member], **more})
            wall_us = (time.monotonic() - start) * 1e6
            items.append(judge(q, answer if status == 200 else None, wall_us, texts))
            if status != 200:
                link.close()  # http.client opens it again
    return items


def needle_of(q, answer):
    """The piece of evidence that is the needle, or None."""
    longest = 2 * (q["mention_byte_end"] - q["mention_byte_start"]) + 40
    return next((
        e for e in answer["evidence"][:FIRST] if e["note"] == q["needle_note_id"]
        and e["start"] < q["mention_byte_end"] and q["mention_byte_start"] < e["end"]
        and e["end"] - e["start"] <= longest), None)


def surprise(q, needle):
    """Minus the logarithm of the probability that the needle's own mention has for what is so."""
    if needle is None:
        return None
    p = needle["p_present"] if q["label"] == "present" else 1 - needle["p_present"]
    return -math.log(max(p, 1e-9))


def judge(q, answer, wall_us, texts):
    item = {"qid": q["qid"], "half": q["half"], "label": q["label"], "verdict": "error",
            "basis": "error", "probability": 0.0, "needle": False, "surprise": None, "wall_us": wall_us,
            "daemon_us": None, "mentions": 0, "quotes": 0, "bad_quotes": 0}
    if answer:
        needle = needle_of(q, answer)
        bad = lode.check_quotes(answer, lambda note: texts.get((q["patient"], note), b""))
        item.update(
            verdict=answer["verdict"], basis=answer["basis"], probability=answer["probability"],
            needle=needle is not None, surprise=surprise(q, needle), daemon_us=answer["elapsed_us"]["total"],
            mentions=answer["mentions"], quotes=len(answer["evidence"]), bad_quotes=len(bad))
    # What the answer counts as; "wrong" is wrong whatever the label.
    verdict = item["verdict"]
    if verdict in ("not_mentioned", "error") or not item["needle"]:
        item["forced"] = "wrong"
    elif verdict == "uncertain":
        item["forced"] = "present" if item["probability"] >= 0.5 else "absent"
    else:
        item["forced"] = verdict
    return item


# ---- scoring ----

def cells(items):
    """tp, fn, tn, fp of the forced score."""
    tp = sum(i["label"] == "present" and i["forced"] == "present" for i in items)
    tn = sum(i["label"] == "absent" and i["forced"] == "absent" for i in items)
    present = sum(i["label"] == "present" for i in items)
    return tp, present - tp, tn, len(items) - present - tn


def ratio(a, b):
    return a / b if b else float("nan")


def scores(items):
    tp, fn, tn, fp = cells(items)
    sensitivity, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
    below = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return {
        "mcc": (tp * tn - fp * fn) / below if below else 0.0,
        "accuracy": ratio(tp + tn, len(items)),
        "balanced_accuracy": (sensitivity + specificity) / 2,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": ratio(tp, tp + fp),
        "recall": sensitivity,
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


def wilson(hits, n):
    """Share and its 95 % interval."""
    if not n:
        return (float("nan"),) * 3
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    return p, max((middle - half) / below, 0.0), min((middle + half) / below, 1.0)


def intervals(items):
    """95 % percentile bootstrap of every score."""
    if not items:
        return {}
    chance = random.Random(SEED)
    drawn = [scores(chance.choices(items, k=len(items))) for _ in range(RESAMPLES)]
    result = {}
    for name in drawn[0]:
        values = sorted(d[name] for d in drawn if not math.isnan(d[name]))
        if values:
            result[name] = (values[int(0.025 * len(values))], values[int(0.975 * len(values))])
    return result


def percentiles(values):
    values = sorted(values)
    if not values:
        return {}
    rank = lambda p: values[max(0, math.ceil(p * len(values)) - 1)]  # noqa: E731
    return {"p50": rank(0.5), "p90": rank(0.9), "p99": rank(0.99), "max": values[-1]}


def summary(items):
    decided = [i for i in items if i["verdict"] != "uncertain"]
    surprises = [i["surprise"] for i in items if i["surprise"] is not None]
    always = [dict(i, forced="present") for i in items]
    return {
        "n": len(items),
        "table": {label: {v: sum(i["label"] == label and i["verdict"] == v for i in items)
                          for v in VERDICTS} for label in ("present", "absent")},
        "cells": dict(zip(("tp", "fn", "tn", "fp"), cells(items))),
        "forced": scores(items), "interval": intervals(items),
        "decided": scores(decided), "coverage": ratio(len(decided), len(items)),
        "decided_interval": intervals(decided),
        "always_present": scores(always),
        "log_loss": ratio(sum(surprises), len(surprises)),
        "mention_recall": ratio(sum(i["needle"] for i in items), len(items)),
        "not_mentioned": wilson(sum(i["verdict"] == "not_mentioned" for i in items), len(items)),
        "quotes": sum(i["quotes"] for i in items),
        "bad_quotes": sum(i["bad_quotes"] for i in items),
        "daemon_us": percentiles([i["daemon_us"] for i in items if i["daemon_us"] is not None]),
        "wall_us": percentiles([i["wall_us"] for i in items]),
    }


# ---- printing ----

def print_summary(title, s):
    print("\n== %s: %d questions ==" % (title, s["n"]))
    print("  label      " + "".join("%14s" % v for v in VERDICTS))
    for label, row in s["table"].items():
        print("  %-10s " % label + "".join("%14d" % row[v] for v in VERDICTS))
    print("  forced: TP %(tp)d  FN %(fn)d  TN %(tn)d  FP %(fp)d  (a missing needle is wrong)" % s["cells"])
    print("  %-18s %8s  %-16s %8s %8s" % ("", "forced", "95 % interval", "decided", "always"))
    for name, value in s["forced"].items():
        low, high = s["interval"].get(name, (float("nan"),) * 2)
        print("  %-18s %8.3f  [%.3f, %.3f]   %8.3f %8.3f" % (
            name, value, low, high, s["decided"][name], s["always_present"][name]))
    print("  coverage of decided %.3f   mention recall %.4f   quotes exact %d of %d" % (
        s["coverage"], s["mention_recall"], s["quotes"] - s["bad_quotes"], s["quotes"]))
    print("  log-loss of the needles' own mentions %.4f" % s["log_loss"])
    print("  said not_mentioned (always false here) %.3f  [%.3f, %.3f]" % s["not_mentioned"])
    for name in ("daemon_us", "wall_us"):
        print("  %-9s " % name + "  ".join("%s %.0f" % kv for kv in s[name].items()))


def print_wrong(items):
    wrong = [i for i in items if i["half"] == "tune" and i["forced"] != i["label"]]
    if not wrong:
        return
    print("\n  wrong in the tune half (%d):" % len(wrong))
    for i in wrong:
        print("    %s  %s, said %s / %s %.2f, %d mentions%s" % (
            i["qid"], i["label"], i["verdict"], i["basis"], i["probability"], i["mentions"],
            "" if i["needle"] else ", needle missing"))


def print_ingest(r, texts):
    raw = sum(map(len, texts.values()))
    r.update(notes=len(texts), raw_bytes=raw)
    print("ingest: %d notes, %.1f MB of text in %.1f s: %.2f MB/s, %.0f notes/s; daemon CPU %.1f s" % (
        len(texts), raw / 1e6, r["seconds"], raw / 1e6 / r["seconds"],
        len(texts) / r["seconds"], r["cpu_seconds"]))
    print("  peak RssAnon %.1f MB, VmRSS %.1f MB; on disk %.1f MB (%.3f of the text)" % (
        r["peak_kib"]["RssAnon"] / 1024, r["peak_kib"]["VmRSS"] / 1024,
        r["disk_bytes"] / 1e6, r["disk_bytes"] / raw))


def for_json(items):
    """Report-half items keep what a paired comparison needs, nothing to tune by."""
    kept = ("qid", "half", "label", "wall_us", "daemon_us")
    return [i if i["half"] == "tune" else
            dict({k: i[k] for k in kept}, right=i["forced"] == i["label"]) for i in items]


def run_set(daemon, folder, which, texts, more, half):
    questions = [q for q in read_questions(folder, which) if half in (None, q["half"])]
    result = {}
    if not questions:
        print("\n== %s: no question of the half %s ==" % (which, half))
        return result
    for member in ("question", "condition"):
        items = ask_all(daemon, questions, member, texts, more)
        parts = {"all": items, "report": [i for i in items if i["half"] == "report"]}
        result[member] = {name: summary(part) for name, part in parts.items() if part}
        result[member]["items"] = for_json(items)
        for name, part in parts.items():
            if part and (name == "all" or len(part) != len(items)):
                print_summary("%s, asked by %s, %s" % (which, member, name), result[member][name])
        print_wrong(items)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--set", default="questions", help="questions, natural, alt, or several by comma")
    parser.add_argument("--lexicon", action="append", default=[], help="attach a compiled lexicon")
    parser.add_argument("--model", help="in place of the one that is shipped; none: the cue rules alone")
    parser.add_argument("--half", choices=("tune", "report"), help="ask the questions of this half alone")
    parser.add_argument("--body", default="{}", help="members for every question, as JSON")
    parser.add_argument("--json", help="write everything there")
    parser.add_argument("--keep", help="folder for data, socket and log that is not removed")
    options = parser.parse_args()
    folder = os.path.join(options.data, "needles-dev")
    packed = os.path.join(folder, "notes.jsonl.zst")
    if not os.path.exists(packed):
        lode.skip("no %s" % packed)
    client = os.path.join(options.build, "client", "lodestone")
    result = {"sets": {}}
    arguments = [word for path in options.lexicon for word in ("--lexicon", path)]
    arguments += ["--model", options.model] if options.model else []
    with lode.Daemon(os.path.join(options.build, "daemon", "lodestoned"), options.keep,
                     arguments) as daemon:
        result["ingest"] = ingest(daemon, client, packed)
        texts = read_notes(packed)
        print_ingest(result["ingest"], texts)
        for which in options.set.split(","):
            result["sets"][which] = run_set(
                daemon, folder, which, texts, json.loads(options.body), options.half)
        result["rss_anon_after_kib"] = lode.memory_kib(daemon.pid)
        print("\nRssAnon after the questions: %.1f MB" % (result["rss_anon_after_kib"] / 1024))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(result, out, indent=1)


if __name__ == "__main__":
    main()
