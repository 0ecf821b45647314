"""Tables out of what was measured, docs/bench-index.md and its plot."""
import os
import re
import shutil
import subprocess

import goals
import measure
import plot
import queries
from measure import median, percentile

DOCS = os.path.join(measure.ROOT, "docs")
TOP = 20            # hits an engine is asked for
HAND = re.compile(r"<!-- by hand: (\w+) -->\n(.*?)<!-- end -->", re.S)


def number(value, digits=None):
    """Three figures, no more than are meant."""
    if value is None:
        return "-"
    if digits is None:
        digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= .1 else 3
    return "{:,.{}f}".format(value, digits)


def spread(values, digits=None):
    """median [least-most] n"""
    values = [v for v in values if v is not None]
    if not values:
        return "-"
    if len(values) == 1:
        return number(values[0], digits)
    return "%s [%s-%s]" % tuple(number(v, digits) for v in (median(values), min(values), max(values)))


def table(head, rows):
    rows = [[str(cell) for cell in row] for row in [head] + rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)


INTRO = {
    "goals": "Of issue 4. Ratios to FTS5 are medians of the ratios within a round.",
    "ingest": "CPU: user and system time of all threads, the daemon's until nothing of what came in waits for "
              "upkeep, Lucene's after its JIT has warmed. Wall: until the last note is durable (ours: through the "
              "client and the socket). Compacted: ours after compact, FTS5 after optimize and VACUUM, Lucene after "
              "forceMerge(1), Xapian after compact. Disk counts allocated blocks; raw is the text alone.",
    "unrepeated": "Every real report once, cut into two halves with no text in common. Ours: what the second half "
                  "adds to an index whose dictionary was trained on the first; compacted: both halves. The others: the "
                  "second half.",
    "query": "CPU microseconds of a question at the level of the library, p50 and p99 of the questions, median "
             "[least-most] of the rounds, and how many times ours it is (above 1: ours is faster). p_ asks one chart, c_ all. rare: a word in one or two notes of the chart (2 to "
             "20 of the corpus); FTS5 does not rank these. bm25: best 20 of three words, any of them. phrase: three "
             "words in a row, best 20. All are asked for ids only. p_find: ours alone, every mention of the phrase, none "
             "cut off. FTS5 has the chart as an indexed column, or as a range of rowids. Indexes are compacted. ripgrep: "
             "one process from exec to exit.",
    "agreement": "Questions that were answered in full (or with 20 hits), against reading every note of the chart, or "
                 "for all charts against what most engines say where none was cut off. In brackets: answers with further "
                 "notes. Ours also takes inflections (islands for island), and looks for a phrase across line ends.",
    "cold": "Index evicted with posix_fadvise(DONTNEED) before each question, a fresh process each (the host below may "
            "still cache). Opening + first question, medians, [least-most] of the question. Program and JVM start do not "
            "count.",
    "single": "One note a transaction, synced, into the full index. Ours over HTTP on the socket, answer included; the "
              "others are calls of a library in the process.",
    "small": "The same notes as one load in order of patients, and in 1,000 batches in random order of patients, ours "
             "over one connection; until all is in its final place.",
    "sizes": "",
}


