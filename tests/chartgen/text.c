/* Growing text and the template language. */
#include "chartgen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum op_kind { OP_LITERAL, OP_NUMBER, OP_CHOICE, OP_BANK, OP_SLOT };

static const char *const slot_names[SLOT_COUNT] = {"name", "md", "hosp", "date", "eponym", "age",
	"sex", "he", "his", "him", "year", "own", "no", "fam", "C"};

/* By dialect: name, doctor, place, date, the name in a name of a disease. */
const char *const mask_forms[DIALECTS][MASK_SLOTS] = {
	{"[**Known lastname {1000-9999}**]", "Dr. [**Last Name (STitle) {1000-9999}**]",
		"[**Hospital{1-9} {10-99}**]", "[**{2130-2190}-{1-12}-{1-28}**]",
		"[**Last Name (un) {1000-9999}**]"},
	{"___", "Dr. ___", "___", "___", "___"},
	{"**NAME[QQQ, BBB]", "Dr. **NAME[XXX]", "**INSTITUTION", "**DATE[Mar {1-28} 2151]",
		"**NAME[ZZZ]"},
	{"***", "Dr. ***", "***", "***", "***"},
	{"<NAME>", "Dr. <NAME>", "<HOSPITAL>", "<DATE>", "<NAME>"},
};

void *must_alloc(void *p, size_t bytes)
{
	p = realloc(p, bytes);
	if (!p) {
		fprintf(stderr, "chartgen: out of memory\n");
		exit(1);
	}
	return p;
}

void text_add(struct text *t, const char *p, size_t n)
{
	if (t->n + n > t->cap) {
		t->cap = (t->n + n) * 2 + 256;
		t->p = must_alloc(t->p, t->cap);
	}
	if (n)
		memcpy(t->p + t->n, p, n);
	t->n += n;
}

void text_adds(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
	text_add(t, &c, 1);
}

void text_destroy(struct text *t)
{
	free(t->p);
	*t = (struct text){0};
}

size_t count_words(const char *p, size_t n)
{
	size_t words = 0;
	bool inside = false;
	for (size_t i = 0; i < n; i++) {
		bool blank = p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t';
		words += !blank && !inside;
		inside = !blank;
	}
	return words;
}

/* ---- compiling ---- */

static void fail(const char *source, const char *why)
{
	fprintf(stderr, "chartgen: template \"%s\": %s\n", source, why);
	exit(2);
}

/* What stands between braces, n bytes at p. */
static void compile_slot(const char *source, const char *p, size_t n, struct op *o)
{
	if (n && *p == '^')
		o->capital = 1, p++, n--;
	if (memchr(p, '|', n)) {
		o->kind = OP_CHOICE;
		o->p = p;
		o->n = (uint16_t)n;
		o->low = 1;
		for (size_t i = 0; i < n; i++)
			o->low += p[i] == '|';
		return;
	}
	if (n && isdigit((unsigned char)*p)) {
		unsigned low, high;
		if (sscanf(p, "%u-%u}", &low, &high) != 2 || low > high || high > UINT16_MAX)
			fail(source, "bad range");
		o->kind = OP_NUMBER;
		o->low = (uint16_t)low;
		o->high = (uint16_t)high;
		return;
	}
	for (unsigned s = 0; s < SLOT_COUNT; s++)
		if (strlen(slot_names[s]) == n && memcmp(slot_names[s], p, n) == 0) {
			o->kind = OP_SLOT;
			o->what = (uint8_t)s;
			return;
		}
	for (unsigned b = 0; b < BANK_COUNT; b++)
		if (strlen(banks[b].name) == n && memcmp(banks[b].name, p, n) == 0) {
			o->kind = OP_BANK;
			o->what = (uint8_t)b;
			return;
		}
	fail(source, "no such slot");
}

void template_compile(const char *source, struct template *out)
{
	struct op ops[MAX_OPS];
	unsigned n = 0;
	for (const char *p = source; *p;) {
		if (n == MAX_OPS)
			fail(source, "too long");
		ops[n] = (struct op){0};
		const char *end;
		if (*p == '{') {
			end = strchr(p, '}');
			if (!end)
				fail(source, "open brace");
			compile_slot(source, p + 1, (size_t)(end - p - 1), &ops[n++]);
			p = end + 1;
			continue;
		}
		end = p + strcspn(p, "{");
		ops[n++] = (struct op){.p = p, .n = (uint16_t)(end - p), .kind = OP_LITERAL};
		p = end;
	}
	*out = (struct template){source, must_alloc(NULL, sizeof(*ops) * (n ? n : 1)), n};
	memcpy(out->ops, ops, sizeof(*ops) * n);
}

