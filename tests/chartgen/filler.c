/* Sentence banks.  {own}, {no} and {fam} name conditions of the chart's background, never one that
 * is asked about; an item that names an asked condition is not used in that chart. */
#include "chartgen.h"

#define BANK(name, ...) const char *const bank_##name[] = {__VA_ARGS__, NULL};

BANK(hpi, "{name} is a {age} year old {sex} with a history of {own} and {own} who presents with {symptom} for {duration}.",
	"{^he} was in {his} usual state of health until {duration} ago, when {he} noticed {symptom}.",
	"The {symptom} came on gradually and was worse in the evening.", "It was relieved a little by rest and by {food}.",
	"{^he} denies {symptom_list}.", "There has been no {symptom}, no {symptom} and no {symptom}.",
	"{^his} {person} noticed that {he} had been eating less, mostly {food}.",
	"{^he} called {md}, who advised {him} to come in.", "Two weeks earlier {he} had been seen at {hosp} for {symptom} and was sent home.",
	"{^he} ran out of {med} about {duration} ago.", "Of note, {own} has been followed at {hosp} since {year}.",
	"In the emergency room {he} was given {2-3} L of fluid and felt better.", "Pt reports {symptom} on and off for {duration}, {4-9}/10 at worst.",
	"Pain is located in the {place_body}, does not radiate, and is not related to meals.",
	"{^he} took {med} at home with partial relief.", "No recent travel, no sick contacts, no new pets.",
	"Symptoms similar to an episode in {year}, which settled without treatment.", "{^he} lives with {his} {person}, who gives part of the history.",
	"Records from {hosp} were requested on {date}.", "At baseline {he} walks {2-9} blocks w/o stopping and climbs one flight of stairs.",
	"On arrival T {97-98}.{0-9}, HR {66-94}, BP {108-138}/{62-84}, RR {14-18}, O2 sat {95-99}% on room air.",
	"Review of the outside chart shows {own} and a remote {side} ankle fracture.",
	"{^he} was last hospitalized in {year} for {own}.", "Over the next {2-6} hours the {symptom} eased and {he} was able to take {food}.",
	"{^he} has had about {2-6} episodes a day, each lasting {5-40} minutes.", "The pt was evaluated by {service}, who had no urgent recommendations.",
	"Prior workup at {hosp} was unrevealing per {his} {person}.", "{^he} was not taking any new medicine or supplement.",
	"Denies trauma to the {place_body}.", "No one else in the household has been ill.")
BANK(subjective, "Slept {3-7} hours.", "No acute events overnight.", "Feels better than yesterday, ate {food}.",
	"Pt seen and examined at bedside with the team.", "Complains of some {symptom}, less than before.", "Denies {symptom_list}.",
	"Pain {2-6}/10 in the {place_body}, relieved by {med}.", "Out of bed to chair x{2-3}.", "Walked {40-200} feet with PT.",
	"Tolerating a {diet} diet.", "One bowel movement, normal color.", "{^his} {person} visited and had questions, which were answered.",
	"Asked when {he} can go home.", "Temp max {98-99}.{0-9} over 24 hours.", "Foley out on {date}, voiding on {his} own.",
	"Overnight {he} had brief {symptom}, resolved by itself.", "Seen by {service} yesterday, note reviewed.", "No new complaints.",
	"Refused the morning walk, agreed later.", "Still with {symptom} when turning in bed.", "Nursing reports a quiet night.")
BANK(social, "Lives with {his} {person} in a {1-3} story house.", "Worked as a {job} until {year}.", "Retired {job}.",
	"Smoked {1-2} packs a day for {5-30} years, quit in {year}.", "Never smoked.", "Drinks {1-3} glasses of wine a week.",
	"No illicit drugs.", "Enjoys {hobby} and {hobby}.", "Has a dog and {2-3} cats.", "Independent in all daily activities.",
	"{^his} {person} is the health care proxy.", "Moved here from {hosp} area in {year}.", "Drives short distances by day.",
	"Uses a cane outdoors.", "Full code, confirmed on {date}.")
