#include "daemon/indication.h"

#include "daemon/score.h"
#include "daemon/service.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

enum { SIGNS_MAX = 96 };

struct sign {
	const struct indication *row;
	const struct tok_analyte *test; /* NULL: a drug or procedure */
	bool is_allergen; /* what an allergy is to: among the allergies alone; no row */
};

struct look {
	struct request *r;
	struct ask *q;
	struct name names[SIGNS_MAX];
	struct sign signs[SIGNS_MAX]; /* of the names */
	uint32_t n;
};

static bool is_listed(const char *list, struct slice name)
{
	for (const char *p = list; *p;) {
		size_t n = strcspn(p, "|");
		if (n == name.n && strncasecmp(p, name.p, n) == 0)
			return true;
		p += n + (p[n] == '|');
	}
	return false;
}

static bool points_to(const struct indication *row, const struct ask *q)
{
	if (is_listed(row->conditions, q->questions[q->current].condition))
		return true;
	for (uint32_t i = 0; i < q->names.n; i++)
		if (!q->names.at[i].is_ambiguous && is_listed(row->conditions, q->names.at[i].text))
			return true;
	return false;
}

static void add_names(struct look *l, const char *list, struct sign sign)
{
	for (const char *p = list; *p && l->n < SIGNS_MAX;) {
		size_t n = strcspn(p, "|");
		l->names[l->n] = (struct name){.text = slice_of(p, n), .via = VIA_PROXY};
		l->signs[l->n++] = sign;
		p += n + (p[n] == '|');
	}
}

/* "penicillin allergy", "allergic to penicillin": the substance, which stands alone among allergies.  Empty:
 * no allergy. */
static struct slice allergen_of(struct slice name)
{
	static const char *const before[] = {"allergy to ", "allergies to ", "allergic to "};
	static const char *const behind[] = {" allergy", " allergies"};
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		size_t n = strlen(before[i]);
		if (name.n > n && strncasecmp(name.p, before[i], n) == 0)
			return slice_of(name.p + n, name.n - n);
	}
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		size_t n = strlen(behind[i]);
		if (name.n > n && strncasecmp(name.p + name.n - n, behind[i], n) == 0)
			return slice_of(name.p, name.n - n);
	}
	return (struct slice){0};
}

