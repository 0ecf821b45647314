/* Two bytes: how many of what follows are a vocabulary; the rest is a text.  The vocabulary is refused, or
 * the text's subwords follow each other without a gap, and a window around any place fits. */
#include "base/bytes.h"
#include "base/digest.h"
#include "scorer/window.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DIGEST = 8, ARENA_BYTES = 64 << 20 };

static void check(bool is_true)
{
	if (!is_true)
		abort();
}

static uint32_t whole(struct slice text, uint32_t i)
{
	while (i < text.n && ((unsigned char)text.p[i] & 0xC0) == 0x80)
		i++;
	return i;
}

static void check_part(const struct tok_vocabulary *v, const struct tok_doc *d, uint32_t start,
	uint32_t end, struct arena *a)
{
	struct tok_subword *p;
	struct tok_piece *pieces;
	uint32_t n, n_pieces, at = start;
	if (tok_subwords(v, d, start, end, a, &p, &n) < 0 ||
		tok_pieces(d, start, end, a, &pieces, &n_pieces) < 0)
		return;
	check(n >= n_pieces);
	for (uint32_t i = 0; i < n; i++) {
		check(p[i].start == at && p[i].end >= at && p[i].id < tok_vocabulary_size(v));
		check(p[i].id < TOK_SUBWORD_BYTES || tok_subword_text(v, p[i].id).n > 0);
		at = p[i].end;
	}
	check(n == 0 || at == end);
}

static void check_window(const struct tok_vocabulary *v, const struct tok_doc *d, uint32_t start,
	uint32_t end, struct arena *a)
{
	struct mention_context m = {d, start, end, {0}};
	for (int shown = 0; shown < 2; shown++) {
		struct window w = {0};
		size_t used = a->used;
		if (window_cut(v, &m, shown, a, &w) < 0)
			continue;
		check(a->used == used && w.n <= WINDOW_SUBWORDS && w.mark < w.n);
		check(w.ids[0] == TOK_SUB_CLS && w.ids[w.mark] == TOK_SUB_MARK);
		check(w.ids[w.n - 1] == TOK_SUB_EOS);
		check(shown || w.ids[w.mark + 1] == TOK_SUB_COND);
	}
}

static struct tok_vocabulary *open_signed(const uint8_t *bytes, size_t n)
{
	struct tok_vocabulary *v = NULL;
	char *copy = malloc(n + 1);
	if (!copy)
		abort();
	if (n)
		memcpy(copy, bytes, n);
	/* A digest that is right, or no mutation would come past it. */
	if (n >= DIGEST)
		store_le64(copy + n - DIGEST, digest64(slice_of(copy, n - DIGEST)));
	if (tok_vocabulary_open(&v, slice_of(copy, n), NULL) < 0)
		v = NULL;
	free(copy);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	size_t bad;
	if (!t && tok_create(&t, NULL) < 0)
		abort();
	size_t n = size < 2 ? 0 : load_le16(data), rest = size < 2 ? 0 : size - 2;
	n = n < rest ? n : rest;
	struct tok_vocabulary *v = rest ? open_signed(data + 2, n) : NULL;
	if (!v)
		return 0;
	struct slice text = slice_of(data + 2 + n, rest - n);
	if (tok_utf8_check(text, &bad) < 0)
		text.n = bad;
	struct arena a;
	struct tok_doc d;
	arena_init(&a, ARENA_BYTES);
	if (tok_scan(t, text, &a, &d, NULL) == LODE_OK) {
		uint32_t all = (uint32_t)text.n;
		uint32_t start = whole(text, all / 3), end = whole(text, all / 3 + all / 5);
		check_part(v, &d, 0, all, &a);
		check_part(v, &d, start, end, &a);
		check_window(v, &d, start, end, &a);
		check_window(v, &d, 0, whole(text, all / 9), &a);
		check_window(v, &d, start, all, &a);
		check_window(v, &d, all, all, &a);
	}
	arena_release(&a);
	tok_vocabulary_close(v);
	return 0;
}
