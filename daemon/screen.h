/* screen: one question over many charts -> a verdict a chart, as ask gives it. */
#ifndef LODESTONE_DAEMON_SCREEN_H
#define LODESTONE_DAEMON_SCREEN_H

#include "daemon/ask_state.h"

extern const struct step screen_steps[];

enum { SCREEN_VERDICTS = 4 };

/* What the steps of one screen share.  Lives in the request's arena. */
struct screen {
	struct ask *q; /* the question, asked of one chart after the other */

	/* the body */
	struct slice *listed; /* in id order, each once; NULL: all patients */
	uint32_t n_listed;
	unsigned shown; /* bit per verdict: whose rows are wanted */
	uint64_t rows_left, end_ns /* CLOCK_MONOTONIC; 0: none */;
	bool wants_progress;
	uint64_t chart_ns; /* that one chart may take */

	/* who may have something: of the revision `narrowed`, in `sets` */
	struct arena sets;
	struct names names; /* of the condition, for q->names_made */
	struct cohort candidates;
	bool is_narrowed, is_everybody;
	uint64_t narrowed, narrow_ns;
	uint64_t patients, n_candidates;
	uint32_t n_names; /* that were looked for */

	/* where it stands; the slice in hand ends at slice_end_ns */
	struct arena chart; /* of the chart that is open */
	char room[INDEX_ID_MAX];
	struct slice cursor; /* the last patient decided, or the body's; empty: none yet */
	uint32_t at;         /* in listed */
	uint64_t slice_end_ns, told_ns;
	size_t page_start;   /* in r->out, which is not empty when it cannot be streamed */
	const char *stopped; /* why it ended before the last patient */
	bool is_ended;

	uint64_t decided, rows, opened, problems, revision;
	uint64_t by_verdict[SCREEN_VERDICTS];
};

/* screen_narrow.c: who may have something in r->snapshot, unless that is known for its revision.  Any worker
 * with a tokenizer.  LODE_BADREQ: the question; LODE_CORRUPT: the list of patients is not whole. */
int screen_narrow(struct request *r, struct screen *s, struct err *e);

/* screen_row.c: lines of the answer, appended to r->out. */
void screen_put_head(struct request *r, const struct screen *s);
/* A chart that has nothing of what is looked for: not opened. */
void screen_put_unopened(struct request *r, struct screen *s, const struct patient_info *p);
/* The chart that s->q has answered for.  LODE_CORRUPT and the like: as answer_write. */
int screen_put_answered(struct request *r, struct screen *s, struct err *e);
void screen_put_problem(
	struct request *r, struct screen *s, struct slice patient, int code, const struct err *e);
void screen_put_progress(struct request *r, const struct screen *s);
void screen_put_summary(struct request *r, const struct screen *s);

#endif
