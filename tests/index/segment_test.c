#include "tests/index/fixture.h"

#include "index/codec.h"
#include "index/joins.h"
#include "tests/index/segment_exercise.h"

static const struct slice key = SLICE("\0\0\0\7\0\0\0\3");

/* A segment with known content: n_notes notes of up to n_chunks chunks each. */
struct model {
	struct buf blob;
	uint64_t digest;
	uint32_t n_notes, n_chunks, n_terms;
	struct buf texts[64];     /* by note */
	uint8_t *tf;              /* [term][chunk] */
	struct slice terms[2000]; /* sorted */
	struct arena arena;
	struct compressor *z;
};

enum { CHUNK = 300 };

static void make_terms(struct fixture *f, struct model *m, uint32_t n)
{
	static const char *const stems[] = {"a", "pain", "pancreas", "pancreatitis", "zz"};
	char word[TOK_TERM_MAX + 1];
	arena_init(&m->arena, 1 << 20);
	/* Ascending by construction: a stem, then a number of fixed width; one term of full length. */
	for (uint32_t i = 0; i < n; i++) {
		snprintf(word, sizeof(word), "%s%06u", stems[(uint64_t)i * 5 / n], i * 7);
		m->terms[i] = arena_slice(&m->arena, slice_str(word));
	}
	if (n > 1) {
		memset(word, '~', TOK_TERM_MAX);
		m->terms[n - 1] = arena_slice(&m->arena, slice_of(word, TOK_TERM_MAX));
	}
	m->n_terms = n;
}

/* Joins of a chunk: none, a few, as many as are kept, or too many. */
static uint8_t model_joins(uint32_t chunk, uint16_t joins[JOINS_MOST])
{
	static const uint8_t numbers[] = {0, 3, 1, JOINS_MANY, 0, JOINS_MOST, 7};
	uint8_t n = numbers[chunk % sizeof(numbers)];
	for (uint32_t i = 0; i < n && n != JOINS_MANY; i++)
		joins[i] = (uint16_t)(chunk + i * 200);
	return n;
}

static void assert_joins(const struct segment *s)
{
	struct joins_walk w = {.s = s};
	const char *at;
	uint8_t n;
	for (uint32_t chunk = 0; chunk < s->n_chunks; chunk++) {
		uint16_t joins[JOINS_MOST];
		assert_int_equal(joins_walk_next(&w, &n, &at, NULL), 1);
		assert_int_equal(n, model_joins(chunk, joins));
		for (uint32_t i = 0; i < n && n != JOINS_MANY; i++)
			assert_int_equal(load_le16(at + 2 * (size_t)i), joins[i]);
	}
	assert_int_equal(joins_walk_next(&w, &n, &at, NULL), 0);
}

static void add_notes(
	struct fixture *f, struct model *m, struct segment_builder *b, const uint32_t *words)
{
	char id[16];
	struct buf frame = {0};
	const struct dict *none = NULL;
	for (uint32_t i = 0, chunk = 0; i < m->n_notes; i++) {
		uint32_t chunks = 1 + draw(f, 3);
		fill_note(f, &m->texts[i], chunks * CHUNK);
		m->texts[i].n = chunks * CHUNK;
		snprintf(id, sizeof(id), "note-%u", i);
		struct note_view v = {.note_id = slice_str(id),
			.type = SLICE("T"),
			.meta = SLICE(",\"k\":1"),
			.text_bytes = chunks * CHUNK,
			.text_cp = (uint32_t)tok_cp_count(buf_slice(&m->texts[i])),
			.digest = digest128(buf_slice(&m->texts[i]))};
		assert_int_equal(segment_builder_note(b, &v, chunks), 0);
		for (uint32_t k = 0; k < chunks; k++, chunk++) {
			uint16_t joins[JOINS_MOST];
			uint8_t n = model_joins(chunk, joins);
			assert_int_equal(
				segment_builder_chunk(b, k * CHUNK, CHUNK, words[chunk]), 0);
			assert_int_equal(segment_builder_joins(b, n, joins), 0);
		}
		assert_int_equal(codec_put_text(m->z, none, buf_slice(&m->texts[i]), &frame, b), 0);
		m->n_chunks = chunk;
	}
	buf_release(&frame);
}

