#include "scorer/train/lab_texts.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "scorer/train/mixture.h"
#include "scorer/train/purpose.h"
#include "scorer/train/texts.h"
#include "scorer/train/use.h"

#include <stdlib.h>

const char *const lab_source_names[LAB_SOURCES] = {"auto", "real", "made-up"};

enum { HELD_OUT_EVERY = 10 };
enum { MADE_UP_TEXT = 256 };
enum { SHUFFLE_SEED = 0x73687566 };

/* ---- vocabulary ---- */

/* The file's first merges alone are a vocabulary, too: merges come in order of rank. */
static int open_vocabulary(struct lab_texts *t, const char *path, uint32_t ids, struct err *e)
{
	enum { HEADER = 16 }; /* docs/model-format.md */
	struct slice map;
	struct tok_vocabulary *whole = NULL;
	int rc = file_map(path, &map, e);
	if (rc)
		return rc;
	rc = tok_vocabulary_open(&whole, map, e);
	uint32_t all = rc ? 0 : tok_vocabulary_size(whole);
	tok_vocabulary_close(whole);
	if (rc == 0 && (ids < TOK_SUBWORD_MERGES || ids > all))
		rc = err_set(e, LODE_BADREQ, "%u ids are not %d to the %u of %s", ids,
			TOK_SUBWORD_MERGES, all, path);
	uint32_t n = rc ? 0 : ids - TOK_SUBWORD_MERGES;
	struct tok_merge *merges = calloc(n + 1, sizeof(*merges));
	for (uint32_t i = 0; merges && i < n; i++)
		merges[i] = (struct tok_merge){load_le16(map.p + HEADER + 4 * (size_t)i),
			load_le16(map.p + HEADER + 4 * (size_t)i + 2)};
	if (rc == 0 && (!merges || tok_vocabulary_write(merges, n, &t->vocabulary_bytes)))
		rc = err_set(e, LODE_NOMEM, "no memory for a vocabulary");
	free(merges);
	file_unmap(map);
	return rc ? rc : tok_vocabulary_open(&t->vocabulary, buf_slice(&t->vocabulary_bytes), e);
}

/* ---- pools ---- */

static int pool_room(struct lab_pool *p, size_t more)
{
	if (p->n + more <= p->room)
		return LODE_OK;
	size_t room = (p->n + more) * 2;
	uint16_t *ids = realloc(p->ids, room * sizeof(*ids));
	if (!ids)
		return LODE_NOMEM;
	p->ids = ids;
	p->room = room;
	return LODE_OK;
}

static int pool_end_text(struct lab_pool *p)
{
	int rc = pool_room(p, 1);
	if (rc == 0)
		p->ids[p->n++] = TOK_SUB_EOS;
	return rc;
}

/* Fisher and Yates, always the same way. */
static int pool_shuffle(struct lab_pool *to, const struct lab_pool *from)
{
	int rc = pool_room(to, from->n);
	if (rc)
		return rc;
	struct random r = random_for(SHUFFLE_SEED, RANDOM_TEXT, 0, 0);
	memcpy(to->ids, from->ids, from->n * sizeof(*to->ids));
	to->n = from->n;
	for (size_t i = to->n; i > 1; i--) {
		size_t j = random_below(&r, (uint32_t)i);
		uint16_t id = to->ids[i - 1];
		to->ids[i - 1] = to->ids[j];
		to->ids[j] = id;
	}
	return LODE_OK;
}

/* ---- texts ---- */

struct reading {
	struct lab_texts *to;
	struct tokenizer *tokenizer;
	struct arena arena;
	unsigned documents;
	struct err *e;
};

static struct lab_pool *next_pool(struct reading *r)
{
	return r->documents++ % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 ? &r->to->held_out
								     : &r->to->training;
}

static int visit(void *arg, const struct slice *values)
{
	struct reading *r = arg;
	struct tok_doc doc;
	struct tok_subword *subwords;
	uint32_t n;
	if (!values[1].p)
		return LODE_OK;
	struct lab_pool *pool = next_pool(r);
	arena_reset(&r->arena);
	int rc = tok_scan(r->tokenizer, values[1], &r->arena, &doc, r->e);
	if (rc == 0)
		rc = tok_subwords(
			r->to->vocabulary, &doc, 0, (uint32_t)doc.text.n, &r->arena, &subwords, &n);
	if (rc == 0)
		rc = pool_room(pool, n);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		pool->ids[pool->n++] = subwords[i].id;
	return rc ? rc : pool_end_text(pool);
}

