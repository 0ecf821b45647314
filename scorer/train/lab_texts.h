/* What the laboratory's language models read: the texts that may be trained on as one run of ids, every tenth document
 * held out. */
#ifndef LODESTONE_TRAIN_LAB_TEXTS_H
#define LODESTONE_TRAIN_LAB_TEXTS_H

#include "scorer/train/trainer.h"

enum lab_source { LAB_TEXTS_AUTO, LAB_TEXTS_REAL, LAB_TEXTS_MADE_UP, LAB_SOURCES };
extern const char *const lab_source_names[LAB_SOURCES]; /* "auto", "real", "made-up" */

/* A stream no training step draws from: held-out texts beside the two of a probe. */
#define LAB_STREAM_HELD_OUT 0x70726f62652063ull

struct lab_pool {
	uint16_t *ids;
	size_t n, room;
};

struct lab_texts {
	struct buf vocabulary_bytes;
	struct tok_vocabulary *vocabulary;
	struct lab_pool training, held_out; /* documents end with TOK_SUB_EOS */
	struct lab_pool
		shuffled[2]; /* the same ids in an order of chance: no word says which comes next */
	enum lab_source source; /* what AUTO came to */
	uint64_t digest;        /* of all of it */
};

/* ids: how many of the vocabulary file's ids to use, its first merges; AUTO: made-up notes where the data folder is
 * absent, `made_up` stretches of them.  LODE_NOTFOUND, LODE_BADREQ, LODE_NOMEM and what reading the texts says. */
int lab_texts_open(struct lab_texts *t, const char *vocabulary, uint32_t ids,
	enum lab_source source, uint32_t made_up, const char *lexicon, struct err *e);
void lab_texts_close(struct lab_texts *t);

/* Draws windows: from held-out texts for the streams of probes, else from those trained on. */
struct lab_reader {
	const struct lab_texts *texts;
	bool is_shuffled;
};
int lab_read(void *reader, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n);

#endif
