#include "base/compress.h"

#include "base/bytes.h"
#include "base/digest.h"

#include <stdatomic.h>
#include <stdlib.h>
#define ZDICT_STATIC_LINKING_ONLY /* the training parameters */
#include <zdict.h>
#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* ---- dictionaries ---- */

/* Each side is made when it is first used, by whoever comes first: the encoder's tables take 3 ms, which a
 * process that only reads never needs.  Two that come at once both make one, and the second is thrown away. */
struct sides {
	_Atomic(ZSTD_CDict *) encode;
	_Atomic(ZSTD_DDict *) decode;
};

struct compress_dict {
	struct sides *sides;
	char *bytes;
	size_t n;
	int level;
	unsigned id; /* 0: raw content without a zstd header */
};

/* NULL: no memory, or no dictionary. */
static ZSTD_CDict *encoder_of(const struct compress_dict *d)
{
	ZSTD_CDict *there = atomic_load(&d->sides->encode);
	if (there)
		return there;
	ZSTD_CDict *made = ZSTD_createCDict(d->bytes, d->n, d->level);
	if (!made || atomic_compare_exchange_strong(&d->sides->encode, &there, made))
		return made;
	ZSTD_freeCDict(made);
	return there;
}

static ZSTD_DDict *decoder_of(const struct compress_dict *d)
{
	ZSTD_DDict *there = atomic_load(&d->sides->decode);
	if (there)
		return there;
	ZSTD_DDict *made = ZSTD_createDDict(d->bytes, d->n);
	if (!made || atomic_compare_exchange_strong(&d->sides->decode, &there, made))
		return made;
	ZSTD_freeDDict(made);
	return there;
}

int compress_dict_create(struct slice bytes, int level, struct compress_dict **out)
{
	struct compress_dict *d = calloc(1, sizeof(*d));
	if (!d)
		return LODE_NOMEM;
	d->sides = calloc(1, sizeof(*d->sides));
	d->bytes = malloc(bytes.n + 1);
	if (!d->sides || !d->bytes) {
		compress_dict_destroy(d);
		return LODE_NOMEM;
	}
	if (bytes.n > 0)
		memcpy(d->bytes, bytes.p, bytes.n);
	d->n = bytes.n;
	d->level = level;
	d->id = compress_dict_id(bytes);
	*out = d;
	return 0;
}

void compress_dict_destroy(struct compress_dict *d)
{
	if (!d)
		return;
	if (d->sides) {
		ZSTD_freeCDict(d->sides->encode);
		ZSTD_freeDDict(d->sides->decode);
	}
	free(d->sides);
	free(d->bytes);
	free(d);
}

/* A zstd dictionary begins with a magic number and its id, both u32 LE. */
enum { DICT_HEADER = 8, DICT_ID_AT = 4 };

uint32_t compress_dict_id(struct slice bytes)
{
	return bytes.n >= DICT_HEADER ? ZDICT_getDictID(bytes.p, bytes.n) : 0;
}

/* zdict.h: ids below 32768 and from 2^31 on are reserved for registered dictionaries. */
uint32_t compress_dict_proper_id(struct slice bytes)
{
	const uint32_t lowest = 32768;
	if (bytes.n <= DICT_HEADER)
		return 0;
	uint64_t d = digest64(slice_of(bytes.p + DICT_HEADER, bytes.n - DICT_HEADER));
	return lowest + (uint32_t)(d % ((UINT32_C(1) << 31) - lowest));
}

int compress_train(const void *samples, const size_t *sizes, unsigned n, size_t max_bytes,
	struct buf *out, struct err *e)
{
	char *room = buf_room(out, max_bytes);
	if (!room)
		return err_set(e, LODE_NOMEM, "no memory for a dictionary of %zu bytes", max_bytes);
	/* ZDICT_trainFromBuffer tries four of these and packs no better (.350 of clinical notes against
	 * .349) in four times the time. */
	ZDICT_fastCover_params_t params = {
		.k = 50, .d = 8, .f = 20, .accel = 1, .zParams = {.compressionLevel = 3}};
	size_t got = ZDICT_trainFromBuffer_fastCover(room, max_bytes, samples, sizes, n, params);
	if (ZDICT_isError(got)) {
		int code = ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation ? LODE_NOMEM
										  : LODE_NOTFOUND;
		return err_set(
			e, code, "no dictionary from %u samples: %s", n, ZDICT_getErrorName(got));
	}
	if (got <= DICT_HEADER)
		return err_set(e, LODE_NOTFOUND, "no dictionary from %u samples: too short", n);
	/* zstd draws a random id; ours follows from the content, so that equal training gives equal
	 * bytes and an id can be checked. */
	store_le32(room + DICT_ID_AT, compress_dict_proper_id(slice_of(room, got)));
	out->n += got;
	return 0;
}

