"""scripts/mimic-needles on tables of our own making, and its questions through a daemon.

usage: mimic_needles_test.py LODESTONED LODESTONE
"""
import csv
import gzip
import importlib.machinery
import importlib.util
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(TOP, "scripts", "mimic-needles")
sys.path.insert(0, os.path.join(TOP, "tests"))
sys.dont_write_bytecode = True
import lode  # noqa: E402

DAEMON, CLIENT = (os.path.abspath(p) for p in sys.argv[1:3])
loader = importlib.machinery.SourceFileLoader("mimic_needles", SCRIPT)
script = importlib.util.module_from_spec(importlib.util.spec_from_loader("mimic_needles", loader))
loader.exec_module(script)

HEAD = ["ROW_ID", "SUBJECT_ID", "HADM_ID", "CHARTDATE", "CHARTTIME", "STORETIME", "CATEGORY", "DESCRIPTION", "CGID", "ISERROR",
        "TEXT"]
# (text around the mention, condition, whether the patient has it)
SAID = [("Past history of {}.", "gout", True), ("No evidence of {} on this film.", "pneumothorax", False),
        ("Mother had {} at 60.", "breast cancer", False), ("Known {}, on treatment.", "sarcoidosis", True),
        ("Denies {}.", "migraine", False), ("Found to have {} on\nbiopsy.", "celiac disease", True)]


