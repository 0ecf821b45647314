"""What the ingestion scripts share: where note NDJSON goes, how bytes become text, how counts are told.

A script yields note dicts; write_all() prints them to stdout or, with --socket, streams them to the
daemon.  Counts go to stderr as one line; patient text never does."""
import base64
import codecs
import collections
import contextlib
import errno
import gzip
import http.client
import json
import os
import socket
import sys
import zlib


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=600):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def text_of(data, charset, meta):
    """Decodes a note's bytes.  What is not valid in the declared charset (default UTF-8) is read as
    Windows-1252, and meta says so: the daemon takes UTF-8 only, and nothing is silently lost."""
    declared = (charset or "utf-8").strip().strip('"').lower()
    try:
        codec = codecs.lookup(declared).name
        text = data.decode(codec)
        if codec not in ("utf-8", "ascii"):
            meta["transcoded_from"] = codec
    except (LookupError, UnicodeDecodeError):
        # cp1252 leaves five bytes undefined; Latin-1 gives those a (control) code point.
        try:
            text = data.decode("cp1252")
            meta["transcoded_from"] = "windows-1252"
        except UnicodeDecodeError:
            text = data.decode("latin-1")
            meta["transcoded_from"] = "iso-8859-1"
        meta["declared_charset"] = declared
    if text.startswith("\ufeff"):
        text = text[1:]
        meta["byte_order_mark"] = "removed"
    if "\0" in text:
        meta["nul_characters_removed"] = text.count("\0")
        text = text.replace("\0", "")
    return text


def note(patient, note_id, text, date=None, kind=None, encounter=None, author_role=None, meta=None):
    n = {"patient": patient, "note_id": note_id}
    for key, value in (("date", date), ("type", kind), ("encounter", encounter),
                       ("author_role", author_role)):
        if value:
            n[key] = value
    n.update(meta or {})
    n["text"] = text
    return n


class Counts(collections.Counter):
    def tell(self, program):
        if self:
            print(program + ": " + ", ".join("%d %s" % (n, what) for what, n in sorted(self.items())),
                  file=sys.stderr)


def add_output_arguments(parser):
    parser.add_argument("--socket", metavar="PATH",
                        help="stream to the daemon instead of stdout (\"env\": $LODESTONE_SOCKET)")


@contextlib.contextmanager
def reading(path):
    """A compressed file that is none, or is cut short, is told by its name like any other failure."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as why:
        raise OSError(errno.EIO, str(why), path) from why


def lines_of(notes):
    for n in notes:
        # Half a surrogate pair, from somebody's JSON, stays an escape: the daemon names that line.
        yield json.dumps(n, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def write_all(notes, args):
    """Returns the exit code: 0, 1 when the daemon rejected notes, 2 when it refused the whole."""
    if not args.socket:
        out = sys.stdout.buffer
        for line in lines_of(notes):
            out.write(line)
        out.flush()
        return 0
    path = os.environ.get("LODESTONE_SOCKET", "") if args.socket == "env" else args.socket
    if not path:
        raise OSError(errno.ENOENT, "names no socket", "$LODESTONE_SOCKET")
    c = UnixConnection(path)
    c.request("POST", "/v1/notes", body=lines_of(notes), encode_chunked=True,
              headers={"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"})
    answer = c.getresponse()
    body = answer.read().decode("utf-8", "replace")
    if answer.status != 200:
        print("refused with status %d: %s" % (answer.status, body.strip()), file=sys.stderr)
        return 2
    rejected = 0
    for line in body.splitlines():
        row = json.loads(line)
        if "error" in row:
            rejected += 1
            print("rejected: note %d of the stream: %s" % (row["line"], row["error"]), file=sys.stderr)
        if "summary" in row:
            rejected = row["summary"]["rejected"]
            print(json.dumps(row["summary"]), file=sys.stderr)
    return 1 if rejected else 0


def run(program, notes, args, counts):
    """write_all, the counts, and one line where it could not go on; the exit code."""
    try:
        rc = write_all(notes, args)
    except BrokenPipeError:
        if args.socket:
            print("%s: the daemon closed the connection; what it committed stays" % program, file=sys.stderr)
        else:  # the reader has enough; Python would complain once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        rc = 2
    except (OSError, http.client.HTTPException) as why:
        where = getattr(why, "filename", None) or args.socket or "the output"
        print("%s: %s: %s" % (program, where, getattr(why, "strerror", None) or why), file=sys.stderr)
        rc = 2
    counts.tell(program)
    return rc


def b64(data):
    return base64.b64decode(data, validate=False)
