/* batch_seal: notes grouped by patient, terms ranked, frames compressed, segments joined. */
#include "index/batch.h"
#include "index/joins.h"
#include "index/order.h"

#include <stdlib.h>

/* ---- ranks ---- */

/* rank[number] and the strings in order of rank; both malloced by the caller with t->n elements. */
static int rank_all(const struct intern *t, uint32_t *rank, struct slice *sorted)
{
	uint32_t *order = malloc((t->n + 1UL) * sizeof(*order));
	int rc = order ? order_strings(t->at, t->n, order) : LODE_NOMEM;
	for (uint32_t i = 0; rc == 0 && i < t->n; i++) {
		rank[order[i]] = i;
		sorted[i] = t->at[order[i]];
	}
	free(order);
	return rc;
}

/* ---- postings in order of rank ---- */

enum { DIGIT_BITS_MOST = 11, DIGITS_MOST = 1 << DIGIT_BITS_MOST };

static void sort_pass(
	const struct posting *from, struct posting *to, size_t n, unsigned shift, unsigned bits)
{
	uint32_t at[DIGITS_MOST], sum = 0;
	const uint32_t digits = UINT32_C(1) << bits, mask = digits - 1;
	memset(at, 0, digits * sizeof(*at));
	for (size_t i = 0; i < n; i++)
		at[from[i].term >> shift & mask]++;
	for (uint32_t d = 0; d < digits; d++) {
		uint32_t count = at[d];
		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i].term >> shift & mask]++] = from[i];
}

/* Stable by term (a rank by now): chunks stay ascending.  Returns whichever array holds the result. */
static struct posting *sort_postings(
	struct posting *p, struct posting *other, size_t n, uint32_t n_ranks)
{
	/* A single note has fewer words than the counters of a wide digit. */
	const size_t few = 2048;
	unsigned bits = n < few ? 8 : DIGIT_BITS_MOST;
	for (unsigned shift = 0; shift < 32 && (n_ranks >> shift) > 0; shift += bits) {
		sort_pass(p, other, n, shift, bits);
		struct posting *swap = p;
		p = other;
		other = swap;
	}
	return p;
}

/* ---- segments ---- */

struct sealer {
	struct batch *batch;
	struct compressor *z;
	struct segment_builder builder;
	struct buf frame;
	uint32_t *term_rank, *patient_rank;
	struct slice *terms, *patients; /* in order of rank */
	uint32_t *order;                /* notes to store, by patient rank, then arrival */
	uint32_t n_order;
	struct posting *p, *other; /* of one segment */
	size_t cap;
};

static int add_note(struct sealer *s, const struct batch_note *n)
{
	const struct batch *b = s->batch;
	int rc = segment_builder_note(&s->builder, &n->view, n->n_chunks);
	size_t join = n->first_join * sizeof(uint16_t);
	uint32_t start = 0;
	for (uint32_t i = 0; rc == 0 && i < n->n_chunks; i++) {
		struct batch_chunk c = b->chunks[n->first_chunk + i];
		rc = segment_builder_chunk(&s->builder, start, c.end - start, c.words);
		if (rc == 0)
			rc = segment_builder_joins(
				&s->builder, c.n_joins, b->joins.p ? b->joins.p + join : NULL);
		join += c.n_joins == JOINS_MANY ? 0 : c.n_joins * sizeof(uint16_t);
		start = c.end;
	}
	struct slice text = {b->text.p + n->text, n->view.text_bytes};
	return rc ? rc : codec_put_text(s->z, b->dict, text, &s->frame, &s->builder);
}

static int reserve(struct sealer *s, size_t n)
{
	if (n <= s->cap)
		return 0;
	free(s->p);
	free(s->other);
	s->p = malloc(n * sizeof(*s->p));
	s->other = malloc(n * sizeof(*s->other));
	s->cap = s->p && s->other ? n : 0;
	return s->cap ? 0 : LODE_NOMEM;
}

