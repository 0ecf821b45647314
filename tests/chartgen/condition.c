/* Which texts name which condition. */
#include "chartgen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_TERM = 96 };

static uint8_t *bans[256]; /* by condition, made when first asked for */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);
}

bool holds_term(const char *text, const char *term)
{
	size_t n = strlen(term);
	char either[3] = {
		(char)tolower((unsigned char)term[0]), (char)toupper((unsigned char)term[0]), 0};
	for (const char *p = text; (p = strpbrk(p, either)); p++)
		if (strncasecmp(p, term, n) == 0 && (p == text || !is_word(p[-1])) &&
			!is_word(p[n]))
			return true;
	return false;
}

unsigned list_count(const char *list)
{
	unsigned n = list != NULL;
	for (; list && *list; list++)
		n += *list == '|';
	return n;
}

unsigned list_item(const char *list, unsigned k, char *out, size_t cap)
{
	unsigned n = list_count(list);
	*out = 0;
	for (unsigned i = 0; i < n; i++) {
		size_t length = strcspn(list, "|");
		if (i == k && length < cap) {
			memcpy(out, list, length);
			out[length] = 0;
		}
		list += length + 1;
	}
	return n;
}

static bool holds_any(const char *text, const char *list)
{
	char term[MAX_TERM];
	for (unsigned k = 0; k < list_count(list); k++) {
		list_item(list, k, term, sizeof(term));
		if (*term && holds_term(text, term))
			return true;
	}
	return false;
}

bool holds_condition(const char *text, unsigned condition)
{
	const struct condition *k = &conditions[condition];
	return holds_term(text, k->name) || holds_any(text, k->abbreviations) ||
	       holds_any(text, k->synonyms) || holds_any(text, k->proxy_words);
}

/* Does anything that may be written because of b name a? */
static bool intrudes(unsigned a, unsigned b)
{
	const struct condition *k = &conditions[b];
	const char *const texts[] = {
		k->name, k->abbreviations, k->synonyms, k->near, k->proxy, k->senses};
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i] && holds_condition(texts[i], a))
			return true;
	return false;
}

bool conditions_collide(unsigned a, unsigned b)
{
	const char *x = conditions[a].groups, *y = conditions[b].groups;
	return a == b || (x && y && strpbrk(x, y)) || intrudes(a, b) || intrudes(b, a);
}

const uint8_t *condition_ban(unsigned condition)
{
	if (bans[condition])
		return bans[condition];
	uint8_t *ban = must_alloc(NULL, bank_items);
	for (unsigned b = 0; b < BANK_COUNT; b++)
		for (unsigned i = 0; i < banks[b].n; i++)
			ban[banks[b].first + i] = holds_condition(banks[b].at[i].source, condition);
	return bans[condition] = ban;
}

void conditions_destroy(void)
{
	for (unsigned i = 0; i < condition_count; i++) {
		free(bans[i]);
		bans[i] = NULL;
	}
}
