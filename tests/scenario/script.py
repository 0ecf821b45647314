"""Scenario files: reading them, and what `expect` means.

A line is a command and its words, separated by blanks.  A word may hold JSON strings in double
quotes ("a\\nb", "\\u00e9"); '#' at the start of a word begins a comment.  A command that ends in
<<END takes the lines up to END as its body, in which \\xHH is the byte HH.
"""
import json
import re

WORD = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+')
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
CLAIM = re.compile(r"([^=<>!~]+)(!=|<=|>=|!~|=|<|>|~)(.*)", re.S)
BYTE = re.compile(rb"\\x([0-9a-fA-F]{2})")

MISSING = "missing"  # what a member that is not there compares as


class Failure(Exception):
    """A scenario that does not hold."""


class Step:
    """One command: where it stands, its words, its body (bytes or None)."""

    def __init__(self, number, line, verb, words, body):
        self.number, self.line, self.verb, self.words, self.body = number, line, verb, words, body


def split(line):
    words = []
    for match in WORD.finditer(line):
        if match.group().startswith("#"):
            break
        words.append(QUOTED.sub(lambda m: json.loads(m.group(), strict=False), match.group()))
    return words


def take_body(lines, end):
    body = []
    for _, line in lines:
        if line.strip() == end:
            text = "".join(part + "\n" for part in body).encode()
            return BYTE.sub(lambda m: bytes([int(m.group(1), 16)]), text)
        body.append(line)
    raise Failure("no line %s ends the body" % end)


def read(path):
    """Returns the steps.  The first line says, as a comment, which behaviour the file is about."""
    with open(path, encoding="utf-8", newline="\n") as f:
        text = f.read().split("\n")
    if not text[0].startswith("# "):
        raise Failure("%s: the first line must be a comment that says what behaviour it is" % path)
    lines = enumerate(text, 1)
    steps = []
    for number, line in lines:
        words = split(line)
        if not words:
            continue
        body = None
        if len(words) > 1 and words[-1].startswith("<<"):
            body = take_body(lines, words.pop()[2:])
        steps.append(Step(number, line, words[0], words[1:], body))
    return steps


# ---- looking into an answer ----

def walk(value, path):
    """Follows a dotted path.  '#' is a list's length; a name on a list is taken of every item."""
    for i, name in enumerate(path):
        if isinstance(value, list):
            if name == "#":
                return len(value)
            if name.isdigit():
                value = value[int(name)] if int(name) < len(value) else MISSING
            else:
                return [walk(item, path[i:]) for item in value]
        elif isinstance(value, dict):
            value = value.get(name, MISSING)
        else:
            return MISSING
    return value


def look_up(root, key):
    """A member of the answer; or, when it has none of that name, of its best evidence, best hit,
    ingest summary, search, daemon or index part, whichever has it first."""
    path = key.split(".")
    if path[0].isdigit():
        path.insert(0, "rows")
    if path == ["names"]:
        path.append("text")
    places = [(), ("evidence", "0"), ("hits", "0"), ("summary",), ("search",), ("daemon",), ("index",)]
    if path[0] == "rejects" or path == ["error"]:
        path = {"error": ["message"]}.get(path[0], path)
    for place in places:
        found = walk(root, list(place) + path)
        if found != MISSING:
            if isinstance(found, dict) and set(found) == {"value", "p"}:
                return found["value"]  # an axis
            return found
    return MISSING


def show(value):
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(show(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def matches(value, pattern):
    if isinstance(value, list):
        return any(matches(item, pattern) for item in value)
    return re.search(pattern, show(value)) is not None


def holds(value, op, wanted):
    if op == "~":
        return matches(value, wanted)
    if op == "!~":
        return not matches(value, wanted)
    if op in ("=", "!="):
        return (show(value) == wanted) == (op == "=")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    limit = float(wanted)
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[op]


def claims(words):
    """[(key, op, value)] of `key=value` words."""
    found = []
    for word in words:
        match = CLAIM.fullmatch(word)
        if not match:
            raise Failure("not of the form key=value: %s" % word)
        found.append(match.groups())
    return found


def problems(root, wanted):
    """What of the claims does not hold, in words."""
    wrong = []
    for key, op, value in wanted:
        found = look_up(root, key)
        if not holds(found, op, value):
            wrong.append("%s is %s, expected %s%s" % (key, show(found)[:400], op, value))
    return wrong


# ---- comparing answers ----

def without_times(value):
    """The answer without what may differ between two runs over the same index revision."""
    if isinstance(value, list):
        return [without_times(item) for item in value]
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k != "elapsed_us"}
    return value


def differences(a, b, ignored, path=""):
    """Paths at which two parsed answers differ; ignored: member names."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        for key in sorted(set(a) | set(b)):
            if key not in ignored:
                found += differences(a.get(key, MISSING), b.get(key, MISSING), ignored, path + "." + key)
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        found = []
        for i, (one, other) in enumerate(zip(a, b)):
            found += differences(one, other, ignored, "%s.%d" % (path, i))
        return found
    return [] if a == b else ["%s: %s, was %s" % (path.lstrip("."), show(b)[:200], show(a)[:200])]
