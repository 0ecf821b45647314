/* Counting: added tokens, normalizer, pre-tokenizer, and here, piece by piece, the model. */
#include "tokenizer/count.h"

#include "base/digest.h"

#include <stdlib.h>

int tok_counting_create(struct tok_counting **out, const struct tok_counter *c)
{
	struct tok_counting *s = calloc(1, sizeof(*s));
	if (!s)
		return LODE_NOMEM;
	s->counter = c;
	/* A file's replacements may make much of little. */
	for (int i = 0; i < COUNT_STEPS; i++)
		s->split[i].limit = COUNT_TEXT_MOST;
	s->normal[0].limit = s->normal[1].limit = COUNT_TEXT_MOST;
	s->cache = calloc(COUNT_CACHED, sizeof(*s->cache));
	if (!s->cache || pattern_scratch_create(&s->match)) {
		tok_counting_destroy(s);
		return LODE_NOMEM;
	}
	*out = s;
	return LODE_OK;
}

void tok_counting_destroy(struct tok_counting *s)
{
	if (!s)
		return;
	pattern_scratch_destroy(s->match);
	for (int i = 0; i < COUNT_STEPS; i++)
		buf_release(&s->split[i]);
	buf_release(&s->normal[0]);
	buf_release(&s->normal[1]);
	buf_release(&s->word);
	buf_release(&s->symbols);
	buf_release(&s->candidates);
	free(s->cache);
	free(s);
}

void count_failed(struct tok_counting *s, int rc)
{
	if (s->rc == 0)
		s->rc = rc;
}

static uint64_t count_by_model(struct tok_counting *s, struct slice piece)
{
	return s->counter->model == MODEL_BPE ? count_bpe(s, piece) : count_wordpiece(s, piece);
}

static void count_word(struct tok_counting *s, struct slice word)
{
	struct count_cached *at = NULL;
	if (word.n <= COUNT_CACHED_BYTES) {
		at = &s->cache[digest64(word) % COUNT_CACHED];
		if (at->n == word.n && memcmp(at->text, word.p, word.n) == 0) {
			s->tokens += at->tokens;
			return;
		}
	}
	uint64_t tokens = count_by_model(s, word);
	s->tokens += tokens;
	if (!at || s->rc)
		return;
	at->tokens = (uint32_t)tokens;
	at->n = (uint8_t)word.n;
	memcpy(at->text, word.p, word.n);
}

/* Where BPE cannot join across, words are counted one by one: the same sum, and most have come by before. */
void count_piece(struct tok_counting *s, struct slice piece)
{
	const struct count_bpe *b = &s->counter->bpe;
	const struct slice cut = b->cut;
	size_t from = 0, at = 1;
	while (cut.n && s->rc == 0 && at < piece.n) {
		const char *next = memmem(piece.p + at, piece.n - at, cut.p, cut.n);
		if (!next)
			break;
		at = (size_t)(next - piece.p);
		if (!b->joins_cut[(unsigned char)piece.p[at - 1]]) {
			count_word(s, slice_of(piece.p + from, at - from));
			from = at;
		}
		at++;
	}
	if (piece.n > from && s->rc == 0)
		count_word(s, slice_of(piece.p + from, piece.n - from));
}

int tok_count(struct tok_counting *s, struct slice text, uint64_t *out, struct err *e)
{
	s->tokens = 0;
	s->rc = LODE_OK;
	count_added(s, text);
	if (s->rc == LODE_TOOBIG)
		return err_set(e, s->rc, "a regex of the tokenizer gives up on the text");
	if (s->rc)
		return err_set(e, s->rc, "the tokenizer: %s", err_words(s->rc));
	*out = s->tokens;
	return LODE_OK;
}