def rows_of(subject, notes, said):
    """Notes of a chart: filler, and each of `said` in a note of its own."""
    for i in range(notes):
        text = "Seen on rounds. [**Name 12**] Comfortable, é. Day %d." % i
        if i % 15 == 7 and i // 15 < len(said):
            sentence, condition, _ = said[i // 15]
            text += "\n\n" + sentence.format(condition) + "\n\nContinue."
        day = "2143-%02d-%02d" % (1 + i // 28, 1 + i % 28)
        yield [str(int(subject) * 1000 + i), subject, "9", day, day + " 08:00:00", "", "Physician ", "", "", "", text]


class MimicNeedles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.out = folder.name, os.path.join(folder.name, "task")

    def path(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def table(self, rows):
        path = os.path.join(self.folder, "NOTEEVENTS.csv.gz")
        with gzip.open(path, "wt", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(HEAD)
            writer.writerows(rows)
        return path

    def conditions(self, more=""):
        return self.path("conditions.tsv", "# ours\ngout\tgouty arthritis\npneumothorax\nbreast cancer\tbreast carcinoma\n"
                         "sarcoidosis\nmigraine\nceliac disease\nMyasthenia\nlung cancer\n" + more)

    def run_script(self, *args, code=0):
        done = subprocess.run([sys.executable, SCRIPT, *args], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr + done.stdout

    def make(self, rows, *args, more=""):
        said = self.run_script("make", self.table(rows), "--conditions", self.conditions(more), "--out", self.out, *args)
        return said, lode.read_ndjson(os.path.join(self.out, "questions-unlabelled.jsonl"))

    def rate(self, rate, name="to-label.tsv"):
        """Fills in the raters' columns: rate(qid, condition) -> three answers."""
        path = os.path.join(self.out, "to-label.tsv")
        with open(path, encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f, delimiter="\t"))
        with open(os.path.join(self.out, name), "w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, rows[0].keys(), delimiter="\t")
            writer.writeheader()
            for row in rows:
                row.update(zip(script.RATERS, rate(row["qid"], row["condition"])))
                writer.writerow(row)
        return rows

    # ---- make ----

    def test_questions_are_of_conditions_detected_exactly_once(self):
        twice = SAID[:1] + SAID[:1] + SAID[1:3]  # gout is said twice
        said, questions = self.make(list(rows_of("7", 110, twice)) + list(rows_of("8", 99, SAID)))
        self.assertIn("1 of 1 patients that fit", said)
        self.assertEqual([(q["patient"], q["condition"]) for q in questions], [("7", "breast cancer"), ("7", "pneumothorax")])
        notes = {n["note_id"]: n["text"] for n in lode.read_ndjson(os.path.join(self.out, "notes.ndjson"))}
        self.assertEqual(len(notes), 110)
        for q in questions:
            data = notes[q["needle_note_id"]].encode()
            self.assertEqual(data[q["mention_byte_start"]:q["mention_byte_end"]].decode(), q["condition"])
            self.assertNotIn("excerpt", q)
            self.assertEqual(q["words"], sum(len(t.split()) for t in notes.values()))
            self.assertTrue(0 < q["depth"] < 1)
            self.assertEqual(q["guess"], "no")

    def test_other_categories_and_rows_in_error_are_no_notes_of_the_chart(self):
        rows = list(rows_of("7", 100, SAID))
        for i in range(50):
            extra = list(rows[0])
            extra[0], extra[6], extra[10] = str(90000 + i), "Nursing", "gout"
            rows.append(extra)
        wrong = list(rows[0])
        wrong[0], wrong[9], wrong[10] = "99999", "1", "gout"
        _, questions = self.make(rows + [wrong])
        self.assertEqual(len(questions), len(SAID))
        self.assertEqual({q["guess"] for q in questions if q["condition"] in ("gout", "sarcoidosis", "celiac disease")}, {"yes"})

    def test_the_draw_is_half_and_half_and_the_same_every_time(self):
        rows = [r for s in "345" for r in rows_of(s, 100, SAID)]
        _, first = self.make(rows, "--questions", "6", "--never", "3")
        _, again = self.make(rows, "--questions", "6", "--never", "3")
        self.assertEqual(first, again)
        self.assertEqual(sum(q.get("guess") == "no" for q in first), 3)
        never = [q for q in first if q["stratum"] == "never"]
        self.assertEqual([q["label"] for q in never], ["absent"] * 3)
        self.assertTrue(all(q["condition"] in ("Myasthenia", "lung cancer") for q in never))
        _, other = self.make(rows, "--questions", "6", "--never", "3", "--seed", "2")
        self.assertNotEqual(first, other)
        self.assertTrue(os.path.exists(os.path.join(self.out, "to-label.tsv.old")))

    def test_what_is_written_is_for_the_owner_alone(self):
        self.make(rows_of("7", 100, SAID))
        self.assertEqual(stat.S_IMODE(os.stat(self.out).st_mode), 0o700)
        for name in os.listdir(self.out):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.out, name)).st_mode), 0o600, name)

    def test_charts_too_long_or_too_few_notes_do_not_fit(self):
        self.run_script("make", self.table(rows_of("7", 99, SAID)), "--conditions", self.conditions(), "--out", self.out, code=1)
        said = self.run_script("make", self.table(rows_of("7", 100, SAID)), "--conditions", self.conditions(), "--out", self.out,
                               "--words", "200000-700000", code=1)
        self.assertIn("no patient has 100 notes", said)
        stays = self.path("ICUSTAYS.csv", "ROW_ID,SUBJECT_ID\n1,8\n")
        self.run_script("make", self.table(rows_of("7", 100, SAID)), "--conditions", self.conditions(), "--out", self.out,
                        "--icustays", stays, code=1)

    def test_what_is_not_there_is_told_in_a_line_and_work_is_kept(self):
        said = self.run_script("make", self.out + "/none.csv", "--conditions", self.conditions(), "--out", self.out, code=2)
        self.assertEqual(said.count("\n"), 1)
        self.assertIn("none.csv: No such file or directory", said)
        for _ in range(3):
            self.make(rows_of("7", 100, SAID))
        self.assertTrue(os.path.exists(os.path.join(self.out, "to-label.tsv.old")))
        self.assertTrue(os.path.exists(os.path.join(self.out, "to-label.tsv.old2")))

    def test_conditions_that_do_not_do(self):
        said = self.run_script("make", self.table([]), "--conditions", self.conditions("podagra\tGOUT\n"), "--out", self.out,
                               code=1)
        self.assertIn("conditions.tsv:10: 'GOUT' is a name of 'gout' too", said)
        self.assertIn("no conditions", self.run_script("make", self.table([]), "--conditions", self.path("none", "#\n\n"), "--out",
                                                       self.out, code=1))

    # ---- names ----

    def found(self, text, names):
        n = script.Names(self.path("names.tsv", names))
        return [(n.conditions[c], text[start:end]) for c, start, end in n.find(text)]

    def test_the_longest_name_stands_there_and_masks_hide(self):
        names = "diabetes\ndiabetes insipidus\nMS\tmultiple sclerosis\n"
        self.assertEqual(self.found("Diabetes insipidus; diabetes.", names),
                         [("diabetes insipidus", "Diabetes insipidus"), ("diabetes", "diabetes")])
        self.assertEqual(self.found("[**Diabetes 12**] multiple\n  scleroses? ms, MS.", names), [("MS", "MS")])
        self.assertEqual(self.found("multiple\n sclerosis", names), [("MS", "multiple\n sclerosis")])
        self.assertEqual(self.found("multiple. Also a sclerosis", names), [])

    # ---- label ----

    def test_the_majority_is_the_label(self):
        self.make(rows_of("7", 100, SAID))
        votes = {"gout": ("yes", "Y", "no"), "migraine": ("no", "", ""), "sarcoidosis": ("yes", "no", ""),
                 "celiac disease": ("", "", ""), "pneumothorax": ("0", "absent", "1"), "breast cancer": ("n", "n", "n")}
        rows = self.rate(lambda qid, condition: votes[condition])
        self.assertIn("Mother had breast cancer at 60.", next(r["excerpt"] for r in rows if r["condition"] == "breast cancer"))
        said = self.run_script("label", self.out)
        questions = {q["condition"]: q["label"] for q in lode.read_ndjson(os.path.join(self.out, "questions.jsonl"))}
        self.assertEqual(questions, {"gout": "present", "migraine": "absent", "pneumothorax": "absent", "breast cancer": "absent"})
        self.assertIn("1 not rated, left out", said)
        self.assertIn("1 without a majority, left out", said)
        self.assertIn("unanimous 1 of 4", said)

    def test_bad_votes_are_told_by_line(self):
        self.make(rows_of("7", 100, SAID))
        self.rate(lambda qid, condition: ("maybe", "", ""))
        self.assertIn("to-label.tsv:2: 'maybe' is neither yes nor no", self.run_script("label", self.out, code=1))
        self.assertIn("needs a column qid", self.run_script("label", self.out, "--labels", self.path("x.csv", "a,b\n"), code=1))

    def test_nothing_rated_is_exit_1(self):
        self.make(rows_of("7", 100, SAID))
        self.assertIn("nobody has labelled", self.run_script("label", self.out, code=1))

    # Two raters, four units: 11, 11, 00, 10.  o_10 + o_01 = 2, n = 8, n_1 = 5, n_0 = 3: 1 - 7 * 2 / (2 * 15) = 8/15.
    def test_alpha_by_hand(self):
        self.assertAlmostEqual(script.krippendorff([[1, 1], [1, 1], [0, 0], [1, 0]]), 8 / 15)
        self.assertAlmostEqual(script.krippendorff([[1, 1], [0, 0], [1]]), 1)
        self.assertIsNone(script.krippendorff([[1, 1], [1, 1]]))
        self.assertIsNone(script.krippendorff([]))

    # ---- run ----

    def test_through_the_daemon(self):
        self.make([r for s in "34" for r in rows_of(s, 100, SAID)], "--never", "2")
        truth = {condition: ("yes" if is_his else "no",) * 3 for _, condition, is_his in SAID}
        self.rate(lambda qid, condition: truth[condition])
        self.assertIn("alpha 1.000", self.run_script("label", self.out))
        with lode.Daemon(DAEMON) as daemon:
            said = self.run_script("run", self.out, "--socket", daemon.socket, "--lodestone", CLIENT)
        answers = lode.read_ndjson(os.path.join(self.out, "answers.jsonl"))
        self.assertEqual(len(answers), 2 * len(SAID) + 2)
        self.assertTrue(all(a["right"] for a in answers), [a for a in answers if not a["right"]])
        self.assertIn("14 questions over 2 charts: 6 present, 8 absent", said)
        self.assertTrue(os.path.exists(os.path.join(self.out, "grid.svg")))
        self.assertEqual(sum(a["bad_quotes"] for a in answers if "bad_quotes" in a), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
