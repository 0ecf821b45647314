/* Model files: what is written is read, and nothing else is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "scorer/model_header.h"
#include "scorer/network.h"
#include "scorer/stack.h"
#include "tests/scorer/model_fixture.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct buf image_of(const struct model_parts *parts, bool is_bf16)
{
	struct buf image = {0};
	struct err e = {0};
	if (model_image(parts, is_bf16, &image, &e) != 0)
		fail_msg("%s", e.text);
	return image;
}

static void refuse(struct slice bytes, int want, const char *words)
{
	struct scorer_model *m = NULL;
	struct err e = {0};
	int rc = model_open_bytes(&m, bytes, &e);
	if (rc != want || !strstr(e.text, words))
		fail_msg("%d \"%s\" where %d \"%s\" was due", rc, e.text, want, words);
}

/* ---- round trips ---- */

static void check_weights(const struct model_parts *a, const struct model_parts *b, bool is_bf16)
{
	struct tensor_place t[SHAPE_TENSORS_MAX];
	unsigned n = shape_tensors(&a->shape, t, SHAPE_TENSORS_MAX);
	for (unsigned i = 0; i < n; i++)
		for (size_t k = 0; k < (size_t)t[i].rows * t[i].cols; k++) {
			float x = a->weights[t[i].offset + k], y = b->weights[t[i].offset + k];
			/* bf16 keeps 8 bits: half a unit of the last is up to 2^-8 of the value. */
			bool is_exact = !is_bf16 || !tensor_is_matrix(&t[i]);
			if (is_exact ? x != y : fabsf(x - y) > 0x1p-8f * fabsf(x))
				fail_msg("tensor %u: %g became %g", i, (double)x, (double)y);
		}
}

static void what_is_written_is_read(void **state)
{
	for (unsigned variant = 0; variant < 16; variant++) {
		bool is_bf16 = variant & 1, has_all = variant & 2;
		struct model_fixture f;
		struct shape s = model_fixture_shape();
		s.mask = variant & 4 ? MASK_CAUSAL : MASK_BIDIRECTIONAL;
		s.position = variant & 8 ? POSITION_ROTARY : POSITION_BUCKETS;
		s.activation = variant == 9 ? ACTIVATION_DRELU : ACTIVATION_RELU_SQUARED;
		s.has_heads = variant != 5;
		model_fixture_init(&f, &s, variant, has_all);
		struct buf image = image_of(&f.parts, is_bf16);
		struct scorer_model *m;
		struct err e = {0};
		if (model_open_bytes(&m, buf_slice(&image), &e) != 0)
			fail_msg("variant %u: %s", variant, e.text);
		const struct model_parts *got = model_parts(m);
		assert_memory_equal(&got->shape, &f.parts.shape, sizeof(s));
		assert_int_equal(model_is_bf16(m), is_bf16);
		check_weights(&f.parts, got, is_bf16);
		assert_true(slice_eq(got->vocabulary, f.parts.vocabulary));
		assert_true(slice_eq(got->training, f.parts.training));
		assert_int_equal(got->stack != NULL, has_all);
		if (has_all) {
			assert_memory_equal(got->stack, f.parts.stack, sizeof(struct stack));
			assert_memory_equal(got->firing, f.firing, 48 * sizeof(float));
		}
		/* Written again, it is the same file. */
		struct buf again = image_of(got, is_bf16);
		assert_true(slice_eq(buf_slice(&again), buf_slice(&image)));
		buf_release(&again);
		buf_release(&image);
		scorer_close(m);
		model_fixture_finish(&f);
	}
}

