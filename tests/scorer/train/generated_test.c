/* A small fixed-seed run on made-up sentences (the generator, no outside data): it must beat "always affirmed,
 * certain, the patient's, recent" on made-up sentences it has not seen, on every axis. */
#include "base/file.h"
#include "scorer/train/mixture.h"
#include "scorer/train/trainer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
enum { STEPS = 10, IS_SHORT = 1 };
#else
enum { STEPS = 500, IS_SHORT = 0 };
#endif
enum { HELD_OUT_DRAWS = 16, BATCH = 32 };

static int draw(void *self, uint64_t seed, uint64_t step, uint32_t index, struct arena *scratch,
	struct example *out)
{
	return mixture_draw(self, seed, step, index, scratch, out);
}

static struct train_options tiny(const struct tok_vocabulary *v)
{
	struct train_options o = train_options_usual();
	o.shape.vocabulary = tok_vocabulary_size(v);
	o.shape.d = 32;
	o.shape.heads = 1;
	o.shape.layers = 2;
	o.shape.position = POSITION_ROTARY;
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o.shape.d_ff[l] = 64;
	o.batch = BATCH;
	o.optimiser.steps = STEPS;
	o.optimiser.warmup = STEPS / 10;
	o.optimiser.rate = 5e-3f;
	return o;
}

/* How often the answer is right, and how often the plain one would be, over what was never drawn in training. */
static void held_out(struct trainer *t, double right[4], double plain[4])
{
	double labelled[4] = {0};
	for (unsigned i = 0; i < HELD_OUT_DRAWS; i++) {
		struct step_report r;
		struct err e = {0};
		assert_int_equal(trainer_draw(t, 424242, i, BATCH, &e), 0);
		trainer_measure(t, &r);
		for (unsigned s = 0; s < TRAINER_SHARES; s++)
			for (unsigned axis = 0; axis < 4; axis++) {
				const struct share *share = &t->shares[s];
				right[axis] += (double)share->losses.right[axis];
				labelled[axis] += (double)share->losses.labelled[axis];
				for (uint32_t w = 0; w < share->batch.windows; w++)
					plain[axis] += share->batch.label[w][axis] == 0;
			}
	}
	for (unsigned axis = 0; axis < 4; axis++) {
		right[axis] /= labelled[axis];
		plain[axis] /= labelled[axis];
	}
}

static void test_beats_always_affirmed(void **state)
{
	struct err e = {0};
	struct slice bytes;
	struct tok_vocabulary *v = NULL;
	struct mixture *m = NULL;
	struct trainer *t = NULL;
	struct step_report r;
	assert_int_equal(
		file_map(LODESTONE_SOURCE_DIR "/scorer/model/vocabulary.bin", &bytes, &e), 0);
	assert_int_equal(tok_vocabulary_open(&v, bytes, &e), 0);
	struct mixture_options from = mixture_usual();
	from.lexicon = LODESTONE_SOURCE_DIR "/index/lexicon";
	for (unsigned i = 0; i < EXAMPLE_SOURCES; i++)
		from.share[i] = i == EXAMPLE_MADE_UP;
	assert_int_equal(mixture_create(&m, &from, v, &e), 0);
	struct train_options o = tiny(v);
	struct supply supply = {m, draw, NULL};
	assert_int_equal(trainer_create(&t, &o, &supply, &e), 0);
	for (unsigned i = 0; i < STEPS; i++)
		assert_int_equal(trainer_step(t, &r, &e), 0);
	double right[4] = {0}, plain[4] = {0};
	held_out(t, right, plain);
	for (unsigned axis = 0; axis < 4; axis++) {
		print_message("%-12s %.3f right; always the plain class %.3f\n",
			shape_head_names[axis], right[axis], plain[axis]);
		assert_true(IS_SHORT || right[axis] > plain[axis] + 0.02);
	}
	trainer_destroy(t);
	mixture_destroy(m);
	tok_vocabulary_close(v);
	file_unmap(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_beats_always_affirmed)};
	return cmocka_run_group_tests_name("scorer/train/generated", tests, NULL, NULL);
}
