/* Trained dictionaries: kept by id, shared by all threads.  docs/index-format.md 9. */
#ifndef LODESTONE_INDEX_CODEC_H
#define LODESTONE_INDEX_CODEC_H

#include "index/segment_build.h"
#include "index/store.h"

enum {
	CODEC_LEVEL = 3, /* above it the ratio gains little and the speed falls by half or more */
	CODEC_DICT_BYTES = 110 << 10,
	CODEC_TRAIN_LEAST = 2 << 20, /* text in a batch before a dictionary is trained on it */
	CODEC_TRAIN_MOST = 4 << 20,  /* of it, spread over the batch */
};

struct dict {
	uint32_t id;
	struct compress_dict *z;
	struct buf record; /* the value as stored; empty once stored */
	struct dict *older;
};

/* Reads all dictionaries; current_id (0: none) becomes the one for new segments.  LODE_CORRUPT when
 * one is damaged (the others are loaded all the same) or the current one is missing. */
int codec_load(struct index *x, struct txn *t, uint32_t current_id, struct err *e);
void codec_unload(struct index *x);

/* 0: none (*out NULL).  False when there is no dictionary of that id. */
bool codec_find(const struct index *x, uint32_t id, const struct compress_dict **out);
bool codec_find_dict(const struct index *x, uint32_t id, struct dict **out);

/* Trains on n samples laid end to end; LODE_NOTFOUND when they teach nothing.  The caller owns the
 * dictionary until codec_add. */
int codec_train(
	const char *samples, const size_t *sizes, unsigned n, struct dict **out, struct err *e);
void codec_destroy(struct dict *d);

/* The frames of one note's text, into the builder.  dict may be NULL; frame: room of the caller's. */
int codec_put_text(struct compressor *z, const struct dict *dict, struct slice text,
	struct buf *frame, struct segment_builder *to);

/* Before the commit: readers must know a dictionary as soon as they can see a segment that names it.
 * Owned by the index from now on, stored or not.  Any thread. */
void codec_add(struct index *x, struct dict *d);

/* The one for new segments: stored, or just trained for a batch that is not committed yet.  NULL: none. */
struct dict *codec_current(struct index *x);
/* Batches are sealed beside each other, and one dictionary is wanted for all of them.  True: the caller
 * trains it and calls codec_end_training, whatever comes of it.  False: another did meanwhile (this call
 * has waited for it), and *out is what there is now. */
bool codec_begin_training(struct index *x, struct dict **out);
/* d may be NULL: nothing learnt.  Returns the one to use: d, or its twin that the index has already. */
struct dict *codec_end_training(struct index *x, struct dict *d);
/* After the commit that stored d: new segments may use it, if there is none yet. */
void codec_stored(struct index *x, struct dict *d);
/* ... or instead of the one there is; NULL: none. */
void codec_replace(struct index *x, struct dict *d);

#endif
