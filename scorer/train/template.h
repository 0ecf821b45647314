/* Sentences with slots, written out into a made-up note.
 *
 *   {NCPR}      a mention and what it says: A affirmed, N negated; C certain, P possible, H hypothetical;
 *               P patient, O other; R recent, S historical, F future; D what the section says of its
 *               bare items; - unknown (the letters of mentions-dev/guide.md)
 *   {NCPR+}     a list of one to six such mentions
 *   {a|b|}      one of the alternatives, which are templates too
 *   {2-9}       a number
 *   {drug}      a line of that bank, a template too
 *   {^...}      the same with a capital letter
 */
#ifndef LODESTONE_TRAIN_TEMPLATE_H
#define LODESTONE_TRAIN_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "scorer/train/random.h"
#include "scorer/train/names.h"

struct made_mention {
	uint32_t start, end; /* in the text */
	uint8_t label[4];    /* enum order of scorer.h, or LABEL_UNKNOWN */
};

enum { MENTIONS_MAX = 96 };

/* A note being written. */
struct script {
	struct buf text;
	struct random random;
	const struct names *names;
	const char *here; /* what a bare item says where the pen is: four letters, never D */
	bool is_female;
	uint8_t dialect; /* of the masks */
	struct made_mention mentions[MENTIONS_MAX];
	unsigned n; /* mentions past the room are written and not kept */
};

/* Appends.  A template that does not parse is our own mistake: LODE_BUG with what is wrong. */
int template_write(struct script *s, const char *source, struct err *e);

/* Walks a template without writing: calls seen for the four letters of every mention in it, and checks
 * it.  LODE_BUG as above. */
int template_walk(const char *source, void (*seen)(void *arg, const char letters[4]), void *arg,
	struct err *e);

/* The class of a letter on an axis (0..3) with the section's letters for D; LABEL_UNKNOWN for '-'. */
uint8_t template_label(unsigned axis, char letter, const char *here);

/* Lines to choose from (bank.c): by chance, by the patient's sex (two lines), by the note's dialect. */
enum bank_choice { BY_CHANCE, BY_SEX, BY_DIALECT };
struct bank {
	const char *name;
	enum bank_choice by;
	const char *const *lines;
	unsigned n;
};
extern const struct bank template_banks[];
extern const unsigned template_bank_count;

#endif
