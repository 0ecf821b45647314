#include "base/automaton.h"

#include "base/bytes.h"

#include <assert.h>
#include <stdlib.h>

/* Words of all phrases, interned: id 1.. in order of arrival; AUTOMATON_UNKNOWN is no word. */
struct word_slot {
	uint32_t hash;
	uint32_t id; /* 0: free */
};

struct word_entry {
	uint32_t start, bytes; /* in word_table.text */
};

struct word_table {
	struct buf text;
	struct word_entry *entries; /* [id], entry 0 unused */
	uint32_t n, cap;
	struct word_slot *slots; /* n_slots is a power of two, at most half of them taken */
	uint32_t n_slots;
};

struct phrase {
	uint32_t first; /* index into automaton_builder.ids */
	uint32_t n_words;
	uint32_t value;
};

struct automaton_builder {
	struct word_table words;
	uint32_t *ids;
	size_t n_ids, cap_ids;
	struct phrase *phrases;
	size_t n_phrases, cap_phrases;
};

struct edge {
	uint32_t state, word;
	uint32_t target; /* 0: free, since no edge leads back to the root */
};

struct output {
	uint32_t value, n_words;
};

struct automaton {
	struct word_table words;
	uint32_t n_states;
	uint32_t *root;     /* [word id] -> state */
	struct edge *edges; /* of all states but the root; n_edges is a power of two */
	uint32_t n_edges;
	uint32_t *fail;      /* [state] longest proper suffix that is a state */
	uint32_t *out_link;  /* [state] nearest suffix with outputs, or 0 */
	uint32_t *out_first; /* [state] .. out_first[state + 1] into outputs */
	struct output *outputs;
};

/* The trie while it is being built: one row per state, parents before children. */
struct trie {
	uint32_t *parent, *word, *depth;
	uint32_t n;
};

static void *grown(void *array, size_t n, size_t size, size_t *cap)
{
	if (n < *cap)
		return array;
	size_t want = *cap ? *cap * 2 : 64;
	void *p = reallocarray(array, want, size);
	if (p)
		*cap = want;
	return p;
}

static uint64_t mixed(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	return x ^ (x >> 29);
}

/* The last 1..7 bytes, each at least once: overlapping loads instead of a loop. */
static uint64_t tail_bits(const char *p, size_t n)
{
	if (n >= 4)
		return (uint64_t)load_le32(p) << 32 | load_le32(p + n - 4);
	return (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[n / 2] << 8 | (uint8_t)p[n - 1];
}

static inline uint32_t word_hash(struct slice w)
{
	uint64_t h = w.n * 0xff51afd7ed558ccdu;
	const char *p = w.p;
	size_t n = w.n;
	for (; n >= 8; p += 8, n -= 8)
		h = mixed(h ^ load_le64(p));
	if (n)
		h = mixed(h ^ tail_bits(p, n));
	return (uint32_t)(h ^ (h >> 32));
}

/* Words are short: memcmp's call costs more than the comparison. */
static inline bool same_bytes(const char *a, const char *b, size_t n)
{
	for (; n >= 8; a += 8, b += 8, n -= 8)
		if (load_le64(a) != load_le64(b))
			return false;
	return n == 0 || tail_bits(a, n) == tail_bits(b, n);
}

static inline uint32_t word_find(const struct word_table *t, struct slice w, uint32_t hash)
{
	if (t->n_slots == 0)
		return AUTOMATON_UNKNOWN;
	for (uint32_t i = hash & (t->n_slots - 1);; i = (i + 1) & (t->n_slots - 1)) {
		const struct word_slot *s = &t->slots[i];
		if (s->id == 0)
			return AUTOMATON_UNKNOWN;
		const struct word_entry *e = &t->entries[s->id];
		if (s->hash == hash && e->bytes == w.n &&
			same_bytes(t->text.p + e->start, w.p, w.n))
			return s->id;
	}
}

static void slot_put(struct word_slot *slots, uint32_t n_slots, uint32_t hash, uint32_t id)
{
	uint32_t i = hash & (n_slots - 1);
	while (slots[i].id)
		i = (i + 1) & (n_slots - 1);
	slots[i] = (struct word_slot){hash, id};
}

static int slots_widen(struct word_table *t)
{
	if (2 * ((uint64_t)t->n + 1) < t->n_slots)
		return 0;
	uint32_t n_slots = t->n_slots ? t->n_slots * 2 : 256;
	struct word_slot *slots = calloc(n_slots, sizeof(*slots));
	if (!slots)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < t->n_slots; i++)
		if (t->slots[i].id)
			slot_put(slots, n_slots, t->slots[i].hash, t->slots[i].id);
	free(t->slots);
	t->slots = slots;
	t->n_slots = n_slots;
	return 0;
}

