"""Upkeep in the background and compactions: nothing that is asked changes, and nobody waits for long.
Argument: the daemon's path."""
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

from harness import BOUND, JSON, NDJSON, Daemon, note, request

PROGRAM = None
# Without the model: who judges has no part in what upkeep does, and it takes most of a sanitised run's time.
QUICK = ("model=none", "upkeep_idle_ms=50")
NEVER = ("model=none", "upkeep=no")


def daemon(*settings, **more):
    return Daemon(PROGRAM, *settings, **more)


def text_of(rng, i):
    return "Note %d. %s of %s. " % (i, rng.choice(("Denies", "Has", "History")), rng.choice(("gout", "asthma"))) \
        + " ".join("w%x" % rng.randrange(1 << 12) for _ in range(60))


def many_small(d, n, patients=5, seed=1):
    """One ingest a note."""
    rng = random.Random(seed)
    with d.client() as c:
        for i in range(n):
            body = note("p%d" % (i % patients), "n%d" % i, text_of(rng, i), date="2140-01-%02d" % (i % 28 + 1))
            answer = c.ask("POST", "/v1/notes", body, NDJSON)
            if answer.status != 200:
                raise AssertionError(answer.body)


def view(d, patients=5):
    """All answers, without times."""
    seen = []
    with d.client() as c:
        for i in range(patients):
            chart = "/v1/patients/p%d" % i
            for body in b'{"condition":"gout"}', b'{"condition":"asthma"}', b'{"condition":"measles"}':
                row = c.ask("POST", chart + "/ask", body, JSON).json()
                row.pop("elapsed_us")
                seen.append(row)
            row = c.ask("POST", chart + "/search", b'{"query":"gout w1","any":true,"limit":50}', JSON).json()
            row.pop("elapsed_us", None)
            seen.append(row)
            seen.append(c.ask("GET", chart + "/notes").body)
        seen.append(c.ask("GET", "/v1/patients").body)
    return seen


def stats(d):
    return d.ask("GET", "/v1/stats").json()


def await_upkeep(d):
    """Until nothing is fresh and nothing runs."""
    end = time.monotonic() + BOUND
    while True:
        now = stats(d)
        if now["index"]["fresh_bundles"] == now["index"]["pending_patients"] == 0 \
                and not now["daemon"]["upkeep"]["running"]:
            return now
        if time.monotonic() > end:
            raise AssertionError("never at rest: %s" % now)


def check(d):
    done = subprocess.run([PROGRAM, "--data", d.data, "--check"], stdout=subprocess.PIPE, timeout=BOUND, text=True)
    return done.returncode, done.stdout


class Background(unittest.TestCase):
    def test_small_ingests_are_merged_when_nothing_is_written(self):
        with daemon(*NEVER) as d:
            many_small(d, 60)
            before, old = view(d), stats(d)
            self.assertGreater(old["index"]["fresh_bundles"], 0)
            self.assertEqual(d.stop(), 0)
            d.settings = QUICK
            d.start()  # what the last run has left is seen to as well
            now = await_upkeep(d)
            self.assertGreaterEqual(now["daemon"]["upkeep"]["passes"], 1)
            self.assertEqual(now["index"]["revision"], old["index"]["revision"])
            self.assertLess(now["index"]["segments"], old["index"]["segments"])
            self.assertEqual(view(d), before)
            log = d.read_log()
            self.assertIn("upkeep kind=pass", log)
            self.assertEqual(d.stop(), 0)
            self.assertEqual(check(d), (0, "0 problems\n"))
            d.start()

    def test_it_rests_when_there_is_nothing_to_do_and_wakes_with_the_next_write(self):
        with daemon(*QUICK) as d:
            many_small(d, 3)
            passes = await_upkeep(d)["daemon"]["upkeep"]["passes"]
            d.ingest(note("p1", "other", "Has gout."))
            now = await_upkeep(d)
            self.assertGreater(now["daemon"]["upkeep"]["passes"], passes)
            d.ask("DELETE", "/v1/patients/p1/notes/other")
            await_upkeep(d)

    def test_it_is_off_when_told_so(self):
        with daemon("upkeep=no", "upkeep_idle_ms=10") as d:
            many_small(d, 5)
            time_limit = time.monotonic() + 1
            while time.monotonic() < time_limit:
                now = stats(d)
                self.assertEqual(now["daemon"]["upkeep"]["passes"], 0)
            self.assertGreater(now["index"]["fresh_bundles"], 0)

    def test_sigterm_in_the_middle_of_a_pass_is_prompt(self):
        for wait in 0, 0.02, 0.05, 0.1:
            with daemon("upkeep_idle_ms=10") as d:
                rng = random.Random(3)
                d.ingest(b"".join(note("p%d" % (i % 500), "n%d" % i, text_of(rng, i)) for i in range(3000)))
                end = time.monotonic() + wait
                while time.monotonic() < end:
                    stats(d)
                self.assertEqual(d.stop(), 0)
                self.assertNotIn("work did not end in time", d.log)
                self.assertEqual(check(d), (0, "0 problems\n"))
                d.start()


