#include "index/recall.h"

#include "index/joins.h"

uint64_t *recall_bitmap(struct recall *r)
{
	return arena_array(r->a, uint64_t, r->words);
}

/* a |= b */
static void unite(uint64_t *a, const uint64_t *b, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		a[i] |= b[i];
}

static void intersect(uint64_t *a, const uint64_t *b, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		a[i] &= b[i];
}

static bool is_empty(const uint64_t *map, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		if (map[i])
			return false;
	return true;
}

/* Bits of `map` at i + step .. i + step + 63, from word i of the result. */
static uint64_t shifted(const uint64_t *map, uint32_t words, uint32_t i, uint32_t step)
{
	uint32_t whole = i + step / 64, part = step % 64;
	uint64_t low = whole < words ? map[whole] : 0;
	uint64_t high = whole + 1 < words ? map[whole + 1] : 0;
	return part ? low >> part | high << (64 - part) : low;
}

/* The room was taken at the start, and the chunk table has been verified by then. */
static void find_note_ends(struct recall *r)
{
	const char *p = r->seg->chunks.p;
	r->no_cross = r->scratch + 4 * (size_t)r->words;
	for (uint32_t i = 0; i < r->seg->n_chunks; i++, p += SEGMENT_CHUNK_ENTRY)
		if (i + 1 == r->seg->n_chunks || load_le32(p) != load_le32(p + SEGMENT_CHUNK_ENTRY))
			recall_set(r->no_cross, i);
}

/* Adds to map every chunk with one of the next `reach` chunks (or a few more: reach is rounded up to
 * 1, 3, 7 ...) in it, note ends not crossed: by doubling, as a carry-look-ahead adder does (Kogge &
 * Stone, IEEE Trans. Comp. C-22(8), 1973).  pass: chunks from which `step` more lie in their note. */
static void reach_back(struct recall *r, uint64_t *map, uint32_t reach)
{
	uint64_t *pass = r->scratch;
	uint32_t n = r->words;
	if (reach > 0 && r->exact_notes && !r->no_cross)
		find_note_ends(r);
	if (r->seg->n_chunks <= reach)
		reach = r->seg->n_chunks;
	for (uint32_t i = 0; i < n; i++)
		pass[i] = r->no_cross ? ~r->no_cross[i] : ~(uint64_t)0;
	for (uint32_t step = 1; step <= reach; step *= 2) {
		/* Word i of the result needs words from i on, so upwards in place is safe. */
		for (uint32_t i = 0; i < n; i++)
			map[i] |= pass[i] & shifted(map, n, i, step);
		for (uint32_t i = 0; i < n; i++)
			pass[i] &= shifted(pass, n, i, step);
	}
}

/* Chunks of a term: 1 found, 0 no such term, or LODE_CORRUPT.  found: its postings, may be NULL. */
static int read_term(
	struct recall *r, struct slice term, uint64_t *out, struct postings *found, struct err *e)
{
	struct postings p;
	int rc = segment_term(r->seg, term, &p, e);
	if (rc < 0)
		return rc == LODE_NOTFOUND ? 0 : rc;
	if (found)
		*found = p;
	memset(out, 0, r->words * sizeof(*out));
	while (postings_next(&p)) {
		if (p.chunk >= r->seg->n_chunks)
			return err_set(e, LODE_CORRUPT, "postings name a chunk past the last");
		recall_set(out, p.chunk);
	}
	return p.bad ? err_set(e, LODE_CORRUPT, "postings do not parse") : 1;
}

static void use_form(struct recall *r, const struct match_form *f, const uint64_t *chunks)
{
	for (uint32_t u = f->first; u < f->end; u++) {
		const struct match_use *use = &r->m->uses[u];
		uint64_t **at = &r->at[r->first[use->name] + use->at];
		unite(at[0], chunks, r->words);
		if (use->kind == MATCH_JOINED)
			unite(at[1], chunks, r->words);
	}
}

static int use_split(
	struct recall *r, const struct match_form *f, const uint64_t *chunks, struct err *e)
{
	for (uint32_t u = f->first; u < f->end; u++) {
		const struct match_use *use = &r->m->uses[u];
		if (use->kind == MATCH_JOINED)
			continue;
		uint64_t **split = &r->split[use->name];
		if (!*split && !(*split = recall_bitmap(r)))
			return err_set(e, LODE_NOMEM, "no memory for split words");
		unite(*split, chunks, r->words);
		unite(r->at[r->first[use->name] + use->at], chunks, r->words);
	}
	return 0;
}

