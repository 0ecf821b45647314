"""kill -9: at random moments and at every write and sync of the data file."""
import threading
import time

import lode
from rig import (IO_COUNT, IO_KILL_AFTER, IO_KILL_BEFORE, IO_KILL_HALF, Model, ask_all,
                 compare_answers, course, differences, ndjson, perform, play)
import json
import rig as shared

START_LIMIT = 1.0  # CPU seconds from exec to the first answer; the clock's are the machine's affair, and a figure
# Small batches, so that one request is many commits.
SETTINGS = ("ingest_batch=8K",)


class Reference:
    """The same course without an accident."""

    def __init__(self, rig, steps):
        model = Model()
        d = rig.start(settings=SETTINGS)
        try:
            if d.control:
                d.control.arm_io(IO_COUNT)
            began = time.monotonic()
            play(d, steps, model)
            self.seconds = time.monotonic() - began
            self.io_calls = d.control["io_calls"] if d.control else 0
            self.text = dict(model.text)
            with d.link() as link:
                self.answers = ask_all(link, model.patients(), 8)
        finally:
            d.close()


def start_again(rig, d, label):
    """Start-up time and the daemon.  The faults are off."""
    if d.control:
        d.control.disarm()
    began = time.monotonic()
    d.start()
    took, cpu = time.monotonic() - began, lode.cpu_seconds(d.pid)
    if cpu > START_LIMIT * (10 if rig.sanitized else 1):
        rig.find("%s: start-up took %.2f s of CPU, %.2f s in all" % (label, cpu, took))
    return took


def after_kill(rig, d, steps, model, reference, label):
    """Everything that must hold after the daemon went.  Returns the start-up time."""
    status, said = rig.check(d.folder)
    if status != 0:
        rig.find("%s: --check says: %s" % (label, said[-300:]))
    took = start_again(rig, d, label)
    with d.link() as link:
        for wrong in differences(link, model):
            rig.find("%s: %s" % (label, wrong))
        for step in steps:  # the whole again: harmless, and ends where the reference ended
            if not perform(link, step):
                rig.find("%s: %s refused after restart" % (label, step[0]))
            model.acknowledge(step)
        model.settle()
        if model.text != reference.text:
            raise RuntimeError("the model itself disagrees")
        for wrong in differences(link, model):
            rig.find("%s, after ingesting again: %s" % (label, wrong))
        for wrong in compare_answers(reference.answers, ask_all(link, model.patients(), 8)):
            rig.find("%s, after ingesting again: %s" % (label, wrong))
    if d.stop() != 0:
        rig.find("%s: exit status %d" % (label, d.process.returncode))
    status, said = rig.check(d.folder)
    if status != 0:
        rig.find("%s: --check at the end says: %s" % (label, said[-300:]))
    return took


def one_kill(rig, steps, reference, label, arm):
    """arm(daemon) sets the trap; returns (start-up seconds, steps acknowledged)."""
    model = Model()
    d = rig.start(settings=SETTINGS)
    try:
        arm(d)
        acknowledged = play(d, steps, model)
        d.kill()  # in case the trap lay behind the last step
        return after_kill(rig, d, steps, model, reference, label), acknowledged
    finally:
        d.close()


def at_a_call(mode, n):
    return lambda d: d.control.arm_io(mode, n)


def after_seconds(seconds):
    def arm(d):
        timer = threading.Timer(seconds, d.process.kill)
        timer.daemon = True
        timer.start()
    return arm


def stream_kill(rig, notes, n, label):
    """One request, many parcels under way: what a progress line said must be there, and what is there
    is a prefix of the body."""
    model = Model()
    d = rig.start(settings=SETTINGS)
    try:
        d.control.arm_io(IO_KILL_BEFORE + n % 3, n)
        through = 0
        model.in_flight(("ingest", notes))
        try:
            with d.link() as link:
                link.connection.request("POST", "/v1/notes?progress=1", body=ndjson(notes),
                                        headers={"Content-Type": "application/x-ndjson"})
                answer = link.connection.getresponse()
                for line in answer:
                    row = json.loads(line)
                    if "progress" in row:
                        through = row["progress"]["committed_through"]
        except (shared.GONE + (ValueError,)):
            pass
        d.kill()
        model.acknowledge(("ingest", notes[:through]))
        for note in notes[:through]:
            model.maybe.pop(shared.identity(note), None)
        for note in notes[through:]:  # not told: there, or not
            model.maybe[shared.identity(note)] = [None, note["text"].encode()]
        status, said = rig.check(d.folder)
        if status != 0:
            rig.find("%s: --check says: %s" % (label, said[-300:]))
        start_again(rig, d, label)
        with d.link() as link:
            for wrong in differences(link, model):
                rig.find("%s: %s" % (label, wrong))
            kept = [shared.is_stored(link, note) for note in notes]
        if kept != sorted(kept, reverse=True):
            rig.find("%s: what is stored is no prefix of the body: %s" % (label, kept))
        return through
    finally:
        d.close()


def spread(total, n):
    """n numbers over 1..total, all of them when n is enough."""
    if n >= total:
        return list(range(1, total + 1))
    return sorted({1 + i * (total - 1) // max(1, n - 1) for i in range(n)})


def run(rig, rounds):
    """rounds kills at random moments, as many at calls; a quarter of that within one stream."""
    rng = rig.random("kills")
    steps = course(rng)
    reference = Reference(rig, steps)
    slowest, boundaries, told = 0.0, 0, 0
    for i in range(rounds):
        seconds = rng.uniform(0, reference.seconds)
        took, _ = one_kill(rig, steps, reference, "kill after %.4f s" % seconds,
                           after_seconds(seconds))
        slowest = max(slowest, took)
    if not rig.sanitized:
        for n in spread(reference.io_calls, rounds):
            for mode in (IO_KILL_BEFORE, IO_KILL_HALF, IO_KILL_AFTER)[:3 if rounds > 100 else 1]:
                mode = mode if rounds > 100 else IO_KILL_BEFORE + n % 3
                took, _ = one_kill(rig, steps, reference, "kill mode %d at call %d" % (mode, n),
                                   at_a_call(mode, n))
                slowest = max(slowest, took)
                boundaries += 1
        notes = shared.fixture_notes()[:60]
        for n in spread(70, max(4, rounds // 4)):
            told += stream_kill(rig, notes, n, "stream killed at call %d" % n)
        if told == 0:
            rig.find("no stream was told of any progress: that part is blind")
    return {"kills at random moments": rounds, "kills at a write or sync": boundaries,
            "writes and syncs of the course": reference.io_calls,
            "slowest start-up, s": round(slowest, 3)}
