/* Headings of made-up notes and the items of their lists. */
#include "scorer/train/forms.h"

const struct made_section made_sections[] = {
	{IN_STORY, 10, "ACPR",
		"HISTORY OF PRESENT ILLNESS|History of Present Illness|HPI|HOSPITAL COURSE|Hospital Course|"
		"BRIEF HISTORY|SUBJECTIVE|Subjective|INTERVAL HISTORY|HISTORY"},
	{IN_VIEW, 9, "ACPR",
		"ASSESSMENT|Assessment|IMPRESSION|Impression|ASSESSMENT AND PLAN|Assessment/Plan|A/P|PLAN|"
		"IMPRESSION/PLAN|DIAGNOSES|DISCUSSION|PROBLEM LIST|CONCLUSION"},
	{IN_EXAM, 7, "ACPR",
		"PHYSICAL EXAMINATION|Physical Exam|EXAM|OBJECTIVE|FINDINGS|CHEST X-RAY|CT SCAN|IMAGING|"
		"LABORATORY DATA|RADIOLOGY|ABDOMEN|EXTREMITIES|LUNGS|HEENT|NEUROLOGIC|ECHOCARDIOGRAM"},
	{IN_ROS, 4, "ACPR",
		"REVIEW OF SYSTEMS|Review of Systems|ROS|CONSTITUTIONAL|GASTROINTESTINAL|RESPIRATORY|"
		"CARDIOVASCULAR"},
	{IN_PAST, 7, "ACPS",
		"PAST MEDICAL HISTORY|Past Medical History|PMH|PMHx|PAST HISTORY|MEDICAL HISTORY|"
		"PAST SURGICAL HISTORY|PSH|PAST MEDICAL/SURGICAL HISTORY"},
	{IN_FAMILY, 6, "ACOS",
		"FAMILY HISTORY|Family History|FH|FHX|FAMILY MEDICAL HISTORY|FAMILY HX"},
	{IN_SOCIAL, 2, "ACPR", "SOCIAL HISTORY|Social History|SHX|HABITS"},
	{IN_RISK, 4, "AHPF",
		"RISKS|RISKS AND BENEFITS|INFORMED CONSENT|CONSENT|Consent|POSSIBLE COMPLICATIONS|"
		"POTENTIAL COMPLICATIONS|RISKS AND COMPLICATIONS"},
	{IN_TELL, 5, "AHPF",
		"DISCHARGE INSTRUCTIONS|Discharge Instructions|INSTRUCTIONS|FOLLOWUP|FOLLOW-UP|Follow Up|"
		"PATIENT EDUCATION|RECOMMENDATIONS|PLAN"},
	{IN_OP, 3, "ACPR",
		"PROCEDURE|DESCRIPTION OF PROCEDURE|PROCEDURE IN DETAIL|OPERATIVE NOTE|DETAILS OF PROCEDURE|"
		"OPERATIVE FINDINGS"},
	{IN_REASON, 4, "ACPR",
		"INDICATION|INDICATIONS|INDICATIONS FOR PROCEDURE|CHIEF COMPLAINT|Chief Complaint|"
		"REASON FOR CONSULTATION|REASON FOR EXAM|REASON FOR VISIT|CLINICAL HISTORY|CC"},
	{IN_DOUBT, 3, "APPR",
		"DIFFERENTIAL DIAGNOSIS|DIFFERENTIAL DIAGNOSES|Differential Diagnosis|DIFFERENTIAL|DDX"},
	{IN_WARN, 3, "AHPF",
		"CALL YOUR DOCTOR FOR|Return to ER for|CALL THE OFFICE IF YOU HAVE|WHEN TO CALL|"
		"SEEK CARE IMMEDIATELY FOR|Call for any of these|WARNING SIGNS TO REPORT"},
	{IN_COMPLICATIONS, 2, "ACPR",
		"COMPLICATIONS|Complications|OPERATIVE COMPLICATIONS|COMPLICATIONS OF THE STAY"},
	{IN_DENIED, 2, "NCPR",
		"PERTINENT NEGATIVES|Pertinent negatives|NEGATIVE FOR|DENIES|Patient denies"},
	{IN_PLAIN, 6, "ACPR",
		"PREOPERATIVE DIAGNOSIS|POSTOPERATIVE DIAGNOSIS|PREOPERATIVE DIAGNOSES|"
		"POSTOPERATIVE DIAGNOSES|DISCHARGE DIAGNOSIS|DISCHARGE DIAGNOSES|ADMITTING DIAGNOSIS|"
		"ADMISSION DIAGNOSES|FINAL DIAGNOSIS|PRINCIPAL DIAGNOSIS|POSTOP DIAGNOSIS"},
};

