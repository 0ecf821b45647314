#include "index/record.h"

#include "tokenizer/tokenizer.h"

/* ---- the head of every value ---- */

static void put_le32(struct buf *b, uint32_t v)
{
	char room[4];
	store_le32(room, v);
	buf_put(b, room, sizeof(room));
}

static void put_le64(struct buf *b, uint64_t v)
{
	char room[8];
	store_le64(room, v);
	buf_put(b, room, sizeof(room));
}

static void put_varint(struct buf *b, uint64_t v)
{
	uint8_t room[VARINT_MAX];
	buf_put(b, room, (size_t)(varint_put(room, v) - room));
}

void record_begin(struct buf *b)
{
	buf_clear(b);
	put_le64(b, 0); /* record_seal */
	buf_put_byte(b, RECORD_VERSION);
	buf_put_byte(b, 0);
}

void record_seal(enum db db, struct slice key, struct buf *b)
{
	if (b->failed)
		return;
	struct slice covered = {b->p + 8, b->n - 8};
	store_le64(b->p, key_checksum(db, key, (struct slice){0}, covered));
}

uint64_t record_checksum(struct slice value)
{
	return value.n >= 8 ? load_le64(value.p) : 0;
}

static int damaged(struct err *e, const char *kind, const char *what)
{
	err_set(e, LODE_CORRUPT, "%s record: %s", kind, what);
	return LODE_CORRUPT;
}

int record_open(enum db db, struct slice key, struct slice value, struct reader *out, struct err *e)
{
	const char *name = key_db_name(db);
	if (value.n < RECORD_HEAD)
		return damaged(e, name, "too short");
	struct slice covered = {value.p + 8, value.n - 8};
	if (key_checksum(db, key, (struct slice){0}, covered) != load_le64(value.p))
		return damaged(e, name, "checksum does not match");
	if (value.p[8] != RECORD_VERSION || value.p[9] != 0)
		return damaged(e, name, "unknown version");
	*out = reader_of(value.p + RECORD_HEAD, value.n - RECORD_HEAD);
	return 0;
}

/* ---- meta/format ---- */

static const char magic[8] = {'L', 'O', 'D', 'E', 'S', 'T', 'O', 'N'};

void format_encode(const struct format *f, struct buf *out)
{
	record_begin(out);
	buf_put(out, magic, sizeof(magic));
	put_le32(out, f->version);
	put_le32(out, f->incompatible);
	put_le32(out, f->compatible);
	put_le32(out, f->tok_version);
	put_le32(out, f->chunk_target);
	put_le32(out, f->chunk_max);
	buf_put(out, f->uuid, sizeof(f->uuid));
	put_le64(out, f->created);
	record_seal(DB_META, key_format, out);
}

int format_check_tokenizer(const struct format *f, struct err *e)
{
	if (f->tok_version != TOK_VERSION || f->chunk_target != TOK_CHUNK_TARGET ||
		f->chunk_max != TOK_CHUNK_MAX)
		return err_set(e, LODE_VERSION,
			"the index was made by tokenizer %u (chunks %u/%u), this build has %u (%u/%u): "
			"lodestoned --reindex rewrites it",
			f->tok_version, f->chunk_target, f->chunk_max, TOK_VERSION,
			TOK_CHUNK_TARGET, TOK_CHUNK_MAX);
	return 0;
}

int format_decode(struct slice value, struct format *out, struct err *e)
{
	/* Magic and version keep their places in all formats, so that a newer one is told from damage. */
	if (value.n < RECORD_HEAD + sizeof(magic) + 4 ||
		memcmp(value.p + RECORD_HEAD, magic, sizeof(magic)) != 0)
		return err_set(e, LODE_CORRUPT, "format record: no lodestone index");
	uint32_t version = load_le32(value.p + RECORD_HEAD + sizeof(magic));
	struct reader r;
	struct err damage = {0};
	int rc = record_open(DB_META, key_format, value, &r, &damage);
	if (version != FORMAT_VERSION && rc == 0)
		return err_set(e, LODE_VERSION, "index format %u, this build reads %u", version,
			FORMAT_VERSION);
	if (rc)
		return err_set(e, rc, "%s", damage.text);
	reader_take(&r, sizeof(magic) + 4);
	struct format f = {.version = version};
	f.incompatible = reader_le32(&r);
	f.compatible = reader_le32(&r);
	f.tok_version = reader_le32(&r);
	f.chunk_target = reader_le32(&r);
	f.chunk_max = reader_le32(&r);
	const uint8_t *uuid = reader_take(&r, sizeof(f.uuid));
	f.created = reader_le64(&r);
	if (r.bad || reader_left(&r))
		return damaged(e, "format", "wrong length");
	memcpy(f.uuid, uuid, sizeof(f.uuid));
	if (f.incompatible)
		return err_set(e, LODE_VERSION, "the index uses features (0x%x) this build lacks",
			f.incompatible);
	*out = f;
	return 0;
}

