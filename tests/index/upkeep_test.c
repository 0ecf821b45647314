/* Upkeep against a model: whatever is done to an index in whatever order, and whenever upkeep comes in
 * between, the live notes are the model's, and the cohort index leaves nobody out. */
#include "tests/index/meddle.h"

#include "index/run.h"

enum { PATIENTS = 5, IDS = 40 };

struct model {
	struct fixture f;
	struct buf text[PATIENTS][IDS]; /* empty: no such note */
	bool has[PATIENTS][IDS];
	uint64_t revision;
};

static void name(char room[16], const char *what, uint32_t n)
{
	snprintf(room, 16, "%s%u", what, n);
}

static void init(struct model *m)
{
	*m = (struct model){0};
	fixture_init(&m->f);
}

static void finish(struct model *m)
{
	for (int p = 0; p < PATIENTS; p++)
		for (int i = 0; i < IDS; i++)
			buf_release(&m->text[p][i]);
	fixture_finish(&m->f);
}

/* ---- what is done to it ---- */

static void put_some(struct model *m, uint32_t most, size_t bytes)
{
	struct batch *b;
	struct batch_result r;
	struct err e = {0};
	assert_int_equal(batch_create(m->f.x, &b), 0);
	for (uint32_t n = 1 + draw(&m->f, most); n > 0; n--) {
		uint32_t p = draw(&m->f, PATIENTS), i = draw(&m->f, IDS);
		char patient[16], id[16];
		name(patient, "p", p);
		name(id, "n", i);
		buf_clear(&m->text[p][i]);
		fill_note(&m->f, &m->text[p][i], 1 + draw(&m->f, (uint32_t)bytes));
		buf_printf(&m->text[p][i], " only%u%s", draw(&m->f, 1000), patient);
		m->has[p][i] = true;
		struct note_in in = note_of(patient, id, "");
		in.text = buf_slice(&m->text[p][i]);
		assert_int_equal(batch_add(b, m->f.t, &in, &e), 0);
	}
	assert_int_equal(batch_commit(b, &r, &e), 0);
	m->revision = r.revision;
	batch_destroy(b);
}

static void delete_one(struct model *m)
{
	uint32_t p = draw(&m->f, PATIENTS), i = draw(&m->f, IDS);
	char patient[16], id[16];
	struct err e = {0};
	name(patient, "p", p);
	name(id, "n", i);
	int rc = index_delete_note(m->f.x, slice_str(patient), slice_str(id), &e);
	assert_int_equal(rc, m->has[p][i] ? 0 : LODE_NOTFOUND);
	m->revision += m->has[p][i];
	m->has[p][i] = false;
}

static void delete_patient(struct model *m)
{
	uint32_t p = draw(&m->f, PATIENTS);
	uint64_t gone, notes = 0;
	char patient[16];
	struct err e = {0};
	name(patient, "p", p);
	for (int i = 0; i < IDS; i++)
		notes += m->has[p][i];
	int rc = index_delete_patient(m->f.x, slice_str(patient), &gone, &e);
	assert_int_equal(rc, notes ? 0 : LODE_NOTFOUND);
	if (rc == 0)
		assert_int_equal(gone, notes);
	m->revision += notes > 0;
	memset(m->has[p], 0, sizeof(m->has[p]));
}

static struct upkeep_result keep_up(struct model *m, enum upkeep_goal goal)
{
	struct upkeep *u;
	struct upkeep_result r;
	struct err e = {0};
	int rc;
	assert_int_equal(upkeep_create(m->f.x, goal, &u), 0);
	while ((rc = upkeep_prepare(u, NULL, &e)) == 0)
		if (upkeep_commit(u, &e) != 0)
			fail_msg("upkeep_commit: %s", e.text);
	if (rc != LODE_NOTFOUND)
		fail_msg("upkeep_prepare: %s", e.text);
	upkeep_so_far(u, &r);
	upkeep_destroy(u);
	return r;
}

/* ---- what must be true of it ---- */

