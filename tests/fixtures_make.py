#!/usr/bin/env python3
"""Assembles fixtures/charts/*.ndjson, fixtures/questions/questions.ndjson and needles.ndjson.

The sources are fixtures/source/*.txt (form: fixtures/README.md); everything a question asks about
stands there, written by hand.  Only the routine notes between (nursing shifts, flow sheets, therapy
notes) are put together here from whole paragraphs, with a seed fixed by patient and note id.

usage: fixtures_make.py [--check]     --check: only say whether the files are up to date
"""
import json
import os
import random
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")
MARK = re.compile(r"⟦([a-z0-9]+)\|([^⟧]*)⟧")

# Routine text.  {name}, {place}, {date}: a mask in the chart's dialect; {a-b}: a number between.
# No condition that any question asks about may stand here: fixtures_check.py counts mentions.
NURSING = [
    "Awake and oriented x3, follows commands, moves all extremities. Slept in short naps overnight.",
    "Room air, sats {94-98}%. Lung sounds clear in the upper fields, using the spirometer q1h while awake with reminders.",
    "Tolerating a regular diet, ate about {5-9}0% of supper. Bowel sounds present, last BM yesterday.",
    "Voiding clear yellow urine per urinal, {2-4}{0-9}0 cc since midnight.",
    "Peripheral IV left forearm, site clean and dry, flushed and saline locked. Dressing changed at {5-9}:30.",
    "Skin intact. Turned and repositioned every two hours, heels off the bed.",
    "Up to the chair with one assist for {2-4}0 minutes, steady gait with a walker to the bathroom.",
    "Family in to visit. {name} at the bedside, updated by the team, questions answered.",
    "Call light within reach, bed low and locked, side rails up x2. Continue present care.",
    "Pain {2-4}/10 at rest, medicated once with acetaminophen 650 mg PO with good effect.",
    "Telemetry on, no alarms this shift. BP {11-13}{0-8}/{6-7}{0-8}, HR {6-8}{0-9}.",
    "Report given to the oncoming nurse. Plan of care reviewed with pt, who states understanding.",
    "Medications given as ordered, swallowed whole with water. Education on each new one, teach-back done.",
    "Asked for the chaplain and for the radio to be left on low. Both arranged before {7-9} p.m.",
    "Mouth care and a wash at the sink on {date}. Hair brushed, own clothes on. Spirits good.",
    "IV fluids at {5-7}5 cc/h through the left arm, pump checked with the second nurse at hand-over.",
]
CHILD = [
    "Awake and playing with cars on the bed. Good color, warm hands and feet, cap refill under two seconds.",
    "Resp rate {22-28}, sat {94-98}% on room air. A little belly breathing after running, none at rest.",
    "Neb given at {7-9}:{1-5}0 through the mask, held by mom, tolerated with a cartoon.",
    "Drank {3-6} cups of juice and water, ate half of his noodles. Pull-ups wet x{3-5}.",
    "Mom at the bedside all shift, sleeps in the chair. Dad called at {6-8} p.m. and said good night.",
    "Weight 15.{0-3} kg on the ward scale. IV in the left hand, splinted, flushed well.",
    "Star chart for taking the medicine: {2-4} stars today, sticker chosen.",
    "Crib rails up, call bell with mom. Hand-over done at the door.",
]
PHARMACY = [
    "Medication reconciliation done with the patient, the bottles and the dispensing record of {place}.",
    "Two entries were doubled (generic and brand name of the same tablet); the prescriber has struck one.",
    "Doses are right for a creatinine clearance of {6-9}{0-9} mL/min by Cockcroft and Gault.",
    "No interaction of note. Take the iron two hours apart from the antacid, if both are used.",
    "Counselled for {10-20} minutes; a printed list in large type was left at the bedside with {name}.",
    "Refill history covers {8-9}{0-9} percent of days over the past half year.",
]
FLOW = "\n".join([
    "TIME    T      HR    BP       RR   SAT    GIVEN",
    "00:00   36.{5-9}   {7-8}{0-9}    11{0-8}/6{0-8}   16   9{5-8}%    water 120",
    "04:00   36.{4-8}   {6-7}{0-9}    10{4-9}/6{0-8}   14   9{5-8}%    -",
    "08:00   36.{6-9}   {7-8}{0-9}    12{0-8}/7{0-8}   16   9{4-8}%    tea 240",
    "12:00   37.{0-2}   {7-8}{0-9}    12{0-6}/7{0-6}   18   9{4-8}%    soup 200",
    "16:00   37.{0-3}   {7-8}{0-9}    11{2-9}/6{2-9}   16   9{5-8}%    water 180",
    "20:00   36.{7-9}   {7-8}{0-9}    11{0-8}/6{0-8}   16   9{5-8}%    juice 150",
    "Weight {6-8}{0-9}.{0-9} kg on the bed scale. Output {12-19}{0-9}0 over 24 h. Line sites checked x3.",
])
THERAPY = [
    "Patient seen for {2-4}5 minutes of gait and transfer training. Supine to sit with minimal assist.",
    "Ambulated {4-9}0 feet with a rolling walker and contact guard, one standing rest.",
    "Sit to stand from a raised surface x{3-6}, cues for hand placement. Balance fair plus.",
    "Goals reviewed: independent transfers and one flight of stairs with the rail before going home.",
    "Lives in a two-story house with {1-3} steps to enter, bedroom upstairs. Has a tub bench at home.",
    "Recommend continued therapy five times weekly and a home exercise sheet at the end of the stay.",
]
CASE = [
    "Met with the patient and {name} to talk about plans for going home.",
    "Insurance verified, authorization number sent to {place}. A visiting nurse was offered and accepted.",
    "Transport will be by private car. Follow-up slot held for {date} at {10-11}:{1-4}5.",
    "Patient prefers to go home rather than to a facility and has a neighbor who checks in daily.",
    "Equipment ordered: raised toilet seat, shower chair. Delivery expected before the weekend.",
]
DIET = [
    "Weight {6-8}{0-9} kg, height 1{6-7}{0-9} cm. Intake about {6-8}0% of trays by the nursing record.",
    "Likes broth, toast and fruit; does not care for the supplements. Offered a different flavor.",
    "Estimated needs {16-19}00 kcal and {6-8}0 g protein a day. Will follow up in {3-5} days.",
    "Reviewed menu choices and reading of labels. Patient could repeat the main points back.",
]
LABS = "\n".join([
    "Collected {5-7}:{1-4}0, reported {8-9}:{1-5}0.",
    "",
    "TEST            RESULT   UNITS      RANGE",
    "Sodium          {136-141}      mmol/L     135-145",
    "Potassium       {3-4}.{5-8}      mmol/L     3.5-5.1",
    "Chloride        {99-105}      mmol/L     98-107",
    "CO2             {23-27}       mmol/L     22-29",
    "BUN             {11-19}       mg/dL      7-20",
    "Creatinine      0.{8-9}{0-9}     mg/dL      0.60-1.20",
    "WBC             {6-9}.{1-9}      K/uL       4.0-11.0",
    "Platelets       {190-310}      K/uL       150-400",
])
ROUTINE = {
    "nursing": ("Nursing", "nurse", NURSING, 9),
    "therapy": ("Physical therapy", "therapist", THERAPY, 5),
    "case": ("Case management", "case manager", CASE, 4),
    "diet": ("Nutrition", "dietitian", DIET, 3),
    "labs": ("Laboratory", "laboratory", LABS, 0),
    "child": ("Nursing", "nurse", CHILD, 5),
    "pharmacy": ("Pharmacy", "pharmacist", PHARMACY, 5),
    "flow": ("Flow sheet", "nurse", FLOW, 0),
}
DIALECT = {
    "brackets": {"name": "[**Known lastname 4471**]", "place": "[**Hospital1 18**]", "date": "[**9-14**]"},
    "blanks": {"name": "___", "place": "___", "date": "___"},
    "stars": {"name": "***", "place": "***", "date": "***"},
    "deid": {"name": "**NAME[AAA BBB]", "place": "**INSTITUTION", "date": "**DATE[Sep 14]"},
}


