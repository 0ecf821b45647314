/* /v1/model: what judges mentions.
 *
 *   GET     the card
 *   PUT     open (a worker reads the whole file) -> store -> attach; refused, the old one stays
 *   DELETE  forget -> attach nothing, or, restore=1, what would be there without uploads */
#include "daemon/model.h"

#include "base/http.h"
#include "daemon/models.h"
#include "daemon/service.h"
#include "scorer/scorer.h"

/* ---- card ---- */

static enum next put_card(struct request *r)
{
	const struct models *m = r->service->models;
	struct json_writer w;
	struct buf card = {0};
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_str(&w, "model", m->now ? m->now->digest : "rules");
	json_kv_uint(&w, "rules", cue_engine_rules(r->service->cues));
	json_key(&w, "source");
	if (m->now)
		json_str(&w, model_source_names[m->now->source]);
	else
		json_null(&w);
	if (m->problem[0])
		json_kv_str(&w, "problem", m->problem);
	json_key(&w, "card");
	if (m->now && scorer_card(m->now->model, &card) == 0)
		json_raw(&w, buf_slice(&card));
	else
		json_null(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	buf_release(&card);
	return request_reply(r, 200, "application/json");
}

const struct step model_steps[] = {
	{"reply", ON_LOOP, put_card},
};

/* ---- a change ---- */

struct change {
	struct attached *next; /* held until it is attached; NULL: detach */
	bool restore;
};

static void change_release(struct request *r)
{
	struct change *c = r->state;
	models_let_go(c->next);
}

static enum next begin(struct request *r)
{
	struct change *c = arena_new(&r->arena, struct change);
	if (!c)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = c;
	r->release = change_release;
	return NEXT_STEP;
}

/* A file that is none is the request's fault, not the store's. */
static enum next model_open_step(struct request *r)
{
	struct err e = {0};
	if (models_are_off(r->service->config))
		return request_fail_status(r, 409, LODE_BADREQ,
			"the setting \"model\" is none: a start would not bring it back");
	if (begin(r) == NEXT_FAIL)
		return NEXT_FAIL;
	struct change *c = r->state;
	int rc = models_read(buf_slice(&r->body), &c->next, &e);
	if (rc == LODE_CORRUPT || rc == LODE_BADREQ || rc == LODE_VERSION)
		return request_fail_status(
			r, 422, rc == LODE_VERSION ? LODE_VERSION : LODE_BADREQ, "%s", e.text);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

static enum next model_store_step(struct request *r)
{
	struct err e = {0};
	int rc = models_store(r->service->config, buf_slice(&r->body), &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

static enum next model_attach_step(struct request *r)
{
	struct change *c = r->state;
	models_attach(r->service->models, c->next);
	c->next = NULL;
	return put_card(r);
}

const struct step model_put_steps[] = {
	{"open", ON_PREPARE, model_open_step},
	{"store", ON_WRITER, model_store_step},
	{"attach", ON_LOOP_ANYWAY, model_attach_step},
};

static enum next model_parse_step(struct request *r)
{
	if (begin(r) == NEXT_FAIL)
		return NEXT_FAIL;
	struct change *c = r->state;
	struct slice restore = http_query_get(r->query, "restore");
	c->restore = slice_eq(restore, SLICE("1"));
	if (restore.p && !c->restore && !slice_eq(restore, SLICE("0")))
		return request_fail(r, LODE_BADREQ, "restore: must be 0 or 1");
	return NEXT_STEP;
}

/* The other model first: where it cannot be had, the one in use stays. */
static enum next model_forget_step(struct request *r)
{
	struct change *c = r->state;
	struct err e = {0};
	int rc = c->restore ? models_find(r->service->config, &c->next, &e) : 0;
	if (rc == 0)
		rc = models_forget(r->service->config, c->restore, &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

const struct step model_delete_steps[] = {
	{"parse", ON_LOOP, model_parse_step},
	{"forget", ON_WRITER, model_forget_step},
	{"attach", ON_LOOP_ANYWAY, model_attach_step},
};
