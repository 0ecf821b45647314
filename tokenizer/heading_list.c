/* Phrases are in the form tok_label_read makes: small letters, "and" for '&', '/' and ',', no
 * hyphens, no "the".  Combinations ("allergies and medications"), qualifiers ("brief", "on
 * admission") and openings ("indications for ...") are derived in heading.c. */
#include "tokenizer/heading.h"
#include "tokenizer/tokenizer.h"

const struct tok_heading_group tok_heading_groups[] = {
	{TOK_SEC_CHIEF_COMPLAINT, HEADING_STRONG,
		"chief complaint|chief complaints|chief compliant|presenting complaint|presenting complaints|"
		"present complaint|presenting problem|presenting symptoms|presenting concern|"
		"major complaint|main complaint|reason for visit|reason for consultation|"
		"reason for consult|reason for admission|reason for hospitalization|reason for referral|"
		"reason for evaluation|reason for encounter|reason for presentation|"
		"reason for appointment|purpose of visit|"
		"chief complaint and purpose of visit|chief complaint and hpi|referral reason|"
		"consultation question|question for consultant|visit reason|admission complaint"},
	{TOK_SEC_CHIEF_COMPLAINT, HEADING_WEAK, "cc|complaint|complaints|c and c|concern|concerns"},
	{TOK_SEC_HPI, HEADING_STRONG,
		"history of present illness|history of presenting illness|history of present illnesses|"
		"history of current illness|history of present complaint|history of presenting complaint|"
		"history of present problem|history of presenting problem|history present illness|"
		"present illness|hpi|hopi|history and physical|hpi and interval history|"
		"interval history|interim history|interval events|interval hpi|history of injury|"
		"history of complaint|subjective|subjective data|subjective complaints|"
		"subjective assessment|clinical summary|brief clinical history|history of illness|"
		"history of current complaint|history of chief complaint|presenting history|"
		"history of presentation|events leading to admission|overnight events|24 hour events|"
		"events overnight|history of present illness by problem|patient perspective|"
		"history and present illness|current illness|pain history|headache history|"
		"brief history|brief hpi|summary of present illness|current history|"
		"history of presenting symptoms|narrative history|history of event|"
		"patient history|history of patient|signs and symptoms|symptoms"},
	{TOK_SEC_HPI, HEADING_WEAK,
		"history|hx|narrative|background|present history|identification and hpi"},
	{TOK_SEC_PMH, HEADING_STRONG,
		"past medical history|past medical hx|past med history|past med hx|pmh|pmhx|pmhistory|"
		"past medical and surgical history|past medical surgical history|"
		"past history|past medical problems|past medical condition|past medical conditions|past medical illnesses|"
		"medical history|medical hx|med hx|prior medical history|previous medical history|"
		"past illnesses|past illness|past diseases|chronic conditions|chronic illnesses|"
		"chronic medical conditions|chronic medical problems|chronic problems|comorbidities|"
		"comorbid conditions|co morbidities|coexisting conditions|medical conditions|"
		"medical problems|medical illnesses|history of medical problems|pertinent past medical history|"
		"past psychiatric history|psychiatric history|past psych history|past cardiac history|"
		"cardiac history|cardiac risk factors|coronary risk factors|risk factors|"
		"cardiovascular risk factors|past oncologic history|oncologic history|oncology history|"
		"past oncology history|cancer history|past ocular history|ocular history|"
		"past neurologic history|neurologic history|neurological history|past pulmonary history|"
		"past renal history|transplant history|transfusion history|past hospitalizations|"
		"prior hospitalizations|previous hospitalizations|previous illnesses|"
		"adult illnesses|childhood illnesses|significant childhood illnesses|"
		"adult illnesses and hospitalizations|psychiatric illnesses|"
		"psychiatric illnesses and hospitalizations|serious illnesses|significant past medical history|"
		"past psychological history|psychological history|past diagnostic history|"
		"current and past medical history|health history|past health history|"
		"history of medical illness|history of past illness|past history of illness|"
		"other medical history|other past medical history|other medical problems|"
		"medical and surgical history|surgical and medical history|medical surgical history|"
		"sinusitis history|diabetes history|injuries and accidents|prior injuries|trauma history|"
		"past trauma history|infectious disease history|past dental history|past urologic history"},
	{TOK_SEC_PMH, HEADING_WEAK,
		"hospitalizations|past medical|prior history|medical|injuries|pmhc"},
	{TOK_SEC_PSH, HEADING_STRONG,
		"past surgical history|past surgical hx|past surg history|psh|pshx|surgical history|"
		"surgical hx|prior surgeries|previous surgeries|past surgeries|prior surgical history|"
		"previous surgical history|past operations|previous operations|prior operations|"
		"history of surgery|history of surgeries|surgical procedures history|"
		"prior surgeries and interventions|past operative history|operative history|"
		"past procedures|past surgical procedures|past surgical and procedural history|"
		"past interventional history|prior procedures|surgeries and procedures|"
		"past surgical interventions|surgeries and hospitalizations"},
	{TOK_SEC_PSH, HEADING_WEAK, "surgeries|past surgical|shx surgical"},
	{TOK_SEC_FAMILY, HEADING_STRONG,
		"family history|family hx|family social history|fam history|fam hx|fhx|famhx|family medical history|family med history|"
		"family health history|history of family|family history of illness|"
		"family psychiatric history|family psych history|family cancer history|"
		"genetic psychiatric history|genetic history|hereditary history|family pedigree|"
		"family cardiac history|familial history|family medical hx|family oncologic history|"
		"pertinent family history|family history and genetics|maternal history|paternal history"},
	{TOK_SEC_FAMILY, HEADING_WEAK, "family|fh|f h"},
	{TOK_SEC_SOCIAL, HEADING_STRONG,
		"social history|social hx|soc history|soc hx|shx|sochx|psychosocial history|"
		"social and developmental history|personal history|personal and social history|"
		"social habits|social background|substance use history|substance abuse history|"
		"substance and alcohol history|alcohol and drug history|drug and alcohol history|"
		"tobacco history|smoking history|smoking status|alcohol history|tobacco use|alcohol use|"
		"occupational history|occupational and environmental history|travel history|"
		"sexual history|living situation|living arrangements|home environment|psychosocial|"
		"legal history|educational history|marital history|employment history|military history|"
		"functional history|lifestyle|past social history|substance abuse|substance use|"
		"tobacco alcohol and drug use|family and support systems|socioeconomic status|"
		"social determinants of health|exposure history|environmental history|work history|"
		"social situation|social work assessment|social work|recreational drug use"},
	{TOK_SEC_SOCIAL, HEADING_WEAK,
		"social|habits|sh|s h|occupation|current occupation|marital status"},
	{TOK_SEC_ALLERGIES, HEADING_STRONG,
		"allergies|allergy|drug allergies|drug allergy|medication allergies|medicine allergies|"
		"allergies to medications|allergies to medicines|allergies to drugs|allergy history|"
		"allergies and adverse reactions|allergies and drug reactions|adverse drug reactions|"
		"allergies and intolerances|allergies and sensitivities|drug sensitivities|"
		"adverse reactions|drug reactions|known allergies|food allergies|"
		"drug and food allergies|allergy list|intolerances|allergies to medicine|medical allergies|"
		"medication intolerances|allergies adverse reactions|medication allergy"},
	{TOK_SEC_ALLERGIES, HEADING_WEAK, "all|allergen|allergens"},
	{TOK_SEC_MEDICATIONS, HEADING_STRONG,
		"medications|medication|current medications|current medication|home medications|"
		"home meds|current meds|meds|medications at home|current home medications|"
		"outpatient medications|inpatient medications|admission medications|"
		"medications on admission|admitting medications|medications prior to admission|"
		"meds on admission|preadmission medications|pre admission medications|"
		"medications on transfer|transfer medications|discharge medications|"
		"medications on discharge|medications at discharge|discharge meds|medication list|"
		"current medication list|medication history|present medications|current medicines|"
		"current drugs|prescription medications|prescriptions|medications prescribed|"
		"new medications|medications and supplements|list of medications|preoperative medications|"
		"premedication|premedications|medications given|medications administered|"
		"active medications|scheduled medications|prn medications|standing medications|"
		"over counter medications|otc medications|previous medications|prior medications|"
		"past medications|past medication history|medications at time of study|"
		"medication at time of study|medication reconciliation|infusions|drips|drug history|"
		"medications held|stopped medications|changed medications|current outpatient prescriptions|"
		"current facility administered medications|current outpatient medications|"
		"current inpatient medications|supplements|herbal supplements|pertinent medication|"
		"psychotropic medications|past psychiatric medications|medications changes|medication changes|"
		"procedure medications|previous medications utilized|current antibiotics|"
		"neurologic drug history|medicines|medications and allergies|other medications|"
		"icu medications|hospital medications|last dose of antibiotics|antibiotics"},
	{TOK_SEC_MEDICATIONS, HEADING_WEAK, "rx|drugs|medicine"},
	{TOK_SEC_ROS, HEADING_STRONG,
		"review of systems|review of system|ros|system review|systems review|review of symptoms|"
		"systemic review|general review of systems|female review of systems|"
		"review of systems per hpi|pertinent review of systems|12 point review of systems|"
		"10 point review of systems|14 point review of systems|complete review of systems|"
		"functional inquiry|systems inquiry|ros per hpi|ros general"},
	{TOK_SEC_VITALS, HEADING_STRONG,
		"vital signs|vitals|vital|vs|admission vitals|vitals signs|triage vitals|discharge vitals|"
		"vital sign|vital statistics|vital signs on admission|vitals on transfer|vitals in ed|"
		"physical measurements|measurements|anthropometrics|growth parameters|biometric data|"
		"vital signs and measurements|vs in ed|transfer vitals|initial vitals|initial vital signs"},
	{TOK_SEC_VITALS, HEADING_WEAK, "vit|growth chart entry"},
	{TOK_SEC_EXAM, HEADING_STRONG,
		"physical examination|physical exam|physical|physical findings|examination|"
		"phys exam|px exam|exam on admission|exam at discharge|clinical examination|clinical exam|"
		"general examination|general exam|gen exam|general physical examination|"
		"physical assessment|objective|objective findings|objective data|objective exam|"
		"pertinent physical findings|focused physical exam|mental status examination|"
		"mental status exam|mse|mini mental status exam|mini mental status examination|"
		"neurological examination|neurologic examination|neurological exam|neurologic exam|"
		"neuro exam|cardiovascular exam|cardiac exam|musculoskeletal exam|"
		"musculoskeletal examination|pelvic examination|pelvic exam|rectal examination|"
		"rectal exam|eye exam|eye examination|ophthalmologic examination|ocular examination|"
		"slit lamp exam|slit lamp examination|funduscopic examination|"
		"child physical examination|newborn exam|newborn physical exam|wound exam|"
		"clinical and physical examination|external examination|internal examination|"
		"orthopedic examination|functional examination|oral mechanism examination|"
		"postoperative exam|spine exam|knee exam|hip exam|shoulder exam|breast exam|"
		"breast examination|vascular exam|vascular examination|cranial nerve exam|motor exam|"
		"sensory exam|cerebellar exam|exam findings|examination findings|physical examination findings|"
		"on examination|on exam|on physical examination|general physical exam|behavioral observations|"
		"clinical findings on exam|admission exam|admission physical exam|discharge exam|"
		"discharge physical exam|status at discharge exam|pertinent exam|admission pe|discharge pe|"
		"digital rectal examination|range of motion"},
	{TOK_SEC_EXAM, HEADING_WEAK, "exam|pe|px|phys|o and e|observations"},
	{TOK_SEC_EXAM, HEADING_EXAM,
		"heent|lungs|lung|abdomen|abd|extremities|extremity|ext|neck|heart|chest|"
		"general appearance|head|eyes|thorax|back|breasts|genitalia|cor|pulm|"
		"heart and lungs|head and neck|heent and neck|cv|cardiovascular|gen|general|"
		"head and face|ears nose and throat|oropharynx|lymph nodes|lymphatics|abdominal|"
		"head and eyes|constitutional exam|chest and lungs|pupils|oral cavity|"
		"neck exam|abdominal exam|abdominal examination|chest exam|lung exam|heart exam|"
		"cervical spine exam|lungs and chest|upper extremities|lower extremities|"
		"head eyes ears nose and throat|integument|tympanic membranes|sclera|conjunctiva"},
	{TOK_SEC_EXAM, HEADING_SYSTEM,
		"skin|neurologic|neurological|neuro|cardiac|respiratory|gastrointestinal|gi|gu|genitourinary|"
		"musculoskeletal|psychiatric|psych|psychiatry|psychologic|psychological|endocrine|"
		"hematologic|hematologic and lymphatic|heme|hematology|lymphatic|lymph|allergic|"
		"allergic and immunologic|immunologic|constitutional|ent|ears|nose|mouth|throat|"
		"pulmonary|vascular|rectal|pelvic|renal|id|infectious disease|fen|fen and gi|"
		"fluids and nutrition|dermatologic|derm|dermatology|integumentary|motor|sensory|"
		"reflexes|gait|coordination|coord|station|cranial nerves|cn|ms|mental status|tone|"
		"strength|sensation|deep tendon reflexes|dtr|dtrs|cerebellar|pulses|spine|joints|"
		"ophthalmologic|gynecologic|gyn|breast|urinary|bones|muscles|nails|hair|mood|affect|"
		"speech|thought process|thought content|insight|judgment|memory|orientation|"
		"appearance|attitude|cognition|perception|attention|prophylaxis|ppx|dvt prophylaxis|"
		"access|lines|code|oncology|onc|cardiology|neurology|nephrology|"
		"liver|spleen|pancreas|kidneys|adrenals|gallbladder|bowel|bladder|prostate|uterus|"
		"ovaries|aorta|left ventricle|right ventricle|left atrium|right atrium|mitral valve|"
		"aortic valve|tricuspid valve|pulmonic valve|pulmonary valve|pericardium|"
		"esophagus|stomach|duodenum|colon|left main|lad|lcx|rca|circumflex|"
		"right coronary artery|left main coronary artery"},
	{TOK_SEC_VITALS, HEADING_SYSTEM,
		"bp|blood pressure|hr|heart rate|pulse|rr|respirations|respiratory rate|temp|temperature|"
		"t|p|r|spo2|o2 sat|oxygen saturation|weight|wt|height|ht|bmi|i and o|pain"},
	{TOK_SEC_OTHER, HEADING_SYSTEM,
		"onset|duration|severity|quality|timing|context|location|modifying factors|"
		"associated symptoms|associated signs and symptoms|tobacco|alcohol|etoh|smoking|drugs use|"
		"illicits|illicit drugs|drug use|exercise|caffeine|mother|father|brother|sister|"
		"siblings|children|maternal|paternal|son|daughter|wbc|hgb|hct|plt|platelets|na|k|cl|co2|"
		"bun|cr|creatinine|glucose|inr|troponin|calcium|sodium|potassium|chloride|bicarbonate|"
		"color|clarity|fever|chills|cough|nausea|vomiting|diarrhea|headache|dyspnea"},
	{TOK_SEC_LABS, HEADING_STRONG,
		"laboratory data|laboratory studies|laboratory|laboratories|laboratory results|"
		"laboratory findings|laboratory values|laboratory tests|laboratory examination|lab data|"
		"lab results|lab tests|lab values|lab studies|lab findings|labs|pertinent labs|"
		"pertinent laboratories|pertinent results|pertinent lab data|admission labs|"
		"labs on admission|discharge labs|labs at discharge|diagnostic data|"
		"diagnostic studies|diagnostics|diagnostic tests|diagnostic testing|diagnostic results|"
		"diagnostic and laboratory data|diagnostic data and lab data|diagnostic findings|"
		"diagnostic evaluation|diagnostic workup|test results|tests|studies|data|results|"
		"pertinent data|results review|laboratory and diagnostic data|laboratory and imaging data|"
		"laboratory and radiology data|labs and imaging|labs and studies|labs and ancillary studies|"
		"ancillary studies|ancillary data|data review|data reviewed|microbiology|micro data|"
		"culture data|cultures|blood work|bloodwork|investigations|investigation|"
		"electrocardiogram|ekg|ecg|ekg findings|electrocardiographic findings|pathology results|"
		"urinalysis|hemodynamic data|hemodynamics|hemodynamic findings|pulmonary function tests|"
		"spirometry|nerve conduction studies|needle emg|emg|eeg|arterial blood gas|abg|"
		"medical diagnostics|special tests|objective studies|tests performed|"
		"labs and diagnostics|review of data|laboratory evaluation|serologies|"
		"microscopic examination|microscopic description|gross description|pathology|"
		"serial labs|labs today|recent labs|hospital labs|results for orders placed"},
	{TOK_SEC_LABS, HEADING_WEAK,
		"lab|ancillary|laboratory work|test|testing|micro|imaging and labs|cbc|bmp|cmp|lfts|ua"},
	{TOK_SEC_IMAGING, HEADING_STRONG,
		"imaging|imaging studies|imaging results|imaging data|imaging findings|radiology|"
		"radiology data|radiology results|radiologic studies|radiological studies|"
		"radiographic studies|radiographic examination|radiographic findings|radiographs|"
		"radiology and studies|x rays|x ray|x ray findings|x ray results|review of x rays|"
		"x ray interpretation|x ray and lab findings|diagnostic imaging|pertinent imaging|"
		"radiologic data|imaging and studies|imaging and diagnostics|past x rays|"
		"radiology studies|radiology findings|echocardiography|echocardiogram results|"
		"radiographic data|radiographic evaluation|imaging review|review of imaging|"
		"radiology reports|cardiac imaging|myocardial perfusion imaging"},
	{TOK_SEC_IMAGING, HEADING_STUDY,
		"cxr|chest x ray|chest xray|axr|kub|echo|echocardiogram|tte|tee|ultrasound|us|ct|mri|mra|"
		"cta|pet|pet ct|xray|ct scan|mri scan|ruq us|abdominal ultrasound|renal ultrasound|"
		"head ct|chest ct|ct head|ct chest|ct abdomen|ct pelvis|ct abdomen and pelvis|mri brain|"
		"brain mri|doppler|dopplers|carotid ultrasound|mammogram|cardiac cath|cardiac catheterization|"
		"cath|stress test|bone scan|portable chest|coronary cta"},
	{TOK_SEC_IMAGING, HEADING_WEAK, "study|type of study|type of exam|exam type"},
	{TOK_SEC_PROCEDURE, HEADING_STRONG,
		"procedure|procedures|procedure performed|procedures performed|procedure in detail|"
		"procedure details|procedure detail|procedure note|procedure description|"
		"procedure report|procedure and findings|description of procedure|"
		"description of operation|description of technique|details of procedure|"
		"details of operation|detail of operation|detailed operative note|operation|operations|"
		"operation performed|operations performed|operation in detail|operation and procedure|"
		"operations and procedures|operative procedure|operative procedures|"
		"operative procedure in detail|operative note|operative report|operative course|"
		"operative technique|operative details|operative report in detail|operative note in detail|"
		"name of operation|name of procedure|name of procedures|title of operation|"
		"title of procedure|title of procedures|type of operation|type of procedure|"
		"surgical procedure|surgical procedures|surgical technique|technical procedure|"
		"procedures planned and performed|procedures undertaken|procedure done|"
		"major surgical or invasive procedure|major surgical and invasive procedure|invasive procedures|"
		"procedures during hospitalization|procedures during this hospitalization|"
		"principal procedure|summary of procedure|technique|technique in detail|"
		"technique of procedure|technique and findings|narrative of procedure|"
		"examination procedure|reported procedure|current intervention|"
		"interventional procedure|treatment rendered|delivery note|postoperative course|"
		"hospital procedures|inpatient procedures|bedside procedures|bedside procedure|"
		"anesthesia note|intraoperative course|protocol|procedure codes|procedure as follows|"
		"procedures and operations|operations and invasive procedures|surgery performed|"
		"surgeries performed|procedural details|details of or"},
	{TOK_SEC_PROCEDURE, HEADING_WEAK,
		"surgery|intervention|description|interventions|approach"},
	{TOK_SEC_PROCEDURE, HEADING_DETAIL,
		"anesthesia|anesthetic|type of anesthesia|anesthesiologist|anesthesiology|anesthesia type|"
		"sedation|iv sedation|analgesia|estimated blood loss|ebl|blood loss|blood products received|"
		"drains|drain|tubes|tubes and drains|drains and tubes|drains and specimens|packs|"
		"specimens|specimen|specimens removed|specimen removed|specimens sent|"
		"specimen to pathology|specimens to pathology|biopsies|fluids|iv fluids|iv fluid|"
		"fluids received|fluids given|fluids administered|intravenous fluids|"
		"intravenous fluid|total fluid|urine output|counts|count|sponge count|"
		"sponge and needle count|sponge and needle counts|needle and sponge count|"
		"tourniquet time|total tourniquet time|tourniquet|implants|implant|hardware|"
		"components used|components|materials used|instruments|instrument|equipment|"
		"prosthesis|surgeon|surgeons|assistant|assistants|first assistant|second assistant|"
		"attending surgeon|primary surgeon|co surgeon|cosurgeon|hemostasis|"
		"fluoroscopy time|cross clamp time|cardiopulmonary bypass time|closure|"
		"incision|position|patient position|positioning|preparation|prep|"
		"injectables|medications used|cultures taken|transfusions|wound classification|"
		"wound class|contrast|contrast used|radiopharmaceutical|catheters used|"
		"devices used|device implanted|leads implanted|access method|cell saver returned"},
	{TOK_SEC_INDICATION, HEADING_STRONG,
		"indication|indications|indication for procedure|indications for procedure|"
		"indication for surgery|indications for surgery|indication for operation|"
		"indications for operation|indication for study|indications for study|"
		"indication for exam|indication for test|indications and findings|clinical indication|"
		"clinical indications|surgical indications|surgical indication|operative indications|"
		"referral indication|referral indications|reason for exam|reason for examination|"
		"reason for study|reason for test|reason for procedure|reason for operation|"
		"reason for surgery|reason for this examination|reason for scan|reason for imaging|"
		"clinical history|clinical information|"
		"history and clinical data|clinical data|clinical statement|study indication|"
		"procedure indication|procedure indications|exam indication|brief history and indications|"
		"medical condition|underlying medical condition|pertinent clinical history|"
		"history and indications|history and indication|statement of medical necessity|justification"},
	{TOK_SEC_INDICATION, HEADING_WEAK, "clinical|clinical background"},
	{TOK_SEC_FINDINGS, HEADING_STRONG,
		"findings|finding|operative findings|intraoperative findings|surgical findings|"
		"gross findings|gross intraoperative findings|major findings|abnormal findings|"
		"pertinent findings|endoscopic findings|angiographic findings|angiographic data|"
		"findings at operation|findings at surgery|findings at time of surgery|"
		"findings at time of operation|findings of operation|description of findings|"
		"summary of findings|history and gross findings|radiologic findings|mri findings|"
		"ct findings|ultrasound findings|echocardiographic findings|"
		"postoperative findings|procedure findings|findings and procedure|"
		"ancillary findings|additional findings|incidental findings|electrophysiological findings|"
		"report|radiology report|official report|nuclear interpretation|"
		"findings and interventions|ventricular function|autopsy findings|2 d m mode|"
		"specimen description|final report"},
	{TOK_SEC_IMPRESSION, HEADING_STRONG,
		"impression|impressions|conclusion|conclusions|interpretation|interpretations|"
		"final impression|radiographic impression|radiology impression|"
		"endoscopic impression|ultrasound impression|ct impression|mri impression|"
		"echocardiographic impression|overall impression|imaging impression|opinion|"
		"final interpretation|summary of results|results of procedure|conclusion and recommendations|"
		"interpretation summary|summary and conclusions|wet read|preliminary report|"
		"preliminary impression|provisional findings impression|"
		"ecg impression|ekg impression|study conclusion|study conclusions"},
	{TOK_SEC_ASSESSMENT, HEADING_STRONG,
		"assessment|assessments|assessment and plan|assessment plan|a and p|ap|"
		"assessment and recommendations|assessment and recommendation|assessment and treatment plan|"
		"impression and plan|impression and recommendations|impression and recommendation|"
		"mpression and plan|clinical impression|clinical impressions|initial impression|"
		"medical decision making|mdm|clinical assessment|problem based assessment and plan|"
		"assessment and plan by problem|discussion|formulation|case formulation|"
		"diagnostic impression|diagnostic impressions|summary and recommendations|"
		"summary and plan|assessment and discussion|"
		"differential diagnosis|differential diagnoses|ddx|assessment and diagnosis|"
		"assessment and impression|impression and assessment|overall assessment|"
		"nursing assessment|evaluation and plan|problem assessment|"
		"thoughts and plan|clinical reasoning|reasoning|assessment results|"
		"developmental assessment|psychiatric assessment|consultant impression|imp and plan"},
	{TOK_SEC_ASSESSMENT, HEADING_WEAK,
		"summary|evaluation|comment|comments|in summary|imp|response"},
	{TOK_SEC_PLAN, HEADING_STRONG,
		"plan|plans|treatment plan|plan of care|plan of treatment|care plan|plan and recommendations|"
		"recommendation|recommendations|recommendations and plan|management plan|"
		"plan and discussion|therapeutic plan|plan and suggestion|plan and prognosis|"
		"treatment recommendations|recommended plan|future plans|postoperative plan|"
		"evaluation and treatment plan|plan and treatment|plan treatment|orders|"
		"goals|short term goals|long term goals|discharge plan|disposition and plan|"
		"diagnostic plan|plan and goals|treatment and plan|suggestions|rec|recs|next steps|"
		"medical reasoning and plan|proposed treatment|goals of care|transition plan|plan for today|"
		"patient education and counseling|counseling"},
	{TOK_SEC_PLAN, HEADING_WEAK, "treatment|treatments|management|advice|therapy|action|to do"},
	{TOK_SEC_HOSPITAL_COURSE, HEADING_STRONG,
		"hospital course|brief hospital course|hospital course by problem|"
		"hospital course by system|hospital course by systems|course in hospital|"
		"summary of hospital course|brief summary of hospital course|"
		"history and hospital course|hospital course and treatment|hospital summary|"
		"brief hospital course summary|concise summary of hospital course|"
		"emergency department course|emergency room course|ed course|er course|course in ed|"
		"course in emergency department|icu course|micu course|sicu course|nicu course|"
		"floor course|clinical course|course and treatment|inpatient course|"
		"course of hospitalization|brief history of hospital course|hospitalization course|"
		"hospitalization summary|course of treatment|treatment course|"
		"brief hospital summary|course since admission|progress in hospital|"
		"hospital course by issue|hospital course by issues|brief summary of hospitalization"},
	{TOK_SEC_HOSPITAL_COURSE, HEADING_WEAK, "course"},
	{TOK_SEC_DIAGNOSES, HEADING_STRONG,
		"diagnosis|diagnoses|diagnosis list|final diagnosis|final diagnoses|discharge diagnosis|"
		"discharge diagnoses|diagnoses on discharge|admission diagnosis|admission diagnoses|"
		"admitting diagnosis|admitting diagnoses|principal diagnosis|principal diagnoses|"
		"primary diagnosis|primary diagnoses|secondary diagnosis|secondary diagnoses|"
		"preoperative diagnosis|preoperative diagnoses|postoperative diagnosis|"
		"postoperative diagnoses|preop diagnosis|postop diagnosis|preop diagnoses|"
		"postop diagnoses|pre op diagnosis|post op diagnosis|pre operative diagnosis|"
		"post operative diagnosis|post operative diagnoses|pre operative diagnoses|"
		"preoperative dx|postoperative dx|preop dx|postop dx|pre op dx|post op dx|"
		"preprocedure diagnosis|postprocedure diagnosis|postprocedure diagnoses|"
		"preprocedure diagnoses|pre procedure diagnosis|post procedure diagnosis|"
		"preoperative and postoperative diagnoses|preoperative and postoperative diagnosis|"
		"pathologic diagnosis|pathological diagnosis|clinical diagnosis|clinical diagnoses|"
		"working diagnosis|provisional diagnosis|current diagnoses|active diagnoses|"
		"initial diagnoses|initial diagnosis|preliminary diagnoses|preliminary diagnosis|"
		"other diagnoses|associated diagnoses|additional diagnoses|problem list|problems list|"
		"active problem list|active problems|current problems|problems|medical problem list|"
		"active issues|active medical problems|problems and diagnoses|problems diagnoses|"
		"impression diagnosis|impression and diagnosis|"
		"conclusions and final diagnoses|psychiatric diagnoses|encounter diagnosis|"
		"encounter diagnoses|visit diagnosis|visit diagnoses|cause of death|axis i|axis ii|"
		"axis iii|axis iv|axis v|dsm diagnosis|allowed conditions|anatomic diagnosis|"
		"postmortem diagnoses|chronic issues|acute issues|transitional diagnoses|nursing diagnosis|"
		"nursing diagnoses|diagnosis on admission|diagnosis at discharge|icd codes|icd9 codes"},
	{TOK_SEC_DIAGNOSES, HEADING_WEAK, "dx|problem|issues|ddx and dx"},
	{TOK_SEC_DISCHARGE, HEADING_STRONG,
		"discharge instructions|discharge instruction|instructions|patient instructions|"
		"discharge disposition|disposition|discharge condition|condition on discharge|"
		"condition at discharge|condition upon discharge|condition of patient on discharge|"
		"discharge status|discharge diet|discharge activity|diet on discharge|"
		"activity on discharge|post procedure instructions|postoperative instructions|"
		"postop instructions|post op instructions|discharge orders|home instructions|"
		"home care instructions|wound care instructions|discharge planning|discharge summary instructions|"
		"discharge and follow up|patient education|discharge weight|anticipatory guidance|"
		"discharge instructions and medications|activity restrictions|"
		"diet and activity|aftercare|after visit summary|discharge facility|"
		"facility|mental status at discharge|final disposition|discharge note|discharge plan and instructions|"
		"patient condition|return precautions|ed disposition"},
	{TOK_SEC_DISCHARGE, HEADING_WEAK,
		"diet|activity|condition|discharge|dispo|restrictions|work status"},
	{TOK_SEC_FOLLOW_UP, HEADING_STRONG,
		"follow up|followup|follow up plan|follow up instructions|followup instructions|"
		"follow up appointments|followup appointments|follow up appointment|"
		"discharge follow up|discharge followup|follow up care|instructions for follow up|"
		"instructions for followup|recommended follow up|appointments|return visit|"
		"return to clinic|follow up visit|recommended follow up instructions|"
		"pending follow up|outpatient follow up|transitional issues|transitional care issues|"
		"pending results|pending labs|issues for follow up|follow up recommendations|"
		"scheduled appointments|future appointments"},
	{TOK_SEC_FOLLOW_UP, HEADING_WEAK, "fu|f and u|f u|rtc"},
	{TOK_SEC_COMPLICATIONS, HEADING_STRONG,
		"complications|complication|intraoperative complications|postoperative complications|"
		"immediate complications|procedure complications|operative complications|"
		"surgical complications|complications of procedure|recurrent complications|"
		"perioperative complications|complications during procedure|known complications"},
	{TOK_SEC_RISKS, HEADING_STRONG,
		"risks and benefits|risks benefits and alternatives|risks|consent|informed consent|"
		"risks and consent|risks and complications|consent and risks|risk and benefits|"
		"consent and preparation|risks benefits alternatives|consent for surgery|discussion of risks|"
		"risk discussion|risks discussed|risks of procedure|risks of surgery|procedure consent"},
	{TOK_SEC_BIRTH, HEADING_STRONG,
		"birth history|birth hx|neonatal history|perinatal history|newborn history|"
		"pregnancy and birth history|birth and developmental history|developmental history|"
		"prenatal and birth history|delivery history|development history|labor and delivery|"
		"developmental milestones|growth and development|birth and perinatal history|bhx|"
		"nutritional history|feeding history|immunization history|prenatal labs|"
		"nicu history|birth weight history|prenatal history and delivery"},
	{TOK_SEC_BIRTH, HEADING_WEAK, "birth|development|delivery|developmental"},
	{TOK_SEC_OBSTETRIC, HEADING_STRONG,
		"obstetric history|obstetrical history|ob history|ob hx|obhx|obstetric hx|"
		"past obstetrical history|past obstetric history|past ob history|"
		"gynecologic history|gynecological history|past gynecological history|"
		"past gynecologic history|gyn history|gyn hx|ob gyn history|ob and gyn history|ob gyn hx|"
		"obstetric and gynecologic history|obstetrical and gynecological history|"
		"menstrual history|prenatal history|pregnancy history|antenatal history|antepartum course|"
		"prenatal course|antepartum history|contraceptive history|past ob and gyn history|"
		"antenatal course|intrapartum course|prenatal care|poh|pgh|poghx|pobhx|pgynhx"},
	{TOK_SEC_OBSTETRIC, HEADING_WEAK, "ob|obstetric|menses|pregnancy|pregnancies|lmp"},
	{TOK_SEC_OTHER, HEADING_STRONG,
		"immunizations|immunization|vaccinations|immunizations given|immunization status|"
		"health maintenance|preventive care|health screening|current health status|"
		"code status|advance directives|demographic information|demographics|"
		"identifying data|identifying information|identification|patient identification|"
		"source of information|sources of information|sources|history source|informant|reliability|"
		"comparison|comparisons|comparison study|comparison studies|comparison exam|"
		"comparison examination|consults|consultations|consultants|consultation|"
		"time spent|attestation|attending attestation|addendum|prognosis|nutrition|"
		"review of outside records|records reviewed|chart review|chart note|progress note|"
		"history and physical examination note|clinical note|billing|coding|cpt code|cpt codes|device data|device settings|"
		"nursing notes|nursing|nursing note|respiratory care|response to treatment|quality measures|"
		"performance status|functional status|ecog|mental capacity|pain assessment|fall risk|"
		"nutritional status|emergency contact|past family and social history|wound care|"
		"limitations|strengths|electronically signed by|signed electronically by|dictated by|"
		"equipment needs|patient profile|employer|surgical pathology report|"
		"sleep history|diet history|dietary history|activities of daily living"},
	{TOK_SEC_OTHER, HEADING_WEAK,
		"note|prognosis and goals|equipment and supplies|disability|education"},
	{TOK_SEC_OTHER, HEADING_ADMIN,
		"name|patient name|patient|dob|date of birth|birthdate|birth date|sex|gender|age|race|mrn|"
		"medical record number|unit no|unit number|account number|admission date|"
		"date of admission|admitted|date of discharge|discharge date|discharged|date|time|"
		"date of service|service date|service date and time|service|provider|attending|"
		"attending physician|primary care physician|pcp|physician|referring physician|"
		"resident|dictated|transcribed|signed|re|dear doctor|dear dr|dear|to|from|cc list|fax|"
		"phone|telephone|address|city|clinic number|location of service|room|status|"
		"date of procedure|date of operation|date of surgery|date of exam|date of visit|"
		"encounter time|encounter date|setting|specialty|template|title|author|type|type and desc|"
		"question|answer|q|wifes name|insurance|ssn|visit date|exam date|study date|"
		"report date|accession number|ordering physician|dictated date|transcribed date|"
		"model|serial|manufacturer|lot number|pager|revision"},
};

const unsigned tok_heading_group_count = sizeof(tok_heading_groups) / sizeof(tok_heading_groups[0]);
