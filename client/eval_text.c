/* The report for a person. */
#include "client/eval_report.h"

#include <math.h>
#include <stdio.h>

/* Columns of a stratum's name; a longer one pushes its own line alone. */
enum { NAME_LEAST = 12, NAME_MOST = 40 };

/* A number in a column of `width`, "-" for what is not known. */
static void put_number(struct buf *out, int width, int decimals, double v)
{
	if (isnan(v))
		buf_printf(out, "%*s", width, "-");
	else
		buf_printf(out, "%*.*f", width, decimals, v);
}

static void put_interval(struct buf *out, double low, double high)
{
	if (isnan(low) || isnan(high))
		buf_printf(out, "  %-16s", "");
	else
		buf_printf(out, "  [%6.3f, %6.3f]", low, high);
}

/* A name in `width` columns, made safe. */
static void put_name(struct buf *out, const struct look *look, unsigned width, struct slice name)
{
	unsigned used = print_safe(out, look, name);
	print_blanks(out, used < width ? width - used : 0);
}

static void put_heading(struct buf *out, const struct look *look, const char *text)
{
	buf_put_byte(out, '\n');
	print_style(out, look, STYLE_BOLD);
	buf_put_str(out, text);
	print_plain(out, look);
}

static void put_verdicts(struct buf *out, const struct look *look, const struct eval_part *p)
{
	put_heading(out, look, "verdicts");
	buf_printf(out, "%18s %9s %10s %14s %9s\n", "present", "absent", "uncertain",
		"not mentioned", "error");
	for (int label = 1; label >= 0; label--) {
		buf_printf(out, "  label %-8s", label ? "present" : "absent");
		for (int v = 0; v < SAID_COUNT; v++)
			buf_printf(out, "%*llu", (int[]){10, 10, 11, 15, 10}[v],
				(unsigned long long)p->table[label][v]);
		buf_put_byte(out, '\n');
	}
}

static void put_confusion(struct buf *out, const char *name, const struct eval_cells *c)
{
	buf_printf(out, "%s TP %llu  FN %llu  TN %llu  FP %llu", name,
		(unsigned long long)c->n[CELL_TP], (unsigned long long)c->n[CELL_FN],
		(unsigned long long)c->n[CELL_TN], (unsigned long long)c->n[CELL_FP]);
}

static void put_scores(struct buf *out, const struct look *look, const struct eval_report *r)
{
	static const char *const names[SCORES] = {"MCC", "accuracy", "balanced accuracy",
		"sensitivity", "specificity", "precision", "F1"};
	const struct eval_part *p = &r->all;
	put_heading(out, look, "scores");
	buf_printf(out, "%22s  %-16s  %7s  %-16s  %8s\n", "forced", "[95 %]", "decided", "[95 %]",
		"always");
	for (int s = 0; s < SCORES; s++) {
		buf_printf(out, "  %-18s", names[s]);
		put_number(out, 8, 3, p->score[s]);
		put_interval(out, p->interval[s].low, p->interval[s].high);
		put_number(out, 9, 3, p->decided_score[s]);
		put_interval(out, p->decided_interval[s].low, p->decided_interval[s].high);
		put_number(out, 10, 3, r->always[s]);
		buf_put_byte(out, '\n');
	}
	put_confusion(out, "  forced: ", &p->forced);
	put_confusion(out, "    decided: ", &p->decided);
	buf_printf(out, "    coverage %.3f\n", (double)eval_cells_sum(&p->decided) / (double)p->n);
}

static void put_evidence(struct buf *out, const struct look *look, const struct eval_part *p)
{
	put_heading(out, look, "evidence\n");
	if (p->needles) {
		buf_printf(out, "  needle found  %llu of %llu", (unsigned long long)p->found,
			(unsigned long long)p->needles);
		put_number(out, 8, 3, (double)p->found / (double)p->needles);
		put_interval(out, p->found_low, p->found_high);
		buf_put_byte(out, '\n');
	}
	buf_printf(out, "  quotes exact  %llu of %llu\n",
		(unsigned long long)(p->quotes - p->bad_quotes), (unsigned long long)p->quotes);
}

