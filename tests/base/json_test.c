#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/json_scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct arena arena;
static struct err err;

static int set_up(void **state)
{
	arena_init(&arena, 64 << 20);
	err = (struct err){0};
	return 0;
}

static int tear_down(void **state)
{
	arena_release(&arena);
	return 0;
}

/* The text is copied to a block of its very size, so that ASan sees a read past it. */
static int parse(struct slice text, struct json **out)
{
	char *copy = malloc(text.n ? text.n : 1);
	memcpy(copy, text.p, text.n);
	struct arena a;
	arena_init(&a, 64 << 20);
	int rc = json_parse(slice_of(copy, text.n), &a, out, &err);
	arena_release(&a);
	free(copy);
	return rc;
}

static struct json *parsed(const char *text)
{
	struct json *v = NULL;
	assert_int_equal(json_parse(slice_str(text), &arena, &v, &err), 0);
	assert_non_null(v);
	return v;
}

static void assert_refused(struct slice text, int code)
{
	struct json *v = NULL;
	int rc = parse(text, &v);
	if (rc != code)
		print_error("%d instead of %d for: %.60s\n", rc, code, text.p);
	assert_int_equal(rc, code);
	assert_null(v);
	assert_int_equal(err.code, code);
	assert_memory_equal(err.text, "byte ", 5);
}

static void assert_slice(struct slice s, const char *want)
{
	assert_int_equal(s.n, strlen(want));
	assert_memory_equal(s.p, want, s.n);
}

static void parse_builds_tree_in_input_order(void **state)
{
	struct json *v =
		parsed(" { \"b\" : [1, -2.5e1, true, false, null], \"a\": {\"x\": \"y\"} } ");
	assert_int_equal(v->type, JSON_OBJECT);
	assert_int_equal(v->n, 2);
	assert_slice(v->first->key, "b");
	assert_slice(v->first->raw, "[1, -2.5e1, true, false, null]");
	const struct json *list = json_get(v, "b");
	assert_int_equal(list->n, 5);
	assert_true(list->first->num == 1);
	assert_true(list->first->next->num == -25);
	assert_int_equal(list->first->next->next->type, JSON_TRUE);
	assert_slice(json_get(json_get(v, "a"), "x")->str, "y");
	assert_null(json_get(v, "c"));
	assert_null(json_get(list, "b"));
	assert_null(json_get(NULL, "b"));
}

static void parse_takes_scalars_and_empty_containers(void **state)
{
	assert_int_equal(parsed("{}")->n, 0);
	assert_int_equal(parsed("[ ]")->n, 0);
	assert_int_equal(parsed("\t\r\nnull\n")->type, JSON_NULL);
	assert_slice(parsed("\"\"")->str, "");
	assert_true(parsed("-0")->num == 0);
	assert_true(parsed("1E+2")->num == 100);
	assert_true(parsed("1e-999")->num == 0);
	assert_true(parsed("12345678901234567890")->num == 12345678901234567890.0);
	assert_true(parsed("0.1")->num == 0.1);
}

static void strings_without_escapes_are_borrowed(void **state)
{
	const char *text = "[\"plain \xc3\xa9\x7f\", \"b\\n\"]";
	struct json *v = parsed(text);
	assert_ptr_equal(v->first->str.p, text + 2);
	assert_slice(v->first->str, "plain \xc3\xa9\x7f");
	assert_slice(v->first->next->str, "b\n");
}

