/* Words that stand split in a chunk ("pre-eclampsia", "myocar-\ndial"), written as one: 16 bits of each, so
 * that a search knows which notes to read for them.  Not those where a digit meets a letter ("5 mg"): they are
 * too many, and both halves are terms.  Private to the room; kept per chunk of a segment, index-format.md 6. */
#ifndef LODESTONE_INDEX_JOINS_H
#define LODESTONE_INDEX_JOINS_H

#include "base/digest.h"
#include "tokenizer/tokenizer.h"

enum {
	JOINS_MOST = 254, /* of a chunk */
	JOINS_MANY =
		255, /* instead of a number: more than that, and none is kept; any word may stand split */
};

static inline uint16_t joins_print(struct slice word)
{
	return (uint16_t)digest64(word);
}

/* Of the words [first, end) with the ones behind them: ascending, each once, in room.  Returns how many, or
 * JOINS_MANY. */
uint8_t joins_of(const struct tok_doc *d, uint32_t first, uint32_t end, uint16_t room[JOINS_MOST]);

#endif
