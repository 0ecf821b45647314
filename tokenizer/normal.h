/* Code points: decoding, and what a code point is to a word. */
#ifndef LODESTONE_TOKENIZER_NORMAL_H
#define LODESTONE_TOKENIZER_NORMAL_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the code point at p (valid UTF-8) and sets *n to its bytes. */
static inline uint32_t tok_decode(const char *p, unsigned *n)
{
	const unsigned char *b = (const unsigned char *)p;
	if (b[0] < 0x80) {
		*n = 1;
		return b[0];
	}
	if (b[0] < 0xE0) {
		*n = 2;
		return (uint32_t)(b[0] & 0x1F) << 6 | (b[1] & 0x3F);
	}
	if (b[0] < 0xF0) {
		*n = 3;
		return (uint32_t)(b[0] & 0x0F) << 12 | (uint32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3F);
	}
	*n = 4;
	return (uint32_t)(b[0] & 0x07) << 18 | (uint32_t)(b[1] & 0x3F) << 12 |
	       (uint32_t)(b[2] & 0x3F) << 6 | (b[3] & 0x3F);
}

/* Writes cp at p (room for 4) and returns its bytes. */
unsigned tok_encode(uint32_t cp, char *p);

enum tok_fold_class {
	FOLD_SEPARATE, /* blank, punctuation, symbol: ends a word */
	FOLD_DROP,     /* combining mark, soft hyphen, joiner: no part of the term, ends nothing */
	FOLD_JOIN,     /* apostrophe: inside a word it joins */
	FOLD_WORD,     /* letter or digit; bytes[0..n) is its folded form */
};

struct tok_fold {
	uint8_t class; /* enum tok_fold_class */
	uint8_t n;
	char bytes[6];
};

struct tok_fold tok_fold(uint32_t cp);

#endif
