/* Word banks: what the slots of the sentences are filled with, and the headings. */
#include "chartgen.h"

#define BANK(name, ...) const char *const bank_##name[] = {__VA_ARGS__, NULL};

BANK(symptom, "cough", "sore throat", "runny nose", "nausea", "vomiting", "constipation",
	"diarrhea", "chest pain", "palpitations", "shortness of breath", "wheezing", "headache",
	"dizziness", "blurred vision", "double vision", "ear pain", "hearing loss",
	"ringing in the ears", "back pain", "neck stiffness", "joint swelling", "joint stiffness",
	"muscle aches", "rash", "itching", "easy bruising", "nosebleeds", "fatigue", "poor sleep",
	"weight loss", "weight gain", "fever", "chills", "night sweats", "loss of appetite",
	"bloating", "abdominal cramps", "heartburn", "trouble swallowing", "dysuria",
	"urinary frequency", "urinary urgency", "flank pain", "leg swelling", "calf pain",
	"numbness of the fingers", "tingling in the feet", "weakness of one arm", "tremor",
	"unsteady gait", "falls", "fainting", "hot flashes", "cold intolerance", "dry mouth",
	"hoarseness", "hiccups", "low mood", "anxiety", "poor concentration", "memory trouble",
	"snoring")
BANK(symptom_list, "{symptom}", "{symptom} or {symptom}", "{symptom}, {symptom} or {symptom}",
	"{symptom}, {symptom}, {symptom} or {symptom}", "{symptom} and {symptom}")
BANK(finding, "a small bruise over the {side} forearm", "dry mucous membranes",
	"a soft systolic murmur", "trace edema at both ankles", "fine crackles at the {side} base",
	"mild tenderness in the lower abdomen", "a healed scar over the {side} knee",
	"a reducible umbilical hernia", "thinning skin of the shins",
	"a stage 1 area over the sacrum", "slight weakness of hip flexion on the {side}",
	"a slow steady gait", "good capillary refill", "a well healed midline incision",
	"a dressing that is clean and dry")
BANK(med, "lisinopril {10|20|40} mg PO daily", "metoprolol tartrate {12.5|25|50} mg PO BID",
	"amlodipine {5|10} mg PO daily", "hydrochlorothiazide {12.5|25} mg PO daily",
	"furosemide {20|40|80} mg PO daily", "aspirin 81 mg PO daily", "clopidogrel 75 mg PO daily",
	"atorvastatin {20|40|80} mg PO QHS", "simvastatin {20|40} mg PO QHS",
	"losartan {25|50|100} mg PO daily", "carvedilol {3.125|6.25|12.5|25} mg PO BID",
	"omeprazole {20|40} mg PO daily", "pantoprazole 40 mg PO daily", "docusate 100 mg PO BID",
	"senna {1-2} tabs PO BID PRN", "polyethylene glycol 17 g PO daily",
	"acetaminophen {325|500|650} mg PO Q6H PRN", "ibuprofen {400|600} mg PO Q8H PRN",
	"tramadol 50 mg PO Q6H PRN", "oxycodone {5|10} mg PO Q4H PRN",
	"gabapentin {100|200|300} mg PO TID", "sertraline {25|50|100} mg PO daily",
	"trazodone {25|50|100} mg PO QHS PRN", "mirtazapine 15 mg PO QHS",
	"multivitamin 1 tab PO daily", "vitamin D {400|800|1000|2000} units PO daily",
	"calcium carbonate 500 mg PO BID", "folic acid 1 mg PO daily", "thiamine 100 mg PO daily",
	"ferrous sulfate 325 mg PO daily", "levothyroxine {25|50|75|100|125} mcg PO daily",
	"metformin {500|850|1000} mg PO BID", "insulin glargine {10-30} units SC QHS",
	"albuterol {1-2} puffs INH Q4H PRN", "tiotropium 18 mcg INH daily",
	"fluticasone nasal {1-2} sprays daily", "loratadine 10 mg PO daily",
	"tamsulosin 0.4 mg PO QHS", "allopurinol {100|200|300} mg PO daily",
	"prednisone {5|10|20} mg PO daily", "potassium chloride {10-40} mEq PO daily",
	"magnesium oxide 400 mg PO daily", "artificial tears 1 drop OU QID",
	"heparin 5000 units SC TID", "ondansetron 4 mg IV Q8H PRN", "melatonin {3|6} mg PO QHS",
	"nystatin powder to groin BID", "lidocaine patch 5% daily", "bisacodyl 10 mg PR PRN",
	"guaifenesin {200|400} mg PO Q4H PRN", "cetirizine 10 mg PO daily",
	"cephalexin 500 mg PO QID", "amoxicillin {250|500|875} mg PO TID",
	"baclofen {5|10} mg PO TID")
