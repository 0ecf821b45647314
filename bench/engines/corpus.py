"""The corpus of `bench index`: notes of about 3.1 KB, 100 to 400 a patient, no two with the same text.

Two sources.  `chartgen` (tests/chartgen): sentences of our own.  `real`: texts of ../shared/data cut
into sections, shuffled and cut, 40 % of the numbers drawn again, a slip of the keyboard every 2.5 KB,
made-up vitals, laboratory, drug and problem lines between.  Same source, seed and number: same bytes.
Smaller sizes are the first so many lines of the same file.
"""
import csv
import hashlib
import json
import os
import random
import re
import shutil
import subprocess

VERSION = 1          # of what this file writes; another one makes the corpus anew
EXTRA = 2000         # notes kept back for the single-note ingest
MEAN_BYTES = 3100
TYPO_EVERY = 2500    # bytes
SHARE_REDRAWN = 0.4
HEADING = re.compile(r"\n\s*\n|\n(?=[A-Z][A-Z /,&()-]{3,}:)")
NUMBER = re.compile(r"(?<![\w.])\d{1,4}(?![\w])")
DRUGS = ("lisinopril metoprolol furosemide warfarin insulin atorvastatin aspirin clopidogrel heparin "
         "vancomycin levothyroxine omeprazole prednisone gabapentin albuterol amlodipine digoxin "
         "allopurinol sertraline ceftriaxone metformin hydralazine tamsulosin enoxaparin").split()
LABS = ("Na K Cl HCO3 BUN Cr Glucose WBC Hgb Hct Plt INR AST ALT Troponin Lactate Ca Mg Phos "
        "Albumin").split()


# ---- the texts of ../shared/data ----

def unpack(path):
    raw = subprocess.run(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in raw.stdout.splitlines()]


def real_reports(data):
    """[(type, text)] of distinct real texts; empty where the data is absent."""
    found = []
    path = os.path.join(data, "mtsamples-dev", "reports.jsonl.zst")
    if os.path.exists(path):
        found += [((r.get("specialties") or ["Report"])[0], r["text"]) for r in unpack(path)]
    path = os.path.join(data, "e3c-dev", "ccby_texts.jsonl.zst")
    if os.path.exists(path):
        found += [("Case report", r["text"]) for r in unpack(path)]
    for name in ("train.csv", "valid.csv"):
        path = os.path.join(data, "notes", "aci-bench", name)
        if os.path.exists(path):
            with open(path, encoding="utf-8", newline="") as rows:
                found += [("Office visit", row["note"]) for row in csv.DictReader(rows)]
    seen, distinct = set(), []
    for kind, text in found:
        key = re.sub(r"\W+", " ", text.lower()).strip()
        if len(key) > 200 and key not in seen:
            seen.add(key)
            distinct.append((kind, text.replace("\r\n", "\n").strip()))
    return distinct


def problem_names(data):
    path = os.path.join(data, "terminologies", "lexicon.tsv")
    if not os.path.exists(path):
        return ["hypertension", "diabetes mellitus", "atrial fibrillation"]
    with open(path, encoding="utf-8", newline="") as rows:
        return sorted({row.rstrip("\n").split("\t")[3] for row in rows.readlines()[1:]})


# ---- one note ----

