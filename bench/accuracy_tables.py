"""Tables of docs/accuracy.md from what the programs printed."""
import math
import re

NAMES = {
    "lodestone": "**lodestone**", "rules": "- its rules alone, no model", "grep": "grep + cue rules",
    "bm25": "BM25 top 20 + cue rules", "scan": "scan of the whole chart + cue rules",
}


def number(v, digits=3):
    """.937, 1, -.02; a dash for what is not known."""
    if v is None or (isinstance(v, float) and math.isnan(v)):
        return "-"
    text = "%.*f" % (digits, v)
    if float(text) == int(float(text)) and abs(v - round(v)) < 1e-9:
        return str(int(round(v)))
    return re.sub(r"^(-?)0\.", r"\1.", text)


def interval(pair, digits=3):
    return "[%s, %s]" % tuple(number(v, digits) for v in pair)


def ms(us, digits=1):
    return "-" if us is None else "%.*f" % (digits, us / 1000)


def duration(us):
    """0.9 ms, 2.1 s, 18 min"""
    if us is None:
        return "-"
    if us < 1e6:
        return "%.1f ms" % (us / 1e3)
    return "%.1f s" % (us / 1e6) if us < 6e7 else "%.0f min" % (us / 6e7)


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |"


def table(heads, rows):
    return "\n".join([row(*heads), "|" + "---|" * len(heads)] + rows)


def part_of(report, field, value):
    return next((s for s in report["strata"] if (s["field"], s["value"]) == (field, value)), None)


def score_cells(p):
    f = p["forced"]
    return ["%s %s" % (number(f["mcc"]), interval(f["interval"]["mcc"])),
            "%s / %s" % (number(p["decided"]["mcc"]), number(p["coverage"])),
            number(f["sensitivity"]), number(f["specificity"]), number(f["balanced_accuracy"]), number(f["f1"]),
            number(p["mention_recall"]) if p["needles"] else "-", "%d / %d" % (f["fn"], f["fp"])]


SCORE_HEADS = ["set", "n", "answered by", "MCC forced [95 %]", "MCC decided / coverage", "sens.", "spec.", "bal. acc.",
               "F1", "needle found", "wrong FN / FP"]


def scores(title, reports):
    """Rows of one set: reports {system: report of lodestone eval}."""
    rows = []
    for system, r in reports.items():
        rows.append(row(title, r["n"], NAMES[system], *score_cells(r)))
    a = next(iter(reports.values()))["always_present"]
    rows.append(row(title, next(iter(reports.values()))["n"], 'always "present"', number(a["mcc"]), "-",
                    number(a["sensitivity"]), number(a["specificity"]), number(a["balanced_accuracy"]), number(a["f1"]),
                    "-", "-"))
    return rows


def p_value(p):
    return "< .001" if p < 0.001 else number(p)


def gains(title, r, other):
    a = r["against"]
    g = a["gain"]["mcc"]
    return row(title, NAMES[other], "%s %s" % (number(g["value"]), interval(g["interval"])),
               "%d / %d" % (a["only_this_right"], a["only_other_right"]), p_value(a["mcnemar_p"]))


def wilson_of(p):
    return "%s %s" % (number(p["mention_recall"]), interval(p["mention_recall_interval"]))


def not_mentioned(p):
    said = sum(p["verdicts"][label]["not_mentioned"] for label in ("present", "absent"))
    return number(said / p["n"])


def alt_row(name, r):
    half = part_of(r, "half", "report")
    return row(name, wilson_of(r), number(half["mention_recall"]) if half else "-", not_mentioned(r),
               not_mentioned(half) if half else "-",
               "%s %s" % (number(r["forced"]["mcc"]), interval(r["forced"]["interval"]["mcc"])))


def calibration_row(name, r):
    c = r["calibration"]
    at = {x["coverage"]: x["wrong"] for x in r["risk_coverage"]["at"]}
    return row(name, number(c["brier"]), number(c["slope"], 2), number(c["intercept"], 2), number(c["mean_probability"]),
               number(c["share_present"]), number(at[0.8]), number(at[0.95]), number(at[1.0]))


def strata_rows(summaries, binary):
    """Generated charts by stratum: the verdict of ours, and right or wrong of each tool where yes or no is asked."""
    rows = []
    for title, s in sorted(summaries.items()):
        if title.startswith("="):
            continue
        v, cells = s["verdict"], []
        for system in ("lodestone", "grep", "bm25", "scan"):
            p = part_of(binary[system], "stratum", title)
            cells.append(number(p["forced"]["accuracy"], 2) if p else "-")
        rows.append(row(title, s["questions"], "%s %s" % (number(v["share"], 2), interval(v["wilson"], 2)),
                        number(s["mention_recall"]["share"], 2) if s["mention_recall"]["n"] else "-", *cells))
    return rows


def depth_table(grid):
    """Heads and rows: tenths of the chart by its length; found and right of a cell's questions."""
    heads = ["depth"] + ["{:,.0f} words".format((least + most) / 2) for least, most in grid["words"]]
    rows = [row("%d to %d %%" % (10 * k, 10 * k + 10), *(
        "%d, %d of %d" % cell for cell in zip(grid["found"][k], grid["right"][k], grid["n"][k]))) for k in range(len(grid["n"]))]
    return heads, rows


def cue_match(text, name, measure):
    """(n of the part of that name, match of the measure's line in what cue_eval prints)"""
    part = next((p for p in re.split(r"(?m)^(?=\S)", text) if p.startswith(name)), "")
    n = re.search(r"n = (\d+)", part)
    line = r"(?m)^  %s +([\d.]+) +(?:\[([\d.]+), ([\d.]+)\] +)?always affirmed ([\d.]+)" % re.escape(measure)
    return n and n.group(1), re.search(line, part)


def cue_value(text, name, measure):
    m = cue_match(text, name, measure)[1]
    if not m:
        return "-"
    ends = " " + interval((float(m.group(2)), float(m.group(3)))) if m.group(2) else ""
    return number(float(m.group(1))) + ends


def cue_rows(text):
    """The report halves of what cue_eval prints."""
    rows = []
    wanted = (("mentions-dev report", ("macro-F1, four axes", "all four right", "negation", "certainty", "experiencer", "temporality")),
              ("negex-dev report", ("negation F1", "historical F1")))
    for name, measures in wanted:
        for measure in measures:
            n, m = cue_match(text, name, measure)
            if m:
                rows.append(row(name.replace(" report", ""), n, measure, cue_value(text, name, measure), number(float(m.group(4)))))
    return rows