BANK(service, "cardiology", "nephrology", "neurology", "surgery", "orthopedics", "urology",
	"physical therapy", "nutrition", "social work", "the wound nurse", "pharmacy",
	"ophthalmology", "dermatology", "pain service", "the palliative team",
	"occupational therapy", "speech therapy", "geriatrics", "anesthesia", "case management")
BANK(food, "toast and tea", "half of the tray", "chicken soup", "oatmeal", "most of breakfast",
	"applesauce", "a turkey sandwich", "clear liquids", "rice and beans", "yogurt",
	"scrambled eggs", "pudding")
BANK(person, "wife", "husband", "daughter", "son", "sister", "brother", "neighbor", "niece",
	"partner", "friend")
BANK(duration, "{2-9} days", "{2-6} weeks", "{2-11} months", "about a week", "the past month",
	"several hours", "{2-14} days", "half a year", "{12-36} hours")
BANK(side, "left", "right")
BANK(procedure, "Open repair of {side} inguinal hernia",
	"Laparoscopic ventral hernia repair with mesh", "{^side} total knee arthroplasty",
	"{^side} total hip arthroplasty", "Excision of {side} shoulder lipoma",
	"Incision and drainage of {side} thigh collection",
	"Open reduction and internal fixation, {side} ankle", "{^side} rotator cuff repair",
	"Placement of tunneled central line, {side}", "Percutaneous gastrostomy",
	"Tracheostomy revision", "{^side} cataract extraction with lens",
	"Debridement of {side} heel wound", "Removal of hardware, {side} wrist",
	"Diagnostic laparoscopy", "Cystoscopy with {side} retrograde study",
	"Exploratory laparotomy with lysis of adhesions",
	"Split thickness skin graft to {side} calf")
BANK(preop, "Symptomatic hernia, {side}.", "Degenerative joint, {side} knee.",
	"Nonhealing wound, {side} leg.", "Need for long term access.",
	"Displaced fracture, {side} ankle.", "Full thickness tear, {side} shoulder.",
	"Visually significant cataract, {side}.", "Painful retained hardware.",
	"Abdominal wall defect.")
BANK(place_body, "{side} arm", "{side} leg", "lower back", "{side} shoulder", "{side} knee",
	"abdomen", "neck", "{side} hand", "{side} hip")
BANK(diet, "regular", "soft", "low sodium", "clear liquid", "full liquid", "pureed", "low residue",
	"cardiac")
BANK(job, "bus driver", "school teacher", "carpenter", "bookkeeper", "nurse's aide", "cook",
	"machinist", "farmer", "librarian", "electrician", "mail carrier", "seamstress", "welder",
	"bank teller", "gardener", "tailor")
BANK(hobby, "gardening", "fishing", "crossword puzzles", "woodworking", "choir", "bingo", "baking",
	"chess", "quilting", "walking the dog")
BANK(allergy, "No known drug allergies.", "Penicillin (rash).", "Sulfa drugs (hives).",
	"Codeine (nausea).", "Shellfish (itching).", "Adhesive tape (redness).", "NKDA.",
	"Morphine (confusion); latex (itching).", "Erythromycin (stomach upset).",
	"Iodinated contrast (hives), premedicated before.", "Lisinopril (cough).",
	"Vancomycin (flushing with fast infusion).", "Pollen and cat dander (sneezing).")
BANK(complaint, "{^symptom}.", "{^symptom} and {symptom} for {duration}.", "Fall at home.",
	"Sent in by {md} for {symptom}.", "Weakness.", "\"I just don't feel right.\"",
	"Planned admission.", "{^symptom} x {2-9}d.", "Pain in the {place_body}.")
BANK(surgery, "Appendectomy {year}", "Tonsillectomy in childhood", "Cholecystectomy {year}",
	"{^side} knee arthroscopy {year}", "Hernia repair, {side}, {year}",
	"Cataract surgery, both eyes", "Hysterectomy {year}", "Carpal tunnel release {year}",
	"C-section {year}", "Lumbar laminectomy {year}", "Skin biopsy, {side} cheek, {year}",
	"Wisdom teeth", "{^side} hip pinning {year} at {hosp}", "Vasectomy {year}",
	"Bunion surgery, {side}", "Septoplasty {year}")
BANK(kin, "Son: {kin_state}", "Daughter: {kin_state}", "Maternal grandfather: {kin_state}",
	"Mother: {kin_state}", "Father: {kin_state}", "Maternal aunt: {kin_state}",
	"Paternal uncle: {kin_state}", "Maternal grandmother: {kin_state}",
	"Two children, {kin_state}", "Brother {20-80} yo: {kin_state}", "Sister: {kin_state}",
	"Paternal grandfather: {kin_state}", "Cousin: {kin_state}")
