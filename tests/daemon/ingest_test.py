"""One ingest's body on both cores: parcels, their order, their memory.  Argument: the daemon's path."""
import contextlib
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import unittest

from harness import BOUND, CHUNKED, JSON, Daemon, chunk, note, request

PROGRAM = None
IS_SANITIZED = False
MB = 1 << 20
THREADS, STACK = 16, 8 * MB  # more threads than the daemon has; their stacks count as data, touched or not


def daemon(*settings, **more):
    return Daemon(PROGRAM, *settings, **more)


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def some_words(rng, n):
    return " ".join("w%x" % rng.randrange(1 << 16) for _ in range(n))


def read_stream(c):
    """Rows of a streamed answer whose head has been read."""
    data = b""
    while True:
        piece = c.read_chunk()
        if not piece:
            return [json.loads(line) for line in data.splitlines()]
        data += piece


class Order(unittest.TestCase):
    """Parcels of 1 KiB, so that a small body is many of them."""

    def test_the_last_of_the_same_note_in_one_body_wins_wherever_it_stands(self):
        rng = random.Random(1)
        for round_ in range(5):
            last, body = {}, b""
            for i in range(600):
                who = "n%d" % rng.randrange(40)
                last[who] = "version %d %s" % (rng.randrange(3), "gout " * rng.randrange(60))
                body += note("p", who, last[who])
            with daemon("ingest_batch=1K") as d:
                summary = d.ingest(body).lines()[-1]["summary"]
                self.assertEqual(summary["accepted"], 600)
                # Within one parcel an earlier version is not stored at all.
                self.assertEqual(summary["added"], len(last))
                self.assertLessEqual(summary["replaced"] + summary["unchanged"], 600 - len(last))
                self.assertGreater(summary["replaced"], 0)
                for who, text in last.items():
                    self.assertEqual(d.ask("GET", "/v1/patients/p/notes/" + who).body.decode(), text)
                self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], len(last))

    def test_a_stored_note_that_is_changed_and_changed_back_in_one_body_stays(self):
        filler = b"".join(note("q", str(i), "word " * 150) for i in range(20))
        with daemon("ingest_batch=1K") as d:
            d.ingest(note("p", "n", "first"))
            # The third was prepared when the first still stood: it looked known.
            for _ in range(20):
                body = note("p", "n", "second " * 100) + note("p", "m", "x " * 600) + note("p", "n", "first")
                self.assertEqual(d.ingest(body + filler).status, 200)
                self.assertEqual(d.ask("GET", "/v1/patients/p/notes/n").body, b"first")

    def test_rejects_have_the_lines_of_the_body_and_stand_in_order(self):
        rng = random.Random(2)
        body, bad = b"", []
        for number in range(1, 3001):
            kind = rng.randrange(8)
            if kind == 0:
                body += b'{"patient":"p"}\n'
                bad.append(number)
            elif kind == 1:
                body += b" \r\n"
            elif kind == 2 and number % 5 == 0:
                body += b'{"patient":"p","note_id":"' + b"x" * 400 + b'","text":"a"}\n'
                bad.append(number)
            else:
                body += note("p%d" % (number % 7), str(number), "word " * rng.randrange(80))
        for settings, packed in (("ingest_batch=1K",), None), (("ingest_batch=1K",), "zstd"), ((), None):
            with daemon(*settings) as d:
                headers = {"Content-Encoding": packed} if packed else {}
                rows = d.ingest(zstd(body) if packed else body, headers).lines()
                self.assertEqual([row["line"] for row in rows[:-1]], bad)
                self.assertEqual(rows[-1]["summary"]["rejected"], len(bad))

    def test_the_first_thousand_rejects_are_told_whichever_parcel_is_ready_first(self):
        body = b"".join(b"{}\n" if i % 3 else note("p", str(i), "word " * 100) for i in range(6000))
        want = [i + 1 for i in range(6000) if i % 3][:1000]
        with daemon("ingest_batch=4K", "ingest_workers=4") as d:
            rows = d.ingest(body).lines()
            self.assertEqual([row["line"] for row in rows[:-1]], want)
            self.assertEqual(rows[-1]["summary"]["rejected"], 4000)

    def test_what_a_progress_line_says_is_there_and_the_lines_only_grow(self):
        body = b"".join(note("p%d" % (i % 9), str(i), "word %d " % i * 40) for i in range(1, 1501))
        with daemon("ingest_batch=2K") as d, d.client() as c, d.client() as reader:
            sender = threading.Thread(target=c.send, args=(
                request("POST", "/v1/notes?progress=1", body, {"Content-Type": "application/x-ndjson"}),))
            sender.start()
            self.assertEqual(c.read_head()[0], 200)
            told, data = 0, b""
            while True:
                piece = c.read_chunk()
                if not piece:
                    break
                data += piece
                rows = [json.loads(line) for line in data.splitlines()]
                through = max([row["progress"]["committed_through"] for row in rows if "progress" in row] + [0])
                if through > told:
                    told = through
                    url = "/v1/patients/p%d/notes/%d" % (told % 9, told)
                    self.assertEqual(reader.ask("GET", url).status, 200, told)
            sender.join(BOUND)
            steps = [row["progress"]["committed_through"] for row in rows if "progress" in row]
            self.assertEqual(steps, sorted(set(steps)))
            self.assertGreater(len(steps), 10)
            self.assertEqual(steps[-1], 1500)
            self.assertEqual(rows[-1]["summary"]["added"], 1500)

    def test_compressed_bodies_of_many_parcels_are_the_same(self):
        rng = random.Random(3)
        lines = [note("p%d" % (i % 5), str(i), some_words(rng, rng.randrange(400))) for i in range(800)]
        plain = b"".join(lines)
        half = plain[:len(plain) // 2], plain[len(plain) // 2:]
        bodies = {"": plain, "gzip": gzip.compress(plain), "zstd": zstd(plain)}
        answers = []
        for encoding, body in bodies.items():
            # Two members or frames one after the other are one body; the cut is in the middle of a line.
            twice = {"gzip": gzip.compress(half[0]) + gzip.compress(half[1]),
                     "zstd": zstd(half[0]) + zstd(half[1])}.get(encoding, body)
            for data in body, twice:
                with daemon("ingest_batch=16K") as d:
                    headers = {"Content-Encoding": encoding} if encoding else {}
                    summary = d.ingest(data, headers).lines()[-1]["summary"]
                    self.assertEqual((summary["lines"], summary["added"]), (800, 800), encoding)
                    rows = b"".join(d.ask("GET", "/v1/patients/p%d/notes" % i).body for i in range(5))
                    answers.append((summary["bytes"], rows))
        self.assertTrue(all(a == answers[0] for a in answers))

    def test_a_compressed_body_that_breaks_late_keeps_what_was_committed(self):
        rng = random.Random(4)
        plain = b"".join(note("p", str(i), some_words(rng, 200)) for i in range(400))
        broken = bytearray(gzip.compress(plain))
        broken[-4] ^= 255  # the length at its end
        with daemon("ingest_batch=16K") as d:
            answer = d.ingest(bytes(broken), {"Content-Encoding": "gzip"})
            self.assertEqual(answer.status, 400)
            through = answer.json()["committed_through"]
            self.assertGreater(through, 0)
            self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], through)


