#!/usr/bin/env python3
"""What the documents say there is, against what the programs and the sources have: options, verbs, settings, routes,
members of bodies and answers, statuses, sections, links between documents.

A meson test.  usage: docs_check.py LODESTONE LODESTONED
"""
import glob
import json
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, HERE)
import lode  # noqa: E402

CLIENT = DAEMON = None
HIDDEN = {"check-live"}  # POST /v1/admin/check starts it
# Members whose names are the reader's: fields of a note's meta, features and names of a model's training.
FREE = {"meta", "training", "features", "config", "firing", "stack"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as f:
        return f.read()


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def man(name):
    """The page with its fonts and escapes taken away, by .SH heading."""
    text = re.sub(r"\\f[BIR]", "", read("docs", "man", name)).replace("\\-", "-")
    parts = re.split(r"(?m)^\.SH (.*)$", text)
    return dict(zip(parts[1::2], parts[2::2]))


def options_of(text):
    """--names that stand at the head of an entry."""
    heads = re.findall(r"(?m)^(?:\.T[PQ]\n)((?:\.[BI]+R? .*\n)+)", text)
    return {name for head in heads for name in re.findall(r"--([a-z-]+)", head.split("\n")[0])}


def help_options(text):
    return set(re.findall(r"(?m)^  --([a-z-]+)", text))


def table(text, heading):
    """First cells of the rows of the first table below a heading."""
    part = text.split("\n" + heading + "\n", 1)[1]
    rows = re.search(r"(?m)(?:^\|.*\n)+", part).group(0).splitlines()[2:]
    return [row.split(" | ")[0].strip("| ") for row in rows]


def words(text):
    return set(re.findall(r"[A-Za-z][A-Za-z0-9_]*", text))


class Programs(unittest.TestCase):
    def test_verbs_of_the_client(self):
        listed = set(re.findall(r"(?m)^  ([a-z-]+) +\w", output(CLIENT, "--help").split("\n\n")[1]))
        page = man("lodestone.1")
        synopsis = set(re.findall(r"(?m)^\.B lodestone ([a-z-]+)", page["SYNOPSIS"]))
        entries = set(re.findall(r"(?m)^\.TP\n\.B ([a-z-]+)", page["VERBS"]))
        self.assertGreater(len(listed), 10)
        self.assertEqual(synopsis, listed)
        self.assertEqual(entries, listed)

    def test_options_of_the_client(self):
        verbs = re.findall(r"(?m)^  ([a-z-]+) +\w", output(CLIENT, "--help").split("\n\n")[1])
        helped = set().union(*(help_options(output(CLIENT, verb, "--help")) for verb in verbs))
        self.assertGreater(len(helped), 30)
        self.assertEqual(options_of(man("lodestone.1")["OPTIONS"]), helped)

    def test_options_of_the_daemon(self):
        table_of = set(re.findall(r'(?m)^\t\{"([a-z-]+)", (?:no|required)_argument', read("daemon", "arguments.c")))
        self.assertGreater(len(table_of), 10)
        text = output(DAEMON, "--help")
        self.assertEqual(options_of(man("lodestoned.1")["OPTIONS"]), table_of - HIDDEN)
        self.assertEqual(set(re.findall(r"--([a-z]+(?:-[a-z]+)*)", text)), table_of - HIDDEN)

    def test_settings(self):
        known = set(re.findall(r"(?m)^  ([a-z_]+) +[* ] +(?:text|count|bytes|ms|flag) ", output(DAEMON, "--help")))
        self.assertGreater(len(known), 30)
        sample = set(re.findall(r"(?m)^#?([a-z_]+) =", read("daemon", "systemd", "lodestoned.conf")))
        self.assertTrue(sample)
        self.assertLessEqual(sample, known)
        # "`workers = 3`", "`model = none`": what a document sets exists.
        for path in glob.glob(os.path.join(ROOT, "docs", "*.md")) + [os.path.join(ROOT, "README.md")]:
            for name in re.findall(r"`([a-z]+(?:_[a-z]+)*) = [a-zA-Z0-9]+`", read(path)):
                self.assertIn(name, known, path)


class Texts(unittest.TestCase):
    def test_links_lead_somewhere(self):
        n = 0
        for path in glob.glob(os.path.join(ROOT, "**", "*.md"), recursive=True):
            text = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", "", read(path))
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"[a-z]+:", target) or target.startswith("#"):
                    continue
                n += 1
                place = os.path.join(os.path.dirname(path), target.split("#")[0])
                self.assertTrue(os.path.exists(place), "%s: %s" % (os.path.relpath(path, ROOT), target))
        self.assertGreater(n, 30)

    def test_man_pages_name_documents_that_are_there(self):
        for page in "lodestone.1", "lodestoned.1":
            for name in re.findall(r"docs/[a-z-]+\.md", "".join(man(page).values())):
                self.assertTrue(os.path.exists(os.path.join(ROOT, name)), name)

    def test_routes(self):
        source = re.findall(r'HTTP_M_([A-Z]+),\s*"([^"]+)",\s*GRANT_([A-Z]+),\s*\w+,\s*\w+,\s*"([^"]*)"', read("daemon", "route.c"))
        have = {(method, path.replace("{patient}", "{id}")): (grant, params.split())
                for method, path, grant, params in source}
        self.assertGreater(len(have), 15)
        text, said = read("docs", "protocol.md"), {}
        rows = re.search(r"\n## Routes\n\n(?:\|.*\n)+", text).group(0).splitlines()
        for row in rows:
            cells = [cell.strip() for cell in row.strip("|").split(" | ")]
            found = re.match(r"([A-Z]+) (/.*)", cells[0])
            for path in re.split(r", | and ", found.group(2)) if found else []:
                path, _, query = path.partition("?")
                params = re.findall(r"([a-z]+)=", query)
                said[found.group(1), path] = (cells[1], params)
        self.assertEqual(set(said), set(have))
        for route, (grant, params) in have.items():
            self.assertEqual(said[route][1], params if route != ("POST", "/v1/notes") else [], route)  # told in its text
            self.assertIn(grant.lower().replace("none", "anyone"), said[route][0], route)

    def test_statuses(self):
        nobody = {"499"}  # in metrics and the log alone: the client has gone
        counted = set(re.findall(r"\d{3}", re.search(r"codes\[.*?\};", read("daemon", "metrics.c"), re.S).group(0)))
        sources = "".join(read(path) for path in glob.glob(os.path.join(ROOT, "daemon", "*.c")))
        named = set(re.findall(r"(?:fail_status|request_cancel)\(\s*[a-z>-]+, (\d{3})|LODE_[A-Z]+: return (\d{3})", sources))
        self.assertLessEqual({status for pair in named for status in pair if status}, counted)
        said = set(re.findall(r"\d{3}", " ".join(table(read("docs", "protocol.md"), "## Errors"))))
        self.assertEqual(counted - nobody - {"200"}, said)

    def test_members_of_bodies(self):
        """What the daemon takes is in protocol.md."""
        taken = set()
        for path in glob.glob(os.path.join(ROOT, "daemon", "*.[ch]")):
            for names in re.findall(r"(?s)(?:known|scope_members)\[\] = \{(.*?)\}|#define ASK_MEMBERS(.*?)\n\n", read(path)):
                taken |= set(re.findall(r'"([a-z_]+)"', "".join(names)))
        self.assertIn("query", taken)
        self.assertIn("spelling", taken)
        self.assertIn("as_of", taken)
        said = set(re.findall(r'[`"]"?([a-z_]+)"?[`"]|^\| ([a-z_]+) \|', read("docs", "protocol.md"), re.M))
        self.assertEqual(taken - {name for pair in said for name in pair}, set())

    def test_sections(self):
        wire = set(re.findall(r'X\([A-Z_]+, "([a-z_]+)"\)', read("tokenizer", "tokenizer.h").split("#define TOK_SECTION_LIST")[1].split("\n\n")[0]))
        self.assertIn("family_history", wire)
        self.assertEqual(wire - words(read("docs", "protocol.md")), set())


