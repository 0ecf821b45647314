#!/usr/bin/env python3
"""chartgen's own promises: same seed same bytes, gold that fits the text, nothing asked about left in
the filler, verdicts that follow from the planted mentions by docs/verdict.md.

usage: chartgen_test.py CHARTGEN
"""
import filecmp
import json
import os
import re
import subprocess
import sys
import tempfile

SIZES = [  # patients, words, notes, questions, seed
    (6, (9000, 14000), (20, 60), 90, 11),
    (4, (20000, 30000), (100, 300), 50, 12),
    (8, (3000, 4000), (20, 24), 140, 13),
    (1, (40000, 60000), None, 12, 2 ** 63),
]
STRATA = 24
TYPES = {"H&P", "Progress note", "Consult", "Discharge summary", "Operative note", "Nursing",
         "Radiology"}
AXES = {
    "negation": ("affirmed", "negated"),
    "certainty": ("certain", "possible", "hypothetical"),
    "experiencer": ("patient", "other"),
    "temporality": ("recent", "historical", "future", None),
}


def generate(chartgen, folder, size):
    patients, words, notes, questions, seed = size
    command = [chartgen, "--patients", str(patients), "--words", "%d-%d" % words, "--questions",
               str(questions), "--seed", str(seed), "--out", folder]
    if notes:
        command += ["--notes", "%d-%d" % notes]
    subprocess.run(command, check=True)


def read(folder):
    charts = {}
    with open(os.path.join(folder, "notes.ndjson"), encoding="utf-8", newline="\n") as lines:
        for line in lines:
            note = json.loads(line)
            charts.setdefault(note["patient"], []).append(note)
    with open(os.path.join(folder, "questions.ndjson"), encoding="utf-8") as lines:
        return charts, [json.loads(line) for line in lines]


def check_charts(charts, size, fail):
    patients, words, notes, _, _ = size
    if len(charts) != patients:
        fail("%d charts" % len(charts))
    ids = [n["note_id"] for c in charts.values() for n in c]
    if len(set(ids)) != len(ids):
        fail("note ids are not unique")
    for patient, chart in charts.items():
        count = sum(len(n["text"].split()) for n in chart)
        if not words[0] <= count <= words[1]:
            fail("%s has %d words" % (patient, count))
        low, high = notes or (20, 2000)
        if not low <= len(chart) <= high:
            fail("%s has %d notes" % (patient, len(chart)))
        if {n["type"] for n in chart} != TYPES:
            fail("%s has types %s" % (patient, sorted({n["type"] for n in chart})))
        dates = [n["date"][:10] for n in chart if "date" in n]
        if dates != sorted(dates):
            fail("%s is not in date order" % patient)


def check_mentions(question, notes, fail):
    for m in question["mentions"]:
        raw = notes[m["note"]]["text"].encode()
        quote = re.sub(r"\s+", " ", raw[m["start"]:m["end"]].decode())
        if quote != re.sub(r"\s+", " ", m["surface"]):
            fail("%s: %r, not %r" % (question["qid"], quote, m["surface"]))
        if "date" not in notes[m["note"]]:
            fail("%s: a mention in a note without a date" % question["qid"])
        for axis, values in AXES.items():
            if m[axis] not in values:
                fail("%s: %s is %s" % (question["qid"], axis, m[axis]))


def pattern(names):
    """All names at once, caseless, whole words, line ends as blanks."""
    parts = [r"\s+".join(map(re.escape, n.split())) for n in names]
    return re.compile(r"(?<![^\W_])(?:%s)(?![^\W_])" % "|".join(parts), re.IGNORECASE)


def check_names(question, chart, fail):
    """Every listed name in the chart is a planted mention; nothing else names the condition."""
    if question["stratum"] == "polysemy":  # the abbreviation stands there on purpose
        names = [n for n in [question["condition"]] + question["alt_conditions"] if not n.isupper()]
    else:
        names = [question["condition"]] + question["alt_conditions"]
    finder, found = pattern(names), 0
    for note in chart:
        for hit in finder.finditer(note["text"]):
            start = len(note["text"][:hit.start()].encode())
            end = start + len(hit[0].encode())
            if not any(m["note"] == note["note_id"] and m["start"] < end and start < m["end"]
                       for m in question["mentions"]):
                fail("%s (%s): %r in %s at %d was not planted" % (
                    question["qid"], question["stratum"], hit[0], note["note_id"], start))
            found += 1
    if question["stratum"] == "never" and (found or question["mentions"]):
        fail("%s: never mentioned, but %d times there" % (question["qid"], found))


