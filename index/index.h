/* index: the doorway.  Notes -> LMDB; terms -> places; mentions of names in one chart.
 *
 * Threads: any number of readers, one writer at a time (the daemon's WRITE lane).  Layout:
 * docs/index-format.md. */
#ifndef LODESTONE_INDEX_H
#define LODESTONE_INDEX_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "tokenizer/tokenizer.h"

#include <stdatomic.h>

enum { INDEX_ID_MAX = 256 }; /* bytes of a patient or note id */

struct index;

struct index_options {
	uint64_t map_bytes;    /* 0: 256 GiB; fixed for the life of the process */
	uint64_t max_db_bytes; /* 0: none; past it commits fail with LODE_FULL */
	unsigned readers;      /* snapshots that may be open at once; 0: 126 */
	/* Another process has it open and may write: nothing is created or cleared away, and the caller
	 * only reads.  What is read at opening may be of two revisions: LODE_CORRUPT is then to be
	 * believed when it stays. */
	bool is_beside;
	/* Segments are verified whenever a chart is opened, not once in ten seconds: for tests that damage the
	 * file below an open index. */
	bool trusts_nothing;
};

/* Opens or creates DIR/index.  Checks: format version and flags, tokenizer version, file length
 * against the last used page, patient list against its count and digest.  LODE_VERSION, _CORRUPT,
 * _IO with a sentence. */
int index_open(
	const char *dir, const struct index_options *options, struct index **out, struct err *e);
void index_close(struct index *x);

/* Offline: DIR/index, made by another tokenizer version, is rewritten by this one: every live note goes
 * into a new index, which takes the old one's place when it is whole (a new UUID, revisions from the
 * start).  A damaged note or chart stops it, and the old index stays: LODE_CORRUPT with the patient.
 * tell (may be NULL) is called after each batch. */
int index_reindex(const char *dir, const struct index_options *options,
	void (*tell)(void *arg, uint64_t notes, uint64_t bytes), void *arg, struct err *e);

struct index_stats {
	uint64_t revision, patients, notes, segments, chunks, raw_bytes, file_bytes, used_bytes;
	uint64_t fresh_bundles, fresh_bytes; /* small segments that wait for upkeep */
	uint64_t pending_patients;           /* with segments that are not in the cohort index */
	char uuid[37];
	unsigned format_version, tokenizer_version;
};
int index_stats(struct index *x, struct index_stats *out, struct err *e);

/* Limits of what runs long: looked at now and then. */
struct search_stop {
	const atomic_bool *cancelled; /* may be NULL */
	uint64_t deadline_ns;         /* CLOCK_MONOTONIC; 0: none */
};

/* ---- writing ---- */

/* A note as it came in.  Slices are borrowed until batch_add returns. */
struct note_in {
	struct slice patient, note_id, text;             /* required */
	struct slice date, type, encounter, author_role; /* may be empty */
	struct slice meta; /* JSON members ",..." as json_scan_object gives them; may be empty */
};

/* A batch of notes on its way to disk.  Not shared between threads, but may move from one to
 * another between calls.  add and seal do no I/O but reads; commit is one write transaction. */
struct batch;
int batch_create(struct index *x, struct batch **out);
void batch_destroy(struct batch *b);

/* About so much text is to come: memory for it at once, not bit by bit.  Only before the first note;
 * without memory nothing happens. */
void batch_expect(struct batch *b, size_t text_bytes);
/* Checks, tokenises and inverts one note.  LODE_BADREQ / LODE_TOOBIG with a reason that names the
 * member ("text", "date", ...) and an offset, never the text: nothing of it is kept then. */
int batch_add(struct batch *b, struct tokenizer *t, const struct note_in *note, struct err *e);
size_t batch_raw_bytes(const struct batch *b);    /* text taken in so far */
size_t batch_memory_bytes(const struct batch *b); /* heap it holds, roughly */
unsigned batch_notes(const struct batch *b);
int batch_seal(struct batch *b, struct err *e); /* compresses and encodes; no add after it */

struct batch_result {
	uint64_t added, replaced, unchanged; /* notes */
	uint64_t revision;                   /* of the index after the commit */
};
/* Durable when it returns 0 (fsync done).  LODE_FULL, LODE_IO: nothing of the batch was stored.
 * The batch is empty and usable again after success. */
int batch_commit(struct batch *b, struct batch_result *out, struct err *e);
/* Several in one transaction and one revision, as if committed in this order; out: one for each.  On
 * failure nothing of any of them was stored, and each may still be committed alone. */
