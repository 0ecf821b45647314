"""Rows of MIMIC's tables of notes as note dicts; shared by notes-from-mimic and mimic-needles."""
import csv
import gzip
import io
import re
import sys

import notes_out


def date_time(s):
    """'2143-05-02 13:20:00' -> RFC 3339; MIMIC's clock has no zone, so the date-time is marked UTC."""
    s = (s or "").strip()
    if len(s) >= 19 and s[10] == " ":
        return s[:10] + "T" + s[11:19] + "Z"
    return s[:10] or None


def from_iii(row, counts):
    if (row.get("ISERROR") or "").strip() in ("1", "1.0"):
        counts["marked as error, skipped"] += 1
        return None
    when = date_time(row.get("CHARTTIME"))
    if when is None:
        counts["without chart time"] += 1
        when = date_time(row.get("CHARTDATE"))
    meta = {k.lower(): row[k] for k in ("DESCRIPTION", "STORETIME") if row.get(k)}
    return notes_out.note(row["SUBJECT_ID"], row["ROW_ID"], row["TEXT"], when,
                          (row.get("CATEGORY") or "").strip(), row.get("HADM_ID"), None, meta)


def from_iv(row, counts):
    when = date_time(row.get("charttime"))
    if when is None:
        counts["without chart time"] += 1
    meta = {k: row[k] for k in ("note_seq", "storetime") if row.get(k)}
    kind = {"DS": "Discharge summary", "AD": "Discharge addendum", "RR": "Radiology report",
            "AR": "Radiology addendum"}.get(row.get("note_type"), row.get("note_type"))
    return notes_out.note(row["subject_id"], row["note_id"], row["text"], when, kind,
                          row.get("hadm_id"), None, meta)


def open_text(path):
    """surrogateescape carries odd bytes through the CSV reader; text_of decides what they are."""
    raw = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    return io.TextIOWrapper(raw, "utf-8", errors="surrogateescape", newline="")


def rows_of(path, counts):
    csv.field_size_limit(64 << 20)
    with notes_out.reading(path), open_text(path) as f:
        reader = csv.DictReader(f, strict=False)
        names = set(reader.fieldnames or [])
        if {"ROW_ID", "SUBJECT_ID", "TEXT"} <= names:
            make = from_iii
        elif {"note_id", "subject_id", "text"} <= names:
            make = from_iv
        else:
            # Of another kind of file the first line may be a note.
            shown = ", ".join(sorted(names)) if all(re.fullmatch(r"\w{1,30}", n) for n in names) else "no names"
            raise SystemExit("%s: neither NOTEEVENTS nor a MIMIC-IV-Note table: its columns are %s"
                             % (path, shown or "none"))
        for row in reader:
            where = "%s: row ending at line %d" % (path, reader.line_num)
            if None in row or any(v is None for v in row.values()):
                counts["rows with a wrong number of fields, skipped"] += 1
                print(where + ": wrong number of fields", file=sys.stderr)
                continue
            n = make(row, counts)
            if n is not None:
                yield clean(n)
                counts["notes"] += 1


def clean(n):
    extra = {}
    if any("\udc80" <= c <= "\udcff" or c == "\0" for c in n["text"]):
        n["text"] = notes_out.text_of(n["text"].encode("utf-8", "surrogateescape"), None, extra)
        text = n.pop("text")
        n.update(extra)
        n["text"] = text
    return n
