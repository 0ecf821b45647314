#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/lane.h"
#include "daemon/request.h"

static struct lane lane;
static struct request requests[8];

static int open_lane(void **state)
{
	struct err e = {0};
	memset(requests, 0, sizeof(requests));
	return lane_init(&lane, "test", 2, 3, false, &e);
}

static int close_lane(void **state)
{
	lane_finish(&lane);
	return 0;
}

static void no_more_run_than_the_lane_is_wide(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	assert_ptr_equal(lane_next(&lane), &requests[0]);
	assert_ptr_equal(lane_next(&lane), &requests[1]);
	assert_null(lane_next(&lane));
	assert_ptr_not_equal(requests[0].worker, requests[1].worker);
	lane_return(&lane, requests[0].worker);
	assert_ptr_equal(lane_next(&lane), &requests[2]);
	assert_ptr_equal(requests[2].worker, requests[0].worker);
	assert_int_equal(lane.running, 2);
	assert_int_equal(lane.waiting, 0);
}

static void a_full_queue_refuses(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	assert_false(lane_submit(&lane, &requests[3]));
	assert_non_null(lane_next(&lane));
	assert_true(lane_submit(&lane, &requests[3]));
}

static void waiting_ones_can_leave_from_anywhere(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	lane_remove(&lane, &requests[1]);
	lane_remove(&lane, &requests[2]);
	assert_true(lane_submit(&lane, &requests[4]));
	lane_remove(&lane, &requests[0]);
	assert_ptr_equal(lane_next(&lane), &requests[4]);
	assert_null(lane_next(&lane));
	lane_remove(&lane, &requests[5]); /* is not there */
	assert_int_equal(lane.waiting, 0);
}

static void a_step_is_stuck_when_it_is_over_its_time_by_the_patience(void **state)
{
	const uint64_t second = 1000000000u;
	requests[0].deadline_ns = 0;
	requests[1].deadline_ns = UINT64_MAX / 2; /* has time yet */
	for (int i = 0; i < 2; i++) {
		assert_true(lane_submit(&lane, &requests[i]));
		assert_non_null(lane_next(&lane));
	}
	uint64_t since = requests[0].worker->since_ns;
	assert_true(since > 0 && since <= now_ns());
	assert_int_equal(lane_stuck(&lane, since + second, second), 0);
	assert_int_equal(lane_stuck(&lane, since + second + 1, second), 1);
	assert_int_equal(lane_stuck(&lane, UINT64_MAX / 2 + second + 1, second), 2);
	/* The next step of the same request begins anew. */
	lane_return(&lane, requests[0].worker);
	assert_int_equal(lane_stuck(&lane, since + second + 1, second), 0);
	/* A deadline that was over before the step began does not count from then. */
	requests[2].deadline_ns = 1;
	assert_true(lane_submit(&lane, &requests[2]));
	assert_non_null(lane_next(&lane));
	assert_int_equal(lane_stuck(&lane, requests[2].worker->since_ns + second, second), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			no_more_run_than_the_lane_is_wide, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(a_full_queue_refuses, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			a_step_is_stuck_when_it_is_over_its_time_by_the_patience, open_lane,
			close_lane),
		cmocka_unit_test_setup_teardown(
			waiting_ones_can_leave_from_anywhere, open_lane, close_lane),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
