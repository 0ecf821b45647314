/* index_reindex: all notes of one index into another. */
#include "index/chart.h"
#include "index/store.h"

#include <stdlib.h>

enum { REINDEX_ARENA = 1 << 30, REINDEX_BATCH = 32 << 20 };

struct reindex {
	struct index *from, *to;
	struct tokenizer *tok;
	struct batch *batch;
	struct arena arena; /* of one chart */
	struct snapshot *snapshot;
	uint64_t notes, bytes;
	void (*tell)(void *arg, uint64_t notes, uint64_t bytes);
	void *arg;
	struct err *e;
};

static int flush(struct reindex *r)
{
	struct batch_result done;
	int rc = batch_commit(r->batch, &done, r->e);
	if (rc == 0 && r->tell)
		r->tell(r->arg, r->notes, r->bytes);
	return rc;
}

static int copy_note(struct reindex *r, struct chart *c, const struct note_view *v)
{
	struct slice text;
	int rc = chart_text(c, v, &r->arena, &text, r->e);
	if (rc)
		return rc;
	struct note_in in = {.patient = c->patient,
		.note_id = v->note_id,
		.text = text,
		.date = v->date,
		.type = v->type,
		.encounter = v->encounter,
		.author_role = v->author_role,
		.meta = v->meta};
	rc = batch_add(r->batch, r->tok, &in, r->e);
	if (rc)
		return rc;
	r->notes++;
	r->bytes += text.n;
	return batch_raw_bytes(r->batch) >= REINDEX_BATCH ? flush(r) : 0;
}

static int copy_chart(struct reindex *r, struct slice id)
{
	struct chart *c;
	const struct note_view *v;
	uint32_t n = 0;
	int rc = chart_open(r->snapshot, id, &r->arena, &c, r->e);
	if (rc == 0)
		rc = chart_notes(c, &r->arena, &v, &n, r->e);
	if (rc == 0 && c->info.damaged_segments)
		rc = err_set(r->e, LODE_CORRUPT, "%s", c->info.damage);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = copy_note(r, c, &v[i]);
	return rc;
}

static int each_patient(void *arg, const struct patient_info *p)
{
	struct reindex *r = arg;
	struct err why;
	int rc = copy_chart(r, p->id);
	arena_release(&r->arena);
	if (rc == LODE_CORRUPT) {
		why = *r->e;
		err_set(r->e, rc, "patient %.*s: %s (delete the chart or restore it, then again)",
			(int)(p->id.n < 60 ? p->id.n : 60), p->id.p, why.text);
	}
	return rc;
}

static int copy_all(struct reindex *r)
{
	int rc = tok_create(&r->tok, r->e);
	if (rc == 0 && (rc = batch_create(r->to, &r->batch)) != 0)
		err_set(r->e, rc, "no memory for a batch");
	if (rc == 0)
		rc = snapshot_begin(r->from, &r->snapshot, r->e);
	if (rc == 0)
		rc = snapshot_patients(
			r->snapshot, (struct slice){0}, UINT64_MAX, each_patient, r, r->e);
	if (rc == 0)
		rc = flush(r);
	snapshot_end(r->snapshot);
	batch_destroy(r->batch);
	tok_destroy(r->tok);
	arena_release(&r->arena);
	return rc;
}

int index_reindex(const char *dir, const struct index_options *options,
	void (*tell)(void *arg, uint64_t notes, uint64_t bytes), void *arg, struct err *e)
{
	struct err why = {0};
	struct reindex r = {.tell = tell, .arg = arg, .e = &why};
	arena_init(&r.arena, REINDEX_ARENA);
	int rc = store_open(dir, options, STORE_ANY_TOKENIZER, &r.from, &why);
	if (rc == 0)
		rc = store_open(dir, options, STORE_FRESH, &r.to, &why);
	if (rc == 0)
		rc = copy_all(&r);
	index_close(r.to);
	index_close(r.from);
	char *fresh = path_join(dir, "index.new"), *folder = path_join(dir, "index");
	if (rc == 0 && (!fresh || !folder))
		rc = err_set(&why, LODE_NOMEM, "no memory for two paths");
	if (rc == 0)
		rc = path_exchange(dir, fresh, folder, &why);
	if (fresh) /* the old one by now, or what was not finished */
		path_remove_index(fresh);
	free(fresh);
	free(folder);
	return rc ? err_set(e, rc, "%s", why.text) : 0;
}
