"""The runner must be able to fail: scenarios that do not hold, and what it has to say of each.

Argument: the daemon's path."""
import os
import select
import subprocess
import sys
import tempfile
import unittest

import machine
import runner
import script

import harness  # its path is made by machine

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = None
GOUT = 'note p1 n1 2150-01-02 "Progress note" "She has gout."\nask p1 "gout"\n'


def play(text, program=None):
    with tempfile.NamedTemporaryFile("w", suffix=".t", encoding="utf-8") as f:
        f.write("# a scenario of the runner's own test\n" + text)
        f.flush()
        return subprocess.run([sys.executable, os.path.join(HERE, "runner.py"), f.name, program or PROGRAM],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)


class Runner(unittest.TestCase):
    def fails(self, text, *words, program=None):
        done = play(text, program)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def holds(self, text):
        done = play(text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_what_holds_passes(self):
        self.holds(GOUT + 'expect verdict=present mentions>0 mentions<=1 names~^gout$ names!~angina evidence.#=1\n')

    def test_every_operator_can_fail(self):
        for claim in ("verdict=absent", "verdict!=present", "mentions>1", "mentions<1", "mentions>=2",
                      "mentions<=0", "names~angina", "names!~gout", "evidence.#=0", "nosuch=1", "nosuch<1",
                      "start=9", "evidence.0.start=7", "complete=false", "negation=negated"):
            self.fails(GOUT + "expect " + claim + "\n", "line 4", "expected")

    def test_an_unexpected_error_fails(self):
        self.fails(GOUT + 'ask nobody "gout"\n', "not expected", "404")
        self.fails(GOUT + 'ask nobody "gout"\nask p1 "gout"\n', "line 5", "404")
        self.holds(GOUT + 'ask nobody "gout"\nexpect status=404\n')

    def test_unknown_commands_and_claims_fail(self):
        self.fails("sing loudly\n", "no such command")
        self.fails(GOUT + "expect verdict\n", "key=value")

    def test_an_answer_that_changed_fails(self):
        self.fails(GOUT + 'keep a\nreplace p1 n1 "" "" "No gout."\nask p1 "gout"\nsame a\n', "basis: denied, was confirmed")

    def test_a_confident_answer_is_not_honest(self):
        self.fails(GOUT + "honest\n", "neither an error")

    def test_expect_later_says_so_and_fails_once_it_holds(self):
        self.assertIn("someday", self.holds(GOUT + 'expect-later "someday" verdict=absent\n'))
        self.fails(GOUT + 'expect-later "someday" verdict=present\n', "holds now")

    def test_check_and_refused_can_fail(self):
        self.fails(GOUT + "term\ncheck damaged\n", "0 problems")
        self.fails(GOUT + 'term\ndamage near "She has gout"\ncheck\n', "exit 1")
        self.fails('refused "workers" max_head=1\n', "the log says")

    def test_slow_clients_that_were_answered_fail(self):
        self.fails("start head_deadline_ms=1000\nslow head 1\nslow gone 400\n", "408")
        player = runner.Player(PROGRAM, "none")
        try:
            player.do_slow(["head", "1"], None)
            player.slow[0].send(b"nonsense\r\n\r\n")
            self.assertTrue(select.select([player.slow[0].sock], [], [], machine.BOUND)[0])
            self.assertRaises(script.Failure, player.do_slow, ["waiting"], None)
        finally:
            player.machine.close()

    def test_a_missing_join_fails(self):
        self.fails(GOUT + 'load 1 ask p1 "gout"\n', "join")

    def test_an_end_that_is_not_clean_fails(self):
        """A daemon that exits with 3 at SIGTERM; one that logs a sanitizer's words."""
        for shell, words in (('"$@" & trap "kill $!; wait; exit 3" TERM; wait', "exit 3"),
                              ('echo AddressSanitizer: hurt >&2; exec "$@"', "AddressSanitizer")):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "d")
                with open(path, "w") as f:
                    f.write("#!/bin/sh\nset -- %s \"$@\"\n%s\n" % (PROGRAM, shell))
                os.chmod(path, 0o755)
                self.fails(GOUT, words, program=path)

    def test_what_is_left_open_is_seen(self):
        m = machine.Machine(PROGRAM)
        try:
            m.start()
            m.await_quiet()
            with m.client() as c:
                c.send(b"GET /he")
                left = m.open_now()
                self.assertGreaterEqual(left["connections besides this one"], 1)
                self.assertGreaterEqual(left["descriptor of socket"], 1)
            m.await_quiet()
            m.terminate()
        finally:
            m.close()

    def test_an_open_snapshot_is_seen(self):
        """While one question is being answered, the reader table holds its transaction."""
        m = machine.Machine(PROGRAM)
        try:
            m.start()
            with m.client() as c:
                lines = b"".join(harness.note("p1", str(i), "She may have gout. No gout. " * 8) for i in range(600))
                self.assertEqual(c.ask("POST", "/v1/notes", lines, harness.NDJSON).status, 200)
                self.assertEqual(m.open_snapshots(), [])
                seen = []
                body = b'{"question":"gout","evidence_limit":1}'
                while not seen:  # bounded by the test's own time
                    c.send(harness.request("POST", "/v1/patients/p1/ask", body, harness.JSON))
                    while not select.select([c.sock], [], [], 0)[0]:
                        seen += m.open_snapshots()
                    self.assertEqual(c.answer().status, 200)
            m.await_quiet()
            m.terminate()
        finally:
            m.close()


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