class Together(unittest.TestCase):
    """Single notes of many clients share transactions."""
    CLIENTS, ROUNDS = 32, 12

    def send_round(self, clients, round_):
        for k, c in enumerate(clients):
            body = note("p%d" % (k % 5), "%d-%d" % (k, round_), "Patient %d has gout %d." % (k, round_))
            c.send(request("POST", "/v1/notes", body, {"Content-Type": "application/x-ndjson"}))

    def test_notes_sent_at_once_are_few_commits_and_all_there_after_kill(self):
        with daemon("upkeep=no") as d, contextlib.ExitStack() as stack:
            clients = [stack.enter_context(d.client()) for _ in range(self.CLIENTS)]
            for round_ in range(self.ROUNDS):
                # Stopped meanwhile, or a slow sender's notes come one by one and are committed so.
                d.process.send_signal(signal.SIGSTOP)
                os.waitid(os.P_PID, d.process.pid, os.WSTOPPED)
                self.send_round(clients, round_)
                d.process.send_signal(signal.SIGCONT)
                for c in clients:
                    summary = c.answer().lines()[-1]["summary"]
                    self.assertEqual((summary["added"], summary["rejected"]), (1, 0))
            commits = d.ask("GET", "/v1/stats").json()["index"]["revision"]
            print("\n%d notes of %d clients in %d commits" % (self.CLIENTS * self.ROUNDS, self.CLIENTS, commits))
            self.assertLess(commits, self.CLIENTS * self.ROUNDS // 4)
            self.send_round(clients, self.ROUNDS)
            answered = [k for k, c in enumerate(clients[:8]) if c.answer().status == 200]
            d.kill()
            d.start()
            ids = set()
            for k in range(5):
                ids |= {row["note"] for row in d.ask("GET", "/v1/patients/p%d/notes" % k).lines()}
            for round_ in range(self.ROUNDS):
                self.assertLessEqual({"%d-%d" % (k, round_) for k in range(self.CLIENTS)}, ids)
            self.assertLessEqual({"%d-%d" % (k, self.ROUNDS) for k in answered}, ids)
            d.stop()
            checked = subprocess.run([PROGRAM, "--data", d.data, "--check"], stdout=subprocess.PIPE, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout)
            d.start()

    def test_one_that_cannot_be_stored_does_not_take_the_others_with_it(self):
        with daemon("upkeep=no", "max_db_bytes=1M") as d, contextlib.ExitStack() as stack:
            clients = [stack.enter_context(d.client()) for _ in range(self.CLIENTS)]
            rng, full, stored = random.Random(5), 0, 0
            for round_ in range(60):
                for k, c in enumerate(clients):
                    body = note("p", "%d-%d" % (k, round_), some_words(rng, 4000 if k % 2 else 5))
                    c.send(request("POST", "/v1/notes", body, {"Content-Type": "application/x-ndjson"}))
                codes = [c.answer().status for c in clients]
                stored += codes.count(200)
                full += codes.count(507)
                self.assertEqual(codes.count(200) + codes.count(507), self.CLIENTS)
                if full:
                    break
            self.assertGreater(full, 0)
            self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], stored)

    def test_small_ingests_do_not_wait_behind_large_ones(self):
        with daemon("max_ingests=1") as d, d.client() as large:
            large.send(request("POST", "/v1/notes", None, CHUNKED))
            large.send(chunk(note("q", "1", "a")))
            d.await_stat("ingests", 1)
            self.assertEqual(d.ingest(note("p", "1", "b")).lines()[-1]["summary"]["added"], 1)
            large.send(chunk(b""))
            self.assertEqual(large.answer().lines()[-1]["summary"]["added"], 1)


