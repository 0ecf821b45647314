/* A mention in a small note of its own, said in other words. */
#ifndef LODESTONE_TRAIN_PARAPHRASE_H
#define LODESTONE_TRAIN_PARAPHRASE_H

#include "scorer/cue_scan.h"
#include "scorer/train/random.h"

struct paraphrase {
	bool drop_heading; /* of the mention's section */
	bool other_words; /* a cue is replaced by another phrase of its rule, which means the same */
};

/* Writes heading and surroundings (PARAPHRASE_BYTES on each side, cut at words) to out, which is cleared, and
 * where the mention stands in it.  LODE_NOMEM. */
enum { PARAPHRASE_BYTES = 420 };
int paraphrase(const struct mention_context *m, const struct cue_verdict *v,
	const struct paraphrase *how, struct random *r, struct buf *out, uint32_t *start,
	uint32_t *end);

#endif
