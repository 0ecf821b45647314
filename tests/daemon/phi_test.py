"""The identifier guard on made-up notes: recall by type, and what it takes for identifiers that are none.

usage: phi_test.py LODESTONED [SEED]
Every name, number and address is drawn from a seeded generator; none is a person's.  Each note holds one
planted identifier of a known type and place, or a hard negative: laboratory values, doses, ratios, specimen
numbers, placeholders.  Recall counts a planted span that a reported place of its type overlaps.
"""
import json
import os
import random
import string
import subprocess
import sys
import tempfile

PER_TYPE, NEGATIVES = 400, 4000
RECALL_LEAST, PRECISION_LEAST = 0.99, 0.98
FIRST = ("James Mary Robert Patricia John Jennifer Michael Linda Aisha Barbara Elena Susan Tomas Jessica Deepak Sarah Karen "
         "Wei Nancy Daniel Lisa Hiroshi Betty Anthony Margaret Mark Sandra Olumide Ashley Steven Kimberly Paul").split()
LAST = ("Smith Johnson Okafor Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Nakamura "
        "Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez O'Brien McDonald "
        "Fitzgerald Walsh-Keane Patel Novak Lindqvist Banerjee").split()
MONTHS = "January February March April May June July August September October November December".split()
STREETS = "Oak Maple Washington Lake Hill Cedar Elm Jefferson Park Sunset Highland Chestnut Walnut Riverside".split()
SUFFIX = "Street St. Avenue Ave Road Rd Drive Boulevard Blvd Lane Ln Court Terrace Parkway".split()
TOWNS = "Springfield Franklin Greenville Bristol Clinton Fairview Salem Madison Georgetown Arlington".split()
ZIPS = [("MA", "021"), ("NY", "104"), ("PA", "191"), ("TX", "773"), ("CA", "945"), ("IL", "606"), ("OH", "441"), ("WA", "981"),
        ("CO", "802"), ("MN", "554"), ("NJ", "071"), ("FL", "331")]
BEFORE = ["Seen in clinic today for follow up. ", "", "Plan discussed with family. ", "He is doing well on lisinopril 10 mg daily. ",
          "ASSESSMENT AND PLAN:\n", "Labs: Na 138, K 4.1, creatinine 1.2. ", "HPI: 62-year-old man with cough for 3 days.\n",
          "No acute distress. BP 132/78, HR 88.\n\n", "- continue warfarin\n- "]
AFTER = [". The wound is clean.", ".", "\nWBC 9.8, Hgb 12.4, Plt 250.", ", as above.", " - will follow.", "\n\nEXAM: lungs clear.", ""]


class Draw(random.Random):
    def digits(self, n):
        return "".join(self.choice(string.digits) for _ in range(n))

    def first(self):
        return self.choice(FIRST)

    def last(self):
        return self.choice(LAST)

    def area(self):
        return self.choice("23456789") + self.digits(2)

    def phone(self):
        a, b, c = self.area(), self.area(), self.digits(4)
        form = self.choice(["(%s) %s-%s", "%s-%s-%s", "%s.%s.%s", "1-%s-%s-%s", "(%s)%s-%s", "+1 %s-%s-%s", "%s/%s-%s",
                            "1 (%s) %s-%s", "+1 (%s) %s-%s"])
        return form % (a, b, c) + self.choice(["", "", "", " ext. 12", " x4410"])

    def day(self):
        return self.randint(1, 28)

    def year(self):
        return self.randint(1930, 2023)

    def date(self):
        m, d, y = self.randint(1, 12), self.day(), self.year()
        return self.choice(["%d/%d/%d" % (m, d, y), "%02d/%02d/%02d" % (m, d, y % 100), "%d-%02d-%02d" % (y, m, d),
                            "%s %d, %d" % (MONTHS[m - 1], d, y), "%d %s %d" % (d, MONTHS[m - 1], y),
                            "%s. %d, %d" % (MONTHS[m - 1][:3], d, y), "%02d-%02d-%d" % (m, d, y),
                            "%s %dth, %d" % (MONTHS[m - 1], self.randint(4, 20), y), "%d-%s-%d" % (d, MONTHS[m - 1][:3], y)])

    def code(self, least=6, most=9):
        n = self.digits(self.randint(least, most))
        return self.choice([n, n, n, self.choice(["A", "MR", "H", "E"]) + n, n[:3] + "-" + n[3:]])

    def full(self):
        f, l = self.first(), self.last()
        return self.choice(["%s %s" % (f, l), "%s %s. %s" % (f, self.choice("ABCDEFGHJKLM"), l)])


