#include "tests/index/fixture.h"

#include "index/note.h"

/* Text of a stored note, or the code. */
static int read_note(struct fixture *f, const char *patient, const char *id, struct buf *text,
	struct note_view *view)
{
	struct snapshot *s;
	struct chart *c;
	struct arena a;
	struct slice got;
	struct err e = {0};
	arena_init(&a, 256 << 20);
	assert_int_equal(snapshot_begin(f->x, &s, &e), 0);
	int rc = chart_open(s, slice_str(patient), &a, &c, &e);
	if (rc == 0)
		rc = chart_find_note(c, slice_str(id), view, &e);
	if (rc == 0)
		rc = chart_text(c, view, &a, &got, &e);
	buf_clear(text);
	if (rc == 0)
		buf_put_slice(text, got);
	snapshot_end(s);
	arena_release(&a);
	return rc;
}

static void assert_text(struct fixture *f, const char *patient, const char *id, struct slice want)
{
	struct buf got = {0};
	struct note_view v;
	assert_int_equal(read_note(f, patient, id, &got, &v), 0);
	assert_true(slice_eq(buf_slice(&got), want));
	buf_release(&got);
}

static void notes_come_back_byte_for_byte(void **state)
{
	enum { N = 120 };
	struct fixture f;
	fixture_init(&f);
	printf("seed %llu\n", (unsigned long long)f.seed);
	struct buf text[N] = {0};
	char patient[N][16], id[N][16];
	for (int round = 0; round < 3; round++) {
		struct note_in in[N / 3];
		for (int i = 0; i < N / 3; i++) {
			int k = round * (N / 3) + i;
			fill_note(&f, &text[k], draw(&f, i == 0 ? 60000 : 4000));
			snprintf(patient[k], sizeof(patient[k]), "p%u", draw(&f, 7));
			snprintf(id[k], sizeof(id[k]), "n%d", k);
			in[i] = note_of(patient[k], id[k], "");
			in[i].text = slice_of(text[k].p ? text[k].p : "", text[k].n);
		}
		struct batch_result r = store_notes(&f, in, N / 3);
		assert_int_equal(r.added, N / 3);
		assert_int_equal(r.revision, round + 1);
	}
	for (int again = 0; again < 2; again++) {
		for (int k = 0; k < N; k++)
			assert_text(&f, patient[k], id[k], buf_slice(&text[k]));
		assert_clean(&f);
		fixture_reopen(&f);
	}
	assert_int_equal(stats_of(&f).notes, N);
	for (int k = 0; k < N; k++)
		buf_release(&text[k]);
	fixture_finish(&f);
}

static void metadata_comes_back_as_given(void **state)
{
	struct fixture f;
	struct buf text = {0};
	struct note_view v;
	fixture_init(&f);
	struct note_in n = {.patient = SLICE("p"),
		.note_id = SLICE("naïve id"),
		.text = SLICE("Fièvre."),
		.date = SLICE("2143-05-02T10:20:30Z"),
		.type = SLICE("T"),
		.encounter = SLICE("E 1"),
		.author_role = SLICE("RN"),
		.meta = SLICE(",\"x\":[1, 2],\"y\":null")};
	store_note(&f, n);
	assert_int_equal(read_note(&f, "p", "naïve id", &text, &v), 0);
	/* The view's strings died with the snapshot: sizes only, then once more inside one. */
	assert_int_equal(v.text_bytes, 8);
	assert_int_equal(v.text_cp, 7);
	assert_true(digest128_eq(v.digest, digest128(n.text)));
	struct snapshot *s;
	struct chart *c;
	struct arena a;
	struct err e = {0};
	arena_init(&a, 1 << 20);
	assert_int_equal(snapshot_begin(f.x, &s, &e), 0);
	assert_int_equal(chart_open(s, SLICE("p"), &a, &c, &e), 0);
	assert_int_equal(chart_find_note(c, n.note_id, &v, &e), 0);
	assert_true(slice_eq(v.note_id, n.note_id) && slice_eq(v.date, n.date));
	assert_true(slice_eq(v.type, n.type) && slice_eq(v.encounter, n.encounter));
	assert_true(slice_eq(v.author_role, n.author_role) && slice_eq(v.meta, n.meta));
	snapshot_end(s);
	arena_release(&a);
	buf_release(&text);
	fixture_finish(&f);
}

