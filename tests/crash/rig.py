"""What the crash tests share: a daemon whose world can fail, a course of operations, and the model
of what must be there afterwards.  Standard library only."""
import copy
import http.client
import json
import mmap
import os
import random
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests"))

import lode  # noqa: E402  (after the path is set)

CONTROL_BYTES = 4096
FIELDS = ("io_mode", "io_when", "io_n", "io_spare_meta", "io_calls", "io_failed", "alloc_mode",
          "alloc_n", "alloc_calls", "alloc_failed", "no_sync", "record_bytes")
(IO_OFF, IO_COUNT, IO_KILL_BEFORE, IO_KILL_HALF, IO_KILL_AFTER, IO_NO_SPACE, IO_SHORT,
 IO_SYNC_EIO) = range(8)
WHEN_NTH, WHEN_EVERY_NTH, WHEN_FROM_NTH = range(3)
ALLOC_OFF, ALLOC_COUNT, ALLOC_FAIL_NTH, ALLOC_FAIL_FROM_NTH = range(4)

GONE = (OSError, EOFError, http.client.HTTPException)  # the other side closed or died


class Control:
    """The words that steer fault.c; order as in its struct control."""

    def __init__(self, path):
        with open(path, "wb") as f:
            f.write(bytes(CONTROL_BYTES))
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), CONTROL_BYTES)

    def __getitem__(self, name):
        return struct.unpack_from("=Q", self.map, 8 * FIELDS.index(name))[0]

    def __setitem__(self, name, value):
        struct.pack_into("=Q", self.map, 8 * FIELDS.index(name), value)

    def arm_io(self, mode, n=0, when=WHEN_NTH, spare_meta=False):
        self["io_mode"] = IO_OFF
        self["io_calls"] = self["io_failed"] = 0
        self["io_n"], self["io_when"], self["io_spare_meta"] = n, when, int(spare_meta)
        self["io_mode"] = mode

    def arm_alloc(self, mode, n=0):
        self["alloc_mode"] = ALLOC_OFF
        self["alloc_calls"] = self["alloc_failed"] = 0
        self["alloc_n"] = n
        self["alloc_mode"] = mode

    def disarm(self):
        self["io_mode"] = self["alloc_mode"] = 0


