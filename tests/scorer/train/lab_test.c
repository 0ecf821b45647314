/* The laboratory's parts: statistics, tables as files, removal, drift and meaning on networks whose units are known. */
#include "scorer/train/lab_plan.h"
#include "scorer/train/plot.h"
#include "scorer/train/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- statistics ---- */

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fmax(1, fabs(b));
}

static void test_interval(void **state)
{
	/* mean 2, s.d. 1, n 3: half = 4.303 / sqrt 3 */
	double v[] = {1, 2, 3}, w[] = {0.5, 1.5, 2.5}, none[] = {NAN, 5, NAN};
	struct lab_interval i = lab_interval_of(v, 3);
	assert_true(is_near(i.mean, 2) && is_near(i.high - 2, 4.303 / sqrt(3)) &&
		    is_near(2 - i.low, i.high - 2));
	assert_int_equal(i.n, 3);
	i = lab_difference_of(v, w, 3); /* paired: the seeds' own spread is gone */
	assert_true(is_near(i.mean, 0.5) && is_near(i.low, 0.5) && is_near(i.high, 0.5));
	i = lab_interval_of(none, 3);
	assert_true(i.n == 1 && is_near(i.low, 5) && is_near(i.high, 5));
	assert_true(isnan(lab_interval_of(none, 1).mean));
}

static void test_percentile(void **state)
{
	double v[] = {5, 1, 4, 2, 3}, one[] = {7};
	assert_true(lab_percentile(v, 5, 0) == 1 && lab_percentile(v, 5, 50) == 3);
	assert_true(lab_percentile(v, 5, 90) == 5 && lab_percentile(v, 5, 10) == 1);
	assert_true(lab_percentile(one, 1, 90) == 7);
}

static void test_crossing(void **state)
{
	double x[] = {0, .5, 1}, y[] = {0, .01, .03}, high[] = {.2, .3, .4};
	assert_true(is_near(lab_crossing(x, y, 3, .02), .75));
	assert_true(is_near(lab_crossing(x, y, 3, .05), 1));
	assert_true(is_near(lab_crossing(x, high, 3, .1), 0));
}

/* ---- the file ---- */

static void test_table(void **state)
{
	char folder[] = "/tmp/lodestone-lab-XXXXXX", path[64];
	struct lab_table t = {0}, back = {0};
	struct err e = {0};
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.csv", folder);
	lab_add(&t, &(struct lab_row){10, 0, LAB_TOKEN, 0, 0.1});
	lab_add(&t, &(struct lab_row){20, 0, LAB_TOKEN, 0, 1.0 / 3});
	lab_add(&t, &(struct lab_row){20, LAB_ALL_LAYERS, LAB_REMOVED_RARE, .3, (double)NAN});
	assert_int_equal(lab_table_write(&t, "a run", path, &e), 0);
	assert_int_equal(lab_table_read(&back, "another run", path, &e), LODE_CORRUPT);
	assert_int_equal(lab_table_read(&back, "a run", path, &e), 0);
	assert_int_equal(back.n, 3);
	assert_true(is_near(lab_value(&back, LAB_TOKEN, 10, 0, 0), .1));
	assert_true(fabs(lab_value(&back, LAB_TOKEN, LAB_LAST, 0, 0) - 1.0 / 3) < 1e-8);
	assert_true(isnan(lab_value(&back, LAB_TOKEN, LAB_LAST, 1, 0)));
	assert_true(isnan(lab_value(&back, LAB_REMOVED_RARE, LAB_LAST, LAB_ALL_LAYERS, .3)));
	uint32_t steps[4];
	assert_int_equal(lab_steps(&back, LAB_TOKEN, 0, steps, 4), 2);
	assert_true(steps[0] == 10 && steps[1] == 20);
	lab_table_release(&back);
	/* what was cut short or is no row is refused, and so is run again */
	static const char *const bad[] = {"# a run\nstep,layer,measure,at,value\n1,0,loss,0,1",
		"# a run\nstep,layer,measure,at,value\n1,0,height,0,1\n", "# a run\nstep,layer\n",
		"# a run\nstep,layer,measure,at,value\n1,0,loss,0,1 \n# 1 rows\n",
		"# a run\nstep,layer,measure,at,value\n1,0,loss,0,1\n",
		"# a run\nstep,layer,measure,at,value\n1,0,loss,0,1\n# 2 rows\n",
		"# a run\nstep,layer,measure,at,value\n# 0 rows\nmore\n", "x"};
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		FILE *f = fopen(path, "w");
		fputs(bad[i], f);
		fclose(f);
		assert_int_equal(lab_table_read(&back, "a run", path, &e), LODE_CORRUPT);
	}
	unlink(path);
	rmdir(folder);
	lab_table_release(&t);
}

