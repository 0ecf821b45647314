/* Banks of lines for made-up notes. */
#include "scorer/train/template.h"

static const char *const drug[] = {"aspirin", "Tylenol", "ibuprofen", "Zofran", "Phenergan",
	"lisinopril {5-40} mg", "metoprolol", "Coumadin", "heparin", "Lovenox",
	"prednisone {5-60} mg", "albuterol", "amoxicillin", "Levaquin", "vancomycin", "Zosyn",
	"Keppra", "Lasix {20-80} mg", "insulin", "metformin", "morphine", "Vicodin", "Percocet",
	"Ativan", "Protonix", "Pepcid", "Zoloft", "Neurontin", "Imitrex", "Benadryl", "potassium",
	"iron", "vitamin D", "Synthroid", "Bactrim", "doxycycline", "clindamycin", "Colace",
	"oxygen", "physical therapy", "eye drops"};
static const char *const study[] = {"CT of the {abdomen|head|chest}", "chest x-ray",
	"MRI of the {brain|spine|knee}", "the ultrasound", "an echocardiogram", "the EKG",
	"blood work", "the biopsy", "colonoscopy", "upper endoscopy", "the CT scan",
	"a stress test", "urinalysis", "lumbar puncture", "the x-ray", "angiography",
	"the mammogram", "a bone scan", "pathology", "the culture", "Doppler"};
static const char *const study_word[] = {"scan", "x-ray", "CT", "MRI", "ultrasound", "test",
	"culture", "biopsy", "study", "film", "blood test", "tracing"};
static const char *const service[] = {"cardiology", "surgery", "GI", "neurology",
	"the primary doctor", "infectious disease", "orthopedics", "Dr. {mask_name}", "urology",
	"the eye clinic", "oncology", "ENT", "psychiatry", "nephrology", "the pain clinic",
	"gynecology"};
static const char *const operation[] = {"appendectomy", "cholecystectomy", "hysterectomy",
	"a bypass", "hip replacement", "lumbar fusion", "mastectomy", "hernia repair", "craniotomy",
	"bronchoscopy", "catheterization", "tonsillectomy", "nephrectomy", "stent placement",
	"arthroscopy", "cataract surgery", "bowel resection", "pacemaker placement",
	"thyroidectomy", "cystoscopy"};
static const char *const relative[] = {"mother", "father", "brother", "sister", "son", "daughter",
	"wife", "husband", "maternal grandmother", "paternal grandfather", "aunt", "uncle",
	"cousin", "half-brother", "grandson", "mother", "father", "younger sister", "older brother",
	"niece", "paternal aunt", "partner", "mom", "dad", "twin sister", "grandmother"};
static const char *const ago[] = {"{two|three|five|ten|several|many} years ago", "{2-30} years ago",
	"last year", "in {her} {twenties|thirties|youth}", "{six|eight|ten} months ago",
	"years back", "in the past", "a decade ago", "in the remote past", "in {year}", "long ago",
	"during childhood"};
static const char *const ago_short[] = {"today", "yesterday", "{2-9} days ago", "this morning",
	"last night", "{2-9} hours ago", "on {day}", "over the weekend"};
static const char *const day[] = {"Monday", "Tuesday", "Friday", "yesterday", "{mask_date}",
	"last night", "the weekend", "this morning", "{1-12}/{1-28}"};
static const char *const year[] = {
	"{1968-2009}", "{1990-2009}", "{1-12}/{1990-2009}", "{1-12}/{88-99}"};
static const char *const degree[] = {"mild", "moderate", "severe", "slight", "some", "significant",
	"marked", "minimal", "chronic", "acute", "recurrent", "diffuse", "small", "large",
	"intermittent"};
static const char *const side[] = {"left", "right", "bilateral", "left-sided", "right-sided",
	"{left|right} upper", "lower", "{left|right} hip", "{left|right} knee"};
static const char *const side_word[] = {
	"left", "right", "upper", "lower", "medial", "lateral", "posterior"};
static const char *const system_[] = {"constitutional", "cardiovascular", "GI", "GU", "respiratory",
	"neuro", "skin", "HEENT", "musculoskeletal", "psychiatric", "endocrine", "cardiac", "eyes"};
