#include "base/json.h"

#include "base/json_scan.h"

#include <math.h>
#include <stdlib.h>

/* Names of the open objects, innermost last: what repeats is found when an object closes. */
struct name {
	uint64_t hash;
	struct slice key;    /* unescaped */
	struct slice member; /* json_scan_object: "key": value as given */
};

enum { FEW_NAMES = 32 };

struct parser {
	struct json_scan s;
	struct name *names; /* `few` until that is full, then in the arena */
	size_t n_names, cap_names;
	struct name few[FEW_NAMES];
};

/* v == NULL: only checks.  depth: containers already open. */
static int value(struct parser *p, unsigned depth, struct json *v);

static void parser_init(struct parser *p, struct slice text, struct arena *a, struct err *e)
{
	json_scan_init(&p->s, text, a, e);
	p->names = p->few;
	p->n_names = 0;
	p->cap_names = FEW_NAMES;
}

static int refuse(struct parser *p, const char *reason)
{
	return json_scan_fail(&p->s, p->s.p, LODE_BADREQ, reason);
}

static int no_memory(struct parser *p)
{
	return json_scan_fail(&p->s, p->s.p, LODE_NOMEM, "out of memory");
}

/* Only spreads names for sorting; equality is decided on the bytes. */
static uint64_t hash_name(struct slice key)
{
	uint64_t h = key.n;
	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static int add_name(struct parser *p, struct slice key, struct slice member)
{
	struct name *names =
		arena_grow(p->s.arena, p->names, p->n_names, sizeof(*names), &p->cap_names);
	if (!names)
		return no_memory(p);
	p->names = names;
	names[p->n_names++] = (struct name){hash_name(key), key, member};
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return slice_cmp(x->key, y->key);
}

/* Forgets the names from `first` on; LODE_BADREQ when one of them is there twice. */
static int close_names(struct parser *p, size_t first)
{
	struct name *at = p->names + first;
	size_t n = p->n_names - first;
	bool is_twice = false;
	p->n_names = first;
	if (n <= FEW_NAMES) {
		for (size_t i = 1; i < n; i++)
			for (size_t k = 0; k < i; k++)
				is_twice |=
					at[i].hash == at[k].hash && slice_eq(at[i].key, at[k].key);
	} else {
		qsort(at, n, sizeof(*at), compare_names);
		for (size_t i = 1; i < n; i++)
			is_twice |= compare_names(&at[i - 1], &at[i]) == 0;
	}
	return is_twice ? refuse(p, "object has a key twice") : 0;
}

static int literal(struct parser *p, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(p->s.end - p->s.p) < n || memcmp(p->s.p, word, n) != 0)
		return refuse(p, "unexpected byte");
	p->s.p += n;
	return 0;
}

/* Reads "key" and the colon. */
static int member_key(struct parser *p, struct slice *key)
{
	if (json_scan_peek(&p->s) != '"')
		return refuse(p, "expected a key");
	int rc = json_scan_string(&p->s, key);
	if (rc)
		return rc;
	if (json_scan_peek(&p->s) != ':')
		return refuse(p, "expected ':'");
	p->s.p++;
	return 0;
}