/* ---- expanding ---- */

static struct template masks[DIALECTS][MASK_SLOTS];

void masks_compile(void)
{
	for (unsigned d = 0; d < DIALECTS; d++)
		for (unsigned s = 0; s < MASK_SLOTS; s++)
			template_compile(mask_forms[d][s], &masks[d][s]);
}

void masks_destroy(void)
{
	for (unsigned d = 0; d < DIALECTS; d++)
		for (unsigned s = 0; s < MASK_SLOTS; s++)
			free(masks[d][s].ops);
}

static void add_number(struct text *out, unsigned v)
{
	char digits[10];
	size_t n = sizeof(digits);
	do
		digits[--n] = (char)('0' + v % 10);
	while (v /= 10);
	text_add(out, digits + n, sizeof(digits) - n);
}

static void add_choice(struct chart *c, const struct op *o, struct text *out)
{
	const char *p = o->p, *end = o->p + o->n;
	for (unsigned k = rng_below(&c->rng, o->low); k > 0; k--)
		p = (const char *)memchr(p, '|', (size_t)(end - p)) + 1;
	const char *bar = memchr(p, '|', (size_t)(end - p));
	text_add(out, p, (size_t)((bar ? bar : end) - p));
}

static void add_condition(struct chart *c, const unsigned *at, unsigned n, struct text *out)
{
	unsigned chosen = at[rng_below(&c->rng, n)];
	if (chosen == c->last_condition) /* the same twice in a row is rare in a real note */
		chosen = at[rng_below(&c->rng, n)];
	c->last_condition = chosen;
	const struct condition *k = &conditions[chosen];
	char shorter[96];
	if (k->abbreviations && rng_chance(&c->rng, 25)) {
		list_item(k->abbreviations, 0, shorter, sizeof(shorter));
		text_adds(out, shorter);
		return;
	}
	text_adds(out, k->name);
}

static void add_slot(struct chart *c, enum slot s, struct text *out, struct fill *f)
{
	switch (s) {
	case SLOT_AGE: add_number(out, c->age); return;
	case SLOT_SEX: text_adds(out, c->is_female ? "woman" : "man"); return;
	case SLOT_HE: text_adds(out, c->is_female ? "she" : "he"); return;
	case SLOT_HIS: text_adds(out, c->is_female ? "her" : "his"); return;
	case SLOT_HIM: text_adds(out, c->is_female ? "her" : "him"); return;
	case SLOT_YEAR:
		add_number(out, (unsigned)(2100 + c->start_day / 365) - 1 - rng_below(&c->rng, 20));
		return;
	case SLOT_OWN: add_condition(c, c->own, c->n_own, out); return;
	case SLOT_DENIED: add_condition(c, c->denied, c->n_denied, out); return;
	case SLOT_FAMILY: add_condition(c, c->family, c->n_family, out); return;
	case SLOT_SURFACE:
		f->start = out->n;
		text_adds(out, f->surface);
		f->end = out->n;
		return;
	default: template_expand(c, &masks[c->dialect][s], out, NULL);
	}
}

void template_expand(struct chart *c, const struct template *t, struct text *out, struct fill *f)
{
	for (const struct op *o = t->ops; o < t->ops + t->n; o++) {
		size_t from = out->n;
		switch ((enum op_kind)o->kind) {
		case OP_LITERAL: text_add(out, o->p, o->n); break;
		case OP_NUMBER:
			add_number(out, o->low + rng_below(&c->rng, o->high - o->low + 1u));
			break;
		case OP_CHOICE: add_choice(c, o, out); break;
		case OP_BANK: template_expand(c, bank_pick(c, o->what), out, f); break;
		case OP_SLOT: add_slot(c, o->what, out, f); break;
		}
		if (o->capital && out->n > from)
			out->p[from] = (char)toupper((unsigned char)out->p[from]);
	}
}

void expand_once(struct chart *c, const char *source, struct text *out, struct fill *f)
{
	struct template t;
	template_compile(source, &t);
	template_expand(c, &t, out, f);
	free(t.ops);
}
