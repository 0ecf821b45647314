#include "scorer/train/layout.h"

#include "scorer/train/random.h"

#include <stdlib.h>
#include <string.h>

static size_t *layer_field(struct layer_layout *l, enum tensor_role role)
{
	switch (role) {
	case TENSOR_NORM_ATTENTION: return &l->norm_attention;
	case TENSOR_Q: return &l->q;
	case TENSOR_K: return &l->k;
	case TENSOR_V: return &l->v;
	case TENSOR_O: return &l->o;
	case TENSOR_NORM_MLP: return &l->norm_mlp;
	case TENSOR_WI: return &l->wi;
	case TENSOR_WG: return &l->wg;
	case TENSOR_WO: return &l->wo;
	default: return NULL;
	}
}

static size_t *field(struct layout *l, const struct tensor_place *t)
{
	switch (t->role) {
	case TENSOR_EMBEDDING: return &l->embedding;
	case TENSOR_POSITION: return &l->position;
	case TENSOR_NORM_FINAL: return &l->norm_final;
	case TENSOR_HEAD_WEIGHT: return &l->head_weight[t->layer];
	case TENSOR_HEAD_BIAS: return &l->head_bias[t->layer];
	default: return layer_field(&l->layer[t->layer], t->role);
	}
}

int layout_init(struct layout *l, const struct shape *s, struct err *e)
{
	int rc = shape_check(s, e);
	if (rc)
		return rc;
	*l = (struct layout){.shape = *s, .inner = s->heads * SHAPE_HEAD_DIM};
	l->floats = shape_floats(s);
	l->n_tensors = shape_tensors(s, l->tensors, SHAPE_TENSORS_MAX);
	if (l->n_tensors > SHAPE_TENSORS_MAX)
		return err_set(e, LODE_BUG, "%u tensors", l->n_tensors);
	for (unsigned i = 0; i < l->n_tensors; i++)
		*field(l, &l->tensors[i]) = l->tensors[i].offset;
	for (uint32_t i = 0; i < s->layers; i++) {
		const struct layer_layout *at = &l->layer[i];
		size_t size = (size_t)l->inner * s->d;
		if (at->k != at->q + size || at->v != at->k + size)
			return err_set(e, LODE_BUG, "q, k and v of layer %u lie apart", i);
	}
	return LODE_OK;
}

/* Deviation of a tensor's first values; 0: see the caller.  Without 1/sqrt(d) in attention q is smaller by
 * it.  T5's embedding of deviation 1 would take AdamW a thousand steps to turn; .05 it turns in fifty. */
static float deviation(const struct layout *l, const struct tensor_place *t)
{
	float d = (float)l->shape.d;
	switch (t->role) {
	case TENSOR_EMBEDDING: return 0.05f;
	case TENSOR_Q: return 1 / sqrtf(d * SHAPE_HEAD_DIM);
	case TENSOR_POSITION:
	case TENSOR_K:
	case TENSOR_V:
	case TENSOR_WI:
	case TENSOR_WG: return 1 / sqrtf(d);
	case TENSOR_O:
	case TENSOR_WO: return 1 / sqrtf((float)t->cols);
	case TENSOR_HEAD_WEIGHT: return 0.02f;
	default: return 0;
	}
}

static bool is_norm(enum tensor_role role)
{
	return role == TENSOR_NORM_ATTENTION || role == TENSOR_NORM_MLP ||
	       role == TENSOR_NORM_FINAL;
}

void layout_randomise(const struct layout *l, uint64_t seed, float *weights)
{
	memset(weights, 0, l->floats * sizeof(*weights));
	for (unsigned i = 0; i < l->n_tensors; i++) {
		const struct tensor_place *t = &l->tensors[i];
		struct random r = random_for(seed, 0x77656967687473, 0, i);
		float *w = weights + t->offset, spread = deviation(l, t);
		for (size_t j = 0; j < (size_t)t->rows * t->cols; j++)
			w[j] = is_norm(t->role) ? 1 : spread > 0 ? spread * random_normal(&r) : 0;
	}
}

float *floats_new(size_t n)
{
	if (n > SIZE_MAX / sizeof(float) - 64)
		return NULL;
	return aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64);
}