/* ---- frames ---- */

struct compressor {
	ZSTD_CCtx *encode; /* 1.3 MB at level 3: made when first used */
	ZSTD_DCtx *decode; /* 93 KB, likewise */
};

int compressor_create(struct compressor **out)
{
	struct compressor *c = calloc(1, sizeof(*c));
	if (!c)
		return LODE_NOMEM;
	*out = c;
	return 0;
}

void compressor_destroy(struct compressor *c)
{
	if (!c)
		return;
	ZSTD_freeCCtx(c->encode);
	ZSTD_freeDCtx(c->decode);
	free(c);
}

int compress_frame(struct compressor *c, const struct compress_dict *dict, int level,
	struct slice raw, struct buf *out)
{
	if (!c->encode && !(c->encode = ZSTD_createCCtx()))
		return LODE_NOMEM;
	size_t most = ZSTD_compressBound(raw.n);
	char *room = ZSTD_isError(most) ? NULL : buf_room(out, most);
	if (!room)
		return LODE_NOMEM;
	const ZSTD_CDict *with = dict ? encoder_of(dict) : NULL;
	if (dict && !with)
		return LODE_NOMEM;
	size_t n = dict ? ZSTD_compress_usingCDict(c->encode, room, most, raw.p, raw.n, with)
			: ZSTD_compressCCtx(c->encode, room, most, raw.p, raw.n, level);
	if (ZSTD_isError(n))
		return ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation ? LODE_NOMEM : LODE_BUG;
	out->n += n;
	return 0;
}

int decompress_frame(struct compressor *c, const struct compress_dict *dict, struct slice frame,
	char *room, size_t raw_bytes)
{
	if (!c->decode && !(c->decode = ZSTD_createDCtx()))
		return LODE_NOMEM;
	/* Sizes first: an unknown or absurd content size never reaches the decoder, and bytes behind
	 * the frame would otherwise be taken for a second one. */
	if (ZSTD_getFrameContentSize(frame.p, frame.n) != raw_bytes ||
		ZSTD_findFrameCompressedSize(frame.p, frame.n) != frame.n ||
		ZSTD_getDictID_fromFrame(frame.p, frame.n) != (dict ? dict->id : 0))
		return LODE_CORRUPT;
	const ZSTD_DDict *with = dict ? decoder_of(dict) : NULL;
	if (dict && !with)
		return LODE_NOMEM;
	size_t n = dict ? ZSTD_decompress_usingDDict(
				  c->decode, room, raw_bytes, frame.p, frame.n, with)
			: ZSTD_decompressDCtx(c->decode, room, raw_bytes, frame.p, frame.n);
	if (ZSTD_isError(n))
		return ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation ? LODE_NOMEM
									    : LODE_CORRUPT;
	return n == raw_bytes ? 0 : LODE_CORRUPT;
}

/* ---- streams ---- */

enum { PIECE_BYTES = 128 << 10 }; /* zstd's largest block: one call empties one block */

struct decoder {
	enum compress_kind kind;
	z_stream gzip;
	ZSTD_DCtx *zstd;
	uint64_t offset; /* input bytes taken, for messages */
	bool inside;     /* a member or frame has begun and not ended */
	bool any;        /* a member or frame has begun */
	int failed;      /* the code every later call returns */
	char piece[PIECE_BYTES];
};

enum compress_kind compress_guess(struct slice first_bytes)
{
	const uint8_t *p = (const uint8_t *)first_bytes.p;
	if (first_bytes.n >= 2 && p[0] == 0x1f && p[1] == 0x8b)
		return COMPRESS_GZIP;
	if (first_bytes.n >= 4 && load_le32(p) == ZSTD_MAGICNUMBER)
		return COMPRESS_ZSTD;
	return COMPRESS_NONE;
}

int decoder_create(enum compress_kind kind, int window_log_max, struct decoder **out)
{
	struct decoder *d = calloc(1, sizeof(*d));
	if (!d)
		return LODE_NOMEM;
	d->kind = kind;
	int rc = 0;
	if (kind == COMPRESS_GZIP) {
		const int gzip_only = 16 + MAX_WBITS;
		if (inflateInit2(&d->gzip, gzip_only) != Z_OK)
			rc = LODE_NOMEM;
	} else if (kind == COMPRESS_ZSTD) {
		d->zstd = ZSTD_createDCtx();
		if (!d->zstd)
			rc = LODE_NOMEM;
		else if (ZSTD_isError(ZSTD_DCtx_setParameter(
				 d->zstd, ZSTD_d_windowLogMax, window_log_max)))
			rc = LODE_BUG;
	}
	if (rc) {
		decoder_destroy(d);
		return rc;
	}
	*out = d;
	return 0;
}