static void put_probabilities(struct buf *out, const struct look *look, const struct eval_report *r)
{
	const struct eval_calibration *c = &r->calibration;
	put_heading(out, look, "probabilities\n");
	buf_put_str(out, "  Brier score");
	put_number(out, 8, 4, c->brier);
	buf_put_str(out, "    calibration slope");
	put_number(out, 7, 2, c->slope);
	buf_put_str(out, "  intercept");
	put_number(out, 7, 2, c->intercept);
	buf_put_str(out, "    mean");
	put_number(out, 7, 3, c->mean_said);
	buf_put_str(out, ", present");
	put_number(out, 6, 3, c->observed);
	buf_printf(out, "\n  %-12s%9s%9s%14s\n", "said", "n", "mean", "were present");
	for (int i = 0; i < EVAL_BINS; i++) {
		if (c->bin[i].n == 0)
			continue;
		buf_printf(out, "  %.1f to %.1f  %9zu", i / 10.0, (i + 1) / 10.0, c->bin[i].n);
		put_number(out, 9, 3, c->bin[i].mean);
		put_number(out, 14, 3, (double)c->bin[i].present / (double)c->bin[i].n);
		buf_put_byte(out, '\n');
	}
	put_heading(out, look, "surest answers only");
	buf_put_str(out, " (risk and coverage)\n  share answered");
	for (int i = 0; i < EVAL_RISKS; i++)
		put_number(out, 7, 2, eval_coverages[i]);
	buf_put_str(out, "\n  of them wrong ");
	for (int i = 0; i < EVAL_RISKS; i++)
		put_number(out, 7, 3, r->risk[i]);
	buf_printf(out, "     area %.4f\n", r->risk_area);
}

static struct slice value_of(const struct eval_part *p)
{
	return p->name.n ? p->name : slice_str("(none)");
}

static void put_stratum(
	struct buf *out, const struct look *look, unsigned width, const struct eval_part *p)
{
	/* MCC of one label alone is 0 by definition and says nothing. */
	bool is_mixed = p->present && p->present < p->n;
	buf_put_str(out, "  ");
	put_name(out, look, width, value_of(p));
	buf_printf(out, "%5llu%8llu%5llu%4llu%5llu%4llu", (unsigned long long)p->n,
		(unsigned long long)p->present, (unsigned long long)p->forced.n[CELL_TP],
		(unsigned long long)p->forced.n[CELL_FN], (unsigned long long)p->forced.n[CELL_TN],
		(unsigned long long)p->forced.n[CELL_FP]);
	put_number(out, 7, 3, is_mixed ? p->score[SCORE_MCC] : NAN);
	put_interval(out, is_mixed ? p->interval[SCORE_MCC].low : NAN, p->interval[SCORE_MCC].high);
	put_number(out, 7, 3, p->score[SCORE_SENSITIVITY]);
	put_number(out, 7, 3, p->score[SCORE_SPECIFICITY]);
	put_number(out, 8, 3, p->needles ? (double)p->found / (double)p->needles : NAN);
	buf_put_byte(out, '\n');
}

static void put_strata(struct buf *out, const struct look *look, const struct eval_strata *s)
{
	unsigned width = NAME_LEAST;
	for (size_t i = 0; i < s->n; i++) {
		unsigned n = print_columns(look, value_of(&s->parts[i]));
		width = n > width ? n : width;
	}
	width = width < NAME_MOST ? width : NAME_MOST;
	put_heading(out, look, "by ");
	print_safe(out, look, slice_str(s->field));
	buf_put_str(out, "\n  ");
	put_name(out, look, width, slice_str("value"));
	buf_printf(out, "%5s%8s%5s%4s%5s%4s%7s  %-16s%7s%7s%8s\n", "n", "present", "TP", "FN", "TN",
		"FP", "MCC", "[95 %]", "sens.", "spec.", "needle");
	for (size_t i = 0; i < s->n; i++)
		put_stratum(out, look, width, &s->parts[i]);
}

static void put_grid(struct buf *out, const struct look *look, const struct eval_grid *g)
{
	char words[32];
	if (g->columns == 0)
		return;
	put_heading(out, look, "needle found, by depth and words of the chart\n  depth    ");
	for (unsigned c = 0; c < g->columns; c++) {
		snprintf(words, sizeof(words), "%.1f-%.1fk", (double)g->least[c] / 1e3,
			(double)g->most[c] / 1e3);
		buf_printf(out, "%14s", words);
	}
	buf_put_byte(out, '\n');
	for (unsigned row = 0; row < EVAL_DEPTHS; row++) {
		buf_printf(out, "  %2u-%u %%  ", row * 10, row * 10 + 10);
		for (unsigned c = 0; c < g->columns; c++) {
			snprintf(words, sizeof(words), "%llu/%llu",
				(unsigned long long)g->found[row][c],
				(unsigned long long)g->n[row][c]);
			buf_printf(out, "%14s", g->n[row][c] ? words : "-");
		}
		buf_put_byte(out, '\n');
	}
	buf_put_str(out, "  worst cell");
	put_number(out, 6, 2, g->found_worst);
	buf_put_str(out, ", best");
	put_number(out, 5, 2, g->found_best);
	buf_put_byte(out, '\n');
}

