"""lodestoned as a service: units, socket activation, readiness, watchdog, reload, metrics, audit.

Arguments: the daemon's path, the build folder's daemon/systemd."""
import json
import os
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import BOUND, JSON, NDJSON, Client, Daemon, note, request

PROGRAM = UNITS = None
OTHER_PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


class Manager:
    """The other end of NOTIFY_SOCKET.  Waiting for a message ends with the daemon that should send it."""

    def __init__(self, folder, is_abstract=False):
        self.name = os.path.join(folder, "notify")
        if is_abstract:
            self.name = "@lodestone-test-%d" % os.getpid()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.name.replace("@", "\0", 1) if is_abstract else self.name)
        self.address = self.sock.getsockname()
        self.daemon = None
        self.got = []

    def await_message(self):
        end = time.monotonic() + BOUND
        while True:
            # Before the look: what it sent, it sent before its end.
            d = self.daemon
            has_ended = d is not None and (d.process is None or d.process.poll() is not None)
            if select.select([self.sock], [], [], 0 if has_ended else 0.05)[0]:
                return
            if has_ended:
                raise RuntimeError("the daemon ended and sent nothing: " + (d.log or d.read_log()))
            if time.monotonic() > end:
                raise TimeoutError("no message")

    def take(self):
        self.await_message()
        message = dict(line.split("=", 1) for line in self.sock.recv(4096).decode().splitlines())
        self.got.append(message)
        return message

    def until(self, key, word=""):
        """The next message with that key, and that word in its value."""
        end = time.monotonic() + BOUND
        while True:
            message = self.take()
            if word in message.get(key, "") and key in message:
                return message
            if time.monotonic() > end:
                raise TimeoutError("no %s with %r" % (key, word))

    def rest(self):
        while select.select([self.sock], [], [], 0)[0]:
            self.take()
        return self.got

    def end(self, d):
        """SIGTERM; the exit code.  It is read on meanwhile: a full queue holds up who must say STOPPING."""
        d.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + BOUND
        while d.process.poll() is None and time.monotonic() < end:
            if select.select([self.sock], [], [], 0.05)[0]:
                self.take()
        return d.wait()

    def close(self):
        self.sock.close()


class ServiceDaemon(Daemon):
    """With environment, config file and whatever starts it."""

    def __init__(self, *settings, env=None, config=None, starter=(), has_socket=True, **more):
        super().__init__(PROGRAM, *settings, **more)
        self.env = dict(os.environ, **(env or {}))
        self.config = os.path.join(self.folder, "conf")
        self.has_socket = has_socket
        self.starter = list(starter)
        self.keep = ()
        self.has_config = config is not None
        if self.has_config:
            self.configure(config)

    def configure(self, text):
        with open(self.config, "w") as f:
            f.write(text)

    def command(self):
        words = super().command()
        if not self.has_socket:
            at = words.index("--socket")
            del words[at:at + 2]
        if self.has_config:
            words += ["--config", self.config]
        return self.starter + words

    def spawn(self):
        self.log_file = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stderr=self.log_file,
                                        env=self.env, pass_fds=self.keep)


def samples(text):
    """{(name, labels): value}; fails on anything that is not the text format."""
    found, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
            continue
        match = re.fullmatch(r'([a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)*)\})? ([0-9.e+-]+)', line)
        assert match, line
        name, labels, value = match.groups()
        base = re.sub("_(bucket|sum|count)$", "", name)
        assert name in types or types.get(base) == "histogram", line
        key = (name, tuple(sorted(re.findall(r'([a-z]+)="([^"]*)"', labels or ""))))
        assert key not in found, line
        found[key] = float(value)
    return found