class Mixer:
    """Makes notes out of sections of real reports."""

    def __init__(self, data, rng):
        self.rng = rng
        self.reports = [(kind, [s.strip("\n") for s in HEADING.split(text) if s.strip()])
                        for kind, text in real_reports(data)]
        self.problems = problem_names(data)

    def number(self, match):
        if self.rng.random() >= SHARE_REDRAWN:
            return match[0]
        return str(self.rng.randrange(10 ** (len(match[0]) - 1), 10 ** len(match[0])))

    def vitals(self):
        r = self.rng.randrange
        return "Vital signs: T %d.%d, HR %d, BP %d/%d, RR %d, O2 sat %d%% on room air." % (
            96 + r(7), r(10), 48 + r(90), 85 + r(110), 45 + r(60), 10 + r(22), 86 + r(15))

    def labs(self):
        r = self.rng
        return "Labs: " + ", ".join("%s %.1f" % (name, r.uniform(0.4, 160))
                                    for name in r.sample(LABS, r.randrange(4, 12))) + "."

    def drugs(self):
        r = self.rng
        return "Medications:\n" + "\n".join("%d. %s %d mg %s" % (
            i + 1, name, r.choice((1, 5, 10, 25, 40, 81, 100, 250, 500)),
            r.choice(("daily", "p.o. b.i.d.", "q.8h.", "IV q.6h. p.r.n.", "at bedtime")))
            for i, name in enumerate(r.sample(DRUGS, r.randrange(3, 9))))

    def problem_list(self):
        r = self.rng
        return "Problem list:\n" + "\n".join("- " + r.choice(self.problems)
                                             for _ in range(r.randrange(3, 9)))

    def slip(self, text):
        """One slip of the keyboard: two letters swapped, one left out or one doubled."""
        at = self.rng.randrange(1, max(2, len(text) - 2))
        if not text[at:at + 2].isalpha():
            return text
        kind = self.rng.randrange(3)
        middle = (text[at + 1] + text[at], text[at], text[at] * 2 + text[at + 1])[kind]
        return text[:at] + middle + text[at + 2:]

    def sections(self):
        kind, sections = self.rng.choice(self.reports)
        how = self.rng.random()
        if how < 0.5:
            sections = self.rng.sample(sections, len(sections))
        elif how < 0.8 and len(sections) > 2:
            sections = self.rng.sample(sections, 2 + self.rng.randrange(len(sections) - 2))
        return kind, list(sections)

    def note(self):
        """(type, text)"""
        rng = self.rng
        target = min(25000, MEAN_BYTES * 0.95 * rng.lognormvariate(-0.18, 0.6))
        kind, parts = self.sections()
        size = sum(map(len, parts))
        while size < target * 0.75:
            more = self.sections()[1]
            parts += more
            size += sum(map(len, more))
        while len(parts) > 1 and size > target * 1.25:
            size -= len(parts.pop())
        for make, chance in ((self.vitals, .8), (self.labs, .6), (self.drugs, .5),
                             (self.problem_list, .5)):
            if rng.random() < chance:
                parts.insert(rng.randrange(len(parts) + 1), make())
        text = NUMBER.sub(self.number, "\n\n".join(parts))
        for _ in range(int(len(text) / TYPO_EVERY + rng.random())):
            text = self.slip(text)
        return kind, text


# ---- whole corpora: iterators of notes ----