def fill(text, chance, masks):
    text = re.sub(r"\{(\d+)-(\d+)\}", lambda m: str(chance.randint(int(m[1]), int(m[2]))), text)
    return re.sub(r"\{(name|place|date)\}", lambda m: masks[m[1]], text)


def routine(kind, patient, note_id, masks):
    """Text of one routine note: whole sentences in their order, some left out."""
    chance = random.Random("%s/%s" % (patient, note_id))
    _, role, bank, count = ROUTINE[kind]
    if isinstance(bank, str):
        return fill(bank, chance, masks)
    picked = sorted(chance.sample(range(len(bank)), count))
    joint = chance.choice([" ", "\n", "\n- "])
    head = chance.choice(["Shift note.", "Note:", "D:"]) if role == "nurse" else "SUBJECTIVE AND OBJECTIVE:"
    return fill(head + ("\n- " if joint == "\n- " else "\n") + joint.join(bank[i] for i in picked), chance, masks)


class Chart:
    """One source file: notes in order, marked spans, questions."""

    def __init__(self, path):
        self.patient = os.path.basename(path).split(".")[0]
        self.masks, self.line_end = DIALECT["brackets"], "\n"
        self.blocks, self.notes, self.marks, self.questions = {}, [], {}, []
        with open(path, encoding="utf-8") as source:
            self.read(source.read().split("\n"))

    def read(self, lines):
        head, body, block = None, [], None
        for line in lines + ["=== END"]:
            if line.startswith(("=== ", "--- ", "??? ", "!!! ")):
                self.finish(head, body)
                head, body = line, []
                if line.startswith("!!! "):
                    self.option(line[4:].split())
                    head = None
            elif line.startswith("<<< "):
                block = line[4:].strip()
                self.blocks[block] = []
            elif line == ">>>":
                block = None
            elif block is not None:
                self.blocks[block].append(line)
            elif re.fullmatch(r"@\w+", line):
                body.extend(self.blocks[line[1:]])
            else:
                body.append(line)

    def option(self, words):
        if words[0] == "masks":
            self.masks = DIALECT[words[1]]
        elif words[0] == "crlf":
            self.line_end = "\r\n"
        else:
            raise ValueError("unknown option " + words[0])

    def finish(self, head, body):
        if head is None or head == "=== END":
            return
        fields = [field.strip() for field in head[4:].split("|")]
        if head.startswith("=== "):
            self.add_note(fields, "\n".join(body).strip("\n"))
        elif head.startswith("--- "):
            kind, note_id = fields[0].split(" ", 1)
            note_type, role, _, _ = ROUTINE[kind]
            text = routine(kind, self.patient, note_id, self.masks)
            self.add_note([note_id, fields[1], note_type, "", role], text)
        else:
            self.questions.append((fields, body))

    def add_note(self, fields, marked):
        note_id, date, note_type, encounter, role = (fields + [""] * 5)[:5]
        marked = marked.replace("\n", self.line_end)
        text, at = "", 0
        for mark in MARK.finditer(marked):
            text += marked[at:mark.start()]
            start = len(text.encode())
            text += mark[2]
            self.marks.setdefault(mark[1], (note_id, start, len(text.encode())))
            at = mark.end()
        text += marked[at:]
        note = {"patient": self.patient, "note_id": note_id, "text": text}
        members = {"date": date, "type": note_type, "encounter": encounter, "author_role": role}
        note.update((k, v) for k, v in members.items() if v)
        self.notes.append(note)

    def gold(self, fields, body):
        """A question line: id | verdict | basis | at=KEY mentions=N independent=N later mask"""
        qid, verdict, basis, rest = fields
        question = {"id": qid, "patient": self.patient}
        rows = dict(re.match(r"(\w+): *(.*)", line).groups() for line in body if line.strip())
        flags = dict((word.split("=") + [True])[:2] for word in rest.split())
        for member in ("question", "condition"):
            if member in rows:
                question[member] = rows[member]
        if "with" in rows:
            question["ask"] = json.loads(rows["with"])
        note, start, end = self.marks[flags["at"]] if "at" in flags else (None, None, None)
        question.update(verdict=verdict, basis=basis, note=note, start=start, end=end)
        question["mentions"] = int(flags["mentions"])
        if "independent" in flags:
            question["independent"] = int(flags["independent"])
        if "mask" in flags:
            question["mask_overlap"] = True
        if "later" in flags:
            question["expect_later"] = True
        question["forms"] = [form.strip() for form in rows.get("forms", "").split(";") if form.strip()]
        question.update(row=rows["row"], why=rows["why"])
        return question