BANK(ros, "General: no {symptom}, no {symptom}.", "HEENT: denies {symptom_list}.", "Cardiac: denies {symptom_list}.",
	"Respiratory: no {symptom}.", "GI: positive for {symptom}, negative for {symptom}.", "GU: no {symptom}.",
	"Skin: no {symptom}.", "Neuro: denies {symptom_list}.", "Musculoskeletal: {symptom} as above.", "Psych: mood stable.",
	"Otherwise ten systems reviewed and negative.", "Constitutional: {symptom} for {duration}.", "Endocrine: no {symptom}.",
	"Heme: no {symptom}.")
BANK(vitals, "T {97-98}.{0-9} BP {104-138}/{60-84} HR {62-94} RR {14-18} O2 sat {95-99}% RA",
	"Temp {36-37}.{0-4} C, pulse {62-92}, BP {106-136}/{62-82}, resp {14-18}, SpO2 {95-99}% on room air",
	"Tm {98-99}.{0-4} Tc {97-98}.{0-9} HR {64-90} BP {102-134}/{60-80} RR {14-18} sat {95-99}% on {1-2} L",
	"BP {110-136}/{64-82}, HR {60-88} regular, afebrile, weight {52-98}.{0-9} kg, I/O {1200-2400}/{1100-2300}",
	"VSS. T {97-98}.{0-9}, P {60-90}, R {14-18}, BP {106-134}/{60-82}")
BANK(exam, "General: awake, comfortable, in no distress.", "HEENT: pupils equal, oropharynx clear.", "Neck: supple, no masses, JVP {5-8} cm.",
	"Heart: regular, no rub.", "Lungs: clear on both sides, {finding}.", "Abdomen: soft, bowel sounds present, {finding}.",
	"Extremities: warm, {finding}.", "Skin: {finding}.", "Neuro: alert and oriented x3, moves all four limbs.",
	"Back: no spinal tenderness.", "Psych: calm, good eye contact.", "Gen: NAD, sitting up in chair.", "CV: RRR, nl S1 S2, no m/r/g.",
	"Resp: CTAB, no wheeze.", "Abd: soft, NT, ND, +BS.", "Ext: no c/c/e, {finding}.", "Lines: peripheral IV {side} forearm, site clean.",
	"Musculoskeletal: {finding}.", "Lymph: no nodes in neck or axilla.", "Rectal: deferred.", "GU: Foley with clear urine.")
BANK(lab, "WBC {5-9}.{0-9} Hgb {12-14}.{0-9} Hct {36-43}.{0-9} Plt {180-340}",
	"Na {136-142} K {3-4}.{6-9} Cl {99-106} CO2 {23-28} BUN {10-18} Cr 0.{7-9} Glu {82-104}",
	"Sodium {136-142} mmol/L, potassium {3-4}.{6-9} mmol/L, chloride {99-106} mmol/L", "Ca {8-9}.{6-9} Mg {1-2}.{8-9} Phos {2-3}.{7-9}",
	"AST {14-34} ALT {12-38} alk phos {48-98} T bili 0.{3-9} albumin {3-4}.{5-9}", "INR 1.0, PTT {26-33}", "ESR {4-16}, CRP {1-4}",
	"Differential: neutrophils {52-68}%, lymphocytes {22-34}%, monocytes {4-8}%, eosinophils {1-3}%", "Vitamin B12 {320-690}, folate {8-18}",
	"Troponin less than 0.01 x{2-3}", "Total protein {6-7}.{2-8}, globulin {2-3}.{1-6}", "Urine: clear, specific gravity 1.0{10-25}, negative dip",
	"Blood cultures x2 from {date}: no growth to date", "TSH {1-2}.{1-9}, free T4 1.{0-3}", "Hemoglobin A1c 5.{1-5}%")
