#include "tokenizer/heading.h"

#include "tokenizer/tokenizer.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>

/* ---- the phrase table: open addressing over the list's own bytes ---- */

enum { SLOTS = 8192, EXAM_WORDS_MAX = 4 };

struct slot {
	const char *phrase;
	uint32_t hash;
	uint8_t n, class, level;
};

static struct slot slots[SLOTS];
static pthread_once_t slots_once = PTHREAD_ONCE_INIT;

/* FNV-1a, 32 bits. */
static uint32_t hash_of(const char *p, size_t n)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 16777619u;
	return h;
}

static struct slot *slot_of(const char *p, size_t n)
{
	uint32_t h = hash_of(p, n), i = h % SLOTS;
	while (slots[i].phrase &&
		(slots[i].hash != h || slots[i].n != n || memcmp(slots[i].phrase, p, n) != 0))
		i = (i + 1) % SLOTS;
	return &slots[i];
}

static void load_group(const struct tok_heading_group *g, unsigned *used)
{
	for (const char *p = g->phrases; *p;) {
		size_t n = strcspn(p, "|");
		struct slot *s = slot_of(p, n);
		/* A phrase listed twice keeps its first, stronger entry. */
		if (!s->phrase) {
			*s = (struct slot){p, hash_of(p, n), (uint8_t)n, g->class, g->level};
			assert(++*used < SLOTS / 2 && n <= LABEL_MAX);
		}
		p += n + (p[n] == '|');
	}
}

static void load(void)
{
	unsigned used = 0;
	for (unsigned i = 0; i < tok_heading_group_count; i++)
		load_group(&tok_heading_groups[i], &used);
}

void tok_headings_load(void)
{
	pthread_once(&slots_once, load);
}

/* ---- reading a label ---- */

struct reading {
	struct tok_label *l;
	size_t word;  /* where the current word starts in the key */
	bool and_due; /* a '/', '&' or ',' stands before the next word */
};

static bool is_small_word(const char *p, size_t n)
{
	static const char *const small[] = {"of", "and", "or", "at", "on", "in", "for", "to",
		"with", "by", "per", "a", "as", "the"};
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		if (strlen(small[i]) == n && memcmp(small[i], p, n) == 0)
			return true;
	return false;
}

static bool word_is(const struct tok_label *l, size_t word, const char *what)
{
	return l->n - word == strlen(what) && memcmp(l->key + word, what, l->n - word) == 0;
}

/* Ends the current word; false when the key is full. */
static bool end_word(struct reading *r)
{
	struct tok_label *l = r->l;
	if (l->n == r->word)
		return true;
	if (l->words && word_is(l, r->word, "the")) {
		l->n = (unsigned)r->word;
		return true;
	}
	bool is_and = word_is(l, r->word, "and");
	bool after_and = r->word >= 4 && memcmp(l->key + r->word - 4, "and ", 4) == 0;
	if (is_and && (after_and || r->word == 0)) {
		l->n = (unsigned)r->word;
		return true;
	}
	l->words++;
	l->key[l->n++] = ' ';
	r->word = l->n;
	return l->n < LABEL_MAX && l->words <= LABEL_WORDS_MAX;
}

static bool add_and(struct reading *r)
{
	if (r->and_due && r->word > 0) {
		memcpy(r->l->key + r->l->n, "and", 3);
		r->l->n += 3;
		if (!end_word(r))
			return false;
	}
	r->and_due = false;
	return true;
}

static bool add_letter(struct reading *r, const char *p, const char *end)
{
	struct tok_label *l = r->l;
	unsigned char c = (unsigned char)*p;
	bool first = l->n == r->word;
	if (first && !add_and(r))
		return false;
	if (l->n >= LABEL_MAX)
		return false;
	if (first && r->word == 0)
		l->first_capital = isupper(c);
	if (islower(c)) {
		l->caps = false;
		size_t n = 0;
		while (p + n < end && isalpha((unsigned char)p[n]))
			n++;
		if (first && !is_small_word(p, n))
			l->titled = false;
	}
	l->key[l->n++] = (char)tolower(c);
	return true;
}

