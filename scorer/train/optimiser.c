#include "scorer/train/optimiser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const rate_decay_names[RATE_DECAYS] = {"linear", "cosine", "constant"};

enum { PIECE_FLOATS = 1 << 15 };

struct piece {
	size_t offset;
	uint32_t n;
	bool is_matrix;
	float slow;    /* its share of the learning rate */
	double square; /* of its gradient */
};

float optimiser_rate(const struct optimiser_options *o, uint64_t step)
{
	if (step < o->warmup)
		return o->rate * (float)(step + 1) / (float)o->warmup;
	if (o->decay == RATE_CONSTANT || o->steps <= o->warmup)
		return o->rate;
	double gone = (double)(step - o->warmup) / (double)(o->steps - o->warmup);
	gone = gone > 1 ? 1 : gone;
	double left = o->decay == RATE_COSINE ? (1 + cos(gone * M_PI)) / 2 : 1 - gone;
	return (float)((double)o->rate *
		       ((double)o->rate_last + (1 - (double)o->rate_last) * left));
}

/* AdamW moves every weight by about the learning rate, whatever the weight's size.  The 1/sqrt(64) that
 * attention scores lack is in q's first values; q must move slower by as much, or scores move eight times as
 * fast as with it, attention hardens on one place in the first steps and stays there. */
static float slowness(enum tensor_role role)
{
	return role == TENSOR_Q ? 1 / sqrtf(SHAPE_HEAD_DIM) : 1;
}

int optimiser_init(struct optimiser *o, const struct layout *l)
{
	*o = (struct optimiser){.floats = l->floats};
	o->first = floats_new(l->floats);
	o->second = floats_new(l->floats);
	o->pieces = calloc(l->floats / PIECE_FLOATS + l->n_tensors, sizeof(*o->pieces));
	if (!o->first || !o->second || !o->pieces) {
		optimiser_finish(o);
		return LODE_NOMEM;
	}
	memset(o->first, 0, l->floats * sizeof(float));
	memset(o->second, 0, l->floats * sizeof(float));
	for (unsigned i = 0; i < l->n_tensors; i++) {
		const struct tensor_place *t = &l->tensors[i];
		size_t n = (size_t)t->rows * t->cols;
		for (size_t at = 0; at < n; at += PIECE_FLOATS)
			o->pieces[o->n_pieces++] = (struct piece){
				.offset = t->offset + at,
				.n = (uint32_t)(n - at < PIECE_FLOATS ? n - at : PIECE_FLOATS),
				.is_matrix = tensor_is_matrix(t),
				.slow = slowness(t->role),
			};
	}
	return LODE_OK;
}

void optimiser_finish(struct optimiser *o)
{
	free(o->first);
	free(o->second);
	free(o->pieces);
	*o = (struct optimiser){0};
}

/* What the tasks of a step share. */
struct turn {
	struct optimiser *o;
	float *weights;
	float *const *gradients;
	unsigned shares, threads;
	float beta_first, beta_second, epsilon;
	float shrink; /* of the gradient, by clipping */
	float rate;   /* with the moments' bias corrected */
	float second_correction;
	float decay; /* of matrices: learning rate * weight decay */
};

static void add_piece(void *arg, unsigned number)
{
	const struct turn *t = arg;
	struct piece *p = &t->o->pieces[number];
	float *sum = t->gradients[0] + p->offset;
	for (unsigned s = 1; s < t->shares; s++) {
		float *more = t->gradients[s] + p->offset;
		for (uint32_t i = 0; i < p->n; i++)
			sum[i] += more[i];
		memset(more, 0, p->n * sizeof(float));
	}
	p->square = 0;
	for (uint32_t i = 0; i < p->n; i += 64) {
		float square = 0;
		for (uint32_t j = i; j < i + 64 && j < p->n; j++)
			square += sum[j] * sum[j];
		p->square += (double)square;
	}
}

static void move_piece(void *arg, unsigned number)
{
	const struct turn *t = arg;
	const struct piece *p = &t->o->pieces[number];
	float *w = t->weights + p->offset, *g = t->gradients[0] + p->offset;
	float *first = t->o->first + p->offset, *second = t->o->second + p->offset;
	float keep = 1 - (p->is_matrix ? t->decay : 0), rate = t->rate * p->slow;
	for (uint32_t i = 0; i < p->n; i++) {
		float slope = g[i] * t->shrink;
		first[i] = t->beta_first * first[i] + (1 - t->beta_first) * slope;
		second[i] = t->beta_second * second[i] + (1 - t->beta_second) * slope * slope;
		w[i] = keep * w[i] -
		       rate * first[i] / (sqrtf(second[i]) * t->second_correction + t->epsilon);
	}
	memset(g, 0, p->n * sizeof(*g));
}

void optimiser_step(struct optimiser *o, const struct optimiser_options *options, uint64_t step,
	struct crew *crew, float *weights, float *const *gradients, unsigned shares, double *norm)
{
	float rate = optimiser_rate(options, step);
	double steps = (double)step + 1;
	struct turn t = {
		.o = o,
		.weights = weights,
		.gradients = gradients,
		.shares = shares,
		.beta_first = options->beta_first,
		.beta_second = options->beta_second,
		.epsilon = options->epsilon,
		.rate = (float)((double)rate / (1 - pow((double)options->beta_first, steps))),
		.second_correction =
			(float)(1 / sqrt(1 - pow((double)options->beta_second, steps))),
		.decay = rate * options->weight_decay,
	};
	crew_run(crew, o->n_pieces, add_piece, &t);
	double square = 0;
	for (unsigned i = 0; i < o->n_pieces; i++)
		square += o->pieces[i].square;
	*norm = sqrt(square);
	t.shrink = options->clip > 0 && *norm > (double)options->clip
			   ? (float)((double)options->clip / *norm)
			   : 1;
	crew_run(crew, o->n_pieces, move_piece, &t);
}
