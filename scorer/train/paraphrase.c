#include "scorer/train/paraphrase.h"
#include "scorer/train/purpose.h"

/* A cue that stands in the words kept, drawn from those that decided an axis; NULL: none. */
static const struct cue_governor *draw_cue(const struct cue_verdict *v, struct random *r,
	const struct mention_context *m, uint32_t from, uint32_t to)
{
	const struct cue_governor *all[] = {
		v->negation.by, v->certainty.by, v->experiencer.by, v->temporality.by};
	const struct cue_governor *chosen = NULL;
	unsigned n = 0;
	for (unsigned i = 0; i < 4; i++) {
		const struct cue_governor *g = all[i];
		if (!g || !g->rule || g->start < from || g->end > to || g->start >= g->end)
			continue;
		bool is_apart = g->end <= m->start || g->start >= m->end;
		/* a sign such as "(-)" is no phrase, and a number is the text's own */
		if (is_apart && !strchr(g->rule->phrases, '#') && random_below(r, ++n) == 0)
			chosen = g;
	}
	return chosen;
}

static struct slice draw_phrase(const char *phrases, struct random *r)
{
	unsigned n = 1;
	for (const char *p = phrases; *p; p++)
		n += *p == '|';
	for (unsigned k = random_below(r, n); k > 0; k--)
		phrases = strchr(phrases, '|') + 1;
	return slice_of(phrases, strcspn(phrases, "|"));
}

static void put_cue(
	struct buf *out, struct slice text, const struct cue_governor *g, struct random *r)
{
	struct slice phrase = draw_phrase(g->rule->phrases, r);
	size_t at = out->n;
	char first = text.p[g->start];
	char second = g->start + 1 < text.n ? text.p[g->start + 1] : ' ';
	buf_put_slice(out, phrase);
	bool is_capital = first >= 'A' && first <= 'Z';
	bool is_shout = is_capital && second >= 'A' && second <= 'Z';
	for (size_t i = at; i < out->n && is_capital; i++)
		if ((i == at || is_shout) && out->p[i] >= 'a' && out->p[i] <= 'z')
			out->p[i] = (char)(out->p[i] - 32);
}

int paraphrase(const struct mention_context *m, const struct cue_verdict *v,
	const struct paraphrase *how, struct random *r, struct buf *out, uint32_t *start,
	uint32_t *end)
{
	const struct tok_doc *d = m->doc;
	const struct tok_section *s = &d->sections[tok_section_at(d, m->start)];
	uint32_t from = s->body, to = (uint32_t)d->text.n;
	if (m->start < from) /* the mention is the heading's */
		from = s->start;
	else if (m->start - from > PARAPHRASE_BYTES)
		for (from = m->start - PARAPHRASE_BYTES; from < m->start && d->text.p[from] != ' ';)
			from++;
	if (to - m->end > PARAPHRASE_BYTES)
		for (to = m->end + PARAPHRASE_BYTES; to > m->end && d->text.p[to] != ' ';)
			to--;
	const struct cue_governor *cue = how->other_words ? draw_cue(v, r, m, from, to) : NULL;
	uint32_t a = cue ? cue->start : to, b = cue ? cue->end : to;
	buf_clear(out);
	if (!how->drop_heading && from >= s->body)
		buf_put(out, d->text.p + s->start, s->body - s->start);
	buf_put(out, d->text.p + from, a - from);
	uint32_t shift = 0;
	if (cue) {
		size_t at = out->n;
		put_cue(out, d->text, cue, r);
		shift = (uint32_t)(out->n -
				   at); /* modulo 2^32 once b - a is taken off: it may shrink */
	}
	buf_put(out, d->text.p + b, to - b);
	uint32_t base = !how->drop_heading && from >= s->body ? s->body - s->start : 0;
	*start = m->start - from + base;
	*end = m->end - from + base;
	if (cue && cue->end <= m->start) {
		*start = *start - (b - a) + shift;
		*end = *end - (b - a) + shift;
	}
	return out->failed ? LODE_NOMEM : 0;
}
