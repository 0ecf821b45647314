"""lodestone against daemons that misbehave: exit codes, and that it neither hangs nor spins.

usage: client_test.py LODESTONE_BINARY
A fake daemon on a private socket plays one script per test.  Standard library only.
"""
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
DONE, NONE, FAILED, UNREACHABLE, BUSY, DENIED = range(6)
# CPU seconds one run may take: a client that spins through its 1 s timeout takes more.  Sanitised
# builds start slowly.
CPU_MOST = 0.6


def head(status, content_type="application/json", length=None, more=""):
    framing = "Transfer-Encoding: chunked" if length is None else "Content-Length: %d" % length
    return ("HTTP/1.1 %d X\r\nContent-Type: %s\r\n%s\r\n%s\r\n" % (status, content_type, framing, more)).encode()


def answer(status, body, content_type="application/json", more=""):
    if not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False).encode()
    return head(status, content_type, len(body), more) + body


def problem(status, message):
    return answer(status, {"status": status, "code": "X", "message": message, "id": "77"},
                  "application/problem+json", "Connection: close\r\n")


def ndjson(*lines):
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def verdict(**more):
    return dict({"condition": "gout", "verdict": "present", "basis": "confirmed", "probability": 0.9,
                 "mentions": 0, "evidence": [], "names": [],
                 "search": {"notes_total": 1, "notes_searched": 1, "complete": True}}, **more)


class Peer:
    """One connection seen from the daemon's side."""

    def __init__(self, sock):
        self.sock = sock
        self.unread = b""

    def read_until(self, mark):
        while mark not in self.unread:
            got = self.sock.recv(65536)
            if not got:
                raise EOFError
            self.unread += got
        at = self.unread.index(mark) + len(mark)
        taken, self.unread = self.unread[:at], self.unread[at:]
        return taken

    def read_exactly(self, n):
        while len(self.unread) < n:
            got = self.sock.recv(65536)
            if not got:
                raise EOFError
            self.unread += got
        taken, self.unread = self.unread[:n], self.unread[n:]
        return taken

    def read_head(self):
        return self.read_until(b"\r\n\r\n").decode()

    def read_request(self):
        """(head, body), the body out of its chunks."""
        text = self.read_head()
        length = re.search(r"Content-Length: (\d+)", text)
        if length:
            return text, self.read_exactly(int(length.group(1)))
        body = b""
        if "chunked" in text:
            while True:
                size = int(self.read_until(b"\r\n"), 16)
                body += self.read_exactly(size)
                self.read_exactly(2)
                if size == 0:
                    break
        return text, body

    def send(self, data):
        self.sock.sendall(data)

    def reset(self):
        """Closes with unread bytes in the queue, as a dying process does."""
        self.sock.close()

    def wait_gone(self):
        """Until the client hangs up."""
        while self.sock.recv(65536):
            pass


class FakeDaemon:
    """Plays `script(peer)` for every connection."""

    def __init__(self, script, path):
        self.script, self.faults, self.peers = script, [], []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(8)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.peers.append(sock)
            try:
                self.script(Peer(sock))
            except (EOFError, OSError):
                pass
            except Exception as fault:  # shown by the test
                self.faults.append(fault)
            sock.close()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        return self.faults


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-", dir="/tmp")
        self.socket = os.path.join(self.folder, "s")
        self.daemon = None

    def tearDown(self):
        faults = self.daemon.close() if self.daemon else []
        shutil.rmtree(self.folder)
        self.assertEqual(faults, [])

    def serve(self, script):
        self.daemon = FakeDaemon(script, self.socket)

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def run_client(self, *args, stdin=b"", limit=60, environment=None):
        """(exit code, stdout, stderr); fails the test on a hang or a spin."""
        env = dict(os.environ, LODESTONE_SOCKET=self.socket, **(environment or {}))
        env.pop("JOURNAL_STREAM", None)
        before = os.times()
        done = subprocess.run([BINARY] + list(args), input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=limit, env=env, check=False)
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        self.assertLess(cpu, self.cpu_most if hasattr(self, "cpu_most") else CPU_MOST)
        return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

    def expect(self, code, words, *args, **more):
        got, out, err = self.run_client(*args, **more)
        self.assertEqual(got, code, out + err)
        self.assertIn(words, err)
        return out