static void empty_text_is_a_note(void **state)
{
	struct fixture f;
	fixture_init(&f);
	store_note(&f, note_of("p", "n", ""));
	assert_text(&f, "p", "n", SLICE(""));
	assert_clean(&f);
	fixture_finish(&f);
}

static void sending_again_changes_nothing(void **state)
{
	struct fixture f;
	fixture_init(&f);
	struct note_in n[] = {note_of("p1", "a", "One."), note_of("p1", "b", "Two."),
		note_of("p2", "a", "Three.")};
	assert_int_equal(store_notes(&f, n, 3).added, 3);
	struct index_stats before = stats_of(&f);
	struct batch_result r = store_notes(&f, n, 3);
	assert_int_equal(r.unchanged, 3);
	assert_int_equal(r.added + r.replaced, 0);
	assert_int_equal(r.revision, 1);
	struct index_stats after = stats_of(&f);
	assert_int_equal(after.revision, before.revision);
	assert_int_equal(after.segments, before.segments);
	assert_int_equal(after.file_bytes, before.file_bytes);
	fixture_finish(&f);
}

static void replacing_stores_the_new_text_and_kills_the_old(void **state)
{
	struct fixture f;
	fixture_init(&f);
	struct note_in n[] = {note_of("p", "a", "Old text."), note_of("p", "b", "Stays.")};
	store_notes(&f, n, 2);
	assert_int_equal(store_note(&f, note_of("p", "a", "New text, longer.")).replaced, 1);
	assert_text(&f, "p", "a", SLICE("New text, longer."));
	assert_text(&f, "p", "b", SLICE("Stays."));
	assert_int_equal(stats_of(&f).notes, 2);
	assert_int_equal(stats_of(&f).segments, 2);
	assert_clean(&f);
	fixture_finish(&f);
}

static void change_of_metadata_alone_is_a_replacement(void **state)
{
	struct fixture f;
	fixture_init(&f);
	struct note_in n = note_of("p", "a", "Same text.");
	store_note(&f, n);
	n.type = SLICE("Addendum");
	assert_int_equal(store_note(&f, n).replaced, 1);
	assert_int_equal(stats_of(&f).segments, 1); /* the old one held nothing else */
	assert_clean(&f);
	fixture_finish(&f);
}

static void of_two_with_one_id_in_a_batch_the_later_wins(void **state)
{
	struct fixture f;
	fixture_init(&f);
	struct note_in n[] = {note_of("p", "a", "First."), note_of("p", "a", "Second."),
		note_of("q", "a", "Other patient.")};
	assert_int_equal(store_notes(&f, n, 3).added, 2);
	assert_text(&f, "p", "a", SLICE("Second."));
	assert_int_equal(stats_of(&f).notes, 2);
	fixture_finish(&f);
}

/* The batch took the note for known; before it commits, another batch changes it. */
static void known_note_changed_meanwhile_is_stored_after_all(void **state)
{
	struct fixture f;
	struct batch *b;
	struct batch_result r;
	struct err e = {0};
	fixture_init(&f);
	struct note_in v1 = note_of("p", "a", "Version one."),
		       v2 = note_of("p", "a", "Version two.");
	struct note_in other = note_of("p", "b", "Another.");
	store_note(&f, v1);
	assert_int_equal(batch_create(f.x, &b), 0);
	assert_int_equal(batch_add(b, f.t, &v1, &e), 0);
	assert_int_equal(batch_add(b, f.t, &other, &e), 0);
	assert_int_equal(batch_seal(b, &e), 0);
	store_note(&f, v2);
	assert_int_equal(batch_commit(b, &r, &e), 0);
	assert_int_equal(r.replaced, 1);
	assert_int_equal(r.added, 1);
	assert_text(&f, "p", "a", v1.text);
	assert_text(&f, "p", "b", other.text);
	assert_clean(&f);
	batch_destroy(b);
	fixture_finish(&f);
}

