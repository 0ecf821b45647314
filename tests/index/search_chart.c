#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/search_chart.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(struct test_chart *t, int rc)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, t->err.text);
}

static void data_file(const struct test_chart *t, char path[160])
{
	snprintf(path, 160, "%s/index/data.mdb", t->dir);
}

void test_chart_init(struct test_chart *t)
{
	struct index_options options = {.map_bytes = 1 << 28, .trusts_nothing = true};
	*t = (struct test_chart){.dir = "/tmp/lodestone-search-XXXXXX"};
	assert_non_null(mkdtemp(t->dir));
	arena_init(&t->arena, 256 << 20);
	must(t, tok_create(&t->tokenizer, &t->err));
	must(t, index_open(t->dir, &options, &t->index, &t->err));
	must(t, batch_create(t->index, &t->batch));
}

void test_chart_finish(struct test_chart *t)
{
	char path[400];
	batch_destroy(t->batch);
	index_close(t->index);
	tok_destroy(t->tokenizer);
	arena_release(&t->arena);
	snprintf(path, sizeof(path), "%s/index", t->dir);
	DIR *d = opendir(path);
	for (struct dirent *f; d && (f = readdir(d));) {
		snprintf(path, sizeof(path), "%s/index/%s", t->dir, f->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	snprintf(path, sizeof(path), "%s/index", t->dir);
	rmdir(path);
	rmdir(t->dir);
}

static void add(
	struct test_chart *t, const char *id, const char *date, const char *type, struct slice text)
{
	struct note_in note = {.patient = SLICE("p"),
		.note_id = slice_str(id),
		.text = text,
		.date = slice_str(date),
		.type = slice_str(type)};
	must(t, batch_add(t->batch, t->tokenizer, &note, &t->err));
}

void test_chart_add(struct test_chart *t, const char *id, const char *date, struct slice text)
{
	add(t, id, date, "", text);
}

void test_chart_add_typed(
	struct test_chart *t, const char *id, const char *date, const char *type, struct slice text)
{
	add(t, id, date, type, text);
}

void test_chart_commit(struct test_chart *t)
{
	struct batch_result result;
	must(t, batch_seal(t->batch, &t->err));
	must(t, batch_commit(t->batch, &result, &t->err));
}

void test_chart_put(
	struct test_chart *t, const char *id, const char *date, const char *type, const char *text)
{
	add(t, id, date, type, slice_str(text));
	test_chart_commit(t);
}

void test_chart_delete(struct test_chart *t, const char *id)
{
	must(t, index_delete_note(t->index, SLICE("p"), slice_str(id), &t->err));
}

int test_chart_try_open(struct test_chart *t)
{
	int rc = snapshot_begin(t->index, &t->snapshot, &t->err);
	if (rc < 0) {
		t->snapshot = NULL;
		return rc;
	}
	return chart_open(t->snapshot, SLICE("p"), &t->arena, &t->chart, &t->err);
}

void test_chart_open(struct test_chart *t)
{
	must(t, test_chart_try_open(t));
}

void test_chart_close(struct test_chart *t)
{
	snapshot_end(t->snapshot);
	t->snapshot = NULL;
	arena_release(&t->arena);
}

long test_chart_locate(struct test_chart *t, const char *bytes)
{
	char path[160];
	struct stat st;
	data_file(t, path);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	char *all = malloc((size_t)st.st_size);
	assert_non_null(all);
	assert_int_equal(read(fd, all, (size_t)st.st_size), st.st_size);
	long at = -1;
	size_t n = strlen(bytes);
	for (long i = 0; i + (long)n <= st.st_size; i++)
		if (memcmp(all + i, bytes, n) == 0)
			at = i;
	free(all);
	close(fd);
	assert_true(at >= 0);
	return at;
}

void test_chart_flip(struct test_chart *t, long at)
{
	char path[160], c;
	data_file(t, path);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c = (char)~c;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}