class Unreachable(ClientTest):
    def test_no_socket_there(self):
        self.expect(UNREACHABLE, "no daemon at", "stats")

    def test_nobody_listens(self):
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(self.socket)
        dead.close()
        self.expect(UNREACHABLE, "no daemon at", "stats")

    def test_a_path_that_does_not_fit_is_refused(self):
        self.expect(FAILED, "107", "stats", "--socket", "/tmp/" + "x" * 103)
        self.expect(UNREACHABLE, "no daemon at", "stats", "--socket", "/tmp/" + "x" * 102)

    def test_an_empty_path_is_not_the_default_daemon(self):
        self.expect(FAILED, "this one has 0", "delete", "p", "--yes", "--socket", "")

    def test_an_empty_id_is_not_another_route(self):
        for args in ["ask", "", "gout?"], ["patients", ""], ["delete", "p", "", "--yes"], ["search", "", "gout"]:
            self.expect(FAILED, "is empty", *args)
        self.expect(UNREACHABLE, "no daemon at", "search", "--all", "gout")

    def test_inputs_are_not_overwritten(self):
        notes = self.file("notes", b"{}\n")
        self.expect(FAILED, "would overwrite an input", "ingest", notes, "--rejects", self.folder + "/./notes")
        self.expect(FAILED, "would overwrite the questions", "eval", notes, "--out", notes)
        self.expect(FAILED, ".svg or .png", "eval", notes, "--picture", self.folder + "/grid.gif")
        with open(notes, "rb") as f:
            self.assertEqual(f.read(), b"{}\n")

    def test_lists_without_a_line_are_told(self):
        self.serve(lambda p: p.wait_gone())
        self.expect(NONE, "-: no questions", "ask", "p", "--questions", "-", stdin=b"\n")
        self.expect(FAILED, "-: no ids", "screen", "gout", "--patients", "-", stdin=b"\n\n")
        self.expect(FAILED, "-:2: the id is not UTF-8", "screen", "gout", "--patients", "-", stdin=b"p\n\xff\n")

    def test_closed_descriptors_are_not_the_socket(self):
        """What a socket gets the number of would be read from, or written into, in their place."""
        def run(closed, *args):
            shell = 'exec "$@" ' + closed
            done = subprocess.run(["sh", "-c", shell, "sh", BINARY, "--socket", self.socket] + list(args),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
            return done.returncode, done.stderr.decode()
        asked = []

        def script(peer):
            asked.append(peer.read_request()[1])
            peer.send(answer(200, {"status": "ready"}))
            peer.wait_gone()
        self.serve(script)
        code, err = run(">&-", "health")
        self.assertEqual(code, FAILED)
        self.assertIn("cannot write the output: Bad file descriptor", err)
        self.assertEqual(asked, [b""])
        code, err = run("<&-", "ingest", "--timeout", "5")
        self.assertEqual(code, FAILED)
        self.assertIn("stdin: cannot read: Bad file descriptor", err)

    def test_it_dies_before_answering(self):
        self.serve(lambda p: p.read_head())
        self.expect(UNREACHABLE, "closed the connection", "ask", "p", "gout?")

    def test_it_dies_mid_head(self):
        def script(peer):
            peer.read_request()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Le")
        self.serve(script)
        self.expect(UNREACHABLE, "closed the connection", "ask", "p", "gout?")

    def test_it_dies_mid_body(self):
        def script(peer):
            peer.read_request()
            peer.send(head(200, length=100) + b'{"verdict":"present"')
        self.serve(script)
        self.assertEqual(self.expect(UNREACHABLE, "closed the connection", "ask", "p", "gout?"), "")

    def test_it_dies_mid_chunk(self):
        def script(peer):
            peer.read_request()
            peer.send(head(200) + b'30\r\n{"patient":"p1"}\n')
        self.serve(script)
        self.assertEqual(self.expect(UNREACHABLE, "closed the connection", "patients"), "")

    def test_it_dies_between_chunks(self):
        def script(peer):
            peer.read_request()
            peer.send(head(200) + b'2\r\n{}\r\n')
        self.serve(script)
        self.assertEqual(self.expect(UNREACHABLE, "closed the connection", "stats"), "")

    def test_it_dies_while_notes_are_sent(self):
        def script(peer):
            peer.read_head()
            peer.read_exactly(100000)
            peer.reset()
        self.serve(script)
        big = self.file("big", b'{"patient":"p"}\n' * 2000000)
        self.expect(UNREACHABLE, "closed the connection", "ingest", big)


class Silent(ClientTest):
    def test_it_never_answers(self):
        self.serve(lambda p: p.wait_gone())
        self.expect(BUSY, "no answer", "ask", "p", "gout?", "--timeout", "1")

    def test_it_never_reads(self):
        hold = threading.Event()
        self.serve(lambda p: hold.wait(20))
        big = self.file("big", b'{"patient":"p"}\n' * 100000)
        self.expect(BUSY, "no answer", "ingest", big, "--timeout", "1")
        hold.set()

    def test_it_stops_mid_answer(self):
        def script(peer):
            peer.read_request()
            peer.send(head(200, length=100) + b"{")
            peer.wait_gone()
        self.serve(script)
        self.expect(BUSY, "no answer", "stats", "--timeout", "1")

    def test_it_dribbles_past_the_limit(self):
        def script(peer):
            peer.read_request()
            peer.send(head(200, length=100000))
            while True:
                peer.send(b" ")
                threading.Event().wait(0.05)
        self.serve(script)
        self.expect(BUSY, "no answer", "stats", "--timeout", "1")

    def test_it_never_ends_an_ingest(self):
        def script(peer):
            peer.read_request()
            peer.wait_gone()
        self.serve(script)
        self.expect(BUSY, "no answer", "ingest", "-", "--timeout", "1", stdin=b"{}\n")


class Garbage(ClientTest):
    def test_it_does_not_speak_http(self):
        for noise in (b"\0\1\2\3" * 50, b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
                      b"HTTP/1.1 99999 X\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200000):
            with self.subTest(noise[:12]):
                def script(peer, noise=noise):
                    peer.read_request()
                    peer.send(noise)
                    peer.wait_gone()
                self.serve(script)
                self.expect(FAILED, "error", "stats", "--timeout", "60")
                self.daemon.close()
                self.daemon = None
                os.unlink(self.socket)

    def test_its_json_is_broken(self):
        self.serve(lambda p: (p.read_request(), p.send(answer(200, b'{"verdict":'))))
        self.assertEqual(self.expect(FAILED, "not JSON", "ask", "p", "gout?"), "")
        self.assertEqual(self.expect(FAILED, "not JSON", "ask", "p", "gout?", "--format", "json"), "")

    def test_its_answer_has_no_verdict(self):
        self.serve(lambda p: (p.read_request(), p.send(answer(200, {}))))
        self.expect(FAILED, "no verdict", "ask", "p", "gout?")

    def test_it_says_more_than_it_announced(self):
        self.serve(lambda p: (p.read_request(), p.send(answer(200, {}) + b"HTTP/1.1 200 OK\r\n\r\n")))
        self.expect(FAILED, "more than its answer", "stats")

    def test_ingest_is_answered_with_noise(self):
        for body in (b"what\n", b'{"line":1,"error":"x"}\n', b"\n\n", b"x" * 2000000):
            with self.subTest(body[:12]):
                self.serve(lambda p, b=body: (p.read_request(), p.send(answer(200, b))))
                got, out, err = self.run_client("ingest", "-", stdin=b"{}\n")
                self.assertEqual(got, FAILED, err)
                self.assertIn("INCOMPLETE", out)
                self.daemon.close()
                self.daemon = None
                os.unlink(self.socket)

    def test_an_interim_answer_is_passed_over(self):
        self.serve(lambda p: (p.read_request(), p.send(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(200, {"a": 1}))))
        self.assertEqual(self.expect(DONE, "", "stats"), "%-30s 1\n" % "a")


class Model(ClientTest):
    CARD = {"model": "ab" * 16, "rules": 3, "source": "uploaded", "card": {"config": {"d": 16}}}

    def test_a_file_is_uploaded_as_it_is(self):
        path = os.path.join(self.folder, "m")
        with open(path, "wb") as f:
            f.write(b"\0model\xff" * 1000)
        got = []
        self.serve(lambda p: (got.append(p.read_request()), p.send(answer(200, self.CARD))))
        out = self.expect(DONE, "", "model", "attach", path)
        head, body = got[0]
        self.assertTrue(head.startswith("PUT /v1/model "), head)
        self.assertIn("application/octet-stream", head)
        self.assertEqual(body, b"\0model\xff" * 1000)
        self.assertIn("uploaded", out)
        self.assertIn("card.config.d", out)

    def test_detach_and_show_ask_for_what_they_say(self):
        for want, words in (("DELETE /v1/model ", ["detach"]), ("GET /v1/model ", []), ("GET /v1/model ", ["show"]),
                            ("DELETE /v1/model?restore=1 ", ["detach", "--restore"])):
            with self.subTest(words):
                got = []
                self.serve(lambda p, g=got: (g.append(p.read_request()), p.send(answer(200, self.CARD))))
                self.expect(DONE, "", "model", *words)
                self.assertTrue(got[0][0].startswith(want), got)
                self.daemon.close()
                self.daemon = None
                os.unlink(self.socket)

    def test_how_sparse_the_model_is(self):
        layers = [{"units": 512, "active_fraction": 0.0341, "rare": 128, "never": 64},
                  {"units": 16, "active_fraction": 0.5, "rare": 0, "never": 0}]
        card = dict(self.CARD, card={"config": {"d": 16}, "firing": layers})
        self.serve(lambda p: (p.read_request(), p.send(answer(200, card))))
        out = self.expect(DONE, "", "model", "show", "--sparsity").splitlines()
        self.assertEqual([line.split() for line in out[1:]],
                         [["1", "512", "3.41", "%", "128", "(25", "%)", "64", "(12", "%)"],
                          ["2", "16", "50.00", "%", "0", "(0", "%)", "0", "(0", "%)"]])
        self.daemon.close()
        self.daemon = None
        os.unlink(self.socket)
        self.serve(lambda p: (p.read_request(), p.send(answer(200, {"model": "rules", "card": None}))))
        self.assertIn("no model", self.expect(DONE, "", "model", "show", "--sparsity"))

    def test_what_is_no_command_is_said(self):
        for words in (["attach"], ["detach", "x"], ["swap"], ["show", "--restore"], ["detach", "--sparsity"]):
            self.expect(FAILED, "usage", "model", *words)
        self.expect(FAILED, "No such file", "model", "attach", "/nonexistent/m")
        for path in "/tmp", "/dev/null":
            self.expect(FAILED, "no file, or an empty one", "model", "attach", path)


class Statuses(ClientTest):
    def test_each_status_has_its_exit_code(self):
        want = {400: FAILED, 403: DENIED, 404: FAILED, 429: BUSY, 500: FAILED, 503: BUSY, 504: BUSY, 507: FAILED}
        for status, code in want.items():
            with self.subTest(status):
                self.serve(lambda p, s=status: (p.read_request(), p.send(problem(s, "so it\x1b is"))))
                out = self.expect(code, "so it\\x1b is (%d, id 77)" % status, "ask", "p", "gout?")
                self.assertEqual(out, "")
                self.daemon.close()
                self.daemon = None
                os.unlink(self.socket)

    def test_a_missing_note_is_nothing_found(self):
        self.serve(lambda p: (p.read_request(), p.send(problem(404, "no such note"))))
        self.expect(NONE, "no such note", "show", "p", "n")
        self.expect(NONE, "no such note", "show", "p", "n", "--raw")

    def test_a_missing_patient_is_no_answer_about_one(self):
        self.serve(lambda p: (p.read_request(), p.send(problem(404, "no such patient"))))
        self.expect(FAILED, "no such patient", "ask", "p", "gout?", "--exit-verdict")
        self.expect(FAILED, "no such patient", "search", "p", "gout")

    def test_a_status_without_a_problem_object(self):
        self.serve(lambda p: (p.read_request(), p.send(answer(500, b"<html>"))))
        self.expect(FAILED, "500 Internal Server Error", "stats")

    def early(self, status, code, words):
        """The daemon answers while the client still sends a body far over any socket buffer."""
        for drains in (False, True):
            with self.subTest(drains):
                def script(peer):
                    peer.read_head()
                    peer.send(problem(status, words))
                    if drains:
                        peer.wait_gone()
                self.serve(script)
                big = self.file("big", b'{"patient":"p"}\n' * 2000000)
                got, out, err = self.run_client("ingest", big)
                self.assertEqual(got, code, err)
                self.assertIn("%s (%d)" % (words, status), err)
                self.assertIn("INCOMPLETE", out)
                self.daemon.close()
                self.daemon = None
                os.unlink(self.socket)

    def test_denied_while_sending(self):
        self.early(403, DENIED, "not allowed")

    def test_busy_while_sending(self):
        self.early(503, BUSY, "draining")

    def test_disk_full_while_sending(self):
        self.early(507, FAILED, "storage is full")

    def test_an_early_answer_that_never_closes(self):
        def script(peer):
            peer.read_head()
            peer.send(problem(413, "too big"))
            threading.Event().wait(3)
        self.serve(script)
        big = self.file("big", b'{"patient":"p"}\n' * 2000000)
        got, _, err = self.run_client("ingest", big)
        self.assertEqual(got, FAILED)
        self.assertIn("too big (413)", err)

    def test_a_refusal_is_seen_while_stdin_is_quiet(self):
        def script(peer):
            peer.read_head()
            peer.read_until(b"{}")
            peer.send(problem(408, "too slow"))
        self.serve(script)
        read, write = os.pipe()
        try:
            env = dict(os.environ, LODESTONE_SOCKET=self.socket)
            client = subprocess.Popen([BINARY, "ingest"], stdin=read, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, env=env)
            os.write(write, b"{}\n{}\n")  # then silence, and no end
            _, err = client.communicate(timeout=60)
        finally:
            os.close(read)
            os.close(write)
        self.assertEqual(client.returncode, BUSY)
        self.assertIn(b"too slow", err)

    def test_a_failure_after_200(self):
        self.serve(lambda p: (p.read_request(), p.send(
            answer(200, ndjson({"status": 507, "code": "FULL", "message": "storage is full"})))))
        self.expect(FAILED, "storage is full", "ingest", "-", stdin=b"{}\n")


class Sink:
    """An ingest that takes everything and rejects lines that hold BAD."""

    def __init__(self, listed=1000):
        self.bodies, self.heads, self.listed = [], [], listed

    def __call__(self, peer):
        while True:
            text, body = peer.read_request()
            self.heads.append(text)
            self.bodies.append(body)
            lines = body.split(b"\n")[:-1]
            bad = [i + 1 for i, line in enumerate(lines) if b"BAD" in line]
            rows = [{"line": i, "error": "no \x1b good"} for i in bad[:self.listed]]
            rows.append({"summary": {"lines": len(lines), "accepted": len(lines) - len(bad), "added": len(lines) - len(bad),
                                     "replaced": 0, "unchanged": 0, "rejected": len(bad),
                                     "rejects_listed": min(len(bad), self.listed), "bytes": len(body)}})
            peer.send(answer(200, ndjson(*rows), "application/x-ndjson"))


class Ingest(ClientTest):
    def test_every_byte_arrives_from_every_kind_of_file(self):
        import random
        rng = random.Random(7)
        lines = [json.dumps({"n": i, "x": "y" * rng.randrange(3000)}).encode() for i in range(3000)]
        plain = b"\n".join(lines) + b"\n"
        sink = Sink()
        self.serve(sink)
        names = [self.file("a", plain), self.file("a.gz", gzip.compress(plain[:400000]) + gzip.compress(plain[400000:]))]
        if shutil.which("zstd"):
            subprocess.run(["zstd", "-q", "--long=27", names[0], "-o", names[0] + ".zst"], check=True)
            names.append(names[0] + ".zst")
        self.cpu_most = 10
        for name in names:
            out = self.expect(DONE, "", "ingest", name)
            self.assertIn("3,000 notes added", out)
        self.expect(DONE, "", "ingest", stdin=plain)
        self.expect(DONE, "", "ingest", "-", stdin=gzip.compress(plain))
        for body in sink.bodies:
            self.assertEqual(body, plain)
        self.assertNotIn("progress", sink.heads[0])

    def test_rejects_are_given_by_file_and_line(self):
        self.serve(Sink())
        one = self.file("one", b"{}\n\nBAD\n{}")  # no line end at the end
        two = self.file("two", b"\xef\xbb\xbf{}\nBAD\n")
        rejects = os.path.join(self.folder, "rejects")
        got, out, err = self.run_client("ingest", one, two, "--rejects", rejects)
        self.assertEqual(got, NONE, err)
        want = "%s:3: no \\x1b good\n%s:2: no \\x1b good\n" % (one, two)
        self.assertEqual(err, want)
        with open(rejects, encoding="ascii") as text:
            self.assertEqual(text.read(), want)
        self.assertIn("4 notes added", out)
        self.assertIn("2 rejected", out)

    def test_all_of_many_rejects_are_listed_on_request(self):
        sink = Sink()
        self.serve(sink)
        self.cpu_most = 5
        many = self.file("many", b"".join(b"BAD\n" if i % 3 else b"{}\n" for i in range(9000)))
        rejects = os.path.join(self.folder, "rejects")
        got, out, _ = self.run_client("ingest", many, "--rejects", rejects)
        self.assertEqual(got, NONE)
        with open(rejects, encoding="ascii") as text:
            places = [int(line.split(":")[1]) for line in text]
        self.assertEqual(places, [i + 1 for i in range(9000) if i % 3])
        self.assertIn("6,000 rejected", out)
        got, out, err = self.run_client("ingest", many, "--format", "json")
        self.assertEqual(got, NONE)
        self.assertEqual(json.loads(out)["rejected"], 6000)
        self.assertEqual(json.loads(out)["rejects_listed"], 1000)
        self.assertIn("5000 rejected lines were not listed", err)

    def test_a_damaged_file_does_not_hide_the_others(self):
        sink = Sink()
        self.serve(sink)
        whole = gzip.compress(b"{}\n" * 100000)
        cut = self.file("cut.gz", whole[:len(whole) // 2])
        good = self.file("good", b"{}\n{}\n")
        got, out, err = self.run_client("ingest", cut, os.path.join(self.folder, "absent"), self.folder, good)
        self.assertEqual(got, FAILED)
        self.assertIn("%s: " % cut, err)
        self.assertIn("absent: cannot open", err)
        self.assertIn("%s: cannot read" % self.folder, err)
        self.assertIn("INCOMPLETE", out)
        self.assertTrue(b"".join(sink.bodies).endswith(b"{}\n{}\n"))

    def test_a_connection_closed_between_requests_is_made_anew(self):
        def script(peer):
            text, body = peer.read_request()
            n = body.count(b"\n")
            peer.send(answer(200, ndjson({"summary": {"lines": n, "added": n, "rejected": 0}}),
                             more="Connection: close\r\n"))
        self.serve(script)
        many = self.file("many", b"{}\n" * 2500)
        out = self.expect(DONE, "", "ingest", many, "--rejects", "/dev/null")
        self.assertIn("2,500 notes added", out)

    def test_dry_run_sends_nothing(self):
        note = {"patient": "p", "note_id": "n", "text": "x"}
        lines = [json.dumps(note), "{", json.dumps({"patient": "p", "text": "x"}), "", json.dumps(dict(note, note_id="")),
                 json.dumps(dict(note, patient="é" * 200)), json.dumps(note), json.dumps(dict(note, note_id="a\x85"))]
        got, out, err = self.run_client("ingest", "--dry-run", "-", stdin="\n".join(lines).encode())
        self.assertEqual(got, NONE)
        self.assertEqual(re.findall(r"stdin:(\d+): ", err), ["2", "3", "5", "6", "8"])
        self.assertIn("2 notes would be sent", out)

    def test_nothing_at_all_is_fine(self):
        self.serve(Sink())
        self.assertIn("0 notes added", self.expect(DONE, "", "ingest", "-"))


class Verbs(ClientTest):
    def record(self, body, content_type="application/json", status=200):
        seen = []

        def script(peer):
            while True:
                seen.append(peer.read_request())
                peer.send(answer(status, body, content_type))
        self.serve(script)
        return seen

    def test_ask_sends_what_was_asked(self):
        seen = self.record(verdict())
        self.expect(DONE, "", "ask", "p/7 é", "history", "of", "gout?", "--from", "2143-01-01", "--to", "2143-02-01",
                    "--as-of", "2143-03-01", "--type", "A", "--type", "B", "--section", "plan", "--limit", "3",
                    "--deadline", "900", "--why")
        text, body = seen[0]
        self.assertTrue(text.startswith("POST /v1/patients/p%2F7%20%C3%A9/ask HTTP/1.1\r\n"), text)
        self.assertEqual(json.loads(body), {
            "question": "history of gout?", "from": "2143-01-01", "to": "2143-02-01", "as_of": "2143-03-01",
            "types": ["A", "B"], "sections": ["plan"], "evidence_limit": 3, "deadline_ms": 900, "why": True})
        self.expect(DONE, "", "ask", "p", "--condition", "gout")
        self.assertEqual(json.loads(seen[1][1]), {"condition": "gout"})

    def test_the_verdict_changes_the_exit_code_on_request_only(self):
        current = []

        def script(peer):
            while True:
                peer.read_request()
                peer.send(answer(200, verdict(**current[0])))
        self.serve(script)
        for name, basis, code in (("present", "confirmed", 0), ("not_mentioned", "none_found", 1), ("absent", "denied", 10),
                                  ("absent", "family_only", 11), ("absent", "hypothetical_only", 12),
                                  ("uncertain", "suspected_only", 13)):
            current[:] = [{"verdict": name, "basis": basis}]
            self.assertEqual(self.run_client("ask", "p", "gout?")[0], DONE)
            self.assertEqual(self.run_client("ask", "p", "gout?", "--exit-verdict")[0], code)

    def test_json_is_passed_on_as_it_is(self):
        body = b'{"verdict":"present","x":"\xe2\x80\xae","y":1.50}\n'
        self.record(body)
        self.assertEqual(self.expect(DONE, "", "ask", "p", "q", "--format=json").encode(), body)
        self.assertEqual(self.expect(DONE, "", "ask", "p", "q", "--format=ndjson").encode(), body)

    def test_a_file_of_questions_gives_one_line_each(self):
        asked = []

        def script(peer):
            while True:
                question = json.loads(peer.read_request()[1])["question"]
                asked.append(question)
                peer.send(problem(504, "too late") if question == "slow?" else answer(200, verdict(condition=question)))
                if question == "slow?":
                    return
        self.serve(script)
        name = self.file("q", b"gout?\r\n\n  \n slow? \nasthma?")
        got, out, err = self.run_client("ask", "p", "--questions", name, "--format", "ndjson")
        self.assertEqual(got, BUSY)
        self.assertEqual([json.loads(line)["condition"] for line in out.splitlines()], ["gout?", "asthma?"])
        self.assertIn("%s:4: not answered" % name, err)
        self.assertEqual(asked, ["gout?", "slow?", "asthma?"])
        out = self.run_client("ask", "p", "--questions", name, "--format", "json")[1]
        self.assertEqual(len(json.loads(out)), 2)

    def test_search_without_hits_finds_nothing(self):
        seen = self.record({"hits": [], "search": {"notes_total": 3, "notes_searched": 3, "complete": True}})
        out = self.expect(NONE, "", "search", "p", "chest", "pain", "--any", "--limit", "5")
        self.assertEqual(json.loads(seen[0][1]), {"query": "chest pain", "any": True, "limit": 5})
        self.assertIn("NOT FOUND", out)

    def test_search_of_all_charts_says_whose_a_hit_is(self):
        hit = {"patient": "p07", "note": "n1", "date": "2143-05-02", "start": 0, "end": 4, "score": 1.5, "text": "gout",
               "chunk_start": 0, "matches": [{"start": 0, "end": 4}]}
        seen = self.record({"hits": [hit], "search": {"notes_total": 3, "notes_searched": 3, "complete": True}})
        out = self.expect(0, "", "search", "--all", "gout OR", "tophi", "--synonyms")
        self.assertTrue(seen[0][0].startswith("POST /v1/search "))
        self.assertEqual(json.loads(seen[0][1]), {"query": "gout OR tophi", "synonyms": True})
        self.assertIn("p07", out)

    def test_raw_is_byte_for_byte(self):
        text = "é\x1b[2J\r\n\u202e end".encode()
        seen = self.record(text, "text/plain")
        env = dict(os.environ, LODESTONE_SOCKET=self.socket)
        done = subprocess.run([BINARY, "show", "p", "n:1-2", "--raw"], stdout=subprocess.PIPE, env=env, check=True)
        self.assertEqual(done.stdout, text)
        self.assertTrue(seen[0][0].startswith("GET /v1/patients/p/notes/n%3A1-2 "))

    def test_show_takes_a_place_as_ask_prints_it(self):
        def script(peer):
            while True:
                text = peer.read_request()[0]
                if "/v1/patients/p/notes/n0118 " not in text:
                    peer.send(answer(404, {"status": 404, "message": "no such note"}))
                elif "Accept: text/plain" in text:
                    peer.send(answer(200, b"PMH:\n gout \x1b\n", "text/plain"))
                else:
                    peer.send(answer(200, {"patient": "p", "note": "n0118", "text_bytes": 13, "type": "\x1b"}))
        self.serve(script)
        out = self.expect(DONE, "", "show", "p", "n0118:6-10")
        self.assertEqual(out, "n0118   p   \\x1b   13 bytes\n\n       0  PMH:\n       5   [gout] \\x1b\n")
        self.expect(FAILED, "--at takes START-END", "show", "p", "n0118", "--at", "6-2")
        self.expect(FAILED, "--at takes START-END", "show", "p", "n0118", "--at", "x")
        self.expect(FAILED, "13 bytes only", "show", "p", "n0118", "--at", "6-99")

    def test_an_id_that_looks_like_a_place_is_an_id(self):
        def script(peer):
            while True:
                text = peer.read_request()[0]
                self.assertIn("/v1/patients/p/notes/n%3A6-10 ", text)
                peer.send(answer(200, {"note": "n:6-10"}) if "json" in text else answer(200, b"gout", "text/plain"))
        self.serve(script)
        self.assertEqual(self.expect(DONE, "", "show", "p", "n:6-10"), "n:6-10   4 bytes\n\n       0  gout\n")

    def test_patients_are_a_table(self):
        self.record(ndjson({"patient": "p\x1b1", "notes": 1200, "chunks": 9, "raw_bytes": 5}, {"patient": "é", "notes": 1}))
        out = self.expect(DONE, "", "patients")
        self.assertEqual(out, "PATIENT  NOTES  CHUNKS  BYTES\np\\x1b1   1,200       9      5\né            1\n")
        self.assertEqual(len(json.loads(self.expect(DONE, "", "patients", "--format", "json"))), 2)
        self.assertEqual(len(self.expect(DONE, "", "patients", "--format", "ndjson").splitlines()), 2)

    def test_no_patients_is_nothing_found(self):
        self.record(b"", "application/x-ndjson")
        self.assertEqual(self.expect(NONE, "", "patients"), "")
        self.assertEqual(self.expect(NONE, "", "patients", "--format", "json"), "[]\n")

    def test_delete_needs_a_yes(self):
        seen = self.record({"deleted": 1})
        self.expect(FAILED, "--yes", "delete", "p")
        self.assertEqual(seen, [])
        self.expect(DONE, "", "delete", "p", "--dry-run")
        self.assertTrue(seen[0][0].startswith("GET /v1/patients/p "))
        self.expect(DONE, "", "delete", "p", "n", "--yes")
        self.assertTrue(seen[1][0].startswith("DELETE /v1/patients/p/notes/n "))

    def test_questions_that_are_not_utf8_are_not_altered(self):
        self.assertEqual(self.run_client("ask", "p", b"g\xffut")[0], FAILED)
        self.assertEqual(self.run_client("ask", "p", "  ")[0], FAILED)

    def test_a_full_disk_is_an_error(self):
        self.record(verdict())
        env = dict(os.environ, LODESTONE_SOCKET=self.socket)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "ask", "p", "q"], stdout=full, stderr=subprocess.PIPE, env=env, check=False)
        self.assertEqual(done.returncode, FAILED)

    def test_unknown_verbs_run_programs_from_path(self):
        program = self.file("lodestone-hello", b'#!/bin/sh\necho "$LODESTONE_SOCKET $*"\n')
        os.chmod(program, 0o755)
        path = {"PATH": self.folder + ":" + os.environ["PATH"]}
        self.assertEqual(self.expect(DONE, "", "--socket", "/x", "hello", "--a", "b", environment=path), "/x --a b\n")
        self.expect(FAILED, "no such verb", "hullo", environment=path)
        self.expect(FAILED, "no such verb", "../hello", environment=path)

    def test_help_and_version_go_to_stdout(self):
        self.assertIn("Exit status", self.expect(DONE, "", "--help"))
        self.assertIn("--exit-verdict", self.expect(DONE, "", "ask", "-h"))
        self.assertEqual(self.expect(DONE, "", "help"), self.expect(DONE, "", "--help"))
        self.assertEqual(self.expect(DONE, "", "help", "ask"), self.expect(DONE, "", "ask", "--help"))
        self.assertTrue(self.expect(DONE, "", "--version").startswith("lodestone "))
        self.assertEqual(self.run_client()[0], FAILED)

    def test_the_manual_has_every_verb_and_option(self):
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "..", "..", "docs", "man", "lodestone.1"), encoding="utf-8") as page:
            manual = page.read().replace("\\-", "-")
        verbs = re.findall(r"^  ([a-z]+) ", self.expect(DONE, "", "--help"), re.M)
        self.assertGreater(len(verbs), 5)
        for verb in verbs:
            self.assertRegex(manual, r"\n\.B.* %s\b" % verb)
            for option in re.findall(r"^  (--[a-z-]+)", self.expect(DONE, "", verb, "--help"), re.M):
                self.assertRegex(manual, r"\n\.B[RI]? %s\b" % option)


