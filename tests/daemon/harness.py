"""A daemon of one's own for a test, and a client that speaks raw HTTP to its socket.

Nothing here sleeps blindly: waiting is for an answer, a closed connection or an exit, each with a
bound."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BOUND = 60.0  # seconds that anything may take, sanitizers and a busy machine included


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def lines(self):
        return [json.loads(line) for line in self.body.decode().splitlines()]


class Client:
    """One connection."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(BOUND)
        try:
            self.sock.connect(path)
        except OSError:
            self.sock.close()
            raise
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def _more(self):
        piece = self.sock.recv(1 << 16)
        if not piece:
            raise EOFError("closed after %d bytes" % len(self.pending))
        self.pending += piece

    def _take_until(self, mark):
        while mark not in self.pending:
            self._more()
        got, self.pending = self.pending.split(mark, 1)
        return got

    def _take(self, n):
        while len(self.pending) < n:
            self._more()
        got, self.pending = self.pending[:n], self.pending[n:]
        return got

    def read_head(self):
        lines = self._take_until(b"\r\n\r\n").decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return int(lines[0].split()[1]), headers

    def read_chunk(self):
        n = int(self._take_until(b"\r\n"), 16)
        data = self._take(n)
        self._take(2)
        return data

    def answer(self):
        status, headers = self.read_head()
        body = b""
        if headers.get("transfer-encoding") == "chunked":
            while True:
                piece = self.read_chunk()
                if not piece:
                    break
                body += piece
        else:
            body = self._take(int(headers.get("content-length", "0")))
        return Answer(status, headers, body)

    def ask(self, method, url, body=None, headers=None):
        self.send(request(method, url, body, headers))
        return self.answer()

    def is_closed(self):
        """Waits for the other side to close; False when it sends something instead."""
        try:
            return not self.pending and self.sock.recv(1) == b""
        except ConnectionResetError:
            return True


def request(method, url, body=None, headers=None):
    lines = ["%s %s HTTP/1.1" % (method, url), "Host: x"]
    headers = dict(headers or {})
    if body is not None:
        headers.setdefault("Content-Length", str(len(body)))
    lines += ["%s: %s" % pair for pair in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


NDJSON = {"Content-Type": "application/x-ndjson"}
CHUNKED = {"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"}
JSON = {"Content-Type": "application/json"}


def note(patient, note_id, text, **more):
    return json.dumps(dict({"patient": patient, "note_id": note_id, "text": text}, **more)).encode() + b"\n"


class Daemon:
    def __init__(self, program, *settings, folder=None):
        self.program = program
        self.folder = folder or tempfile.mkdtemp(prefix="lode-")
        os.chmod(self.folder, 0o755)
        self.owns_folder = folder is None
        self.data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "socket")
        self.settings = settings
        self.process = None
        self.log = ""

    def command(self):
        pairs = [part for pair in self.settings for part in ("--set", pair)]
        return [self.program, "--data", self.data, "--socket", self.socket] + pairs

    def spawn(self):
        self.log_file = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stderr=self.log_file)

    def start(self):
        self.spawn()
        end = time.monotonic() + BOUND
        while True:
            if self.process.poll() is not None:
                raise RuntimeError("no daemon: " + self.read_log())
            try:
                with self.client() as c:
                    if c.ask("GET", "/healthz").json()["status"] == "ready":
                        return self
            except (OSError, EOFError):
                pass
            if time.monotonic() > end:
                raise RuntimeError("never ready: " + self.read_log())
            time.sleep(0.005)

    def read_log(self):
        self.log_file.seek(0)
        return self.log_file.read().decode(errors="replace")

    def wait(self):
        code = self.process.wait(BOUND)
        self.log = self.read_log()
        self.log_file.close()
        self.process = None
        return code

    def stop(self):
        """SIGTERM; the exit code, which must be 0 for a clean drain."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.process.kill()
        return self.wait()

    def client(self):
        return Client(self.socket)

    def ask(self, *args, **more):
        with self.client() as c:
            return c.ask(*args, **more)

    def ingest(self, body, headers=None, query=""):
        return self.ask("POST", "/v1/notes" + query, body, dict(NDJSON, **(headers or {})))

    def await_stat(self, name, value):
        """Asks on one connection until the daemon's own count is that."""
        end = time.monotonic() + BOUND
        with self.client() as c:
            while True:
                have = c.ask("GET", "/v1/stats").json()["daemon"][name]
                if have == value:
                    return
                if time.monotonic() > end:
                    raise RuntimeError("%s stays %d" % (name, have))

    def audit(self):
        with open(os.path.join(self.data, "audit.ndjson"), "rb") as f:
            return [json.loads(line) for line in f.read().splitlines()]

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        try:
            if self.process is not None:
                code = self.stop()
                if kind is None and (code != 0 or "runtime error" in self.log or "Sanitizer" in self.log):
                    raise AssertionError("daemon exited with %d:\n%s" % (code, self.log))
        finally:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
            if self.owns_folder:
                shutil.rmtree(self.folder, ignore_errors=True)
