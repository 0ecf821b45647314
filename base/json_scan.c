#include "base/json_scan.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_AVX2_KERNEL 1
#else
#define HAS_AVX2_KERNEL 0
#endif

/* What the byte after a backslash stands for; 0: no two-byte escape. */
static const char escape_of[256] = {
	['"'] = '"',
	['\\'] = '\\',
	['/'] = '/',
	['b'] = '\b',
	['f'] = '\f',
	['n'] = '\n',
	['r'] = '\r',
	['t'] = '\t',
};

static inline bool is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* Undoes the escape at *p into *w; false when it is none of the two-byte ones. */
static inline bool undo_short_escape(const char **p, const char *end, char **w)
{
	if (end - *p < 2 || (*p)[0] != '\\')
		return false;
	char c = escape_of[(unsigned char)(*p)[1]];
	if (!c)
		return false;
	*(*w)++ = c;
	*p += 2;
	return true;
}

static size_t plain_run_scalar(const char *p, const char *end)
{
	const char *q = p;
	while (q < end && is_plain(*q))
		q++;
	return (size_t)(q - p);
}

static char *plain_copy_scalar(const char **from, const char *end, char *w)
{
	const char *p = *from;
	do {
		while (p < end && is_plain(*p))
			*w++ = *p++;
	} while (undo_short_escape(&p, end, &w));
	*from = p;
	return w;
}

const struct json_kernel json_kernel_scalar = {plain_run_scalar, plain_copy_scalar};

#if HAS_AVX2_KERNEL
#define AVX2 __attribute__((target("avx2,bmi")))

/* Bit i set: byte i is not plain.  As signed bytes, controls and non-ASCII are both below 0x20. */
static inline AVX2 unsigned not_plain(__m256i x)
{
	__m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), x);
	__m256i quote = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"'));
	__m256i slash = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'));
	return (unsigned)_mm256_movemask_epi8(_mm256_or_si256(low, _mm256_or_si256(quote, slash)));
}

static AVX2 size_t plain_run_avx2(const char *p, const char *end)
{
	const char *q = p;
	for (; end - q >= 32; q += 32) {
		unsigned stop = not_plain(_mm256_loadu_si256((const __m256i *)q));
		if (stop)
			return (size_t)(q - p) + (size_t)__builtin_ctz(stop);
	}
	return (size_t)(q - p) + plain_run_scalar(q, end);
}

static AVX2 char *plain_copy_avx2(const char **from, const char *end, char *w)
{
	const char *p = *from;
	while (end - p >= 32) {
		__m256i x = _mm256_loadu_si256((const __m256i *)p);
		unsigned stop = not_plain(x);
		_mm256_storeu_si256((__m256i *)w, x);
		size_t n = stop ? (size_t)__builtin_ctz(stop) : 32;
		p += n;
		w += n;
		if (stop && !undo_short_escape(&p, end, &w)) {
			*from = p;
			return w;
		}
	}
	*from = p;
	return plain_copy_scalar(from, end, w);
}

const struct json_kernel json_kernel_avx2 = {plain_run_avx2, plain_copy_avx2};
#else
const struct json_kernel json_kernel_avx2 = {plain_run_scalar, plain_copy_scalar};
#endif

const struct json_kernel *json_kernel(void)
{
	static _Atomic(const struct json_kernel *) chosen;
	const struct json_kernel *k = atomic_load_explicit(&chosen, memory_order_relaxed);
	if (k)
		return k;
#if HAS_AVX2_KERNEL
	bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
#else
	bool has_avx2 = false;
#endif
	k = has_avx2 ? &json_kernel_avx2 : &json_kernel_scalar;
	atomic_store_explicit(&chosen, k, memory_order_relaxed);
	return k;
}

void json_scan_init(struct json_scan *s, struct slice text, struct arena *a, struct err *e)
{
	const char *p = text.p ? text.p : "";
	*s = (struct json_scan){
		.start = p,
		.p = p,
		.end = p + text.n,
		.kernel = json_kernel(),
		.arena = a,
		.e = e,
	};
}

int json_scan_fail(struct json_scan *s, const char *at, int code, const char *reason)
{
	return err_set(s->e, code, "byte %zu: %s", (size_t)(at - s->start), reason);
}

