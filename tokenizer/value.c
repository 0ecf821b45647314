/* A number behind the name of a test: what may stand between them, ranges, pairs, units, and whether
 * it can be a value of that test at all. */
#include "tokenizer/tokenizer.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

enum {
	BETWEEN_BYTES = 80, /* from the name to its number */
	BETWEEN_WORDS = 8,
	ASIDE_BYTES = 60, /* "(left ventricular)" */
	DIGITS_MAX = 12,
};

struct reader {
	const char *p;
	uint32_t i, end; /* end: of the line */
	const struct tok_analyte *a;
};

static char at(const struct reader *r, uint32_t i)
{
	return i < r->end ? r->p[i] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void skip_blanks(struct reader *r)
{
	while (at(r, r->i) == ' ' || at(r, r->i) == '\t')
		r->i++;
}

/* ---- names ---- */

static bool is_name(const char *names, struct slice s)
{
	for (const char *p = names; *p;) {
		size_t n = strcspn(p, "|");
		if (n == s.n && strncasecmp(p, s.p, n) == 0)
			return true;
		p += n + (p[n] == '|');
	}
	return false;
}

const struct tok_analyte *tok_analyte_by_name(struct slice name)
{
	const struct tok_analyte *list;
	unsigned n = tok_analytes(&list);
	for (unsigned i = 0; i < n; i++)
		if (is_name(list[i].name, name) || is_name(list[i].names, name))
			return &list[i];
	return NULL;
}

/* ---- between name and number ---- */

static const char *const fillers[] = {"is", "was", "of", "at", "to", "were", "are", "be", "been",
	"measured", "estimated", "calculated", "approximately", "approx", "about", "around",
	"roughly", "nearly", "level", "levels", "value", "values", "result", "results", "reading",
	"readings", "today", "now", "currently", "current", "still", "only", "up", "down", "as",
	"remains", "remained", "improved", "increased", "decreased", "dropped", "fell", "rose",
	"risen", "elevated", "low", "high", "normal", "mildly", "slightly", "severely", "markedly",
	"moderately", "stable", "total", "mean", "peak", "nadir", "admission", "initial", "last",
	"latest", "most", "recent", "repeat", "found", "noted", "reported", "showed", "shows",
	"the", "a", "range", "ranging", "ranged", "ranges", "from", "between", "in", "came", "back",
	"with", "score", "by", "echo", "it", "significant", "significantly", "on", "arrival",
	"reduced", "preserved", "depressed", "low-normal", "serum", "plasma", "blood", "had", "has",
	"and", "percent", "count", NULL};

static const struct {
	const char *words;
	enum tok_relation relation;
} relations[] = {{"less than or equal to", TOK_BELOW}, {"greater than or equal to", TOK_ABOVE},
	{"less than", TOK_BELOW}, {"lower than", TOK_BELOW}, {"below", TOK_BELOW},
	{"under", TOK_BELOW}, {"greater than", TOK_ABOVE}, {"more than", TOK_ABOVE},
	{"higher than", TOK_ABOVE}, {"above", TOK_ABOVE}, {"over", TOK_ABOVE},
	{"at least", TOK_ABOVE}, {"<", TOK_BELOW}, {">", TOK_ABOVE}, {"\xe2\x89\xa4", TOK_BELOW},
	{"\xe2\x89\xa5", TOK_ABOVE}, {"~", TOK_ABOUT}, {"\xe2\x89\x88", TOK_ABOUT}};

static bool take_text(struct reader *r, const char *text)
{
	size_t n = strlen(text);
	if (r->end - r->i < n || strncasecmp(r->p + r->i, text, n) != 0)
		return false;
	if (is_letter(text[n - 1]) && isalnum((unsigned char)at(r, r->i + (uint32_t)n)))
		return false;
	r->i += (uint32_t)n;
	return true;
}

static bool take_relation(struct reader *r, enum tok_relation *out)
{
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if (take_text(r, relations[i].words)) {
			*out = relations[i].relation;
			if (at(r, r->i) == '=')
				r->i++;
			return true;
		}
	return false;
}

static bool take_filler(struct reader *r)
{
	for (const char *const *f = fillers; *f; f++)
		if (take_text(r, *f))
			return true;
	return false;
}

/* A parenthesis without a digit: "EF (by echo) 30 %". */
static bool take_aside(struct reader *r)
{
	uint32_t i = r->i;
	if (at(r, i) != '(')
		return false;
	for (i++; i < r->end && i - r->i < ASIDE_BYTES && r->p[i] != ')'; i++)
		if (is_digit(r->p[i]))
			return false;
	if (at(r, i) != ')')
		return false;
	r->i = i + 1;
	return true;
}

static bool begins_number(const struct reader *r)
{
	char c = at(r, r->i), next = at(r, r->i + 1);
	if (c == '-' && r->a && r->a->least < 0)
		return is_digit(next);
	return is_digit(c) || (c == '.' && is_digit(next));
}

/* Stands on the number afterwards. */
static bool find_number(struct reader *r, enum tok_relation *relation)
{
	uint32_t from = r->i;
	unsigned words = 0;
	*relation = TOK_EQUAL;
	while (r->i < r->end && r->i - from < BETWEEN_BYTES) {
		uint32_t before = r->i;
		skip_blanks(r);
		if (begins_number(r))
			return true;
		if (take_relation(r, relation) || take_aside(r))
			continue;
		if (at(r, r->i) && strchr(":=-|,(*", at(r, r->i)))
			r->i++;
		else if (take_filler(r) && ++words > BETWEEN_WORDS)
			return false;
		if (r->i == before)
			return false;
	}
	return false;
}

/* ---- numbers ---- */

/* Digits with a decimal point or commas before groups of three. */
static bool take_number(struct reader *r, double *out)
{
	char room[2 * DIGITS_MAX];
	unsigned n = 0;
	uint32_t i = r->i;
	bool has_point = false;
	if (at(r, i) == '-')
		room[n++] = r->p[i++];
	for (; n < DIGITS_MAX; i++) {
		char c = at(r, i);
		bool groups = c == ',' && !has_point && n > 0 && n <= 6 && is_digit(at(r, i + 1)) &&
			      is_digit(at(r, i + 2)) && is_digit(at(r, i + 3)) &&
			      !is_digit(at(r, i + 4));
		bool point = c == '.' && !has_point && is_digit(at(r, i + 1));
		if (!is_digit(c) && !groups && !point)
			break;
		has_point |= point;
		if (!groups)
			room[n++] = c;
	}
	if (n == 0 || is_digit(at(r, i)))
		return false;
	room[n] = '\0';
	*out = strtod(room, NULL);
	r->i = i;
	return true;
}

/* "-", "to" or an en dash and a larger number: the end of a range. */
static void take_range(struct reader *r, double low, double *high)
{
	struct reader t = *r;
	double next;
	skip_blanks(&t);
	bool is_tight = t.i == r->i;
	if (at(&t, t.i) == '%') {
		t.i++;
		skip_blanks(&t);
	}
	bool dash = at(&t, t.i) == '-';
	if (dash)
		t.i++;
	else if (!take_text(&t, "\xe2\x80\x93") && !take_text(&t, "to") && !take_text(&t, "and"))
		return;
	skip_blanks(&t);
	if (!is_digit(at(&t, t.i)) || !take_number(&t, &next) || next <= low ||
		(!is_tight && dash && next > 3 * low))
		return;
	char c = at(&t, t.i), d = at(&t, t.i + 1);
	if ((c == '-' || c == '/' || c == ':') && is_digit(d) &&
		!(c == '/' && r->a && r->a->is_pair))
		return;
	r->i = t.i;
	*high = next;
}

static bool take_value(struct reader *r, double *low, double *high)
{
	if (!take_number(r, low))
		return false;
	*high = *low;
	take_range(r, *low, high);
	return true;
}

/* What follows a number that is none by itself: a date, a time, an ordinal, "12-lead", "1/2". */
static bool is_broken(const struct reader *r)
{
	char c = at(r, r->i), next = at(r, r->i + 1);
	if ((c == '/' || c == ':' || c == '.' || c == '-') && is_digit(next))
		return true;
	return (c == '-' && is_letter(next)) || c == '_';
}

/* ---- units ---- */

struct unit {
	double factor, offset;
	unsigned bytes; /* as written; 0: none is */
};

/* One of the list "unit:factor:offset|..."; *next is the rest. */
static size_t unit_at(const char *p, struct unit *u, const char **next)
{
	size_t n = strcspn(p, ":"), all = strcspn(p, "|");
	char *rest;
	*u = (struct unit){.factor = 1};
	if (p[n] == ':') {
		u->factor = strtod(p + n + 1, &rest);
		if (*rest == ':')
			u->offset = strtod(rest + 1, NULL);
	}
	*next = p + all + (p[all] == '|');
	return n < all ? n : all;
}

/* The longest of the test's units that stands here. */
static bool written_unit(const struct reader *r, struct unit *out)
{
	*out = (struct unit){.factor = 1};
	for (const char *p = r->a ? r->a->units : ""; *p;) {
		struct unit u;
		const char *name = p;
		size_t n = unit_at(p, &u, &p);
		bool same = r->end - r->i >= n && strncasecmp(r->p + r->i, name, n) == 0;
		bool whole = !is_letter(name[n - 1]) ||
			     !isalnum((unsigned char)at(r, r->i + (uint32_t)n));
		if (same && whole && n > out->bytes) {
			u.bytes = (unsigned)n;
			*out = u;
		}
	}
	return out->bytes > 0;
}

/* Units of other things: a dose, a time, a length. */
static bool is_foreign_unit(const struct reader *r)
{
	static const char *const others[] = {"mg", "mcg", "ug", "g", "gm", "gms", "gram", "grams",
		"ml", "cc", "l", "units", "unit", "iu", "tablets", "tablet", "tabs", "tab", "puffs",
		"caps", "capsules", "meq", "mmol", "days", "day", "weeks", "week", "wk", "wks",
		"months", "month", "years", "year", "yrs", "hours", "hour", "hrs", "minutes", "min",
		"mm", "cm", "x", "times", "am", "pm", "st", "nd", "rd", "th", "liters", "doses",
		"pm", "kg", "lb", "lbs", "pack", "drops", "mg/kg", "h", NULL};
	struct reader t = *r;
	for (const char *const *o = others; *o; o++)
		if (take_text(&t, *o) && !is_digit(at(&t, t.i)))
			return true;
	return false;
}

static bool is_believed(const struct tok_analyte *a, double v)
{
	return v >= a->least && v <= a->most;
}

/* No unit is written: the usual one, else the first that makes the number one of this test. */
static bool guess_unit(const struct tok_analyte *a, double v, struct unit *out)
{
	*out = (struct unit){.factor = 1};
	if (is_believed(a, v))
		return true;
	for (const char *p = a->units; *p;) {
		unit_at(p, out, &p);
		if ((out->factor != 1 || out->offset != 0) &&
			is_believed(a, v * out->factor + out->offset))
			return true;
	}
	return false;
}

static bool take_unit(struct reader *r, struct tok_value *out, struct unit *u)
{
	uint32_t after = r->i;
	if (at(r, r->i) == '*')
		r->i++;
	skip_blanks(r);
	if (written_unit(r, u)) {
		out->unit_start = r->i;
		r->i += u->bytes;
		out->unit_end = r->i;
	} else if (is_foreign_unit(r) || is_letter(at(r, after)) || at(r, after) == '/') {
		return false; /* "5 mg", "7x", "3-5/hpf" */
	} else {
		r->i = after;
	}
	if (!r->a)
		return true;
	if (u->bytes == 0)
		return guess_unit(r->a, out->low, u);
	return is_believed(r->a, out->low * u->factor + u->offset);
}

/* "PSA in 2004" */
static bool is_year(const struct reader *r, const struct tok_value *v)
{
	return v->start >= 3 && strncasecmp(r->p + v->start - 3, "in ", 3) == 0 &&
	       v->end - v->start == 4 && v->low >= 1900 && v->low < 2200;
}

/* ---- all of it ---- */

static bool take_pair(struct reader *r, struct tok_value *out)
{
	if (!r->a || !r->a->is_pair)
		return true;
	if (at(r, r->i) != '/' || !is_digit(at(r, r->i + 1)))
		return false;
	r->i++;
	out->has_second = true;
	return take_value(r, &out->second_low, &out->second_high) && out->second_low < out->low;
}

bool tok_value_read(
	struct slice text, uint32_t after, const struct tok_analyte *a, struct tok_value *out)
{
	if (after > text.n)
		return false;
	const char *line = memchr(text.p + after, '\n', text.n - after);
	struct reader r = {text.p, after, (uint32_t)(line ? (size_t)(line - text.p) : text.n), a};
	struct tok_value v = {0};
	struct unit u;
	/* "BUN/creatinine", "Cr-51": the name is not this one's. */
	if (is_letter(at(&r, after)) || (at(&r, after) == '/' && !is_digit(at(&r, after + 1))))
		return false;
	if (!find_number(&r, &v.relation))
		return false;
	v.start = r.i;
	if (!take_value(&r, &v.low, &v.high) || !take_pair(&r, &v) || is_broken(&r))
		return false;
	v.end = r.i;
	if (is_year(&r, &v))
		return false;
	if (!take_unit(&r, &v, &u))
		return false;
	if (v.unit_end > v.unit_start)
		v.end = v.unit_end;
	v.usual_low = v.low * u.factor + u.offset;
	v.usual_high = v.high * u.factor + u.offset;
	*out = v;
	return true;
}

bool tok_analyte_has(const struct tok_analyte *a, struct slice text, uint32_t start, uint32_t end)
{
	static const char *const plain[] = {"bp", "hr", "rr", "wt", "ht", "ef", "hb", "bg"};
	const char *p = text.p + start;
	uint32_t before = start;
	if (end - start > 3 || !a)
		return true;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (end - start == 2 && strncasecmp(plain[i], p, 2) == 0)
			return true;
	/* "5 mg", "pt", "ca": a word or a unit in small letters; behind a number a unit anyhow */
	if (end - start <= 2 || strncasecmp(p, "map", 3) == 0 || strncasecmp(p, "sat", 3) == 0) {
		while (before > 0 && text.p[before - 1] == ' ')
			before--;
		bool is_unit = before > 0 && is_digit(text.p[before - 1]) && start - before <= 1 &&
			       end - start <= 2;
		return isupper((unsigned char)p[0]) && !is_unit;
	}
	return true;
}