class Report:
    def __init__(self, bench):
        self.bench, self.store, self.size = bench, bench.store, bench.options.notes
        self.engines = bench.engines
        self.askers = bench.engines + [mode for mode, of in bench.extra_modes if of in bench.engines]

    def mb_a_second(self, engine, size, key):
        return [r["bytes"] / 1e6 / r[key] for r in self.store.all("ingest", size, engine.name) if r.get(key)]

    def ratio(self, engine, key):
        """Ours over theirs, round by round where both have the round."""
        mine, theirs = (self.mb_a_second(e, self.size, key) for e in (self.engines[0], engine))
        if len(theirs) < len(mine) and theirs:
            mine = mine[:len(theirs)]
        return [a / b for a, b in zip(mine, theirs)]

    # ---- ingest and disk ----

    def ingest(self):
        rows, raw = [], self.bench.facts["text_bytes"]
        for engine in self.engines:
            runs = self.store.all("ingest", self.size, engine.name)
            if not runs or "cpu_s" not in runs[0]:
                continue
            after = self.store.get("compact", self.size, engine.name) or {}
            rows.append([
                engine.label, len(runs), spread(self.mb_a_second(engine, self.size, "cpu_s"), 1),
                "" if engine is self.engines[0] else spread(self.ratio(engine, "cpu_s"), 2) + "x",
                spread(self.mb_a_second(engine, self.size, "wall_s"), 1),
                number(max(r["rss_anon_kib"] for r in runs) * 1024 / 1e6, 0),
                number(median([r["disk_bytes"] / raw for r in runs]), 3),
                number(after["disk_bytes"] / raw, 3) if after else "-"])
        return table(["engine", "rounds", "MB/s of CPU", "ours is", "MB/s wall", "RssAnon peak MB",
                      "disk/raw as loaded", "disk/raw compacted"], rows)

    def unrepeated(self):
        rows = []
        for engine in self.engines:
            r = self.store.get("unrepeated", engine.name)
            if r:
                rows.append([engine.label, number(r["bytes"] / 1e6, 2),
                             number(r["disk_bytes"] / r["bytes"], 3),
                             number(r["whole_compacted_bytes"] / r["whole_bytes"], 3)])
        return table(["engine", "raw MB", "disk/raw as loaded", "compacted"], rows) if rows else ""

    # ---- questions ----

    def times(self, size, name, kind="query"):
        """{class: [per round: [us of each question]]}"""
        rows = queries_of(self.bench, size)
        found = {}
        for i, run in enumerate(self.store.all(kind, size, name)):
            for q, answer in run["rows"].items():
                found.setdefault(rows[int(q)][0] if kind == "query" else "p_find", {}) \
                    .setdefault(i, []).append(answer["us"])
        return {name: [rounds[i] for i in sorted(rounds)] for name, rounds in found.items()}

    def latency(self, engine, name, share):
        rounds = self.times(self.size, engine.name).get(name, [])
        return [percentile(times, share) for times in rounds]

    def against_ours(self, engine, name, share):
        """Time [least-most], and how many times ours it is; above 1 ours is faster."""
        mine = self.latency(self.engines[0], name, share)
        theirs = self.latency(engine, name, share)
        if engine is self.engines[0] or not mine or not theirs:
            return spread(theirs)
        return "%s %sx" % (spread(theirs), number(median(theirs) / median(mine)))

    def query(self):
        rows = []
        for name in queries.CLASSES:
            for share, label in ((.5, "p50"), (.99, "p99")):
                rows.append([name, label] + [self.against_ours(e, name, share) for e in self.askers])
        find = self.times(self.size, self.engines[0].name, "find").get("p_find", [])
        for share, label in ((.5, "p50"), (.99, "p99")):
            rows.append(["p_find", label, spread([percentile(t, share) for t in find])] +
                        [""] * (len(self.askers) - 1))
        return table(["class", "us"] + [e.label for e in self.askers], rows)

    def answers(self):
        """{engine: {number of the question: (ids of notes, True when cut off at 20 hits)}} of the last round."""
        found = {}
        for engine in self.askers:
            runs = self.store.all("query", self.size, engine.name)
            if runs and engine.name != "ripgrep":
                found[engine] = {int(q): (set(a["ids"]), a["hits"] >= TOP)
                                 for q, a in runs[-1]["rows"].items()}
        for of in found.values():  # a rare word in all charts: ours says which charts, so compare those
            for q, row in enumerate(queries_of(self.bench, self.size)):
                if row[0] == "c_rare" and q in of:
                    of[q] = ({note.split("-")[0] for note in of[q][0]}, of[q][1])
        return found

    def agree(self):
        """{class: {engine: (asked, complete, with further notes)}}.  Compared with what reading every note gives (one
        chart) or with what most engines say (all charts)."""
        lists, found = self.answers(), {}
        expected = queries_of(self.bench, self.size)
        for name in queries.CLASSES:
            sure = {q: sure_of(q, row[3], lists) for q, row in enumerate(expected) if row[0] == name}
            for engine, of in lists.items():
                asked = [q for q in sure if q in of and sure[q] is not None]
                complete = sum(of[q][1] or of[q][0] >= sure[q] for q in asked)
                more = sum(not of[q][0] <= sure[q] for q in asked)
                found.setdefault(name, {})[engine] = (len(asked), complete, more)
        return found

    def agreement(self):
        engines = list(self.answers())
        rows = [[name] + ["%d of %d" % (of[e][1], of[e][0]) + (" (+%d)" % of[e][2] if of[e][2] else "")
                          if of[e][0] else "-" for e in engines] for name, of in self.agree().items()]
        return table(["class"] + [e.label for e in engines], rows)

    def incomplete(self):
        """Questions of one chart that ours did not answer in full: there may be none."""
        return [name for name, of in self.agree().items() if name in ("p_rare", "p_phrase")
                and self.engines[0] in of and of[self.engines[0]][1] < of[self.engines[0]][0]]

    def cold(self):
        rows = []
        for name in queries.CLASSES:
            cells = []
            for engine in self.askers:
                run = self.store.get("cold", self.size, engine.name)
                of = [r for r in run["rows"] if r[0] == name] if run else []
                cells.append("%s + %s [%s-%s]" % (
                    number(median([r[1] for r in of]) / 1e3, 2), number(median([r[2] for r in of]) / 1e3, 2),
                    number(min(r[2] for r in of) / 1e3, 2), number(max(r[2] for r in of) / 1e3, 2))
                    if of else "-")
            rows.append([name] + cells)
        return table(["class"] + [e.label for e in self.askers], rows)

    # ---- single notes, small batches ----

    def single(self):
        rows = []
        for engine in self.engines:
            runs = self.store.all("single", self.size, engine.name)
            if runs:
                rows.append([engine.label, len(runs)] + [
                    spread([percentile(r["each_us"], share) / 1e3 for r in runs], 2)
                    for share in (.5, .99)])
        return table(["engine", "rounds", "p50 ms", "p99 ms"], rows)

    def small_ratio(self, engine, key):
        words = self.bench.options.small_words
        return [s[key] / b[key] for b, s in zip(self.store.all("bulk", words, engine.name),
                                                self.store.all("small", words, engine.name))]

    def small(self):
        rows, words = [], self.bench.options.small_words
        for engine in self.engines:
            runs = self.store.all("small", words, engine.name)
            if runs:
                bulk = self.store.all("bulk", words, engine.name)
                rows.append([engine.label, runs[0]["batch"], spread([r["cpu_s"] for r in bulk]),
                             spread([r["cpu_s"] for r in runs]),
                             spread(self.small_ratio(engine, "cpu_s"), 2) + "x",
                             spread(self.small_ratio(engine, "wall_s"), 2) + "x"])
        return table(["engine", "notes a batch", "bulk, CPU s", "batches, CPU s", "CPU ratio",
                      "wall ratio"], rows)

    # ---- sizes ----

    def curve(self):
        """{class: {label: [(notes, p50 us)]}}"""
        found = {}
        for name in queries.CLASSES:
            for engine in self.askers:
                for size in self.bench.sizes:
                    rounds = self.times(size, engine.name).get(name, [])
                    p50 = median([percentile(t, .5) for t in rounds])
                    if p50:
                        found.setdefault(name, {}).setdefault(engine.label, []).append((size, p50))
        return found

    def sizes(self):
        rows = []
        for name, engines in self.curve().items():
            for label, points in engines.items():
                at = dict(points)
                rows.append([name, label] + [number(at.get(size)) for size in self.bench.sizes])
        return table(["class", "engine"] + ["{:,}".format(n) for n in self.bench.sizes], rows)


