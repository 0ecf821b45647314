#include "tests/scorer/model_fixture.h"

#include "base/bytes.h"
#include "scorer/model_header.h"
#include "scorer/stack.h"
#include "tests/scorer/random_network.h"

#include <stdlib.h>

struct shape model_fixture_shape(void)
{
	return (struct shape){.d = 16,
		.heads = 1,
		.layers = 2,
		.d_ff = {16, 32},
		.window = 80,
		.has_heads = true};
}

static void make_stack(struct stack *s, struct random *r)
{
	*s = (struct stack){.layout = STACK_LAYOUT,
		.present = {1.25f, 1, 0.5f, 0.25f, -0.1f},
		.abstain_low = 0.1f,
		.abstain_high = 0.9f};
	for (unsigned axis = 0; axis < HEAD_RELEVANCE; axis++) {
		struct stack_axis *x = &s->axis[axis];
		*x = (struct stack_axis){.classes = shape_head_classes[axis], .features = 3 + axis};
		for (uint32_t c = 0; c < x->classes; c++)
			for (uint32_t f = 0; f <= x->features; f++)
				x->weight[c][f] = random_normal(r);
	}
}

struct stack model_fixture_rule_stack(float weight)
{
	struct stack s = {.layout = STACK_LAYOUT,
		/* any axis turned takes the sum below 0 */
		.present = {1, 1, 1, 1, 1 - 3 * weight},
		.abstain_low = 0.1f,
		.abstain_high = 0.9f};
	for (unsigned axis = 0; axis < STACK_AXES; axis++) {
		struct stack_axis *x = &s.axis[axis];
		x->classes = shape_head_classes[axis];
		x->features = stack_n_features(axis);
		for (uint32_t c = 0; c < x->classes; c++)
			x->weight[c][x->classes + c] = weight;
	}
	return s;
}

void model_fixture_init(struct model_fixture *f, const struct shape *s, uint64_t seed, bool has_all)
{
	struct random r = {seed};
	*f = (struct model_fixture){0};
	f->parts.shape = *s;
	f->parts.shape.vocabulary = TOK_SUBWORD_MERGES;
	f->weights = random_weights(&r, &f->parts.shape);
	if (!f->weights || tok_vocabulary_write(NULL, 0, &f->vocabulary) != 0)
		abort();
	f->parts.weights = f->weights;
	f->parts.vocabulary = buf_slice(&f->vocabulary);
	if (!has_all)
		return;
	size_t units = model_firing_units(s);
	f->firing = malloc(units * sizeof(float));
	for (size_t i = 0; i < units; i++)
		f->firing[i] = (float)i / (float)units;
	f->parts.firing = f->firing;
	make_stack(&f->stack, &r);
	f->parts.stack = &f->stack;
	f->parts.training = SLICE("{\"recipe\":\"test\",\"seed\":1}");
}

void model_fixture_finish(struct model_fixture *f)
{
	buf_release(&f->vocabulary);
	free(f->weights);
	free(f->firing);
}

static char *digits_of(char *header, size_t n, const char *key)
{
	char *at = memmem(header, n, key, strlen(key));
	return at && (size_t)(header + n - at) >= strlen(key) + 32 ? at + strlen(key) : NULL;
}

bool model_fix_digests(struct slice bytes)
{
	/* The bytes are the caller's to change; a slice only lends them. */
	union {
		const char *in;
		char *out;
	} own = {.in = bytes.p};
	char hex[33];
	if (bytes.n < 8 || load_le64(own.out) > bytes.n - 8)
		return false;
	char *header = own.out + 8;
	size_t n = (size_t)load_le64(own.out);
	char *data = digits_of(header, n, "\"data_digest\":\"");
	char *self = digits_of(header, n, "\"digest\":\"");
	if (!data || !self)
		return false;
	digest128_hex(digest128(slice_of(header + n, bytes.n - 8 - n)), hex);
	memcpy(data, hex, 32);
	memset(self, '0', 32);
	digest128_hex(digest128(slice_of(header, n)), hex);
	memcpy(self, hex, 32);
	return true;
}