def assemble():
    """{path under fixtures/: bytes}"""
    files, questions = {}, []
    folder = os.path.join(ROOT, "source")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".txt"):
            continue
        chart = Chart(os.path.join(folder, name))
        files["charts/%s.ndjson" % chart.patient] = lines_of(chart.notes)
        questions += [chart.gold(fields, body) for fields, body in chart.questions]
    files["questions/questions.ndjson"] = lines_of(questions)
    files["questions/needles.ndjson"] = lines_of(filter(None, map(needle, questions)))
    return files


def needle(question):
    """The question as `lodestone eval` takes it, where the gold is a yes or a no of the whole chart."""
    labels = {"present": "present", "absent": "absent", "not_mentioned": "absent"}
    if question["verdict"] not in labels or "ask" in question or "expect_later" in question:
        return None
    line = {"qid": question["id"], "patient": question["patient"]}
    line.update({k: question[k] for k in ("question", "condition") if k in question})
    line.update(label=labels[question["verdict"]], row=question["row"])
    if question["note"] is not None:
        line.update(needle_note_id=question["note"], mention_byte_start=question["start"],
                    mention_byte_end=question["end"])
    return line


def lines_of(values):
    return "".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values).encode()


def main():
    stale = 0
    for path, content in assemble().items():
        full = os.path.join(ROOT, path)
        if "--check" in sys.argv[1:]:
            with open(full, "rb") as old:
                if old.read() != content:
                    print("%s is not what its source says: run tests/fixtures_make.py" % path)
                    stale = 1
        else:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as out:
                out.write(content)
    return stale


if __name__ == "__main__":
    sys.exit(main())
