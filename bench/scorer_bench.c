/* What judging one window costs: CPU time of network_run on one core, median over calls, by the share of
 * hidden units that fire, alone and in batches, on each path of this machine.
 *
 *   scorer_bench [D LAYERS D_FF TOKENS]       default 128 4 1024 64
 *   scorer_bench FILE                         the same with a model file's shape and weights, each of its networks
 *                                             by itself: a window costs what they cost together
 *
 * Weights are random.  Activity is set by a constant first coordinate of the residual stream that pushes
 * every unit down, so that which units fire still depends on the token. */
#include "bench/clock.h"
#include "scorer/model.h"
#include "scorer/network_body.h"
#include "tests/scorer/random_network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 61, BATCH_MAX = 32 };

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void push_down(const struct shape *s, float *w, float by)
{
	struct tensor_place t[SHAPE_TENSORS_MAX];
	unsigned n = shape_tensors(s, t, SHAPE_TENSORS_MAX);
	for (unsigned i = 0; i < n; i++) {
		float *m = w + t[i].offset;
		if (t[i].role == TENSOR_EMBEDDING || t[i].role == TENSOR_WI)
			for (uint32_t row = 0; row < t[i].rows; row++)
				m[(size_t)row * t[i].cols] = t[i].role == TENSOR_WI ? -by : 1;
		else if (t[i].role == TENSOR_O || t[i].role == TENSOR_WO)
			memset(m, 0, t[i].cols * sizeof(*m));
	}
}

static double median_ms(const struct network *n, struct network_scratch *scratch,
	const struct network_input *in, uint32_t count, struct network_use *use)
{
	double ms[CALLS];
	float logits[BATCH_MAX * SHAPE_LOGITS];
	for (int i = 0; i < CALLS; i++) {
		double start = cpu_s();
		*use = (struct network_use){0};
		if (network_run(n, scratch, in, count, logits, use) != 0)
			exit(1);
		ms[i] = 1e3 * (cpu_s() - start) / count;
	}
	qsort(ms, CALLS, sizeof(*ms), by_size);
	return ms[CALLS / 2];
}

static double active(const struct network_use *use, uint32_t layers)
{
	uint64_t fired = 0, of = 0;
	for (uint32_t l = 0; l < layers; l++) {
		fired += use->fired[l];
		of += use->of[l];
	}
	return of ? (double)fired / (double)of : 0;
}

static void measure(const struct shape *s, const float *w, uint32_t tokens)
{
	static const uint32_t batches[] = {1, 8, BATCH_MAX};
	static uint16_t ids[BATCH_MAX][SHAPE_WINDOW_MAX];
	const struct kernel *paths[KERNEL_PATHS];
	unsigned n_paths = kernel_paths(paths);
	struct random r = {1};
	struct network *n;
	struct network_scratch *scratch;
	struct network_input in[BATCH_MAX];
	struct network_use use;
	if (network_create(&n, s, w, NULL) || network_scratch_create(&scratch, n, BATCH_MAX))
		exit(1);
	for (unsigned i = 0; i < BATCH_MAX; i++)
		in[i] = random_window(&r, s, tokens, ids[i]);
	for (unsigned path = 0; path < n_paths; path++) {
		double ms[3];
		n->kernel = paths[path];
		n->sparse = sparse_of(paths[path]);
		for (unsigned b = 0; b < 3; b++)
			ms[b] = median_ms(n, scratch, in, batches[b], &use);
		printf("| %-8s | %5.1f %% | %7.3f | %7.3f | %7.3f |\n", paths[path]->name,
			100 * active(&use, s->layers), ms[0], ms[1], ms[2]);
	}
	network_scratch_destroy(scratch);
	network_destroy(n);
}

static void head(const struct shape *s, uint32_t tokens)
{
	printf("d %u, %u layers, d_ff %u, %u heads, %u tokens a window; ms of CPU a window, median "
	       "of %d calls\n\n",
		s->d, s->layers, s->d_ff[0], s->heads, tokens, CALLS);
	printf("| path     | units on | 1 a call | 8 a call | %d a call |\n", BATCH_MAX);
	printf("|---|---|---|---|---|\n");
}

static int measure_file(const char *path)
{
	struct scorer_model *m;
	struct err e = {0};
	if (model_open(&m, path, &e) != 0) {
		fprintf(stderr, "scorer_bench: %s\n", e.text);
		return 1;
	}
	const struct model_parts *parts = model_parts(m);
	uint32_t tokens = parts->shape.window < 64 ? parts->shape.window : 64;
	head(&parts->shape, tokens);
	for (uint32_t k = 0; k < model_networks(parts); k++) {
		if (k)
			printf("\nnetwork %u:\n\n", k + 1);
		measure(&parts->shape, parts->weights + k * shape_floats(&parts->shape), tokens);
	}
	scorer_close(m);
	return 0;
}

int main(int argc, char **argv)
{
	static const float pushes[] = {0, 0.4f, 0.8f, 1.2f, 1.7f, 2.4f};
	if (argc == 2)
		return measure_file(argv[1]);
	uint32_t v[4] = {128, 4, 1024, 64};
	for (int i = 1; i < argc && i <= 4; i++)
		v[i - 1] = (uint32_t)strtoul(argv[i], NULL, 10);
	struct shape s = {.vocabulary = 4096,
		.d = v[0],
		.heads = v[0] / 64,
		.layers = v[1],
		.window = v[3],
		.has_heads = true};
	for (uint32_t l = 0; l < s.layers && l < SHAPE_LAYERS_MAX; l++)
		s.d_ff[l] = v[2];
	struct err e = {0};
	if (shape_check(&s, &e) != 0) {
		fprintf(stderr, "scorer_bench: %s\n", e.text);
		return 2;
	}
	head(&s, v[3]);
	for (unsigned i = 0; i < sizeof(pushes) / sizeof(pushes[0]); i++) {
		struct random r = {2};
		float *w = random_weights(&r, &s);
		if (!w)
			return 1;
		push_down(&s, w, pushes[i]);
		measure(&s, w, v[3]);
		free(w);
	}
	return 0;
}
