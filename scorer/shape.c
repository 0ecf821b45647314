#include "scorer/shape.h"

#include <math.h>
#include <stdio.h>

enum { ALIGN_FLOATS = 16 }; /* one cache line, one AVX-512 register */

const uint8_t shape_head_classes[HEAD_COUNT] = {2, 3, 2, 3, 1};
const char *const shape_head_names[HEAD_COUNT] = {
	"negation", "certainty", "experiencer", "temporality", "relevance"};
const char *const shape_mask_names[2] = {"bidirectional", "causal"};
const char *const shape_position_names[2] = {"buckets", "rotary"};
const char *const shape_activation_names[3] = {"relu", "relu_squared", "drelu"};

static int check_number(
	struct err *e, const char *name, uint32_t v, uint32_t lo, uint32_t hi, uint32_t step)
{
	if (v >= lo && v <= hi && v % step == 0)
		return LODE_OK;
	return err_set(
		e, LODE_BADREQ, "%s is %u, not %u to %u in steps of %u", name, v, lo, hi, step);
}

int shape_check(const struct shape *s, struct err *e)
{
	int rc;
	if ((rc = check_number(e, "vocabulary", s->vocabulary, 1, SHAPE_VOCABULARY_MAX, 1)) ||
		(rc = check_number(e, "d", s->d, 16, SHAPE_D_MAX, 16)) ||
		(rc = check_number(e, "heads", s->heads, 1, SHAPE_HEADS_MAX, 1)) ||
		(rc = check_number(e, "layers", s->layers, 1, SHAPE_LAYERS_MAX, 1)) ||
		(rc = check_number(e, "window", s->window, 1, SHAPE_WINDOW_MAX, 1)))
		return rc;
	for (uint32_t l = 0; l < s->layers; l++)
		if ((rc = check_number(e, "d_ff", s->d_ff[l], 16, SHAPE_FF_MAX, 16)))
			return rc;
	if ((unsigned)s->mask > MASK_CAUSAL)
		return err_set(e, LODE_BADREQ, "unknown mask");
	if ((unsigned)s->position > POSITION_ROTARY)
		return err_set(e, LODE_BADREQ, "unknown position");
	if ((unsigned)s->activation > ACTIVATION_DRELU)
		return err_set(e, LODE_BADREQ, "unknown activation");
	return LODE_OK;
}

/* The list as it grows. */
struct listing {
	struct tensor_place *out;
	unsigned n, room;
	size_t floats;
};

static void add(
	struct listing *l, enum tensor_role role, uint32_t layer, uint32_t rows, uint32_t cols)
{
	if (l->n < l->room)
		l->out[l->n] = (struct tensor_place){role, layer, rows, cols, l->floats};
	l->n++;
	size_t size = (size_t)rows * cols;
	l->floats += (size + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
}

static void add_layer(struct listing *l, const struct shape *s, uint32_t layer)
{
	uint32_t inner = s->heads * SHAPE_HEAD_DIM, d_ff = s->d_ff[layer];
	add(l, TENSOR_NORM_ATTENTION, layer, 1, s->d);
	add(l, TENSOR_Q, layer, inner, s->d);
	add(l, TENSOR_K, layer, inner, s->d);
	add(l, TENSOR_V, layer, inner, s->d);
	add(l, TENSOR_O, layer, s->d, inner);
	add(l, TENSOR_NORM_MLP, layer, 1, s->d);
	add(l, TENSOR_WI, layer, d_ff, s->d);
	if (s->activation == ACTIVATION_DRELU)
		add(l, TENSOR_WG, layer, d_ff, s->d);
	add(l, TENSOR_WO, layer, s->d, d_ff);
}

static void list(const struct shape *s, struct listing *l)
{
	add(l, TENSOR_EMBEDDING, 0, s->vocabulary, s->d);
	if (s->position == POSITION_BUCKETS)
		add(l, TENSOR_POSITION, 0, SHAPE_BUCKETS, s->heads);
	for (uint32_t layer = 0; layer < s->layers; layer++)
		add_layer(l, s, layer);
	add(l, TENSOR_NORM_FINAL, 0, 1, s->d);
	for (uint32_t head = 0; s->has_heads && head < HEAD_COUNT; head++) {
		add(l, TENSOR_HEAD_WEIGHT, head, shape_head_classes[head], s->d);
		add(l, TENSOR_HEAD_BIAS, head, 1, shape_head_classes[head]);
	}
}

unsigned shape_tensors(const struct shape *s, struct tensor_place *out, unsigned n)
{
	struct listing l = {.out = out, .room = n};
	list(s, &l);
	return l.n;
}

size_t shape_floats(const struct shape *s)
{
	struct listing l = {0};
	list(s, &l);
	return l.floats;
}

bool tensor_is_matrix(const struct tensor_place *t)
{
	switch (t->role) {
	case TENSOR_EMBEDDING:
	case TENSOR_Q:
	case TENSOR_K:
	case TENSOR_V:
	case TENSOR_O:
	case TENSOR_WI:
	case TENSOR_WG:
	case TENSOR_WO: return true;
	default: return false;
	}
}

void tensor_name(const struct tensor_place *t, char room[96])
{
	static const char *const within_block[] = {
		[TENSOR_NORM_ATTENTION] = "layer.0.layer_norm",
		[TENSOR_Q] = "layer.0.SelfAttention.q",
		[TENSOR_K] = "layer.0.SelfAttention.k",
		[TENSOR_V] = "layer.0.SelfAttention.v",
		[TENSOR_O] = "layer.0.SelfAttention.o",
		[TENSOR_NORM_MLP] = "layer.1.layer_norm",
		[TENSOR_WI] = "layer.1.DenseReluDense.wi",
		[TENSOR_WG] = "layer.1.DenseReluDense.wg",
		[TENSOR_WO] = "layer.1.DenseReluDense.wo",
	};
	switch (t->role) {
	case TENSOR_EMBEDDING: snprintf(room, 96, "shared.weight"); break;
	case TENSOR_POSITION:
		snprintf(room, 96,
			"encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
		break;
	case TENSOR_NORM_FINAL: snprintf(room, 96, "encoder.final_layer_norm.weight"); break;
	case TENSOR_HEAD_WEIGHT:
		snprintf(room, 96, "head.%s.weight", shape_head_names[t->layer]);
		break;
	case TENSOR_HEAD_BIAS:
		snprintf(room, 96, "head.%s.bias", shape_head_names[t->layer]);
		break;
	default:
		snprintf(room, 96, "encoder.block.%u.%s.weight", t->layer, within_block[t->role]);
		break;
	}
}

unsigned shape_bucket(int key_minus_query, enum shape_mask mask)
{
	unsigned buckets = SHAPE_BUCKETS, base = 0, distance;
	if (mask == MASK_BIDIRECTIONAL) {
		buckets /= 2;
		base = key_minus_query > 0 ? buckets : 0;
		distance = (unsigned)(key_minus_query > 0 ? key_minus_query : -key_minus_query);
	} else {
		distance = key_minus_query < 0 ? (unsigned)-key_minus_query : 0;
	}
	unsigned exact = buckets / 2;
	if (distance < exact)
		return base + distance;
	/* 1e-9: distances that are exact powers (16, 32, 64) must not fall a bucket short by rounding. */
	double octaves = log((double)distance / exact) / log((double)SHAPE_DISTANCE_MAX / exact);
	unsigned far = exact + (unsigned)(octaves * (buckets - exact) + 1e-9);
	return base + (far < buckets - 1 ? far : buckets - 1);
}