def queries_of(bench, size):
    return bench.query_file(size)[1]["rows"]


def sure_of(q, known, lists):
    """The notes that hold it: known, or what most engines say; None: too many to say, or no majority."""
    if known is not None:
        return set(known)
    others = [frozenset(of[q][0]) for of in lists.values() if q in of]
    if not others or any(of[q][1] for of in lists.values() if q in of):
        return None
    most = max(set(others), key=others.count)
    return set(most) if others.count(most) > 1 else None


# ---- writing ----

def conditions(bench, argv):
    facts, runs = bench.facts, []
    for name in os.listdir(bench.store.folder):
        if name.endswith(".json"):
            runs.append(bench.store.get(*name[:-5].split("--")))
    commits = sorted({r["commit"] for r in runs})
    words = bench.query_file(facts["notes"])[1]["words"]
    source = {"real": "recombined from ../shared/data", "chartgen": "chartgen"}[facts["source"]]
    lines = [
        "- Command: `./dev bench index %s`" % " ".join(argv),
        "- Machine: %s; load average %.1f to %.1f when steps ended (others worked beside it)" % (
            measure.machine(), min(r["load"] for r in runs), max(r["load"] for r in runs)),
        "- Build: %s; measured %s to %s" % (
            ", ".join(commits), min(r["at"] for r in runs), max(r["at"] for r in runs)),
        "- Corpus: %s, seed %d: {:,} notes, {:,} charts, {:,.1f} MB of text, {:,} distinct words, no two notes "
        "with the same text".format(facts["notes"], len(facts["patients"]), facts["text_bytes"] / 1e6, words)
        % (source, facts["seed"]),
        "- Questions: %d of each class, drawn from the corpus" % bench.options.queries]
    lines += ["- %s: %s" % (engine.label, engine.settings()) for engine in bench.engines]
    if len(commits) > 1:
        lines.append("- The figures come from more than one build: not one alternated run")
    return "\n".join(lines)