/* ---- meta/state ---- */

void state_encode(const struct state *s, struct buf *out)
{
	record_begin(out);
	put_le64(out, s->txn_id);
	put_le64(out, s->revision);
	put_le64(out, s->patients);
	put_le64(out, s->notes);
	put_le64(out, s->segments);
	put_le64(out, s->chunks);
	put_le64(out, s->raw_bytes);
	put_le64(out, s->next_patient);
	put_le64(out, s->patient_sum);
	put_le32(out, s->dict_id);
	put_le64(out, s->dict_text);
	put_le32(out, s->bundles);
	put_le32(out, s->next_bundle);
	put_le64(out, s->bundle_bytes);
	put_le64(out, s->pending);
	put_le32(out, s->next_run);
	put_le64(out, s->runs_sum);
	record_seal(DB_META, key_state, out);
}

int state_decode(struct slice value, struct state *out, struct err *e)
{
	struct reader r;
	int rc = record_open(DB_META, key_state, value, &r, e);
	if (rc)
		return rc;
	struct state s;
	s.txn_id = reader_le64(&r);
	s.revision = reader_le64(&r);
	s.patients = reader_le64(&r);
	s.notes = reader_le64(&r);
	s.segments = reader_le64(&r);
	s.chunks = reader_le64(&r);
	s.raw_bytes = reader_le64(&r);
	s.next_patient = reader_le64(&r);
	s.patient_sum = reader_le64(&r);
	s.dict_id = reader_le32(&r);
	s.dict_text = reader_le64(&r);
	s.bundles = reader_le32(&r);
	s.next_bundle = reader_le32(&r);
	s.bundle_bytes = reader_le64(&r);
	s.pending = reader_le64(&r);
	s.next_run = reader_le32(&r);
	s.runs_sum = reader_le64(&r);
	if (r.bad || reader_left(&r))
		return damaged(e, "state", "wrong length");
	*out = s;
	return 0;
}

/* ---- meta/runs ---- */

void runs_encode(const struct run_entry *runs, uint32_t n, struct buf *out)
{
	record_begin(out);
	put_varint(out, n);
	for (uint32_t i = 0; i < n; i++) {
		put_le32(out, runs[i].number);
		put_le32(out, runs[i].n_blocks);
		put_le64(out, runs[i].checksum);
		put_le64(out, runs[i].bytes);
	}
	record_seal(DB_META, key_runs, out);
}

int runs_decode(
	struct slice value, struct arena *a, struct run_entry **out, uint32_t *n, struct err *e)
{
	enum { RUN_ENTRY = 24 };
	struct reader r;
	int rc = record_open(DB_META, key_runs, value, &r, e);
	if (rc)
		return rc;
	uint32_t count = reader_varint32(&r), before = 0;
	if (r.bad || count > reader_left(&r) / RUN_ENTRY)
		return damaged(e, "runs", "does not parse");
	struct run_entry *at = arena_array(a, struct run_entry, count + 1UL);
	if (!at)
		return err_set(e, LODE_NOMEM, "no memory for a list of runs");
	for (uint32_t i = 0; i < count; i++) {
		at[i].number = reader_le32(&r);
		at[i].n_blocks = reader_le32(&r);
		at[i].checksum = reader_le64(&r);
		at[i].bytes = reader_le64(&r);
		if (at[i].number <= before)
			return damaged(e, "runs", "out of order");
		before = at[i].number;
	}
	if (r.bad || reader_left(&r))
		return damaged(e, "runs", "does not parse");
	*out = at;
	*n = count;
	return 0;
}

/* ---- number ---- */

void number_encode(uint32_t number, struct slice id, struct buf *out)
{
	char room[KEY_U32_BYTES];
	record_begin(out);
	buf_put_slice(out, id);
	record_seal(DB_NUMBER, key_u32(room, number), out);
}

int number_decode(uint32_t number, struct slice value, struct slice *id, struct err *e)
{
	char room[KEY_U32_BYTES];
	struct reader r;
	int rc = record_open(DB_NUMBER, key_u32(room, number), value, &r, e);
	if (rc)
		return rc;
	size_t n = reader_left(&r);
	*id = slice_of(reader_take(&r, n), n);
	return 0;
}

