"""lodestone eval on the fixtures, against a real daemon.

usage: eval_test.py LODESTONED LODESTONE
The confusion is compared with the one that bench/needles.py, a program of its own, makes of the same questions.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests"))
sys.path.insert(0, os.path.join(TOP, "bench"))
import lode  # noqa: E402
import needles  # noqa: E402

DAEMON, CLIENT = (os.path.abspath(p) for p in sys.argv[1:3])
QUESTIONS = os.path.join(TOP, "fixtures", "questions", "needles.ndjson")
DONE, FAILED, UNREACHABLE = 0, 2, 3


class Eval(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The gold is what the rules say; the model of the tree is doubtful of some.
        cls.daemon = lode.Daemon(DAEMON, arguments=["--set", "model=none"]).start()
        charts = sorted(glob.glob(os.path.join(TOP, "fixtures", "charts", "*.ndjson")))
        subprocess.run([CLIENT, "ingest", "--socket", cls.daemon.socket] + charts, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.questions = lode.read_ndjson(QUESTIONS)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name, rows=None):
        path = os.path.join(self.folder, name)
        if rows is not None:
            with open(path, "w", encoding="utf-8") as out:
                for row in rows:
                    out.write((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n")
        return path

    def run_eval(self, *args, socket=None):
        done = subprocess.run([CLIENT, "eval", *args], capture_output=True, text=True, timeout=120,
                              env=dict(os.environ, LODESTONE_SOCKET=socket or self.daemon.socket), check=False)
        return done.returncode, done.stdout, done.stderr

    def report(self, *args):
        code, out, err = self.run_eval(*args, "--format", "json")
        self.assertEqual((code, err), (DONE, ""))
        return json.loads(out)

    def refused(self, words, *args):
        code, out, err = self.run_eval(*args)
        self.assertEqual((code, out), (FAILED, ""), err)
        for word in words if isinstance(words, tuple) else (words,):
            self.assertIn(word, err)

    # ---- counting ----

    def test_confusion_is_that_of_the_bench(self):
        with_needle = [q for q in self.questions if "needle_note_id" in q]
        got = self.report(self.path("q.ndjson", with_needle), "--ask-by", "condition", "--by", "row")
        with self.daemon.link() as link:
            items = []
            for q in with_needle:
                member = "condition" if "condition" in q else "question"
                status, answer = link.ask(q["patient"], {member: q[member]})
                items.append(needles.judge(dict(q, half="tune"), answer if status == 200 else None, 0, {}))
        summary = needles.summary(items)
        self.assertEqual({k: got["forced"][k] for k in ("tp", "fn", "tn", "fp")}, summary["cells"])
        self.assertEqual(got["verdicts"], summary["table"])
        for name in ("mcc", "balanced_accuracy", "sensitivity", "specificity", "precision", "f1"):
            self.assertAlmostEqual(got["forced"][name], summary["forced"][name], 6)
            self.assertAlmostEqual(got["decided"][name], summary["decided"][name], 6)
            self.assertAlmostEqual(got["always_present"][name], summary["always_present"][name], 6)
        self.assertAlmostEqual(got["coverage"], summary["coverage"], 6)
        self.assertAlmostEqual(got["mention_recall"], summary["mention_recall"], 6)
        self.assertEqual(got["quotes"], summary["quotes"])
        self.assertEqual(sum(s["n"] for s in got["strata"]), len(with_needle))
        for key in ("tp", "fn", "tn", "fp"):
            self.assertEqual(sum(s["forced"][key] for s in got["strata"]), got["forced"][key])

    def test_every_fixture_question_is_right_and_every_quote_exact(self):
        got = self.report(QUESTIONS)
        self.assertEqual(got["forced"]["fn"] + got["forced"]["fp"], 0)
        self.assertEqual(got["needles_found"], got["needles"])
        self.assertEqual(got["needles"], sum("needle_note_id" in q for q in self.questions))
        self.assertGreater(got["quotes"], 100)
        self.assertEqual(got["quotes_exact"], got["quotes"])
        self.assertEqual(got["charts"], 12)
        words = []
        for path in glob.glob(os.path.join(TOP, "fixtures", "charts", "*.ndjson")):
            words.append(sum(len(n["text"].encode().split()) for n in lode.read_ndjson(path)))
        self.assertEqual((got["chart_words"]["least"], got["chart_words"]["most"]), (min(words), max(words)))
        self.assertEqual(sum(map(sum, got["grid"]["n"])), got["needles"])

    def test_the_same_every_time_but_for_time(self):
        out = []
        for _ in range(2):
            report = self.report(QUESTIONS, "--by", "row", "--resample", "patients")
            self.assertEqual(report["resampled"], "patients")
            del report["latency_us"]
            out.append(report)
        self.assertEqual(out[0], out[1])

    def test_a_wrong_needle_is_told_and_wrong(self):
        rows = [dict(self.questions[0], needle_note_id="n999"), self.questions[1]]
        code, out, err = self.run_eval(self.path("q.ndjson", rows), "--format", "json")
        self.assertEqual(code, DONE)
        self.assertIn("q.ndjson:1: needle_note_id: the chart has no such note", err)
        self.assertEqual(json.loads(out)["needles_found"], 1)
        self.assertEqual(json.loads(out)["forced"]["fn"], 1)

    # ---- files of answers ----

    def test_answers_written_are_answers_read(self):
        out = self.path("answers.ndjson")
        asked = self.report(QUESTIONS, "--out", out, "--by", "row")
        read = self.report(QUESTIONS, "--answers", out, "--by", "row")
        self.assertEqual(asked, read)
        lines = lode.read_ndjson(out)
        self.assertEqual([x["qid"] for x in lines], [q["qid"] for q in self.questions])
        self.assertTrue(all(x["right"] for x in lines))
        # No daemon is needed for that, and text comes out too.
        code, text, _ = self.run_eval(QUESTIONS, "--answers", out, socket="/nowhere")
        self.assertEqual(code, DONE)
        self.assertIn("FN 0", text)

    def test_a_long_name_of_a_step_is_kept(self):
        name = "s" * 70
        question = {"qid": "q", "patient": "p", "question": "gout?", "label": "absent"}
        answers = self.path("long.answers", [{"qid": "q", "verdict": "absent", "probability": 0.1, "elapsed_us": {name: 7}}])
        report = self.report(self.path("long.ndjson", [question]), "--answers", answers)
        self.assertEqual(report["latency_us"][name]["max"], 7)

    def test_a_second_run_is_compared(self):
        mine, other = self.path("a.ndjson"), self.path("b.ndjson")
        self.report(QUESTIONS, "--out", mine)
        worse = lode.read_ndjson(mine)
        flipped = [x for x in worse if x["label"] == "present"][:7]
        for x in flipped:
            x.update(verdict="not_mentioned", probability=0, needle=False)
        self.path("b.ndjson", worse)
        got = self.report(QUESTIONS, "--answers", mine, "--against", other)["against"]
        self.assertEqual((got["only_this_right"], got["only_other_right"], got["both_wrong"]), (7, 0, 0))
        self.assertAlmostEqual(got["mcnemar_p"], 2 / 2 ** 7, 6)
        self.assertAlmostEqual(got["gain"]["accuracy"]["value"], 7 / len(worse), 6)
        self.assertGreater(got["gain"]["accuracy"]["interval"][0], 0)
        same = self.report(QUESTIONS, "--answers", mine, "--against", mine)["against"]
        self.assertEqual((same["mcnemar_p"], same["gain"]["mcc"]["interval"]), (1, [0, 0]))

    def test_answers_must_be_whole(self):
        out = self.path("answers.ndjson")
        self.report(QUESTIONS, "--out", out)
        lines = lode.read_ndjson(out)
        self.refused("no answer for 1 of %d questions, the first in line 3" % len(lines),
                     QUESTIONS, "--answers", self.path("less", lines[:2] + lines[3:]))
        self.refused(("bad:2: verdict:", "1 bad line"), QUESTIONS, "--answers",
                     self.path("bad", [lines[0], dict(lines[1], verdict="perhaps")] + lines[2:]))
        self.refused("twice:%d: qid: has had a line before" % (len(lines) + 1), QUESTIONS, "--answers",
                     self.path("twice", lines + lines[:1]))
        self.refused("no:1: probability is missing", QUESTIONS, "--answers",
                     self.path("no", [dict(lines[0], probability=None)] + lines[1:]))
        # Lines of other questions do not matter.
        self.report(QUESTIONS, "--answers", self.path("more", lines + [dict(lines[0], qid="other")]))

    # ---- what is refused ----

    def test_bad_questions_are_told_by_line_and_nothing_is_asked(self):
        good = self.questions[0]
        rows = [good, '{"qid":', dict(good, qid="b", label="maybe"), "", dict(good, qid="c", mention_byte_end=None),
                dict(good, qid="d", depth=1.5), dict(good), {k: v for k, v in good.items() if k != "condition"},
                dict(good, qid="e", patient=7), "[1]"]
        path = self.path("q.ndjson", rows)
        self.refused(("q.ndjson:2: byte", 'q.ndjson:3: label: must be "present" or "absent"', "q.ndjson:5: needle_note_id,",
                      "q.ndjson:6: depth:", "q.ndjson:7: qid: the same as in line 1", "q.ndjson:8: condition is missing",
                      "q.ndjson:9: patient:", "q.ndjson:10: must be a JSON object", "8 bad lines: nothing was asked"), path)
        self.refused("no questions", self.path("none.ndjson", [""]))
        self.refused("cannot open", self.path("missing"))

    def test_options_that_do_not_fit(self):
        self.refused("--ask-by must be one of", QUESTIONS, "--ask-by", "mood")
        self.refused("--resample must be one of", QUESTIONS, "--resample", "notes")
        self.refused("--body: must be a JSON object", QUESTIONS, "--body", "[]")
        self.refused("--body: question comes from the file", QUESTIONS, "--body", '{"question": "gout?"}')
        self.refused("nothing is asked", QUESTIONS, "--answers", "x", "--body", "{}")

    def test_questions_that_fail_are_told_and_count_as_wrong(self):
        rows = [self.questions[0], dict(self.questions[1], patient="nobody")]
        code, out, err = self.run_eval(self.path("q.ndjson", rows), "--format", "json")
        self.assertEqual(code, DONE)
        self.assertIn("q.ndjson:2: not answered", err)
        report = json.loads(out)
        self.assertEqual(report["verdicts"][rows[1]["label"]]["error"], 1)
        self.assertEqual(report["forced"]["fn"] + report["forced"]["fp"], 1)
        self.refused("no question was answered: were the charts ingested?", self.path("r.ndjson", rows[1:]))
        self.refused("no question was answered", QUESTIONS, "--body", '{"rounds": 9}')
        code, _, _ = self.run_eval(QUESTIONS, socket=self.path("no-socket"))
        self.assertEqual(code, UNREACHABLE)

    # ---- the picture ----

    def test_pictures(self):
        svg = self.path("grid.svg")
        self.report(QUESTIONS, "--picture", svg)
        with open(svg, encoding="utf-8") as file:
            text = file.read()
        xml.dom.minidom.parseString(text)
        self.assertIn("length of the chart", text)
        png = self.path("grid.png")
        code, _, err = self.run_eval(QUESTIONS, "--picture", png)
        if shutil.which("rsvg-convert"):
            self.assertEqual((code, err), (DONE, ""))
            with open(png, "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
        else:
            self.assertEqual(code, FAILED)
            self.assertIn("needs rsvg-convert", err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