class Screen(ClientTest):
    HEAD = {"screen": {"condition": "gout", "names": [{"text": "gout"}, {"text": "podagra"}], "patients": 3, "candidates": 2}}
    ROW = {"patient": "p\u202e2", "verdict": "present", "basis": "confirmed", "bases": ["confirmed"], "probability": 0.98,
           "mentions": 3, "independent": 2, "complete": True, "opened": True, "evidence": [
               {"note": "n1", "date": "2143-05-02", "type": "Consult", "section": "plan", "start": 4, "end": 8, "quote": "gout",
                "text": "Has gout.", "text_start": 0, "assertion": "present", "p_present": 0.98}]}
    PROBLEM = {"patient": "p3", "problem": {"status": 404, "code": "NOTFOUND", "message": "no such patient"}}
    SUMMARY = {"summary": {"decided": 3, "patients": 3, "opened": 2, "present": 1, "absent": 0, "uncertain": 0,
                           "not_mentioned": 2, "problems": 0, "rows": 1, "complete": True, "elapsed_us": 900}}

    def lines(self, *lines, raw=None):
        """What is answered from now on; returns what was asked since the first call."""
        if not hasattr(self, "seen"):
            self.seen = []

            def script(peer):
                while True:
                    self.seen.append(peer.read_request())
                    peer.send(self.raw)
            self.serve(script)
        self.raw = raw or answer(200, ndjson(*lines), "application/x-ndjson")
        return self.seen

    def test_rows_are_shown_and_the_rest_is_counted(self):
        seen = self.lines(self.HEAD, self.ROW, self.SUMMARY)
        out = self.expect(DONE, "", "screen", "any", "gout?")
        self.assertEqual(json.loads(seen[0][1]), {"question": "any gout?", "verdicts": ["present", "absent", "uncertain"]})
        self.assertIn("PRESENT 0.98   p<U+202E>2   confirmed   3 mentions, 2 independent", out)
        self.assertIn("    Has [gout].", out)
        self.assertIn("3 charts: 1 present, 0 absent, 0 uncertain, 2 not mentioned", out)

    def test_the_body_says_what_the_options_say(self):
        seen = self.lines(self.HEAD, self.SUMMARY)
        name = self.file("ids", b"p1\n\np 2\r\n")
        self.expect(NONE, "", "screen", "--condition", "gout", "--patients", name, "--limit", "2", "--evidence", "0", "--cursor",
                    "p0", "--verdict", "absent", "--verdict", "not-mentioned", "--type", "A", "--narrower", "--deadline", "900")
        self.assertEqual(json.loads(seen[0][1]), {
            "condition": "gout", "types": ["A"], "deadline_ms": 900, "limit": 2, "evidence_limit": 0, "cursor": "p0",
            "patients": ["p1", "p 2"], "verdicts": ["absent", "not_mentioned"], "narrower": True})

    def test_json_is_one_document_and_ndjson_the_lines(self):
        seen = self.lines(self.HEAD, self.ROW, self.PROBLEM, self.SUMMARY)
        out = json.loads(self.expect(FAILED, "", "screen", "gout", "--format", "json"))
        self.assertEqual(out, dict(self.HEAD, rows=[self.ROW, self.PROBLEM], **self.SUMMARY))
        self.assertNotIn("verdicts", json.loads(seen[0][1]))
        out = self.expect(FAILED, "", "screen", "gout", "--format", "ndjson")
        self.assertEqual([json.loads(line) for line in out.splitlines()], [self.HEAD, self.ROW, self.PROBLEM, self.SUMMARY])

    def test_what_was_cut_short_says_how_to_go_on(self):
        for why, code in (("limit", DONE), ("deadline", BUSY), ("draining", BUSY)):
            self.lines(self.HEAD, self.ROW, {"summary": dict(self.SUMMARY["summary"], complete=False, why=why, cursor="p2")})
            self.expect(code, "--cursor 'p2'", "screen", "gout")

    def test_a_stream_that_breaks_is_a_failure(self):
        self.lines(self.HEAD, self.ROW, {"problem": {"status": 500, "code": "CORRUPT", "message": "damaged"}})
        self.expect(FAILED, "stopped after 1 charts shown: damaged", "screen", "gout")
        self.lines(self.HEAD, self.ROW)
        self.expect(FAILED, "has no summary", "screen", "gout")
        self.lines([1])
        self.expect(FAILED, "no JSON object", "screen", "gout")
        self.lines(raw=problem(403, "may not screen"))
        self.expect(5, "may not screen", "screen", "gout")

    def test_usage(self):
        self.expect(FAILED, "QUESTION or --condition", "screen")
        self.expect(FAILED, "QUESTION or --condition", "screen", "gout", "--condition", "gout")
        self.expect(FAILED, "cannot open", "screen", "gout", "--patients", "/nonexistent/file")
        self.expect(FAILED, "from 1 to 604800000", "screen", "gout", "--deadline", "604800001")
        self.expect(FAILED, "from 1 to 3600000", "timeline", "p", "gout", "--deadline", "3600001")
        for verb in (["screen"], ["timeline", "p"], ["context", "p"]):
            self.expect(FAILED, "exclude each other", *verb, "gout", "--lexicon", "x", "--no-lexicon")

    def test_a_deadline_may_be_a_week(self):
        asked = []

        def script(peer):
            asked.append(json.loads(peer.read_request()[1]))
            peer.send(answer(200, self.SUMMARY))
        self.serve(script)
        self.run_client("screen", "gout", "--deadline", "604800000")
        self.assertEqual(asked[0]["deadline_ms"], 604800000)