/* Bytes of the punctuation at p that parts or vanishes from words; 0: no heading holds it. */
static size_t skip_mark(struct reading *r, const char *p, const char *end, bool *parts)
{
	*parts = true;
	switch (*p) {
	case '/':
	case '&':
	case ',':
	case '+': r->and_due = true; return 1;
	case ' ':
	case '\t':
	case '-':
	case '*':
	case '_':
	case '\r': return 1;
	case '\'': *parts = false; return 1;
	case '.':
		/* "P.R.N.", "Gen. Exam"; after a longer word it ends a sentence. */
		*parts = p + 1 == end || p[1] == ' ';
		return *parts && r->l->n - r->word > 4 && p + 1 < end ? 0 : 1;
	case '#': {
		size_t n = 1;
		while (p + n < end && isdigit((unsigned char)p[n]))
			n++;
		return n;
	}
	case ']':
	case '=':
	case '>':
	case '|': { /* "[Plan]", "== Plan ==" */
		size_t n = 1;
		while (p + n < end && strchr("]=>|_*", p[n]))
			n++;
		return p + n == end ? n : 0;
	}
	case '(': {
		const char *close = memchr(p, ')', (size_t)(end - p));
		return close ? (size_t)(close - p) + 1 : 0;
	}
	default: break;
	}
	if (end - p >= 2 && memcmp(p, "\xC2\xA0", 2) == 0)
		return 2;
	if (end - p >= 3 && memcmp(p, "\xE2\x80", 2) == 0) {
		*parts = p[2] != '\x99';
		return p[2] == '\x93' || p[2] == '\x94' || p[2] == '\x99' ? 3 : 0;
	}
	return 0;
}

/* Words that only number the heading: "PROCEDURE #2", "IMPRESSION 1". */
static void drop_number(struct tok_label *l)
{
	unsigned i = l->n;
	while (i > 0 && isdigit((unsigned char)l->key[i - 1]))
		i--;
	if (i < l->n && i > 0 && l->key[i - 1] == ' ' && l->words > 1) {
		l->n = i - 1;
		l->words--;
	}
}

bool tok_label_read(const char *p, size_t n, struct tok_label *out)
{
	const char *end = p + n;
	struct reading r = {.l = out};
	out->n = out->words = 0;
	out->caps = out->titled = true;
	out->first_capital = false;
	if (n > LABEL_MAX)
		return false;
	while (p < end) {
		if (isalnum((unsigned char)*p)) {
			if (!add_letter(&r, p++, end))
				return false;
			continue;
		}
		bool parts;
		size_t skip = skip_mark(&r, p, end, &parts);
		if (skip == 0 || (parts && !end_word(&r)))
			return false;
		p += skip;
	}
	if (!end_word(&r) || out->words == 0)
		return false;
	out->n--; /* the blank after the last word */
	drop_number(out);
	return true;
}

/* ---- looking up ---- */

static const char *const prefixes[] = {"brief ", "pertinent ", "significant ", "relevant ",
	"detailed ", "initial ", "final ", "current ", "past ", "prior ", "previous ", "interval ",
	"interim ", "complete ", "focused ", "patient ", "patients ", "clinical ", "admission ",
	"admitting ", "discharge ", "preoperative ", "postoperative ", "pre op ", "post op ",
	"preop ", "postop ", "updated ", "additional ", "other ", "main ", "primary ", "secondary ",
	"active ", "overall ", "recent ", "present ", "outpatient ", "inpatient ", "home ",
	"hospital ", "ed ", "emergency department ", "emergency room ", "intraoperative ",
	"operative ", "procedural ", "general ", "remaining ", "todays ", "full ", "basic ",
	"limited "};

