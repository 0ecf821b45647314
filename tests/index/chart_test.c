#include "tests/index/fixture.h"
#include "tests/index/meddle.h"

#include <fcntl.h>

struct reading {
	struct snapshot *s;
	struct chart *c;
	struct arena a;
};

static void read_begin(struct fixture *f, struct reading *r, const char *patient)
{
	struct err e = {0};
	arena_init(&r->a, 64 << 20);
	assert_int_equal(snapshot_begin(f->x, &r->s, &e), 0);
	if (chart_open(r->s, slice_str(patient), &r->a, &r->c, &e) != 0)
		fail_msg("chart_open: %s", e.text);
}

static void read_end(struct reading *r)
{
	snapshot_end(r->s);
	arena_release(&r->a);
}

static int64_t problems(struct fixture *f)
{
	struct err e = {0};
	return index_check(f->x, print_problem, NULL, &e);
}

/* Patient p: segment 0 with a, b; segment 1 with c.  Patient q: segment 0. */
static void two_patients(struct fixture *f)
{
	struct note_in n[] = {note_of("p", "a", "Alpha text."), note_of("p", "b", "Beta text."),
		note_of("q", "x", "Other.")};
	fixture_init(f);
	f->x->bundle_below = 0; /* each segment a value of its own, for the tests to harm */
	store_notes(f, n, 3);
	store_note(f, note_of("p", "c", "Gamma text."));
}

static const struct slice p_first = SLICE("\0\0\0\1\0\0\0\0"), p_second = SLICE("\0\0\0\1\0\0\0\1");
static const struct slice q_first = SLICE("\0\0\0\2\0\0\0\0");

/* ---- reading ---- */

static void notes_are_listed_by_date_then_id(void **state)
{
	static const char *const want[] = {"n3", "n0", "n2", "n1", "n4"};
	struct fixture f;
	struct reading r;
	const struct note_view *v;
	uint32_t n;
	struct err e = {0};
	fixture_init(&f);
	struct note_in in[] = {note_of("p", "n0", "a"), note_of("p", "n1", "b"),
		note_of("p", "n2", "c"), note_of("p", "n3", "d"), note_of("p", "n4", "e")};
	in[1].date = SLICE("2143-05-02T01:00:00Z");
	in[3].date = (struct slice){0};
	in[4].date = SLICE("2150-01-01");
	store_notes(&f, in, 3);
	store_notes(&f, in + 3, 2);
	read_begin(&f, &r, "p");
	assert_int_equal(chart_notes(r.c, &r.a, &v, &n, &e), 0);
	assert_int_equal(n, 5);
	for (int i = 0; i < 5; i++)
		assert_true(slice_eq(v[i].note_id, slice_str(want[i])));
	read_end(&r);
	fixture_finish(&f);
}

static void info_counts_live_notes_only(void **state)
{
	struct fixture f;
	struct reading r;
	struct chart_info info;
	struct err e = {0};
	two_patients(&f);
	store_note(&f, note_of("p", "a", "Alpha, changed."));
	assert_int_equal(index_delete_note(f.x, SLICE("p"), SLICE("c"), &e), 0);
	read_begin(&f, &r, "p");
	chart_info(r.c, &info);
	assert_int_equal(info.notes_total, 2);
	assert_int_equal(info.notes_readable, 2);
	assert_int_equal(info.chunks_total, 2);
	assert_int_equal(info.raw_bytes, strlen("Alpha, changed.") + strlen("Beta text."));
	assert_int_equal(info.damaged_segments, 0);
	const struct note_view *v;
	uint32_t n;
	assert_int_equal(chart_notes(r.c, &r.a, &v, &n, &e), 0);
	assert_int_equal(n, 2);
	read_end(&r);
	fixture_finish(&f);
}

static void unknown_patient_is_not_found(void **state)
{
	struct fixture f;
	struct snapshot *s;
	struct chart *c;
	struct arena a;
	struct err e = {0};
	char long_id[600];
	memset(long_id, 'x', sizeof(long_id));
	two_patients(&f);
	arena_init(&a, 1 << 20);
	assert_int_equal(snapshot_begin(f.x, &s, &e), 0);
	assert_int_equal(chart_open(s, SLICE("nobody"), &a, &c, &e), LODE_NOTFOUND);
	assert_int_equal(chart_open(s, SLICE(""), &a, &c, &e), LODE_NOTFOUND);
	assert_int_equal(chart_open(s, slice_of(long_id, 600), &a, &c, &e), LODE_NOTFOUND);
	snapshot_end(s);
	arena_release(&a);
	fixture_finish(&f);
}

