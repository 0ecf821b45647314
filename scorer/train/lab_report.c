#include "scorer/train/lab_report.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char columns[] = "arm,seed,tokens,step,layer,measure,at,value\n";

static void put_run(const struct lab_arm *a, uint64_t seed, const struct lab_table *t,
	uint32_t measures, struct buf *out)
{
	uint64_t per_step = (uint64_t)a->train.batch * a->train.text_subwords;
	for (size_t i = 0; i < t->n; i++) {
		const struct lab_row *r = &t->rows[i];
		uint64_t tokens = r->step * per_step;
		if (measures >> r->measure & 1)
			buf_printf(out, "\"%s\",%llu,%llu,%u,%d,%s,%g,%.*g\n", a->name,
				(unsigned long long)seed, (unsigned long long)tokens, r->step,
				r->layer, lab_measure_names[r->measure], r->at,
				r->measure == LAB_LOSS ? 6 : 4, r->value);
	}
}

static int write_csv(const struct lab_study *s, const struct lab_experiment *x, const char *folder,
	struct err *e)
{
	struct buf b = {0};
	char path[1024];
	if (snprintf(path, sizeof(path), "%s/%s.csv", folder, x->name) >= (int)sizeof(path))
		return err_set(e, LODE_TOOBIG, "%s: the path is too long", folder);
	buf_put_str(&b, columns);
	for (unsigned a = 0; a < s->n_arms; a++)
		for (unsigned i = 0; i < s->seeds; i++)
			put_run(&s->arms[a], i + 1, &s->table[a][i], x->measures, &b);
	struct slice all = buf_slice(&b);
	int rc = b.failed ? err_set(e, LODE_NOMEM, "no memory for %s", path)
			  : file_replace(path, &all, 1, 0644, e);
	buf_release(&b);
	return rc;
}

/* ---- the summary ---- */

struct lab_interval lab_over_seeds(const struct lab_study *s, unsigned arm, enum lab_measure m,
	uint32_t step, int32_t layer, double at)
{
	double v[LAB_SEEDS];
	for (unsigned i = 0; i < s->seeds; i++)
		v[i] = lab_value(&s->table[arm][i], m, step, layer, at);
	return lab_interval_of(v, s->seeds);
}

struct lab_interval lab_gain_over(const struct lab_study *s, unsigned arm, unsigned base,
	enum lab_measure m, int32_t layer, double at)
{
	double a[LAB_SEEDS], b[LAB_SEEDS];
	for (unsigned i = 0; i < s->seeds; i++) {
		a[i] = lab_value(&s->table[arm][i], m, LAB_LAST, layer, at);
		b[i] = lab_value(&s->table[base][i], m, LAB_LAST, layer, at);
	}
	return lab_difference_of(a, b, s->seeds);
}

static void print_layers(const struct lab_study *s, unsigned arm, enum lab_measure m)
{
	printf(" | ");
	for (uint32_t l = 0; l < s->arms[arm].train.shape.layers; l++) {
		double share = lab_over_seeds(s, arm, m, LAB_LAST, (int32_t)l, 0).mean;
		printf("%s%.3g", l ? " " : "", 100 * share);
	}
}

/* Numbers of the whole network, of those there are. */
static void print_others(const struct lab_study *s, unsigned arm)
{
	static const struct {
		enum lab_measure m;
		double at;
	} others[] = {{LAB_REMOVABLE, .01}, {LAB_REMOVABLE, .05}, {LAB_REMOVABLE_RANDOM, .01},
		{LAB_REMOVABLE_WEAK, .01}, {LAB_REMOVABLE_WEAK, .05}, {LAB_REMOVED_MLP, 0},
		{LAB_DEATHS, 0}, {LAB_JUMP, 50}, {LAB_RIGHT, 0}, {LAB_F1, 0}};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct lab_interval v =
			lab_over_seeds(s, arm, others[i].m, LAB_LAST, LAB_ALL_LAYERS, others[i].at);
		if (v.n)
			printf("  %s %g: %.4g [%.4g, %.4g]\n", lab_measure_names[others[i].m],
				others[i].at, v.mean, v.low, v.high);
	}
}

enum { STEPS_MAX = 256 };

