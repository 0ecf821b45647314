#include "daemon/config.h"

#include "base/file.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>

enum kind { STRING_KIND, COUNT_KIND, SIZE_KIND, MS_KIND, FLAG_KIND };
enum when { WHEN_START, WHEN_RUN };

struct option_row {
	const char *name;
	enum kind kind;
	enum when when;
	size_t offset;
	const char *text;            /* STRING_KIND: default */
	int64_t number, least, most; /* the others */
	const char *help;
};

static const struct option_row options[] = {
#define STRING(field, when, fallback, help) \
	{#field, STRING_KIND, WHEN_##when, offsetof(struct config, field), fallback, 0, 0, 0, help},
#define NUMBER(field, when, type, fallback, least, most, help)                                    \
	{#field, type##_KIND, WHEN_##when, offsetof(struct config, field), NULL, fallback, least, \
		most, help},
	CONFIG_LIST(STRING, NUMBER)
#undef STRING
#undef NUMBER
};

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]), FILE_MAX = 1 << 20 };

static char **text_of(struct config *c, const struct option_row *o)
{
	return (char **)(void *)((char *)c + o->offset);
}

static int64_t *number_of(struct config *c, const struct option_row *o)
{
	return (int64_t *)(void *)((char *)c + o->offset);
}

int config_init(struct config *c)
{
	*c = (struct config){0};
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		if (o->kind != STRING_KIND)
			*number_of(c, o) = o->number;
		else if (o->text && !(*text_of(c, o) = strdup(o->text)))
			return LODE_NOMEM;
	}
	return 0;
}

void config_release(struct config *c)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (options[i].kind == STRING_KIND)
			free(*text_of(c, &options[i]));
	*c = (struct config){0};
}

static struct slice trim(struct slice s)
{
	while (s.n && isspace((unsigned char)s.p[0]))
		s.p++, s.n--;
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static int64_t unit_of(const struct option_row *o, char suffix)
{
	if (o->kind != SIZE_KIND)
		return 0;
	switch (suffix) {
	case 'K': return 1 << 10;
	case 'M': return 1 << 20;
	case 'G': return 1 << 30;
	default: return 0;
	}
}

static int parse_number(const struct option_row *o, struct slice value, int64_t *out, struct err *e)
{
	int64_t v = 0, unit = 1;
	size_t i = 0;
	for (; i < value.n && isdigit((unsigned char)value.p[i]); i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, value.p[i] - '0', &v))
			return err_set(e, LODE_BADREQ, "%s: number too large", o->name);
	if (i > 0 && i + 1 == value.n)
		unit = unit_of(o, value.p[i++]);
	if (i == 0 || i != value.n || unit == 0)
		return err_set(e, LODE_BADREQ, "%s: not a %s", o->name,
			o->kind == SIZE_KIND ? "size (a number, with K, M or G at most)"
					     : "number");
	if (__builtin_mul_overflow(v, unit, &v) || v < o->least || v > o->most)
		return err_set(e, LODE_BADREQ, "%s: must be within %lld..%lld", o->name,
			(long long)o->least, (long long)o->most);
	*out = v;
	return 0;
}

static int parse_flag(const struct option_row *o, struct slice value, int64_t *out, struct err *e)
{
	bool yes = slice_eq(value, SLICE("yes"));
	if (!yes && !slice_eq(value, SLICE("no")))
		return err_set(e, LODE_BADREQ, "%s: must be yes or no", o->name);
	*out = yes;
	return 0;
}

static int set_text(struct config *c, const struct option_row *o, struct slice value, struct err *e)
{
	if (value.n && memchr(value.p, '\0', value.n))
		return err_set(e, LODE_BADREQ, "%s: holds a NUL", o->name);
	char *copy = malloc(value.n + 1); /* not strndup(): a file's text ends without a NUL */
	if (!copy)
		return err_set(e, LODE_NOMEM, "%s: out of memory", o->name);
	if (value.n)
		memcpy(copy, value.p, value.n);
	copy[value.n] = '\0';
	free(*text_of(c, o));
	*text_of(c, o) = copy;
	return 0;
}

