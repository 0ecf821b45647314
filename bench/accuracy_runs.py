"""What bench/accuracy.py runs: daemons, `lodestone eval`, simpler tools on the same questions.

Nothing here looks into single answers of report-half questions: they pass as files to `lodestone eval`, in a folder
that is removed.
"""
import glob
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import chartgen  # noqa: E402
import lode  # noqa: E402

TOP = 20  # chunks that BM25 hands to the judge
PASSES = 3  # a time is the least of so many: the machine does other work too
BASELINES = ("grep", "bm25", "scan")
# What a lexicon is built of; the last one adds the later names that the shared data collects.
VOCABULARIES = {"obo": ("doid_*.obo", "hp_*.obo", "symp.obo"), "all": ("doid_*.obo", "hp_*.obo", "symp.obo", "lexicon.tsv")}


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        sys.exit("%s ended with %d:\n%s" % (" ".join(command), done.returncode, done.stderr[-2000:]))
    return done.stdout


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


class Set:
    """A set of questions over notes that a daemon holds."""

    def __init__(self, bench, name, notes, questions):
        self.bench, self.name, self.notes, self.questions = bench, name, notes, questions
        self.path = write_lines(bench.path(name + ".ndjson"), questions)
        self.answers = {}  # system -> file
        self.by = ["half"] if all("half" in q for q in questions) else []

    def report(self, system, against=None, by=(), unit="questions"):
        return self.bench.evaluate(self.path, "--answers", self.answers[system], "--resample", unit, *self.options(by),
                                   *(["--against", self.answers[against]] if against else []))

    def options(self, by=()):
        return [word for field in list(self.by) + list(by) for word in ("--by", field)]

    def ask(self, system, socket, body=None):
        """Asks the daemon; the answers are kept under the system's name."""
        self.answers[system] = self.bench.path("%s.%s.answers" % (self.name, system))
        more = ["--body", json.dumps(body)] if body is not None else []
        return self.bench.evaluate(self.path, "--out", self.answers[system], *more, *self.options(), socket=socket)

    def know_sizes(self, system):
        """Takes over words and depth from answers, so that later runs need not fetch whole charts."""
        known = {a["qid"]: {k: a[k] for k in ("words", "depth") if k in a}
                 for a in lode.read_ndjson(self.answers[system])}
        self.questions = [dict(known[q["qid"]], **q) for q in self.questions]
        write_lines(self.path, self.questions)

    def run_baselines(self, link):
        for method in BASELINES:
            self.answers[method] = self.bench.path("%s.%s.answers" % (self.name, method))
            command = [self.bench.program("bench", "baseline"), method, self.path]
            if method == "bm25":
                command = command[:1] + ["chunks", self.path, self.find_chunks(link)]
            with open(self.notes, "rb") as notes, open(self.answers[method], "wb") as out:
                subprocess.run(command, stdin=notes, stdout=out, check=True)

    def find_chunks(self, link):
        rows = []
        for q in self.questions:
            # Words alone: what a name holds beside them means something in the query language.
            words = " ".join(re.findall(r"\w+", q["condition"].lower())) or "x"
            us = float("inf")
            for _ in range(PASSES):
                start = time.monotonic()
                status, _, raw = link.post_json("/v1/patients/%s/search" % lode.segment(q["patient"]),
                                                {"query": words, "any": True, "limit": TOP})
                us = min(us, (time.monotonic() - start) * 1e6)
            hits = json.loads(raw)["hits"] if status == 200 else []
            rows.append({"qid": q["qid"], "us": int(us), "chunks": [
                {"note": h["note"], "start": h["chunk_start"], "end": h["chunk_end"]} for h in hits]})
        return write_lines(self.bench.path(self.name + ".chunks"), rows)