/* Nothing of it could be looked for: "& allergy". */
static bool has_letter(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (isalpha((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

static void add_allergen(struct look *l, struct slice name)
{
	struct slice text = allergen_of(name);
	if (!has_letter(text) || l->n == SIGNS_MAX)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		if (slice_eq(l->names[i].text, text))
			return;
	l->names[l->n] = (struct name){.text = text, .via = VIA_PROXY};
	l->signs[l->n++] = (struct sign){.is_allergen = true};
}

static void pick_signs(struct look *l)
{
	const struct ask *q = l->q;
	add_allergen(l, q->questions[q->current].condition);
	for (uint32_t i = 0; i < q->names.n; i++)
		if (!q->names.at[i].is_ambiguous && q->names.at[i].relation == NAME_SAME)
			add_allergen(l, q->names.at[i].text);
	for (unsigned i = 0; i < indication_count; i++) {
		const struct indication *row = &indications[i];
		if (!points_to(row, l->q))
			continue;
		struct sign sign = {.row = row};
		add_names(l, row->signs, sign);
		if (!row->test)
			continue;
		sign.test = tok_analyte_by_name(slice_str(row->test));
		add_names(l, sign.test->name, sign);
		add_names(l, sign.test->names, sign);
	}
}

static bool is_beyond(const struct indication *row, const struct tok_value *v)
{
	if (row->relation == '<')
		return v->relation != TOK_ABOVE && v->usual_high < row->threshold;
	return v->relation != TOK_BELOW && v->usual_low > row->threshold;
}

/* "Mother takes levothyroxine": the cue engine knows who has a condition, not who takes a drug; so a
 * relative earlier in the sentence is enough. */
static bool is_after_relative(const struct tok_doc *doc, uint32_t at)
{
	static const char *const relatives[] = {"mother", "father", "sister", "brother", "son",
		"daughter", "wife", "husband", "aunt", "uncle", "cousin", "grandmother",
		"grandfather", "spouse", "partner", "roommate", "mom", "dad"};
	uint32_t from = doc->sentences[tok_sentence_at(doc, at)].start;
	for (uint32_t w = 0; w < doc->n_words && doc->words[w].start < at; w++) {
		struct slice term = tok_term(doc, &doc->words[w]);
		if (doc->words[w].start < from)
			continue;
		for (size_t i = 0; i < sizeof(relatives) / sizeof(relatives[0]); i++)
			if (slice_eq(term, slice_str(relatives[i])))
				return true;
	}
	return false;
}

/* Among the allergies: "tolerates cefazolin", "Food: none". */
static bool is_no_allergen(const struct tok_doc *doc, const struct hit *h)
{
	static const char tolerated[] = "tolerat", none[] = "none";
	uint32_t from = doc->sentences[tok_sentence_at(doc, h->start)].start, at = h->end;
	for (uint32_t w = 0; w < doc->n_words && doc->words[w].start < h->start; w++) {
		struct slice term = tok_term(doc, &doc->words[w]);
		if (doc->words[w].start >= from && term.n >= sizeof(tolerated) - 1 &&
			memcmp(term.p, tolerated, sizeof(tolerated) - 1) == 0)
			return true;
	}
	while (at < doc->text.n && strchr(" \t:-", doc->text.p[at]))
		at++;
	return doc->text.n - at >= sizeof(none) - 1 &&
	       strncasecmp(doc->text.p + at, none, sizeof(none) - 1) == 0;
}

/* The patient's own, now or in the past, and said for certain: a drug that is denied or planned points to
 * nothing; one among the allergies to that allergy alone. */
static int is_meant(struct look *l, const struct tok_doc *doc, const struct hit *h,
	const struct note_view *note, bool *out)
{
	struct mention_context m = {doc, h->start, h->end, note->type};
	struct assertion said;
	uint8_t section = doc->sections[tok_section_at(doc, h->start)].class;
	int rc = cue_judge(l->r->service->cues, &m, &l->r->worker->scratch, &said);
	*out = rc == 0 && said.class == ASSERT_PRESENT && said.temporality != TIME_FUTURE &&
	       (section == TOK_SEC_ALLERGIES) == l->signs[h->name].is_allergen &&
	       !is_after_relative(doc, h->start) &&
	       !(l->signs[h->name].is_allergen && is_no_allergen(doc, h));
	return rc;
}

/* false: it points to nothing; the value's bytes are taken into the hit. */
static bool takes_value(const struct look *l, const struct tok_doc *doc, struct hit *h)
{
	const struct sign *s = &l->signs[h->name];
	struct tok_value v;
	if (!s->test)
		return true;
	if (!tok_analyte_has(s->test, doc->text, h->start, h->end) ||
		!tok_value_read(doc->text, h->end, s->test, &v) || !is_beyond(s->row, &v))
		return false;
	h->end = v.end;
	return true;
}

static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	static const struct hit_sense sense;
	struct look *l = arg;
	int rc = 0;
	for (uint32_t i = 0; i < n_hits && rc == 0; i++) {
		struct hit h = hits[i];
		bool meant;
		if (h.mask_overlap || !takes_value(l, doc, &h))
			continue;
		rc = is_meant(l, doc, &h, note, &meant);
		if (rc || !meant)
			continue;
		h.via = VIA_PROXY;
		h.name = UINT32_MAX;
		rc = ask_add_mention(l->r, l->q, note, doc, &h, &sense, &l->r->worker->scratch);
	}
	return rc;
}

/* What was looked for, for the answer: "potassium > 5.5", "lokelma". */
static int keep_signs(const struct look *l, struct ask_round *round)
{
	struct arena *a = &l->q->memory;
	const struct indication *before = NULL;
	round->signs = arena_array(a, struct slice, l->n + 1UL);
	if (!round->signs)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct sign *s = &l->signs[i];
		struct slice text = l->names[i].text;
		char limit[96];
		if (s->test && s->row == before)
			continue;
		if (s->test) {
			snprintf(limit, sizeof(limit), "%s %c %g", s->row->test, s->row->relation,
				s->row->threshold);
			text = slice_str(limit);
		}
		before = s->row;
		struct slice kept = arena_slice(a, text);
		if (!kept.p)
			return LODE_NOMEM;
		round->signs[round->n_signs++] = kept;
	}
	return 0;
}

int ask_sign_names(struct request *r, struct ask *q, struct names *out, struct err *e)
{
	struct look *l = arena_new(&q->memory, struct look);
	if (!l)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	l->r = r;
	l->q = q;
	pick_signs(l);
	*out = (struct names){.at = l->names, .n = l->n, .is_cut = l->n == SIGNS_MAX};
	return 0;
}

int ask_indications(struct request *r, struct ask *q, struct err *e)
{
	struct look *l = arena_new(&q->memory, struct look);
	struct search_stop stop = request_stop(r);
	struct search_counts counts = {0};
	if (!l || q->n_rounds == ASK_ROUNDS_MAX)
		return l ? 0 : err_set(e, LODE_NOMEM, "no memory for the question");
	l->r = r;
	l->q = q;
	pick_signs(l);
	if (l->n == 0)
		return 0;
	struct ask_round *round = &q->rounds[q->n_rounds++];
	*round = (struct ask_round){.look = LOOK_INDICATIONS};
	uint32_t before = q->n_evidence;
	if (keep_signs(l, round))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	struct names names = {.at = l->names, .n = l->n};
	int rc = chart_find(q->chart, &names, &q->scope, r->worker->tok, &stop, &r->worker->scratch,
		on_note, l, &counts, e);
	if (q->counts.complete && !counts.complete)
		memcpy(q->counts.why, counts.why, sizeof(q->counts.why));
	q->counts.complete &= counts.complete;
	round->mentions = q->n_evidence - before;
	return rc ? rc : score_from(r, q, before, e);
}