static void model_init(struct fixture *f, struct model *m, uint32_t n_notes, uint32_t n_terms)
{
	struct segment_builder b = {0};
	uint32_t words[64 * 3] = {0};
	const uint32_t most = n_notes * 3;
	uint64_t seed = f->seed;
	*m = (struct model){.n_notes = n_notes};
	assert_int_equal(compressor_create(&m->z), 0);
	make_terms(f, m, n_terms);
	/* The number of chunks comes from the same draws, made twice. */
	for (uint32_t i = 0; i < n_notes; i++) {
		struct buf skip = {0};
		uint32_t chunks = 1 + draw(f, 3);
		fill_note(f, &skip, chunks * CHUNK);
		m->n_chunks += chunks;
		buf_release(&skip);
	}
	m->tf = calloc(n_terms, most);
	struct posting *p = calloc((size_t)n_terms * most + 1, sizeof(*p));
	segment_builder_begin(&b, 0);
	for (uint32_t t = 0; t < n_terms; t++) {
		size_t n = 0;
		uint32_t one_in = 1 + draw(f, 40), sure = draw(f, m->n_chunks);
		for (uint32_t c = 0; c < m->n_chunks; c++) {
			if (c != sure && draw(f, one_in) != 0)
				continue;
			uint32_t tf = 1 + draw(f, draw(f, 4) ? 2 : 9);
			m->tf[t * most + c] = (uint8_t)tf;
			words[c] += tf;
			p[n++] = (struct posting){t, c, tf};
		}
		segment_builder_term(&b, m->terms[t], p, n);
	}
	f->seed = seed;
	add_notes(f, m, &b, words);
	assert_int_equal(segment_builder_finish(&b, &m->blob), 0);
	m->digest = segment_seal(key, m->blob.p, m->blob.n);
	segment_builder_release(&b);
	free(p);
}

static void model_finish(struct model *m)
{
	for (uint32_t i = 0; i < m->n_notes; i++)
		buf_release(&m->texts[i]);
	buf_release(&m->blob);
	arena_release(&m->arena);
	compressor_destroy(m->z);
	free(m->tf);
}

static void open_model(const struct model *m, struct segment *s)
{
	struct err e = {0};
	if (segment_open(key, buf_slice(&m->blob), m->digest, s, &e) != 0)
		fail_msg("segment_open: %s", e.text);
}

static void assert_postings(const struct model *m, const struct segment *s, uint32_t t)
{
	struct postings p;
	const uint8_t *tf = m->tf + (size_t)t * m->n_notes * 3;
	assert_int_equal(segment_term(s, m->terms[t], &p, NULL), 0);
	for (uint32_t c = 0; c < m->n_chunks; c++) {
		if (!tf[c])
			continue;
		assert_true(postings_next(&p));
		assert_int_equal(p.chunk, c);
		assert_int_equal(p.tf, tf[c]);
	}
	assert_false(postings_next(&p));
	assert_false(p.bad);
}