/* Two networks of one shape in a file: written, read, and their logits averaged. */
static void two_networks_are_one_model(void **state)
{
	struct model_fixture f, g;
	struct shape s = model_fixture_shape();
	struct scorer_model *both = NULL;
	struct err e = {0};
	model_fixture_init(&f, &s, 11, true);
	model_fixture_init(&g, &s, 12, true);
	size_t floats = shape_floats(&f.parts.shape);
	float *weights = malloc(2 * floats * sizeof(float));
	float firing[96];
	assert_non_null(weights);
	memcpy(weights, f.weights, floats * sizeof(float));
	memcpy(weights + floats, g.weights, floats * sizeof(float));
	memcpy(firing, f.firing, sizeof(firing) / 2);
	memcpy(firing + 48, g.firing, sizeof(firing) / 2);
	struct stack rules = model_fixture_rule_stack(1);
	struct model_parts parts = f.parts;
	parts.networks = 2;
	parts.weights = weights;
	parts.firing = firing;
	parts.stack = &rules;
	struct buf image = image_of(&parts, false), again, card = {0};
	assert_non_null(memmem(image.p, image.n, "\\\"networks\\\":2}", 15));
	assert_non_null(memmem(image.p, image.n, "\"network.1.shared.weight\"", 25));
	if (scorer_open_bytes(&both, buf_slice(&image), &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(model_networks(model_parts(both)), 2);
	assert_memory_equal(model_parts(both)->weights, weights, 2 * floats * sizeof(float));
	assert_memory_equal(model_parts(both)->firing, firing, sizeof(firing));
	again = image_of(model_parts(both), false);
	assert_true(slice_eq(buf_slice(&again), buf_slice(&image)));
	assert_int_equal(scorer_card(both, &card), 0);
	assert_non_null(memmem(card.p, card.n, "\"networks\":2", 12));

	const struct window w = {.ids = {TOK_SUB_CLS, 100, TOK_SUB_MARK, 101}, .n = 4, .mark = 2};
	const struct window *list = &w;
	struct scored scored = {.has_model = false}, *to = &scored;
	struct scorer_lane *lane = NULL;
	struct scorer_use use = {0};
	const struct network_input in = {w.ids, w.n, w.mark};
	float one[SHAPE_LOGITS], two[SHAPE_LOGITS];
	assert_int_equal(scorer_lane_create(&lane, NULL, &e), 0);
	assert_int_equal(scorer_join(lane, both, &list, 1, &to, &use), 0);
	assert_int_equal(network_reference(&f.parts.shape, f.weights, &in, one, NULL), 0);
	assert_int_equal(network_reference(&g.parts.shape, g.weights, &in, two, NULL), 0);
	bool is_other = false;
	for (unsigned i = 0; i < SCORER_LOGITS; i++) {
		assert_true(fabsf(scored.logits[i] - (one[i] + two[i]) / 2) < 1e-4f);
		is_other |= fabsf(one[i] - two[i]) > 1e-2f;
	}
	assert_true(is_other);
	assert_int_equal(use.of[0], 2 * 4 * f.parts.shape.d_ff[0]);

	/* a number of networks that is none, and one for which the tensors are not there */
	char *at = memmem(image.p, image.n, "networks\\\":2", 12);
	assert_non_null(at);
	at[11] = '9';
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "9 networks, not 2 to 2");
	at[11] = '1';
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "1 networks, not 2 to 2");
	parts.networks = 3;
	assert_int_equal(model_image(&parts, false, &again, &e), LODE_BADREQ);
	scorer_lane_destroy(lane);
	scorer_close(both);
	buf_release(&image);
	buf_release(&again);
	buf_release(&card);
	free(weights);
	model_fixture_finish(&f);
	model_fixture_finish(&g);
}

