#include "scorer/train/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t units_of(const struct shape *s)
{
	size_t n = 0;
	for (uint32_t l = 0; l < s->layers; l++)
		n += s->d_ff[l];
	return n;
}

/* ---- life ---- */

static int open_csv(struct probe *p, const char *path, bool is_resumed, struct err *e)
{
	if (!path)
		return LODE_OK;
	p->csv = fopen(path, is_resumed ? "ae" : "we");
	if (!p->csv)
		return err_set(
			e, LODE_IO, "%s: cannot be opened for writing: %s", path, strerror(errno));
	if (!is_resumed)
		fprintf(p->csv, "step,layer,tok,seq,batch,p10,p50,p90,off,null,on,dead,units,"
				"active_p10,active_p50,active_p90,tokens,windows\n");
	return LODE_OK;
}

int probe_begin(struct probe *p, const struct shape *s, const char *csv_path, bool is_resumed,
	uint32_t tokens, bool has_pair, struct slice beside, struct err *e)
{
	size_t n = units_of(s), bytes = n * sizeof(*p->units);
	*p = (struct probe){.tokens = tokens, .has_pair = has_pair, .shape = *s};
	p->units = calloc(n + 1, sizeof(*p->units));
	if (!p->units)
		return err_set(e, LODE_NOMEM, "no memory for probes");
	if (beside.n == sizeof(p->taken) + bytes) {
		memcpy(&p->taken, beside.p, sizeof(p->taken));
		memcpy(p->units, beside.p + sizeof(p->taken), bytes);
	} else if (beside.n) {
		return err_set(e, LODE_CORRUPT, "the checkpoint's probes are of another shape");
	}
	return open_csv(p, csv_path, is_resumed, e);
}

void probe_finish(struct probe *p)
{
	if (p->csv)
		fclose(p->csv);
	use_release(&p->use);
	free(p->units);
	*p = (struct probe){0};
}

int probe_state(const struct probe *p, struct buf *out)
{
	int rc = buf_put(out, &p->taken, sizeof(p->taken));
	return rc ? rc : buf_put(out, p->units, units_of(&p->shape) * sizeof(*p->units));
}

/* ---- a probe ---- */

static int rising(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Percentiles by nearest rank. */
static int percentiles(const uint32_t *values, uint32_t n, double out[3])
{
	static const double at[3] = {0.1, 0.5, 0.9};
	uint32_t *sorted = malloc(((size_t)n + 1) * sizeof(*sorted));
	if (!sorted)
		return LODE_NOMEM;
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), rising);
	for (unsigned i = 0; i < 3; i++)
		out[i] = sorted[(uint32_t)(at[i] * (n - 1) + 0.5)];
	free(sorted);
	return LODE_OK;
}

static void note_units(struct probe_unit *units, const struct layer_use *a,
	const struct layer_use *b, uint32_t d_ff, struct probe_layer *out)
{
	*out = (struct probe_layer){0};
	for (uint32_t u = 0; u < d_ff; u++) {
		bool is_on = a->fired[u] > 0;
		out->off += units[u].was_on && !is_on;
		out->on += !units[u].was_on && is_on;
		out->null += b && is_on && b->fired[u] == 0;
		units[u].was_on = is_on;
		units[u].off = is_on ? 0 : units[u].off + (units[u].off < UINT16_MAX);
		out->dead += units[u].off >= PRUNE_LEAST;
	}
}

static void write_row(const struct probe *p, uint64_t step, uint32_t layer)
{
	const struct layer_use *v = &p->use.layer[layer];
	const struct probe_layer *c = &p->layer[layer];
	fprintf(p->csv, "%llu,%u,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,", (unsigned long long)step, layer,
		v->token, v->sequence, v->batch, c->rate[0], c->rate[1], c->rate[2]);
	if (p->taken)
		fprintf(p->csv, "%u,", c->off);
	else
		fprintf(p->csv, ",");
	if (p->has_pair)
		fprintf(p->csv, "%u,", c->null);
	else
		fprintf(p->csv, ",");
	if (p->taken)
		fprintf(p->csv, "%u,", c->on);
	else
		fprintf(p->csv, ",");
	fprintf(p->csv, "%u,%u,%.0f,%.0f,%.0f,%u,%u\n", c->dead, p->shape.d_ff[layer], c->active[0],
		c->active[1], c->active[2], p->use.tokens, p->use.windows);
}

