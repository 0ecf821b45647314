/* context: the passages of a chart that speak of a condition, packed for a language model within a budget of
 * tokens.  The steps are ask's, but for the last: which passages, here; how they are told, context_write.c.
 *
 * A mention that does not fit is left out and counted; one sentence of many mentions is worth more than many
 * sentences around one, so passages grow only when every mention that fits has its sentence. */
#include "daemon/context.h"

#include "daemon/service.h"
#include "daemon/token_file.h"
#include "daemon/tokens.h"

#include <stdlib.h>

enum { BUDGET = 2000, BUDGET_LEAST = 50, BUDGET_MOST = 1000000, TAIL_TOKENS = 40, STANCES = 8 };
enum { HEADER_NUMBER = 1000 /* as wide as a passage's number will be */ };

static const double scale_least = 0.25, scale_most = 4;

uint64_t context_tokens(struct packing *p, struct slice text)
{
	uint64_t n = 0;
	if (p->counting) {
		/* A tokenizer reads some 15 MB a second, and a long sentence again for each of its mentions. */
		if (p->rc == 0)
			p->rc = request_check_time(p->texts.r, &p->why);
		if (p->rc == 0)
			p->rc = tok_count(p->counting, text, &n, &p->why);
		return n;
	}
	return (uint64_t)((double)tokens_estimate(text) * p->scale + 0.999);
}

/* ---- which mentions first ---- */

/* The best of each stance, then the others, best first: a model that is to judge must see that somebody
 * denies, however much is affirmed.  Copies stand behind what they copy and take no place. */
static const struct evidence **in_turn(struct packing *p, uint32_t *n)
{
	struct ask *q = p->texts.q;
	const struct evidence **at =
		arena_array(&q->memory, const struct evidence *, q->n_evidence + 1UL);
	unsigned seen;
	*n = 0;
	for (int pass = 0; at && pass < 2; pass++) {
		seen = 0;
		for (uint32_t i = 0; i < q->n_evidence; i++) {
			const struct evidence *m = &q->evidence[i];
			unsigned bit = 1U << m->stance;
			if (m->copy_of != COPY_NONE)
				continue;
			if (!(seen & bit) == (pass == 0))
				at[(*n)++] = m;
			seen |= bit;
		}
	}
	return at;
}

/* ---- a sentence for each ---- */

static uint64_t header_cost(struct packing *p, const struct passage *passage)
{
	struct buf header = {0};
	context_put_header(&header, p, passage, HEADER_NUMBER);
	uint64_t tokens = context_tokens(p, buf_slice(&header)) + context_tokens(p, SLICE("\n\n"));
	buf_release(&header);
	return tokens;
}

static struct passage *touching(struct packing *p, const struct evidence *m)
{
	for (int32_t i = p->first[m->note_order]; i >= 0; i = p->at[i].next)
		if (m->text_start < p->at[i].end && p->at[i].start < m->text_end)
			return &p->at[i];
	return NULL;
}

static int add_passage(struct packing *p, struct passage passage, struct err *e)
{
	struct arena *a = &p->texts.q->memory;
	struct passage *at = arena_grow(a, p->at, p->n, sizeof(*at), &p->cap);
	if (!at || p->n == INT32_MAX)
		return err_set(e, LODE_NOMEM, "no memory for the passages");
	passage.next = p->first[passage.note];
	p->at = at;
	p->first[passage.note] = (int32_t)p->n;
	p->at[p->n++] = passage;
	return 0;
}

static int take(struct packing *p, const struct evidence *m, struct err *e)
{
	struct slice text;
	struct passage *old = touching(p, m);
	int rc = answer_note(&p->texts, m, &text, e);
	if (rc)
		return rc;
	struct passage whole = {
		.note = m->note_order, .start = m->text_start, .end = m->text_end, .best = m};
	uint64_t cost, before = 0; /* that the passage costs now */
	if (old) {
		before = context_tokens(p, slice_of(text.p + old->start, old->end - old->start));
		whole.start = old->start < whole.start ? old->start : whole.start;
		whole.end = old->end > whole.end ? old->end : whole.end;
	}
	cost = context_tokens(p, slice_of(text.p + whole.start, whole.end - whole.start));
	cost = old ? cost - (before < cost ? before : cost) : cost + header_cost(p, &whole);
	if (p->rc || cost > p->room - p->spent)
		return 0;
	p->spent += cost;
	if (!old)
		return add_passage(p, whole, e);
	old->start = whole.start;
	old->end = whole.end;
	return 0;
}

