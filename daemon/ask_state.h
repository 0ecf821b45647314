/* What the steps of one ask request share, and what the answer is written from.  Lives in the
 * request's arena. */
#ifndef LODESTONE_DAEMON_ASK_STATE_H
#define LODESTONE_DAEMON_ASK_STATE_H

#include "daemon/request.h"
#include "daemon/verdict.h"

enum { ASK_QUESTIONS_MAX = 256, ASK_ROUNDS_MAX = 4, ASK_CONDITION_MAX = 512 /* bytes */ };

/* One look at the chart: which names were new in it and what it found. */
struct ask_round {
	uint32_t first_name, n_names;
	uint32_t mentions; /* new in this round */
	bool by_words;     /* all words of the condition in one sentence, in any order */
	bool by_indications;
	struct slice *signs; /* of these: what was looked for */
	uint32_t n_signs;
};

struct ask_question {
	struct slice text;      /* as asked */
	struct slice condition; /* what is searched for */
	bool is_list_item;      /* answers of a list are one NDJSON line each */
};

struct ask {
	struct ask_question *questions;
	unsigned n_questions, current;

	struct scope scope;
	uint64_t evidence_limit; /* UINT64_MAX: none */
	struct chart *chart;     /* one for all questions; in the request's arena */
	bool why;
	bool is_wider; /* the current question has come round again with no mention found */
	bool is_again; /* ... or because a note was damaged between retrieve and reply */

	/* of the current question; what it allocates dies with it */
	struct arena memory;
	struct names names;
	struct ask_round rounds[ASK_ROUNDS_MAX];
	unsigned n_rounds;
	struct search_counts counts;
	struct evidence *evidence;
	uint32_t n_evidence;
	size_t cap_evidence;
	struct note_view *notes; /* with at least one mention; evidence.note_order counts them */
	uint32_t n_notes;
	size_t cap_notes;
	uint32_t key_start, key_end; /* the sentence that sentence_key is of */
	uint64_t sentence_key;
	struct judgement judgement;
	uint64_t start_ns, retrieve_ns, decide_ns;
};

/* Appends the answer to the current question to r->out: one JSON object.  Quotes and texts are read
 * from the notes once more, each checked against its digest (a worker's scratch holds them).
 * LODE_CORRUPT: a note no longer reads as it did; LODE_TOOBIG, LODE_NOMEM, LODE_TIMEOUT,
 * LODE_CANCELLED. */
int answer_write(struct request *r, struct ask *q, struct err *e);

/* One mention -> one piece of evidence, appended.  doc is the whole note. */
int ask_add_mention(struct request *r, struct ask *q, const struct note_view *note,
	const struct tok_doc *doc, const struct hit *hit, struct arena *scratch);

/* The wider look (a worker step's): appends what it finds as a further round.  0 or a LODE_* code. */
int ask_widen(struct request *r, struct ask *q, struct err *e);

#endif
