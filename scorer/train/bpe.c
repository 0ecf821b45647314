/* Each pair of neighbours has its count over all words and a list of the words that have, or had, it.  A merge
 * visits the words of its pair only.  The best pair is found by looking at all of them: some ten thousand,
 * a few thousand times, which is less than a second and needs no heap whose entries go stale. */
#include "scorer/train/bpe.h"

#include <stdlib.h>

struct pair {
	uint64_t count;
	uint32_t *words; /* ascending; some may have lost the pair since */
	uint32_t n, cap;
	uint16_t left, right;
	bool is_refused; /* in too few documents, and it can only become fewer; or its text is taken */
};

struct word {
	uint32_t at; /* of its ids in `parts` */
	uint32_t n;
};

struct training {
	const struct bpe_word *given;
	struct word *words;
	uint16_t *parts;
	size_t n_words;
	struct pair *pairs;
	size_t n_pairs, cap_pairs;
	uint32_t *slots; /* index + 1 of a pair; at most half full */
	size_t mask;
	struct tok_merge *merges;
	uint32_t n_merges, most;
	char (*texts)[TOK_PIECE_MAX]; /* of all ids */
	uint8_t *lengths;
	bool failed; /* out of memory */
};

/* ---- pairs ---- */

static size_t pair_slot(const struct training *t, uint16_t left, uint16_t right)
{
	uint64_t key = (uint64_t)left << 16 | right;
	size_t i = (key * 0x9E3779B97F4A7C15ull >> 32) & t->mask;
	while (t->slots[i] && (t->pairs[t->slots[i] - 1].left != left ||
				      t->pairs[t->slots[i] - 1].right != right))
		i = (i + 1) & t->mask;
	return i;
}

static void widen_pairs(struct training *t)
{
	size_t cap = t->cap_pairs ? t->cap_pairs * 2 : 1 << 12;
	struct pair *pairs = realloc(t->pairs, cap * sizeof(*pairs));
	uint32_t *slots = calloc(2 * cap, sizeof(*slots));
	if (pairs)
		t->pairs = pairs;
	if (!pairs || !slots) {
		free(slots);
		t->failed = true;
		return;
	}
	free(t->slots);
	t->slots = slots;
	t->cap_pairs = cap;
	t->mask = 2 * cap - 1;
	for (size_t i = 0; i < t->n_pairs; i++)
		t->slots[pair_slot(t, pairs[i].left, pairs[i].right)] = (uint32_t)i + 1;
}

/* NULL: out of memory. */
static struct pair *pair_of(struct training *t, uint16_t left, uint16_t right)
{
	if (t->n_pairs == t->cap_pairs)
		widen_pairs(t);
	if (t->failed)
		return NULL;
	size_t slot = pair_slot(t, left, right);
	if (!t->slots[slot]) {
		t->pairs[t->n_pairs++] = (struct pair){.left = left, .right = right};
		t->slots[slot] = (uint32_t)t->n_pairs;
	}
	return &t->pairs[t->slots[slot] - 1];
}

static void note_word(struct training *t, struct pair *p, uint32_t word)
{
	if (p->n && p->words[p->n - 1] == word)
		return;
	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 4;
		uint32_t *words = realloc(p->words, cap * sizeof(*words));
		if (!words) {
			t->failed = true;
			return;
		}
		p->words = words;
		p->cap = cap;
	}
	p->words[p->n++] = word;
}

/* Adds a word's pairs to the counts, or takes them off.  Of three equal neighbours "aaa" the pair counts
 * twice though it merges once, as in the paper's code. */
static void count_word(struct training *t, uint32_t word, bool is_added, uint32_t newest)
{
	const uint16_t *ids = t->parts + t->words[word].at;
	uint64_t count = t->given[word].count;
	for (uint32_t i = 0; i + 1 < t->words[word].n; i++) {
		struct pair *p = pair_of(t, ids[i], ids[i + 1]);
		if (!p)
			return;
		p->count = is_added ? p->count + count : p->count - count;
		/* Pairs without the newest id were there before: their lists have the word. */
		if (is_added && (newest == 0 || ids[i] == newest || ids[i + 1] == newest))
			note_word(t, p, word);
	}
}

