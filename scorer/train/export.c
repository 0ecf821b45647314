#include "scorer/train/export.h"

#include "scorer/model.h"

#include <stdlib.h>
#include <string.h>

void units_pick(const struct layout *source, const float *from, const struct layout *target,
	float *to, uint32_t layer, const uint32_t *order)
{
	const struct layer_layout *a = &source->layer[layer], *b = &target->layer[layer];
	size_t d = source->shape.d, old = source->shape.d_ff[layer], n = target->shape.d_ff[layer];
	for (size_t u = 0; u < n; u++) {
		memcpy(to + b->wi + u * d, from + a->wi + order[u] * d, d * sizeof(float));
		if (source->shape.activation == ACTIVATION_DRELU)
			memcpy(to + b->wg + u * d, from + a->wg + order[u] * d, d * sizeof(float));
		for (size_t j = 0; j < d; j++)
			to[b->wo + j * n + u] = from[a->wo + j * old + order[u]];
	}
}

struct ranked {
	uint32_t unit, fired;
};

static int hotter(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->fired != y->fired)
		return x->fired > y->fired ? -1 : 1;
	return x->unit < y->unit ? -1 : 1;
}

/* Room for one export: the weights in their new order and each unit's frequency. */
struct image {
	float *weights, *firing;
	struct ranked *ranked;
	uint32_t *order;
};

static void order_layer(const struct trainer *t, const struct use *use, uint32_t layer,
	struct image *im, float *firing)
{
	uint32_t n = t->layout.shape.d_ff[layer];
	for (uint32_t u = 0; u < n; u++)
		im->ranked[u] = (struct ranked){u, use->layer[layer].fired[u]};
	qsort(im->ranked, n, sizeof(*im->ranked), hotter);
	for (uint32_t u = 0; u < n; u++) {
		im->order[u] = im->ranked[u].unit;
		firing[u] = (float)im->ranked[u].fired / (float)use->tokens;
	}
	units_pick(&t->layout, t->weights, &t->layout, im->weights, layer, im->order);
}

int export_model(const struct trainer *t, const struct use *use, const struct export_options *o,
	struct err *e)
{
	const struct layout *l = &t->layout;
	size_t units = 0, widest = 0;
	for (uint32_t i = 0; i < l->shape.layers; i++) {
		units += l->shape.d_ff[i];
		widest = l->shape.d_ff[i] > widest ? l->shape.d_ff[i] : widest;
	}
	struct image im = {floats_new(l->floats), calloc(units + 1, sizeof(float)),
		calloc(widest + 1, sizeof(*im.ranked)), calloc(widest + 1, sizeof(*im.order))};
	int rc = LODE_NOMEM;
	if (im.weights && im.firing && im.ranked && im.order) {
		memcpy(im.weights, t->weights, l->floats * sizeof(float));
		float *firing = im.firing;
		for (uint32_t i = 0; i < l->shape.layers; firing += l->shape.d_ff[i++])
			order_layer(t, use, i, &im, firing);
		struct model_parts parts = {
			.shape = l->shape,
			.weights = im.weights,
			.vocabulary = o->vocabulary,
			.firing = im.firing,
			.training = o->training,
		};
		rc = model_write(o->path, &parts, o->is_bf16, e);
	} else {
		err_set(e, rc, "no memory to export a model");
	}
	free(im.weights);
	free(im.firing);
	free(im.ranked);
	free(im.order);
	return rc;
}
