/* context: the passages of a chart that speak of a condition, packed for a language model. */
#ifndef LODESTONE_DAEMON_CONTEXT_H
#define LODESTONE_DAEMON_CONTEXT_H

#include "daemon/answer.h"

extern const struct step context_steps[];

enum { CONTEXT_GROW = 2 /* sentences a passage may grow by on either side */ };

/* A passage of one note. */
struct passage {
	uint32_t note;       /* note_order */
	uint32_t start, end; /* bytes */
	int32_t next;        /* of the same note; -1: none */
	/* Where it may grow to, by steps, and what that costs; as the edge before: no further. */
	uint32_t before[CONTEXT_GROW], after[CONTEXT_GROW];
	uint64_t cost_before[CONTEXT_GROW], cost_after[CONTEXT_GROW];
	const struct evidence *best; /* for whose sake it is there */
};

/* Of the question at hand; memory is the question's. */
struct packing {
	struct answer_texts texts;
	double scale;                  /* of the estimate */
	struct tok_counting *counting; /* instead of the estimate; NULL: by it */
	int rc;                        /* why it could not be counted, with the sentence in `why` */
	struct err why;
	uint64_t budget, spent, tokens; /* tokens: of the text */
	uint64_t room;    /* for packing: the budget, less what the parts were short of the whole */
	bool has_no_tail; /* not even the last line has room */
	struct passage *at; /* as they were taken; context_pack leaves them by note and place */
	uint32_t n;
	size_t cap;
	int32_t *first; /* per note: its passages */
};

/* Chooses the passages (anew when called again): one sentence for each mention as far as the budget goes, the best of
 * each stance first, copies left out; then their neighbours.  LODE_CORRUPT, _NOMEM, _TIMEOUT, _CANCELLED. */
int context_pack(struct packing *p, struct err *e);
/* "[c7] 2143-05-02 | Consult | PLAN | n0118:12-90" and a line end, for a passage that has this number. */
void context_put_header(
	struct buf *out, const struct packing *p, const struct passage *passage, uint32_t number);
/* By the tokenizer, or the estimate times scale.  After a failure 0, and p->rc says why. */
uint64_t context_tokens(struct packing *p, struct slice text);

/* context_write.c: the answer, and p->tokens. */
int context_put(struct packing *p, struct err *e);

#endif
