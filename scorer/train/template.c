#include "scorer/train/template.h"

#include "scorer/train/example.h"

#include <stdlib.h>

enum { DEPTH_MAX = 8 };

static const char axis_letters[4][4] = {"AN", "CPH", "PO", "RSF"};

/* A slot's inside: n bytes at p. */
struct inside {
	const char *p;
	size_t n;
};

/* The brace that closes the one before p, NULL: none. */
static const char *closing(const char *p, const char *end)
{
	for (unsigned depth = 0; p < end; p++) {
		if (*p == '{')
			depth++;
		else if (*p == '}' && depth-- == 0)
			return p;
	}
	return NULL;
}

/* First '|' outside inner braces, or end. */
static const char *bar(const char *p, const char *end)
{
	unsigned depth = 0;
	for (; p < end; p++) {
		depth += *p == '{';
		depth -= *p == '}';
		if (*p == '|' && depth == 0)
			return p;
	}
	return end;
}

static bool is_mention(struct inside in)
{
	if (in.n != 4 && !(in.n == 5 && in.p[4] == '+'))
		return false;
	for (unsigned axis = 0; axis < 4; axis++)
		if (in.p[axis] != 'D' && in.p[axis] != '-' &&
			!strchr(axis_letters[axis], in.p[axis]))
			return false;
	return true;
}

static bool is_range(struct inside in, unsigned *low, unsigned *high)
{
	char *end = NULL;
	if (in.n == 0 || in.p[0] < '0' || in.p[0] > '9')
		return false;
	*low = (unsigned)strtoul(in.p, &end, 10);
	if (*end != '-')
		return false;
	*high = (unsigned)strtoul(end + 1, &end, 10);
	return end == in.p + in.n && *low <= *high;
}

static const struct bank *bank_find(struct inside in)
{
	for (unsigned i = 0; i < template_bank_count; i++)
		if (slice_eq(slice_str(template_banks[i].name), slice_of(in.p, in.n)))
			return &template_banks[i];
	return NULL;
}

uint8_t template_label(unsigned axis, char letter, const char *here)
{
	if (letter == 'D')
		letter = here[axis];
	const char *at = letter == '-' ? NULL : strchr(axis_letters[axis], letter);
	return at ? (uint8_t)(at - axis_letters[axis]) : LABEL_UNKNOWN;
}

/* ---- writing ---- */

static void write_mention(struct script *s, const char *letters)
{
	struct slice name = names_pick(s->names, &s->random);
	struct made_mention m = {.start = (uint32_t)s->text.n};
	buf_put_slice(&s->text, name);
	m.end = (uint32_t)s->text.n;
	for (unsigned axis = 0; axis < 4; axis++)
		m.label[axis] = template_label(axis, letters[axis], s->here);
	if (s->n < MENTIONS_MAX)
		s->mentions[s->n++] = m;
}

/* The joint of a list says nothing about its label: both words stand in all lists. */
static void write_list(struct script *s, const char *letters)
{
	static const char *const last[] = {
		" or ", " and ", ", or ", ", and ", ", ", "/", " and/or "};
	static const char *const inner[] = {", ", ", ", ", ", "; ", " / ", " or "};
	unsigned n = 1 + random_below(&s->random, 6);
	const char *between = inner[random_below(&s->random, 6)];
	const char *at_end = last[random_below(&s->random, letters[0] == 'N' ? 7 : 5)];
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_put_str(&s->text, i + 1 == n ? at_end : between);
		write_mention(s, letters);
	}
}

static int write_span(
	struct script *s, const char *p, const char *end, unsigned depth, struct err *e);

static int write_choice(struct script *s, struct inside in, unsigned depth, struct err *e)
{
	const char *p = in.p, *end = in.p + in.n;
	unsigned n = 1;
	for (const char *b = bar(p, end); b < end; b = bar(b + 1, end))
		n++;
	for (unsigned k = random_below(&s->random, n); k > 0; k--)
		p = bar(p, end) + 1;
	return write_span(s, p, bar(p, end), depth, e);
}

