#include "base/json.h"

#include "base/json_scan.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { DEEPEST = 63 }; /* one bit per depth */

void json_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

/* Before a value: the comma, and that an object's member has its key. */
static void before_value(struct json_writer *w)
{
	uint64_t bit = (uint64_t)1 << w->depth;
	assert(w->depth == 0 || !(w->is_object & bit) == !w->after_key);
	if (!w->after_key && w->depth > 0 && (w->has_member & bit))
		buf_put_byte(w->out, ',');
	w->has_member |= bit;
	w->after_key = false;
}

static void begin(struct json_writer *w, char open, bool is_object)
{
	before_value(w);
	buf_put_byte(w->out, (uint8_t)open);
	assert(w->depth < DEEPEST);
	uint64_t bit = (uint64_t)1 << ++w->depth;
	w->has_member &= ~bit;
	w->is_object = is_object ? w->is_object | bit : w->is_object & ~bit;
}

static void end(struct json_writer *w, char close, bool is_object)
{
	assert(w->depth > 0 && !w->after_key);
	assert((w->is_object >> w->depth & 1) == is_object);
	w->depth--;
	buf_put_byte(w->out, (uint8_t)close);
}

void json_begin_object(struct json_writer *w)
{
	begin(w, '{', true);
}

void json_end_object(struct json_writer *w)
{
	end(w, '}', true);
}

void json_begin_array(struct json_writer *w)
{
	begin(w, '[', false);
}

void json_end_array(struct json_writer *w)
{
	end(w, ']', false);
}

/* The byte's two-byte escape letter; 0 when it has none. */
static char escape_letter(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\': return (char)c;
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return 0;
	}
}

/* One byte that may not stand as it is.  NUL becomes U+FFFD, as our own reader takes no NUL. */
static void put_special(struct buf *out, unsigned char c)
{
	char letter = escape_letter(c);
	if (letter)
		buf_put(out, (char[]){'\\', letter}, 2);
	else if (c == 0 || c >= 0x80)
		buf_put_str(out, "\xef\xbf\xbd");
	else
		buf_put(out,
			(char[]){'\\', 'u', '0', '0', (char)('0' + (c >> 4)),
				"0123456789abcdef"[c & 15]},
			6);
}

static void put_quoted(struct buf *out, struct slice s)
{
	const struct json_kernel *kernel = json_kernel();
	buf_put_byte(out, '"');
	const char *p = s.p ? s.p : "", *past = p + s.n;
	while (p < past) {
		size_t n = kernel->plain_run(p, past);
		if (n == 0 && (unsigned char)*p >= 0x80)
			n = json_utf8(p, past);
		if (n == 0)
			put_special(out, (unsigned char)*p);
		else
			buf_put(out, p, n);
		p += n ? n : 1;
	}
	buf_put_byte(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
	uint64_t bit = (uint64_t)1 << w->depth;
	assert(w->depth > 0 && (w->is_object & bit) && !w->after_key);
	if (w->has_member & bit)
		buf_put_byte(w->out, ',');
	put_quoted(w->out, slice_str(key));
	buf_put_byte(w->out, ':');
	w->after_key = true;
}

void json_string(struct json_writer *w, struct slice s)
{
	before_value(w);
	put_quoted(w->out, s);
}

void json_str(struct json_writer *w, const char *s)
{
	json_string(w, slice_str(s));
}

void json_uint(struct json_writer *w, uint64_t v)
{
	before_value(w);
	buf_printf(w->out, "%" PRIu64, v);
}

void json_num(struct json_writer *w, int64_t v)
{
	before_value(w);
	buf_printf(w->out, "%" PRId64, v);
}

/* Fixed point by integers: printf's %f would follow the locale.  Zeros at the end are cut. */
static void put_fixed(struct buf *out, double v, int decimals)
{
	uint64_t scale = 1;
	for (int i = 0; i < decimals; i++)
		scale *= 10;
	uint64_t units = (uint64_t)llround(fabs(v) * (double)scale);
	uint64_t whole = units / scale, part = units % scale;
	if (units && v < 0)
		buf_put_byte(out, '-');
	buf_printf(out, "%" PRIu64, whole);
	if (part == 0)
		return;
	for (; part % 10 == 0; part /= 10)
		decimals--;
	buf_printf(out, ".%0*" PRIu64, decimals, part);
}

/* JSON has no infinities and no NaN: null.  What is too large for put_fixed loses its decimals. */
void json_double(struct json_writer *w, double v, int decimals)
{
	assert(decimals >= 0 && decimals <= 9);
	before_value(w);
	if (!isfinite(v))
		buf_put_str(w->out, "null");
	else if (fabs(v) * pow(10, decimals) >= 0x1p62)
		buf_printf(w->out, "%.0f", v);
	else
		put_fixed(w->out, v, decimals);
}

void json_prob(struct json_writer *w, double p)
{
	json_double(w, p, 4);
}

void json_bool(struct json_writer *w, bool v)
{
	before_value(w);
	buf_put_str(w->out, v ? "true" : "false");
}

void json_null(struct json_writer *w)
{
	before_value(w);
	buf_put_str(w->out, "null");
}

void json_raw(struct json_writer *w, struct slice json)
{
	before_value(w);
	buf_put_slice(w->out, json);
}

void json_kv_optional(struct json_writer *w, const char *key, struct slice s)
{
	json_key(w, key);
	if (s.n)
		json_string(w, s);
	else
		json_null(w);
}
