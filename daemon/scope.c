#include "daemon/scope.h"

#include "tokenizer/tokenizer.h"

#include <stdio.h>

static const char *const scope_members[] = {"from", "to", "as_of", "types", "sections", NULL};

static bool is_listed(const char *const *names, struct slice name)
{
	for (; *names; names++)
		if (slice_eq(name, slice_str(*names)))
			return true;
	return false;
}

int scope_check_members(const struct json *body, const char *const *known, struct err *e)
{
	unsigned number = 0;
	if (body->type != JSON_OBJECT)
		return err_set(e, LODE_BADREQ, "the body must be a JSON object");
	for (const struct json *m = body->first; m; m = m->next) {
		number++;
		bool is_own = m->key.n >= 2 && memcmp(m->key.p, "x-", 2) == 0;
		if (is_own || is_listed(scope_members, m->key) || is_listed(known, m->key))
			continue;
		/* By number: a member's name may be a question gone astray. */
		return err_set(
			e, LODE_BADREQ, "member %u of the body is unknown to this route", number);
	}
	return 0;
}

static bool is_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

/* YYYY-MM-DD at the start; a time may follow, the index compares by day. */
static bool is_date(struct slice s)
{
	return s.n >= 10 && is_digits(s.p, 4) && s.p[4] == '-' && is_digits(s.p + 5, 2) &&
	       s.p[7] == '-' && is_digits(s.p + 8, 2) && memcmp(s.p + 5, "12", 2) <= 0 &&
	       memcmp(s.p + 8, "31", 2) <= 0 && (s.n == 10 || s.p[10] == 'T' || s.p[10] == ' ');
}

static int get_date(const struct json *body, const char *key, struct slice *out, struct err *e)
{
	const struct json *v = json_get(body, key);
	if (!v || v->type == JSON_NULL)
		return 0;
	if (v->type != JSON_STRING || !is_date(v->str))
		return err_set(e, LODE_BADREQ, "%s: must be a date, YYYY-MM-DD", key);
	*out = v->str;
	return 0;
}

/* Strings of an array; NULL and an absent member are none. */
static int check_strings(const struct json *v, const char *key, struct err *e)
{
	if (v->type != JSON_ARRAY)
		return err_set(e, LODE_BADREQ, "%s: must be an array of strings", key);
	for (const struct json *m = v->first; m; m = m->next)
		if (m->type != JSON_STRING)
			return err_set(e, LODE_BADREQ, "%s: must be an array of strings", key);
	return 0;
}

static int get_types(const struct json *body, struct arena *a, struct scope *out, struct err *e)
{
	const struct json *v = json_get(body, "types");
	if (!v || v->type == JSON_NULL)
		return 0;
	int rc = check_strings(v, "types", e);
	if (rc)
		return rc;
	struct slice *types = arena_array(a, struct slice, v->n ? v->n : 1);
	if (!types)
		return err_set(e, LODE_NOMEM, "types: out of memory");
	uint32_t n = 0;
	for (const struct json *m = v->first; m; m = m->next)
		types[n++] = m->str;
	out->types = types;
	out->n_types = n;
	return 0;
}

static int get_sections(const struct json *body, struct scope *out, struct err *e)
{
	const struct json *v = json_get(body, "sections");
	if (!v || v->type == JSON_NULL)
		return 0;
	int rc = check_strings(v, "sections", e);
	unsigned number = 0;
	for (const struct json *m = rc ? NULL : v->first; m; m = m->next) {
		int class = tok_section_by_name(m->str);
		number++;
		if (class < 0)
			return err_set(e, LODE_BADREQ, "sections: name %u is unknown", number);
		out->sections |= (uint32_t)1 << class;
	}
	return rc;
}

int scope_parse(const struct json *body, struct arena *a, struct scope *out, struct err *e)
{
	struct scope s = {0};
	int rc = get_date(body, "from", &s.from, e);
	if (rc == 0)
		rc = get_date(body, "to", &s.to, e);
	if (rc == 0)
		rc = get_date(body, "as_of", &s.as_of, e);
	if (rc == 0)
		rc = get_types(body, a, &s, e);
	if (rc == 0)
		rc = get_sections(body, &s, e);
	if (rc == 0)
		*out = s;
	return rc;
}
