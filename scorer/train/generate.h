/* Made-up mini-notes with a mention whose labels are known. */
#ifndef LODESTONE_TRAIN_GENERATE_H
#define LODESTONE_TRAIN_GENERATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "scorer/train/names.h"

/* Immutable after create; shared between threads. */
struct generator;
/* names: must outlive it.  LODE_BUG with the template that does not parse; LODE_NOMEM. */
int generator_create(struct generator **out, const struct names *names, struct err *e);
void generator_destroy(struct generator *g);

/* A note of our own making. */
struct made_note {
	struct buf text;     /* the caller's to release; cleared and used again */
	uint32_t start, end; /* the mention */
	uint8_t label[4];    /* class by axis, or LABEL_UNKNOWN */
};

/* The note of these three numbers, always the same.  LODE_NOMEM. */
int generator_make(const struct generator *g, uint64_t seed, uint64_t step, uint32_t index,
	struct made_note *out, struct err *e);

#endif