int config_set(struct config *c, struct slice key, struct slice value, struct err *e)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		if (!slice_eq(key, slice_str(o->name)))
			continue;
		if (o->kind == STRING_KIND)
			return set_text(c, o, value, e);
		if (o->kind == FLAG_KIND)
			return parse_flag(o, value, number_of(c, o), e);
		return parse_number(o, value, number_of(c, o), e);
	}
	return err_set(
		e, LODE_BADREQ, "no such setting: %.*s", key.n < 40 ? (int)key.n : 40, key.p);
}

static int parse_line(struct config *c, struct slice line, struct err *e)
{
	line = trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	const char *equals = memchr(line.p, '=', line.n);
	if (!equals)
		return err_set(e, LODE_BADREQ, "not of the form key = value");
	struct slice key = trim(slice_of(line.p, (size_t)(equals - line.p)));
	struct slice value = trim(slice_of(equals + 1, (size_t)(line.p + line.n - equals - 1)));
	return config_set(c, key, value, e);
}

int config_parse(struct config *c, struct slice text, struct err *e)
{
	unsigned number = 0;
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct err inner = {0};
		number++;
		int rc = parse_line(c, slice_of(text.p, n), &inner);
		if (rc)
			return err_set(e, rc, "line %u: %.150s", number, inner.text);
		n += end != NULL;
		text.p += n;
		text.n -= n;
	}
	return 0;
}

int config_read(struct config *c, const char *path, struct err *e)
{
	struct buf text = {.limit = FILE_MAX};
	struct err inner = {0};
	int rc = file_load(path, &text, &inner);
	if (rc == 0)
		rc = config_parse(c, buf_slice(&text), &inner);
	buf_release(&text);
	return rc ? err_set(e, rc, "%.80s: %.100s", path, inner.text) : 0;
}

void config_help(FILE *out)
{
	static const char *const kinds[] = {"text", "count", "bytes", "ms", "flag"};
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		char fallback[40];
		if (o->kind == STRING_KIND)
			snprintf(fallback, sizeof(fallback), "%s", o->text ? o->text : "-");
		else if (o->kind == FLAG_KIND)
			snprintf(fallback, sizeof(fallback), "%s", o->number ? "yes" : "no");
		else
			snprintf(fallback, sizeof(fallback), "%lld", (long long)o->number);
		fprintf(out, "  %-20s%c %-6s %-10s %s\n", o->name,
			o->when == WHEN_START ? '*' : ' ', kinds[o->kind], fallback, o->help);
	}
}

int config_log_level(const struct config *c, enum log_level *out, struct err *e)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	for (int i = 0; i < 4; i++)
		if (strcmp(c->log_level, names[i]) == 0) {
			*out = (enum log_level)i;
			return 0;
		}
	return err_set(e, LODE_BADREQ, "log_level: must be error, warning, info or debug");
}

/* ---- reload ---- */

static bool is_same(struct config *a, struct config *b, const struct option_row *o)
{
	if (o->kind != STRING_KIND)
		return *number_of(a, o) == *number_of(b, o);
	const char *x = *text_of(a, o), *y = *text_of(b, o);
	return x && y ? strcmp(x, y) == 0 : x == y;
}

static void swap_option(struct config *a, struct config *b, const struct option_row *o)
{
	if (o->kind == STRING_KIND) {
		char *text = *text_of(a, o);
		*text_of(a, o) = *text_of(b, o);
		*text_of(b, o) = text;
	} else {
		int64_t number = *number_of(a, o);
		*number_of(a, o) = *number_of(b, o);
		*number_of(b, o) = number;
	}
}

void config_swap(struct config *now, struct config *next,
	void (*say)(void *arg, const char *name, bool is_applied), void *arg)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		if (is_same(now, next, o))
			continue;
		/* Only what may change is written: workers read the rest meanwhile. */
		if (o->when == WHEN_RUN)
			swap_option(now, next, o);
		say(arg, o->name, o->when == WHEN_RUN);
	}
}
