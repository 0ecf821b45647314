#!/usr/bin/env python3
"""What two further queries of a round of doubt could find (docs/uncertainty.md, decisions/0015): text beside a
mention that speaks of it by less than its name, and terms that this chart has together with the name.

Asks every question, takes the notes of the mentions that decide, and counts there, for all questions and for those
above the threshold of doubt:

  head       the last word of a longer name behind the, this, that ... ("the embolism"), where the last such word before
             it stands in the name, or is itself one of these; nothing that restricts it behind it ("of", "in" ...)
  bare       the same word without the, in the mention's sentence or the two behind it
  generic    this, the, that diagnosis, condition, disease, disorder, within 300 characters behind a mention
  it         a sentence that begins with It or This and a verb, next to a mention's
  bracket    capitals in brackets behind the name that no name tried has: an abbreviation made by the chart

  denied     of head, generic and bare: denied, for the cue rules and the model (asked as a condition of its own), so
             that a suspicion would be settled by it
  terms      the five words that stand beside the name (its sentence, the one before, the one behind) more often than
             elsewhere in the chart, by pointwise mutual information, at least twice: how many of them are a word of
             another name of the condition (alt_conditions, names tried), how many sentences they would bring, and how
             many mentions of the gold that ask does not find lie in those sentences

Data that is not ours is only counted.

usage: further.py [--build build] [--data ../shared/data] [--seed 1] [--set recombined|needles|mix|doubt[,...]]
"""
import argparse
import collections
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import doubt  # noqa: E402
import lode  # noqa: E402
import needles  # noqa: E402

DETERMINED = re.compile(r"\b(?:the|this|that|these|those|such|said)\s+$", re.I)
RESTRICTED = re.compile(r"\s+(?:of|in|at|on|from|to|within|near|involving)\b", re.I)
GENERIC = re.compile(r"\b(?:this|the|that)\s+(diagnosis|condition|disease|disorder)\b", re.I)
PRONOUN = re.compile(r"[.\n]\s*(?:It|This)\s+(?:is|was|has|had|will|may|could|might|would|appears|seems|resolved)\b")
BRACKET = re.compile(r"\s?\(([A-Z][A-Z0-9]{1,5})\)")
SENTENCE = re.compile(r"[^.\n]+")
WORD = re.compile(r"[a-z][a-z'-]{3,}")
SMALL = {"of", "in", "the", "a", "an", "with", "and", "to", "due", "for", "on", "by"}
REACH = 300   # characters behind a mention
TERMS = 5     # words that stand beside the name, a question
LEAST = 2     # times beside it


# ---- sets: (notes as NDJSON, questions) ----

def read_needles(options):
    folder = os.path.join(options.data, "needles-dev")
    if not os.path.exists(folder):
        return b"", []
    raw = subprocess.run(["zstd", "-dc", "--long=27", os.path.join(folder, "notes.jsonl.zst")],
                         stdout=subprocess.PIPE, check=True).stdout
    return raw, needles.read_questions(folder, "questions") + needles.read_questions(folder, "natural")


def read_set(options, name, folder):
    if name == "recombined":
        return doubt.recombine(options)
    if name == "needles":
        return read_needles(options)
    more = ("--patients", "44", "--questions", "450")
    if name == "doubt":
        more = ("--patients", "40", "--questions", "240", "--only", "doubt")
    return doubt.generate(options, folder, more)


# ---- neighbours ----

def head_of(name):
    words = re.findall(r"[a-z][a-z'-]+", name.lower())
    if "of" in words:
        words = words[:words.index("of")]
    words = [w for w in words if w not in SMALL]
    return words[-1] if len(words) > 1 and len(words[-1]) > 3 else None


def one_of(head):
    return re.compile(r"\b" + re.escape(head.rstrip("s")) + r"(?:s|es)?\b", re.I)


def is_within(spans, at):
    return any(s <= at < e for s, e in spans)


def heads_in(text, spans, names):
    """(kind, start) of the heads that stand alone."""
    for head in {head_of(n) for n in names} - {None}:
        speaks = False  # does the last one before speak of a mention?
        for m in one_of(head).finditer(text):
            if is_within(spans, m.start()):
                speaks = True
                continue
            behind = max((e for _, e in spans if e <= m.start()), default=None)
            alone = not RESTRICTED.match(text, m.end())
            if speaks and alone and DETERMINED.search(text, 0, m.start()):
                yield "head", m.start(), head
            else:
                if behind is not None and alone and len(re.findall(r"[.\n]", text[behind:m.start()])) <= 2:
                    yield "bare", m.start(), head
                speaks = False


def others_in(text, spans, tried):
    for m in GENERIC.finditer(text):
        if any(0 <= m.start() - e < REACH for _, e in spans) and not RESTRICTED.match(text, m.end()):
            yield "generic", m.start(1), m.group(1)
    for _, end in spans:
        stop = re.compile(r"[.\n]").search(text, end)
        m = PRONOUN.match(text, stop.start()) if stop else None
        if m:
            yield "it", m.start(), None
        m = BRACKET.match(text, end)
        if m and m.group(1).lower() not in tried:
            yield "bracket", m.start(1), m.group(1)