static void assert_note(struct model *m, struct chart *c, struct arena *a, uint32_t p, uint32_t i)
{
	struct note_view v;
	struct slice text;
	struct err e = {0};
	char id[16];
	name(id, "n", i);
	int rc = chart_find_note(c, slice_str(id), &v, &e);
	assert_int_equal(rc, m->has[p][i] ? 0 : LODE_NOTFOUND);
	if (rc)
		return;
	assert_int_equal(chart_text(c, &v, a, &text, &e), 0);
	assert_true(slice_eq(text, buf_slice(&m->text[p][i])));
}

static void assert_chart(struct model *m, struct snapshot *s, uint32_t p)
{
	struct chart *c;
	struct chart_info info;
	struct arena a;
	struct err e = {0};
	uint64_t notes = 0;
	char patient[16];
	arena_init(&a, 64 << 20);
	name(patient, "p", p);
	for (int i = 0; i < IDS; i++)
		notes += m->has[p][i];
	int rc = chart_open(s, slice_str(patient), &a, &c, &e);
	assert_int_equal(rc, notes ? 0 : LODE_NOTFOUND);
	if (rc == 0) {
		chart_info(c, &info);
		assert_int_equal(info.notes_readable, notes);
		for (uint32_t i = 0; i < IDS; i++)
			assert_note(m, c, &a, p, i);
	}
	arena_release(&a);
}

/* Every patient whose live notes have the term is in the set. */
static void assert_cohort(struct model *m, struct snapshot *s, const char *term)
{
	struct cohort c;
	struct arena a;
	struct err e = {0};
	bool found[PATIENTS] = {false};
	arena_init(&a, 16 << 20);
	assert_int_equal(cohort_create(s, &a, &c, &e), 0);
	assert_int_equal(cohort_add_pending(s, &c, &e), 0);
	assert_int_equal(cohort_add_term(s, &c, slice_str(term), &a, &e), 0);
	for (uint32_t n = 0; n < c.n_numbers; n++) {
		struct slice id;
		if (cohort_has(&c, n) && snapshot_patient(s, n, &id, &e) == 0)
			found[id.p[1] - '0'] = true;
	}
	for (uint32_t p = 0; p < PATIENTS; p++)
		for (uint32_t i = 0; i < IDS; i++)
			if (m->has[p][i] &&
				memmem(m->text[p][i].p, m->text[p][i].n, term, strlen(term)))
				assert_true(found[p]);
	arena_release(&a);
}

static void assert_all(struct model *m)
{
	struct snapshot *s;
	struct err e = {0};
	assert_int_equal(snapshot_begin(m->f.x, &s, &e), 0);
	assert_int_equal(snapshot_revision(s), m->revision);
	for (uint32_t p = 0; p < PATIENTS; p++)
		assert_chart(m, s, p);
	for (int i = 0; i < 20; i++) {
		char term[32];
		snprintf(term, sizeof(term), "only%up%u", draw(&m->f, 1000), draw(&m->f, PATIENTS));
		assert_cohort(m, s, term);
	}
	assert_cohort(m, s, "hypertension");
	snapshot_end(s);
	assert_clean(&m->f);
}

/* ---- the tests ---- */

static void do_something(struct model *m)
{
	switch (draw(&m->f, 12)) {
	case 0: delete_patient(m); break;
	case 1:
	case 2: delete_one(m); break;
	case 3: keep_up(m, UPKEEP_FRESH); break;
	case 4: keep_up(m, UPKEEP_ALL); break;
	case 5: keep_up(m, UPKEEP_PURGE); break;
	case 6: put_some(m, 60, 6000); break;
	default: put_some(m, 6, 800); break;
	}
}

static void notes_are_the_same_whatever_upkeep_does(void **state)
{
	struct model m;
	init(&m);
	printf("seed %llu\n", (unsigned long long)m.f.seed);
	for (int round = 0; round < 120; round++) {
		do_something(&m);
		if (round % 10 == 9)
			fixture_reopen(&m.f);
		assert_all(&m);
	}
	finish(&m);
}

