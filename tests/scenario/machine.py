"""One daemon of a scenario: started, watched, ended and looked into from outside.

Nothing sleeps.  Ready is the READY=1 datagram of NOTIFY_SOCKET, an end is the process descriptor,
and counters are asked for on one connection until they have the value or the bound is over.
"""
import collections
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from script import Failure

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "daemon"))
from harness import Client  # noqa: E402  (the path is made above)

BOUND = 60.0  # seconds that anything may take, sanitizers and a busy machine included
QUIET_BOUND = 60.0  # from the last client's leaving until nothing is open

# What a daemon that ended well never says.
BAD_LOG = ("Sanitizer", "runtime error:", "handles are left in the loop", "work did not end in time",
           "Assertion")

LMDB_MAGIC = 0xBEEFC0DE
READER_BYTES = 64
FREE = (1 << 64) - 1


class Machine:
    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="lode-")
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "socket")
        self.log_path = os.path.join(self.folder, "log")
        self.process = None
        self.settings = []
        self.files_at_start = None

    # ---- life ----

    def spawn(self):
        pairs = [part for pair in self.settings for part in ("--set", pair)]
        command = [self.program, "--data", self.data, "--socket", self.socket] + pairs
        environment = dict(os.environ, NOTIFY_SOCKET=os.path.join(self.folder, "notify"))
        with open(self.log_path, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, env=environment)
        self.process_fd = os.pidfd_open(self.process.pid)

    def start(self):
        path = os.path.join(self.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            try:
                self.spawn()
                self.await_ready(notify)
            finally:
                os.unlink(path)
        with self.client() as c:
            c.ask("GET", "/v1/stats")
            self.files_at_start = self.open_files()

    def await_ready(self, notify):
        end = time.monotonic() + BOUND
        while True:
            left = end - time.monotonic()
            readable = select.select([notify, self.process_fd], [], [], max(left, 0))[0]
            if notify in readable:
                if b"READY=1" in notify.recv(4096).split(b"\n"):
                    return
            elif readable:
                raise Failure("no daemon: it ended with %d\n%s" % (self.wait(), self.log()))
            else:
                raise Failure("not ready after %d s\n%s" % (BOUND, self.log()))

    def wait(self):
        if not select.select([self.process_fd], [], [], BOUND)[0]:
            raise Failure("the daemon does not end\n" + self.log())
        code = self.process.wait()
        os.close(self.process_fd)
        self.process = None
        return code

    def terminate(self):
        """SIGTERM.  Exit code 0 says that the loop closed with no handle left in it."""
        self.process.send_signal(signal.SIGTERM)
        code = self.wait()
        log = self.log()
        if code != 0 or "stopped" not in log.splitlines()[-1:][0]:
            raise Failure("the daemon did not end cleanly: exit %d\n%s" % (code, log))
        self.check_log()

    def kill(self):
        self.process.kill()
        self.wait()
        self.check_log()

    def check_log(self):
        log = self.log()
        bad = [word for word in BAD_LOG if word in log]
        if bad:
            raise Failure("the log says %s\n%s" % (", ".join(bad), log))

    def log(self):
        """What this process has logged."""
        with open(self.log_path, "rb") as f:
            f.seek(self.log_from)
            return f.read().decode(errors="replace")

    def whole_log(self):
        with open(self.log_path, "rb") as f:
            return f.read().decode(errors="replace")

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def reindex(self):
        """lodestoned --reindex: (exit code, what it says)."""
        done = subprocess.run([self.program, "--data", self.data, "--reindex"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=BOUND)
        return done.returncode, done.stdout.decode(errors="replace")

    def check(self):
        """lodestoned --check: (exit code, what it says)."""
        done = subprocess.run([self.program, "--data", self.data, "--check"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=BOUND)
        return done.returncode, done.stdout.decode(errors="replace")

    # ---- looking into it ----

    def client(self):
        return Client(self.socket)

    def open_files(self):
        """Descriptors of the daemon by what they lead to (sockets and the like by kind), or None where
        another user's /proc may not be read."""
        folder = "/proc/%d/fd" % self.process.pid
        try:
            numbers = os.listdir(folder)
        except PermissionError:
            return None
        found = collections.Counter()
        for number in numbers:
            try:
                found[os.readlink(os.path.join(folder, number)).split(":[")[0]] += 1
            except FileNotFoundError:
                pass  # closed meanwhile
        return found

    def left_files(self):
        """What was opened since the start and is still open.  A file of the data folder may be opened
        when it is first needed and stay so; a second descriptor of it is a leak."""
        if self.files_at_start is None:
            return {}
        left = self.open_files() - self.files_at_start
        for path in list(left):
            if path.startswith(self.data) and not path.endswith("(deleted)") and path not in self.files_at_start:
                left[path] -= 1
        return +left

    def open_snapshots(self):
        """Transaction ids that the reader table of LMDB 0.9 holds for this process; None when the
        table is not of the layout known here (mdb.c: MDB_txninfo, MDB_reader)."""
        with open(os.path.join(self.data, "index", "lock.mdb"), "rb") as f:
            table = f.read()
        if len(table) < 128 or struct.unpack_from("<I", table)[0] != LMDB_MAGIC:
            return None
        readers = [struct.unpack_from("<QI", table, at) for at in range(128, len(table) - 12, READER_BYTES)]
        return [txn for txn, pid in readers if pid == self.process.pid and txn not in (0, FREE)]

    def open_now(self):
        """Counters that are zero when nothing goes on, by name; those that are not."""
        with self.client() as c:
            daemon = c.ask("GET", "/v1/stats").json()["daemon"]
            open_ = {"connections besides this one": daemon["connections"] - 1, "ingests": daemon["ingests"],
                     "ingests_waiting": daemon["ingests_waiting"]}
            for name, lane in daemon["lanes"].items():
                open_["running in lane " + name] = lane["running"]
                open_["waiting in lane " + name] = lane["waiting"]
            for name, own in (("requests_open", 1), ("snapshots_open", 0), ("arenas_open", 1)):
                if name in daemon:  # own: what this very question has open
                    open_[name] = max(daemon[name] - own, 0)
            open_["snapshots"] = len(self.open_snapshots() or [])
            open_.update(("descriptor of " + what, n) for what, n in self.left_files().items())
        return {name: n for name, n in open_.items() if n}

    def await_quiet(self):
        """Nothing may be left open once all clients have gone."""
        end = time.monotonic() + QUIET_BOUND
        while True:
            left = self.open_now()
            if not left:
                return
            if time.monotonic() > end:
                raise Failure("left open: " + json.dumps(left))
            select.select([self.process_fd], [], [], 0.02)  # not a busy loop; ends at once with the daemon

    # ---- harming the data ----

    def data_file(self):
        return os.path.join(self.data, "index", "data.mdb")

    def flip(self, offsets):
        with open(self.data_file(), "r+b") as f:
            for at in offsets:
                f.seek(at)
                byte = f.read(1)[0]
                f.seek(at)
                f.write(bytes([byte ^ 0x10]))

    def find(self, needle):
        """Offsets in the data file, free pages included."""
        with open(self.data_file(), "rb") as f:
            data = f.read()
        found, at = [], data.find(needle)
        while at >= 0:
            found.append(at)
            at = data.find(needle, at + 1)
        return found