def is_denied(link, patient, note, start, word):
    status, answer = link.ask(patient, {"condition": word, "rounds": 0, "other_names": False})
    if status != 200:
        return False
    return any(e["note"] == note and e["start_cp"] <= start < e["end_cp"] and e["assertion"] == "absent"
               for e in answer["evidence"])


# ---- terms ----

def terms_of(notes, spans):
    """The terms that stand beside the spans more than elsewhere, and the sentences that hold one of them."""
    beside, everywhere, sentences = collections.Counter(), collections.Counter(), []
    near = 0
    for note, text in notes.items():
        cut = list(SENTENCE.finditer(text))
        named = {i for i, m in enumerate(cut) if any(m.start() <= s < m.end() for s, _ in spans.get(note, ()))}
        for i, m in enumerate(cut):
            words = set(WORD.findall(m.group().lower()))
            everywhere.update(words)
            sentences.append((note, m.start(), m.end(), words))
            if {i - 1, i, i + 1} & named:
                beside.update(words)
                near += 1
    gain = {w: math.log(n * len(sentences) / (everywhere[w] * near)) for w, n in beside.items() if n >= LEAST}
    best = sorted(gain, key=lambda w: (-gain[w], -beside[w], w))[:TERMS]
    return best, [s for s in sentences if s[3] & set(best)]


# ---- counting ----

def spans_of(answer):
    spans = collections.defaultdict(list)
    for e in answer["evidence"]:
        if e.get("decides", True) and e["copy_of"] is None and e["via"] != "proxy":
            spans[e["note"]].append((e["start_cp"], e["end_cp"]))
    return spans


def count_terms(count, q, answer, notes, spans, names):
    own = set(WORD.findall(q["condition"].lower()))
    best, sentences = terms_of(notes, spans)
    best = [w for w in best if w not in own]
    others = {w for n in names + q.get("alt_conditions", []) for w in WORD.findall(n.lower())} - own
    count["terms"] += len(best)
    count["terms that are a name's"] += len(others & set(best))
    count["sentences with one"] += len(sentences)
    found = [(e["note"], e["start_cp"], e["end_cp"]) for e in answer["evidence"]]
    for m in q.get("mentions", []):
        text = notes[m["note"]].encode()
        at = len(text[:m["start"]].decode())
        if any(n == m["note"] and s <= at < e for n, s, e in found):
            continue
        count["gold not found"] += 1
        count["gold that terms find"] += any(n == m["note"] and s <= at < e for n, s, e, _ in sentences)


def count_one(link, count, q, answer, notes):
    names = [n["text"] for n in answer["names"] if n["relation"] == "same" and not n["ambiguous"]]
    tried = {n["text"].lower() for n in answer["names"]}
    spans = spans_of(answer)
    kinds = collections.Counter()
    for note, at in spans.items():
        found = [*heads_in(notes[note], at, names), *others_in(notes[note], at, tried)]
        for kind, start, word in found:
            kinds[kind] += 1
            if kind in ("head", "generic", "bare") and is_denied(link, q["patient"], note, start, word):
                kinds[kind + " denied"] += 1
    count["questions"] += 1
    for kind, n in kinds.items():
        count["questions with " + kind] += 1
        count[kind] += n
    if spans:
        count_terms(count, q, answer, notes, spans, names)


def measure(options, name):
    folder = tempfile.mkdtemp(prefix="further-")
    try:
        body, questions = read_set(options, name, folder)
        measure_set(options, name, body, questions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure_set(options, name, body, questions):
    if not questions:
        print("%s: no data" % name)
        return
    charts = collections.defaultdict(dict)
    for line in body.splitlines():
        note = json.loads(line)
        charts[note["patient"]][note["note_id"]] = note["text"]
    everyone, doubtful = collections.Counter(), collections.Counter()
    with doubt.start(options) as daemon, daemon.link(600) as link:
        if link.ingest(body)[0] != 200:
            sys.exit("the daemon did not take the notes")
        for q in questions:
            status, answer = link.ask(q["patient"], {"condition": q["condition"]})
            if status != 200:
                link.close()
                continue
            is_doubtful = answer["search"]["doubt"]["triggered"]
            count_one(link, doubtful if is_doubtful else everyone, q, answer, charts[q["patient"]])
    for key, n in doubtful.items():
        everyone[key] += n
    print("%s\n  all:      %s\n  in doubt: %s" % (name, show(everyone), show(doubtful)))


def show(count):
    return ", ".join("%s %d" % (k, count[k]) for k in sorted(count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--model", help="in place of the one that is shipped; none: the cue rules alone")
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--seed", default="1")
    parser.add_argument("--set", default="recombined,needles,mix,doubt")
    options = parser.parse_args()
    for name in options.set.split(","):
        measure(options, name)


if __name__ == "__main__":
    main()
