"""Plays one scenario against a daemon of its own:  runner.py FILE.t LODESTONED [-v]

Form of a file: script.py.  Commands (P a patient, N a note id, D a date or "", T a type or ""):

  start [key=value ...]       starts the daemon with these settings; else the first command does, with none
  refused "pattern" [k=v ...] starts it; it must end with an exit code that is not 0 and say the pattern
  kill -9 | term              a crash; or SIGTERM, which must end it cleanly (SIGTERM alone while `load` runs)
  reindex                     lodestoned --reindex of the stopped daemon's data, which must succeed
  check [damaged]             lodestoned --check of the stopped daemon's data: sound, or problems found
  damage OFFSET | damage near "bytes" [+N]   flips a bit there; negative counts from the end of the data file
  truncate BYTES              cuts that many bytes off the end of the data file

  ingest FILE [gzip|zstd|chunked] | ingest [...] <<END      FILE is below the source tree
  note P N D T "text" | replace P N D T "text"   one note, which must be accepted; that replaces another
  many P COUNT "text"         notes n0001...; %i in the text is the number, %w a hundred filler
                              words, %f as many as the number
  delete P [N]
  ask P "question" ... [key=value ...]       several questions are sent as a list; values are JSON or text,
                              types=a,b and sections=a,b lists; condition=... instead of a question
  search P "query" [key=value ...]
  get P [N [meta]] | notes P | patients | stats
  http METHOD URL ["Name: value" ...] [<<END | body="text"]      %x900 stands for 900 times x
  attach [damaged OFFSET] [key=value ...]     uploads a model file that tests/scorer/model_probe makes of these
                              settings (stack=2 seed=1), damaged: with a bit flipped there; MODEL in a
                              claim is the digest of the last one
  model FILE [key=value ...]  makes one in the scenario's folder, where `model=%m/FILE` of `start` finds it; %f is fixtures/
  cut-upload                  an upload of which half is sent when the next command kills the daemon
  parallel COUNT ask ...      that many at the same time, each on a connection of its own: all answer the same

  slow head|body|ingest COUNT                clients that send half of it and no more
  slow reader COUNT P                        clients that ask for a chart's list of notes and read nothing
  slow waiting | slow gone [STATUS]          none has been answered or closed; all are, with this status
  slow leave                                 they hang up
  load COUNT ask ...          clients that ask in a loop until `join` or the daemon's end; returns when each
                              has one answer.  Every answer must be whole, and 200 or 503
  background ingest ...       while the next commands run; its answer is the last one after `join` (status 0
                              when kill -9 or term cut it off)
  join                        ends load and background; the answers of a load are counted in `answers` and
                              their distinct members listed (statuses, verdicts, mentions, revisions)

  expect KEY OP VALUE ...     as one word each (verdict=present, probability<0.2, names~"..."); OP is one of
                              = != < <= > >= ~ !~ (pattern).  KEY: script.look_up.  About the last answer
  honest                      the last answer to `ask` is an error or says complete:false and uncertain
  keep NAME | same NAME [but KEY ...]        the last answer is the kept one, times aside
  expect-later "reason" KEY OP VALUE ...     does not hold yet; says so, and fails once it holds

An answer with a status of 400 or more must be expected by a claim about status, code or error.  After every
`ask` each quote is compared with the bytes of its note, in both units.  At the end the daemon must be quiet
(no request, connection, snapshot or descriptor left), end cleanly at SIGTERM, have logged no question, and
its data must be sound unless the scenario harmed them.
"""
import gzip
import json
import os
import random
import re
import select
import subprocess
import sys

import script
from client import Last, Worker, ask_body, note_line
from machine import BOUND, Machine
from script import Failure

from harness import CHUNKED, JSON, NDJSON, Answer, Client, chunk, request  # path made by machine

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from lode import check_quotes, segment  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)
FILLER = ("the patient was seen and walked in hall with daughter today after lunch vital signs stable appetite "
          "good slept well skin warm dry plan as before discussed will return next week call if worse").split()


