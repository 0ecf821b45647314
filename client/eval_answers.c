/* The file of answers: a line for each question, written by --out, read by --answers and --against. */
#include "base/file.h"
#include "client/eval.h"
#include "client/eval_lines.h"
#include "client/layout.h"

#include <math.h>
#include <stdlib.h>

/* ---- writing ---- */

static void put_uint(struct json_writer *w, const char *key, uint64_t v)
{
	if (v)
		json_kv_uint(w, key, v);
}

static void put_times(struct json_writer *w, const struct eval_set *s, const struct eval_item *item)
{
	json_key(w, "elapsed_us");
	json_begin_object(w);
	for (unsigned i = 0; i < s->n_steps; i++) {
		if (isnan(item->step_us[i]))
			continue;
		json_key(w, s->steps[i].p);
		json_double(w, item->step_us[i], 0);
	}
	json_end_object(w);
}

static void put_line(struct buf *out, const struct eval_set *s, const struct eval_item *item)
{
	static const char *const calls[] = {"present", "absent", "wrong"};
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_string(&w, "qid", item->qid);
	json_kv_string(&w, "patient", item->patient);
	json_kv_str(&w, "label", item->outcome.is_present ? "present" : "absent");
	json_kv_str(&w, "verdict", eval_verdict_names[item->verdict]);
	if (item->basis.n)
		json_kv_string(&w, "basis", item->basis);
	json_key(&w, "probability");
	json_double(&w, item->outcome.is_answered ? item->outcome.probability : NAN, 6);
	json_key(&w, "needle");
	if (item->has_needle)
		json_bool(&w, item->is_found);
	else
		json_null(&w);
	json_kv_str(&w, "counted", calls[item->outcome.call]);
	json_kv_bool(&w, "right", eval_is_right(&item->outcome));
	put_uint(&w, "mentions", item->mentions);
	put_uint(&w, "quotes", item->quotes);
	put_uint(&w, "bad_quotes", item->bad_quotes);
	put_uint(&w, "words", item->words);
	if (!isnan(item->depth)) {
		json_key(&w, "depth");
		json_double(&w, item->depth, 6);
	}
	put_uint(&w, "chunks_total", item->chunks_total);
	put_uint(&w, "chunks_matched", item->chunks_matched);
	put_uint(&w, "tokens", item->tokens);
	if (s->answered_by.n)
		json_kv_string(&w, "answered_by", s->answered_by);
	put_times(&w, s, item);
	json_end_object(&w);
	buf_put_byte(out, '\n');
}

int eval_write(const char *file, const struct eval_set *s, struct err *e)
{
	struct buf out = {0};
	for (size_t i = 0; i < s->n; i++)
		put_line(&out, s, &s->items[i]);
	struct slice all = buf_slice(&out);
	int rc = out.failed ? err_set(e, LODE_NOMEM, "out of memory")
			    : file_replace(file, &all, 1, 0644, e);
	buf_release(&out);
	return rc;
}

/* ---- reading ---- */

/* Which questions have had their line, by item. */
struct taken {
	struct eval_set *set;
	struct eval_item **sorted;
	bool *has_line;
};

static int find_verdict(const struct json *o, enum eval_verdict *out, struct err *e)
{
	const struct json *v = eval_member(o, "verdict");
	for (int i = 0; v && v->type == JSON_STRING && i < SAID_COUNT; i++)
		if (slice_eq(v->str, slice_str(eval_verdict_names[i]))) {
			*out = (enum eval_verdict)i;
			return 0;
		}
	return err_set(e, LODE_BADREQ,
		"verdict: must be present, absent, uncertain, not_mentioned or error");
}

static int find_needle(const struct json *o, struct eval_item *item, struct err *e)
{
	const struct json *v = eval_member(o, "needle");
	item->is_found = v && v->type == JSON_TRUE;
	if (v && v->type != JSON_TRUE && v->type != JSON_FALSE)
		return err_set(e, LODE_BADREQ, "needle: must be true, false or null");
	if (!v && item->has_needle && item->verdict != SAID_ERROR)
		return err_set(e, LODE_BADREQ,
			"needle: must be true or false where the question has a needle");
	return 0;
}

static int get_times(
	struct eval_set *s, const struct json *o, struct eval_item *item, struct err *e)
{
	const struct json *times = eval_member(o, "elapsed_us");
	if (!times)
		return 0;
	if (times->type != JSON_OBJECT)
		return err_set(e, LODE_BADREQ, "elapsed_us: must be an object");
	for (const struct json *v = times->first; v; v = v->next) {
		int step = v->type == JSON_NUMBER && v->num >= 0 ? eval_step(s, v->key) : -1;
		if (step < 0)
			return err_set(e, LODE_BADREQ,
				"elapsed_us: must hold at most %d numbers, 0 or more",
				EVAL_STEPS_MAX);
		item->step_us[step] = v->num;
	}
	return 0;
}

