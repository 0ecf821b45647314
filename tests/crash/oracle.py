"""What search and ask find, against a scan of every note as it comes back over HTTP.

The scan shares nothing with the daemon: it reads the words with a regular expression and follows the
rules as docs and headers tell them, on texts made so that those rules are enough (ASCII, words that
are no form of each other).  Random charts are ingested, replaced, deleted and asked after a restart.

Then the fixture charts and, where it is built, a chart of chartgen: there every literal occurrence of
a name must be covered by a piece of evidence.  Standard library only."""
import json
import os
import re
import shutil
import subprocess

import rig as shared
from lode import check_quotes, read_ndjson, segment
from rig import fixture_notes, identity, ndjson

# Words of four letters and more, of which none is a form, a joint or a part of another.
WORDS = ("zorvant", "quelk", "brindor", "mosstel", "farnup", "klydent", "worpal", "tessik",
         "gundrel", "hablor", "nimvet", "skarl", "plonder", "yurtak", "velmor", "drisket")
RARE = ("ombrilk", "fynterd", "galdruk", "pexivolt")
GAPS = (" ",) * 12 + ("\n", "-", "/", ", ", ". ", "; ", "\n\n", " (", ") ", ": ", "  ", " \r\n",
                      "\t", "\n \n", " \"", "' ", ".\n")
LIGHT = re.compile(r"[ \t\r\n\-/'\"()`]*\Z")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
WORD = re.compile(r"[A-Za-z0-9]+")
GAP_MAX = 64


# ---- texts ----

def random_text(rng, words):
    text, size = [], rng.choice((30, 200, 900, 3000))
    for _ in range(rng.randrange(1, size)):
        word = rng.choice(RARE if rng.random() < 0.01 else words)
        if rng.random() < 0.15:
            word += "s"
        word = rng.choice((word, word, word, word.capitalize(), word.upper()))
        text.append(word + rng.choice(GAPS))
    return "".join(text)


def random_note(rng, number, words):
    return {"patient": "r%d" % (number % 2), "note_id": "n%03d" % number,
            "text": random_text(rng, words),
            "date": "21%02d-01-%02d" % (rng.randrange(40, 60), rng.randrange(1, 29))}


def random_phrase(rng):
    """Different words, so that two places never overlap; the rare ones are often absent."""
    pool = WORDS if rng.random() < 0.8 else WORDS + RARE * 4
    n = rng.choice((1, 1, 2, 2, 2, 3))
    return " ".join(rng.sample(sorted(set(pool)), n))


# ---- the scan ----

def may_part(gap):
    return len(gap) <= GAP_MAX and LIGHT.match(gap) and not BLANK_LINE.search(gap)


def places(text, phrase, plurals):
    """[(start, end)]: the phrase's words one after the other, only light punctuation between."""
    wanted = phrase.lower().split()
    words = [(m.group().lower(), m.start(), m.end()) for m in WORD.finditer(text)]
    found = []
    for i in range(len(words) - len(wanted) + 1):
        run = words[i:i + len(wanted)]
        if not all(w == want or (plurals and w == want + "s")
                   for (w, _, _), want in zip(run, wanted)):
            continue
        if all(may_part(text[run[k][2]:run[k + 1][1]]) for k in range(len(run) - 1)):
            found.append((run[0][1], run[-1][2]))
    return found


def scan(texts, phrase, plurals):
    """{(note, start, end)} over the texts of one patient."""
    return {(note, *span) for note, text in texts.items()
            for span in places(text, phrase, plurals)}


# ---- the comparison ----