class Shared(unittest.TestCase):
    """Bodies of some hundred KB are prepared by all workers and committed at once."""

    @staticmethod
    def body(rng, who, n=100):
        return b"".join(note("p%d" % (i % 7), "%s-%d" % (who, i), some_words(rng, 500)) for i in range(n))

    def test_a_body_is_several_parcels_and_one_commit(self):
        rng = random.Random(9)
        with daemon("upkeep=no", "ingest_workers=2", "ingest_commit_ms=3600000") as d:
            for round_ in range(5):
                # The first note comes again at the end, in another parcel.
                body = note("p", "n", "first") + self.body(rng, round_) + note("p", "n", "last %d" % round_)
                summary = d.ingest(body).lines()[-1]["summary"]
                self.assertEqual(summary["accepted"], 102)
                self.assertEqual(d.ask("GET", "/v1/patients/p/notes/n").body, b"last %d" % round_)
                self.assertEqual(d.ask("GET", "/v1/stats").json()["index"]["revision"], round_ + 1)
            d.stop()
            self.assertIn(" parcels=2 ", d.log)
            d.start()

    def test_many_at_once_and_one_that_vanishes(self):
        rng = random.Random(10)
        with daemon("upkeep=no", "ingest_workers=2", "max_ingests=4") as d, contextlib.ExitStack() as stack:
            for round_ in range(6):
                clients = [stack.enter_context(d.client()) for _ in range(6)]
                for k, c in enumerate(clients):
                    c.send(request("POST", "/v1/notes", self.body(rng, "%d-%d" % (round_, k)),
                                   {"Content-Type": "application/x-ndjson"}))
                clients[round_].__exit__()
                for k, c in enumerate(clients):
                    if k != round_:
                        self.assertEqual(c.answer().lines()[-1]["summary"]["added"], 100)
            d.await_stat("ingests", 0)
            d.stop()
            checked = subprocess.run([PROGRAM, "--data", d.data, "--check"], stdout=subprocess.PIPE, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout)
            d.start()

    def test_without_room_a_prefix_is_stored(self):
        rng, stored = random.Random(11), 0
        with daemon("upkeep=no", "ingest_workers=2", "max_db_bytes=1M") as d:
            for round_ in range(20):
                answer = d.ingest(self.body(rng, round_))
                if answer.status == 200:
                    stored += answer.lines()[-1]["summary"]["added"]
                    continue
                self.assertEqual(answer.status, 507)
                stored += answer.json()["committed_through"]
                break
            self.assertEqual(answer.status, 507)
            self.assertEqual(d.ask("GET", "/v1/stats").json()["index"]["notes"], stored)


