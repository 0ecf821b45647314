#include "client/args.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *operands;
	int least, most;
	const char *help;
} verbs[] = {
#define X(id, name, operands, least, most, help) {name, operands, least, most, help},
	VERB_LIST(X)
#undef X
};

static const struct {
	const char *name, *value;
	unsigned verbs;
	const char *help;
} options[] = {
#define X(id, name, value, verbs, help) {name, value, verbs, help},
	OPTION_LIST(X)
#undef X
};

static enum verb find_verb(const char *name)
{
	for (int i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return (enum verb)i;
	return VERB_NONE;
}

static enum option find_option(struct slice name)
{
	for (int i = 0; i < OPTIONS; i++)
		if (slice_eq(slice_str(options[i].name), name))
			return (enum option)i;
	return OPTIONS;
}

/* text: after the dashes.  next: the following argument, or NULL. *took_next: it was the value. */
static int long_option(
	struct args *a, const char *text, const char *next, bool *took_next, struct err *e)
{
	const char *equals = strchr(text, '=');
	struct slice name = equals ? slice_of(text, (size_t)(equals - text)) : slice_str(text);
	enum option option = find_option(name);
	const char *value = equals ? equals + 1 : "";
	if (option == OPTIONS)
		return err_set(e, LODE_BADREQ, "no such option: --%.*s", (int)name.n, name.p);
	bool wants_value = *options[option].value;
	if (equals && !wants_value)
		return err_set(e, LODE_BADREQ, "--%s takes no value", options[option].name);
	*took_next = wants_value && !equals;
	if (*took_next && !next)
		return err_set(e, LODE_BADREQ, "--%s needs a value: %s", options[option].name,
			options[option].value);
	if (*took_next)
		value = next;
	if (a->n_given == ARGS_OPTIONS_MAX)
		return err_set(e, LODE_BADREQ, "more than %d options", ARGS_OPTIONS_MAX);
	a->given[a->n_given].option = option;
	a->given[a->n_given++].value = value;
	return 0;
}

static int check_enum(const struct args *a, enum option option, const char *words, struct err *e)
{
	const char *value = args_value(a, option);
	if (!value)
		return 0;
	size_t n = strlen(value);
	for (const char *p = words; n && !strchr(value, ' ') && (p = strstr(p, value)); p += n)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return 0;
	return err_set(e, LODE_BADREQ, "--%s must be one of: %s", options[option].name, words);
}

/* Ids at the front of the operands: a route with an empty one is another route. */
static int check_ids(const struct args *a, struct err *e)
{
	static const char *const words[] = {"PATIENT", "NOTE"};
	unsigned one = (V_QUESTION & ~V(SCREEN)) | V(PATIENTS), two = V(SHOW) | V(DELETE);
	unsigned verb = 1u << a->verb;
	int ids = verb & two ? 2 : (verb & one) && !args_has(a, OPT_ALL);
	for (int i = 0; i < ids && i < a->n_operands; i++)
		if (!*a->operands[i])
			return err_set(e, LODE_BADREQ, "%s: the %s is empty", verbs[a->verb].name,
				words[i]);
	return 0;
}

static int check(const struct args *a, struct err *e)
{
	if (args_has(a, OPT_HELP) || args_has(a, OPT_VERSION) || a->verb == VERB_NONE)
		return 0;
	for (unsigned i = 0; i < a->n_given; i++) {
		enum option option = a->given[i].option;
		if (!(options[option].verbs & (1u << a->verb)))
			return err_set(e, LODE_BADREQ, "%s takes no --%s", verbs[a->verb].name,
				options[option].name);
	}
	int least = verbs[a->verb].least - args_has(a, OPT_ALL);
	if (a->n_operands < least || a->n_operands > verbs[a->verb].most)
		return err_set(e, LODE_BADREQ, "usage: lodestone %s [OPTION...]%s%s",
			verbs[a->verb].name, *verbs[a->verb].operands ? " " : "",
			verbs[a->verb].operands);
	int rc = check_ids(a, e);
	if (rc == 0)
		rc = check_enum(a, OPT_FORMAT, "text json ndjson", e);
	return rc ? rc : check_enum(a, OPT_COLOR, "auto always never", e);
}

static void first_word(struct args *a, char *word, int at)
{
	a->verb = find_verb(word);
	if (a->verb == VERB_NONE) {
		a->foreign = word;
		a->foreign_at = at;
	}
}

int args_parse(int argc, char **argv, struct args *out, struct err *e)
{
	static char help[] = "--help", output[] = "--output";
	bool only_operands = false;
	struct args *a = out;
	*a = (struct args){.verb = VERB_NONE, .operands = argv + 1};
	for (int i = 1; i < argc; i++) {
		char *word = argv[i];
		bool took_next = false;
		if (!only_operands && a->verb == VERB_NONE && strcmp(word, "help") == 0)
			word = help;
		if (only_operands || word[0] != '-' || !word[1]) {
			if (a->verb != VERB_NONE)
				a->operands[a->n_operands++] = word;
			else
				first_word(a, word, i);
			if (a->foreign)
				return check(a, e);
			continue;
		}
		if (strcmp(word, "--") == 0) {
			only_operands = true;
			continue;
		}
		if (strcmp(word, "-o") == 0)
			word = output;
		if (strcmp(word, "-h") == 0) {
			a->is_short_help = true;
			word = help;
		} else if (word[1] != '-') {
			return err_set(e, LODE_BADREQ, "no such option: %s", word);
		}
		int rc = long_option(a, word + 2, i + 1 < argc ? argv[i + 1] : NULL, &took_next, e);
		if (rc)
			return rc;
		i += took_next;
	}
	return check(a, e);
}

bool args_has(const struct args *a, enum option option)
{
	return args_value(a, option) != NULL;
}

const char *args_value(const struct args *a, enum option option)
{
	for (unsigned i = a->n_given; i-- > 0;)
		if (a->given[i].option == option)
			return a->given[i].value;
	return NULL;
}

const char *args_next(const struct args *a, enum option option, unsigned *at)
{
	while (*at < a->n_given) {
		unsigned i = (*at)++;
		if (a->given[i].option == option)
			return a->given[i].value;
	}
	return NULL;
}

/* Digits only: strtoull would take blanks and a minus sign. */
static int parse_uint(struct slice text, uint64_t *out)
{
	uint64_t v = 0;
	if (text.n == 0 || text.n > 18)
		return LODE_BADREQ;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return LODE_BADREQ;
		v = v * 10 + (uint64_t)(text.p[i] - '0');
	}
	*out = v;
	return 0;
}