static const char *const suffixes[] = {" on admission", " at admission", " upon admission",
	" at discharge", " on discharge", " upon discharge", " at time of discharge",
	" at time of admission", " on arrival", " on presentation", " on transfer", " at home",
	" at time of study", " performed", " done", " in detail", " note", " section", " summary",
	" are as follows", " is as follows", " as follows", " include", " includes", " included",
	" including", " today", " reviewed", " obtained", " update", " list", " notes", " details",
	" information", " per patient", " findings", " by problem", " by system", " by systems",
	" continued", " cont", " section continued", " see below", " per report"};

/* What a heading that begins so is about, whatever it names. */
static const struct {
	const char *opening;
	uint8_t class;
} openings[] = {
	{"indication for ", TOK_SEC_INDICATION},
	{"indications for ", TOK_SEC_INDICATION},
	{"indications of ", TOK_SEC_INDICATION},
	{"reason for ", TOK_SEC_CHIEF_COMPLAINT},
	{"description of ", TOK_SEC_PROCEDURE},
	{"details of ", TOK_SEC_PROCEDURE},
	{"procedures performed ", TOK_SEC_PROCEDURE},
	{"title of ", TOK_SEC_PROCEDURE},
	{"name of ", TOK_SEC_PROCEDURE},
	{"findings at ", TOK_SEC_FINDINGS},
	{"findings on ", TOK_SEC_FINDINGS},
	{"findings of ", TOK_SEC_FINDINGS},
	{"complications of ", TOK_SEC_COMPLICATIONS},
	{"chief complaint ", TOK_SEC_CHIEF_COMPLAINT},
	{"secondary diagnoses ", TOK_SEC_DIAGNOSES},
	{"discharge diagnoses ", TOK_SEC_DIAGNOSES},
	{"medications at ", TOK_SEC_MEDICATIONS},
	{"medications on ", TOK_SEC_MEDICATIONS},
	{"history of present illness ", TOK_SEC_HPI},
	{"review of systems ", TOK_SEC_ROS},
	{"physical exam ", TOK_SEC_EXAM},
	{"physical examination ", TOK_SEC_EXAM},
	{"labs done ", TOK_SEC_LABS},
	{"labs on ", TOK_SEC_LABS},
	{"laboratory data ", TOK_SEC_LABS},
	{"hospital course ", TOK_SEC_HOSPITAL_COURSE},
	{"follow up ", TOK_SEC_FOLLOW_UP},
	{"discharge instructions ", TOK_SEC_DISCHARGE},
	{"goals ", TOK_SEC_PLAN},
	{"short term goal", TOK_SEC_PLAN},
	{"long term goal", TOK_SEC_PLAN},
	{"ros ", TOK_SEC_ROS},
	{"exam ", TOK_SEC_EXAM},
	{"examination of ", TOK_SEC_EXAM},
	{"results of ", TOK_SEC_LABS},
	{"recommendations for ", TOK_SEC_PLAN},
	{"plan for ", TOK_SEC_PLAN},
	{"instructions for ", TOK_SEC_DISCHARGE},
	{"allergies to ", TOK_SEC_ALLERGIES},
	{"pending at ", TOK_SEC_FOLLOW_UP},
	{"ct ", TOK_SEC_IMAGING},
	{"mri ", TOK_SEC_IMAGING},
	{"mra ", TOK_SEC_IMAGING},
	{"cta ", TOK_SEC_IMAGING},
	{"x ray ", TOK_SEC_IMAGING},
	{"ultrasound ", TOK_SEC_IMAGING},
	{"echo ", TOK_SEC_IMAGING},
};

/* A heading that ends so names a study. */
static const char *const study_endings[] = {" ultrasound", " x ray", " x rays", " mri", " ct",
	" scan", " echocardiogram", " angiogram", " radiographs", " radiograph", " doppler",
	" mammogram", " stress study", " without contrast", " with contrast",
	" with and without contrast"};

/* A heading that ends so is a part of the exam. */
static const char *const exam_endings[] = {" exam", " examination"};