int batches_commit(struct batch *const *b, unsigned n, struct batch_result *out, struct err *e);

/* Tombstones; LODE_NOTFOUND when there is no such note or patient.  Durable on return. */
int index_delete_note(struct index *x, struct slice patient, struct slice note, struct err *e);
int index_delete_patient(
	struct index *x, struct slice patient, uint64_t *notes_gone, struct err *e);

/* ---- upkeep ---- */

/* Small batches leave small segments, deletes leave dead notes.  Upkeep merges a patient's segments
 * and covers their terms in the cohort index, a share at a time: prepare reads a snapshot and builds,
 * commit is one short write transaction that leaves alone what was changed meanwhile.  No answer
 * changes by it, and the revision does not move. */
enum upkeep_goal {
	UPKEEP_FRESH, /* what has come in since the last pass */
	UPKEEP_ALL, /* every patient whose segments are not as one big batch would have left them */
	UPKEEP_PURGE, /* every patient, with a new dictionary: nothing of a deleted note is kept */
};

struct upkeep_result {
	uint64_t patients;                      /* rewritten or covered */
	uint64_t segments_before, segments_now; /* of them */
	uint64_t text_bytes;                    /* of the segments that were written */
	uint64_t skipped;                       /* patients with damage, left as they are */
	char damage[160];                       /* of the first of them */
};

/* One pass.  Used from one thread at a time, may move; one pass at a time in an index. */
struct upkeep;
int upkeep_create(struct index *x, enum upkeep_goal goal, struct upkeep **out);
void upkeep_destroy(struct upkeep *u); /* NULL is fine; what was committed stays */
/* Builds the next share (up to some 32 MB of text).  LODE_NOTFOUND: the pass is over; LODE_CANCELLED,
 * LODE_TIMEOUT, LODE_NOMEM: may be called again. */
int upkeep_prepare(struct upkeep *u, const struct search_stop *stop, struct err *e);
/* Durable when it returns 0.  LODE_FULL, LODE_IO: nothing of the share was stored; the next prepare
 * goes on behind it. */
int upkeep_commit(struct upkeep *u, struct err *e);
void upkeep_so_far(const struct upkeep *u, struct upkeep_result *out);
/* Has enough gathered for a pass of UPKEEP_FRESH?  is_idle: nothing is being written, so that little is
 * enough. */
bool index_upkeep_wanted(struct index *x, bool is_idle);

/* Gives the space of free pages back: the live ones are copied to a new file, which takes the place of
 * the old one; snapshots that are open go on with theirs.  Writer's thread; nothing else is written
 * meanwhile.  Waits for the readers of the old file, a minute at most (then its space comes back when
 * they end, with the next write).  LODE_FULL: no room for the copy, nothing has changed. */
int index_shrink(struct index *x, struct err *e);

/* ---- reading ---- */

/* A consistent view of one revision; may be used from one thread at a time, may move between
 * threads.  Short-lived: while it is open no freed page can be reused. */
struct snapshot;
int snapshot_begin(struct index *x, struct snapshot **out, struct err *e);
void snapshot_end(struct snapshot *s); /* NULL is fine */
uint64_t snapshot_revision(const struct snapshot *s);

/* Patients in id order, after `cursor` (exclusive; empty: from the start).  A negative return from
 * each stops and is returned.  LODE_CORRUPT when the walk from the start to the end disagrees with the recorded
 * count and digest. */
struct patient_info {
	struct slice id; /* valid during the call */
	uint32_t number; /* in sets of patients */
	uint64_t notes, chunks, raw_bytes;
};
int snapshot_patients(struct snapshot *s, struct slice cursor, uint64_t limit,
	int (*each)(void *arg, const struct patient_info *p), void *arg, struct err *e);

/* The same of one patient; id as given.  LODE_NOTFOUND. */
int snapshot_find_patient(
	struct snapshot *s, struct slice id, struct patient_info *out, struct err *e);

/* ---- the cohort index: which patients to look at ---- */

/* Patients by number: bit n of bits stands for number n, n_numbers of them (patients that are gone
 * leave holes).  A set that comes from the calls below holds every patient in whose live notes the
 * term stands, and maybe some more: deleted notes, and notes that upkeep has not covered yet. */
struct cohort {
	uint64_t *bits;
	uint32_t n_numbers;
};

