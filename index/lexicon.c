/* Reading a compiled lexicon. */
#include "index/lexicon.h"

#include "base/bytes.h"
#include "base/file.h"

#include <stdlib.h>

struct lexicon {
	struct slice map; /* p == NULL: the bytes are somebody else's */
	char label[64], digest[33];
	uint32_t n_concepts, n_names, n_words, n_nodes, n_edges, n_slots, n_children;
	uint32_t string_bytes, n_abbreviations;
	const uint8_t *concepts, *names, *words, *slots, *edges, *nodes, *node_names, *children,
		*strings;
};

/* ---- open ---- */

static bool is_power(uint32_t n)
{
	return n && !(n & (n - 1));
}

static int bad(struct err *e, const char *label, const char *what)
{
	return err_set(e, LODE_CORRUPT, "lexicon %.60s: %s", label, what);
}

static int read_header(struct lexicon *l, struct slice bytes, struct err *e)
{
	if (bytes.n < LEXICON_HEADER || memcmp(bytes.p, LEXICON_MAGIC, 8) != 0)
		return bad(
			e, l->label, "not a compiled lexicon (lodestone lexicon build makes one)");
	if (load_le32(bytes.p + 8) != LEXICON_VERSION)
		return err_set(e, LODE_VERSION, "lexicon %.60s: format %u, this version reads %d",
			l->label, load_le32(bytes.p + 8), LEXICON_VERSION);
	if (load_le32(bytes.p + 12) != TOK_VERSION)
		return err_set(e, LODE_VERSION,
			"lexicon %.60s: built with tokenizer %u, this is %d; build it again",
			l->label, load_le32(bytes.p + 12), TOK_VERSION);
	struct digest128 d =
		digest128(slice_of(bytes.p + LEXICON_SUMMED_AT, bytes.n - LEXICON_SUMMED_AT));
	if (d.hi != load_le64(bytes.p + 16) || d.lo != load_le64(bytes.p + 24))
		return bad(e, l->label, "its digest does not fit: damaged or cut short");
	digest128_hex(d, l->digest);
	if (load_le32(bytes.p + 32) || load_le64(bytes.p + 72))
		return bad(e, l->label, "reserved bytes are not 0");
	l->n_concepts = load_le32(bytes.p + 36);
	l->n_names = load_le32(bytes.p + 40);
	l->n_words = load_le32(bytes.p + 44);
	l->n_nodes = load_le32(bytes.p + 48);
	l->n_edges = load_le32(bytes.p + 52);
	l->n_slots = load_le32(bytes.p + 56);
	l->n_children = load_le32(bytes.p + 60);
	l->string_bytes = load_le32(bytes.p + 64);
	l->n_abbreviations = load_le32(bytes.p + 68);
	return 0;
}

/* Counts are u32 and at most 12 bytes each, so 64 bits hold every sum. */
static int set_parts(struct lexicon *l, struct slice bytes, struct err *e)
{
	const struct {
		const uint8_t **at;
		uint64_t bytes;
	} parts[] = {{&l->concepts, ((uint64_t)l->n_concepts + 1) * LEXICON_CONCEPT},
		{&l->names, (uint64_t)l->n_names * LEXICON_NAME},
		{&l->words, (uint64_t)l->n_words * 4}, {&l->slots, (uint64_t)l->n_slots * 4},
		{&l->edges, (uint64_t)l->n_edges * LEXICON_EDGE},
		{&l->nodes, ((uint64_t)l->n_nodes + 1) * 4},
		{&l->node_names, (uint64_t)l->n_names * 4},
		{&l->children, (uint64_t)l->n_children * 4}, {&l->strings, l->string_bytes}};
	uint64_t at = LEXICON_HEADER;
	if (!is_power(l->n_slots) || !is_power(l->n_edges) || l->n_nodes == 0)
		return bad(e, l->label, "a table has no size it may have");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].bytes > bytes.n - at)
			return bad(e, l->label, "its parts are longer than the file");
		*parts[i].at = (const uint8_t *)bytes.p + at;
		at += parts[i].bytes;
	}
	return at == bytes.n ? 0 : bad(e, l->label, "bytes are left over at its end");
}

int lexicon_view(struct slice bytes, const char *label, struct lexicon **out, struct err *e)
{
	struct lexicon *l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(e, LODE_NOMEM, "no memory for a lexicon");
	strncpy(l->label, label, sizeof(l->label) - 1);
	int rc = read_header(l, bytes, e);
	if (rc == 0)
		rc = set_parts(l, bytes, e);
	if (rc == 0)
		*out = l;
	else
		free(l);
	return rc;
}

int lexicon_open(const char *path, struct lexicon **out, struct err *e)
{
	struct slice bytes = {0};
	const char *slash = strrchr(path, '/');
	int rc = file_map(path, &bytes, e);
	if (rc)
		return rc;
	rc = lexicon_view(bytes, slash ? slash + 1 : path, out, e);
	if (rc) {
		file_unmap(bytes);
		return rc;
	}
	(*out)->map = bytes;
	return 0;
}

