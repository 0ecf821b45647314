#include "client/eval_chart.h"

#include "base/http.h"
#include "client/client.h"
#include "client/layout.h"

#include <math.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)2 << 30)

int eval_quote_keep(
	struct eval_quotes *q, struct arena *a, struct eval_item *item, const struct json *evidence)
{
	struct eval_quote quote = {
		.item = item,
		.note = arena_slice(a, layout_str(evidence, "note")),
		.quote = arena_slice(a, layout_str(evidence, "quote")),
		.start = layout_uint(evidence, "start"),
		.end = layout_uint(evidence, "end"),
		.start_cp = layout_uint(evidence, "start_cp"),
		.end_cp = layout_uint(evidence, "end_cp"),
	};
	struct eval_quote *list = arena_grow(a, q->list, q->n, sizeof(*list), &q->cap);
	if (!list || !quote.note.p || !quote.quote.p)
		return LODE_NOMEM;
	q->list = list;
	q->list[q->n++] = quote;
	return 0;
}

/* Of the first n bytes; n within a character is never equal to what the daemon says. */
static uint64_t code_points(struct slice text, uint64_t n)
{
	uint64_t count = 0;
	for (uint64_t i = 0; i < n; i++)
		count += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return count;
}

bool eval_quote_is_exact(const struct eval_quote *q, struct slice note)
{
	if (q->start >= q->end || q->end > note.n)
		return false;
	struct slice there = slice_of(note.p + q->start, (size_t)(q->end - q->start));
	return slice_eq(there, q->quote) && code_points(note, q->start) == q->start_cp &&
	       code_points(note, q->end) == q->end_cp;
}

uint64_t eval_words(struct slice text)
{
	uint64_t n = 0;
	bool is_inside = false;
	for (size_t i = 0; i < text.n; i++) {
		bool is_blank = text.p[i] == ' ' || (text.p[i] >= '\t' && text.p[i] <= '\r');
		n += !is_blank && !is_inside;
		is_inside = !is_blank;
	}
	return n;
}

/* ---- the chart ---- */

struct chart {
	struct call *call;
	const char *file;
	struct arena arena;
	struct slice *notes; /* ids in the daemon's order */
	size_t n_notes, cap;
	uint64_t bytes, words; /* of the notes fetched so far */
	uint64_t missing;      /* notes that the daemon could not give */
};

static int add_note(struct chart *c, struct slice line, struct err *e)
{
	struct json *row;
	int rc = json_parse(line, &c->arena, &row, e);
	if (rc)
		return rc;
	struct slice *notes = arena_grow(&c->arena, c->notes, c->n_notes, sizeof(*notes), &c->cap);
	struct slice id = arena_slice(&c->arena, layout_str(row, "note"));
	if (!notes || !id.p)
		return err_set(e, LODE_NOMEM, "out of memory");
	c->notes = notes;
	c->notes[c->n_notes++] = id;
	return 0;
}

static int list_notes(struct chart *c, struct slice patient)
{
	struct buf url = {0};
	struct err e = {0};
	struct slice none = {0};
	call_patient_url(&url, patient, "/notes");
	int code = call_expect(
		c->call, "GET", buf_slice(&url), "application/x-ndjson", none, EXIT_FAILED);
	buf_release(&url);
	struct slice rest = code == 0 ? buf_slice(&c->call->answer) : none;
	while (rest.n && code == 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n, used = n + (end ? 1 : 0);
		if (n && add_note(c, slice_of(rest.p, n), &e))
			code = call_fail(c->call, &e);
		rest = slice_of(rest.p + used, rest.n - used);
	}
	return code;
}

static int compare_quotes(const void *a, const void *b)
{
	const struct eval_quote *x = a, *y = b;
	return slice_cmp(x->note, y->note);
}