def by_hand(path):
    """{name: text} of what people wrote into the document."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return dict(HAND.findall(file.read()))


def hand(parts, name):
    return "<!-- by hand: %s -->\n%s<!-- end -->" % (name, parts.get(name, ""))


def text_of(report, argv, absent, parts):
    bench = report.bench
    out = ["# The index against other engines",
           "Written by `./dev bench index --docs`; what people wrote stands between marks in the source and stays.",
           conditions(bench, argv)]
    out += ["- Left out: %s (%s)" % item for item in absent.items()]
    sections = (
        ("Goals", goals.table_of(report, table), "goals"),
        ("Ingest and disk", report.ingest(), "ingest"),
        ("Unrepeated text", report.unrepeated(), "unrepeated"),
        ("Questions, warm", report.query(), "query"),
        ("Do they find the same", report.agreement(), "agreement"),
        ("Questions, cold: open + first question, wall ms", report.cold(), "cold"),
        ("One note, durable", report.single(), "single"),
        ("Small batches against bulk load", report.small(), "small"),
        ("Latency against the size of the corpus, p50 us", report.sizes(), "sizes"))
    for title, body, name in sections:
        if body:
            out += ["## " + title] + [INTRO[name]] * bool(INTRO[name]) + [body]
            if name == "sizes" and report.curve():
                out.append("![p50 latency of six classes of questions against the number of notes]"
                           "(bench-index.svg)")
            out.append(hand(parts, name))
    return "\n\n".join(out) + "\n"


def draw(report, folder):
    curve = report.curve()
    if not curve:
        return
    path = os.path.join(folder, "bench-index.svg")
    with open(path, "w", encoding="utf-8") as out:
        out.write(plot.small_multiples(curve, report.bench.sizes))
    if shutil.which("rsvg-convert"):
        subprocess.run(["rsvg-convert", "-w", "1600", path, "-o", path[:-3] + "png"], check=True)


def write(bench, absent, argv):
    report = Report(bench)
    folder = DOCS if bench.options.docs else bench.folder
    path = os.path.join(folder, "bench-index.md")
    text = text_of(report, argv, absent, by_hand(os.path.join(DOCS, "bench-index.md")))
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    draw(report, folder)
    print(re.sub(r"<!-- by hand.*?<!-- end -->\n*", "", text, flags=re.S))
    print("written: " + path)
    return report