class Timeline(ClientTest):
    def entry(self, **more):
        return dict({"note": "n1", "date": "2143-05-02", "type": "Consult", "section": "plan", "start": 4, "end": 8, "quote": "gout",
                     "text": "Has gout.", "text_start": 0, "assertion": "present", "p_present": 0.98, "stance": "affirmed",
                     "superseded": False, "copies": 0}, **more)

    def test_marks_by_year_then_each_where_it_stands(self):
        asked = []
        days = [{"date": None, "says": "hint", "entries": [self.entry(date=None, note="n0", stance="hint")]},
                {"date": "2143-05-02", "says": "affirmed", "entries": [
                    self.entry(copies=2, last_copied="2143-06-01"), self.entry(stance="other_person", note="n2")]},
                {"date": "2143-05-09", "says": "suspected", "withheld": 4,
                 "entries": [self.entry(stance="suspected", superseded=True, note="n3", date="2143-05-09")]},
                {"date": "2143-05-10", "says": "affirmed", "entries": [
                    self.entry(stance="denied", superseded=True, note="n5", date="2143-05-10"),
                    self.entry(superseded=True, note="n6", date="2143-05-10")]},
                {"date": "2143-12-01", "says": "affirmed", "withheld": 1, "entries": []},
                {"date": "2145-01-01", "says": "affirmed", "withheld": 1, "entries": []},
                {"date": "2144-01-01", "says": "new\u202e", "entries": [self.entry(stance="new\u202e", date="2144-01-01\x1b", note="n4")]}]
        current = [verdict(evidence=None, timeline=days)]

        def script(peer):
            while True:
                asked.append(peer.read_request())
                peer.send(answer(200, current[0]))
        self.serve(script)
        out = self.expect(DONE, "", "timeline", "p/1", "any", "gout?", "--limit", "9")
        self.assertTrue(asked[0][0].startswith("POST /v1/patients/p%2F1/timeline "))
        self.assertEqual(json.loads(asked[0][1]), {"question": "any gout?", "evidence_limit": 9})
        self.assertIn("\n  2143  +o ? -+\n  2144  *\n", out)
        self.assertIn("copied 2 times, until 2143-06-01", out)
        self.assertEqual((out.count("denied later"), out.count("taken back later")), (2, 1))
        self.assertIn("... and 6 more", out)
        self.assertNotIn("2145", out)
        self.assertLess(out.index("n4:4-8"), out.index("n0:4-8"))
        self.assertNotIn("\x1b", out)
        current[0] = verdict(verdict="not_mentioned", basis="none_found", timeline=[])
        self.expect(NONE, "", "timeline", "p", "--condition", "gout")
        current[0] = {"timeline": [1, {"entries": [2]}, {"date": 3, "entries": {}}]}
        self.expect(FAILED, "", "timeline", "p", "gout")
        self.expect(FAILED, "QUESTION or --condition", "timeline", "p")


