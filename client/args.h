/* The command line: one table of verbs, one of options, from which parsing and help are made. */
#ifndef LODESTONE_CLIENT_ARGS_H
#define LODESTONE_CLIENT_ARGS_H

#include "base/buf.h"
#include "base/err.h"

/* enum, name, operands, least and most operands, one line of help */
#define VERB_LIST(X)                                                                               \
	X(INGEST, "ingest", "[FILE...]", 0, 4096, "send notes (NDJSON, .gz, .zst; - is stdin)")    \
	X(ASK, "ask", "PATIENT [QUESTION...]", 1, 256, "does the chart say it, where, yes or no?") \
	X(SCREEN, "screen", "[QUESTION...]", 0, 256,                                               \
		"the same question to many charts (all: as admin)")                                \
	X(TIMELINE, "timeline", "PATIENT [QUESTION...]", 1, 256,                                   \
		"what the chart says of it, day by day")                                           \
	X(CONTEXT, "context", "PATIENT [QUESTION...]", 1, 256,                                     \
		"the passages that speak of it, packed for a language model")                      \
	X(SEARCH, "search", "PATIENT QUERY... | --all QUERY...", 2, 256,                           \
		"find words in a chart, or --all; no verdict")                                     \
	X(SHOW, "show", "PATIENT NOTE", 2, 2, "show a note, or a span of it")                      \
	X(PATIENTS, "patients", "[PATIENT]", 0, 1, "list the charts, or one chart")                \
	X(STATS, "stats", "", 0, 0, "what the daemon holds and how it is")                         \
	X(HEALTH, "health", "", 0, 0, "is the daemon ready?")                                      \
	X(DELETE, "delete", "PATIENT [NOTE]", 1, 2, "delete a chart, or a note of it")             \
	X(PHI_SCAN, "phi-scan", "FILE...", 1, 4096,                                                \
		"look for identifiers in files of notes, offline")                                 \
	X(COMPACT, "compact", "", 0, 0, "merge segments, give free space back (as admin)")         \
	X(EVAL, "eval", "QUESTIONS", 1, 1, "ask labelled questions and score the answers")         \
	X(MODEL, "model", "[show | attach FILE | detach]", 0, 2,                                   \
		"what judges mentions; another model, or none (as admin)")                         \
	X(CHECK, "check", "", 0, 0, "verify a data folder offline (runs lodestoned --check)")      \
	X(LEXICON, "lexicon", "build -o FILE INPUT...", 2, 4096,                                   \
		"compile names of conditions (runs lodestoned --build-lexicon)")

enum verb {
#define X(id, name, operands, least, most, help) VERB_##id,
	VERB_LIST(X)
#undef X
		VERBS,
	VERB_NONE = VERBS
};

#define V(id)      (1u << VERB_##id)
#define V_ALL      ((1u << VERBS) - 1)
#define V_ASKS     (V(ASK) | V(SCREEN) | V(TIMELINE) | V(CONTEXT))
#define V_QUESTION (V_ASKS | V(SEARCH))
/* Run without the daemon. */
#define V_OFFLINE (V(CHECK) | V(PHI_SCAN) | V(LEXICON))