static void escapes_are_undone(void **state)
{
	struct json *v =
		parsed("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00!\"");
	assert_slice(v->str, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!");
	assert_slice(parsed("\"\\uDBFF\\uDFFF\\uffff\\u0001\"")->str,
		"\xf4\x8f\xbf\xbf\xef\xbf\xbf\x01");
}

static void parse_refuses_what_is_not_json(void **state)
{
	static const char *const bad[] = {"", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{,}", "[,1]", "{a:1}", "{'a':1}", "nul", "nulll", "True",
		"1 2", "{} {}", "[1]]", "\"a", "\"a\\\"", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"",
		"\"\\u", "\"\\", "01", "-", "-01", "+1", ".5", "1.", "1.e1", "1e", "1e+", "0x10",
		"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "// x\n1", "/**/1", "[1 2]",
		"{\"a\" 1}", "{\"a\":1 \"b\":2}", "\"a\nb\"", "\"a\tb\"", "\"a\x1f\"",
		"\xef\xbb\xbf{}", "\xc2\xa0{}", "{1:2}", "{null:1}", "[1;2]", "]", "}", ",", ":",
		"\x0b[]"};
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(slice_str(bad[i]), LODE_BADREQ);
}

static void parse_refuses_bad_utf8(void **state)
{
	static const char *const bad[] = {"\"\x80\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xc1\xbf\"",
		"\"\xe0\x80\xaf\"", "\"\xe0\x9f\xbf\"", "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"",
		"\"\xf0\x80\x80\xaf\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"",
		"\"\xf5\x80\x80\x80\"", "\"\xe2\x82\"", "\"\xf0\x9f\x98\"", "\"\xff\"", "\"\xc3(\"",
		"\"\xf8\x88\x80\x80\x80\"", "\"\xe2\x82", "\"\xc3"};
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(slice_str(bad[i]), LODE_BADREQ);
	assert_slice(
		parsed("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\"")
			->str,
		"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80");
}

static void parse_refuses_nul_raw_and_escaped(void **state)
{
	assert_refused(SLICE("\"a\0b\""), LODE_BADREQ);
	assert_refused(SLICE("\"a\\u0000b\""), LODE_BADREQ);
	assert_refused(SLICE("{\"\\u0000\":1}"), LODE_BADREQ);
	assert_refused(SLICE("3\0"), LODE_BADREQ);
	assert_refused(SLICE("\0"), LODE_BADREQ);
}

static void parse_refuses_lone_surrogates(void **state)
{
	static const char *const bad[] = {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"",
		"\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"",
		"\"\\ud800\\udc0\"", "\"\\ud83d\\"};
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(slice_str(bad[i]), LODE_BADREQ);
}

static void parse_refuses_a_key_twice_in_any_object(void **state)
{
	assert_refused(SLICE("{\"a\":1,\"a\":2}"), LODE_BADREQ);
	assert_refused(SLICE("{\"a\":1,\"b\":2,\"\\u0061\":3}"), LODE_BADREQ);
	assert_refused(SLICE("[{\"x\":{\"a\":1,\"a\":2}}]"), LODE_BADREQ);
	assert_refused(SLICE("{\"\":1,\"\":2}"), LODE_BADREQ);
	parsed("{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]},\"b\":{\"a\":2},\"A\":3}");
}

/* An object of n members, the last one named as number `again` when that is below n. */
static void put_members(struct buf *b, unsigned n, unsigned again)
{
	buf_put_byte(b, '{');
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s\"k%u\":%u", i ? "," : "", i + 1 == n && again < n ? again : i, i);
	buf_put_byte(b, '}');
}

static void duplicate_keys_are_found_among_many(void **state)
{
	static const unsigned sizes[] = {31, 32, 33, 34, 1000, 50000};
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct buf b = {0};
		struct json *v = NULL;
		put_members(&b, sizes[i], UINT32_MAX);
		assert_int_equal(parse(buf_slice(&b), &v), 0);
		buf_clear(&b);
		put_members(&b, sizes[i], sizes[i] / 3);
		v = NULL;
		assert_refused(buf_slice(&b), LODE_BADREQ);
		buf_release(&b);
	}
}

static void put_nested(struct buf *b, unsigned depth, const char *open, const char *close)
{
	for (unsigned i = 0; i < depth; i++)
		buf_put_str(b, open);
	buf_put_str(b, "1");
	for (unsigned i = 0; i < depth; i++)
		buf_put_str(b, close);
}

