"""Allocations that fail: the n-th malloc, calloc or realloc of a request, and all from the n-th on.

What must hold: the daemon stays up, says the same as without the fault or 5xx or closes the
connection, and answers the next request as ever."""
import json
import socket
import threading

from lode import segment
from rig import (ALLOC_COUNT, ALLOC_FAIL_FROM_NTH, ALLOC_FAIL_NTH, GONE, fixture_notes, ndjson,
                 plain)
from kills import spread

PATIENT = "p07"
TIMEOUT = 15  # seconds; an answer that takes longer hangs
DROUGHT = 0.3  # seconds that "from the n-th on" lasts; a connection may wait for its end


def requests(notes):
    """name -> (method, url, body, headers).  The writing ones are last and change nothing twice."""
    chart = "/v1/patients/" + PATIENT
    note = segment(next(n["note_id"] for n in notes if n["patient"] == PATIENT))
    js, nd = {"Content-Type": "application/json"}, {"Content-Type": "application/x-ndjson"}

    def ask(**body):
        return "POST", chart + "/ask", json.dumps(body).encode(), js

    def search(query):
        return "POST", chart + "/search", json.dumps({"query": query, "any": True}).encode(), js

    fresh = [dict(notes[0], note_id="fresh%d" % i, text="Gout %d. " % i * 40) for i in range(3)]
    return {
        "healthz": ("GET", "/healthz", None, {}),
        "stats": ("GET", "/v1/stats", None, {}),
        "patients": ("GET", "/v1/patients", None, {}),
        "patient": ("GET", chart, None, {}),
        "notes": ("GET", chart + "/notes", None, {}),
        "note": ("GET", chart + "/notes/" + note, None, {}),
        "unknown patient": ("GET", "/v1/patients/nobody", None, {}),
        "ask, present": ask(condition="malignant hyperthermia"),
        "ask, not mentioned": ask(condition="zebra stripe disease"),
        "ask, list": ask(questions=["appendicitis?", "history of asthma?"]),
        "search": search("pain"),
        "search, phrase": search("\"malignant hyperthermia\""),
        "ingest, again": ("POST", "/v1/notes", ndjson(notes[:3]), nd),
        "ingest, chunked": ("POST", "/v1/notes", [ndjson(notes[:2]), ndjson(notes[2:4])], nd),
        "check": ("POST", "/v1/admin/check", None, {}),
        "compact": ("POST", "/v1/admin/compact", b"{}", js),
        "compact, purge": ("POST", "/v1/admin/compact", b'{"purge":true}', js),
        "ingest, new": ("POST", "/v1/notes", ndjson(fresh), nd),
    }


def strip(body):
    """A body without times and counters; bytes when it is no JSON."""
    try:
        rows = [json.loads(line) for line in body.splitlines()]
    except ValueError:
        return body
    for i, row in enumerate(rows):
        rows[i] = plain(row) if isinstance(row, dict) else row
        if isinstance(row, dict) and "summary" in row:
            rows[i] = {k: row["summary"].get(k) for k in ("lines", "accepted", "rejected")}
        if isinstance(row, dict) and "daemon" in row:
            rows[i] = {k: row["index"][k] for k in ("patients",)}
    return rows


def call(d, what):
    """(status, plain body) on a connection of its own, or None when it was closed."""
    method, url, body, headers = what
    try:
        with d.link(TIMEOUT) as link:
            status, _, raw = link.call(method, url, iter(body) if isinstance(body, list) else body,
                                       headers)
            return status, strip(raw)
    except socket.timeout:
        return "timeout", None
    except GONE:
        return None


def same_as_before(name, want, got):
    if name == "ingest, new":  # rejected lines are told; what is said to be stored is stored
        return got[0] == 200 and got[1] == want[1]
    return got == want


