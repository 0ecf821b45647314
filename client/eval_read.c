/* The file of questions, and what an answer to one counts as. */
#include "client/eval.h"

#include "client/eval_lines.h"

#include <math.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)4 << 30)

const char *const eval_verdict_names[SAID_COUNT] = {
	[SAID_PRESENT] = "present",
	[SAID_ABSENT] = "absent",
	[SAID_UNCERTAIN] = "uncertain",
	[SAID_NOT_MENTIONED] = "not_mentioned",
	[SAID_ERROR] = "error",
};

static int get_label(const struct json *o, bool *is_present, struct err *e)
{
	const struct json *v = eval_member(o, "label");
	struct slice label = v && v->type == JSON_STRING ? v->str : slice_of("", 0);
	*is_present = slice_eq(label, SLICE("present"));
	if (!*is_present && !slice_eq(label, SLICE("absent")))
		return err_set(e, LODE_BADREQ, "label: must be \"present\" or \"absent\"");
	return 0;
}

static int get_needle(const struct json *o, struct eval_item *item, struct err *e)
{
	const struct json *note = eval_member(o, "needle_note_id");
	const struct json *start = eval_member(o, "mention_byte_start"),
			  *end = eval_member(o, "mention_byte_end");
	if (!note && !start && !end)
		return 0;
	if (!note || !start || !end)
		return err_set(e, LODE_BADREQ,
			"needle_note_id, mention_byte_start and mention_byte_end go together");
	int rc = eval_get_string(o, "needle_note_id", true, &item->note, e);
	if (rc == 0)
		rc = eval_get_uint(o, "mention_byte_start", &item->start, e);
	if (rc == 0)
		rc = eval_get_uint(o, "mention_byte_end", &item->end, e);
	if (rc == 0 && item->start >= item->end)
		rc = err_set(e, LODE_BADREQ, "mention_byte_end: must be over mention_byte_start");
	item->has_needle = rc == 0;
	return rc;
}

static struct slice field_text(const struct json *o, const char *key)
{
	const struct json *v = eval_member(o, key);
	if (!v)
		return slice_of("", 0);
	return v->type == JSON_STRING ? v->str : v->raw;
}

static int parse_question(
	const struct eval_set *s, const struct json *o, struct eval_item *item, struct err *e)
{
	if (o->type != JSON_OBJECT)
		return err_set(e, LODE_BADREQ, "must be a JSON object");
	int rc = eval_get_string(o, "qid", true, &item->qid, e);
	if (rc == 0)
		rc = eval_get_string(o, "patient", true, &item->patient, e);
	if (rc == 0)
		rc = eval_get_string(o, "question", false, &item->question, e);
	if (rc == 0)
		rc = eval_get_string(o, "condition", !item->question.n, &item->condition, e);
	if (rc == 0)
		rc = get_label(o, &item->outcome.is_present, e);
	if (rc == 0)
		rc = get_needle(o, item, e);
	if (rc == 0)
		rc = eval_get_share(o, "depth", &item->depth, e);
	if (rc == 0)
		rc = eval_get_uint(o, "words", &item->words, e);
	for (unsigned i = 0; i < s->n_by && rc == 0; i++)
		item->by[i] = field_text(o, s->by[i]);
	return rc;
}

static int add_question(struct eval_set *s, struct slice line, uint64_t number, struct err *e)
{
	struct json *o;
	struct eval_item item = {.line = number, .depth = NAN, .verdict = SAID_ERROR};
	for (int i = 0; i < EVAL_STEPS_MAX; i++)
		item.step_us[i] = NAN;
	int rc = json_parse(line, &s->arena, &o, e);
	if (rc == 0)
		rc = parse_question(s, o, &item, e);
	if (rc)
		return rc;
	struct eval_item *items = arena_grow(&s->arena, s->items, s->n, sizeof(*items), &s->cap);
	if (!items)
		return err_set(e, LODE_NOMEM, "out of memory");
	s->items = items;
	s->items[s->n++] = item;
	return 0;
}

