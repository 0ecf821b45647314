/* The model's part in a question: windows are cut while a note is there, and judged together when the
 * search is through. */
#ifndef LODESTONE_DAEMON_SCORE_H
#define LODESTONE_DAEMON_SCORE_H

#include "daemon/ask_state.h"

/* Different windows that the model reads for a question, newest first: 60 ms, and of mentions that are only shown
 * beside a quarter of them.  Mentions beyond it are judged by the rules alone, and the answer says how many they are. */
enum { SCORE_WINDOWS_MAX = 96, SCORE_BESIDE_MAX = SCORE_WINDOWS_MAX / 4 };

/* Keeps what the model reads of a mention that the rules have judged.  LODE_NOMEM. */
int score_note(
	struct ask *q, const struct mention_context *m, struct arena *scratch, struct evidence *e);
/* Judges evidence [first, q->n_evidence), all of one search, and counts what of it is no hint.
 * LODE_NOMEM, LODE_TIMEOUT, LODE_CANCELLED. */
int score_from(struct request *r, struct ask *q, uint32_t first, struct err *e);

/* Members of the answer: "scorer"; of a piece of evidence: "disagree"; of its "why": all of it. */
void score_put_use(struct json_writer *w, const struct ask *q);
void score_put(struct json_writer *w, const struct evidence *e);
void score_put_why(struct json_writer *w, const struct evidence *e);

#endif
