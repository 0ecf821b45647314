#!/usr/bin/env python3
"""Screen says of every patient what ask says: over the fixtures and random charts, for many conditions and
settings, before the cohort index covers anybody and after; and what else the route promises.

usage: screen_test.py LODESTONED [SEED]
"""
import glob
import json
import os
import random
import socket
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import lode  # noqa: E402

PATIENTS = 30
RARE = [
    "pheochromocytoma", "pheochromcytoma", "phaeochromocytoma", "pre-eclampsia", "preeclampsia", "eclamp-\nsia",
    "deep [**Name 5**] thrombosis", "___ vein thrombosis", "deep vein thrombosis", "DVT", "deep vein",
    "breast carcinoma", "carcinoma of the breast", "breats carcinoma", "breast ca", "carcinoma",
    "severe aortic stenosis", "aortic stenosis, severe", "aortic stenosis", "AS", "stenosis",
    "myocardial infarction", "MI", "infarct", "myocardail infarction", "heart attack", "multiple sclerosis", "MS",
    "sarcoidosis", "sarcoid", "pulmonary sarcoidosis", "left atrial enlargement", "left and right atrial enlargement",
    "potassium 6.4", "K 2.1", "lokelma", "levothyroxine 50 mcg daily", "temp 103.4", "hypothyroidism",
    "hepatitis C", "HCV", "Guillain-Barre syndrome", "GBS", "lupus anticoagulant", "SLE", "lung cancer",
    "the lung is clear and breast cancer is staged", "gout or podagra", "tricuspid regurgitation", "penicillin", "diabetic foot", "diabetes",
]
FRAMES = ["{}", "No {}.", "History of {}.", "Mother had {}.", "Possible {}.", "If {} develops, call.",
          "{} was ruled out.", "FAMILY HISTORY:\n{}\n", "ALLERGIES: {}\n", "PMH:\n1. {}\n", "Assessment: {}.", "denies {}"]
FILLER = ["Seen today.", "Slept well.", "Continue as planned.", "Chest clear.", "Walks with a stick.",
          "Left knee is stiff.", "Lungs clear, heart regular.", "Seen by [**Name 3**] on the ward.", "PLAN:\n"]
CONDITIONS = [
    "pheochromocytoma", "preeclampsia", "deep vein thrombosis", "breast carcinoma", "severe aortic stenosis",
    "myocardial infarction", "multiple sclerosis", "sarcoidosis", "left atrial enlargement", "hyperkalemia",
    "hypokalemia", "hypothyroidism", "fever", "hepatitis C", "Guillain-Barre syndrome",
    "systemic lupus erythematosus", "lung cancer", "gout", "severe tricuspid regurgitation", "MI", "AS",
    "zebra disease", "acute left leg deep vein thrombosis", "asthma", "type 2 diabetes mellitus", "x", "5 mg",
    "penicillin allergy", "diabetic",
]
SETTINGS = [{}, {"spelling": False}, {"synonyms_first": True}, {"narrower": True}, {"lexicons": []},
            {"initials": False, "other_names": False}, {"from": "2143-01-01"}, {"types": ["Consult"]},
            {"sections": ["family_history"]}]


def random_note(rng, patient, i):
    parts = []
    for _ in range(rng.randrange(1, 30)):
        if patient % 3 == 0 and rng.random() < 0.12:
            parts.append(rng.choice(FRAMES).format(rng.choice(RARE)))
        else:
            parts.append(rng.choice(FILLER))
    note = {"patient": "r%02d" % patient, "note_id": "n%d" % i, "text": rng.choice([" ", "\n"]).join(parts)}
    if rng.random() < 0.9:
        note["date"] = "%d-%02d-%02d" % (rng.randrange(2141, 2145), rng.randrange(1, 13), rng.randrange(1, 28))
    if rng.random() < 0.7:
        note["type"] = rng.choice(["Consult", "Nursing", "Discharge summary"])
    return note


def random_notes(rng):
    return "".join(json.dumps(random_note(rng, p, i)) + "\n" for p in range(PATIENTS) for i in range(rng.randrange(1, 4))).encode()


class Failure(Exception):
    pass


