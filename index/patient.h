/* A patient's record with the note tables of its segments: what writers need to know which notes
 * live.  Private to the room. */
#ifndef LODESTONE_INDEX_PATIENT_H
#define LODESTONE_INDEX_PATIENT_H

#include "index/segment.h"
#include "index/store.h"

struct patient {
	struct slice id;
	struct patient_record rec;
	struct segment *segments; /* one per rec.segments; note tables only */
	uint64_t checksum;        /* of the stored record */
};

/* LODE_NOTFOUND when there is no record; LODE_CORRUPT when it or a note table is damaged.  Memory in
 * a; the segments' bytes are borrowed from the transaction (until its next put or del). */
int patient_load(
	struct txn *t, struct slice id, struct arena *a, struct patient *out, struct err *e);

/* The two halves of it: the record, with segments NULL; then the note tables. */
int patient_read(
	struct txn *t, struct slice id, struct arena *a, struct patient *out, struct err *e);
int patient_read_notes(struct txn *t, struct arena *a, struct patient *p, struct err *e);

/* A live note by id; view->segment is the index into rec.segments.  LODE_NOTFOUND. */
int patient_find(
	const struct patient *p, struct slice note_id, struct note_view *out, struct err *e);

/* Marks that note dead and takes it off the totals.  LODE_NOMEM. */
int patient_kill(struct patient *p, const struct note_view *v, struct arena *a);

#endif