const unsigned made_section_count = sizeof(made_sections) / sizeof(made_sections[0]);

#define LISTS                                                                               \
	(IN_VIEW | IN_PAST | IN_PLAIN | IN_FAMILY | IN_DOUBT | IN_WARN | IN_RISK | IN_ROS | \
		IN_TELL | IN_COMPLICATIONS | IN_DENIED)
#define OWN (IN_VIEW | IN_PLAIN | IN_PAST)

static const struct made_form items[] = {
	{LISTS & ~(uint32_t)(IN_ROS | IN_TELL), "{^DDDD}{.||;|,}"},
	{LISTS & ~(uint32_t)(IN_ROS | IN_TELL), "{^DDDD}{.||}"},
	{LISTS & ~(uint32_t)(IN_ROS | IN_TELL), "{^side} {DDDD}{.||}"},
	{LISTS & ~(uint32_t)(IN_ROS | IN_TELL), "{^degree} {DDDD}{.||}"},
	{LISTS & ~(uint32_t)(IN_ROS | IN_TELL), "{^DDDD}, {DDDD}{, and|,} {DDDD}{.||}"},
	{IN_FAMILY | IN_RISK | IN_DOUBT | IN_WARN | IN_PAST | IN_DENIED, "{^DDDD+}.{| {neutral}}"},
	{OWN, "{^DDDD}, {on|treated with|managed with} {drug}{.||}"},
	{OWN, "{^DDDD}. {^drug} continues.{| {neutral}}"},
	{OWN, "{^DDDD} - {stable|at baseline|doing well|well controlled}{.||}"},
	{OWN, "{^DDDD} with {DDDD}{.||}"},
	{OWN, "{^DDDD} {due|secondary} to {DDDD}{.||}"},
	{OWN, "{^ACPS} ({year}){.||}"},
	{OWN, "{^ACPS}, {ago}{.||}"},
	{OWN, "{^ACPS} in {year}{.||}"},
	{OWN, "{H/o|History of|Hx of|Hx} {ACPS}{.||}"},
	{OWN, "{^ACPS}, {resolved|now resolved|cured|in remission}{.||}"},
	{OWN, "{^ACPS} - {resolved|resolved with treatment|no longer an issue}{.||}"},
	{OWN, "{S/p|Status post} {operation} for {ACPS}{.||}"},
	{OWN, "{Childhood|Remote|Prior|Previous|Past} {ACPS}{.||}"},
	{OWN, "{^operation} for {ACPS}, {year}{.||}"},
	{OWN, "{^ACPS} as a {child|teenager|young man|baby}{.||}"},
	{OWN, "No {NCP-}{.||}"},
	{OWN, "{^NCPR}, ruled out{.||}"},
	{OWN, "{^NCPR} - {ruled out|excluded|not present|workup unrevealing}{.||}"},
	{OWN, "{^APPR}, {suspected|probable|possible|not proven|to be confirmed}{.||}"},
	{OWN, "{Possible|Probable|Likely|Suspected|Questionable|Presumed} {APPR}{.||}"},
	{OWN, "{Rule out|R/o|?} {APPR}{.||}"},
	{OWN, "{^APPR} {versus|vs.|or|v.} {APPR}{.||}"},
	{OWN, "{^ACPR}, {possibly|probably|likely|presumably} {due|secondary} to {APPR}{.||}"},
	{OWN, "{^ACPR} without {NCPR}{.||}"},
	{OWN, "{^ACPR} with no {NCPR}{.||}"},
	{IN_VIEW | IN_PLAIN, "{^ACPR}, {new|worse|improving|improved|ongoing|active}{.||}"},
	{IN_VIEW | IN_PLAIN, "Acute on chronic {ACPR}{.||}"},
	{IN_VIEW | IN_PLAIN, "{^ACPR} ({year}-{year}){.||}"},
	{IN_VIEW | IN_TELL, "{^drug} {as needed|p.r.n.|prn} for {AHPF}{.||}"},
	{IN_VIEW | IN_TELL, "{^drug} for {ACPR}{.||}"},
	{IN_VIEW | IN_TELL, "{^AHPF} {prophylaxis|precautions|prevention}{: {drug}|}{.||}"},
	{IN_VIEW | IN_TELL, "{Watch|Monitor|Observe} for {AHPF}{.||}"},
	{IN_VIEW | IN_TELL, "{Evaluate|Check|Work up|Look} for {APPR}{.||}"},
	{IN_VIEW | IN_TELL, "{Call|Come back|Return} {for|with} {AHPF+}{.||}"},
	{IN_VIEW | IN_TELL, "{Continue|Resume|Start} {drug} for {her|his|the} {ACPR}{.||}"},
	{IN_TELL | IN_WARN, "{Fever over 101|Any bleeding|Redness or drainage}, or {AHPF}{.||}"},
	{IN_WARN, "{Worsening|New|Severe|Sudden|Increasing|Any} {AHPF}{.||}"},
	{IN_WARN, "{^AHPF} or {AHPF}{.||}"},
	{IN_RISK, "{^AHPF} {and|or} {AHPF}{.||}"},
	{IN_RISK,
		"{Failure of the operation|Need for another operation|Damage to nerves} or {AHPF}{.||}"},
	{IN_ROS, "{^system}: {Positive for|Has had|Some|Reports|Notes} {ACPR+}.{| {neutral}}"},
	{IN_ROS,
		"{^system}: {No|Denies|Negative for|Without|He denies|She denies any} {NCPR+}.{| {neutral}}"},
	{IN_ROS, "{^system}: {As above|Unremarkable|Per HPI}, with {ACPR}{.||}"},
	{IN_ROS | IN_EXAM, "{^NCPR}: {no|No|negative|neg|absent|none|denied}{.||}"},
	{IN_ROS | IN_EXAM, "{^ACPR}: {yes|Yes|positive|pos|present|moderate|+}{.||}"},
	{IN_ROS, "{^NCPR}: no   {^ACPR}: yes   {^NCPR}: no"},
	{IN_ROS, "{^ACPR}: yes   {^NCPR}: no   {^ACPR}: yes"},
	{IN_ROS, "(-) {NCPR}  (+) {ACPR}  (-) {NCPR}"},
	{IN_ROS, "(+) {ACPR}  (-) {NCPR}  (+) {ACPR}"},
	{IN_ROS, "{^NCPR} (-), {ACPR} (+), {NCPR} (-)"},
	{IN_ROS, "{^ACPR} (+), {NCPR} (-), {ACPR} (+)"},
	{IN_ROS, "[x] {ACPR}  [ ] {NCPR}  [x] {ACPR}"},
	{IN_ROS, "[ ] {NCPR}  [x] {ACPR}  [ ] {NCPR}"},
	{IN_ROS, "+{ACPR}, -{NCPR}, -{NCPR}"},
	{IN_ROS, "No {NCPR}. {^ACPR} {at times|most days|when {she} walks}. No {NCPR}."},
	{IN_FAMILY, "{^relative}: {ACOS}{.||}"},
	{IN_FAMILY, "{^relative} - {ACOS}{|, {ACOS}}{.||}"},
	{IN_FAMILY, "{^relative} with {ACOS}{.||}"},
	{IN_FAMILY, "{^ACOS} - {relative}{.||}"},
	{IN_FAMILY, "{^ACOS} ({relative}){.||}"},
	{IN_FAMILY, "{^ACOS}: {relative}{.||}"},
	{IN_FAMILY, "No {NCOS}{.||}"},
	{IN_FAMILY, "{^NCOS}: none{.||}"},
	{IN_FAMILY, "Negative for {NCOS+}{.||}"},
	{IN_FAMILY, "Positive for {ACOS+}{.||}"},
	{IN_COMPLICATIONS, "None.{| {^ACPR} was there before.}"},
	{IN_COMPLICATIONS, "No {NCPR}.{| {neutral}}"},
	{IN_COMPLICATIONS, "{^ACPR} on {the second day|postoperative day {2-9}}.{| {neutral}}"},
	{IN_COMPLICATIONS, "None apart from {ACPR}."},
	{IN_DOUBT, "{^APPR}, {less likely|doubtful|cannot be told yet}{.||}"},
	{IN_DOUBT, "{^NCPR}, {which has been excluded|already ruled out}{.||}"},
};
const struct made_forms made_items = {items, sizeof(items) / sizeof(items[0])};