/* Table 3-7 of the Unicode standard: the second byte's range depends on the first. */
size_t json_utf8(const char *p, const char *end)
{
	const unsigned char *b = (const unsigned char *)p;
	size_t left = (size_t)(end - p);
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n;
	if (left < 2 || b[0] < 0xc2 || b[0] > 0xf4)
		return 0;
	if (b[0] < 0xe0) {
		n = 2;
	} else if (b[0] < 0xf0) {
		n = 3;
		lo = b[0] == 0xe0 ? 0xa0 : lo;
		hi = b[0] == 0xed ? 0x9f : hi; /* no surrogates */
	} else {
		n = 4;
		lo = b[0] == 0xf0 ? 0x90 : lo;
		hi = b[0] == 0xf4 ? 0x8f : hi; /* up to U+10FFFF */
	}
	if (left < n || b[1] < lo || b[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static char *put_utf8(char *w, uint32_t c)
{
	if (c < 0x80) {
		*w++ = (char)c;
		return w;
	}
	if (c < 0x800) {
		*w++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*w++ = (char)(0xe0 | c >> 12);
		} else {
			*w++ = (char)(0xf0 | c >> 18);
			*w++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*w++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*w++ = (char)(0x80 | (c & 0x3f));
	return w;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX at p, which points at the backslash; -1 when it is none. */
static int32_t unicode_escape(const char *p, const char *end)
{
	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	int32_t c = 0;
	for (int i = 2; i < 6; i++) {
		int d = hex_digit(p[i]);
		if (d < 0)
			return -1;
		c = c << 4 | d;
	}
	return c;
}

/* At a backslash that starts no two-byte escape: \uXXXX or an error. */
static int undo_unicode_escape(struct json_scan *s, const char **from, char **w)
{
	const char *p = *from;
	int32_t c = unicode_escape(p, s->end);
	if (c < 0)
		return json_scan_fail(s, p, LODE_BADREQ, "bad escape");
	if (c == 0)
		return json_scan_fail(s, p, LODE_BADREQ, "NUL character");
	p += 6;
	if (c >= 0xd800 && c < 0xe000) {
		int32_t low = c < 0xdc00 ? unicode_escape(p, s->end) : -1;
		if (low < 0xdc00 || low >= 0xe000)
			return json_scan_fail(s, *from, LODE_BADREQ, "lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	*w = put_utf8(*w, (uint32_t)c);
	*from = p;
	return 0;
}

/* What else than a plain byte, an escape or the closing quote stands at p?  Steps over UTF-8. */
static int step_over_utf8(struct json_scan *s, const char **from)
{
	const char *p = *from;
	if (p == s->end)
		return json_scan_fail(s, p, LODE_BADREQ, "string does not end");
	if ((unsigned char)*p < 0x20)
		return json_scan_fail(s, p, LODE_BADREQ, "control character in string");
	while (p < s->end && (unsigned char)*p >= 0x80) {
		size_t n = json_utf8(p, s->end);
		if (n == 0)
			return json_scan_fail(s, p, LODE_BADREQ, "not UTF-8");
		p += n;
	}
	*from = p;
	return 0;
}

/* The string from `from` on, whose first escape is at `p`. */
static int string_with_escapes(
	struct json_scan *s, const char *from, const char *p, struct slice *out)
{
	if (!s->room) {
		s->room = arena_alloc(s->arena, (size_t)(s->end - from));
		if (!s->room)
			return json_scan_fail(s, p, LODE_NOMEM, "out of memory");
	}
	char *w = s->room;
	memcpy(w, from, (size_t)(p - from));
	w += p - from;
	for (;;) {
		w = s->kernel->plain_copy(&p, s->end, w);
		const char *before = p;
		int rc;
		if (p < s->end && *p == '"')
			break;
		if (p < s->end && *p == '\\') {
			rc = undo_unicode_escape(s, &p, &w);
		} else {
			rc = step_over_utf8(s, &p);
			if (rc == 0) {
				memcpy(w, before, (size_t)(p - before));
				w += p - before;
			}
		}
		if (rc)
			return rc;
	}
	*out = slice_of(s->room, (size_t)(w - s->room));
	s->room = w;
	s->p = p + 1;
	return 0;
}

int json_scan_string(struct json_scan *s, struct slice *out)
{
	const char *from = s->p + 1, *p = from;
	for (;;) {
		p += s->kernel->plain_run(p, s->end);
		if (p < s->end && *p == '"')
			break;
		if (p < s->end && *p == '\\')
			return string_with_escapes(s, from, p, out);
		int rc = step_over_utf8(s, &p);
		if (rc)
			return rc;
	}
	*out = slice_of(from, (size_t)(p - from));
	s->p = p + 1;
	return 0;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* One past the longest number of RFC 8259 section 6 at p; NULL when there is none. */
static const char *number_end(const char *p, const char *end, bool *is_integer)
{
	p += p < end && *p == '-';
	const char *from = p;
	p = skip_digits(p, end);
	if (p == from || (*from == '0' && p - from > 1))
		return NULL;
	*is_integer = true;
	if (p < end && *p == '.') {
		*is_integer = false;
		from = ++p;
		p = skip_digits(p, end);
		if (p == from)
			return NULL;
	}
	if (p < end && (*p | 0x20) == 'e') {
		*is_integer = false;
		p++;
		p += p < end && (*p == '+' || *p == '-');
		from = p;
		p = skip_digits(p, end);
		if (p == from)
			return NULL;
	}
	return p;
}

/* Up to 15 digits: exact in a double. */
static double small_integer(const char *p, const char *end)
{
	bool is_negative = *p == '-';
	int64_t v = 0;
	for (p += is_negative; p < end; p++)
		v = v * 10 + (*p - '0');
	return is_negative ? -(double)v : (double)v;
}

int json_scan_number(struct json_scan *s, double *out)
{
	bool is_integer;
	const char *p = s->p, *past = number_end(p, s->end, &is_integer);
	if (!past)
		return json_scan_fail(s, p, LODE_BADREQ, "bad number");
	size_t n = (size_t)(past - p);
	if (is_integer && n <= 15) {
		*out = small_integer(p, past);
		s->p = past;
		return 0;
	}
	char room[64], *text = n < sizeof(room) ? room : arena_alloc(s->arena, n + 1), *stop;
	if (!text)
		return json_scan_fail(s, p, LODE_NOMEM, "out of memory");
	memcpy(text, p, n);
	text[n] = '\0';
	double v = strtod(text, &stop);
	if (stop != text + n) /* the program runs under a locale with another decimal point */
		return json_scan_fail(s, p, LODE_BUG, "number not understood under this locale");
	if (!isfinite(v))
		return json_scan_fail(s, p, LODE_BADREQ, "number out of range");
	*out = v;
	s->p = past;
	return 0;
}
