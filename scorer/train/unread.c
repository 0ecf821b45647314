#include "scorer/train/unread.h"

#include "scorer/cue_scan.h"

#include <stdlib.h>

/* A phrase in a role and a report it governs in; after unread_create one a phrase. */
struct support {
	uint64_t phrase;
	uint32_t cluster;
	bool is_shared; /* governs in other reports, too */
};

struct unread {
	const struct cue_engine *cues;
	struct support *support; /* by phrase */
	size_t n;
};

enum { GOVERNORS = 2 * ROLE_COUNT };

/* FNV-1a of the role and the phrase's words; 0: a sign, which belongs to no phrase. */
static uint64_t phrase_of(const struct tok_doc *d, unsigned role, const struct cue_governor *g)
{
	uint64_t h = (14695981039346656037u ^ role) * 1099511628211u;
	bool is_blank = false;
	for (uint32_t i = g->start; i < g->end; i++) {
		unsigned char c = (unsigned char)d->text.p[i];
		if (c <= ' ' && is_blank)
			continue;
		is_blank = c <= ' ';
		c = is_blank ? ' ' : c >= 'A' && c <= 'Z' ? c | 0x20 : c;
		h = (h ^ c) * 1099511628211u;
	}
	return g->end > g->start ? h | 1 : 0;
}

static struct cue_governor *governor(struct cue_view *v, unsigned i)
{
	return i < ROLE_COUNT ? &v->ahead[i] : &v->behind[i - ROLE_COUNT];
}

static void look(const struct cue_engine *c, const struct eval_item *item, struct cue_view *v)
{
	const struct mention_context m = {item->doc, item->start, item->end, {NULL, 0}};
	cue_look(c, &m, v);
}

static void note_phrases(struct unread *u, const struct eval_item *item)
{
	struct cue_view v;
	look(u->cues, item, &v);
	for (unsigned i = 0; i < GOVERNORS; i++) {
		const struct cue_governor *g = governor(&v, i);
		uint64_t phrase = g->rule ? phrase_of(item->doc, i % ROLE_COUNT, g) : 0;
		if (phrase)
			u->support[u->n++] = (struct support){phrase, item->cluster, false};
	}
}

static int by_phrase(const void *a, const void *b)
{
	const struct support *x = a, *y = b;
	return (x->phrase > y->phrase) - (x->phrase < y->phrase);
}

static void merge(struct unread *u)
{
	size_t n = 0;
	qsort(u->support, u->n, sizeof(*u->support), by_phrase);
	for (size_t i = 0; i < u->n; i++) {
		struct support *last = n ? &u->support[n - 1] : NULL;
		if (last && last->phrase == u->support[i].phrase)
			last->is_shared |= last->cluster != u->support[i].cluster;
		else
			u->support[n++] = u->support[i];
	}
	u->n = n;
}

int unread_create(struct unread **out, const struct eval_data *data, const struct cue_engine *cues,
	struct err *e)
{
	struct unread *u = calloc(1, sizeof(*u));
	if (u)
		u->support = calloc((size_t)data->n * GOVERNORS + 1, sizeof(*u->support));
	if (!u || !u->support) {
		unread_destroy(u);
		return err_set(e, LODE_NOMEM, "phrases of the labelled rows");
	}
	u->cues = cues;
	for (unsigned i = 0; i < data->n; i++)
		if (data->items[i].half != EVAL_REPORT)
			note_phrases(u, &data->items[i]);
	merge(u);
	*out = u;
	return 0;
}

void unread_destroy(struct unread *u)
{
	if (!u)
		return;
	free(u->support);
	free(u);
}

static bool is_of_this_report(const struct unread *u, uint64_t phrase, uint32_t cluster)
{
	const struct support key = {phrase, 0, false};
	const struct support *s = bsearch(&key, u->support, u->n, sizeof(key), by_phrase);
	return s && !s->is_shared && s->cluster == cluster;
}

bool unread_judge(const struct unread *u, const struct eval_item *item, struct assertion *out)
{
	struct cue_view v;
	struct cue_verdict verdict;
	bool is_other = false;
	look(u->cues, item, &v);
	for (unsigned i = 0; i < GOVERNORS; i++) {
		struct cue_governor *g = governor(&v, i);
		uint64_t phrase = g->rule ? phrase_of(item->doc, i % ROLE_COUNT, g) : 0;
		if (!phrase || !is_of_this_report(u, phrase, item->cluster))
			continue;
		*g = (struct cue_governor){NULL, 0, 0, 0, 0};
		is_other = true;
	}
	cue_decide(&v, &verdict);
	cue_conclude(&verdict, out);
	return is_other;
}