# type -> rows of (text with {} for the identifier, how to make it)
def rows(r):
    caps_name = lambda: "%s %s" % (r.first().upper(), r.last().upper())
    last_first = lambda: "%s, %s" % (r.last(), r.first())
    return {
        "name": [("Dr. {} was consulted", r.last), ("discussed with Dr {} at length", r.full), ("Mr. {} is a 61-year-old man", r.last),
                 ("Mrs. {} has felt well", r.last), ("Ms. {} returns", r.full), ("Patient name: {}", r.full), ("Patient Name: {}", last_first),
                 ("NAME: {}", caps_name), ("Attending: {}", r.full), ("Electronically signed by {}", r.full),
                 ("Dictated by: {}", r.full), ("PCP: {}", last_first), ("Surgeon: {}\nAnesthesia: general", r.full), ("seen with {}, MD", r.full),
                 ("reviewed by {}, M.D.", r.full), ("report called to {}, RN", r.full), ("DR. {} WAS NOTIFIED", lambda: r.last().upper()),
                 ("Referring physician: {}", r.full), ("Miss {} denies fever", r.last), ("Professor {} agrees", r.last)],
        "address": [("lives at {}", lambda: "%d %s %s" % (r.randint(1, 9999), r.choice(STREETS), r.choice(SUFFIX))),
                    ("Address: {}", lambda: "%d %s %s" % (r.randint(10, 9999), r.choice(STREETS), r.choice(SUFFIX))),
                    ("moved to {}", lambda: "%d N. %s %s" % (r.randint(1, 999), r.choice(STREETS), r.choice(SUFFIX))),
                    ("mail to P.O. Box {}", lambda: r.digits(r.randint(2, 5)).replace("0", "4")), ("PO Box {}", lambda: "1" + r.digits(3)),
                    ("home is {}", lambda: "%d West %dth Street" % (r.randint(1, 400), r.randint(20, 99)))],
        "zip": [("lives in " + r.choice(TOWNS) + ", {}", lambda: "{0} {1}".format(*r.choice(ZIPS)) + r.digits(2)),
                ("of " + r.choice(TOWNS) + " {}", lambda: "{0} {1}".format(*r.choice(ZIPS)) + r.digits(2) + "-" + r.digits(4)),
                ("Boston, {}", lambda: "Massachusetts 021" + r.digits(2)), ("Houston, {}", lambda: "Texas 770" + r.digits(2))],
        "date": [("admitted on {}", r.date), ("last seen {}", r.date), ("on {} she fell", r.date), ("Date of service: {}", r.date),
                 ("surgery ({})", r.date)],
        "birth_date": [("DOB: {}", r.date), ("D.O.B. {}", r.date), ("Date of birth: {}", r.date), ("born on {}", r.date),
                       ("DOB {}", r.date), ("Birthdate: {}", r.date), ("Birth date: {}", r.date), ("Date of Birth {}", r.date), ("was born {}", r.date)],
        "age": [("a {} woman", lambda: "%d-year-old" % r.randint(90, 109)), ("{} M with cough", lambda: "%d yo" % r.randint(90, 104)),
                ("is {} and frail", lambda: "%d years old" % r.randint(90, 104)), ("{} female", lambda: "%d y/o" % r.randint(90, 104)),
                ("Age: {}", lambda: "%d" % r.randint(90, 104)), ("aged {}", lambda: "%d" % r.randint(90, 104)),
                ("this {} gentleman", lambda: "%d year old" % r.randint(90, 104)), ("her mother died at age {}", lambda: "%d" % r.randint(90, 104)),
                ("a {} lady", lambda: r.choice(["ninety-four year old", "ninety year-old", "Ninety-one-year-old"])),
                ("{} pt", lambda: "%dyo" % r.randint(90, 104)), ("at the age of {}", lambda: "%d" % r.randint(90, 104)),
                ("{} with falls", lambda: "%d y.o." % r.randint(90, 104)), ("{}", lambda: "%d yrs old" % r.randint(90, 104))],
        "phone": [("call {} with questions", r.phone), ("Phone: {}", r.phone), ("reached at {}", r.phone), ("{} (daughter)", r.phone),
                  ("Tel {}", r.phone), ("cell {}", r.phone), ("phone {}", lambda: r.area() + "-" + r.digits(4)),
                  ("telephone number is {}", lambda: "%s %s %s" % (r.area(), r.area(), r.digits(4))), ("pager #{}", lambda: r.digits(5)),
                  ("beeper {}", lambda: "3" + r.digits(4)), ("call back number: {}", lambda: r.area() + r.area() + r.digits(4)),
                  ("contact in London {}", lambda: "+44 20 7946 0" + r.digits(3))],
        "fax": [("Fax: {}", r.phone), ("fax number {}", r.phone), ("faxed records, fax {}", r.phone), ("FAX {}", r.phone),
                ("facsimile {}", r.phone), ("Fax # {}", r.phone)],
        "email": [("email {}", lambda: "%s.%s@%s.com" % (r.first().lower(), r.last().lower().replace("'", ""), r.choice(["example", "mail-host", "inbox"]))),
                  ("write to {}", lambda: "%s%s@clinic.%s.org" % (r.first()[0].lower(), r.last().lower().replace("'", ""), r.choice(["north", "east"]))),
                  ("({})", lambda: "%s_%s+chart@hospital.edu" % (r.first(), r.digits(2)))],
        "ssn": [("SSN: {}", lambda: ssn(r, "-")), ("SSN {}", lambda: ssn(r, " ")), ("social security number {}", lambda: ssn(r, "")),
                ("{}", lambda: ssn(r, "-")), ("SS# {}", lambda: ssn(r, "-")), ("Social Security No. {}", lambda: ssn(r, "-")),
                ("Soc Sec #: {}", lambda: ssn(r, "-"))],
        "mrn": [("MRN: {}", r.code), ("MRN {}", r.code), ("MRN# {}", r.code), ("Medical record number: {}", r.code), ("MR# {}", r.code),
                ("medical record #{}", r.code), ("Med Rec No: {}", r.code), ("Unit No: {}", r.code), ("Patient ID: {}", r.code),
                ("Unit number {}", r.code), ("chart number {}", r.code), ("MR No. {}", r.code), ("Hospital number: {}", r.code),
                ("MEDICAL RECORD NO. {}", r.code), ("record number is {}", r.code)],
        "plan": [("Policy number: {}", r.code), ("Member ID: {}", r.code), ("Subscriber ID {}", r.code), ("insurance ID: {}", r.code),
                 ("Medicare number {}", r.code), ("Medicaid ID# {}", r.code), ("Group number: {}", r.code), ("policy #{}", r.code),
                 ("health plan number {}", r.code), ("Insurance policy no. {}", r.code), ("Member number {}", r.code)],
        "account": [("Account number: {}", r.code), ("Acct # {}", r.code), ("Account #: {}", r.code), ("CSN: {}", r.code), ("Visit number: {}", r.code),
                    ("Encounter #{}", r.code), ("acct no. {}", r.code), ("billing number {}", r.code), ("invoice #{}", r.code),
                    ("card {}", lambda: "4" + "-".join([r.digits(3), r.digits(4), r.digits(4), r.digits(4)]))],
        "licence": [("License number: {}", r.code), ("driver's license {}", lambda: "S" + r.digits(8)), ("DEA # {}", lambda: "AB" + r.digits(7)),
                    ("NPI: {}", lambda: "1" + r.digits(9)), ("medical license #{}", r.code), ("Driver's license number {}", r.code),
                    ("licence no. {}", r.code), ("License: MA {}", lambda: r.digits(7))],
        "vehicle": [("VIN: {}", lambda: "1HG" + "".join(r.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(7)) + r.digits(7)),
                    ("license plate {}", lambda: "%s-%s" % ("".join(r.choice(string.ascii_uppercase) for _ in range(3)), r.digits(4))),
                    ("License plate number: {}", lambda: "%s%s" % (r.digits(3), "".join(r.choice(string.ascii_uppercase) for _ in range(3)))),
                    ("plate no. {}", lambda: "%s %s" % ("".join(r.choice(string.ascii_uppercase) for _ in range(3)), r.digits(4))),
                    ("vehicle identification number {}", lambda: "2T1" + "".join(r.choice("BCDEFGHJKLMNPRSTUVWXYZ") for _ in range(8)) + r.digits(6))],
        "device": [("serial number {}", lambda: r.choice(["PJN", "SN", ""]) + r.digits(7)), ("Serial no.: {}", r.code), ("S/N {}", lambda: "A" + r.digits(6)),
                   ("serial #{}", r.code), ("pacemaker generator, serial {}", r.code), ("device ID: {}", r.code), ("SN: {}", r.code),
                   ("Lead serial number: {}", lambda: "LFP" + r.digits(6) + "V"), ("UDI {}", lambda: "(01)" + r.digits(14))],
        "url": [("see {}", lambda: "http://www.%s.com/%s" % (r.last().lower().replace("'", ""), r.digits(3))), ("portal {}", lambda: "https://portal.%s.org" % r.choice(TOWNS).lower()),
                ("blog at {}", lambda: "www.%s%s.net" % (r.first().lower(), r.digits(2))), ("({})", lambda: "%s-family.com" % r.choice(TOWNS).lower())],
        "ip": [("uploaded from {}", lambda: ".".join(str(r.randint(11, 254)) for _ in range(4))), ("host 10.0.{}", None),
               ("IP {}", lambda: "192.168.%d.%d" % (r.randint(0, 254), r.randint(1, 254))),
               ("address {}", lambda: "2001:db8:85a3:%x:0:8a2e:370:%x" % (r.randint(1, 9999), r.randint(1, 9999)))],
    }


