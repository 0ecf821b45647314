#!/usr/bin/env python3
"""How fast is a screen over a synthetic hospital, and what does it cost the questions beside it?

usage: bench/screen.py LODESTONED [CHARTS] [SEED]

Makes CHARTS charts (5,000) of 4 to 16 notes of about 250 words (a million and a half words a thousand charts): sentences
of made-up and common words, masks, misspellings, and planted conditions that a known share of the patients has, affirmed,
denied or of a relative. Ingests, waits until the cohort index covers them (compact), then screens for each condition
three times. Prints charts a second: all of them; those opened, by the time beside narrowing down; those left closed. Then
the latency of ask alone and while a screen for a condition that everybody has runs without end.
"""
import json
import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import lode  # noqa: E402

PLANTED = {  # condition: (share of patients, ways to write it)
    "pheochromocytoma": (0.002, ["pheochromocytoma", "phaeochromocytoma", "pheochromcytoma"]),
    "sarcoidosis": (0.02, ["sarcoidosis", "sarcoid", "pulmonary sarcoidosis"]),
    "deep vein thrombosis": (0.10, ["deep vein thrombosis", "DVT", "deep venous thrombosis"]),
    "type 2 diabetes mellitus": (0.30, ["type 2 diabetes mellitus", "T2DM", "diabetes mellitus type 2"]),
    "hypertension": (0.90, ["hypertension", "HTN", "arterial hypertension"]),
}
NOBODY = ["acromegaly", "hairy cell leukemia", "Creutzfeldt-Jakob disease"]
FRAMES = ["{}.", "No {}.", "History of {}.", "Mother had {}.", "Possible {}.", "denies {}.", "Assessment: {}."]
TYPES = ["Progress note", "Consult", "Discharge summary", "H&P"]
SYLLABLES = ("an ar ba be bi bo ca ce ci co da de di do el en er fa fe fi ga ge gi ha he hi in is ka ke la le li lo ma me "
             "mi mo na ne ni no or pa pe pi po ra re ri ro sa se si so ta te ti to ul un va ve vi za ze").split()


def made_up_words(rng, n):
    return ["".join(rng.choice(SYLLABLES) for _ in range(rng.randrange(2, 5))) for _ in range(n)]


def sentences(rng, n):
    common = ("the patient was seen today and is well with no change in plan chest clear heart regular rate "
              "abdomen soft deep vein of left right type mellitus will continue follow up daily dose tablets").split()
    words = made_up_words(rng, 20000)
    pool = []
    for _ in range(n):
        s = " ".join(rng.choice(common) if rng.random() < 0.6 else rng.choice(words) for _ in range(rng.randrange(5, 16)))
        pool.append(s.capitalize() + (" by [**Name 12**]." if rng.random() < 0.05 else "."))
    return pool


def hospital(charts, seed):
    rng = random.Random(seed)
    pool = sentences(rng, 20000)
    for p in range(charts):
        has = [c for c, (share, _) in PLANTED.items() if rng.random() < share]
        n_notes = rng.randrange(4, 17)
        for i in range(n_notes):
            text = [rng.choice(pool) for _ in range(rng.randrange(10, 40))]
            for c in has:
                if i == 0 or rng.random() < 0.15:
                    text.insert(rng.randrange(len(text)), rng.choice(FRAMES).format(rng.choice(PLANTED[c][1])))
            yield {"patient": "p%05d" % p, "note_id": "n%03d" % i, "type": rng.choice(TYPES),
                   "date": "21%02d-%02d-%02d" % (rng.randrange(10, 60), rng.randrange(1, 13), rng.randrange(1, 28)),
                   "text": "\n".join(text)}


def blocks(notes):
    block = []
    for note in notes:
        block.append(json.dumps(note))
        if len(block) == 2000:
            yield ("\n".join(block) + "\n").encode()
            block = []
    if block:
        yield ("\n".join(block) + "\n").encode()


def screen(link, condition, **more):
    status, _, raw = link.post_json("/v1/screen", dict(more, condition=condition))
    lines = raw.splitlines()
    if status != 200 or b'"summary"' not in lines[-1]:
        raise RuntimeError("%s: %d %s" % (condition, status, raw[-300:]))
    return json.loads(lines[-1])["summary"]


def ask_times(daemon, patients, n, rng):
    times = []
    with daemon.link() as link:
        for _ in range(n):
            start = time.perf_counter()
            status, _ = link.ask(rng.choice(patients), {"condition": rng.choice(list(PLANTED))})
            times.append((time.perf_counter() - start) * 1000)
            if status != 200:
                raise RuntimeError("ask answers %d" % status)
    times.sort()
    return times[n // 2], times[n * 99 // 100]


def beside(daemon, patients):
    rng = random.Random(3)
    ask_times(daemon, patients, 200, rng)
    print("ask alone               p50 %.2f ms  p99 %.2f ms" % ask_times(daemon, patients, 1000, rng))
    stop = threading.Event()

    def run():
        with daemon.link(timeout=600) as link:
            while not stop.is_set():
                screen(link, "hypertension", verdicts=["uncertain"])
    threads = [threading.Thread(target=run) for _ in range(2)]
    for t in threads:
        t.start()
    print("ask beside two screens  p50 %.2f ms  p99 %.2f ms" % ask_times(daemon, patients, 1000, rng))
    stop.set()
    for t in threads:
        t.join()


def main():
    charts = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with lode.Daemon(sys.argv[1]) as daemon, daemon.link(timeout=600) as link:
        start = time.perf_counter()
        status, _, raw = link.ingest(blocks(hospital(charts, seed)))
        if status != 200:
            raise RuntimeError(raw[-300:])
        link.post_json("/v1/admin/compact", {})
        stats = json.loads(link.get("/v1/stats")[2])
        print("%d charts, seed %d: %s; made and stored in %.0f s" % (
            charts, seed, json.loads(raw.splitlines()[-1])["summary"], time.perf_counter() - start))
        print("index: %s" % {k: stats["index"][k] for k in ("patients", "notes", "raw_bytes", "pending_patients")
                             if k in stats["index"]} if "index" in stats else stats)
        print("%-28s %8s %8s %8s %10s %10s %10s %10s" % (
            "condition", "opened", "mention", "present", "narrow ms", "all ms", "charts/s", "opened/s"))
        for condition in NOBODY + list(PLANTED):
            runs, cpu = [], []
            for _ in range(3):
                before = lode.cpu_seconds(daemon.pid)
                runs.append(screen(link, condition))
                cpu.append(lode.cpu_seconds(daemon.pid) - before)
            s = min(runs, key=lambda r: r["elapsed_us"])
            rest = (s["elapsed_us"] - s["narrow_us"]) / 1e6
            print("%-28s %8d %8d %8d %10.1f %10.1f %10.0f %10s   cpu %.2f s" % (
                condition, s["opened"], charts - s["not_mentioned"], s["present"], s["narrow_us"] / 1e3,
                s["elapsed_us"] / 1e3, charts / (s["elapsed_us"] / 1e6), "%.0f" % (s["opened"] / rest) if s["opened"] else "-",
                min(cpu)))
        print("resident %d MB" % (lode.memory_kib(daemon.pid) / 1024))
        beside(daemon, ["p%05d" % p for p in range(charts)])
        link.close()
        daemon.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