def check(truth, fmt, *args):
    if not truth:
        raise Failure(fmt % args if args else fmt)


def screen(link, body, status=200):
    got, headers, raw = link.post_json("/v1/screen", body)
    check(got == status, "screen %s answers %d, not %d: %s", str(body)[:200], got, status, raw[:300])
    if status != 200:
        return json.loads(raw)
    lines = [json.loads(line) for line in raw.splitlines()]
    check("screen" in lines[0] and "summary" in lines[-1], "no head or summary: %s", raw[:300])
    return lines[0]["screen"], [l for l in lines[1:-1] if "patient" in l], lines[-1]["summary"], lines


def patients_of(link):
    return [json.loads(line)["patient"] for line in link.get("/v1/patients")[2].splitlines()]


def compare(link, patients, condition, settings):
    """Every row against ask; returns how many were answered without opening the chart."""
    head, rows, summary, _ = screen(link, dict(settings, condition=condition, evidence_limit=2))
    check([r["patient"] for r in rows] == patients, "%s: rows of other patients", condition)
    closed = 0
    for row in rows:
        status, answer = link.ask(row["patient"], dict(settings, condition=condition, evidence_limit=2))
        check(status == 200, "ask answers %d", status)
        for member in ("verdict", "basis", "probability", "mentions", "independent"):
            check(row[member] == answer[member], "%s %s %s: %s is %r, ask says %r (opened %s)", condition, settings,
                  row["patient"], member, row[member], answer[member], row["opened"])
        check(row["complete"] and answer["search"]["complete"], "not complete")
        check(row["notes_total"] == answer["search"]["notes_total"], "notes_total differs")
        if row["opened"]:
            check(row["evidence"] == answer["evidence"] and row["bases"] == answer["bases"], "evidence differs")
            check(row["names"] == len(answer["names"]), "names differ")
        else:
            closed += 1
            tried = {n["text"] for n in head["names"]}
            check(row["names"] == len(head["names"]), "names are counted otherwise")
            missing = [n["text"] for n in answer["names"] if n["text"] not in tried and not n["text"].isupper()]
            check(not missing, "%s: names that ask tried are not in the head: %s", condition, missing)
    for verdict in ("present", "absent", "uncertain", "not_mentioned"):
        check(summary[verdict] == sum(r["verdict"] == verdict for r in rows), "summary counts %s otherwise", verdict)
    check(summary["opened"] == len(rows) - closed and summary["decided"] == len(rows), "summary: opened")
    check(head["candidates"] == len(rows) - closed, "candidates: %s", head["candidates"])
    return closed


def check_all(link, patients, rng, settings_each, least):
    closed = 0
    for i, condition in enumerate(CONDITIONS):
        for settings in [{}] + rng.sample(SETTINGS[1:], settings_each if i % 2 else 0):
            closed += compare(link, patients, condition, settings)
    check(closed >= least, "only %d charts were left closed", closed)
    return closed


def check_pieces(link, patients):
    """Limit and cursor: pieces laid end to end are the whole."""
    _, whole, _, _ = screen(link, {"condition": "gout"})
    got, cursor = [], None
    while True:
        body = {"condition": "gout", "limit": 7}
        if cursor:
            body["cursor"] = cursor
        _, rows, summary, _ = screen(link, body)
        got += rows
        if summary["complete"]:
            break
        check(summary["why"] == "limit" and len(rows) == 7, "a piece of %d rows", len(rows))
        cursor = summary["cursor"]
    check(got == whole, "the pieces are not the whole")
    _, rows, summary, _ = screen(link, {"condition": "gout", "cursor": patients[-1]})
    check(rows == [] and summary["complete"], "rows behind the last patient")