class Ends(unittest.TestCase):
    """An ingest that ends early while parcels of it are with workers."""

    def test_a_client_that_vanishes_in_the_middle_leaves_a_prefix_and_its_place(self):
        with daemon("ingest_batch=8K", "max_ingests=1", "max_small_ingests=0") as d:
            for round_ in range(20):
                with d.client() as c:
                    c.send(request("POST", "/v1/notes", None, CHUNKED))
                    for i in range(100):
                        c.send(chunk(note("p%d" % round_, "%03d" % i, "word %d " % i * 60)))
                # The next has no place until the last job of this one is back.
                self.assertEqual(d.ingest(note("q", str(round_), "x")).lines()[-1]["summary"]["added"], 1)
                answer = d.ask("GET", "/v1/patients/p%d/notes" % round_)
                if answer.status == 200:
                    ids = [row["note"] for row in answer.lines()]
                    self.assertEqual(sorted(ids), ["%03d" % i for i in range(len(ids))])
            d.await_stat("ingests", 0)

    def test_a_broken_body_in_the_middle_is_400_and_the_place_comes_back(self):
        with daemon("ingest_batch=8K", "max_ingests=1", "max_small_ingests=0") as d:
            for _ in range(20):
                with d.client() as c:
                    c.send(request("POST", "/v1/notes", None, CHUNKED)
                           + b"".join(chunk(note("p", str(i), "word " * 300)) for i in range(50)) + b"zz\r\n")
                    self.assertEqual(c.answer().status, 400)
            d.await_stat("ingests", 0)

    def test_sigterm_in_the_middle_says_truly_how_far_it_came(self):
        for _ in range(5):
            with daemon("ingest_batch=8K") as d, d.client() as c:
                c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED))
                for i in range(1, 301):
                    c.send(chunk(note("p", str(i), "word %d " % i * 60)))
                    if i == 100:
                        self.assertEqual(c.read_head()[0], 200)
                d.process.send_signal(signal.SIGTERM)
                data = b""
                try:
                    while True:
                        data += c.read_chunk()
                except (EOFError, ValueError):
                    pass
                problem = [json.loads(line) for line in data.splitlines()][-1]["problem"]
                self.assertEqual(problem["status"], 503)
                self.assertEqual(d.wait(), 0)
                d.start()
                self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], problem["committed_through"])


