"""Queries drawn from the corpus itself, with the hits that any engine must find.

A line of the query file: class TAB patient TAB words.  Words are ASCII letters between blanks, so that
every engine's tokenizer makes the same of them; p_* are asked of one chart, c_* of all.
"""
import collections
import functools
import json
import os
import random
import re

CLASSES = ("p_rare", "p_bm25", "p_phrase", "c_rare", "c_bm25", "c_phrase")
VERSION = 2          # of what this file writes
# "didn't", "Dr.Lee" and "p.o" are single words here: engines differ about them, so they are not asked about.
TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
BEFORE, AFTER = r"(?<!\w)(?<!\w['’.])", r"(?!\w)(?!['’.]\w)"
PLAIN = re.compile(r"[a-z]{4,20}")
PHRASE = re.compile(r"(?<=[ \n])[A-Za-z]{2,15} [A-Za-z]{2,15} [A-Za-z]{2,15}(?=[ ,\n])")


def tokens(text):
    return TOKEN.findall(text.lower())


class Reader:
    """Charts of a prefix of the corpus by patient; one pass counts document frequencies."""

    def __init__(self, path):
        self.path = path
        self.places = collections.OrderedDict()  # patient -> (offset, notes)
        self.df = collections.Counter()
        at = 0
        with open(path, "rb") as lines:
            for line in lines:
                note = json.loads(line)
                offset, n = self.places.get(note["patient"], (at, 0))
                self.places[note["patient"]] = (offset, n + 1)
                self.df.update(set(tokens(note["text"])))
                at += len(line)
        self.notes = sum(n for _, n in self.places.values())

    @functools.lru_cache(maxsize=8)  # a small corpus asks the same few charts again and again
    def chart(self, patient):
        offset, n = self.places[patient]
        with open(self.path, "rb") as lines:
            lines.seek(offset)
            return Chart([json.loads(next(lines)) for _ in range(n)])


class Chart:
    def __init__(self, notes):
        self.ids = [note["note_id"] for note in notes]
        self.texts = [note["text"] for note in notes]
        self.sets = [set(tokens(text)) for text in self.texts]
        self.df = collections.Counter(w for s in self.sets for w in s)

    def hits(self, name, words):
        """Ids of notes the words stand in: any of them, or in a row with nothing but blanks between for a phrase.
        The slow, sure way."""
        wanted, found = words.split(), []
        in_a_row = re.compile(BEFORE + r"\s+".join(wanted) + AFTER)
        for note, have, text in zip(self.ids, self.sets, self.texts):
            if name.endswith("phrase"):
                hit = have.issuperset(wanted) and in_a_row.search(text.lower())
            else:
                hit = any(w in have for w in wanted)
            if hit:
                found.append(note)
        return found


def rare(df, low, high):
    return sorted(w for w, n in df.items() if low <= n <= high and PLAIN.fullmatch(w))


def choose_three(rng, text, df, low, high):
    words = sorted({w for w in tokens(text) if PLAIN.fullmatch(w) and low <= df[w] <= high})
    return " ".join(rng.sample(words, 3)) if len(words) >= 3 else None


def choose_phrase(rng, text, df, common):
    """Three words that stand one after another, not all of them everyday ones."""
    phrases = [p.lower() for p in PHRASE.findall(text)]
    phrases = [p for p in phrases if min(df[w] for w in p.split()) <= common and
               len(set(p.split())) == 3]
    return rng.choice(phrases) if phrases else None


def draw(rng, reader, chart, name):
    text, n = rng.choice(chart.texts), len(chart.ids)
    if name == "p_rare":
        return rng.choice(rare(chart.df, 1, 2) or [None])
    if name == "p_bm25":
        return choose_three(rng, text, chart.df, 3, max(4, n // 2))
    if name == "p_phrase":
        return choose_phrase(rng, text, chart.df, max(2, n // 5))
    if name == "c_bm25":
        return choose_three(rng, text, reader.df, 5, max(10, reader.notes // 10))
    return choose_phrase(rng, text, reader.df, max(4, reader.notes // 20))


def make(path, out_path, count, seed):
    """Writes out_path (queries) and out_path.json: {words, notes, patients, rows of [class, patient, words,
    ids of notes that hold it or null]}; returns the latter."""
    facts_path, facts = out_path + ".json", {}
    if os.path.exists(facts_path):
        with open(facts_path, encoding="utf-8") as file:
            facts = json.load(file)
    if facts.get("version") != VERSION:
        reader = Reader(path)
        rng = random.Random("queries %d" % seed)
        patients = [p for p, (_, n) in reader.places.items() if n >= 60] or list(reader.places)
        everywhere, rows = rare(reader.df, 2, 20), []
        for _ in range(count):
            patient = rng.choice(patients)
            chart = reader.chart(patient)
            for name in CLASSES:
                words = (rng.choice(everywhere) if name == "c_rare" and everywhere
                         else draw(rng, reader, chart, name))
                if words and name[0] == "p":
                    rows.append([name, patient, words, chart.hits(name, words)])
                elif words:
                    rows.append([name, "", words, None])
        rows.sort(key=lambda row: CLASSES.index(row[0]))
        with open(out_path, "w", encoding="ascii") as out:
            out.writelines("%s\t%s\t%s\n" % tuple(row[:3]) for row in rows)
        with open(facts_path, "w", encoding="utf-8") as out:
            facts = {"version": VERSION, "words": len(reader.df), "notes": reader.notes,
                     "patients": len(reader.places), "rows": rows}
            json.dump(facts, out)
    return facts
