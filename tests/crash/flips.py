"""One flipped bit in data.mdb of a stopped daemon, and truncations.

Allowed: a refused start, an error, complete:false, verdict uncertain/incomplete, the process ending.
Never: a note or patient missing without a word, other bytes, another answer with complete:true."""
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile

import rig as shared
from lode import segment
from rig import GONE, SEARCHES, Model, course, ndjson, plain, play, questions

PAGE, HEAD = 4096, 64
META_BITS = 152 * 8  # LMDB's page head and meta record
MAIN_ROOT_AT, TXN_ID_AT = 128, 144  # in the meta pages, 0 and 1
PAGE_KINDS = {1: "branch", 2: "leaf", 4: "overflow", 8: "meta", 0x48: "meta"}
N_ASKS = 3  # per patient


class Base:
    """A data folder, stopped, with everything its daemon answers."""

    def __init__(self, rig):
        self.rig = rig
        self.folder = tempfile.mkdtemp(prefix="lode-flip-", dir="/tmp")
        self.model = Model()
        notes = shared.fixture_notes()
        # A history of commits first, so that old pages with stale records lie about.
        steps = course(rig.random("flips"), n_patients=6, per_batch=12)
        asked = {who[0] for step in steps for who in self.model.effect(step)}
        rest = [n for n in notes if n["patient"] not in asked]
        # The last commits are small: what they wrote must not vanish either.
        self.last = rest[0]
        small = [self.small_commit(i) for i in range(3)]
        self.go_on(steps + [("ingest", rest)] + small)

    def small_commit(self, i):
        return "ingest", [dict(self.last, note_id="last%d" % i, text="Gout %d." % i)]

    def go_on(self, steps):
        """Performs steps, looks at everything and stops."""
        d = self.rig.start(faults=False, folder=self.folder)
        d.owns_folder = False
        try:
            play(d, steps, self.model)
            with d.link() as link:
                self.want = {what: view(link, what) for what in self.views()}
        finally:
            d.close()
        with open(os.path.join(self.folder, "data", "index", "data.mdb"), "rb") as f:
            self.bytes = f.read()

    def views(self):
        """Everything that is looked at: (kind, ...)."""
        whats = [("patients",)]
        taken = {}
        for patient, body in questions():
            taken[patient] = taken.get(patient, 0) + 1
            if taken[patient] <= N_ASKS:
                whats.append(("ask", patient, json.dumps(body)))
        for patient in self.model.patients():
            whats += [("notes", patient), ("search", patient, SEARCHES[0])]
        return whats + [("note",) + who for who in sorted(self.model.text)]

    def page_kind(self, at):
        """What the page of this offset is, by its own head; overflow runs go on over several."""
        for page in range(at // PAGE, -1, -1):
            number, flags, low, high = struct.unpack_from("<QxxHHH", self.bytes, page * PAGE)
            if number == page and flags in PAGE_KINDS:
                long = 4 if flags == 4 else 0
                pages = low | high << 16 if long else 1
                return PAGE_KINDS[flags] if page + pages > at // PAGE else "free"
        return "free"


def view(link, what):
    """(status, plain body): what a client sees."""
    chart = "/v1/patients/" + segment(what[1]) if len(what) > 1 else ""
    if what[0] == "patients":
        status, _, raw = link.get("/v1/patients")
    elif what[0] == "notes":
        status, _, raw = link.get(chart + "/notes")
    elif what[0] == "note":
        status, _, raw = link.get(chart + "/notes/" + segment(what[2]), "text/plain")
        return status, raw if status == 200 else b""
    elif what[0] == "ask":
        status, _, raw = link.call("POST", chart + "/ask", what[2].encode(),
                                   {"Content-Type": "application/json"})
    else:
        status, _, raw = link.post_json(chart + "/search", {"query": what[2], "any": True})
    try:
        return status, [plain(json.loads(line)) for line in raw.splitlines()]
    except ValueError:
        return status, raw


def admits(what, got):
    """Does this answer say itself that it is not whole?"""
    status, body = got
    if status >= 500:
        return True
    if status != 200 or not isinstance(body, list) or not body:
        return False
    if what[0] in ("patients", "notes"):
        return any("problem" in row or "error" in row or row.get("complete") is False
                   for row in body)
    row = body[0]
    return row.get("search", {}).get("complete") is False


def false_denial(what, want, got):
    """An incomplete answer may say less, but not that nothing is there."""
    if what[0] != "ask" or got[0] != 200:
        return False
    return got[1][0].get("verdict") == "not_mentioned" and want[1][0]["verdict"] != "not_mentioned"


class Outcome:
    def __init__(self):
        self.counts = {"no effect": 0, "refused start": 0, "said so": 0, "process ended": 0,
                       "silently wrong": 0}
        self.wrong = []

    def add(self, kind, detail=None):
        self.counts[kind] += 1
        if detail:
            self.wrong.append(detail)


def damaged_copy(base, data):
    folder = tempfile.mkdtemp(prefix="lode-crash-", dir="/tmp")
    shutil.copytree(os.path.join(base.folder, "data"), os.path.join(folder, "data"))
    with open(os.path.join(folder, "data", "index", "data.mdb"), "wb") as f:
        f.write(data)
    return folder


def look(base, d):
    """The outcome of one damaged index: (kind, detail)."""
    said = False
    link = d.link(20)
    try:
        for what, want in base.want.items():
            try:
                got = view(link, what)
            except GONE:  # a list that is not whole is cut off, or the process is gone
                link.close()
                said = True
                if not d.is_ready():
                    d.process.wait(20)
                    return "process ended", None
                continue
            if false_denial(what, want, got):
                return "silently wrong", "%s says not_mentioned" % (what[:3],)
            if got != want and not admits(what, got):
                return "silently wrong", "%s: status %s, other than before" % (what[:3], got[0])
            said |= got != want
    finally:
        link.close()
    return ("said so" if said else "no effect"), None


def one(rig, base, data):
    """Starts on damaged data: (kind, detail)."""
    folder = damaged_copy(base, data)
    try:
        d = rig.start(folder=folder, faults=False)
    except RuntimeError as e:
        shutil.rmtree(folder, ignore_errors=True)
        died = [s for s in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT)
                if "ended with -%d:" % s in str(e)]
        return ("process ended" if died else "refused start"), str(e).splitlines()[-1]
    try:
        return look(base, d)
    finally:
        d.close()


