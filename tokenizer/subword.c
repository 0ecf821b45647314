/* Byte-pair encoding over pieces (piece.h).  Most pieces are whole ids; of the others adjacent parts are
 * merged, lowest rank first, which is quadratic in a piece's length, and a piece is short. */
#include "tokenizer/piece.h"
#include "tokenizer/vocabulary.h"

/* A guess that is seldom too small; the array grows when it is. */
static size_t likely(uint32_t start, uint32_t end)
{
	return (end - start) / 3 + 16;
}

struct list {
	struct arena *arena;
	struct tok_subword *p;
	size_t n, cap;
};

static bool has_room(struct list *l, size_t more)
{
	while (l->p && l->cap - l->n < more)
		l->p = arena_grow(
			l->arena, l->p, l->n == l->cap ? l->n : l->cap, sizeof(*l->p), &l->cap);
	return l->p != NULL;
}

static void add_piece(struct list *l, const struct tok_vocabulary *v, const struct piece *o)
{
	uint16_t ids[TOK_PIECE_MAX];
	uint8_t ends[TOK_PIECE_MAX];
	uint16_t id = o->special ? o->special : vocabulary_whole(v, o->bytes, o->n);
	if (id) {
		l->p[l->n++] = (struct tok_subword){o->start, o->end, id};
		return;
	}
	unsigned parts = vocabulary_merge(v, o->bytes, o->n, ids, ends);
	for (unsigned i = 0, from = 0; i < parts; from = ends[i++])
		l->p[l->n++] = (struct tok_subword){o->at[from], o->at[ends[i]], ids[i]};
}

int tok_subwords(const struct tok_vocabulary *v, const struct tok_doc *d, uint32_t start,
	uint32_t end, struct arena *a, struct tok_subword **out, uint32_t *n)
{
	struct list l = {.arena = a, .cap = likely(start, end)};
	struct piece_walk w;
	struct piece o;
	l.p = arena_alloc(a, l.cap * sizeof(*l.p));
	piece_walk_begin(&w, d, start, end);
	while (has_room(&l, TOK_PIECE_MAX) && piece_next(&w, &o))
		add_piece(&l, v, &o);
	if (!l.p)
		return LODE_NOMEM;
	if (l.n)
		l.p[l.n - 1].end = end;
	*out = l.p;
	*n = (uint32_t)l.n;
	return LODE_OK;
}

int tok_pieces(const struct tok_doc *d, uint32_t start, uint32_t end, struct arena *a,
	struct tok_piece **out, uint32_t *n)
{
	size_t cap = likely(start, end), count = 0;
	struct tok_piece *list = arena_alloc(a, cap * sizeof(*list));
	struct piece_walk w;
	struct piece o;
	piece_walk_begin(&w, d, start, end);
	while (list && piece_next(&w, &o)) {
		list = arena_grow(a, list, count, sizeof(*list), &cap);
		struct slice text = arena_slice(a, slice_of(o.bytes, o.n));
		if (!list || !text.p)
			return LODE_NOMEM;
		list[count++] = (struct tok_piece){o.start, o.end, text, o.special};
	}
	if (!list)
		return LODE_NOMEM;
	if (count)
		list[count - 1].end = end;
	*out = list;
	*n = (uint32_t)count;
	return LODE_OK;
}