static void what_changes_between_prepare_and_commit_is_left_alone(void **state)
{
	struct model m;
	init(&m);
	printf("seed %llu\n", (unsigned long long)m.f.seed);
	for (int round = 0; round < 60; round++) {
		struct upkeep *u;
		struct err e = {0};
		enum upkeep_goal goal = (enum upkeep_goal)draw(&m.f, 3);
		put_some(&m, 10, 1500);
		assert_int_equal(upkeep_create(m.f.x, goal, &u), 0);
		while (upkeep_prepare(u, NULL, &e) == 0) {
			if (draw(&m.f, 2))
				put_some(&m, 3, 500);
			if (draw(&m.f, 2))
				delete_one(&m);
			if (draw(&m.f, 8) == 0)
				delete_patient(&m);
			if (draw(&m.f, 8) == 0)
				continue; /* a share that is never committed */
			assert_int_equal(upkeep_commit(u, &e), 0);
		}
		upkeep_destroy(u);
		assert_all(&m);
	}
	finish(&m);
}

static void a_pass_leaves_nothing_to_do(void **state)
{
	struct model m;
	init(&m);
	for (int i = 0; i < 40; i++)
		put_some(&m, 4, 3000);
	struct index_stats before = stats_of(&m.f);
	assert_true(before.fresh_bundles >= 30 && before.pending_patients == PATIENTS);
	assert_true(index_upkeep_wanted(m.f.x, true));
	assert_false(index_upkeep_wanted(m.f.x, false));
	struct upkeep_result r = keep_up(&m, UPKEEP_FRESH);
	assert_int_equal(r.patients, PATIENTS);
	assert_int_equal(r.skipped, 0);
	struct index_stats s = stats_of(&m.f);
	assert_int_equal(s.fresh_bundles + s.fresh_bytes + s.pending_patients, 0);
	assert_int_equal(s.segments, PATIENTS);
	assert_int_equal(s.raw_bytes, before.raw_bytes);
	assert_false(index_upkeep_wanted(m.f.x, true));
	assert_all(&m);
	r = keep_up(&m, UPKEEP_ALL);
	assert_int_equal(r.patients, 0);
	finish(&m);
}

/* Pages that are free keep their bytes until they are used again, so the file is looked at after
 * index_shrink. */
static bool file_has(struct model *m, const char *word)
{
	char path[128];
	struct buf b = {0};
	fixture_path(&m->f, path, sizeof(path));
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	char room[65536];
	for (size_t n; (n = fread(room, 1, sizeof(room), f)) > 0;)
		buf_put(&b, room, n);
	fclose(f);
	bool found = memmem(b.p, b.n, word, strlen(word)) != NULL;
	buf_release(&b);
	return found;
}

static void purge_and_shrink_leave_no_deleted_word(void **state)
{
	struct model m;
	struct err e = {0};
	init(&m);
	/* Enough for a dictionary, which learns from the text that will be deleted. */
	for (int i = 0; i < 30; i++)
		put_some(&m, 60, 40000);
	struct buf long_note = {0};
	for (int i = 0; i < 300; i++)
		buf_put_str(&long_note, "Xanthogranulomatosis unmistakable. ");
	struct note_in n = note_of("secret", "s1", "");
	for (int i = 0; i < 40; i++) {
		char id[16];
		name(id, "s", (uint32_t)i);
		n.note_id = slice_str(id);
		n.text = buf_slice(&long_note);
		m.revision = store_note(&m.f, n).revision;
	}
	keep_up(&m, UPKEEP_PURGE);
	assert_non_null(m.f.x->current_dict);
	assert_true(file_has(&m, "anthogranulomato"));
	assert_int_equal(index_delete_patient(m.f.x, SLICE("secret"), &(uint64_t){0}, &e), 0);
	m.revision++;
	assert_true(file_has(&m, "anthogranulomato"));
	keep_up(&m, UPKEEP_PURGE);
	if (index_shrink(m.f.x, &e) != 0)
		fail_msg("index_shrink: %s", e.text);
	assert_false(file_has(&m, "anthogranulomato"));
	assert_false(file_has(&m, "secret"));
	assert_all(&m);
	fixture_reopen(&m.f);
	assert_all(&m);
	buf_release(&long_note);
	finish(&m);
}

