"""Crash and damage tests of lodestoned.  See README.md.

    python3 tests/crash/torture.py --build build --rounds 20        (what `meson test` runs)
    python3 tests/crash/torture.py --build build --rounds 200       (what `./dev torture` runs)
    python3 tests/crash/torture.py --build build --only flips --seed 7

Prints a line of figures per part; exit status 1 when there was a finding, 77 when skipped."""
import argparse
import importlib
import json
import os
import random
import sys
import time

import rig as shared

PARTS = ("kills", "disk", "memory", "flips", "power", "oracle", "offsets", "bodies", "compact")
NEED_PRELOAD = ("disk", "memory", "power")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build", help="the build folder")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--sanitized", action="store_true",
                        help="the build has a sanitizer: leave out what needs the preloaded library")
    return parser.parse_args()


def main():
    given = arguments()
    seed = given.seed if given.seed is not None else random.randrange(1 << 30)
    print("seed %d" % seed, flush=True)
    rig = shared.Rig(os.path.abspath(given.build), seed, given.sanitized)
    figures = {}
    for part in given.only or PARTS:
        if rig.sanitized and part in NEED_PRELOAD:
            print("%s: skipped, sanitized build" % part)
            continue
        began, before = time.monotonic(), len(rig.findings)
        figures[part] = importlib.import_module(part).run(rig, given.rounds)
        figures[part]["findings"] = len(rig.findings) - before
        figures[part]["seconds"] = round(time.monotonic() - began, 1)
        print("%s: %s" % (part, json.dumps(figures[part])), flush=True)
    if rig.findings:
        print("%d findings, seed %d" % (len(rig.findings), seed))
    return 1 if rig.findings else 0


if __name__ == "__main__":
    sys.exit(main())
