#include "index/run.h"

#include "base/bytes.h"
#include "index/order.h"

#include <stdlib.h>

void run_builder_init(struct run_builder *b)
{
	*b = (struct run_builder){0};
	intern_init(&b->terms);
}

void run_builder_release(struct run_builder *b)
{
	intern_release(&b->terms);
	free(b->latest);
	free(b->pairs);
	*b = (struct run_builder){0};
}

size_t run_builder_memory(const struct run_builder *b)
{
	return intern_memory(&b->terms) + b->latest_cap * sizeof(*b->latest) +
	       b->pairs_cap * sizeof(*b->pairs);
}

static bool grow(struct run_builder *b, uint32_t term)
{
	if (term >= b->latest_cap) {
		uint32_t cap = b->latest_cap ? b->latest_cap * 2 : 4096;
		uint32_t *p = realloc(b->latest, cap * sizeof(*p));
		if (!p)
			return false;
		memset(p + b->latest_cap, 0, (cap - b->latest_cap) * sizeof(*p));
		b->latest = p;
		b->latest_cap = cap;
	}
	if (b->n_pairs == b->pairs_cap) {
		size_t cap = b->pairs_cap ? b->pairs_cap * 2 : 4096;
		struct run_pair *p = realloc(b->pairs, cap * sizeof(*p));
		if (!p)
			return false;
		b->pairs = p;
		b->pairs_cap = cap;
	}
	return true;
}

static void add_pair(struct run_builder *b, uint32_t number)
{
	if (number == INTERN_FAILED || !grow(b, number)) {
		b->failed = true;
		return;
	}
	if (b->latest[number] == b->patient) /* patient numbers begin at 1 */
		return;
	b->latest[number] = b->patient;
	b->pairs[b->n_pairs++] = (struct run_pair){number, b->patient};
}

static void add_waiting(struct run_builder *b)
{
	struct intern_key keys[RUN_GROUP];
	uint32_t n = b->failed ? 0 : b->n_waiting;
	for (uint32_t i = 0; i < n; i++)
		intern_prepare(&b->terms, slice_of(b->waiting[i], b->sizes[i]), &keys[i]);
	for (uint32_t i = 0; i < n && !b->failed; i++)
		add_pair(b,
			intern_prepared(&b->terms, slice_of(b->waiting[i], b->sizes[i]), &keys[i]));
	b->n_waiting = 0;
}

void run_add(struct run_builder *b, struct slice term, uint32_t patient)
{
	if (b->n_waiting == RUN_GROUP || patient != b->patient)
		add_waiting(b);
	b->patient = patient;
	b->sizes[b->n_waiting] = (uint8_t)term.n;
	memcpy(b->waiting[b->n_waiting++], term.p, term.n);
}

bool run_builder_any(const struct run_builder *b)
{
	return b->n_pairs || b->n_waiting;
}

/* ---- encoding ---- */

void run_blob_release(struct run_blob *r)
{
	buf_release(&r->bytes);
	buf_release(&r->ends);
	buf_release(&r->firsts);
	buf_release(&r->block);
	buf_release(&r->before);
	buf_release(&r->list);
	*r = (struct run_blob){0};
}

static void put_varint(struct buf *b, uint64_t v)
{
	uint8_t room[VARINT_MAX];
	buf_put(b, room, (size_t)(varint_put(room, v) - room));
}

static void put_nibbles(struct buf *b, size_t shared, size_t more)
{
	uint8_t high = shared < 15 ? (uint8_t)shared : 15, low = more < 15 ? (uint8_t)more : 15;
	buf_put_byte(b, (uint8_t)(high << 4 | low));
	if (high == 15)
		put_varint(b, shared - 15);
	if (low == 15)
		put_varint(b, more - 15);
}

/* A list is gaps or, where that is shorter, a bitmap: a word that most charts have costs a bit each. */
static void put_list(struct buf *b, const uint32_t *patients, size_t n)
{
	uint32_t base = patients[0] & ~7u, bytes = (patients[n - 1] - base) / 8 + 1;
	if (bytes < n) {
		put_varint(b, (uint64_t)bytes << 1 | 1);
		put_varint(b, base);
		uint8_t *room = (uint8_t *)buf_room(b, bytes);
		if (!room)
			return;
		memset(room, 0, bytes);
		for (size_t i = 0; i < n; i++)
			room[(patients[i] - base) / 8] |=
				(uint8_t)(1u << ((patients[i] - base) & 7));
		b->n += bytes;
		return;
	}
	put_varint(b, (uint64_t)n << 1);
	for (size_t i = 0; i < n; i++)
		put_varint(b, i ? patients[i] - patients[i - 1] - 1 : patients[0]);
}

static void end_block(struct run_blob *r)
{
	char end[4];
	if (r->block.n == 0)
		return;
	char head[RECORD_HEAD] = {0};
	head[8] = RUN_VERSION;
	buf_put(&r->bytes, head, sizeof(head));
	buf_put_slice(&r->bytes, buf_slice(&r->block));
	store_le32(end, (uint32_t)r->bytes.n);
	buf_put(&r->ends, end, sizeof(end));
	buf_clear(&r->block);
	r->n_blocks++;
}

