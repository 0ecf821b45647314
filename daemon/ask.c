/* ask: a question about one chart -> a verdict with its evidence.
 *
 *   parse     the body: questions, scope, limits
 *   retrieve  every mention of every name in the chart, each judged where it stands
 *   decide    no mention at all? look once more, wider; else evidence -> verdict
 *   reply     the answer as JSON; the next question of a list starts again at retrieve
 *   values    of a body with "value": all of it in one step (values.h)
 *
 * One snapshot serves all rounds and all questions of a request. */
#include "daemon/ask.h"

#include "daemon/ask_state.h"
#include "daemon/indication.h"
#include "daemon/models.h"
#include "daemon/question.h"
#include "daemon/route.h"
#include "daemon/scope.h"
#include "daemon/score.h"
#include "daemon/service.h"
#include "daemon/values.h"

static enum next ask_parse(struct request *r);

enum { ASK_VALUES = ASK_REPLY + 1 };

const struct step ask_steps[] = {
	[ASK_PARSE] = {"parse", ON_LOOP, ask_parse},
	[ASK_RETRIEVE] = {"retrieve", ON_WORKER, ask_retrieve},
	[ASK_DECIDE] = {"decide", ON_WORKER, ask_decide},
	[ASK_REPLY] = {"reply", ON_WORKER, ask_reply},
	[ASK_VALUES] = {"values", ON_WORKER, values_step}, /* instead of the three before */
};

/* ---- parse ---- */

static int read_question(struct ask *q, const struct json *v, bool is_condition, struct err *e)
{
	if (v->type != JSON_STRING)
		return err_set(e, LODE_BADREQ, "a question is a string");
	struct ask_question *to = &q->questions[q->n_questions];
	to->text = is_condition ? (struct slice){NULL, 0} : v->str;
	to->condition = is_condition ? v->str : question_condition(v->str);
	if (to->condition.n == 0)
		return err_set(e, LODE_BADREQ, "the question names no condition");
	if (to->condition.n > ASK_CONDITION_MAX)
		return err_set(e, LODE_TOOBIG, "a condition has at most %d bytes, this has %zu",
			ASK_CONDITION_MAX, to->condition.n);
	q->n_questions++;
	return 0;
}

static int read_list_item(struct ask *q, const struct json *v, struct err *e)
{
	const struct json *condition = json_get(v, "condition"),
			  *question = json_get(v, "question");
	int rc;
	if (v->type == JSON_STRING)
		rc = read_question(q, v, false, e);
	else if (v->type == JSON_OBJECT && v->n == 1 && (condition || question))
		rc = read_question(q, condition ? condition : question, condition != NULL, e);
	else
		rc = err_set(e, LODE_BADREQ,
			"questions[%u] is neither a string nor {\"question\"} nor {\"condition\"}",
			q->n_questions);
	if (rc == 0)
		q->questions[q->n_questions - 1].is_list_item = true;
	return rc;
}

static int read_questions(struct request *r, struct ask *q, const struct json *body, struct err *e)
{
	const struct json *question = json_get(body, "question");
	const struct json *condition = json_get(body, "condition");
	const struct json *list = json_get(body, "questions");
	if ((question != NULL) + (condition != NULL) + (list != NULL) != 1)
		return err_set(e, LODE_BADREQ,
			"give one of \"question\", \"condition\" and \"questions\"");
	unsigned n = list ? list->n : 1;
	if (list && (list->type != JSON_ARRAY || n == 0 || n > ASK_QUESTIONS_MAX))
		return err_set(
			e, LODE_BADREQ, "\"questions\" is a list of 1 to %d", ASK_QUESTIONS_MAX);
	q->questions = arena_array(&r->arena, struct ask_question, n);
	if (!q->questions)
		return err_set(e, LODE_NOMEM, "no memory for the questions");
	if (!list)
		return read_question(q, question ? question : condition, condition != NULL, e);
	int rc = 0;
	for (const struct json *v = list->first; v && rc == 0; v = v->next)
		rc = read_list_item(q, v, e);
	return rc;
}

static int read_number(const struct json *body, const char *key, int64_t lo, int64_t hi,
	int64_t *out, struct err *e)
{
	const struct json *v = json_get(body, key);
	if (!v || json_int(v, lo, hi, out) == 0)
		return 0;
	return err_set(e, LODE_BADREQ, "\"%s\" is a whole number from %lld to %lld", key,
		(long long)lo, (long long)hi);
}

