#include "daemon/tally.h"

#include "daemon/service.h"

#include <stdio.h>

void tally_release(struct tally *t)
{
	buf_release(&t->rejects);
	guard_release(&t->guard);
}

void tally_count(struct tally *t, struct metrics *m)
{
	const struct parcel_counts *c = &t->sum;
	struct ingest_counts now = {c->added, c->replaced, c->unchanged, c->rejected, c->bytes};
	metrics_ingest(m, &t->counted, &now);
	t->counted = now;
}

static void put_reject(struct tally *t, const struct reject *reject)
{
	const struct err *e = &reject->err;
	struct json_writer w;
	json_init(&w, &t->rejects);
	json_begin_object(&w);
	json_kv_uint(&w, "line", t->lines_before + reject->number);
	json_kv_str(&w, "error", e->text[0] ? e->text : err_words(e->code));
	json_end_object(&w);
	buf_put_byte(&t->rejects, '\n');
}

void tally_add(struct tally *t, struct parcel *p, struct request *r)
{
	const struct parcel_counts *c = &p->counts;
	const struct reject *rejects = (const void *)p->rejects.p;
	size_t n = p->rejects.n / sizeof(*rejects);
	for (size_t k = 0; k < n && t->sum.rejected + k < REJECTS_TOLD; k++)
		put_reject(t, &rejects[k]);
	t->sum.lines += c->lines;
	t->sum.accepted += c->accepted;
	t->sum.rejected += c->rejected;
	t->sum.bytes += c->bytes;
	t->sum.added += c->added;
	t->sum.replaced += c->replaced;
	t->sum.unchanged += c->unchanged;
	if (p->revision)
		t->revision = p->revision;
	metrics_phi(&r->service->metrics, p->guard.found);
	guard_take(&t->guard, &p->guard);
	r->notes_seen += c->added + c->replaced + c->unchanged;
	r->committed_through = t->lines_before + p->walk.number;
	tally_count(t, &r->service->metrics);
}

void tally_end(struct tally *t, const struct parcel *p)
{
	t->lines_before += p->walk.number;
	t->prepare_ns += p->prepare_ns;
	t->commit_ns += p->commit_ns;
}

void tally_put_progress(const struct tally *t, struct request *r)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "progress");
	json_begin_object(&w);
	json_kv_uint(&w, "committed_through", r->committed_through);
	json_kv_uint(&w, "accepted", t->sum.accepted);
	json_kv_uint(&w, "rejected", t->sum.rejected);
	json_kv_uint(&w, "bytes", t->sum.bytes);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

int tally_put_summary(const struct tally *t, struct request *r)
{
	const struct parcel_counts *c = &t->sum;
	struct json_writer w;
	if (t->rejects.failed)
		return LODE_NOMEM;
	buf_put_slice(&r->out, buf_slice(&t->rejects));
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_uint(&w, "lines", c->lines);
	json_kv_uint(&w, "accepted", c->accepted);
	json_kv_uint(&w, "added", c->added);
	json_kv_uint(&w, "replaced", c->replaced);
	json_kv_uint(&w, "unchanged", c->unchanged);
	json_kv_uint(&w, "rejected", c->rejected);
	json_kv_uint(&w, "bytes", c->bytes);
	json_kv_uint(&w, "revision", t->revision);
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	r->identifiers = guard_total(&t->guard);
	if (r->identifiers)
		guard_write(&t->guard, &w);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	snprintf(r->account, sizeof(r->account), "parcels=%llu prepare_ms=%.2f commit_ms=%.2f",
		(unsigned long long)t->parcels, (double)t->prepare_ns / 1e6,
		(double)t->commit_ns / 1e6);
	return 0;
}
