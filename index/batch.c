#include "index/batch.h"

#include "index/joins.h"
#include "index/note.h"

#include <stdlib.h>

int batch_create(struct index *x, struct batch **out)
{
	struct batch *b = calloc(1, sizeof(*b));
	if (!b)
		return LODE_NOMEM;
	b->index = x;
	arena_init(&b->strings, SIZE_MAX / 2);
	arena_init(&b->scratch, BATCH_SCRATCH_MAX);
	intern_init(&b->patients);
	intern_init(&b->notes);
	intern_init(&b->terms);
	*out = b;
	return 0;
}

void batch_destroy(struct batch *b)
{
	if (!b)
		return;
	batch_clear(b);
	intern_release(&b->patients);
	intern_release(&b->notes);
	intern_release(&b->terms);
	arena_release(&b->strings);
	arena_release(&b->scratch);
	free(b);
}

void batch_forget_words(struct batch *b)
{
	intern_release(&b->terms);
	free(b->chunks);
	free(b->postings);
	free(b->uses);
	buf_release(&b->joins);
	b->chunks = NULL;
	b->postings = NULL;
	b->uses = NULL;
	b->n_chunks = b->chunks_cap = b->n_postings = b->postings_cap = 0;
	b->uses_cap = b->chunk_serial = 0;
}

void batch_clear(struct batch *b)
{
	batch_forget_words(b);
	for (uint32_t i = 0; i < b->n_segments; i++)
		buf_release(&b->segments[i].blob);
	free(b->segments);
	free(b->latest);
	free(b->note);
	known_release(&b->known);
	buf_release(&b->text);
	intern_release(&b->patients);
	intern_release(&b->notes);
	arena_release(&b->strings);
	arena_release(&b->scratch);
	b->segments = NULL;
	b->latest = NULL;
	b->note = NULL;
	b->dict = NULL;
	b->n_segments = b->segments_cap = b->latest_cap = b->n_notes = b->notes_cap = 0;
	b->raw_bytes = 0;
	b->is_sealed = false;
}

size_t batch_raw_bytes(const struct batch *b)
{
	return b->raw_bytes;
}

unsigned batch_notes(const struct batch *b)
{
	return b->n_notes;
}

size_t batch_memory_bytes(const struct batch *b)
{
	size_t n =
		intern_memory(&b->patients) + intern_memory(&b->notes) + intern_memory(&b->terms);
	n += b->strings.used + b->text.cap + b->joins.cap + known_memory(&b->known);
	n += b->notes_cap * sizeof(*b->note) + b->chunks_cap * sizeof(*b->chunks);
	n += b->postings_cap * sizeof(*b->postings) + b->uses_cap * sizeof(*b->uses);
	for (uint32_t i = 0; i < b->n_segments; i++)
		n += b->segments[i].blob.cap;
	return n;
}

/* Makes an array hold at least n elements, growing by half; false: no memory, nothing changed. */
static bool make_room(void **array, size_t *cap, size_t n, size_t size)
{
	if (n <= *cap)
		return true;
	size_t wider = *cap + *cap / 2, bytes;
	if (wider < n)
		wider = n < 64 ? 64 : n;
	if (__builtin_mul_overflow(wider, size, &bytes))
		return false;
	void *p = realloc(*array, bytes);
	if (!p)
		return false;
	*array = p;
	*cap = wider;
	return true;
}

#define ROOM(array, cap, n) make_room((void **)&(array), &(cap), (n), sizeof(*(array)))

void batch_expect(struct batch *b, size_t text_bytes)
{
	/* One posting in ten bytes of text is about what notes have. */
	if (b->is_sealed || b->n_notes > 0)
		return;
	buf_room(&b->text, text_bytes);
	b->text.failed = false;
	ROOM(b->postings, b->postings_cap, text_bytes / 10);
}

/* ---- one note ---- */

static bool copy_strings(struct batch *b, const struct note_in *in, struct note_view *v)
{
	v->note_id = arena_slice(&b->strings, in->note_id);
	v->date = arena_slice(&b->strings, in->date);
	v->type = arena_slice(&b->strings, in->type);
	v->encounter = arena_slice(&b->strings, in->encounter);
	v->author_role = arena_slice(&b->strings, in->author_role);
	v->meta = arena_slice(&b->strings, in->meta);
	return v->note_id.p && v->date.p && v->type.p && v->encounter.p && v->author_role.p &&
	       v->meta.p;
}