static int word_intern(struct word_table *t, struct slice w, uint32_t *id)
{
	uint32_t hash = word_hash(w);
	*id = word_find(t, w, hash);
	if (*id)
		return 0;
	if (w.n > UINT32_MAX - t->text.n || t->n >= UINT32_MAX / 4)
		return LODE_TOOBIG;
	size_t cap = t->cap;
	struct word_entry *entries = grown(t->entries, (size_t)t->n + 1, sizeof(*entries), &cap);
	if (!entries)
		return LODE_NOMEM;
	t->entries = entries;
	t->cap = (uint32_t)cap;
	if (slots_widen(t) || buf_put_slice(&t->text, w))
		return LODE_NOMEM;
	*id = ++t->n;
	t->entries[*id] = (struct word_entry){(uint32_t)(t->text.n - w.n), (uint32_t)w.n};
	slot_put(t->slots, t->n_slots, hash, *id);
	return 0;
}

static void word_table_release(struct word_table *t)
{
	buf_release(&t->text);
	free(t->entries);
	free(t->slots);
	*t = (struct word_table){0};
}

int automaton_builder_create(struct automaton_builder **out)
{
	struct automaton_builder *b = calloc(1, sizeof(*b));
	if (!b)
		return LODE_NOMEM;
	*out = b;
	return 0;
}

void automaton_builder_destroy(struct automaton_builder *b)
{
	if (!b)
		return;
	word_table_release(&b->words);
	free(b->ids);
	free(b->phrases);
	free(b);
}

int automaton_add(
	struct automaton_builder *b, const struct slice *words, unsigned n_words, uint32_t value)
{
	if (n_words == 0)
		return LODE_BADREQ;
	size_t first = b->n_ids;
	for (unsigned i = 0; i < n_words; i++) {
		uint32_t *ids = grown(b->ids, b->n_ids, sizeof(*ids), &b->cap_ids);
		if (!ids)
			return LODE_NOMEM;
		b->ids = ids;
		int rc = word_intern(&b->words, words[i], &b->ids[b->n_ids]);
		if (rc)
			return rc;
		b->n_ids++;
	}
	struct phrase *phrases = grown(b->phrases, b->n_phrases, sizeof(*phrases), &b->cap_phrases);
	if (!phrases)
		return LODE_NOMEM;
	b->phrases = phrases;
	b->phrases[b->n_phrases++] = (struct phrase){(uint32_t)first, n_words, value};
	return 0;
}

static uint32_t edge_slot(const struct automaton *a, uint32_t state, uint32_t word)
{
	uint64_t h = mixed(((uint64_t)state << 32 | word) * 0xff51afd7ed558ccdu);
	uint32_t i = (uint32_t)h & (a->n_edges - 1);
	while (a->edges[i].target && (a->edges[i].state != state || a->edges[i].word != word))
		i = (i + 1) & (a->n_edges - 1);
	return i;
}

static uint32_t child(const struct automaton *a, uint32_t state, uint32_t word)
{
	return state == 0 ? a->root[word] : a->edges[edge_slot(a, state, word)].target;
}

static uint32_t go(const struct automaton *a, uint32_t state, uint32_t word)
{
	uint32_t next;
	while (!(next = child(a, state, word)) && state)
		state = a->fail[state];
	return next;
}

static uint32_t trie_insert(
	struct automaton *a, struct trie *t, const uint32_t *ids, uint32_t n_words)
{
	uint32_t state = 0;
	for (uint32_t i = 0; i < n_words; i++) {
		uint32_t next = child(a, state, ids[i]);
		if (next == 0) {
			next = t->n++;
			t->parent[next] = state;
			t->word[next] = ids[i];
			t->depth[next] = i + 1;
			if (state == 0)
				a->root[ids[i]] = next;
			else
				a->edges[edge_slot(a, state, ids[i])] =
					(struct edge){state, ids[i], next};
		}
		state = next;
	}
	return state;
}

/* Orders the states so that every suffix of a state comes before it: by depth (counting sort). */
static int by_depth(const struct trie *t, uint32_t *order)
{
	uint32_t deepest = 0;
	for (uint32_t s = 0; s < t->n; s++)
		deepest = t->depth[s] > deepest ? t->depth[s] : deepest;
	uint32_t *start = calloc((size_t)deepest + 2, sizeof(*start));
	if (!start)
		return LODE_NOMEM;
	for (uint32_t s = 0; s < t->n; s++)
		start[t->depth[s] + 1]++;
	for (uint32_t d = 0; d <= deepest; d++)
		start[d + 1] += start[d];
	for (uint32_t s = 0; s < t->n; s++)
		order[start[t->depth[s]]++] = s;
	free(start);
	return 0;
}

