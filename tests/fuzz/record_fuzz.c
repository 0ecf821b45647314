/* Arbitrary bytes as the small records, checksums put right: what decodes must encode to the same
 * bytes again.  Byte 0 chooses the record. */
#include "index/record.h"

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
	switch (data[0] % 3) {
	case 0:
		seal(&sealed, DB_PATIENT, SLICE("p"), data + 1, size - 1);
		try_patient(buf_slice(&sealed));
		break;
	case 1:
		seal(&sealed, DB_META, SLICE("format"), data + 1, size - 1);
		try_format(buf_slice(&sealed));
		break;
	default:
		seal(&sealed, DB_META, SLICE("state"), data + 1, size - 1);
		try_state(buf_slice(&sealed));
	}
	/* As they come, with whatever checksum they have. */
	try_patient(slice_of(data, size));
	try_format(slice_of(data, size));
	try_state(slice_of(data, size));
	buf_release(&sealed);
	return 0;
}
