/* Any request target: finding its route, its ids and its parameters reads nothing beyond it, and
 * ids that a client escapes come back as they were.  Byte 0: method. */
#include "base/http.h"
#include "daemon/route.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unescape(struct slice part)
{
	char room[INDEX_ID_MAX];
	struct slice id;
	if (!part.p || http_unescape(part, room, sizeof(room), &id) != 0)
		return;
	struct buf escaped = {0};
	char again[INDEX_ID_MAX];
	struct slice back;
	http_escape(&escaped, id);
	if (http_unescape(buf_slice(&escaped), again, sizeof(again), &back) != 0 ||
		!slice_eq(back, id))
		abort();
	buf_release(&escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct slice target = slice_of(data + 1, size - 1);
	const char *cut = memchr(target.p, '?', target.n);
	struct slice path = {target.p, cut ? (size_t)(cut - target.p) : target.n};
	struct slice query = cut ? slice_of(cut + 1, target.n - path.n - 1) : SLICE("");
	struct route_match m;
	struct err e = {0};
	if (!route_find(data[0] % 5, path, &m)) {
		if (strlen(m.allow) >= sizeof(m.allow))
			abort();
		return 0;
	}
	int rc = route_check_query(m.route, query, &e);
	if (rc != 0 && (rc != LODE_BADREQ || !e.text[0]))
		abort();
	unescape(m.patient);
	unescape(m.note);
	return 0;
}
