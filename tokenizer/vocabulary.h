/* A vocabulary in memory: the merges' texts and two hash tables. */
#ifndef LODESTONE_TOKENIZER_VOCABULARY_H
#define LODESTONE_TOKENIZER_VOCABULARY_H

#include "base/bytes.h"
#include "tokenizer/tokenizer.h"

/* Open addressing, at most half full; key and id of an empty slot are 0 (no merge has id 0). */
struct vocabulary_slot {
	uint32_t key;
	uint16_t id;
	uint16_t n; /* bytes of the text, table of whole pieces only */
};

struct tok_vocabulary {
	uint32_t ids;
	unsigned shift; /* 32 - log2 of the tables' slots */
	/* left << 16 | right -> merge */
	struct vocabulary_slot *pairs;
	/* hash of a text -> the id, where merging the text gives that one id: nearly every word is found
	 * here without merging */
	struct vocabulary_slot *whole;
	uint32_t *text_at; /* [ids + 1]: where each id's bytes begin in text */
	char *text;
};

/* Ids of bytes[0..n), n in 1..TOK_PIECE_MAX, into ids (room for n) and where each ends into ends;
 * returns how many.  PIECE_ROOM bytes may be read. */
unsigned vocabulary_merge(const struct tok_vocabulary *v, const char *bytes, unsigned n,
	uint16_t *ids, uint8_t *ends);
/* The one id of a whole piece, or 0. */
uint16_t vocabulary_whole(const struct tok_vocabulary *v, const char *bytes, unsigned n);

#endif