BANK(kin_state, "healthy", "died in an accident", "alive and well", "{fam}", "had {fam}",
	"{fam}, died at {60-90}", "{fam} and {fam}", "unknown",
	"treated for {fam} in {his} fifties", "{fam} diagnosed at {30-70}", "no contact")
BANK(pmh_more, "{^own}", "{^own}, diagnosed {year}", "{^own}, followed at {hosp}",
	"{^own} - stable", "{^own} (since {year})", "{^own}, on treatment", "H/o {own}",
	"Seasonal allergies", "Low back pain", "Overweight", "Eyeglasses for reading",
	"Remote {side} ankle fracture", "Vitamin D deficiency", "Insomnia", "Former smoker",
	"Hearing aid, {side}", "Partial dentures")
BANK(ddx, "Viral illness", "Medication effect", "Dehydration", "Musculoskeletal strain",
	"Poor intake", "Deconditioning", "Anxiety", "Side effect of a new drug", "Constipation",
	"Volume depletion")

BANK(boxes, "[ ] {symptom}  [x] {symptom}  [ ] {symptom}", "[x] {symptom}  [ ] {symptom}",
	"( ) {symptom}  (x) {symptom}", "{^symptom}: no", "{^symptom}: yes",
	"{^symptom} [ ] yes [x] no", "{^symptom} [x] yes [ ] no", "(-) {symptom}", "(+) {symptom}",
	"[x] reviewed with {his} {person}", "[ ] uses a walker  [x] uses glasses",
	"[x] flu vaccine  [ ] interpreter")

/* headings */
BANK(h_cc, "Chief Complaint", "CC", "Presenting Complaint", "Reason for Admission")
BANK(h_hpi, "History of Present Illness", "HPI", "Present Illness")
BANK(h_subj, "Subjective", "Interval History", "24 Hour Events", "S")
BANK(h_pmh, "Past Medical History", "PMH", "PMHx", "Past History")
BANK(h_psh, "Past Surgical History", "PSH", "Surgical History")
BANK(h_meds, "Medications", "Current Medications", "Home Medications", "Meds")
BANK(h_allergy, "Allergies", "Allergies/Reactions", "Drug Allergies")
BANK(h_social, "Social History", "SH", "Social")
BANK(h_family, "Family History", "FH", "FHx", "Family Medical History")
BANK(h_ros, "Review of Systems", "ROS")
BANK(h_checks, "Symptom Checklist", "Review of Systems", "Screening Checklist", "Intake Form")
BANK(h_vitals, "Vital Signs", "Vitals", "VS")
BANK(h_exam, "Physical Exam", "Physical Examination", "Exam", "PE", "O/E")
BANK(h_labs, "Laboratory Data", "Labs", "Pertinent Results", "Laboratory Results")
BANK(h_imaging, "Imaging", "Studies", "Radiology Data")
BANK(h_assess, "Assessment", "Assessment and Plan", "A/P", "Impression", "Impression and Plan")
BANK(h_plan, "Plan", "Plan of Care", "P")
BANK(h_course, "Hospital Course", "Brief Hospital Course", "Hospital Course by Problem")
BANK(h_dx, "Discharge Diagnoses", "Discharge Diagnosis", "Final Diagnoses")
BANK(h_dmeds, "Discharge Medications", "Medications on Discharge")
BANK(h_instruct, "Discharge Instructions", "Instructions", "Patient Instructions")
BANK(h_follow, "Follow-up", "Followup Instructions", "Follow Up")
BANK(h_preop, "Preoperative Diagnosis", "Pre-op Diagnosis")
BANK(h_proc, "Procedure", "Procedure Performed", "Operation")
BANK(h_indic, "Indications", "Indications for Procedure")
BANK(h_consent, "Consent", "Risks and Consent", "Risks Discussed")
BANK(h_findings, "Findings", "Operative Findings")
BANK(h_descr, "Description of Procedure", "Procedure in Detail")
BANK(h_compl, "Complications")
BANK(h_reason, "Reason for Consultation", "Reason for Consult", "Consult Question")
BANK(h_recs, "Recommendations", "Recs", "Suggestions")
BANK(h_radproc, "Exam", "Study", "Examination")
BANK(h_radind, "Indication", "Clinical Indication", "Reason for Exam")
BANK(h_tech, "Technique")
BANK(h_compar, "Comparison")
BANK(h_radfind, "Findings", "Report")
BANK(h_radimp, "Impression", "Conclusion")
BANK(h_ddx, "Differential Diagnosis", "Differential")
BANK(h_addendum, "Addendum", "Addendum {date}", "Late Entry", "Attending Addendum")