def judge(name, label, want, got):
    """None when all is well, otherwise what is not."""
    if got is None:
        return None
    if got[0] == "timeout":
        return "%s: hangs" % label
    if same_as_before(name, want, got):
        return None
    if isinstance(got[0], int) and got[0] >= 500:
        return None
    # The status of an error is what counts; its JSON may be cut off when there is no memory for it.
    if got[0] == want[0] >= 400 and (not got[1] or isinstance(got[1], bytes)):
        return None
    return "%s: answers %s %s" % (label, got[0], str(got[1])[:200])


class Sweep:
    def __init__(self, rig):
        self.rig = rig
        self.notes = fixture_notes()
        self.what = requests(self.notes)
        self.outcomes = {"same": 0, "5xx": 0, "closed": 0, "other": 0}
        self.daemon = None
        self.deaths = 0

    def fresh_daemon(self):
        if self.daemon:
            self.daemon.close()
        self.daemon = self.rig.start()
        with self.daemon.link() as link:
            link.ingest(ndjson(self.notes))
        for what in self.what.values():  # warm, and the new notes are there
            call(self.daemon, what)
        self.want = {name: call(self.daemon, what) for name, what in self.what.items()}

    def calls_of(self, name):
        """Allocations of a request; the most of three, since what is kept varies."""
        most = 0
        for _ in range(3):
            self.daemon.control.arm_alloc(ALLOC_COUNT)
            call(self.daemon, self.what[name])
            most = max(most, self.daemon.control["alloc_calls"])
            self.daemon.control.disarm()
        return most

    def one(self, name, mode, n):
        label = "%s, allocation %d%s fails" % (name, n, "" if mode == ALLOC_FAIL_NTH else " and on")
        d = self.daemon
        if name == "ingest, new":  # make them new again
            for i in range(3):
                call(d, ("DELETE", "/v1/patients/%s/notes/fresh%d" % (
                    self.notes[0]["patient"], i), None, {}))
        d.control.arm_alloc(mode, n)
        rain = threading.Timer(DROUGHT, d.control.disarm)
        if mode == ALLOC_FAIL_FROM_NTH:
            rain.start()
        got = call(d, self.what[name])
        rain.cancel()
        d.control.disarm()
        self.count(name, got)
        wrong = judge(name, label, self.want[name], got)
        if wrong:
            self.rig.find(wrong)
        self.next_request(name, label)

    def count(self, name, got):
        kind = "other"
        if got is None:
            kind = "closed"
        elif same_as_before(name, self.want[name], got):
            kind = "same"
        elif isinstance(got[0], int) and got[0] >= 500:
            kind = "5xx"
        self.outcomes[kind] += 1

    def next_request(self, name, label):
        d = self.daemon
        after = call(d, self.what[name]) if d.process.poll() is None else None
        if d.process.poll() is not None:
            self.deaths += 1
            self.rig.find("%s: the daemon ended with %d; last: %s" % (
                label, d.process.returncode, d.log_tail(1)))
            self.fresh_daemon()
        elif after is None or after != self.want[name]:
            self.rig.find("%s: the next request answers %s" % (label, str(after)[:200]))
            self.fresh_daemon()


def run(rig, rounds):
    s = Sweep(rig)
    s.fresh_daemon()
    figures, tried = {}, 0
    try:
        for name in s.what:
            total = s.calls_of(name)
            figures[name] = total
            for n in spread(total, rounds if rounds < 100 else 5 * rounds):
                s.one(name, ALLOC_FAIL_NTH, n)
                tried += 1
            for n in spread(total, rounds // 2 if rounds < 100 else 2 * rounds):
                s.one(name, ALLOC_FAIL_FROM_NTH, n)
                tried += 1
        with s.daemon.link() as link:
            link.ingest(ndjson(s.notes))
        s.daemon.stop()
        status, said = rig.check(s.daemon.folder)
        if status != 0:
            rig.find("after failing allocations --check says: %s" % said[-300:])
    finally:
        s.daemon.close()
    if s.outcomes["5xx"] + s.outcomes["closed"] == 0:
        rig.find("no failing allocation was felt: this part is blind")
    return {"failing allocations": tried, "deaths": s.deaths, "outcomes": s.outcomes,
            "allocations per request": figures}