/* Many notes of one patient, so that the batch asks its set and not the store. */
static void what_a_batch_knows_of_a_patient_tells_every_member(void **state)
{
	enum { N = 40 };
	struct fixture f;
	struct note_in n[2 * N + 1];
	char id[N][16];
	fixture_init(&f);
	for (int i = 0; i < N; i++) {
		snprintf(id[i], sizeof(id[i]), "n%d", i);
		n[i] = note_of("p", id[i], "Same text.");
		store_note(&f, n[i]);
	}
	struct err e = {0};
	assert_int_equal(index_delete_note(f.x, SLICE("p"), slice_str("n7"), &e), 0);
	n[3].text = SLICE("Other text.");
	n[10].date = SLICE("2143-05-03");
	n[11].type = SLICE("Consult");
	n[12].encounter = SLICE("e");
	n[13].author_role = SLICE("e");
	n[14].meta = SLICE(",\"a\":1");
	n[N] = note_of("q", "n1", "Same text.");
	for (int i = 0; i < N; i++)
		n[N + 1 + i] = note_of("r", id[i], "Same text.");
	struct batch_result r = store_notes(&f, n, 2 * N + 1);
	assert_int_equal(r.replaced, 6);
	assert_int_equal(r.added, 1 + 1 + N);
	assert_int_equal(r.unchanged, N - 7);
	r = store_notes(&f, n, 2 * N + 1);
	assert_int_equal(r.unchanged, 2 * N + 1);
	assert_clean(&f);
	fixture_finish(&f);
}

/* Two batches were sealed before either was committed. */
static void note_in_two_sealed_batches_is_stored_once(void **state)
{
	struct fixture f;
	struct batch *b[2];
	struct batch_result r;
	struct err e = {0};
	fixture_init(&f);
	struct note_in n = note_of("p", "a", "Text.");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(batch_create(f.x, &b[i]), 0);
		assert_int_equal(batch_add(b[i], f.t, &n, &e), 0);
		assert_int_equal(batch_seal(b[i], &e), 0);
	}
	assert_int_equal(batch_commit(b[0], &r, &e), 0);
	assert_int_equal(r.added, 1);
	assert_int_equal(batch_commit(b[1], &r, &e), 0);
	assert_int_equal(r.unchanged, 1);
	assert_int_equal(stats_of(&f).segments, 1);
	assert_clean(&f);
	batch_destroy(b[0]);
	batch_destroy(b[1]);
	fixture_finish(&f);
}

static struct batch *batch_of(struct fixture *f, const struct note_in *in, unsigned n)
{
	struct batch *b;
	struct err e = {0};
	assert_int_equal(batch_create(f->x, &b), 0);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(batch_add(b, f->t, &in[i], &e), 0);
	assert_int_equal(batch_seal(b, &e), 0);
	return b;
}

static void batches_of_one_transaction_are_as_one_after_the_other(void **state)
{
	struct fixture f;
	struct err e = {0};
	fixture_init(&f);
	store_note(&f, note_of("p", "old", "Stays."));
	const struct note_in first[] = {note_of("p", "n", "Gout."), note_of("q", "m", "Asthma.")},
			     second[] = {note_of("p", "n", "No gout."), note_of("p", "k", "Flu.")},
			     third[] = {
				     note_of("p", "old", "Stays."), note_of("q", "m", "Asthma.")};
	struct batch *b[] = {
		batch_of(&f, first, 2), batch_of(&f, second, 2), batch_of(&f, third, 2)};
	struct batch_result r[3] = {{0}};
	assert_int_equal(batches_commit(b, 3, r, &e), 0);
	assert_int_equal(r[0].added, 2);
	assert_int_equal(r[1].replaced, 1);
	assert_int_equal(r[1].added, 1);
	assert_int_equal(r[2].unchanged, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(r[i].revision, 2);
		batch_destroy(b[i]);
	}
	assert_text(&f, "p", "n", SLICE("No gout."));
	assert_text(&f, "p", "k", SLICE("Flu."));
	assert_text(&f, "q", "m", SLICE("Asthma."));
	assert_int_equal(stats_of(&f).notes, 4);
	assert_clean(&f);
	fixture_finish(&f);
}

static void a_group_that_fails_stores_nothing_and_each_may_go_alone(void **state)
{
	struct fixture f;
	struct err e = {0};
	struct buf big = {0};
	fixture_init(&f);
	fill_note(&f, &big, 9 << 20);
	struct note_in small = note_of("p", "s", "Gout."), large = note_of("p", "l", "");
	large.text = buf_slice(&big);
	index_close(f.x);
	struct index_options o = fixture_options;
	o.max_db_bytes = 2 << 20;
	assert_int_equal(index_open(f.dir, &o, &f.x, &e), 0);
	struct batch *b[] = {batch_of(&f, &small, 1), batch_of(&f, &large, 1)};
	struct batch_result r[2] = {{0}};
	assert_int_equal(batches_commit(b, 2, r, &e), LODE_FULL);
	assert_int_equal(stats_of(&f).notes, 0);
	assert_int_equal(batch_commit(b[0], &r[0], &e), 0);
	assert_int_equal(batch_commit(b[1], &r[1], &e), LODE_FULL);
	assert_text(&f, "p", "s", SLICE("Gout."));
	assert_clean(&f);
	batch_destroy(b[0]);
	batch_destroy(b[1]);
	buf_release(&big);
	fixture_finish(&f);
}