int run_blob_term(struct run_blob *r, struct slice term, const uint32_t *patients, size_t n)
{
	size_t shared = 0;
	buf_clear(&r->list);
	put_list(&r->list, patients, n);
	if (r->block.n + r->list.n + term.n + 4 > RUN_BLOCK - RECORD_HEAD)
		end_block(r);
	if (r->block.n == 0) {
		put_varint(&r->firsts, term.n);
		buf_put_slice(&r->firsts, term);
	} else {
		while (shared < term.n && shared < r->before.n &&
			term.p[shared] == r->before.p[shared])
			shared++;
	}
	put_nibbles(&r->block, shared, term.n - shared);
	buf_put(&r->block, term.p + shared, term.n - shared);
	buf_put_slice(&r->block, buf_slice(&r->list));
	buf_clear(&r->before);
	buf_put_slice(&r->before, term);
	r->n_terms++;
	r->n_pairs += n;
	return r->block.failed || r->list.failed || r->before.failed ? LODE_NOMEM : 0;
}

int run_blob_end(struct run_blob *r)
{
	end_block(r);
	if (r->bytes.n > UINT32_MAX)
		return LODE_TOOBIG;
	return r->bytes.failed || r->ends.failed || r->firsts.failed ? LODE_NOMEM : 0;
}

/* ---- a builder's pairs in order of the terms ---- */

static int encode_sorted(const struct run_builder *b, const uint32_t *order, const size_t *start,
	const uint32_t *patients, struct run_blob *out)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < b->terms.n; i++) {
		uint32_t t = order[i];
		rc = run_blob_term(
			out, b->terms.at[t], patients + start[t], start[t + 1] - start[t]);
	}
	return rc ? rc : run_blob_end(out);
}

int run_build(struct run_builder *b, struct run_blob *out, struct err *e)
{
	add_waiting(b);
	uint32_t *order = malloc((b->terms.n + 1UL) * sizeof(*order));
	uint32_t *patients = calloc(b->n_pairs + 1, sizeof(*patients));
	size_t *start = calloc(b->terms.n + 2UL, sizeof(*start));
	int rc = b->failed || !order || !patients || !start ? LODE_NOMEM : 0;
	if (rc == 0)
		rc = order_strings(b->terms.at, b->terms.n, order);
	if (rc == 0) {
		/* A counting sort by term, stable, so patients stay ascending: start[t + 1] moves
		 * from where t begins to where it ends. */
		for (size_t i = 0; i < b->n_pairs; i++)
			start[b->pairs[i].term + 2]++;
		for (uint32_t t = 2; t < b->terms.n + 2; t++)
			start[t] += start[t - 1];
		for (size_t i = 0; i < b->n_pairs; i++)
			patients[start[b->pairs[i].term + 1]++] = b->pairs[i].patient;
		rc = encode_sorted(b, order, start, patients, out);
	}
	free(order);
	free(patients);
	free(start);
	return rc ? err_set(e, rc, "no memory for a run of the cohort index") : 0;
}

/* ---- storing ---- */

static uint64_t block_sum(uint32_t run, uint32_t block, struct slice value)
{
	char room[KEY_RUN_BYTES];
	return key_checksum(DB_RUN, key_run(room, run, block), (struct slice){0},
		slice_of(value.p + 8, value.n - 8));
}

static void put_blocks(struct write *w, struct run_blob *r, uint32_t number, struct buf *header)
{
	struct reader firsts = reader_of(r->firsts.p, r->firsts.n);
	uint32_t begin = 0;
	for (uint32_t i = 0; i < r->n_blocks; i++) {
		uint32_t end = load_le32(r->ends.p + 4 * (size_t)i);
		char room[KEY_RUN_BYTES], sum[8];
		char *value = r->bytes.p + begin;
		store_le64(value, block_sum(number, i + 1, slice_of(value, end - begin)));
		txn_put_new(&w->txn, DB_RUN, key_run(room, number, i + 1),
			slice_of(value, end - begin));
		size_t n = reader_varint32(&firsts);
		put_varint(header, n);
		buf_put(header, reader_take(&firsts, n), n);
		memcpy(sum, value, sizeof(sum));
		buf_put(header, sum, sizeof(sum));
		begin = end;
	}
}

int run_put(struct write *w, struct run_blob *r, struct run_entry *listed, struct err *e)
{
	char room[KEY_RUN_BYTES];
	if (w->state.next_run == UINT32_MAX)
		return err_set(e, LODE_FULL, "no run numbers left");
	uint32_t number = w->state.next_run++;
	record_begin(&w->record);
	put_varint(&w->record, r->n_blocks);
	put_varint(&w->record, r->n_terms);
	put_varint(&w->record, r->n_pairs);
	put_blocks(w, r, number, &w->record);
	record_seal(DB_RUN, key_run(room, number, 0), &w->record);
	if (w->record.failed)
		return err_set(e, LODE_NOMEM, "no memory for a run's header");
	txn_put_new(&w->txn, DB_RUN, key_run(room, number, 0), buf_slice(&w->record));
	*listed = (struct run_entry){
		number, r->n_blocks, record_checksum(buf_slice(&w->record)), r->bytes.n};
	w->changed = true;
	return 0;
}

void run_delete(struct write *w, const struct run_entry *listed)
{
	char room[KEY_RUN_BYTES];
	for (uint32_t i = 0; i <= listed->n_blocks; i++)
		txn_del(&w->txn, DB_RUN, key_run(room, listed->number, i));
	w->changed = true;
}
