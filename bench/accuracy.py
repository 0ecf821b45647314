#!/usr/bin/env python3
"""Measures accuracy and speed, and writes docs/accuracy.md (and what README.md says of it) from bench/accuracy.md.in.

Every figure of that page comes from this program; what surrounds them is written by hand in the template.  Sets that are
not there are left out, and the page says so.  Some ten minutes; --quick takes small sets, prints the page and writes nothing.

usage: accuracy.py [--build build] [--data ../shared/data] [--quick] [--out docs/accuracy.md] [--json FILE]
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import accuracy_picture as picture
import accuracy_runs as runs
import accuracy_tables as t
import depth

ROOT = runs.ROOT
README_MARKS = ("<!-- figures: ./dev bench accuracy.py -->\n", "<!-- end of figures -->\n")
ABSENT = "*Not measured in this run: the data is absent.*"
WORDS_PER_TOKEN = 0.7  # Med-Gemini: 700,000 words fill a window of a million tokens (reference: seeds.md 1.1)
# CLEAR (reference: peers.md 6.3): 6.1 k tokens of a whole note in 20.08 s, 1.1 k retrieved ones in 4.95 s.
CLEAR_TOKENS, CLEAR_SECONDS = 6100, 20.08


# ---- pieces of the page ----

def machine():
    model = "unknown CPU"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return "%s, %d CPUs, shared with other work" % (model, os.cpu_count())


def commit():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty=, with changes"], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or "unknown"


def systems_of(model):
    return ["lodestone"] + (["rules"] if model else []) + list(runs.BASELINES)


def needle_pieces(needles, values):
    systems = systems_of(needles["model"])
    rows, gains, calibration, by_chart = [], [], [], []
    for name, title in (("own", "own name"), ("natural", "natural")):
        s = needles["sets"][name]
        reports = {x: s.report(x) for x in systems}
        needles["reports " + name] = reports
        rows += t.scores(title, reports)
        if name == "own":
            parts = {x: dict(t.part_of(r, "half", "report"), always_present=r["always_present"])
                     for x, r in reports.items() if t.part_of(r, "half", "report")}
            rows += [x for x in t.scores("own name, report", parts) if "always" not in x] if parts else []
        f = s.report("lodestone", unit="patients")["forced"]
        by_chart.append("%s %s %s" % (title, t.number(f["mcc"]), t.interval(f["interval"]["mcc"])))
        gains += [t.gains(title, s.report("lodestone", against=x), x) for x in systems[1:]]
        calibration += [t.calibration_row("%s, %s" % (title, t.NAMES[x]), reports[x]) for x in systems if x not in runs.BASELINES]
    own, natural = needles["reports own"]["lodestone"], needles["reports natural"]["lodestone"]
    values.update(
        needle_scores=t.table(t.SCORE_HEADS, rows),
        by_chart=", ".join(by_chart),
        needle_gains=t.table(["set", "lodestone less", "MCC [95 %]", "right alone: it / the other", "McNemar p"], gains),
        calibration=t.table(["set", "Brier", "slope", "intercept", "mean p", "present", "wrong in surest 80 %", "95 %", "all"],
                            calibration),
        quotes="%d of %d" % (own["quotes_exact"] + natural["quotes_exact"], own["quotes"] + natural["quotes"]),
        notes_n="{:,}".format(runs.count_lines(needles["sets"]["own"].notes)),
        charts_n=own["charts"], words_least="{:,.0f}".format(own["chart_words"]["least"]),
        words_most="{:,.0f}".format(own["chart_words"]["most"]),
        alt_table=alt_piece(needles), alt_n=len(needles["sets"]["alt"].questions))
    speed_pieces(needles, values)
    readme_pieces(own, natural, values)


def alt_piece(needles):
    titles = {"none": "none", "built-in": "built-in", "obo": "and DO, SYMP, HPO as OBO (2015, 2016)",
              "all": "and the later names of the three in `lexicon.tsv`"}
    s, rows = needles["sets"]["alt"], []
    for variant in ["none", "built-in"] + needles["lexicons"]:
        rows.append(t.alt_row(titles[variant], s.report(variant)))
    rows += [t.alt_row(t.NAMES[b], s.report(b)) for b in runs.BASELINES]
    return t.table(["lexicon, or tool", "needle found [95 %]", "report", "said not mentioned", "report", "MCC forced [95 %]"],
                   rows)


def speed_pieces(needles, values):
    reports = needles["reports own"]
    own = reports["lodestone"]
    words, tokens = own["chart_words"], own["tokens_scored"]
    read = own["chunks_share"]["median"] * words["median"]
    rows = []
    for system, r in reports.items():
        if system == "rules":
            continue
        us = needles["times"]["steps"]["total"] if system == "lodestone" else r["latency_us"]["total"]
        what = {"lodestone": "{:,.0f} words of opened chunks".format(read) + (
                    "; the model {:,.0f} tokens".format(tokens["median"]) if tokens["n"] else ""),
                "bm25": "%d chunks" % runs.TOP}.get(system, "{:,.0f} words".format(words["median"]))
        rows.append(t.row(t.NAMES[system], what, t.duration(us["p50"]), t.duration(us["p99"]), "measured here"))
    for label, n in (("median chart", words["median"]), ("longest chart", words["most"]), ("700,000 words", 700000)):
        n_tokens = n / WORDS_PER_TOKEN
        rows.append(t.row("a language model that reads everything, %s" % label, "{:,.0f} tokens".format(n_tokens),
                          t.duration(n_tokens * CLEAR_SECONDS / CLEAR_TOKENS * 1e6), "-",
                          "derived: tokens by Med-Gemini's ratio, time at CLEAR's rate"))
    values["speed"] = t.table(["who", "reads for one question (median)", "p50", "p99", "from"], rows)
    i = needles["ingest"]
    values["ingest"] = ("%.0f MB of text in %.1f s (wall, one client), %.1f s of daemon CPU: %.0f MB a CPU second; on disk %.3f of the "
                        "text; RssAnon afterwards %.0f MB" % (i["mb"], i["seconds"], i["cpu"], i["mb"] / i["cpu"], i["disk"],
                                                             i["memory_mb"]))
    values["steps"] = ", ".join("%s %s / %s" % (name, t.ms(v["p50"], 2), t.ms(v["p99"], 1))
                                for name, v in needles["times"]["steps"].items())
    values.update(question_cpu=t.duration(needles["times"]["cpu_us"]), passes=runs.PASSES)


def readme_pieces(own, natural, values):
    def line(r):
        f = r["forced"]
        return "%d wrong, specificity %s, MCC %s %s; always saying \"present\" gives MCC 0" % (
            f["fn"] + f["fp"], t.number(f["specificity"]), t.number(f["mcc"]), t.interval(f["interval"]["mcc"]))
    values["readme"] = (
        "- on %d needle questions over %d real-text charts of up to %s words: %s;\n"
        "- on %d questions about human-annotated case reports in the same charts: %s;\n" % (
            own["n"], own["charts"], "{:,.0f}".format(own["chart_words"]["most"]), line(own), natural["n"], line(natural)))


def told(items):
    items = list(items)
    return "%d of %d answered so, %d answered present" % (
        sum(i["said"] == "not_mentioned" for i in items), len(items), sum(i["said"] == "present" for i in items))


def generated_pieces(g, values):
    binary = {x: g["set"].report(x, by=["stratum"]) for x in systems_of(g["model"])}
    g["reports"] = binary
    now, never = g["summaries"]["= expected now"], [i for i in g["items"] if i["gold"] == "not_mentioned"]
    axes = sum(now[a]["right"] for a in runs.chartgen.AXES), sum(now[a]["n"] for a in runs.chartgen.AXES)
    copies = [i["independent"] for i in g["items"] if i["independent"]]
    times = g["times"]["steps"]["total"]
    values.update(
        generated_n=len(g["items"]), generated_notes="{:,}".format(g["notes"]), generated_mb="%.1f" % g["ingest"]["mb"],
        generated_patients=len({i["patient"] for i in g["items"]}),
        generated_scores=t.table(t.SCORE_HEADS, t.scores("yes or no", binary)),
        generated_strata=t.table(["stratum", "n", "verdict right [95 %]", "mentions found", "yes/no right: lodestone", "grep",
                                  "BM25", "scan"], t.strata_rows(g["summaries"], binary)),
        generated_verdict="%s %s of %d" % (t.number(now["verdict"]["share"]), t.interval(now["verdict"]["wilson"]),
                                           now["questions"]),
        generated_never=told(i for i in never if i["stratum"] == "never"),
        generated_other=told(i for i in never if i["stratum"] != "never"),
        generated_mentions="%d of %d" % (now["mention_recall"]["right"], now["mention_recall"]["n"]),
        generated_axes="%d of %d" % axes, generated_bad_quotes=g["bad_quotes"],
        generated_copies="%d of %d" % (sum(a == b for a, b in copies), len(copies)),
        generated_times="p50 %s, p90 %s, p99 %s ms, %s of CPU on average" % (
            t.ms(times["p50"]), t.ms(times["p90"]), t.ms(times["p99"]), t.duration(g["times"]["cpu_us"])))


def depth_pieces(bench, picture_path, values):
    few = {"charts": 2, "lengths": depth.QUICK} if bench.options.quick else {}
    report = depth.measure(bench.options.build, bench.folder, picture_path, **few)
    grid = report["grid"]
    cells = [n for line in grid["n"] for n in line]
    values.update(
        depth_table=t.table(*t.depth_table(grid)), depth_n="{:,}".format(report["n"]), depth_charts=report["charts"],
        depth_least=min(cells), depth_most=max(cells), depth_seconds="%.0f" % report["seconds"],
        depth_longest="{:,.0f}".format(report["chart_words"]["most"]),
        depth_found="%s and %s" % tuple(t.number(v) for v in grid["found_worst_best"]),
        depth_right="%s and %s" % tuple(t.number(v) for v in grid["right_worst_best"]))


def output_of(*command):
    """What another program prints, or None where it has no data."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode == 77:
        return None
    return done.stdout