BANK(imaging, "Chest film {date}: lungs clear, heart size normal.", "Plain film of the {place_body}: no fracture.",
	"CT of the {place_body}: no acute finding; {finding} noted on scout.", "Ultrasound of the abdomen: liver of normal size, bile duct {3-5} mm.",
	"ECG: sinus rhythm at {62-88}, normal axis, no change from {date}.", "Echo: normal chamber sizes, EF {55-65}%.",
	"MRI of the {place_body} from {hosp}: mild degenerative change.", "Line placement film: tip at the cavoatrial junction.",
	"No prior study of the {place_body} at {hosp}.")
BANK(assess, "# {^own}: stable, continue {med}.", "# {^own}: followed by {service}, no change today.", "# Pain of the {place_body}: {med}, heat, and PT.",
	"{age} yo {sex} with {own}, admitted with {symptom}, now improving.", "# Nutrition: {diet} diet, supplements TID.",
	"# {^symptom}: likely from a virus that is going around, supportive care.", "# Access: peripheral IV {side} arm.",
	"# {^own}: continue {med}; recheck labs on {date}.", "No evidence of {no}.", "{^he} has no history of {no}.",
	"The {symptom} seems related to {med}, which was stopped.", "# Deconditioning: PT and OT daily, goal chair for meals.",
	"# Dispo: home with services vs. rehab, {person} to decide with the patient.", "# {^own}: quiescent since {year}.",
	"We discussed the findings with {him} and {his} {person}.", "Overall {he} is making slow but steady progress.",
	"# Electrolytes: replete potassium and magnesium per scale.", "# Skin: {finding}; turn every two hours.", "# Sleep: lights off at ten, {med}.",
	"# {^own}: on {med}, dose reviewed with pharmacy.", "The workup for {no} at {hosp} was negative.", "# Constipation: {med}, prune juice.",
	"# Code status: full, confirmed with {his} {person}.", "# {^own}: outpatient follow-up with {service} in {2-8} weeks.",
	"Agree with the plan of {service}.", "# Anxiety: reassurance, {med} if needed.", "# FEN: {diet} diet, no IV fluids, lytes as above.",
	"# Hypertension: BP {118-138}/{70-84} on {med}, goal met.", "{^his} {symptom} is better controlled than last week.")
BANK(plan, "Continue {med}.", "Start {med}.", "Stop {med}.", "Repeat labs in the morning.", "PT and OT to see.", "Advance to {diet} diet as tolerated.",
	"Follow up with {service} in {2-8} weeks.", "Daily weights, strict I/O.", "Call {md} with results.", "Wean oxygen as able.",
	"Out of bed TID.", "Remove Foley on {date}.", "Family meeting on {date} with {service}.", "Await input of {service}.",
	"Check orthostatics before going home.", "Incentive spirometer Q1H while awake.", "Dressing change BID by nursing.",
	"Will discuss with {md} and update {his} {person}.", "Hold {med} for SBP under 100.", "Obtain records from {hosp}.", "D/c telemetry.")
BANK(course, "{^he} was admitted to {hosp} under {md}.", "On hospital day {2-9} {he} was able to walk {40-200} feet with PT.",
	"{^his} {own} was stable throughout on {med}.", "{^service} saw {him} and recommended {med}.", "Diet was advanced to {diet} without difficulty.",
	"{^he} had an episode of {symptom} on {date}, which passed after {med}.", "Labs remained within normal limits.",
	"Cultures from {date} did not grow anything.", "{^he} was transferred to the floor on {date}.", "The Foley was removed and {he} voided.",
	"For {own}, {service} adjusted {med}.", "There were no complications.", "Pain of the {place_body} was treated with {med} and then {med}.",
	"The family was updated daily, and {his} {person} was present at the meeting on {date}.", "A workup for {no} was unrevealing.",
	"{^he} was seen by {service} and {service}.", "By the day of discharge {he} had no {symptom} and was eating {food}.",
	"IV fluids were stopped after {12-48} hours.", "{^own} did not require any change in treatment.", "Oxygen was weaned to room air by {date}.",
	"A film of the {place_body} was unremarkable.", "{^he} worked with OT on dressing and bathing.", "Home services were arranged through {hosp}.")