static void what_the_roster_knows_is_true_after_every_kind_of_write(void **state)
{
	struct fixture f;
	struct batch *b[2];
	struct batch_result r[2];
	struct err e = {0};
	fixture_init(&f);
	store_note(&f, note_of("p", "a", "One."));
	fixture_reopen(&f); /* it knows nothing of p now */
	assert_int_equal(store_note(&f, note_of("p", "b", "Two.")).added, 1);
	assert_int_equal(store_note(&f, note_of("p", "a", "One, again.")).replaced, 1);
	assert_int_equal(store_note(&f, note_of("p", "b", "Two, again.")).replaced, 1);
	assert_int_equal(index_delete_note(f.x, SLICE("p"), SLICE("a"), &e), 0);
	assert_int_equal(store_note(&f, note_of("p", "a", "One, anew.")).added, 1);
	assert_int_equal(store_note(&f, note_of("p", "a", "One, at last.")).replaced, 1);
	/* Of two batches of one transaction the second replaces what the first has only just brought. */
	for (int i = 0; i < 2; i++) {
		struct note_in n = note_of("p", "c", i ? "Three, again." : "Three.");
		assert_int_equal(batch_create(f.x, &b[i]), 0);
		assert_int_equal(batch_add(b[i], f.t, &n, &e), 0);
	}
	assert_int_equal(batches_commit(b, 2, r, &e), 0);
	assert_int_equal(r[0].added, 1);
	assert_int_equal(r[1].replaced, 1);
	for (int i = 0; i < 2; i++)
		batch_destroy(b[i]);
	assert_text(&f, "p", "a", SLICE("One, at last."));
	assert_text(&f, "p", "b", SLICE("Two, again."));
	assert_text(&f, "p", "c", SLICE("Three, again."));
	assert_int_equal(stats_of(&f).notes, 3);
	assert_clean(&f);
	fixture_finish(&f);
}

static void deleted_notes_and_patients_are_gone(void **state)
{
	struct fixture f;
	struct buf text = {0};
	struct note_view v;
	struct err e = {0};
	uint64_t gone = 0;
	fixture_init(&f);
	struct note_in n[] = {
		note_of("p", "a", "A."), note_of("p", "b", "B."), note_of("q", "c", "C.")};
	store_notes(&f, n, 3);
	assert_int_equal(index_delete_note(f.x, SLICE("p"), SLICE("a"), &e), 0);
	assert_int_equal(index_delete_note(f.x, SLICE("p"), SLICE("a"), &e), LODE_NOTFOUND);
	assert_int_equal(index_delete_note(f.x, SLICE("r"), SLICE("a"), &e), LODE_NOTFOUND);
	assert_int_equal(read_note(&f, "p", "a", &text, &v), LODE_NOTFOUND);
	assert_text(&f, "p", "b", SLICE("B."));
	assert_clean(&f);
	assert_int_equal(index_delete_patient(f.x, SLICE("p"), &gone, &e), 0);
	assert_int_equal(gone, 1);
	assert_int_equal(read_note(&f, "p", "b", &text, &v), LODE_NOTFOUND);
	assert_int_equal(index_delete_note(f.x, SLICE("q"), SLICE("c"), &e), 0);
	struct index_stats s = stats_of(&f);
	assert_int_equal(s.patients + s.notes + s.segments + s.chunks + s.raw_bytes, 0);
	assert_int_equal(store_note(&f, n[0]).added, 1); /* and may come back */
	assert_text(&f, "p", "a", SLICE("A."));
	assert_clean(&f);
	buf_release(&text);
	fixture_finish(&f);
}