/* An empty set for this snapshot, in the arena. */
int cohort_create(struct snapshot *s, struct arena *a, struct cohort *out, struct err *e);
/* Adds the patients that are not covered: always candidates, whatever the term. */
int cohort_add_pending(struct snapshot *s, struct cohort *c, struct err *e);
/* Adds the covered patients that have the term (as tok_term folds it).  LODE_CORRUPT: part of the cohort
 * index is damaged, so that nobody may be left out. */
int cohort_add_term(struct snapshot *s, struct cohort *c, struct slice term, struct arena *scratch,
	struct err *e);
/* The same for all terms with that prefix, at most `most` of them (0: no limit): LODE_TOOBIG past it.
 * each (may be NULL) is told every term once. */
int cohort_add_prefix(struct snapshot *s, struct cohort *c, struct slice prefix, uint32_t most,
	struct arena *scratch, void (*each)(void *arg, struct slice term), void *arg,
	struct err *e);
/* Adds the covered patients in whose notes chart_find may find some of the names (with names->together: all
 * of them).  What it needs besides goes into scratch.  LODE_CORRUPT as above. */
struct names;
int cohort_add_names(struct snapshot *s, struct cohort *c, const struct names *names,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch, struct err *e);
static inline bool cohort_has(const struct cohort *c, uint32_t number)
{
	return number < c->n_numbers && (c->bits[number >> 6] >> (number & 63) & 1);
}
/* The id behind a number, borrowed from the snapshot.  LODE_NOTFOUND: the patient is gone. */
int snapshot_patient(struct snapshot *s, uint32_t number, struct slice *id, struct err *e);

/* One patient's chart: every segment listed in the patient record is present and its header and
 * index part carry the recorded digests (the index part: when last looked at, ten seconds ago at most), or it
 * is counted as damaged. */
struct chart;
/* Memory from a; dead when the snapshot ends.  LODE_NOTFOUND: no such patient (checked against the
 * guarded patient list); LODE_CORRUPT: the patient record itself is damaged. */
int chart_open(struct snapshot *s, struct slice patient, struct arena *a, struct chart **out,
	struct err *e);

struct chart_info {
	uint64_t notes_total; /* live notes the patient record promises */
	uint64_t notes_readable;
	uint64_t chunks_total, raw_bytes;
	unsigned damaged_segments;
	char damage[160]; /* first damage, for the log and the answer; empty if none */
};
void chart_info(const struct chart *c, struct chart_info *out);

/* Verifies every segment once more: what is damaged by now counts as damaged (chart_info).  Called
 * before saying that something is NOT in the chart, since memory or the file under the map may have
 * changed after chart_open looked. */
void chart_recheck(struct chart *c);

/* A live note.  Slices point into the snapshot. */
struct note_view {
	struct slice note_id, date, type, encounter, author_role, meta;
	uint32_t text_bytes, text_cp;   /* length in bytes and code points */
	struct digest128 digest;        /* of the text */
	uint32_t segment, ordinal;      /* where it is */
	uint32_t first_chunk, n_chunks; /* chunk numbers within the segment */
	uint32_t first_frame;           /* and frame number */
};

/* Live notes ordered by date, then note id: n views in the arena. */
int chart_notes(
	struct chart *c, struct arena *a, const struct note_view **out, uint32_t *n, struct err *e);
int chart_find_note(struct chart *c, struct slice note_id, struct note_view *out, struct err *e);
/* The exact text, checked against its digest.  In the arena.  LODE_CORRUPT. */
int chart_text(struct chart *c, const struct note_view *v, struct arena *a, struct slice *out,
	struct err *e);

/* ---- lexicons (docs/lexicon.md) ---- */

struct lexicon;
enum { LEXICONS_MAX = 32 /* that may be attached at once */ };

/* Maps a compiled lexicon and verifies its digest.  LODE_CORRUPT, LODE_VERSION, LODE_NOTFOUND, LODE_IO
 * with a sentence. */
int lexicon_open(const char *path, struct lexicon **out, struct err *e);
/* The same over bytes that outlive it. */
int lexicon_view(struct slice bytes, const char *label, struct lexicon **out, struct err *e);
void lexicon_close(struct lexicon *l); /* NULL is fine */
const struct lexicon *lexicon_builtin(void);

struct lexicon_info {
	const char *label;  /* the file's name without folders; "built-in" */
	const char *digest; /* hex */
	uint32_t concepts, names, abbreviations, words, is_a;
};
void lexicon_info(const struct lexicon *l, struct lexicon_info *out);

