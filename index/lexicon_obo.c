/* OBO 1.2 and 1.4 (oboformat.github.io): [Term] stanzas with id, name, synonym, is_a, is_obsolete. */
#include "index/lexicon.h"

#include <stdlib.h>

/* A stanza is kept until it ends: that it is obsolete may be said last. */
struct stanza {
	struct buf id, names, parents; /* names: relation byte, text, NUL; parents: text, NUL */
	bool is_term, is_obsolete;
	unsigned line;
};

int lexicon_obo_begin(struct lexicon_input *in)
{
	in->state = calloc(1, sizeof(struct stanza));
	return in->state ? 0 : LODE_NOMEM;
}

static int flush_names(struct lexicon_builder *b, struct stanza *s, uint32_t concept, struct err *e)
{
	int rc = 0;
	for (size_t at = 0; rc == 0 && at < s->names.n;) {
		enum lexicon_relation relation = (enum lexicon_relation)s->names.p[at++];
		struct slice text = slice_str(s->names.p + at);
		rc = lexicon_add_clean(b, concept, text, relation, e);
		at += text.n + 1;
	}
	return rc;
}

static int flush(struct lexicon_input *in, struct err *e)
{
	struct stanza *s = in->state;
	int rc = 0;
	if (s->id.failed || s->names.failed || s->parents.failed)
		return LODE_NOMEM;
	if (s->is_term && !s->is_obsolete && s->id.n == 0)
		rc = err_set(e, LODE_BADREQ, "the term of line %u has no id", s->line);
	if (rc == 0 && s->is_term && !s->is_obsolete) {
		uint32_t concept = lexicon_builder_concept(in->b, buf_slice(&s->id));
		rc = concept == LEXICON_NONE ? LODE_NOMEM : flush_names(in->b, s, concept, e);
		for (size_t at = 0; rc == 0 && at < s->parents.n;) {
			struct slice parent = slice_str(s->parents.p + at);
			rc = lexicon_builder_is_a(in->b, concept, parent);
			at += parent.n + 1;
		}
	}
	buf_clear(&s->id);
	buf_clear(&s->names);
	buf_clear(&s->parents);
	s->is_term = s->is_obsolete = false;
	return rc;
}

int lexicon_obo_end(struct lexicon_input *in, struct err *e)
{
	struct stanza *s = in->state;
	int rc = flush(in, e);
	buf_release(&s->id);
	buf_release(&s->names);
	buf_release(&s->parents);
	free(s);
	in->state = NULL;
	return rc;
}

/* Up to a comment or a modifier, without the blank before it. */
static struct slice value_of(struct slice v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] == '!' || v.p[i] == '{') {
			v.n = i;
			break;
		}
	while (v.n && v.p[v.n - 1] == ' ')
		v.n--;
	return v;
}

/* Escapes resolved; *rest: what follows.  `until`: the closing quote, or NUL for the whole. */
static void put_text(struct buf *out, struct slice v, char until, struct slice *rest)
{
	size_t i = 0;
	for (; i < v.n && v.p[i] != until; i++) {
		char c = v.p[i];
		if (c == '\\' && i + 1 < v.n) {
			c = v.p[++i];
			c = c == 'n' || c == 't' || c == 'W' ? ' ' : c;
		}
		buf_put(out, &c, 1);
	}
	buf_put_byte(out, 0);
	*rest = slice_of(v.p + i, v.n - i);
}

static enum lexicon_relation scope_of(struct slice v)
{
	static const struct {
		const char *word;
		enum lexicon_relation relation;
	} scopes[] = {
		{"EXACT", LEXICON_EXACT}, {"NARROW", LEXICON_NARROW}, {"BROAD", LEXICON_BROAD}};
	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
		size_t n = strlen(scopes[i].word);
		if (v.n >= n && memcmp(v.p, scopes[i].word, n) == 0)
			return scopes[i].relation;
	}
	return LEXICON_RELATED;
}

static int take_synonym(struct stanza *s, struct slice v, struct err *e)
{
	struct slice rest;
	if (v.n < 2 || v.p[0] != '"')
		return err_set(e, LODE_BADREQ, "a synonym without a quoted text");
	size_t at = s->names.n;
	buf_put_byte(&s->names, LEXICON_RELATED);
	put_text(&s->names, slice_of(v.p + 1, v.n - 1), '"', &rest);
	if (rest.n == 0)
		return err_set(e, LODE_BADREQ, "a synonym whose quote does not end");
	do
		rest = slice_of(rest.p + 1, rest.n - 1);
	while (rest.n && rest.p[0] == ' ');
	if (!s->names.failed)
		s->names.p[at] = (char)scope_of(rest);
	return 0;
}

static bool tag(struct slice line, const char *name, struct slice *value)
{
	size_t n = strlen(name);
	if (line.n < n + 1 || memcmp(line.p, name, n) != 0 || line.p[n] != ':')
		return false;
	for (n++; n < line.n && line.p[n] == ' ';)
		n++;
	*value = slice_of(line.p + n, line.n - n);
	return true;
}

int lexicon_obo_line(struct lexicon_input *in, struct slice line, struct err *e)
{
	struct stanza *s = in->state;
	struct slice v, rest;
	if (line.n && line.p[0] == '[') {
		int rc = flush(in, e);
		s->is_term = slice_eq(line, SLICE("[Term]"));
		s->line = in->line;
		return rc;
	}
	if (!s->is_term)
		return 0;
	if (tag(line, "id", &v)) {
		buf_clear(&s->id);
		buf_put_slice(&s->id, value_of(v));
	} else if (tag(line, "name", &v)) {
		buf_put_byte(&s->names, LEXICON_PREFERRED);
		put_text(&s->names, v, '\0', &rest);
	} else if (tag(line, "synonym", &v)) {
		return take_synonym(s, v, e);
	} else if (tag(line, "is_a", &v)) {
		v = value_of(v);
		buf_put_slice(&s->parents, v);
		buf_put_byte(&s->parents, 0);
	} else if (tag(line, "is_obsolete", &v)) {
		s->is_obsolete = slice_eq(value_of(v), SLICE("true"));
	}
	return 0;
}
