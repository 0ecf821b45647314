/* What the storage tests share: an index in a temporary folder, notes made from a seed. */
#ifndef LODESTONE_TESTS_INDEX_FIXTURE_H
#define LODESTONE_TESTS_INDEX_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "index/batch.h"
#include "index/chart.h"

#include <unistd.h>

struct fixture {
	char dir[64];
	struct index *x;
	struct tokenizer *t;
	uint64_t seed;
};

/* 16 GiB: valgrind and TSan can map it. */
static const struct index_options fixture_options = {.map_bytes = UINT64_C(16) << 30};

static inline uint32_t draw(struct fixture *f, uint32_t below)
{
	f->seed = f->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((f->seed >> 33) % below);
}

static inline void fixture_open(struct fixture *f)
{
	struct err e = {0};
	int rc = index_open(f->dir, &fixture_options, &f->x, &e);
	if (rc)
		fail_msg("index_open: %s", e.text);
}

static inline void fixture_init(struct fixture *f)
{
	struct err e = {0};
	const char *seed = getenv("SEED");
	*f = (struct fixture){.seed = seed ? strtoull(seed, NULL, 10) : 42};
	snprintf(f->dir, sizeof(f->dir), "/tmp/lodestone-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(tok_create(&f->t, &e), 0);
	fixture_open(f);
}

static inline void fixture_path(const struct fixture *f, char *room, size_t n)
{
	snprintf(room, n, "%s/index/data.mdb", f->dir);
}

static inline void fixture_finish(struct fixture *f)
{
	static const char *const names[] = {
		"index/data.mdb", "index/lock.mdb", "index/revision", "index", "."};
	index_close(f->x);
	tok_destroy(f->t);
	for (size_t i = 0; i < 5; i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		if (i < 3)
			unlink(path);
		else
			rmdir(i == 3 ? path : f->dir);
	}
}

static inline void fixture_reopen(struct fixture *f)
{
	index_close(f->x);
	f->x = NULL;
	fixture_open(f);
}

static inline struct note_in note_of(const char *patient, const char *id, const char *text)
{
	return (struct note_in){.patient = slice_str(patient),
		.note_id = slice_str(id),
		.text = slice_str(text),
		.date = SLICE("2143-05-02"),
		.type = SLICE("Progress note")};
}

static inline struct batch_result store_notes(
	struct fixture *f, const struct note_in *n, size_t count)
{
	struct batch *b;
	struct batch_result r = {0};
	struct err e = {0};
	assert_int_equal(batch_create(f->x, &b), 0);
	for (size_t i = 0; i < count; i++)
		if (batch_add(b, f->t, &n[i], &e) != 0)
			fail_msg("batch_add: %s", e.text);
	if (batch_commit(b, &r, &e) != 0)
		fail_msg("batch_commit: %s", e.text);
	batch_destroy(b);
	return r;
}

static inline struct batch_result store_note(struct fixture *f, struct note_in n)
{
	return store_notes(f, &n, 1);
}

static inline struct index_stats stats_of(struct fixture *f)
{
	struct index_stats s;
	struct err e = {0};
	assert_int_equal(index_stats(f->x, &s, &e), 0);
	return s;
}

static inline void print_problem(void *arg, const char *problem)
{
	if (arg)
		printf("  %s\n", problem);
}

static inline void assert_clean(struct fixture *f)
{
	struct err e = {0};
	int64_t n = index_check(f->x, print_problem, f, &e);
	if (n < 0)
		fail_msg("index_check: %s", e.text);
	assert_int_equal(n, 0);
}

/* Clinical-looking words, numbers, a mask now and then, lines and blanks; n bytes or a little more. */
static inline void fill_note(struct fixture *f, struct buf *b, size_t n)
{
	static const char *const words[] = {"patient", "denies", "chest", "pain", "history", "of",
		"hypertension", "no", "fever", "left", "right", "lung", "clear", "given", "aspirin",
		"daily", "follow-up", "naïve", "36.6 °C", "___", "[**Hospital1 18**]", "CT",
		"abdomen", "without", "contrast", "stable", "mother", "had", "diabetes",
		"pneumonia", "and"};
	static const char *const ends[] = {". ", ".\n", ", ", " ", " ", " ", " ", "\n\n"};
	size_t from = b->n;
	while (b->n - from < n) {
		if (draw(f, 8) == 0)
			buf_printf(b, "%u", draw(f, 100000));
		else if (draw(f, 20) == 0)
			buf_printf(b, "w%x", draw(f, 1 << 16));
		else
			buf_put_str(b, words[draw(f, sizeof(words) / sizeof(*words))]);
		buf_put_str(b, ends[draw(f, 8)]);
	}
}

#endif
