/* What points to a condition without naming it: values beyond a threshold, drugs, procedures. */
#ifndef LODESTONE_DAEMON_INDICATION_H
#define LODESTONE_DAEMON_INDICATION_H

#include "daemon/ask_state.h"

struct indication {
	const char *conditions; /* names it points to, small letters, parted by '|' */
	const char *signs;      /* drugs and procedures, parted by '|'; "": none */
	const char *test;       /* of tokenizer/value_list.c; NULL: none */
	char relation;          /* '<' or '>' */
	double threshold;       /* in the test's usual unit; the systolic one of a blood pressure */
};

extern const struct indication indications[];
extern const unsigned indication_count;

/* The last look, when no name of the condition stands in the chart (a worker's step's): indications
 * become evidence (VIA_PROXY) that alone leaves the verdict uncertain.  0 or a LODE_* code. */
int ask_indications(struct request *r, struct ask *q, struct err *e);
/* The signs that it looks for; n 0: none point to the condition.  LODE_NOMEM. */
int ask_sign_names(struct request *r, struct ask *q, struct names *out, struct err *e);

#endif