static int read_limits(struct ask *q, const struct json *body, struct err *e)
{
	int64_t limit = INT64_MAX, rounds = 1;
	int rc = read_number(body, "evidence_limit", 0, INT64_MAX, &limit, e);
	if (rc == 0)
		rc = read_number(body, "rounds", 0, ASK_ROUNDS_ASKED, &rounds, e);
	if (rc == 0)
		rc = ask_read_flag(body, "why", &q->why, e);
	if (rc)
		return rc;
	q->evidence_limit = (uint64_t)limit;
	q->rounds_asked = (unsigned)rounds;
	return 0;
}

int ask_read_deadline(struct request *r, const struct json *body, struct err *e)
{
	int64_t ms = 0;
	int rc = read_number(body, "deadline_ms", 1, 3600 * 1000LL, &ms, e);
	if (ms)
		request_deadline_in(r, (uint64_t)ms);
	return rc;
}

void ask_close(struct ask *q)
{
	arena_release(&q->memory);
	models_let_go(q->model);
}

static void ask_release(struct request *r)
{
	ask_close(r->state);
}

int ask_open(struct request *r, const struct json *body, const char *const *known, struct ask **out,
	struct err *e)
{
	struct ask *q = arena_new(&r->arena, struct ask);
	if (!q)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	r->state = *out = q;
	r->release = ask_release;
	arena_init(&q->memory, r->arena.limit);
	q->model = models_hold(r->service->models);
	q->write = answer_write;
	int rc = scope_check_members(body, known, e);
	if (rc == 0)
		rc = scope_parse(body, &r->arena, &q->scope, e);
	if (rc == 0)
		rc = read_questions(r, q, body, e);
	if (rc == 0)
		rc = read_limits(q, body, e);
	if (rc == 0)
		rc = ask_read_names(r, q, body, e);
	if (rc == 0)
		request_note_query(r, q->questions[0].condition);
	return rc;
}