int args_uint(const struct args *a, enum option option, uint64_t lo, uint64_t hi, uint64_t *out,
	struct err *e)
{
	const char *text = args_value(a, option);
	uint64_t v;
	if (!text)
		return 0;
	if (parse_uint(slice_str(text), &v) || v < lo || v > hi)
		return err_set(e, LODE_BADREQ, "--%s must be a whole number from %llu to %llu",
			options[option].name, (unsigned long long)lo, (unsigned long long)hi);
	*out = v;
	return 0;
}

int args_deadline(const struct args *a, uint64_t *out, struct err *e)
{
	uint64_t hour = 3600000, week = 168 * hour;
	return args_uint(a, OPT_DEADLINE, 1, a->verb == VERB_SCREEN ? week : hour, out, e);
}

int args_span(const char *text, uint64_t *start, uint64_t *end)
{
	const char *dash = strchr(text, '-');
	uint64_t from, to;
	if (!dash || parse_uint(slice_of(text, (size_t)(dash - text)), &from) ||
		parse_uint(slice_str(dash + 1), &to) || from >= to)
		return LODE_BADREQ;
	*start = from;
	*end = to;
	return 0;
}

enum format args_format(const struct args *a)
{
	const char *value = args_value(a, OPT_FORMAT);
	if (!value || strcmp(value, "text") == 0)
		return FORMAT_TEXT;
	return strcmp(value, "json") == 0 ? FORMAT_JSON : FORMAT_NDJSON;
}

void args_usage(struct buf *out, enum verb verb)
{
	if (verb == VERB_NONE)
		buf_put_str(out, "usage: lodestone VERB [OPTION...] [OPERAND...]\n");
	else
		buf_printf(out, "usage: lodestone %s [OPTION...]%s%s\n", verbs[verb].name,
			*verbs[verb].operands ? " " : "", verbs[verb].operands);
}

static void option_help(struct buf *out, enum verb verb, bool is_short)
{
	unsigned everywhere = V_ALL & ~(V_OFFLINE | V(DELETE));
	for (int i = 0; i < OPTIONS; i++) {
		char left[64];
		bool is_common = (options[i].verbs & everywhere) == everywhere;
		if (verb == VERB_NONE ? !is_common : !(options[i].verbs & (1u << verb)))
			continue;
		if (is_short && verb != VERB_NONE && is_common)
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
			*options[i].value ? " " : "", options[i].value);
		buf_printf(out, "  %-22s %s\n", left, options[i].help);
	}
}

static const char exit_help[] =
	"\nExit status: 0 found or done; 1 nothing found (ingest: some lines were rejected);\n"
	"2 usage or failure; 3 daemon unreachable; 4 busy or past the deadline; 5 denied.\n"
	"With ask --exit-verdict: 0 present, 1 not mentioned, 10 absent (denied), 11 family\n"
	"only, 12 hypothetical only, 13 uncertain.  See lodestone(1).\n";

void args_help(struct buf *out, enum verb verb, bool is_short)
{
	args_usage(out, verb);
	if (verb == VERB_NONE) {
		buf_put_str(out, "\n");
		for (int i = 0; i < VERBS; i++)
			buf_printf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
		buf_put_str(out, "\nlodestone VERB --help says more.  ");
		buf_put_str(out, "An unknown VERB runs lodestone-VERB from PATH.\n");
	} else {
		buf_printf(out, "%s\n", verbs[verb].help);
	}
	if (verb != VERB_NONE || !is_short) {
		buf_put_str(out, "\n");
		option_help(out, verb, is_short);
	}
	if (!is_short)
		buf_put_str(out, exit_help);
}
