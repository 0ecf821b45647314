/* Front coding of sorted terms, shared by segments and runs: docs/index-format.md 6.  Private to the
 * room. */
#ifndef LODESTONE_INDEX_FRONT_H
#define LODESTONE_INDEX_FRONT_H

#include "base/bytes.h"
#include "tokenizer/tokenizer.h"

static inline uint32_t front_length(struct reader *r, uint8_t nibble)
{
	if (nibble < 15)
		return nibble;
	uint32_t more = reader_varint32(r);
	if (more > TOK_TERM_MAX)
		r->bad = true;
	return 15 + more;
}

/* The next term in place of the one before it (n bytes; 0: it is the first of its block).  False when it
 * does not parse. */
static inline bool front_read(struct reader *r, char term[TOK_TERM_MAX], uint32_t *n)
{
	uint8_t lengths = reader_u8(r);
	uint32_t shared = front_length(r, lengths >> 4), more = front_length(r, lengths & 15);
	if (r->bad || shared > *n || more > TOK_TERM_MAX - shared || shared + more == 0)
		return false;
	const uint8_t *p = reader_take(r, more);
	if (!p)
		return false;
	memcpy(term + shared, p, more);
	*n = shared + more;
	return true;
}

#endif
