#include "scorer/train/use.h"

#include <stdlib.h>
#include <string.h>

void use_release(struct use *u)
{
	free(u->memory);
	free(u->sums);
	*u = (struct use){0};
}

static int allocate(struct use *u, const struct trainer *t, uint32_t tokens)
{
	const struct shape *s = &t->layout.shape;
	size_t room = (size_t)tokens + (size_t)t->options.batch * s->window, all = SHAPE_FF_MAX,
	       units = 0;
	for (uint32_t l = 0; l < s->layers; l++) {
		all += s->d_ff[l] + room;
		units += s->d_ff[l];
	}
	uint32_t *p = u->memory = calloc(all, sizeof(*p));
	float *sum = u->sums = calloc(units + 1, sizeof(*sum));
	if (!p || !sum) {
		use_release(u);
		return LODE_NOMEM;
	}
	u->seen = p;
	p += SHAPE_FF_MAX;
	for (uint32_t l = 0; l < s->layers; sum += s->d_ff[l], l++) {
		u->layer[l].sum = sum;
		u->layer[l].fired = p;
		p += s->d_ff[l];
		u->layer[l].active = p;
		p += room;
	}
	return LODE_OK;
}

/* One window of a share: tokens from `first` on in the pass, from `to` on in the use. */
static void count_window(const struct use *u, struct layer_use *out, const struct pass *p,
	uint32_t layer, uint32_t first, uint32_t n, uint32_t to)
{
	uint32_t d_ff = p->layout->shape.d_ff[layer], anywhere = 0;
	bool is_product = p->layout->shape.activation != ACTIVATION_RELU; /* squared: with itself */
	size_t stride = hidden_stride(p->layout, layer);
	const float *hidden = p->kept[layer].hidden + first * stride;
	const float *gate = p->kept[layer].gate ? p->kept[layer].gate + first * stride : hidden;
	memset(u->seen, 0, d_ff * sizeof(*u->seen));
	for (uint32_t i = 0; i < n; i++, hidden += stride, gate += stride) {
		uint32_t active = 0;
		for (uint32_t unit = 0; unit < d_ff; unit++) {
			uint32_t on = (hidden[unit] > 0) & (gate[unit] > 0);
			out->fired[unit] += on;
			out->sum[unit] += is_product ? hidden[unit] * gate[unit] : hidden[unit];
			u->seen[unit] |= on;
			active += on;
		}
		out->active[to + i] = active;
	}
	for (uint32_t unit = 0; unit < d_ff; unit++)
		anywhere += u->seen[unit];
	out->sequence += (double)anywhere / d_ff;
}

/* How many windows of the stream's next draw come before the token limit. */
static uint32_t windows_within(const struct trainer *t, uint32_t tokens)
{
	uint32_t n = 0, sum = 0;
	while (n < t->options.batch && sum < tokens)
		sum += t->slots[n++].n;
	return n;
}

static void count_share(struct use *u, const struct share *s)
{
	for (uint32_t w = 0; w < s->batch.windows; w++) {
		uint32_t first = s->batch.start[w], n = s->batch.start[w + 1] - first;
		for (uint32_t l = 0; l < u->layers; l++)
			count_window(u, &u->layer[l], s->pass, l, first, n, u->tokens);
		u->tokens += n;
		u->windows++;
	}
}

static void finish(struct use *u, const struct shape *s)
{
	for (uint32_t l = 0; l < u->layers; l++) {
		struct layer_use *layer = &u->layer[l];
		double fired = 0;
		uint32_t anywhere = 0;
		for (uint32_t unit = 0; unit < s->d_ff[l]; unit++) {
			fired += layer->fired[unit];
			anywhere += layer->fired[unit] > 0;
		}
		layer->token = fired / ((double)u->tokens * s->d_ff[l]);
		layer->sequence /= u->windows;
		layer->batch = (double)anywhere / s->d_ff[l];
	}
}

int use_measure(struct use *u, struct trainer *t, uint64_t seed, uint32_t tokens, struct err *e)
{
	struct step_report ignored;
	*u = (struct use){.layers = t->layout.shape.layers};
	int rc = allocate(u, t, tokens);
	if (rc)
		return err_set(e, rc, "no memory for a probe");
	for (uint64_t draw = 0; u->tokens < tokens; draw++) {
		uint32_t count = t->options.batch;
		rc = trainer_draw(t, seed, draw, count, e);
		if (rc == 0 && (count = windows_within(t, tokens - u->tokens)) < t->options.batch)
			rc = trainer_draw(t, seed, draw, count, e);
		if (rc) {
			use_release(u);
			return rc;
		}
		for (unsigned i = 0; i < TRAINER_SHARES; i++)
			t->shares[i].batch.targets =
				0; /* no words' loss: it is a quarter of the work */
		trainer_measure(t, &ignored);
		for (unsigned i = 0; i < TRAINER_SHARES; i++)
			count_share(u, &t->shares[i]);
	}
	finish(u, &t->layout.shape);
	return LODE_OK;
}