static void snapshot_sees_one_revision(void **state)
{
	struct fixture f;
	struct reading r;
	struct note_view v;
	struct slice text;
	struct err e = {0};
	uint64_t gone;
	two_patients(&f);
	read_begin(&f, &r, "p");
	assert_int_equal(snapshot_revision(r.s), 2);
	store_note(&f, note_of("p", "a", "Changed."));
	assert_int_equal(index_delete_patient(f.x, SLICE("p"), &gone, &e), 0);
	assert_int_equal(chart_find_note(r.c, SLICE("a"), &v, &e), 0);
	assert_int_equal(chart_text(r.c, &v, &r.a, &text, &e), 0);
	assert_true(slice_eq(text, SLICE("Alpha text.")));
	read_end(&r);
	fixture_finish(&f);
}

static void snapshots_over_the_limit_are_refused_as_busy(void **state)
{
	struct fixture f;
	struct snapshot *s[4] = {0};
	struct err e = {0};
	struct index_options o = fixture_options;
	fixture_init(&f);
	index_close(f.x);
	char lock[128];
	snprintf(lock, sizeof(lock), "%s/index/lock.mdb", f.dir);
	unlink(lock); /* it keeps the larger size it was made with */
	o.readers = 3;
	assert_int_equal(index_open(f.dir, &o, &f.x, &e), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(snapshot_begin(f.x, &s[i], &e), 0);
	assert_int_equal(snapshot_begin(f.x, &s[3], &e), LODE_BUSY);
	snapshot_end(s[1]);
	assert_int_equal(snapshot_begin(f.x, &s[1], &e), 0);
	for (int i = 0; i < 3; i++)
		snapshot_end(s[i]);
	fixture_finish(&f);
}

/* ---- the list of patients ---- */

struct list {
	char ids[256];
	int stop_after;
};

static int list_one(void *arg, const struct patient_info *p)
{
	struct list *l = arg;
	size_t at = strlen(l->ids);
	snprintf(
		l->ids + at, sizeof(l->ids) - at, "%.*s:%d ", (int)p->id.n, p->id.p, (int)p->notes);
	return --l->stop_after == 0 ? LODE_CANCELLED : 0;
}

static int list_patients(struct fixture *f, const char *cursor, uint64_t limit, struct list *l)
{
	struct snapshot *s;
	struct err e = {0};
	l->ids[0] = '\0';
	assert_int_equal(snapshot_begin(f->x, &s, &e), 0);
	int rc = snapshot_patients(s, slice_str(cursor), limit, list_one, l, &e);
	snapshot_end(s);
	return rc;
}

static void patients_are_listed_in_order_after_a_cursor(void **state)
{
	struct fixture f;
	struct list l = {0};
	two_patients(&f);
	store_note(&f, note_of("pa", "n", "Text."));
	assert_int_equal(list_patients(&f, "", 100, &l), 0);
	assert_string_equal(l.ids, "p:3 pa:1 q:1 ");
	assert_int_equal(list_patients(&f, "p", 1, &l), 0);
	assert_string_equal(l.ids, "pa:1 ");
	assert_int_equal(list_patients(&f, "pa\x01", 100, &l), 0);
	assert_string_equal(l.ids, "q:1 ");
	assert_int_equal(list_patients(&f, "q", 100, &l), 0);
	assert_string_equal(l.ids, "");
	l.stop_after = 2;
	assert_int_equal(list_patients(&f, "", 100, &l), LODE_CANCELLED);
	assert_string_equal(l.ids, "p:3 pa:1 ");
	l.stop_after = 0;
	meddle(&f, DB_PATIENT, SLICE("pa"), NULL);
	assert_int_equal(list_patients(&f, "", 100, &l), LODE_CORRUPT);
	assert_int_equal(list_patients(&f, "", 1, &l), 0);
	fixture_finish(&f);
}

/* ---- damage ---- */

/* p's chart with its first segment not readable: counted, said, and no note of it "not found". */
static void assert_first_segment_damaged(struct fixture *f, const char *word)
{
	struct reading r;
	struct chart_info info;
	struct note_view v;
	struct slice text;
	struct err e = {0};
	read_begin(f, &r, "p");
	chart_info(r.c, &info);
	assert_int_equal(info.notes_total, 3);
	assert_int_equal(info.notes_readable, 1);
	assert_int_equal(info.damaged_segments, 1);
	if (!strstr(info.damage, word) || !strstr(info.damage, "segment 0"))
		fail_msg("\"%s\" lacks \"%s\"", info.damage, word);
	assert_int_equal(chart_find_note(r.c, SLICE("a"), &v, &e), LODE_CORRUPT);
	assert_int_equal(chart_find_note(r.c, SLICE("nothing"), &v, &e), LODE_CORRUPT);
	assert_int_equal(chart_find_note(r.c, SLICE("c"), &v, &e), 0);
	assert_int_equal(chart_text(r.c, &v, &r.a, &text, &e), 0);
	read_end(&r);
	assert_true(problems(f) > 0);
}

static void missing_segment_is_damage(void **state)
{
	struct fixture f;
	two_patients(&f);
	meddle(&f, DB_SEGMENT, p_first, NULL);
	assert_first_segment_damaged(&f, "missing");
	fixture_finish(&f);
}

static void foreign_segment_is_damage(void **state)
{
	struct fixture f;
	struct buf other = {0};
	two_patients(&f);
	fetch(&f, DB_SEGMENT, q_first, &other);
	struct slice v = buf_slice(&other);
	meddle(&f, DB_SEGMENT, p_first, &v);
	assert_first_segment_damaged(&f, "checksum");
	fetch(&f, DB_SEGMENT, p_second, &other);
	v = buf_slice(&other);
	segment_seal(p_first, other.p, other.n); /* right for its key, but not what is listed */
	meddle(&f, DB_SEGMENT, p_first, &v);
	assert_first_segment_damaged(&f, "not the one");
	buf_release(&other);
	fixture_finish(&f);
}

static void damaged_segment_stops_writes_to_that_patient_alone(void **state)
{
	struct fixture f;
	struct batch *b;
	struct batch_result res;
	struct err e = {0};
	uint64_t gone = 0;
	two_patients(&f);
	meddle(&f, DB_SEGMENT, p_first, NULL);
	fixture_reopen(&f); /* or the roster would know that "d" is new */
	struct note_in n = note_of("p", "d", "Delta.");
	assert_int_equal(batch_create(f.x, &b), 0);
	assert_int_equal(batch_add(b, f.t, &n, &e), 0);
	assert_int_equal(batch_commit(b, &res, &e), LODE_CORRUPT);
	batch_destroy(b);
	assert_int_equal(index_delete_note(f.x, SLICE("p"), SLICE("c"), &e), LODE_CORRUPT);
	store_note(&f, note_of("q", "y", "Works."));
	assert_int_equal(index_delete_patient(f.x, SLICE("p"), &gone, &e), 0);
	assert_int_equal(gone, 3);
	assert_clean(&f);
	fixture_finish(&f);
}

static void flipped_frame_is_found_when_the_text_is_read(void **state)
{
	struct fixture f;
	struct buf blob = {0};
	struct reading r;
	struct note_view v;
	struct slice text;
	struct err e = {0};
	two_patients(&f);
	fetch(&f, DB_SEGMENT, p_second, &blob);
	blob.p[blob.n - 2] ^= 1;
	struct slice value = buf_slice(&blob);
	meddle(&f, DB_SEGMENT, p_second, &value);
	read_begin(&f, &r, "p");
	assert_int_equal(r.c->info.damaged_segments, 0);
	assert_int_equal(chart_find_note(r.c, SLICE("c"), &v, &e), 0);
	assert_int_equal(chart_text(r.c, &v, &r.a, &text, &e), LODE_CORRUPT);
	assert_int_equal(chart_find_note(r.c, SLICE("a"), &v, &e), 0);
	assert_int_equal(chart_text(r.c, &v, &r.a, &text, &e), 0);
	chart_damage(r.c, 1, "frame");
	chart_damage(r.c, 1, "again");
	assert_int_equal(r.c->info.notes_readable, 2);
	assert_string_equal(r.c->info.damage, "segment 1: frame");
	read_end(&r);
	assert_int_equal(problems(&f), 1);
	buf_release(&blob);
	fixture_finish(&f);
}

/* Turns over one byte of the file, behind LMDB's back. */
static void flip_file(const struct fixture *f, long at)
{
	char path[128], c = 0;
	fixture_path(f, path, sizeof(path));
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0 && pread(fd, &c, 1, at) == 1);
	c = (char)~c;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static uint64_t damaged_now(struct fixture *f, bool again)
{
	struct reading r;
	read_begin(f, &r, "p");
	if (again)
		chart_recheck(r.c);
	uint64_t n = r.c->info.damaged_segments;
	read_end(&r);
	return n;
}

/* Where the bytes of a stored segment stand in the file. */
static long find_in_file(const struct fixture *f, struct slice bytes)
{
	static char all[1 << 22];
	char path[128];
	fixture_path(f, path, sizeof(path));
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	ssize_t n = read(fd, all, sizeof(all));
	close(fd);
	const char *at = n > 0 ? memmem(all, (size_t)n, bytes.p, bytes.n) : NULL;
	assert_non_null(at);
	return at - all;
}

static void what_was_verified_is_trusted_for_a_while(void **state)
{
	struct fixture f;
	struct buf blob = {0};
	struct segment s;
	two_patients(&f);
	fetch(&f, DB_SEGMENT, p_second, &blob);
	assert_int_equal(segment_layout(p_second, buf_slice(&blob), &s, NULL), 0);
	long at = find_in_file(&f, buf_slice(&blob)) + (s.term_blocks.p - blob.p);
	assert_int_equal(damaged_now(&f, false), 0);
	flip_file(&f, at);
	assert_int_equal(damaged_now(&f, false), 0); /* not looked at */
	assert_int_equal(damaged_now(&f, true), 1);
	fixture_reopen(&f);
	assert_int_equal(damaged_now(&f, false), 1);
	assert_int_equal(damaged_now(&f, false), 1); /* what is damaged is never trusted */
	flip_file(&f, at);
	assert_int_equal(damaged_now(&f, false), 0);
	/* The header is looked at every time. */
	flip_file(&f, at - (s.term_blocks.p - blob.p) + SEGMENT_SUMS_AT);
	assert_int_equal(damaged_now(&f, false), 1);
	buf_release(&blob);
	fixture_finish(&f);
}

/* ---- index_check ---- */

static void check_finds_what_no_reader_meets(void **state)
{
	struct fixture f;
	struct buf blob = {0};
	two_patients(&f);
	assert_clean(&f);
	fetch(&f, DB_SEGMENT, q_first, &blob);
	struct slice v = buf_slice(&blob);
	meddle(&f, DB_SEGMENT, SLICE("\0\0\0\3\0\0\0\0"), &v);
	assert_int_equal(problems(&f), 1); /* in no record */
	meddle(&f, DB_SEGMENT, SLICE("odd"), &v);
	assert_int_equal(problems(&f), 2);
	meddle(&f, DB_DICT, SLICE("\0\0\0\1"), &v);
	assert_int_equal(problems(&f), 3);
	buf_release(&blob);
	fixture_finish(&f);
}

static void check_compares_the_totals(void **state)
{
	struct fixture f;
	struct txn t;
	struct state s;
	struct buf b = {0};
	struct err e = {0};
	two_patients(&f);
	assert_int_equal(txn_begin(f.x, TXN_WRITE, &t, &e), 0);
	assert_int_equal(store_state(&t, &s, &e), 0);
	s.txn_id = txn_id(&t);
	s.notes++;
	s.chunks--;
	state_encode(&s, &b);
	txn_put(&t, DB_META, key_state, buf_slice(&b));
	assert_int_equal(txn_commit(&t, &e), 0);
	assert_int_equal(problems(&f), 2);
	buf_release(&b);
	fixture_finish(&f);
}

static void check_works_where_open_refuses(void **state)
{
	struct fixture f;
	struct err e = {0};
	two_patients(&f);
	meddle(&f, DB_PATIENT, SLICE("q"), NULL);
	index_close(f.x);
	f.x = NULL;
	assert_int_equal(index_open(f.dir, &fixture_options, &f.x, &e), LODE_CORRUPT);
	assert_int_equal(store_open(f.dir, &fixture_options, STORE_LENIENT, &f.x, &e), 0);
	assert_true(problems(&f) >= 4); /* totals, the sum, an unlisted segment */
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_are_listed_by_date_then_id),
		cmocka_unit_test(info_counts_live_notes_only),
		cmocka_unit_test(unknown_patient_is_not_found),
		cmocka_unit_test(snapshot_sees_one_revision),
		cmocka_unit_test(snapshots_over_the_limit_are_refused_as_busy),
		cmocka_unit_test(patients_are_listed_in_order_after_a_cursor),
		cmocka_unit_test(missing_segment_is_damage),
		cmocka_unit_test(foreign_segment_is_damage),
		cmocka_unit_test(damaged_segment_stops_writes_to_that_patient_alone),
		cmocka_unit_test(flipped_frame_is_found_when_the_text_is_read),
		cmocka_unit_test(what_was_verified_is_trusted_for_a_while),
		cmocka_unit_test(check_finds_what_no_reader_meets),
		cmocka_unit_test(check_compares_the_totals),
		cmocka_unit_test(check_works_where_open_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