static void put_spread(struct buf *out, const char *name, const struct eval_spread *s, int decimals)
{
	if (s->n == 0)
		return;
	buf_printf(out, "  %-26s", name);
	put_number(out, 12, decimals, s->least);
	put_number(out, 12, decimals, s->median);
	put_number(out, 12, decimals, s->most);
	buf_put_byte(out, '\n');
}

static void put_sizes(struct buf *out, const struct look *look, const struct eval_report *r)
{
	put_heading(out, look, "work");
	buf_printf(out, "%36s%12s%12s\n", "least", "median", "most");
	put_spread(out, "words in a chart", &r->words, 0);
	put_spread(out, "share of chunks opened", &r->chunks, 4);
	put_spread(out, "tokens the model read", &r->tokens, 0);
	put_spread(out, "words in chart per token", &r->words_per_token, 0);
	put_heading(out, look, "time");
	buf_printf(out, ", ms%28s%12s%12s%12s\n", "p50", "p90", "p99", "most");
	for (unsigned i = 0; i < r->set->n_steps; i++) {
		const struct eval_times *t = &r->times[i];
		if (t->n == 0)
			continue;
		buf_put_str(out, "  ");
		put_name(out, look, 24, t->name);
		put_number(out, 12, 2, t->p50 / 1e3);
		put_number(out, 12, 2, t->p90 / 1e3);
		put_number(out, 12, 2, t->p99 / 1e3);
		put_number(out, 12, 2, t->most / 1e3);
		buf_put_byte(out, '\n');
	}
}

static void put_against(struct buf *out, const struct look *look, const struct eval_against *a)
{
	put_heading(out, look, "against ");
	print_safe(out, look, slice_str(a->file));
	buf_printf(out,
		"\n  right: both %llu, only this run %llu, only the other %llu, neither %llu    McNemar's "
		"exact p %.4f\n",
		(unsigned long long)a->both, (unsigned long long)a->only_this,
		(unsigned long long)a->only_other, (unsigned long long)a->neither, a->mcnemar);
	buf_printf(out, "  %-20s%9s  %-16s%9s\n", "this minus other", "gain", "[95 %]", "p");
	for (int s = 0; s < SCORES; s++) {
		buf_printf(out, "  %-20s", eval_score_names[s]);
		if (isnan(a->gain[s].value))
			buf_printf(out, "%9s", "-");
		else
			buf_printf(out, "%+9.3f", a->gain[s].value);
		put_interval(out, a->gain[s].low, a->gain[s].high);
		put_number(out, 9, 3, a->gain[s].p);
		buf_put_byte(out, '\n');
	}
}

void eval_put_text(struct buf *out, const struct look *look, const struct eval_report *r)
{
	const struct eval_part *p = &r->all;
	buf_printf(out, "%llu questions over %llu charts: %llu present, %llu absent; answered by ",
		(unsigned long long)p->n, (unsigned long long)r->charts,
		(unsigned long long)p->present, (unsigned long long)(p->n - p->present));
	print_safe(out, look, r->set->answered_by.n ? r->set->answered_by : slice_str("(unknown)"));
	buf_put_byte(out, '\n');
	put_verdicts(out, look, p);
	put_scores(out, look, r);
	put_evidence(out, look, p);
	put_probabilities(out, look, r);
	for (unsigned i = 0; i < r->set->n_by; i++)
		put_strata(out, look, &r->strata[i]);
	put_grid(out, look, &r->grid);
	put_sizes(out, look, r);
	if (r->against.file)
		put_against(out, look, &r->against);
	buf_printf(out,
		"\nIntervals: 95 %%, %d resamples of %s, always the same ones; of found needles, "
		"Wilson.\n",
		EVAL_RESAMPLES, r->by_patient ? "patients" : "questions");
}