enum { WORD_GROUP = 16 }; /* looked up side by side */

static bool room_for_uses(struct batch *b)
{
	size_t cap = b->uses_cap;
	if (!ROOM(b->uses, cap, (size_t)b->terms.n))
		return false;
	if (cap > b->uses_cap) {
		memset(b->uses + b->uses_cap, 0, (cap - b->uses_cap) * sizeof(*b->uses));
		b->uses_cap = (uint32_t)cap;
	}
	return true;
}

/* Numbers of n words, at most WORD_GROUP. */
static bool number_words(struct batch *b, const struct tok_doc *d, const struct tok_word *words,
	uint32_t n, uint32_t *numbers)
{
	struct slice terms[WORD_GROUP];
	struct intern_key keys[WORD_GROUP];
	bool ok = true;
	for (uint32_t i = 0; i < n; i++) {
		terms[i] = tok_term(d, &words[i]);
		intern_prepare(&b->terms, terms[i], &keys[i]);
	}
	for (uint32_t i = 0; i < n; i++) {
		numbers[i] = intern_prepared(&b->terms, terms[i], &keys[i]);
		ok &= numbers[i] != INTERN_FAILED;
		if (numbers[i] < b->uses_cap)
			__builtin_prefetch(&b->uses[numbers[i]]);
	}
	return ok && room_for_uses(b);
}

/* Words [first, end) stand in chunk `number` of the note. */
static bool count_words(struct batch *b, const struct tok_doc *d, uint32_t first, uint32_t end,
	uint32_t number, struct batch_note *n)
{
	struct posting *p = b->postings + n->first_posting;
	uint32_t numbers[WORD_GROUP], serial = ++b->chunk_serial;
	for (uint32_t w = first, group; w < end; w += group) {
		group = end - w < WORD_GROUP ? end - w : WORD_GROUP;
		if (!number_words(b, d, d->words + w, group, numbers))
			return false;
		for (uint32_t i = 0; i < group; i++) {
			struct batch_use *u = &b->uses[numbers[i]];
			if (u->chunk_serial == serial) {
				p[u->posting].tf += p[u->posting].tf < 4095;
				continue;
			}
			*u = (struct batch_use){serial, (uint32_t)n->n_postings};
			p[n->n_postings++] = (struct posting){numbers[i], number, 1};
		}
	}
	return true;
}

/* Counts the words of one chunk; *w moves past those that start in it. */
static bool count_chunk(struct batch *b, const struct tok_doc *d, uint32_t number, uint32_t end,
	uint32_t *w, struct batch_note *n)
{
	uint32_t first = *w;
	bool last = end == d->text.n;
	while (*w < d->n_words && (last || d->words[*w].start < end))
		++*w;
	uint16_t joins[JOINS_MOST];
	uint8_t n_joins = joins_of(d, first, *w, joins);
	if (n_joins != JOINS_MANY && buf_put(&b->joins, joins, n_joins * sizeof(*joins)) != 0) {
		b->joins.failed = false;
		return false;
	}
	b->chunks[n->first_chunk + number] = (struct batch_chunk){end, *w - first, n_joins};
	return count_words(b, d, first, *w, number, n);
}

/* Words -> postings, behind those of the notes before. */
static bool invert(struct batch *b, const struct tok_doc *d, const uint32_t *ends, uint32_t n_ends,
	struct batch_note *n)
{
	uint32_t w = 0;
	n->first_chunk = b->n_chunks;
	n->n_chunks = n_ends;
	n->first_posting = b->n_postings;
	n->n_postings = 0;
	n->first_join = b->joins.n / sizeof(uint16_t);
	if (!ROOM(b->chunks, b->chunks_cap, b->n_chunks + n_ends) ||
		!ROOM(b->postings, b->postings_cap, b->n_postings + d->n_words))
		return false;
	for (uint32_t i = 0; i < n_ends; i++)
		if (!count_chunk(b, d, i, ends[i], &w, n))
			return false;
	b->n_chunks += n_ends;
	b->n_postings += n->n_postings;
	return true;
}

