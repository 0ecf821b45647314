/* index_check: every record, every segment, every text, and the totals between them. */
#include "index/check.h"

#include "index/codec.h"
#include "index/segment_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECK_ARENA = 1 << 30 };

void check_problem(struct check *c, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->problems++;
	c->say(c->arg, text);
}

/* ---- one chart ---- */

static int check_unique(struct check *c, struct slice id, struct intern *seen, struct slice note)
{
	uint32_t before = seen->n, number = intern(seen, note);
	if (number == INTERN_FAILED)
		return LODE_NOMEM;
	if (number < before)
		check_problem(c, "patient %.*s: a note id lives twice", CHECK_ID(id));
	return 0;
}

static int check_one_segment(struct check *c, struct slice id, struct chart *chart, uint32_t i,
	struct patient_record *live, struct intern *seen)
{
	struct chart_segment *s = &chart->segments[i];
	struct err why = {0};
	int rc = segment_check(&s->seg, s->dict, chart->z, &why);
	if (rc == LODE_NOMEM)
		return rc;
	if (rc) {
		chart_damage(chart, i, why.text); /* said with the chart's other damage */
		return 0;
	}
	for (uint32_t o = 0; rc == 0 && o < s->n_notes; o++) {
		struct note_view v;
		if (chart_note_is_dead(s, o) || chart_note(chart, i, o, &v, NULL) != 0)
			continue;
		live->notes++;
		live->chunks += v.n_chunks;
		live->raw_bytes += v.text_bytes;
		rc = check_unique(c, id, seen, v.note_id);
	}
	return rc;
}

static int check_chart(struct check *c, struct slice id, const struct patient_record *r)
{
	struct chart *chart;
	struct err why = {0};
	struct patient_record live = {0};
	struct intern seen;
	int rc = chart_open(c->snapshot, id, &c->arena, &chart, &why);
	if (rc == LODE_NOMEM)
		return rc;
	if (rc) {
		check_problem(c, "patient %.*s: %s", CHECK_ID(id), why.text);
		return 0;
	}
	intern_init(&seen);
	for (uint32_t i = 0; rc == 0 && i < chart->n_segments; i++)
		if (!chart->segments[i].damaged)
			rc = check_one_segment(c, id, chart, i, &live, &seen);
	for (uint32_t i = 0; rc == 0 && i < chart->n_segments; i++)
		if (!chart->segments[i].damaged && r->segments[i].segno < r->covered)
			rc = check_covered(c, id, r->number, &chart->segments[i].seg);
	if (chart->info.damaged_segments)
		check_problem(c, "patient %.*s: %u damaged segments, first: %s", CHECK_ID(id),
			chart->info.damaged_segments, chart->info.damage);
	else if (rc == 0 && (live.notes != r->notes || live.chunks != r->chunks ||
				    live.raw_bytes != r->raw_bytes))
		check_problem(c, "patient %.*s: totals differ from the segments", CHECK_ID(id));
	intern_release(&seen);
	return rc;
}

/* ---- patients ---- */

static int check_patient(struct check *c, struct slice id, struct slice value)
{
	struct patient_record r;
	struct err why = {0};
	c->found.patients++;
	c->found.patient_sum += record_checksum(value);
	int rc = patient_decode(id, value, &c->arena, &r, &why);
	if (rc == LODE_NOMEM)
		return rc;
	if (rc) {
		check_problem(c, "patient %.*s: %s", CHECK_ID(id), why.text);
		return 0;
	}
	c->found.notes += r.notes;
	c->found.chunks += r.chunks;
	c->found.raw_bytes += r.raw_bytes;
	c->found.segments += r.n_segments;
	if (r.number == 0 || r.number >= c->snapshot->state.next_patient)
		check_problem(
			c, "patient %.*s: number %u was never given out", CHECK_ID(id), r.number);
	buf_put(&c->numbers, &r.number, sizeof(r.number));
	c->found.pending += patient_is_pending(&r);
	for (uint32_t i = 0; i < r.n_segments; i++) {
		uint64_t key = (uint64_t)r.number << 32 | r.segments[i].segno;
		if (!r.segments[i].bundle)
			buf_put(&c->listed, &key, sizeof(key));
	}
	check_number(c, id, &r);
	return check_chart(c, id, &r);
}