def ssn(r, sep):
    return sep.join([r.choice("1234578") + r.digits(2), "%02d" % r.randint(1, 99), "%04d" % r.randint(1, 9999)])


def negatives(r):
    v = r.randint
    return [
        lambda: "Na %d, K %d.%d, Cl %d, BUN %d, creatinine %d.%d" % (v(120, 150), v(3, 6), v(0, 9), v(95, 110), v(8, 90), v(0, 9), v(0, 9)),
        lambda: "BP %d/%d, HR %d, RR %d, T %d.%d" % (v(80, 190), v(40, 110), v(90, 129), v(12, 30), v(95, 103), v(0, 9)),
        lambda: "platelets %d-%d thousand" % (v(100, 200), v(201, 450)), lambda: "reference range %d-%d" % (v(100, 200), v(300, 999)),
        lambda: "metoprolol %d-%d mg twice daily" % (v(10, 50), v(51, 200)), lambda: "%d-%d-%d mg taper" % (v(10, 60), v(10, 40), v(1, 9)),
        lambda: "specimen S%s-%s" % (r.digits(2), r.digits(5)), lambda: "accession %s-%s" % (r.digits(4), r.digits(6)),
        lambda: "Accession: %s" % r.digits(8), lambda: "%d/%d strength" % (v(1, 5), 5), lambda: "vision 20/%d" % v(20, 400),
        lambda: "ratio %d:%d:%d" % (v(1, 9), v(1, 9), v(1, 9)), lambda: "PaO2/FiO2 %d" % v(90, 400), lambda: "SpO2 %d%% on 2 L" % v(90, 100),
        lambda: "weight %d.%d kg, height %d cm" % (v(50, 129), v(0, 9), v(140, 200)), lambda: "heparin %d units" % v(1000, 99999),
        lambda: "temperature 98.6 F, pulse 95M strong", lambda: "pH 7.%d/%d/%d/%d" % (v(20, 50), v(30, 60), v(60, 120), v(18, 30)),
        lambda: "ICD-10 %s%d.%d, CPT %s" % (r.choice("EIJK"), v(10, 99), v(0, 9), r.digits(5)), lambda: "NDC %s-%s-%s" % (r.digits(5), r.digits(4), r.digits(2)),
        lambda: "a %d-year-old man" % v(18, 89), lambda: "smoked for %d years" % v(1, 60), lambda: "followed for %d days" % v(90, 129),
        lambda: "Dr. [**Last Name (STitle) 123**] was called at [**Telephone/Fax (1) 5551**]", lambda: "MRN: [**Medical Record Number 1234567**]",
        lambda: "Mr. ___ is a ___ year old", lambda: "Dr. *** notified; call ***-***-****", lambda: "seen by Dr. XXXX on XX/XX/XXXX",
        lambda: "**NAME[AAA, BBB M] was seen on **DATE[Jan 01 2007] at **INSTITUTION", lambda: "Patient name: ___", lambda: "DOB: [**2081-3-4**]",
        lambda: "MR angiography of the head; MS Contin 15 mg; trace MR. Aortic valve normal", lambda: "MS. Follow with neurology", lambda: "12 Lead ST elevations in II, III",
        lambda: "%d mm ST depression" % v(1, 3), lambda: "CT %d slices" % v(16, 99), lambda: "the patient is alert and oriented x3",
        lambda: "IV %d mL/hr, rate %d cc" % (v(50, 150), v(90, 125)), lambda: "version %d.%d.%d of the protocol" % (v(1, 9), v(0, 9), v(0, 9)),
        lambda: "1.2.3.4 heading of the protocol", lambda: "grade %d of 4 at 2 o'clock" % v(1, 4), lambda: "cell count %d, neutrophils %d%%" % (v(1000, 9000), v(10, 90)),
        lambda: "white cell %d.%d, red cell %d.%d" % (v(3, 20), v(0, 9), v(3, 5), v(0, 9)), lambda: "call if temperature over 101.5", lambda: "call 911 for chest pain",
        lambda: "transfuse 2 units, unit 1 at 10:30:45", lambda: "no plate or screw migration; 8-hole plate 3.5 mm, 3500 N", lambda: "stage T%dN%dM0, Gleason %d+%d" % (v(1, 4), v(0, 3), v(3, 5), v(3, 5)),
        lambda: "glucose %d at 0600, %d at 1200" % (v(60, 400), v(60, 400)), lambda: "troponin 0.%s" % r.digits(2), lambda: "TSH %d.%s uIU/mL" % (v(0, 9), r.digits(2)),
        lambda: "Drug name: Metoprolol. Test name: Sodium", lambda: "Surgeon: ___. Assistant: None.", lambda: "signed by proxy; dictated by phone", lambda: "group A strep, plan A",
        lambda: "lung age 95 percent predicted; age 45", lambda: "visit in 2 weeks; visit # 3", lambda: "see chart for 2 record reviews", lambda: "insulin 70/30 %d units" % v(10, 99),
        lambda: "creatinine clearance %d mL/min/1.73" % v(90, 125), lambda: "size %d x %d x %d mm" % (v(1, 99), v(1, 99), v(1, 99)), lambda: "HLA-B27, CD4 %d, viral load %d" % (v(90, 900), v(10000, 99999)),
        lambda: "social history: quit 10 years ago, 30 pack-years", lambda: "NYHA II, EF %d-%d %%" % (v(20, 40), v(41, 65)), lambda: "born at 38 weeks, birth weight %d g" % v(2500, 4200),
    ]


