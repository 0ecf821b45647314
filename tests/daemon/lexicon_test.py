#!/usr/bin/env python3
"""Lexicons from building to asking: lexicon_test.py LODESTONED LODESTONE

The client builds (it becomes lodestoned), the daemon attaches, questions choose; what is damaged or
wrong is refused with a reason.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import lode  # noqa: E402

DAEMON, CLIENT = [os.path.abspath(p) for p in sys.argv[1:3]]
CONCEPTS = "# lodestone concepts\nzorb disease\tzorbosis\tthe zorbs\t\t\t\t\nacute zorb\t\t\t\t\t\tzorb disease\n"
OBO = "[Term]\nid: Q:1\nname: zorbosis\nsynonym: \"quux syndrome\" EXACT []\n"


class Lexicon(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lode-lex-")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def build(self, output, *inputs):
        return subprocess.run([CLIENT, "lexicon", "build", "-o", self.path(output), *inputs],
                              capture_output=True, text=True, timeout=60, check=False,
                              cwd="/")

    def test_two_are_attached_and_chosen_by_question(self):
        for name, text in (("a.tsv", CONCEPTS), ("b.obo", OBO)):
            done = self.build(name[0] + ".lex", self.write(name, text))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("concepts", done.stdout)
        more = ["--lexicon", self.path("a.lex"), "--lexicon", self.path("b.lex")]
        with lode.Daemon(DAEMON, arguments=more) as daemon, daemon.link() as link:
            link.ingest([b'{"patient":"p","note_id":"n","text":"Quux syndrome. No acute zorb."}\n'])

            def ask(**members):
                status, answer = link.ask("p", dict({"condition": "the zorbs"}, **members))
                self.assertEqual(status, 200)
                return answer

            answer = ask()
            self.assertEqual(answer["verdict"], "present")
            self.assertEqual(len(answer["lexicons"]), 3)
            self.assertEqual(answer["evidence"][0]["via"], "synonym")
            self.assertEqual(ask(lexicons=["a.lex"])["verdict"], "not_mentioned")
            digest = answer["lexicons"][1]
            self.assertEqual(ask(lexicons=[digest])["lexicons"], [digest])
            self.assertEqual(ask(lexicons=[])["names"][0]["text"], "the zorbs")
            narrower = ask(lexicons=["a.lex"], narrower=True)
            self.assertEqual(narrower["verdict"], "uncertain")
            self.assertIn("narrower", [n["relation"] for n in narrower["names"]])
            self.assertEqual(link.get("/v1/stats")[0], 200)
            done = subprocess.run(
                [CLIENT, "ask", "--socket", daemon.socket, "p", "the zorbs", "--lexicon", "b.lex",
                 "--exit-verdict"], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_a_name_of_a_second_lookup_decides_where_no_nearer_one_tells_the_patients_state(self):
        # "zorbosis" is a name of both; so "the zorbs" is of the asked concept, "quux syndrome" of the other.
        # What has a near name's words decides as that would; a narrower name of a far concept is far.
        far = OBO + 'synonym: "late zorb disease" EXACT []\n\n[Term]\nid: Q:2\nname: frub\nis_a: Q:1\n'
        for name, text in (("a.tsv", CONCEPTS), ("b.obo", far)):
            self.assertEqual(self.build(name[0] + ".lex", self.write(name, text)).returncode, 0)
        more = ["--lexicon", self.path("a.lex"), "--lexicon", self.path("b.lex")]
        notes = {"denied": "No zorb disease. Quux syndrome today.", "family": "Mother has zorb disease. He has quux syndrome.",
                 "far": "He has quux syndrome.", "longer": "No zorb disease. He has late zorb disease.",
                 "narrower": "No zorb disease. He has frub."}
        with lode.Daemon(DAEMON, arguments=more) as daemon, daemon.link() as link:
            link.ingest(["".join('{"patient":"%s","note_id":"n","text":"%s"}\n' % kv for kv in notes.items()).encode()])

            def ask(patient, **members):
                status, answer = link.ask(patient, dict({"condition": "the zorbs", "why": True}, **members))
                self.assertEqual(status, 200)
                return answer

            answer = ask("denied")
            self.assertEqual((answer["verdict"], answer["basis"]), ("absent", "denied"))
            self.assertEqual([(e["quote"], e.get("decides", True)) for e in answer["evidence"]],
                             [("zorb disease", True), ("Quux syndrome", False)])
            self.assertEqual(len(answer["contradictions"]), 1)
            self.assertEqual({n["text"] for n in answer["names"] if n.get("far")}, {"quux syndrome"})
            self.assertEqual(ask("denied", synonyms_first=True)["verdict"], "present")
            self.assertEqual(ask("denied", condition="zorbosis")["verdict"], "present")
            answer = ask("narrower", narrower=True)
            self.assertEqual([(e["quote"], e.get("decides", True)) for e in answer["evidence"]],
                             [("zorb disease", True), ("frub", False)])
            self.assertEqual(answer["verdict"], "absent")
            status, _, raw = link.post_json("/v1/screen", {"condition": "the zorbs", "narrower": True})
            rows = [json.loads(line) for line in raw.splitlines()]
            self.assertEqual((status, {r["patient"]: (r["verdict"], r["basis"]) for r in rows if "patient" in r}),
                             (200, {p: tuple(ask(p, narrower=True)[k] for k in ("verdict", "basis")) for p in notes}))
            answer = ask("longer")
            self.assertEqual((answer["verdict"], answer["basis"]), ("uncertain", "confirmed"))
            self.assertEqual([(e["quote"], e.get("decides", True)) for e in answer["evidence"]],
                             [("late zorb disease", True), ("zorb disease", True)])
            for patient in ("family", "far"):
                answer = ask(patient)
                self.assertEqual(answer["verdict"], "present", patient)
                self.assertTrue(all(e.get("decides", True) for e in answer["evidence"]), patient)

    def test_a_wrong_line_is_told_and_nothing_is_written(self):
        done = self.build("a.lex", self.write("a.tsv", CONCEPTS + "\tno name\n"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("a.tsv:4: no name", done.stderr)
        self.assertEqual(os.listdir(self.folder.name), ["a.tsv"])

    def test_a_damaged_one_is_refused_with_a_reason(self):
        self.assertEqual(self.build("a.lex", self.write("a.tsv", CONCEPTS)).returncode, 0)
        with open(self.path("a.lex"), "r+b") as f:
            f.seek(100)
            byte = f.read(1)
            f.seek(100)
            f.write(bytes([byte[0] ^ 1]))
        with self.assertRaises(RuntimeError) as caught:
            lode.Daemon(DAEMON, arguments=["--lexicon", self.path("a.lex")]).start()
        self.assertIn("a.lex: its digest does not fit", str(caught.exception))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
