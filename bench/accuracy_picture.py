"""The tools beside each other: MCC with its interval, by set.  A plain SVG, read at half size too."""
WIDTH, LEFT, RIGHT, TOP, ROW, GROUP_GAP = 1400, 470, 80, 150, 44, 30
# Okabe and Ito's colours, told apart with any common colour blindness; shapes tell them apart in grey.
LOOKS = {"lodestone": ("#0072b2", "disc"), "rules": ("#56b4e9", "disc"), "grep": ("#d55e00", "square"),
         "bm25": ("#009e73", "triangle"), "scan": ("#595959", "diamond")}
NAMES = {"lodestone": "lodestone", "rules": "lodestone, rules alone", "grep": "grep + cue rules",
         "bm25": "BM25 top 20 + cue rules", "scan": "scan of all + cue rules"}


def text(x, y, words, size=22, anchor="start", weight="normal", fill="#1a1a1a"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return '<text x="%.1f" y="%.1f" font-size="%d" text-anchor="%s" font-weight="%s" fill="%s">%s</text>' % (
        x, y, size, anchor, weight, fill, words)


def marker(shape, x, y, colour):
    r = 10
    if shape == "disc":
        return '<circle cx="%.1f" cy="%.1f" r="%d" fill="%s"/>' % (x, y, r, colour)
    points = {"square": [(-1, -1), (1, -1), (1, 1), (-1, 1)], "triangle": [(0, -1.2), (1.1, 0.9), (-1.1, 0.9)],
              "diamond": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]}[shape]
    scale = r if shape != "square" else 9
    return '<polygon points="%s" fill="%s"/>' % (" ".join("%.1f,%.1f" % (x + dx * scale, y + dy * scale) for dx, dy in points), colour)


def written(v):
    return ("%.0f" % v if abs(v) > 0.995 else ("%.2f" % v).replace("0.", ".", 1)).replace("-", "\u2212")


def one_row(x_of, y, system, report):
    colour, shape = LOOKS[system]
    mcc, (low, high) = report["forced"]["mcc"], report["forced"]["interval"]["mcc"]
    return [text(LEFT - 24, y + 8, NAMES[system], anchor="end", weight="bold" if system == "lodestone" else "normal"),
            '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="4"/>' % (x_of(low), y, x_of(high), y, colour),
            marker(shape, x_of(mcc), y, colour),
            text(WIDTH - RIGHT + 8, y + 8, written(mcc), size=20)]


def mcc_picture(groups):
    """groups: [(title, {system: report of lodestone eval})]"""
    x_of = lambda v: LEFT + (v + 1) / 2 * (WIDTH - LEFT - RIGHT - 20)  # noqa: E731
    parts, y = [], TOP + 20
    for title, reports in groups:
        # On a white ground: grid lines run behind it.
        parts.append('<rect x="36" y="%.1f" width="%.1f" height="34" fill="#ffffff"/>' % (y - 18, 15 * len(title) + 8))
        parts.append(text(40, y + 8, title, size=24, weight="bold"))
        y += ROW
        for system, report in reports.items():
            parts += one_row(x_of, y, system, report)
            y += ROW
        y += GROUP_GAP
    bottom = y - GROUP_GAP
    axis = []
    for tick in (-1, -0.5, 0, 0.5, 1):
        axis.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%d"/>' % (
            x_of(tick), TOP, x_of(tick), bottom, "#8a8a8a" if tick == 0 else "#dddddd", 3 if tick == 0 else 2))
        axis.append(text(x_of(tick), bottom + 32, ("%g" % tick).replace("-", "\u2212"), size=20, anchor="middle"))
    axis.append(text(x_of(0), TOP - 12, 'always \u201cpresent\u201d', size=20, anchor="middle"))
    axis.append(text(x_of(1), TOP - 12, "every answer right", size=20, anchor="end"))
    axis.append(text((x_of(-1) + x_of(1)) / 2, bottom + 70, "Matthews correlation, forced (missing needles are wrong); bars: 95 %", anchor="middle"))
    height = bottom + 100
    return "\n".join(
        ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" '
         'font-family="DejaVu Sans, Verdana, Arial, sans-serif">' % (WIDTH, height, WIDTH, height),
         '<rect width="%d" height="%d" fill="#ffffff"/>' % (WIDTH, height),
         text(40, 46, "The same cue rules behind different ways of finding", size=30),
         text(40, 84, "by the chart\u2019s own words a grep is enough; by other names it finds next to nothing", size=22, fill="#4a4a4a")]
        + axis + parts + ["</svg>"]) + "\n"
