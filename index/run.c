#include "index/run.h"

#include "index/front.h"

static int bad_run(const struct run *r, struct err *e, const char *what)
{
	return err_set(e, LODE_CORRUPT, "run %u: %s", r->listed.number, what);
}

int run_open(struct txn *t, const struct run_entry *listed, struct run *out, struct err *e)
{
	char room[KEY_RUN_BYTES];
	struct slice key = key_run(room, listed->number, 0), value;
	struct run r = {.txn = t, .listed = *listed};
	int rc = txn_get(t, DB_RUN, key, &value);
	if (rc == LODE_NOTFOUND)
		return bad_run(&r, e, "missing");
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	if (record_checksum(value) != listed->checksum)
		return bad_run(&r, e, "not the one that is listed");
	rc = record_open(DB_RUN, key, value, &r.blocks, e);
	if (rc)
		return rc;
	uint64_t n_blocks = reader_varint(&r.blocks);
	r.n_terms = reader_varint(&r.blocks);
	r.n_pairs = reader_varint(&r.blocks);
	if (r.blocks.bad || n_blocks != listed->n_blocks)
		return bad_run(&r, e, "another number of blocks");
	*out = r;
	return 0;
}

static bool next_first(struct reader *blocks, struct slice *first, uint64_t *checksum)
{
	uint32_t n = reader_varint32(blocks);
	const uint8_t *p = n > reader_left(blocks) ? NULL : reader_take(blocks, n);
	*checksum = reader_le64(blocks);
	if (!p || blocks->bad)
		return false;
	*first = slice_of(p, n);
	return true;
}

static int open_block(
	const struct run *r, uint32_t block, uint64_t checksum, struct reader *out, struct err *e)
{
	char room[KEY_RUN_BYTES];
	struct slice key = key_run(room, r->listed.number, block), value;
	int rc = txn_get(r->txn, DB_RUN, key, &value);
	if (rc == LODE_NOTFOUND)
		return bad_run(r, e, "a block is missing");
	if (rc)
		return err_set(e, rc, "%s", r->txn->err.text);
	if (record_checksum(value) != checksum)
		return bad_run(r, e, "a block is not the one that is listed");
	return record_open(DB_RUN, key, value, out, e);
}

int run_index(struct run *r, struct arena *a, struct err *e)
{
	uint32_t n = r->listed.n_blocks;
	struct reader blocks = r->blocks;
	struct run_block *index = arena_array(a, struct run_block, n + 1UL);
	if (!index)
		return err_set(e, LODE_NOMEM, "no memory for %u blocks of a run", n);
	for (uint32_t i = 0; i < n; i++)
		if (!next_first(&blocks, &index[i].first, &index[i].checksum))
			return bad_run(r, e, "its header does not parse");
	r->index = index;
	return 0;
}

/* ---- lists ---- */

/* Steps over n varints: eight bytes at a time, of which as many end one as have no high bit. */
static bool skip_varints(struct reader *in, uint32_t n)
{
	while (reader_left(in) >= 8) {
		uint64_t ends = ~load_le64(in->p) & UINT64_C(0x8080808080808080);
		uint32_t some = (uint32_t)__builtin_popcountll(ends);
		if (some >= n)
			break;
		reader_take(in, 8);
		n -= some;
	}
	while (n > 0 && reader_left(in) > 0)
		n -= reader_u8(in) < 0x80;
	return n == 0;
}

static bool read_list(struct reader *in, struct run_list *out)
{
	uint64_t head = reader_varint(in);
	*out = (struct run_list){.is_bitmap = head & 1, .is_first = true};
	if (in->bad || head >> 1 == 0 || head >> 1 > UINT32_MAX)
		return false;
	out->left = (uint32_t)(head >> 1);
	if (out->is_bitmap) {
		out->base = reader_varint32(in);
		const uint8_t *p = out->left > reader_left(in) ? NULL : reader_take(in, out->left);
		if (!p || in->bad || out->base > UINT32_MAX - 8 * (uint64_t)out->left)
			return false;
		out->in = reader_of(p, out->left);
		return true;
	}
	out->in = *in;
	return skip_varints(in, out->left);
}

