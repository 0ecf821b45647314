/* Private to the tokenizer room: canonical forms (Unicode Standard Annex 15) and small letters, code point by code point
 * as other programs have them; what folds words for the index is normal.h. */
#ifndef LODESTONE_TOKENIZER_UNICODE_H
#define LODESTONE_TOKENIZER_UNICODE_H

#include "base/buf.h"

/* Append to `out` a form of `text` (valid UTF-8).  Look at out->failed afterwards. */
void uni_nfd(struct slice text, struct buf *out);
void uni_nfc(struct slice text, struct buf *out);
void uni_lower(struct slice text, struct buf *out);

/* ---- unicode_tables.c ---- */

struct uni_decomposition {
	uint32_t cp, first, second; /* second 0: one code point for another */
};
struct uni_mark {
	uint32_t first, last;
	uint8_t order; /* canonical combining class */
};
struct uni_small {
	uint32_t first, last;
	uint32_t step;
	int32_t delta;
};

extern const struct uni_decomposition uni_decompositions[]; /* by cp */
extern const uint16_t uni_compositions[]; /* indices of those that compose, by first and second */
extern const struct uni_mark uni_marks[];
extern const struct uni_small uni_smalls[];
extern const uint32_t uni_n_decompositions, uni_n_compositions, uni_n_marks, uni_n_smalls;

#endif