static void bf16_rounds_to_nearest_even(void **state)
{
	static const struct {
		uint32_t from, to;
	} cases[] = {
		{0x3f800000, 0x3f800000}, /* 1 */
		{0x3f808000, 0x3f800000}, /* tie: down to the even one */
		{0x3f818000, 0x3f820000}, /* tie: up to the even one */
		{0x3f808001, 0x3f810000},
		{0xbf80ffff, 0xbf810000},
		{0x00000001, 0x00000000},
	};
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	model_fixture_init(&f, &s, 1, false);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		memcpy(f.weights + i, &cases[i].from, 4);
	struct buf image = image_of(&f.parts, true);
	struct scorer_model *m;
	assert_int_equal(model_open_bytes(&m, buf_slice(&image), NULL), 0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_memory_equal(model_parts(m)->weights + i, &cases[i].to, 4);
	scorer_close(m);
	buf_release(&image);
	model_fixture_finish(&f);
}

/* ---- damage ---- */

static void every_flipped_bit_is_refused(void **state)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	model_fixture_init(&f, &s, 2, true);
	struct buf image = image_of(&f.parts, true);
	size_t header = 8 + (size_t)load_le64(image.p);
	struct scorer_model *m = NULL;
	/* Of the header every bit, of the data one bit of every byte: its digest sees all alike. */
	for (size_t bit = 0; bit < 8 * image.n; bit += bit < 8 * header ? 1 : 9) {
		image.p[bit / 8] = (char)(image.p[bit / 8] ^ 1 << bit % 8);
		int rc = model_open_bytes(&m, buf_slice(&image), NULL);
		if (rc != LODE_CORRUPT && rc != LODE_VERSION)
			fail_msg("bit %zu of byte %zu flipped: %d", bit % 8, bit / 8, rc);
		image.p[bit / 8] = (char)(image.p[bit / 8] ^ 1 << bit % 8);
	}
	assert_int_equal(model_open_bytes(&m, buf_slice(&image), NULL), 0);
	scorer_close(m);
	buf_release(&image);
	model_fixture_finish(&f);
}

static void every_truncation_is_refused(void **state)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	model_fixture_init(&f, &s, 3, true);
	struct buf image = image_of(&f.parts, true);
	for (size_t n = 0; n < image.n; n++) {
		struct scorer_model *m = NULL;
		char *exact = malloc(n ? n : 1); /* so that a read past the end is seen by ASan */
		assert_non_null(exact);
		memcpy(exact, image.p, n);
		assert_int_equal(model_open_bytes(&m, slice_of(exact, n), NULL), LODE_CORRUPT);
		free(exact);
	}
	buf_put_byte(&image, 0);
	refuse(buf_slice(&image), LODE_CORRUPT, "bytes");
	buf_release(&image);
	model_fixture_finish(&f);
}

/* A header that lies, its digests right: `from` becomes `to`, of the same length. */
static void lie(const char *from, const char *to, int want, const char *words)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	model_fixture_init(&f, &s, 4, true);
	struct buf image = image_of(&f.parts, true);
	char *at = memmem(image.p, image.n, from, strlen(from));
	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	for (size_t i = 0; to[i]; i++)
		at[i] = to[i];
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), want, words);
	buf_release(&image);
	model_fixture_finish(&f);
}

static void a_header_that_lies_is_refused_by_name(void **state)
{
	lie("\"version\":\"1\"", "\"version\":\"2\"", LODE_VERSION, "format");
	lie("lodestone-scorer", "lodestone-indexx", LODE_CORRUPT, "not a lodestone-scorer");
	lie("__metadata__", "__metadatb__", LODE_CORRUPT, "__metadata__");
	lie("bidirectional", "bidirectionax", LODE_CORRUPT, "mask");
	lie("\\\"d\\\":16", "\\\"d\\\":17", LODE_CORRUPT, "d is 17");
	lie("\\\"d\\\":16", "\\\"d\\\":32", LODE_CORRUPT, "shared.weight: shape");
	lie("\\\"d_ff\\\":[16,32]", "\\\"d_ff\\\":[32,32]", LODE_CORRUPT, "wi.weight: shape");
	lie("\\\"window\\\":80", "\\\"window\\\":00", LODE_CORRUPT, "config");
	lie("\"dtype\":\"BF16\"", "\"dtype\":\"BF17\"", LODE_CORRUPT, "shared.weight: dtype");
	lie("[320,16]", "[321,16]", LODE_CORRUPT, "shared.weight: shape");
	lie("\"data_offsets\":[0,", "\"data_offsets\":[2,", LODE_CORRUPT, "data_offsets");
	lie("SelfAttention.k", "SelfAttention.q", LODE_CORRUPT, "");
	lie("SelfAttention.k", "SelfAttention.z", LODE_CORRUPT,
		"SelfAttention.k.weight is missing");
	lie("head.relevance.bias", "head.relevance.bia_", LODE_CORRUPT, "head.relevance.bias");
	lie("\"tokenizer_digest\":\"", "\"tokenizer_digesT\":\"", LODE_CORRUPT, "tokenizer_digest");
	lie("\\\"abstain\\\"", "\\\"abstaim\\\"", LODE_CORRUPT, "stack");
	lie("\\\"present\\\":[1.25,", "\\\"present\\\":[1.26 ", LODE_CORRUPT, "stack");
	lie("\\\"present\\\":[1.25,", "\\\"present\\\":[12e9,", LODE_CORRUPT, "one form");
	lie("\\\"recipe\\\":", "\\\"recipe\\\"!", LODE_CORRUPT, "training");
	lie("has_heads\\\":true}", "has_heads\\\":null}", LODE_CORRUPT, "");
}