static void big_batch_trains_a_dictionary_and_cuts_segments(void **state)
{
	struct fixture f;
	fixture_init(&f);
	struct buf text = {0};
	enum { N = 120, SIZE = 50000 };
	struct note_in in[N];
	char id[N][16];
	size_t at[N + 1] = {0};
	for (int i = 0; i < N; i++) {
		fill_note(&f, &text, SIZE);
		at[i + 1] = text.n;
	}
	for (int i = 0; i < N; i++) {
		snprintf(id[i], sizeof(id[i]), "n%d", i);
		in[i] = note_of("p", id[i], "");
		in[i].text = slice_of(text.p + at[i], at[i + 1] - at[i]);
	}
	assert_int_equal(store_notes(&f, in, N).added, N);
	assert_int_equal(stats_of(&f).segments, 2);
	assert_non_null(f.x->current_dict);
	assert_clean(&f);
	fixture_reopen(&f);
	assert_non_null(f.x->current_dict);
	for (int i = 0; i < N; i++)
		assert_text(&f, "p", id[i], in[i].text);
	store_note(&f, note_of("q", "a", "With the dictionary that is there."));
	assert_text(&f, "q", "a", SLICE("With the dictionary that is there."));
	assert_clean(&f);
	buf_release(&text);
	fixture_finish(&f);
}

/* ---- refusals ---- */

static void refuse(struct fixture *f, struct note_in n, int code, const char *word)
{
	struct batch *b;
	struct err e = {0};
	assert_int_equal(batch_create(f->x, &b), 0);
	assert_int_equal(batch_add(b, f->t, &n, &e), code);
	assert_int_equal(e.code, code);
	if (!strstr(e.text, word))
		fail_msg("\"%s\" lacks \"%s\"", e.text, word);
	assert_int_equal(batch_notes(b), 0);
	batch_destroy(b);
}

static void bad_members_are_refused_by_name(void **state)
{
	struct fixture f;
	fixture_init(&f);
	char long_id[INDEX_ID_MAX + 1];
	memset(long_id, 'x', sizeof(long_id));
	struct note_in good = note_of("p", "n", "Text."), n;
#define REFUSE(member, value, code, word) (n = good, n.member = value, refuse(&f, n, code, word))
	struct slice none = {0};
	REFUSE(patient, none, LODE_BADREQ, "patient");
	REFUSE(patient, SLICE(""), LODE_BADREQ, "patient");
	REFUSE(patient, SLICE("a\nb"), LODE_BADREQ, "patient: byte 1");
	REFUSE(patient, SLICE("a\xc2\x85"), LODE_BADREQ, "patient: byte 1");
	REFUSE(note_id, SLICE("\x7f"), LODE_BADREQ, "note_id: byte 0");
	REFUSE(note_id, slice_of(long_id, sizeof(long_id)), LODE_TOOBIG, "note_id");
	REFUSE(text, none, LODE_BADREQ, "text");
	REFUSE(text,
		SLICE("ab\xff"
		      "c"),
		LODE_BADREQ, "text: byte 2");
	REFUSE(text, SLICE("a\0b"), LODE_BADREQ, "text: byte 1");
	REFUSE(type, slice_of(long_id, sizeof(long_id)), LODE_TOOBIG, "type");
	REFUSE(encounter, SLICE("\xc0\x80"), LODE_BADREQ, "encounter");
	REFUSE(author_role, slice_of(long_id, sizeof(long_id)), LODE_TOOBIG, "author_role");
	REFUSE(date, SLICE("2143-13-01"), LODE_BADREQ, "date");
	n = good;
	n.patient = slice_of(long_id, INDEX_ID_MAX);
	assert_int_equal(store_note(&f, n).added, 1);
	assert_clean(&f);
	fixture_finish(&f);
}

static void dates_are_rfc_3339(void **state)
{
	static const char *const good[] = {"2143-05-02", "2144-02-29", "2000-02-29", "0001-01-01",
		"2143-05-02T10:20:30Z", "2143-05-02t10:20:30z", "2143-05-02 10:20:30.123+05:30",
		"2143-12-31T23:59:60-00:00"};
	static const char *const bad[] = {"2143", "2143-5-2", "2143-00-01", "2143-13-01",
		"2143-02-29", "1900-02-29", "2143-04-31", "2143-05-00", "2143-05-02T",
		"2143-05-02T10:20", "2143-05-02T10:20:30", "2143-05-02T24:00:00Z",
		"2143-05-02T10:60:00Z", "2143-05-02T10:20:61Z", "2143-05-02T10:20:30.Z",
		"2143-05-02T10:20:30+0530", "2143-05-02T10:20:30+24:00", "2143-05-02T10:20:30Zx",
		"2143/05/02", "+143-05-02", "2143-05-02X10:20:30Z", " 2143-05-02"};
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!note_date_is_valid(slice_str(good[i])))
			fail_msg("%s refused", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (note_date_is_valid(slice_str(bad[i])))
			fail_msg("%s accepted", bad[i]);
}

