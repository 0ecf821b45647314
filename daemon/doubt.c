/* Looking again where the views of what was found do not agree (docs/uncertainty.md): up to four rounds of three
 * queries each, one for each conflict there can be. */
#include "daemon/ask_state.h"
#include "daemon/indication.h"
#include "daemon/models.h"
#include "daemon/views.h"

/* Half of the time that the question had: what is left is for the answer. */
static bool is_out_of_time(const struct request *r, struct ask *q)
{
	if (r->deadline_ns > q->start_ns)
		q->doubt.is_cut = now_ns() > q->start_ns + (r->deadline_ns - q->start_ns) / 2;
	return q->doubt.is_cut;
}

/* ---- confirm against deny: other names ---- */

/* The day of the last mention that decides; empty: none is dated. */
static struct slice last_day(const struct ask *q)
{
	struct slice last = {0};
	for (uint32_t i = 0; i < q->n_evidence; i++)
		if (!q->evidence[i].is_beside && slice_cmp(q->evidence[i].date, last) > 0)
			last = q->evidence[i].date;
	return slice_of(last.p, last.n < 10 ? last.n : 10);
}

/* How wide other names are let in: later and where authors commit themselves, one of the two, anywhere. */
enum breadth { BOTH, EITHER, ANYWHERE };

static bool may_settle(const struct evidence *e, struct slice last, enum breadth breadth)
{
	bool later = last.n > 0 && e->date.n >= last.n && memcmp(e->date.p, last.p, last.n) > 0;
	bool committed = verdict_is_committed(e);
	if (!e->is_beside)
		return false;
	return breadth == BOTH ? later && committed : breadth == EITHER ? later || committed : true;
}

static void let_others_decide(struct ask *q, enum breadth breadth)
{
	struct slice last = last_day(q);
	uint32_t n = 0;
	if (q->names.n_full == q->names.n_first || q->synonyms_first || !q->other_names)
		return;
	struct ask_round *round = &q->rounds[q->n_rounds++];
	for (uint32_t i = 0; i < q->n_evidence; i++)
		if (may_settle(&q->evidence[i], last, breadth)) {
			q->evidence[i].is_beside = false;
			n++;
		}
	*round = (struct ask_round){.look = LOOK_SYNONYMS,
		.first_name = q->names.n_first,
		.n_names = q->names.n_full - q->names.n_first,
		.mentions = n};
}

static int let_in_both(struct request *r, struct ask *q, struct err *e)
{
	let_others_decide(q, BOTH);
	return 0;
}

static int let_in_either(struct request *r, struct ask *q, struct err *e)
{
	let_others_decide(q, EITHER);
	return 0;
}

static int let_in_all(struct request *r, struct ask *q, struct err *e)
{
	let_others_decide(q, ANYWHERE);
	return 0;
}

/* ---- the queries ---- */

struct query {
	enum ask_query kind;
	int (*look)(struct request *r, struct ask *q, struct err *e);
};

enum { QUERIES = 3 };

static const struct query queries[ASK_ROUNDS_ASKED][QUERIES] = {
	{{QUERY_CONFIRM_DENY, let_in_both}, {QUERY_CONFIRM_NEITHER, ask_indications},
		{QUERY_ANY_NONE, ask_look_spellings}},
	{{QUERY_CONFIRM_DENY, let_in_either}, {QUERY_ANY_NONE, ask_look_narrower}},
	{{QUERY_CONFIRM_DENY, let_in_all}, {QUERY_ANY_NONE, ask_look_qualified}},
	{{QUERY_ANY_NONE, ask_look_initials}},
};

/* Each entry of the trace that a query made is told what for. */
static int run(struct request *r, struct ask *q, const struct query *query, struct err *e)
{
	unsigned first = q->n_rounds;
	uint64_t chunks = q->counts.chunks_matched;
	int rc = query->look && q->n_rounds + 1 < ASK_ROUNDS_MAX ? query->look(r, q, e) : 0;
	for (unsigned i = first; i < q->n_rounds; i++) {
		q->rounds[i].query = query->kind;
		q->rounds[i].chunks = q->counts.chunks_matched - chunks;
		q->doubt.found += q->rounds[i].mentions;
	}
	return rc;
}

static int one_round(struct request *r, struct ask *q, struct err *e)
{
	unsigned first = q->n_rounds;
	double before = q->doubt.last;
	int rc = 0;
	q->doubt.found = 0;
	for (unsigned i = 0; i < QUERIES && rc == 0; i++)
		rc = run(r, q, &queries[q->doubt.rounds][i], e);
	q->doubt.rounds++;
	if (rc == 0 && q->doubt.found > 0 && (ask_put_in_order(q) || ask_judge(q)))
		rc = err_set(e, LODE_NOMEM, "no memory for the question");
	if (rc == 0)
		q->doubt.last = views_chart_entropy(q->evidence, q->n_evidence, &q->judgement);
	for (unsigned i = first; i < q->n_rounds; i++) {
		q->rounds[i].entropy_before = before;
		q->rounds[i].entropy_after = q->doubt.last;
	}
	return rc;
}

int ask_settle(struct request *r, struct ask *q, struct err *e)
{
	int rc = 0;
	q->doubt = (struct doubt){.threshold = q->model ? q->model->doubt : VIEWS_THRESHOLD};
	q->doubt.first = q->doubt.last =
		views_chart_entropy(q->evidence, q->n_evidence, &q->judgement);
	q->doubt.is_triggered = q->doubt.first > q->doubt.threshold;
	/* A round that finds nothing new is no reason to end: the next one asks wider. */
	while (rc == 0 && q->doubt.last > q->doubt.threshold && q->doubt.rounds < q->rounds_asked &&
		!is_out_of_time(r, q))
		rc = one_round(r, q, e);
	return rc;
}
