/* Strict small JSON (RFC 8259): a pull reader over borrowed bytes and a streaming writer.
 *
 * Strict: UTF-8 checked, no duplicate keys, no NUL (neither raw nor as \u0000), no lone
 * surrogates, no trailing bytes, depth at most JSON_DEPTH.  Reading is done in place: a string
 * without escapes is a slice of the input, one with escapes is unescaped into the caller's arena. */
#ifndef LODESTONE_BASE_JSON_H
#define LODESTONE_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { JSON_DEPTH = 32 };

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* One value.  `raw` is its bytes in the input.  Containers hold their members in input order as a
 * linked list; `key` is set on members of objects. */
struct json {
	enum json_type type;
	unsigned n;         /* members of an array or object */
	struct slice raw;   /* the value's own text, borrowed from the input */
	struct slice str;   /* JSON_STRING: unescaped; borrowed from the input or the arena */
	double num;         /* JSON_NUMBER */
	struct slice key;   /* member of an object: its unescaped name */
	struct json *first; /* containers: first member */
	struct json *next;  /* next sibling */
};

/* Parses exactly one value.  The tree lives in `a`, strings in `a` or `text`.
 * LODE_BADREQ with "byte N: reason" (never the text itself); LODE_NOMEM; LODE_TOOBIG over depth. */
int json_parse(struct slice text, struct arena *a, struct json **out, struct err *e);

/* The member of that name, NULL when absent or when o is no object. */
const struct json *json_get(const struct json *o, const char *key);

/* A number that is an integer within lo..hi; LODE_BADREQ otherwise. */
int json_int(const struct json *v, int64_t lo, int64_t hi, int64_t *out);

/* Fast path of ingest: scans one object without building a tree.  Known string members are
 * unescaped into *out (in the caller's `scratch`, growing it; borrowed from `line` when they hold no
 * escape); every other member is validated and its text appended to `meta` as ,"key":value pieces
 * exactly as given.  A repeated key of any kind, a known member of another type, or anything that
 * json_parse would refuse is refused with "byte N: reason".  Takes from `scratch` at most the line's
 * bytes, once if it holds escapes and once for meta, and more only for over 32 keys at a time. */
struct json_field {
	const char *key;
	bool required;
	struct slice value; /* set by json_scan_object; p == NULL when absent */
};
int json_scan_object(struct slice line, struct json_field *fields, size_t n_fields,
	struct arena *scratch, struct slice *meta, struct err *e);

/* Writer: appends to a buf, puts commas itself.  Misuse (a value without a key in an object) is a
 * programmer error.  Look at w->out->failed once, at the end. */
struct json_writer {
	struct buf *out;
	unsigned depth;
	uint64_t has_member; /* bit per depth */
	uint64_t is_object;  /* bit per depth: the open container is an object, not an array */
	bool after_key;
};

void json_init(struct json_writer *w, struct buf *out);
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
/* Invalid UTF-8 and NUL in s come out as U+FFFD, so that our reader takes it whatever the bytes. */
void json_string(struct json_writer *w, struct slice s);
void json_str(struct json_writer *w, const char *s);
void json_uint(struct json_writer *w, uint64_t v);
void json_num(struct json_writer *w, int64_t v);
void json_prob(struct json_writer *w, double p); /* at most 4 decimals, no exponent; NaN: null */
void json_double(struct json_writer *w, double v, int decimals);
void json_bool(struct json_writer *w, bool v);
void json_null(struct json_writer *w);
void json_raw(struct json_writer *w, struct slice json); /* a ready value */
/* A member that is a string, or null when s is empty. */
void json_kv_optional(struct json_writer *w, const char *key, struct slice s);

#define json_kv_str(w, k, v)    (json_key((w), (k)), json_str((w), (v)))
#define json_kv_string(w, k, v) (json_key((w), (k)), json_string((w), (v)))
#define json_kv_uint(w, k, v)   (json_key((w), (k)), json_uint((w), (v)))
#define json_kv_bool(w, k, v)   (json_key((w), (k)), json_bool((w), (v)))
#define json_kv_prob(w, k, v)   (json_key((w), (k)), json_prob((w), (v)))

#endif
