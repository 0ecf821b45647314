/* Training speed by shape: tokens per second of processor time on one core, whole step and by phase.
 *
 * Windows are random ids, as long as those of notes (mean about 40 subwords), a third of them text under the
 * masked language model.  usage: train_bench [--quick] [D FF LAYERS]... */
#include "scorer/train/random.h"
#include "scorer/train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int random_example(void *self, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	struct random r = random_for(seed, 1, step, index);
	out->window.n = (uint8_t)(20 + random_below(&r, 40));
	out->window.mark = (uint8_t)random_below(&r, out->window.n);
	for (unsigned i = 0; i < out->window.n; i++)
		out->window.ids[i] = (uint16_t)random_below(&r, 4096);
	for (unsigned axis = 0; axis < 4; axis++)
		out->label[axis] = (uint8_t)random_below(&r, 2);
	out->weight = 1;
	return 0;
}

static int random_text(
	void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	struct random r = random_for(seed, 2, step, index);
	for (uint32_t i = 0; i < n; i++)
		ids[i] = (uint16_t)(64 + random_below(&r, 4032));
	return 0;
}

static double processor_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { DRAW, FORWARD, BACKWARD, OPTIMISE, PHASES };
static const char *const phase_names[PHASES] = {"draw", "forward", "backward", "optimiser"};

/* The phases of one step, one after the other; backward is what pass_gradient takes beyond pass_forward. */
static void timed_step(struct trainer *t, double seconds[PHASES])
{
	struct err e = {0};
	struct losses sums;
	struct loss_scale scale = {.heads = 0.02f, .words = 0.01f, .l1 = 1e-6f, .smoothing = 0.03f};
	float *gradients[TRAINER_SHARES];
	double at = processor_seconds(), next, forward = 0, norm;
	if (trainer_draw(t, 1, t->step, t->options.batch, &e))
		exit(1);
	next = processor_seconds();
	seconds[DRAW] += next - at;
	for (unsigned i = 0; i < TRAINER_SHARES; i++) {
		struct share *s = &t->shares[i];
		gradients[i] = s->gradient;
		at = processor_seconds();
		pass_forward(s->pass, t->weights, &s->batch, &scale, &sums);
		next = processor_seconds();
		forward = next - at;
		pass_gradient(s->pass, t->weights, &s->batch, &scale, s->gradient, &sums);
		seconds[FORWARD] += forward;
		seconds[BACKWARD] += processor_seconds() - next - forward;
	}
	at = processor_seconds();
	optimiser_step(&t->optimiser, &t->options.optimiser, t->step++, t->crew, t->weights,
		gradients, TRAINER_SHARES, &norm);
	seconds[OPTIMISE] += processor_seconds() - at;
}

static int bench(uint32_t d, uint32_t d_ff, uint32_t layers, unsigned steps)
{
	struct err e = {0};
	struct train_options o = train_options_usual();
	struct supply supply = {NULL, random_example, random_text};
	struct trainer *t = NULL;
	double seconds[PHASES] = {0}, whole, tokens = 0;
	o.shape.d = d;
	o.shape.heads = d / SHAPE_HEAD_DIM ? d / SHAPE_HEAD_DIM : 1;
	o.shape.layers = layers;
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o.shape.d_ff[l] = d_ff;
	o.objective = OBJECTIVE_MIXED;
	if (trainer_create(&t, &o, &supply, &e)) {
		fprintf(stderr, "train_bench: %s\n", e.text);
		return 1;
	}
	struct step_report r;
	trainer_step(t, &r, &e);
	whole = processor_seconds();
	for (unsigned i = 0; i < steps; i++) {
		trainer_step(t, &r, &e);
		tokens += r.tokens;
	}
	whole = processor_seconds() - whole;
	for (unsigned i = 0; i < steps; i++)
		timed_step(t, seconds);
	printf("%4u x %5u x %2u  %8.0f tokens/s/core ", d, d_ff, layers, tokens / whole);
	for (unsigned i = 0; i < PHASES; i++)
		printf("  %s %.1f ms", phase_names[i], 1e3 * seconds[i] / steps);
	printf("  a step of %.0f tokens\n", tokens / steps);
	trainer_destroy(t);
	return 0;
}

int main(int argc, char **argv)
{
	bool is_quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	unsigned steps = is_quick ? 2 : 12;
	int first = is_quick ? 2 : 1;
	printf("kernel %s, steps %u, one thread, processor time\n", kernel_best()->name, steps);
	if (argc - first < 3)
		return bench(128, 1024, 4, steps) || bench(128, 2048, 4, steps);
	for (int i = first; i + 2 < argc; i += 3)
		if (bench((uint32_t)atoi(argv[i]), (uint32_t)atoi(argv[i + 1]),
			    (uint32_t)atoi(argv[i + 2]), steps))
			return 1;
	return 0;
}