/* ---- merging ---- */

static bool has_pair(const struct training *t, uint32_t word, const struct pair *p)
{
	const uint16_t *ids = t->parts + t->words[word].at;
	for (uint32_t i = 0; i + 1 < t->words[word].n; i++)
		if (ids[i] == p->left && ids[i + 1] == p->right)
			return true;
	return false;
}

static void merge_word(struct training *t, uint32_t word, struct tok_merge m, uint16_t id)
{
	struct word *w = &t->words[word];
	uint16_t *ids = t->parts + w->at;
	uint32_t to = 0;
	for (uint32_t i = 0; i < w->n; to++) {
		bool is_pair = i + 1 < w->n && ids[i] == m.left && ids[i + 1] == m.right;
		ids[to] = is_pair ? id : ids[i];
		i += is_pair ? 2 : 1;
	}
	w->n = to;
}

static void append_text(struct training *t, struct tok_merge m, uint16_t id)
{
	uint8_t left = t->lengths[m.left], right = t->lengths[m.right];
	memcpy(t->texts[id], t->texts[m.left], left);
	memcpy(t->texts[id] + left, t->texts[m.right], right);
	t->lengths[id] = (uint8_t)(left + right);
}

static void take(struct training *t, uint16_t left, uint16_t right)
{
	struct tok_merge m = {left, right};
	uint16_t id = (uint16_t)(TOK_SUBWORD_MERGES + t->n_merges);
	struct pair *p = pair_of(t, left, right);
	if (!p)
		return;
	/* count_word may move the pairs, and the list is done with. */
	uint32_t *words = p->words, n = p->n;
	p->words = NULL;
	p->n = p->cap = 0;
	p->is_refused = true;
	t->merges[t->n_merges++] = m;
	append_text(t, m, id);
	for (uint32_t i = 0; i < n && !t->failed; i++) {
		const struct pair now = {.left = left, .right = right};
		if (!has_pair(t, words[i], &now))
			continue;
		count_word(t, words[i], false, 0);
		merge_word(t, words[i], m, id);
		count_word(t, words[i], true, id);
	}
	free(words);
}

/* ---- which pair ---- */

static bool is_in_enough_documents(const struct training *t, const struct pair *p)
{
	uint32_t seen[BPE_DOCUMENTS] = {0}, n = 0;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct bpe_word *w = &t->given[p->words[i]];
		if (!has_pair(t, p->words[i], p))
			continue;
		for (uint32_t k = 0; k < w->n_documents; k++) {
			uint32_t j = 0;
			while (j < n && seen[j] != w->documents[k])
				j++;
			if (j == n)
				seen[n++] = w->documents[k];
			if (n == BPE_DOCUMENTS)
				return true;
		}
	}
	return false;
}

/* Two ids of one text are no vocabulary. */
static bool is_text_free(const struct training *t, const struct pair *p)
{
	size_t left = t->lengths[p->left], n = left + t->lengths[p->right];
	if (n > TOK_PIECE_MAX)
		return false;
	for (uint32_t id = TOK_SUBWORD_MERGES; id < TOK_SUBWORD_MERGES + t->n_merges; id++)
		if (t->lengths[id] == n && memcmp(t->texts[id], t->texts[p->left], left) == 0 &&
			memcmp(t->texts[id] + left, t->texts[p->right], n - left) == 0)
			return false;
	return true;
}

static bool is_better(const struct pair *p, const struct pair *than)
{
	if (p->count != than->count)
		return p->count > than->count;
	return p->left != than->left ? p->left < than->left : p->right < than->right;
}

static struct pair *best_pair(const struct training *t)
{
	for (;;) {
		struct pair *best = NULL;
		for (size_t i = 0; i < t->n_pairs; i++) {
			struct pair *p = &t->pairs[i];
			if (!p->is_refused && p->count >= BPE_DOCUMENTS &&
				(!best || is_better(p, best)))
				best = p;
		}
		if (!best || (is_text_free(t, best) && is_in_enough_documents(t, best)))
			return best;
		best->is_refused = true;
	}
}

/* ---- the whole ---- */

