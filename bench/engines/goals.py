"""The table of goals of issue 4: what must be, what would be fine, what was measured."""
from measure import median, percentile


REPORT = float("inf")     # no limit: to be reported


def verdict(value, must, stretch, more_is_better):
    if value is None:
        return "not measured"
    reach = (lambda goal: value >= goal) if more_is_better else (lambda goal: value <= goal)
    if must == REPORT:
        return "stretch met" if reach(stretch) else "reported"
    return "stretch met" if reach(stretch) else "met" if reach(must) else "**missed**"


def cold_ms(report):
    """Open and first question of one chart, together."""
    run = report.store.get("cold", report.size, "lodestone")
    return median([(r[1] + r[2]) / 1e3 for r in run["rows"] if r[0][0] == "p"]) if run else None


def figures(report):
    """(what, measured, must, stretch, unit, more is better)"""
    mine, store, size = report.engines[0], report.store, report.size
    by_name = {e.name: e for e in report.engines}
    raw = report.bench.facts["text_bytes"]
    fts5 = by_name.get("fts5")
    yield ("ingest, CPU, against FTS5", median(report.ratio(fts5, "cpu_s")) if fts5 else None, 2.5, 3.5, "x", True)
    yield ("ingest, wall, daemon", median(report.mb_a_second(mine, size, "wall_s")), 60, 110, "MB/s", True)
    after = store.get("compact", size, mine.name)
    yield ("disk/raw, compacted", after["disk_bytes"] / raw if after else None, .65, .55, "", False)
    for name, what, goals in (
            ("p_rare", "one chart, rare term", (20, 10, 100, 35)),
            ("p_bm25", "one chart, 3-term BM25", (80, 40, 250, 150)),
            ("p_phrase", "one chart, 3-word phrase", (150, 80, 800, 220))):
        yield (what + ", p50", median(report.latency(mine, name, .5)), goals[0], goals[1], "us", False)
        yield (what + ", p99", median(report.latency(mine, name, .99)), goals[2], goals[3], "us", False)
    yield ("cold first question, wall p50", cold_ms(report), 2, .8, "ms", False)
    for name, what, must, stretch in (("c_rare", "corpus, term -> patients, p50", 100, 30),
                                      ("c_bm25", "corpus, BM25 top-20, p50", 20000, 900),
                                      ("c_phrase", "corpus, phrase, p50", REPORT, 700)):
        yield (what, median(report.latency(mine, name, .5)), must, stretch, "us", False)
    single = store.all("single", size, mine.name)
    yield ("single note, durable, p50", median([percentile(r["each_us"], .5) / 1e3 for r in single]), 2, .8, "ms",
           False)
    bulk = store.all("ingest", size, mine.name)
    yield ("RssAnon in bulk ingest", max(r["rss_anon_kib"] for r in bulk) * 1024 / 1e6 if bulk else None, 300, 200,
           "MB", False)
    yield ("1,000 small batches against bulk, CPU", median(report.small_ratio(mine, "cpu_s")), 2, 1.4, "x", False)
    yield ("1,000 small batches against bulk, wall", median(report.small_ratio(mine, "wall_s")), 2, 1.4, "x", False)


def table_of(report, table):
    rows = []
    for what, value, must, stretch, unit, more in figures(report):
        digits = 0 if value is not None and value >= 100 else 1 if value is not None and value >= 10 else 2
        shown = "-" if value is None else "{:,.{}f} {}".format(value, digits, unit).strip()
        sign = ">=" if more else "<="
        wish = "report" if must == REPORT else "%s %g %s" % (sign, must, unit)
        rows.append([what, shown, wish.strip(), ("%s %g %s" % (sign, stretch, unit)).strip(),
                     verdict(value, must, stretch, more)])
    return table(["figure", "measured", "must", "stretch", ""], rows)
