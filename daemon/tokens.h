/* How many tokens a language model makes of a text: an estimate from its letters, digits and signs alone. */
#ifndef LODESTONE_DAEMON_TOKENS_H
#define LODESTONE_DAEMON_TOKENS_H

#include "base/buf.h"

#include <stdint.h>

/* For byte-level BPE of 50,000 entries and more (docs/context.md): a word is a token up to six letters, then one
 * more for every four; three digits are one; every other sign is one, runs of the same sign are fewer; every two
 * bytes beyond ASCII are one; line ends, and blanks beyond the first, are one.  Meant to be high rather than low. */
uint64_t tokens_estimate(struct slice text);

#endif