static void what_was_built_is_read(void **state)
{
	struct fixture f = {.seed = 11};
	for (uint32_t round = 0; round < 12; round++) {
		struct model m;
		struct segment s;
		struct err e = {0};
		char room[3 * CHUNK];
		model_init(&f, &m, 1 + draw(&f, 40), 1 + draw(&f, round % 2 ? 40 : 700));
		open_model(&m, &s);
		for (uint32_t t = 0; t < m.n_terms; t++)
			assert_postings(&m, &s, t);
		uint32_t chunk = 0;
		assert_joins(&s);
		for (uint32_t i = 0; i < m.n_notes; i++) {
			struct note_view note;
			for (uint32_t k = 0; k < m.texts[i].n / CHUNK; k++, chunk++) {
				struct chunk_view v;
				assert_int_equal(segment_chunk(&s, chunk, &v, &e), 0);
				assert_int_equal(v.note, i);
				assert_int_equal(v.start, k * CHUNK);
			}
			assert_int_equal(segment_note(&s, i, &note, &e), 0);
			assert_int_equal(note.text_bytes, m.texts[i].n);
			assert_int_equal(segment_text(&s, &note, NULL, m.z, room, &e), 0);
			assert_memory_equal(room, m.texts[i].p, m.texts[i].n);
		}
		if (segment_check(&s, NULL, m.z, &e) != 0)
			fail_msg("segment_check: %s", e.text);
		model_finish(&m);
		f.seed += 99;
	}
}

static void absent_terms_and_notes_are_not_found(void **state)
{
	struct fixture f = {.seed = 3};
	struct model m;
	struct segment s;
	struct postings p;
	uint32_t ordinal;
	static const char *const absent[] = {
		"", "0", "a", "pain", "paio", "pancreas00000", "zzz", "~", "\xff"};
	model_init(&f, &m, 10, 300);
	open_model(&m, &s);
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		assert_int_equal(segment_term(&s, slice_str(absent[i]), &p, NULL), LODE_NOTFOUND);
	char longer[TOK_TERM_MAX + 1];
	memset(longer, '~', sizeof(longer));
	assert_int_equal(
		segment_term(&s, slice_of(longer, sizeof(longer)), &p, NULL), LODE_NOTFOUND);
	assert_int_equal(segment_find_note(&s, SLICE("note-3"), &ordinal, NULL), 0);
	assert_int_equal(ordinal, 3);
	assert_int_equal(segment_find_note(&s, SLICE("note-10"), &ordinal, NULL), LODE_NOTFOUND);
	struct chunk_view k;
	struct note_view v;
	assert_int_equal(segment_chunk(&s, s.n_chunks, &k, NULL), LODE_CORRUPT);
	assert_int_equal(segment_note(&s, s.n_notes, &v, NULL), LODE_CORRUPT);
	model_finish(&m);
}

struct seen {
	const struct model *m;
	struct slice prefix;
	uint32_t next, n;
};

static int see(void *arg, struct slice term, uint32_t df)
{
	struct seen *x = arg;
	const struct model *m = x->m;
	while (x->next < m->n_terms &&
		(m->terms[x->next].n < x->prefix.n ||
			memcmp(m->terms[x->next].p, x->prefix.p, x->prefix.n)))
		x->next++;
	assert_true(x->next < m->n_terms && slice_eq(m->terms[x->next], term));
	x->next++;
	x->n++;
	return 0;
}

static void prefixes_list_their_terms_in_order(void **state)
{
	static const char *const prefixes[] = {
		"", "a", "pa", "pan", "pancreatitis00", "zz", "~~", "q"};
	struct fixture f = {.seed = 5};
	struct model m;
	struct segment s;
	model_init(&f, &m, 10, 700);
	open_model(&m, &s);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct seen x = {.m = &m, .prefix = slice_str(prefixes[i])};
		uint32_t want = 0;
		for (uint32_t t = 0; t < m.n_terms; t++)
			want += m.terms[t].n >= x.prefix.n &&
				!memcmp(m.terms[t].p, x.prefix.p, x.prefix.n);
		assert_int_equal(segment_terms(&s, x.prefix, see, &x, NULL), 0);
		assert_int_equal(x.n, want);
	}
	model_finish(&m);
}

/* ---- damage ---- */