void decoder_destroy(struct decoder *d)
{
	if (!d)
		return;
	if (d->kind == COMPRESS_GZIP)
		inflateEnd(&d->gzip);
	ZSTD_freeDCtx(d->zstd);
	free(d);
}

static int damaged(struct decoder *d, struct err *e, int code, const char *what)
{
	return err_set(
		e, code, "compressed input, byte %llu: %s", (unsigned long long)d->offset, what);
}

typedef int sink_fn(void *arg, struct slice piece);

static int feed_gzip(struct decoder *d, struct slice in, sink_fn *sink, void *arg, struct err *e)
{
	z_stream *z = &d->gzip;
	z->next_in = (const Bytef *)in.p;
	z->avail_in = (uInt)in.n;
	do {
		if (!d->inside && z->avail_in == 0)
			return 0;
		d->inside = d->any = true;
		z->next_out = (Bytef *)d->piece;
		z->avail_out = PIECE_BYTES;
		uInt before = z->avail_in;
		int rc = inflate(z, Z_NO_FLUSH);
		d->offset += before - z->avail_in;
		if (rc == Z_MEM_ERROR)
			return damaged(d, e, LODE_NOMEM, "out of memory");
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return damaged(d, e, LODE_CORRUPT, z->msg ? z->msg : "not gzip");
		size_t got = PIECE_BYTES - z->avail_out;
		int sunk = got ? sink(arg, slice_of(d->piece, got)) : 0;
		if (sunk < 0)
			return sunk;
		if (rc == Z_STREAM_END) {
			d->inside = false;
			inflateReset(z);
		}
	} while (z->avail_in > 0 || (d->inside && z->avail_out == 0));
	return 0;
}

static int zstd_failure(struct decoder *d, size_t rc, struct err *e)
{
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_memory_allocation: return damaged(d, e, LODE_NOMEM, "out of memory");
	case ZSTD_error_frameParameter_windowTooLarge:
		return damaged(d, e, LODE_TOOBIG, "zstd window over the limit");
	default: return damaged(d, e, LODE_CORRUPT, ZSTD_getErrorName(rc));
	}
}

static int feed_zstd(struct decoder *d, struct slice bytes, sink_fn *sink, void *arg, struct err *e)
{
	ZSTD_inBuffer in = {bytes.p, bytes.n, 0};
	bool more = in.size > 0;
	while (more) {
		ZSTD_outBuffer out = {d->piece, PIECE_BYTES, 0};
		size_t before = in.pos;
		d->any = true;
		size_t rc = ZSTD_decompressStream(d->zstd, &out, &in);
		d->offset += in.pos - before;
		if (ZSTD_isError(rc))
			return zstd_failure(d, rc, e);
		d->inside = rc != 0;
		int sunk = out.pos ? sink(arg, slice_of(d->piece, out.pos)) : 0;
		if (sunk < 0)
			return sunk;
		/* A call without input after the end of a frame would begin the next one. */
		more = in.pos < in.size || (d->inside && out.pos == out.size);
	}
	return 0;
}

int decoder_feed(struct decoder *d, struct slice in, int (*sink)(void *arg, struct slice piece),
	void *arg, struct err *e)
{
	if (d->failed)
		return err_set(e, d->failed, "the decoder failed earlier");
	const size_t most = 1u << 30; /* zlib counts input in 32 bits */
	while (in.n && !d->failed) {
		struct slice part = {in.p, in.n < most ? in.n : most};
		in.p += part.n;
		in.n -= part.n;
		int rc;
		if (d->kind == COMPRESS_GZIP) {
			rc = feed_gzip(d, part, sink, arg, e);
		} else if (d->kind == COMPRESS_ZSTD) {
			rc = feed_zstd(d, part, sink, arg, e);
		} else {
			rc = sink(arg, part);
			d->offset += part.n;
		}
		if (rc < 0)
			d->failed = rc;
	}
	return d->failed;
}

int decoder_finish(struct decoder *d, struct err *e)
{
	if (d->failed)
		return err_set(e, d->failed, "the decoder failed earlier");
	if (d->kind != COMPRESS_NONE && (d->inside || !d->any))
		return damaged(d, e, LODE_CORRUPT, "ends early");
	return 0;
}