static void depth_stops_at_its_limit(void **state)
{
	struct buf b = {0};
	struct json *v = NULL;
	put_nested(&b, JSON_DEPTH, "[", "]");
	assert_int_equal(parse(buf_slice(&b), &v), 0);
	buf_clear(&b);
	put_nested(&b, JSON_DEPTH + 1, "[", "]");
	assert_refused(buf_slice(&b), LODE_TOOBIG);
	buf_clear(&b);
	put_nested(&b, JSON_DEPTH, "{\"a\":", "}");
	assert_int_equal(parse(buf_slice(&b), &v), 0);
	buf_clear(&b);
	put_nested(&b, JSON_DEPTH + 1, "{\"a\":", "}");
	assert_refused(buf_slice(&b), LODE_TOOBIG);
	buf_clear(&b);
	put_nested(&b, 100000, "[", "");
	assert_refused(buf_slice(&b), LODE_TOOBIG);
	buf_release(&b);
}

static void errors_name_the_byte_and_not_the_text(void **state)
{
	struct json *v;
	assert_int_equal(parse(SLICE("{\"secret\": \"abc\\q\"}"), &v), LODE_BADREQ);
	assert_string_equal(err.text, "byte 15: bad escape");
	assert_int_equal(parse(SLICE("[1, 2"), &v), LODE_BADREQ);
	assert_string_equal(err.text, "byte 5: expected ',' or ']'");
	assert_int_equal(parse(SLICE("[\"\xe2\x28\"]"), &v), LODE_BADREQ);
	assert_string_equal(err.text, "byte 2: not UTF-8");
	assert_int_equal(json_parse(SLICE("[oops"), &arena, &v, NULL), LODE_BADREQ);
}

/* Every limit, also the odd ones, ends in success or LODE_NOMEM and never in more memory. */
static void small_arenas_give_nomem(void **state)
{
	static const char text[] =
		"{\"a\\n\":[1,2,{\"b\":\"c\\td\"}],\"n\":0.12345678901234567890123456789"
		"012345678901234567890123456789012345678901234567890}";
	bool did_pass = false;
	for (size_t limit = 0; limit < 2000; limit++) {
		struct arena a;
		struct json *v = NULL;
		arena_init(&a, limit);
		int rc = json_parse(slice_str(text), &a, &v, &err);
		assert_true(rc == 0 || rc == LODE_NOMEM);
		assert_true(a.used <= limit);
		assert_true(rc == 0 || !did_pass);
		did_pass = rc == 0;
		arena_release(&a);
	}
	assert_true(did_pass);
}

static void int_is_exact_and_bounded(void **state)
{
	static const struct {
		const char *text;
		int rc;
		int64_t want;
	} cases[] = {{"0", 0, 0}, {"-0", 0, 0}, {"9223372036854775807", 0, INT64_MAX},
		{"-9223372036854775808", 0, INT64_MIN}, {"9007199254740993", 0, 9007199254740993},
		{"1.0", 0, 1}, {"1e3", 0, 1000}, {"-25e1", 0, -250},
		{"9223372036854775808", LODE_BADREQ, 0}, {"-9223372036854775809", LODE_BADREQ, 0},
		{"1.5", LODE_BADREQ, 0}, {"1e300", LODE_BADREQ, 0}, {"\"1\"", LODE_BADREQ, 0},
		{"null", LODE_BADREQ, 0}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t n = -77;
		int rc = json_int(parsed(cases[i].text), INT64_MIN, INT64_MAX, &n);
		assert_int_equal(rc, cases[i].rc);
		assert_int_equal(n, rc ? -77 : cases[i].want);
	}
	int64_t n = -77;
	assert_int_equal(json_int(parsed("10"), 1, 9, &n), LODE_BADREQ);
	assert_int_equal(json_int(parsed("0"), 1, 9, &n), LODE_BADREQ);
	assert_int_equal(json_int(NULL, 1, 9, &n), LODE_BADREQ);
	assert_int_equal(n, -77);
	assert_int_equal(json_int(parsed("9"), 1, 9, &n), 0);
	assert_int_equal(n, 9);
}

