/* WordPiece: of a word the longest text of the vocabulary, then of its rest, and so on; or one unknown. */
#include "tokenizer/count.h"

#include "tokenizer/normal.h"

enum { CODE_POINTS = 100 /* unless the file says otherwise */, CODE_POINTS_MOST = 100000 };
enum { PREFIX_MAX = 32 };

int count_read_wordpiece(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"unk_token", "continuing_subword_prefix",
		"max_input_chars_per_word", "vocab", NULL};
	struct count_wordpiece *w = &f->to->wordpiece;
	struct slice unk = SLICE("[UNK]"), prefix = SLICE("##");
	const struct json *most = json_get(o, "max_input_chars_per_word");
	f->to->model = MODEL_WORDPIECE;
	w->most = CODE_POINTS;
	int rc = count_members(f, o, "the model", known);
	if (rc == 0 && most && json_int(most, 0, CODE_POINTS_MOST, &w->most))
		rc = count_refuse(f, most, "this is no whole number up to %d", CODE_POINTS_MOST);
	if (rc == 0)
		rc = count_words(f, o, "unk_token", &unk);
	if (rc == 0)
		rc = count_words(f, o, "continuing_subword_prefix", &prefix);
	if (rc == 0 && prefix.n > PREFIX_MAX)
		rc = count_refuse(f, o, "a prefix of over %d bytes", PREFIX_MAX);
	if (rc == 0)
		rc = count_keep(f, prefix, &w->prefix);
	if (rc == 0)
		rc = count_read_vocabulary(f, json_get(o, "vocab"));
	if (rc == 0 && count_place(&f->to->vocabulary, unk) < 0)
		rc = count_refuse(f, o, "\"unk_token\" is not in the vocabulary");
	return rc;
}

/* Bytes of the longest text of the vocabulary that the word has at `at`; 0: none. */
static size_t longest_at(struct tok_counting *s, struct slice word, size_t at)
{
	const struct count_vocabulary *v = &s->counter->vocabulary;
	const struct slice prefix = at ? s->counter->wordpiece.prefix : SLICE("");
	size_t n = word.n - at < v->longest ? word.n - at : v->longest;
	buf_clear(&s->word);
	buf_put_slice(&s->word, prefix);
	buf_put(&s->word, word.p + at, n);
	if (s->word.failed) {
		count_failed(s, LODE_NOMEM);
		return 0;
	}
	for (; n > 0; n--) {
		bool is_whole = at + n == word.n || ((unsigned char)word.p[at + n] & 0xC0) != 0x80;
		if (is_whole && count_place(v, slice_of(s->word.p, prefix.n + n)) >= 0)
			break;
	}
	return n;
}

uint64_t count_wordpiece(struct tok_counting *s, struct slice piece)
{
	uint64_t tokens = 0;
	if ((int64_t)tok_cp_count(piece) > s->counter->wordpiece.most)
		return 1;
	for (size_t at = 0, n; at < piece.n; at += n, tokens++)
		if ((n = longest_at(s, piece, at)) == 0)
			return 1;
	return tokens;
}