static int compare_qids(const void *a, const void *b)
{
	const struct eval_item *x = *(struct eval_item *const *)a,
			       *y = *(struct eval_item *const *)b;
	int order = slice_cmp(x->qid, y->qid);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

struct eval_item **eval_sorted(struct eval_set *s)
{
	struct eval_item **sorted = calloc(s->n + 1, sizeof(struct eval_item *));
	for (size_t i = 0; sorted && i < s->n; i++)
		sorted[i] = &s->items[i];
	if (sorted)
		qsort(sorted, s->n, sizeof(struct eval_item *), compare_qids);
	return sorted;
}

static int check_qids(struct eval_set *s, struct eval_lines *l, struct err *e)
{
	struct eval_item **sorted = eval_sorted(s);
	if (!sorted)
		return err_set(e, LODE_NOMEM, "out of memory");
	for (size_t i = 1; i < s->n; i++) {
		struct err twice = {0};
		if (!slice_eq(sorted[i]->qid, sorted[i - 1]->qid))
			continue;
		err_set(&twice, LODE_BADREQ, "qid: the same as in line %llu",
			(unsigned long long)sorted[i - 1]->line);
		eval_complain(l, sorted[i]->line, &twice);
	}
	free(sorted);
	return 0;
}

int eval_read(
	const char *file, const char *const *by, unsigned n_by, struct eval_set *out, struct err *e)
{
	struct slice line;
	struct eval_set *s = out;
	*s = (struct eval_set){.file = file, .n_by = n_by};
	arena_init(&s->arena, ARENA_MAX);
	memcpy(s->by, by, n_by * sizeof(*by));
	int rc = eval_load(file, &s->text, e);
	struct eval_lines l = {.file = file, .rest = buf_slice(&s->text)};
	while (rc == 0 && eval_next_line(&l, &line)) {
		struct err bad = {0};
		int fault = add_question(s, line, l.number, &bad);
		if (fault == LODE_NOMEM)
			rc = err_set(e, fault, "out of memory");
		else if (fault)
			eval_complain(&l, l.number, &bad);
	}
	if (rc == 0)
		rc = check_qids(s, &l, e);
	if (rc == 0)
		rc = eval_close_lines(&l, "asked", e);
	if (rc == 0 && s->n == 0)
		rc = err_set(e, LODE_BADREQ, "%s: no questions", file);
	return rc;
}

void eval_release(struct eval_set *s)
{
	arena_release(&s->arena);
	buf_release(&s->text);
	buf_release(&s->answers);
}

/* ---- what an answer counts as ---- */

void eval_count(struct eval_item *item, double probability)
{
	struct eval_outcome *o = &item->outcome;
	o->is_answered = item->verdict != SAID_ERROR;
	o->is_decided = item->verdict != SAID_UNCERTAIN;
	o->probability = o->is_answered ? probability : 0;
	bool is_denied = item->verdict == SAID_ABSENT ||
			 (item->verdict == SAID_NOT_MENTIONED && !item->has_needle);
	if (!o->is_answered || (item->has_needle && !item->is_found))
		o->call = CALL_WRONG;
	else if (item->verdict == SAID_PRESENT)
		o->call = CALL_PRESENT;
	else if (item->verdict == SAID_UNCERTAIN)
		o->call = probability >= 0.5 ? CALL_PRESENT : CALL_ABSENT;
	else
		o->call = is_denied ? CALL_ABSENT : CALL_WRONG;
}

int eval_step(struct eval_set *s, struct slice name)
{
	for (unsigned i = 0; i < s->n_steps; i++)
		if (slice_eq(s->steps[i], name))
			return (int)i;
	if (s->n_steps == EVAL_STEPS_MAX)
		return -1;
	const char *copy = arena_strndup(&s->arena, name.p, name.n);
	if (!copy)
		return -1;
	s->steps[s->n_steps] = slice_of(copy, name.n);
	return (int)s->n_steps++;
}