static void a_batch_sealed_before_a_purge_is_stored_after_it(void **state)
{
	struct model m;
	struct batch *b;
	struct batch_result r;
	struct err e = {0};
	init(&m);
	for (int i = 0; i < 30; i++)
		put_some(&m, 60, 40000);
	keep_up(&m, UPKEEP_ALL);
	assert_int_equal(batch_create(m.f.x, &b), 0);
	buf_clear(&m.text[0][0]);
	fill_note(&m.f, &m.text[0][0], 5000);
	struct note_in in = note_of("p0", "n0", "");
	in.text = buf_slice(&m.text[0][0]);
	m.has[0][0] = true;
	assert_int_equal(batch_add(b, m.f.t, &in, &e), 0);
	assert_int_equal(batch_seal(b, &e), 0);
	assert_non_null(b->dict);
	delete_one(&m);
	keep_up(&m, UPKEEP_PURGE);
	if (batch_commit(b, &r, &e) != 0)
		fail_msg("batch_commit: %s", e.text);
	m.revision = r.revision;
	m.has[0][0] = true;
	batch_destroy(b);
	assert_all(&m);
	fixture_reopen(&m.f);
	assert_all(&m);
	finish(&m);
}

/* ---- reindexing ---- */

static void pretend_other_tokenizer(struct model *m)
{
	struct format other = m->f.x->format;
	struct buf b = {0};
	other.tok_version++;
	format_encode(&other, &b);
	struct slice v = buf_slice(&b);
	meddle(&m->f, DB_META, key_format, &v);
	buf_release(&b);
}

static void an_index_of_another_tokenizer_is_rewritten(void **state)
{
	struct model m;
	struct err e = {0};
	init(&m);
	for (int i = 0; i < 20; i++)
		put_some(&m, 10, 3000);
	for (int i = 0; i < 10; i++)
		delete_one(&m);
	struct index_stats before = stats_of(&m.f);
	pretend_other_tokenizer(&m);
	index_close(m.f.x);
	m.f.x = NULL;
	assert_int_equal(index_open(m.f.dir, &fixture_options, &m.f.x, &e), LODE_VERSION);
	assert_non_null(strstr(e.text, "--reindex"));
	if (index_reindex(m.f.dir, &fixture_options, NULL, NULL, &e) != 0)
		fail_msg("index_reindex: %s", e.text);
	fixture_open(&m.f);
	struct index_stats s = stats_of(&m.f);
	assert_int_equal(s.notes, before.notes);
	assert_int_equal(s.raw_bytes, before.raw_bytes);
	m.revision = s.revision;
	assert_all(&m);
	finish(&m);
}

static void a_damaged_chart_stops_reindexing_and_nothing_is_lost(void **state)
{
	struct model m;
	struct err e = {0};
	init(&m);
	m.f.x->bundle_below = 0;
	for (int i = 0; i < 5; i++)
		put_some(&m, 10, 3000);
	struct index_stats before = stats_of(&m.f);
	meddle(&m.f, DB_SEGMENT, SLICE("\0\0\0\1\0\0\0\0"), NULL);
	pretend_other_tokenizer(&m);
	index_close(m.f.x);
	assert_int_equal(index_reindex(m.f.dir, &fixture_options, NULL, NULL, &e), LODE_CORRUPT);
	assert_non_null(strstr(e.text, "patient p"));
	assert_int_equal(store_open(m.f.dir, &fixture_options, STORE_ANY_TOKENIZER, &m.f.x, &e), 0);
	assert_int_equal(stats_of(&m.f).notes, before.notes);
	finish(&m);
}

/* ---- damage ---- */

