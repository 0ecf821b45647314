"""What a scenario's clients send, and what they hold of an answer."""
import json
import threading

from machine import BOUND
from script import Failure


def note_line(patient, note_id, date, kind, text):
    note = {"patient": patient, "note_id": note_id, "text": text}
    if date:
        note["date"] = date
    if kind:
        note["type"] = kind
    return json.dumps(note, ensure_ascii=False).encode() + b"\n"


def value_of(key, text):
    if key in ("types", "sections"):
        return text.split(",")
    try:
        return json.loads(text)
    except ValueError:
        return text


def ask_body(words):
    """The request's body from the words after the patient."""
    questions, body = [], {}
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key.isidentifier():
            body[key] = value_of(key, value) if key not in ("condition", "query") else value
        else:
            questions.append(word)
    if len(questions) == 1:
        body["question"] = questions[0]
    elif questions:
        body["questions"] = questions
    return body


class Last:
    """The last answer."""

    def __init__(self, status, body, headers=None):
        self.status, self.body = status, body
        self.root = {"status": status, "bytes": len(body), "headers": headers or {},
                     "body": body.decode(errors="replace")}
        rows = None
        kind = (headers or {}).get("content-type", "")
        if "json" in kind:
            rows = [json.loads(line) for line in body.splitlines()]
            self.root["rows"] = rows
        if rows and "ndjson" in kind and ("summary" in rows[-1]):
            self.root["summary"] = rows[-1]["summary"]
            self.root["rejects"] = [row for row in rows if "line" in row]
        elif rows and len(rows) == 1:
            self.root.update(rows[0], status=status)
        self.answers = [row for row in rows or [] if "verdict" in row]


class Worker(threading.Thread):
    """A client beside the scenario; what goes wrong in it is raised by finish()."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.failure, self.result = work, None, None
        self.answered, self.leave = threading.Event(), threading.Event()
        self.start()

    def run(self):
        try:
            self.result = self.work(self)
        except Exception as e:  # of any kind: the scenario's own thread reports it
            self.failure = e
        finally:
            self.answered.set()

    def finish(self):
        self.leave.set()
        self.join(BOUND)
        if self.is_alive():
            raise Failure("a client beside the scenario hangs")
        if self.failure is not None:
            raise Failure("a client beside the scenario: %r" % self.failure)
        return self.result