class Context(ClientTest):
    def test_the_text_goes_to_stdout_and_its_size_to_stderr(self):
        asked = []
        current = [verdict(text="[c1] n\nGout\u202e.\n\n", passages=[{}], budget=500, tokens=12, left_out={"mentions": 3, "copies": 1})]

        def script(peer):
            while True:
                asked.append(peer.read_request())
                peer.send(answer(200, current[0]))
        self.serve(script)
        out = self.expect(DONE, "1 passages, about 12 of 500 tokens; left out: 3 mentions, 1 copies", "context", "p 1", "gout?",
                          "--budget", "500", "--token-scale", "1.25", "--type", "A")
        self.assertEqual(out, "[c1] n\nGout<U+202E>.\n\n")
        self.assertTrue(asked[0][0].startswith("POST /v1/patients/p%201/context "))
        self.assertEqual(json.loads(asked[0][1]), {"question": "gout?", "types": ["A"], "budget": 500, "token_scale": 1.25})
        self.assertIn("text", json.loads(self.expect(DONE, "", "context", "p", "--condition", "gout", "--format", "json")))
        current[0] = verdict(verdict="not_mentioned", basis="none_found", text=7)
        self.expect(NONE, "0 passages", "context", "p", "gout")
        current[0] = {"text": "x"}
        self.expect(FAILED, "", "context", "p", "gout")
        self.expect(FAILED, "QUESTION or --condition", "context", "p")
        self.expect(FAILED, "context takes no --limit", "context", "p", "gout", "--limit", "1")
        for scale in ("x", "0", "-1", "1x", "nan", "inf"):
            self.expect(FAILED, "--token-scale is a number", "context", "p", "gout", "--token-scale", scale)