/* ---- patient ---- */

static void put_dead(const struct patient_segment *s, struct buf *out)
{
	put_varint(out, s->n_dead);
	uint32_t next = 0;
	for (uint32_t i = 0; s->n_dead && i < s->n_notes; i++) {
		if (!bitmap_get(s->dead, i))
			continue;
		put_varint(out, i - next);
		next = i + 1;
	}
}

void patient_encode(struct slice id, const struct patient_record *r, struct buf *out)
{
	record_begin(out);
	put_varint(out, r->number);
	put_varint(out, r->notes);
	put_varint(out, r->chunks);
	put_varint(out, r->raw_bytes);
	put_varint(out, r->next_segno);
	put_varint(out, r->covered);
	put_varint(out, r->n_segments);
	uint32_t before = 0;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		const struct patient_segment *s = &r->segments[i];
		put_varint(out, s->segno - before);
		before = s->segno;
		put_varint(out, s->n_notes);
		put_varint(out, s->n_chunks);
		put_varint(out, s->raw_bytes);
		put_le64(out, s->digest);
		put_varint(out, s->bundle);
		if (s->bundle) {
			put_varint(out, s->at);
			put_varint(out, s->bytes);
		}
		put_dead(s, out);
	}
	record_seal(DB_PATIENT, id, out);
}

static int read_dead(struct reader *r, struct arena *a, struct patient_segment *s)
{
	s->n_dead = reader_varint32(r);
	if (r->bad || s->n_dead >= s->n_notes)
		return LODE_CORRUPT;
	if (s->n_dead == 0)
		return 0;
	s->dead = arena_array(a, uint64_t, bitmap_words(s->n_notes));
	if (!s->dead)
		return LODE_NOMEM;
	uint64_t next = 0;
	for (uint32_t i = 0; i < s->n_dead; i++) {
		next += reader_varint32(r);
		if (r->bad || next >= s->n_notes)
			return LODE_CORRUPT;
		bitmap_set(s->dead, (uint32_t)next++);
	}
	return 0;
}

static int read_segment(
	struct reader *r, struct arena *a, uint64_t *segno, bool first, struct patient_segment *s)
{
	uint32_t step = reader_varint32(r);
	*segno += step;
	s->segno = (uint32_t)*segno;
	s->n_notes = reader_varint32(r);
	s->n_chunks = reader_varint32(r);
	s->raw_bytes = reader_varint(r);
	s->digest = reader_le64(r);
	s->bundle = reader_varint32(r);
	s->at = s->bundle ? reader_varint32(r) : 0;
	s->bytes = s->bundle ? reader_varint32(r) : 0;
	if (r->bad || *segno > UINT32_MAX || (!first && step == 0) ||
		s->n_notes > SEGMENT_CHUNKS_MAX)
		return LODE_CORRUPT;
	return read_dead(r, a, s);
}

/* Bytes of the shortest entry of a segment: an untrue count cannot make us allocate much. */
enum { ENTRY_LEAST = 14 };

int patient_decode(struct slice id, struct slice value, struct arena *a, struct patient_record *out,
	struct err *e)
{
	struct reader r;
	int rc = record_open(DB_PATIENT, id, value, &r, e);
	if (rc)
		return rc;
	struct patient_record p = {0};
	p.number = reader_varint32(&r);
	p.notes = reader_varint(&r);
	p.chunks = reader_varint(&r);
	p.raw_bytes = reader_varint(&r);
	p.next_segno = reader_varint32(&r);
	p.covered = reader_varint32(&r);
	p.n_segments = reader_varint32(&r);
	if (r.bad || p.n_segments == 0 || p.n_segments > reader_left(&r) / ENTRY_LEAST)
		return damaged(e, "patient", "does not parse");
	p.segments = arena_array(a, struct patient_segment, p.n_segments);
	if (!p.segments)
		return err_set(e, LODE_NOMEM, "no memory for a patient record");
	uint64_t segno = 0, live = 0;
	for (uint32_t i = 0; rc == 0 && i < p.n_segments; i++) {
		rc = read_segment(&r, a, &segno, i == 0, &p.segments[i]);
		live += p.segments[i].n_notes - p.segments[i].n_dead;
	}
	if (rc == LODE_NOMEM)
		return err_set(e, rc, "no memory for a patient record");
	if (rc || r.bad || reader_left(&r) || live != p.notes || segno >= p.next_segno ||
		p.covered > p.next_segno)
		return damaged(e, "patient", "does not parse");
	*out = p;
	return 0;
}