static void note_fields(struct json_field f[3])
{
	f[0] = (struct json_field){.key = "patient", .required = true};
	f[1] = (struct json_field){.key = "text", .required = true};
	f[2] = (struct json_field){.key = "date"};
}

static int scan(const char *text, struct json_field f[3], struct slice *meta)
{
	note_fields(f);
	return json_scan_object(slice_str(text), f, 3, &arena, meta, &err);
}

static void scan_takes_known_members_and_keeps_the_rest(void **state)
{
	struct json_field f[3];
	struct slice meta = {0};
	const char *line = "{\"patient\":\"p07\", \"z\" : [1, {\"q\":\"\\u00e9\"}],"
			   "\"text\":\"a\\nb\",\"y\":-1.50 } ";
	assert_int_equal(scan(line, f, &meta), 0);
	assert_ptr_equal(f[0].value.p, line + 12);
	assert_slice(f[0].value, "p07");
	assert_slice(f[1].value, "a\nb");
	assert_null(f[2].value.p);
	assert_slice(meta, ",\"z\" : [1, {\"q\":\"\\u00e9\"}],\"y\":-1.50");
}

static void scan_knows_keys_in_any_order_and_spelling(void **state)
{
	struct json_field f[3];
	struct slice meta = {0};
	assert_int_equal(scan("{\"date\":\"\",\"te\\u0078t\":\"t\",\"patien\":1,\"patient\":\"p\"}",
				 f, &meta),
		0);
	assert_slice(f[0].value, "p");
	assert_slice(f[1].value, "t");
	assert_non_null(f[2].value.p);
	assert_int_equal(f[2].value.n, 0);
	assert_slice(meta, ",\"patien\":1");
	assert_int_equal(scan("{\"text\":\"t\",\"patient\":\"p\"}", f, &meta), 0);
	assert_int_equal(meta.n, 0);
}

static void scan_refuses_what_parse_refuses(void **state)
{
	static const char *const bad[] = {"", "[]", "\"x\"", "{",
		"{\"patient\":\"p\",\"text\":\"t\"", "{\"patient\":\"p\",\"text\":\"t\"}x",
		"{\"patient\":\"p\",\"text\":\"t\",}",
		"{\"patient\":\"p\",\"text\":\"t\",\"m\":[1,]}",
		"{\"patient\":\"p\",\"text\":\"t\",\"m\":1e999}",
		"{\"patient\":\"p\",\"text\":\"t\",\"m\":\"\\ud800\"}",
		"{\"patient\":\"p\",\"text\":\"t\",\"m\":{\"a\":1,\"a\":2}}",
		"{\"patient\":\"p\",\"text\":\"\xff\"}", "{\"patient\":\"p\",\"text\":\"\\u0000\"}",
		"{\"patient\":\"p\" \"text\":\"t\"}"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct json_field f[3];
		struct slice meta = SLICE("untouched");
		assert_int_equal(scan(bad[i], f, &meta), LODE_BADREQ);
		assert_slice(meta, "untouched");
	}
}

static void scan_refuses_a_key_twice_known_or_not(void **state)
{
	struct json_field f[3];
	struct slice meta;
	assert_int_equal(
		scan("{\"patient\":\"p\",\"text\":\"t\",\"text\":\"t\"}", f, &meta), LODE_BADREQ);
	assert_int_equal(scan("{\"patient\":\"p\",\"text\":\"t\",\"a\":1,\"\\u0061\":1}", f, &meta),
		LODE_BADREQ);
	assert_string_equal(err.text, "byte 43: object has a key twice");
	for (unsigned again = 0; again < 2; again++) {
		struct buf b = {0};
		put_members(&b, 3000, again ? 1234 : UINT32_MAX);
		int rc = json_scan_object(buf_slice(&b), NULL, 0, &arena, &meta, &err);
		assert_int_equal(rc, again ? LODE_BADREQ : 0);
		buf_release(&b);
	}
}

