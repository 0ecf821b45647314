#include "index/store.h"

#include <stdio.h>
#include <stdlib.h>

int snapshot_begin(struct index *x, struct snapshot **out, struct err *e)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, LODE_NOMEM, "no memory for a snapshot");
	int rc = txn_begin(x, TXN_READ, &s->txn, e);
	if (rc == 0)
		rc = store_state(&s->txn, &s->state, e);
	if (rc == 0 && (rc = compressor_create(&s->z)) != 0)
		err_set(e, rc, "no memory for a snapshot");
	if (rc) {
		snapshot_end(s);
		return rc;
	}
	*out = s;
	return 0;
}

void snapshot_end(struct snapshot *s)
{
	if (!s)
		return;
	txn_abort(&s->txn);
	compressor_destroy(s->z);
	free(s);
}

uint64_t snapshot_revision(const struct snapshot *s)
{
	return s->state.revision;
}

/* ---- the list of patients ---- */

/* The totals stand in the first varints; the segments behind them are not decoded. */
static int read_totals(struct slice id, struct slice value, struct patient_info *out, struct err *e)
{
	struct reader r;
	int rc = record_open(DB_PATIENT, id, value, &r, e);
	if (rc)
		return rc;
	struct patient_info p = {.id = id, .number = reader_varint32(&r)};
	p.notes = reader_varint(&r);
	p.chunks = reader_varint(&r);
	p.raw_bytes = reader_varint(&r);
	if (r.bad)
		return err_set(e, LODE_CORRUPT, "patient record: does not parse");
	*out = p;
	return 0;
}

struct listing {
	uint64_t n, sum, left;
	int (*each)(void *arg, const struct patient_info *p);
	void *arg;
};

static int list_one(struct listing *l, struct slice id, struct slice value, struct err *e)
{
	struct patient_info p;
	int rc = read_totals(id, value, &p, e);
	if (rc)
		return rc;
	l->n++;
	l->left--;
	l->sum += record_checksum(value);
	return l->each(l->arg, &p);
}

int snapshot_patients(struct snapshot *s, struct slice cursor, uint64_t limit,
	int (*each)(void *arg, const struct patient_info *p), void *arg, struct err *e)
{
	struct listing l = {.left = limit, .each = each, .arg = arg};
	struct cursor c;
	struct slice id, value;
	int stop = 0, rc = cursor.n > INDEX_ID_MAX ? LODE_BADREQ : 0;
	if (rc)
		return err_set(e, rc, "cursor: no patient id");
	rc = cursor_open(&s->txn, DB_PATIENT, &c, e);
	if (rc)
		return rc;
	rc = cursor_seek(&c, cursor, &id, &value, e);
	if (rc == 0 && cursor.n && slice_eq(id, cursor))
		rc = cursor_next(&c, &id, &value, e);
	while (rc == 0 && stop >= 0 && l.left > 0) {
		stop = list_one(&l, id, value, e);
		if (stop >= 0)
			rc = cursor_next(&c, &id, &value, e);
	}
	cursor_close(&c);
	if (stop < 0)
		return stop;
	if (rc && rc != LODE_NOTFOUND)
		return rc;
	bool is_whole = rc == LODE_NOTFOUND && cursor.n == 0;
	if (is_whole && (l.n != s->state.patients || l.sum != s->state.patient_sum))
		return err_set(e, LODE_CORRUPT,
			"patient list: %llu records found, %llu expected, or one is stale",
			(unsigned long long)l.n, (unsigned long long)s->state.patients);
	return 0;
}

int snapshot_find_patient(
	struct snapshot *s, struct slice id, struct patient_info *out, struct err *e)
{
	struct slice value;
	int rc = id.n == 0 || id.n > INDEX_ID_MAX ? LODE_NOTFOUND
						  : txn_get(&s->txn, DB_PATIENT, id, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "no such patient");
	return rc ? err_set(e, rc, "%s", s->txn.err.text) : read_totals(id, value, out, e);
}

/* ---- stats ---- */

static void format_uuid(const uint8_t u[16], char room[37])
{
	char *to = room;
	for (int i = 0; i < 16; i++)
		to += sprintf(to, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", u[i]);
}

int index_stats(struct index *x, struct index_stats *out, struct err *e)
{
	struct txn t;
	struct state s;
	struct index_stats st = {
		.format_version = x->format.version, .tokenizer_version = x->format.tok_version};
	int rc = txn_begin(x, TXN_READ, &t, e);
	if (rc)
		return rc;
	rc = store_state(&t, &s, e);
	txn_abort(&t);
	if (rc == 0)
		rc = store_file_bytes(x, &st.file_bytes, &st.used_bytes, e);
	if (rc)
		return rc;
	st.revision = s.revision;
	st.patients = s.patients;
	st.notes = s.notes;
	st.segments = s.segments;
	st.chunks = s.chunks;
	st.raw_bytes = s.raw_bytes;
	st.fresh_bundles = s.bundles;
	st.fresh_bytes = s.bundle_bytes;
	st.pending_patients = s.pending;
	format_uuid(x->format.uuid, st.uuid);
	*out = st;
	return 0;
}
