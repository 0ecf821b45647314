"""The ingestion scripts on small samples of ours, and on the shared FHIR set where it is present."""
import base64
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("LODESTONE_DATA", os.path.join(TOP, "..", "shared", "data"))


def run(script, *args):
    p = subprocess.run([sys.executable, os.path.join(TOP, "scripts", script), *args],
                       capture_output=True, timeout=300)
    return p.returncode, [json.loads(l) for l in p.stdout.splitlines()], p.stderr.decode()


class Fhir(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def convert(self, rows, *args, name="DocumentReference.ndjson", extra=()):
        path = os.path.join(self.dir.name, name)
        with open(path, "w") as f:
            for r in rows:
                f.write((r if isinstance(r, str) else json.dumps(r)) + "\n")
        return run("notes-from-fhir", path, *extra, *args)

    def document(self, data=b"Seen today.", **more):
        d = {"resourceType": "DocumentReference", "id": "d1", "status": "current",
             "subject": {"reference": "Patient/p1"}, "type": {"coding": [{"display": "Progress note"}]},
             "date": "2140-03-02T00:00:00Z",
             "context": {"period": {"start": "2140-03-01T08:00:00Z"},
                         "encounter": [{"reference": "Encounter/e1"}]},
             "content": [{"attachment": {"contentType": "text/plain; charset=utf-8",
                                         "data": base64.b64encode(data).decode()}}]}
        d.update(more)
        return d

    def test_document_becomes_a_note_dated_by_its_period(self):
        rc, notes, _ = self.convert([self.document("Temp 38 °C".encode())])
        self.assertEqual(rc, 0)
        self.assertEqual(notes, [{"patient": "p1", "note_id": "d1", "date": "2140-03-01T08:00:00Z",
                                  "type": "Progress note", "encounter": "e1",
                                  "fhir": "DocumentReference/d1", "text": "Temp 38 °C"}])

    def test_report_takes_effective_time_before_issued(self):
        report = {"resourceType": "DiagnosticReport", "id": "r1", "subject": {"reference": "Patient/p1"},
                  "code": {"text": "Chest film"}, "issued": "2140-01-03T00:00:00Z",
                  "effectivePeriod": {"start": "2140-01-02T00:00:00Z"},
                  "presentedForm": [{"data": base64.b64encode(b"Clear.").decode()}]}
        _, notes, _ = self.convert([report], name="DiagnosticReport.ndjson")
        self.assertEqual((notes[0]["date"], notes[0]["type"]), ("2140-01-02T00:00:00Z", "Chest film"))

    def test_entered_in_error_is_skipped_and_counted(self):
        _, notes, said = self.convert([self.document(status="entered-in-error"),
                                       self.document(docStatus="entered-in-error"), self.document()])
        self.assertEqual(len(notes), 1)
        self.assertIn("2 entered in error, skipped", said)

    def test_superseded_is_taken_and_marked_or_left_out(self):
        rows = [self.document(status="superseded")]
        _, notes, _ = self.convert(rows)
        self.assertEqual(notes[0]["fhir_status"], "superseded")
        _, notes, said = self.convert(rows, "--skip-superseded")
        self.assertEqual(notes, [])
        self.assertIn("1 superseded, skipped", said)

    def test_latin1_is_transcoded_and_said(self):
        d = self.document("fièvre".encode("latin-1"))
        d["content"][0]["attachment"]["contentType"] = "text/plain; charset=iso-8859-1"
        _, notes, _ = self.convert([d])
        self.assertEqual((notes[0]["text"], notes[0]["transcoded_from"]), ("fièvre", "iso8859-1"))

    def test_wrongly_declared_utf8_is_not_lost(self):
        _, notes, _ = self.convert([self.document(b"37 \xb0C")])
        self.assertEqual(notes[0]["text"], "37 °C")
        self.assertEqual(notes[0]["transcoded_from"], "windows-1252")

    def test_html_loses_its_markup(self):
        d = self.document(b"<html><style>p{}</style><p>No&nbsp;fever</p><p>Gout</p></html>")
        d["content"][0]["attachment"]["contentType"] = "text/html"
        _, notes, _ = self.convert([d])
        self.assertEqual(notes[0]["text"].split(), ["No", "fever", "Gout"])

    def test_binary_of_the_same_batch_is_resolved_and_others_are_not_fetched(self):
        binary = os.path.join(self.dir.name, "Binary.ndjson")
        with open(binary, "w") as f:
            f.write(json.dumps({"resourceType": "Binary", "id": "b1", "contentType": "text/plain",
                                "data": base64.b64encode(b"From a Binary.").decode()}) + "\n")
        rows = [self.document(content=[{"attachment": {"url": u}}]) for u in
                ("Binary/b1", "http://elsewhere.invalid/x")]
        _, notes, said = self.convert(rows, extra=[binary])
        self.assertEqual([n["text"] for n in notes], ["From a Binary."])
        self.assertIn("1 attachments elsewhere, not fetched", said)

    def test_bad_line_is_named_and_the_rest_goes_on(self):
        _, notes, said = self.convert(['{"resourceType":', self.document()])
        self.assertEqual(len(notes), 1)
        self.assertIn("DocumentReference.ndjson:1: not a JSON object", said)

    def test_a_resource_of_another_shape_is_named_and_the_rest_goes_on(self):
        rc, notes, said = self.convert([self.document(subject="x"), self.document(content=[None]),
                                        self.document(content=[{"attachment": {"data": "###a"}}]), self.document()])
        self.assertEqual((rc, len(notes)), (1, 1))  # what was left out is told to who looks at the code alone
        for line in 1, 2, 3:
            self.assertIn(":%d: not of the shape of a DocumentReference" % line, said)

    def test_a_date_without_a_day_is_kept_beside(self):
        _, notes, _ = self.convert([self.document(context={}, date="2140-03")])
        self.assertEqual((notes[0].get("date"), notes[0]["fhir_date"]), (None, "2140-03"))

    def test_every_shared_document_comes_out_byte_for_byte(self):
        path = os.path.join(DATA, "fhir", "DocumentReference.000.ndjson.zst")
        if not os.path.exists(path):
            self.skipTest("shared FHIR set absent")
        raw = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        want = {}
        for line in raw.splitlines():
            d = json.loads(line)
            want[d["id"]] = base64.b64decode(d["content"][0]["attachment"]["data"])
        _, notes, _ = run("notes-from-fhir", path)
        self.assertEqual(len(notes), 1215)
        self.assertEqual({n["note_id"]: n["text"].encode() for n in notes}, want)


class Mimic(unittest.TestCase):
    III = ["ROW_ID", "SUBJECT_ID", "HADM_ID", "CHARTDATE", "CHARTTIME", "STORETIME", "CATEGORY",
           "DESCRIPTION", "CGID", "ISERROR", "TEXT"]

    def convert(self, header, rows, raw=b""):
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "NOTEEVENTS.csv.gz")
            with gzip.open(path, "wt", newline="") as f:
                w = csv.writer(f)
                w.writerow(header)
                w.writerows(rows)
            if raw:
                with gzip.open(path, "ab") as f:
                    f.write(raw)
            return run("notes-from-mimic", path)

    def test_quoted_line_ends_stay_in_the_text(self):
        text = 'Line one\nhe said "no"\n\nlast'
        _, notes, _ = self.convert(self.III, [["1", "7", "9", "2143-05-02", "2143-05-02 13:20:00", "",
                                               "Nursing ", "", "", "", text]])
        self.assertEqual(notes, [{"patient": "7", "note_id": "1", "date": "2143-05-02T13:20:00Z",
                                  "type": "Nursing", "encounter": "9", "text": text}])

    def test_error_rows_are_skipped_and_missing_times_fall_back_to_the_date(self):
        _, notes, said = self.convert(self.III, [
            ["1", "7", "", "2143-05-02", "", "", "Discharge summary", "Report", "", "", "Home."],
            ["2", "7", "", "2143-05-02", "", "", "Nursing", "", "", "1", "Wrong chart."]])
        self.assertEqual([(n["note_id"], n["date"]) for n in notes], [("1", "2143-05-02")])
        self.assertIn("1 marked as error, skipped", said)

    def test_short_row_is_named_and_the_rest_goes_on(self):
        _, notes, said = self.convert(self.III, [["1", "7", "2143"],
                                                 ["2", "7", "", "2143-05-02", "", "", "", "", "", "", "ok"]])
        self.assertEqual([n["note_id"] for n in notes], ["2"])
        self.assertIn("row ending at line 2: wrong number of fields", said)

    def test_bytes_that_are_no_utf8_are_transcoded(self):
        _, notes, _ = self.convert(self.III, [],
                                   b'3,7,,2143-05-02,,,Nursing,,,,"temp 37 \xb0C\nok"\r\n')
        self.assertEqual(notes[0]["text"], "temp 37 °C\nok")
        self.assertEqual(notes[0]["transcoded_from"], "windows-1252")

    def test_mimic_iv_table(self):
        _, notes, _ = self.convert(["note_id", "subject_id", "hadm_id", "note_type", "note_seq",
                                    "charttime", "storetime", "text"],
                                   [["10-DS-1", "10", "22", "DS", "1", "2150-01-01 00:00:00", "", "x"]])
        self.assertEqual((notes[0]["note_id"], notes[0]["type"]), ("10-DS-1", "Discharge summary"))

    def test_other_tables_are_refused_by_name(self):
        rc, _, said = self.convert(["a", "b"], [["1", "2"]])
        self.assertNotEqual(rc, 0)
        self.assertIn("neither NOTEEVENTS nor", said)
        self.assertIn("a, b", said)

    def test_no_line_of_a_note_is_shown_as_a_column(self):
        rc, _, said = self.convert(["Patient has gout", "b"], [["1", "2"]])
        self.assertNotEqual(rc, 0)
        self.assertNotIn("gout", said)