def check_lists(link, patients):
    _, whole, _, _ = screen(link, {"condition": "gout"})
    some = [patients[9], patients[3], patients[9], "nobody", "", ][:4]
    _, rows, summary, _ = screen(link, {"condition": "gout", "patients": some})
    check([r["patient"] for r in rows] == sorted({patients[3], patients[9], "nobody"}), "listed: %s", rows)
    by_id = {r["patient"]: r for r in rows}
    for p in (patients[3], patients[9]):
        check(by_id[p] == whole[patients.index(p)], "listed %s differs", p)
    check(by_id["nobody"]["problem"]["status"] == 404 and summary["problems"] == 1, "nobody is found")
    _, rows, summary, _ = screen(link, {"condition": "gout", "verdicts": ["present", "absent"]})
    check(rows == [r for r in whole if r["verdict"] in ("present", "absent")], "verdicts: another choice of rows")
    check(summary["decided"] == len(patients) and summary["rows"] == len(rows), "verdicts: counts")
    _, rows, _, _ = screen(link, {"condition": "gout", "evidence_limit": 0})
    check(all("evidence" not in r for r in rows), "evidence though none was wanted")


def check_refusals(link):
    for body, words in (
            ({}, "give one of"), ({"condition": "gout", "patients": []}, "one at least"),
            ({"condition": "gout", "patients": "p1"}, "one at least"), ({"condition": "gout", "patients": [1]}, "no id"),
            ({"condition": "gout", "patients": ["x" * 257]}, "no id"),
            ({"condition": "gout", "cursor": ""}, "cursor"), ({"condition": "gout", "cursor": "x" * 257}, "cursor"),
            ({"condition": "gout", "limit": 0}, "limit"), ({"condition": "gout", "limit": -1}, "limit"),
            ({"condition": "gout", "limit": 1.5}, "limit"), ({"condition": "gout", "deadline_ms": 0}, "deadline_ms"),
            ({"condition": "gout", "deadline_ms": 7 * 86400000 + 1}, "deadline_ms"),
            ({"condition": "gout", "verdicts": []}, "verdicts"),
            ({"condition": "gout", "verdicts": ["present", "present"]}, "verdicts"),
            ({"condition": "gout", "verdicts": ["yes"]}, "verdicts"),
            ({"condition": "gout", "verdicts": {"present": 1}}, "verdicts"),
            ({"questions": ["gout"]}, "unknown"), ({"condition": "gout", "value": "INR"}, "unknown"),
            ({"question": "MI or stroke?"}, "two conditions"), ({"condition": "..."}, "words"),
            ({"condition": "x" * 600}, ""), ({"condition": "gout", "progress": 1}, "progress"),
            ({"condition": "gout", "unknown": 1}, "unknown"), ({"condition": "gout", "from": "soon"}, "from")):
        problem = screen(link, body, 413 if body.get("condition", "")[:9] == "x" * 9 else 400)
        check(words in problem["message"], "%s: %s", body, problem["message"])
    status, _, raw = link.call("POST", "/v1/screen", b'{"condition":"gout","patients":[' + b'"a",' * 1000000 + b'"b"]}',
                               {"Content-Type": "application/json"})
    check(status == 413 and b"list fewer" in raw, "a list too long: %d %s", status, raw[:200])