class Metrics(unittest.TestCase):
    def test_metrics_count_requests_notes_and_the_index_and_name_no_patient(self):
        with ServiceDaemon() as d:
            d.ingest(note("zebra-1", "n1", "Hx of gout.") + note("zebra-1", "n2", "x") + b"{}\n")
            d.ingest(note("zebra-1", "n1", "Hx of gout.") + note("zebra-1", "n2", "y"))
            d.ask("POST", "/v1/patients/zebra-1/ask", b'{"question":"gout"}', JSON)
            d.ask("GET", "/v1/patients/nobody")
            d.ask("GET", "/nowhere")
            answer = d.ask("GET", "/metrics")
            self.assertTrue(answer.headers["content-type"].startswith("text/plain; version=0.0.4"))
            text = answer.body.decode()
            have = samples(text)
            revision = d.ask("GET", "/v1/stats").json()["index"]["revision"]
        self.assertNotIn("zebra", text)

        def value(name, **labels):
            return have["lodestone_" + name, tuple(sorted(labels.items()))]

        self.assertEqual(value("requests_total", method="POST", route="/v1/notes", code="200"), 2)
        self.assertEqual(value("requests_total", method="GET", route="/v1/patients/{patient}", code="404"), 1)
        self.assertEqual(value("requests_total", method="", route="", code="404"), 1)
        for result, n in (("added", 2), ("replaced", 1), ("unchanged", 1), ("rejected", 1)):
            self.assertEqual(value("ingest_notes_total", result=result), n, result)
        self.assertEqual(value("ingest_text_bytes_total"), 24)
        self.assertEqual(value("index_revision"), revision)
        self.assertEqual((value("index_notes"), value("index_patients")), (2, 1))
        self.assertGreater(value("resident_bytes"), 1 << 20)
        self.assertGreaterEqual(value("index_file_bytes"), value("index_used_bytes"))
        self.assertEqual(value("connections"), 1)
        for lane in ("read", "prepare", "write"):
            self.assertEqual(value("lane_waiting", lane=lane), 0)
        self.histogram(have, ("method", "POST"), ("route", "/v1/notes"))

    def histogram(self, have, *labels):
        buckets = [(float(dict(key[1])["le"].replace("+Inf", "inf")), n) for key, n in have.items()
                   if key[0] == "lodestone_request_seconds_bucket" and set(labels) <= set(key[1])]
        buckets.sort()
        self.assertEqual(buckets[-1], (float("inf"), 2))
        self.assertEqual([n for _, n in buckets], sorted(n for _, n in buckets))
        self.assertEqual(have["lodestone_request_seconds_count", labels], 2)
        self.assertGreater(have["lodestone_request_seconds_sum", labels], 0)


