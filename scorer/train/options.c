#include "scorer/train/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row *find(const char *name, const struct option_row *rows, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static int put_number(const struct option_row *o, const char *text, void *to, struct err *e)
{
	char *end;
	errno = 0;
	if (o->kind == OPTION_FLOAT) {
		float v = strtof(text, &end);
		if (*end || end == text || errno || !(v - v == 0))
			return err_set(e, LODE_BADREQ, "--%s: %s is no number", o->name, text);
		*(float *)to = v;
		return LODE_OK;
	}
	unsigned long long v = strtoull(text, &end, 10),
			   most = o->kind == OPTION_U32 ? UINT32_MAX : UINT64_MAX;
	if (*end || text[0] < '0' || text[0] > '9' || errno || v > most)
		return err_set(e, LODE_BADREQ, "--%s: %s is no whole number up to %llu", o->name,
			text, most);
	if (o->kind == OPTION_U32)
		*(uint32_t *)to = (uint32_t)v;
	else
		*(uint64_t *)to = v;
	return LODE_OK;
}

static int put_choice(const struct option_row *o, const char *text, unsigned *to, struct err *e)
{
	char all[128] = "";
	for (unsigned i = 0; i < o->n_choices; i++) {
		if (strcmp(o->choices[i], text) == 0) {
			*to = i;
			return LODE_OK;
		}
		size_t used = strlen(all);
		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "", o->choices[i]);
	}
	return err_set(e, LODE_BADREQ, "--%s: %s is none of %s", o->name, text, all);
}

int options_parse(
	int argc, char **argv, const struct option_row *rows, unsigned n, void *to, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		const struct option_row *o =
			strncmp(argv[i], "--", 2) == 0 ? find(argv[i] + 2, rows, n) : NULL;
		if (!o)
			return err_set(e, LODE_BADREQ, "unknown option: %s", argv[i]);
		void *at = (char *)to + o->at;
		if (o->kind == OPTION_FLAG) {
			*(bool *)at = true;
			continue;
		}
		if (++i == argc)
			return err_set(e, LODE_BADREQ, "--%s needs a value", o->name);
		int rc = LODE_OK;
		if (o->kind == OPTION_TEXT)
			*(const char **)at = argv[i];
		else if (o->kind == OPTION_CHOICE)
			rc = put_choice(o, argv[i], at, e);
		else
			rc = put_number(o, argv[i], at, e);
		if (rc)
			return rc;
	}
	return LODE_OK;
}

void options_help(FILE *out, const struct option_row *rows, unsigned n, const void *to)
{
	for (unsigned i = 0; i < n; i++) {
		const struct option_row *o = &rows[i];
		const void *at = (const char *)to + o->at;
		char now[64] = "";
		if (o->kind == OPTION_FLOAT)
			snprintf(now, sizeof(now), " (%g)", (double)*(const float *)at);
		if (o->kind == OPTION_U32)
			snprintf(now, sizeof(now), " (%u)", *(const uint32_t *)at);
		if (o->kind == OPTION_U64)
			snprintf(now, sizeof(now), " (%llu)",
				(unsigned long long)*(const uint64_t *)at);
		if (o->kind == OPTION_CHOICE)
			snprintf(now, sizeof(now), " (%s)", o->choices[*(const unsigned *)at]);
		if (o->kind == OPTION_TEXT && *(const char *const *)at)
			snprintf(now, sizeof(now), " (%s)", *(const char *const *)at);
		fprintf(out, "  --%-18s %s%s\n", o->name, o->what, now);
	}
}