static int write_slot(struct script *s, struct inside in, unsigned depth, struct err *e)
{
	unsigned low, high;
	if (bar(in.p, in.p + in.n) < in.p + in.n)
		return write_choice(s, in, depth + 1, e);
	if (is_mention(in)) {
		if (in.n == 5)
			write_list(s, in.p);
		else
			write_mention(s, in.p);
		return 0;
	}
	if (is_range(in, &low, &high)) {
		buf_printf(&s->text, "%u", low + random_below(&s->random, high - low + 1));
		return 0;
	}
	const struct bank *b = bank_find(in);
	if (!b)
		return err_set(e, LODE_BUG, "template: no slot {%.*s}", (int)in.n, in.p);
	unsigned line = b->by == BY_SEX       ? s->is_female
			: b->by == BY_DIALECT ? s->dialect % b->n
					      : random_below(&s->random, b->n);
	const char *text = b->lines[line];
	return write_span(s, text, text + strlen(text), depth + 1, e);
}

static int write_span(
	struct script *s, const char *p, const char *end, unsigned depth, struct err *e)
{
	if (depth > DEPTH_MAX)
		return err_set(e, LODE_BUG, "template: too deep");
	while (p < end) {
		const char *brace = memchr(p, '{', (size_t)(end - p));
		buf_put(&s->text, p, (size_t)((brace ? brace : end) - p));
		if (!brace)
			break;
		const char *close = closing(brace + 1, end);
		if (!close)
			return err_set(e, LODE_BUG, "template: open brace in \"%.80s\"", p);
		struct inside in = {brace + 1, (size_t)(close - brace - 1)};
		bool capital = in.n > 0 && *in.p == '^';
		in.p += capital;
		in.n -= capital;
		size_t from = s->text.n;
		int rc = write_slot(s, in, depth, e);
		if (rc)
			return rc;
		if (capital && s->text.n > from && s->text.p[from] >= 'a' && s->text.p[from] <= 'z')
			s->text.p[from] = (char)(s->text.p[from] - 32);
		p = close + 1;
	}
	return 0;
}

int template_write(struct script *s, const char *source, struct err *e)
{
	int rc = write_span(s, source, source + strlen(source), 0, e);
	return rc ? rc : s->text.failed ? err_set(e, LODE_NOMEM, "a made-up note") : 0;
}

/* ---- walking ---- */

struct walk {
	void (*seen)(void *arg, const char letters[4]);
	void *arg;
	struct err *e;
};

static int walk_span(const struct walk *w, const char *p, const char *end, unsigned depth)
{
	if (depth > DEPTH_MAX)
		return err_set(w->e, LODE_BUG, "template: too deep");
	while (p < end) {
		const char *brace = memchr(p, '{', (size_t)(end - p));
		if (!brace)
			break;
		const char *close = closing(brace + 1, end);
		if (!close)
			return err_set(w->e, LODE_BUG, "template: open brace in \"%.80s\"", p);
		struct inside in = {brace + 1, (size_t)(close - brace - 1)};
		if (in.n > 0 && *in.p == '^')
			in.p++, in.n--;
		unsigned low, high;
		const struct bank *b;
		int rc = 0;
		if (bar(in.p, close) < close) {
			for (const char *q = in.p; rc == 0 && q <= close; q = bar(q, close) + 1)
				rc = walk_span(w, q, bar(q, close), depth + 1);
		} else if (is_mention(in)) {
			w->seen(w->arg, in.p);
		} else if (!is_range(in, &low, &high)) {
			b = bank_find(in);
			if (!b)
				return err_set(w->e, LODE_BUG, "template: no slot {%.*s}",
					(int)in.n, in.p);
			for (unsigned i = 0; rc == 0 && i < b->n; i++)
				rc = walk_span(w, b->lines[i], b->lines[i] + strlen(b->lines[i]),
					depth + 1);
		}
		if (rc)
			return rc;
		p = close + 1;
	}
	return 0;
}

int template_walk(const char *source, void (*seen)(void *arg, const char letters[4]), void *arg,
	struct err *e)
{
	struct walk w = {seen, arg, e};
	return walk_span(&w, source, source + strlen(source), 0);
}
