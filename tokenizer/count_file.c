/* A tokenizer.json: read, checked member by member, kept.  What is not known is refused with its place. */
#include "tokenizer/count.h"

#include "base/digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TREE_MAX = 1 << 30, KEPT_MAX = 512 << 20 };

/* ---- members ---- */

int count_refuse(const struct count_file *f, const struct json *at, const char *fmt, ...)
{
	char words[160];
	va_list args;
	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	size_t byte = at && at->raw.p ? (size_t)(at->raw.p - f->text.p) : 0;
	return err_set(f->e, LODE_BADREQ, "byte %zu: %s", byte, words);
}

int count_members(const struct count_file *f, const struct json *o, const char *what,
	const char *const *known)
{
	if (!o || o->type != JSON_OBJECT)
		return count_refuse(f, o, "%s is no object", what);
	for (const struct json *m = o->first; m; m = m->next) {
		bool is_known = slice_eq(m->key, SLICE("type"));
		for (size_t i = 0; known[i] && !is_known; i++)
			is_known = slice_eq(m->key, slice_str(known[i]));
		if (!is_known)
			return count_refuse(f, m, "%s has a member \"%.*s\" that is not understood",
				what, (int)(m->key.n < 40 ? m->key.n : 40), m->key.p);
	}
	return LODE_OK;
}

int count_flag(const struct count_file *f, const struct json *o, const char *name, bool *out)
{
	const struct json *v = json_get(o, name);
	if (!v || v->type == JSON_NULL)
		return LODE_OK;
	if (v->type != JSON_TRUE && v->type != JSON_FALSE)
		return count_refuse(f, v, "\"%s\" is neither true nor false", name);
	*out = v->type == JSON_TRUE;
	return LODE_OK;
}

int count_words(
	const struct count_file *f, const struct json *o, const char *name, struct slice *out)
{
	const struct json *v = json_get(o, name);
	if (!v || v->type == JSON_NULL)
		return LODE_OK;
	if (v->type != JSON_STRING)
		return count_refuse(f, v, "\"%s\" is no string", name);
	*out = v->str;
	return LODE_OK;
}

struct slice count_type(const struct json *o)
{
	const struct json *type = json_get(o, "type");
	return type && type->type == JSON_STRING ? type->str : SLICE("");
}

int count_keep(const struct count_file *f, struct slice s, struct slice *out)
{
	struct slice kept = arena_slice(&f->to->memory, s);
	if (s.n && !kept.p)
		return err_set(f->e, LODE_NOMEM, "no memory for the tokenizer");
	*out = kept;
	return LODE_OK;
}

int count_sequence(const struct count_file *f, const struct json *o, const char *list,
	int (*read)(const struct count_file *f, const struct json *o))
{
	const char *const known[] = {list, NULL};
	const struct json *members = json_get(o, list);
	if (!slice_eq(count_type(o), SLICE("Sequence")))
		return read(f, o);
	int rc = count_members(f, o, "a Sequence", known);
	if (rc == 0 && (!members || members->type != JSON_ARRAY))
		rc = count_refuse(f, o, "a Sequence without \"%s\"", list);
	for (const struct json *m = members ? members->first : NULL; m && rc == 0; m = m->next)
		rc = count_sequence(f, m, list, read); /* as deep as JSON may be */
	return rc;
}

/* ---- the whole ---- */

static int read_model(const struct count_file *f, const struct json *o)
{
	struct slice type = count_type(o);
	if (!o || o->type != JSON_OBJECT)
		return count_refuse(f, o, "no \"model\"");
	/* Files of old have no type; only BPE has merges. */
	if (slice_eq(type, SLICE("BPE")) || (type.n == 0 && json_get(o, "merges")))
		return count_read_bpe(f, o);
	if (slice_eq(type, SLICE("WordPiece")))
		return count_read_wordpiece(f, o);
	return count_refuse(f, o, "model \"%.*s\" is not understood, only BPE and WordPiece are",
		(int)(type.n < 40 ? type.n : 40), type.p);
}

static int read_all(const struct count_file *f, const struct json *o)
{
	/* truncation and padding are of a caller who wants so many; post_processor and decoder change no count
	 * of the text alone. */
	static const char *const known[] = {"version", "truncation", "padding", "added_tokens",
		"normalizer", "pre_tokenizer", "post_processor", "decoder", "model", NULL};
	const struct json *version = json_get(o, "version");
	int rc = count_members(f, o, "the file", known);
	if (rc == 0 && version &&
		(version->type != JSON_STRING || !slice_eq(version->str, SLICE("1.0"))))
		rc = count_refuse(f, version, "only version \"1.0\" is understood");
	if (rc == 0)
		rc = read_model(f, json_get(o, "model"));
	if (rc == 0)
		rc = count_read_normalizer(f, json_get(o, "normalizer"));
	if (rc == 0)
		rc = count_read_pre_tokenizer(f, json_get(o, "pre_tokenizer"));
	return rc ? rc : count_read_added(f, json_get(o, "added_tokens"));
}

int tok_counter_open(struct tok_counter **out, struct slice bytes, struct err *e)
{
	struct arena tree;
	struct json *o = NULL;
	struct err ignored;
	struct tok_counter *c = calloc(1, sizeof(*c));
	if (!c)
		return err_set(e, LODE_NOMEM, "no memory for the tokenizer");
	e = e ? e : &ignored;
	arena_init(&tree, TREE_MAX);
	arena_init(&c->memory, KEPT_MAX);
	const struct count_file f = {bytes, c, e};
	int rc = bytes.n > TOK_COUNTER_BYTES
			 ? err_set(e, LODE_TOOBIG, "over %d bytes", TOK_COUNTER_BYTES)
			 : json_parse(bytes, &tree, &o, e);
	if (rc == 0)
		rc = read_all(&f, o);
	arena_release(&tree);
	if (rc) {
		tok_counter_close(c);
		return rc;
	}
	digest128_hex(digest128(bytes), c->digest);
	*out = c;
	return LODE_OK;
}

void tok_counter_close(struct tok_counter *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < COUNT_STEPS; i++) {
		count_pattern_release(&c->normal[i].pattern);
		count_pattern_release(&c->split[i].pattern);
	}
	free(c->raw.at);
	free(c->normalized.at);
	arena_release(&c->memory);
	free(c);
}

struct tok_counter_info tok_counter_info(const struct tok_counter *c)
{
	return (struct tok_counter_info){.model = c->model == MODEL_BPE ? "BPE" : "WordPiece",
		.digest = c->digest,
		.ids = c->vocabulary.n,
		.merges = c->bpe.n,
		.added = c->n_added};
}