static int read_real(struct lab_texts *t, struct err *e)
{
	struct texts texts[TRAINING_TEXTS];
	struct reading r = {.to = t, .e = e};
	unsigned n = training_texts(texts);
	int rc = tok_create(&r.tokenizer, e);
	arena_init(&r.arena, (size_t)256 << 20);
	for (unsigned i = 0; rc == 0 && i < n; i++)
		rc = texts_each(&texts[i], visit, &r, e);
	arena_release(&r.arena);
	tok_destroy(r.tokenizer);
	return rc;
}

static int read_made_up(struct lab_texts *t, uint32_t texts, const char *lexicon, struct err *e)
{
	struct mixture *m = NULL;
	struct mixture_options o = {
		.lexicon = lexicon, .share = {[EXAMPLE_MADE_UP] = 1}, .seed = 1};
	struct reading r = {.to = t, .e = e};
	int rc = mixture_create(&m, &o, t->vocabulary, e);
	for (uint32_t i = 0; rc == 0 && i < texts; i++) {
		struct lab_pool *pool = next_pool(&r);
		rc = pool_room(pool, MADE_UP_TEXT);
		if (rc == 0)
			rc = mixture_draw_text(m, 1, 0, i, pool->ids + pool->n, MADE_UP_TEXT);
		pool->n += rc ? 0 : MADE_UP_TEXT;
		if (rc == 0)
			rc = pool_end_text(pool);
	}
	mixture_destroy(m);
	return rc;
}

static bool has_data(void)
{
	struct texts texts[TRAINING_TEXTS];
	struct slice map;
	training_texts(texts);
	if (file_map(texts[0].path, &map, NULL))
		return false;
	file_unmap(map);
	return true;
}

int lab_texts_open(struct lab_texts *t, const char *vocabulary, uint32_t ids,
	enum lab_source source, uint32_t made_up, const char *lexicon, struct err *e)
{
	*t = (struct lab_texts){.source = source};
	if (source == LAB_TEXTS_AUTO)
		t->source = has_data() ? LAB_TEXTS_REAL : LAB_TEXTS_MADE_UP;
	int rc = open_vocabulary(t, vocabulary, ids, e);
	if (rc == 0)
		rc = t->source == LAB_TEXTS_REAL ? read_real(t, e)
						 : read_made_up(t, made_up, lexicon, e);
	if (rc == 0)
		rc = pool_shuffle(&t->shuffled[0], &t->training);
	if (rc == 0)
		rc = pool_shuffle(&t->shuffled[1], &t->held_out);
	if (rc == 0 && (t->training.n < SHAPE_WINDOW_MAX || t->held_out.n < SHAPE_WINDOW_MAX))
		rc = err_set(e, LODE_BADREQ, "the texts are too few: %zu ids, %zu held out",
			t->training.n, t->held_out.n);
	if (rc) {
		lab_texts_close(t);
		return e && e->code ? rc : err_set(e, rc, "texts: %s", err_words(rc));
	}
	t->digest = digest64_keyed(slice_of(t->training.ids, 2 * t->training.n),
		slice_of(t->held_out.ids, 2 * t->held_out.n));
	return LODE_OK;
}

void lab_texts_close(struct lab_texts *t)
{
	tok_vocabulary_close(t->vocabulary);
	buf_release(&t->vocabulary_bytes);
	free(t->training.ids);
	free(t->held_out.ids);
	free(t->shuffled[0].ids);
	free(t->shuffled[1].ids);
	*t = (struct lab_texts){0};
}

int lab_read(void *reader, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	const struct lab_reader *r = reader;
	const struct lab_texts *t = r->texts;
	bool is_held_out =
		seed == USE_STREAM_A || seed == USE_STREAM_B || seed == LAB_STREAM_HELD_OUT;
	const struct lab_pool *pool = is_held_out ? &t->held_out : &t->training;
	if (r->is_shuffled)
		pool = &t->shuffled[is_held_out];
	struct random random = random_for(seed, RANDOM_TEXT, step, index);
	size_t start = (size_t)(random_next(&random) % (pool->n - n));
	memcpy(ids, pool->ids + start, n * sizeof(*ids));
	return LODE_OK;
}
