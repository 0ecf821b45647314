/* What the steps of one ask request share, and what the answer is written from.  Lives in the
 * request's arena. */
#ifndef LODESTONE_DAEMON_ASK_STATE_H
#define LODESTONE_DAEMON_ASK_STATE_H

#include "daemon/request.h"
#include "daemon/verdict.h"

enum {
	ASK_QUESTIONS_MAX = 256,
	ASK_ROUNDS_MAX = 20, /* a look of each kind, three a round of doubt, and room */
	ASK_ROUNDS_ASKED = 4,
	ASK_CONDITION_MAX = 512, /* bytes */
};

enum ask_look {
	LOOK_NAMES,     /* the condition and its abbreviations */
	LOOK_SYNONYMS,  /* its other names */
	LOOK_SPELLING,  /* other spellings that the chart has */
	LOOK_QUALIFIED, /* the condition without left, severe, acute ... */
	LOOK_WORDS,     /* its words close together */
	LOOK_INITIALS,
	LOOK_NARROWER,
	LOOK_INDICATIONS, /* what points to it (indication.c) */
};

/* What a round of doubt asks a look for (docs/uncertainty.md). */
enum ask_query { QUERY_NONE, QUERY_CONFIRM_DENY, QUERY_CONFIRM_NEITHER, QUERY_ANY_NONE };

/* What the search knows of a hit besides its place. */
struct hit_sense {
	enum name_relation relation;
	bool is_ambiguous;
	struct slice partial; /* words of the condition that do not stand there, blanks between */
};

/* One look at the chart: which names were new in it and what it found. */
struct ask_round {
	uint32_t first_name, n_names;
	uint32_t mentions; /* new in this round */
	enum ask_look look;
	struct slice *signs; /* of LOOK_INDICATIONS: what was looked for */
	uint32_t n_signs;
	enum ask_query query;
	uint64_t chunks;                      /* that it matched; of a query */
	double entropy_before, entropy_after; /* of the chart; of a query */
};

/* How far the views of a chart disagree, and what was done about it. */
struct doubt {
	double first, last, threshold; /* entropy of the chart */
	unsigned rounds;
	uint32_t found; /* mentions, in the last round */
	bool is_triggered;
	bool is_cut; /* there was no time for a round */
};

struct attached;

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
	const struct lexicon *lexicons[LEXICONS_MAX]; /* that are on */
	struct names_options names_options;
	bool spelling, synonyms_first, other_names;
	bool why;
	unsigned rounds_asked; /* rounds of doubt at most */
	/* How the answer to the current question is written: answer_write, or that of another route. */
	int (*write)(struct request *r, struct ask *q, struct err *e);
	const void *wish;       /* what that route reads of the body besides */
	struct attached *model; /* held for the whole request; NULL: the rules alone */
	struct scorer_use use;  /* of the current question, as the two below */
	uint32_t windows;       /* that the model has read */
	uint32_t windows_most;  /* ... and may have, when the search that runs has ended */
	uint32_t not_scored;    /* mentions past windows_most: the rules alone */
	/* The names of the condition, where they were made before for another chart; NULL: not.  Borrowed. */
	const struct names *names_made;
	bool is_wider;   /* the current question has come round again with no mention found */
	bool is_refused; /* the current question names two conditions */
	bool is_again;   /* ... or because a note was damaged between retrieve and reply */

	/* of the current question; what it allocates dies with it */
	struct arena memory;
	struct names names;
	struct ask_round rounds[ASK_ROUNDS_MAX];
	unsigned n_rounds;
	uint32_t n_viewed;
	struct doubt doubt;
	struct search_counts counts;
	struct evidence *evidence;
	uint32_t n_evidence;
	uint32_t n_plain; /* of these, no hints */
	size_t cap_evidence;
	struct note_view *notes; /* with at least one mention; evidence.note_order counts them */
	uint32_t n_notes;
	size_t cap_notes;
	struct judgement judgement;
	uint64_t start_ns, retrieve_ns, decide_ns;
};

/* ---- the steps, for routes that answer the same questions in another form ---- */

/* In this order a route's table begins; its parse calls ask_open. */
enum { ASK_PARSE, ASK_RETRIEVE, ASK_DECIDE, ASK_REPLY };

/* Members of a body that are ask's, the scope's aside. */
#define ASK_MEMBERS                                                                            \
	"question", "condition", "rounds", "evidence_limit", "deadline_ms", "why", "lexicons", \
		"narrower", "initials", "spelling", "synonyms_first", "other_names"

/* The question of a body whose members are `known` (NULL-terminated) or the scope's; r->state is it, and
 * r->release lets go of what it holds.  Loop thread.  LODE_BADREQ. */
int ask_open(struct request *r, const struct json *body, const char *const *known, struct ask **out,
	struct err *e);
/* The member "deadline_ms", an hour at most, becomes the request's deadline.  A screen has its own.  LODE_BADREQ. */
int ask_read_deadline(struct request *r, const struct json *body, struct err *e);
void ask_close(struct ask *q); /* r->release does it, unless another state took its place */
enum next ask_retrieve(struct request *r);
enum next ask_decide(struct request *r);
enum next ask_reply(struct request *r);

