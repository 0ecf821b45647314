/* One pass as files for torch_test.py: raw f32 and a list of what they are.  usage: torch_dump FOLDER OPTION */
#include "plain.h"

#include "scorer/train/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct loss_scale scale = {
	.heads = 0.2f, .words = 0.05f, .l1 = 0.003f, .smoothing = 0.03f};

static int put(const char *folder, const char *name, const void *p, size_t bytes)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "we");
	if (!f)
		return 1;
	int bad = fwrite(p, 1, bytes, f) != bytes;
	return fclose(f) || bad;
}

static void list(FILE *to, const struct layout *l, const struct batch *b, double loss)
{
	fprintf(to, "loss %.9g\nmask %d\nposition %d\nactivation %d\n", loss, (int)l->shape.mask,
		(int)l->shape.position, (int)l->shape.activation);
	fprintf(to, "heads %u\nlayers %u\nwindows %u\n", l->shape.heads, l->shape.layers,
		b->windows);
	fprintf(to, "scale %.9g %.9g %.9g %.9g\n", (double)scale.heads, (double)scale.words,
		(double)scale.l1, (double)scale.smoothing);
	for (unsigned i = 0; i < l->n_tensors; i++) {
		char name[96];
		tensor_name(&l->tensors[i], name);
		fprintf(to, "tensor %s %u %u %zu\n", name, l->tensors[i].rows, l->tensors[i].cols,
			l->tensors[i].offset);
	}
	for (uint32_t w = 0; w < b->windows; w++) {
		fprintf(to, "window %u %u %.9g", b->read[w] - b->start[w],
			b->start[w + 1] - b->start[w], (double)b->weight[w]);
		for (unsigned h = 0; h < HEAD_COUNT; h++)
			fprintf(to, " %u", b->label[w][h]);
		for (uint32_t t = b->start[w]; t < b->start[w + 1]; t++)
			fprintf(to, " %u:%u", b->ids[t], b->target[t]);
		fputc('\n', to);
	}
}

int main(int argc, char **argv)
{
	unsigned option = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	struct shape s = {.vocabulary = 61,
		.d = 48,
		.heads = 2,
		.layers = 3,
		.d_ff = {96, 64, 32},
		.window = 33,
		.mask = option & 1 ? MASK_CAUSAL : MASK_BIDIRECTIONAL,
		.position = option & 2 ? POSITION_ROTARY : POSITION_BUCKETS,
		.activation = (enum shape_activation)(option / 4 % 3),
		.has_heads = true};
	struct layout l;
	struct batch b;
	struct pass *p = NULL;
	struct losses sums;
	struct err e = {0};
	char path[512];
	if (argc < 2 || layout_init(&l, &s, &e) || batch_init(&b, 9, 9 * s.window))
		return 2;
	random_batch(&b, &s, 9, s.window, option);
	float *weights = floats_new(l.floats), *gradient = floats_new(l.floats);
	if (!weights || !gradient || pass_create(&p, &l, 9 * s.window, 9, kernel_best()))
		return 2;
	layout_randomise(&l, 7, weights);
	struct random r = random_for(8, 0, 0, option);
	for (unsigned i = 0; i < l.n_tensors; i++)
		for (size_t j = 0; j < (size_t)l.tensors[i].rows * l.tensors[i].cols; j++)
			weights[l.tensors[i].offset + j] += 0.05f * random_normal(&r);
	memset(gradient, 0, l.floats * sizeof(float));
	pass_gradient(p, weights, &b, &scale, gradient, &sums);
	double loss = (double)scale.words * sums.words + (double)scale.l1 * sums.hidden;
	for (unsigned h = 0; h < HEAD_COUNT; h++)
		loss += (double)scale.heads * sums.heads[h];
	snprintf(path, sizeof(path), "%s/list", argv[1]);
	FILE *to = fopen(path, "we");
	if (!to)
		return 1;
	list(to, &l, &b, loss);
	int bad = fclose(to);
	bad |= put(argv[1], "weights", weights, l.floats * sizeof(float));
	bad |= put(argv[1], "gradient", gradient, l.floats * sizeof(float));
	pass_destroy(p);
	batch_finish(&b);
	free(weights);
	free(gradient);
	return bad;
}