class Oracle:
    def __init__(self, rig, rng):
        self.rig, self.rng = rig, rng
        self.searches = self.asks = self.found = self.by_words = 0

    def texts(self, link, notes):
        """The notes as the daemon gives them back, which must be as they were given."""
        have = {}
        for patient in {n["patient"] for n in notes.values()}:
            status, _, raw = link.get("/v1/patients/%s/notes" % segment(patient))
            rows = [json.loads(line) for line in raw.splitlines()] if status == 200 else []
            have[patient] = {r["note"]: link.note_text(patient, r["note"]).decode() for r in rows}
        for (patient, note), given in notes.items():
            if have[patient].get(note) != given["text"]:
                self.rig.find("%s/%s does not come back as it was given" % (patient, note))
        if sum(map(len, have.values())) != len(notes):
            self.rig.find("notes that should not be there")
        return have

    def complete(self, answer, label):
        if not answer["search"]["complete"]:
            self.rig.find("%s: not complete" % label)

    def same(self, label, want, got):
        self.found += len(want)
        if want != got:
            missing, extra = sorted(want - got)[:3], sorted(got - want)[:3]
            self.rig.find("%s: missing %s, more than there is %s" % (label, missing, extra))

    def search(self, link, patient, texts, phrase):
        label = "search %s for \"%s\"" % (patient, phrase)
        url = "/v1/patients/%s/search" % segment(patient)
        status, _, raw = link.post_json(url, {"query": "\"%s\"" % phrase, "limit": 1000})
        answer = json.loads(raw)
        if status != 200:
            self.rig.find("%s: status %d" % (label, status))
            return
        self.complete(answer, label)
        got = {(hit["note"], m["start"], m["end"]) for hit in answer["hits"]
               for m in hit["matches"]}
        self.same(label, scan(texts, phrase, False), got)
        self.searches += 1

    def ask(self, link, patient, texts, phrase):
        label = "ask %s for %s" % (patient, phrase)
        # The name alone: lexicon, initials and spelling have tests of their own.
        status, answer = link.ask(patient, {"condition": phrase, "lexicons": [], "initials": False,
                                            "spelling": False})
        if status != 200:
            self.rig.find("%s: status %d" % (label, status))
            return
        self.complete(answer, label)
        if [n["text"] for n in answer["names"]] != [phrase]:
            self.rig.find("%s: names %s" % (label, answer["names"]))
        want = scan(texts, phrase, True)
        got = {(e["note"], e["start"], e["end"]) for e in answer["evidence"]
               if e["round"] == 1}
        self.same(label, want, got)
        ranked = [e for e in answer["evidence"] if e["round"] > 1]
        self.by_words += len(ranked)
        for e in ranked:
            self.by_words_is_right(label, e, want, phrase)
        if not answer["evidence"] and answer["verdict"] != "not_mentioned":
            self.rig.find("%s: %s without evidence" % (label, answer["verdict"]))
        if answer["evidence"] and answer["verdict"] == "not_mentioned":
            self.rig.find("%s: not_mentioned with evidence" % label)
        for wrong in check_quotes(answer, lambda note: texts[note].encode()):
            self.rig.find("%s: %s" % (label, wrong))
        self.asks += 1

    def by_words_is_right(self, label, e, want, phrase):
        words = {w.lower() for w in WORD.findall(e["quote"])}
        if want or not all(w in words or w + "s" in words for w in phrase.split()):
            self.rig.find("%s: evidence by words at %s %d-%d" % (
                label, e["note"], e["start"], e["end"]))

    def stage(self, link, notes, n):
        texts = self.texts(link, notes)
        for _ in range(n):
            phrase = random_phrase(self.rng)
            for patient in texts:
                if texts[patient]:
                    self.search(link, patient, texts[patient], phrase)
                    self.ask(link, patient, texts[patient], phrase)


def ingest(link, notes):
    status, _, raw = link.ingest(ndjson(notes))
    if status != 200 or json.loads(raw.splitlines()[-1])["summary"]["accepted"] != len(notes):
        raise RuntimeError("the chart was refused")


