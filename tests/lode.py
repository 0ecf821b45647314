"""Starts a private lodestoned and speaks HTTP to it over its Unix socket.

For tests and benchmarks; standard library only.  A Daemon owns its process by pid and ends only
that one.  Everything it makes lives in one temporary folder that close() removes.
"""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse


class UnixConnection(http.client.HTTPConnection):
    """HTTP/1.1 over a Unix socket; keep-alive as http.client does it."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.unix_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.unix_path)


def segment(identifier):
    """One path segment; ids are opaque UTF-8, so everything reserved is escaped ('/' too)."""
    return urllib.parse.quote(identifier, safe="")


class Link:
    """One keep-alive connection.  Every call returns (status, headers, body bytes)."""

    def __init__(self, path, timeout=60):
        self.connection = UnixConnection(path, timeout)

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def call(self, method, url, body=None, headers=None):
        self.connection.request(method, url, body=body, headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def get(self, url, accept=None):
        return self.call("GET", url, headers={"Accept": accept} if accept else None)

    def post_json(self, url, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        return self.call("POST", url, body, {"Content-Type": "application/json"})

    def ingest(self, ndjson, encoding=None, query=""):
        """ndjson: bytes, or an iterable of bytes (sent chunked)."""
        headers = {"Content-Type": "application/x-ndjson"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return self.call("POST", "/v1/notes" + query, ndjson, headers)

    def ask(self, patient, body):
        """Returns (status, answer as parsed JSON or None)."""
        status, _, raw = self.post_json("/v1/patients/%s/ask" % segment(patient), body)
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, None

    def note_text(self, patient, note):
        """The exact bytes of a note."""
        url = "/v1/patients/%s/notes/%s" % (segment(patient), segment(note))
        status, _, raw = self.get(url, "text/plain")
        if status != 200:
            raise RuntimeError("GET of a note answered %d" % status)
        return raw


class Daemon:
    """A lodestoned on a private socket.  Use as a context manager, or start/stop by hand.

    binary: path of lodestoned.  folder: where data and socket go; by default a new temporary folder
    (short, because a socket path holds at most 107 bytes).  arguments: further argv.
    """

    def __init__(self, binary, folder=None, arguments=(), environment=None):
        self.binary = os.path.abspath(binary)
        self.owns_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="lode-", dir="/tmp")
        self.data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "s")
        self.log = os.path.join(self.folder, "log")
        self.arguments = list(arguments)
        self.environment = dict(os.environ, **(environment or {}))
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def start(self, timeout=60):
        """Starts it and waits until /healthz says 200."""
        command = [self.binary, "--data", self.data, "--socket", self.socket] + self.arguments
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment
            )
        limit = time.monotonic() + timeout
        while not self.is_ready():
            if self.process.poll() is not None:
                raise RuntimeError("lodestoned ended with %d:\n%s" % (
                    self.process.returncode, self.log_tail()))
            if time.monotonic() > limit:
                self.stop()
                raise RuntimeError("lodestoned was not ready after %d s:\n%s" % (
                    timeout, self.log_tail()))
            time.sleep(0.01)  # polling, bounded by the limit above
        return self

    def is_ready(self):
        try:
            with Link(self.socket, timeout=5) as link:
                return link.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self, timeout=60):
        """SIGTERM, then SIGKILL when it does not drain in time.  Returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def kill(self):
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()

    def link(self, timeout=60):
        return Link(self.socket, timeout)

    def log_text(self):
        with open(self.log, "rb") as log:
            return log.read().decode("utf-8", "replace")

    def log_tail(self, lines=20):
        return "\n".join(self.log_text().splitlines()[-lines:])

    def close(self):
        status = self.stop()
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        return status

    def __enter__(self):
        try:
            return self.start()
        except Exception:
            self.close()
            raise

    def __exit__(self, *exc):
        self.close()


def memory_kib(pid, field="RssAnon"):
    """A field of /proc/PID/status in KiB; 0 when the process is gone."""
    try:
        with open("/proc/%d/status" % pid, encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def cpu_seconds(pid):
    """User and system time a process has used; 0 when it is gone."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_ndjson(path):
    with open(path, "rb") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def check_quotes(answer, text_of):
    """Problems with the evidence of one answer.  text_of(note id) -> the note's bytes.

    A quote must be exactly the bytes start..end; the code-point offsets must name the same span.
    """
    problems = []
    for i, item in enumerate(answer.get("evidence", [])):
        text = text_of(item["note"])
        start, end = item["start"], item["end"]
        if not 0 <= start < end <= len(text):
            problems.append("evidence %d: span %d-%d outside the note" % (i, start, end))
            continue
        if text[start:end] != item["quote"].encode():
            problems.append("evidence %d: quote is not bytes %d-%d" % (i, start, end))
        try:
            points = (len(text[:start].decode()), len(text[:end].decode()))
        except UnicodeDecodeError:
            problems.append("evidence %d: span cuts a code point" % i)
            continue
        if points != (item["start_cp"], item["end_cp"]):
            problems.append("evidence %d: code points %d-%d are not %d-%d" % (
                i, item["start_cp"], item["end_cp"], *points))
    return problems


def skip(message):
    """Meson's reserved exit code for a test that could not run."""
    print("skipped: " + message)
    sys.exit(77)
