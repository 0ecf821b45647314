"""Lets clang look at the sources that a clang build folder knows and has not compiled: those of tests and benches.
Argument: the build folder.  Prints what clang says; exit status 1 when it says anything."""
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def look(entry):
    words = shlex.split(entry["command"])
    at = words.index("-o")
    del words[at:at + 2]
    done = subprocess.run(words + ["-fsyntax-only"], cwd=entry["directory"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    with open(os.path.join(sys.argv[1], "compile_commands.json")) as f:
        entries = {entry["file"]: entry for entry in json.load(f)
                   if entry["file"].startswith(("../tests/", "../bench/"))}
    if not entries:
        sys.exit("no sources of tests in " + sys.argv[1])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(look, entries.values()))
    print("".join(said for _, said in answers), end="")
    sys.exit(any(status or said for status, said in answers))


if __name__ == "__main__":
    main()