/* Fills in p->layer from the two batches. */
static int note_layers(struct probe *p, const struct use *pair)
{
	struct probe_unit *units = p->units;
	for (uint32_t l = 0; l < p->shape.layers; units += p->shape.d_ff[l++]) {
		const struct layer_use *v = &p->use.layer[l];
		struct probe_layer *out = &p->layer[l];
		note_units(units, v, p->has_pair ? &pair->layer[l] : NULL, p->shape.d_ff[l], out);
		if (percentiles(v->fired, p->shape.d_ff[l], out->rate) ||
			percentiles(v->active, p->use.tokens, out->active))
			return LODE_NOMEM;
		for (unsigned i = 0; i < 3; i++)
			out->rate[i] /= p->use.tokens;
	}
	return LODE_OK;
}

int probe_take(struct probe *p, struct trainer *t, struct err *e)
{
	struct use pair = {0};
	use_release(&p->use);
	int rc = use_measure(&p->use, t, USE_STREAM_A, p->tokens, e);
	if (rc == 0 && p->has_pair)
		rc = use_measure(&pair, t, USE_STREAM_B, p->tokens, e);
	if (rc)
		return rc;
	rc = note_layers(p, &pair);
	for (uint32_t l = 0; rc == 0 && p->csv && l < p->shape.layers; l++)
		write_row(p, t->step, l);
	use_release(&pair);
	if (rc)
		return err_set(e, rc, "no memory for a probe");
	p->taken++;
	if (p->csv && (fflush(p->csv) || ferror(p->csv)))
		return err_set(e, LODE_IO, "the probes' file cannot be written");
	return LODE_OK;
}

/* ---- pruning ---- */

/* Marks the units of a layer that stay: all but the longest off, of which so many go that a whole number
 * of sixteens is left.  Returns how many stay. */
static uint32_t choose(
	const struct probe_unit *units, uint32_t d_ff, uint32_t after, uint32_t *kept)
{
	uint32_t off = 0, go, longest = UINT16_MAX;
	for (uint32_t u = 0; u < d_ff; u++)
		off += units[u].off >= after;
	go = off < d_ff - 16 ? off : d_ff - 16;
	go -= go % 16;
	/* The bar above which all go; of those on it the first ones do. */
	uint32_t above = 0, on_bar = 0, n = 0;
	for (; longest >= after; longest--) {
		on_bar = 0;
		for (uint32_t u = 0; u < d_ff; u++)
			on_bar += units[u].off == longest;
		if (above + on_bar >= go)
			break;
		above += on_bar;
	}
	uint32_t from_bar = go - above;
	for (uint32_t u = 0; u < d_ff; u++) {
		bool is_on_bar = go && units[u].off == longest;
		bool goes = go && (units[u].off > longest || (is_on_bar && from_bar));
		if (is_on_bar && from_bar)
			from_bar--;
		if (!goes)
			kept[n++] = u;
	}
	return n;
}

static void forget(struct probe *p, const struct units_kept *kept)
{
	struct probe_unit *from = p->units, *to = p->units;
	for (uint32_t l = 0; l < p->shape.layers; from += p->shape.d_ff[l++])
		for (uint32_t i = 0; i < kept->n[l]; i++)
			*to++ = from[kept->units[l][i]];
	for (uint32_t l = 0; l < p->shape.layers; l++)
		p->shape.d_ff[l] = kept->n[l];
}

int probe_prune(
	struct probe *p, struct trainer **t, uint32_t after, uint32_t *removed, struct err *e)
{
	struct units_kept kept = {0};
	const struct probe_unit *units = p->units;
	uint32_t *list = calloc(units_of(&p->shape) + 1, sizeof(*list)), *at = list;
	*removed = 0;
	if (!list)
		return err_set(e, LODE_NOMEM, "no memory to prune");
	for (uint32_t l = 0; l < p->shape.layers; units += p->shape.d_ff[l++]) {
		kept.units[l] = at;
		kept.n[l] = choose(units, p->shape.d_ff[l], after, at);
		*removed += p->shape.d_ff[l] - kept.n[l];
		at += kept.n[l];
	}
	int rc = *removed ? trainer_narrow(t, &kept, e) : LODE_OK;
	if (rc == 0 && *removed)
		forget(p, &kept);
	free(list);
	return rc;
}