static bool find_exact(const char *p, size_t n, struct tok_heading *out)
{
	if (n == 0 || n > LABEL_MAX)
		return false;
	const struct slot *s = slot_of(p, n);
	if (!s->phrase)
		return false;
	*out = (struct tok_heading){s->class, s->level};
	return true;
}

static bool starts(const char *p, size_t n, const char *with)
{
	size_t w = strlen(with);
	return n > w && memcmp(p, with, w) == 0;
}

static bool ends(const char *p, size_t n, const char *with)
{
	size_t w = strlen(with);
	return n > w && memcmp(p + n - w, with, w) == 0;
}

/* The phrase, or what is left of it without one qualifier before and one after. */
static bool find_simple(const char *p, size_t n, struct tok_heading *out)
{
	if (find_exact(p, n, out))
		return true;
	size_t cut = n;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && cut == n; i++)
		if (ends(p, n, suffixes[i]))
			cut = n - strlen(suffixes[i]);
	if (cut < n && find_exact(p, cut, out))
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t w = strlen(prefixes[i]);
		if (!starts(p, n, prefixes[i]))
			continue;
		if (find_exact(p + w, n - w, out))
			return true;
		return cut > w && cut < n && find_exact(p + w, cut - w, out);
	}
	return false;
}

static bool is_heading(const struct tok_heading *h)
{
	return h->level != HEADING_ADMIN;
}

/* "family and social history": the first part may need the last word of the whole. */
static bool find_part(
	const char *p, size_t n, const char *tail, size_t tail_n, struct tok_heading *out)
{
	char whole[2 * LABEL_MAX + 1];
	if (find_simple(p, n, out))
		return true;
	if (n > LABEL_MAX || tail_n > LABEL_MAX)
		return false;
	memcpy(whole, p, n);
	whole[n] = ' ';
	memcpy(whole + n + 1, tail, tail_n);
	return find_simple(whole, n + 1 + tail_n, out);
}

/* Every part between "and"s known: the class of the first. */
static bool find_combined(const char *p, size_t n, struct tok_heading *out)
{
	const char *end = p + n, *tail = end;
	while (tail > p && tail[-1] != ' ')
		tail--;
	size_t tail_n = (size_t)(end - tail);
	bool first = true;
	for (const char *part = p; part < end;) {
		const char *and = memmem(part, (size_t)(end - part), " and ", 5);
		size_t part_n = (size_t)((and? and : end) - part);
		struct tok_heading h;
		if ((first && !and) || !find_part(part, part_n, tail, tail_n, &h) ||
			!is_heading(&h))
			return false;
		if (first)
			*out = h;
		first = false;
		part = and? and+5 : end;
	}
	return true;
}

/* ---- spellings ---- */

/* Words as charts shorten them or as British notes spell them. */
static const char *const spellings[][2] = {{"hx", "history"}, {"hist", "history"},
	{"dx", "diagnosis"}, {"diag", "diagnosis"}, {"tx", "treatment"}, {"sx", "symptoms"},
	{"rx", "medications"}, {"med", "medical"}, {"meds", "medications"},
	{"medicines", "medications"}, {"surg", "surgical"}, {"fam", "family"}, {"soc", "social"},
	{"psych", "psychiatric"}, {"phys", "physical"}, {"eval", "evaluation"},
	{"imp", "impression"}, {"rec", "recommendations"}, {"recs", "recommendations"},
	{"dc", "discharge"}, {"adm", "admission"}, {"admit", "admission"}, {"hosp", "hospital"},
	{"preop", "preoperative"}, {"postop", "postoperative"}, {"proc", "procedure"},
	{"lab", "laboratory"}, {"labs", "laboratory"}, {"instr", "instructions"},
	{"appt", "appointment"}, {"appts", "appointments"}, {"dispo", "disposition"},
	{"pt", "patient"}, {"pts", "patient"}, {"neuro", "neurological"}, {"ob", "obstetric"},
	{"gyn", "gynecological"}, {"gynae", "gynecological"}, {"summ", "summary"},
	{"gynaecological", "gynecological"}, {"gynaecologic", "gynecologic"},
	{"anaesthesia", "anesthesia"}, {"anaesthetic", "anesthetic"}, {"ix", "investigations"},
	{"counselling", "counseling"}, {"orthopaedic", "orthopedic"}, {"illnes", "illness"}};

