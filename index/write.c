#include "index/write.h"

#include "index/watermark.h"

enum { WRITE_ARENA = 1 << 30 };

int write_begin(struct index *x, struct write *w, struct err *e)
{
	*w = (struct write){0};
	arena_init(&w->arena, WRITE_ARENA);
	int rc = txn_begin(x, TXN_WRITE, &w->txn, e);
	if (rc)
		return rc;
	rc = store_state(&w->txn, &w->state, e);
	if (rc)
		txn_abort(&w->txn);
	return rc;
}

int write_end(struct write *w, int rc, struct err *e)
{
	struct index *x = w->txn.index;
	bool is_write = rc == 0 && w->changed;
	if (is_write) {
		w->state.revision += !w->keeps_revision;
		w->state.txn_id = txn_id(&w->txn);
		state_encode(&w->state, &w->record);
		if (w->record.failed)
			rc = err_set(e, LODE_NOMEM, "no memory for the state record");
		else
			txn_put(&w->txn, DB_META, key_state, buf_slice(&w->record));
	}
	if (rc == 0 && is_write)
		rc = txn_commit(&w->txn, e);
	else
		txn_abort(&w->txn);
	if (rc == 0 && is_write)
		watermark_write(x, w->state.revision);
	arena_release(&w->arena);
	buf_release(&w->record);
	return rc;
}

/* Takes a patient's record out of the totals / puts it in; segments and notes are counted by it. */
static void count_patient(
	struct state *s, const struct patient_record *r, uint64_t checksum, bool in)
{
	const uint64_t sign = in ? 1 : UINT64_MAX; /* modulo 2^64 */
	s->patients += sign;
	s->notes += sign * r->notes;
	s->segments += sign * r->n_segments;
	s->chunks += sign * r->chunks;
	s->raw_bytes += sign * r->raw_bytes;
	s->patient_sum += sign * checksum;
	s->pending += patient_is_pending(r) ? sign : 0;
}

/* A bundled segment's bytes go with its bundle, when upkeep finds that nobody needs it. */
static void drop_dead_segments(struct write *w, struct patient_record *r)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		struct patient_segment *s = &r->segments[i];
		char room[KEY_SEGMENT_BYTES];
		if (s->n_dead < s->n_notes)
			r->segments[kept++] = *s;
		else if (!s->bundle)
			txn_del(&w->txn, DB_SEGMENT, key_segment(room, r->number, s->segno));
	}
	r->n_segments = kept;
}

static void mark_pending(struct write *w, bool was, const struct patient_record *now)
{
	char room[KEY_U32_BYTES];
	struct slice key = key_u32(room, now->number);
	bool is = patient_is_pending(now);
	if (was && !is)
		txn_del(&w->txn, DB_PENDING, key);
	if (is && !was) {
		record_begin(&w->record);
		record_seal(DB_PENDING, key, &w->record);
		txn_put(&w->txn, DB_PENDING, key, buf_slice(&w->record));
	}
}

static void put_number(struct write *w, struct slice id, uint32_t number)
{
	char room[KEY_U32_BYTES];
	number_encode(number, id, &w->record);
	txn_put_new(&w->txn, DB_NUMBER, key_u32(room, number), buf_slice(&w->record));
}

int write_patient(struct write *w, struct slice id, const struct patient_record *before,
	uint64_t before_checksum, struct patient_record *now, struct err *e)
{
	char room[KEY_U32_BYTES];
	/* First of all: the two may share their list of segments. */
	bool was_pending = before && patient_is_pending(before);
	if (before)
		count_patient(&w->state, before, before_checksum, false);
	drop_dead_segments(w, now);
	mark_pending(w, was_pending, now);
	w->changed = true;
	if (now->n_segments == 0) {
		txn_del(&w->txn, DB_PATIENT, id);
		txn_del(&w->txn, DB_NUMBER, key_u32(room, now->number));
		return 0;
	}
	if (!before)
		put_number(w, id, now->number);
	patient_encode(id, now, &w->record);
	if (w->record.failed)
		return err_set(e, LODE_NOMEM, "no memory for a patient record");
	uint64_t checksum = record_checksum(buf_slice(&w->record));
	count_patient(&w->state, now, checksum, true);
	if (before)
		roster_move(&w->txn.index->roster, now->number, before_checksum, checksum);
	txn_put(&w->txn, DB_PATIENT, id, buf_slice(&w->record));
	return 0;
}

int write_runs_read(struct write *w, struct run_entry **out, uint32_t *n, struct err *e)
{
	return store_runs(&w->txn, &w->state, &w->arena, out, n, e);
}

int write_runs(struct write *w, const struct run_entry *runs, uint32_t n, struct err *e)
{
	runs_encode(runs, n, &w->record);
	if (w->record.failed)
		return err_set(e, LODE_NOMEM, "no memory for a list of runs");
	w->state.runs_sum = record_checksum(buf_slice(&w->record));
	txn_put(&w->txn, DB_META, key_runs, buf_slice(&w->record));
	w->changed = true;
	return 0;
}
