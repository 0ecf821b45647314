/* Names of conditions, for made-up sentences and for finding mentions in real ones: those of the lexicon
 * in index/lexicon, and findings of our own list. */
#ifndef LODESTONE_TRAIN_NAMES_H
#define LODESTONE_TRAIN_NAMES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "scorer/train/random.h"

struct names {
	struct slice *list; /* names of concepts, then abbreviations */
	unsigned n, abbreviations /* first abbreviation */;
};

/* folder: where concepts.tsv and abbreviations.tsv lie.  Everything lives in the arena.  LODE_NOTFOUND. */
int names_load(const char *folder, struct arena *a, struct names *out, struct err *e);

/* One to write: a finding, a name or an abbreviation. */
struct slice names_pick(const struct names *n, struct random *r);

extern const char *const names_findings[];
extern const unsigned names_finding_count;

#endif