class Notify(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")
        self.manager = None

    def tearDown(self):
        if self.manager:
            self.manager.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def listen(self, **more):
        self.manager = Manager(self.folder, **more)
        return self.manager

    def run_once(self, m, **env):
        d = ServiceDaemon(env=dict({"NOTIFY_SOCKET": m.name}, **env), folder=self.folder)
        d.spawn()
        m.daemon = d
        self.addCleanup(self.put_away, d)
        self.assertEqual(m.take()["READY"], "1")
        self.assertEqual(d.ask("GET", "/healthz").status, 200)  # READY is said when it is
        return d

    @staticmethod
    def put_away(d):
        if d.process:
            d.process.kill()
            d.process.wait()

    def test_ready_and_stopping_are_told(self):
        for is_abstract in (False, True):
            m = self.listen(is_abstract=is_abstract)
            d = self.run_once(m)
            self.assertEqual(d.stop(), 0)
            states = [sorted(message) for message in m.rest()]
            self.assertEqual(states, [["READY", "STATUS"], ["STOPPING"]])
            m.close()

    def test_status_holds_counts_and_no_patient(self):
        m = self.listen()
        d = self.run_once(m, WATCHDOG_USEC="200000")
        d.ask("GET", "/v1/patients/zebra")
        m.until("STATUS", "2 requests")
        self.assertEqual(m.end(d), 0)
        self.assertNotIn("zebra", json.dumps(m.rest()))

    def test_watchdog_beats_at_half_its_time_until_the_loop_stops_turning(self):
        m = self.listen()
        start = time.monotonic()  # before its timer can be armed: however late a beat is read, it was not sent early
        d = self.run_once(m, WATCHDOG_USEC="1000000")
        for _ in range(3):
            self.assertEqual(m.until("WATCHDOG")["WATCHDOG"], "1")
        self.assertGreater(time.monotonic() - start, 1.49)  # its clock counts whole ms
        d.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, d.process.pid, os.WSTOPPED)
        m.rest()
        self.assertEqual(select.select([m.sock], [], [], 1.0)[0], [])
        d.process.send_signal(signal.SIGCONT)
        self.assertEqual(m.until("WATCHDOG")["WATCHDOG"], "1")
        self.assertEqual(m.end(d), 0)

    def test_a_manager_that_reads_nothing_holds_up_nobody(self):
        m = self.listen()
        d = self.run_once(m, WATCHDOG_USEC="2000")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    s.sendto(b"FILLER=1", m.address)
            end = time.monotonic() + 0.1  # many beats that find no room
            with d.client() as c:
                while time.monotonic() < end:
                    self.assertEqual(c.ask("GET", "/healthz").status, 200)
            with self.assertRaises(BlockingIOError):
                s.sendto(b"FILLER=1", m.address)
        self.assertEqual(d.stop(), 0)  # STOPPING is waited for, but not for ever
        self.assertIn("notify: STOPPING=1", d.log)

    @unittest.skipUnless(shutil.which("strace"), "no strace")
    def test_a_stuck_worker_stops_the_beats_while_the_loop_answers(self):
        with ServiceDaemon(folder=self.folder):
            pass  # the index is made, which takes a sync of its own
        m = self.listen()
        trace = os.path.join(self.folder, "trace")
        options = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"  # which needs ptrace for itself
        # The sync takes longer than the test: it is stuck however late we look.
        d = ServiceDaemon("stuck_ms=100", folder=self.folder,
                          env={"NOTIFY_SOCKET": m.name, "WATCHDOG_USEC": "100000", "ASAN_OPTIONS": options},
                          starter=["strace", "-f", "-qq", "-e", "trace=fdatasync,execve", "-e", "signal=none",
                                   "-e", "inject=fdatasync:delay_enter=1000000000", "-o", trace])
        d.spawn()
        m.daemon = d
        self.addCleanup(self.put_away, d)
        try:
            m.until("READY")
        except RuntimeError as why:
            if "trace" in str(why):
                self.skipTest("no ptrace here")
            raise
        m.until("WATCHDOG")
        body = note("p", "n", "Hx")
        with d.client() as c:
            c.send(b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                   b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            end = time.monotonic() + BOUND
            while samples(d.ask("GET", "/metrics").body.decode())["lodestone_lane_stuck", (("lane", "write"),)] != 1:
                self.assertLess(time.monotonic(), end)
            m.rest()  # from before
            for _ in range(3):
                message = m.take()
                self.assertNotIn("WATCHDOG", message)
                self.assertIn("stuck", message["STATUS"])
            self.assertEqual(d.ask("GET", "/healthz").status, 200)
        with open(trace) as f:
            os.kill(int(f.readline().split()[0]), signal.SIGKILL)
        d.kill()  # strace does not see it before its delay is over
        self.assertRegex(d.log, "[0-9] workers are stuck: the watchdog is not fed")

    def test_a_watchdog_meant_for_another_process_is_left_alone(self):
        m = self.listen()
        d = self.run_once(m, WATCHDOG_USEC="2000", WATCHDOG_PID="1")
        with d.client() as c:
            for _ in range(50):
                c.ask("GET", "/v1/stats")
        self.assertEqual(d.stop(), 0)
        self.assertEqual([message for message in m.rest() if "WATCHDOG" in message], [])


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")
        self.manager = Manager(self.folder)
        self.daemons = []

    def tearDown(self):
        for d in self.daemons:
            if d.process:
                d.process.kill()
                d.process.wait()
        self.manager.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, config, *settings):
        d = ServiceDaemon(*settings, env={"NOTIFY_SOCKET": self.manager.name}, config=config, folder=self.folder)
        self.daemons.append(d)
        d.spawn()
        self.manager.daemon = d
        self.manager.until("READY")
        return d

    def hang_up(self, d):
        d.process.send_signal(signal.SIGHUP)
        message = self.manager.until("RELOADING")
        at = int(message["MONOTONIC_USEC"]) / 1e6
        self.assertLess(abs(time.monotonic() - at), BOUND)
        self.manager.until("READY")

    def body_status(self, d, n):
        return d.ask("POST", "/v1/patients/p/search", b'{"query":"%s"}' % (b"a " * n), JSON).status

    def test_sighup_changes_what_may_change_and_names_what_needs_a_restart(self):
        d = self.start("max_query_body = 4K\n", "idle_ms=50000")
        self.assertEqual(self.body_status(d, 500), 404)
        d.configure("max_query_body = 128\nworkers = 3\nidle_ms = 70000\nlog_level = debug\n")
        self.hang_up(d)
        self.assertEqual(self.body_status(d, 500), 413)
        self.assertEqual(d.ask("GET", "/v1/stats").json()["daemon"]["lanes"]["read"]["width"], 2)
        self.assertEqual(d.stop(), 0)
        self.assertIn("workers stays as it was: it needs a restart", d.log)
        self.assertIn("max_query_body has changed", d.log)
        self.assertNotIn("idle_ms", d.log)  # the command line still wins
        self.assertIn("debug: request", d.log)

    def test_a_bad_file_changes_nothing_and_is_named_with_its_line(self):
        d = self.start("max_query_body = 4K\n")
        for text, word in (("max_query_body = 128\n\nnonsense = 1\n", "line 3"),
                           ("max_query_body = 128\nqueue = 0\n", "line 2"),
                           ("max_query_body = 128\nlog_level = loud\n", "log_level"),
                           ("max_query_body = 128\nread_groups = no-such-group\n", "no-such-group")):
            d.configure(text)
            self.hang_up(d)
            self.assertEqual(self.body_status(d, 500), 404)
            self.assertIn(word, d.read_log())
            answer = d.ask("POST", "/v1/admin/reload")
            self.assertEqual(answer.status, 400)
            self.assertIn(word, answer.json()["message"])
        os.unlink(d.config)
        self.hang_up(d)
        self.assertEqual(self.body_status(d, 500), 404)
        text = d.ask("GET", "/metrics").body.decode()
        self.assertEqual(samples(text)["lodestone_reload_failures_total", ()], 9)
        self.assertEqual(d.stop(), 0)

    def test_the_admin_route_says_what_changed(self):
        d = self.start("queue = 5\n")
        d.configure("queue = 6\nmap_bytes = 1G\n")
        self.assertEqual(d.ask("POST", "/v1/admin/reload").json(),
                         {"changed": ["queue"], "restart_needed": ["map_bytes"]})
        self.assertEqual(d.ask("POST", "/v1/admin/reload").json(), {"changed": [], "restart_needed": ["map_bytes"]})
        self.assertEqual(d.stop(), 0)

    def test_reload_while_ingests_and_questions_run(self):
        d = self.start("ingest_batch = 1M\n")
        with d.client() as slow:
            slow.send(b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                      b"Transfer-Encoding: chunked\r\n\r\n")
            for i in range(20):
                d.configure("ingest_batch = %dK\nqueue = %d\nout_high_water = %dK\n" % (i + 1, i + 1, i + 4))
                line = note("p%d" % i, "n", "word " * 5000)
                slow.send(b"%x\r\n%s\r\n" % (len(line), line))
                self.hang_up(d)
                d.ask("POST", "/v1/patients/p0/ask", b'{"question":"gout"}', JSON)
            slow.send(b"0\r\n\r\n")
            self.assertEqual(slow.answer().lines()[-1]["summary"]["added"], 20)
        self.assertEqual(d.stop(), 0)

    @unittest.skipIf(os.getuid() != 0, "needs root to become another user")
    def test_a_group_that_loses_its_grant_loses_it_on_open_connections(self):
        d = self.start("read_groups = 4711\n")
        os.chmod(d.socket, 0o666)
        child = subprocess.Popen(
            [OTHER_PYTHON, "-c",
             "import socket, sys\n"
             "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
             "for line in sys.stdin:\n"
             "    s.sendall(b'GET /v1/patients/p HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')\n"
             "    print(s.recv(65536).split()[1].decode(), flush=True)\n", d.socket],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=65534, group=65534, extra_groups=[4711])

        def status():
            child.stdin.write("go\n")
            child.stdin.flush()
            return child.stdout.readline().strip()

        self.assertEqual(status(), "404")
        d.configure("ingest_groups = 4711\n")
        self.hang_up(d)
        self.assertEqual(status(), "403")
        d.configure("read_groups = 4711\n")
        self.hang_up(d)
        self.assertEqual(status(), "404")
        child.stdin.close()
        child.wait(BOUND)
        child.stdout.close()
        self.assertEqual(d.stop(), 0)


