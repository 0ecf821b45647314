/* Readers on other threads while one writer commits: every snapshot is whole. */
#include "tests/index/fixture.h"

#include <pthread.h>

enum { PATIENTS = 3, NOTES = 12, ROUNDS = 60, READERS = 2 };

struct race {
	struct fixture f;
	atomic_bool done;
	atomic_uint failures, readings;
};

/* The text of every note names the round that wrote it; a round writes all notes of all patients. */
static void text_of(struct buf *b, int patient, int note, int round)
{
	buf_clear(b);
	buf_printf(b, "Round %d of note %d of patient %d.\n", round, note, patient);
	for (int i = 0; i < 20 + note * 10; i++)
		buf_printf(b, "Word %d and number %d. ", (i * 7 + note) % 13, round * i);
}

static bool read_patient(struct snapshot *s, int patient, struct arena *a)
{
	char id[16];
	struct chart *c;
	const struct note_view *v;
	uint32_t n;
	struct buf want = {0};
	struct slice text;
	int round = (int)snapshot_revision(s) - 1;
	snprintf(id, sizeof(id), "p%d", patient);
	bool fine = chart_open(s, slice_str(id), a, &c, NULL) == 0 &&
		    chart_notes(c, a, &v, &n, NULL) == 0 && n == NOTES &&
		    c->info.damaged_segments == 0;
	for (uint32_t i = 0; fine && i < n; i++) {
		text_of(&want, patient, atoi(v[i].note_id.p + 1), round);
		fine = chart_text(c, &v[i], a, &text, NULL) == 0 &&
		       slice_eq(text, buf_slice(&want));
	}
	buf_release(&want);
	return fine;
}

static void *reader(void *arg)
{
	struct race *r = arg;
	struct arena a;
	arena_init(&a, 64 << 20);
	while (!atomic_load(&r->done)) {
		struct snapshot *s;
		bool fine = snapshot_begin(r->f.x, &s, NULL) == 0;
		for (int p = 0; fine && snapshot_revision(s) > 0 && p < PATIENTS; p++)
			fine = read_patient(s, p, &a);
		snapshot_end(fine ? s : NULL);
		arena_release(&a);
		if (!fine) {
			atomic_fetch_add(&r->failures, 1);
			break;
		}
		atomic_fetch_add(&r->readings, 1);
	}
	return NULL;
}

static void write_round(struct race *r, int round)
{
	struct batch *b;
	struct batch_result res;
	struct buf text = {0};
	struct err e = {0};
	assert_int_equal(batch_create(r->f.x, &b), 0);
	for (int p = 0; p < PATIENTS; p++) {
		for (int n = 0; n < NOTES; n++) {
			char patient[16], id[16];
			snprintf(patient, sizeof(patient), "p%d", p);
			snprintf(id, sizeof(id), "n%d", n);
			text_of(&text, p, n, round);
			struct note_in in = note_of(patient, id, "");
			in.text = buf_slice(&text);
			assert_int_equal(batch_add(b, r->f.t, &in, &e), 0);
		}
	}
	assert_int_equal(batch_commit(b, &res, &e), 0);
	assert_int_equal(res.revision, round + 1);
	batch_destroy(b);
	buf_release(&text);
}

static void snapshots_are_whole_while_a_writer_replaces_everything(void **state)
{
	static struct race r;
	pthread_t t[READERS];
	fixture_init(&r.f);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, reader, &r), 0);
	for (int round = 0; round < ROUNDS; round++)
		write_round(&r, round);
	atomic_store(&r.done, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(atomic_load(&r.failures), 0);
	assert_true(atomic_load(&r.readings) > 0);
	assert_int_equal(stats_of(&r.f).segments, PATIENTS);
	assert_clean(&r.f);
	fixture_finish(&r.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshots_are_whole_while_a_writer_replaces_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