def model_tables(bench):
    """What the shipped model adds: the first table of each set that `lodestone-train evaluate` prints."""
    model = os.path.join(ROOT, "scorer", "model", "model.safetensors")
    if not os.path.exists(model):
        return "No model is shipped: the rules judge alone."
    text = output_of(bench.program("scorer", "train", "lodestone-train"), "evaluate", "--model", model) or ""
    told = ["With the shipped model (`lodestone-train evaluate --model scorer/model/model.safetensors`): *model* judges alone, *stack* is what "
            "lodestone answers by, rules and model joined; a gain is over the rules, on the same resamples."]
    for title, table in re.findall(r"(?m)^## (.+)\n\n((?:\|.*\n)+)", text):
        told.append("%s:\n\n%s" % (title, re.sub(r"\b0(\.\d+)", r"\1", table).rstrip()))
    return "\n\n".join(told)


def small_pieces(bench, values):
    cues = output_of(bench.program("tests", "scorer", "cue_eval"))
    if cues and "readme" in values:
        values["readme"] += "- on labelled mentions (report half), by the rules: all four axes right in %s of them; historical mentions are the weakest (F1 %s).\n" % (
            t.cue_value(cues, "mentions-dev report", "all four right"), t.cue_value(cues, "negex-dev report", "historical F1"))
    values["cues"] = t.table(["set", "n", "measure", "rules [95 %]", "always affirmed"], t.cue_rows(cues)) if cues else ABSENT
    values["model_tables"] = model_tables(bench) if cues else ABSENT
    few = ["--mentions", "60", "--charts", "4", "--least", "0"] if bench.options.quick else []
    spelling = output_of(sys.executable, os.path.join(ROOT, "bench", "spelling.py"), "--build", bench.options.build, *few)
    values["spelling"] = "\n".join("- %s" % line for line in spelling.splitlines()[:2])
    gold = bench.program("tests", "tokenizer", "tokenizer_section_gold_test")
    lines = [("22 notes of our own, report half", (output_of(gold, os.path.join(ROOT, "fixtures", "sections", "report.txt"), "0") or ""))]
    real = output_of(sys.executable, os.path.join(ROOT, "tests", "tokenizer", "sections_real.py"), gold,
                     os.path.join(ROOT, "fixtures", "sections", "real.tsv"), bench.options.data, "0")
    if real:
        lines.insert(0, ("18 real notes", real))
    told = []
    for title, text in lines:
        told += ["- %s: %s" % (title, line) for line in text.splitlines() if re.match("all sections|sections: F1|trivial rule", line)]
    values["sections"] = "\n".join(told)
    values["cue_bench"] = "not run with --quick" if bench.options.quick else output_of(bench.program("bench", "cue_bench")).strip()