void lexicon_close(struct lexicon *l)
{
	if (l)
		file_unmap(l->map);
	free(l);
}

void lexicon_info(const struct lexicon *l, struct lexicon_info *out)
{
	*out = (struct lexicon_info){.label = l->label,
		.digest = l->digest,
		.concepts = l->n_concepts,
		.names = l->n_names,
		.abbreviations = l->n_abbreviations,
		.words = l->n_words,
		.is_a = l->n_children};
}

/* ---- parts ---- */

static bool string_at(const struct lexicon *l, uint32_t at, struct slice *out)
{
	if (at > l->string_bytes)
		return false;
	struct reader r = reader_of(l->strings + at, l->string_bytes - at);
	uint64_t n = reader_varint(&r);
	if (r.bad || n > reader_left(&r))
		return false;
	*out = slice_of(r.p, (size_t)n);
	return true;
}

uint32_t lexicon_word(const struct lexicon *l, struct slice term)
{
	uint64_t h = digest64(term);
	for (unsigned i = 0; i < LEXICON_PROBES; i++) {
		uint32_t word = load_le32(l->slots + ((h + i) & (l->n_slots - 1)) * 4);
		struct slice s;
		if (word == 0 || word > l->n_words)
			return LEXICON_NONE;
		if (string_at(l, load_le32(l->words + (word - 1) * (size_t)4), &s) &&
			slice_eq(s, term))
			return word - 1;
	}
	return LEXICON_NONE;
}

uint32_t lexicon_step(const struct lexicon *l, uint32_t node, uint32_t word)
{
	uint64_t h = lexicon_mix(node, word);
	if (word == LEXICON_NONE)
		return LEXICON_NONE;
	for (unsigned i = 0; i < LEXICON_PROBES; i++) {
		const uint8_t *e = l->edges + ((h + i) & (l->n_edges - 1)) * LEXICON_EDGE;
		uint32_t has = load_le32(e + 4), to = load_le32(e + 8);
		if (has == 0)
			return LEXICON_NONE;
		if (load_le32(e) == node && has == word + 1)
			return to < l->n_nodes ? to : LEXICON_NONE;
	}
	return LEXICON_NONE;
}

static bool range(const uint8_t *at, size_t stride, uint32_t most, uint32_t *first, uint32_t *n)
{
	uint32_t begin = load_le32(at), end = load_le32(at + stride);
	if (begin > end || end > most)
		return false;
	*first = begin;
	*n = end - begin;
	return true;
}

uint32_t lexicon_node_names(const struct lexicon *l, uint32_t node)
{
	uint32_t first, n;
	if (node >= l->n_nodes || !range(l->nodes + (size_t)node * 4, 4, l->n_names, &first, &n))
		return 0;
	return n;
}

bool lexicon_node_name(const struct lexicon *l, uint32_t node, uint32_t i, struct lexicon_name *out)
{
	uint32_t first, n;
	if (node >= l->n_nodes || !range(l->nodes + (size_t)node * 4, 4, l->n_names, &first, &n) ||
		i >= n)
		return false;
	return lexicon_name(l, load_le32(l->node_names + ((size_t)first + i) * 4), out);
}

bool lexicon_name(const struct lexicon *l, uint32_t name, struct lexicon_name *out)
{
	if (name >= l->n_names)
		return false;
	const uint8_t *p = l->names + (size_t)name * LEXICON_NAME;
	struct lexicon_name n = {.concept = load_le32(p + 4), .relation = p[8], .flags = p[9]};
	if (!string_at(l, load_le32(p), &n.text) || n.concept >= l->n_concepts ||
		n.relation >= LEXICON_RELATIONS || n.text.n == 0 || n.text.n > LEXICON_BYTES_MAX)
		return false;
	*out = n;
	return true;
}

bool lexicon_concept(const struct lexicon *l, uint32_t concept, struct lexicon_concept *out)
{
	if (concept >= l->n_concepts)
		return false;
	const uint8_t *p = l->concepts + (size_t) concept * LEXICON_CONCEPT;
	struct lexicon_concept c;
	if (!string_at(l, load_le32(p), &c.id) ||
		!range(p + 4, LEXICON_CONCEPT, l->n_names, &c.first_name, &c.n_names) ||
		!range(p + 8, LEXICON_CONCEPT, l->n_children, &c.first_child, &c.n_children))
		return false;
	*out = c;
	return true;
}

uint32_t lexicon_child(const struct lexicon *l, const struct lexicon_concept *c, uint32_t i)
{
	if (i >= c->n_children || c->first_child + (uint64_t)i >= l->n_children)
		return LEXICON_NONE;
	uint32_t child = load_le32(l->children + ((size_t)c->first_child + i) * 4);
	return child < l->n_concepts ? child : LEXICON_NONE;
}
