/* What a unit fires on: the share of its firings that fall on one subword, of the token it reads and of the one that
 * comes next, beside what chance gives a unit that fires as often. */
#include "scorer/train/lab_run.h"
#include "scorer/train/random.h"

#include <stdlib.h>

enum { PURPOSE_MEANING = 0x6d65616e, FIRINGS_LEAST = 20 };

/* Counts of one layer. */
struct meaning {
	uint32_t words, units, tokens;
	uint16_t *reads,
		*next;   /* [unit][word]: firings on it, and before it; tokens stay below 65536 */
	uint32_t *fired; /* [unit] */
	uint16_t *ids, *follow; /* [tokens] of the whole batch, for chance */
};

static void release(struct meaning *m)
{
	free(m->reads);
	free(m->next);
	free(m->fired);
	free(m->ids);
	free(m->follow);
}

static int allocate(struct meaning *m)
{
	m->reads = calloc((size_t)m->units * m->words, sizeof(*m->reads));
	m->next = calloc((size_t)m->units * m->words, sizeof(*m->next));
	m->fired = calloc(m->units, sizeof(*m->fired));
	m->ids = calloc(UINT16_MAX, sizeof(*m->ids));
	m->follow = calloc(UINT16_MAX, sizeof(*m->follow));
	return m->reads && m->next && m->fired && m->ids && m->follow ? LODE_OK : LODE_NOMEM;
}

static void count_token(
	struct meaning *m, const float *hidden, const float *gate, uint16_t id, uint16_t next)
{
	m->ids[m->tokens] = id;
	m->follow[m->tokens++] = next;
	for (uint32_t u = 0; u < m->units; u++) {
		if (!(hidden[u] > 0 && gate[u] > 0))
			continue;
		m->fired[u]++;
		m->reads[(size_t)u * m->words + id]++;
		m->next[(size_t)u * m->words + next]++;
	}
}

/* Tokens that foretell something: the last one of a window has no next. */
static void count_share(struct meaning *m, const struct share *s, uint32_t layer)
{
	size_t stride = hidden_stride(s->pass->layout, layer);
	const struct layer_kept *k = &s->pass->kept[layer];
	const float *gate = k->gate ? k->gate : k->hidden;
	for (uint32_t t = 0; t < s->batch.tokens && m->tokens < UINT16_MAX; t++)
		if (s->batch.target[t] != TARGET_NONE)
			count_token(m, k->hidden + t * stride, gate + t * stride, s->batch.ids[t],
				s->batch.target[t]);
}

static double top_share(const uint16_t *counts, uint32_t words, uint32_t fired, uint32_t *distinct)
{
	uint32_t most = 0;
	*distinct = 0;
	for (uint32_t w = 0; w < words; w++) {
		most = counts[w] > most ? counts[w] : most;
		*distinct += counts[w] > 0;
	}
	return (double)most / fired;
}

/* The same of a unit that fires on `fired` tokens of chance. */
static double top_share_of_chance(const struct meaning *m, const uint16_t *ids, uint32_t fired,
	struct random *r, uint16_t *room)
{
	uint32_t ignored;
	memset(room, 0, m->words * sizeof(*room));
	for (uint32_t i = 0; i < fired; i++)
		room[ids[random_below(r, m->tokens)]]++;
	return top_share(room, m->words, fired, &ignored);
}

enum { COLUMNS = 5 };
static const enum lab_measure columns[COLUMNS] = {
	LAB_READS, LAB_READS_NULL, LAB_FORETELLS, LAB_FORETELLS_NULL, LAB_VARIETY};

static void report(const struct meaning *m, double *const *values, unsigned n, uint32_t step,
	uint32_t layer, struct lab_table *out)
{
	static const double at[3] = {10, 50, 90};
	for (unsigned c = 0; n && c < COLUMNS; c++) {
		for (unsigned i = 0; i < 3; i++)
			lab_add(out, &(struct lab_row){step, (int32_t)layer, columns[c], at[i],
					     lab_percentile(values[c], n, at[i])});
	}
}

static int sum_up(const struct meaning *m, uint64_t seed, uint32_t step, uint32_t layer,
	struct lab_table *out)
{
	double *memory = calloc((size_t)COLUMNS * m->units, sizeof(*memory)), *values[COLUMNS];
	uint16_t *room = calloc(m->words, sizeof(*room));
	unsigned n = 0;
	int rc = memory && room ? LODE_OK : LODE_NOMEM;
	for (unsigned c = 0; c < COLUMNS; c++)
		values[c] = memory ? memory + (size_t)c * m->units : NULL;
	for (uint32_t u = 0; rc == 0 && u < m->units; u++) {
		uint32_t distinct, ignored;
		struct random r = random_for(seed, PURPOSE_MEANING, layer, u);
		if (m->fired[u] < FIRINGS_LEAST)
			continue;
		values[0][n] = top_share(
			m->reads + (size_t)u * m->words, m->words, m->fired[u], &distinct);
		values[1][n] = top_share_of_chance(m, m->ids, m->fired[u], &r, room);
		values[2][n] =
			top_share(m->next + (size_t)u * m->words, m->words, m->fired[u], &ignored);
		values[3][n] = top_share_of_chance(m, m->follow, m->fired[u], &r, room);
		values[4][n++] = (double)distinct / m->fired[u];
	}
	if (rc == 0)
		report(m, values, n, step, layer, out);
	free(room);
	free(memory);
	return rc;
}

int lab_meaning(
	struct trainer *t, uint32_t tokens, uint64_t seed, struct lab_table *out, struct err *e)
{
	const struct shape *s = &t->layout.shape;
	int rc = LODE_OK;
	tokens = tokens < UINT16_MAX ? tokens : UINT16_MAX;
	for (uint32_t l = 0; rc == 0 && l < s->layers; l++) {
		struct meaning m = {.words = s->vocabulary, .units = s->d_ff[l]};
		if (allocate(&m))
			rc = err_set(e, LODE_NOMEM, "no memory for what units fire on");
		for (uint64_t draw = 0; rc == 0 && m.tokens < tokens; draw++) {
			struct step_report ignored;
			rc = trainer_draw(t, USE_STREAM_A, draw, t->options.batch, e);
			if (rc)
				break;
			trainer_measure(t, &ignored);
			for (unsigned i = 0; i < TRAINER_SHARES; i++)
				count_share(&m, &t->shares[i], l);
		}
		if (rc == 0 && sum_up(&m, seed, (uint32_t)t->step, l, out))
			rc = err_set(e, LODE_NOMEM, "no memory for what units fire on");
		release(&m);
	}
	return rc;
}