# ---- the page ----

def fill(template, values):
    """{{name}} -> value.  What stands between the lines {{data}} and {{end}} needs the shared data: without it, it is left out."""
    if "needle_scores" not in values:
        template = re.sub(r"(?ms)^\{\{data\}\}\n.*?^\{\{end\}\}\n", ABSENT + "\n", template)
    template = re.sub(r"(?m)^\{\{(data|end)\}\}\n", "", template)
    unknown = set(re.findall(r"\{\{(\w+)\}\}", template)) - set(values)
    if unknown:
        sys.exit("the template asks for what nothing measures: %s" % ", ".join(sorted(unknown)))
    return re.sub(r"\{\{(\w+)\}\}", lambda match: str(values[match.group(1)]), template)


def write_picture(path, needles, generated):
    alt = needles["sets"]["alt"]
    best = (["built-in"] + needles["lexicons"])[-1]
    by_name = dict({"lodestone": alt.report(best)}, **{b: alt.report(b) for b in runs.BASELINES})
    groups = [("Needles, by the chart's own words (%d questions)" % len(needles["sets"]["own"].questions), needles["reports own"]),
              ("Case reports, by their own words (%d)" % len(needles["sets"]["natural"].questions), needles["reports natural"]),
              ("Needles, by another name, all vocabularies attached (%d)" % len(alt.questions), by_name),
              ("Generated charts, our own regression set (%d)" % len(generated["set"].questions), generated["reports"])]
    with open(path, "w", encoding="utf-8") as out:
        out.write(picture.mcc_picture(groups))