static void scan_refuses_missing_and_mistyped_members(void **state)
{
	struct json_field f[3];
	struct slice meta;
	assert_int_equal(scan("{\"patient\":\"p\"}", f, &meta), LODE_BADREQ);
	assert_string_equal(err.text, "byte 15: \"text\" is missing");
	assert_int_equal(scan("{\"patient\":7,\"text\":\"t\"}", f, &meta), LODE_BADREQ);
	assert_string_equal(err.text, "byte 11: expected a string");
	assert_int_equal(scan("{\"patient\":\"p\",\"text\":null}", f, &meta), LODE_BADREQ);
}

static void scan_stops_at_the_depth_of_parse(void **state)
{
	for (unsigned depth = JSON_DEPTH - 1; depth <= JSON_DEPTH; depth++) {
		struct buf b = {0};
		struct slice meta;
		buf_put_str(&b, "{\"a\":");
		put_nested(&b, depth, "[", "]");
		buf_put_str(&b, "}");
		int rc = json_scan_object(buf_slice(&b), NULL, 0, &arena, &meta, &err);
		assert_int_equal(rc, depth < JSON_DEPTH ? 0 : LODE_TOOBIG);
		buf_release(&b);
	}
}

/* Mostly plain text with specials strewn in: runs of all lengths around the 32-byte steps. */
static size_t random_text(char *p, size_t n)
{
	static const char *const odd[] = {
		"\\n", "\\\"", "\\\\", "\\u0041", "\"", "\xc3\xa9", "\xff", "\x01", "\\x", "\\"};
	size_t at = 0;
	for (size_t run = (size_t)rand() % 80; at < n; at++, run--) {
		if (run > 0) {
			p[at] = (char)(0x23 + rand() % 0x39);
			continue;
		}
		const char *s = odd[(size_t)rand() % COUNT(odd)];
		size_t len = strlen(s) < n - at ? strlen(s) : n - at;
		memcpy(p + at, s, len);
		at += len - 1;
		run = (size_t)rand() % 80 + 1;
	}
	return n;
}

static void both_kernels_agree_on_random_text(void **state)
{
	if (json_kernel() == &json_kernel_scalar)
		skip();
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	srand(seed);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rand() % 200;
		char *text = malloc(n + 1), *a = malloc(n + 1), *b = malloc(n + 1);
		random_text(text, n);
		assert_int_equal(json_kernel_avx2.plain_run(text, text + n),
			json_kernel_scalar.plain_run(text, text + n));
		const char *pa = text, *pb = text;
		size_t na = (size_t)(json_kernel_avx2.plain_copy(&pa, text + n, a) - a);
		size_t nb = (size_t)(json_kernel_scalar.plain_copy(&pb, text + n, b) - b);
		assert_int_equal(na, nb);
		assert_ptr_equal(pa, pb);
		assert_memory_equal(a, b, na);
		free(text);
		free(a);
		free(b);
	}
}

static struct buf written;

static struct json_writer writer(void)
{
	struct json_writer w;
	buf_clear(&written);
	json_init(&w, &written);
	return w;
}

static void assert_written(const char *want)
{
	assert_false(written.failed);
	assert_slice(buf_slice(&written), want);
}

static void writer_puts_commas_and_nests(void **state)
{
	struct json_writer w = writer();
	json_begin_object(&w);
	json_kv_str(&w, "s", "x");
	json_kv_uint(&w, "u", UINT64_MAX);
	json_key(&w, "list");
	json_begin_array(&w);
	json_num(&w, INT64_MIN);
	json_begin_object(&w);
	json_end_object(&w);
	json_begin_array(&w);
	json_end_array(&w);
	json_null(&w);
	json_end_array(&w);
	json_kv_bool(&w, "b", true);
	json_key(&w, "raw");
	json_raw(&w, SLICE("[1]"));
	json_kv_optional(&w, "some", SLICE("y"));
	json_kv_optional(&w, "none", (struct slice){0});
	json_end_object(&w);
	assert_written(
		"{\"s\":\"x\",\"u\":18446744073709551615,\"list\":[-9223372036854775808,{},[],"
		"null],\"b\":true,\"raw\":[1],\"some\":\"y\",\"none\":null}");
}