static enum next ask_parse(struct request *r)
{
	static const char *const known[] = {ASK_MEMBERS, "questions", NULL};
	struct json *body;
	struct ask *q = NULL;
	struct err e = {0};
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	if (json_get(body, "value")) {
		rc = values_parse(r, body, &e);
		return rc ? request_fail_err(r, rc, &e) : request_jump(r, &ask_steps[ASK_VALUES]);
	}
	rc = ask_open(r, body, known, &q, &e);
	if (rc == 0)
		rc = ask_read_deadline(r, body, &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

/* ---- retrieve ---- */

/* The looks mark names and append to them: what was made before is copied. */
static int make_names(struct request *r, struct ask *q, struct err *e)
{
	const struct names *made = q->names_made;
	if (!made)
		return names_widen_by(&q->names_options, q->questions[q->current].condition,
			r->worker->tok, &q->memory, &q->names, e);
	struct name *at = arena_array(&q->memory, struct name, made->n + 1UL);
	if (!at)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	if (made->n)
		memcpy(at, made->at, made->n * sizeof(*at));
	q->names = *made;
	q->names.at = at;
	return 0;
}

/* A first look at the chart: the condition's own name and its abbreviations. */
static int find_names(struct request *r, struct ask *q, struct err *e)
{
	int rc = make_names(r, q, e);
	if (rc == 0)
		rc = ask_look_names(r, q, q->synonyms_first ? LOOK_SYNONYMS : LOOK_NAMES, e);
	return rc ? rc : ask_look_beside(r, q, e);
}

static int start_question(struct request *r, struct ask *q, struct err *e)
{
	q->start_ns = now_ns();
	arena_release(&q->memory);
	q->evidence = NULL;
	q->notes = NULL;
	q->cap_evidence = q->cap_notes = 0;
	q->n_evidence = q->n_notes = q->n_plain = 0;
	q->counts = (struct search_counts){0};
	q->use = (struct scorer_use){0};
	q->windows = q->not_scored = 0;
	q->windows_most = SCORE_WINDOWS_MAX;
	q->n_rounds = 0;
	q->n_viewed = 0;
	q->doubt = (struct doubt){0};
	int rc = request_snapshot(r);
	if (rc)
		return err_set(e, rc, "%s", r->err.text);
	if (!q->chart)
		rc = chart_open(r->snapshot, r->patient, &r->arena, &q->chart, e);
	return rc;
}

/* No verdict is an answer to two questions. */
int ask_refuse_two(struct request *r, struct ask *q, struct err *e)
{
	int rc = ask_names_two(r, q, &q->is_refused, e);
	if (rc || !q->is_refused)
		return rc;
	return err_set(e, LODE_BADREQ,
		"question %u names two conditions: ask each alone, together as \"questions\"; or the "
		"whole as \"condition\"",
		q->current + 1);
}

/* What does not fit the memory of a request is the question's size, not the machine's state. */
static enum next fail(struct request *r, int rc, const struct err *e)
{
	const struct ask *q = r->state;
	const struct arena *scratch = &r->worker->scratch;
	bool is_full = q->memory.used > q->memory.limit / 2 || scratch->used > scratch->limit / 2;
	if (rc == LODE_NOMEM && is_full)
		return request_fail(r, LODE_TOOBIG,
			"%u mentions and counting do not fit the memory of a request: narrow the "
			"question (from, to, types, sections) or raise request_memory",
			q->n_evidence);
	return request_fail_err(r, rc, e);
}

/* The first look or, q->is_wider, those that follow when it finds nothing but hints. */
static int retrieve(struct request *r, struct ask *q, struct err *e)
{
	int rc;
	if (q->is_wider) {
		rc = ask_widen(r, q, e);
		if (rc == 0 && q->n_evidence == 0)
			rc = ask_indications(r, q, e);
	} else {
		rc = start_question(r, q, e);
		if (rc == 0)
			rc = ask_refuse_two(r, q, e);
		if (rc == 0)
			rc = find_names(r, q, e);
		r->notes_seen += q->counts.notes_searched;
	}
	q->retrieve_ns = now_ns() - q->start_ns;
	return rc;
}

enum next ask_retrieve(struct request *r)
{
	struct ask *q = r->state;
	struct err e = {0};
	int rc = retrieve(r, q, &e);
	if (q->is_refused && q->questions[q->current].is_list_item) {
		/* The list goes on behind it. */
		rc = answer_write_problem(r, q, request_status_of(rc), &e);
		return rc ? request_fail(r, rc, "no memory for the answer")
			  : request_jump(r, &r->route->steps[ASK_REPLY]);
	}
	return rc ? fail(r, rc, &e) : NEXT_STEP;
}

/* ---- decide ---- */

/* Anything but "present" is said of a chart that is whole now, not of one that was when it was last verified.
 * true: it no longer is. */
static bool is_damaged_since(struct ask *q)
{
	struct chart_info info;
	chart_recheck(q->chart);
	chart_info(q->chart, &info);
	if (!info.damage[0] || !q->counts.complete)
		return false;
	q->counts.complete = false;
	memcpy(q->counts.why, info.damage, sizeof(q->counts.why));
	return true;
}

int ask_judge(struct ask *q)
{
	return verdict_judge(
		q->evidence, q->n_evidence, q->counts.complete, &q->memory, &q->judgement);
}

static int decide(struct request *r, struct ask *q, struct err *e)
{
	uint64_t start = now_ns();
	int rc = ask_judge(q);
	if (rc == 0)
		rc = ask_settle(r, q, e);
	if (rc == 0 && q->judgement.verdict != VERDICT_PRESENT && is_damaged_since(q))
		rc = ask_judge(q);
	if (rc)
		return e->code ? rc : err_set(e, rc, "no memory for the verdict");
	verdict_sort(q->evidence, q->n_evidence, &q->judgement);
	q->decide_ns = now_ns() - start;
	return 0;
}

enum next ask_decide(struct request *r)
{
	struct ask *q = r->state;
	struct err e = {0};
	if (q->n_plain == 0 && !q->is_wider) {
		q->is_wider = true;
		return request_jump(r, &r->route->steps[ASK_RETRIEVE]);
	}
	int rc = decide(r, q, &e);
	return rc ? fail(r, rc, &e) : NEXT_STEP;
}

int ask_whole(struct request *r, struct ask *q, struct err *e)
{
	q->is_wider = false;
	int rc = retrieve(r, q, e);
	if (rc == 0 && q->n_plain == 0) {
		q->is_wider = true;
		rc = retrieve(r, q, e);
	}
	return rc ? rc : decide(r, q, e);
}

/* ---- reply ---- */

enum next ask_reply(struct request *r)
{
	struct ask *q = r->state;
	struct err e = {0};
	size_t before = r->out.n;
	int rc = q->is_refused ? 0 : q->write(r, q, &e);
	/* A note that was read in retrieve and no longer reads: look again, once; the second look meets
	 * the damage and says complete:false. */
	if (rc == LODE_CORRUPT && !q->is_again) {
		r->out.n = before;
		q->is_again = true;
		q->is_wider = false;
		return request_jump(r, &r->route->steps[ASK_RETRIEVE]);
	}
	if (rc)
		return fail(r, rc, &e);
	bool is_list = q->questions[q->current].is_list_item;
	buf_put_byte(&r->out, '\n');
	q->is_wider = q->is_again = false;
	if (++q->current < q->n_questions)
		return request_jump(r, &r->route->steps[ASK_RETRIEVE]);
	return request_reply(r, 200, is_list ? "application/x-ndjson" : "application/json");
}
