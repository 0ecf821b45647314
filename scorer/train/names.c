#include "scorer/train/names.h"

#include "scorer/train/files.h"

#include <stdio.h>

enum { NAMES_MAX = 16384, FIELDS = 7 };

/* What exams and images find, and what patients come with: facts of usage, ours. */
const char *const names_findings[] = {"masses", "mass", "lymphadenopathy", "murmurs", "murmur",
	"rubs", "gallops", "edema", "cyanosis", "clubbing", "rales", "wheezing", "wheezes",
	"rhonchi", "tenderness", "guarding", "rebound", "organomegaly", "hepatosplenomegaly",
	"bruits", "erythema", "effusion", "swelling", "drainage", "bleeding", "infection", "fever",
	"chills", "nausea", "vomiting", "diarrhea", "constipation", "chest pain",
	"shortness of breath", "abdominal pain", "headache", "headaches", "dizziness", "weakness",
	"numbness", "tingling", "fatigue", "weight loss", "weight gain", "night sweats",
	"palpitations", "syncope", "cough", "hemoptysis", "hematuria", "dysuria", "incontinence",
	"rash", "itching", "hives", "sore throat", "nosebleeds", "back pain", "neck pain",
	"joint pain", "stiffness", "trauma", "fracture", "dislocation", "laceration", "hematoma",
	"deformity", "scar tissue", "nerve damage", "nerve injury", "blood loss", "loss of vision",
	"blurred vision", "double vision", "hearing loss", "tinnitus", "vertigo", "hoarseness",
	"dysphagia", "heartburn", "reflux", "jaundice", "ascites", "polyps", "polyp", "ulcer",
	"ulceration", "stricture", "stenosis", "obstruction", "perforation", "adhesions", "abscess",
	"cellulitis", "necrosis", "gangrene", "cancer", "carcinoma", "malignancy", "metastasis",
	"metastatic disease", "tumor", "nodule", "nodules", "lesion", "lesions", "cyst",
	"calcification", "infiltrate", "consolidation", "atelectasis", "pleural effusion",
	"cardiomegaly", "hydronephrosis", "stones", "gallstones", "hernia", "prolapse", "discharge",
	"lethargy", "confusion", "memory loss", "seizure", "seizures", "tremor", "anxiety",
	"depression", "insomnia", "hallucinations", "suicidal ideation", "loss of consciousness",
	"stroke", "heart attack", "blood clots", "DVT", "PE", "pneumonia", "sepsis", "death",
	"paralysis", "loss of limb", "anesthesia problems", "recurrence", "nonunion",
	"hardware failure", "pain", "chronic pain", "heart problems", "heart disease",
	"lung disease", "kidney disease", "liver disease", "bleeding disorder", "thyroid disease",
	"high blood pressure", "diabetes", "high cholesterol", "allergic reaction",
	"respiratory distress", "failure to thrive", "exposure to tuberculosis", "facial droop",
	"hip pain", "knee pain", "leg swelling", "decreased appetite", "difficulty breathing",
	"trouble sleeping", "ear infection", "sinus congestion"};
const unsigned names_finding_count = sizeof(names_findings) / sizeof(names_findings[0]);

static void add(struct names *out, struct slice name)
{
	if (name.n >= 2 && out->n < NAMES_MAX)
		out->list[out->n++] = name;
}

static void add_each(struct names *out, struct slice field)
{
	struct slice name;
	while (file_piece(&field, '|', &name))
		add(out, name);
}

static int table(
	const char *folder, const char *file, struct arena *a, struct slice *out, struct err *e)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return file_read(path, a, out, e);
}

int names_load(const char *folder, struct arena *a, struct names *out, struct err *e)
{
	struct slice rest = {NULL, 0}, line, f[FIELDS];
	*out = (struct names){.list = arena_array(a, struct slice, NAMES_MAX)};
	int rc = out->list ? table(folder, "concepts.tsv", a, &rest, e) : LODE_NOMEM;
	while (rc == 0 && file_line(&rest, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		unsigned n = file_fields(line, f, FIELDS);
		add(out, f[0]);
		for (unsigned i = 1; i < n && i < 3; i++) /* same, lay */
			add_each(out, f[i]);
	}
	out->abbreviations = out->n;
	if (rc == 0)
		rc = table(folder, "abbreviations.tsv", a, &rest, e);
	while (rc == 0 && file_line(&rest, &line))
		if (line.n && line.p[0] != '#' && file_fields(line, f, FIELDS))
			add(out, f[0]);
	if (rc == 0 && out->abbreviations == 0)
		rc = err_set(e, LODE_CORRUPT, "%s/concepts.tsv holds no name", folder);
	return rc;
}

struct slice names_pick(const struct names *n, struct random *r)
{
	unsigned kind = random_below(r, 100);
	if (kind < 45 || n->n == 0)
		return slice_str(names_findings[random_below(r, names_finding_count)]);
	if (kind < 55 && n->abbreviations < n->n)
		return n->list[n->abbreviations + random_below(r, n->n - n->abbreviations)];
	return n->list[random_below(r, n->abbreviations)];
}
