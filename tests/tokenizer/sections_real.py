#!/usr/bin/env python3
"""sections_real.py GOLD MARKS DATA LEAST: class F1 on real notes marked by hand.

MARKS (fixtures/sections/real.tsv) has offsets and classes; the texts come from DATA (../shared/data), and
the test skips (77) where that is absent.  GOLD is section_gold_test, which says what counts as right.
Prints F1 over all sections with a 95 % interval (10,000 bootstrap samples of notes), and beside it that of
a trivial rule: whatever stands before a colon in a line's beginning, or alone on a line in capitals, is a heading, of the
class its first word names.  Fails when F1 is below LEAST (in hundredths)."""
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile

# First words of headings, as anyone would list them; any other is "other".
FIRST_WORD = {
    "chief": "chief_complaint", "reason": "chief_complaint", "history": "history_of_present_illness",
    "hpi": "history_of_present_illness", "subjective": "history_of_present_illness",
    "past": "past_medical_history", "pmh": "past_medical_history", "medical": "past_medical_history",
    "surgical": "past_surgical_history", "family": "family_history", "social": "social_history",
    "allergies": "allergies", "medications": "medications", "current": "medications", "meds": "medications",
    "review": "review_of_systems", "ros": "review_of_systems", "vital": "vital_signs", "vitals": "vital_signs",
    "physical": "physical_exam", "exam": "physical_exam", "objective": "physical_exam", "pe": "physical_exam",
    "laboratory": "laboratory_data", "labs": "laboratory_data", "imaging": "imaging", "procedure": "procedure",
    "procedures": "procedure", "operation": "procedure", "description": "procedure", "anesthesia": "procedure",
    "indication": "indication", "indications": "indication", "findings": "findings", "impression": "impression",
    "assessment": "assessment", "plan": "plan", "recommendations": "plan", "hospital": "hospital_course",
    "diagnosis": "diagnoses", "diagnoses": "diagnoses", "preoperative": "diagnoses",
    "postoperative": "diagnoses", "discharge": "discharge_instructions", "disposition": "discharge_instructions",
    "follow": "follow_up", "followup": "follow_up", "complications": "complications",
    "risks": "risks_and_consent", "consent": "risks_and_consent", "birth": "birth_history",
    "obstetric": "obstetric_history", "ob": "obstetric_history",
}


def marks_of(path):
    notes = {}
    for line in open(path, encoding="ascii"):
        if line.startswith("#"):
            continue
        source, name, size, offset, kind = line.rstrip("\n").split("\t")
        marks = notes.setdefault((source, name, int(size)), [])
        if offset != "-":
            marks.append((int(offset), kind))
    return notes


def texts_of(data):
    """(source, id) -> bytes, of all notes the marks may name."""
    texts = {}
    reports = subprocess.run(["zstd", "-dcq", data + "/mtsamples-dev/reports.jsonl.zst"],
                             stdout=subprocess.PIPE, check=True).stdout
    for line in reports.splitlines():
        row = json.loads(line)
        texts["mtsamples", row["id"]] = row["text"].encode()
    for part in ("train", "valid"):
        with open(f"{data}/notes/aci-bench/{part}.csv", newline="", encoding="utf-8") as f:
            for row in csv.DictReader(f):
                texts["aci-bench", row["encounter_id"]] = row["note"].encode()
    for name in os.listdir(data + "/notes/ctakes"):
        with open(f"{data}/notes/ctakes/{name}", "rb") as f:
            texts["ctakes", name] = f.read()
    return texts


def marked(text, marks):
    parts, at = [], 0
    for offset, kind in marks:
        parts += [text[at:offset], "\u27e6".encode(), kind.encode(), "\u27e7".encode()]
        at = offset
    return b"".join(parts + [text[at:]])


def merge(marks):
    return [m for i, m in enumerate(marks) if i == 0 or m[1] != marks[i - 1][1]]


def letter_at(text, i):
    m = re.compile(rb"[A-Za-z]").search(text, i)
    return m.start() if m else len(text)


def trivial(text):
    found = []
    for m in re.finditer(rb"(?m)^[ \t]*([A-Z][A-Za-z /&-]{0,59}):|^[ \t]*([A-Z][A-Z /&-]{2,59})[ \t]*$", text):
        word = re.match(rb"[A-Za-z]*", m.group(1) or m.group(2)).group().decode().lower()
        found.append((m.start(), FIRST_WORD.get(word, "other")))
    return found


def score_trivial(text, marks):
    want = {(letter_at(text, at), kind) for at, kind in merge(marks)}
    given = {(letter_at(text, at), kind) for at, kind in merge(trivial(text))}
    return len(want & given), len(given), len(want)


def f1(scores):
    right, given, want = (sum(column) for column in zip(*scores))
    return 2 * right / (given + want) if given + want else 1.0


def interval(scores):
    chance = random.Random(1)
    draws = sorted(f1(chance.choices(scores, k=len(scores))) for _ in range(10000))
    return draws[250], draws[9749]


def show(what, scores):
    low, high = interval(scores)
    print(f"{what}: F1 {f1(scores):.3f} ({low:.3f} to {high:.3f}), right {sum(s[0] for s in scores)} of "
          f"{sum(s[2] for s in scores)}, given {sum(s[1] for s in scores)}, {len(scores)} notes")


def main():
    gold, marks_path, data, least = sys.argv[1:5]
    if not os.path.isdir(data):
        print(f"skipped: no {data}")
        return 77
    notes, texts = marks_of(marks_path), texts_of(data)
    trivial_scores = []
    with tempfile.NamedTemporaryFile() as out:
        for (source, name, size), marks in notes.items():
            text = texts[source, name]
            if len(text) != size:
                print(f"{source} {name}: {len(text)} bytes, not {size}: the marks are of another text")
                return 1
            trivial_scores.append(score_trivial(text, marks))
            out.write(f"=== {source} {name}\n".encode() + marked(text, marks).rstrip(b"\n") + b"\n")
        out.flush()
        run = subprocess.run([gold, out.name, "0", "notes"], stdout=subprocess.PIPE, check=False)
    lines = run.stdout.decode().splitlines()
    scores = [tuple(map(int, line.split("\t")[2:])) for line in lines if line.startswith("note\t")]
    print("\n".join(line for line in lines if not line.startswith("note\t")))
    if run.returncode != 0 or len(scores) != len(notes):
        print("not every note was read")
        return 1
    show("sections", scores)
    show("trivial rule", trivial_scores)
    return 0 if f1(scores) * 100 >= float(least) else 1


if __name__ == "__main__":
    sys.exit(main())
