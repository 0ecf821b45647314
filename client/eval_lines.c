#include "client/eval_lines.h"

#include "client/print.h"
#include "client/source.h"

#include <math.h>

enum { COMPLAINTS_MAX = 20 };
#define FILE_MAX ((size_t)1 << 30)

static int take_piece(void *arg, struct slice piece)
{
	return buf_put_slice(arg, piece);
}

int eval_load(const char *file, struct buf *out, struct err *e)
{
	struct source *s = NULL;
	out->limit = FILE_MAX;
	int rc = source_open(file, &s, e);
	while (rc == 0) {
		rc = source_pull(s, take_piece, out, e);
		if (rc == 0)
			break;
		rc = rc > 0 ? 0 : rc;
	}
	source_close(s);
	if (rc == 0)
		return 0;
	struct err why = *e;
	return err_set(e, rc, "%s: %s", file, why.text[0] ? why.text : err_words(rc));
}

bool eval_next_line(struct eval_lines *l, struct slice *out)
{
	while (l->rest.n) {
		const char *end = memchr(l->rest.p, '\n', l->rest.n);
		size_t n = end ? (size_t)(end - l->rest.p) : l->rest.n, used = n + (end ? 1 : 0);
		struct slice line = slice_of(l->rest.p, n);
		l->rest = slice_of(l->rest.p + used, l->rest.n - used);
		l->number++;
		while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' '))
			line.n--;
		*out = line;
		if (line.n)
			return true;
	}
	return false;
}

void eval_complain(struct eval_lines *l, uint64_t number, const struct err *e)
{
	if (l->bad++ < COMPLAINTS_MAX)
		print_failure("%s:%llu: %s", l->file, (unsigned long long)number, e->text);
}

int eval_close_lines(const struct eval_lines *l, const char *what, struct err *e)
{
	if (l->bad == 0)
		return 0;
	return err_set(e, LODE_BADREQ, "%s: %u bad line%s: nothing was %s", l->file, l->bad,
		l->bad == 1 ? "" : "s", what);
}

const struct json *eval_member(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	return v && v->type != JSON_NULL ? v : NULL;
}

int eval_get_string(
	const struct json *o, const char *key, bool is_needed, struct slice *out, struct err *e)
{
	const struct json *v = eval_member(o, key);
	if (!v && !is_needed)
		return 0;
	if (!v)
		return err_set(e, LODE_BADREQ, "%s is missing", key);
	if (v->type != JSON_STRING || v->str.n == 0)
		return err_set(e, LODE_BADREQ, "%s: must be a string, not empty", key);
	*out = v->str;
	return 0;
}

int eval_get_uint(const struct json *o, const char *key, uint64_t *out, struct err *e)
{
	const struct json *v = eval_member(o, key);
	int64_t n;
	if (!v)
		return 0;
	if (json_int(v, 0, INT64_MAX, &n))
		return err_set(e, LODE_BADREQ, "%s: must be a whole number, 0 or more", key);
	*out = (uint64_t)n;
	return 0;
}

int eval_get_share(const struct json *o, const char *key, double *out, struct err *e)
{
	const struct json *v = eval_member(o, key);
	*out = NAN;
	if (!v)
		return 0;
	if (v->type != JSON_NUMBER || !(v->num >= 0 && v->num <= 1))
		return err_set(e, LODE_BADREQ, "%s: must be a number from 0 to 1", key);
	*out = v->num;
	return 0;
}
