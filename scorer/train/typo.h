/* Slips of the keyboard in a text: one letter changed, left out, added, or two swapped. */
#ifndef LODESTONE_TRAIN_TYPO_H
#define LODESTONE_TRAIN_TYPO_H

#include "base/buf.h"
#include "scorer/train/purpose.h"

enum { TYPO_WORD_MIN = 4, TYPO_WORD_MAX = 40 };

/* Copies text to out (appended) with one edit in `percent` of its words: runs of ASCII letters,
 * TYPO_WORD_MIN to TYPO_WORD_MAX long, outside *start..*end.  The span is moved along.  0 or LODE_NOMEM. */
int typo_text(struct slice text, unsigned percent, struct random *r, uint32_t *start, uint32_t *end,
	struct buf *out);

#endif