class Rig:
    """Where the programs are, what is counted, and the findings."""

    def __init__(self, build, seed, sanitized=False):
        self.build = build
        self.daemon = os.path.join(build, "daemon", "lodestoned")
        self.fault = os.path.join(build, "tests", "crash", "libfault.so")
        self.sanitized = sanitized  # the preloaded library and a sanitizer's malloc do not mix
        self.seed = seed
        self.findings = []

    def random(self, what):
        return random.Random("%s/%s" % (self.seed, what))

    def find(self, what):
        self.findings.append(what)
        print("FINDING: " + what, flush=True)

    def start(self, folder=None, faults=True, record=None, settings=(), **more):
        """A running daemon; .control steers its faults."""
        folder = folder or tempfile.mkdtemp(prefix="lode-crash-", dir="/tmp")
        environment, control = {}, None
        if faults and not self.sanitized:
            path = os.path.join(folder, "control")
            control = Control(path)
            for name, value in more.items():
                control[name] = value
            environment = {"LD_PRELOAD": self.fault, "FAULT_CONTROL": path}
            if record:
                environment["FAULT_RECORD"] = record
        # The rules alone: these tests are about what is stored and found, and a sanitised network is slow.
        # tests/scenario/model_crash.t and model_refused.t are about the model.
        arguments = [part for pair in ("model=none", *settings) for part in ("--set", pair)]
        d = lode.Daemon(self.daemon, folder, arguments, environment)
        d.control = control
        d.owns_folder = True
        try:
            return d.start(timeout=60)
        except Exception:
            d.close()
            raise

    def check(self, folder):
        """lodestoned --check: (exit status, what it said)."""
        done = subprocess.run([self.daemon, "--data", os.path.join(folder, "data"), "--check"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace").strip()


# ---- what is done to a chart ----

def fixture_notes():
    folder = os.path.join(ROOT, "fixtures", "charts")
    return [note for name in sorted(os.listdir(folder))
            for note in lode.read_ndjson(os.path.join(folder, name))]


def ndjson(notes):
    return b"".join(json.dumps(n, ensure_ascii=False).encode() + b"\n" for n in notes)


def identity(note):
    return note["patient"], note["note_id"]


def course(rng, n_patients=4, per_batch=6):
    """Operations over some fixture charts: ("ingest", notes) or ("delete", identity).  Notes come in
    small batches, are replaced, deleted and put back, so that commits touch old pages too."""
    notes = fixture_notes()
    patients = sorted({n["patient"] for n in notes})
    chosen = set(rng.sample(patients, n_patients))
    notes = [n for n in notes if n["patient"] in chosen]
    rng.shuffle(notes)
    steps, live = [], []
    while notes:
        batch, notes = notes[:per_batch], notes[per_batch:]
        batch = [copy.deepcopy(n) for n in batch]
        if live and rng.random() < 0.4:
            again = copy.deepcopy(rng.choice(live))
            again["text"] += "\nAddendum %d: seen again, unchanged.\n" % len(steps)
            if identity(again) not in map(identity, batch):
                live = [n for n in live if identity(n) != identity(again)]
                batch.append(again)
        steps.append(("ingest", batch))
        live += batch
        if rng.random() < 0.25 and len(live) > 10:
            gone = live.pop(rng.randrange(len(live)))
            steps.append(("delete", identity(gone)))
    return steps


class Model:
    """What the acknowledged operations left, and what the one in flight may have changed."""

    def __init__(self):
        self.text = {}   # identity -> bytes
        self.maybe = {}  # identity -> texts (None: gone) that would do as well

    def effect(self, step):
        kind, what = step
        if kind == "delete":
            return {what: None}
        return {identity(n): n["text"].encode() for n in what}

    def acknowledge(self, step):
        for who, text in self.effect(step).items():
            if text is None:
                self.text.pop(who, None)
            else:
                self.text[who] = text

    def in_flight(self, step):
        for who, text in self.effect(step).items():
            self.maybe.setdefault(who, []).append(text)

    def settle(self):
        self.maybe = {}

    def allows(self, who, text):
        return text == self.text.get(who) or text in self.maybe.get(who, ())

    def patients(self):
        return sorted({p for p, _ in list(self.text) + list(self.maybe)})


def perform(link, step):
    """Raises when the other side goes.  True: acknowledged; False: refused with an error status."""
    kind, what = step
    if kind == "delete":
        url = "/v1/patients/%s/notes/%s" % tuple(map(lode.segment, what))
        return link.call("DELETE", url)[0] in (200, 204, 404)
    status, _, body = link.ingest(ndjson(what))
    if status != 200:
        return False
    summary = json.loads(body.splitlines()[-1]).get("summary")
    return bool(summary) and summary["accepted"] == len(what) and summary["rejected"] == 0


def play(daemon, steps, model):
    """Performs until the end or until the daemon goes.  The number of acknowledged steps."""
    with daemon.link() as link:
        for i, step in enumerate(steps):
            try:
                done = perform(link, step)
            except GONE:
                model.in_flight(step)
                return i
            if not done:
                raise RuntimeError("step %d was refused: %s" % (i, daemon.log_tail(3)))
            model.acknowledge(step)
    return len(steps)


def is_stored(link, note):
    url = "/v1/patients/%s/notes/%s" % tuple(map(lode.segment, identity(note)))
    return link.get(url, "text/plain")[0] == 200


def differences(link, model):
    """Compares every note of every patient of the model with what the daemon has."""
    wrong = []
    for patient in model.patients():
        url = "/v1/patients/%s/notes" % lode.segment(patient)
        status, _, body = link.get(url)
        if status not in (200, 404):
            wrong.append("list of %s: status %d" % (patient, status))
            continue
        rows = [json.loads(line) for line in body.splitlines()] if status == 200 else []
        have = {row["note"] for row in rows}
        for row in rows:
            who = (patient, row["note"])
            try:
                text = link.note_text(*who)
            except RuntimeError as e:
                wrong.append("%s/%s: %s" % (who[0], who[1], e))
                continue
            if not model.allows(who, text):
                wrong.append("%s/%s: %d bytes that were not given" % (who[0], who[1], len(text)))
        for who in {w for w in model.text if w[0] == patient}:
            if who[1] not in have and not model.allows(who, None):
                wrong.append("%s/%s: lost" % who)
    return wrong


# ---- answers ----

def questions():
    path = os.path.join(ROOT, "fixtures", "questions", "questions.ndjson")
    rows = []
    for q in lode.read_ndjson(path):
        body = dict(q.get("ask", {}))
        key = "question" if "question" in q else "condition"
        body[key] = q[key]
        rows.append((q["patient"], body))
    return rows


SEARCHES = ("pain", "\"chest pain\"", "patient history", "denies", "\"family history\"", "mg daily")


def plain(answer):
    """An answer without what may differ between two runs."""
    return {k: v for k, v in answer.items() if k not in ("elapsed_us", "index_revision", "id")}


def ask_all(link, patients, per_patient=None):
    """{what was asked: (status, plain answer)} for asks and searches about these patients."""
    answers, taken = {}, {}
    for patient, body in questions():
        taken[patient] = taken.get(patient, 0) + 1
        if patient not in patients or (per_patient and taken[patient] > per_patient):
            continue
        status, answer = link.ask(patient, body)
        answers["ask", patient, json.dumps(body, sort_keys=True)] = status, plain(answer or {})
    for patient in patients:
        for query in SEARCHES[:per_patient]:
            url = "/v1/patients/%s/search" % lode.segment(patient)
            status, _, raw = link.post_json(url, {"query": query, "any": True})
            answers["search", patient, query] = status, plain(json.loads(raw))
    return answers


def compare_answers(want, have):
    return ["%s differs" % (key,) for key in want if have.get(key) != want[key]]
