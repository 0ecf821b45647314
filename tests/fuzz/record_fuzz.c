/* Arbitrary bytes as the small records, checksums put right: what decodes must encode to the same
 * bytes again.  And as the head of a bundle and a block of a run.  Byte 0 chooses. */
#include "index/bundle.h"
#include "index/run.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_bytes(struct buf *again, struct slice value)
{
	if (again->failed || !slice_eq(buf_slice(again), value))
		abort();
}

static void try_patient(struct slice value)
{
	static const struct slice id = SLICE("p");
	struct arena a;
	struct patient_record r;
	struct buf again = {0};
	arena_init(&a, 8 << 20);
	if (patient_decode(id, value, &a, &r, NULL) == 0) {
		for (uint32_t i = 0; i < r.n_segments; i++)
			if (r.segments[i].n_dead > r.segments[i].n_notes)
				abort();
		patient_encode(id, &r, &again);
		same_bytes(&again, value);
	}
	buf_release(&again);
	arena_release(&a);
}

static void try_format(struct slice value)
{
	struct format f;
	struct buf again = {0};
	if (format_decode(value, &f, NULL) == 0) {
		format_encode(&f, &again);
		same_bytes(&again, value);
	}
	buf_release(&again);
}

static void try_state(struct slice value)
{
	struct state s;
	struct buf again = {0};
	if (state_decode(value, &s, NULL) == 0) {
		state_encode(&s, &again);
		same_bytes(&again, value);
	}
	buf_release(&again);
}

static void try_runs(struct slice value)
{
	struct arena a;
	struct run_entry *runs;
	struct buf again = {0};
	uint32_t n;
	arena_init(&a, 8 << 20);
	if (runs_decode(value, &a, &runs, &n, NULL) == 0) {
		runs_encode(runs, n, &again);
		same_bytes(&again, value);
	}
	buf_release(&again);
	arena_release(&a);
}

/* The entries lie inside the value, whatever it says. */
static void try_bundle(struct slice value)
{
	struct reader entries;
	uint32_t n;
	if (bundle_open(1, value, &entries, &n, NULL) != 0)
		return;
	for (uint32_t i = 0; i < 2 * n; i++)
		reader_le32(&entries);
	if (entries.bad || reader_left(&entries))
		abort();
}

/* A block as if it were the last of its run. */
static void try_run_block(const uint8_t *data, size_t size)
{
	struct run run = {0};
	struct run_walk w = run_walk_of(&run);
	w.in = reader_of(data, size);
	while (run_walk_next(&w, NULL) > 0) {
		uint32_t patient, before = 0, n = 0;
		bool bad = false;
		while (run_list_next(&w.list, &patient, &bad)) {
			if (n++ > 0 && patient <= before)
				abort();
			before = patient;
		}
	}
}

/* The payload under a right checksum and version. */
static void seal(struct buf *b, enum db db, struct slice key, const uint8_t *payload, size_t n)
{
	record_begin(b);
	buf_put(b, payload, n);
	record_seal(db, key, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct buf sealed = {0};
	switch (data[0] % 6) {
	case 0:
		seal(&sealed, DB_PATIENT, SLICE("p"), data + 1, size - 1);
		try_patient(buf_slice(&sealed));
		break;
	case 1:
		seal(&sealed, DB_META, SLICE("format"), data + 1, size - 1);
		try_format(buf_slice(&sealed));
		break;
	case 2:
		seal(&sealed, DB_META, SLICE("state"), data + 1, size - 1);
		try_state(buf_slice(&sealed));
		break;
	case 3:
		seal(&sealed, DB_META, SLICE("runs"), data + 1, size - 1);
		try_runs(buf_slice(&sealed));
		break;
	case 4:
		seal(&sealed, DB_BUNDLE, SLICE("\0\0\0\1"), data + 1, size - 1);
		try_bundle(buf_slice(&sealed));
		break;
	default: try_run_block(data + 1, size - 1);
	}
	/* As they come, with whatever checksum they have. */
	try_patient(slice_of(data, size));
	try_format(slice_of(data, size));
	try_state(slice_of(data, size));
	try_bundle(slice_of(data, size));
	buf_release(&sealed);
	return 0;
}
