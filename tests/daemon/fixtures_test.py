#!/usr/bin/env python3
"""All fixture charts through a real lodestoned, all gold questions asked, every answer compared.

usage: fixtures_test.py LODESTONED [--model] [fixtures folder]

By the rules alone every answer must be right.  --model: with the model of the tree, at most WITH_MODEL of the
verdicts may be other than the rules' right ones; those it is unsure of are most of them.
"""
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import lode  # noqa: E402


WITH_MODEL = 6


def load(folder):
    """(NDJSON bytes, {(patient, note id): note}, questions)"""
    ndjson, notes = b"", {}
    for path in sorted(glob.glob(os.path.join(folder, "charts", "*.ndjson"))):
        with open(path, "rb") as file:
            ndjson += file.read()
        for note in lode.read_ndjson(path):
            notes[note["patient"], note["note_id"]] = note
    return ndjson, notes, lode.read_ndjson(os.path.join(folder, "questions", "questions.ndjson"))


def check_stored(link, notes):
    """Every note comes back byte for byte, whatever its id looks like."""
    problems = []
    for (patient, note_id), note in notes.items():
        url = "/v1/patients/%s/notes/%s" % (lode.segment(patient), lode.segment(note_id))
        status, _, raw = link.get(url, "text/plain")
        if status != 200 or raw != note["text"].encode():
            problems.append("GET of %s answers %d with %d bytes, %d were given" % (
                url, status, len(raw), len(note["text"].encode())))
    return problems


def compare(question, answer):
    """What differs from the gold, as short phrases."""
    wrong = []
    for member in ("verdict", "basis", "mentions", "independent"):
        if member in question and answer.get(member) != question[member]:
            wrong.append("%s %s, not %s" % (member, answer.get(member), question[member]))
    if not 0 <= answer["probability"] <= 1:
        wrong.append("probability %s" % answer["probability"])
    if not answer["search"]["complete"]:
        wrong.append("search is not complete")
    if len(answer["evidence"]) != answer["mentions"]:
        wrong.append("%d evidence for %d mentions" % (len(answer["evidence"]), answer["mentions"]))
    if question["note"] is not None:
        wrong += compare_evidence(question, answer["evidence"])
    return wrong


def compare_evidence(question, evidence):
    there = [e for e in evidence if e["note"] == question["note"]
             and e["start"] < question["end"] and question["start"] < e["end"]]
    if not there:
        return ["decisive evidence missing"]
    exact = [e for e in there if (e["start"], e["end"]) == (question["start"], question["end"])]
    if not exact:
        return ["decisive span %d-%d, not %d-%d" % (
            there[0]["start"], there[0]["end"], question["start"], question["end"])]
    if exact[0]["mask_overlap"] != question.get("mask_overlap", False):
        return ["mask_overlap %s" % exact[0]["mask_overlap"]]
    return []


def ask_all(link, questions, notes):
    """Rows (question, answer, what is wrong)."""
    rows = []
    for question in questions:
        body = {k: question[k] for k in ("question", "condition") if k in question}
        body.update(question.get("ask", {}))
        if "--model" in sys.argv:
            body["rounds"] = 0  # rounds of doubt find mentions that the gold does not count
        status, answer = link.ask(question["patient"], body)
        if status != 200:
            rows.append((question, answer, ["status %d" % status]))
            continue
        wrong = compare(question, answer)
        wrong += lode.check_quotes(
            answer, lambda note, p=question["patient"]: notes[p, note]["text"].encode())
        rows.append((question, answer, wrong))
    return rows


def report(rows):
    """Prints the mismatches; returns how many were not expected."""
    failed = expected = surprises = 0
    for question, answer, wrong in rows:
        later = question.get("expect_later", False)
        if not wrong:
            surprises += later
            if later:
                print("PASSES   %s  marked expect_later, but it is right already" % question["id"])
            continue
        failed += not later
        expected += later
        print("%s %s  %-28s %-24s %s" % (
            "LATER   " if later else "MISMATCH", question["id"],
            question.get("condition") or question.get("question"), question["row"], "; ".join(wrong)))
        if "-v" in sys.argv and answer:
            print("           why: " + question["why"])
            for e in answer.get("evidence", [])[:6]:
                print("           %s:%d-%d %s %s %s" % (
                    e["note"], e["start"], e["end"], e["assertion"], e["temporality"]["value"],
                    json.dumps(e["cue"], ensure_ascii=False)))
                print("             " + e["text"].replace("\n", "|").strip())
    print("%d questions: %d right, %d wrong, %d expected later, %d later ones right already" % (
        len(rows), len(rows) - failed - expected, failed, expected, surprises))
    return failed


def main():
    has_model = "--model" in sys.argv
    arguments = [a for a in sys.argv[1:] if a not in ("-v", "--model")]
    settings = [] if has_model else ["--set", "model=none"]
    folder = arguments[1] if len(arguments) > 1 else os.path.join(HERE, "..", "..", "fixtures")
    ndjson, notes, questions = load(folder)
    with lode.Daemon(arguments[0], arguments=settings) as daemon, daemon.link() as link:
        status, _, raw = link.ingest(ndjson)
        summary = raw.decode().splitlines()[-1] if raw else ""
        print("ingest: %d %s" % (status, summary))
        problems = [] if status == 200 and json.loads(summary)["summary"]["rejected"] == 0 else [
            "ingest answered %d: %s" % (status, raw.decode()[:2000])]
        problems += check_stored(link, notes)
        again = link.ingest(ndjson)
        if again[0] != 200:
            problems.append("ingesting the same again answered %d" % again[0])
        if (json.loads(link.get("/v1/model")[2])["model"] != "rules") != has_model:
            problems.append("the wrong model is attached")
        failed = report(ask_all(link, questions, notes))
        link.close()
        code = daemon.stop()
        if code != 0:
            problems.append("lodestoned ended with %d:\n%s" % (code, daemon.log_tail()))
    for problem in problems:
        print(problem)
    return 1 if problems or failed > (WITH_MODEL if has_model else 0) else 0


if __name__ == "__main__":
    sys.exit(main())