class Values(ClientTest):
    ANSWER = {"patient": "p1", "value": "EF", "test": "ejection fraction", "usual_unit": "%", "names": ["EF"], "mentions": 3,
              "without_value": 1, "goals": 1, "other_people": 0, "found": 1, "values": [
                  {"note": "n1", "date": "2150-01-02", "type": "Echo", "section": "findings", "start": 4, "end": 14, "quote": "EF 25-30 %",
                   "text": "The EF 25-30 %.", "text_start": 0, "relation": "<", "low": 25, "high": 30, "unit": "%",
                   "usual_low": 25, "usual_high": 30}],
              "search": {"notes_total": 1, "notes_in_scope": 1, "notes_searched": 1, "complete": True}}

    def test_values_are_lines_and_none_is_exit_1(self):
        asked = []

        def script(peer):
            while True:
                asked.append(json.loads(peer.read_request()[1]))
                peer.send(answer(200, self.ANSWER if asked[-1]["value"] == "EF" else dict(self.ANSWER, found=0, values=[])))
        self.serve(script)
        out = self.expect(DONE, "", "ask", "p1", "--value", "EF", "--from", "2149-01-01")
        self.assertEqual(asked[0], {"value": "EF", "from": "2149-01-01"})
        self.expect(NONE, "", "ask", "p1", "--value", "K")
        self.assertIn("1 VALUE   ejection fraction, %   left out: 1 mention without a value, 1 goal or condition", out)
        self.assertIn("< 25-30 %", out)
        self.assertIn("The [EF 25-30 %].", out)

    def test_a_value_and_a_question_are_too_much(self):
        self.expect(FAILED, "ask takes a QUESTION", "ask", "p1", "gout", "--value", "EF")