static void every_flipped_byte_is_noticed(void **state)
{
	struct fixture f = {.seed = 8};
	struct model m;
	struct segment s;
	struct err e;
	char room[3 * CHUNK];
	model_init(&f, &m, 4, 60);
	open_model(&m, &s);
	size_t frames = (size_t)(s.frames.p - m.blob.p);
	for (size_t at = 0; at < m.blob.n; at++) {
		for (int bit = 0; bit < 8; bit++) {
			m.blob.p[at] = (char)(m.blob.p[at] ^ 1 << bit);
			e = (struct err){0};
			int rc = segment_open(key, buf_slice(&m.blob), m.digest, &s, &e);
			if (at < frames) {
				assert_int_equal(rc, LODE_CORRUPT);
				assert_int_equal(e.code, LODE_CORRUPT);
			} else {
				unsigned bad = 0;
				assert_int_equal(rc, 0);
				for (uint32_t i = 0; i < s.n_notes; i++) {
					struct note_view v;
					assert_int_equal(segment_note(&s, i, &v, &e), 0);
					bad += segment_text(&s, &v, NULL, m.z, room, &e) ==
					       LODE_CORRUPT;
				}
				assert_int_equal(bad, 1);
			}
			m.blob.p[at] = (char)(m.blob.p[at] ^ 1 << bit);
		}
	}
	model_finish(&m);
}

static void flipped_byte_under_right_checksums_never_crashes(void **state)
{
	struct fixture f = {.seed = 9};
	struct model m;
	struct segment s;
	model_init(&f, &m, 4, 60);
	/* An exact copy each time, so that ASan sees a read past the end. */
	for (size_t at = 8; at < m.blob.n; at++) {
		for (int turn = 0; turn < 3; turn++) {
			char *blob = malloc(m.blob.n);
			memcpy(blob, m.blob.p, m.blob.n);
			blob[at] = (char)(turn == 0   ? blob[at] ^ 1 << (at & 7)
					  : turn == 1 ? 0xff
						      : blob[at] + 1);
			if (exercise_fix_sums(key, blob, m.blob.n) &&
				segment_open(key, slice_of(blob, m.blob.n), load_le64(blob), &s,
					NULL) == 0)
				exercise_segment(&s, m.z);
			free(blob);
		}
	}
	model_finish(&m);
}

static void cut_or_lengthened_blob_is_corrupt(void **state)
{
	struct fixture f = {.seed = 10};
	struct model m;
	struct segment s;
	model_init(&f, &m, 2, 20);
	for (size_t n = 0; n < m.blob.n; n++) {
		char *blob = malloc(n ? n : 1);
		memcpy(blob, m.blob.p, n);
		assert_int_equal(
			segment_open(key, slice_of(blob, n), m.digest, &s, NULL), LODE_CORRUPT);
		free(blob);
	}
	buf_put_byte(&m.blob, 0);
	assert_int_equal(segment_open(key, buf_slice(&m.blob), m.digest, &s, NULL), LODE_CORRUPT);
	model_finish(&m);
}

static void segment_of_another_key_or_time_is_corrupt(void **state)
{
	struct fixture f = {.seed = 12};
	struct model m;
	struct segment s;
	struct err e = {0};
	model_init(&f, &m, 2, 20);
	struct slice blob = buf_slice(&m.blob);
	assert_int_equal(
		segment_open(SLICE("\0\0\0\7\0\0\0\4"), blob, m.digest, &s, &e), LODE_CORRUPT);
	assert_int_equal(segment_open(key, blob, m.digest + 1, &s, &e), LODE_CORRUPT);
	assert_non_null(strstr(e.text, "patient record"));
	model_finish(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_built_is_read),
		cmocka_unit_test(absent_terms_and_notes_are_not_found),
		cmocka_unit_test(prefixes_list_their_terms_in_order),
		cmocka_unit_test(every_flipped_byte_is_noticed),
		cmocka_unit_test(flipped_byte_under_right_checksums_never_crashes),
		cmocka_unit_test(cut_or_lengthened_blob_is_corrupt),
		cmocka_unit_test(segment_of_another_key_or_time_is_corrupt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
