/* Terms of a segment: front-coded blocks, binary search over the blocks, postings. */
#include "index/front.h"
#include "index/segment.h"

static int bad(struct err *e, const char *what)
{
	err_set(e, LODE_CORRUPT, "segment: %s", what);
	return LODE_CORRUPT;
}

static uint32_t n_blocks(const struct segment *s)
{
	return (uint32_t)(s->term_index.n / SEGMENT_INDEX_ENTRY);
}

static uint32_t block_terms(const struct segment *s, uint32_t block)
{
	uint32_t left = s->n_terms - block * SEGMENT_TERM_BLOCK;
	return left < SEGMENT_TERM_BLOCK ? left : SEGMENT_TERM_BLOCK;
}

static bool block_begin(const struct segment *s, uint32_t block, struct term_walk *c)
{
	const char *p = s->term_index.p + SEGMENT_INDEX_ENTRY * (size_t)block;
	uint32_t at = load_le32(p);
	if (at >= s->term_blocks.n)
		return false;
	c->in = reader_of(s->term_blocks.p + at, s->term_blocks.n - at);
	c->n = 0;
	c->left = block_terms(s, block);
	c->postings_next = load_le32(p + 4);
	return true;
}

/* What stands behind a term; false when it does not parse. */
static bool read_figures(struct term_walk *c)
{
	c->df = reader_varint32(&c->in);
	c->postings_at = c->postings_next;
	if (c->df == 1) {
		const uint8_t *from = c->in.p;
		if ((reader_varint(&c->in) & 3) == 3)
			reader_varint(&c->in);
		c->postings_bytes = 0;
		c->single = slice_of(from, (size_t)(c->in.p - from));
	} else {
		c->postings_bytes = reader_varint32(&c->in);
		c->postings_next += c->postings_bytes;
	}
	c->left--;
	return !c->in.bad && c->df > 0;
}

/* Steps to the next term of the block; false when it does not parse. */
static bool term_step(struct term_walk *c)
{
	if (!front_read(&c->in, c->term, &c->n))
		return false;
	return read_figures(c);
}

/* The first term of a block, where it stands; false when it does not parse. */
static bool block_first(const struct segment *s, uint32_t block, struct slice *out)
{
	uint32_t at = load_le32(s->term_index.p + SEGMENT_INDEX_ENTRY * (size_t)block);
	if (at >= s->term_blocks.n)
		return false;
	struct reader in = reader_of(s->term_blocks.p + at, s->term_blocks.n - at);
	uint8_t lengths = reader_u8(&in);
	uint32_t n = front_length(&in, lengths & 15);
	const uint8_t *p = n == 0 || n > TOK_TERM_MAX || lengths >> 4 ? NULL : reader_take(&in, n);
	*out = slice_of(p, n);
	return p != NULL;
}

/* The block in which term would stand: the last whose first term is not above it (0 if none is). */
static int find_block(const struct segment *s, struct slice term, uint32_t *block, struct err *e)
{
	uint32_t lo = 0, hi = n_blocks(s);
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct slice first;
		if (!block_first(s, mid, &first))
			return bad(e, "terms do not parse");
		if (slice_cmp(first, term) <= 0)
			lo = mid;
		else
			hi = mid;
	}
	*block = lo;
	return 0;
}

static int open_postings(
	const struct segment *s, const struct term_walk *c, struct postings *out, struct err *e)
{
	struct slice list = c->single;
	if (c->df > 1) {
		if (c->postings_at > s->postings.n ||
			c->postings_bytes > s->postings.n - c->postings_at)
			return bad(e, "postings out of range");
		list = slice_of(s->postings.p + c->postings_at, c->postings_bytes);
	}
	if (c->df > s->n_chunks)
		return bad(e, "term in more chunks than there are");
	*out = (struct postings){.in = reader_of(list.p, list.n),
		.left = c->df,
		.df = c->df,
		.n_chunks = s->n_chunks};
	return 0;
}

/* Steps as term_step does, but looks at no more of the term than tells it from `term`, of which the one
 * before had *common bytes and was below: 0 found, negative below, positive above (and nothing read). */