/* A seed's measure at the step where it is least, or added up over steps. */
static double over_run(const struct lab_table *t, enum lab_measure m, int32_t layer, bool is_sum)
{
	uint32_t steps[STEPS_MAX];
	unsigned n = lab_steps(t, m, layer, steps, STEPS_MAX);
	double out = is_sum ? 0 : (double)NAN;
	for (unsigned i = 0; i < n; i++) {
		double v = lab_value(t, m, steps[i], layer, 0);
		out = is_sum ? out + v : fmin(out, v);
	}
	return n ? out : (double)NAN;
}

/* What the way there was like: the least use by a batch, and all that went off, came back and was off by chance, in
 * percent of the layer's units. */
static void print_run(const struct lab_study *s, unsigned arm)
{
	static const struct {
		const char *name;
		enum lab_measure m;
		bool is_sum;
	} rows[] = {{"least batch use on the way", LAB_BATCH, false},
		{"went off, all probes", LAB_OFF, true}, {"came back, all probes", LAB_ON, true},
		{"off by chance, all probes", LAB_NULL, true}};
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		if (isnan(over_run(&s->table[arm][0], rows[r].m, 0, rows[r].is_sum)))
			continue;
		printf("  %s, %% by layer:", rows[r].name);
		for (uint32_t l = 0; l < s->arms[arm].train.shape.layers; l++) {
			double v[LAB_SEEDS];
			for (unsigned i = 0; i < s->seeds; i++)
				v[i] = 100 * over_run(&s->table[arm][i], rows[r].m, (int32_t)l,
						     rows[r].is_sum);
			struct lab_interval all = lab_interval_of(v, s->seeds);
			printf(" %.3g [%.3g, %.3g]", all.mean, all.low, all.high);
		}
		printf("\n");
	}
}

static void print_summary(const struct lab_study *s, const struct lab_experiment *x)
{
	printf("\n## %s: %s\n\n| arm | tokens | loss | token use, %% by layer | window | batch |\n"
	       "|---|---|---|---|---|---|\n",
		x->name, x->what);
	for (unsigned a = 0; a < s->n_arms; a++) {
		struct lab_interval loss =
			lab_over_seeds(s, a, LAB_LOSS, LAB_LAST, LAB_ALL_LAYERS, 0);
		printf("| %s | %.0f | ", s->arms[a].name, lab_tokens(&s->arms[a]));
		if (loss.n)
			printf("%.4f [%.4f, %.4f]", loss.mean, loss.low, loss.high);
		print_layers(s, a, LAB_TOKEN);
		print_layers(s, a, LAB_SEQUENCE);
		print_layers(s, a, LAB_BATCH);
		printf(" |\n");
	}
	for (unsigned a = 0; a < s->n_arms; a++) {
		printf("\n%s:\n", s->arms[a].name);
		struct lab_interval more = lab_gain_over(s, a, 0, LAB_LOSS, LAB_ALL_LAYERS, 0);
		if (a && more.n)
			printf("  loss against %s: %+.4f [%+.4f, %+.4f]\n", s->arms[0].name,
				more.mean, more.low, more.high);
		print_others(s, a);
		print_run(s, a);
	}
}

/* ---- all ---- */

int lab_report(const struct lab_bench *b, const struct lab_experiment *x,
	const struct lab_size *size, uint32_t ids, const char *folder, struct err *e)
{
	struct lab_study *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, LODE_NOMEM, "no memory for a report");
	s->seeds = size->seeds;
	s->source = lab_source_names[b->texts->source];
	s->size = *size;
	s->text = (double)b->texts->training.n;
	s->n_arms = lab_arms(x, size, s->arms);
	int rc = LODE_OK;
	for (unsigned a = 0; a < s->n_arms; a++) {
		s->arms[a].train.shape.vocabulary = ids;
		for (unsigned i = 0; rc == 0 && i < s->seeds; i++)
			rc = lab_load(b, &s->arms[a], i + 1, &s->table[a][i], e);
	}
	if (rc == 0)
		rc = write_csv(s, x, folder, e);
	if (rc == 0)
		rc = x->draw(s, folder, e);
	if (rc == 0)
		print_summary(s, x);
	for (unsigned a = 0; a < s->n_arms; a++)
		for (unsigned i = 0; i < s->seeds; i++)
			lab_table_release(&s->table[a][i]);
	free(s);
	return rc;
}