/* Chunks of joins with this fingerprint: whether there are any, or LODE_CORRUPT. */
static int read_joins(struct recall *r, uint16_t print, uint64_t *out, struct err *e)
{
	struct joins_walk w = {.s = r->seg};
	const char *joins;
	uint8_t n;
	int more, any = 0;
	memset(out, 0, r->words * sizeof(*out));
	while ((more = joins_walk_next(&w, &n, &joins, e)) > 0) {
		bool has = n == JOINS_MANY;
		for (uint32_t i = 0; i < n && n != JOINS_MANY; i++)
			has |= load_le16(joins + (size_t)i * SEGMENT_JOIN) == print;
		if (has)
			recall_set(out, w.chunk - 1);
		any |= has;
	}
	return more < 0 ? more : any;
}

/* Eight at once: gcc and clang make one instruction of each step. */
typedef uint16_t prints __attribute__((vector_size(16)));

/* Whether a search of all chunks for the fingerprint would find any. */
static bool has_join(const struct recall *r, uint16_t print)
{
	const char *p = r->seg->joins.p;
	size_t left = r->seg->joins.n;
	uint16_t wanted = htole16(print);
	prints any = {0}, some;
	for (; left >= sizeof(some); left -= sizeof(some), p += sizeof(some)) {
		memcpy(&some, p, sizeof(some));
		any |= (prints)(some == wanted);
	}
	bool found = r->many_joins;
	for (unsigned i = 0; i < sizeof(any) / sizeof(any[0]); i++)
		found |= any[i] != 0;
	for (; left > 0; left -= SEGMENT_JOIN, p += SEGMENT_JOIN)
		found |= load_le16(p) == print;
	return found;
}

/* Chunks of joins that may be this form: whether there are any, or LODE_CORRUPT. */
static int read_joined(struct recall *r, const struct match_form *f, uint64_t *out, struct err *e)
{
	uint16_t print = joins_print(f->term);
	return has_join(r, print) ? read_joins(r, print, out, e) : 0;
}

/* "5" in a chunk and "mg" in the same or the next, for "5mg"; likewise "pre" and "eclampsia" where a join has the
 * fingerprint of "preeclampsia", for one in 65,536 words has it by chance. */
static int read_splits(struct recall *r, const struct match_form *f, struct err *e)
{
	uint64_t *left = r->scratch + r->words, *right = left + r->words,
		 *joined = right + r->words;
	if (f->term.n < MATCH_SPLIT_MIN)
		return 0;
	int rc = 0, any = read_joined(r, f, joined, e);
	for (size_t cut = 1; cut < f->term.n && rc >= 0 && any >= 0; cut++) {
		struct slice first = {f->term.p, cut}, rest = {f->term.p + cut, f->term.n - cut};
		bool border = gap_is_border(first, rest);
		if (!border && (!any || ((unsigned char)rest.p[0] & 0xc0) == 0x80))
			continue;
		rc = read_term(r, first, left, NULL, e);
		if (rc > 0)
			rc = read_term(r, rest, right, NULL, e);
		if (rc <= 0)
			continue;
		reach_back(r, right, 1);
		intersect(left, right, r->words);
		if (!border)
			intersect(left, joined, r->words);
		rc = is_empty(left, r->words) ? 0 : use_split(r, f, left, e);
	}
	return any < 0 ? any : rc < 0 ? rc : 0;
}

static bool makes_candidates(const struct recall *r, const struct match_form *f)
{
	for (uint32_t u = f->first; u < f->end; u++)
		if (!(r->m->names[r->m->uses[u].name].flags & MATCH_COMPANION))
			return true;
	return false;
}

static bool may_split(const struct recall *r, const struct match_form *f)
{
	for (uint32_t u = f->first; u < f->end; u++)
		if (r->m->uses[u].kind != MATCH_JOINED &&
			!(r->m->names[r->m->uses[u].name].flags & MATCH_EXACT_WORDS))
			return true;
	return false;
}

static int read_forms(struct recall *r, struct err *e)
{
	uint64_t *chunks = r->scratch + r->words;
	for (uint32_t i = 0; i < r->m->n_forms; i++) {
		const struct match_form *f = &r->m->forms[i];
		if (!makes_candidates(r, f))
			continue;
		int rc = read_term(r, f->term, chunks, &r->found[i], e);
		if (rc > 0)
			use_form(r, f, chunks);
		if (rc >= 0 && may_split(r, f))
			rc = read_splits(r, f, e);
		if (rc < 0)
			return rc;
	}
	return r->m->any_mask ? read_term(r, SLICE("\x01m"), r->masks, NULL, e) : 0;
}