def day(rng, at):
    at += rng.randrange(0, 9)
    return at, "%d-%02d-%02d" % (2110 + at // 336 % 80, at // 28 % 12 + 1, at % 28 + 1)


def real_notes(data, seed):
    rng = random.Random("notes %d" % seed)
    mixer = Mixer(data, rng)
    patient = 0
    while True:
        patient += 1
        at = rng.randrange(336 * 60)
        for i in range(rng.randrange(100, 401)):
            at, date = day(rng, at)
            kind, text = mixer.note()
            yield {"patient": "p%05d" % patient, "note_id": "p%05d-n%04d" % (patient, i),
                   "date": date, "type": kind, "text": text}


def chartgen_notes(binary, folder, seed, notes):
    """Charts of 100 to 400 notes; text that a chart repeats word for word is left out by the caller."""
    os.makedirs(folder, exist_ok=True)
    subprocess.run([binary, "--patients", str(min(9999, notes // 180 + 8)), "--notes", "100-400",
                    "--words", "60000-200000", "--questions", "0", "--seed", str(seed),
                    "--out", folder], check=True)
    path = os.path.join(folder, "notes.ndjson")
    with open(path, "rb") as lines:
        for line in lines:
            note = json.loads(line)
            yield {k: note[k] for k in ("patient", "note_id", "date", "type", "text") if k in note}
    os.unlink(path)


def distinct(notes):
    """Leaves out every note whose text stood there before: nothing may be gained from whole copies."""
    seen = set()
    for note in notes:
        key = hashlib.blake2b(note["text"].encode(), digest_size=16).digest()
        if key not in seen:
            seen.add(key)
            yield note


def dump(note):
    return (json.dumps(note, ensure_ascii=False) + "\n").encode()


def write_extra(notes, path, seed, patients):
    """Further notes for charts that are there already, for the single-note ingest."""
    rng = random.Random("extra %d" % seed)
    with open(path, "wb") as out:
        for i in range(EXTRA):
            note = next(notes)
            note.update(patient=rng.choice(patients), note_id="x%06d" % i)
            out.write(dump(note))


def source_of(options):
    if options.source != "auto":
        return options.source
    return "real" if real_reports(options.data) else "chartgen"


def make(options):
    """Makes or finds the corpus.  Returns its folder and facts {notes, bytes, patients, ...}."""
    source = source_of(options)
    folder = os.path.join(options.work, "%s-%d-%d-v%d" % (source, options.seed, options.notes, VERSION))
    facts_path = os.path.join(folder, "facts.json")
    if os.path.exists(facts_path):
        with open(facts_path, encoding="utf-8") as file:
            return folder, json.load(file)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    if source == "real":
        notes = real_notes(options.data, options.seed)
    else:
        binary = os.path.join(options.build, "tests", "chartgen", "chartgen")
        notes = chartgen_notes(binary, os.path.join(folder, "chartgen"), options.seed,
                               options.notes + EXTRA)
    notes = distinct(notes)
    facts = {"source": source, "seed": options.seed, "notes": options.notes, "version": VERSION,
             "text_bytes": 0, "patients": []}
    with open(os.path.join(folder, "notes.ndjson"), "wb") as out:
        for _ in range(options.notes):
            note = next(notes)
            facts["text_bytes"] += len(note["text"].encode())
            if not facts["patients"] or facts["patients"][-1] != note["patient"]:
                facts["patients"].append(note["patient"])
            out.write(dump(note))
    write_extra(notes, os.path.join(folder, "extra.ndjson"), options.seed, facts["patients"])
    if source == "real":
        write_halves(real_reports(options.data), folder, options.seed)
    with open(facts_path, "w", encoding="utf-8") as out:
        json.dump(facts, out)
    return folder, facts


def write_halves(reports, folder, seed):
    """Each real report once, untouched, in two halves without a text in common."""
    rng = random.Random("halves %d" % seed)
    reports = rng.sample(reports, len(reports))
    for half in (0, 1):
        with open(os.path.join(folder, "half%d.ndjson" % half), "wb") as out:
            for i, (kind, text) in enumerate(reports[half::2]):
                out.write(dump({"patient": "h%d%03d" % (half, i // 250), "note_id": "r%06d" % i,
                                "date": "2143-05-02", "type": kind, "text": text}))


def prefix(folder, n, total):
    """The file with the first n notes."""
    whole = os.path.join(folder, "notes.ndjson")
    if n >= total:
        return whole
    path = os.path.join(folder, "notes-%d.ndjson" % n)
    if not os.path.exists(path):
        with open(whole, "rb") as lines, open(path + ".new", "wb") as out:
            for _ in range(n):
                out.write(next(lines))
        os.rename(path + ".new", path)
    return path


def shuffled(folder, words, seed):
    """Notes of the corpus up to that many words: (in order, in random order, notes).  For the comparison of
    small batches with a bulk load."""
    whole = os.path.join(folder, "notes.ndjson")
    order, mixed = (os.path.join(folder, "%s-%d.ndjson" % (k, words)) for k in ("ordered", "mixed"))
    with open(whole, "rb") as lines:
        kept, count = [], 0
        for line in lines:
            if count >= words:
                break
            count += line.count(b" ")  # within a few per cent of the tokens
            kept.append(line)
    if not os.path.exists(mixed):
        with open(order, "wb") as out:
            out.writelines(kept)
        random.Random("mixed %d" % seed).shuffle(kept)
        with open(mixed + ".new", "wb") as out:
            out.writelines(kept)
        os.rename(mixed + ".new", mixed)
    return order, mixed, len(kept)