static void writer_escapes_what_must_be(void **state)
{
	struct json_writer w = writer();
	json_string(&w, SLICE("a\"b\\c\n\r\t\b\f\x01\x1f\x7f/ \xc3\xa9 \xf0\x9f\x98\x80"));
	assert_written(
		"\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001f\x7f/ \xc3\xa9 \xf0\x9f\x98\x80\"");
	w = writer();
	json_string(&w, (struct slice){0});
	assert_written("\"\"");
}

static void writer_replaces_what_is_not_utf8(void **state)
{
	struct json_writer w = writer();
	json_string(&w, SLICE("a\xff\xc3(\xed\xa0\x80"));
	assert_written("\"a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	w = writer();
	json_string(&w, SLICE("nul\0nul"));
	assert_written("\"nul\xef\xbf\xbdnul\"");
}

static void writer_keeps_numbers_short_and_without_exponent(void **state)
{
	static const struct {
		double v;
		int decimals;
		const char *want;
	} cases[] = {{0.97, 4, "0.97"}, {0, 4, "0"}, {1, 4, "1"}, {0.12345, 4, "0.1235"},
		{0.99999, 4, "1"}, {0.00001, 4, "0"}, {-0.00001, 4, "0"}, {0.0012, 4, "0.0012"},
		{-2.5, 1, "-2.5"}, {3.14159, 0, "3"}, {123456.789, 3, "123456.789"},
		{1e20, 2, "100000000000000000000"}, {1e-9, 9, "0.000000001"}, {NAN, 4, "null"},
		{-INFINITY, 4, "null"}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json_writer w = writer();
		json_double(&w, cases[i].v, cases[i].decimals);
		assert_written(cases[i].want);
	}
	struct json_writer w = writer();
	json_begin_array(&w);
	json_prob(&w, 0.98765);
	json_prob(&w, 0.5);
	json_end_array(&w);
	assert_written("[0.9877,0.5]");
}

static void writer_output_reads_back_whatever_the_bytes(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	srand(seed);
	for (int round = 0; round < 2000; round++) {
		char bytes[150];
		size_t n = (size_t)rand() % sizeof(bytes);
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(rand() % 4 ? 'a' + rand() % 26 : rand());
		struct json_writer w = writer();
		json_string(&w, slice_of(bytes, n));
		struct json *v = NULL;
		arena_release(&arena);
		assert_int_equal(json_parse(buf_slice(&written), &arena, &v, &err), 0);
	}
}

static int release_written(void **state)
{
	buf_release(&written);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {T(parse_builds_tree_in_input_order),
		T(parse_takes_scalars_and_empty_containers),
		T(strings_without_escapes_are_borrowed), T(escapes_are_undone),
		T(parse_refuses_what_is_not_json), T(parse_refuses_bad_utf8),
		T(parse_refuses_nul_raw_and_escaped), T(parse_refuses_lone_surrogates),
		T(parse_refuses_a_key_twice_in_any_object), T(duplicate_keys_are_found_among_many),
		T(depth_stops_at_its_limit), T(errors_name_the_byte_and_not_the_text),
		T(small_arenas_give_nomem), T(int_is_exact_and_bounded),
		T(scan_takes_known_members_and_keeps_the_rest),
		T(scan_knows_keys_in_any_order_and_spelling), T(scan_refuses_what_parse_refuses),
		T(scan_refuses_a_key_twice_known_or_not),
		T(scan_refuses_missing_and_mistyped_members), T(scan_stops_at_the_depth_of_parse),
		T(both_kernels_agree_on_random_text), T(writer_puts_commas_and_nests),
		T(writer_escapes_what_must_be), T(writer_replaces_what_is_not_utf8),
		T(writer_keeps_numbers_short_and_without_exponent),
		T(writer_output_reads_back_whatever_the_bytes)};
	return cmocka_run_group_tests(tests, NULL, release_written);
}