class Answers(unittest.TestCase):
    """Every member of an answer is in protocol.md, and its tables of members name none that never comes."""

    @classmethod
    def setUpClass(cls):
        cls.seen = set()
        text = "PAST MEDICAL HISTORY:\nGout since ___.\n\nASSESSMENT: No stroke. K 5.9. Possible anemia. BP 120/80."
        notes = b"".join(json.dumps({"patient": "p", "note_id": "n%d" % i, "date": "2150-01-0%d" % (i + 1), "type": "Clinic",
                                     "author_role": "MD", "encounter": "e", "more": 1,
                                     "text": text + (" Gout is denied. Call 555-867-5309. x%d" % i) * (i > 1)}).encode() + b"\n" for i in range(4))
        with lode.Daemon(DAEMON) as daemon, lode.Link(daemon.socket) as link:
            cls.take(link.call("POST", "/v1/notes", notes + b"[]\n", {"Content-Type": "application/x-ndjson"}))
            for url, body in [("ask", {"question": "gout?", "why": True, "rounds": 4}), ("ask", {"question": "anemia?", "rounds": 4}),
                              ("ask", {"question": "severe gout?"}), ("ask", {"question": "hyperkalemia?"}),
                              ("ask", {"questions": ["gout or stroke?"]}), ("ask", {"question": "zorbic?"}), ("ask", {"value": "bp"}),
                              ("timeline", {"question": "gout?", "evidence_limit": 1}), ("context", {"question": "gout?", "budget": 50}),
                              ("context", {"question": "gout?"}), ("search", {"query": "gout"})]:
                cls.take(link.post_json("/v1/patients/p/" + url, body))
            cls.take(link.post_json("/v1/search", {"query": "gout"}))
            cls.take(link.post_json("/v1/screen", {"question": "gout?", "progress": True}))
            cls.take(link.post_json("/v1/screen", {"question": "gout?", "patients": ["p", "q"]}))
            for url in "/v1/patients", "/v1/patients/p", "/v1/patients/p/notes", "/v1/stats", "/v1/model", "/healthz":
                cls.take(link.get(url))
            cls.take(link.get("/v1/patients/p/notes/n1", "application/json"))
            cls.take(link.post_json("/v1/admin/compact", {}))
            cls.take(link.call("POST", "/v1/admin/check"))
            cls.take(link.call("POST", "/v1/admin/reload"))
            cls.take(link.call("DELETE", "/v1/patients/p/notes/n1"))
            cls.take(link.get("/v1/patients/nobody"))

    @classmethod
    def take(cls, answer):
        for line in answer[2].splitlines():
            cls.keys(json.loads(line))

    @classmethod
    def keys(cls, value):
        if isinstance(value, list):
            for item in value:
                cls.keys(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                cls.seen.add(key)
                if key not in FREE:
                    cls.keys(item)

    def test_what_comes_is_told(self):
        self.assertGreater(len(self.seen), 100)
        told = words(read("docs", "protocol.md")) | words(read("docs", "uncertainty.md"))
        self.assertEqual(sorted(self.seen - told), [])

    def test_what_is_told_comes(self):
        text, told = read("docs", "protocol.md"), set()
        for heading in "## ask", "### Values", "## timeline", "## context":
            part = text.split("\n%s\n" % heading, 1)[1]
            rows = re.search(r"\| member of the answer .*\n((?:\|.*\n)+)|\| member \| meaning \|\n((?:\|.*\n)+)", part).group(0)
            for row in rows.splitlines()[2:]:
                told |= words(row.split(" | ")[0])
        self.assertGreater(len(told), 40)
        # These need a lexicon, a longer one, a tokenizer file.
        self.assertEqual(sorted(told - self.seen - {"far", "names_cut", "tokenizer"}), [])


if __name__ == "__main__":
    CLIENT, DAEMON = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    unittest.main()