def make(r):
    notes, gold = [], []
    for kind, pairs in rows(r).items():
        pairs = [p for p in pairs if p[1]]
        for i in range(PER_TYPE):
            frame, value = pairs[i % len(pairs)]
            value = value()
            before, after = r.choice(BEFORE), r.choice(AFTER)
            text = before + frame.replace("{}", "\0")
            start = text.index("\0")
            # As text looks at its start of a sentence, half the time.
            notes.append(text.replace("\0", value) + after)
            gold.append((kind, len(notes[-1][:start].encode()), len(value.encode())))
    kinds = negatives(r)
    for i in range(NEGATIVES):
        notes.append(r.choice(BEFORE) + kinds[i % len(kinds)]() + r.choice(AFTER))
        gold.append(None)
    return notes, gold


def scan(binary, notes):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "notes.ndjson")
        with open(path, "w") as f:
            for i, text in enumerate(notes):
                f.write(json.dumps({"patient": "p", "note_id": "n%d" % i, "text": text}) + "\n")
        run = subprocess.run([binary, "--phi-scan", "--set", "phi_policy=flag", path], capture_output=True, text=True)
    assert run.returncode == 1, (run.returncode, run.stderr[:400])
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert lines[-1]["summary"]["notes"] == len(notes), lines[-1]
    found = [[] for _ in notes]
    for row in lines[:-1]:
        assert set(row) == {"file", "line", "patient", "note_id", "type", "start", "bytes"}, row
        found[row["line"] - 1].append((row["type"], row["start"], row["bytes"]))
    return found