/* ---- networks whose units are known ---- */

/* Text of five ids in turn: 300 301 302 303 304 300 ... */
static int in_turn(
	void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		ids[i] = (uint16_t)(300 + (index + step + i) % 5);
	return LODE_OK;
}

enum { D = 16, UNITS = 32 };

static struct trainer *trainer_of_turns(void)
{
	struct train_options o = train_options_usual();
	struct trainer *t = NULL;
	struct err e = {0};
	o.shape = (struct shape){.vocabulary = 320,
		.d = D,
		.heads = 1,
		.layers = 2,
		.window = 10,
		.mask = MASK_CAUSAL,
		.position = POSITION_ROTARY};
	o.shape.d_ff[0] = o.shape.d_ff[1] = UNITS;
	o.objective = OBJECTIVE_CAUSAL;
	o.text_subwords = 10;
	o.batch = 8;
	static const struct supply supply = {.text = in_turn};
	assert_int_equal(trainer_create(&t, &o, &supply, &e), 0);
	return t;
}

/* Of layer 0: its pre-activation is 0 everywhere, and 0 is not above 0. */
static void silence_unit(struct trainer *t, uint32_t unit)
{
	float *w = t->weights + t->layout.layer[0].wi + (size_t)unit * D;
	memset(w, 0, D * sizeof(*w));
}

static void test_removal(void **state)
{
	struct trainer *t = trainer_of_turns();
	struct lab_table out = {0};
	struct use use;
	struct err e = {0};
	for (uint32_t u = 0; u < 16; u++)
		silence_unit(t, u);
	/* four more fire as they did, and nobody reads them */
	float *wo = t->weights + t->layout.layer[0].wo;
	for (uint32_t j = 0; j < D; j++)
		for (uint32_t u = 16; u < 20; u++)
			wo[(size_t)j * t->layout.shape.d_ff[0] + u] = 0;
	assert_int_equal(use_measure(&use, t, USE_STREAM_A, 256, &e), 0);
	for (uint32_t u = 0; u < 20; u++) {
		assert_true((use.layer[0].fired[u] > 0) == (u >= 16));
		assert_true((use.layer[0].sum[u] > 0) == (u >= 16));
	}
	float *before = malloc(t->layout.floats * sizeof(float));
	memcpy(before, t->weights, t->layout.floats * sizeof(float));
	assert_int_equal(lab_removal(t, &use, 256, 1, true, &out, &e), 0);
	assert_memory_equal(before, t->weights, t->layout.floats * sizeof(float));
	/* 16 of 64 units never fire: taking those out, or the rarest fifth, changes nothing at all */
	assert_true(lab_value(&out, LAB_REMOVED_RARE, LAB_LAST, LAB_ALL_LAYERS, .2) == 0);
	/* 20 of 64 have no effect: three tenths go for nothing in that order alone */
	assert_true(lab_value(&out, LAB_REMOVED_WEAK, LAB_LAST, LAB_ALL_LAYERS, .3) == 0);
	assert_true(lab_value(&out, LAB_REMOVED_RARE, LAB_LAST, LAB_ALL_LAYERS, .3) != 0);
	assert_true(lab_value(&out, LAB_REMOVABLE_WEAK, LAB_LAST, LAB_ALL_LAYERS, .01) >= .3);
	double unused = NAN;
	for (size_t i = 0; i < out.n; i++)
		if (out.rows[i].measure == LAB_REMOVED_UNUSED) {
			assert_true(out.rows[i].at >= .25);
			unused = out.rows[i].value;
		}
	assert_true(unused == 0);
	double chance = lab_value(&out, LAB_REMOVED_RANDOM, LAB_LAST, LAB_ALL_LAYERS, .2);
	assert_true(isfinite(chance) && chance != 0);
	/* all units by rarity, by chance and by layers are the same network */
	double all = lab_value(&out, LAB_REMOVED_RARE, LAB_LAST, LAB_ALL_LAYERS, 1);
	assert_true(all == lab_value(&out, LAB_REMOVED_RANDOM, LAB_LAST, LAB_ALL_LAYERS, 1));
	assert_true(all == lab_value(&out, LAB_REMOVED_WEAK, LAB_LAST, LAB_ALL_LAYERS, 1));
	assert_true(all == lab_value(&out, LAB_REMOVED_MLP, LAB_LAST, LAB_ALL_LAYERS, 0));
	free(before);
	use_release(&use);
	lab_table_release(&out);
	trainer_destroy(t);
}

