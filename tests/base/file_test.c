#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/lode-file-XXXXXX";

static int make(void **state)
{
	int fd = mkstemp(path);
	bool is_written = fd >= 0 && write(fd, "0123456789", 10) == 10;
	if (fd >= 0)
		close(fd);
	return is_written ? 0 : -1;
}

static int unmake(void **state)
{
	return unlink(path);
}

static void a_file_is_loaded_behind_what_is_there_and_up_to_the_limit(void **state)
{
	struct buf b = {.limit = 11};
	struct err e = {0};
	buf_put_byte(&b, '>');
	assert_int_equal(file_load(path, &b, &e), 0);
	assert_true(slice_eq(buf_slice(&b), SLICE(">0123456789")));
	buf_release(&b);
	b = (struct buf){.limit = 9};
	assert_int_equal(file_load(path, &b, &e), LODE_TOOBIG);
	assert_string_equal(e.text, "over 9 bytes");
	buf_release(&b);
}

static void what_is_not_there_or_a_folder_has_its_reason(void **state)
{
	struct buf b = {0};
	struct err e = {0};
	assert_int_equal(file_load("/nowhere/at/all", &b, &e), LODE_NOTFOUND);
	assert_string_equal(e.text, "No such file or directory");
	assert_int_equal(file_load("/tmp", &b, &e), LODE_IO);
	assert_string_equal(e.text, "Is a directory");
	buf_release(&b);
}

static void assert_holds(const char *file, const char *want)
{
	struct buf b = {0};
	struct err e = {0};
	assert_int_equal(file_load(file, &b, &e), 0);
	assert_true(slice_eq(buf_slice(&b), slice_str(want)));
	buf_release(&b);
}

static void a_link_stays_and_what_it_leads_to_is_replaced(void **state)
{
	struct slice pieces[] = {SLICE("0123"), SLICE("456789")};
	struct err e = {0};
	struct stat st;
	char link[sizeof(path) + 5];
	snprintf(link, sizeof(link), "%s.link", path);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(file_replace(link, pieces, 2, 0600, &e), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_holds(path, "0123456789");
	unlink(link);
}

/* As root a rename onto /dev/null would go through. */
static void a_pipe_is_written_into_and_stays(void **state)
{
	struct slice pieces[] = {SLICE("one"), SLICE("two")};
	struct err e = {0};
	struct stat st;
	char pipe[sizeof(path) + 5], got[8] = "";
	snprintf(pipe, sizeof(pipe), "%s.pipe", path);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	int fd = open(pipe, O_RDONLY | O_NONBLOCK);
	assert_int_equal(file_replace(pipe, pieces, 2, 0600, &e), 0);
	assert_int_equal(read(fd, got, sizeof(got) - 1), 6);
	assert_string_equal(got, "onetwo");
	assert_int_equal(stat(pipe, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fd);
	unlink(pipe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_loaded_behind_what_is_there_and_up_to_the_limit),
		cmocka_unit_test(what_is_not_there_or_a_folder_has_its_reason),
		cmocka_unit_test(a_link_stays_and_what_it_leads_to_is_replaced),
		cmocka_unit_test(a_pipe_is_written_into_and_stays),
	};
	return cmocka_run_group_tests(tests, make, unmake);
}
