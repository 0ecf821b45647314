"""Small multiples of latency against corpus size, log axes, as SVG; standard library only.

Colours are Okabe and Ito's (2008), told apart by the colour-blind; each engine has a marker of its own too.
"""
import math
from xml.sax.saxutils import escape

COLOURS = {"lodestone": "#D55E00", "SQLite FTS5": "#0072B2", "FTS5, rowid range": "#56B4E9",
           "Lucene 8": "#009E73", "Xapian": "#CC79A7", "ripgrep": "#7F7F7F"}
MARKERS = {"lodestone": "circle", "SQLite FTS5": "square", "FTS5, rowid range": "square",
           "Lucene 8": "triangle", "Xapian": "diamond", "ripgrep": "cross"}
TITLES = {"p_rare": "One chart: rare word", "p_bm25": "One chart: best 20 of 3 words",
          "p_phrase": "One chart: phrase", "c_rare": "All charts: rare word",
          "c_bm25": "All charts: best 20 of 3 words", "c_phrase": "All charts: phrase"}
WIDTH, HEIGHT = 1200, 830
PANEL_W, PANEL_H = 320, 280
LEFT, TOP, GAP_X, GAP_Y = 84, 112, 56, 82
FONT = "font-family=\"DejaVu Sans, Arial, sans-serif\""


def text(x, y, words, size=16, anchor="start", colour="#222", weight="normal"):
    return '<text x="%.1f" y="%.1f" %s font-size="%d" text-anchor="%s" fill="%s" font-weight="%s">%s</text>' % (
        x, y, FONT, size, anchor, colour, weight, escape(words))


def line(points, colour, width, dash=""):
    return '<polyline points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"%s/>' % (
        " ".join("%.1f,%.1f" % p for p in points), colour, width, ' stroke-dasharray="%s"' % dash if dash else "")


def marker(kind, x, y, colour, r=6):
    if kind == "circle":
        return '<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" stroke="#fff"/>' % (x, y, r, colour)
    if kind == "cross":
        return "".join(line([(x - r, y - s * r), (x + r, y + s * r)], colour, 3) for s in (1, -1))
    shapes = {"square": ((-1, -1), (1, -1), (1, 1), (-1, 1)), "triangle": ((0, -1.2), (1.1, .9), (-1.1, .9)),
              "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0))}
    return '<polygon points="%s" fill="%s" stroke="#fff"/>' % (
        " ".join("%.1f,%.1f" % (x + a * r, y + b * r) for a, b in shapes[kind]), colour)


def time_label(us):
    if us < 1000:
        return "%g µs" % us
    return "%g ms" % (us / 1000) if us < 1e6 else "%g s" % (us / 1e6)


def size_label(n):
    return "%gk" % (n / 1000) if n >= 1000 else str(n)


class Panel:
    def __init__(self, x, y, sizes, low, high):
        self.x, self.y, self.sizes = x, y, sizes
        self.low, self.high = math.log10(low), math.log10(high)
        self.first, self.last = math.log10(sizes[0]), math.log10(sizes[-1])

    def at(self, notes, us):
        across = (math.log10(notes) - self.first) / max(1e-9, self.last - self.first)
        up = (math.log10(us) - self.low) / (self.high - self.low)
        return self.x + 14 + across * (PANEL_W - 28), self.y + PANEL_H - up * PANEL_H

    def frame(self, title, has_scale):
        out = [text(self.x, self.y - 14, title, 17, weight="bold")]
        for power in range(math.ceil(self.low), math.floor(self.high) + 1):
            y = self.at(self.sizes[0], 10 ** power)[1]
            out.append(line([(self.x, y), (self.x + PANEL_W, y)], "#DDD", 1))
            if has_scale:
                out.append(text(self.x - 8, y + 6, time_label(10 ** power), 15, "end", "#444"))
        for n in self.sizes:
            x = self.at(n, 10 ** self.low)[0]
            out.append(line([(x, self.y + PANEL_H), (x, self.y + PANEL_H + 5)], "#888", 1))
            out.append(text(x, self.y + PANEL_H + 22, size_label(n), 15, "middle", "#444"))
        out.append(line([(self.x, self.y + PANEL_H), (self.x + PANEL_W, self.y + PANEL_H)], "#888", 1.5))
        return out

    def curve(self, label, points):
        colour, kind = COLOURS[label], MARKERS[label]
        places = [self.at(*p) for p in points]
        is_ours = label == "lodestone"
        dash = "7 5" if label == "FTS5, rowid range" else ""
        out = [line(places, colour, 4.5 if is_ours else 2.5, dash)]
        return out + [marker(kind, x, y, colour, 7.5 if is_ours else 6) for x, y in places]


def legend(labels):
    out, x = [], LEFT
    for label in labels:
        out.append(line([(x, 64), (x + 34, 64)], COLOURS[label], 4.5 if label == "lodestone" else 2.5,
                        "7 5" if label == "FTS5, rowid range" else ""))
        out.append(marker(MARKERS[label], x + 17, 64, COLOURS[label], 7 if label == "lodestone" else 6))
        out.append(text(x + 42, 70, label, 17, weight="bold" if label == "lodestone" else "normal"))
        x += 74 + 9.3 * len(label)
    return out


def small_multiples(curve, sizes):
    values = [us for engines in curve.values() for points in engines.values() for _, us in points]
    low = 10 ** math.floor(math.log10(min(values)))
    high = 10 ** math.ceil(math.log10(max(values)))
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">' % (
        WIDTH, HEIGHT, WIDTH, HEIGHT), '<rect width="100%" height="100%" fill="#fff"/>',
        text(LEFT, 34, "CPU time of a question (median) against the number of notes in the index", 21, weight="bold")]
    labels = [label for label in COLOURS if any(label in engines for engines in curve.values())]
    out += legend(labels)
    for i, name in enumerate(TITLES):
        panel = Panel(LEFT + i % 3 * (PANEL_W + GAP_X), TOP + 18 + i // 3 * (PANEL_H + GAP_Y), sizes, low, high)
        out += panel.frame(TITLES[name], i % 3 == 0)
        engines = curve.get(name, {})
        for label in reversed(labels):
            if label in engines:
                out += panel.curve(label, engines[label])
        if "lodestone" not in engines:
            out.append(text(panel.x + PANEL_W / 2, panel.y + PANEL_H - 16, "lodestone: not there yet", 15, "middle", "#D55E00"))
    return "\n".join(out + ["</svg>"]) + "\n"