/* The first quote of the note, or of the next note that has one. */
static size_t first_quote(const struct eval_quotes *q, struct slice id)
{
	size_t low = 0, high = q->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slice_cmp(q->list[middle].note, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void check_quotes(struct eval_quotes *q, struct slice id, struct slice text)
{
	for (size_t i = first_quote(q, id); i < q->n && slice_eq(q->list[i].note, id); i++) {
		q->list[i].is_seen = true;
		if (!eval_quote_is_exact(&q->list[i], text))
			q->list[i].item->bad_quotes++;
	}
}

/* place[i]: bytes of the chart before the needle; NaN until its note has been met. */
static void place_needles(const struct chart *c, struct slice id, struct slice text,
	struct eval_item *const *items, size_t n, double *place)
{
	for (size_t i = 0; i < n; i++) {
		if (!items[i]->has_needle || !slice_eq(items[i]->note, id))
			continue;
		place[i] = (double)(c->bytes + items[i]->start);
		if (items[i]->end > text.n)
			print_warning("%s:%llu: mention_byte_end: the note has %zu bytes only",
				c->file, (unsigned long long)items[i]->line, text.n);
	}
}

/* With words and depth given by the file, only notes that hold a quote or a needle are of interest. */
static bool is_all_needed(struct eval_item *const *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!items[i]->words || (items[i]->has_needle && isnan(items[i]->depth)))
			return true;
	return false;
}

static bool is_needed(
	const struct eval_quotes *q, struct eval_item *const *items, size_t n, struct slice id)
{
	size_t at = first_quote(q, id);
	if (at < q->n && slice_eq(q->list[at].note, id))
		return true;
	for (size_t i = 0; i < n; i++)
		if (items[i]->has_needle && slice_eq(items[i]->note, id))
			return true;
	return false;
}

/* 0 with *is_there, or the exit code.  A note that the daemon cannot give (damage) is counted, and its quotes
 * stay unseen. */
static int fetch_note(struct chart *c, struct slice patient, struct slice id, bool *is_there)
{
	struct buf url = {0};
	struct slice none = {0};
	struct err e = {0};
	call_patient_url(&url, patient, "/notes/");
	http_escape(&url, id);
	int rc = call_send(c->call, "GET", buf_slice(&url), "text/plain", none, &e);
	buf_release(&url);
	*is_there = rc == 0 && c->call->status == 200;
	c->missing += rc == 0 && c->call->status != 200;
	return rc ? call_fail(c->call, &e) : 0;
}

static int fetch_notes(struct chart *c, struct eval_quotes *q, struct eval_item *const *items,
	size_t n, double *place)
{
	bool is_all = is_all_needed(items, n);
	int code = 0;
	for (size_t i = 0; i < c->n_notes && code == 0; i++) {
		bool is_there;
		if (!is_all && !is_needed(q, items, n, c->notes[i]))
			continue;
		code = fetch_note(c, items[0]->patient, c->notes[i], &is_there);
		if (code || !is_there)
			continue;
		struct slice text = buf_slice(&c->call->answer);
		check_quotes(q, c->notes[i], text);
		place_needles(c, c->notes[i], text, items, n, place);
		c->words += eval_words(text);
		c->bytes += text.n;
	}
	if (c->missing)
		print_warning(
			"%s:%llu: %llu notes of the chart cannot be read: their quotes count as not exact",
			c->file, (unsigned long long)items[0]->line,
			(unsigned long long)c->missing);
	return code;
}

static void fill_in(const struct chart *c, const struct eval_quotes *q,
	struct eval_item *const *items, size_t n, const double *place)
{
	for (size_t i = 0; i < q->n; i++)
		if (!q->list[i].is_seen)
			q->list[i].item->bad_quotes++;
	for (size_t i = 0; i < n; i++) {
		items[i]->words = items[i]->words ? items[i]->words : c->words;
		if (items[i]->has_needle && isnan(place[i]) && !c->missing)
			print_warning("%s:%llu: needle_note_id: the chart has no such note",
				c->file, (unsigned long long)items[i]->line);
		if (isnan(items[i]->depth) && c->bytes)
			items[i]->depth = place[i] / (double)c->bytes;
	}
}

int eval_chart_check(struct call *call, const char *file, struct eval_quotes *q,
	struct eval_item *const *items, size_t n)
{
	struct chart c = {.call = call, .file = file};
	bool is_answered = false;
	for (size_t i = 0; i < n; i++)
		is_answered = is_answered || items[i]->outcome.is_answered;
	if (!is_answered) /* no such patient, most likely: complained about already */
		return 0;
	double *place = calloc(n, sizeof(*place));
	if (!place) {
		print_failure("out of memory");
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < n; i++)
		place[i] = NAN;
	arena_init(&c.arena, ARENA_MAX);
	if (q->n)
		qsort(q->list, q->n, sizeof(*q->list), compare_quotes);
	int code = list_notes(&c, items[0]->patient);
	if (code == 0)
		code = fetch_notes(&c, q, items, n, place);
	if (code == 0)
		fill_in(&c, q, items, n, place);
	arena_release(&c.arena);
	free(place);
	return code;
}
