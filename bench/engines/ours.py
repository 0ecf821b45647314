"""lodestone: ingest through the daemon, questions at the level of the library."""
import json
import os
import re
import socket
import time

import measure
from measure import lode
from peers import PASSES, parse_queries

QUIET_SECONDS, QUICK_QUIET_SECONDS = 0.5, 0.1    # without CPU time that counts as idle
QUIET_SHARE = 0.04       # of one core
WAIT_SECONDS = 900
PATIENCE = 10
TICK = 0.01              # the kernel's clock of a process turns so slowly


def is_waiting(stats):
    """True while something of what was ingested waits to be moved to its final place, or is being moved."""
    return bool(stats["index"]["fresh_bundles"] or stats["index"]["pending_patients"]
                or stats["daemon"]["upkeep"]["running"])


def wait_idle(daemon, quiet):
    """Returns the daemon's CPU seconds when it has nothing left to do: background work counts.  Work that waits is
    waited for, but not for ever: PATIENCE times without CPU time, then it is not going to be done by itself."""
    limit, still = time.monotonic() + WAIT_SECONDS, 0
    last = lode.cpu_seconds(daemon.pid)
    while time.monotonic() < limit:
        time.sleep(quiet)
        now = lode.cpu_seconds(daemon.pid)
        still = still + 1 if now - last <= QUIET_SHARE * quiet else 0
        last = now
        with daemon.link() as link:
            stats = json.loads(link.get("/v1/stats")[2])
        if still >= (PATIENCE if is_waiting(stats) else 2):
            break
    return last


def body_of(notes):
    return (b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
            b"Content-Length: %d\r\n\r\n" % len(notes)) + notes


def is_whole(answer):
    """True when a response has come to its end: its length is known, or its last chunk is there."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return len(body) >= int(length[1]) if length else body.endswith(b"\r\n0\r\n\r\n")


def exchange(connection, request):
    """One request on a kept-alive socket, with as little of Python in the way as can be."""
    connection.sendall(request)
    answer = b""
    while not is_whole(answer):
        piece = connection.recv(65536)
        if not piece:
            raise OSError("the daemon closed the connection")
        answer += piece
    if b" 200 " not in answer[:20] or b'"accepted":' not in answer:
        raise OSError(answer[:300].decode("utf-8", "replace"))


class Ours:
    name, label, bulk, is_slow, passes = "lodestone", "lodestone", 0, False, PASSES

    def __init__(self, options):
        self.quiet = QUICK_QUIET_SECONDS if options.quick else QUIET_SECONDS
        self.client = os.path.join(options.build, "client", "lodestone")
        self.binary = os.path.join(options.build, "daemon", "lodestoned")
        self.library = os.path.join(options.build, "bench", "lode_query")

    def prepare(self):
        for path in (self.client, self.binary, self.library):
            if not os.path.exists(path):
                return "%s is not built" % path
        return None

    def daemon(self, folder):
        os.makedirs(folder, exist_ok=True)
        return lode.Daemon(self.binary, folder)

    def data_bytes(self, folder):
        return measure.disk_bytes(os.path.join(folder, "data", "index"))

    def stats(self, daemon):
        with daemon.link() as link:
            return json.loads(link.get("/v1/stats")[2])["index"]

    def ingest(self, file, folder, batch):
        """batch 0: one request, the client's; else requests of so many notes, one after another."""
        with self.daemon(folder) as daemon:
            cpu, begun = lode.cpu_seconds(daemon.pid), time.monotonic()
            watch = measure.Watch(daemon.pid)
            each_us = self.post(daemon, file, batch) if batch else self.send(daemon, file)
            wall = time.monotonic() - begun
            cpu_answered = lode.cpu_seconds(daemon.pid) - cpu
            cpu = wait_idle(daemon, self.quiet) - cpu
            idle = time.monotonic() - begun
            peak, stats = watch.stop(), self.stats(daemon)
        return {"notes": stats["notes"], "bytes": stats["raw_bytes"], "cpu_s": max(cpu, TICK), "wall_s": wall,
                "cpu_answered_s": cpu_answered, "idle_s": max(wall, idle), "rss_anon_kib": peak,
                "disk_bytes": self.data_bytes(folder), "used_bytes": stats["used_bytes"],
                "each_us": each_us}

    def send(self, daemon, file):
        done = measure.subprocess.run(
            [self.client, "ingest", "--socket", daemon.socket, file], stdin=measure.subprocess.DEVNULL,
            stdout=measure.subprocess.PIPE, stderr=measure.subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise OSError("ingest ended with %d: %s" % (done.returncode, done.stderr[-500:]))
        return []

    def post(self, daemon, file, batch):
        """Wall microseconds of each request, answer included."""
        each_us, connection = [], socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(daemon.socket)
        with connection, open(file, "rb") as lines:
            while notes := [line for _, line in zip(range(batch), lines)]:
                request = body_of(b"".join(notes))
                begun = time.monotonic()
                exchange(connection, request)
                each_us.append((time.monotonic() - begun) * 1e6)
        return each_us

    def compact(self, folder):
        with self.daemon(folder) as daemon, daemon.link(WAIT_SECONDS) as link:
            status, _, raw = link.call("POST", "/v1/admin/compact", b"")
            if status != 200 or not json.loads(raw.splitlines()[-1])["summary"]["complete"]:
                raise OSError("compact answered %d: %s" % (status, raw[-300:].decode("utf-8", "replace")))

    def query(self, folder, queries, passes=None):
        done = measure.run([self.library, "query", os.path.join(folder, "data"), queries,
                            str(passes or self.passes)])
        return parse_queries(done["out"])

    def settings(self):
        return "release build, defaults; one `lodestone ingest FILE`; POST /v1/admin/compact"
