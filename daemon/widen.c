/* The wider look, taken when no name of the condition stands in the chart: all words of the
 * condition (or inflections) in one sentence and close together, in any order, as in "carcinoma of
 * the breast" for "breast carcinoma". */
#include "daemon/ask_state.h"

#include <stdlib.h>

enum {
	WORDS_MAX =
		12, /* more words than this in one sentence by chance is a phrase we would have met */
	RANKED_MAX = 200,
	SPAN_SLACK = 40 /* bytes that other words may take between those of the condition */
};

/* Words too common to look for alone. */
static bool is_function_word(struct slice w)
{
	static const char *const list[] = {"a", "an", "and", "at", "by", "for", "from", "in", "of",
		"on", "or", "the", "to", "with", NULL};
	for (const char *const *p = list; *p; p++)
		if (slice_eq(slice_str(*p), w))
			return true;
	return false;
}

struct wanted {
	struct slice words[WORDS_MAX];
	uint32_t n;
};

/* 1: worth a look; 0: too few or too many words. */
static int pick_words(struct request *r, struct slice condition, struct wanted *out, struct err *e)
{
	struct tok_doc d;
	int rc = tok_words(r->worker->tok, condition, &r->arena, &d, e);
	if (rc)
		return rc;
	out->n = 0;
	for (uint32_t i = 0; i < d.n_words; i++) {
		struct slice t = tok_term(&d, &d.words[i]);
		bool seen = is_function_word(t) || d.words[i].kind == TOK_WORD_MASK;
		for (uint32_t k = 0; k < out->n && !seen; k++)
			seen = slice_eq(out->words[k], t);
		if (seen)
			continue;
		if (out->n == WORDS_MAX)
			return 0;
		out->words[out->n++] = t;
	}
	return out->n >= 2;
}

static struct slice join_words(struct request *r, const struct wanted *w)
{
	size_t n = 0, room = 0;
	for (uint32_t i = 0; i < w->n; i++)
		room += w->words[i].n + 1;
	char *p = arena_alloc(&r->arena, room);
	for (uint32_t i = 0; p && i < w->n; i++) {
		memcpy(p + n, w->words[i].p, w->words[i].n);
		n += w->words[i].n;
		p[n++] = ' ';
	}
	return (struct slice){p, p ? n - 1 : 0};
}

/* From hits (sorted by start) the shortest run at or after `from` that has every word: its hit
 * indices, or false. */
static bool next_cover(
	const struct hit *hits, uint32_t n, uint32_t n_words, uint32_t *from, uint32_t *to)
{
	uint32_t all = (1U << n_words) - 1, have = 0;
	uint32_t last = *from;
	for (; last < n && have != all; last++)
		have |= hits[last].name < n_words ? 1U << hits[last].name : 0;
	if (have != all)
		return false;
	/* Walk back from the end: the last occurrence of each word makes the run shortest. */
	uint32_t first = last;
	for (have = 0; have != all;) {
		first--;
		have |= hits[first].name < n_words ? 1U << hits[first].name : 0;
	}
	*from = first;
	*to = last - 1;
	return true;
}

struct spot {
	const struct ranked *in;
	uint32_t start, end;
};

struct spots {
	struct spot *at;
	size_t n, cap;
};

static int collect(struct request *r, const struct ranked *in, uint32_t n_words, size_t span_max,
	struct spots *out)
{
	for (uint32_t from = 0, to; next_cover(in->hits, in->n_hits, n_words, &from, &to); from++) {
		uint32_t start = in->hits[from].start, end = start;
		for (uint32_t i = from; i <= to; i++)
			end = in->hits[i].end > end ? in->hits[i].end : end;
		if (end - start > span_max)
			continue;
		out->at = arena_grow(&r->arena, out->at, out->n, sizeof(*out->at), &out->cap);
		if (!out->at)
			return LODE_NOMEM;
		out->at[out->n++] = (struct spot){in, start, end};
	}
	return 0;
}

static int by_date_note_start(const void *x, const void *y)
{
	const struct spot *a = x, *b = y;
	int c = slice_cmp(a->in->note.date, b->in->note.date);
	if (c == 0)
		c = slice_cmp(a->in->note.note_id, b->in->note.note_id);
	return c ? c : (a->start > b->start) - (a->start < b->start);
}

/* Adds the places of one note that lie inside one sentence and one section. */
static int add_places(
	struct request *r, struct ask *q, const struct spot *at, size_t n, struct err *e)
{
	struct slice text;
	struct tok_doc doc;
	struct arena *scratch = &r->worker->scratch;
	uint32_t done_to = 0;
	int rc = chart_text(q->chart, &at->in->note, scratch, &text, e);
	if (rc == 0)
		rc = tok_scan(r->worker->tok, text, scratch, &doc, e);
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct hit h = {.start = at[i].start, .end = at[i].end, .via = VIA_RANKED};
		if (h.start < done_to || h.end > text.n ||
			tok_sentence_at(&doc, h.start) != tok_sentence_at(&doc, h.end - 1))
			continue;
		done_to = h.end;
		rc = ask_add_mention(r, q, &at->in->note, &doc, &h, scratch);
	}
	arena_release(scratch);
	return rc;
}

int ask_widen(struct request *r, struct ask *q, struct err *e)
{
	struct slice condition = q->questions[q->current].condition;
	struct search_stop stop = request_stop(r);
	struct wanted words;
	struct ranked_result found;
	struct spots places = {0};
	q->rounds[q->n_rounds++] = (struct ask_round){.by_words = true};
	int rc = pick_words(r, condition, &words, e);
	if (rc <= 0)
		return rc;
	struct slice query = join_words(r, &words);
	if (!query.p)
		return err_set(e, LODE_TOOBIG, "the question does not fit the request's memory");
	rc = chart_rank(q->chart, query, false, &q->scope, RANKED_MAX, r->worker->tok, &stop,
		&r->arena, &found, e);
	for (uint32_t i = 0; i < found.n && rc == 0; i++)
		rc = collect(r, &found.at[i], words.n, 2 * condition.n + SPAN_SLACK, &places);
	if (rc)
		return rc;
	if (places.n)
		qsort(places.at, places.n, sizeof(*places.at), by_date_note_start);
	for (size_t i = 0, k; i < places.n && rc == 0; i = k) {
		for (k = i + 1; k < places.n && slice_eq(places.at[k].in->note.note_id,
							places.at[i].in->note.note_id);)
			k++;
		rc = add_places(r, q, &places.at[i], k - i, e);
	}
	q->counts.complete &= found.counts.complete;
	if (!found.counts.complete && !q->counts.why[0])
		memcpy(q->counts.why, found.counts.why, sizeof(q->counts.why));
	q->rounds[q->n_rounds - 1].mentions = q->n_evidence;
	return rc;
}
