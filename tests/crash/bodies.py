"""An ingest body that breaks while its notes are in work: the request ends with an error, the
connection closes, and the daemon goes on.  (Once the loop fed the same broken bytes for ever.)"""
import json

from rig import GONE

HEAD = (b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")
TIMEOUT = 20


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def notes(rng, n, words):
    return b"".join(json.dumps({"patient": "b%d" % rng.randrange(3), "note_id": "n%d" % i,
                                "text": "Denies fever. " * words}).encode() + b"\n"
                    for i in range(n))


def send(d, body):
    """What a raw connection gets back; None when it was cut."""
    with d.link(TIMEOUT) as link:
        link.connection.connect()
        sock = link.connection.sock
        try:
            sock.sendall(body)
            return sock.recv(1 << 16)
        except OSError as e:
            if isinstance(e, TimeoutError):
                raise
            return None


def is_well(d):
    try:
        with d.link(TIMEOUT) as link:
            return link.get("/healthz")[0] == 200
    except GONE:
        return False


def broken_at(rng, whole):
    """Bytes of a message, damaged somewhere behind its head, so that it cannot be understood."""
    data = bytearray(whole)
    at = rng.randrange(len(HEAD), len(data))
    kind = rng.randrange(3)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at:at] = rng.randbytes(rng.randrange(1, 9))
    else:
        del data[at:at + rng.randrange(1, 9)]
    return bytes(data)


def run(rig, rounds):
    rng = rig.random("broken bodies")
    messages = 5 * rounds
    d = rig.start(faults=False)
    try:
        # Long work first, so that the break comes while a worker is busy.
        slow = chunk(notes(rng, 40, 6000))
        for tail in (b"zz\r\nnonsense\r\n" + b"x" * 100, b"5\r\nabcdefgh\r\n0\r\n\r\n", b"-1\r\n\r\n"):
            answer = send(d, HEAD + slow + tail)
            if not answer or not answer.startswith(b"HTTP/1.1 400 "):
                rig.find("a broken chunk after long work: %r" % (answer or b"")[:60])
            if not is_well(d):
                rig.find("the daemon does not answer after %r" % tail)
                return {}
        for i in range(messages):
            body = b"".join(chunk(notes(rng, 3, 40)) for _ in range(4)) + b"0\r\n\r\n"
            # More behind it, so that a message that got longer still ends.
            send(d, broken_at(rng, HEAD + body) + b"\r\n\r\n" * 2 + b"q" * 64)
            if not is_well(d):
                rig.find("the daemon does not answer after message %d" % i)
                return {}
    except TimeoutError:
        rig.find("no answer to a broken message within %d s" % TIMEOUT)
    finally:
        d.close()
    return {"broken messages": messages + 3}