def write_readme(figures):
    path = os.path.join(ROOT, "README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start, end = (text.find(mark) for mark in README_MARKS)
    if start < 0 or end < start:
        sys.exit("README.md has no place for figures: %r" % (README_MARKS,))
    text = text[:start] + README_MARKS[0] + figures + text[end:]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--data", default=os.path.join(ROOT, "..", "shared", "data"))
    parser.add_argument("--quick", action="store_true", help="small sets; print, write nothing")
    parser.add_argument("--out", help="docs/accuracy.md")
    parser.add_argument("--json", help="every value that went into the page")
    options = parser.parse_args()
    out = options.out or (None if options.quick else os.path.join(ROOT, "docs", "accuracy.md"))
    if not options.quick and not options.out and not os.path.exists(os.path.join(options.data, "needles-dev")):
        runs.lode.skip("without %s docs/accuracy.md would lose most figures; --out FILE writes elsewhere" % options.data)
    start, cpu = time.monotonic(), os.times()
    values = {"machine": machine(), "commit": commit(), "top": runs.TOP, "model": "the cue rules alone"}
    folder = tempfile.mkdtemp(prefix="lode-accuracy-", dir="/tmp")
    try:
        bench = runs.Bench(options, folder)
        grid = bench.path("grid.svg")
        needles = bench.needles()
        if needles:
            if needles["model"]:
                values["model"] = "model %s and the cue rules" % needles["model"]
            needle_pieces(needles, values)
        generated = bench.generated()
        generated_pieces(generated, values)
        depth_pieces(bench, grid, values)
        small_pieces(bench, values)
        if out:
            shutil.copy(grid, os.path.splitext(out)[0] + "-grid.svg")
        if out and needles:
            write_picture(os.path.splitext(out)[0] + "-mcc.svg", needles, generated)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    now = os.times()
    values["minutes"] = "%.0f minutes, %.0f CPU seconds" % ((time.monotonic() - start) / 60, sum(now[:4]) - sum(cpu[:4]))
    with open(os.path.join(ROOT, "bench", "accuracy.md.in"), encoding="utf-8") as file:
        page = fill(file.read(), values)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1, default=str)
    if not out:
        print(page)
        return
    with open(out, "w", encoding="utf-8") as file:
        file.write(page)
    if not options.out and "readme" in values:
        write_readme(values["readme"])
    print("wrote %s (%s)" % (out, values["minutes"]))


if __name__ == "__main__":
    main()