static void damage_is_left_and_told_and_not_tried_again(void **state)
{
	struct model m;
	struct err e = {0};
	struct buf b = {0};
	init(&m);
	for (int i = 0; i < 6; i++)
		put_some(&m, 10, 3000);
	/* The first bundle loses its last byte: what lies there is a frame of somebody's note. */
	fetch(&m.f, DB_BUNDLE, SLICE("\0\0\0\1"), &b);
	b.p[b.n - 1] ^= 1;
	struct slice v = buf_slice(&b);
	meddle(&m.f, DB_BUNDLE, SLICE("\0\0\0\1"), &v);
	struct upkeep_result r = keep_up(&m, UPKEEP_FRESH);
	assert_int_equal(r.skipped, 1);
	assert_non_null(strstr(r.damage, "frame"));
	assert_int_equal(r.patients, PATIENTS - 1);
	assert_true(stats_of(&m.f).fresh_bundles > 0);
	r = keep_up(&m, UPKEEP_FRESH);
	assert_int_equal(r.patients, 0);
	assert_false(index_upkeep_wanted(m.f.x, true));
	int64_t problems = index_check(m.f.x, print_problem, NULL, &e);
	assert_int_equal(problems, 1);
	buf_release(&b);
	finish(&m);
}

static void a_lost_run_or_mark_is_an_error_not_an_absence(void **state)
{
	struct model m;
	struct snapshot *s;
	struct cohort c;
	struct arena a;
	struct err e = {0};
	init(&m);
	put_some(&m, 20, 3000);
	keep_up(&m, UPKEEP_FRESH);
	put_some(&m, 20, 3000);
	meddle(&m.f, DB_RUN, SLICE("\0\0\0\1\0\0\0\1"), NULL);
	meddle(&m.f, DB_PENDING, SLICE("\0\0\0\1"), NULL);
	arena_init(&a, 1 << 20);
	assert_int_equal(snapshot_begin(m.f.x, &s, &e), 0);
	assert_int_equal(cohort_create(s, &a, &c, &e), 0);
	assert_int_equal(cohort_add_pending(s, &c, &e), LODE_CORRUPT);
	assert_int_equal(cohort_add_term(s, &c, SLICE("hypertension"), &a, &e), LODE_CORRUPT);
	snapshot_end(s);
	arena_release(&a);
	assert_true(index_check(m.f.x, print_problem, NULL, &e) >= 3);
	finish(&m);
}

/* ---- readers beside a shrink ---- */

static void an_open_snapshot_outlives_the_file_it_reads(void **state)
{
	struct model m;
	struct snapshot *s;
	struct err e = {0};
	init(&m);
	for (int i = 0; i < 10; i++)
		put_some(&m, 20, 3000);
	assert_int_equal(snapshot_begin(m.f.x, &s, &e), 0);
	for (uint32_t p = 0; p < PATIENTS; p++)
		assert_chart(&m, s, p);
	/* A second thread would wait for this one's snapshot: index_shrink itself must not. */
	m.f.x->retire_waits = 1;
	if (index_shrink(m.f.x, &e) != 0)
		fail_msg("index_shrink: %s", e.text);
	for (uint32_t p = 0; p < PATIENTS; p++)
		assert_chart(&m, s, p);
	assert_int_equal(index_shrink(m.f.x, &e), LODE_BUSY);
	snapshot_end(s);
	assert_int_equal(index_shrink(m.f.x, &e), 0);
	put_some(&m, 20, 3000);
	assert_all(&m);
	fixture_reopen(&m.f);
	assert_all(&m);
	finish(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_are_the_same_whatever_upkeep_does),
		cmocka_unit_test(what_changes_between_prepare_and_commit_is_left_alone),
		cmocka_unit_test(a_pass_leaves_nothing_to_do),
		cmocka_unit_test(purge_and_shrink_leave_no_deleted_word),
		cmocka_unit_test(a_batch_sealed_before_a_purge_is_stored_after_it),
		cmocka_unit_test(an_index_of_another_tokenizer_is_rewritten),
		cmocka_unit_test(a_damaged_chart_stops_reindexing_and_nothing_is_lost),
		cmocka_unit_test(damage_is_left_and_told_and_not_tried_again),
		cmocka_unit_test(a_lost_run_or_mark_is_an_error_not_an_absence),
		cmocka_unit_test(an_open_snapshot_outlives_the_file_it_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