struct spelled {
	char key[LABEL_MAX + 1];
	size_t n;
	bool is_new; /* some word was written another way */
};

static bool spell_add(struct spelled *out, const char *p, size_t n)
{
	if (out->n + n + 1 > LABEL_MAX)
		return false;
	if (out->n)
		out->key[out->n++] = ' ';
	memcpy(out->key + out->n, p, n);
	out->n += n;
	return true;
}

/* One word in full; "surghx" is two. */
static bool spell_word(struct spelled *out, const char *p, size_t n)
{
	bool is_joined = n > 4 && memcmp(p + n - 2, "hx", 2) == 0;
	size_t stem = is_joined ? n - 2 : n;
	const char *whole = NULL;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]) && !whole; i++)
		if (strlen(spellings[i][0]) == stem && memcmp(spellings[i][0], p, stem) == 0)
			whole = spellings[i][1];
	out->is_new = out->is_new || whole || is_joined;
	return spell_add(out, whole ? whole : p, whole ? strlen(whole) : stem) &&
	       (!is_joined || spell_add(out, "history", 7));
}

static bool spell_out(const struct tok_label *l, struct spelled *out)
{
	*out = (struct spelled){0};
	for (size_t i = 0; i < l->n;) {
		const char *blank = memchr(l->key + i, ' ', l->n - i);
		size_t n = blank ? (size_t)(blank - l->key) - i : l->n - i;
		if (!spell_word(out, l->key + i, n))
			return false;
		i += n + 1;
	}
	return true;
}

/* The label with its words in full, and its last word in the other number ("chronic condition"). */
static bool find_respelled(const struct tok_label *l, struct tok_heading *out)
{
	struct spelled s;
	if (!spell_out(l, &s))
		return false;
	if (s.is_new && (find_simple(s.key, s.n, out) || find_combined(s.key, s.n, out)))
		return true;
	if (l->words < 2 || s.n < 4 || s.n >= LABEL_MAX)
		return false;
	if (ends(s.key, s.n, "is") || ends(s.key, s.n, "es")) {
		s.key[s.n - 2] = s.key[s.n - 2] == 'i' ? 'e' : 'i';
		if (find_simple(s.key, s.n, out))
			return true;
		s.key[s.n - 2] = s.key[s.n - 2] == 'i' ? 'e' : 'i';
	}
	if (s.key[s.n - 1] == 's')
		return find_simple(s.key, s.n - 1, out);
	s.key[s.n++] = 's';
	return find_simple(s.key, s.n, out);
}

static bool ends_as_one(const struct tok_label *l, const char *const *endings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ends(l->key, l->n, endings[i]))
			return true;
	return false;
}

bool tok_heading_find(const struct tok_label *l, struct tok_heading *out)
{
	if (find_simple(l->key, l->n, out) || find_combined(l->key, l->n, out) ||
		find_respelled(l, out))
		return true;
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		if (!starts(l->key, l->n, openings[i].opening))
			continue;
		bool is_study = openings[i].class == TOK_SEC_IMAGING;
		*out = (struct tok_heading){
			openings[i].class, is_study ? HEADING_STUDY : HEADING_WEAK};
		return true;
	}
	if (ends_as_one(l, study_endings, sizeof(study_endings) / sizeof(study_endings[0]))) {
		*out = (struct tok_heading){TOK_SEC_IMAGING, HEADING_STUDY};
		return true;
	}
	*out = (struct tok_heading){TOK_SEC_EXAM, HEADING_WEAK};
	return l->words <= EXAM_WORDS_MAX &&
	       ends_as_one(l, exam_endings, sizeof(exam_endings) / sizeof(exam_endings[0]));
}
