"""Writes that fail: ENOSPC, short writes and failing syncs at every k-th call.

What must hold: the request says 507 (or another clean error), reads go on meanwhile, the daemon takes
notes again without a restart as soon as writes succeed, and nothing acknowledged is lost."""
import json

from lode import segment
from rig import (GONE, IO_COUNT, IO_NO_SPACE, IO_SHORT, IO_SYNC_EIO, WHEN_EVERY_NTH,
                 WHEN_FROM_NTH, WHEN_NTH, Model, ask_all, compare_answers, course, differences,
                 ndjson, play)
from kills import SETTINGS, spread

NAMES = {IO_NO_SPACE: "ENOSPC", IO_SHORT: "short write", IO_SYNC_EIO: "failing sync"}
CLEAN = (500, 503, 507)


class Course:
    """Steps, of which the first part is stored before the disk begins to fail."""

    def __init__(self, rig):
        self.steps = course(rig.random("disk"), n_patients=2, per_batch=5)
        self.before = len(self.steps) // 2
        model = Model()
        d = rig.start(settings=SETTINGS)
        try:
            play(d, self.steps[:self.before], model)
            with d.link() as link:
                self.answers = ask_all(link, model.patients(), 3)
            d.control.arm_io(IO_COUNT)
            play(d, self.steps[self.before:], model)
            self.calls = d.control["io_calls"]
            with d.link() as link:
                self.last_answers = ask_all(link, model.patients(), 3)
        finally:
            d.close()


def refused(link, step, statuses):
    """Performs a step that may fail: (True when acknowledged).  Notes the status."""
    kind, what = step
    if kind == "delete":
        status = link.call("DELETE", "/v1/patients/%s/notes/%s" % tuple(map(segment, what)))[0]
        done = status in (200, 204, 404)
    else:
        status, _, body = link.ingest(ndjson(what))
        done = False
        if status == 200:
            last = json.loads(body.splitlines()[-1])
            done = "summary" in last
            status = 200 if done else last.get("status", 0)
    if not done:
        statuses[status] = statuses.get(status, 0) + 1
    return done


def one(rig, c, mode, n, when, spare_meta, statuses):
    """Returns True when the daemon came back without a restart."""
    label = "%s, n=%d when=%d%s" % (NAMES[mode], n, when, "" if spare_meta else ", meta too")
    model = Model()
    d = rig.start(settings=SETTINGS)
    try:
        play(d, c.steps[:c.before], model)
        d.control.arm_io(mode, n, when, spare_meta)
        with d.link() as link:
            gave_up = failing(rig, c, d, link, model, spare_meta, statuses, label)
            d.control.disarm()
            recovered = not gave_up and recovers(rig, c, link, model, spare_meta, label)
        if not recovered and not spare_meta:
            restarted(rig, c, d, model, label)
    except GONE as e:
        rig.find("%s: the daemon went away: %r %s" % (label, e, d.log_tail(2)))
        return False
    finally:
        d.stop()
        status, said = rig.check(d.folder)
        if status != 0:
            rig.find("%s: --check says: %s" % (label, said[-300:]))
        d.close()
    return recovered


def restarted(rig, c, d, model, label):
    """A restart must heal what the running daemon could not."""
    d.stop()
    d.start()
    with d.link() as link:
        for wrong in differences(link, model):
            rig.find("%s, restarted: %s" % (label, wrong))
        if not recovers(rig, c, link, model, True, label + ", restarted"):
            rig.find("%s: not even a restart helps" % label)


def failing(rig, c, d, link, model, spare_meta, statuses, label):
    """The second half of the course while the disk fails.  True: the daemon gave up, and says so."""
    failures, gave_up = {}, False
    for step in c.steps[c.before:]:
        if refused(link, step, failures):
            model.acknowledge(step)
            for who in model.effect(step):
                model.maybe.pop(who, None)
        elif d.control["io_failed"] == 0:
            rig.find("%s: a step was refused without a fault" % label)
        else:
            model.in_flight(step)
        wrong = differences(link, model)
        gave_up = not spare_meta and bool(wrong) and all("status 500" in w for w in wrong)
        if wrong and not gave_up:
            rig.find("%s, while it fails: %s" % (label, wrong[0]))
        if wrong:
            break
    for status, times in failures.items():
        statuses[status] = statuses.get(status, 0) + times
        if status not in CLEAN:
            rig.find("%s: status %d is no clean error" % (label, status))
    return gave_up


def recovers(rig, c, link, model, spare_meta, label):
    """All steps again on the same connection; the answers must be those of a whole disk."""
    seen = {}
    for step in c.steps:
        if not refused(link, step, seen):
            if spare_meta:
                rig.find("%s: still refused (%s) after the disk came back" % (label, seen))
            return False
        model.acknowledge(step)
    model.settle()
    for wrong in differences(link, model) + compare_answers(
            c.last_answers, ask_all(link, model.patients(), 3)):
        rig.find("%s, disk back: %s" % (label, wrong))
    return True


def run(rig, rounds):
    c = Course(rig)
    statuses, tried, back = {}, 0, 0
    numbers = spread(c.calls, max(4, rounds // 3))
    for mode in (IO_NO_SPACE, IO_SHORT, IO_SYNC_EIO):
        for n in numbers:
            for when in (WHEN_NTH, WHEN_EVERY_NTH, WHEN_FROM_NTH):
                if when != WHEN_NTH and n > max(3, rounds // 10):
                    continue
                back += one(rig, c, mode, n, when, True, statuses)
                tried += 1
    # LMDB gives up for good when the write of a meta page fails: see docs/trust.md.
    meta_tried = meta_back = 0
    for n in range(1, max(6, rounds // 4)):
        meta_back += one(rig, c, IO_NO_SPACE, n, WHEN_NTH, False, statuses)
        meta_tried += 1
    if sum(statuses.values()) == 0:
        rig.find("no write failed: this part is blind")
    return {"failing disks": tried, "recovered without restart": back,
            "statuses of refused requests": {str(k): v for k, v in sorted(statuses.items())},
            "any write, meta too": meta_tried, "recovered then": meta_back}