def main():
    binary, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    verbose = os.environ.get("PHI_VERBOSE")
    notes, gold = make(Draw(seed))
    found = scan(binary, notes)
    hits, totals, right, wrong, bad = {}, {}, 0, {}, 0
    for text, want, got in zip(notes, gold, found):
        covered = False
        for kind, start, n in got:
            same = want and start < want[1] + want[2] and want[1] < start + n
            # A number in its context may be named otherwise: a licence's for a plan's.  It counts for precision.
            right += bool(same)
            if not same:
                wrong[kind] = wrong.get(kind, 0) + 1
                if verbose:
                    print("FALSE", kind, repr(text.encode()[start:start + n].decode()), "in", repr(text))
            covered = covered or (same and kind == want[0])
        if want:
            totals[want[0]] = totals.get(want[0], 0) + 1
            hits[want[0]] = hits.get(want[0], 0) + covered
            if not covered and verbose:
                print("MISSED", want[0], repr(text), got)
    print("seed %d, %d notes, %d with an identifier" % (seed, len(notes), sum(totals.values())))
    for kind in totals:
        recall = hits[kind] / totals[kind]
        print("  %-11s recall %.4f (%d of %d), false places %d" % (kind, recall, hits[kind], totals[kind], wrong.get(kind, 0)))
        bad += recall < RECALL_LEAST
    precision = right / (right + sum(wrong.values()))
    print("  precision over all notes %.4f (%d of %d)" % (precision, right, right + sum(wrong.values())))
    bad += precision < PRECISION_LEAST
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