static int get_counts(const struct json *o, struct eval_item *item, struct err *e)
{
	const struct {
		const char *key;
		uint64_t *out;
	} counts[] = {
		{"mentions", &item->mentions},
		{"quotes", &item->quotes},
		{"bad_quotes", &item->bad_quotes},
		{"words", &item->words},
		{"chunks_total", &item->chunks_total},
		{"chunks_matched", &item->chunks_matched},
		{"tokens", &item->tokens},
	};
	int rc = 0;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && rc == 0; i++)
		rc = eval_get_uint(o, counts[i].key, counts[i].out, e);
	if (rc == 0 && item->bad_quotes > item->quotes)
		rc = err_set(e, LODE_BADREQ, "bad_quotes: must not be over quotes");
	return rc;
}

static int fill(struct eval_set *s, const struct json *o, struct eval_item *item, struct err *e)
{
	double probability, depth;
	int rc = find_verdict(o, &item->verdict, e);
	if (rc == 0)
		rc = eval_get_share(o, "probability", &probability, e);
	if (rc == 0 && isnan(probability) && item->verdict != SAID_ERROR)
		rc = err_set(e, LODE_BADREQ, "probability is missing");
	if (rc == 0)
		rc = find_needle(o, item, e);
	if (rc == 0)
		rc = eval_get_string(o, "basis", false, &item->basis, e);
	if (rc == 0)
		rc = get_counts(o, item, e);
	if (rc == 0)
		rc = eval_get_share(o, "depth", &depth, e);
	if (rc == 0)
		rc = get_times(s, o, item, e);
	if (rc == 0)
		rc = eval_get_string(o, "answered_by", false, &s->answered_by, e);
	if (rc)
		return rc;
	if (isnan(item->depth))
		item->depth = depth;
	eval_count(item, probability);
	return 0;
}

static struct eval_item *find_item(const struct taken *t, struct slice qid)
{
	size_t low = 0, high = t->set->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_cmp(t->sorted[middle]->qid, qid);
		if (order == 0)
			return t->sorted[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int take_line(struct taken *t, struct slice line, struct err *e)
{
	struct json *o;
	struct slice qid = {0};
	int rc = json_parse(line, &t->set->arena, &o, e);
	if (rc == 0 && o->type != JSON_OBJECT)
		rc = err_set(e, LODE_BADREQ, "must be a JSON object");
	if (rc == 0)
		rc = eval_get_string(o, "qid", true, &qid, e);
	struct eval_item *item = rc == 0 ? find_item(t, qid) : NULL;
	if (!item)
		return rc;
	bool *has_line = &t->has_line[item - t->set->items];
	if (*has_line)
		return err_set(e, LODE_BADREQ, "qid: has had a line before");
	*has_line = true;
	return fill(t->set, o, item, e);
}

static int check_taken(const struct taken *t, const char *file, struct err *e)
{
	size_t missing = 0, first = 0;
	for (size_t i = t->set->n; i-- > 0;)
		if (!t->has_line[i]) {
			missing++;
			first = i;
		}
	if (missing == 0)
		return 0;
	return err_set(e, LODE_BADREQ,
		"%s: no answer for %zu of %zu questions, the first in line %llu of %s", file,
		missing, t->set->n, (unsigned long long)t->set->items[first].line, t->set->file);
}

static int take_lines(struct taken *t, const char *file, struct buf *text, struct err *e)
{
	struct slice line;
	struct eval_lines l = {.file = file};
	int rc = eval_load(file, text, e);
	l.rest = buf_slice(text);
	while (rc == 0 && eval_next_line(&l, &line)) {
		struct err bad = {0};
		int fault = take_line(t, line, &bad);
		if (fault == LODE_NOMEM)
			rc = err_set(e, fault, "out of memory");
		else if (fault)
			eval_complain(&l, l.number, &bad);
	}
	if (rc == 0)
		rc = eval_close_lines(&l, "scored", e);
	return rc ? rc : check_taken(t, file, e);
}

int eval_read_answers(const char *file, struct eval_set *s, struct err *e)
{
	struct taken t = {
		.set = s, .sorted = eval_sorted(s), .has_line = calloc(s->n + 1, sizeof(bool))};
	int rc = t.sorted && t.has_line ? take_lines(&t, file, &s->answers, e)
					: err_set(e, LODE_NOMEM, "out of memory");
	free(t.sorted);
	free(t.has_line);
	return rc;
}
