#!/usr/bin/env python3
"""What the identifier guard costs an ingest: CPU time of the daemon with it on (default policy) and off
(phi_policy=allow), alternated.

usage: phi.py NOTES.ndjson [--rounds 5] [--build build]
NOTES.ndjson: a body as `lodestone ingest` takes it.  Prints the medians and the share that is the guard's.
"""
import argparse
import os
import statistics
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402


def once(binary, body, policy):
    with lode.Daemon(binary, arguments=["--set", "phi_policy=" + policy]) as daemon:
        before = lode.cpu_seconds(daemon.pid)
        with daemon.link(timeout=600) as link:
            lines = link.ingest(body)
        return lode.cpu_seconds(daemon.pid) - before, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    a = parser.parse_args()
    with open(a.notes, "rb") as f:
        body = f.read()
    binary = os.path.join(a.build, "daemon", "lodestoned")
    seconds = {"allow": [], "flag date=allow": [], "flag": []}
    for _ in range(a.rounds):
        for policy, took in seconds.items():
            took.append(once(binary, body, policy)[0])
    off = statistics.median(seconds["allow"])
    print("%.1f MB of body, %d rounds, median CPU seconds of the daemon" % (len(body) / 1e6, a.rounds))
    for policy, took in seconds.items():
        mid = statistics.median(took)
        print("  phi_policy=%-16s %.3f s (%.3f-%.3f), over off: %+.1f %%" % (
            policy, mid, min(took), max(took), (mid / off - 1) * 100))


if __name__ == "__main__":
    main()
