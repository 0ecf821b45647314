/* The report as one JSON document.  Times stand in latency_us alone: the rest is the same every time. */
#include "client/eval_report.h"

static void put_number(struct json_writer *w, const char *key, double v)
{
	json_key(w, key);
	json_double(w, v, 6);
}

static void put_pair(struct json_writer *w, const char *key, double low, double high)
{
	json_key(w, key);
	json_begin_array(w);
	json_double(w, low, 6);
	json_double(w, high, 6);
	json_end_array(w);
}

static void put_scores(struct json_writer *w, const char *key, const struct eval_cells *c,
	const double score[SCORES], const struct eval_interval interval[SCORES])
{
	json_key(w, key);
	json_begin_object(w);
	json_kv_uint(w, "n", eval_cells_sum(c));
	json_kv_uint(w, "tp", c->n[CELL_TP]);
	json_kv_uint(w, "fn", c->n[CELL_FN]);
	json_kv_uint(w, "tn", c->n[CELL_TN]);
	json_kv_uint(w, "fp", c->n[CELL_FP]);
	for (int s = 0; s < SCORES; s++)
		put_number(w, eval_score_names[s], score[s]);
	json_key(w, "interval");
	json_begin_object(w);
	for (int s = 0; s < SCORES; s++)
		put_pair(w, eval_score_names[s], interval[s].low, interval[s].high);
	json_end_object(w);
	json_end_object(w);
}

static void put_part(struct json_writer *w, const struct eval_part *p)
{
	json_kv_uint(w, "n", p->n);
	json_kv_uint(w, "present", p->present);
	json_key(w, "verdicts");
	json_begin_object(w);
	for (int label = 1; label >= 0; label--) {
		json_key(w, label ? "present" : "absent");
		json_begin_object(w);
		for (int v = 0; v < SAID_COUNT; v++)
			json_kv_uint(w, eval_verdict_names[v], p->table[label][v]);
		json_end_object(w);
	}
	json_end_object(w);
	put_scores(w, "forced", &p->forced, p->score, p->interval);
	put_scores(w, "decided", &p->decided, p->decided_score, p->decided_interval);
	put_number(w, "coverage", (double)eval_cells_sum(&p->decided) / (double)p->n);
	json_kv_uint(w, "needles", p->needles);
	json_kv_uint(w, "needles_found", p->found);
	put_pair(w, "mention_recall_interval", p->found_low, p->found_high);
	put_number(w, "mention_recall", (double)p->found / (double)p->needles);
	json_kv_uint(w, "quotes", p->quotes);
	json_kv_uint(w, "quotes_exact", p->quotes - p->bad_quotes);
}

