#include "scorer/train/memory.h"

#include "scorer/network.h"

#include <stdlib.h>

/* A hole: where each of its words begins, and where the last ends. */
struct hole {
	uint32_t start[MEMORY_WORDS + 1];
};

static bool begins_word(const struct tok_vocabulary *v, uint16_t id)
{
	struct slice t = tok_subword_text(v, id);
	return t.n > 1 && t.p[0] == ' ';
}

static bool find_hole(const struct tok_vocabulary *v, const uint16_t *ids, uint32_t n,
	uint32_t from, struct hole *out)
{
	unsigned words = 0;
	for (uint32_t i = from; i < n; i++) {
		if (ids[i] < TOK_SUBWORD_BYTES && words > 0)
			return false; /* a line end, a heading: no run of words */
		if (!begins_word(v, ids[i]))
			continue;
		out->start[words++] = i;
		if (words > MEMORY_WORDS)
			return true;
	}
	return false;
}

/* The likeliest subword for a place by its state and the tied embedding, among those that stand for text. */
static uint16_t likeliest(const struct model_parts *m, const float *state)
{
	uint16_t best = TOK_SUBWORD_BYTES;
	float most = 0;
	for (uint32_t id = TOK_SUBWORD_BYTES; id < m->shape.vocabulary; id++) {
		const float *row = m->weights + (size_t)id * m->shape.d;
		float dot = 0;
		for (uint32_t k = 0; k < m->shape.d; k++)
			dot += row[k] * state[k];
		if (id == TOK_SUBWORD_BYTES || dot > most) {
			most = dot;
			best = (uint16_t)id;
		}
	}
	return best;
}

static void count(const uint16_t *ids, const uint16_t *filled, const struct hole *h,
	struct memory_report *report)
{
	bool is_run = true;
	uint32_t run = 0;
	for (unsigned w = 0; w < MEMORY_WORDS; w++) {
		size_t bytes = (h->start[w + 1] - h->start[w]) * sizeof(*ids);
		bool is_right = memcmp(ids + h->start[w], filled + h->start[w], bytes) == 0;
		report->words_right += is_right;
		is_run = is_run && is_right;
		run += is_run;
	}
	report->places++;
	report->whole += run == MEMORY_WORDS;
	report->longest = run > report->longest ? run : report->longest;
}

int memory_try(const struct model_parts *m, const struct tok_vocabulary *v, const uint16_t *ids,
	uint32_t n, uint32_t from, struct memory_report *report)
{
	struct hole h;
	if (n > m->shape.window || !find_hole(v, ids, n, from, &h))
		return 0;
	uint32_t end = h.start[MEMORY_WORDS];
	uint16_t *filled = malloc(n * sizeof(*filled));
	float *states = malloc((size_t)n * m->shape.d * sizeof(*states));
	int rc = filled && states ? 0 : LODE_NOMEM;
	if (rc == 0)
		memcpy(filled, ids, n * sizeof(*filled));
	for (uint32_t i = h.start[0]; rc == 0 && i < end; i++)
		filled[i] = TOK_SUB_BLANK;
	/* A causal network reads no further than the place before; a bidirectional one sees what follows the hole. */
	bool is_causal = m->shape.mask == MASK_CAUSAL;
	for (uint32_t i = h.start[0]; rc == 0 && i < end; i++) {
		float logits[SHAPE_LOGITS];
		struct network_input in = {filled, n, 0};
		rc = network_reference(&m->shape, m->weights, &in, logits, states);
		if (rc == 0)
			filled[i] = likeliest(
				m, states + (size_t)(is_causal && i ? i - 1 : i) * m->shape.d);
	}
	if (rc == 0)
		count(ids, filled, &h, report);
	free(filled);
	free(states);
	return rc;
}