BANK(instruct, "Please take all medicines as listed.", "You were in the hospital with {symptom}, and it got better with rest and {med}.",
	"Call {md} if {symptom} comes back.", "Do not lift more than {5-15} pounds for {2-6} weeks.", "Eat a {diet} diet.", "You may shower; keep the dressing dry.",
	"Weigh yourself every morning.", "Bring this sheet to your next visit.", "Walk at least {2-4} times a day.", "Do not drive while taking strong pain medicine.",
	"Come to the emergency room if you have {symptom} or {symptom}.", "Drink {5-8} glasses of water a day.")
BANK(follow, "See {md} at {hosp} on {date}.", "{^service} will call with an appointment.", "Labs in {1-3} weeks at {hosp}.", "Phone: {name} office, weekdays.",
	"Visit with {service} in {2-8} weeks.", "Staples out on {date}.", "The visiting nurse will come on {date}.")
BANK(indication, "{name} is a {age} year old {sex} with pain of the {place_body} for {duration} who failed conservative care.",
	"After a long talk with {him} and {his} {person}, {he} elected to go ahead.", "The risks, benefits and alternatives were explained, and consent was signed on {date}.",
	"Prior imaging at {hosp} supported the plan.", "{^he} had been optimized by {service} beforehand.", "Medical history includes {own}.")
BANK(consent, "The procedure was explained in plain words with {his} {person} present.", "Risks named included pain, scar, and the need for another operation.",
	"Questions were answered and {he} signed on {date}.", "An interpreter was not needed.", "Alternatives, including doing nothing, were discussed.",
	"{^he} may withdraw at any time.", "Anesthesia will go over its own risks.")
BANK(op_finding, "Tissue planes were clean.", "No unexpected masses were seen.", "Adhesions were filmy and few.", "Good bleeding tissue at the edges.",
	"The hardware was intact.", "Cartilage was thin on the {side}.", "Fluid was clear, {5-60} mL.", "Counts were correct x2.")
BANK(op_step, "The patient was brought to the operating room and placed supine.", "A time out was held with {md} present.", "General anesthesia was induced without difficulty.",
	"The {place_body} was prepped and draped in the usual sterile fashion.", "A {3-14} cm incision was made over the {place_body}.",
	"Dissection was carried down with cautery to the fascia.", "Hemostasis was good.", "The wound was irrigated with {1-3} liters of saline.",
	"Fascia was closed with 0 Vicryl, skin with 4-0 Monocryl.", "A drain was left on the {side} and secured with nylon.", "Sponge and needle counts were correct.",
	"The implant was trialed, then seated; stability was good.", "Specimen was sent to pathology.", "A sterile dressing was applied.",
	"{^he} was extubated and taken to recovery in stable condition.", "Local anesthetic, {10-30} mL, was infiltrated.", "Ports of {5-12} mm were placed under direct vision.",
	"The tourniquet was up for {20-90} minutes.", "Retractors were placed and the field was inspected in all four quadrants.", "The {side} side was approached first.",
	"Careful blunt and sharp dissection freed the surrounding tissue.", "The assistant held traction while sutures were placed {4-8} mm apart.")
BANK(complication, "None.", "None apparent.", "Nil. EBL {10-200} mL.", "No complications; patient tolerated the procedure well.")
BANK(reason, "Asked by {md} to see {name} for {symptom}.", "Management of {own}.", "{^symptom} for {duration}.", "Clearance before surgery.", "Follow-up of {own}, new {symptom}.")
BANK(recommend, "Continue {med}.", "Would try {med}.", "No change from our side.", "Please call with questions, pager in the directory.", "Repeat exam in {2-5} days.",
	"Obtain records from {hosp}.", "Avoid {med} for now.", "Will follow with you.", "Outpatient visit in {2-8} weeks.", "{^diet} diet.", "PT as tolerated.")