/* The id of a text that is there already, or UINT32_MAX. */
static uint32_t id_of(const struct training *t, const char *text, size_t n)
{
	if (n == 1)
		return TOK_SUBWORD_BYTES + (unsigned char)*text;
	for (uint32_t id = TOK_SUBWORD_MERGES; id < TOK_SUBWORD_MERGES + t->n_merges; id++)
		if (t->lengths[id] == n && memcmp(t->texts[id], text, n) == 0)
			return id;
	return UINT32_MAX;
}

/* Shorthand byte after byte, then with the blank: no other piece has "/" or a bracket beside a letter or
 * sign, so these merges touch nothing else. */
static void take_shorthand(struct training *t)
{
	for (unsigned s = 0; tok_shorthand(s).p; s++) {
		struct slice text = tok_shorthand(s);
		uint32_t id = id_of(t, text.p, 1);
		for (size_t n = 2; n <= text.n && t->n_merges < t->most; n++) {
			uint32_t next = id_of(t, text.p, n);
			if (next == UINT32_MAX) {
				next = TOK_SUBWORD_MERGES + t->n_merges;
				take(t, (uint16_t)id, (uint16_t)id_of(t, text.p + n - 1, 1));
			}
			id = next;
		}
		if (t->n_merges < t->most)
			take(t, TOK_SUBWORD_BYTES + ' ', (uint16_t)id);
	}
}

static int training_init(struct training *t, const struct bpe_word *words, size_t n, uint32_t ids)
{
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		bytes += words[i].text.n;
	*t = (struct training){.given = words, .n_words = n, .most = ids - TOK_SUBWORD_MERGES};
	t->words = calloc(n + 1, sizeof(*t->words));
	t->parts = calloc(bytes + 1, sizeof(*t->parts));
	t->merges = calloc(t->most + 1, sizeof(*t->merges));
	t->texts = calloc(ids, sizeof(*t->texts));
	t->lengths = calloc(ids, 1);
	if (!t->words || !t->parts || !t->merges || !t->texts || !t->lengths || n > UINT32_MAX ||
		bytes > UINT32_MAX)
		return LODE_NOMEM;
	for (uint32_t id = TOK_SUBWORD_BYTES; id < TOK_SUBWORD_MERGES; id++) {
		t->texts[id][0] = (char)(id - TOK_SUBWORD_BYTES);
		t->lengths[id] = 1;
	}
	uint32_t at = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct slice text = words[i].text;
		t->words[i] = (struct word){at, (uint32_t)text.n};
		for (size_t k = 0; k < text.n; k++)
			t->parts[at++] = (uint16_t)(TOK_SUBWORD_BYTES + (unsigned char)text.p[k]);
		count_word(t, i, true, 0);
	}
	return t->failed ? LODE_NOMEM : LODE_OK;
}

static void training_release(struct training *t)
{
	for (size_t i = 0; i < t->n_pairs; i++)
		free(t->pairs[i].words);
	free(t->pairs);
	free(t->slots);
	free(t->words);
	free(t->parts);
	free(t->merges);
	free(t->texts);
	free(t->lengths);
}

int bpe_train(const struct bpe_word *words, size_t n, uint32_t ids, struct buf *out, struct err *e)
{
	struct training t;
	if (ids < TOK_SUBWORD_MERGES || ids > TOK_SUBWORD_MAX)
		return err_set(e, LODE_BADREQ, "a vocabulary has %d to %d ids, not %u",
			TOK_SUBWORD_MERGES, TOK_SUBWORD_MAX, ids);
	int rc = training_init(&t, words, n, ids);
	if (rc == LODE_OK)
		take_shorthand(&t);
	while (rc == LODE_OK && !t.failed && t.n_merges < t.most) {
		const struct pair *best = best_pair(&t);
		if (!best)
			break;
		take(&t, best->left, best->right);
	}
	if (rc == LODE_OK)
		rc = t.failed ? LODE_NOMEM : tok_vocabulary_write(t.merges, t.n_merges, out);
	training_release(&t);
	return rc < 0 ? err_set(e, rc, "no memory for a vocabulary of %zu words", n) : LODE_OK;
}
