/* timeline: the mentions that ask finds, in order of date.  The steps are ask's, but for the last: what
 * copies an earlier note is counted with what it copies, days that say the same are drawn together. */
#include "daemon/timeline.h"

#include "daemon/answer.h"

enum { DAY_BYTES = 10 /* "2143-05-02" */ };

/* Of one day: evidence [first, end) in order of date. */
struct day {
	struct slice date; /* empty: without a date */
	uint32_t first, end;
	unsigned stances;  /* bit per stance, copies aside; 0: nothing but copies */
	uint32_t mentions; /* copies aside */
};

struct timeline {
	struct answer_texts texts;
	struct day *days;
	uint32_t n_days;
	uint32_t *copies;          /* by order: how many say the same later */
	struct slice *last_copied; /* the date of the last of them */
};

static struct slice day_of(const struct evidence *e)
{
	return slice_of(e->date.p, e->date.n < DAY_BYTES ? e->date.n : DAY_BYTES);
}

/* Affirmed and denied on one day is a conflict; else what says most. */
static const char *says(unsigned stances)
{
	if (stances >> STANCE_AFFIRMED & 1 && stances >> STANCE_DENIED & 1)
		return "conflicting";
	return stance_names[__builtin_ctz(stances)];
}

static int gather(struct timeline *t, const struct ask *q, struct err *e)
{
	struct arena *a = &t->texts.q->memory;
	t->days = arena_array(a, struct day, q->n_evidence + 1UL);
	t->copies = arena_array(a, uint32_t, q->n_evidence + 1UL);
	t->last_copied = arena_array(a, struct slice, q->n_evidence + 1UL);
	if (!t->days || !t->copies || !t->last_copied)
		return err_set(e, LODE_NOMEM, "no memory for the timeline");
	for (uint32_t i = 0; i < q->n_evidence; i++) {
		const struct evidence *m = t->texts.by_order[i];
		struct slice date = day_of(m);
		struct day *last = t->n_days ? &t->days[t->n_days - 1] : NULL;
		if (!last || !slice_eq(last->date, date)) {
			last = &t->days[t->n_days++];
			*last = (struct day){.date = date, .first = i};
		}
		last->end = i + 1;
		if (m->copy_of == COPY_NONE) {
			last->stances |= 1U << m->stance;
			last->mentions++;
		} else {
			t->copies[m->copy_of]++;
			t->last_copied[m->copy_of] = date;
		}
	}
	return 0;
}

static int put_entry(
	struct json_writer *w, struct timeline *t, const struct evidence *m, struct err *e)
{
	json_begin_object(w);
	json_kv_str(w, "stance", stance_names[m->stance]);
	json_kv_bool(w, "superseded", m->is_superseded);
	json_kv_uint(w, "copies", t->copies[m->order]);
	if (t->copies[m->order])
		json_kv_optional(w, "last_copied", t->last_copied[m->order]);
	int rc = answer_put_mention(w, &t->texts, m, e);
	json_end_object(w);
	return rc;
}

static int put_day(struct json_writer *w, struct timeline *t, const struct day *day, struct err *e)
{
	const struct ask *q = t->texts.q;
	uint64_t withheld = 0;
	int rc = 0;
	json_begin_object(w);
	json_kv_optional(w, "date", day->date);
	json_kv_str(w, "says", says(day->stances));
	json_key(w, "entries");
	json_begin_array(w);
	for (uint32_t i = day->first; i < day->end && rc == 0; i++) {
		const struct evidence *m = t->texts.by_order[i];
		uint64_t rank = (uint64_t)(m - q->evidence); /* best first */
		if (m->copy_of != COPY_NONE)
			continue;
		if (rank < q->evidence_limit)
			rc = put_entry(w, t, m, e);
		else
			withheld++;
	}
	json_end_array(w);
	if (withheld)
		json_kv_uint(w, "withheld", withheld);
	json_end_object(w);
	return rc;
}

/* Days in a row that say the same; those without a date are no time. */
static void put_spans(struct json_writer *w, const struct timeline *t)
{
	json_key(w, "spans");
	json_begin_array(w);
	for (uint32_t i = 0; i < t->n_days;) {
		const struct day *from = &t->days[i], *to = from;
		uint64_t days = 0, mentions = 0;
		if (from->stances == 0 || from->date.n == 0) {
			i++;
			continue;
		}
		for (; i < t->n_days; i++) {
			const struct day *d = &t->days[i];
			if (d->stances == 0)
				continue;
			if (strcmp(says(d->stances), says(from->stances)) != 0)
				break;
			to = d;
			days++;
			mentions += d->mentions;
		}
		json_begin_object(w);
		json_kv_optional(w, "from", from->date);
		json_kv_optional(w, "to", to->date);
		json_kv_str(w, "says", says(from->stances));
		json_kv_uint(w, "days", days);
		json_kv_uint(w, "mentions", mentions);
		json_end_object(w);
	}
	json_end_array(w);
}

static int timeline_write(struct request *r, struct ask *q, struct err *e)
{
	struct timeline t = {0};
	struct json_writer w;
	int rc = answer_texts_init(&t.texts, r, q, e);
	if (rc == 0)
		rc = gather(&t, q, e);
	if (rc)
		return rc;
	answer_begin(&w, r, q);
	put_spans(&w, &t);
	json_key(&w, "timeline");
	json_begin_array(&w);
	for (uint32_t i = 0; i < t.n_days && rc == 0; i++)
		if (t.days[i].stances)
			rc = put_day(&w, &t, &t.days[i], e);
	json_end_array(&w);
	return rc ? rc : answer_end(&w, &t.texts, e);
}

static enum next timeline_parse(struct request *r)
{
	static const char *const known[] = {ASK_MEMBERS, "questions", NULL};
	struct json *body;
	struct ask *q = NULL;
	struct err e = {0};
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	if (rc == 0)
		rc = ask_open(r, body, known, &q, &e);
	if (rc == 0)
		rc = ask_read_deadline(r, body, &e);
	if (rc || !q)
		return request_fail_err(r, rc, &e);
	q->write = timeline_write;
	return NEXT_STEP;
}

const struct step timeline_steps[] = {
	[ASK_PARSE] = {"parse", ON_LOOP, timeline_parse},
	[ASK_RETRIEVE] = {"retrieve", ON_WORKER, ask_retrieve},
	[ASK_DECIDE] = {"decide", ON_WORKER, ask_decide},
	[ASK_REPLY] = {"reply", ON_WORKER, ask_reply},
};
