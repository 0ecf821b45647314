/* The questions of an evaluation, put to the daemon a patient at a time, and what came back judged.
 *
 * A patient's questions come first and its notes are read afterwards, to check the quotes and to count
 * words: times are those of a chart that nobody has just read. */
#include "client/client.h"
#include "client/eval.h"
#include "client/eval_chart.h"
#include "client/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { COMPLAINTS_MAX = 20 };
#define ARENA_MAX ((size_t)2 << 30)

struct asking {
	struct call *call;
	struct eval_set *set;
	struct json *more;  /* members of --body, or NULL */
	bool by_condition;  /* --ask-by condition */
	struct arena arena; /* of this patient */
	struct eval_quotes quotes;
	unsigned failed;
};

static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int write_body(
	struct asking *k, const struct eval_item *item, struct buf *out, struct err *e)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	if (item->condition.n && (k->by_condition || !item->question.n))
		json_kv_string(&w, "condition", item->condition);
	else
		json_kv_string(&w, "question", item->question);
	for (const struct json *v = k->more ? k->more->first : NULL; v; v = v->next) {
		char *key = arena_strndup(&k->arena, v->key.p, v->key.n);
		if (!key)
			return err_set(e, LODE_NOMEM, "out of memory");
		json_key(&w, key);
		json_raw(&w, v->raw);
	}
	json_end_object(&w);
	return out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

/* ---- what came back ---- */

static bool is_needle(const struct eval_item *item, const struct json *v)
{
	uint64_t start = layout_uint(v, "start"), end = layout_uint(v, "end");
	return slice_eq(layout_str(v, "note"), item->note) && start < item->end &&
	       item->start < end && end - start <= 2 * (item->end - item->start) + 40;
}

static int take_evidence(struct asking *k, struct eval_item *item, const struct json *answer)
{
	unsigned number = 0;
	for (const struct json *v = layout_first(answer, "evidence"); v; v = v->next) {
		if (number++ < EVAL_FIRST && item->has_needle && is_needle(item, v))
			item->is_found = true;
		int rc = eval_quote_keep(&k->quotes, &k->arena, item, v);
		if (rc)
			return rc;
	}
	item->quotes = number;
	return 0;
}

static void take_times(struct asking *k, struct eval_item *item, const struct json *answer)
{
	const struct json *times = json_get(answer, "elapsed_us");
	for (const struct json *v = times && times->type == JSON_OBJECT ? times->first : NULL; v;
		v = v->next) {
		int step = v->type == JSON_NUMBER ? eval_step(k->set, v->key) : -1;
		if (step >= 0)
			item->step_us[step] = v->num;
	}
}

static enum eval_verdict verdict_of(const struct json *answer)
{
	struct slice said = layout_str(answer, "verdict");
	for (int i = 0; i < SAID_ERROR; i++)
		if (slice_eq(said, slice_str(eval_verdict_names[i])))
			return (enum eval_verdict)i;
	return SAID_ERROR;
}

static int take_answer(
	struct asking *k, struct eval_item *item, const struct json *answer, struct err *e)
{
	const struct json *search = json_get(answer, "search"),
			  *scorer = json_get(answer, "scorer");
	struct slice model = layout_str(answer, "model");
	item->verdict = verdict_of(answer);
	if (item->verdict == SAID_ERROR)
		return err_set(e, LODE_BADREQ, "the daemon's answer has no verdict");
	item->basis = arena_slice(&k->set->arena, layout_str(answer, "basis"));
	if (!k->set->answered_by.n && model.n)
		k->set->answered_by = arena_slice(&k->set->arena, model);
	item->mentions = layout_uint(answer, "mentions");
	item->chunks_total = layout_uint(search, "chunks_total");
	item->chunks_matched = layout_uint(search, "chunks_matched");
	item->tokens = layout_uint(scorer, "tokens");
	take_times(k, item, answer);
	if (take_evidence(k, item, answer))
		return err_set(e, LODE_NOMEM, "out of memory");
	eval_count(item, layout_num(answer, "probability"));
	return 0;
}

/* ---- asking ---- */

static void complain(struct asking *k, const struct eval_item *item, const char *why)
{
	if (k->failed++ < COMPLAINTS_MAX)
		print_failure("%s:%llu: not answered: %s", k->set->file,
			(unsigned long long)item->line, why);
}

/* After a broken exchange nothing can be sent on that connection. */
static int reconnect(struct asking *k, struct err *e)
{
	link_close(k->call->link);
	k->call->link = NULL;
	return link_open(call_socket_path(k->call->args), &k->call->link, e);
}