BANK(rad_procedure, "CHEST (PA AND LAT)", "CHEST (PORTABLE AP)", "{^side} KNEE, {2-4} VIEWS", "CT ABDOMEN W/O CONTRAST", "US ABDOMEN LIMITED", "MR LUMBAR SPINE",
	"{^side} SHOULDER, 3 VIEWS", "CT HEAD W/O CONTRAST", "PORTABLE ABDOMEN", "{^side} FOOT, 2 VIEWS")
BANK(rad_indication, "{age} year old {sex} with {symptom}.", "{^symptom}, {symptom}.", "Line placement.", "Pain of the {place_body} after a fall.", "Preoperative.",
	"{age} {sex}, {symptom} x {duration}.")
BANK(technique, "Frontal and lateral views.", "Axial images were obtained without contrast.", "Sagittal and coronal reformats were reviewed.", "Single portable view.",
	"Standard protocol at {hosp}.", "Grayscale and color images were stored.", "Slice thickness {2-5} mm.")
BANK(comparison, "None.", "Prior study of {date}.", "Film from {hosp}, {date}.", "{date}.")
BANK(rad_finding, "The lungs are clear.", "The heart is of normal size.", "Bones are intact with mild degenerative change.", "The liver is of normal size and contour.",
	"The spleen measures {9-11}.{0-9} cm.", "Both kidneys are of normal size, {side} {9-11}.{0-9} cm.", "The bile duct measures {3-5} mm.", "Soft tissues are unremarkable.",
	"A {side} sided line ends at the cavoatrial junction.", "The gas pattern is normal.", "There is a {2-6} mm calcified granuloma on the {side}.", "Alignment is anatomic.",
	"The ventricles are normal in size for age.", "Surgical clips in the upper abdomen.", "Disc spaces are preserved apart from mild narrowing at L{3-5}.", "Mediastinal contours are stable.",
	"No fracture or dislocation.", "Vascular calcifications are mild.")
BANK(rad_impression, "No acute process.", "No change since {date}.", "Lines and tubes as above.", "Mild degenerative change.", "Normal study.", "Incidental granuloma on the {side}.",
	"Findings were called to {md} on {date}.", "Recommend follow-up as clinically indicated.")
BANK(shift, "Pt A&O x3, resting in bed with call light in reach.", "Ate {food} with help.", "Ambulated in hall x{2-4} with a walker.", "Skin warm and dry, {finding}.",
	"IV {side} forearm patent, site without redness.", "Medicated with {med} for pain {2-6}/10 with good effect.", "Voided {150-600} mL clear urine.",
	"Lungs clear, cough and deep breathing encouraged.", "Repositioned every two hours.", "{^his} {person} at bedside, supportive.", "VS: T {97-98}.{0-9}, HR {62-92}, BP {104-136}/{60-82}.",
	"Denies {symptom_list}.", "Bed alarm on, side rails up x2.", "Teaching done about {med}, pt states understanding.", "Slept most of the night.", "Dressing to {place_body} changed, scant drainage.",
	"{^service} in to see pt.", "Report given to oncoming RN.", "C/o {symptom}, {md} aware, no new orders.", "Bath given, linen changed, mouth care done.", "Up to commode with one assist.",
	"Accepted {food} and {food} before bed.", "Plan: continue to monitor, pain control, {diet} diet.")
BANK(addendum, "Seen with the resident, agree with the above.", "Discussed with {md} at {6-9}:{10-59} PM.", "Labs reviewed, no change in plan.", "I examined {name} and confirm the main findings.",
	"Late result: culture without growth.", "{^his} {person} called back and was updated.", "Time spent {20-60} minutes.", "Corrected: {symptom} began {duration} ago.")
