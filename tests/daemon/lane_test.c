#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/lane.h"
#include "daemon/request.h"

static struct lane lane;
static struct job jobs[8];

static int open_lane(void **state)
{
	struct err e = {0};
	memset(jobs, 0, sizeof(jobs));
	return lane_init(&lane, NULL, "test", 2, 3, false, &e);
}

static int close_lane(void **state)
{
	lane_finish(&lane);
	return 0;
}

static void no_more_run_than_the_lane_is_wide(void **state)
{
	for (int i = 0; i < 3; i++)
		lane_queue(&lane, &jobs[i]);
	assert_ptr_equal(lane_next(&lane), &jobs[0]);
	assert_ptr_equal(lane_next(&lane), &jobs[1]);
	assert_null(lane_next(&lane));
	assert_ptr_not_equal(jobs[0].worker, jobs[1].worker);
	lane_return(&lane, jobs[0].worker);
	assert_ptr_equal(lane_next(&lane), &jobs[2]);
	assert_ptr_equal(jobs[2].worker, jobs[0].worker);
	assert_int_equal(lane.running, 2);
	assert_int_equal(lane.waiting, 0);
}

static void a_queue_is_full_at_its_limit(void **state)
{
	for (int i = 0; i < 3; i++) {
		assert_false(lane_is_full(&lane));
		lane_queue(&lane, &jobs[i]);
	}
	assert_true(lane_is_full(&lane));
	assert_non_null(lane_next(&lane));
	assert_false(lane_is_full(&lane));
}

static void waiting_ones_can_leave_from_anywhere(void **state)
{
	for (int i = 0; i < 3; i++)
		lane_queue(&lane, &jobs[i]);
	assert_true(lane_remove(&jobs[1]));
	assert_true(lane_remove(&jobs[2]));
	assert_false(lane_remove(&jobs[2]));
	lane_queue(&lane, &jobs[4]);
	assert_true(lane_remove(&jobs[0]));
	assert_ptr_equal(lane_next(&lane), &jobs[4]);
	assert_false(lane_remove(&jobs[4])); /* it runs */
	assert_null(lane_next(&lane));
	assert_false(lane_remove(&jobs[5])); /* never was there */
	assert_int_equal(lane.waiting, 0);
}

static void who_yields_runs_when_nobody_else_waits(void **state)
{
	jobs[1].yields = 10;
	for (int i = 0; i < 3; i++)
		lane_queue(&lane, &jobs[i]);
	assert_ptr_equal(lane_next(&lane), &jobs[0]);
	assert_ptr_equal(lane_next(&lane), &jobs[2]);
	lane_queue(&lane, &jobs[3]);
	assert_ptr_equal(lane.last, &jobs[1]);
	lane_return(&lane, jobs[0].worker);
	assert_ptr_equal(lane_next(&lane), &jobs[3]);
	lane_return(&lane, jobs[2].worker);
	assert_ptr_equal(lane_next(&lane), &jobs[1]);
	/* Its place in the queue may be the last of all. */
	jobs[4].yields = 1;
	lane_queue(&lane, &jobs[4]);
	assert_true(lane_remove(&jobs[4]));
	assert_null(lane.first);
	assert_null(lane.last);
}

static void who_yields_does_not_do_so_for_ever(void **state)
{
	jobs[0].yields = 2;
	for (int i = 0; i < 4; i++)
		lane_queue(&lane, &jobs[i]);
	const int want[] = {1, 2, 0, 3};
	for (int i = 0; i < 4; i++) {
		struct job *j = lane_next(&lane);
		assert_ptr_equal(j, &jobs[want[i]]);
		lane_return(&lane, j->worker);
	}
}

static void count_run(struct job *j)
{
	int *n = j->arg;
	__atomic_fetch_add(n, 1, __ATOMIC_RELAXED);
	assert_non_null(j->worker);
}

/* Comes back once more, from where it is told that it is done. */
static void submit_again(struct job *j, bool has_run)
{
	struct lane *l = &lane;
	assert_true(has_run);
	assert_null(j->lane);
	if (j == &jobs[0]) {
		jobs[7] = (struct job){.run = count_run, .done = submit_again, .arg = j->arg};
		lane_submit(l, &jobs[7]);
	}
}

static void jobs_run_and_come_back_and_may_be_followed_by_others(void **state)
{
	uv_loop_t loop;
	int ran = 0;
	assert_int_equal(uv_loop_init(&loop), 0);
	lane.loop = &loop;
	for (int i = 0; i < 5; i++) {
		jobs[i] = (struct job){.run = count_run, .done = submit_again, .arg = &ran};
		lane_submit(&lane, &jobs[i]);
	}
	assert_int_equal(lane.running, 2);
	assert_int_equal(lane.waiting, 3);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(ran, 6);
	assert_int_equal(lane.running + lane.waiting, 0);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void a_step_is_stuck_when_it_is_over_its_time_by_the_patience(void **state)
{
	const uint64_t second = 1000000000u;
	jobs[0].deadline_ns = 0;
	jobs[1].deadline_ns = UINT64_MAX / 2; /* has time yet */
	for (int i = 0; i < 2; i++) {
		lane_queue(&lane, &jobs[i]);
		assert_non_null(lane_next(&lane));
	}
	uint64_t since = jobs[0].worker->since_ns;
	assert_true(since > 0 && since <= now_ns());
	assert_int_equal(lane_stuck(&lane, since + second, second), 0);
	assert_int_equal(lane_stuck(&lane, since + second + 1, second), 1);
	assert_int_equal(lane_stuck(&lane, UINT64_MAX / 2 + second + 1, second), 2);
	/* The next step of the same request begins anew. */
	lane_return(&lane, jobs[0].worker);
	assert_int_equal(lane_stuck(&lane, since + second + 1, second), 0);
	/* A deadline that was over before the step began does not count from then. */
	jobs[2].deadline_ns = 1;
	lane_queue(&lane, &jobs[2]);
	assert_non_null(lane_next(&lane));
	assert_int_equal(lane_stuck(&lane, jobs[2].worker->since_ns + second, second), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			no_more_run_than_the_lane_is_wide, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			a_queue_is_full_at_its_limit, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			who_yields_does_not_do_so_for_ever, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			who_yields_runs_when_nobody_else_waits, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			jobs_run_and_come_back_and_may_be_followed_by_others, open_lane,
			close_lane),
		cmocka_unit_test_setup_teardown(
			a_step_is_stuck_when_it_is_over_its_time_by_the_patience, open_lane,
			close_lane),
		cmocka_unit_test_setup_teardown(
			waiting_ones_can_leave_from_anywhere, open_lane, close_lane),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