static void data_that_lies_is_refused_by_name(void **state)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	model_fixture_init(&f, &s, 5, true);
	struct buf image = image_of(&f.parts, false);
	char *data = image.p + 8 + load_le64(image.p);
	store_le32(data, 0x7fc00000);
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "shared.weight holds a value that is no number");
	store_le32(data, 0xff800000);
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "shared.weight holds a value that is no number");
	store_le32(data, 0);
	size_t firing = image.n - f.parts.vocabulary.n - 48 * sizeof(float);
	store_le32(image.p + firing, 0x3f800001); /* a bit above 1 */
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "firing");
	store_le32(image.p + firing, 0);
	image.p[image.n - 1] ^= 1;
	assert_true(model_fix_digests(buf_slice(&image)));
	refuse(buf_slice(&image), LODE_CORRUPT, "tokenizer");
	buf_release(&image);
	model_fixture_finish(&f);
}

static void a_length_that_lies_is_refused(void **state)
{
	char bytes[64] = {0};
	store_le64(bytes, UINT64_MAX);
	refuse(slice_of(bytes, sizeof(bytes)), LODE_CORRUPT, "no whole model file");
	store_le64(bytes, UINT64_MAX - 7);
	refuse(slice_of(bytes, sizeof(bytes)), LODE_CORRUPT, "no whole model file");
	store_le64(bytes, 56);
	refuse(slice_of(bytes, sizeof(bytes)), LODE_CORRUPT, "header");
	refuse(slice_of(bytes, 7), LODE_CORRUPT, "no model file");
	refuse(SLICE("\0"), LODE_CORRUPT, "no model file");
}

static void parts_that_make_no_model_are_not_written(void **state)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	struct buf image = {0};
	struct err e = {0};
	model_fixture_init(&f, &s, 6, true);
	f.weights[5] = NAN;
	assert_int_equal(model_image(&f.parts, true, &image, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "shared.weight"));
	f.weights[5] = 3.4e38f; /* finite, but not as bf16 */
	assert_int_equal(model_image(&f.parts, true, &image, &e), LODE_BADREQ);
	f.weights[5] = 0;
	f.stack.axis[1].weight[2][0] = INFINITY;
	assert_int_equal(model_image(&f.parts, true, &image, &e), LODE_BADREQ);
	f.stack.axis[1].weight[2][0] = 0;
	f.firing[3] = 2;
	assert_int_equal(model_write("/nonexistent/m", &f.parts, true, &e), LODE_BADREQ);
	f.firing[3] = 0;
	f.parts.training = SLICE("[]");
	assert_int_equal(model_write("/nonexistent/m", &f.parts, true, &e), LODE_BADREQ);
	f.parts.training = SLICE("{}");
	f.parts.shape.vocabulary--; /* the tokenizer has one more */
	assert_int_equal(model_write("/nonexistent/m", &f.parts, true, &e), LODE_BADREQ);
	f.parts.shape.vocabulary++;
	assert_int_equal(model_write("/nonexistent/m", &f.parts, true, &e), LODE_IO);
	buf_release(&image);
	model_fixture_finish(&f);
}

