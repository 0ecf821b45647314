/* One pass of upkeep and the share of it that is being built.  Private to the room: upkeep.c drives
 * and commits, upkeep_patient.c merges a patient's segments, upkeep_run.c merges runs, upkeep_dict.c
 * trains. */
#ifndef LODESTONE_INDEX_UPKEEP_H
#define LODESTONE_INDEX_UPKEEP_H

#include "index/chart.h"
#include "index/merge.h"
#include "index/run.h"

enum {
	UPKEEP_SHARE_TEXT = 32 << 20,   /* text that is written in one share */
	UPKEEP_SHARE_MEMORY = 64 << 20, /* blobs and pairs of a share */
	UPKEEP_ARENA = 256 << 20,
	UPKEEP_SEGMENT_TEXT = 4 << 20, /* as batches cut them */
	UPKEEP_ROUNDS = 8,             /* over patients that writers change all the time */
	/* When a pass is wanted though notes keep coming: each merge rewrites what the patient has, so it
	 * waits until much has gathered for each, but not for ever.  Half a MB is about 120 notes, and as
	 * many segments that a question or a commit looks into. */
	UPKEEP_BUNDLES = 4096,
	UPKEEP_BUNDLE_BYTES = 64 << 20,
	UPKEEP_PATIENT_BYTES = 512 << 10, /* of bundles, for a pending patient */
	UPKEEP_BUNDLE_BYTES_MOST = 512 << 20,
};

/* A segment that takes the place of others. */
struct upkeep_made {
	struct buf blob;
	struct patient_segment listed;
	bool is_moved; /* the bytes of one bundled segment: its number and digest stay */
};

struct upkeep_patient {
	struct slice id;
	uint32_t number, next_segno;      /* as the snapshot had them */
	struct patient_segment *consumed; /* those that are replaced */
	uint32_t n_consumed;
	struct upkeep_made *made;
	uint32_t n_made;
};

enum upkeep_stage {
	UPKEEP_START,
	UPKEEP_PATIENTS,
	UPKEEP_SWEEP, /* bundles that nobody refers to */
	UPKEEP_RUNS,
	UPKEEP_DICTS, /* dictionaries that no segment names */
	UPKEEP_DONE,
};

struct upkeep {
	struct index *index;
	enum upkeep_goal goal;
	enum upkeep_stage stage;
	uint32_t *numbers; /* patients to look at, ascending */
	size_t n_numbers, next;
	struct buf again; /* u32 each: changed while their share was built, or it was not stored */
	unsigned rounds;
	struct dict *dict;     /* for what is written; NULL: none */
	struct dict *own_dict; /* the same, not handed to the index yet; else NULL */
	bool sets_dict;        /* the first commit makes it the one for new segments */
	uint32_t first_run;    /* runs below it were there when the pass began */
	struct upkeep_result result;

	/* the share */
	struct snapshot *snapshot; /* while it is prepared */
	struct arena arena;        /* lives until the share is committed */
	struct merger merger;
	struct upkeep_patient *patients;
	size_t n_patients, patients_cap;
	size_t text, memory;
	struct run_builder pairs;
	struct run_blob run; /* to be put; no blocks: none */
	uint32_t *bundles;   /* to be deleted */
	uint32_t n_bundles;
	const struct run_entry *gone; /* runs to be deleted */
	uint32_t n_gone;
	bool drops_dicts;
};

/* Looks at one patient and adds what is to be done to the share: nothing, maybe.  Damage skips the
 * patient and is counted. */
int upkeep_add_patient(struct upkeep *u, uint32_t number, struct err *e);
/* Replaces the patient's segments; those that were changed since the snapshot go on u->again. */
int upkeep_put_patient(struct upkeep *u, struct write *w, struct upkeep_patient *p, struct err *e);

/* The runs that the pass writes hold every patient, so that the older ones can go. */
static inline bool upkeep_renews_runs(const struct upkeep *u)
{
	return u->goal == UPKEEP_PURGE && u->result.skipped == 0 && !u->again.failed;
}
/* Chooses runs to merge and merges them into u->run: u->n_gone of them. */
int upkeep_merge_runs(struct upkeep *u, struct err *e);

/* Sets u->dict, trained anew where the goal or the index wants it. */
int upkeep_choose_dict(struct upkeep *u, struct err *e);
/* Dictionaries that no segment names leave the database. */
int upkeep_drop_dicts(struct write *w, struct err *e);

#endif
