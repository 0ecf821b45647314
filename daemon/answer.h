/* Parts of an answer, for the routes that tell what ask found in another form. */
#ifndef LODESTONE_DAEMON_ANSWER_H
#define LODESTONE_DAEMON_ANSWER_H

#include "daemon/ask_state.h"

/* By enum stance: "affirmed", ... */
extern const char *const stance_names[];

/* The notes that an answer quotes, each read when it is first needed and checked against its digest.  Of one worker
 * step: their texts lie in the worker's scratch. */
struct answer_texts {
	struct request *r;
	struct ask *q;
	struct slice *at;                 /* per note of the answer; p == NULL: not read */
	const struct evidence **by_order; /* the evidence in order of date, note id, offset */
};
/* After the verdict.  LODE_NOMEM. */
int answer_texts_init(struct answer_texts *t, struct request *r, struct ask *q, struct err *e);

/* "{", the question, the verdict, the names. */
void answer_begin(struct json_writer *w, struct request *r, const struct ask *q);
/* The search, contradictions, what answered, the time, "}".  LODE_NOMEM, LODE_TOOBIG. */
int answer_end(struct json_writer *w, struct answer_texts *t, struct err *e);

/* The text of the note of a mention, valid until the next call.  LODE_CORRUPT: it no longer reads as it did; LODE_NOMEM,
 * _TIMEOUT, _CANCELLED. */
int answer_note(
	struct answer_texts *t, const struct evidence *mention, struct slice *out, struct err *e);
/* The members of a piece of evidence.  The same errors. */
int answer_put_mention(struct json_writer *w, struct answer_texts *t,
	const struct evidence *mention, struct err *e);
/* The member "evidence", as far as evidence_limit goes; the same errors. */
int answer_put_evidence(struct json_writer *w, struct answer_texts *t, struct err *e);
/* Members: note, digest, type, date, section, start, end, start_cp, end_cp. */
void answer_put_place(struct json_writer *w, const struct evidence *e);
/* Members "names", "names_cut"; "basis", "bases"; "search"; "contradictions"; "lexicons". */
void answer_put_names(struct json_writer *w, const struct ask *q);
void answer_put_bases(struct json_writer *w, const struct judgement *j);
void answer_put_search(struct json_writer *w, const struct ask *q);
void answer_put_contradictions(struct json_writer *w, const struct answer_texts *t);
void answer_put_lexicons(struct json_writer *w, const struct ask *q);

#endif
