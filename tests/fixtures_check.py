#!/usr/bin/env python3
"""Checks fixtures/charts and fixtures/questions: form, sizes, offsets, counts, coverage.

A meson test.  usage: fixtures_check.py [fixtures folder]
"""
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import fixtures_make  # noqa: E402

NOTE_MEMBERS = {"patient", "note_id", "text", "date", "type", "encounter", "author_role"}
BASES = {  # basis -> verdicts it may come with
    "confirmed": {"present"},
    "conflicting": {"uncertain", "present"},
    "suspected_only": {"uncertain"},
    "indication_only": {"uncertain"},
    "denied": {"absent"},
    "family_only": {"absent"},
    "hypothetical_only": {"absent"},
    "none_found": {"not_mentioned"},
}
ROWS = [  # of design.md's verdict table and the sentences under it; incomplete is tested elsewhere
    "confirmed", "conflicting", "conflicting, history stands", "suspected_only", "indication_only",
    "denied", "family_only", "hypothetical_only", "mixture", "none_found", "copies collapsed",
    "suspicion denied later", "indication beside a denial", "suspected beside family",
    "planned counts as hypothetical",
]
DATE = re.compile(r"|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))?")
MASKS = [r"\[\*\*.*?\*\*\]", r"___", r"\*\*[A-Z]{2,}(?:-[A-Z]+)?(?:\[|\b)", r"(?<!\*)\*\*\*(?!\*)"]


def pattern(form):
    """A counting pattern of its own, so that the gold does not rest on the engine it judges."""
    flags = 0 if form.startswith("=") else re.IGNORECASE
    return re.compile(r"(?<!\w)(?:%s)(?!\w)" % re.sub(" +", r"\\s+", form.lstrip("=")), flags)


def count_mentions(texts, forms):
    spans = set()
    for note, text in texts.items():
        found = sorted({m.span() for f in forms for m in pattern(f).finditer(text)})
        at = -1
        for start, end in found:
            if start >= at:
                spans.add((note, start, end))
                at = end
    return len(spans)


def read_charts(folder, fail):
    charts, total = {}, 0
    for path in sorted(glob.glob(os.path.join(folder, "charts", "*.ndjson"))):
        with open(path, "rb") as file:
            raw = file.read()
        total += len(raw)
        for number, line in enumerate(raw.decode("utf-8").splitlines(), 1):
            note = json.loads(line)
            where = "%s:%d" % (os.path.basename(path), number)
            if not {"patient", "note_id", "text"} <= set(note) <= NOTE_MEMBERS:
                fail("%s: members %s" % (where, sorted(note)))
            chart = charts.setdefault(note["patient"], {})
            if note["note_id"] in chart:
                fail("%s: note id twice" % where)
            if not DATE.fullmatch(note.get("date", "")):
                fail("%s: date" % where)
            chart[note["note_id"]] = note["text"]
    if total >= 1 << 20:
        fail("charts hold %d bytes, 1 MB is the limit" % total)
    return charts, total


def check_question(q, charts, fail):
    qid, chart = q["id"], charts[q["patient"]]
    if ("question" in q) == ("condition" in q):
        fail("%s: one of question and condition" % qid)
    if q["verdict"] not in BASES.get(q["basis"], ()):
        fail("%s: %s cannot come with %s" % (qid, q["verdict"], q["basis"]))
    if q["row"] not in ROWS:
        fail("%s: no such row: %s" % (qid, q["row"]))
    if (q["note"] is None) != (q["basis"] == "none_found"):
        fail("%s: decisive evidence and none_found exclude each other" % qid)
    if q["note"] is not None:
        raw = chart[q["note"]].encode()
        quote = raw[q["start"]:q["end"]].decode()
        if not quote or q["end"] > len(raw):
            fail("%s: span" % qid)
        if q["forms"] and q["mentions"] and not any(pattern(f).fullmatch(quote) for f in q["forms"]):
            fail("%s: the marked span is none of its forms" % qid)
    if "ask" not in q:
        n = count_mentions(chart, q["forms"])
        if n != q["mentions"]:
            fail("%s: %d mentions in the chart, %d expected" % (qid, n, q["mentions"]))
    if q.get("independent", 1) > max(q["mentions"], 1):
        fail("%s: more independent than mentions" % qid)


def check_variety(charts, fail):
    """The features README.md promises are really there."""
    texts = [text for chart in charts.values() for text in chart.values()]
    for mask in MASKS:
        if sum(bool(re.search(mask, text)) for text in texts) < 3:
            fail("mask dialect %s hardly occurs" % mask)
    wanted = {
        "CRLF line ends": any("\r\n" in t for t in texts),
        "an empty note": "" in texts,
        "a note of one line": any(t and "\n" not in t for t in texts),
        "characters beyond ASCII": any(not t.isascii() for t in texts),
        "an id with a slash": any("/" in n for c in charts.values() for n in c),
        "an id with a blank": any(" " in n for c in charts.values() for n in c),
        "an id beyond ASCII": any(not n.isascii() for c in charts.values() for n in c),
    }
    for what, is_there in wanted.items():
        if not is_there:
            fail("nowhere: " + what)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "fixtures")
    problems = []
    charts, total = read_charts(folder, problems.append)
    with open(os.path.join(folder, "questions", "questions.ndjson"), encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    ids = [q["id"] for q in questions]
    if len(ids) != len(set(ids)):
        problems.append("question ids are not unique")
    if len(questions) < 60:
        problems.append("only %d questions" % len(questions))
    for q in questions:
        check_question(q, charts, problems.append)
    for row in ROWS:
        if row not in {q["row"] for q in questions}:
            problems.append("no question for the row " + row)
    check_variety(charts, problems.append)
    for path, content in fixtures_make.assemble().items():
        with open(os.path.join(folder, path), "rb") as old:
            if old.read() != content:
                problems.append("%s is not what its source says: run tests/fixtures_make.py" % path)
    print("%d charts, %d notes, %d bytes, %d questions, %d problems" % (
        len(charts), sum(map(len, charts.values())), total, len(questions), len(problems)))
    for problem in problems:
        print("  " + problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
