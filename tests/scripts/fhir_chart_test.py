"""The shared FHIR set through the script into a daemon, and its longest chart (154k words) answers.

    fhir_chart_test.py path/to/lodestoned

Skips (77) where the set is absent."""
import collections
import json
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests"))
import lode

DATA = os.environ.get("LODESTONE_DATA", os.path.join(TOP, "..", "shared", "data"))
DOCUMENTS = os.path.join(DATA, "fhir", "DocumentReference.000.ndjson.zst")


def main():
    if not os.path.exists(DOCUMENTS):
        print("skipped: shared FHIR set absent")
        return 77
    made = subprocess.run([sys.executable, os.path.join(TOP, "scripts", "notes-from-fhir"), DOCUMENTS],
                          capture_output=True, check=True).stdout
    notes = [json.loads(line) for line in made.splitlines()]
    words = collections.Counter()
    for n in notes:
        words[n["patient"]] += len(n["text"].split())
    patient, most = words.most_common(1)[0]
    chart = {n["note_id"]: n for n in notes if n["patient"] == patient}
    assert most > 150000, most
    with lode.Daemon(os.path.abspath(sys.argv[1])) as d, d.link() as link:
        status, _, body = link.call("POST", "/v1/notes", made, {"Content-Type": "application/x-ndjson"})
        summary = json.loads(body.splitlines()[-1])["summary"]
        assert status == 200 and summary["added"] == len(notes) == 1215, summary
        verdicts = {}
        for condition in ("acute bronchitis", "hypertension", "viral sinusitis", "xanthogranuloma"):
            answer = ask(link, patient, condition)
            verdicts[condition] = answer["verdict"]
            assert answer["search"]["complete"] and answer["search"]["notes_total"] == len(chart)
            told = {(e["note"], e["start"]) for e in answer["evidence"]}
            for e in answer["evidence"]:
                data = chart[e["note"]]["text"].encode()
                assert data[e["start"]:e["end"]].decode() == e["quote"]
            # Brute force: every place of the very words is among the evidence.
            for note_id, n in chart.items():
                at = n["text"].lower().find(condition)
                assert at < 0 or (note_id, len(n["text"][:at].encode())) in told, (condition, note_id)
        assert verdicts["xanthogranuloma"] == "not_mentioned", verdicts
        print(most, "words,", len(chart), "notes:", verdicts)
    return 0


def ask(link, patient, condition):
    status, _, body = link.call("POST", "/v1/patients/%s/ask" % lode.segment(patient),
                                json.dumps({"condition": condition}), {"Content-Type": "application/json"})
    assert status == 200, (status, body)
    return json.loads(body)


if __name__ == "__main__":
    sys.exit(main())
