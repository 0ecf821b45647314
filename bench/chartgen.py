#!/usr/bin/env python3
"""Generated charts with gold: generate, ingest, ask everything, score per stratum.

Verdict and basis against the gold, mention recall, the four axes of the first piece of evidence that
overlaps a planted mention, evidence that was not planted, false presents where nothing is mentioned,
latency.  Questions whose stratum needs a later issue (expect_from_issue) are totalled apart.

usage: chartgen.py [--build build] [--patients N] [--words MIN-MAX] [--notes MIN-MAX] [--questions Q]
                   [--seed S] [--generated FOLDER] [--json FILE] [--wrong N]
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

AXES = ("negation", "certainty", "experiencer", "temporality")
VERDICTS = ("present", "absent", "uncertain", "not_mentioned", "error")
BLOCK = 1 << 20
TIMEOUT = 1800
Z = 1.96  # of a 95 % interval


# ---- the set ----

def generate(options, folder):
    command = [os.path.join(options.build, "tests", "chartgen", "chartgen"), "--out", folder]
    for name in ("patients", "words", "notes", "questions", "seed"):
        if getattr(options, name):
            command += ["--" + name, str(getattr(options, name))]
    start = time.monotonic()
    subprocess.run(command, check=True)
    seconds = time.monotonic() - start
    size = os.path.getsize(os.path.join(folder, "notes.ndjson"))
    print("generated %.1f MB in %.2f s: %.0f MB/s  (%s)" % (
        size / 1e6, seconds, size / 1e6 / seconds, " ".join(command[1:])))


def ingest(link, path):
    def blocks():
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                yield block
    start = time.monotonic()
    status, _, raw = link.ingest(blocks())
    seconds = time.monotonic() - start
    last = json.loads(raw.splitlines()[-1]) if raw else {}
    if status != 200 or last.get("summary", {}).get("rejected", 1):
        sys.exit("ingest answered %d %s" % (status, raw[-2000:].decode("utf-8", "replace")))
    summary = last["summary"]
    print("ingested %d notes, %.1f MB in %.2f s: %.1f MB/s" % (
        summary["accepted"], summary["bytes"] / 1e6, seconds, summary["bytes"] / 1e6 / seconds))
    return {"seconds": seconds, "summary": summary}


def read_texts(path):
    texts = {}
    with open(path, "rb") as lines:
        for line in lines:
            note = json.loads(line)
            texts[note["patient"], note["note_id"]] = note["text"].encode()
    return texts


# ---- asking ----

def overlaps(evidence, mention):
    return (evidence["note"] == mention["note"] and evidence["start"] < mention["end"]
            and mention["start"] < evidence["end"])


def judge(question, answer):
    """Counts of one question."""
    item = {k: question[k] for k in ("qid", "patient", "stratum", "condition", "basis")}
    item.update(gold=question["verdict"], later=question.get("expect_from_issue"),
                said="error", said_basis="error", planted=len(question["mentions"]), found=0,
                extra=0, independent=None, axes={a: [0, 0] for a in AXES}, wrong_axes=[],
                missed=[])
    if not answer:
        return item
    evidence = answer["evidence"]
    item.update(said=answer["verdict"], said_basis=answer["basis"],
                probability=answer["probability"], daemon_us=answer["elapsed_us"]["total"],
                extra=sum(not any(overlaps(e, m) for m in question["mentions"]) for e in evidence))
    if "independent" in question:
        item["independent"] = [question["independent"], answer["independent"]]
    for mention in question["mentions"]:
        first = next((e for e in evidence if overlaps(e, mention)), None)
        if not first:
            item["missed"].append([mention["note"], mention["start"], mention["surface"]])
            continue
        item["found"] += 1
        for axis in AXES:
            if mention[axis] is None:  # the guideline leaves it open
                continue
            right = first[axis]["value"] == mention[axis]
            item["axes"][axis][0] += right
            item["axes"][axis][1] += 1
            if not right:
                item["wrong_axes"].append([axis, mention[axis], first["text"]])
    return item


def ask_all(link, questions, texts, member):
    items, bad_quotes = [], 0
    for question in questions:
        start = time.monotonic()
        status, answer = link.ask(question["patient"], {member: question[member]})
        wall_us = (time.monotonic() - start) * 1e6
        item = judge(question, answer if status == 200 else None)
        item["wall_us"] = wall_us
        items.append(item)
        if status == 200:
            bad_quotes += len(lode.check_quotes(
                answer, lambda note, p=question["patient"]: texts.get((p, note), b"")))
        else:
            link.close()
    return items, bad_quotes


# ---- scoring ----

def wilson(right, n):
    """95 % score interval of a proportion."""
    if n == 0:
        return (float("nan"),) * 2
    p, below = right / n, 1 + Z * Z / n
    middle = (p + Z * Z / (2 * n)) / below
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / below
    return middle - half, middle + half


def ratio(right, n):
    return {"right": right, "n": n, "share": right / n if n else None, "wilson": wilson(right, n)}


def summary(items):
    result = {
        "questions": len(items),
        "verdict": ratio(sum(i["gold"] == i["said"] for i in items), len(items)),
        "basis": ratio(sum((i["gold"], i["basis"]) == (i["said"], i["said_basis"]) for i in items),
                       len(items)),
        "mention_recall": ratio(sum(i["found"] for i in items), sum(i["planted"] for i in items)),
        "extra_evidence": sum(i["extra"] for i in items),
        "table": {g: {s: sum(i["gold"] == g and i["said"] == s for i in items) for s in VERDICTS}
                  for g in VERDICTS[:4]},
    }
    for axis in AXES:
        result[axis] = ratio(sum(i["axes"][axis][0] for i in items),
                             sum(i["axes"][axis][1] for i in items))
    return result


def percentiles(values):
    values = sorted(values)
    if not values:
        return {}
    rank = lambda p: values[max(0, math.ceil(p * len(values)) - 1)]  # noqa: E731
    return {"p50": rank(0.5), "p90": rank(0.9), "p99": rank(0.99), "max": values[-1]}


def parts(items):
    """{title: items}: every stratum, then what is expected now, later, and all."""
    result = {}
    for item in items:
        result.setdefault(item["stratum"], []).append(item)
    result["= expected now"] = [i for i in items if not i["later"]]
    result["= needs a later issue"] = [i for i in items if i["later"]]
    result["= all"] = items
    return result


# ---- printing ----

def share(r):
    return "   - " if not r["n"] else "%.3f" % r["share"]


def print_table(summaries):
    print("\n%-24s %4s  %-7s %-15s %-6s %-6s %5s | %s" % (
        "stratum", "n", "verdict", "95 % (Wilson)", "basis", "recall", "extra",
        " ".join("%-11s" % a for a in AXES)))
    for title, s in summaries.items():
        low, high = s["verdict"]["wilson"]
        print("%-24s %4d  %-7s [%.3f, %.3f]  %-6s %-6s %5d | %s" % (
            title, s["questions"], share(s["verdict"]), low, high, share(s["basis"]),
            share(s["mention_recall"]), s["extra_evidence"],
            " ".join("%-5s/%-5d" % (share(s[a]), s[a]["n"]) for a in AXES)))
    print("\n  gold           " + "".join("%14s" % v for v in VERDICTS))
    for gold, row in summaries["= all"]["table"].items():
        print("  %-14s " % gold + "".join("%14d" % row[v] for v in VERDICTS))


def print_wrong(items, limit):
    wrong = [i for i in items if not i["later"] and (
        (i["gold"], i["basis"]) != (i["said"], i["said_basis"]) or i["wrong_axes"] or i["missed"]
        or i["extra"])]
    print("\nwrong in some way, of those expected now (%d, first %d):" % (len(wrong), limit))
    for i in wrong[:limit]:
        print("  %s %-22s %-30s %s/%s, said %s/%s, extra %d" % (
            i["qid"], i["stratum"], i["condition"], i["gold"], i["basis"], i["said"],
            i["said_basis"], i["extra"]))
        for note, start, surface in i["missed"][:3]:
            print("      missed %s:%d %s" % (note, start, surface))
        for axis, gold, text in i["wrong_axes"][:3]:
            print("      %s is %s: %s" % (axis, gold, " ".join(text.split())[:150]))


def report(items, bad_quotes, result):
    result["summaries"] = {title: summary(part) for title, part in parts(items).items() if part}
    print_table(result["summaries"])
    never = [i for i in items if i["gold"] == "not_mentioned"]
    result["false_presents"] = sum(i["said"] == "present" for i in never)
    result["false_mentions"] = sum(i["said"] != "not_mentioned" for i in never)
    print("\nnothing mentioned (%d questions): %d said present, %d said anything but not_mentioned" % (
        len(never), result["false_presents"], result["false_mentions"]))
    copies = [i["independent"] for i in items if i["independent"]]
    print("copies collapsed to one: %d of %d" % (sum(a == b for a, b in copies), len(copies)))
    result["bad_quotes"] = bad_quotes
    print("quotes that are not the note's bytes: %d" % bad_quotes)
    for name in ("daemon_us", "wall_us"):
        result[name] = percentiles([i[name] for i in items if i.get(name) is not None])
        print("%-9s " % name + "  ".join("%s %.0f" % kv for kv in result[name].items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    for name in ("patients", "words", "notes", "questions", "seed"):
        parser.add_argument("--" + name, help="as chartgen takes it; its default is the full size")
    parser.add_argument("--generated", help="a folder chartgen wrote before")
    parser.add_argument("--ask-by", default="question", choices=("question", "condition"))
    parser.add_argument("--json", help="write everything there")
    parser.add_argument("--wrong", type=int, default=0, help="list that many of the wrong ones")
    options = parser.parse_args()
    folder = options.generated or tempfile.mkdtemp(prefix="chartgen-")
    try:
        if not options.generated:
            generate(options, folder)
        notes = os.path.join(folder, "notes.ndjson")
        questions = lode.read_ndjson(os.path.join(folder, "questions.ndjson"))
        result = {}
        with lode.Daemon(os.path.join(options.build, "daemon", "lodestoned")) as daemon:
            with daemon.link(TIMEOUT) as link:
                result["ingest"] = ingest(link, notes)
                items, bad_quotes = ask_all(link, questions, read_texts(notes), options.ask_by)
                link.close()
            result["rss_anon_kib"] = lode.memory_kib(daemon.pid)
        report(items, bad_quotes, result)
        if options.wrong:
            print_wrong(items, options.wrong)
        if options.json:
            result["items"] = items
            with open(options.json, "w", encoding="utf-8") as out:
                json.dump(result, out, indent=1)
    finally:
        if not options.generated:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