static void files_are_opened_by_path(void **state)
{
	char folder[] = "/tmp/lodestone_model.XXXXXX", path[64];
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	struct scorer_model *m = NULL, *second = NULL;
	struct err e = {0};
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/m.safetensors", folder);
	assert_int_equal(model_open(&m, path, &e), LODE_NOTFOUND);
	assert_int_equal(model_open(&m, folder, &e), LODE_IO);
	model_fixture_init(&f, &s, 7, false);
	assert_int_equal(model_write(path, &f.parts, true, &e), 0);
	assert_int_equal(model_open(&m, path, &e), 0);
	f.weights[0] = 1;
	assert_int_equal(model_write(path, &f.parts, true, &e), 0);
	assert_int_equal(model_open(&second, path, &e), 0);
	assert_false(digest128_eq(model_digest(m), model_digest(second)));
	scorer_close(m);
	scorer_close(second);
	unlink(path);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
	model_fixture_finish(&f);
}

/* ---- the worked example ---- */

static void dump(struct buf *out, const char *title, size_t at, struct slice bytes)
{
	buf_printf(out, "%s\n", title);
	for (size_t i = 0; i < bytes.n; i += 16) {
		size_t n = bytes.n - i < 16 ? bytes.n - i : 16;
		buf_printf(out, "  %04zx ", at + i);
		for (size_t k = 0; k < 16; k++)
			if (k < n)
				buf_printf(out, " %02x", (uint8_t)bytes.p[i + k]);
			else
				buf_put_str(out, "   ");
		buf_put_str(out, "  ");
		for (size_t k = 0; k < n; k++) {
			uint8_t c = (uint8_t)bytes.p[i + k];
			buf_put_byte(out, c >= 0x20 && c < 0x7f ? c : '.');
		}
		buf_put_str(out, "\n");
	}
}

static struct slice documented(struct buf *page)
{
	static const char begin[] = "<!-- dump begin -->\n```\n", end[] = "```\n<!-- dump end -->";
	const char *path = getenv("MODEL_FORMAT") ? getenv("MODEL_FORMAT") : "docs/model-format.md";
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("docs/model-format.md: run from the top, or set MODEL_FORMAT");
	char room[4096];
	for (size_t n; (n = fread(room, 1, sizeof(room), file)) > 0;)
		buf_put(page, room, n);
	fclose(file);
	buf_put_byte(page, 0);
	const char *from = strstr(page->p, begin), *to = from ? strstr(from, end) : NULL;
	assert_non_null(to);
	from += sizeof(begin) - 1;
	return slice_of(from, (size_t)(to - from));
}

static void dump_in_the_document_is_what_is_written(void **state)
{
	struct model_fixture f;
	struct shape s = {.d = 16,
		.heads = 1,
		.layers = 1,
		.d_ff = {16},
		.window = 8,
		.position = POSITION_ROTARY};
	struct buf text = {0}, page = {0};
	model_fixture_init(&f, &s, 1, false);
	for (size_t i = 0; i < shape_floats(&f.parts.shape); i++)
		f.weights[i] = (float)i / 64;
	struct buf image = image_of(&f.parts, true);
	size_t header = 8 + (size_t)load_le64(image.p);
	dump(&text, "header", 0, slice_of(image.p, header));
	dump(&text, "data: the first 16 floats of shared.weight, as bf16", header,
		slice_of(image.p + header, 32));
	dump(&text, "data: tokenizer, no merges", image.n - 24,
		slice_of(image.p + image.n - 24, 24));
	buf_put_byte(&text, 0);
	if (getenv("MODEL_FORMAT_SHOW"))
		fputs(text.p, stderr);
	text.n--;
	struct slice want = documented(&page);
	assert_true(slice_eq(buf_slice(&text), want));
	buf_release(&text);
	buf_release(&page);
	buf_release(&image);
	model_fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(two_networks_are_one_model),
		cmocka_unit_test(bf16_rounds_to_nearest_even),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(a_header_that_lies_is_refused_by_name),
		cmocka_unit_test(data_that_lies_is_refused_by_name),
		cmocka_unit_test(a_length_that_lies_is_refused),
		cmocka_unit_test(parts_that_make_no_model_are_not_written),
		cmocka_unit_test(files_are_opened_by_path),
		cmocka_unit_test(dump_in_the_document_is_what_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