int recall_begin(struct recall *r, const struct matcher *m, const struct segment *seg,
	bool exact_notes, struct arena *a, struct err *e)
{
	uint32_t positions = 0;
	*r = (struct recall){.m = m,
		.seg = seg,
		.a = a,
		.exact_notes = exact_notes,
		.words = (seg->n_chunks + 63) / 64};
	r->first = arena_array(a, uint32_t, m->n_names);
	r->split = arena_array(a, uint64_t *, m->n_names);
	for (uint32_t i = 0; i < m->n_names && r->first; i++) {
		r->first[i] = positions;
		positions += m->names[i].doc.n_words;
	}
	r->at = arena_array(a, uint64_t *, positions);
	/* Four, and one for the ends of notes. */
	r->scratch = arena_array(a, uint64_t, 5 * (size_t)r->words);
	r->masks = recall_bitmap(r);
	r->found = arena_array(a, struct postings, m->n_forms);
	if (!r->first || !r->split || !r->at || !r->scratch || !r->masks || !r->found)
		return err_set(e, LODE_NOMEM, "no memory for %u positions", positions);
	for (uint32_t i = 0; i < positions; i++) {
		r->at[i] = recall_bitmap(r);
		if (!r->at[i])
			return err_set(e, LODE_NOMEM, "no memory for %u positions", positions);
	}
	r->many_joins = seg->n_joins.n && memchr(seg->n_joins.p, JOINS_MANY, seg->n_joins.n);
	int rc = read_forms(r, e);
	return rc < 0 ? rc : 0;
}

int recall_postings(const struct recall *r, uint32_t form, struct postings *out)
{
	*out = r->found[form];
	return out->left > 0;
}

/* all: chunks where every position so far stands within reach; far: the same with room for a mask
 * between; but_one: all but one, which a mask may stand for. */
void recall_name(struct recall *r, uint32_t name, uint64_t *out, uint64_t *masked)
{
	const struct match_compiled *n = &r->m->names[name];
	uint64_t **at = &r->at[r->first[name]];
	uint64_t *all = r->scratch + r->words, *but_one = all + r->words, *far = but_one + r->words;
	for (uint32_t i = 0; i < r->words; i++) {
		all[i] = far[i] = at[0][i];
		but_one[i] = n->maskable[0] ? r->masks[i] : 0;
	}
	for (uint32_t p = 1; p < n->doc.n_words; p++) {
		if (is_empty(far, r->words) && is_empty(but_one, r->words))
			return;
		reach_back(r, at[p], n->reach);
		intersect(all, at[p], r->words);
		if (n->masked_reach > n->reach)
			reach_back(r, at[p], n->masked_reach);
		for (uint32_t i = 0; i < r->words; i++) {
			but_one[i] &= at[p][i];
			if (n->maskable[p])
				but_one[i] |= far[i] & ~at[p][i];
			far[i] &= at[p][i];
		}
	}
	unite(out, all, r->words);
	/* Words far apart, and a mask between them where the mask may be one of the words. */
	if (n->masked_reach > n->reach)
		unite(but_one, far, r->words);
	if (is_empty(but_one, r->words))
		return;
	/* r->masks itself stays as it is: the next name may have another reach. */
	memcpy(all, r->masks, r->words * sizeof(*all));
	reach_back(r, all, n->masked_reach);
	intersect(but_one, all, r->words);
	unite(masked, but_one, r->words);
}

int recall_together(struct recall *r, uint32_t bytes, uint64_t *out)
{
	uint64_t *all = recall_bitmap(r), *one = recall_bitmap(r);
	if (!all || !one)
		return LODE_NOMEM;
	/* As in set_reach: a run over b borders holds b - 1 whole chunks. */
	uint32_t reach = 1 + bytes / (TOK_CHUNK_TARGET / 2);
	memset(all, 0xff, r->words * sizeof(*all));
	for (uint32_t i = 0; i < r->m->n_names; i++) {
		memset(one, 0, r->words * sizeof(*one));
		recall_name(r, i, one, one);
		reach_back(r, one, reach);
		intersect(all, one, r->words);
	}
	unite(out, all, r->words);
	return 0;
}