/* enum, name, the value's word ("" for a flag), verbs that take it, help */
#define OPTION_LIST(X)                                                                               \
	X(HELP, "help", "", V_ALL, "this help")                                                      \
	X(VERSION, "version", "", V_ALL, "the version")                                              \
	X(SOCKET, "socket", "PATH", V_ALL & ~V_OFFLINE,                                              \
		"the daemon's socket; else $LODESTONE_SOCKET, else /run/lodestone/lodestone.sock")   \
	X(TIMEOUT, "timeout", "SECONDS", V_ALL & ~V_OFFLINE,                                         \
		"give up after it (60; compact, screen: a day; ingest: 600 without a sign of life)") \
	X(FORMAT, "format", "FORMAT", V_ALL & ~(V_OFFLINE | V(DELETE)),                              \
		"text, json (one document) or ndjson (one per line)")                                \
	X(COLOR, "color", "WHEN", V_ALL & ~V_OFFLINE, "auto, always or never")                       \
	X(REJECTS, "rejects", "FILE", V(INGEST), "write every rejected line's place and reason")     \
	X(DRY_RUN, "dry-run", "", V(INGEST) | V(DELETE), "say what would be done, change nothing")   \
	X(CONDITION, "condition", "NAME", V_ASKS, "the exact condition, instead of a question")      \
	X(VALUE, "value", "TEST", V(ASK), "dated values of a test: \"ejection fraction\", K, bp")    \
	X(QUESTIONS, "questions", "FILE", V(ASK), "ask every line of FILE (- is stdin)")             \
	X(FROM, "from", "DATE", V_QUESTION, "only notes of that day or later")                       \
	X(TO, "to", "DATE", V_QUESTION, "only notes of that day or earlier")                         \
	X(AS_OF, "as-of", "DATE", V_QUESTION, "answer as on that day")                               \
	X(TYPE, "type", "TYPE", V_QUESTION, "only notes of that type (may be repeated)")             \
	X(SECTION, "section", "NAME", V_QUESTION, "only that section (may be repeated)")             \
	X(LIMIT, "limit", "N", V_QUESTION & ~V(CONTEXT),                                             \
		"at most N pieces of evidence, or hits, or charts")                                  \
	X(DEADLINE, "deadline", "MS", V_QUESTION, "the daemon's deadline")                           \
	X(WHY, "why", "", V(ASK) | V(TIMELINE),                                                      \
		"how each mention was judged, names, rounds, time by step")                          \
	X(LEXICON, "lexicon", "NAME", V_ASKS, "only names of that lexicon (may be repeated)")        \
	X(NO_LEXICON, "no-lexicon", "", V_ASKS, "only the name as it is asked")                      \
	X(NARROWER, "narrower", "", V_ASKS, "also names of narrower conditions")                     \
	X(SYNONYMS_FIRST, "synonyms-first", "", V_ASKS,                                              \
		"look for all names at once, not only where the asked one finds nothing")            \
	X(EXIT_VERDICT, "exit-verdict", "", V(ASK), "exit with the verdict: see EXIT STATUS")        \
	X(PATIENTS, "patients", "FILE", V(SCREEN),                                                   \
		"only the charts whose ids are its lines (- is stdin)")                              \
	X(VERDICT, "verdict", "VERDICT", V(SCREEN),                                                  \
		"only charts with that verdict (may be repeated)")                                   \
	X(CURSOR, "cursor", "PATIENT", V(SCREEN), "go on behind that patient")                       \
	X(EVIDENCE, "evidence", "N", V(SCREEN), "pieces of evidence a chart (1)")                    \
	X(BUDGET, "budget", "TOKENS", V(CONTEXT), "at most so many tokens (2000)")                   \
	X(TOKENS_BY, "tokens-by", "WHAT", V(CONTEXT),                                                \
		"tokenizer (the daemon's, if it has one) or estimate")                               \
	X(TOKEN_SCALE, "token-scale", "X", V(CONTEXT),                                               \
		"what your model makes of an estimated token (1)")                                   \
	X(ANY, "any", "", V(SEARCH), "any of the words is enough")                                   \
	X(ALL, "all", "", V(SEARCH), "search all charts: no PATIENT, the QUERY alone")               \
	X(SYNONYMS, "synonyms", "", V(SEARCH), "words and phrases also under their other names")     \
	X(AT, "at", "START-END", V(SHOW), "mark that span (bytes) and show what stands around it")   \
	X(RAW, "raw", "", V(SHOW), "the note's bytes exactly, nothing else")                         \
	X(JSON, "json", "", V(SHOW), "the note's record as JSON")                                    \
	X(NOTES, "notes", "", V(PATIENTS), "the notes of the chart")                                 \
	X(YES, "yes", "", V(DELETE), "do not ask")                                                   \
	X(POLICY, "policy", "POLICY", V(PHI_SCAN),                                                   \
		"which types, as the setting phi_policy: \"flag\"")                                  \
	X(PURGE, "purge", "", V(COMPACT),                                                            \
		"rewrite everything: nothing of what was deleted is left")                           \
	X(RESTORE, "restore", "", V(MODEL), "detach: back to the model of the settings")             \
	X(BY, "by", "FIELD", V(EVAL), "also by each value of that field (may be repeated)")          \
	X(ASK_BY, "ask-by", "MEMBER", V(EVAL), "question (where it has one), or condition")          \
	X(BODY, "body", "JSON", V(EVAL), "members for every question: '{\"lexicons\":[]}'")          \
	X(OUT, "out", "FILE", V(EVAL), "write the answers, a line for each question")                \
	X(ANSWERS, "answers", "FILE", V(EVAL), "score what --out wrote; ask nothing")                \
	X(AGAINST, "against", "FILE", V(EVAL), "compare with the answers that --out wrote")          \
	X(RESAMPLE, "resample", "UNIT", V(EVAL), "questions, or patients, for the intervals")        \
	X(PICTURE, "picture", "FILE", V(EVAL), "needles by depth and length: .svg or .png")          \
	X(SPARSITY, "sparsity", "", V(MODEL), "show: how many hidden units fire, by layer")          \
	X(DATA, "data", "DIR", V(CHECK), "the data folder to verify")                                \
	X(OUTPUT, "output", "FILE", V(LEXICON), "the lexicon to write (or -o FILE)")

enum option {
#define X(id, name, value, verbs, help) OPT_##id,
	OPTION_LIST(X)
#undef X
		OPTIONS
};

enum { ARGS_OPTIONS_MAX = 256 };

/* Strings are argv's own. */
struct args {
	enum verb verb;      /* VERB_NONE: none was named */
	const char *foreign; /* a verb we do not know: lodestone-foo may */
	int foreign_at;      /* its place in argv */
	bool is_short_help;  /* -h */
	char **operands;
	int n_operands;
	unsigned n_given;
	struct {
		enum option option;
		const char *value; /* "" for flags */
	} given[ARGS_OPTIONS_MAX];
};

/* Sorts argv in place (operands move together).  LODE_BADREQ: a usage error. */
int args_parse(int argc, char **argv, struct args *out, struct err *e);

bool args_has(const struct args *a, enum option option);
const char *args_value(const struct args *a, enum option option); /* the last one; NULL: absent */
/* Values of a repeated option in order: start with *at = 0; NULL after the last. */
const char *args_next(const struct args *a, enum option option, unsigned *at);
/* A whole number within lo..hi, or what was there before when absent. */
int args_uint(const struct args *a, enum option option, uint64_t lo, uint64_t hi, uint64_t *out,
	struct err *e);
/* --deadline in ms, which may be a week for a screen and an hour elsewhere, or what was there before. */
int args_deadline(const struct args *a, uint64_t *out, struct err *e);
/* "START-END" in bytes, START < END. */
int args_span(const char *text, uint64_t *start, uint64_t *end);

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_NDJSON };
enum format args_format(const struct args *a);

void args_usage(struct buf *out, enum verb verb); /* one line */
void args_help(struct buf *out, enum verb verb, bool is_short);

#endif