/* After a member: 1 at `close`, 0 when a comma promises another, else an error. */
static int member_end(struct parser *p, int close)
{
	int c = json_scan_peek(&p->s);
	if (c != close && c != ',')
		return refuse(p, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
	p->s.p++;
	return c == close;
}

/* Takes the opening bracket: 1 when the container is empty, 0 when not, else an error. */
static int container_begin(struct parser *p, unsigned depth, int close)
{
	if (depth >= JSON_DEPTH)
		return json_scan_fail(&p->s, p->s.p, LODE_TOOBIG, "nested too deep");
	p->s.p++;
	if (json_scan_peek(&p->s) != close)
		return 0;
	p->s.p++;
	return 1;
}

/* One member's value, appended to `parent` unless that is NULL; **tail is where it hangs. */
static int member(struct parser *p, unsigned depth, struct json *parent, struct json ***tail,
	struct slice key)
{
	if (!parent)
		return value(p, depth + 1, NULL);
	struct json *m = arena_new(p->s.arena, struct json);
	if (!m)
		return no_memory(p);
	m->key = key;
	**tail = m;
	*tail = &m->next;
	parent->n++;
	return value(p, depth + 1, m);
}

static int array(struct parser *p, unsigned depth, struct json *v)
{
	struct json **tail = v ? &v->first : NULL;
	int rc = container_begin(p, depth, ']');
	while (rc == 0) {
		rc = member(p, depth, v, &tail, (struct slice){0});
		if (rc == 0)
			rc = member_end(p, ']');
	}
	return rc < 0 ? rc : 0;
}

static int object(struct parser *p, unsigned depth, struct json *v)
{
	struct json **tail = v ? &v->first : NULL;
	size_t first = p->n_names;
	int rc = container_begin(p, depth, '}');
	while (rc == 0) {
		struct slice key = {0};
		rc = member_key(p, &key);
		if (rc == 0)
			rc = add_name(p, key, (struct slice){0});
		if (rc == 0)
			rc = member(p, depth, v, &tail, key);
		if (rc == 0)
			rc = member_end(p, '}');
	}
	return rc < 0 ? rc : close_names(p, first);
}

static int value(struct parser *p, unsigned depth, struct json *v)
{
	struct json ignored = {0}, *to = v ? v : &ignored;
	int rc, c = json_scan_peek(&p->s);
	const char *from = p->s.p;
	switch (c) {
	case '{':
		to->type = JSON_OBJECT;
		rc = object(p, depth, v);
		break;
	case '[':
		to->type = JSON_ARRAY;
		rc = array(p, depth, v);
		break;
	case '"':
		to->type = JSON_STRING;
		rc = json_scan_string(&p->s, &to->str);
		break;
	case 't':
		to->type = JSON_TRUE;
		rc = literal(p, "true");
		break;
	case 'f':
		to->type = JSON_FALSE;
		rc = literal(p, "false");
		break;
	case 'n':
		to->type = JSON_NULL;
		rc = literal(p, "null");
		break;
	case -1: return refuse(p, "text ends early");
	default:
		if (c != '-' && (c < '0' || c > '9'))
			return refuse(p, "unexpected byte");
		to->type = JSON_NUMBER;
		rc = json_scan_number(&p->s, &to->num);
		break;
	}
	to->raw = slice_of(from, (size_t)(p->s.p - from));
	return rc;
}

static int text_end(struct parser *p)
{
	return json_scan_peek(&p->s) == -1 ? 0 : refuse(p, "bytes after the value");
}

int json_parse(struct slice text, struct arena *a, struct json **out, struct err *e)
{
	struct parser p;
	parser_init(&p, text, a, e);
	struct json *v = arena_new(a, struct json);
	if (!v)
		return no_memory(&p);
	int rc = value(&p, 0, v);
	if (rc == 0)
		rc = text_end(&p);
	if (rc == 0)
		*out = v;
	return rc;
}

const struct json *json_get(const struct json *o, const char *key)
{
	if (!o || o->type != JSON_OBJECT)
		return NULL;
	struct slice want = slice_str(key);
	for (const struct json *m = o->first; m; m = m->next)
		if (slice_eq(m->key, want))
			return m;
	return NULL;
}

/* The integer of a JSON number, or LODE_BADREQ.  Digits are read one by one, as a double holds only
 * 53 bits; 1.0 and 1e3 are integers too, up to that size. */
static int integer_of(const struct json *v, int64_t *out)
{
	const char *p = v->raw.p, *end = p + v->raw.n;
	bool is_negative = *p == '-';
	int64_t n = 0;
	for (p += is_negative; p < end && *p >= '0' && *p <= '9'; p++) {
		int digit = is_negative ? '0' - *p : *p - '0';
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
			return LODE_BADREQ;
	}
	if (p < end) {
		if (fabs(v->num) > 0x1p53 || v->num != trunc(v->num))
			return LODE_BADREQ;
		n = (int64_t)v->num;
	}
	*out = n;
	return 0;
}

int json_int(const struct json *v, int64_t lo, int64_t hi, int64_t *out)
{
	int64_t n;
	if (!v || v->type != JSON_NUMBER || integer_of(v, &n) || n < lo || n > hi)
		return LODE_BADREQ;
	*out = n;
	return 0;
}

/* The field of that name, NULL when none.  *next is where to look first: members mostly come in the
 * order of the fields. */
static struct json_field *find_field(
	struct json_field *fields, size_t n, size_t *next, struct slice key)
{
	for (size_t tried = 0; tried < n; tried++) {
		struct json_field *f = &fields[*next];
		*next = *next + 1 < n ? *next + 1 : 0;
		if (strncmp(f->key, key.p, key.n) == 0 && f->key[key.n] == '\0')
			return f;
	}
	return NULL;
}

static int field_value(struct parser *p, struct json_field *f)
{
	if (f->value.p)
		return refuse(p, "object has a key twice");
	if (json_scan_peek(&p->s) != '"')
		return refuse(p, "expected a string");
	return json_scan_string(&p->s, &f->value);
}

static int scan_member(struct parser *p, struct json_field *fields, size_t n_fields, size_t *next)
{
	struct slice key = {0};
	json_scan_peek(&p->s);
	const char *from = p->s.p;
	int rc = member_key(p, &key);
	if (rc)
		return rc;
	struct json_field *f = find_field(fields, n_fields, next, key);
	if (f)
		return field_value(p, f);
	rc = value(p, 1, NULL);
	return rc ? rc : add_name(p, key, slice_of(from, (size_t)(p->s.p - from)));
}

/* The unknown members, each with a comma in front. */
static int join_members(struct parser *p, struct slice *out)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_names; i++)
		n += p->names[i].member.n + 1;
	*out = (struct slice){0};
	if (n == 0)
		return 0;
	char *w = arena_alloc(p->s.arena, n);
	if (!w)
		return no_memory(p);
	*out = slice_of(w, n);
	for (size_t i = 0; i < p->n_names; i++) {
		struct slice m = p->names[i].member;
		*w++ = ',';
		memcpy(w, m.p, m.n);
		w += m.n;
	}
	return 0;
}

static int check_required(struct parser *p, const struct json_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i].required && !fields[i].value.p)
			return err_set(p->s.e, LODE_BADREQ, "byte %zu: \"%s\" is missing",
				(size_t)(p->s.p - p->s.start), fields[i].key);
	return 0;
}

int json_scan_object(struct slice line, struct json_field *fields, size_t n_fields,
	struct arena *scratch, struct slice *meta, struct err *e)
{
	struct parser p;
	size_t next = 0;
	parser_init(&p, line, scratch, e);
	for (size_t i = 0; i < n_fields; i++)
		fields[i].value = (struct slice){0};
	if (json_scan_peek(&p.s) != '{')
		return refuse(&p, "expected an object");
	int rc = container_begin(&p, 0, '}');
	while (rc == 0) {
		rc = scan_member(&p, fields, n_fields, &next);
		if (rc == 0)
			rc = member_end(&p, '}');
	}
	if (rc < 0 || (rc = text_end(&p)) || (rc = check_required(&p, fields, n_fields)))
		return rc;
	struct slice rest;
	rc = join_members(&p, &rest);
	if (rc == 0)
		rc = close_names(&p, 0);
	if (rc == 0)
		*meta = rest;
	return rc;
}