class Compaction(unittest.TestCase):
    def compact(self, d, body=b"{}", query=""):
        answer = d.ask("POST", "/v1/admin/compact" + query, body, JSON)
        self.assertEqual(answer.status, 200, answer.body)
        rows = answer.lines()
        return rows[-1]["summary"], rows[:-1]

    def test_no_answer_changes_and_the_space_comes_back(self):
        for body in b"", b"{}", b'{"purge":false}', b'{"purge":true}':
            with daemon(*NEVER) as d:
                rng = random.Random(2)
                many_small(d, 80)
                d.ingest(b"".join(note("gone", "n%d" % i, text_of(rng, i) * 20) for i in range(300)))
                d.ask("DELETE", "/v1/patients/gone")
                d.ask("DELETE", "/v1/patients/p1/notes/n1")
                before, old = view(d), stats(d)["index"]
                summary, _ = self.compact(d, body)
                now = stats(d)["index"]
                self.assertEqual(view(d), before)
                self.assertEqual(summary["purge"], b"true" in body)
                self.assertTrue(summary["complete"])
                for name in "file_bytes", "used_bytes", "segments":
                    self.assertEqual((summary["before"][name], summary["after"][name]), (old[name], now[name]))
                self.assertLess(now["file_bytes"], old["file_bytes"] * 2 // 3)
                self.assertLess(now["segments"], old["segments"])
                self.assertEqual((now["fresh_bundles"], now["pending_patients"]), (0, 0))
                self.assertEqual(now["revision"], old["revision"])
                d.ingest(note("p1", "n1", "Has gout again."))
                self.assertEqual(d.ask("GET", "/v1/patients/p1/notes/n1").body, b"Has gout again.")
                self.assertEqual(d.stop(), 0)
                self.assertEqual(check(d), (0, "0 problems\n"))
                d.start()

    def test_after_a_purge_no_file_holds_a_deleted_word(self):
        word = "Zanzibarquarz"
        with daemon(*NEVER) as d:
            many_small(d, 10)
            d.ingest(note("p1", "secret", "The patient has %s. " % word))
            self.assertTrue(self.files_with(d, word.lower().encode()[:8]), "this test is blind")
            d.ask("DELETE", "/v1/patients/p1/notes/secret")
            self.compact(d, b'{"purge":true}')
            for form in word, word.lower(), word[:8], word.lower()[:8]:
                self.assertEqual(self.files_with(d, form.encode()), [])

    @staticmethod
    def files_with(d, needle):
        found = []
        for at, _, names in os.walk(d.data):
            for name in names:
                with open(os.path.join(at, name), "rb") as f:
                    if needle in f.read():
                        found.append(name)
        return found

    def test_bad_bodies_are_400(self):
        with daemon() as d:
            for body in b"[]", b'{"purge":1}', b'{"purge":"yes"}', b'{"all":true}', b'{"purge":true,"from":"2140-01-01"}', b"{":
                self.assertEqual(d.ask("POST", "/v1/admin/compact", body, JSON).status, 400, body)
            self.assertEqual(d.ask("POST", "/v1/admin/compact?progress=2", b"{}", JSON).status, 400)
            self.assertEqual(d.ask("GET", "/v1/admin/compact").status, 405)
            self.assertEqual(d.ask("POST", "/v1/admin/compact", b"{}", JSON).status, 200)

    def big(self, d, n=5000):
        rng = random.Random(4)
        d.ingest(b"".join(note("p%d" % (i % 300), "n%d" % i, text_of(rng, i) * 6) for i in range(n)))

    def test_a_second_one_is_409_and_progress_is_told(self):
        with daemon(*NEVER) as d:
            self.big(d, 30000)
            with d.client() as c:
                c.send(request("POST", "/v1/admin/compact?progress=1", b'{"purge":true}', JSON))
                end = time.monotonic() + BOUND
                while not stats(d)["daemon"]["upkeep"]["compacting"]:
                    self.assertLess(time.monotonic(), end)
                second = d.ask("POST", "/v1/admin/compact", b"{}", JSON)
                self.assertEqual((second.status, second.json()["code"]), (409, "BUSY"))
                rows = c.answer().lines()
            told = [row["progress"]["patients"] for row in rows if "progress" in row]
            self.assertEqual(told, sorted(set(told)))
            self.assertGreaterEqual(len(told), 1)
            self.assertEqual(rows[-1]["summary"]["patients"], 300)
            self.assertEqual(d.ask("POST", "/v1/admin/compact", b"{}", JSON).status, 200)

    def test_one_whose_client_goes_is_broken_off(self):
        with daemon(*NEVER) as d:
            self.big(d)
            before = view(d)
            for _ in range(5):
                with d.client() as c:
                    c.send(request("POST", "/v1/admin/compact", b'{"purge":true}', JSON))
            end = time.monotonic() + BOUND
            while d.ask("POST", "/v1/admin/compact", b"{}", JSON).status == 409:
                self.assertLess(time.monotonic(), end)
            self.assertEqual(view(d), before)

    def test_it_takes_the_place_of_a_pass_under_way(self):
        with daemon("upkeep_idle_ms=10") as d:
            for _ in range(5):
                many_small(d, 10, seed=_)
                self.compact(d)
            await_upkeep(d)

    def test_sigterm_ends_it(self):
        for wait in 0, 0.05, 0.2:
            with daemon(*NEVER) as d:
                self.big(d)
                before = view(d)
                with d.client() as c:
                    c.send(request("POST", "/v1/admin/compact", b'{"purge":true}', JSON))
                    end = time.monotonic() + wait
                    while wait:  # once at least: it came after the request, so that one was taken in
                        stats(d)
                        if time.monotonic() > end:
                            break
                    self.assertEqual(d.stop(), 0)
                    try:
                        self.assertIn(c.answer().status, (200, 503))
                    except (OSError, EOFError):
                        self.assertEqual(wait, 0)  # the signal came before the request was taken in
                self.assertEqual(check(d), (0, "0 problems\n"))
                d.start()
                self.assertEqual(view(d), before)

    def test_ingests_questions_and_checks_go_on_beside_it(self):
        with daemon("upkeep_idle_ms=10") as d:
            self.big(d, 4000)
            done, wrong, counts = threading.Event(), [], {"ask": 0, "ingest": 0, "check": 0}

            def repeat(what, ask, is_good):
                with d.client() as c:
                    while not done.is_set() or counts[what] < 3:
                        answer = c.ask(*ask(counts[what]))
                        if not is_good(answer):
                            wrong.append((what, answer.status, answer.body[:200]))
                            return
                        counts[what] += 1

            jobs = [
                ("ask", lambda i: ("POST", "/v1/patients/p1/ask", b'{"question":"gout?"}', JSON),
                 lambda a: a.status == 200 and a.json()["search"]["complete"]),
                ("ingest", lambda i: ("POST", "/v1/notes", note("p%d" % (i % 9), "x%d" % i, "Has gout."), NDJSON),
                 lambda a: a.status == 200 and a.lines()[-1]["summary"]["added"] == 1),
                ("check", lambda i: ("POST", "/v1/admin/check",),
                 lambda a: a.status == 200 and a.lines()[-1]["summary"]["problems"] == 0
                    and a.lines()[-1]["summary"]["complete"]),
            ]
            threads = [threading.Thread(target=repeat, args=job) for job in jobs]
            for t in threads:
                t.start()
            try:
                for i in range(6):
                    summary, _ = self.compact(d, b'{"purge":true}' if i % 2 else b"{}")
                    self.assertTrue(summary["complete"])
            finally:
                done.set()
                for t in threads:
                    t.join(BOUND)
            self.assertEqual(wrong, [])
            self.assertEqual(d.stop(), 0)
            self.assertEqual(check(d), (0, "0 problems\n"))
            d.start()
            self.assertEqual(len(d.ask("GET", "/v1/patients/p1/notes/x1").body), len("Has gout."))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
