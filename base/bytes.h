/* Fixed-width loads and stores at any alignment, and LEB128 varints with bounds.
 * Nothing from disk is ever cast to an integer pointer: LMDB aligns values to 2 bytes only. */
#ifndef LODESTONE_BASE_BYTES_H
#define LODESTONE_BASE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BYTES_ACCESS(bits, order, from, to)                               \
	static inline uint##bits##_t load_##order##bits(const void *p)    \
	{                                                                 \
		uint##bits##_t v;                                         \
		memcpy(&v, p, sizeof(v));                                 \
		return from(v);                                           \
	}                                                                 \
	static inline void store_##order##bits(void *p, uint##bits##_t v) \
	{                                                                 \
		v = to(v);                                                \
		memcpy(p, &v, sizeof(v));                                 \
	}
BYTES_ACCESS(16, le, le16toh, htole16)
BYTES_ACCESS(32, le, le32toh, htole32)
BYTES_ACCESS(64, le, le64toh, htole64)
BYTES_ACCESS(16, be, be16toh, htobe16)
BYTES_ACCESS(32, be, be32toh, htobe32)
BYTES_ACCESS(64, be, be64toh, htobe64)
#undef BYTES_ACCESS

enum { VARINT_MAX = 10 }; /* bytes of the longest varint */

/* Writes v as little-endian base 128 at p (room for VARINT_MAX) and returns the byte after it. */
static inline uint8_t *varint_put(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

/* A bounded reader over untrusted bytes.  Reading past the end, or a varint that does not fit,
 * sets `bad` and yields zeros from then on: a decoder reads a whole record and looks once. */
struct reader {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct reader reader_of(const void *p, size_t n)
{
	return (struct reader){p, (const uint8_t *)p + n, false};
}

static inline size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->p);
}

/* The next n bytes, or NULL (and `bad`). */
static inline const uint8_t *reader_take(struct reader *r, size_t n)
{
	if (r->bad || n > reader_left(r)) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *p = r->p;
	r->p += n;
	return p;
}

static inline uint64_t reader_varint(struct reader *r)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		const uint8_t *p = reader_take(r, 1);
		if (!p)
			return 0;
		if (shift == 63 && *p > 1)
			break;
		v |= (uint64_t)(*p & 0x7f) << shift;
		if (*p < 0x80) {
			/* One number, one encoding: a longer one than needed is damage. */
			if (*p == 0 && shift > 0)
				break;
			return v;
		}
	}
	r->bad = true;
	return 0;
}

static inline uint32_t reader_varint32(struct reader *r)
{
	uint64_t v = reader_varint(r);
	if (v > UINT32_MAX) {
		r->bad = true;
		return 0;
	}
	return (uint32_t)v;
}

#define READER_FIXED(bits)                                             \
	static inline uint##bits##_t reader_le##bits(struct reader *r) \
	{                                                              \
		const uint8_t *p = reader_take(r, (bits) / 8);         \
		return p ? load_le##bits(p) : 0;                       \
	}
READER_FIXED(16)
READER_FIXED(32)
READER_FIXED(64)
#undef READER_FIXED

static inline uint8_t reader_u8(struct reader *r)
{
	const uint8_t *p = reader_take(r, 1);
	return p ? *p : 0;
}

#endif