/* ---- limits ---- */

static void commit_over_the_quota_stores_nothing(void **state)
{
	struct fixture f;
	struct batch *b;
	struct batch_result r;
	struct err e = {0};
	struct buf text = {0};
	fixture_init(&f);
	store_note(&f, note_of("p", "a", "Small."));
	index_close(f.x);
	struct index_options o = fixture_options;
	o.max_db_bytes = 2 << 20;
	assert_int_equal(index_open(f.dir, &o, &f.x, &e), 0);
	fill_note(&f, &text, 9 << 20);
	struct note_in n = note_of("p", "b", "");
	n.text = buf_slice(&text);
	assert_int_equal(batch_create(f.x, &b), 0);
	assert_int_equal(batch_add(b, f.t, &n, &e), 0);
	assert_int_equal(batch_commit(b, &r, &e), LODE_FULL);
	batch_destroy(b);
	assert_int_equal(stats_of(&f).notes, 1);
	store_note(&f, note_of("p", "c", "Still goes in."));
	assert_clean(&f);
	buf_release(&text);
	fixture_finish(&f);
}

static void full_map_stores_nothing_and_goes_on(void **state)
{
	struct fixture f;
	struct batch *b;
	struct batch_result r;
	struct err e = {0};
	struct buf text = {0};
	fixture_init(&f);
	index_close(f.x);
	struct index_options o = {.map_bytes = 1 << 20};
	assert_int_equal(index_open(f.dir, &o, &f.x, &e), 0);
	store_note(&f, note_of("p", "a", "Small."));
	fill_note(&f, &text, 9 << 20);
	struct note_in n = note_of("p", "b", "");
	n.text = buf_slice(&text);
	assert_int_equal(batch_create(f.x, &b), 0);
	assert_int_equal(batch_add(b, f.t, &n, &e), 0);
	assert_int_equal(batch_commit(b, &r, &e), LODE_FULL);
	assert_int_equal(batch_commit(b, &r, &e), LODE_FULL); /* the batch is still whole */
	batch_destroy(b);
	assert_clean(&f);
	store_note(&f, note_of("p", "c", "Still goes in."));
	assert_text(&f, "p", "c", SLICE("Still goes in."));
	/* With room the dictionary of the failed batch does not get in the way. */
	index_close(f.x);
	assert_int_equal(index_open(f.dir, &fixture_options, &f.x, &e), 0);
	assert_int_equal(store_note(&f, n).added, 1);
	assert_clean(&f);
	buf_release(&text);
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_come_back_byte_for_byte),
		cmocka_unit_test(metadata_comes_back_as_given),
		cmocka_unit_test(empty_text_is_a_note),
		cmocka_unit_test(sending_again_changes_nothing),
		cmocka_unit_test(replacing_stores_the_new_text_and_kills_the_old),
		cmocka_unit_test(change_of_metadata_alone_is_a_replacement),
		cmocka_unit_test(of_two_with_one_id_in_a_batch_the_later_wins),
		cmocka_unit_test(known_note_changed_meanwhile_is_stored_after_all),
		cmocka_unit_test(what_a_batch_knows_of_a_patient_tells_every_member),
		cmocka_unit_test(note_in_two_sealed_batches_is_stored_once),
		cmocka_unit_test(batches_of_one_transaction_are_as_one_after_the_other),
		cmocka_unit_test(a_group_that_fails_stores_nothing_and_each_may_go_alone),
		cmocka_unit_test(what_the_roster_knows_is_true_after_every_kind_of_write),
		cmocka_unit_test(deleted_notes_and_patients_are_gone),
		cmocka_unit_test(big_batch_trains_a_dictionary_and_cuts_segments),
		cmocka_unit_test(bad_members_are_refused_by_name),
		cmocka_unit_test(dates_are_rfc_3339),
		cmocka_unit_test(commit_over_the_quota_stores_nothing),
		cmocka_unit_test(full_map_stores_nothing_and_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