/* A unit that reads the state of one id alone is found to fire on it, beside a fifth by chance. */
static void test_meaning(void **state)
{
	struct trainer *t = trainer_of_turns();
	struct lab_table out = {0};
	struct err e = {0};
	/* states that are their ids': no attention, and each id a direction of its own */
	memset(t->weights + t->layout.layer[0].o, 0, (size_t)D * 64 * sizeof(float));
	float *embedding = t->weights + t->layout.embedding;
	for (uint32_t id = 300; id < 305; id++)
		for (uint32_t j = 0; j < D; j++)
			embedding[(size_t)id * D + j] = j == id - 300 ? 1 : 0;
	for (uint32_t u = 0; u < UNITS; u++) {
		silence_unit(t, u);
		t->weights[t->layout.layer[0].wi + (size_t)u * D + u % 5] = 1;
	}
	assert_int_equal(lab_meaning(t, 512, 1, &out, &e), 0);
	assert_true(lab_value(&out, LAB_READS, LAB_LAST, 0, 10) == 1);
	assert_true(lab_value(&out, LAB_FORETELLS, LAB_LAST, 0, 10) == 1);
	double chance = lab_value(&out, LAB_READS_NULL, LAB_LAST, 0, 50);
	assert_true(chance > .2 && chance < .4);
	lab_table_release(&out);
	trainer_destroy(t);
}

/* Units pushed down a little at each probe drift; one that falls at once jumps; what stays on is followed beside. */
static void test_drift(void **state)
{
	enum { PROBES = 20, DEATH = 12 };
	struct trainer *t = trainer_of_turns();
	struct lab_drift *d = NULL;
	struct lab_table out = {0};
	struct err e = {0};
	assert_int_equal(lab_drift_begin(&d, &t->layout.shape, PROBES, &e), 0);
	for (uint32_t probe = 0; probe < PROBES; probe++) {
		struct use use;
		for (uint32_t u = 0; u < UNITS; u++) {
			float *w = t->weights + t->layout.layer[0].wi + (size_t)u * D;
			float *wi = t->weights + t->layout.layer[1].wi + (size_t)u * D;
			memset(wi, 0, D * sizeof(*wi));
			/* half of them slide from on to off, half fall at once; mean over deviation does not
			 * know how large w is, so what slides is w's own mean */
			float at_once = probe <= DEATH ? 1.0f : -1.0f;
			float slid = .75f * (float)probe / (DEATH + .5f);
			for (uint32_t j = 0; j < D; j++) {
				float first = j % 2 ? 0.5f : 1;
				w[j] = u % 2 ? at_once * first : first - slid;
			}
		}
		memset(t->weights + t->layout.layer[0].o, 0, (size_t)D * 64 * sizeof(float));
		for (uint32_t id = 300; id < 305; id++)
			for (uint32_t j = 0; j < D; j++)
				t->weights[t->layout.embedding + (size_t)id * D + j] =
					1 + .3f * (float)((id + j) % 5);
		assert_int_equal(use_measure(&use, t, USE_STREAM_A, 256, &e), 0);
		assert_int_equal(lab_drift_take(d, t, &use, 256, &e), 0);
		use_release(&use);
	}
	lab_drift_report(d, 0, &out);
	assert_true(lab_value(&out, LAB_DEATHS, LAB_LAST, 0, 0) == UNITS);
	assert_true(lab_value(&out, LAB_DEATHS, LAB_LAST, 1, 0) == 0);
	assert_true(lab_value(&out, LAB_DYING, LAB_LAST, 0, 0) > 0);
	assert_true(lab_value(&out, LAB_DYING, LAB_LAST, 0, 1) < 0);
	assert_true(lab_value(&out, LAB_JUMP, LAB_LAST, 0, 10) < .15);
	assert_true(lab_value(&out, LAB_JUMP, LAB_LAST, 0, 90) == 1);
	assert_int_equal(lab_drift_take(d, t, &(struct use){0}, 256, &e), LODE_NOMEM);
	lab_drift_end(d);
	lab_table_release(&out);
	trainer_destroy(t);
}

