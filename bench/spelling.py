#!/usr/bin/env python3
"""One random edit in a condition's name: is it found, and what is found where there is nothing?

Charts of chartgen get notes that hold names of the built-in lexicon (index/lexicon/concepts.tsv), each
with one letter put in, left out or changed, or two neighbours swapped, in a word of seven letters or
more.  Names already in the chart are not taken.  Then as many conditions are asked that no note holds:
a mention found by spelling there is a false one.

usage: spelling.py [--build build] [--mentions 500] [--charts 10] [--seed 1] [--least RECALL]
"""
import argparse
import os
import random
import re
import string
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import lode  # noqa: E402
from needles import wilson  # noqa: E402

LONG = 7  # letters of a word that is edited


def names():
    """Preferred names with a long word, as written."""
    with open(os.path.join(ROOT, "index", "lexicon", "concepts.tsv"), encoding="utf-8") as f:
        rows = [line.split("\t")[0].rstrip("\n") for line in f if not line.startswith("#")]
    return [n for n in rows if re.search("[a-z]{%d}" % LONG, n)]


def long_words(name):
    return set(re.findall("[a-z]{5,}", name.lower()))


def edited(word, chance):
    letters = string.ascii_lowercase
    while True:
        i = chance.randrange(len(word))
        kind = chance.randrange(4)
        if kind == 0:
            new = word[:i] + chance.choice(letters) + word[i:]
        elif kind == 1:
            new = word[:i] + word[i + 1:]
        elif kind == 2:
            new = word[:i] + chance.choice(letters) + word[i + 1:]
        else:
            new = word[:i] + word[i:i + 2][::-1] + word[i + 2:]
        if new != word:
            return new


def misspell(name, chance):
    place = chance.choice(list(re.finditer("[a-z]{%d,}" % LONG, name)))
    return name[:place.start()] + edited(place.group(), chance) + name[place.end():]


def plan(options, folder):
    """({patient: [(condition, as written)]}, {patient: [absent condition]}, notes as NDJSON lines)."""
    subprocess.run([os.path.join(options.build, "tests", "chartgen", "chartgen"), "--out", folder,
                    "--patients", str(options.charts), "--words", "60000-70000",
                    "--notes", "150-200", "--questions", str(options.charts),
                    "--seed", str(options.seed)], check=True)
    chance = random.Random(options.seed)
    lines = open(os.path.join(folder, "notes.ndjson"), encoding="utf-8").read().splitlines()
    texts = {}
    for note in lode.read_ndjson(os.path.join(folder, "notes.ndjson")):
        texts[note["patient"]] = texts.get(note["patient"], "") + note["text"].lower()
    planted, absent, each = {}, {}, options.mentions // len(texts)
    for patient, text in texts.items():
        words = set(re.findall("[a-z]+", text))
        free = [n for n in names() if not long_words(n) & words]
        if len(free) < 3 * each:
            sys.exit("%s: only %d names are not in the chart" % (patient, len(free)))
        chance.shuffle(free)
        planted[patient] = [(n, misspell(n, chance)) for n in free[:each]]
        # A slip of "amputation" in the one is no false mention of "amputation" in the other.
        taken = set().union(*(long_words(n) for n, _ in planted[patient]))
        absent[patient] = [n for n in free[each:] if not long_words(n) & taken][:each]
        lines += [lode_note(patient, i, written) for i, (_, written) in enumerate(planted[patient])]
    return planted, absent, "\n".join(lines).encode() + b"\n"


def lode_note(patient, number, written):
    return ('{"patient":"%s","note_id":"spelled-%d","date":"2150-01-02","type":"Progress note",'
            '"text":"Seen today. She has %s. Well otherwise."}' % (patient, number, written))


def run(daemon, planted, absent):
    found, present, false, said, wrong = 0, 0, 0, 0, []
    with daemon.link() as link:
        for patient, rows in planted.items():
            for number, (condition, written) in enumerate(rows):
                answer = link.ask(patient, {"condition": condition})[1]
                hit = [e for e in answer["evidence"] if e["note"] == "spelled-%d" % number]
                found += bool(hit)
                present += answer["verdict"] == "present"
                if not hit:
                    wrong.append("missed: %s (%s)" % (written, condition))
            for condition in absent[patient]:
                answer = link.ask(patient, {"condition": condition})[1]
                by_spelling = [e for e in answer["evidence"] if e["via"] == "spelling"]
                false += bool(by_spelling)
                said += bool(by_spelling) and answer["verdict"] == "present"
                if by_spelling:
                    wrong.append("%s shown for %s, %s" % (
                        by_spelling[0]["quote"], condition, answer["verdict"]))
    return found, present, false, said, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--mentions", type=int, default=500)
    parser.add_argument("--charts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.95)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lode-spelling-") as folder:
        planted, absent, notes = plan(options, folder)
    with lode.Daemon(os.path.join(options.build, "daemon", "lodestoned")) as daemon:
        with daemon.link() as link:
            if link.ingest(notes)[0] != 200:
                sys.exit("ingest failed")
        found, present, false, said, wrong = run(daemon, planted, absent)
    n = sum(map(len, planted.values()))
    m = sum(map(len, absent.values()))
    print("one edit in a word of %d letters or more, %d mentions: found %.3f [%.3f, %.3f], present %.3f" % (
        (LONG, n) + wilson(found, n) + (present / n,)))
    print("conditions that are not there, %d: another word shown as a spelling %.3f [%.3f, %.3f], "
          "present by it %d" % ((m,) + wilson(false, m) + (said,)))
    for line in wrong:
        print("  " + line)
    return 0 if found >= options.least * n and said == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