int check_walk(struct check *c, enum db db,
	int (*each)(struct check *c, struct slice key, struct slice value), struct err *e)
{
	struct cursor cur;
	struct slice key, value;
	int stop = 0, rc = cursor_open(&c->snapshot->txn, db, &cur, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&cur, (struct slice){0}, &key, &value, e); rc == 0 && stop == 0;
		rc = cursor_next(&cur, &key, &value, e)) {
		stop = each(c, key, value);
		arena_release(&c->arena);
	}
	cursor_close(&cur);
	if (stop)
		return err_set(e, stop, "check cannot go on: %s", err_words(stop));
	return rc == LODE_NOTFOUND ? 0 : rc;
}

/* ---- segments nobody lists, dictionaries, totals ---- */

static int by_u64(const void *left, const void *right)
{
	uint64_t a, b;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static int by_u32(const void *left, const void *right)
{
	uint32_t a, b;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static int check_listed(struct check *c, struct slice key, struct slice value)
{
	uint32_t patient, segno;
	if (!key_segment_read(key, &patient, &segno)) {
		check_problem(c, "a segment key of %zu bytes", key.n);
		return 0;
	}
	uint64_t wanted = (uint64_t)patient << 32 | segno;
	if (!c->listed.n || !bsearch(&wanted, c->listed.p, c->listed.n / sizeof(wanted),
				    sizeof(wanted), by_u64))
		check_problem(
			c, "segment %u of patient number %u: in no patient record", segno, patient);
	return 0;
}

static int check_dict(struct check *c, struct slice key, struct slice value)
{
	struct reader r;
	struct err why = {0};
	struct dict *d;
	if (record_open(DB_DICT, key, value, &r, &why) != 0)
		check_problem(c, "%s", why.text);
	else if (key.n != KEY_U32_BYTES ||
		 !codec_find_dict(c->snapshot->txn.index, load_be32(key.p), &d))
		check_problem(c, "dict record: not loaded");
	return 0;
}

static void check_total(struct check *c, const char *what, uint64_t found, uint64_t recorded)
{
	if (found != recorded)
		check_problem(c, "state record: %llu %s, %llu found", (unsigned long long)recorded,
			what, (unsigned long long)found);
}

static void check_totals(struct check *c)
{
	const struct state *s = &c->snapshot->state, *f = &c->found;
	check_total(c, "patients", f->patients, s->patients);
	check_total(c, "notes", f->notes, s->notes);
	check_total(c, "segments", f->segments, s->segments);
	check_total(c, "chunks", f->chunks, s->chunks);
	check_total(c, "bytes of text", f->raw_bytes, s->raw_bytes);
	check_total(c, "as sum of patient records", f->patient_sum, s->patient_sum);
	check_total(c, "pending patients", f->pending, s->pending);
	check_total(c, "bundles", f->bundles, s->bundles);
	check_total(c, "bytes of bundles", f->bundle_bytes, s->bundle_bytes);
	check_total(c, "entries of number", c->n_numbers, s->patients);
	check_total(c, "entries of pending", c->n_pending, s->pending);
	size_t n = c->numbers.n / sizeof(uint32_t);
	if (n > 1)
		qsort(c->numbers.p, n, sizeof(uint32_t), by_u32);
	for (size_t i = 1; i < n; i++)
		if (by_u32(c->numbers.p + 4 * (i - 1), c->numbers.p + 4 * i) == 0)
			check_problem(
				c, "two patients share number %u", load_le32(c->numbers.p + 4 * i));
}

static int check_all(struct check *c, struct err *e)
{
	int rc = check_open_runs(c, e);
	if (rc == 0)
		rc = check_walk(c, DB_PATIENT, check_patient, e);
	if (rc)
		return rc;
	if (c->listed.failed || c->numbers.failed)
		return err_set(e, LODE_NOMEM, "no memory for the list of segments");
	if (c->listed.n)
		qsort(c->listed.p, c->listed.n / sizeof(uint64_t), sizeof(uint64_t), by_u64);
	rc = check_walk(c, DB_SEGMENT, check_listed, e);
	if (rc == 0)
		rc = check_walk(c, DB_DICT, check_dict, e);
	if (rc == 0)
		rc = check_tables(c, e);
	if (rc == 0)
		check_totals(c);
	return rc;
}

int64_t index_check(
	struct index *x, void (*say)(void *arg, const char *problem), void *arg, struct err *e)
{
	struct check c = {.say = say, .arg = arg};
	int rc = snapshot_begin(x, &c.snapshot, e);
	if (rc)
		return rc;
	arena_init(&c.arena, CHECK_ARENA);
	arena_init(&c.runs_arena, CHECK_ARENA);
	rc = check_all(&c, e);
	arena_release(&c.arena);
	arena_release(&c.runs_arena);
	buf_release(&c.listed);
	buf_release(&c.numbers);
	snapshot_end(c.snapshot);
	return rc ? rc : c.problems;
}
