/* json_parse against jansson, json_scan_object against json_parse, one kernel against the other.
 * Left out, as the two mean to differ there: NUL, depth over JSON_DEPTH, integers over 64 bits. */
#include "base/json.h"
#include "base/json_scan.h"

#include "tests/fuzz/jansson_oracle.h"

#include <stdlib.h>

#define MUST(condition)           \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct json *ours, const json_t *theirs);

static void compare_members(const struct json *ours, const json_t *theirs)
{
	bool is_object = ours->type == JSON_OBJECT;
	size_t i = 0;
	MUST(ours->n == (is_object ? json_object_size(theirs) : json_array_size(theirs)));
	for (const struct json *m = ours->first; m; m = m->next, i++)
		compare(m, is_object ? json_object_getn(theirs, m->key.p, m->key.n)
				     : json_array_get(theirs, i));
	MUST(i == ours->n);
}

static void compare(const struct json *ours, const json_t *theirs)
{
	int64_t n;
	MUST(theirs);
	switch (json_typeof(theirs)) {
	case JANSSON_OBJECT: MUST(ours->type == JSON_OBJECT); break;
	case JANSSON_ARRAY: MUST(ours->type == JSON_ARRAY); break;
	case JANSSON_STRING:
		MUST(ours->type == JSON_STRING);
		MUST(slice_eq(ours->str,
			slice_of(json_string_value(theirs), json_string_length(theirs))));
		break;
	case JANSSON_INTEGER:
		MUST(json_int(ours, INT64_MIN, INT64_MAX, &n) == 0 &&
			n == json_integer_value(theirs));
		break;
	case JANSSON_REAL:
		MUST(ours->type == JSON_NUMBER && ours->num == json_real_value(theirs));
		break;
	case JANSSON_TRUE: MUST(ours->type == JSON_TRUE); break;
	case JANSSON_FALSE: MUST(ours->type == JSON_FALSE); break;
	case JANSSON_NULL: MUST(ours->type == JSON_NULL); break;
	}
	if (ours->type >= JSON_ARRAY)
		compare_members(ours, theirs);
}

static void check_jansson(struct slice text, int rc, const struct json *ours)
{
	json_error_t error;
	if (rc == LODE_TOOBIG || memchr(text.p, 0, text.n) || memmem(text.p, text.n, "\\u0000", 6))
		return;
	json_t *theirs =
		json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (theirs || json_error_code(&error) != json_error_numeric_overflow) {
		MUST((rc == 0) == (theirs != NULL));
		if (theirs)
			compare(ours, theirs);
	}
	json_decref(theirs);
}

/* All members unknown: accepted alike, and `meta` in braces is the same object again. */
static void check_scan_all(struct slice text, const struct json *ours, struct arena *a)
{
	struct slice meta;
	int rc = json_scan_object(text, NULL, 0, a, &meta, NULL);
	MUST((rc == 0) == (ours && ours->type == JSON_OBJECT));
	if (rc != 0)
		return;
	MUST((meta.n == 0) == (ours->n == 0));
	if (meta.n == 0)
		return;
	struct json *again = NULL;
	char *copy = arena_alloc(a, meta.n + 1);
	memcpy(copy, meta.p, meta.n);
	copy[0] = '{';
	copy[meta.n] = '}';
	MUST(json_parse(slice_of(copy, meta.n + 1), a, &again, NULL) == 0);
	MUST(again->n == ours->n);
	const struct json *m = ours->first;
	for (const struct json *k = again->first; k; k = k->next, m = m->next)
		MUST(slice_eq(k->key, m->key) && slice_eq(k->raw, m->raw));
}

static void check_scan_fields(struct slice text, const struct json *ours, struct arena *a)
{
	struct json_field f[] = {{.key = "a"}, {.key = "text", .required = true}, {.key = ""}};
	bool is_fine = ours && ours->type == JSON_OBJECT;
	struct slice meta;
	for (size_t i = 0; i < 3; i++) {
		const struct json *m = json_get(ours, f[i].key);
		is_fine &= m ? m->type == JSON_STRING : !f[i].required;
	}
	MUST((json_scan_object(text, f, 3, a, &meta, NULL) == 0) == is_fine);
	for (size_t i = 0; is_fine && i < 3; i++) {
		const struct json *m = json_get(ours, f[i].key);
		MUST(!m == !f[i].value.p);
		MUST(!m || slice_eq(m->str, f[i].value));
	}
}

static void check_kernels(struct slice text, struct arena *a)
{
	if (json_kernel() == &json_kernel_scalar)
		return;
	const char *end = text.p + text.n, *p = text.p, *q = text.p;
	char *x = arena_alloc(a, text.n + 1), *y = arena_alloc(a, text.n + 1);
	MUST(json_kernel_avx2.plain_run(p, end) == json_kernel_scalar.plain_run(p, end));
	size_t n = (size_t)(json_kernel_avx2.plain_copy(&p, end, x) - x);
	MUST(n == (size_t)(json_kernel_scalar.plain_copy(&q, end, y) - y) && p == q);
	MUST(memcmp(x, y, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of(size ? (const char *)data : "", size);
	struct arena a;
	struct json *ours = NULL;
	struct err e = {0};
	arena_init(&a, 256 << 20);
	int rc = json_parse(text, &a, &ours, &e);
	MUST((rc == 0) == (ours != NULL) && rc == e.code);
	check_jansson(text, rc, ours);
	check_scan_all(text, ours, &a);
	check_scan_fields(text, ours, &a);
	check_kernels(text, &a);
	arena_release(&a);
	return 0;
}