class Standard(unittest.TestCase):
    """A shell or a manager may start us with descriptors closed."""

    def test_the_log_of_a_daemon_without_stderr_goes_into_nothing(self):
        folder = tempfile.mkdtemp(prefix="lode-")
        path = os.path.join(folder, "socket")
        command = [PROGRAM, "--data", os.path.join(folder, "data"), "--socket", path]
        process = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"] + command)
        try:
            end = time.monotonic() + BOUND
            while not os.path.exists(path) and time.monotonic() < end:
                time.sleep(0.005)
            held = [os.readlink("/proc/%d/fd/%d" % (process.pid, fd)) for fd in range(3)]
            self.assertEqual(held, ["/dev/null"] * 3)
            process.terminate()
            self.assertEqual(process.wait(BOUND), 0)
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(folder)

    def test_what_cannot_be_written_is_no_result(self):
        for option in "--help", "--version":
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, option], stdout=full, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"cannot write the output", done.stderr)

    def test_a_setting_that_cannot_be_ends_the_start_as_the_unit_expects(self):
        folder = tempfile.mkdtemp(prefix="lode-")
        try:
            done = subprocess.run([PROGRAM, "--data", os.path.join(folder, "data"), "--socket",
                                   os.path.join(folder, "socket"), "--set", "read_groups=no-such-group"],
                                  stderr=subprocess.PIPE, check=False)
        finally:
            shutil.rmtree(folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"no such group: no-such-group", done.stderr)


