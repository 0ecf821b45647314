#include "daemon/tokens.h"

enum { WORD_WHOLE = 6, WORD_PIECE = 4, DIGITS = 3, SAME_SIGNS = 4, WIDE_BYTES = 2 };

enum kind { LETTERS, NUMBER, SPACE, LINE, WIDE, SIGN };

static enum kind kind_of(unsigned char c)
{
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		return LETTERS;
	if (c >= '0' && c <= '9')
		return NUMBER;
	if (c == '\n' || c == '\r')
		return LINE;
	if (c == ' ' || c == '\t')
		return SPACE;
	return c >= 0x80 ? WIDE : SIGN;
}

static uint64_t tokens_of(enum kind kind, size_t n)
{
	switch (kind) {
	case LETTERS:
		return n <= WORD_WHOLE ? 1 : 1 + (n - WORD_WHOLE + WORD_PIECE - 1) / WORD_PIECE;
	case NUMBER: return (n + DIGITS - 1) / DIGITS;
	case SPACE: return n > 1; /* the one before a word is part of it */
	case LINE: return 1;
	case WIDE: return (n + WIDE_BYTES - 1) / WIDE_BYTES;
	case SIGN: break;
	}
	return (n + SAME_SIGNS - 1) / SAME_SIGNS;
}

uint64_t tokens_estimate(struct slice text)
{
	uint64_t tokens = 0;
	for (size_t i = 0, end; i < text.n; i = end) {
		enum kind kind = kind_of((unsigned char)text.p[i]);
		for (end = i + 1; end < text.n && kind_of((unsigned char)text.p[end]) == kind;
			end++)
			if (kind == SIGN && text.p[end] != text.p[i])
				break;
		tokens += tokens_of(kind, end - i);
	}
	return tokens;
}