def random_chart(rig, oracle, rng, n_phrases):
    """Ingest, replace, delete, restart, each followed by the comparison."""
    words = rng.sample(WORDS, rng.randrange(4, len(WORDS)))
    notes = {}
    d = rig.start(faults=False)
    try:
        with d.link() as link:
            fresh = [random_note(rng, i, words) for i in range(rng.randrange(4, 24))]
            for i in range(0, len(fresh), 5):
                ingest(link, fresh[i:i + 5])
            notes.update({identity(n): n for n in fresh})
            oracle.stage(link, notes, n_phrases)
            again = [dict(n, text=random_text(rng, words))
                     for n in rng.sample(fresh, len(fresh) // 3)]
            ingest(link, again)
            notes.update({identity(n): n for n in again})
            oracle.stage(link, notes, n_phrases)
            for who in rng.sample(sorted(notes), len(notes) // 4):
                link.call("DELETE", "/v1/patients/%s/notes/%s" % tuple(map(segment, who)))
                del notes[who]
            oracle.stage(link, notes, n_phrases)
        d.stop()
        d.start()
        with d.link() as link:
            oracle.stage(link, notes, n_phrases)
    finally:
        d.close()


# ---- real words: nothing literal is missed ----

def literal(texts, name):
    """Where the name stands letter for letter, caseless, words parted by blanks."""
    pattern = r"(?<![^\W_])" + r"[ ]+".join(map(re.escape, name.split())) + r"(?![^\W_])"
    return [(note, m.start(), m.end()) for note, text in texts.items()
            for m in re.finditer(pattern, text, re.I)]


def nothing_literal_is_missed(oracle, link, patient, texts, body):
    status, answer = link.ask(patient, body)
    if status != 200 or not answer["search"]["complete"]:
        oracle.rig.find("ask %s %s: status %d or not complete" % (patient, body, status))
        return 0
    covered = {}
    for e in answer["evidence"]:
        covered.setdefault(e["note"], []).append((e["start_cp"], e["end_cp"]))
    seen = 0
    for name in answer["names"]:
        # Abbreviations count only in capitals and in prose, and a single word only where no other
        # follows that makes it another disease: those rules are not told again here.
        if name["via"] != "exact" and (name["via"] != "synonym" or " " not in name["text"]):
            continue
        if len(name["text"]) < 6:
            continue
        for note, start, end in literal(texts, name["text"]):
            seen += 1
            if not any(s < end and start < e for s, e in covered.get(note, ())):
                oracle.rig.find("ask %s %s: \"%s\" at %s %d-%d is no evidence" % (
                    patient, body, name["text"], note, start, end))
    for wrong in check_quotes(answer, lambda note: texts[note].encode()):
        oracle.rig.find("ask %s %s: %s" % (patient, body, wrong))
    return seen


def real_words(rig, oracle, notes, asked):
    d = rig.start(faults=False)
    seen = 0
    try:
        with d.link() as link:
            ingest(link, notes)
            texts = oracle.texts(link, {identity(n): n for n in notes})
            for patient, body in asked:
                seen += nothing_literal_is_missed(oracle, link, patient, texts[patient], body)
    finally:
        d.close()
    return seen


def fixture_questions():
    return [(p, {k: v}) for p, body in shared.questions() for k, v in body.items()
            if k in ("condition", "question") and len(body) == 1]


def of_chartgen(build):
    """Notes and (patient, body) of two small generated charts; nothing where it is not built."""
    program = os.path.join(build, "tests", "chartgen", "chartgen")
    folder = os.path.join("/tmp", "lode-crash-chartgen-%d" % os.getpid())
    if not os.path.exists(program):
        return [], []
    os.mkdir(folder, 0o700)
    try:
        done = subprocess.run([program, "--seed", "11", "--patients", "2", "--words", "3000-6000",
                               "--questions", "40", "--out", folder], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError("chartgen: " + done.stderr.decode("utf-8", "replace"))
        asked = read_ndjson(os.path.join(folder, "questions.ndjson"))
        return (read_ndjson(os.path.join(folder, "notes.ndjson")),
                [(q["patient"], {"condition": q["condition"]}) for q in asked])
    finally:
        shutil.rmtree(folder)


def run(rig, rounds):
    rng = rig.random("oracle")
    oracle = Oracle(rig, rng)
    charts, phrases = (4, 15) if rounds < 100 else (rounds // 5, 25)
    for _ in range(charts):
        random_chart(rig, oracle, rng, phrases)
    if oracle.found == 0:
        rig.find("nothing was found anywhere: this test is blind")
    in_fixtures = real_words(rig, oracle, fixture_notes(), fixture_questions())
    notes, asked = of_chartgen(rig.build)
    in_generated = real_words(rig, oracle, notes, asked) if notes else 0
    return {"random charts": charts, "searches": oracle.searches, "asks": oracle.asks,
            "places compared": oracle.found, "places by words": oracle.by_words,
            "literal names in the fixtures": in_fixtures, "in chartgen's charts": in_generated}
