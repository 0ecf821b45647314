/* Compiled lexicons: concepts, their names, is_a.  Format: docs/lexicon.md.  Private to the room.
 *
 * The reader trusts no byte: the digest is checked when a lexicon is opened, every number again when
 * it is used, and what is out of range reads as "not there". */
#ifndef LODESTONE_INDEX_LEXICON_H
#define LODESTONE_INDEX_LEXICON_H

#include "index/index.h"

enum lexicon_relation {
	LEXICON_PREFERRED,
	LEXICON_EXACT,
	LEXICON_LAY,
	LEXICON_MISSPELT,
	LEXICON_ABBREVIATION,
	LEXICON_NARROW,  /* the name means less than the concept */
	LEXICON_BROAD,   /* ... more */
	LEXICON_RELATED, /* ... something near */
	LEXICON_PART,    /* stands for the others inside a longer name, and is nothing alone */
	LEXICON_UNLIKE,  /* holds a name of the concept and is something else: "heat stroke" */
	LEXICON_RELATIONS,
};

/* Of a name, as in the file. */
enum lexicon_flags {
	LEXICON_CAPITALS = 1, /* counts in a note only when written in capitals as here */
	LEXICON_IN_PROSE = 2, /* an English word: also needs a neighbour with small letters */
	LEXICON_NO_LABEL = 4, /* a heading or a laboratory label when a colon follows */
	LEXICON_AMBIGUOUS =
		8,          /* has other common meanings: tried for its full name, not expanded */
	LEXICON_LIST = 16,  /* ambiguous, but not in a list of diagnoses */
	LEXICON_FIRST = 32, /* a full name of an abbreviation: looked for with it, from the first */
	LEXICON_FLAGS = 63,
};

/* Layout, shared with the builder. */
enum {
	LEXICON_VERSION = 1,
	LEXICON_HEADER = 80,
	LEXICON_SUMMED_AT = 32, /* the digest covers from here to the end */
	LEXICON_CONCEPT = 12,
	LEXICON_NAME = 12,
	LEXICON_EDGE = 12,
	LEXICON_PROBES = 64,
	LEXICON_WORDS_MAX = 16,  /* words of a name */
	LEXICON_BYTES_MAX = 255, /* bytes of a name */
};
#define LEXICON_MAGIC "LODELEXI"

enum { LEXICON_NONE = UINT32_MAX, LEXICON_ROOT = 0 };

struct lexicon_name {
	struct slice text;
	uint32_t concept;
	uint8_t relation, flags;
};

struct lexicon_concept {
	struct slice id;
	uint32_t first_name, n_names, first_child, n_children;
};

static inline uint64_t lexicon_mix(uint32_t node, uint32_t word)
{
	uint64_t x = (uint64_t)node << 32 | word;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 32;
}

/* Number of a folded word, or LEXICON_NONE. */
uint32_t lexicon_word(const struct lexicon *l, struct slice term);
/* The node that word leads to from here, or LEXICON_NONE. */
uint32_t lexicon_step(const struct lexicon *l, uint32_t node, uint32_t word);
/* How many names end at this node; the i-th of them is lexicon_node_name. */
uint32_t lexicon_node_names(const struct lexicon *l, uint32_t node);
/* Numbers of names and concepts are those of the file.  False: no such thing, or damage. */
bool lexicon_node_name(
	const struct lexicon *l, uint32_t node, uint32_t i, struct lexicon_name *out);
bool lexicon_name(const struct lexicon *l, uint32_t name, struct lexicon_name *out);
bool lexicon_concept(const struct lexicon *l, uint32_t concept, struct lexicon_concept *out);
uint32_t lexicon_child(const struct lexicon *l, const struct lexicon_concept *c, uint32_t i);

/* ---- lexicon_build.c ---- */

struct lexicon_builder;
int lexicon_builder_create(struct lexicon_builder **out);
void lexicon_builder_destroy(struct lexicon_builder *b); /* NULL is fine */

struct lexicon_counts {
	uint32_t concepts, names, abbreviations, words, is_a;
	uint32_t skipped;  /* names without words, or over a limit */
	uint32_t repeated; /* names that their concept had */
	uint32_t orphans;  /* is_a of a concept that is not there */
};

/* The concept of that id, made when there is none; LEXICON_NONE: no memory. */
uint32_t lexicon_builder_concept(struct lexicon_builder *b, struct slice id);
/* A name that is too long, has no words or is there already is counted and left out.  LODE_NOMEM,
 * LODE_BADREQ (not UTF-8), LODE_TOOBIG (over 4 GiB). */
int lexicon_builder_name(struct lexicon_builder *b, uint32_t concept, struct slice text,
	enum lexicon_relation relation, unsigned flags, struct err *e);
int lexicon_builder_is_a(struct lexicon_builder *b, uint32_t child, struct slice parent_id);
int lexicon_builder_word(struct lexicon_builder *b, struct slice text, struct err *e);
/* The first concept that has this as its preferred or an exact name, or LEXICON_NONE. */
uint32_t lexicon_builder_find(struct lexicon_builder *b, struct slice text);
/* The whole file.  The builder is spent. */
int lexicon_builder_finish(
	struct lexicon_builder *b, struct buf *out, struct lexicon_counts *counts, struct err *e);

/* ---- lexicon_read.c and the formats: one input file into the builder ---- */

/* One line of an input; a newline and a carriage return at its end are gone. */
struct lexicon_input {
	struct lexicon_builder *b;
	const char *path;
	unsigned line;
	void *state;
};
typedef int lexicon_line(struct lexicon_input *in, struct slice line, struct err *e);
int lexicon_read(struct lexicon_builder *b, const char *path, struct err *e);

extern lexicon_line lexicon_tsv_concept, lexicon_tsv_abbreviation, lexicon_tsv_part,
	lexicon_tsv_word, lexicon_tsv_unlike, lexicon_tsv_table, lexicon_obo_line, lexicon_icd_csv,
	lexicon_icd_order, lexicon_rrf_line;
/* Memory of one OBO stanza; the last stanza ends with the file. */
int lexicon_obo_begin(struct lexicon_input *in);
int lexicon_obo_end(struct lexicon_input *in, struct err *e);

/* ---- lexicon_clean.c ---- */

/* Adds a foreign vocabulary's name, cleaned, with its inversion; an abbreviation as such. */
int lexicon_add_clean(struct lexicon_builder *b, uint32_t concept, struct slice name,
	enum lexicon_relation relation, struct err *e);

/* ---- lexicon_default.c ---- */

/* Made by the build from index/lexicon/. */
extern const unsigned char lexicon_default_bytes[];
extern const size_t lexicon_default_size;

#endif
