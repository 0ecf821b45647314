/* The lexicons that a daemon has attached, from start to end. */
#ifndef LODESTONE_DAEMON_LEXICONS_H
#define LODESTONE_DAEMON_LEXICONS_H

#include "index/index.h"

struct lexicons {
	const struct lexicon *at[LEXICONS_MAX]; /* the built-in one first */
	uint32_t n;
};

/* list: paths parted by ':'; NULL or empty: the built-in one alone.  LODE_* with a sentence. */
int lexicons_open(const char *list, struct lexicons *out, struct err *e);
void lexicons_close(struct lexicons *l);

/* --build-lexicon: compiles, says what is in it, returns the exit status. */
int lexicons_build(const char *path, char *const *inputs, unsigned n_inputs);

#endif