struct lexicon_report {
	struct lexicon_info info; /* label and digest point into room */
	char room[64 + 33];
	uint32_t skipped;  /* names without words, or over a limit */
	uint32_t repeated; /* names that their concept had */
	uint32_t orphans;  /* is_a of a concept that is not there */
};
/* Compiles input files (what they may be: docs/lexicon.md) into the file path, which appears whole or
 * not at all.  LODE_BADREQ names file and line. */
int lexicon_build(const char *path, char *const *inputs, unsigned n_inputs,
	struct lexicon_report *out, struct err *e);

/* ---- names of a condition ---- */

enum via {
	VIA_EXACT,
	VIA_INFLECTION,
	VIA_SYNONYM,
	VIA_ABBREVIATION,
	VIA_SPELLING,
	VIA_MASK,
	VIA_RANKED,
	VIA_PROXY,
	VIA_COUNT,
};
extern const char *const via_names[VIA_COUNT]; /* "exact", ... */

/* What a name says of the condition asked. */
enum name_relation { NAME_SAME, NAME_NARROWER, NAME_BROADER, NAME_RELATED, NAME_RELATIONS };
extern const char *const name_relation_names[NAME_RELATIONS]; /* "same", ... */

enum { NAME_NO_LEXICON = UINT8_MAX };

struct name {
	struct slice text; /* as shown in names[] */
	enum via via;      /* how it was made */
	bool is_ambiguous; /* has other common meanings: a hit is a hint, no more */
	bool in_list;      /* ... but not in a list of diagnoses */
	/* "cyanotic": where it ends a statement the condition; elsewhere a hint, or, as the name that was
	 * asked, something narrower. */
	bool is_adjective;
	bool is_initials;  /* made of first letters: a hit needs the condition beside it */
	bool as_written;   /* its words in capitals must be so in the note */
	bool as_spelled;   /* a wrong spelling: no other form of its words will do */
	bool is_unmasked;  /* no mask may stand for one of its words */
	bool is_companion; /* looked for only in notes where another name may stand */
	enum name_relation relation;
	uint8_t lexicon; /* which of the options' it comes from, or NAME_NO_LEXICON */
	bool is_first;   /* the condition as asked, or an abbreviation or full form of it */
	bool is_far; /* of a concept that has another name of the condition, not the one asked */
};

struct names {
	struct name *at;
	uint32_t n;
	/* Bytes; not 0: only places where all the names stand within so many bytes of each other
	 * matter, and chart_find leaves out most notes that have none. */
	uint32_t together;
	bool is_cut; /* there would be more */
	/* Names of other things that hold one of these ("heat stroke"): a place inside one of them is no
	 * hit. */
	const struct slice *unlike;
	uint32_t n_unlike;
	/* In this order: the condition with its abbreviations, other names, names made of initials. */
	uint32_t n_first, n_full; /* ends of the first two */
};

struct names_options {
	const struct lexicon *const *lexicons;
	uint32_t n_lexicons;
	bool narrower; /* also the names of what is_a the condition */
	bool initials;
};

/* The condition itself, first, and its other names in the lexicons (docs/lexicon.md has the order).
 * Inflections and masks are not listed as names of their own; the matcher allows for them and a hit
 * says so.  In the arena.  LODE_BADREQ. */
int names_widen_by(const struct names_options *options, struct slice condition, struct tokenizer *t,
	struct arena *a, struct names *out, struct err *e);
/* Other spellings of the first few full names, as the chart has them: every word of five letters or
 * more against every word of the chart that no lexicon knows.  Those that are only a hint are
 * ambiguous.  In the arena; n may be 0.  Damage is counted in the chart.  LODE_NOMEM. */
int chart_respell(struct chart *c, const struct names_options *o, const struct names *names,
	struct tokenizer *t, struct arena *a, struct names *out, struct err *e);
/* The same for every chart that the cohort index covers: all that chart_respell would make for any of them,
 * and more, unless is_cut.  LODE_CORRUPT: part of the cohort index is damaged; LODE_NOMEM, _TIMEOUT,
 * _CANCELLED. */
int snapshot_respell(struct snapshot *s, const struct names_options *o, const struct names *names,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch, struct arena *a,
	struct names *out, struct err *e);
/* Is the whole of text a name, of whatever, in one of the lexicons?  LODE_NOMEM, LODE_BADREQ. */
int names_is_known(const struct names_options *options, struct slice text, struct tokenizer *t,
	struct arena *a, bool *out, struct err *e);
