#include "daemon/admin.h"

#include "base/log.h"
#include "daemon/reload.h"
#include "daemon/service.h"

enum { PROBLEMS_TOLD = 1000 };

/* ---- check: problems as NDJSON lines, then a summary ---- */

struct check {
	struct request *r;
	int64_t problems, listed; /* found; told */
	int rc;                   /* why it could not go on */
	struct err err;
};

static void check_release(struct request *r)
{
	r->service->is_checking = false;
}

static enum next check_start(struct request *r)
{
	struct service *s = r->service;
	if (s->is_checking)
		return request_fail(r, LODE_BUSY, "a check is running already");
	struct check *c = arena_new(&r->arena, struct check);
	if (!c)
		return request_fail(r, LODE_NOMEM, "out of memory");
	c->r = r;
	r->state = c;
	r->release = check_release;
	s->is_checking = true;
	/* A walk over everything: not within a question's time. */
	r->deadline_ns = r->start_ns + (uint64_t)s->config->check_deadline_ms * 1000000u;
	return NEXT_STEP;
}

static void take_problem(void *arg, const char *problem)
{
	struct check *c = arg;
	struct json_writer w;
	c->problems++;
	if (c->listed == PROBLEMS_TOLD)
		return;
	c->listed++;
	json_init(&w, &c->r->out);
	json_begin_object(&w);
	json_kv_str(&w, "problem", problem);
	json_end_object(&w);
	buf_put_byte(&c->r->out, '\n');
}

/* On the PREPARE lane: questions go on beside it, and ingests where there is a second place. */
static enum next check_run(struct request *r)
{
	struct check *c = r->state;
	int64_t n = index_check(r->service->index, take_problem, c, &c->err);
	c->rc = n < 0 ? (int)n : 0;
	return NEXT_STEP;
}

static enum next check_reply(struct request *r)
{
	struct check *c = r->state;
	struct metrics *m = &r->service->metrics;
	struct json_writer w;
	m->checks += c->rc == 0;
	m->check_problems += (uint64_t)c->problems;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_uint(&w, "problems", (uint64_t)c->problems);
	json_kv_uint(&w, "problems_listed", (uint64_t)c->listed);
	json_kv_bool(&w, "complete", c->rc == 0);
	if (c->rc)
		json_kv_str(&w, "error", c->err.text[0] ? c->err.text : err_words(c->rc));
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	if (c->problems || c->rc)
		log_error("check: %lld problems%s", (long long)c->problems,
			c->rc ? ", and it could not go on" : "");
	return request_reply(r, 200, "application/x-ndjson");
}

const struct step admin_check_steps[] = {
	{"start", ON_LOOP, check_start},
	{"check", ON_PREPARE, check_run},
	{"reply", ON_LOOP, check_reply},
};

/* ---- reload ---- */

static void put_names(struct json_writer *w, const char *key, const char *const *names, unsigned n)
{
	json_key(w, key);
	json_begin_array(w);
	for (unsigned i = 0; i < n; i++)
		json_str(w, names[i]);
	json_end_array(w);
}

static enum next reload_reply(struct request *r)
{
	struct reload_result done;
	struct json_writer w;
	struct err e = {0};
	int rc = reload_run(r->service->reload, &done, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	json_init(&w, &r->out);
	json_begin_object(&w);
	put_names(&w, "changed", done.changed, done.n_changed);
	put_names(&w, "restart_needed", done.held, done.n_held);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return request_reply(r, 200, "application/json");
}

const struct step admin_reload_steps[] = {
	{"reload", ON_LOOP, reload_reply},
};
