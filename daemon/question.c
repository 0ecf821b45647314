#include "daemon/question.h"

#include <strings.h>

enum { LONGEST_WORD = 24 };

/* A text that begins with one of these asks; anything else is a condition as it stands. */
static const char *const starters[] = {"any", "are", "can", "check", "could", "did", "do", "does",
	"evidence", "find", "had", "has", "have", "history", "hx", "h/o", "is", "look", "please",
	"search", "show", "signs", "tell", "was", "were", "what", "when", "whether", NULL};

/* Words that only ask.  Taken from the front of a question, never from a bare condition. */
static const char *const asking[] = {"a", "about", "an", "any", "anyone", "are", "been", "boy",
	"can", "carry", "chart", "check", "child", "could", "current", "currently", "develop",
	"developed", "diagnosed", "diagnosis", "did", "do", "document", "documentation",
	"documented", "does", "ever", "evidence", "experience", "experienced", "find", "for",
	"from", "gentleman", "girl", "h/o", "had", "has", "have", "having", "he", "her", "his",
	"history", "how", "hx", "if", "indicate", "infant", "is", "know", "known", "lady", "look",
	"man", "me", "medical", "mention", "mentioned", "mentions", "newborn", "of", "on", "or",
	"patient", "patient's", "patients", "please", "previous", "previously", "prior", "pt",
	"pt's", "receive", "received", "receiving", "record", "records", "report", "reported",
	"say", "search", "she", "show", "sign", "signs", "since", "someone", "suffer", "suffered",
	"suffering", "suffers", "take", "taken", "takes", "taking", "tell", "the", "their", "there",
	"they", "this", "to", "took", "treated", "undergo", "undergone", "was", "were", "what",
	"when", "where", "whether", "which", "with", "woman", "you", "your", NULL};

/* Closing phrases that belong to the asking. */
static const char *const closings[] = {"in this patient", "in the patient", "in this chart",
	"in the chart", "in the record", "in the records", "in the past", "at any time", "or not",
	"diagnosed", "documented", "mentioned", "noted", "found", "reported", "described", "seen",
	"ruled out", "ruled in", "excluded", "confirmed", "suspected", "considered", "denied",
	"present", "ever", "been", "being", NULL};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct slice trim(struct slice s, const char *also)
{
	while (s.n && (is_blank(s.p[0])))
		s.p++, s.n--;
	while (s.n && (is_blank(s.p[s.n - 1]) || (s.p[s.n - 1] && strchr(also, s.p[s.n - 1]))))
		s.n--;
	return s;
}

/* The first blank-separated word without trailing commas or colons; *after is what follows. */
static struct slice first_word(struct slice s, struct slice *after)
{
	size_t n = 0;
	while (n < s.n && !is_blank(s.p[n]))
		n++;
	struct slice w = {s.p, n};
	*after = trim((struct slice){s.p + n, s.n - n}, "");
	while (w.n && (w.p[w.n - 1] == ',' || w.p[w.n - 1] == ':'))
		w.n--;
	return w;
}

static bool is_one_of(struct slice word, const char *const *list)
{
	if (word.n == 0 || word.n > LONGEST_WORD)
		return false;
	for (; *list; list++)
		if (strlen(*list) == word.n && strncasecmp(*list, word.p, word.n) == 0)
			return true;
	return false;
}

/* "a fib", "a flutter", "a line": the article is part of the name. */
static bool is_article_of_a_name(struct slice word, struct slice after)
{
	static const char *const names[] = {"fib", "fibrillation", "flutter", "line", "tach", NULL};
	struct slice ignored;
	return word.n == 1 && is_one_of(first_word(trim(after, "?.!"), &ignored), names);
}

static struct slice cut_opening(struct slice s)
{
	for (;;) {
		struct slice after;
		struct slice w = first_word(s, &after);
		if (!is_one_of(w, asking) || after.n == 0 || is_article_of_a_name(w, after))
			return s;
		s = after;
	}
}

static bool cut_end(struct slice *s, const char *words)
{
	size_t n = strlen(words);
	if (s->n <= n + 1 || !is_blank(s->p[s->n - n - 1]) ||
		strncasecmp(s->p + s->n - n, words, n) != 0)
		return false;
	*s = trim((struct slice){s->p, s->n - n}, ",");
	return true;
}

static struct slice cut_closing(struct slice s)
{
	for (const char *const *c = closings; *c;) {
		if (!cut_end(&s, *c)) {
			c++;
			continue;
		}
		if (!cut_end(&s, "or")) /* "ruled in or ruled out" */
			cut_end(&s, "and");
		c = closings; /* "ever ruled out in the past": one after the other */
	}
	return s;
}

struct slice question_condition(struct slice question)
{
	struct slice s = trim(question, "");
	struct slice after;
	bool asks = (s.n && s.p[s.n - 1] == '?') || is_one_of(first_word(s, &after), starters);
	if (!asks)
		return s;
	struct slice bare = trim(s, "?!.");
	struct slice condition = cut_opening(cut_closing(bare));
	/* Nothing but asking: "is there any?" names no condition. */
	if (is_one_of(condition, asking))
		condition.n = 0;
	return condition;
}

bool question_either(struct slice condition, struct slice *left, struct slice *right)
{
	struct slice rest = trim(condition, ","), after;
	for (bool is_first = true; rest.n; rest = after, is_first = false) {
		struct slice word = first_word(rest, &after);
		if (word.n != 2 || strncasecmp(word.p, "or", 2) != 0 || is_first || !after.n)
			continue;
		*left = trim(slice_of(condition.p, (size_t)(word.p - condition.p)), ",");
		*right = after;
		return true;
	}
	return false;
}
