#include "index/bundle.h"

#include "base/bytes.h"

/* checksum u64 over key and the rest of the head, version u8, 0 u8, entries u32, entries */
enum { HEAD_FIXED = RECORD_HEAD + 4, ENTRY = 8 };

void bundle_release(struct bundle *b)
{
	buf_release(&b->entries);
	buf_release(&b->blobs);
	*b = (struct bundle){0};
}

static uint64_t head_sum(uint32_t number, const char *value, size_t head)
{
	char room[KEY_U32_BYTES];
	return key_checksum(
		DB_BUNDLE, key_u32(room, number), (struct slice){0}, slice_of(value + 8, head - 8));
}

int bundle_finish(struct bundle *b, struct write *w, struct err *e)
{
	char room[KEY_U32_BYTES], n[4];
	if (b->n == 0)
		return 0;
	record_begin(&w->record);
	store_le32(n, b->n);
	buf_put(&w->record, n, sizeof(n));
	buf_put_slice(&w->record, buf_slice(&b->entries));
	size_t head = w->record.n;
	buf_put_slice(&w->record, buf_slice(&b->blobs));
	if (w->record.failed || b->entries.failed || b->blobs.failed)
		return err_set(e, LODE_NOMEM, "no memory for a bundle of segments");
	uint32_t number = w->state.next_bundle++;
	store_le64(w->record.p, head_sum(number, w->record.p, head));
	txn_put_new(&w->txn, DB_BUNDLE, key_u32(room, number), buf_slice(&w->record));
	w->state.bundles++;
	w->state.bundle_bytes += w->record.n;
	w->changed = true;
	buf_clear(&b->entries);
	buf_clear(&b->blobs);
	b->n = 0;
	return 0;
}

int bundle_add(struct bundle *b, struct write *w, uint32_t patient, struct patient_segment *s,
	struct slice blob, struct err *e)
{
	char entry[ENTRY];
	if (b->n && b->blobs.n + blob.n > BUNDLE_FULL) {
		int rc = bundle_finish(b, w, e);
		if (rc)
			return rc;
	}
	if (w->state.next_bundle == UINT32_MAX)
		return err_set(e, LODE_FULL, "no bundle numbers left");
	s->bundle = w->state.next_bundle;
	s->at = (uint32_t)b->blobs.n;
	s->bytes = (uint32_t)blob.n;
	store_le32(entry, patient);
	store_le32(entry + 4, s->segno);
	buf_put(&b->entries, entry, sizeof(entry));
	buf_put_slice(&b->blobs, blob);
	b->n++;
	return 0;
}

/* Bytes before the blobs; 0: the value is too short for what it says. */
static size_t head_bytes(struct slice value)
{
	if (value.n < HEAD_FIXED)
		return 0;
	uint64_t head = HEAD_FIXED + (uint64_t)load_le32(value.p + RECORD_HEAD) * ENTRY;
	return head <= value.n ? (size_t)head : 0;
}

int bundle_open(
	uint32_t number, struct slice value, struct reader *entries, uint32_t *n, struct err *e)
{
	size_t head = head_bytes(value);
	if (head == 0 || head_sum(number, value.p, head) != load_le64(value.p))
		return err_set(e, LODE_CORRUPT, "bundle %u: checksum does not match", number);
	if (value.p[8] != RECORD_VERSION || value.p[9] != 0)
		return err_set(e, LODE_CORRUPT, "bundle %u: unknown version", number);
	*entries = reader_of(value.p + HEAD_FIXED, head - HEAD_FIXED);
	*n = (uint32_t)((head - HEAD_FIXED) / ENTRY);
	return 0;
}

int bundle_segment(struct txn *t, uint32_t patient, const struct patient_segment *s,
	struct slice *out, struct err *e)
{
	char room[KEY_SEGMENT_BYTES];
	struct slice value;
	enum db db = s->bundle ? DB_BUNDLE : DB_SEGMENT;
	struct slice key =
		s->bundle ? key_u32(room, s->bundle) : key_segment(room, patient, s->segno);
	int rc = txn_get(t, db, key, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "missing");
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	if (s->bundle) {
		/* Where the blobs begin is not verified here: a segment read at a wrong place fails its
		 * own checksum. */
		size_t head = head_bytes(value);
		if (head == 0 || s->at > value.n - head || s->bytes > value.n - head - s->at)
			return err_set(e, LODE_CORRUPT, "bundle %u is too short", s->bundle);
		value = slice_of(value.p + head + s->at, s->bytes);
	}
	*out = value;
	return 0;
}
