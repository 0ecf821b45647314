/* The question lines. */
#include "chartgen.h"

#include <string.h>

static const char *const question_forms[7] = {
	"Does the patient have a history of %s?",
	"Has this patient ever had %s?",
	"history of %s",
	"Is there any evidence of %s in this chart?",
	"%s?",
	"Did the patient ever have %s?",
	"Any history of %s?",
};

static void member(struct text *out, const char *name, const char *value)
{
	text_adds(out, out->n && out->p[out->n - 1] != '\n' ? ", " : "{");
	json_string(out, name, strlen(name));
	text_adds(out, ": ");
	if (value)
		json_string(out, value, strlen(value));
}

static void number(struct text *out, const char *name, size_t v)
{
	char digits[24];
	member(out, name, NULL);
	snprintf(digits, sizeof(digits), "%zu", v);
	text_adds(out, digits);
}

static void axis(struct text *out, const char *name, const char *const *values, int v)
{
	member(out, name, v == OPEN ? NULL : values[v]);
	if (v == OPEN)
		text_adds(out, "null");
}

static void write_mention(const struct chart *c, const struct plant *p, struct text *out)
{
	static const char *const negation[] = {"affirmed", "negated"};
	static const char *const certainty[] = {"certain", "possible", "hypothetical"};
	static const char *const experiencer[] = {"patient", "other"};
	static const char *const temporality[] = {"recent", "historical", "future"};
	char id[48];
	snprintf(id, sizeof(id), "%s-n%04u", c->id, p->note + 1);
	text_adds(out, "{\"note\": ");
	json_string(out, id, strlen(id));
	number(out, "start", p->start);
	number(out, "end", p->end);
	/* As planted: a line end may stand in the note where a blank stands here. */
	member(out, "surface", NULL);
	json_string(out, p->sentence + p->surface, p->surface_n);
	axis(out, "negation", negation, p->axes.negation);
	axis(out, "certainty", certainty, p->axes.certainty);
	axis(out, "experiencer", experiencer, p->axes.experiencer);
	axis(out, "temporality", temporality, p->axes.temporality);
	text_addc(out, '}');
}

static void write_names(const struct question *q, struct text *out)
{
	const struct condition *k = &conditions[q->condition];
	const char *const lists[] = {k->name, k->abbreviations, k->synonyms};
	char name[96];
	bool is_first = true;
	member(out, "alt_conditions", NULL);
	text_addc(out, '[');
	for (unsigned l = 0; l < 3; l++)
		for (unsigned i = 0; i < list_count(lists[l]); i++) {
			list_item(lists[l], i, name, sizeof(name));
			if (strcmp(name, q->asked) == 0)
				continue;
			if (!is_first)
				text_adds(out, ", ");
			json_string(out, name, strlen(name));
			is_first = false;
		}
	text_addc(out, ']');
}

static void write_question(const struct chart *c, unsigned i, struct text *out)
{
	const struct question *q = &c->questions[i];
	char line[160], id[16];
	snprintf(id, sizeof(id), "q%04u", q->number + 1);
	member(out, "qid", id);
	member(out, "patient", c->id);
	member(out, "stratum", stratum_name(q->stratum));
	const char *form = question_forms[q->form], *hole = strstr(form, "%s");
	snprintf(line, sizeof(line), "%.*s%s%s", (int)(hole - form), form, q->asked, hole + 2);
	member(out, "question", line);
	member(out, "condition", q->asked);
	write_names(q, out);
	member(out, "verdict", q->verdict);
	member(out, "basis", q->basis);
	member(out, "mentions", NULL);
	text_addc(out, '[');
	bool is_first = true;
	for (unsigned p = 0; p < c->n_plants; p++) {
		if (c->plants[p].question != i || !c->plants[p].is_mention)
			continue;
		if (!is_first)
			text_adds(out, ", ");
		write_mention(c, &c->plants[p], out);
		is_first = false;
	}
	text_addc(out, ']');
	if (q->independent)
		number(out, "independent", q->independent);
	number(out, "notes", c->n_notes);
	if (q->expect_from_issue)
		number(out, "expect_from_issue", q->expect_from_issue);
	text_adds(out, "}\n");
}

void gold_write(const struct chart *c, struct text *out)
{
	out->n = 0;
	for (unsigned i = 0; i < c->n_questions; i++)
		write_question(c, i, out);
}