def check_gone_client(daemon):
    """A client that goes is noticed: its screen ends, and the daemon answers on."""
    body = json.dumps({"condition": "gout"}).encode()
    for _ in range(20):
        s = socket.socket(socket.AF_UNIX)
        s.connect(daemon.socket)
        s.sendall(b"POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        s.close()
    with daemon.link() as link:
        screen(link, {"condition": "gout"})


def screens_audited(daemon):
    with open(os.path.join(daemon.data, "audit.ndjson")) as f:
        return sum('"POST /v1/screen"' in line for line in f)


def check_slow_reader(daemon):
    """Who reads nothing stops his screen, and nobody else; when he reads on he gets all of it."""
    many = "".join(json.dumps({"patient": "slow%05d" % i, "note_id": "n", "text": "Slept well."}) + "\n" for i in range(6000))
    with daemon.link() as link:
        check(link.ingest(many.encode())[0] == 200, "ingest")
        link.post_json("/v1/admin/compact", {})
        audited = screens_audited(daemon)
        body = json.dumps({"condition": "gout"}).encode()
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(60)
        s.connect(daemon.socket)
        s.sendall(b"POST /v1/screen HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n" % len(body) + body)
        head = s.recv(1000)
        idle = 0
        while idle < 20:
            lane = json.loads(link.get("/v1/stats")[2])["daemon"]["lanes"]["screen"]
            idle = idle + 1 if lane["running"] + lane["waiting"] == 0 else 0
        check(screens_audited(daemon) == audited, "a screen went on without its reader")
        check(link.ask("r00", {"condition": "gout"})[0] == 200, "ask beside a slow reader")
        whole = [head]
        while whole[-1]:
            whole.append(s.recv(1 << 16))
        s.close()
        text = b"".join(whole)
        check(text.count(b'"patient":"slow') == 6000 and b'"complete":true,"index_revision"' in text, "rows are missing")
        check(screens_audited(daemon) == audited + 1, "no audit line")


def check_deadline(link, patients):
    _, _, summary, _ = screen(link, {"condition": "gout", "deadline_ms": 7 * 86400000, "evidence_limit": 0})
    check(summary["complete"], "a deadline of a week: %s", summary)
    _, rows, summary, _ = screen(link, {"condition": "gout", "deadline_ms": 1, "evidence_limit": 0})
    check(summary["complete"] or summary["why"] == "deadline", "past the deadline: %s", summary)
    if not summary["complete"]:
        check(summary["cursor"] == (rows[-1]["patient"] if rows else None), "cursor: %s", summary)


def check_audit(daemon, n):
    with open(os.path.join(daemon.data, "audit.ndjson")) as f:
        lines = [json.loads(l) for l in f]
    mine = [l for l in lines if l["route"] == "POST /v1/screen" and l["status"] == 200]
    check(mine and any(l.get("patients") == n and "query_digest" in l for l in mine), "no audit line: %s", mine[-1:])


def check_beside(daemon, patients):
    """While notes come in a screen goes on and says of everybody one of the things that ask may say."""
    stop = threading.Event()

    def write():
        rng = random.Random(5)
        with daemon.link() as link:
            i = 100
            while not stop.is_set():
                note = random_note(rng, rng.randrange(PATIENTS), i)
                i += 1
                link.ingest(json.dumps(note).encode() + b"\n")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        with daemon.link() as link:
            for condition in CONDITIONS[:8]:
                _, rows, summary, _ = screen(link, {"condition": condition})
                check([r["patient"] for r in rows] == patients and summary["complete"], "a patient is missing")
                check(all("problem" not in r and r["complete"] for r in rows), "a problem beside ingests")
    finally:
        stop.set()
        writer.join()


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    print("seed %d" % seed)
    rng = random.Random(seed)
    ndjson = random_notes(rng)
    for path in sorted(glob.glob(os.path.join(HERE, "..", "..", "fixtures", "charts", "*.ndjson"))):
        with open(path, "rb") as file:
            ndjson += file.read()
    with lode.Daemon(sys.argv[1], arguments=["--set", "upkeep=no", "--set", "out_high_water=4096"]) as daemon, daemon.link() as link:
        check(link.ingest(ndjson)[0] == 200, "ingest")
        patients = patients_of(link)
        # Nobody is covered: every chart is opened.
        check(sum(compare(link, patients, c, {}) for c in CONDITIONS[::4]) == 0, "a chart was left closed before it was covered")
        check(link.post_json("/v1/admin/compact", {})[0] == 200, "compact")
        closed = check_all(link, patients, rng, 1, len(CONDITIONS) * len(patients))
        print("%d patients, %d conditions: same as ask; %d charts left closed" % (len(patients), len(CONDITIONS), closed))
        # Deleted and replaced notes: terms that are gone are still in the runs, new ones not yet.
        link.call("DELETE", "/v1/patients/r00/notes/n0")
        link.ingest(random_notes(random.Random(seed + 1)))
        patients = patients_of(link)
        for condition in CONDITIONS[:6]:
            compare(link, patients, condition, {})
        link.post_json("/v1/admin/compact", {})
        for condition in CONDITIONS[:6]:
            compare(link, patients, condition, {})
        check_pieces(link, patients)
        check_lists(link, patients)
        check_refusals(link)
        check_deadline(link, patients)
        check_gone_client(daemon)
        check_audit(daemon, len(patients))
        check_beside(daemon, patients)
        check_slow_reader(daemon)
        link.close()
        check(daemon.stop() == 0, "the daemon ended badly")
    return 0


if __name__ == "__main__":
    sys.exit(main())