class Files(unittest.TestCase):
    def test_folders_are_patients_and_dates_come_from_names(self):
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(os.path.join(d, "p1", "er"))
            for name, data in (("p1/2143-05-02_progress.txt", b"a"), ("p1/er/x.txt", b"\xb5g"),
                               ("stray.txt", b"c"), ("p1/2143-13-45.txt", b"d")):
                with open(os.path.join(d, name), "wb") as f:
                    f.write(data)
            rc, notes, said = run("notes-from-files", d)
        self.assertEqual(rc, 0)
        self.assertEqual([(n["note_id"], n.get("date"), n["text"]) for n in notes],
                         [("2143-05-02_progress.txt", "2143-05-02", "a"), ("2143-13-45.txt", None, "d"),
                          ("er/x.txt", None, "µg")])
        self.assertIn("1 files outside a patient's folder, skipped", said)

    def test_odd_names_and_files_end_nothing(self):
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(os.path.join(d, "p1"))
            for name in b"bad\xff.txt", b"new\nline.txt", b"ok.txt":
                with open(os.path.join(os.fsencode(d), b"p1", name), "wb") as f:
                    f.write(b"x")
            os.symlink("nowhere", os.path.join(d, "p1", "gone.txt"))
            os.mkfifo(os.path.join(d, "p1", "pipe.txt"))
            rc, notes, said = run("notes-from-files", d)
        self.assertEqual(rc, 1)
        self.assertEqual(sorted(n["note_id"] for n in notes), ["bad\\xff.txt", "new\\x0aline.txt", "ok.txt"])
        self.assertIn("1 files that cannot be read", said)
        self.assertIn("1 no regular files, skipped", said)

    def test_what_stops_a_script_is_told_in_a_line_with_its_place(self):
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(os.path.join(d, "p1"))
            torn = os.path.join(d, "p1", "x.gz")
            for path, data in (torn, gzip.compress(b"{}\n" * 999)[:-9]), (os.path.join(d, "p1", "x.txt"), b"x"):
                with open(path, "wb") as f:
                    f.write(data)
            for script, args, word in (("notes-from-files", (d, "--socket", d + "/none"), d + "/none: No such file"),
                                       ("notes-from-fhir", (torn,), torn + ": Compressed file ended"),
                                       ("notes-from-mimic", (torn + "x",), torn + "x: No such file")):
                rc, _, said = run(script, *args)
                self.assertEqual(rc, 2)
                self.assertIn(word, said)
                self.assertNotIn("Traceback", said)


if __name__ == "__main__":
    unittest.main()
