#include "daemon/views.h"

#include <math.h>

const char *const view_names[VIEW_COUNT] = {"note", "sentence", "neighbours", "heading", "model"};

/* ---- taking them ---- */

static struct vote vote_of(const struct assertion *s)
{
	if (s->experiencer == EXP_OTHER || s->certainty == CERT_HYPOTHETICAL ||
		s->temporality == TIME_FUTURE)
		return (struct vote){0};
	return (struct vote){s->p_present, 1 - s->p_present};
}

/* Bytes of the note that a view shows, one after the other. */
struct cut {
	struct slice head, body;
	uint32_t start; /* of the mention, in body */
};

struct taking {
	const struct cue_engine *cues;
	struct tokenizer *t;
	const struct mention_context *m;
	struct arena *scratch;
};

static int look(const struct taking *k, const struct cut *c, struct vote *out)
{
	struct tok_doc doc;
	struct assertion said;
	uint32_t n = k->m->end - k->m->start, at = (uint32_t)c->head.n + c->start;
	char *room = arena_alloc(k->scratch, c->head.n + c->body.n + 1);
	if (!room)
		return LODE_NOMEM;
	memcpy(room, c->head.p, c->head.n);
	memcpy(room + c->head.n, c->body.p, c->body.n);
	int rc = tok_scan(
		k->t, slice_of(room, c->head.n + c->body.n), k->scratch, &doc, &(struct err){0});
	struct mention_context m = {&doc, at, at + n, k->m->note_type};
	if (rc == 0)
		rc = cue_judge(k->cues, &m, k->scratch, &said);
	if (rc == 0)
		*out = vote_of(&said);
	return rc;
}

static int take(const struct taking *k, enum view view, const struct cut *c, struct views *out)
{
	struct arena_mark mark = arena_mark(k->scratch);
	int rc = look(k, c, &out->of[view]);
	arena_rewind(k->scratch, mark);
	out->has[view] = rc == 0;
	return rc;
}

static struct cut cut_sentences(const struct mention_context *m, uint32_t first, uint32_t last)
{
	const struct tok_doc *d = m->doc;
	uint32_t from = d->sentences[first].start, to = d->sentences[last].end;
	return (struct cut){{d->text.p, 0}, slice_of(d->text.p + from, to - from), m->start - from};
}

/* What would be the same text again is the same vote. */
static void repeat(struct views *v, enum view view, enum view of)
{
	v->of[view] = v->of[of];
	v->has[view] = true;
}

int views_take(const struct cue_engine *cues, struct tokenizer *t, const struct mention_context *m,
	struct arena *scratch, struct views *out)
{
	const struct tok_doc *d = m->doc;
	const struct taking k = {cues, t, m, scratch};
	uint32_t first = tok_sentence_at(d, m->start), last = tok_sentence_at(d, m->end - 1);
	uint32_t section = d->sentences[first].section;
	const struct tok_section *s = &d->sections[section];
	struct cut one = cut_sentences(m, first, last);
	*out = (struct views){0};
	if (one.body.n > VIEWS_BYTES_MAX)
		return 0;
	int rc = take(&k, VIEW_SENTENCE, &one, out);
	uint32_t before = first, after = last;
	if (before > 0 && d->sentences[before - 1].start >= s->body)
		before--;
	if (after + 1 < d->n_sentences && d->sentences[after + 1].section == section)
		after++;
	struct cut more = cut_sentences(m, before, after);
	if (more.body.n == one.body.n || more.body.n > VIEWS_BYTES_MAX)
		repeat(out, VIEW_NEIGHBOURS, VIEW_SENTENCE);
	else if (rc == 0)
		rc = take(&k, VIEW_NEIGHBOURS, &more, out);
	one.head = slice_of(d->text.p + s->start, s->body - s->start);
	if (one.head.n == 0 || one.head.n > VIEWS_BYTES_MAX || d->sentences[first].start < s->body)
		repeat(out, VIEW_HEADING, VIEW_SENTENCE);
	else if (rc == 0)
		rc = take(&k, VIEW_HEADING, &one, out);
	return rc;
}

/* ---- counting them ---- */

void views_of(const struct evidence *e, struct views *out)
{
	*out = e->views ? *e->views : (struct views){0};
	out->of[VIEW_NOTE] = vote_of(&e->said);
	/* In the band of doubt it is not surely neither: the patient may have it as likely as the stack says. */
	if (verdict_is_unsure(e))
		out->of[VIEW_NOTE].confirm = e->said.p_present;
	out->has[VIEW_NOTE] = true;
	if (e->scored && e->scored->has_model) {
		double present, neither;
		scorer_model_vote(e->scored, &present, &neither);
		out->of[VIEW_MODEL] = (struct vote){present, fmax(0, 1 - present - neither)};
		out->has[VIEW_MODEL] = true;
	}
}

static struct vote shares_of(const struct evidence *e)
{
	struct views v;
	struct vote sum = {0};
	unsigned n = 0;
	views_of(e, &v);
	for (unsigned i = 0; i < VIEW_COUNT; i++) {
		if (!v.has[i])
			continue;
		sum.confirm += v.of[i].confirm;
		sum.deny += v.of[i].deny;
		n++;
	}
	return (struct vote){sum.confirm / n, sum.deny / n};
}

static double part(double p)
{
	return p > 0 ? -p * log(p) : 0;
}

static double entropy_of(struct vote v)
{
	double h = part(v.confirm) + part(v.deny) + part(1 - v.confirm - v.deny);
	return h / log(3);
}

double views_entropy(const struct evidence *e)
{
	return entropy_of(shares_of(e));
}

/* Of an answer that nothing is affirmed or suspected: what it stands on, and what leaves it in doubt. */
static bool has_vote_against(const struct evidence *e, enum stance basis)
{
	if (e->is_superseded)
		return false;
	return e->stance == basis || verdict_is_unsure(e);
}

/* Does it carry the answer?  A denial that a later confirmation has overtaken is no doubt about it. */
static bool has_vote(const struct evidence *e, const struct judgement *j)
{
	if (e->is_beside || e->copy_of != COPY_NONE)
		return false;
	switch (j->basis) {
	case BASIS_CONFIRMED: return e->stance == STANCE_AFFIRMED && !e->is_superseded;
	case BASIS_CONFLICTING:
		return (e->stance == STANCE_AFFIRMED &&
			       (!e->is_superseded || j->verdict != VERDICT_PRESENT)) ||
		       (e->stance == STANCE_DENIED && j->verdict != VERDICT_PRESENT);
	case BASIS_SUSPECTED_ONLY: return e->stance == STANCE_SUSPECTED && !e->is_superseded;
	case BASIS_DENIED: return has_vote_against(e, STANCE_DENIED);
	case BASIS_FAMILY_ONLY: return has_vote_against(e, STANCE_OTHER_PERSON);
	case BASIS_HYPOTHETICAL_ONLY: return has_vote_against(e, STANCE_HYPOTHETICAL);
	default: return false;
	}
}

double views_chart_entropy(const struct evidence *at, uint32_t n, const struct judgement *j)
{
	struct vote sum = {0};
	uint32_t votes = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (!has_vote(&at[i], j))
			continue;
		struct vote v = shares_of(&at[i]);
		sum.confirm += v.confirm;
		sum.deny += v.deny;
		votes++;
	}
	if (votes == 0)
		return 0;
	return entropy_of((struct vote){sum.confirm / votes, sum.deny / votes});
}
