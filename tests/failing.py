"""Which tests failed and with what words, in a few lines: the rest of a long log is for who looks further.

    failing.py BUILD            tests of the last `meson test -C BUILD`
    failing.py --step NAME LOG  anything else that failed and left LOG"""
import json
import os
import re
import sys

LINES, WIDTH = 6, 200  # of one test
TELLING = [re.compile(pattern) for pattern in (
    r"^(FAIL|ERROR): ",  # unittest: its name
    r"^[A-Za-z_.]*(Error|Exception|Expired|Failure)\b",  # and what was raised
    r"^FINDING: ", r"^\S+\.t: ",  # crash tests, scenarios
    r"\[  FAILED  \]", r"\[   LINE   \]", r"\[  ERROR   \] ",  # cmocka
    r"ERROR: \w*Sanitizer", r"SUMMARY: \w*Sanitizer", r"runtime error:", r"Assertion .* failed",
    r"\b(error|warning): ", r"^FAIL  ", r"\bhas \d+ lines$", r"code should be clang-formatted",
)]


def telling(text):
    lines = [line.strip()[:WIDTH] for line in text.splitlines() if line.strip()]
    found = [line for i, line in enumerate(lines) if any(pattern.search(line) for pattern in TELLING)
             or (i and re.search(r"^\S+\.t: ", lines[i - 1]))]  # a scenario's claim is on its next line
    return list(dict.fromkeys(found))[:LINES] or lines[-3:]


def show(name, text):
    print("\n  ".join([name] + telling(text)))


def main():
    if sys.argv[1] == "--step":
        with open(sys.argv[3], errors="replace") as f:
            show(sys.argv[2], f.read())
        return
    build = sys.argv[1]
    with open(os.path.join(build, "meson-logs", "testlog.json"), errors="replace") as f:
        for line in f:
            row = json.loads(line)
            if row["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
                show("%s, %s: %s after %.0f s" % (build, row["name"], row["result"], row["duration"]),
                     (row.get("stdout") or "") + "\n" + (row.get("stderr") or ""))


if __name__ == "__main__":
    main()
