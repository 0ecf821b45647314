/* Our own lexicon files: concepts, abbreviations, parts, words (docs/lexicon.md). */
#include "index/lexicon.h"

#include <stdio.h>

static struct slice trimmed(struct slice s)
{
	while (s.n && s.p[0] == ' ')
		s = slice_of(s.p + 1, s.n - 1);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* What stands before the next `by`; moves *rest past it.  False: nothing is left. */
static bool next_piece(struct slice *rest, char by, struct slice *out)
{
	if (!rest->p)
		return false;
	const char *end = rest->n ? memchr(rest->p, by, rest->n) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	*out = trimmed(slice_of(rest->p, n));
	*rest = end ? slice_of(end + 1, rest->n - n - 1) : (struct slice){0};
	return true;
}

static bool is_comment(struct slice line)
{
	return line.n == 0 || line.p[0] == '#';
}

static int too_many(struct err *e, int most)
{
	return err_set(e, LODE_BADREQ, "more than %d fields", most);
}

static int add_names(struct lexicon_builder *b, uint32_t concept, struct slice field,
	enum lexicon_relation relation, unsigned flags, struct err *e)
{
	struct slice one;
	int rc = 0;
	while (rc == 0 && field.n && next_piece(&field, '|', &one))
		rc = one.n == 0 ? err_set(e, LODE_BADREQ, "an empty alternative")
				: lexicon_builder_name(b, concept, one, relation, flags, e);
	return rc;
}

static int add_parents(struct lexicon_builder *b, uint32_t number, struct slice field)
{
	struct slice one;
	int rc = 0;
	while (rc == 0 && field.n && next_piece(&field, '|', &one))
		rc = lexicon_builder_is_a(b, number, one);
	return rc;
}

int lexicon_tsv_concept(struct lexicon_input *in, struct slice line, struct err *e)
{
	static const enum lexicon_relation relations[] = {LEXICON_PREFERRED, LEXICON_EXACT,
		LEXICON_LAY, LEXICON_MISSPELT, LEXICON_NARROW, LEXICON_BROAD};
	enum { NAME_FIELDS = sizeof(relations) / sizeof(*relations) };
	struct slice field;
	uint32_t number = LEXICON_NONE;
	int rc = 0, i = 0;
	if (is_comment(line))
		return 0;
	for (; rc == 0 && next_piece(&line, '\t', &field); i++) {
		if (i == 0 && field.n == 0)
			return err_set(e, LODE_BADREQ, "no name");
		if (i == 0)
			number = lexicon_builder_concept(in->b, field);
		if (number == LEXICON_NONE)
			return LODE_NOMEM;
		if (i < NAME_FIELDS)
			rc = add_names(in->b, number, field, relations[i], 0, e);
		else if (i == NAME_FIELDS)
			rc = add_parents(in->b, number, field);
		else
			rc = too_many(e, NAME_FIELDS + 1);
	}
	return rc;
}

static int parse_flags(struct slice field, unsigned *out, struct err *e)
{
	static const char *const names[] = {"capitals", "prose", "nolabel", "ambiguous", "list"};
	struct slice one;
	while (field.n && next_piece(&field, ' ', &one)) {
		size_t i = 0;
		while (i < sizeof(names) / sizeof(*names) && !slice_eq(one, slice_str(names[i])))
			i++;
		if (i == sizeof(names) / sizeof(*names))
			return err_set(e, LODE_BADREQ, "no such flag: %.*s",
				one.n < 30 ? (int)one.n : 30, one.p);
		*out |= 1U << i;
	}
	if (*out & LEXICON_LIST)
		*out |= LEXICON_AMBIGUOUS;
	if (*out & LEXICON_IN_PROSE)
		*out |= LEXICON_CAPITALS;
	return 0;
}

/* The concept of the first long form that has one, or a new one under that name. */
static uint32_t concept_of(struct lexicon_builder *b, struct slice longs)
{
	struct slice rest = longs, one, first = {0};
	while (next_piece(&rest, '|', &one)) {
		uint32_t found = lexicon_builder_find(b, one);
		if (found != LEXICON_NONE)
			return found;
		first = first.p ? first : one;
	}
	return lexicon_builder_concept(b, first);
}

int lexicon_tsv_abbreviation(struct lexicon_input *in, struct slice line, struct err *e)
{
	struct slice brief, longs = {0}, field = {0};
	unsigned flags = 0;
	if (is_comment(line))
		return 0;
	next_piece(&line, '\t', &brief);
	if (!next_piece(&line, '\t', &longs) || brief.n == 0 || longs.n == 0)
		return err_set(e, LODE_BADREQ, "an abbreviation and a long form are needed");
	int rc = next_piece(&line, '\t', &field) ? parse_flags(field, &flags, e) : 0;
	if (rc == 0 && next_piece(&line, '\t', &field))
		rc = too_many(e, 3);
	if (rc)
		return rc;
	uint32_t concept = concept_of(in->b, longs);
	if (concept == LEXICON_NONE)
		return LODE_NOMEM;
	rc = add_names(in->b, concept, longs, LEXICON_EXACT, LEXICON_FIRST, e);
	return rc ? rc
		  : lexicon_builder_name(in->b, concept, brief, LEXICON_ABBREVIATION, flags, e);
}

int lexicon_tsv_part(struct lexicon_input *in, struct slice line, struct err *e)
{
	char id[24];
	if (is_comment(line))
		return 0;
	snprintf(id, sizeof(id), "part:%u", in->line);
	uint32_t concept = lexicon_builder_concept(in->b, slice_str(id));
	struct slice field;
	if (concept == LEXICON_NONE)
		return LODE_NOMEM;
	if (!next_piece(&line, '\t', &field) || line.p)
		return too_many(e, 1);
	return add_names(in->b, concept, field, LEXICON_PART, 0, e);
}

int lexicon_tsv_unlike(struct lexicon_input *in, struct slice line, struct err *e)
{
	struct slice name, field = {0};
	if (is_comment(line))
		return 0;
	next_piece(&line, '\t', &name);
	if (!next_piece(&line, '\t', &field) || line.p)
		return err_set(e, LODE_BADREQ, "not a name and the names that it is unlike");
	uint32_t concept = lexicon_builder_find(in->b, name);
	if (concept == LEXICON_NONE)
		return err_set(e, LODE_BADREQ, "no concept has the name \"%.*s\"",
			name.n < 60 ? (int)name.n : 60, name.p);
	return add_names(in->b, concept, field, LEXICON_UNLIKE, 0, e);
}

int lexicon_tsv_word(struct lexicon_input *in, struct slice line, struct err *e)
{
	return is_comment(line) ? 0 : lexicon_builder_word(in->b, line, e);
}

/* One name a line: source, id, type (name, exact, narrow, broad, related), surface. */
int lexicon_tsv_table(struct lexicon_input *in, struct slice line, struct err *e)
{
	static const struct {
		const char *type;
		enum lexicon_relation relation;
	} types[] = {{"name", LEXICON_PREFERRED}, {"exact", LEXICON_EXACT},
		{"narrow", LEXICON_NARROW}, {"broad", LEXICON_BROAD}, {"related", LEXICON_RELATED}};
	struct slice f[4];
	if (in->line == 1)
		return 0;
	for (int i = 0; i < 4; i++)
		if (!next_piece(&line, '\t', &f[i]))
			return err_set(e, LODE_BADREQ, "not source, id, type, surface");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!slice_eq(f[2], slice_str(types[i].type)))
			continue;
		uint32_t concept = lexicon_builder_concept(in->b, f[1]);
		return concept == LEXICON_NONE
			       ? LODE_NOMEM
			       : lexicon_add_clean(in->b, concept, f[3], types[i].relation, e);
	}
	return err_set(e, LODE_BADREQ, "the type is none of name, exact, narrow, broad, related");
}
