/* Ranked search, what its files share.  Private to the room.
 *
 * rank_compile.c  tree -> leaves, names, prefixes, regexes
 * rank_recall.c   postings -> what each chunk and note may hold, df
 * rank_text.c     one note's text -> places, truth, term frequencies
 * rank_show.c     the best chunks -> results
 * rank_corpus.c   which charts to look at, for a search of all
 * rank.c          the course of a search */
#ifndef LODESTONE_INDEX_RANK_H
#define LODESTONE_INDEX_RANK_H

#include "base/pattern.h"
#include "index/query.h"
#include "index/recall.h"
#include "index/scope.h"

enum {
	RANK_NAMES_MAX = 256,    /* names that all "~" stand for together */
	RANK_PREFIX_MAX = 1000,  /* words a prefix stands for in a chart */
	RANK_PLACES_MAX = 10000, /* of one regex in one note */
	RANK_WORK_BYTES = 192 << 20,
};

struct rank_leaf {
	const struct query_node *node; /* with places */
	uint32_t first_name, n_names;  /* in the matcher */
	bool several_words;            /* every name of it has more than one */
	bool has_glance;
	struct glance glance;
	struct slice prefix; /* folded */
	struct pattern *regex;
	struct slice
		literal; /* small ASCII letters and digits that every match holds; may be empty */
	bool shown;      /* not negated: its places are shown */
	bool in_near;
};

/* What BM25 counts: a shown leaf that is no regex, or a shown NEAR. */
struct rank_item {
	const struct query_node *node;
	uint64_t *df; /* chunks of live notes; of each operand of a NEAR */
	double idf;
};

/* Bitmaps by chunk, by note. */
struct rank_segment {
	struct recall recall;
	uint64_t *chunks[QUERY_LEAVES_MAX]; /* that may hold a place of the leaf; regex: NULL */
	uint64_t *notes[QUERY_LEAVES_MAX];
	uint16_t *tf
		[QUERY_LEAVES_MAX]; /* per chunk, from the postings; NULL: only the text can tell */
	/* Notes in which the leaf may stand in a way that its tf does not count (a split word); NULL: none. */
	uint64_t *doubt[QUERY_LEAVES_MAX];
	uint64_t *live;              /* chunks; NULL: all */
	uint64_t n_live, live_words; /* of them */
	uint32_t note_words;         /* of a bitmap by note */
};

/* A chunk that matched; its term frequencies by item stand in rank.tf. */
struct rank_scored {
	double score;
	uint32_t patient;              /* in rank.patients */
	uint32_t segment, note, chunk; /* note: ordinal; chunk: number in the segment */
	uint32_t length;
};

/* A note that is being read, in the scratch arena. */
struct rank_text {
	struct tok_doc doc;
	struct hit *places[QUERY_LEAVES_MAX]; /* by start; in scope and in the leaf's sections */
	uint32_t n_places[QUERY_LEAVES_MAX];
	struct hit *near[QUERY_LEAVES_MAX]; /* per NEAR: places that take part, by start */
	uint32_t n_near[QUERY_LEAVES_MAX];
};

struct rank {
	struct chart *c;
	const struct scope *scope;
	struct tokenizer *t;
	const struct search_stop *stop;
	const struct rank_query *query;
	struct arena work, room, scratch; /* of the search, of one chart, of one note */
	/* Search of all charts: c is the one that is open, `patient` its place in the list. */
	struct snapshot *snapshot; /* NULL: c alone */
	struct slice *patients;
	uint32_t n_patients, patient;
	struct query_node *tree;
	struct rank_leaf leaves[QUERY_LEAVES_MAX];
	uint32_t n_leaves;
	const struct query_node *nears[QUERY_LEAVES_MAX];
	uint32_t n_nears;
	struct rank_item items[QUERY_LEAVES_MAX];
	uint32_t n_items;
	struct match_name names[RANK_NAMES_MAX];
	uint32_t leaf_of[RANK_NAMES_MAX];
	uint32_t n_names;
	struct matcher *m;
	struct sieve sieve;
	bool any_phrase; /* some leaf has several words, so the sieve is made */
	struct pattern_scratch *regex_scratch;
	bool needs_sections;
	struct rank_segment **segments; /* NULL: damaged */
	/* Chunks of live notes, and their length together: in words; in bytes where all charts are
	 * searched, since of those the index knows the sum. */
	uint64_t chunks, length;
	struct rank_scored *found;
	uint16_t *tf; /* n_items for each found */
	size_t n_found, cap_found, cap_tf;
	struct search_counts *counts;
};

/* ---- rank_compile.c ---- */

int rank_compile(struct rank *r, struct err *e);
void rank_compile_release(struct rank *r);
/* Letters and digits in a row that every match of the regex holds, in small letters; empty when none is
 * certain.  In the arena. */
struct slice rank_regex_literal(struct slice regex, struct arena *a);

/* ---- rank_recall.c ---- */

/* Postings of all segments, and df; a damaged segment is counted. */
int rank_recall(struct rank *r, struct err *e);
/* Notes of which the tree may be true, and of which it must be, by the postings and the note records. */
struct rank_verdict {
	uint64_t *may, *must;
};
int rank_judge(struct rank *r, uint32_t segment, const struct query_node *n,
	struct rank_verdict *out, struct err *e);

/* ---- rank_text.c ---- */

/* Reads and matches the note; sections: with sections and sentences.  1: done; 0: at a glance it cannot
 * answer.  LODE_CORRUPT: no text to be had; LODE_TOOBIG: a regex hit its match limit; both concern this
 * note alone. */
int rank_read(struct rank *r, const struct note_view *v, bool sections, struct rank_text *out,
	struct err *e);
/* Whether the note answers. */
bool rank_is_true(const struct rank *r, const struct query_node *n, const struct note_view *v,
	const struct rank_text *t);
/* Places of an item, a regex included. */
struct hit *rank_places(const struct rank_text *t, const struct query_node *item, uint32_t *n);

/* ---- rank_corpus.c ---- */

/* Opens the chart of a patient of the list, unless it is: 1, or 0 when the patient is gone. */
int rank_open(struct rank *r, uint32_t patient, struct err *e);
/* Lists the patients that may matter: those that may answer, and those that count for a df. */
int rank_list_patients(struct rank *r, struct err *e);

/* ---- rank.c ---- */

/* Everything that matches in the open chart becomes `found`, without scores; df is added to. */
int rank_chart(struct rank *r, struct err *e);
void rank_score(struct rank *r);

/* ---- rank_show.c ---- */

int rank_show(struct rank *r, struct arena *a, struct ranked_result *out, struct err *e);

#endif
