/* The rule tables -> one automaton.  Phrases are cut into words by the tokenizer itself, so that they
 * meet the words of notes whatever its rules for hyphens and apostrophes are. */
#include "scorer/cue_scan.h"

#include <stdlib.h>

enum { PHRASE_WORDS = 16, PHRASES_MAX = 60000 };

struct compiler {
	struct tokenizer *tokenizer;
	struct automaton_builder *builder;
	struct arena arena;
	struct cue_engine *engine;
};

struct phrase {
	struct slice words[PHRASE_WORDS];
	unsigned n;
	uint16_t slashes;
};

/* Splits one blank-separated piece of a phrase as the tokenizer would: "r/o" may be two words. */
static int add_piece(struct compiler *k, struct slice piece, struct phrase *out, struct err *e)
{
	if (piece.p[0] == '#') {
		if (out->n == PHRASE_WORDS)
			return err_set(e, LODE_BUG, "cue phrase too long");
		out->words[out->n++] = piece;
		return 0;
	}
	struct tok_doc d;
	int rc = tok_words(k->tokenizer, piece, &k->arena, &d, e);
	if (rc)
		return rc;
	for (uint32_t i = 0; i < d.n_words; i++) {
		if (out->n == PHRASE_WORDS)
			return err_set(e, LODE_BUG, "cue phrase too long");
		if (i > 0 && piece.p[d.words[i].start - 1] == '/')
			out->slashes |= (uint16_t)(1u << (out->n - 1));
		out->words[out->n++] = tok_term(&d, &d.words[i]);
	}
	return 0;
}

static int add_phrase(
	struct compiler *k, struct slice text, const struct cue_rule *rule, struct err *e)
{
	struct phrase p = {.n = 0};
	while (text.n) {
		const char *blank = memchr(text.p, ' ', text.n);
		size_t len = blank ? (size_t)(blank - text.p) : text.n;
		if (len) {
			int rc = add_piece(k, slice_of(text.p, len), &p, e);
			if (rc)
				return rc;
		}
		text = slice_of(text.p + len + (blank ? 1 : 0), text.n - len - (blank ? 1 : 0));
	}
	if (p.n == 0)
		return err_set(
			e, LODE_BUG, "a cue rule of role %u has an empty phrase", rule->role);
	struct cue_engine *c = k->engine;
	if (c->n_phrases == PHRASES_MAX)
		return err_set(e, LODE_TOOBIG, "over %d cue phrases", PHRASES_MAX);
	c->phrases[c->n_phrases] = (struct cue_phrase){rule, p.slashes};
	return automaton_add(k->builder, p.words, p.n, c->n_phrases++);
}

static int add_rule(struct compiler *k, const struct cue_rule *rule, struct err *e)
{
	const char *p = rule->phrases;
	for (;;) {
		size_t len = strcspn(p, "|");
		int rc = add_phrase(k, slice_of(p, len), rule, e);
		if (rc)
			return rc;
		arena_release(&k->arena);
		if (p[len] == '\0')
			return 0;
		p += len + 1;
	}
}

static int compile(
	struct compiler *k, const struct cue_table *const *tables, unsigned n_tables, struct err *e)
{
	struct cue_engine *c = k->engine;
	for (unsigned t = 0; t < n_tables; t++)
		for (unsigned i = 0; i < tables[t]->n; i++) {
			int rc = add_rule(k, &tables[t]->rules[i], e);
			if (rc)
				return rc;
		}
	int rc = automaton_build(k->builder, &c->automaton);
	if (rc)
		return err_set(e, rc, "cue automaton: %s", err_words(rc));
	c->num = automaton_word(c->automaton, SLICE("#num"));
	c->year = automaton_word(c->automaton, SLICE("#year"));
	c->positive = automaton_word(c->automaton, SLICE("positive"));
	c->negative = automaton_word(c->automaton, SLICE("negative"));
	return 0;
}

int cue_engine_build(const struct cue_table *const *tables, unsigned n_tables,
	struct cue_engine **out, struct err *e)
{
	struct compiler k = {.tokenizer = NULL};
	arena_init(&k.arena, 1 << 20);
	k.engine = calloc(1, sizeof(*k.engine));
	int rc = LODE_NOMEM;
	if (!k.engine)
		goto out;
	k.engine->phrases = calloc(PHRASES_MAX, sizeof(*k.engine->phrases));
	if (!k.engine->phrases || automaton_builder_create(&k.builder))
		goto out;
	rc = tok_create(&k.tokenizer, e);
	if (rc == 0)
		rc = compile(&k, tables, n_tables, e);
	if (rc == 0) {
		*out = k.engine;
		k.engine = NULL;
	}
out:
	if (rc == LODE_NOMEM)
		err_set(e, rc, "cue engine: out of memory");
	automaton_builder_destroy(k.builder);
	tok_destroy(k.tokenizer);
	arena_release(&k.arena);
	cue_engine_destroy(k.engine);
	return rc;
}

int cue_engine_create(struct cue_engine **out, struct err *e)
{
	static const struct cue_table *const tables[] = {
		&cue_table_negation, &cue_table_certainty, &cue_table_frame, &cue_table_scope};
	return cue_engine_build(tables, sizeof(tables) / sizeof(tables[0]), out, e);
}

void cue_engine_destroy(struct cue_engine *c)
{
	if (!c)
		return;
	automaton_destroy(c->automaton);
	free(c->phrases);
	free(c);
}

unsigned cue_engine_rules(const struct cue_engine *c)
{
	return c->n_phrases;
}
