#include "tests/index/fixture.h"
#include "tests/index/meddle.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void assert_open_fails(struct fixture *f, int code, const char *word)
{
	struct err e = {0};
	index_close(f->x);
	f->x = NULL;
	assert_int_equal(index_open(f->dir, &fixture_options, &f->x, &e), code);
	if (!strstr(e.text, word))
		fail_msg("\"%s\" lacks \"%s\"", e.text, word);
}

static int chart_of(struct fixture *f, const char *patient, struct chart_info *info)
{
	struct snapshot *s;
	struct chart *c;
	struct arena a;
	struct err e = {0};
	arena_init(&a, 16 << 20);
	int rc = snapshot_begin(f->x, &s, &e);
	if (rc == 0) {
		rc = chart_open(s, slice_str(patient), &a, &c, &e);
		if (rc == 0)
			chart_info(c, info);
		snapshot_end(s);
	}
	arena_release(&a);
	return rc;
}

static void three_notes(struct fixture *f)
{
	struct note_in n[] = {note_of("p1", "a", "Alpha."), note_of("p2", "b", "Beta."),
		note_of("p3", "c", "Gamma.")};
	fixture_init(f);
	store_notes(f, n, 3);
}

/* ---- creation ---- */

static void new_index_is_empty_private_and_keeps_its_identity(void **state)
{
	struct fixture f;
	struct stat st;
	char path[128];
	fixture_init(&f);
	struct index_stats s = stats_of(&f);
	assert_int_equal(s.patients + s.notes + s.revision, 0);
	assert_int_equal(s.tokenizer_version, TOK_VERSION);
	assert_int_equal(strlen(s.uuid), 36);
	fixture_path(&f, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s/index", f.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	fixture_reopen(&f);
	assert_string_equal(stats_of(&f).uuid, s.uuid);
	fixture_finish(&f);
}

static void interrupted_creation_is_begun_anew(void **state)
{
	struct fixture f;
	char path[128];
	fixture_init(&f);
	index_close(f.x);
	char from[128];
	snprintf(from, sizeof(from), "%s/index", f.dir);
	snprintf(path, sizeof(path), "%s/index.new", f.dir);
	assert_int_equal(rename(from, path), 0); /* as if the rename had not come yet */
	fixture_open(&f);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(stats_of(&f).notes, 0);
	fixture_finish(&f);
}

static void missing_or_empty_data_file_is_damage_not_a_new_index(void **state)
{
	struct fixture f;
	char path[128];
	three_notes(&f);
	fixture_path(&f, path, sizeof(path));
	assert_int_equal(truncate(path, 0), 0);
	assert_open_fails(&f, LODE_CORRUPT, "meta pages");
	unlink(path);
	assert_open_fails(&f, LODE_CORRUPT, "missing");
	fixture_finish(&f);
}

static void file_cut_short_is_refused(void **state)
{
	struct fixture f;
	char path[128];
	struct stat st;
	three_notes(&f);
	fixture_path(&f, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	for (off_t n = st.st_size - 1; n > 0; n = n * 3 / 4) {
		assert_int_equal(truncate(path, n), 0);
		struct err e = {0};
		index_close(f.x);
		f.x = NULL;
		assert_int_equal(index_open(f.dir, &fixture_options, &f.x, &e), LODE_CORRUPT);
	}
	fixture_finish(&f);
}

/* ---- format ---- */

static void put_format(struct fixture *f, const struct format *format)
{
	struct buf b = {0};
	format_encode(format, &b);
	struct slice v = buf_slice(&b);
	meddle(f, DB_META, key_format, &v);
	buf_release(&b);
}

static void other_versions_are_refused(void **state)
{
	struct fixture f;
	three_notes(&f);
	const struct format good = f.x->format;
	struct format bad = good;
	bad.version = FORMAT_VERSION + 1;
	put_format(&f, &bad);
	assert_open_fails(&f, LODE_VERSION, "format 4");
	fixture_finish(&f);
	for (int i = 0; i < 3; i++) {
		three_notes(&f);
		bad = f.x->format;
		bad.incompatible = i == 0 ? 4 : 0;
		bad.tok_version += i == 1;
		bad.chunk_max += i == 2;
		put_format(&f, &bad);
		assert_open_fails(&f, LODE_VERSION, i == 0 ? "0x4" : "tokenizer");
		fixture_finish(&f);
	}
}

static void unknown_compatible_flag_means_read_only(void **state)
{
	struct fixture f;
	struct chart_info info;
	struct err e = {0};
	struct batch *b;
	struct batch_result r;
	three_notes(&f);
	struct format flagged = f.x->format;
	flagged.compatible = 1;
	put_format(&f, &flagged);
	fixture_reopen(&f);
	assert_int_equal(chart_of(&f, "p1", &info), 0);
	struct note_in n = note_of("p1", "z", "Text.");
	assert_int_equal(batch_create(f.x, &b), 0);
	assert_int_equal(batch_add(b, f.t, &n, &e), 0);
	assert_int_equal(batch_commit(b, &r, &e), LODE_VERSION);
	batch_destroy(b);
	assert_int_equal(index_delete_note(f.x, SLICE("p1"), SLICE("a"), &e), LODE_VERSION);
	fixture_finish(&f);
}

static void every_flipped_byte_of_format_and_state_is_refused(void **state)
{
	struct fixture f;
	struct buf good = {0};
	const struct slice keys[] = {key_format, key_state};
	three_notes(&f);
	for (int k = 0; k < 2; k++) {
		fetch(&f, DB_META, keys[k], &good);
		for (size_t at = 0; at < good.n; at++) {
			struct format format;
			struct state s;
			struct err e = {0};
			good.p[at] ^= 1;
			int rc = k ? state_decode(buf_slice(&good), &s, &e)
				   : format_decode(buf_slice(&good), &format, &e);
			assert_int_equal(rc, LODE_CORRUPT);
			assert_int_equal(e.code, rc);
			good.p[at] ^= 1;
		}
	}
	buf_release(&good);
	fixture_finish(&f);
}

/* ---- the guard over the list of patients ---- */

static void missing_patient_record_is_an_error_not_an_absence(void **state)
{
	struct fixture f;
	struct chart_info info;
	three_notes(&f);
	assert_int_equal(chart_of(&f, "p9", &info), LODE_NOTFOUND);
	meddle(&f, DB_PATIENT, SLICE("p2"), NULL);
	assert_int_equal(chart_of(&f, "p2", &info), LODE_CORRUPT);
	assert_int_equal(chart_of(&f, "p9", &info), LODE_CORRUPT);
	assert_int_equal(chart_of(&f, "p1", &info), 0);
	assert_open_fails(&f, LODE_CORRUPT, "patient list");
	fixture_finish(&f);
}

static void stale_patient_record_is_refused_at_open(void **state)
{
	struct fixture f;
	struct buf old = {0};
	three_notes(&f);
	fetch(&f, DB_PATIENT, SLICE("p1"), &old);
	store_note(&f, note_of("p1", "d", "Delta."));
	struct slice v = buf_slice(&old);
	meddle(&f, DB_PATIENT, SLICE("p1"), &v);
	assert_open_fails(&f, LODE_CORRUPT, "stale");
	buf_release(&old);
	fixture_finish(&f);
}

static void patient_record_under_another_key_is_corrupt(void **state)
{
	struct fixture f;
	struct buf other = {0};
	struct chart_info info;
	three_notes(&f);
	fetch(&f, DB_PATIENT, SLICE("p2"), &other);
	struct slice v = buf_slice(&other);
	meddle(&f, DB_PATIENT, SLICE("p1"), &v);
	assert_int_equal(chart_of(&f, "p1", &info), LODE_CORRUPT);
	buf_release(&other);
	fixture_finish(&f);
}

static void every_flipped_byte_of_a_patient_record_is_noticed(void **state)
{
	struct fixture f;
	struct buf good = {0};
	struct arena a;
	struct patient_record r;
	struct err e;
	three_notes(&f);
	store_note(&f, note_of("p1", "d", "Delta."));
	store_note(&f, note_of("p1", "a", "Changed."));
	fetch(&f, DB_PATIENT, SLICE("p1"), &good);
	arena_init(&a, 1 << 20);
	for (size_t at = 0; at < good.n; at++) {
		good.p[at] ^= 4;
		assert_int_equal(
			patient_decode(SLICE("p1"), buf_slice(&good), &a, &r, &e), LODE_CORRUPT);
		good.p[at] ^= 4;
		assert_int_equal(patient_decode(SLICE("p1"), slice_of(good.p, at), &a, &r, &e),
			LODE_CORRUPT);
	}
	arena_release(&a);
	buf_release(&good);
	fixture_finish(&f);
}

/* Right checksum, wrong content: the decoder must hold out on its own. */
static void patient_record_of_random_bytes_never_crashes(void **state)
{
	struct fixture f = {.seed = 77};
	struct buf b = {0};
	struct arena a;
	struct patient_record r;
	unsigned parsed = 0;
	arena_init(&a, 1 << 20);
	for (int i = 0; i < 20000; i++) {
		record_begin(&b);
		for (uint32_t n = draw(&f, 60); n > 0; n--)
			buf_put_byte(&b, (uint8_t)(draw(&f, 3) ? draw(&f, 4) : draw(&f, 256)));
		record_seal(DB_PATIENT, SLICE("p"), &b);
		parsed += patient_decode(SLICE("p"), buf_slice(&b), &a, &r, NULL) == 0;
		arena_release(&a);
	}
	assert_in_range(parsed, 0, 19999);
	buf_release(&b);
}

static void stale_tree_is_noticed_by_the_transaction_number(void **state)
{
	struct fixture f;
	struct buf old = {0};
	struct err e = {0};
	struct snapshot *s;
	three_notes(&f);
	fetch(&f, DB_META, key_state, &old);
	store_note(&f, note_of("p1", "d", "Delta."));
	struct txn t;
	assert_int_equal(txn_begin(f.x, TXN_WRITE, &t, &e), 0);
	txn_put(&t, DB_META, key_state, buf_slice(&old));
	assert_int_equal(txn_commit(&t, &e), 0);
	assert_int_equal(snapshot_begin(f.x, &s, &e), LODE_CORRUPT);
	assert_open_fails(&f, LODE_CORRUPT, "stale");
	buf_release(&old);
	fixture_finish(&f);
}

static void meta_pages_out_of_step_are_refused(void **state)
{
	struct fixture f;
	char path[128];
	enum { TXN_AT = 144, PAGE = 4096 };
	uint64_t old = 1;
	three_notes(&f);
	store_note(&f, note_of("p1", "d", "Delta."));
	store_note(&f, note_of("p1", "e", "Epsilon."));
	index_close(f.x);
	f.x = NULL;
	fixture_path(&f, path, sizeof(path));
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	uint64_t id[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pread(fd, &id[i], 8, i * PAGE + TXN_AT), 8);
	int newer = id[1] > id[0];
	assert_int_equal(id[newer] - id[!newer], 1);
	assert_int_equal(pwrite(fd, &old, 8, newer * PAGE + TXN_AT), 8);
	close(fd);
	assert_open_fails(&f, LODE_CORRUPT, "out of step");
	fixture_finish(&f);
}

/* ---- random bits ---- */

enum { SAME = 0, NOTICED = 1, SILENT = 2 };

static int reread(struct fixture *f, const struct buf *text, int n)
{
	struct snapshot *s;
	struct chart *c;
	struct arena a;
	int got = SAME;
	if (index_open(f->dir, &fixture_options, &f->x, NULL) != 0 ||
		snapshot_begin(f->x, &s, NULL) != 0)
		return NOTICED;
	arena_init(&a, 64 << 20);
	for (int i = 0; i < n && got != SILENT; i++) {
		char patient[16], id[16];
		struct note_view v;
		struct slice t;
		snprintf(patient, sizeof(patient), "p%d", i % 5);
		snprintf(id, sizeof(id), "n%d", i);
		int rc = chart_open(s, slice_str(patient), &a, &c, NULL);
		if (rc == 0)
			rc = chart_find_note(c, slice_str(id), &v, NULL);
		if (rc == 0)
			rc = chart_text(c, &v, &a, &t, NULL);
		if (rc == LODE_NOTFOUND || (rc == 0 && !slice_eq(t, buf_slice(&text[i]))))
			got = SILENT;
		else if (rc)
			got = NOTICED;
	}
	return got;
}

static void flip_bit(const char *path, uint64_t bit)
{
	char byte;
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, (off_t)(bit / 8)), 1);
	byte = (char)(byte ^ 1 << (bit % 8));
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
	close(fd);
}

