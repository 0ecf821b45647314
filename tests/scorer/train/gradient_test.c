/* Losses and gradients of the trainer's pass against the definitions in double: the loss itself, and every
 * tensor's gradient by central differences, for each mask, position and activation, on each kernel path. */
#include "plain.h"

#include "scorer/network.h"
#include "scorer/train/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <stdio.h>
#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
enum { PLACES = 2 };
#else
enum { PLACES = 8 }; /* looked at in each tensor */
#endif

static const struct loss_scale scale = {
	.heads = 0.2f, .words = 0.05f, .l1 = 0.003f, .smoothing = 0.03f};

struct world {
	struct layout layout;
	struct batch batch;
	struct pass *pass;
	float *weights, *gradient;
	double *exact;
};

static struct shape shape_with(unsigned option)
{
	return (struct shape){
		.vocabulary = 37,
		.d = 32,
		.heads = 2,
		.layers = 2,
		.d_ff = {48, 16},
		.window = 19,
		.mask = option & 1 ? MASK_CAUSAL : MASK_BIDIRECTIONAL,
		.position = option & 2 ? POSITION_ROTARY : POSITION_BUCKETS,
		.activation = (enum shape_activation)(option / 4 % 3),
		.has_heads = true,
	};
}

enum { OPTIONS = 12 }; /* one further: top-k with ReLU */

/* First values made larger than training would, so that every part of the network matters. */
static void set_up(struct world *w, unsigned option, const struct kernel *k)
{
	struct shape s = shape_with(option);
	struct err e = {0};
	assert_int_equal(layout_init(&w->layout, &s, &e), 0);
	w->layout.top_k = option >= OPTIONS ? 5 : 0;
	assert_int_equal(batch_init(&w->batch, 7, 7 * s.window), 0);
	random_batch(&w->batch, &s, 7, s.window, option);
	assert_int_equal(pass_create(&w->pass, &w->layout, 7 * s.window, 7, k), 0);
	size_t n = w->layout.floats;
	w->weights = floats_new(n);
	w->gradient = floats_new(n);
	w->exact = calloc(n, sizeof(double));
	layout_randomise(&w->layout, 5, w->weights);
	struct random r = random_for(9, 0, 0, option);
	for (unsigned i = 0; i < w->layout.n_tensors; i++) {
		const struct tensor_place *t = &w->layout.tensors[i];
		for (size_t j = 0; j < (size_t)t->rows * t->cols; j++)
			w->weights[t->offset + j] +=
				(t->role == TENSOR_Q ? 0.05f : 0.2f) * random_normal(&r);
	}
	for (size_t i = 0; i < n; i++)
		w->exact[i] = (double)w->weights[i];
	memset(w->gradient, 0, n * sizeof(float));
}

static void tear_down(struct world *w)
{
	pass_destroy(w->pass);
	batch_finish(&w->batch);
	free(w->weights);
	free(w->gradient);
	free(w->exact);
}

static double total(const struct losses *s)
{
	double sum = (double)scale.words * s->words + (double)scale.l1 * s->hidden;
	for (unsigned h = 0; h < HEAD_COUNT; h++)
		sum += (double)scale.heads * s->heads[h];
	return sum;
}

/* A difference over the kink of a ReLU is not the slope; then a smaller step is tried. */
static double slope_at(struct world *w, size_t i, double step)
{
	double at = w->exact[i], up, down;
	w->exact[i] = at + step;
	up = plain_loss(&w->layout, w->exact, &w->batch, &scale);
	w->exact[i] = at - step;
	down = plain_loss(&w->layout, w->exact, &w->batch, &scale);
	w->exact[i] = at;
	return (up - down) / (2 * step);
}

static void check_tensor(struct world *w, const struct tensor_place *t, unsigned option)
{
	size_t n = (size_t)t->rows * t->cols;
	double size = 0;
	for (size_t j = 0; j < n; j++)
		size += pow((double)w->gradient[t->offset + j], 2);
	size = sqrt(size / (double)n);
	struct random r = random_for(3, option, t->role, t->layer);
	for (unsigned place = 0; place < PLACES; place++) {
		size_t i = t->offset + random_below(&r, (uint32_t)n);
		double have = (double)w->gradient[i], off = INFINITY, want = 0;
		for (double step = 1e-5; step > 1e-8 && !(off < 1e-4); step /= 10) {
			want = slope_at(w, i, step);
			off = fabs(want - have) / fmax(fmax(fabs(want), size), 1e-6);
		}
		if (off >= 1e-4) {
			char name[96];
			tensor_name(t, name);
			fail_msg("option %u, %s[%zu]: %g by difference, %g by backward", option,
				name, i - t->offset, want, have);
		}
	}
}

static void check_option(unsigned option, const struct kernel *k)
{
	struct world w = {0};
	struct losses sums;
	set_up(&w, option, k);
	pass_gradient(w.pass, w.weights, &w.batch, &scale, w.gradient, &sums);
	double want = plain_loss(&w.layout, w.exact, &w.batch, &scale);
	assert_true(fabs(total(&sums) - want) < 1e-5 * want);
	struct losses again;
	pass_forward(w.pass, w.weights, &w.batch, &scale, &again);
	assert_memory_equal(&again, &sums, sizeof(sums));
	for (unsigned i = 0; i < w.layout.n_tensors; i++)
		check_tensor(&w, &w.layout.tensors[i], option);
	tear_down(&w);
}

static void test_gradients(void **state)
{
	for (unsigned option = 0; option <= OPTIONS; option++)
		check_option(option, kernel_best());
}

static void test_gradients_on_other_paths(void **state)
{
	const struct kernel *list[KERNEL_PATHS];
	unsigned n = kernel_paths(list);
	for (unsigned k = 1; k < n; k++)
		check_option(8 + k, list[k]);
}

/* Adds up: two shares of a batch give the gradient of the whole. */
static void test_shares_add_up(void **state)
{
	struct world w = {0};
	struct losses sums;
	struct batch half;
	set_up(&w, 0, kernel_best());
	size_t n = w.layout.floats;
	float *whole = floats_new(n);
	memset(whole, 0, n * sizeof(float));
	pass_gradient(w.pass, w.weights, &w.batch, &scale, whole, &sums);
	double want = total(&sums), have = 0;
	assert_int_equal(batch_init(&half, 7, w.batch.tokens), 0);
	for (unsigned part = 0; part < 2; part++) {
		batch_clear(&half);
		for (uint32_t i = part; i < w.batch.windows; i += 2) {
			uint32_t first = w.batch.start[i], size = w.batch.start[i + 1] - first;
			batch_add(&half, w.batch.ids + first, w.batch.target + first, size,
				w.batch.read[i] - first, w.batch.label[i], w.batch.weight[i]);
		}
		pass_gradient(w.pass, w.weights, &half, &scale, w.gradient, &sums);
		have += total(&sums);
	}
	assert_true(fabs(want - have) < 1e-6 * want);
	for (size_t i = 0; i < n; i++)
		assert_true(fabsf(whole[i] - w.gradient[i]) < 1e-5f + 1e-4f * fabsf(whole[i]));
	free(whole);
	batch_finish(&half);
	tear_down(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_gradients_on_other_paths),
		cmocka_unit_test(test_shares_add_up),
	};
	return cmocka_run_group_tests_name("scorer/train/gradient", tests, NULL, NULL);
}