/* out_first holds counts per state + 1 on entry to the sums. */
static void place_outputs(
	struct automaton *a, const struct automaton_builder *b, const uint32_t *end_state)
{
	for (size_t i = 0; i < b->n_phrases; i++)
		a->out_first[end_state[i] + 2]++;
	for (uint32_t s = 1; s <= a->n_states; s++)
		a->out_first[s + 1] += a->out_first[s];
	for (size_t i = 0; i < b->n_phrases; i++)
		a->outputs[a->out_first[end_state[i] + 1]++] =
			(struct output){b->phrases[i].value, b->phrases[i].n_words};
}

static bool has_outputs(const struct automaton *a, uint32_t state)
{
	return a->out_first[state + 1] > a->out_first[state];
}

static void link_states(struct automaton *a, const struct trie *t, const uint32_t *order)
{
	for (uint32_t i = 1; i < t->n; i++) {
		uint32_t s = order[i], p = t->parent[s];
		a->fail[s] = p == 0 ? 0 : go(a, a->fail[p], t->word[s]);
		a->out_link[s] = has_outputs(a, a->fail[s]) ? a->fail[s] : a->out_link[a->fail[s]];
	}
}

static int automaton_room(struct automaton *a, const struct automaton_builder *b)
{
	size_t most = b->n_ids + 1; /* states */
	a->n_edges = 64;
	while (a->n_edges < 2 * most)
		a->n_edges *= 2;
	a->root = calloc((size_t)b->words.n + 1, sizeof(*a->root));
	a->edges = calloc(a->n_edges, sizeof(*a->edges));
	a->fail = calloc(most, sizeof(*a->fail));
	a->out_link = calloc(most, sizeof(*a->out_link));
	a->out_first = calloc(most + 2, sizeof(*a->out_first));
	a->outputs = calloc(b->n_phrases + 1, sizeof(*a->outputs));
	bool ok = a->root && a->edges && a->fail && a->out_link && a->out_first && a->outputs;
	return ok ? 0 : LODE_NOMEM;
}

static int automaton_fill(struct automaton *a, const struct automaton_builder *b)
{
	size_t most = b->n_ids + 1;
	uint32_t *room = calloc(most, 4 * sizeof(*room));
	uint32_t *end_state = calloc(b->n_phrases + 1, sizeof(*end_state));
	int rc = LODE_NOMEM;
	if (!room || !end_state)
		goto out;
	struct trie t = {room, room + most, room + 2 * most, 1};
	uint32_t *order = room + 3 * most;
	for (size_t i = 0; i < b->n_phrases; i++)
		end_state[i] =
			trie_insert(a, &t, b->ids + b->phrases[i].first, b->phrases[i].n_words);
	a->n_states = t.n;
	rc = by_depth(&t, order);
	if (rc)
		goto out;
	place_outputs(a, b, end_state);
	link_states(a, &t, order);
out:
	free(room);
	free(end_state);
	return rc;
}

int automaton_build(struct automaton_builder *b, struct automaton **out)
{
	if (b->n_ids >= UINT32_MAX / 4)
		return LODE_TOOBIG;
	struct automaton *a = calloc(1, sizeof(*a));
	if (!a)
		return LODE_NOMEM;
	int rc = automaton_room(a, b);
	if (rc == 0)
		rc = automaton_fill(a, b);
	if (rc) {
		automaton_destroy(a);
		return rc;
	}
	a->words = b->words; /* moved: the builder is empty from here on */
	b->words = (struct word_table){0};
	b->n_ids = b->n_phrases = 0;
	*out = a;
	return 0;
}

void automaton_destroy(struct automaton *a)
{
	if (!a)
		return;
	word_table_release(&a->words);
	free(a->root);
	free(a->edges);
	free(a->fail);
	free(a->out_link);
	free(a->out_first);
	free(a->outputs);
	free(a);
}

uint32_t automaton_states(const struct automaton *a)
{
	return a->n_states;
}

size_t automaton_bytes(const struct automaton *a)
{
	const struct word_table *t = &a->words;
	return sizeof(*a) + t->text.cap + t->cap * sizeof(*t->entries) +
	       t->n_slots * sizeof(*t->slots) + a->n_edges * sizeof(*a->edges) +
	       (t->n + 1 + 3 * (size_t)a->n_states) * sizeof(uint32_t) +
	       a->out_first[a->n_states] * sizeof(*a->outputs);
}

uint32_t automaton_word(const struct automaton *a, struct slice word)
{
	return word_find(&a->words, word, word_hash(word));
}

uint32_t automaton_step(const struct automaton *a, uint32_t state, uint32_t word,
	void (*hit)(void *arg, uint32_t value, unsigned n_words), void *arg)
{
	if (word == AUTOMATON_UNKNOWN)
		return 0;
	assert(state < a->n_states && word <= a->words.n);
	state = go(a, state, word);
	for (uint32_t s = state; s; s = a->out_link[s])
		for (uint32_t i = a->out_first[s]; i < a->out_first[s + 1]; i++)
			hit(arg, a->outputs[i].value, a->outputs[i].n_words);
	return state;
}