class Bulk(unittest.TestCase):
    """More than 200 MB in one body: the memory is bounded and questions are answered meanwhile."""

    BODY = 208 * MB
    MEMORY = 300 * MB

    @classmethod
    def setUpClass(cls):
        rng = random.Random(5)
        words = ["%s%x" % (rng.choice(("dys", "hyper", "peri", "para", "ab")), rng.randrange(1 << 17))
                 for _ in range(50000)]
        cls.texts = [" ".join(rng.choices(words, k=300)) for _ in range(2000)]

    def pieces(self, total):
        """Chunks of distinct notes in random patient order."""
        rng, number, n = random.Random(6), 0, 0
        while n < total:
            body = b""
            while len(body) < MB:
                body += b'{"patient":"p%d","note_id":"%d","text":"%d %s"}\n' % (
                    rng.randrange(500), number, number, rng.choice(self.texts).encode())
                number += 1
            n += len(body)
            yield body

    def feed(self, c, total, query=""):
        c.send(request("POST", "/v1/notes" + query, None, CHUNKED))
        for body in self.pieces(total):
            c.send(chunk(body))
        c.send(chunk(b""))
        return c.answer().lines()[-1]["summary"]

    def watch(self, d, done, peak):
        while not done.wait(0.01):
            peak[0] = max(peak[0], anonymous_bytes(d.process.pid))

    def ask_on(self, d, done, answered):
        with d.client() as c:
            while not done.is_set():
                answer = c.ask("POST", "/v1/patients/asked/ask", b'{"question":"gout?"}', JSON)
                self.assertEqual(answer.json()["verdict"], "present")
                answered.append(1)

    def run_beside(self, d, total):
        done, peak, answered = threading.Event(), [0], []
        threads = [threading.Thread(target=self.watch, args=(d, done, peak)),
                   threading.Thread(target=self.ask_on, args=(d, done, answered))]
        for t in threads:
            t.start()
        try:
            with d.client() as c:
                summary = self.feed(c, total)
        finally:
            done.set()
            for t in threads:
                t.join(BOUND)
        self.assertEqual(summary["rejected"], 0)
        self.assertGreaterEqual(summary["bytes"], total * 9 // 10)
        return peak[0], len(answered)

    def test_memory_stays_bounded_and_questions_are_answered(self):
        total = 20 * MB if IS_SANITIZED else self.BODY
        with daemon() as d:
            d.ingest(note("asked", "1", "Patient has gout."))
            if not IS_SANITIZED:  # its shadow memory has no place under a limit
                # The kernel's own word on it: past this, allocations fail and the ingest with them.
                most = self.MEMORY + THREADS * STACK
                resource.prlimit(d.process.pid, resource.RLIMIT_DATA, (most, most))
            peak, answered = self.run_beside(d, total)
            print("\n%d MB: RssAnon at most %d MB, %d questions answered meanwhile"
                  % (total // MB, peak // MB, answered), file=sys.stderr)
            self.assertGreater(answered, 10)  # one or two, if they waited for its end
            if not IS_SANITIZED:
                self.assertLess(peak, self.MEMORY)

    def test_notes_of_very_many_words_are_prepared_one_at_a_time(self):
        if IS_SANITIZED:
            self.skipTest("a sanitizer's memory is not ours")
        rng, done, peak = random.Random(7), threading.Event(), [0]
        body = b"".join(note("p", str(i), " ".join("%x" % rng.randrange(1 << 24) for _ in range(900000)))
                        for i in range(2))
        with daemon() as d:
            watcher = threading.Thread(target=self.watch, args=(d, done, peak))
            watcher.start()
            try:
                self.assertEqual(d.ingest(body).lines()[-1]["summary"]["added"], 2)
            finally:
                done.set()
                watcher.join(BOUND)
            self.assertLess(peak[0], self.MEMORY)

    @unittest.skipIf(os.environ.get("LODE_LONG") is None, "set LODE_LONG for the second ingest beside it")
    def test_two_at_once_stay_bounded_too(self):
        with daemon() as d:
            d.ingest(note("asked", "1", "Patient has gout."))
            with d.client() as c:
                other = threading.Thread(target=self.feed, args=(c, self.BODY))
                other.start()
                peak, _ = self.run_beside(d, self.BODY)
                other.join(BOUND)
            self.assertLess(peak, self.MEMORY)


def anonymous_bytes(pid):
    try:
        with open("/proc/%d/status" % pid) as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith("RssAnon:"))
    except (OSError, StopIteration):
        return 0


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    with open(PROGRAM, "rb") as f:
        program = f.read()
    IS_SANITIZED = b"__asan_init" in program or b"__tsan_init" in program
    unittest.main()