static void put_calibration(struct json_writer *w, const struct eval_calibration *c)
{
	json_key(w, "calibration");
	json_begin_object(w);
	put_number(w, "brier", c->brier);
	put_number(w, "slope", c->slope);
	put_number(w, "intercept", c->intercept);
	put_number(w, "mean_probability", c->mean_said);
	put_number(w, "share_present", c->observed);
	json_key(w, "bins");
	json_begin_array(w);
	for (int i = 0; i < EVAL_BINS; i++) {
		json_begin_object(w);
		json_kv_uint(w, "n", c->bin[i].n);
		json_kv_uint(w, "present", c->bin[i].present);
		put_number(w, "mean_probability", c->bin[i].mean);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

static void put_risk(struct json_writer *w, const struct eval_report *r)
{
	json_key(w, "risk_coverage");
	json_begin_object(w);
	put_number(w, "area", r->risk_area);
	json_key(w, "at");
	json_begin_array(w);
	for (int i = 0; i < EVAL_RISKS; i++) {
		json_begin_object(w);
		put_number(w, "coverage", eval_coverages[i]);
		put_number(w, "wrong", r->risk[i]);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

static void put_strata(struct json_writer *w, const struct eval_report *r)
{
	json_key(w, "strata");
	json_begin_array(w);
	for (unsigned i = 0; i < r->set->n_by; i++)
		for (size_t k = 0; k < r->strata[i].n; k++) {
			json_begin_object(w);
			json_kv_str(w, "field", r->strata[i].field);
			json_kv_string(w, "value", r->strata[i].parts[k].name);
			put_part(w, &r->strata[i].parts[k]);
			json_end_object(w);
		}
	json_end_array(w);
}

static void put_cells(struct json_writer *w, const char *key, const struct eval_grid *g,
	const uint64_t cells[EVAL_DEPTHS][EVAL_LENGTHS])
{
	json_key(w, key);
	json_begin_array(w);
	for (unsigned row = 0; row < EVAL_DEPTHS; row++) {
		json_begin_array(w);
		for (unsigned c = 0; c < g->columns; c++)
			json_uint(w, cells[row][c]);
		json_end_array(w);
	}
	json_end_array(w);
}

static void put_grid(struct json_writer *w, const struct eval_grid *g)
{
	json_key(w, "grid");
	json_begin_object(w);
	json_key(w, "words");
	json_begin_array(w);
	for (unsigned c = 0; c < g->columns; c++) {
		json_begin_array(w);
		json_uint(w, g->least[c]);
		json_uint(w, g->most[c]);
		json_end_array(w);
	}
	json_end_array(w);
	put_cells(w, "n", g, g->n);
	put_cells(w, "found", g, g->found);
	put_cells(w, "right", g, g->right);
	put_pair(w, "found_worst_best", g->found_worst, g->found_best);
	put_pair(w, "right_worst_best", g->right_worst, g->right_best);
	json_end_object(w);
}

static void put_spread(struct json_writer *w, const char *key, const struct eval_spread *s)
{
	json_key(w, key);
	json_begin_object(w);
	json_kv_uint(w, "n", s->n);
	put_number(w, "least", s->least);
	put_number(w, "median", s->median);
	put_number(w, "most", s->most);
	json_end_object(w);
}

static void put_times(struct json_writer *w, const struct eval_report *r)
{
	json_key(w, "latency_us");
	json_begin_object(w);
	for (unsigned i = 0; i < r->set->n_steps; i++) {
		const struct eval_times *t = &r->times[i];
		json_key(w, t->name.p);
		json_begin_object(w);
		json_kv_uint(w, "n", t->n);
		put_number(w, "p50", t->p50);
		put_number(w, "p90", t->p90);
		put_number(w, "p99", t->p99);
		put_number(w, "max", t->most);
		json_end_object(w);
	}
	json_end_object(w);
}

static void put_against(struct json_writer *w, const struct eval_against *a)
{
	json_key(w, "against");
	json_begin_object(w);
	json_kv_str(w, "file", a->file);
	json_kv_uint(w, "both_right", a->both);
	json_kv_uint(w, "only_this_right", a->only_this);
	json_kv_uint(w, "only_other_right", a->only_other);
	json_kv_uint(w, "both_wrong", a->neither);
	put_number(w, "mcnemar_p", a->mcnemar);
	json_key(w, "gain");
	json_begin_object(w);
	for (int s = 0; s < SCORES; s++) {
		json_key(w, eval_score_names[s]);
		json_begin_object(w);
		put_number(w, "value", a->gain[s].value);
		put_pair(w, "interval", a->gain[s].low, a->gain[s].high);
		put_number(w, "p", a->gain[s].p);
		json_end_object(w);
	}
	json_end_object(w);
	json_end_object(w);
}

void eval_put_json(struct buf *out, const struct eval_report *r)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_str(&w, "file", r->set->file);
	json_kv_string(&w, "answered_by", r->set->answered_by);
	json_kv_uint(&w, "charts", r->charts);
	json_kv_str(&w, "resampled", r->by_patient ? "patients" : "questions");
	put_part(&w, &r->all);
	json_key(&w, "always_present");
	json_begin_object(&w);
	for (int s = 0; s < SCORES; s++)
		put_number(&w, eval_score_names[s], r->always[s]);
	json_end_object(&w);
	put_calibration(&w, &r->calibration);
	put_risk(&w, r);
	put_strata(&w, r);
	put_grid(&w, &r->grid);
	put_spread(&w, "chart_words", &r->words);
	put_spread(&w, "chunks_share", &r->chunks);
	put_spread(&w, "tokens_scored", &r->tokens);
	put_spread(&w, "words_per_token_scored", &r->words_per_token);
	put_times(&w, r);
	if (r->against.file)
		put_against(&w, &r->against);
	json_end_object(&w);
	buf_put_byte(out, '\n');
}
