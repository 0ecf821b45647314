"""kill -9 at every write and sync of a compaction, and at random moments of it: the index is sound, all
answers are as before, and the next compaction comes to its end."""
import json
import os
import shutil
import tempfile
import threading
import time

from kills import spread, start_again
from rig import (GONE, IO_COUNT, IO_KILL_AFTER, IO_KILL_BEFORE, IO_KILL_HALF, Model, ask_all,
                 compare_answers, course, differences, play)

SETTINGS = ("ingest_batch=8K", "upkeep=no")


class Base:
    """A stopped data folder of many small segments and some deleted notes, and what it answers."""

    def __init__(self, rig):
        self.folder = tempfile.mkdtemp(prefix="lode-compact-", dir="/tmp")
        self.model = Model()
        d = rig.start(folder=self.folder, settings=SETTINGS)
        d.owns_folder = False
        try:
            play(d, course(rig.random("compact"), per_batch=3), self.model)
            with d.link() as link:
                self.answers = ask_all(link, self.model.patients(), 6)
        finally:
            d.close()

    def start(self, rig):
        folder = tempfile.mkdtemp(prefix="lode-compact-", dir="/tmp")
        shutil.copytree(os.path.join(self.folder, "data"), os.path.join(folder, "data"))
        os.chmod(os.path.join(folder, "data"), 0o700)
        return rig.start(folder=folder, settings=SETTINGS)

    def look(self, rig, link, label):
        for wrong in differences(link, self.model):
            rig.find("%s: %s" % (label, wrong))
        for wrong in compare_answers(self.answers, ask_all(link, self.model.patients(), 6)):
            rig.find("%s: %s" % (label, wrong))


def compact(link, purge):
    """The summary, or None when the daemon went."""
    try:
        status, _, body = link.post_json("/v1/admin/compact", {"purge": purge})
    except GONE:
        return None
    if status != 200:
        raise RuntimeError("compact answered %d: %s" % (status, body[:200]))
    return json.loads(body.splitlines()[-1])["summary"]


def count_calls(rig, base, purge):
    """Writes and syncs of an undisturbed one, and its seconds."""
    d = base.start(rig)
    try:
        if d.control:
            d.control.arm_io(IO_COUNT)
        began = time.monotonic()
        with d.link() as link:
            summary = compact(link, purge)
            seconds = time.monotonic() - began
            base.look(rig, link, "compaction without an accident")
        if not summary["complete"] or summary["after"]["segments"] >= summary["before"]["segments"]:
            rig.find("a compaction that does nothing: %s" % summary)
        return (d.control["io_calls"] if d.control else 0), seconds
    finally:
        d.close()


def one_kill(rig, base, label, purge, arm):
    """Whether the daemon was killed before the compaction was over."""
    d = base.start(rig)
    try:
        arm(d)
        with d.link() as link:
            summary = compact(link, purge)
        d.kill()
        status, said = rig.check(d.folder)
        if status != 0:
            rig.find("%s: --check says: %s" % (label, said[-300:]))
        start_again(rig, d, label)
        with d.link() as link:
            base.look(rig, link, label)
            if not compact(link, not purge)["complete"]:
                rig.find("%s: the next compaction is not complete" % label)
            base.look(rig, link, label + ", compacted again")
        left = [n for n in os.listdir(d.data) if n not in ("index", "audit.ndjson")]
        if left:
            rig.find("%s: left over: %s" % (label, left))
        if d.stop() != 0:
            rig.find("%s: exit status %d" % (label, d.process.returncode))
        return summary is None
    finally:
        d.close()


def after_seconds(seconds):
    def arm(d):
        timer = threading.Timer(seconds, d.process.kill)
        timer.daemon = True
        timer.start()
    return arm


def run(rig, rounds):
    rng = rig.random("compact kills")
    base = Base(rig)
    killed, calls = 0, {}
    try:
        for purge in False, True:
            calls[purge], seconds = count_calls(rig, base, purge)
            for _ in range(rounds // 2):
                moment = rng.uniform(0, seconds)
                killed += one_kill(rig, base, "compaction killed after %.4f s" % moment, purge,
                                   after_seconds(moment))
            for n in [] if rig.sanitized else spread(calls[purge], rounds):
                mode = (IO_KILL_BEFORE, IO_KILL_HALF, IO_KILL_AFTER)[n % 3]
                label = "compaction killed, mode %d at call %d, purge %s" % (mode, n, purge)
                killed += one_kill(rig, base, label, purge, lambda d: d.control.arm_io(mode, n))
    finally:
        shutil.rmtree(base.folder, ignore_errors=True)
    if killed == 0:
        rig.find("no compaction was killed before its end: this part is blind")
    return {"compactions killed": killed, "writes and syncs of one": calls[False],
            "of one with purge": calls[True]}