static int take_sentences(struct packing *p, struct err *e)
{
	uint32_t n;
	const struct evidence **at = in_turn(p, &n);
	int rc = 0;
	if (!at)
		return err_set(e, LODE_NOMEM, "no memory for the passages");
	/* No header is shorter than this: nothing more fits. */
	const uint64_t least = p->counting ? 2 : 12;
	for (uint32_t i = 0; i < n && rc == 0 && p->rc == 0 && p->room - p->spent >= least; i++)
		rc = take(p, at[i], e);
	return rc;
}

/* ---- their neighbours ---- */

/* Not into another passage of the note. */
static uint32_t clip_before(const struct packing *p, const struct passage *of, uint32_t at)
{
	for (int32_t i = p->first[of->note]; i >= 0; i = p->at[i].next)
		if (p->at[i].end <= of->start && at < p->at[i].end)
			at = p->at[i].end;
	return at;
}

static uint32_t clip_after(const struct packing *p, const struct passage *of, uint32_t at)
{
	for (int32_t i = p->first[of->note]; i >= 0; i = p->at[i].next)
		if (p->at[i].start >= of->end && at > p->at[i].start)
			at = p->at[i].start;
	return at;
}

/* The first steps end a sentence that was cut, the others take whole ones of the same section. */
static void find_edges(struct packing *p, const struct tok_doc *d, struct passage *passage)
{
	uint32_t first = tok_sentence_at(d, passage->start);
	uint32_t last = tok_sentence_at(d, passage->end - 1);
	const struct tok_section *from = &d->sections[tok_section_at(d, passage->start)];
	const struct tok_section *to = &d->sections[tok_section_at(d, passage->end - 1)];
	uint32_t start = passage->start, end = passage->end;
	for (int k = 0; k < CONTEXT_GROW; k++) {
		uint32_t at = d->sentences[first].start;
		if (at >= start && first > 0)
			at = d->sentences[--first].start;
		if (at >= from->start && at < start)
			start = at;
		passage->before[k] = clip_before(p, passage, start);
		at = d->sentences[last].end;
		if (at <= end && last + 1 < d->n_sentences)
			at = d->sentences[++last].end;
		if (at <= to->end && at > end)
			end = at;
		passage->after[k] = clip_after(p, passage, end);
	}
	start = passage->start;
	end = passage->end;
	for (int k = 0; k < CONTEXT_GROW; k++) {
		passage->cost_before[k] = context_tokens(
			p, slice_of(d->text.p + passage->before[k], start - passage->before[k]));
		passage->cost_after[k] =
			context_tokens(p, slice_of(d->text.p + end, passage->after[k] - end));
		start = passage->before[k];
		end = passage->after[k];
	}
}

static int look_around(struct packing *p, uint32_t note, struct err *e)
{
	struct worker *w = p->texts.r->worker;
	struct slice text;
	struct tok_doc doc = {0};
	int rc = answer_note(&p->texts, p->at[p->first[note]].best, &text, e);
	if (rc)
		return rc;
	struct arena_mark mark = arena_mark(&w->scratch);
	rc = tok_scan(w->tok, text, &w->scratch, &doc, e);
	for (int32_t i = p->first[note]; i >= 0 && rc == 0; i = p->at[i].next)
		find_edges(p, &doc, &p->at[i]);
	arena_rewind(&w->scratch, mark);
	return rc;
}