class Player:
    def __init__(self, program, path):
        self.path = path
        self.machine = Machine(program)
        self.last = None
        self.unexpected = None  # an error answer that no claim has been about yet
        self.kept = {}
        self.slow = []
        self.loads, self.background = [], None
        self.questions = set()
        self.harmed = False
        self.stopping = False  # clients beside the scenario may be cut off

    # ---- speaking to it ----

    def ensure(self):
        if self.machine.process is None:
            self.machine.start()

    def call(self, method, url, body=None, headers=None):
        self.ensure()
        with self.machine.client() as c:
            answer = c.ask(method, url, body, headers)
        self.last = Last(answer.status, answer.body, answer.headers)
        if answer.status >= 400:
            self.unexpected = "%d %s" % (answer.status, answer.body.decode(errors="replace"))
        return self.last

    def note_bytes(self, patient):
        texts = {}

        def text_of(note_id):
            if note_id not in texts:
                url = "/v1/patients/%s/notes/%s" % (segment(patient), segment(note_id))
                with self.machine.client() as c:
                    texts[note_id] = c.ask("GET", url).body
            return texts[note_id]
        return text_of

    def check_evidence(self):
        for answer in self.last.answers:
            wrong = check_quotes(answer, self.note_bytes(answer["patient"]))
            if wrong:
                raise Failure("; ".join(wrong))

    # ---- life ----

    def placed(self, word):
        """A setting with %m as the scenario's folder and %f as fixtures/."""
        return word.replace("%m", self.machine.folder).replace("%f", os.path.join(ROOT, "fixtures"))

    def do_start(self, words, body):
        if self.machine.process is not None:
            raise Failure("it runs already")
        self.machine.settings = [self.placed(word) for word in words]
        self.stopping = False
        self.machine.start()

    def do_refused(self, words, body):
        self.machine.settings = [self.placed(word) for word in words[1:]]
        self.machine.spawn()
        code = self.machine.wait()
        self.machine.check_log()
        if code <= 0 or not script.matches(self.machine.log(), words[0]):
            raise Failure("exit %d, and the log says\n%s" % (code, self.machine.log()))

    def do_kill(self, words, body):
        self.stopping = True
        self.machine.kill()
        self.close_slow()

    def do_term(self, words, body):
        if self.loads or self.slow:
            self.stopping = True
            self.machine.terminate()
            return
        self.stop()

    def stop(self):
        self.close_slow()
        self.machine.await_quiet()
        self.machine.terminate()

    def do_check(self, words, body):
        if self.machine.process is not None:
            raise Failure("check needs a stopped daemon: term or kill -9 first")
        code, says = self.machine.check()
        if (code == 0) == (words == ["damaged"]) or (code == 0 and says != "0 problems\n"):
            raise Failure("exit %d: %s" % (code, says))
        self.last = Last(0, says.encode())

    def do_reindex(self, words, body):
        if self.machine.process is not None:
            raise Failure("reindex needs a stopped daemon: term or kill -9 first")
        code, says = self.machine.reindex()
        if code != 0:
            raise Failure("exit %d: %s" % (code, says))
        self.last = Last(0, says.encode())

    # ---- harm ----

    def do_damage(self, words, body):
        self.harmed = True
        if words[0] == "near":
            shift = int(words[2]) if len(words) > 2 else 0
            offsets = [at + shift for at in self.machine.find(words[1].encode())]
            if not offsets:
                raise Failure("the data file does not hold these bytes")
        else:
            at = int(words[0])
            offsets = [at if at >= 0 else os.path.getsize(self.machine.data_file()) + at]
        self.machine.flip(offsets)

    def do_truncate(self, words, body):
        self.harmed = True
        path = self.machine.data_file()
        os.truncate(path, os.path.getsize(path) - int(words[0]))

    # ---- notes ----

    def ingest_request(self, words, body):
        words = list(words)
        how = words.pop() if words and words[-1] in ("gzip", "zstd", "chunked") else None
        if body is None:
            with open(os.path.join(ROOT, words[0]), "rb") as f:
                body = f.read()
        if how == "gzip":
            return gzip.compress(body), dict(NDJSON, **{"Content-Encoding": "gzip"})
        if how == "zstd":
            packed = subprocess.run(["zstd", "-q", "-c"], input=body, stdout=subprocess.PIPE, check=True).stdout
            return packed, dict(NDJSON, **{"Content-Encoding": "zstd"})
        if how == "chunked":
            pieces = [chunk(body[i:i + 1000]) for i in range(0, len(body), 1000)]
            return b"".join(pieces) + chunk(b""), CHUNKED
        return body, NDJSON

    def do_ingest(self, words, body):
        body, headers = self.ingest_request(words, body)
        self.ensure()
        with self.machine.client() as c:
            if headers is CHUNKED:
                c.send(request("POST", "/v1/notes", None, headers) + body)
                answer = c.answer()
            else:
                answer = c.ask("POST", "/v1/notes", body, headers)
        self.last = Last(answer.status, answer.body, answer.headers)
        if answer.status >= 400:
            self.unexpected = answer.body.decode(errors="replace")

    def put(self, lines, counts):
        self.do_ingest([], lines)
        wrong = script.problems(self.last.root, script.claims(counts))
        if wrong:
            raise Failure("; ".join(wrong))

    def do_note(self, words, body):
        self.put(note_line(*words), ["accepted=1", "rejected=0"])

    def do_replace(self, words, body):
        self.put(note_line(*words), ["replaced=1"])

    def do_many(self, words, body):
        count, text = int(words[1]), words[2]
        lines = []
        for i in range(1, count + 1):
            chance = random.Random(i)
            filler = {"%i": str(i), "%w": " ".join(chance.choices(FILLER, k=100)),
                      "%f": " ".join(chance.choices(FILLER, k=i))}
            date = "%d-%02d-%02d" % (2150 + i // 336, i // 28 % 12 + 1, i % 28 + 1)
            whole = re.sub("%[iwf]", lambda m: filler[m.group()], text)
            lines.append(note_line(words[0], "n%04d" % i, date, "Progress note", whole))
        self.put(b"".join(lines), ["accepted=%d" % count])

    def do_delete(self, words, body):
        self.call("DELETE", self.url_of(words))

    # ---- questions ----

    @staticmethod
    def url_of(words):
        url = "/v1/patients/" + segment(words[0])
        return url + "/notes/" + segment(words[1]) if len(words) > 1 else url

    def ask_request(self, words):
        body = ask_body(words[1:])
        self.questions.update(q for q in body.get("questions", []) + [body.get("question"), body.get("condition")]
                              if isinstance(q, str) and len(q) > 8)
        return ("POST", self.url_of(words[:1]) + "/ask", json.dumps(body, ensure_ascii=False).encode(), JSON)

    def do_ask(self, words, body):
        self.call(*self.ask_request(words))
        self.check_evidence()

    def do_search(self, words, body):
        wanted = ask_body(words[2:])
        wanted["query"] = words[1]
        self.call("POST", self.url_of(words[:1]) + "/search", json.dumps(wanted).encode(), JSON)

    def do_get(self, words, body):
        meta = len(words) == 3 and words.pop() == "meta"
        self.call("GET", self.url_of(words), headers={"Accept": "application/json"} if meta else None)

    def do_notes(self, words, body):
        self.call("GET", self.url_of(words) + "/notes")

    def do_patients(self, words, body):
        self.call("GET", "/v1/patients")

    def do_stats(self, words, body):
        self.call("GET", "/v1/stats")

    def do_http(self, words, body):
        headers = {}
        words = [re.sub("%x([0-9]+)", lambda m: "x" * int(m.group(1)), word) for word in words]
        for word in words[2:]:
            if word.startswith("body="):
                body = word[5:].encode()
            else:
                name, value = word.split(": ", 1)
                headers[name] = value
        self.call(words[0], words[1], body, headers)

    def make_model(self, name, words):
        probe = os.path.join(os.path.dirname(os.path.abspath(self.machine.program)), os.pardir, "tests",
                             "scorer", "model_probe")
        path = os.path.join(self.machine.folder, name)
        settings = words if any(w.startswith("stack=") for w in words) else words + ["stack=2"]
        subprocess.run([probe, "make", path, *settings], check=True)
        with open(path, "rb") as f:
            return bytearray(f.read())

    def do_model(self, words, body):
        self.make_model(words[0], words[1:])

    def do_attach(self, words, body):
        damage = words.index("damaged") if "damaged" in words else None
        offset = int(words[damage + 1]) if damage is not None else None
        if damage is not None:
            words = words[:damage] + words[damage + 2:]
        model = self.make_model("upload", words)
        if offset is not None:
            model[offset] ^= 4
        self.call("PUT", "/v1/model", bytes(model), {"Content-Type": "application/octet-stream"})

    def do_cut_upload(self, words, body):
        self.ensure()
        model = bytes(self.make_model("upload", words))
        c = self.machine.client()
        whole = request("PUT", "/v1/model", model, {"Content-Type": "application/octet-stream"})
        c.send(whole[:len(whole) // 2])
        self.cut = c  # open until the daemon is gone

    def do_parallel(self, words, body):
        self.ensure()
        wanted = self.ask_request(words[2:])

        def work(worker):
            with self.machine.client() as c:
                return c.ask(*wanted)
        workers = [Worker(work) for _ in range(int(words[0]))]
        lasts = [Last(a.status, a.body, a.headers) for a in (w.finish() for w in workers)]
        self.last = lasts[0]
        for other in lasts[1:]:
            wrong = script.differences(*[script.without_times(x.root["rows"]) for x in (lasts[0], other)], ())
            if wrong:
                raise Failure("two answers differ: " + "; ".join(wrong[:5]))
        if self.last.status >= 400:
            self.unexpected = self.last.root["body"]
        self.check_evidence()

    # ---- clients beside the scenario ----

    def do_slow(self, words, body):
        what = words[0]
        if what == "leave":
            self.close_slow()
            return
        if what in ("waiting", "gone"):
            self.look_at_slow(what == "waiting", words[1:])
            return
        self.ensure()
        for _ in range(int(words[1])):
            c = Client(self.machine.socket)
            self.slow.append(c)
            if what == "head":
                c.send(b"POST /v1/notes HTTP/1.1\r\nHost: x\r\n")
            elif what == "body":
                whole = request("POST", "/v1/patients/p/ask", b'{"question":"anything"}', JSON)
                c.send(whole[:-9])
            elif what == "ingest":
                c.send(request("POST", "/v1/notes", None, CHUNKED) + b"40\r\n{\"patient\":")
            elif what == "reader":
                c.send(request("GET", self.url_of(words[2:]) + "/notes"))
            else:
                raise Failure("slow what?")

    def look_at_slow(self, waiting, status):
        if waiting:
            if select.select([c.sock for c in self.slow], [], [], 0)[0]:
                raise Failure("a slow client was answered or closed")
            return
        for c in self.slow:
            if status:
                got = c.answer().status
                if got != int(status[0]):
                    raise Failure("a slow client was answered with %d" % got)
            try:
                while c.sock.recv(1 << 16):  # what it is told; the bound is the socket's own
                    pass
            except ConnectionResetError:
                pass
        self.close_slow()

    def close_slow(self):
        for c in self.slow:
            c.sock.close()
        self.slow = []

    def ask_on(self, worker, wanted):
        """One client's answers until it is told to leave or the daemon closes between two of them."""
        answers = []
        while not worker.leave.is_set():
            try:
                with Client(self.machine.socket) as c:
                    while not worker.leave.is_set():
                        answer = self.ask_whole(c, wanted)
                        if answer is None:
                            break
                        if answer.status not in (200, 503):
                            raise Failure("answer with status %d" % answer.status)
                        answers.append(Last(answer.status, answer.body, answer.headers))
                        worker.answered.set()
            except OSError:
                if not self.stopping:
                    raise
                return answers  # refused: the drain has begun
            if self.stopping:
                return answers
        return answers

    def ask_whole(self, c, wanted):
        """None when the connection was closed before the first byte of an answer."""
        try:
            c.send(request(*wanted))
            return c.answer()
        except (EOFError, OSError):
            if c.pending or not self.stopping:
                raise
            return None

    def do_load(self, words, body):
        self.ensure()
        wanted = self.ask_request(words[2:])
        self.loads += [Worker(lambda w: self.ask_on(w, wanted)) for _ in range(int(words[0]))]
        for worker in self.loads:
            if not worker.answered.wait(BOUND):
                raise Failure("no answer under load")

    def do_background(self, words, body):
        self.ensure()
        body, headers = self.ingest_request(words[1:], body)

        def work(worker):
            try:
                with self.machine.client() as c:
                    return c.ask("POST", "/v1/notes", body, headers)
            except (EOFError, OSError):
                if not self.stopping:
                    raise
                return Answer(0, {}, b"")
        self.background = Worker(work)

    def do_join(self, words, body):
        loads, self.loads = self.loads, []
        if self.background is not None:
            answer = self.background.finish()
            self.background = None
            self.last = Last(answer.status, answer.body, answer.headers)
        if not loads:
            return
        lists = [worker.finish() for worker in loads]
        every = [last for answers in lists for last in answers]
        rows = [row for last in every for row in last.answers]
        for answers in lists:  # what one client is told never goes back
            revisions = [row["index_revision"] for last in answers for row in last.answers]
            if revisions != sorted(revisions):
                raise Failure("a client saw an older revision after a newer one")
        root = {"answers": len(every), "statuses": sorted({last.status for last in every}), "status": 200,
                "verdicts": sorted({row["verdict"] for row in rows}),
                "mentions": sorted({row["mentions"] for row in rows}),
                "revisions": len({row["index_revision"] for row in rows})}
        self.last = Last(200, b"")
        self.last.root.update(root)

    # ---- claims ----

    def do_expect(self, words, body):
        wanted = script.claims(words)
        if any(key in ("status", "code", "error") for key, _, _ in wanted):
            self.unexpected = None
        wrong = script.problems(self.last.root, wanted)
        if wrong:
            raise Failure("; ".join(wrong))

    def do_expect_later(self, words, body):
        if not script.problems(self.last.root, script.claims(words[1:])):
            raise Failure("this holds now: make it an `expect` (%s)" % words[0])
        self.unexpected = None
        print("%s: does not hold yet: %s" % (os.path.basename(self.path), words[0]))

    def do_honest(self, words, body):
        self.unexpected = None
        if self.last.status >= 400:
            return
        for answer in self.last.answers:
            if answer["search"]["complete"] or answer["verdict"] != "uncertain" or answer["basis"] != "incomplete":
                raise Failure("neither an error nor complete:false and uncertain")

    def do_keep(self, words, body):
        self.kept[words[0]] = script.without_times(self.last.root.get("rows", self.last.root["body"]))

    def do_same(self, words, body):
        now = script.without_times(self.last.root.get("rows", self.last.root["body"]))
        wrong = script.differences(self.kept[words[0]], now, words[2:])
        if wrong:
            raise Failure("; ".join(wrong[:8]))

    # ---- the whole ----

    def play(self, step):
        do = getattr(self, "do_" + step.verb.replace("-", "_"), None)
        if do is None:
            raise Failure("no such command")
        if self.unexpected and not step.verb.startswith(("expect", "honest", "keep", "same")):
            raise Failure("an error that was not expected: " + self.unexpected)
        do(step.words, step.body)

    def finish(self):
        if self.unexpected:
            raise Failure("an error that was not expected: " + self.unexpected)
        if self.loads or self.background:
            raise Failure("`join` is missing")
        if self.machine.process is not None:
            self.stop()
        log = self.machine.whole_log()
        if any(question in log for question in self.questions):
            raise Failure("the log holds a question")
        if not self.harmed and os.path.exists(self.machine.data):
            self.do_check([], None)

    def report(self, step, failure):
        where = "at the end" if step is None else "line %d: %s" % (step.number, step.line.strip())
        print("%s: %s\n  %s" % (self.path, where, failure), file=sys.stderr)
        if self.last is not None:
            print("last answer: %s" % self.last.root["body"][:3000], file=sys.stderr)
        if self.machine.process is not None:
            print("log:\n" + "\n".join(self.machine.log().splitlines()[-15:]), file=sys.stderr)


def main(argv):
    path, program = argv[1], os.path.abspath(argv[2])
    step = None
    player = Player(program, path)
    try:
        for step in script.read(path):
            if "-v" in argv[3:]:
                print(step.line, flush=True)
            player.play(step)
        step = None
        player.finish()
        return 0
    except (Failure, OSError, EOFError, ValueError) as failure:
        player.report(step, failure if isinstance(failure, Failure) else repr(failure))
        return 1
    finally:
        player.machine.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
