/* Private to base/json*.c and its tests: one cursor over JSON text, and the two string kernels. */
#ifndef LODESTONE_BASE_JSON_SCAN_H
#define LODESTONE_BASE_JSON_SCAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Plain bytes are ASCII from 0x20 on, bar quote and backslash: they mean themselves in a string. */
struct json_kernel {
	/* Number of plain bytes at p. */
	size_t (*plain_run)(const char *p, const char *end);
	/* Copies plain bytes and undoes two-byte escapes (\n, not \u) from *p to w until anything
	 * else; moves *p there and returns the new w.  Scribbles on at most end - *p bytes from w. */
	char *(*plain_copy)(const char **p, const char *end, char *w);
};

extern const struct json_kernel json_kernel_scalar, json_kernel_avx2;
const struct json_kernel *json_kernel(void); /* the best this processor can run */

/* A cursor.  Unescaped strings go to `room`, one block of the arena taken at the first escape: all
 * of a text's strings together are never longer than the text. */
struct json_scan {
	const char *start, *p, *end;
	const struct json_kernel *kernel;
	struct arena *arena;
	char *room;
	struct err *e;
};

void json_scan_init(struct json_scan *s, struct slice text, struct arena *a, struct err *e);

/* Fills the error with "byte N: reason", N being `at` as an offset, and returns code. */
int json_scan_fail(struct json_scan *s, const char *at, int code, const char *reason);

/* Skips white space; the next byte, still unread, or -1 at the end. */
static inline int json_scan_peek(struct json_scan *s)
{
	while (s->p < s->end) {
		unsigned char c = (unsigned char)*s->p;
		if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
			return c;
		s->p++;
	}
	return -1;
}

/* The cursor stands at the opening quote, or at the first byte of the number. */
int json_scan_string(struct json_scan *s, struct slice *out);
int json_scan_number(struct json_scan *s, double *out);

/* Bytes (2..4) of the well-formed non-ASCII UTF-8 character at p, 0 when there is none. */
size_t json_utf8(const char *p, const char *end);

#endif