def verdict_of(question, notes):
    """docs/verdict.md, from the gold axes and the dates."""
    if question["stratum"] == "proxy":
        return "uncertain", "indication_only"
    stances = {}
    for m in question["mentions"]:
        if m["experiencer"] == "other":
            stance = "other"
        elif m["certainty"] == "hypothetical" or m["temporality"] == "future":
            stance = "hypothetical"
        elif m["certainty"] == "possible":
            stance = "suspected"
        elif m["negation"] == "negated":
            stance = "denied"
        elif re.match(r"[\[_*<]", m["surface"]):
            stance = "suspected"
        else:
            stance = "affirmed"
        stances.setdefault(stance, []).append(
            (notes[m["note"]]["date"][:10], m["temporality"] == "historical"))
    denied = stances.get("denied", [])
    standing = [(day, past) for day, past in stances.get("affirmed", [])
                if not any(d > day and (p or not past) for d, p in denied)]
    taken = len(stances.get("affirmed", [])) - len(standing)
    suspected = [day for day, _ in stances.get("suspected", []) if not any(d > day for d, _ in denied)]
    if standing and taken and all(past for _, past in standing):
        return "present", "conflicting"
    rows = [(standing, "present", "confirmed"), (taken, "uncertain", "conflicting"),
            (suspected, "uncertain", "suspected_only"), (denied, "absent", "denied"),
            (stances.get("other"), "absent", "family_only"),
            (stances.get("hypothetical"), "absent", "hypothetical_only")]
    for holds, verdict, basis in rows:
        if holds:
            return verdict, basis
    return "not_mentioned", "none_found"


def check_questions(charts, questions, size, fail):
    if len(questions) != size[3] or len({q["qid"] for q in questions}) != len(questions):
        fail("%d questions" % len(questions))
    if size[3] >= STRATA and len({q["stratum"] for q in questions}) != STRATA:
        fail("only %d strata" % len({q["stratum"] for q in questions}))
    by_chart = {p: {n["note_id"]: n for n in chart} for p, chart in charts.items()}
    for question in questions:
        notes = by_chart[question["patient"]]
        check_mentions(question, notes, fail)
        check_names(question, charts[question["patient"]], fail)
        if verdict_of(question, notes) != (question["verdict"], question["basis"]):
            fail("%s (%s): gold says %s / %s, the mentions say %s / %s" % (
                question["qid"], question["stratum"], question["verdict"], question["basis"],
                *verdict_of(question, notes)))
        if question["condition"] not in question["question"]:
            fail("%s: the question does not name the condition" % question["qid"])


LONG = 20  # bytes of a sentence that do not come about twice by chance


def literals(path):
    """The longest stretch without slots of every sentence in a C file."""
    with open(path, encoding="utf-8") as file:
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', file.read())
    longest = (max(re.split(r"\{[^}]*\}", s), key=len).strip() for s in strings)
    return [s for s in longest if len(s) >= LONG]


def check_alone(fail):
    """Nothing of the tree uses chartgen's lists, and the training generator shares no sentence."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.join(here, "..", "..")
    own = [s for name in ("plant_list.c", "filler.c") for s in literals(os.path.join(here, name))]
    if len(own) < 200:
        fail("only %d sentences read from the lists" % len(own))
    for room in ("base", "tokenizer", "index", "scorer", "daemon", "client"):
        for at, _, names in os.walk(os.path.join(root, room)):
            for name in names:
                if not name.endswith((".c", ".h", ".py", ".build", ".tsv", ".txt")):
                    continue
                with open(os.path.join(at, name), encoding="utf-8", errors="replace") as file:
                    text = file.read()
                if re.search(r"chartgen[/.\"]", text):
                    fail("%s/%s uses chartgen" % (at, name))
                if "train" in os.path.relpath(at, root).split(os.sep):
                    for sentence in own:
                        if sentence in text:
                            fail("%s/%s has chartgen's \"%s\"" % (at, name, sentence))


def main():
    chartgen, problems = sys.argv[1], []
    with tempfile.TemporaryDirectory(prefix="chartgen-") as folder:
        for number, size in enumerate(SIZES):
            at = os.path.join(folder, str(number))
            generate(chartgen, at, size)

            def fail(message, seed=size[4]):
                problems.append("seed %d: %s" % (seed, message))
            charts, questions = read(at)
            check_charts(charts, size, fail)
            check_questions(charts, questions, size, fail)
        generate(chartgen, os.path.join(folder, "again"), SIZES[0])
        generate(chartgen, os.path.join(folder, "other"), SIZES[0][:4] + (99,))
        for name in ("notes.ndjson", "questions.ndjson"):
            first = os.path.join(folder, "0", name)
            if not filecmp.cmp(first, os.path.join(folder, "again", name), shallow=False):
                problems.append("%s: the same seed gave other bytes" % name)
            if filecmp.cmp(first, os.path.join(folder, "other", name), shallow=False):
                problems.append("%s: another seed gave the same bytes" % name)
    check_alone(problems.append)
    for problem in problems[:40]:
        print(problem)
    print("%d problems" % len(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
