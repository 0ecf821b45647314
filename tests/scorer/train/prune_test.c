/* Probes: units that go off and come back are counted as docs/training.md defines; pruning takes out the right
 * ones and changes nothing else. */
#include "scorer/train/checkpoint.h"
#include "scorer/train/probe.h"
#include "scorer/train/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <unistd.h>
#include <cmocka.h>

enum { WORDS = 80, FF = 48 };

static int text(void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	struct random r = random_for(seed, 2, step, index);
	for (uint32_t i = 0; i < n; i++)
		ids[i] = (uint16_t)(64 + random_below(&r, WORDS - 64));
	return 0;
}

static struct trainer *begin(enum shape_activation activation)
{
	struct train_options o = train_options_usual();
	struct supply supply = {NULL, NULL, text};
	struct trainer *t = NULL;
	struct err e = {0};
	o.shape.vocabulary = WORDS;
	o.shape.d = 16;
	o.shape.heads = 1;
	o.shape.layers = 2;
	o.shape.window = o.text_subwords = 16;
	o.shape.activation = activation;
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o.shape.d_ff[l] = FF;
	o.objective = OBJECTIVE_MLM;
	o.batch = 8;
	o.optimiser.steps = 10;
	o.average = 1;
	assert_int_equal(trainer_create(&t, &o, &supply, &e), 0);
	return t;
}

/* wi of a unit as zeros: it can never fire, nor learn to. */
static void silence(struct trainer *t, uint32_t layer, uint32_t unit)
{
	memset(t->weights + t->layout.layer[layer].wi + (size_t)unit * t->layout.shape.d, 0,
		t->layout.shape.d * sizeof(float));
}

static double loss_of(struct trainer *t)
{
	struct step_report r;
	struct err e = {0};
	assert_int_equal(trainer_draw(t, 3, 0, t->options.batch, &e), 0);
	trainer_measure(t, &r);
	return r.words;
}

static void begin_probe(struct probe *p, const struct trainer *t, struct slice beside)
{
	struct err e = {0};
	assert_int_equal(probe_begin(p, &t->layout.shape, NULL, false, 300, true, beside, &e), 0);
}

static void test_pruning(void **state)
{
	for (unsigned activation = 0; activation < 3; activation++) {
		struct trainer *t = begin((enum shape_activation)activation);
		struct probe p;
		struct err e = {0};
		struct step_report r;
		uint32_t removed;
		assert_int_equal(trainer_step(t, &r, &e), 0);
		for (uint32_t u = 3; u < 3 + 17; u++)
			silence(t, 1, u);
		begin_probe(&p, t, SLICE(""));
		for (unsigned i = 0; i < 5; i++) {
			assert_int_equal(probe_prune(&p, &t, 5, &removed, &e), 0);
			assert_int_equal(removed, 0);
			assert_int_equal(probe_take(&p, t, &e), 0);
		}
		double before = loss_of(t);
		float first = t->optimiser.first[t->layout.layer[1].wi + (size_t)20 * 16];
		float average = t->average[t->layout.layer[1].wi + (size_t)20 * 16];
		assert_int_equal(probe_prune(&p, &t, 5, &removed, &e), 0);
		/* 17 were off: 16 go, so that a multiple of 16 stays, and the last of the 17 does */
		assert_int_equal(removed, 16);
		assert_int_equal(t->layout.shape.d_ff[0], FF);
		assert_int_equal(t->layout.shape.d_ff[1], FF - 16);
		assert_true(fabs(loss_of(t) - before) < 1e-6);
		assert_true(first == t->optimiser.first[t->layout.layer[1].wi + (size_t)4 * 16]);
		assert_true(average == t->average[t->layout.layer[1].wi + (size_t)4 * 16]);
		assert_int_equal(t->step, 1);
		assert_int_equal(probe_take(&p, t, &e), 0);
		assert_int_equal(p.units[FF + 3].off, 6);
		assert_int_equal(trainer_step(t, &r, &e), 0);
		probe_finish(&p);
		trainer_destroy(t);
	}
}

static void test_revival_starts_anew(void **state)
{
	struct trainer *t = begin(ACTIVATION_RELU);
	struct probe p;
	struct err e = {0};
	float kept[16], *wi = t->weights + t->layout.layer[0].wi;
	memcpy(kept, wi, sizeof(kept));
	begin_probe(&p, t, SLICE(""));
	silence(t, 0, 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(probe_take(&p, t, &e), 0);
	assert_int_equal(p.units[0].off, 4);
	memcpy(wi, kept, sizeof(kept));
	assert_int_equal(probe_take(&p, t, &e), 0);
	assert_int_equal(p.units[0].off, 0);
	assert_int_equal(p.units[0].was_on, 1);
	probe_finish(&p);
	trainer_destroy(t);
}

/* Two probes of two layers; two units of the first were silenced between them. */
static void test_table(void **state)
{
	char path[] = "/tmp/lodestone-probe-XXXXXX", line[512];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	struct trainer *t = begin(ACTIVATION_RELU);
	struct probe p;
	struct err e = {0};
	assert_int_equal(
		probe_begin(&p, &t->layout.shape, path, false, 300, true, SLICE(""), &e), 0);
	assert_int_equal(probe_take(&p, t, &e), 0);
	silence(t, 0, 5);
	silence(t, 0, 6);
	assert_int_equal(probe_take(&p, t, &e), 0);
	probe_finish(&p);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	unsigned off = 99, null = 99, on = 99, layer = 99, rows = 0;
	unsigned long long step;
	double tok, seq, batch, a, b, c;
	while (fgets(line, sizeof(line), f)) {
		if (rows++ != 3) /* the heading, two rows, then layer 0 of the second probe */
			continue;
		assert_int_equal(sscanf(line, "%llu,%u,%lf,%lf,%lf,%lf,%lf,%lf,%u,%u,%u,", &step,
					 &layer, &tok, &seq, &batch, &a, &b, &c, &off, &null, &on),
			11);
		assert_int_equal(layer, 0);
		assert_true(0 < tok && tok < seq && seq < batch && batch <= 46.0 / 48 + 1e-6);
		assert_true(a <= b && b <= c && c <= 1);
		assert_int_equal(off, 2);
		assert_int_equal(on, 0);
	}
	assert_int_equal(rows, 5);
	fclose(f);
	unlink(path);
	trainer_destroy(t);
}

/* Probes go on from a checkpoint's bytes; those of another shape are refused. */
static void test_state(void **state)
{
	struct trainer *t = begin(ACTIVATION_RELU);
	struct probe p, q;
	struct buf kept = {0};
	struct err e = {0};
	silence(t, 1, 7);
	begin_probe(&p, t, SLICE(""));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(probe_take(&p, t, &e), 0);
	assert_int_equal(probe_state(&p, &kept), 0);
	begin_probe(&q, t, buf_slice(&kept));
	assert_int_equal(q.taken, 3);
	assert_int_equal(q.units[FF + 7].off, 3);
	probe_finish(&q);
	kept.n--;
	assert_int_equal(
		probe_begin(&q, &t->layout.shape, NULL, true, 300, true, buf_slice(&kept), &e),
		LODE_CORRUPT);
	probe_finish(&q);
	probe_finish(&p);
	buf_release(&kept);
	trainer_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pruning),
		cmocka_unit_test(test_revival_starts_anew),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_state),
	};
	return cmocka_run_group_tests_name("scorer/train/prune", tests, NULL, NULL);
}