/* 0: there is an answer, or the question has failed and the next may be asked; else the exit code. */
static int ask_one(struct asking *k, struct eval_item *item)
{
	struct err e = {0};
	struct buf body = {0}, url = {0};
	struct json *answer = NULL;
	int step = eval_step(k->set, SLICE("client"));
	int rc = write_body(k, item, &body, &e);
	call_patient_url(&url, item->patient, "/ask");
	if (rc == 0 && url.failed)
		rc = err_set(&e, LODE_NOMEM, "out of memory");
	double start = now_us();
	if (rc == 0)
		rc = call_send(
			k->call, "POST", buf_slice(&url), "application/json", buf_slice(&body), &e);
	if (step >= 0)
		item->step_us[step] = floor(now_us() - start); /* as --out writes it */
	buf_release(&body);
	buf_release(&url);
	eval_count(item, 0);
	if (rc == LODE_TIMEOUT) {
		complain(k, item, e.text);
		rc = reconnect(k, &e);
		return rc ? call_fail(k->call, &e) : 0;
	}
	if (rc)
		return call_fail(k->call, &e);
	if (k->call->status == 401 || k->call->status == 403)
		return call_problem(k->call, EXIT_FAILED);
	if (k->call->status != 200) {
		complain(k, item, "the daemon refused it:");
		call_problem(k->call, EXIT_FAILED);
		return 0;
	}
	rc = json_parse(buf_slice(&k->call->answer), &k->call->arena, &answer, &e);
	if (rc == 0)
		rc = take_answer(k, item, answer, &e);
	if (rc == LODE_NOMEM)
		return call_fail(k->call, &e);
	if (rc)
		complain(k, item, e.text);
	return 0;
}

static int compare_patients(const void *a, const void *b)
{
	const struct eval_item *x = *(struct eval_item *const *)a,
			       *y = *(struct eval_item *const *)b;
	int order = slice_cmp(x->patient, y->patient);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int ask_patient(struct asking *k, struct eval_item *const *items, size_t n)
{
	int code = 0;
	arena_init(&k->arena, ARENA_MAX);
	k->quotes = (struct eval_quotes){0};
	for (size_t i = 0; i < n && code == 0; i++)
		code = ask_one(k, items[i]);
	if (code == 0)
		code = eval_chart_check(k->call, k->set->file, &k->quotes, items, n);
	arena_release(&k->arena);
	return code;
}

/* On a terminal: how far it is.  done == n wipes the line. */
static void put_progress(size_t done, size_t n)
{
	if (isatty(STDERR_FILENO) != 1)
		return;
	if (done < n)
		fprintf(stderr, "\r\x1b[K%zu of %zu questions asked", done, n);
	else
		fputs("\r\x1b[K", stderr);
}

static int ask_all(struct asking *k, struct eval_item **items)
{
	int code = 0;
	size_t n = k->set->n;
	for (size_t i = 0, end; i < n && code == 0; i = end) {
		for (end = i + 1; end < n && slice_eq(items[end]->patient, items[i]->patient);)
			end++;
		code = ask_patient(k, items + i, end - i);
		put_progress(code ? n : end, n);
	}
	if (code == 0 && k->failed > COMPLAINTS_MAX)
		print_failure("%u questions more were not answered", k->failed - COMPLAINTS_MAX);
	if (code == 0 && k->failed == n) {
		print_failure("no question was answered: were the charts ingested?");
		code = EXIT_FAILED;
	}
	return code;
}

/* --body: members for every question. */
static int read_more(struct asking *k, struct err *e)
{
	static const char *const ours[] = {"question", "condition", "questions", "value"};
	const char *text = args_value(k->call->args, OPT_BODY);
	if (!text)
		return 0;
	if (json_parse(slice_str(text), &k->set->arena, &k->more, e) ||
		k->more->type != JSON_OBJECT)
		return err_set(e, LODE_BADREQ, "--body: must be a JSON object");
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (json_get(k->more, ours[i]))
			return err_set(e, LODE_BADREQ, "--body: %s comes from the file", ours[i]);
	return 0;
}

int eval_ask(struct call *c, struct eval_set *s)
{
	struct err e = {0};
	const char *by = args_value(c->args, OPT_ASK_BY);
	struct asking k = {.call = c, .set = s, .by_condition = by && strcmp(by, "condition") == 0};
	if (read_more(&k, &e)) {
		print_failure("%s", e.text);
		return EXIT_FAILED;
	}
	struct eval_item **items = calloc(s->n + 1, sizeof(struct eval_item *));
	if (!items) {
		print_failure("out of memory");
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < s->n; i++)
		items[i] = &s->items[i];
	qsort(items, s->n, sizeof(struct eval_item *), compare_patients);
	int code = ask_all(&k, items);
	free(items);
	return code;
}