class Check(unittest.TestCase):
    def test_a_sound_index_has_no_problems(self):
        with ServiceDaemon() as d:
            d.ingest(b"".join(note("p%d" % (i % 7), "n%d" % i, "Hx of gout. " * 20) for i in range(100)))
            answer = d.ask("POST", "/v1/admin/check")
            self.assertEqual(answer.headers["content-type"], "application/x-ndjson")
            rows = answer.lines()
            self.assertEqual(len(rows), 1)
            self.assertEqual((rows[0]["summary"]["problems"], rows[0]["summary"]["complete"]), (0, True))

    def test_damage_is_listed(self):
        with ServiceDaemon() as d:
            d.ingest(note("p", "n", "Hx of gout, zebra crossing. " * 200))
            d.stop()
            path = os.path.join(d.data, "index", "data.mdb")
            size = os.path.getsize(path)
            with open(path, "r+b") as f:
                data = f.read()
                at = self.segment_at(data)
                f.seek(at)
                f.write(bytes([data[at] ^ 0x40]))
            self.assertEqual(os.path.getsize(path), size)
            d.start()
            rows = d.ask("POST", "/v1/admin/check").lines()
            self.assertGreaterEqual(rows[-1]["summary"]["problems"], 1)
            self.assertEqual(rows[-1]["summary"]["problems_listed"], len(rows) - 1)
            self.assertIn("problem", rows[0])
            text = d.ask("GET", "/metrics").body.decode()
            self.assertGreaterEqual(samples(text)["lodestone_check_problems_total", ()], 1)

    def test_a_check_beside_ingests_finds_nothing(self):
        with ServiceDaemon() as d:
            done = threading.Event()
            writer = threading.Thread(target=self.keep_writing, args=(d, done))
            writer.start()
            try:
                for _ in range(10):
                    rows = d.ask("POST", "/v1/admin/check").lines()
                    self.assertEqual(len(rows), 1, rows)
                    self.assertEqual((rows[0]["summary"]["problems"], rows[0]["summary"]["complete"]), (0, True))
            finally:
                done.set()
                writer.join(BOUND)

    def keep_writing(self, d, done):
        i = 0
        with d.client() as c:
            while not done.is_set():
                c.ask("POST", "/v1/notes", note("p%d" % (i % 5), "n%d" % i, "Hx of gout. " * 20), NDJSON)
                i += 1

    def test_a_check_ends_with_its_client_and_with_the_daemon(self):
        with ServiceDaemon() as d:
            d.ingest(b"".join(note("p%d" % (i % 50), "n%d" % i, "Hx of gout. " * 200) for i in range(4000)))
            for _ in range(5):
                with d.client() as c:
                    c.send(request("POST", "/v1/admin/check"))
                end = time.monotonic() + BOUND
                # Refused until the one whose client has gone is gone too.
                while d.ask("POST", "/v1/admin/check").status == 503:
                    self.assertLess(time.monotonic(), end)
            with d.client() as c:
                c.send(request("POST", "/v1/admin/check"))
                self.assertEqual(d.stop(), 0)

    def test_a_walk_that_crashes_is_a_report(self):
        with ServiceDaemon() as d:
            d.ingest(b"".join(note("p%d" % (i % 50), "n%d" % i, "Hx of gout %d. " % i * 60) for i in range(300)))
            d.stop()
            path = os.path.join(d.data, "index", "data.mdb")
            with open(path, "rb") as f:
                whole = f.read()
            crashes = 0
            # Places of records on a page, so that LMDB reads somewhere behind the file's end.
            for page in range(2, len(whole) // 4096):
                flags = whole[4096 * page + 10]
                if flags not in (1, 2) or whole[4096 * page] != page % 256:
                    continue
                with open(path, "r+b") as f:
                    f.seek(4096 * page + 16)
                    f.write(b"\xff" * 2000)
                done = subprocess.run([PROGRAM, "--data", d.data, "--check"], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, timeout=BOUND, text=True)
                with open(path, "wb") as f:
                    f.write(whole)
                self.assertIn(done.returncode, (0, 1), (page, done.stdout))
                crashes += "ended by a damaged page" in done.stdout
            with open(PROGRAM, "rb") as f:
                if b"__asan_init" not in f.read():  # which tells of a signal by itself, and exits with 1
                    self.assertGreater(crashes, 0)
            d.start()

    @staticmethod
    def segment_at(data):
        """A byte inside the compressed text: past the zstd magic."""
        return data.index(b"\x28\xb5\x2f\xfd") + 12


class Audit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def verify(self, path):
        done = subprocess.run([PROGRAM, "--check-audit", path], stdout=subprocess.PIPE, timeout=BOUND)
        return done.returncode, done.stdout.decode()

    def lines(self, path):
        with open(path, "rb") as f:
            return f.read().splitlines(keepends=True)

    def write(self, lines):
        path = os.path.join(self.folder, "edited")
        with open(path, "wb") as f:
            f.write(b"".join(lines))
        return path

    def test_the_chain_shows_lost_cut_and_edited_lines(self):
        d = ServiceDaemon(folder=self.folder)
        path = os.path.join(d.data, "audit.ndjson")
        for _ in range(2):  # it goes on after a restart
            with d:
                for i in range(5):
                    d.ask("GET", "/v1/patients/p%d" % i)
        lines = self.lines(path)
        self.assertEqual(self.verify(path), (0, "0 problems\n"))
        self.assertEqual(self.verify(self.write(lines[3:])), (0, "0 problems\n"))
        for name, edited, at in (("lost", lines[:4] + lines[5:], 5),
                                 ("edited", lines[:4] + [lines[4].replace(b'"status":404', b'"status":200')] + lines[5:], 6),
                                 ("swapped", lines[:4] + [lines[5], lines[4]] + lines[6:], 5),
                                 ("cut", lines[:4] + [lines[4][:40] + b"\n"] + lines[5:], 5)):
            code, said = self.verify(self.write(edited))
            self.assertEqual(code, 1, name)
            self.assertTrue(said.startswith("audit line %d: " % at), said)

    def test_a_crash_in_the_middle_of_a_line_costs_that_line_alone(self):
        d = ServiceDaemon(folder=self.folder)
        path = os.path.join(d.data, "audit.ndjson")
        with d:
            d.ask("GET", "/v1/patients/p")
        whole = len(self.lines(path))
        with open(path, "ab") as f:
            f.write(b'{"seq":%d,"prev":"00' % (whole + 1))
        with d:
            d.ask("GET", "/v1/patients/p")
        code, said = self.verify(path)
        self.assertEqual(code, 1)
        self.assertEqual([line.split(":")[0] for line in said.splitlines()], ["audit line %d" % (whole + 1), "1 problems"])

    def test_a_moved_log_is_opened_anew_at_a_reload_and_the_chain_goes_on(self):
        d = ServiceDaemon(folder=self.folder, config="")
        path = os.path.join(d.data, "audit.ndjson")
        with d:
            d.ask("GET", "/v1/patients/p")
            os.rename(path, path + ".1")
            self.assertEqual(d.ask("POST", "/v1/admin/reload").status, 200)
            # A sync may hold the old file for a moment: the next reload finds it done.
            end = time.monotonic() + BOUND
            while not os.path.exists(path) and time.monotonic() < end:
                d.ask("GET", "/healthz")
            d.ask("GET", "/v1/patients/p")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(self.verify(path)[0], 0)
        both = self.write(self.lines(path + ".1") + self.lines(path))
        self.assertEqual(self.verify(both), (0, "0 problems\n"))

    def full(self, required):
        """A daemon whose audit log stands at the limit of a file's size."""
        d = ServiceDaemon("audit_required=" + required, folder=self.folder,
                          starter=["sh", "-c", 'ulimit -f 131072; exec "$@"', "sh"])  # 64 or 128 MiB
        os.mkdir(d.data, 0o700)
        path = os.path.join(d.data, "audit.ndjson")
        with open(path, "wb") as f:
            os.chmod(path, 0o600)
            f.truncate(128 << 20)
        d.spawn()
        return d, path

    def await_answer(self, d):
        end = time.monotonic() + BOUND
        while True:
            try:
                return d.ask("GET", "/healthz")
            except (OSError, EOFError):
                if time.monotonic() > end:
                    raise

    def test_a_required_log_that_cannot_be_written_stops_answers_until_it_can(self):
        d, path = self.full("yes")
        self.assertEqual(self.await_answer(d).status, 503)
        for answer in (d.ask("GET", "/v1/patients"), d.ingest(note("p", "n", "x"))):
            self.assertEqual(answer.status, 503)
            self.assertIn("audit", answer.json()["message"])
        metrics = d.ask("GET", "/metrics")
        self.assertEqual(metrics.status, 200)
        have = samples(metrics.body.decode())
        self.assertGreaterEqual(have["lodestone_audit_failures_total", ()], 3)
        self.assertEqual(have["lodestone_index_notes", ()], 0)
        os.truncate(path, 0)
        d.ask("GET", "/healthz")  # its line finds that there is room again
        self.assertEqual(d.ask("GET", "/v1/patients").status, 200)
        self.assertEqual(d.stop(), 0)

    def test_a_log_that_is_not_required_is_missed_aloud(self):
        d, _ = self.full("no")
        self.assertEqual(self.await_answer(d).status, 200)
        self.assertEqual(d.stop(), 0)
        self.assertIn("was not written: File too large", d.log)


class Activation(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")
        self.socks = []

    def tearDown(self):
        for s in self.socks:
            s.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def bind(self, name="given", kind=socket.SOCK_STREAM, is_listening=True):
        s = socket.socket(socket.AF_UNIX, kind)
        self.socks.append(s)
        s.bind(os.path.join(self.folder, name) if name[0] != "\0" else name)
        if is_listening:
            s.listen(16)
        return s

    def daemon(self, s, has_socket=False, fds="1", pid="$$", **more):
        d = ServiceDaemon(has_socket=has_socket, folder=self.folder, env={"LISTEN_FDS": fds}, **more)
        d.starter = ["sh", "-c", 'LISTEN_PID=%s; export LISTEN_PID; exec "$@" 3<&%d' % (pid, s.fileno()), "sh"]
        d.keep = (s.fileno(),)
        if not has_socket:
            d.socket = os.path.join(self.folder, "given")
        return d

    def test_the_socket_that_is_handed_over_is_served_and_left_as_it_is(self):
        s = self.bind()
        path = os.path.join(self.folder, "given")
        os.chmod(path, 0o640)
        before = os.stat(path)
        for _ in range(2):  # its file stays for the next one
            with self.daemon(s) as d:
                d.ingest(note("p", "n", "Hx of gout."))
                self.assertEqual(d.ask("GET", "/v1/patients/p").status, 200)
            after = os.stat(path)
            self.assertEqual((after.st_ino, after.st_mode), (before.st_ino, before.st_mode))

    def test_connections_wait_in_the_backlog_until_the_daemon_comes(self):
        s = self.bind()
        with Client(os.path.join(self.folder, "given")) as early:
            early.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            with self.daemon(s):
                self.assertEqual(early.answer().status, 200)

    def test_the_socket_of_systemd_wins_over_the_option(self):
        s = self.bind()
        d = self.daemon(s, has_socket=True)
        own = d.socket
        d.spawn()
        with Client(os.path.join(self.folder, "given")) as c:
            self.assertEqual(c.ask("GET", "/healthz").status, 200)
        self.assertFalse(os.path.exists(own))
        self.assertEqual(d.stop(), 0)
        self.assertIn("--socket is not used", d.log)

    def test_a_socket_without_a_file_is_served_but_grants_no_group(self):
        name = "\0lodestone-test-listen-%d" % os.getpid()
        d = self.daemon(self.bind(name))
        d.socket = name
        with d:
            self.assertEqual(d.ask("GET", "/healthz").status, 200)
        self.assertIn("no group may read by it", d.log)

    def refused(self, d, word, code=2):
        d.spawn()
        self.assertEqual(d.wait(), code)
        self.assertIn(word, d.log)

    def test_what_cannot_be_served_is_refused(self):
        self.refused(self.daemon(self.bind("datagram", socket.SOCK_DGRAM, False)), "no listening Unix stream")
        self.refused(self.daemon(self.bind("deaf", is_listening=False)), "no listening Unix stream")
        self.refused(self.daemon(self.bind("two"), fds="2"), "2 sockets")
        inet = socket.socket()
        self.socks.append(inet)
        inet.listen(1)
        self.refused(self.daemon(inet), "no listening Unix stream")

    def test_a_socket_meant_for_another_process_is_left_alone(self):
        s = self.bind()
        self.refused(self.daemon(s, pid="1"), "give --socket")
        with self.daemon(s, pid="1", has_socket=True) as d:
            self.assertEqual(d.ask("GET", "/healthz").status, 200)

    @unittest.skipIf(os.getuid() != 0, "needs root to become another user")
    def test_the_group_of_the_sockets_file_may_read(self):
        s = self.bind()
        path = os.path.join(self.folder, "given")
        os.chown(path, 0, 4711)
        os.chmod(path, 0o660)
        os.chmod(self.folder, 0o755)
        with self.daemon(s) as d:
            d.ingest(note("p", "n", "x"))
            script = ("import socket, sys\n"
                      "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
                      "s.sendall(sys.argv[2].encode())\n"
                      "print(s.recv(65536).split()[1].decode())\n")

            def status(method, url="/v1/patients/p", body=""):
                sent = "%s %s HTTP/1.1\r\nHost: x\r\n" % (method, url)
                if body:
                    sent += "Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
                return subprocess.run([OTHER_PYTHON, "-c", script, path, sent + "\r\n" + body], stdout=subprocess.PIPE,
                                      timeout=BOUND, user=65534, group=65534, extra_groups=[4711], text=True).stdout.strip()

            self.assertEqual(status("GET"), "200")
            # Who may read may screen the patients that he lists, not all.
            self.assertEqual(status("POST", "/v1/screen", '{"condition":"gout"}'), "403")
            self.assertEqual(status("POST", "/v1/screen", '{"condition":"gout","patients":["p"]}'), "200")
            self.assertEqual(status("DELETE"), "403")
            self.assertEqual(d.ask("POST", "/v1/admin/reload").status, 200)
            self.assertEqual(status("GET"), "200")

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "no systemd-socket-activate")
    def test_under_systemd_socket_activate(self):
        d = ServiceDaemon(has_socket=False, folder=self.folder)
        d.starter = ["systemd-socket-activate", "--listen", d.socket]
        d.spawn()
        end = time.monotonic() + BOUND
        while not os.path.exists(d.socket) and time.monotonic() < end:
            self.assertIsNone(d.process.poll())
        # The first connection starts the daemon in that process's place.
        while True:
            try:
                with d.client() as c:
                    self.assertEqual(c.ask("GET", "/healthz").status, 200)
                break
            except (ConnectionRefusedError, ConnectionResetError):
                self.assertLess(time.monotonic(), end)
        d.ingest(note("p", "n", "x"))
        self.assertEqual(d.stop(), 0)
        self.assertTrue(os.path.exists(d.socket))


@unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")
        for name in ("lodestoned.service", "lodestoned.socket"):
            with open(os.path.join(UNITS, name)) as f:
                text = f.read()
            # verify wants the program to be there; it is not installed here.
            text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=" + PROGRAM, text)
            with open(os.path.join(self.folder, name), "w") as f:
                f.write(text)
        self.service = os.path.join(self.folder, "lodestoned.service")
        self.socket = os.path.join(self.folder, "lodestoned.socket")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def analyze(self, *args):
        return subprocess.run(["systemd-analyze", *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=BOUND)

    def test_units_are_sound(self):
        done = self.analyze("verify", self.service, self.socket)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_exposure_is_at_most_0_6(self):
        done = self.analyze("security", "--offline=true", "--threshold=6", self.service)
        if "unrecognized option" in done.stdout:
            self.skipTest("this systemd-analyze has no --offline")
        self.assertEqual(done.returncode, 0, done.stdout)
        score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout).group(1)
        print("exposure level %s" % score)
        self.assertLessEqual(float(score), 0.6)

    def test_sysusers_and_tmpfiles_are_sound(self):
        for tool, name, words in (("systemd-sysusers", "lodestone.sysusers.conf", ["--dry-run"]),
                                  ("systemd-tmpfiles", "lodestone.tmpfiles.conf", ["--create"])):
            if not shutil.which(tool):
                self.skipTest("no " + tool)
            with open(os.path.join(UNITS, name)) as f:
                text = f.read()
            if tool == "systemd-tmpfiles":  # the user is not made here, and nothing outside the folder
                text = text.replace("lodestone lodestone -", "- - -").replace("root      lodestone", "- -")
                text = text.replace("root      root", "- -")
            path = os.path.join(self.folder, name)
            with open(path, "w") as f:
                f.write(text)
            root = os.path.join(self.folder, "root")
            os.makedirs(os.path.join(root, "etc"), exist_ok=True)
            done = subprocess.run([tool, "--root", root, *words, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, timeout=BOUND)
            self.assertEqual(done.returncode, 0, done.stdout)
            if tool == "systemd-tmpfiles":
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(root, "var/lib/lodestone")).st_mode), 0o700)

    def allowed(self, name, seen):
        for line in self.analyze("syscall-filter", name).stdout.splitlines()[1:]:
            word = line.strip()
            if word.startswith("@"):
                self.allowed(word, seen)
            elif word and not word.startswith("#"):
                seen.add(word)
        return seen

    @unittest.skipUnless(shutil.which("strace"), "no strace")
    def test_the_daemon_stays_within_the_system_calls_of_its_unit(self):
        trace = os.path.join(self.folder, "trace")
        options = os.environ.get("ASAN_OPTIONS", "")
        d = ServiceDaemon(folder=self.folder, config="", starter=["strace", "-f", "-qq", "-e", "signal=none", "-o", trace],
                          env={"ASAN_OPTIONS": options + ":detect_leaks=0"})  # which needs ptrace for itself
        try:
            d.start()
        except RuntimeError as why:
            if "ptrace" in str(why) or "PTRACE" in str(why):
                self.skipTest("no ptrace here")
            raise
        d.ingest(b"".join(note("p", "n%d" % i, "Hx of gout. " * 50) for i in range(200)))
        d.ask("POST", "/v1/patients/p/ask", b'{"question":"gout"}', JSON)
        d.ask("POST", "/v1/admin/check")
        d.ask("POST", "/v1/admin/reload")
        d.ask("GET", "/metrics")
        d.ask("DELETE", "/v1/patients/p")
        with open(trace) as f:
            pid = int(f.readline().split()[0])
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(d.wait(), 0, d.log)
        with open(trace) as f:
            used = set(re.findall(r"(?m)^\d+ +([a-z0-9_]+)\(", f.read()))
        allowed = self.allowed("@system-service", set()) - self.allowed("@privileged", set())
        allowed -= self.allowed("@resources", set())
        self.assertGreater(len(used), 20)
        self.assertEqual(used - allowed, set())


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    UNITS = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
