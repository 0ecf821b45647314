#!/usr/bin/env python3
"""How many of the places that matter survive a budget of tokens? context beside BM25's best chunks and the most recent notes.

usage: bench/context.py [--build build] [--data ../shared/data] [--set chartgen|questions|natural[,...]] [--patients N]
                        [--words MIN-MAX] [--seed S] [--limit QUESTIONS]

A gold mention survives when its bytes lie in what was packed, or, since copies are packed once, when it stands there with what
stands beside it in its sentence and line. All three are counted by the estimate that the daemon uses (daemon/tokens.c), a line of place for each piece included.
BM25: POST search, the words of the condition joined by OR, its chunks from the first on as far as they fit. Recent: whole
notes from the last on, the one that does not fit cut off. Of the needles-dev sets only sums are printed; where they are
absent it says so.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402

BUDGETS = (500, 1000, 2000, 4000)
PIECES = re.compile(r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<line>[\r\n]+)|(?P<space>[ \t]+)|(?P<wide>[^\x00-\x7f]+)|(?P<sign>(.)\7*)",
                    re.S)
HEADER = "[c9999] %s | %s | section | %s:%d-%d\n\n"
TAIL = 40


def estimate(text):
    n = 0
    for m in PIECES.finditer(text):
        size, kind = m.end() - m.start(), m.lastgroup
        if m.group("word"):
            n += 1 if size <= 6 else 1 + (size - 6 + 3) // 4
        elif m.group("number"):
            n += (size + 2) // 3
        elif m.group("line"):
            n += 1
        elif m.group("space"):
            n += size > 1
        elif m.group("wide"):
            n += (len(m.group().encode()) + 1) // 2
        else:
            n += (size + 3) // 4
    return n


def flat(text):
    return " ".join(text.split())


class Chart:
    """Notes of one patient: id -> note; and by date, the last first."""

    def __init__(self, notes):
        self.notes = {n["note_id"]: n for n in notes}
        self.recent = sorted(notes, key=lambda n: (n.get("date", ""), n["note_id"]), reverse=True)

    def sentence(self, mention):
        """The mention with what stands beside it in its line and sentence, 60 bytes on either side at most; None: too
        little to be told from another place."""
        raw = self.notes[mention["note"]]["text"].encode()
        start = max(raw.rfind(b". ", 0, mention["start"]) + 2, raw.rfind(b"\n", 0, mention["start"]) + 1, mention["start"] - 60, 0)
        ends = [e for e in (raw.find(b".", mention["end"]), raw.find(b"\n", mention["end"])) if e >= 0]
        end = min(ends + [mention["end"] + 60, len(raw)])
        text = flat(raw[start:end].decode(errors="ignore"))
        return text if len(text) >= mention["end"] - mention["start"] + 10 else None


def by_context(link, question, budget):
    body = {"budget": budget}
    body["condition"] = question["condition"]
    status, _, raw = link.post_json("/v1/patients/%s/context" % lode.segment(question["patient"]), body)
    if status != 200:
        raise RuntimeError("context answers %d: %s" % (status, raw[:200]))
    answer = json.loads(raw)
    if answer["tokens"] > budget:
        raise RuntimeError("%d tokens of %d" % (answer["tokens"], budget))
    return [(p["note"], p["start"], p["end"], p["text"]) for p in answer["passages"]], answer["tokens"]


def by_bm25(link, question, budget, chart):
    words = " ".join(re.findall(r"[A-Za-z0-9]+", question["condition"])).lower()
    status, _, raw = link.post_json("/v1/patients/%s/search" % lode.segment(question["patient"]),
                                    {"query": words, "any": True, "limit": 60})
    if status != 200:
        raise RuntimeError("search answers %d: %s" % (status, raw[:200]))
    packed, spent = [], 0
    for hit in json.loads(raw)["hits"]:
        cost = estimate(HEADER % (hit["date"], hit["type"], hit["note"], hit["start"], hit["end"]) + hit["text"])
        if spent + cost <= budget:
            spent += cost
            packed.append((hit["note"], hit["chunk_start"], hit["chunk_end"], hit["text"]))
    return packed, spent


def by_recency(question, budget, chart):
    packed, spent = [], 0
    for note in chart.recent:
        head = estimate(HEADER % (note.get("date", ""), note.get("type", ""), note["note_id"], 0, 0))
        if spent + head >= budget:
            break
        text = note["text"]
        cost = estimate(text[:8 * budget])
        if len(text) > 8 * budget or spent + head + cost > budget:
            lo, hi = 0, min(len(text), 8 * budget)
            while lo < hi:
                mid = (lo + hi + 1) // 2
                if spent + head + estimate(text[:mid]) <= budget:
                    lo = mid
                else:
                    hi = mid - 1
            text = text[:lo]
            cost = estimate(text)
        spent += head + cost
        packed.append((note["note_id"], 0, len(text.encode()), text))
    return packed, spent


def survives(mention, packed, texts, chart):
    if any(note == mention["note"] and start <= mention["start"] and mention["end"] <= end for note, start, end, _ in packed):
        return True
    sentence = chart.sentence(mention)
    return sentence is not None and any(sentence in text for text in texts)


def measure(link, questions, charts):
    print("%-8s %-8s %18s %22s %12s" % ("budget", "by", "mentions survive", "all of its mentions", "mean tokens"))
    for budget in BUDGETS:
        for name in ("context", "bm25", "recent"):
            kept = total = whole = 0
            tokens = 0
            for q in questions:
                chart = charts[q["patient"]]
                packed, spent = (by_context(link, q, budget) if name == "context" else
                                 by_bm25(link, q, budget, chart) if name == "bm25" else by_recency(q, budget, chart))
                texts = [flat(p[3]) for p in packed]
                got = [survives(m, packed, texts, chart) for m in q["gold"]]
                kept, total, whole, tokens = kept + sum(got), total + len(got), whole + all(got), tokens + spent
            print("%-8d %-8s %6d of %d %5.1f %% %10d of %d %5.1f %% %9.0f" % (
                budget, name, kept, total, 100 * kept / total, whole, len(questions), 100 * whole / len(questions), tokens / len(questions)))


def charts_of(path):
    notes = {}
    for note in lode.read_ndjson(path):
        notes.setdefault(note["patient"], []).append(note)
    return {patient: Chart(of) for patient, of in notes.items()}


def from_chartgen(options, folder):
    program = os.path.join(options.build, "tests", "chartgen", "chartgen")
    subprocess.run([program, "--patients", str(options.patients), "--words", options.words, "--questions",
                    str(10 * options.patients), "--seed", str(options.seed), "--out", folder], check=True, stdout=subprocess.DEVNULL)
    names = os.listdir(folder)
    notes = os.path.join(folder, next(n for n in names if n.startswith("notes")))
    questions = lode.read_ndjson(os.path.join(folder, next(n for n in names if n.startswith("questions"))))
    for q in questions:
        q["gold"] = q["mentions"]
    return notes, [q for q in questions if q["gold"]]


def from_needles(options, name, folder):
    source = os.path.join(options.data, "needles-dev")
    if not os.path.isdir(source):
        print("%s: no %s here, left out" % (name, source))
        return None, []
    notes = os.path.join(folder, "needles.ndjson")
    if not os.path.exists(notes):
        subprocess.run(["zstd", "-dq", "--long=27", os.path.join(source, "notes.jsonl.zst"), "-o", notes], check=True)
    questions = lode.read_ndjson(os.path.join(source, {"questions": "questions.jsonl", "natural": "questions_natural.jsonl"}[name]))
    for q in questions:
        q["gold"] = [{"note": q["needle_note_id"], "start": q["mention_byte_start"], "end": q["mention_byte_end"]}]
    return notes, questions


def lines_of(path):
    with open(path, "rb") as f:
        while True:
            piece = f.read(1 << 20)
            if not piece:
                return
            yield piece


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--set", default="chartgen,questions,natural")
    parser.add_argument("--patients", type=int, default=20)
    parser.add_argument("--words", default="50000-150000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    binary = os.path.join(options.build, "daemon", "lodestoned")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.set.split(","):
            notes, questions = (from_chartgen(options, tempfile.mkdtemp(dir=folder)) if name == "chartgen"
                                else from_needles(options, name, folder))
            if options.limit:
                questions = questions[:options.limit]
            if not questions:
                continue
            charts = charts_of(notes)
            with lode.Daemon(binary) as daemon, daemon.link(timeout=600) as link:
                if link.ingest(lines_of(notes))[0] != 200:
                    raise RuntimeError("ingest")
                print("%s: %d charts, %d questions, %d gold mentions" % (
                    name, len(charts), len(questions), sum(len(q["gold"]) for q in questions)))
                measure(link, questions, charts)
                link.close()
                daemon.stop()


if __name__ == "__main__":
    main()
