/* Where family history, and any history, ends.  The tokenizer gives a short unknown heading ("Staging:") the class of
 * the section above; whoever reads on knows that exams and tests are the patient's. */
#include "scorer/cue_scan.h"

enum { LABEL_BYTES = 40, SENTENCES_BACK = 64 };

static const char *const own_labels[] = {"staging", "stage", "mental status", "mental status exam",
	"mental status examination", "mse", "exam", "examination", "on exam", "on examination",
	"physical exam", "physical examination", "neurological exam", "neurologic exam",
	"neurological examination", "neuro exam", "neuro", "general appearance", "vitals",
	"vital signs", "labs", "laboratory", "imaging", "ct", "mri", "x-ray", "xray", "chest x-ray",
	"cxr", "ultrasound", "ecg", "ekg", "eeg", "echo", "echocardiogram", "bone scan", "pet",
	"pet ct", "pathology", "biopsy", "histology", "cytology", "genetics", "genetic testing",
	"spirometry", "formulation", "impression", "assessment"};

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The label or the line of its own, in small letters; 0: the text does not begin with one. */
static size_t label_of(const struct tok_doc *d, const struct tok_sentence *s, char *out)
{
	const char *p = d->text.p;
	uint32_t at = s->start;
	size_t n = 0;
	while (at < s->end && (uint8_t)p[at] <= ' ')
		at++;
	for (; at < d->text.n && n < LABEL_BYTES; at++) {
		if (p[at] == ':' || (p[at] == '\n' && n > 0))
			return n;
		if (!is_letter(p[at]) && p[at] != ' ' && p[at] != '-')
			return 0;
		out[n++] = is_letter(p[at]) ? (char)(p[at] | 0x20) : p[at];
	}
	return 0;
}

static bool is_own_label(const struct tok_doc *d, const struct tok_sentence *s)
{
	char label[LABEL_BYTES];
	size_t n = label_of(d, s, label);
	for (unsigned i = 0; n > 0 && i < sizeof(own_labels) / sizeof(own_labels[0]); i++)
		if (slice_eq(slice_of(label, n), slice_str(own_labels[i])))
			return true;
	return false;
}

/* A label counts at the start of a line only. */
static bool begins_a_line(const struct tok_doc *d, const struct tok_sentence *s)
{
	uint32_t at = s->start;
	while (at > 0 && (d->text.p[at - 1] == ' ' || d->text.p[at - 1] == '\t'))
		at--;
	return at == 0 || d->text.p[at - 1] == '\n';
}

/* "Intake form", "Symptom checklist:": what a form asks is of today and the patient's. */
static bool is_form_label(const struct tok_doc *d, const struct tok_sentence *s)
{
	static const char *const endings[] = {"form", "checklist", "questionnaire", "check list"};
	char label[LABEL_BYTES];
	size_t n = label_of(d, s, label);
	for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t m = strlen(endings[i]);
		if (n >= m && memcmp(label + n - m, endings[i], m) == 0)
			return true;
	}
	return false;
}

uint8_t cue_section_class(const struct tok_doc *d, uint32_t sentence)
{
	const struct tok_section *section = &d->sections[d->sentences[sentence].section];
	bool is_family = section->class == TOK_SEC_FAMILY;
	if (!is_family && section->class != TOK_SEC_SOCIAL && section->class != TOK_SEC_PMH &&
		section->class != TOK_SEC_PSH)
		return section->class;
	for (unsigned back = 0; back < SENTENCES_BACK && back <= sentence; back++) {
		const struct tok_sentence *s = &d->sentences[sentence - back];
		if (s->start < section->body)
			break;
		if (begins_a_line(d, s) &&
			(is_form_label(d, s) || (is_family && is_own_label(d, s))))
			return TOK_SEC_OTHER;
	}
	return section->class;
}