static const char *const she[] = {
	"{he|he|the patient|pt|patient}", "{she|she|the patient|pt|patient}"};
static const char *const man_woman[] = {"man", "woman", "male", "female", "gentleman", "lady"};
static const char *const age[] = {"{18-95}", "{1-17}", "{40-90}"};
static const char *const mask_name[] = {"Mr. {Smith|Jones|Baker}", "[**Name{1-9} {100-999}**]",
	"___", "XYZ", "**NAME[AAA]", "Ms. {Miller|Young|Brown}"};
static const char *const mask_place[] = {"{County|General|Mercy} Hospital",
	"[**Hospital{1-9} {10-99}**]", "___", "ABCD Hospital", "**INSTITUTION",
	"an outside hospital"};
static const char *const mask_date[] = {"{1-12}/{1-28}/{90-99}", "[**{2130-2190}-{1-12}-{1-28}**]",
	"___", "MM/DD/YYYY", "**DATE[Mar {1-28} 08]", "{March|June|August} {1-28}"};
static const char *const neutral[] = {"Vital signs are stable.",
	"{^she} lives with {her} {relative}.", "{^she} was in no distress.",
	"Alert and oriented times three.", "Blood pressure {100-180}/{50-99}, pulse {50-120}.",
	"{^she} takes {drug} and {drug}.", "{^she} tolerated {operation} well.",
	"Follow up in {2-9} weeks.", "Labs were drawn.",
	"White count {3-19}.{1-9}, hemoglobin {8-16}.{0-9}.", "{^service} will see {him} tomorrow.",
	"{^she} works as a {teacher|driver|nurse|farmer}.", "{^she} walks with a cane.",
	"Questions were answered.", "{^study} was done on {mask_date}.", "Diet as tolerated.",
	"{^she} was seen with {her} {relative} by {service}.", "The plan was gone over at length.",
	"{^drug} was continued.", "{^she} came from {mask_place}.", "Neck supple.",
	"Heart sounds normal.", "Sleep and appetite are fair.", "{^she} had {operation} {ago}.",
	"Temperature {96-102}.{0-9}.", "Dressing is dry and intact.",
	"{^she} ate half of {her} lunch.", "Records were requested.",
	"The patient was prepped and draped.", "Creatinine {0-3}.{0-9}.",
	"Discharged home in good condition.", "{^she} does not smoke.", "Drinks on weekends.",
	"No known drug allergies.", "Otherwise unremarkable.", "None.", "See above.",
	"{^she} has not been seen since {day}.", "There is no one at home to help."};
static const char *const his_her[] = {"his", "her"};
static const char *const him_her[] = {"him", "her"};

#define BANK(name, by, lines)                                       \
	{                                                           \
		name, by, lines, sizeof(lines) / sizeof((lines)[0]) \
	}
const struct bank template_banks[] = {BANK("drug", BY_CHANCE, drug),
	BANK("study", BY_CHANCE, study), BANK("study_word", BY_CHANCE, study_word),
	BANK("service", BY_CHANCE, service), BANK("operation", BY_CHANCE, operation),
	BANK("relative", BY_CHANCE, relative), BANK("ago", BY_CHANCE, ago),
	BANK("ago_short", BY_CHANCE, ago_short), BANK("day", BY_CHANCE, day),
	BANK("year", BY_CHANCE, year), BANK("degree", BY_CHANCE, degree),
	BANK("side", BY_CHANCE, side), BANK("side_word", BY_CHANCE, side_word),
	BANK("system", BY_CHANCE, system_), BANK("man_woman", BY_CHANCE, man_woman),
	BANK("age", BY_CHANCE, age), BANK("neutral", BY_CHANCE, neutral),
	BANK("mask_name", BY_DIALECT, mask_name), BANK("mask_place", BY_DIALECT, mask_place),
	BANK("mask_date", BY_DIALECT, mask_date), BANK("she", BY_SEX, she),
	BANK("her", BY_SEX, his_her), BANK("him", BY_SEX, him_her)};
const unsigned template_bank_count = sizeof(template_banks) / sizeof(template_banks[0]);
