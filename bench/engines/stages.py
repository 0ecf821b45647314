"""The measurements of `bench index`, one after another, each kept as it is made.

Within a round the engines take turns, ours first; ratios are made round by round.
"""
import os
import random
import shutil

import corpus
import measure
import queries

COLD_QUESTIONS = 12      # of each class
SINGLE_NOTES = 200       # a round
SMALL_BATCHES = 1000
UNREPEATED = "unrepeated"


class Bench:
    def __init__(self, options, ours, peers, extra_modes):
        self.options, self.ours, self.peers = options, ours, peers
        self.engines = [ours] + peers
        self.extra_modes = extra_modes     # engines that ask another one's index: [(engine, of)]
        self.folder, self.facts = corpus.make(options)
        self.store = measure.Store(os.path.join(self.folder, "results"))
        self.sizes = [n for n in options.sizes if n < options.notes] + [options.notes]

    def index_folder(self, engine, what):
        return os.path.join(self.folder, "index", engine.name, str(what))

    def fresh_folder(self, engine, what):
        folder = self.index_folder(engine, what)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        return folder

    def rounds_of(self, engine):
        return 1 if engine.is_slow else self.options.rounds

    # ---- ingest ----

    def ingest(self, size, rounds):
        """Leaves each engine's last index where it is, compacted, for the questions."""
        file = corpus.prefix(self.folder, size, self.options.notes)
        for i in range(1, rounds + 1):
            for engine in self.engines:
                if i > self.rounds_of(engine) or self.store.get("ingest", size, engine.name, i):
                    continue
                folder = self.fresh_folder(engine, size)
                self.forget_compact(engine, size)
                self.store.keep(engine.ingest(file, folder, engine.bulk), "ingest", size, engine.name, i)
        for engine in self.engines:
            self.compact(engine, size)

    def forget_compact(self, engine, size):
        path = self.store.path("compact", size, engine.name)
        if os.path.exists(path):
            os.unlink(path)

    def compact(self, engine, size):
        folder = self.index_folder(engine, size)
        if os.path.exists(folder) and self.store.get("compact", size, engine.name):
            return
        if not os.path.exists(folder):  # somebody has cleaned up: the questions need it
            engine.ingest(corpus.prefix(self.folder, size, self.options.notes),
                          self.fresh_folder(engine, size), engine.bulk)
        engine.compact(folder)
        result = {"disk_bytes": self.disk(engine, folder)}
        if engine is self.ours:
            with engine.daemon(folder) as daemon:
                stats = engine.stats(daemon)
            result["used_bytes"] = stats["used_bytes"]
        self.store.keep(result, "compact", size, engine.name)

    def disk(self, engine, folder):
        return engine.data_bytes(folder) if engine is self.ours else measure.disk_bytes(folder)

    # ---- questions ----

    def query_file(self, size):
        path = os.path.join(self.folder, "queries-%d.tsv" % size)
        facts = queries.make(corpus.prefix(self.folder, size, self.options.notes), path,
                             self.options.queries, self.options.seed)
        with open(path, encoding="ascii") as lines:
            rows = lines.readlines()
        for suffix, keep in (("-charts", [r for r in rows if r[0] == "p"]),
                             ("-find", [r.replace("p_phrase", "p_find") for r in rows
                                        if r.startswith("p_phrase")])):
            with open(path + suffix, "w", encoding="ascii") as out:
                out.writelines(keep)
        return path, facts

    def query(self, size, rounds):
        path, _ = self.query_file(size)
        asked = [(e, e, path) for e in self.engines] + [
            (mode, of, path + "-charts") for mode, of in self.extra_modes if of in self.engines]
        for i in range(1, rounds + 1):
            for engine, of, file in asked:
                if not self.store.get("query", size, engine.name, i):
                    self.store.keep(engine.query(self.index_folder(of, size), file),
                                    "query", size, engine.name, i)
            if not self.store.get("find", size, self.ours.name, i):
                self.store.keep(self.ours.query(self.index_folder(self.ours, size), path + "-find"),
                                "find", size, self.ours.name, i)

    def cold(self, size):
        """First question in a fresh process, the index put out of the page cache before."""
        path, _ = self.query_file(size)
        one = path + "-one"
        with open(path, encoding="ascii") as lines:
            rows = lines.readlines()
        rng = random.Random("cold %d" % self.options.seed)
        count = COLD_QUESTIONS if not self.options.quick else 2
        picked = [rng.sample([r for r in rows if r.startswith(c + "\t")], min(count, len(rows) // 6))
                  for c in queries.CLASSES]
        missing = [e for e in self.engines if e.name != "ripgrep"
                   and not self.store.get("cold", size, e.name)]
        results = {e.name: [] for e in missing}
        for row in (row for of in picked for row in of):
            with open(one, "w", encoding="ascii") as out:
                out.write(row)
            for engine in missing:
                folder = self.index_folder(engine, size)
                measure.evict(folder)
                answer = engine.query(folder, one, 1)
                if answer["rows"]:
                    results[engine.name].append([row.split("\t")[0], answer["open_us"],
                                                 answer["rows"][0]["wall_us"]])
        for engine in missing:
            self.store.keep({"rows": results[engine.name]}, "cold", size, engine.name)

    # ---- single notes, small batches ----

    def single(self, size, rounds):
        """One note a transaction into the full index, durable each."""
        whole = os.path.join(self.folder, "extra.ndjson")
        count = min(SINGLE_NOTES, max(10, self.options.notes // 10))
        with open(whole, "rb") as lines:
            notes = lines.readlines()
        for i in range(1, rounds + 1):
            part = os.path.join(self.folder, "extra-part.ndjson")
            with open(part, "wb") as out:
                out.writelines(notes[(i - 1) * count % len(notes):][:count])
            for engine in self.engines:
                if engine.name == "ripgrep" or self.store.get("single", size, engine.name, i):
                    continue
                result = engine.ingest(part, self.copy_of(engine, size), 1)
                self.store.keep(result, "single", size, engine.name, i)
        for engine in self.engines:
            shutil.rmtree(self.index_folder(engine, "single"), ignore_errors=True)

    def copy_of(self, engine, size):
        """A copy of the index, so that questions asked later meet what was ingested first."""
        copy, folder = self.index_folder(engine, "single"), self.index_folder(engine, size)
        if not os.path.exists(copy):
            shutil.copytree(folder, copy, ignore=lambda at, names: [
                n for n in names if not os.path.isdir(os.path.join(at, n))
                and not os.path.isfile(os.path.join(at, n))])
            # Else the first note's sync would write the whole copy.
            for at, _, names in os.walk(copy):
                for name in names:
                    measure.sync(os.path.join(at, name))
        return copy

    def small(self, rounds):
        """The same notes as one bulk load in order of patients, and in 1,000 batches in random order."""
        words = self.options.small_words
        order, mixed, count = corpus.shuffled(self.folder, words, self.options.seed)
        batch = max(1, -(-count // SMALL_BATCHES))
        for i in range(1, rounds + 1):
            for engine in self.engines:
                if engine.name not in ("lodestone", "fts5"):
                    continue
                for how, file, size in (("bulk", order, engine.bulk), ("small", mixed, batch)):
                    if self.store.get(how, words, engine.name, i):
                        continue
                    result = engine.ingest(file, self.fresh_folder(engine, how), size)
                    result["batch"] = size
                    self.store.keep(result, how, words, engine.name, i)
                shutil.rmtree(self.index_folder(engine, "bulk"), ignore_errors=True)
                shutil.rmtree(self.index_folder(engine, "small"), ignore_errors=True)

    # ---- unrepeated text ----

    def unrepeated(self):
        """Each real report once.  Ours: what the second half adds to an index whose dictionary was trained
        on the first."""
        halves = [os.path.join(self.folder, "half%d.ndjson" % h) for h in (0, 1)]
        if not os.path.exists(halves[1]):
            return
        for engine in self.engines:
            if engine.name == "ripgrep" or self.store.get(UNREPEATED, engine.name):
                continue
            folder = self.fresh_folder(engine, UNREPEATED)
            first = engine.ingest(halves[0], folder, engine.bulk) if engine is self.ours else None
            second = engine.ingest(halves[1], folder, engine.bulk)
            result = {"bytes": second["bytes"], "disk_bytes": second["disk_bytes"]}
            if first:
                result["bytes"] = second["bytes"] - first["bytes"]
                result["disk_bytes"] = second["used_bytes"] - first["used_bytes"]
            engine.compact(folder)
            result["whole_compacted_bytes"] = self.disk(engine, folder)
            result["whole_bytes"] = second["bytes"]
            self.store.keep(result, UNREPEATED, engine.name)
            shutil.rmtree(folder)

    # ---- all of it ----

    def run(self, stages):
        full, rounds = self.options.notes, self.options.rounds
        if "ingest" in stages:
            self.ingest(full, rounds)
        if "query" in stages:
            self.query(full, rounds)
        if "cold" in stages:
            self.cold(full)
        if "unrepeated" in stages:
            self.unrepeated()
        if "single" in stages:
            self.single(full, rounds)
        if "small" in stages:
            self.small(rounds)
        if "sizes" in stages:
            for size in self.sizes[:-1]:
                self.ingest(size, 1)
                self.query(size, 1)