class Eval(ClientTest):
    """What eval makes of a daemon that misbehaves; tests/client/eval_test.py has the rest."""
    QUESTIONS = [{"qid": "a", "patient": "p1", "condition": "gout", "label": "present", "needle_note_id": "n1",
                  "mention_byte_start": 4, "mention_byte_end": 8},
                 {"qid": "b", "patient": "p1", "condition": "mumps", "label": "absent"}]
    EVIDENCE = [{"note": n, "start": 4, "end": 8, "start_cp": 4, "end_cp": 8, "quote": "gout"} for n in ("n1", "n2")]

    def evaluate(self, script, *args, code=DONE, words=""):
        self.serve(script)
        out = self.expect(code, words, "eval", self.file("q", ndjson(*self.QUESTIONS)), "--format", "json", *args)
        return json.loads(out) if code == DONE else out

    def test_a_note_that_cannot_be_read_has_no_exact_quotes(self):
        def script(peer):
            while True:
                line, body = peer.read_request()
                if "/ask" in line:
                    found = json.loads(body)["condition"] == "gout"
                    peer.send(answer(200, verdict(evidence=self.EVIDENCE if found else [],
                                                  verdict="present" if found else "not_mentioned")))
                elif "/notes/n1" in line:
                    peer.send(answer(200, b"Has gout.", "text/plain"))
                elif "/notes/n2" in line:
                    peer.send(answer(500, {"status": 500, "code": "CORRUPT", "message": "damaged", "id": "1"},
                                     "application/problem+json"))
                else:
                    peer.send(answer(200, ndjson({"note": "n1"}, {"note": "n2"}), "application/x-ndjson"))
        got = self.evaluate(script, words="q:1: 1 notes of the chart cannot be read")
        self.assertEqual((got["quotes"], got["quotes_exact"], got["needles_found"]), (2, 1, 1))
        self.assertEqual(got["forced"]["tp"] + got["forced"]["tn"], 2)

    def test_an_answer_without_a_verdict_is_no_answer(self):
        def script(peer):
            while True:
                line, _ = peer.read_request()
                peer.send(answer(200, {} if "/ask" in line else b"", "application/json" if "/ask" in line else "text/plain"))
        self.evaluate(script, code=FAILED, words="q:1: not answered: the daemon's answer has no verdict")

    def test_a_daemon_that_falls_silent_is_asked_again_on_a_new_connection(self):
        asked = []

        def script(peer):
            while True:
                line, _ = peer.read_request()
                if "/ask" not in line:
                    peer.send(answer(200, b"", "application/x-ndjson"))
                elif asked:
                    peer.send(answer(200, verdict(verdict="absent", probability=0.1)))
                else:
                    asked.append(line)
                    peer.wait_gone()
                    return
        got = self.evaluate(script, "--timeout", "1", words="q:1: not answered: ")
        self.assertEqual(got["verdicts"]["present"]["error"], 1)
        self.assertEqual(got["forced"]["tn"], 1)

    def test_a_daemon_that_goes_away_ends_it(self):
        self.evaluate(lambda peer: peer.read_request(), code=UNREACHABLE)


