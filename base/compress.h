/* zstd and gzip: frames of known size with a dictionary, and bounded decoding of streams. */
#ifndef LODESTONE_BASE_COMPRESS_H
#define LODESTONE_BASE_COMPRESS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* A dictionary, prepared for each direction when first used; shared read-only between threads. */
struct compress_dict;

/* bytes are copied.  level: zstd level the encoder side is prepared for. */
int compress_dict_create(struct slice bytes, int level, struct compress_dict **out);
void compress_dict_destroy(struct compress_dict *d);

/* Trains a dictionary of at most max_bytes from n samples laid end to end in `samples` with the
 * given sizes.  LODE_NOTFOUND when the samples are too few or too alike to learn from. */
int compress_train(const void *samples, const size_t *sizes, unsigned n, size_t max_bytes,
	struct buf *out, struct err *e);

/* The id a dictionary carries (0: none), and the one it should: compress_train derives it from the
 * content, within the range zstd leaves to private dictionaries. */
uint32_t compress_dict_id(struct slice bytes);
uint32_t compress_dict_proper_id(struct slice bytes);

/* Per-thread coder; not shared.  dict may be NULL in the calls below. */
struct compressor;
int compressor_create(struct compressor **out);
void compressor_destroy(struct compressor *c);

/* One independent frame (content size recorded, no zstd checksum: the caller's record has one).
 * Appends to out. */
int compress_frame(struct compressor *c, const struct compress_dict *dict, int level,
	struct slice raw, struct buf *out);

/* Decodes a frame that must hold exactly raw_bytes into room.  Anything else (another size, a
 * damaged frame, another dictionary, trailing bytes) is LODE_CORRUPT. */
int decompress_frame(struct compressor *c, const struct compress_dict *dict, struct slice frame,
	char *room, size_t raw_bytes);

/* Streamed decoding of bodies and files. */
enum compress_kind { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD };
enum compress_kind compress_guess(struct slice first_bytes); /* by magic number */

struct decoder;
/* window_log_max: zstd windows above 1<<that are refused (27 needs 128 MB). */
int decoder_create(enum compress_kind kind, int window_log_max, struct decoder **out);
void decoder_destroy(struct decoder *d);
/* Takes input, hands decoded pieces (borrowed until sink returns) to sink; a negative return from
 * sink stops and is returned.  Several members or frames one after the other are one stream.
 * LODE_CORRUPT with the input offset on damage, LODE_TOOBIG for a window over the limit; after a
 * failure every later call fails. */
int decoder_feed(struct decoder *d, struct slice in, int (*sink)(void *arg, struct slice piece),
	void *arg, struct err *e);
/* The input ended: LODE_CORRUPT when in the middle of a frame, or before any (kind NONE: never). */
int decoder_finish(struct decoder *d, struct err *e);

#endif
