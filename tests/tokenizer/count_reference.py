#!/usr/bin/env python3
"""Token counts of tokens_bench beside an independent, slow implementation of the same rules, over random texts.

usage: count_reference.py TOKENS_BENCH [SEED]

The tokenizers are made here: BPE learnt from a few lines of our own, byte-level and metaspace, and WordPiece.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

LINES = """She has gout of the left knee and takes allopurinol 300 mg daily.
No fever, no chills. Denies chest pain; denies dyspnoea on exertion.
BP 120/80, HR 72, temp 36.6. Na 138, K 4.1, creatinine 1.0 mg/dL.
The patient's brother had a stroke at 52. Follow-up in 2 weeks.
"""
LETTERS = ["gout", "GOUT", " ", "  ", "\n", "\t", "'s", "mg", "120", "7", "/", "--", "é", "e\u0301", "中", "😀", "patient", "\u00a0",
           "\u2581", "<s>", "denies", ".", ",", "ß", "²", "\r\n", "q", "Zz", "\u2019"]


def alphabet():
    """Byte -> letter: those that print stand for themselves, the others follow at U+0100."""
    prints = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [b for b in range(256) if b not in prints]
    return {**{b: chr(b) for b in prints}, **{b: chr(0x100 + i) for i, b in enumerate(others)}}


BYTES = alphabet()


def is_blank(c):
    return c in "\t\n\x0b\x0c\r \x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" or "\u2000" <= c <= "\u200a"


def kind(c):
    return "blank" if is_blank(c) else {"L": "L", "N": "N"}.get(unicodedata.category(c)[0], "sign")


def words(text):
    """'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+ by hand."""
    i, found = 0, []
    while i < len(text):
        end = next((i + len(s) for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text.startswith(s, i)), 0)
        if not end:
            at = i + (text[i] == " " and i + 1 < len(text) and not is_blank(text[i + 1]))
            end = at
            while end < len(text) and kind(text[end]) == kind(text[at]):
                end += 1
            if kind(text[at]) == "blank" and end < len(text) and end - i > 1:
                end -= 1  # the last one goes with what follows, or stands alone
        found.append(text[i:end])
        i = end
    return found


def merge(symbols, ranks):
    while True:
        pairs = [(ranks[p], i) for i, p in enumerate(zip(symbols, symbols[1:])) if p in ranks]
        if not pairs:
            return symbols
        i = min(pairs)[1]
        symbols = symbols[:i] + [symbols[i] + symbols[i + 1]] + symbols[i + 2:]


def learn(pieces, n):
    merges = []
    pieces = [list(p) for p in pieces]
    for _ in range(n):
        seen = {}
        for p in pieces:
            for pair in zip(p, p[1:]):
                seen[pair] = seen.get(pair, 0) + 1
        if not seen:
            break
        best = max(sorted(seen), key=lambda pair: seen[pair])
        merges.append(best)
        pieces = [merge(p, {best: 0}) for p in pieces]
    return merges


def mapped(text):
    return "".join(BYTES[b] for b in text.encode())


class ByteLevel:
    def __init__(self):
        self.merges = learn([mapped(w) for w in words(LINES)], 120)
        self.ranks = {m: i for i, m in enumerate(self.merges)}

    def file(self):
        texts = list(BYTES.values()) + [a + b for a, b in self.merges]
        return {"version": "1.0", "added_tokens": [], "normalizer": {"type": "NFC"},
                "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
                "model": {"type": "BPE", "vocab": {t: i for i, t in enumerate(dict.fromkeys(texts))},
                          "merges": [list(m) for m in self.merges]}}

    def count(self, text):
        return sum(len(merge(list(mapped(w)), self.ranks)) for w in words(unicodedata.normalize("NFC", text)))


class Metaspace:
    """No pre-tokenizer: all is one piece. joins: a merge that crosses from a word to the next."""

    def __init__(self, joins):
        text = "\u2581" + LINES.replace(" ", "\u2581")
        self.merges = learn([text] if joins else ["\u2581" + w for w in text.split("\u2581")[1:]], 100)
        self.ranks = {m: i for i, m in enumerate(self.merges)}
        self.letters = sorted(set(text))

    def file(self):
        texts = ["<unk>"] + ["<0x%02X>" % b for b in range(256)] + self.letters + [a + b for a, b in self.merges]
        return {"version": "1.0",
                "added_tokens": [{"id": 0, "content": "<s>", "single_word": False, "lstrip": False, "rstrip": True,
                                  "normalized": False, "special": True}],
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
                                                                   {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
                "pre_tokenizer": None,
                "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True,
                          "vocab": {t: i for i, t in enumerate(dict.fromkeys(texts))}, "merges": ["%s %s" % m for m in self.merges]}}

    def count(self, text):
        n = 0
        parts = text.split("<s>")
        for i, part in enumerate(parts):
            if i:
                while part and is_blank(part[0]):
                    part = part[1:]
            n += i > 0
            if part:
                part = "\u2581" + part.replace(" ", "\u2581")
                symbols = [s for c in part for s in ([c] if c in self.letters else ["<0x%02X>" % b for b in c.encode()])]
                n += len(merge(symbols, self.ranks))
        return n


class WordPiece:
    def __init__(self):
        rough = LINES.lower().replace(".", " ").replace(",", " ").split()
        self.vocab = dict.fromkeys(["[UNK]"] + [w[:4] for w in rough] + ["##" + w[4:] for w in rough if w[4:]] + list("abcdefgmqtz0127./,-")
                                   + ["##" + c for c in "aeioutsmgq012"])

    def file(self):
        return {"version": "1.0", "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                                                 "strip_accents": None, "lowercase": True},
                "pre_tokenizer": {"type": "BertPreTokenizer"},
                "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                          "vocab": {t: i for i, t in enumerate(self.vocab)}}}

    def pieces(self, text):
        text = "".join(" %s " % c if "\u4e00" <= c <= "\u9fff" else c for c in text)
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn").lower()
        word = ""
        for c in text:
            sign = unicodedata.category(c)[0] == "P" or c in "$+<=>^`|~"
            if sign or is_blank(c):
                if word:
                    yield word
                if sign:
                    yield c
                word = ""
            else:
                word += c
        if word:
            yield word

    def count(self, text):
        return sum(self.of_word(w) for w in self.pieces(text))

    def of_word(self, word):
        n = start = 0
        while start < len(word):
            end = next((e for e in range(len(word), start, -1) if ("##" if start else "") + word[start:e] in self.vocab), 0)
            if not end:
                return 1
            start, n = end, n + 1
        return n


def main():
    bench, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    texts = ["".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 30))) for _ in range(400)] + LINES.splitlines() + [LINES]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "texts")
        with open(path, "wb") as f:
            f.write(b"".join(t.encode() + b"\0" for t in texts))
        for name, of in (("byte-level", ByteLevel()), ("metaspace", Metaspace(False)), ("metaspace, joined", Metaspace(True)),
                         ("wordpiece", WordPiece())):
            file = os.path.join(folder, "tokenizer.json")
            with open(file, "w") as f:
                json.dump(of.file(), f)
            got = [int(x) for x in subprocess.run([bench, "--each", file, path], check=True, capture_output=True).stdout.split()]
            want = [of.count(t) for t in texts]
            wrong = [i for i in range(len(texts)) if got[i] != want[i]]
            bad += len(wrong)
            print("%s: %d texts, %d tokens, %d differ" % (name, len(texts), sum(want), len(wrong)))
            for i in wrong[:3]:
                print("  %r: %d, not %d (seed %d)" % (texts[i], got[i], want[i], seed))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