/* By the built-in lexicon alone, no initials. */
int names_widen(struct slice condition, struct tokenizer *t, struct arena *a, struct names *out,
	struct err *e);

/* ---- search ---- */

struct scope {
	struct slice from,
		to;         /* dates, inclusive; empty: open.  Compared as RFC 3339 text by day */
	struct slice as_of; /* notes dated after it are as if they were not there */
	const struct slice *types; /* note types, caseless; n_types 0: all */
	uint32_t n_types;
	uint32_t sections; /* bit per tok_section_class; 0: all */
};

/* A place where a name stands. */
struct hit {
	uint32_t start, end; /* bytes in the note's text */
	uint32_t name;       /* index into names */
	enum via via; /* EXACT or the name's own via; INFLECTION, MASK when the match needed it */
	bool mask_overlap; /* a mask stands inside the span */
};

struct search_counts {
	uint64_t notes_total;    /* live notes of the chart */
	uint64_t notes_in_scope; /* of those, inside the date and type scope */
	uint64_t notes_searched; /* of those in scope, how many the search could answer for */
	uint64_t chunks_total, chunks_matched;
	bool complete; /* notes_searched == notes_in_scope, no limit or damage cut it short */
	char why[160]; /* first reason when not complete */
};

/* Calls each for every note in scope that holds at least one hit, in date, note id order, with all its
 * hits sorted by start (of overlapping hits the longest, then the lowest name, stays).  doc is the
 * scanned note, valid during the call, as are hits.  Every mention is found: candidates come from the postings
 * and are verified on the text; there is no cut-off.  Damage does not stop it: it is counted.
 * scratch is used per note and left empty.  LODE_TIMEOUT, LODE_CANCELLED, LODE_NOMEM. */
int chart_find(struct chart *c, const struct names *names, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch,
	int (*each)(void *arg, const struct note_view *note, const struct tok_doc *doc,
		const struct hit *hits, uint32_t n_hits),
	void *arg, struct search_counts *counts, struct err *e);

/* ---- queries ---- */

/* Ranked search for people, in the language of docs/query.md: notes answer the query or do not; of
 * those that do, the chunks where something of it stands are ranked by BM25 (k1 1.2, b 0.75; Robertson &
 * Zaragoza 2009) over the chart. */
enum ranked_show {
	RANKED_CHUNKS, /* note, score, chunk_start, chunk_end; a text is read only where it decides */
	RANKED_PLACES, /* and hits, start, end */
	RANKED_TEXT,   /* and text, start_cp, end_cp, section */
};

struct rank_query {
	struct slice text;
	bool any;      /* what stands side by side is joined by OR */
	bool synonyms; /* every word and phrase as if written with "~" */
	uint32_t limit;
	enum ranked_show show;
};

struct ranked {
	struct slice patient; /* borrowed from the chart or the snapshot */
	struct note_view note;
	double score;
	uint32_t chunk_start, chunk_end; /* bytes in the note */
	const struct hit *hits;          /* hit.name: number of the word, phrase ... in the query */
	uint32_t n_hits;
	struct slice text;                     /* the chunk's text, in the arena */
	uint32_t start, end, start_cp, end_cp; /* the first hit, or the chunk if it has none */
	uint8_t section;                       /* TOK_SEC_* of start */
};
struct ranked_result {
	struct ranked *at; /* best first; ties by date, patient, note id, offset */
	uint32_t n;
	uint64_t matched; /* chunks that matched, before the limit */
	struct search_counts counts;
	uint64_t patients_total, patients_opened; /* snapshot_rank only */
};
/* LODE_BADREQ: the query does not parse, or is over a limit; the message names the column.
 * LODE_TIMEOUT, _CANCELLED, _NOMEM.  Damage does not stop it: it is counted. */
int chart_rank(struct chart *c, const struct rank_query *query, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *a,
	struct ranked_result *out, struct err *e);

/* The same over all charts: df and the number of chunks are those of all live notes of the index, and the
 * length of a chunk is taken in bytes, not words.  The cohort index says which charts to look at; in a
 * scope, counts.notes_in_scope is of those. */
int snapshot_rank(struct snapshot *s, const struct rank_query *query, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *a,
	struct ranked_result *out, struct err *e);

/* ---- verification ---- */

/* Walks and verifies everything; calls say for each problem.  Returns the number of problems, or a
 * negative code when it could not go on. */
int64_t index_check(
	struct index *x, void (*say)(void *arg, const char *problem), void *arg, struct err *e);

#endif