static struct batch_segment *new_segment(struct batch *b)
{
	if (b->n_segments == b->segments_cap) {
		uint32_t cap = b->segments_cap ? b->segments_cap * 2 : 16;
		struct batch_segment *p = realloc(b->segments, cap * sizeof(*p));
		if (!p)
			return NULL;
		b->segments = p;
		b->segments_cap = cap;
	}
	struct batch_segment *g = &b->segments[b->n_segments];
	*g = (struct batch_segment){0};
	return g;
}

static void put_terms(struct sealer *s, const struct posting *p, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && p[end].term == p[i].term; end++)
			;
		segment_builder_term(&s->builder, s->terms[p[i].term], p + i, end - i);
	}
}

/* One segment of notes order[from..to), all of one patient. */
static int build_segment(struct sealer *s, uint32_t from, uint32_t to)
{
	struct batch *b = s->batch;
	size_t n = 0;
	for (uint32_t i = from; i < to; i++)
		n += b->note[s->order[i]].n_postings;
	int rc = reserve(s, n);
	segment_builder_begin(&s->builder, b->dict ? b->dict->id : 0);
	n = 0;
	for (uint32_t i = from; rc == 0 && i < to; i++) {
		const struct batch_note *note = &b->note[s->order[i]];
		uint32_t base = s->builder.n_chunks;
		rc = add_note(s, note);
		for (size_t k = 0; k < note->n_postings; k++) {
			struct posting p = b->postings[note->first_posting + k];
			s->p[n++] = (struct posting){s->term_rank[p.term], base + p.chunk, p.tf};
		}
	}
	struct batch_segment *g = rc ? NULL : new_segment(b);
	if (!g)
		return rc ? rc : LODE_NOMEM;
	g->patient = b->note[s->order[from]].patient;
	put_terms(s, sort_postings(s->p, s->other, n, b->terms.n), n);
	rc = segment_builder_finish(&s->builder, &g->blob);
	if (rc)
		buf_release(&g->blob);
	else
		b->n_segments++;
	return rc;
}

/* The end of the segment that begins at order[from]. */
static uint32_t cut_segment(const struct sealer *s, uint32_t from)
{
	const struct batch_note *first = &s->batch->note[s->order[from]];
	size_t raw = 0, chunks = 0;
	uint32_t i = from;
	for (; i < s->n_order; i++) {
		const struct batch_note *n = &s->batch->note[s->order[i]];
		raw += n->view.text_bytes;
		chunks += n->n_chunks;
		if (n->patient != first->patient)
			break;
		if (i > from && (raw > BATCH_SEGMENT_RAW || chunks > SEGMENT_CHUNKS_MAX))
			break;
	}
	return i;
}

/* Notes to store, grouped by patient in order of id; arrival order within a patient. */
static int order_notes(struct sealer *s)
{
	struct batch *b = s->batch;
	uint32_t n_patients = b->patients.n;
	uint32_t *at = calloc((size_t)n_patients + 1, sizeof(*at));
	s->order = malloc(((size_t)b->n_notes + 1) * sizeof(*s->order));
	if (!at || !s->order) {
		free(at);
		return LODE_NOMEM;
	}
	for (uint32_t i = 0; i < b->n_notes; i++)
		if (b->note[i].fate == FATE_STORE)
			at[s->patient_rank[b->note[i].patient] + 1]++;
	for (uint32_t r = 0; r < n_patients; r++)
		at[r + 1] += at[r];
	s->n_order = at[n_patients];
	for (uint32_t i = 0; i < b->n_notes; i++)
		if (b->note[i].fate == FATE_STORE)
			s->order[at[s->patient_rank[b->note[i].patient]]++] = i;
	free(at);
	return 0;
}