/* Not cmocka's handlers, which would go on with the test in the child. */
static void let_signals_kill(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_DFL);
}

static void copy_file(const char *from, const char *to)
{
	char block[4096];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	assert_true(in && out);
	for (size_t n; (n = fread(block, 1, sizeof(block), in)) > 0;)
		assert_int_equal(fwrite(block, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void index_older_than_what_was_committed_is_refused(void **state)
{
	struct fixture f;
	char path[128], kept[160], mark[128];
	struct note_in later = note_of("p4", "d", "Delta.");
	three_notes(&f);
	fixture_path(&f, path, sizeof(path));
	snprintf(kept, sizeof(kept), "%s/kept", f.dir);
	snprintf(mark, sizeof(mark), "%s/index/revision", f.dir);
	copy_file(path, kept);
	store_notes(&f, &later, 1);
	fixture_reopen(&f);
	index_close(f.x);
	f.x = NULL;
	copy_file(kept, path);
	assert_open_fails(&f, LODE_CORRUPT, "the last commits are gone");
	/* Who means it takes the mark away; one that cannot be read says nothing either. */
	assert_int_equal(truncate(mark, 7), 0);
	fixture_reopen(&f);
	assert_int_equal(unlink(mark), 0);
	fixture_reopen(&f);
	assert_int_equal(stats_of(&f).notes, 3);
	unlink(kept);
	fixture_finish(&f);
}

/* In a child each: LMDB may crash on a broken page, which is no wrong answer. */
static void flipped_bits_of_the_file_never_give_a_wrong_answer(void **state)
{
	enum { N = 40 };
	const int flips = getenv("FLIPS") ? atoi(getenv("FLIPS")) : 300;
	struct fixture f;
	struct buf text[N] = {0};
	char path[128];
	struct stat st;
	unsigned count[4] = {0};
	fixture_init(&f);
	printf("seed %llu\n", (unsigned long long)f.seed);
	char patient[N][16], id[N][16];
	struct note_in n[N];
	for (int i = 0; i < N; i++) {
		snprintf(patient[i], sizeof(patient[i]), "p%d", i % 5);
		snprintf(id[i], sizeof(id[i]), "n%d", i);
		fill_note(&f, &text[i], 200 + draw(&f, 1500));
		n[i] = note_of(patient[i], id[i], "");
		n[i].text = buf_slice(&text[i]);
	}
	for (int i = 0; i < N; i += 10)
		store_notes(&f, n + i, 10);
	index_close(f.x);
	f.x = NULL;
	fixture_path(&f, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	for (int i = 0; i < flips; i++) {
		/* A third into the heads of pages, where the damage goes furthest. */
		uint64_t byte = draw(&f, (uint32_t)st.st_size);
		if (i % 3 == 0)
			byte = byte / 4096 * 4096 + draw(&f, 200);
		flip_bit(path, byte * 8 + i % 8);
		fflush(NULL);
		pid_t child = fork();
		if (child == 0) {
			let_signals_kill();
			if (!freopen("/dev/null", "w", stderr))
				_exit(NOTICED);
			_exit(reread(&f, text, N));
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		int how = WIFEXITED(status) && WEXITSTATUS(status) <= SILENT ? WEXITSTATUS(status)
									     : 3;
		count[how]++;
		if (how == SILENT)
			printf("silent: bit %llu\n", (unsigned long long)byte * 8 + i % 8);
		flip_bit(path, byte * 8 + i % 8);
	}
	printf("%u no effect, %u noticed, %u crashed\n", count[SAME], count[NOTICED], count[3]);
	assert_int_equal(count[SILENT], 0);
	assert_true(count[NOTICED] > (unsigned)flips / 10);
	fixture_open(&f);
	assert_clean(&f);
	for (int i = 0; i < N; i++)
		buf_release(&text[i]);
	fixture_finish(&f);
}

/* ---- pages that were freed ---- */

static void freed_pages_are_used_again_before_long(void **state)
{
	enum { ROUNDS = 400 };
	struct fixture f;
	struct err e = {0};
	uint64_t gone;
	fixture_init(&f);
	f.x->bundle_below = 0; /* or the notes wait for upkeep in bundles */
	for (int i = 0; i < ROUNDS; i++) {
		store_note(&f, note_of("p", "a", "Some text."));
		assert_int_equal(index_delete_patient(f.x, SLICE("p"), &gone, &e), 0);
	}
	/* About ten pages a commit. */
	assert_in_range(stats_of(&f).file_bytes, 1, 2 * ROUNDS * 10 * 4096 / 4);
	assert_clean(&f);
	fixture_finish(&f);
}

static void under_a_quota_freed_pages_are_used_again_at_once(void **state)
{
	struct fixture f;
	struct err e = {0};
	uint64_t gone;
	fixture_init(&f);
	index_close(f.x);
	struct index_options o = fixture_options;
	o.max_db_bytes = 2 << 20;
	assert_int_equal(index_open(f.dir, &o, &f.x, &e), 0);
	f.x->bundle_below = 0;
	for (int i = 0; i < 200; i++) {
		store_note(&f, note_of("p", "a", "Some text."));
		assert_int_equal(index_delete_patient(f.x, SLICE("p"), &gone, &e), 0);
	}
	assert_in_range(stats_of(&f).file_bytes, 1, o.max_db_bytes + 4096);
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_index_is_empty_private_and_keeps_its_identity),
		cmocka_unit_test(interrupted_creation_is_begun_anew),
		cmocka_unit_test(missing_or_empty_data_file_is_damage_not_a_new_index),
		cmocka_unit_test(file_cut_short_is_refused),
		cmocka_unit_test(other_versions_are_refused),
		cmocka_unit_test(unknown_compatible_flag_means_read_only),
		cmocka_unit_test(every_flipped_byte_of_format_and_state_is_refused),
		cmocka_unit_test(missing_patient_record_is_an_error_not_an_absence),
		cmocka_unit_test(stale_patient_record_is_refused_at_open),
		cmocka_unit_test(patient_record_under_another_key_is_corrupt),
		cmocka_unit_test(every_flipped_byte_of_a_patient_record_is_noticed),
		cmocka_unit_test(patient_record_of_random_bytes_never_crashes),
		cmocka_unit_test(stale_tree_is_noticed_by_the_transaction_number),
		cmocka_unit_test(meta_pages_out_of_step_are_refused),
		cmocka_unit_test(index_older_than_what_was_committed_is_refused),
		cmocka_unit_test(flipped_bits_of_the_file_never_give_a_wrong_answer),
		cmocka_unit_test(freed_pages_are_used_again_before_long),
		cmocka_unit_test(under_a_quota_freed_pages_are_used_again_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