def flipped(base, bit):
    data = bytearray(base.bytes)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def flip(rig, base, bit, outcome):
    kind, detail = one(rig, base, flipped(base, bit))
    outcome.add(kind)
    if kind == "silently wrong":
        at = bit // 8
        rig.find("bit %d of byte %d (%s page %d, offset %d): %s" % (
            bit % 8, at, base.page_kind(at), at // PAGE, at % PAGE, detail))


def choose_bits(rng, base, n):
    """A third anywhere, a third in the heads of pages, a third in pages that are not overflow."""
    pages = len(base.bytes) // PAGE
    tree = [p for p in range(pages) if base.page_kind(p * PAGE) in ("leaf", "branch", "meta")]
    for i in range(n):
        if i % 3 == 0:
            yield rng.randrange(8 * len(base.bytes))
        elif i % 3 == 1:
            yield 8 * PAGE * rng.randrange(pages) + rng.randrange(8 * HEAD)
        else:
            yield 8 * PAGE * rng.choice(tree) + rng.randrange(8 * PAGE)


def root_bits(base):
    """Every bit in use in the root of LMDB's main tree, which holds the records of our databases:
    their flags, depths, counts and roots."""
    newer = max((0, 1), key=lambda p: struct.unpack_from("<Q", base.bytes, PAGE * p + TXN_ID_AT))
    root, = struct.unpack_from("<Q", base.bytes, PAGE * newer + MAIN_ROOT_AT)
    lower, upper = struct.unpack_from("<HH", base.bytes, PAGE * root + 12)
    used = list(range(lower)) + list(range(upper, PAGE))
    return [8 * (PAGE * root + at) + bit for at in used for bit in range(8)]


def truncations(rig, base, n):
    """Every cut must be refused at start, by an error and not by a signal."""
    for i in range(n):
        percent = 25 + i * 74 // max(1, n - 1)
        data = base.bytes[:len(base.bytes) * percent // 100]
        kind, detail = one(rig, base, data)
        if kind != "refused start":
            rig.find("cut to %d %%: %s, %s" % (percent, kind, detail))


def last_commits(rig, base, outcome, bits):
    """The low bits of both transaction ids, after each of four commits: the ids take every value
    modulo four, and LMDB would take the older tree for the newer after some of these flips."""
    for i in range(4):
        base.go_on([base.small_commit(10 + i)])
        for page in (0, 1):
            for bit in range(bits):
                flip(rig, base, 8 * (PAGE * page + TXN_ID_AT) + bit, outcome)


def run(rig, rounds):
    rng = rig.random("bits")
    base = Base(rig)
    anywhere, meta, root = Outcome(), Outcome(), Outcome()
    flips = 3 * rounds if rounds < 100 else 5 * rounds
    cuts = 5 if rounds < 100 else 75
    try:
        kind, detail = one(rig, base, base.bytes)
        if kind != "no effect":
            raise RuntimeError("an undamaged copy: %s, %s" % (kind, detail))
        for bit in choose_bits(rng, base, flips):
            flip(rig, base, bit, anywhere)
        # Both meta pages: every bit in the long run.
        bits = [8 * PAGE * page + b for page in (0, 1) for b in range(META_BITS)]
        for bit in bits if rounds >= 100 else rng.sample(bits, rounds):
            flip(rig, base, bit, meta)
        bits = root_bits(base)
        for bit in bits if rounds >= 100 else rng.sample(bits, rounds):
            flip(rig, base, bit, root)
        truncations(rig, base, cuts)
        last_commits(rig, base, meta, 4 if rounds >= 100 else 2)
    finally:
        shutil.rmtree(base.folder, ignore_errors=True)
    return {"bytes of the data file": len(base.bytes), "flips": flips,
            "outcomes": anywhere.counts, "flips in the meta pages": sum(meta.counts.values()),
            "outcomes there": meta.counts, "flips in the root of the main tree": sum(root.counts.values()),
            "outcomes in the root": root.counts, "truncations": cuts}