static int build_all(struct sealer *s)
{
	struct batch *b = s->batch;
	s->term_rank = malloc(((size_t)b->terms.n + 1) * sizeof(uint32_t));
	s->patient_rank = malloc(((size_t)b->patients.n + 1) * sizeof(uint32_t));
	s->terms = malloc(((size_t)b->terms.n + 1) * sizeof(struct slice));
	s->patients = malloc(((size_t)b->patients.n + 1) * sizeof(struct slice));
	int rc = s->term_rank && s->patient_rank && s->terms && s->patients ? 0 : LODE_NOMEM;
	if (rc == 0)
		rc = compressor_create(&s->z);
	if (rc == 0)
		rc = rank_all(&b->terms, s->term_rank, s->terms);
	if (rc == 0)
		rc = rank_all(&b->patients, s->patient_rank, s->patients);
	if (rc == 0)
		rc = order_notes(s);
	for (uint32_t i = 0, end; rc == 0 && i < s->n_order; i = end) {
		end = cut_segment(s, i);
		rc = build_segment(s, i, end);
	}
	return rc;
}

static void sealer_release(struct sealer *s)
{
	segment_builder_release(&s->builder);
	compressor_destroy(s->z);
	buf_release(&s->frame);
	free(s->term_rank);
	free(s->patient_rank);
	free(s->terms);
	free(s->patients);
	free(s->order);
	free(s->p);
	free(s->other);
}

/* ---- dictionary ---- */

static size_t bytes_to_store(const struct batch *b)
{
	size_t n = 0;
	for (uint32_t i = 0; i < b->n_notes; i++)
		if (b->note[i].fate == FATE_STORE)
			n += b->note[i].view.text_bytes;
	return n;
}

/* Every stride-th chunk, so that the samples come from the whole batch. */
static int sample(const struct batch *b, size_t stride, struct buf *text, struct buf *sizes)
{
	size_t turn = 0;
	for (uint32_t i = 0; i < b->n_notes; i++) {
		const struct batch_note *n = &b->note[i];
		uint32_t start = 0;
		for (uint32_t c = 0; n->fate == FATE_STORE && c < n->n_chunks; c++) {
			size_t end = b->chunks[n->first_chunk + c].end, size = end - start;
			if (turn++ % stride == 0 && size > 0) {
				buf_put(text, b->text.p + n->text + start, size);
				buf_put(sizes, &size, sizeof(size));
			}
			start = (uint32_t)end;
		}
	}
	return text->failed || sizes->failed ? LODE_NOMEM : 0;
}

static int choose_dict(struct batch *b, struct err *e)
{
	struct dict *trained = NULL;
	b->dict = codec_current(b->index);
	size_t raw = bytes_to_store(b);
	if (b->dict || raw < CODEC_TRAIN_LEAST || !codec_begin_training(b->index, &b->dict))
		return 0;
	struct buf text = {0}, sizes = {0};
	size_t stride = (raw + CODEC_TRAIN_MOST - 1) / CODEC_TRAIN_MOST;
	int rc = sample(b, stride, &text, &sizes);
	if (rc)
		err_set(e, rc, "no memory for samples");
	else
		rc = codec_train(text.p, (const size_t *)(const void *)sizes.p,
			(unsigned)(sizes.n / sizeof(size_t)), &trained, e);
	buf_release(&text);
	buf_release(&sizes);
	b->dict = codec_end_training(b->index, trained);
	return rc == LODE_NOTFOUND ? 0 : rc; /* nothing to learn: this batch does without */
}

int batch_seal(struct batch *b, struct err *e)
{
	struct sealer s = {.batch = b};
	bool any_known = false;
	if (b->is_sealed)
		return 0;
	int rc = choose_dict(b, e);
	if (rc == 0) {
		rc = build_all(&s);
		sealer_release(&s);
		if (rc)
			err_set(e, rc, "cannot build segments: %s", err_words(rc));
	}
	if (rc) {
		for (uint32_t i = 0; i < b->n_segments; i++)
			buf_release(&b->segments[i].blob);
		b->n_segments = 0;
		b->dict = NULL;
		return rc;
	}
	for (uint32_t i = 0; i < b->n_notes; i++)
		any_known |= b->note[i].fate == FATE_KNOWN;
	batch_forget_words(b);
	arena_release(&b->scratch);
	if (!any_known) /* a known note's text is needed if the commit finds it changed meanwhile */
		buf_release(&b->text);
	b->is_sealed = true;
	return 0;
}