static int step_towards(struct term_walk *c, struct slice term, uint32_t *common, bool *parses)
{
	uint8_t lengths = reader_u8(&c->in);
	uint32_t shared = front_length(&c->in, lengths >> 4),
		 more = front_length(&c->in, lengths & 15);
	const uint8_t *p = reader_take(&c->in, more);
	*parses = p && shared <= c->n && more <= TOK_TERM_MAX - shared && shared + more > 0;
	if (!*parses || shared < *common)
		return 1;
	c->n = shared + more;
	if (shared > *common)
		return -1;
	uint32_t k = 0;
	while (k < more && shared + k < term.n && p[k] == (uint8_t)term.p[shared + k])
		k++;
	*common = shared + k;
	if (k < more)
		return *common == term.n || p[k] > (uint8_t)term.p[*common] ? 1 : -1;
	return *common == term.n ? 0 : -1;
}

int segment_term(const struct segment *s, struct slice term, struct postings *out, struct err *e)
{
	uint32_t block, common = 0;
	struct term_walk c;
	if (s->n_terms == 0)
		return LODE_NOTFOUND;
	int rc = find_block(s, term, &block, e);
	if (rc)
		return rc;
	if (!block_begin(s, block, &c))
		return bad(e, "terms do not parse");
	while (c.left > 0) {
		bool parses;
		int order = step_towards(&c, term, &common, &parses);
		if (parses && order > 0)
			return LODE_NOTFOUND;
		if (!parses || !read_figures(&c))
			return bad(e, "terms do not parse");
		if (order == 0)
			return open_postings(s, &c, out, e);
	}
	return LODE_NOTFOUND;
}

bool postings_next(struct postings *p)
{
	if (p->left == 0) {
		p->bad |= reader_left(&p->in) > 0;
		return false;
	}
	bool first = p->left == p->df;
	uint64_t v = reader_varint(&p->in), chunk = (v >> 2) + (first ? 0 : (uint64_t)p->chunk + 1);
	uint64_t tf = (v & 3) + 1;
	if (tf == 4)
		tf += reader_varint32(&p->in);
	if (p->in.bad || chunk >= p->n_chunks || tf > UINT16_MAX) {
		p->bad = true;
		p->left = 0;
		return false;
	}
	p->left--;
	p->chunk = (uint32_t)chunk;
	p->tf = (uint32_t)tf;
	return true;
}

static bool has_prefix(const struct term_walk *c, struct slice prefix)
{
	return c->n >= prefix.n && memcmp(c->term, prefix.p, prefix.n) == 0;
}

int segment_terms(const struct segment *s, struct slice prefix,
	int (*each)(void *arg, struct slice term, uint32_t df), void *arg, struct err *e)
{
	uint32_t block = 0;
	struct term_walk c;
	int rc = prefix.n && s->n_terms ? find_block(s, prefix, &block, e) : 0;
	for (; rc == 0 && block < n_blocks(s); block++) {
		if (!block_begin(s, block, &c))
			return bad(e, "terms do not parse");
		while (rc == 0 && c.left > 0) {
			if (!term_step(&c))
				return bad(e, "terms do not parse");
			if (prefix.n && has_prefix(&c, prefix))
				rc = each(arg, slice_of(c.term, c.n), c.df);
			else if (prefix.n && slice_cmp(slice_of(c.term, c.n), prefix) > 0)
				return 0;
			else if (prefix.n == 0)
				rc = each(arg, slice_of(c.term, c.n), c.df);
		}
	}
	return rc < 0 ? rc : 0;
}

struct term_walk term_walk_of(const struct segment *s)
{
	return (struct term_walk){.s = s};
}

int term_walk_next(struct term_walk *w, struct err *e)
{
	if (w->left == 0 && w->block == n_blocks(w->s))
		return 0;
	if (w->left == 0 && !block_begin(w->s, w->block++, w))
		return bad(e, "terms do not parse");
	return term_step(w) ? 1 : bad(e, "terms do not parse");
}

int term_walk_postings(const struct term_walk *w, struct postings *out, struct err *e)
{
	return open_postings(w->s, w, out, e);
}
