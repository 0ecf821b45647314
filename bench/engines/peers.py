"""The peers: each a program of ours around its library, all with the same few verbs."""
import json
import os
import shutil

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
JARS = ("lucene-core-8.7.0.jar", "lucene-analyzers-common-8.7.0.jar")
BULK = 2000          # notes a transaction
PASSES = 4           # over the query file; the first is not counted
LATE_PASSES = 10     # where a JIT has to warm; the last three are counted


def parse_queries(out):
    lines = [json.loads(line) for line in out.splitlines()]
    return {"open_us": lines[0]["open_us"],
            "rows": {row["q"]: {"us": measure.median(row["cpu_us"][-3:]), "wall_us": row["wall_us"][0],
                                "ids": row["ids"], "hits": row["hits"]} for row in lines[1:]}}


class Program:
    """A peer that is one program `NAME VERB ARGUMENTS`."""
    name = label = source = ""
    bulk = BULK
    passes = PASSES
    is_slow = False      # too slow to ingest the corpus more than once
    unfinished = ()      # classes it cannot answer

    def __init__(self, options):
        self.program = os.path.join(options.work, "bin", self.name)

    def compiler(self):
        raise NotImplementedError

    def command(self, *arguments):
        return [self.program] + list(map(str, arguments))

    def prepare(self):
        """Compiles what is missing or old.  Returns the reason why there is no such peer, or None."""
        source = os.path.join(HERE, self.source)
        newest = max(os.path.getmtime(source), os.path.getmtime(os.path.join(HERE, "ndjson.h")))
        if os.path.exists(self.program) and os.path.getmtime(self.program) > newest:
            return None
        os.makedirs(os.path.dirname(self.program), exist_ok=True)
        command = self.compiler()
        if not shutil.which(command[0]):
            return "%s is not installed" % command[0]
        done = measure.subprocess.run(command, stdout=measure.subprocess.PIPE, text=True,
                                      stderr=measure.subprocess.STDOUT, check=False)
        if done.returncode:
            return "does not compile: " + done.stdout.strip().split("\n")[0][:150]
        return None

    def ingest(self, file, folder, batch):
        done = measure.run(self.command("ingest", file, folder, batch))
        lines = done["out"].splitlines()
        result = json.loads(lines[-1])
        result.update(rss_anon_kib=done["rss_anon_kib"], disk_bytes=measure.disk_bytes(folder),
                      each_us=[float(x) for x in lines[:-1]])
        return result

    def query(self, folder, queries, passes=None):
        done = measure.run(self.command("query", folder, queries, passes or self.passes))
        return parse_queries(done["out"])

    def compact(self, folder):
        """Whatever the engine has for making an index small and fast to read."""
        raise NotImplementedError

    def settings(self):
        return ""


class Fts5(Program):
    name, label, source = "fts5", "SQLite FTS5", "fts5.c"
    mode = "column"

    def compiler(self):
        return ["cc", "-std=gnu17", "-O2", "-o", self.program, os.path.join(HERE, self.source), "-lsqlite3"]

    def query(self, folder, queries, passes=None):
        done = measure.run(self.command("query", folder, queries, passes or self.passes, self.mode))
        return parse_queries(done["out"])

    def compact(self, folder):
        measure.run(self.command("optimize", folder))

    def settings(self):
        return ("%s; C API, WAL, synchronous=FULL, secure_delete off, 256 MB cache, unicode61, 2,000 notes a "
                "transaction" % measure.first_line(["dpkg-query", "-W", "-f", "${Version}", "libsqlite3-0"]))


class Fts5Rowid(Fts5):
    """The same index, the chart given as a range of rowids."""
    name, label, mode = "fts5_rowid", "FTS5, rowid range", "rowid"

    def __init__(self, options):
        super().__init__(options)
        self.program = os.path.join(options.work, "bin", "fts5")


class Xapian(Program):
    name, label, source, bulk, is_slow = "xapian", "Xapian", "xapian.cc", 10000, True

    def compiler(self):
        return ["c++", "-O2", "-o", self.program, os.path.join(HERE, self.source), "-lxapian"]

    def compact(self, folder):
        measure.run(self.command("compact", folder, folder + ".new"))
        shutil.rmtree(folder)
        os.rename(folder + ".new", folder)

    def settings(self):
        return "%s glass, positions, 10,000 notes a commit; xapian-compact" % measure.first_line(
            ["dpkg-query", "-W", "-f", "${Version}", "libxapian30"])


class Lucene(Program):
    name, label, source, passes, is_slow = "lucene", "Lucene 8", "Lucene.java", LATE_PASSES, True

    def __init__(self, options):
        super().__init__(options)
        self.folder = os.path.join(options.work, "bin")
        self.program = os.path.join(self.folder, "Lucene.class")
        self.path = ":".join([os.path.join("/usr/share/java", j) for j in JARS] + [self.folder])

    def compiler(self):
        return ["javac", "-cp", self.path, "-d", self.folder, os.path.join(HERE, self.source)]

    def command(self, *arguments):
        return ["java", "-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-cp", self.path, "Lucene"] + list(
            map(str, arguments))

    def compact(self, folder):
        measure.run(self.command("merge", folder))

    def settings(self):
        return ("8.7, StandardAnalyzer, 256 MB buffer, serial merges, 1 GB heap, serial GC, 2,000 notes a commit; "
                "forceMerge(1)")


class Ripgrep:
    """No index: one text file a chart."""
    name, label, is_slow, bulk = "ripgrep", "ripgrep", False, 0
    questions = 20       # of each class a round; a process each
    unfinished = ("p_bm25", "c_bm25")

    def __init__(self, options):
        self.program = shutil.which("rg")

    def prepare(self):
        return None if self.program else "rg is not installed"

    def ingest(self, file, folder, batch):
        os.makedirs(folder)
        charts = {}
        with open(file, "rb") as lines:
            for line in lines:
                note = json.loads(line)
                charts.setdefault(note["patient"], []).append(note["text"])
        for patient, texts in charts.items():
            with open(os.path.join(folder, patient + ".txt"), "w", encoding="utf-8") as out:
                out.write("\n\n".join(texts))
        return {"disk_bytes": measure.disk_bytes(folder)}

    def compact(self, folder):
        pass

    def query(self, folder, queries, passes=None):
        rows, taken = {}, {}
        with open(queries, encoding="ascii") as lines:
            for i, line in enumerate(lines):
                name, patient, words = line.rstrip("\n").split("\t")
                taken[name] = taken.get(name, 0) + 1
                if name in self.unfinished or taken[name] > self.questions:
                    continue
                where = os.path.join(folder, patient + ".txt" if patient else ".")
                pattern = r"\W+".join(words.split())
                command = [self.program, "-j1", "-i", "-w", "-c", "-U", "-e", pattern, where]
                times = [measure.child_cpu(command) * 1e6 for _ in range(2)]
                rows[i] = {"us": times[-1], "wall_us": times[0], "ids": None}
        return {"open_us": 0, "rows": rows}

    def settings(self):
        return measure.first_line(["rg", "--version"]) + \
            "; one text file a chart, CPU of one process from exec to exit, one thread"


PEERS = (Fts5, Lucene, Xapian, Ripgrep)
