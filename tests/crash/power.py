"""Power cuts: the writes and syncs of a run are recorded in their order; at random places the file
is rebuilt from what was synced by then and a random half of the rest, and a daemon started on it.

With syncs turned into nothing the same harness must see losses, or it is blind."""
import copy
import os
import shutil
import struct
import tempfile

from kills import SETTINGS
from rig import GONE, Model, course, differences, play

SECTOR = 512
WRITE, SYNC, SYNCED_WRITE, TRUNCATE = 1, 2, 3, 4
CONTROL_LEAST = 0.5  # share of the control's cuts that must show a loss


class Recording:
    """events: (kind, offset, data or length).  states: (events by then, model, step under way)."""

    def __init__(self, rig, no_sync, label):
        self.events, self.states = [], []
        folder = tempfile.mkdtemp(prefix="lode-crash-", dir="/tmp")
        record = os.path.join(folder, "record")
        steps = course(rig.random(label), n_patients=3, per_batch=4)
        d = rig.start(folder=folder, record=record, settings=SETTINGS, no_sync=int(no_sync))
        try:
            model = Model()
            marks = [(d.control["record_bytes"], copy.deepcopy(model))]
            for step in steps:
                if play(d, [step], model) != 1:
                    raise RuntimeError("the daemon went away while it was recorded")
                marks.append((d.control["record_bytes"], copy.deepcopy(model)))
            with open(record, "rb") as f:
                ends = self.parse(f.read())
        finally:
            d.close()
        for i, (position, state) in enumerate(marks):
            if i < len(steps):
                state.in_flight(steps[i])
            self.states.append((sum(end <= position for end in ends), state))

    def parse(self, raw):
        """Where each event ends in the record."""
        at, ends = 0, []
        while at < len(raw):
            kind, offset, n = struct.unpack_from("=QQQ", raw, at)
            at += 24
            data = raw[at:at + n] if kind in (WRITE, SYNCED_WRITE) else b""
            at += len(data)
            self.events.append((kind, offset, data))
            ends.append(at)
        return ends

    def first_cut(self):
        return self.states[0][0]

    def state_at(self, cut):
        """The model of the last acknowledgement before this many events."""
        return [state for n, state in self.states if n <= cut][-1]


def put(image, offset, data):
    if len(image) < offset + len(data):
        image.extend(bytes(offset + len(data) - len(image)))
    image[offset:offset + len(data)] = data


class Disk:
    """Replays events; knows what is durable and what is not yet."""

    def __init__(self):
        self.durable, self.pending = bytearray(), []

    def take(self, event):
        kind, offset, data = event
        if kind == WRITE:
            self.pending.append((offset, data))
        elif kind == SYNCED_WRITE:
            put(self.durable, offset, data)
        elif kind == SYNC:
            for write in self.pending:
                put(self.durable, *write)
            self.pending = []
        elif offset < len(self.durable):
            del self.durable[offset:]

    def after_cut(self, rng, under_way):
        """The file as it may be found: by sectors, or by whole writes."""
        image = bytearray(self.durable)
        pending = list(self.pending)
        if under_way and under_way[0] in (WRITE, SYNCED_WRITE):
            pending.append(under_way[1:])
        whole = rng.random() < 0.25
        for offset, data in pending:
            if whole:
                if rng.random() < 0.5:
                    put(image, offset, data)
                continue
            at = 0
            while at < len(data):
                end = min(len(data), at + SECTOR - (offset + at) % SECTOR)
                if rng.random() < 0.5:
                    put(image, offset + at, data[at:end])
                at = end
        return bytes(image)


def lost(rig, image, model):
    """What is wrong with the index that was found after the cut; empty: nothing."""
    folder = tempfile.mkdtemp(prefix="lode-crash-", dir="/tmp")
    try:
        os.makedirs(os.path.join(folder, "data", "index"), 0o700)
        os.chmod(os.path.join(folder, "data"), 0o700)
        with open(os.path.join(folder, "data", "index", "data.mdb"), "wb") as f:
            f.write(image)
        os.chmod(os.path.join(folder, "data", "index", "data.mdb"), 0o600)
        try:
            d = rig.start(folder=folder, faults=False)
        except RuntimeError as e:
            return ["no start: " + str(e).splitlines()[-1]]
        try:
            with d.link(20) as link:
                wrong = differences(link, model)
        except GONE:
            wrong = ["the process ended"]
        finally:
            d.stop()
        if not wrong:
            status, said = rig.check(folder)
            wrong = [] if status == 0 else ["--check says: " + said[-200:]]
        return wrong
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def cut_power(rig, recording, n, rng):
    """[(cut, first loss)] of n random cuts that lost something."""
    losses, disk, done = [], Disk(), 0
    cuts = sorted(rng.randrange(recording.first_cut(), len(recording.events)) for _ in range(n))
    for cut in cuts:
        while done < cut:
            disk.take(recording.events[done])
            done += 1
        # The next event may have been under way.
        under_way = recording.events[cut] if rng.random() < 0.5 else None
        wrong = lost(rig, disk.after_cut(rng, under_way), recording.state_at(cut))
        if wrong:
            losses.append((cut, wrong[0]))
    return losses


def run(rig, rounds):
    rng = rig.random("cuts")
    cuts = 5 * rounds
    control_cuts = max(20, cuts // 10)
    recording = Recording(rig, False, "power")
    losses = cut_power(rig, recording, cuts, rng)
    for cut, what in losses:
        rig.find("power cut after %d of %d events: %s" % (cut, len(recording.events), what))
    blind = Recording(rig, True, "power")
    seen = len(cut_power(rig, blind, control_cuts, rng))
    if seen < CONTROL_LEAST * control_cuts:
        rig.find("without syncs only %d of %d cuts lost anything: this harness is blind" % (
            seen, control_cuts))
    return {"cuts": cuts, "with losses": len(losses), "events": len(recording.events),
            "control (no syncs), cuts": control_cuts, "control, with losses": seen}