def times_of(daemon, link, questions, body):
    """Each question's least time in the daemon by step, and what a question costs the daemon in CPU, over all passes."""
    link.close()  # after a long pause the daemon has closed it: it opens again
    least, cpu = {}, lode.cpu_seconds(daemon.pid)
    for _ in range(PASSES):
        for q in questions:
            status, answer = link.ask(q["patient"], {"question": q["question"], **body})
            if status != 200:
                sys.exit("a question that was answered before is answered %d now" % status)
            kept = least.setdefault(q["qid"], answer["elapsed_us"])
            if answer["elapsed_us"]["total"] < kept["total"]:
                least[q["qid"]] = answer["elapsed_us"]
    cpu = (lode.cpu_seconds(daemon.pid) - cpu) / (PASSES * max(len(questions), 1))
    steps = {step: chartgen.percentiles([t[step] for t in least.values() if step in t])
             for step in sorted({s for t in least.values() for s in t})}
    return {"cpu_us": cpu * 1e6, "steps": steps}


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.client = self.program("client", "lodestone")

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, *parts):
        return os.path.abspath(os.path.join(self.options.build, *parts))

    def shared(self, *parts):
        return os.path.abspath(os.path.join(self.options.data, *parts))

    def evaluate(self, questions, *args, socket="none"):
        return json.loads(run([self.client, "eval", questions, "--format", "json", *args],
                              env=dict(os.environ, LODESTONE_SOCKET=socket)))

    def daemon(self, *arguments):
        return lode.Daemon(self.program("daemon", "lodestoned"), arguments=arguments)

    # ---- needles ----

    def needle_notes(self):
        """The notes as plain lines; with --quick those of a few patients."""
        path, few = self.path("needles.notes"), None
        unpack = subprocess.Popen(["zstd", "-dc", "--long=27", self.shared("needles-dev", "notes.jsonl.zst")],
                                  stdout=subprocess.PIPE)
        with open(path, "wb") as out:
            for line in unpack.stdout:
                if self.options.quick:
                    patient = json.loads(line)["patient"]
                    few = few or patient[:-1]
                    if not patient.startswith(few):
                        continue
                out.write(line)
        if unpack.wait() != 0:
            sys.exit("zstd ended with %d" % unpack.returncode)
        return path

    def needle_questions(self, notes):
        """{name: questions}: own names, the natural set, and the first other name of each own one."""
        with open(notes, "rb") as lines:
            patients = {json.loads(line)["patient"] for line in lines}
        sets = {name: [q for q in lode.read_ndjson(self.shared("needles-dev", file + ".jsonl")) if q["patient"] in patients]
                for name, file in (("own", "questions"), ("natural", "questions_natural"))}
        sets["alt"] = []
        for q in sets["own"]:
            if q["alt_conditions"]:
                other = q["alt_conditions"][0]
                sets["alt"].append(dict(q, question=q["question"].replace(q["condition"], other), condition=other))
        return sets

    def build_lexicons(self):
        built = {}
        for name, patterns in VOCABULARIES.items():
            inputs = [path for p in patterns for path in sorted(glob.glob(self.shared("terminologies", p)))]
            if inputs:
                built[name] = self.path(name + ".lex")
                run([self.client, "lexicon", "build", "-o", built[name], *inputs])
        return built

    def ingest(self, daemon, notes):
        start = time.monotonic()
        run([self.client, "ingest", notes], env=dict(os.environ, LODESTONE_SOCKET=daemon.socket))
        seconds = time.monotonic() - start
        with open(notes, "rb") as lines:
            size = sum(len(json.loads(line)["text"].encode()) for line in lines)
        disk = sum(os.lstat(os.path.join(at, name)).st_blocks * 512
                   for at, _, names in os.walk(daemon.data) for name in names)
        return {"mb": size / 1e6, "seconds": seconds, "cpu": lode.cpu_seconds(daemon.pid), "disk": disk / size,
                "memory_mb": lode.memory_kib(daemon.pid) / 1024}

    def needles(self):
        """Everything about needles-dev, or None where it is absent."""
        if not os.path.exists(self.shared("needles-dev", "notes.jsonl.zst")):
            return None
        notes = self.needle_notes()
        sets = {name: Set(self, name, notes, rows) for name, rows in self.needle_questions(notes).items()}
        lexicons = self.build_lexicons()
        names = [word for path in lexicons.values() for word in ("--lexicon", path)]
        result = {"sets": sets, "lexicons": list(lexicons)}
        with self.daemon(*names) as daemon, daemon.link() as link:
            result["ingest"] = self.ingest(daemon, notes)
            builtin = {"lexicons": ["built-in"]}
            for name in ("own", "natural"):
                result[name] = sets[name].ask("lodestone", daemon.socket, builtin)
                sets[name].know_sizes("lodestone")
            sizes = {q["patient"]: q["words"] for q in sets["own"].questions}
            sets["alt"].questions = [dict(q, words=sizes[q["patient"]]) for q in sets["alt"].questions]
            write_lines(sets["alt"].path, sets["alt"].questions)
            for variant in ["none", "built-in"] + list(lexicons):
                chosen = {"none": [], "built-in": ["built-in"]}.get(variant, ["built-in", variant + ".lex"])
                result["alt " + variant] = sets["alt"].ask(variant, daemon.socket, {"lexicons": chosen})
            for s in sets.values():
                s.run_baselines(link)
            result["times"] = times_of(daemon, link, sets["own"].questions, builtin)
            result["model"] = self.without_model(daemon, link, [sets["own"], sets["natural"]], builtin)
        return result

    def without_model(self, daemon, link, sets, body):
        """Once more by the rules alone, when a model judges.  The card's name of the model, or None."""
        card = json.loads(link.get("/v1/model")[2])
        if card["model"] == "rules":
            return None
        status, _, raw = link.call("DELETE", "/v1/model")
        if status != 200:
            sys.exit("the model cannot be detached: %s" % raw.decode())
        for s in sets:
            s.ask("rules", daemon.socket, body)
        return card["model"]

    # ---- generated charts ----

    def generated(self):
        options, folder = self.options, self.path("chartgen")
        sizes = ["--patients", "4", "--words", "5000-20000", "--questions", "60"] if options.quick else []
        run([self.program("tests", "chartgen", "chartgen"), "--out", folder, *sizes])
        notes, questions = (os.path.join(folder, n) for n in ("notes.ndjson", "questions.ndjson"))
        gold = lode.read_ndjson(questions)
        as_needles = Set(self, "generated", notes, [n for n in map(needle_of, gold) if n])
        with self.daemon() as daemon, daemon.link(chartgen.TIMEOUT) as link:
            result = {"ingest": self.ingest(daemon, notes)}
            items, bad_quotes = chartgen.ask_all(link, gold, chartgen.read_texts(notes), "question")
            result["binary"] = as_needles.ask("lodestone", daemon.socket)
            as_needles.know_sizes("lodestone")
            as_needles.run_baselines(link)
            result["times"] = times_of(daemon, link, gold, {})
            result["model"] = self.without_model(daemon, link, [as_needles], None)
        result.update(set=as_needles, items=items, bad_quotes=bad_quotes, notes=count_lines(notes),
                      summaries={t: chartgen.summary(p) for t, p in chartgen.parts(items).items() if p})
        return result


def count_lines(path):
    with open(path, "rb") as lines:
        return sum(1 for _ in lines)


def needle_of(q):
    """A generated question in the form of `lodestone eval`: yes or no, not mentioned being a no without a needle.
    Left out: uncertain ones, of which neither is right."""
    if q["verdict"] == "uncertain":
        return None
    line = {k: q[k] for k in ("qid", "patient", "question", "condition", "stratum")}
    line["label"] = "present" if q["verdict"] == "present" else "absent"
    own = [m for m in q["mentions"] if (m["negation"], m["certainty"], m["experiencer"]) == ("affirmed", "certain", "patient")]
    decisive = (own if line["label"] == "present" else []) or q["mentions"]
    if decisive:
        line.update(needle_note_id=decisive[0]["note"], mention_byte_start=decisive[0]["start"],
                    mention_byte_end=decisive[0]["end"])
    return line