static bool next_bit(struct run_list *l, uint32_t *patient)
{
	while (l->byte == 0) {
		if (l->left == 0)
			return false;
		if (!l->is_first)
			l->base += 8;
		l->is_first = false;
		l->byte = reader_u8(&l->in);
		l->left--;
	}
	*patient = l->base + (uint32_t)__builtin_ctz(l->byte);
	l->byte = (uint8_t)(l->byte & (l->byte - 1));
	return true;
}

bool run_list_next(struct run_list *l, uint32_t *patient, bool *bad)
{
	if (l->is_bitmap)
		return next_bit(l, patient);
	if (l->left == 0)
		return false;
	uint64_t n = reader_varint32(&l->in) + (l->is_first ? 0 : (uint64_t)l->base + 1);
	if (l->in.bad || n > UINT32_MAX) {
		*bad = true;
		return false;
	}
	l->is_first = false;
	l->base = *patient = (uint32_t)n;
	l->left--;
	return true;
}

/* ---- terms ---- */

/* The next term of the block in w->in. */
static bool step(struct run_walk *w)
{
	if (!front_read(&w->in, w->term, &w->n))
		return false;
	return read_list(&w->in, &w->list);
}

struct run_walk run_walk_of(const struct run *r)
{
	return (struct run_walk){.run = r, .blocks = r->blocks};
}

int run_walk_next(struct run_walk *w, struct err *e)
{
	if (reader_left(&w->in) == 0) {
		struct slice first;
		uint64_t checksum;
		if (w->block == w->run->listed.n_blocks)
			return 0;
		if (!next_first(&w->blocks, &first, &checksum))
			return bad_run(w->run, e, "its header does not parse");
		int rc = open_block(w->run, ++w->block, checksum, &w->in, e);
		if (rc)
			return rc;
		w->n = 0;
	}
	return step(w) ? 1 : bad_run(w->run, e, "a block does not parse");
}

/* As seek_block, in a run that has an index; what is behind the block is not to be walked. */
static int seek_indexed(struct run_walk *w, struct slice term, struct err *e)
{
	const struct run *r = w->run;
	uint32_t lo = 0, hi = r->listed.n_blocks;
	if (hi == 0)
		return LODE_NOTFOUND;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (slice_cmp(r->index[mid].first, term) <= 0)
			lo = mid;
		else
			hi = mid;
	}
	struct run_block *b = &r->index[lo];
	int rc = b->is_open ? 0 : open_block(r, lo + 1, b->checksum, &b->in, e);
	if (rc)
		return rc;
	b->is_open = true;
	w->in = b->in;
	w->block = r->listed.n_blocks;
	w->n = 0;
	return 0;
}

/* Opens the block in which term would stand: the last whose first term is not above it, or the first
 * of all.  A header is a few hundred short strings: one pass over it is a few microseconds. */
static int seek_block(struct run_walk *w, struct slice term, struct err *e)
{
	struct reader behind = w->run->blocks;
	struct slice first;
	uint64_t checksum = 0, next;
	uint32_t block = 0;
	while (block < w->run->listed.n_blocks) {
		struct reader here = behind;
		if (!next_first(&here, &first, &next))
			return bad_run(w->run, e, "its header does not parse");
		if (block > 0 && slice_cmp(first, term) > 0)
			break;
		behind = here;
		checksum = next;
		block++;
	}
	if (block == 0)
		return LODE_NOTFOUND;
	w->blocks = behind;
	w->block = block;
	w->n = 0;
	return open_block(w->run, block, checksum, &w->in, e);
}

int run_walk_seek(struct run_walk *w, struct slice from, struct err *e)
{
	int rc = seek_block(w, from, e), more;
	if (rc)
		return rc == LODE_NOTFOUND ? 0 : rc;
	while ((more = run_walk_next(w, e)) > 0 && slice_cmp(run_walk_term(w), from) < 0)
		;
	return more;
}

int run_find(const struct run *r, struct slice term, struct run_list *out, struct err *e)
{
	struct run_walk w = run_walk_of(r);
	int more = r->index ? seek_indexed(&w, term, e) : seek_block(&w, term, e);
	if (more)
		return more;
	while ((more = run_walk_next(&w, e)) > 0 && slice_cmp(run_walk_term(&w), term) < 0)
		;
	if (more < 0)
		return more;
	if (more == 0 || !slice_eq(run_walk_term(&w), term))
		return LODE_NOTFOUND;
	*out = w.list;
	return 0;
}