/* ---- figures ---- */

static void test_ticks(void **state)
{
	double at[16];
	assert_int_equal(plot_ticks(0, 103, false, 5, at, 16), 6);
	assert_true(at[0] == 0 && is_near(at[1], 20) && is_near(at[5], 100));
	assert_int_equal(plot_ticks(1e-4, 3, true, 5, at, 16), 5);
	assert_true(is_near(at[0], 1e-4) && is_near(at[4], 1));
	assert_int_equal(plot_ticks(-.02, .02, false, 4, at, 16), 5);
	assert_true(at[2] == 0);
	assert_int_equal(plot_ticks(1, 1, false, 5, at, 16), 0);
	assert_int_equal(plot_ticks(0, 1, true, 5, at, 16), 0);
}

static void test_figure(void **state)
{
	struct plot *p = NULL;
	struct buf out = {0};
	struct err e = {0};
	assert_int_equal(plot_create(&p, 2, 2, &e), 0);
	snprintf(p->title, sizeof(p->title), "loss < 1 & more");
	snprintf(p->legend[p->n_legend++], 32, "one");
	p->panels[1].y.is_log = true;
	for (unsigned panel = 0; panel < 2; panel++) {
		struct plot_line *l = plot_add(p, panel, 0);
		for (unsigned i = 0; i < 20; i++)
			plot_point(l, i, i, i - .5, i + .5); /* 0 has no place on a log axis */
		plot_point(l, 20, (double)NAN, 0, 0);
		assert_int_equal(l->n, 20);
	}
	plot_svg(p, &out);
	buf_put_byte(&out, 0);
	assert_memory_equal(out.p, "<svg ", 5);
	assert_non_null(strstr(out.p, "loss &lt; 1 &amp; more"));
	assert_null(strstr(out.p, "nan"));
	assert_null(strstr(out.p, "inf"));
	buf_release(&out);
	plot_destroy(p);
	assert_int_equal(plot_create(&p, PLOT_PANELS + 1, 1, &e), LODE_NOMEM);
}

/* What an interval has above the axis, as a share above 100 %, is cut at the field's frame. */
static void test_intervals_end_at_the_frame(void **state)
{
	enum { BAND = 20, BARS = 3 };
	static const char clip[] = "<clipPath id=\"f0\">";
	struct plot *p = NULL;
	struct buf out = {0};
	struct err e = {0};
	char frame[160];
	assert_int_equal(plot_create(&p, 1, 1, &e), 0);
	p->panels[0].y.high = 103;
	for (unsigned n = BARS; n <= BAND; n += BAND - BARS) {
		struct plot_line *l = plot_add(p, 0, 0);
		for (unsigned i = 0; i < n; i++)
			plot_point(l, i, 99, 80, 118);
	}
	plot_svg(p, &out);
	buf_put_byte(&out, 0);
	const char *svg = (const char *)out.p, *rect = strstr(svg, clip);
	assert_non_null(rect);
	rect += strlen(clip);
	snprintf(frame, sizeof(frame), "\n%.*s fill=\"none\"", (int)(strchr(rect, '/') - rect),
		rect);
	assert_non_null(strstr(svg, frame));
	assert_non_null(strstr(svg, "<g clip-path=\"url(#f0)\">\n<line"));
	assert_non_null(strstr(svg, "<g clip-path=\"url(#f0)\">\n<polygon"));
	buf_release(&out);
	plot_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_interval),
		cmocka_unit_test(test_percentile), cmocka_unit_test(test_crossing),
		cmocka_unit_test(test_table), cmocka_unit_test(test_removal),
		cmocka_unit_test(test_meaning), cmocka_unit_test(test_drift),
		cmocka_unit_test(test_ticks), cmocka_unit_test(test_figure),
		cmocka_unit_test(test_intervals_end_at_the_frame)};
	return cmocka_run_group_tests_name("scorer/train/lab", tests, NULL, NULL);
}