static int scan(struct batch *b, struct tokenizer *t, struct slice text, struct batch_note *n,
	struct err *e)
{
	struct tok_doc doc;
	uint32_t *ends, n_ends;
	int rc = tok_scan(t, text, &b->scratch, &doc, e);
	if (rc == 0 && tok_chunks(&doc, &b->scratch, &ends, &n_ends) != 0)
		rc = err_set(e, LODE_NOMEM, "text: no memory for its chunks");
	if (rc == 0 && n_ends > SEGMENT_CHUNKS_MAX)
		rc = err_set(e, LODE_TOOBIG, "text: too many chunks");
	if (rc == 0 && !invert(b, &doc, ends, n_ends, n))
		rc = err_set(e, LODE_NOMEM, "text: no memory for its words");
	arena_reset(&b->scratch);
	return rc;
}

/* The number of (patient, note id) in b->notes; latest[] has room for it. */
static uint32_t note_number(struct batch *b, const struct note_in *in, uint32_t patient)
{
	char key[4 + INDEX_ID_MAX];
	memcpy(key, &patient, 4);
	memcpy(key + 4, in->note_id.p, in->note_id.n);
	uint32_t before = b->notes.n, number = intern(&b->notes, slice_of(key, 4 + in->note_id.n));
	size_t cap = b->latest_cap;
	if (number == INTERN_FAILED || !ROOM(b->latest, cap, (size_t)number + 1))
		return INTERN_FAILED;
	b->latest_cap = (uint32_t)cap;
	if (number == before)
		b->latest[number] = INTERN_FAILED; /* none yet */
	return number;
}

int batch_add(struct batch *b, struct tokenizer *t, const struct note_in *in, struct err *e)
{
	struct batch_note n = {.text = b->text.n};
	if (b->is_sealed)
		return err_set(e, LODE_BUG, "batch is sealed");
	int rc = note_check(in, e);
	if (rc)
		return rc;
	n.view.text_bytes = (uint32_t)in->text.n;
	n.view.text_cp = (uint32_t)tok_cp_count(in->text);
	n.view.digest = digest128(in->text);
	struct note_view given = {.note_id = in->note_id,
		.date = in->date,
		.type = in->type,
		.encounter = in->encounter,
		.author_role = in->author_role,
		.meta = in->meta,
		.text_bytes = n.view.text_bytes,
		.digest = n.view.digest};
	size_t cap = b->notes_cap;
	n.fate = !b->no_peek && known_has(&b->known, b->index, in->patient, &given, &b->scratch)
			 ? FATE_KNOWN
			 : FATE_STORE;
	n.patient = intern(&b->patients, in->patient);
	uint32_t number =
		n.patient == INTERN_FAILED ? INTERN_FAILED : note_number(b, in, n.patient);
	if (number == INTERN_FAILED || !copy_strings(b, in, &n.view) ||
		!ROOM(b->note, cap, (size_t)b->n_notes + 1))
		return err_set(e, LODE_NOMEM, "no memory for another note");
	b->notes_cap = (uint32_t)cap;
	rc = n.fate == FATE_STORE ? scan(b, t, in->text, &n, e) : 0;
	if (rc)
		return rc;
	if (buf_put_slice(&b->text, in->text) != 0) {
		b->text.failed = false;
		return err_set(e, LODE_NOMEM, "no memory for another note");
	}
	if (b->latest[number] != INTERN_FAILED)
		b->note[b->latest[number]].fate = FATE_SUPERSEDED;
	b->latest[number] = b->n_notes;
	b->note[b->n_notes++] = n;
	b->raw_bytes += in->text.n;
	return 0;
}

struct note_in batch_note_in(const struct batch *b, const struct batch_note *n)
{
	return (struct note_in){.patient = b->patients.at[n->patient],
		.note_id = n->view.note_id,
		.text = slice_of(b->text.p + n->text, n->view.text_bytes),
		.date = n->view.date,
		.type = n->view.type,
		.encounter = n->view.encounter,
		.author_role = n->view.author_role,
		.meta = n->view.meta};
}
