#include "index/segment_check.h"

#include "index/joins.h"
#include "index/record.h"

#include <stdlib.h>

struct checker {
	const struct segment *s;
	const struct compress_dict *dict;
	struct compressor *z;
	uint32_t *words; /* per chunk, counted down by the postings */
	struct buf text;
	char before[TOK_TERM_MAX];
	size_t before_n;
	uint64_t postings_used;
	uint32_t n_terms;
	struct err *e;
};

static int wrong(struct checker *c, const char *what, uint32_t where)
{
	return err_set(c->e, LODE_CORRUPT, "segment: %s (%u)", what, where);
}

/* ---- notes, chunks, texts ---- */

static int check_chunks(struct checker *c, const struct note_view *v)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < v->n_chunks; i++) {
		struct chunk_view k;
		int rc = segment_chunk(c->s, v->first_chunk + i, &k, c->e);
		if (rc)
			return rc;
		if (k.note != v->ordinal || k.start != at || k.end > v->text_bytes)
			return wrong(c, "chunks do not cover note", v->ordinal);
		c->words[v->first_chunk + i] = k.words;
		at = k.end;
	}
	return at == v->text_bytes ? 0 : wrong(c, "chunks do not cover note", v->ordinal);
}

static int check_text(struct checker *c, const struct note_view *v)
{
	buf_clear(&c->text);
	char *room = buf_room(&c->text, (size_t)v->text_bytes + 1);
	if (!room)
		return err_set(c->e, LODE_NOMEM, "no memory for a note");
	int rc = segment_text(c->s, v, c->dict, c->z, room, c->e);
	if (rc)
		return rc;
	struct slice text = {room, v->text_bytes};
	if (!digest128_eq(digest128(text), v->digest))
		return wrong(c, "text does not match its digest, note", v->ordinal);
	size_t bad;
	if (tok_utf8_check(text, &bad) != 0 || tok_cp_count(text) != v->text_cp)
		return wrong(c, "code points miscounted, note", v->ordinal);
	return 0;
}

static int check_notes(struct checker *c)
{
	uint32_t next_chunk = 0, next_frame = 0;
	for (uint32_t i = 0; i < c->s->n_notes; i++) {
		struct note_view v;
		uint32_t found;
		int rc = segment_note(c->s, i, &v, c->e);
		if (rc)
			return rc;
		if (v.note_id.n == 0 || v.note_id.n > INDEX_ID_MAX)
			return wrong(c, "bad note id, note", i);
		if (v.first_chunk != next_chunk)
			return wrong(c, "chunks are not consecutive, note", i);
		if (v.first_frame != next_frame)
			return wrong(c, "frames are not consecutive, note", i);
		next_chunk += v.n_chunks;
		next_frame += segment_frames_of(v.text_bytes);
		/* Also proves that no other note of the segment has the id and sorts before this one. */
		if (segment_find_note(c->s, v.note_id, &found, c->e) != 0 || found != i)
			return wrong(c, "not found by its id, note", i);
		rc = check_chunks(c, &v);
		if (rc == 0)
			rc = check_text(c, &v);
		if (rc)
			return rc;
	}
	if (next_chunk != c->s->n_chunks || next_frame != c->s->n_frames)
		return wrong(c, "chunks or frames without a note", next_chunk);
	return 0;
}

/* ---- terms ---- */

static int check_joins(struct checker *c)
{
	struct joins_walk w = {.s = c->s};
	const char *joins;
	uint8_t n;
	int more;
	while ((more = joins_walk_next(&w, &n, &joins, c->e)) > 0)
		for (uint32_t i = 1; i < n && n != JOINS_MANY; i++, joins += SEGMENT_JOIN)
			if (load_le16(joins) >= load_le16(joins + SEGMENT_JOIN))
				return wrong(c, "joins out of order, chunk", w.chunk - 1);
	if (more == 0 && (size_t)w.at * SEGMENT_JOIN != c->s->joins.n)
		return wrong(c, "joins left over", w.at);
	return more;
}

static int check_postings(struct checker *c, struct postings *p)
{
	const uint8_t *from = p->in.p;
	while (postings_next(p)) {
		if (p->tf > c->words[p->chunk])
			return wrong(c, "more words than the chunk has, chunk", p->chunk);
		c->words[p->chunk] -= p->tf;
	}
	if (p->bad)
		return wrong(c, "postings do not parse, term", c->n_terms);
	if (p->df > 1)
		c->postings_used += (uint64_t)(p->in.p - from);
	return 0;
}

static int check_term(void *arg, struct slice term, uint32_t df)
{
	struct checker *c = arg;
	struct postings p;
	if (c->n_terms > 0 && slice_cmp(slice_of(c->before, c->before_n), term) >= 0)
		return wrong(c, "terms out of order, term", c->n_terms);
	if (segment_term(c->s, term, &p, c->e) != 0 || p.df != df)
		return wrong(c, "term not found by lookup, term", c->n_terms);
	int rc = check_postings(c, &p);
	memcpy(c->before, term.p, term.n);
	c->before_n = term.n;
	c->n_terms++;
	return rc;
}

static int check_terms(struct checker *c)
{
	uint64_t n_words = 0;
	for (uint32_t i = 0; i < c->s->n_chunks; i++)
		n_words += c->words[i];
	if (n_words != c->s->n_words)
		return wrong(c, "words of chunks do not add up", 0);
	int rc = segment_terms(c->s, (struct slice){0}, check_term, c, c->e);
	if (rc)
		return rc;
	if (c->n_terms != c->s->n_terms || c->postings_used != c->s->postings.n)
		return wrong(c, "terms or postings left over", c->n_terms);
	for (uint32_t i = 0; i < c->s->n_chunks; i++)
		if (c->words[i])
			return wrong(c, "words without a posting, chunk", i);
	return 0;
}

int segment_check(const struct segment *s, const struct compress_dict *dict, struct compressor *z,
	struct err *e)
{
	struct checker c = {.s = s, .dict = dict, .z = z, .e = e};
	c.words = calloc(s->n_chunks, sizeof(*c.words));
	if (!c.words)
		return err_set(e, LODE_NOMEM, "no memory to check a segment");
	int rc = check_notes(&c);
	if (rc == 0)
		rc = check_joins(&c);
	if (rc == 0)
		rc = check_terms(&c);
	free(c.words);
	buf_release(&c.text);
	return rc;
}
