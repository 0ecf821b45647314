/* Learns a vocabulary by byte-pair encoding (Sennrich, Haddow, Birch: "Neural Machine Translation of Rare
 * Words with Subword Units", ACL 2016, algorithm 1). */
#ifndef LODESTONE_TRAIN_BPE_H
#define LODESTONE_TRAIN_BPE_H

#include "base/buf.h"
#include "base/err.h"
#include "tokenizer/tokenizer.h"

/* A merge is taken only when it stands in as many documents: no rare name and no run of one document
 * becomes a subword. */
enum { BPE_DOCUMENTS = 5 };

/* A distinct piece of the texts (tok_pieces). */
struct bpe_word {
	struct slice text; /* 1..TOK_PIECE_MAX bytes */
	uint64_t count;
	uint32_t documents[BPE_DOCUMENTS]; /* the first in which it stands, distinct */
	uint32_t n_documents;              /* at most BPE_DOCUMENTS: that many, or more */
};

/* Words of many documents, counted. */
struct bpe_counter;
int bpe_counter_create(struct bpe_counter **out);
void bpe_counter_destroy(struct bpe_counter *c);
/* Pieces of the next document; specials are passed over.  LODE_NOMEM; LODE_TOOBIG over 2^31 words. */
int bpe_count(struct bpe_counter *c, const struct tok_piece *pieces, uint32_t n);
/* The words in order of their first appearance, borrowed until the next call. */
const struct bpe_word *bpe_words(const struct bpe_counter *c, size_t *n);

/* Appends to out a vocabulary of at most `ids` ids (tok_vocabulary_write); of fewer when no further pair
 * stands in BPE_DOCUMENTS documents.  Shorthand comes first, whatever the texts hold.  Then always the most
 * frequent pair, of equals the one of lower ids: the same words in any order give the same bytes.
 * LODE_NOMEM; LODE_BADREQ: ids out of bounds. */
int bpe_train(const struct bpe_word *words, size_t n, uint32_t ids, struct buf *out, struct err *e);

#endif
