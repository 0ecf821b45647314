"""A change of the model is whole, whatever becomes of the client that asked for it: what is in use is what a
start would find.  Arguments: the daemon's path, tests/scorer/model_probe's."""
import os
import re
import subprocess
import sys
import time
import unittest

from harness import BOUND, Daemon, request

PROGRAM = PROBE = None
FILE = {"Content-Type": "application/octet-stream"}


class Model(unittest.TestCase):
    def setUp(self):
        self.d = Daemon(PROGRAM)
        self.d.__enter__()
        self.addCleanup(self.d.__exit__, None, None, None)

    def make(self, *settings):
        path = os.path.join(self.d.folder, "upload")
        subprocess.run([PROBE, "make", path, "stack=2", *settings], check=True)
        with open(path, "rb") as f:
            return f.read()

    def changes(self, method):
        metrics = self.d.ask("GET", "/metrics").body.decode()
        wanted = r'^lodestone_requests_total\{method="%s",route="/v1/model",.*\} (\d+)$' % method
        return sum(int(n) for n in re.findall(wanted, metrics, re.M))

    def stored(self):
        path = os.path.join(self.d.data, "model.safetensors")
        if not os.path.exists(path):
            return "rules"
        with open(path, "rb") as f:
            return re.search(rb'"digest":"([0-9a-f]{32})"', f.read(1 << 16)).group(1).decode()

    def in_use(self):
        return self.d.ask("GET", "/v1/model").json()["model"]

    def leave(self, method, body, patience):
        """Asks for a change and hangs up a little later: patience counts round trips of another client."""
        before, limit = self.changes(method), time.monotonic() + BOUND
        with self.d.client() as other, self.d.client() as c:
            c.send(request(method, "/v1/model", body, FILE if body else None))
            for _ in range(patience):
                other.ask("GET", "/healthz")
        while self.changes(method) == before:
            self.assertLess(time.monotonic(), limit)

    def test_a_client_that_leaves_during_an_upload(self):
        models = [self.make("seed=%d" % i) for i in range(2)]
        for i in range(60):
            self.leave("PUT", models[i % 2], i % 20)
            self.assertEqual(self.in_use(), self.stored(), "after upload %d" % i)

    def test_a_client_that_leaves_during_a_detachment(self):
        model = self.make()
        for i in range(30):
            self.assertEqual(self.d.ask("PUT", "/v1/model", model, FILE).status, 200)
            self.leave("DELETE", None, i % 10)
            self.assertEqual(self.in_use(), self.stored(), "after detachment %d" % i)

    def test_a_restore_that_fails_changes_nothing(self):
        named = os.path.join(self.d.folder, "named")
        with open(named, "wb") as f:
            f.write(self.make("seed=1"))
        self.d.stop()
        self.d.settings = ("model=" + named,)
        self.d.start()
        self.assertEqual(self.d.ask("PUT", "/v1/model", self.make("seed=2"), FILE).status, 200)
        uploaded = self.in_use()
        with open(named, "r+b") as f:
            f.truncate(2000)
        self.assertEqual(self.d.ask("DELETE", "/v1/model?restore=1").status, 500)
        self.assertEqual((self.in_use(), self.stored()), (uploaded, uploaded))
        self.d.kill()
        self.d.start()
        self.assertEqual(self.in_use(), uploaded)


if __name__ == "__main__":
    PROGRAM, PROBE = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1], verbosity=1)