static void grow(struct packing *p)
{
	bool stuck_before, stuck_after;
	for (int k = 0; k < CONTEXT_GROW; k++)
		for (uint32_t i = 0; i < p->n; i++) {
			struct passage *at = &p->at[i];
			stuck_before = k > 0 && at->start != at->before[k - 1];
			if (!stuck_before && at->cost_before[k] <= p->room - p->spent) {
				p->spent += at->cost_before[k];
				at->start = at->before[k];
			}
			stuck_after = k > 0 && at->end != at->after[k - 1];
			if (!stuck_after && at->cost_after[k] <= p->room - p->spent) {
				p->spent += at->cost_after[k];
				at->end = at->after[k];
			}
		}
}

/* ---- in order ---- */

static int by_place(const void *x, const void *y)
{
	const struct passage *a = x, *b = y;
	if (a->note != b->note)
		return a->note < b->note ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static bool is_blank(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(" \t\r\n", s.p[i]) || s.p[i] == '\0')
			return false;
	return true;
}

/* Passages that touch, or nearly, are one. */
static int join(struct packing *p, struct err *e)
{
	uint32_t kept = 0;
	if (p->n > 1)
		qsort(p->at, p->n, sizeof(*p->at), by_place);
	for (uint32_t i = 0; i < p->n; i++) {
		struct passage *last = kept ? &p->at[kept - 1] : NULL;
		bool joins = last && last->note == p->at[i].note;
		if (joins && last->end < p->at[i].start) {
			struct slice text;
			int rc = answer_note(&p->texts, last->best, &text, e);
			if (rc)
				return rc;
			joins = is_blank(slice_of(text.p + last->end, p->at[i].start - last->end));
		}
		if (!joins) {
			p->at[kept++] = p->at[i];
			continue;
		}
		last->end = p->at[i].end > last->end ? p->at[i].end : last->end;
		last->best =
			p->at[i].best < last->best ? p->at[i].best : last->best; /* best first */
	}
	p->n = kept;
	return 0;
}

/* Of the longest last line there is. */
static uint64_t tail_cost(struct packing *p)
{
	static const char longest[] = "Left out for lack of room: 100000 mentions in 10000 notes, "
				      "2199-12-31 to 2199-12-31.\n";
	return p->counting ? context_tokens(p, slice_str(longest))
			   : (uint64_t)(TAIL_TOKENS * p->scale);
}

int context_pack(struct packing *p, struct err *e)
{
	struct ask *q = p->texts.q;
	p->at = NULL;
	p->n = 0;
	p->cap = 0;
	p->first = arena_array(&q->memory, int32_t, q->n_notes + 1UL);
	if (!p->first)
		return err_set(e, LODE_NOMEM, "no memory for the passages");
	for (uint32_t i = 0; i < q->n_notes; i++)
		p->first[i] = -1;
	p->spent = tail_cost(p);
	p->spent = p->spent < p->room ? p->spent : p->room;
	int rc = take_sentences(p, e);
	for (uint32_t i = 0; i < q->n_notes && rc == 0 && p->rc == 0; i++)
		if (p->at && p->first[i] >= 0)
			rc = look_around(p, i, e);
	if (rc == 0 && p->rc)
		rc = err_set(e, p->rc, "%s", p->why.text);
	if (rc || !p->at)
		return rc;
	grow(p);
	return join(p, e);
}

/* ---- steps ---- */

enum { TRIES = 8 };

struct wish {
	uint64_t budget;
	double scale;
	bool counts; /* by the tokenizer */
};

static int open_counting(struct packing *p, struct err *e)
{
	struct request *r = p->texts.r;
	if (!r->worker->counting &&
		tok_counting_create(&r->worker->counting, r->service->tokens->counter))
		return err_set(e, LODE_NOMEM, "no memory to count tokens");
	p->counting = r->worker->counting;
	return 0;
}

/* Parts are counted while packing and the whole at the end: where two meet a tokenizer may make more of them than of
 * each alone.  Then again with less room; with none the last line goes, too. */
