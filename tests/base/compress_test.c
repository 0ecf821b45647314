#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/compress.h"

#include <stdio.h>
#include <zlib.h> /* the oracle that makes gzip streams */
#include <zstd.h>

static uint64_t seed = 20261122;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static void fill_text(struct buf *b, size_t n)
{
	static const char *const words[] = {"pain ", "denies ", "chest ", "history ", "of ",
		"left ", "fever, ", "no ", "mild ", "stable. ", "given ", "daily ", "mg ", "BP ",
		"normal\n"};
	while (b->n < n) {
		buf_put_str(b, words[draw(15)]);
		if (draw(4) == 0)
			buf_printf(b, "%u ", draw(1000));
	}
	b->n = n;
}

static struct compress_dict *trained(struct buf *bytes)
{
	struct buf text = {0};
	size_t sizes[600];
	fill_text(&text, sizeof(sizes) / sizeof(*sizes) * 1000);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		sizes[i] = 1000;
	struct err e = {0};
	assert_int_equal(compress_train(text.p, sizes, 600, 16 << 10, bytes, &e), 0);
	buf_release(&text);
	struct compress_dict *d;
	assert_int_equal(compress_dict_create(buf_slice(bytes), 3, &d), 0);
	return d;
}

static void frames_come_back_with_and_without_dictionary(void **state)
{
	struct buf bytes = {0}, raw = {0}, frame = {0};
	struct compress_dict *d = trained(&bytes);
	struct compressor *z;
	assert_int_equal(compressor_create(&z), 0);
	printf("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 200; i++) {
		const struct compress_dict *dict = i % 2 ? d : NULL;
		buf_clear(&raw);
		buf_clear(&frame);
		fill_text(&raw, i == 0 ? 0 : draw(5000));
		assert_int_equal(compress_frame(z, dict, 3, buf_slice(&raw), &frame), 0);
		char *room = malloc(raw.n + 1);
		assert_int_equal(decompress_frame(z, dict, buf_slice(&frame), room, raw.n), 0);
		assert_true(slice_eq(slice_of(room, raw.n), buf_slice(&raw)));
		free(room);
	}
	compressor_destroy(z);
	compress_dict_destroy(d);
	buf_release(&bytes);
	buf_release(&raw);
	buf_release(&frame);
}

static void frame_of_another_size_dictionary_or_length_is_corrupt(void **state)
{
	struct buf bytes = {0}, raw = {0}, frame = {0};
	struct compress_dict *d = trained(&bytes);
	struct compressor *z;
	char room[2048];
	assert_int_equal(compressor_create(&z), 0);
	fill_text(&raw, 1000);
	assert_int_equal(compress_frame(z, d, 3, buf_slice(&raw), &frame), 0);
	struct slice f = buf_slice(&frame);
	assert_int_equal(decompress_frame(z, d, f, room, 1000), 0);
	assert_int_equal(decompress_frame(z, d, f, room, 999), LODE_CORRUPT);
	assert_int_equal(decompress_frame(z, d, f, room, 1001), LODE_CORRUPT);
	assert_int_equal(decompress_frame(z, NULL, f, room, 1000), LODE_CORRUPT);
	for (size_t n = 0; n < f.n; n++)
		assert_int_equal(
			decompress_frame(z, d, slice_of(f.p, n), room, 1000), LODE_CORRUPT);
	buf_put(&frame, f.p, f.n); /* two frames, then rubbish behind one */
	assert_int_equal(decompress_frame(z, d, buf_slice(&frame), room, 1000), LODE_CORRUPT);
	assert_int_equal(
		decompress_frame(z, d, slice_of(frame.p, f.n + 1), room, 1000), LODE_CORRUPT);
	compressor_destroy(z);
	compress_dict_destroy(d);
	buf_release(&bytes);
	buf_release(&raw);
	buf_release(&frame);
}

static void equal_training_gives_equal_bytes_and_a_private_id(void **state)
{
	struct buf a = {0}, b = {0};
	uint64_t at = seed;
	struct compress_dict *d = trained(&a);
	compress_dict_destroy(d);
	seed = at;
	d = trained(&b);
	compress_dict_destroy(d);
	assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
	uint32_t id = compress_dict_id(buf_slice(&a));
	assert_int_equal(id, compress_dict_proper_id(buf_slice(&a)));
	assert_in_range(id, 32768, INT32_MAX);
	buf_release(&a);
	buf_release(&b);
}

static void too_few_samples_train_nothing(void **state)
{
	struct buf out = {0};
	size_t size = 10;
	struct err e = {0};
	assert_int_equal(compress_train("0123456789", &size, 1, 4096, &out, &e), LODE_NOTFOUND);
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

/* ---- streams ---- */

static void gzip_onto(struct buf *out, struct slice raw)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t most = deflateBound(&z, raw.n);
	z.next_in = (Bytef *)(uintptr_t)raw.p;
	z.avail_in = (uInt)raw.n;
	z.next_out = (Bytef *)buf_room(out, most);
	z.avail_out = (uInt)most;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += most - z.avail_out;
	deflateEnd(&z);
}