class Offline(unittest.TestCase):
    """Verbs that become lodestoned; it is found beside us or where the build leaves it."""

    def scan(self, text, *options):
        return subprocess.run([BINARY, "phi-scan", *options, "-"], input=text, capture_output=True,
                              text=True, timeout=60, check=False)

    def test_phi_scan_tells_place_and_type_and_exits_1(self):
        run = self.scan("Dr. Okafor 617-555-0123\n")
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual([r.get("type") for r in rows], ["name", "phone", None])
        self.assertEqual((rows[1]["start"], rows[1]["bytes"]), (11, 12))
        self.assertNotIn("0123", run.stdout)

    def test_phi_scan_policy_and_notes(self):
        note = json.dumps({"patient": "p", "note_id": "n", "text": "Dr. Okafor 617-555-0123, seen 5/2/2143"})
        run = self.scan("\n" + note + "\n", "--policy", "allow date=flag")
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(rows[0], {"file": "-", "line": 2, "patient": "p", "note_id": "n", "type": "date",
                                   "start": 30, "bytes": 8})
        self.assertEqual(rows[1]["summary"]["found"], {"date": 1})

    def test_phi_scan_of_nothing_and_of_what_it_cannot_read(self):
        self.assertEqual(self.scan("No fever.\n").returncode, 0)
        self.assertEqual(self.scan("No fever.\n", "--policy", "shoes=flag").returncode, 2)
        self.assertEqual(self.scan('{"text":3}\n').returncode, 2)


if __name__ == "__main__":
    if not BINARY:
        sys.exit(__doc__)
    unittest.main(argv=sys.argv[:1])