/* All of it at once (one worker step): the looks, as wide as they need to be, and the verdict, for r->patient in
 * r->snapshot.  A chart that q->chart is set to is taken, else r->patient's is opened in the request's arena. */
int ask_whole(struct request *r, struct ask *q, struct err *e);

/* Calls each with what the looks of ask_whole look for, wider ones included, over all charts that the cohort index
 * covers: where in a chart some of the names stand, and of `beside`, when it is not NULL, some as well, there a look
 * may find something; where none of all that does, none finds anything.  Appends to q->names as the looks do.
 * LODE_BADREQ: the question; LODE_TOOBIG: too many names; LODE_CORRUPT: the cohort index is damaged: nobody may be left out then. */
int ask_sought(struct request *r, struct ask *q,
	int (*each)(void *arg, const struct names *some, const struct names *beside, struct err *e),
	void *arg, struct err *e);

/* Appends the answer to the current question to r->out: one JSON object.  Quotes and texts are read
 * from the notes once more, each checked against its digest (a worker's scratch holds them).
 * LODE_CORRUPT: a note no longer reads as it did; LODE_TOOBIG, LODE_NOMEM, LODE_TIMEOUT,
 * LODE_CANCELLED. */
int answer_write(struct request *r, struct ask *q, struct err *e);
/* In the place of an answer, for one question of a list: what is wrong with it.  LODE_NOMEM. */
int answer_write_problem(
	struct request *r, const struct ask *q, unsigned status, const struct err *problem);

/* One mention -> one piece of evidence, appended.  doc is the whole note. */
int ask_add_mention(struct request *r, struct ask *q, const struct note_view *note,
	const struct tok_doc *doc, const struct hit *hit, const struct hit_sense *sense,
	struct arena *scratch);

/* names: those that were looked for. The hits of the names in one note -> evidence: what an ambiguous one means there (sense.c). */
int ask_add_hits(struct request *r, struct ask *q, const struct names *names,
	const struct note_view *note, const struct tok_doc *doc, const struct hit *hits,
	uint32_t n_hits);

/* defined.c: does the note spell this abbreviation out as something that none of the names is about? */
bool ask_defined_otherwise(
	const struct tok_doc *doc, const struct names *names, const struct hit *h);

/* A member that is true or false; as it was when absent.  LODE_BADREQ. */
int ask_read_flag(const struct json *body, const char *key, bool *out, struct err *e);
/* Members of the body that choose lexicons and looks.  LODE_BADREQ. */
int ask_read_names(struct request *r, struct ask *q, const struct json *body, struct err *e);

/* One search of the chart for these names, whose hits go to each; counts and rounds are kept. */
int ask_search(struct request *r, struct ask *q, const struct names *names, enum ask_look look,
	int (*each)(void *arg, const struct note_view *note, const struct tok_doc *doc,
		const struct hit *hits, uint32_t n_hits),
	void *arg, struct err *e);

/* Appends names made later to q->names, so that evidence can say which it was; returns the number of
 * the first in *first.  LODE_NOMEM. */
int ask_append_names(struct ask *q, const struct names *more, uint32_t *first);

/* The names with their number below the end of the first or of all full names, as look says. */
int ask_look_names(struct request *r, struct ask *q, enum ask_look look, struct err *e);
/* either.c: does the question name two conditions?  The same for every chart. */
int ask_names_two(struct request *r, struct ask *q, bool *out, struct err *e);
/* LODE_BADREQ with a sentence when it does: q->is_refused. */
int ask_refuse_two(struct request *r, struct ask *q, struct err *e);
/* qualified.c: the condition without the words that only qualify it. */
int ask_look_qualified(struct request *r, struct ask *q, struct err *e);
/* words.c: all words of the condition close together. */
int ask_look_words(struct request *r, struct ask *q, struct err *e);
/* The names that these looks look for; n 0: there is nothing to look for. */
int ask_qualified_names(struct request *r, struct ask *q, struct names *out, struct err *e);
int ask_words_names(struct request *r, struct ask *q, struct names *out, struct err *e);

/* As looks of a round of doubt: other spellings; names of narrower conditions; initials. */
int ask_look_spellings(struct request *r, struct ask *q, struct err *e);
int ask_look_narrower(struct request *r, struct ask *q, struct err *e);
int ask_look_initials(struct request *r, struct ask *q, struct err *e);
/* Evidence by date, note id and offset, each place once.  LODE_NOMEM. */
int ask_put_in_order(struct ask *q);
/* The verdict on what stands in q->evidence, which is in order.  LODE_NOMEM. */
int ask_judge(struct ask *q);
/* doubt.c: after ask_judge, looks again where the views disagree and judges anew. */
int ask_settle(struct request *r, struct ask *q, struct err *e);

/* The other names, where the asked one found something that is no hint: their mentions are marked
 * is_beside, their hints left out.  0 or a LODE_* code. */
int ask_look_beside(struct request *r, struct ask *q, struct err *e);
/* The wider looks (a worker step's), one after the other until one finds something that is no hint.
 * 0 or a LODE_* code. */
int ask_widen(struct request *r, struct ask *q, struct err *e);

#endif