static void zstd_onto(struct buf *out, struct slice raw, int window_log)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	if (window_log)
		ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_log);
	size_t most = ZSTD_compressBound(raw.n) + 64;
	ZSTD_outBuffer o = {buf_room(out, most), most, 0};
	ZSTD_inBuffer i = {raw.p, raw.n, 0};
	/* Streamed without a pledged size, so that the window stands in the header. */
	assert_false(ZSTD_isError(ZSTD_compressStream2(c, &o, &i, ZSTD_e_continue)));
	assert_int_equal(ZSTD_compressStream2(c, &o, &i, ZSTD_e_end), 0);
	out->n += o.pos;
	ZSTD_freeCCtx(c);
}

static int keep(void *arg, struct slice piece)
{
	return buf_put_slice(arg, piece);
}

static int decode(enum compress_kind kind, struct slice in, size_t step, struct buf *out)
{
	struct decoder *d;
	struct err e = {0};
	assert_int_equal(decoder_create(kind, 23, &d), 0);
	int rc = 0;
	for (size_t at = 0; rc == 0 && at < in.n; at += step) {
		size_t n = in.n - at < step ? in.n - at : step;
		rc = decoder_feed(d, slice_of(in.p + at, n), keep, out, &e);
	}
	if (rc == 0)
		rc = decoder_finish(d, &e);
	assert_true(rc == 0 || e.code == rc);
	decoder_destroy(d);
	return rc;
}

static const enum compress_kind kinds[] = {COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD};

static void encode_onto(struct buf *out, enum compress_kind kind, struct slice raw)
{
	if (kind == COMPRESS_GZIP)
		gzip_onto(out, raw);
	else if (kind == COMPRESS_ZSTD)
		zstd_onto(out, raw, 0);
	else
		buf_put_slice(out, raw);
}

static void streams_of_several_members_come_back_in_any_pieces(void **state)
{
	for (size_t k = 0; k < 3; k++) {
		struct buf raw = {0}, in = {0}, out = {0};
		fill_text(&raw, 400000);
		encode_onto(&in, kinds[k], slice_of(raw.p, 300000));
		encode_onto(&in, kinds[k], slice_of(raw.p + 300000, 0));
		encode_onto(&in, kinds[k], slice_of(raw.p + 300000, 100000));
		const size_t steps[] = {1, 7, 4096, 1 << 20};
		for (size_t s = 0; s < 4; s++) {
			buf_clear(&out);
			assert_int_equal(decode(kinds[k], buf_slice(&in), steps[s], &out), 0);
			assert_true(slice_eq(buf_slice(&raw), buf_slice(&out)));
		}
		assert_int_equal(compress_guess(buf_slice(&in)), kinds[k]);
		buf_release(&raw);
		buf_release(&in);
		buf_release(&out);
	}
}

static void stream_cut_anywhere_is_corrupt(void **state)
{
	for (size_t k = 1; k < 3; k++) {
		struct buf raw = {0}, in = {0}, out = {0};
		fill_text(&raw, 3000);
		encode_onto(&in, kinds[k], buf_slice(&raw));
		for (size_t n = 0; n < in.n; n++) {
			buf_clear(&out);
			assert_int_equal(
				decode(kinds[k], slice_of(in.p, n), 512, &out), LODE_CORRUPT);
		}
		buf_put_str(&in, "rubbish");
		assert_int_equal(decode(kinds[k], buf_slice(&in), 512, &out), LODE_CORRUPT);
		buf_release(&raw);
		buf_release(&in);
		buf_release(&out);
	}
}

static void zstd_window_over_the_limit_is_refused(void **state)
{
	struct buf raw = {0}, in = {0}, out = {0};
	fill_text(&raw, 100000);
	zstd_onto(&in, buf_slice(&raw), 25);
	assert_int_equal(decode(COMPRESS_ZSTD, buf_slice(&in), 4096, &out), LODE_TOOBIG);
	assert_int_equal(out.n, 0);
	buf_release(&raw);
	buf_release(&in);
	buf_release(&out);
}

static int stop_after_some(void *arg, struct slice piece)
{
	size_t *seen = arg;
	*seen += piece.n;
	return *seen > 1000000 ? LODE_TOOBIG : 0;
}

static void sink_stops_a_bomb(void **state)
{
	struct buf in = {0};
	char *zeros = calloc(1, 64 << 20);
	gzip_onto(&in, slice_of(zeros, 64 << 20));
	free(zeros);
	struct decoder *d;
	struct err e = {0};
	size_t seen = 0;
	assert_int_equal(decoder_create(COMPRESS_GZIP, 23, &d), 0);
	assert_int_equal(decoder_feed(d, buf_slice(&in), stop_after_some, &seen, &e), LODE_TOOBIG);
	assert_in_range(seen, 1000000, 1300000);
	assert_int_equal(decoder_feed(d, buf_slice(&in), stop_after_some, &seen, &e), LODE_TOOBIG);
	assert_int_equal(decoder_finish(d, &e), LODE_TOOBIG);
	decoder_destroy(d);
	buf_release(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_back_with_and_without_dictionary),
		cmocka_unit_test(frame_of_another_size_dictionary_or_length_is_corrupt),
		cmocka_unit_test(equal_training_gives_equal_bytes_and_a_private_id),
		cmocka_unit_test(too_few_samples_train_nothing),
		cmocka_unit_test(streams_of_several_members_come_back_in_any_pieces),
		cmocka_unit_test(stream_cut_anywhere_is_corrupt),
		cmocka_unit_test(zstd_window_over_the_limit_is_refused),
		cmocka_unit_test(sink_stops_a_bomb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