static int pack_and_put(struct packing *p, struct err *e)
{
	struct buf *out = &p->texts.r->out;
	size_t from = out->n;
	for (int tries = 0;; tries++) {
		int rc = context_pack(p, e);
		if (rc == 0)
			rc = context_put(p, e);
		if (p->rc)
			return err_set(e, p->rc, "%s", p->why.text);
		if (rc || p->tokens <= p->budget || p->has_no_tail)
			return rc;
		uint64_t over = p->tokens - p->budget + 1;
		p->has_no_tail = p->room == 0;
		p->room = tries < TRIES && p->room > over ? p->room - over : 0;
		out->n = from;
	}
}

static int context_write(struct request *r, struct ask *q, struct err *e)
{
	const struct wish *wish = q->wish;
	struct packing p = {.budget = wish->budget, .room = wish->budget, .scale = wish->scale};
	int rc = answer_texts_init(&p.texts, r, q, e);
	if (rc == 0 && wish->counts)
		rc = open_counting(&p, e);
	return rc ? rc : pack_and_put(&p, e);
}

/* Without a word by the tokenizer, if there is one; but a scale is of the estimate. */
static int read_by(
	struct request *r, const struct json *body, bool has_scale, bool *counts, struct err *e)
{
	const struct json *by = json_get(body, "tokens_by");
	bool has_one = r->service->tokens->counter != NULL;
	*counts = has_one && !has_scale;
	if (!by)
		return 0;
	*counts = by->type == JSON_STRING && slice_eq(by->str, SLICE("tokenizer"));
	if (!*counts && (by->type != JSON_STRING || !slice_eq(by->str, SLICE("estimate"))))
		return err_set(e, LODE_BADREQ, "\"tokens_by\" is \"tokenizer\" or \"estimate\"");
	if (*counts && !has_one)
		return err_set(e, LODE_BADREQ,
			"\"tokens_by\": no tokenizer is attached (context_tokenizer)");
	if (*counts && has_scale)
		return err_set(e, LODE_BADREQ,
			"\"token_scale\" is of the estimate; a tokenizer needs none");
	return 0;
}

static int read_wish(struct request *r, struct ask *q, const struct json *body, struct err *e)
{
	const struct json *budget = json_get(body, "budget"),
			  *scale = json_get(body, "token_scale");
	struct wish *wish = arena_new(&r->arena, struct wish);
	int64_t n = BUDGET;
	if (!wish)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	if (budget && json_int(budget, BUDGET_LEAST, BUDGET_MOST, &n))
		return err_set(e, LODE_BADREQ, "\"budget\" is a whole number from %d to %d tokens",
			BUDGET_LEAST, BUDGET_MOST);
	*wish = (struct wish){(uint64_t)n, scale ? scale->num : 1, false};
	if (scale && (scale->type != JSON_NUMBER || !(wish->scale >= scale_least) ||
			     !(wish->scale <= scale_most)))
		return err_set(e, LODE_BADREQ, "\"token_scale\" is a number from %g to %g",
			scale_least, scale_most);
	if ((double)n < BUDGET_LEAST * wish->scale)
		return err_set(e, LODE_BADREQ,
			"\"budget\" must be %d times \"token_scale\" at least", BUDGET_LEAST);
	int rc = read_by(r, body, scale != NULL, &wish->counts, e);
	if (rc)
		return rc;
	q->wish = wish;
	q->write = context_write;
	return 0;
}

static enum next context_parse(struct request *r)
{
	static const char *const known[] = {
		ASK_MEMBERS, "budget", "token_scale", "tokens_by", NULL};
	struct json *body;
	struct ask *q = NULL;
	struct err e = {0};
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	if (rc == 0)
		rc = ask_open(r, body, known, &q, &e);
	if (rc == 0 && q)
		rc = read_wish(r, q, body, &e);
	if (rc == 0)
		rc = ask_read_deadline(r, body, &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

const struct step context_steps[] = {
	[ASK_PARSE] = {"parse", ON_LOOP, context_parse},
	[ASK_RETRIEVE] = {"retrieve", ON_WORKER, ask_retrieve},
	[ASK_DECIDE] = {"decide", ON_WORKER, ask_decide},
	[ASK_REPLY] = {"reply", ON_WORKER, ask_reply},
};
