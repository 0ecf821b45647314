#include "tokenizer/phi.h"

#include <ctype.h>
#include <pthread.h>

/* ---- compiled once ---- */

static struct phi_tables tables;
static bool are_made;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static bool make_patterns(void)
{
	for (unsigned i = 0; i < PHI_PATTERNS; i++) {
		unsigned flags = i < PHI_FIRST_BACKWARD ? PATTERN_ANCHORED : 0;
		if (pattern_create(phi_regexes[i], flags, &tables.patterns[i], NULL) < 0)
			return false;
	}
	return true;
}

static uint64_t key_of(const char *word)
{
	uint64_t key = 0;
	for (unsigned i = 0; i < 8 && word[i]; i++)
		key |= (uint64_t)(unsigned char)word[i] << 8 * i;
	return key;
}

static void make(void)
{
	for (unsigned i = phi_cue_count; i-- > 0;) {
		tables.keys[i] = key_of(phi_cues[i].word);
		unsigned slot = phi_hash(tables.keys[i]);
		/* Rows of one word stand together: the first of them is the last one stored here. */
		while (tables.first[slot] && tables.keys[tables.first[slot] - 1] != tables.keys[i])
			slot = (slot + 1) % 1024;
		tables.first[slot] = (uint8_t)(i + 1);
	}
	are_made = make_patterns();
}

const struct phi_tables *phi_tables(void)
{
	pthread_once(&tables_once, make);
	return are_made ? &tables : NULL;
}

/* ---- names of the types ---- */

static const char *const names[] = {
#define X(name, wire) [TOK_PHI_##name] = (wire),
	TOK_PHI_LIST(X)
#undef X
};

const char *tok_phi_name(enum tok_phi_type type)
{
	return type < TOK_PHI_COUNT ? names[type] : "";
}

int tok_phi_by_name(struct slice wire)
{
	for (int i = 0; i < TOK_PHI_COUNT; i++)
		if (slice_eq(wire, slice_str(names[i])))
			return i;
	return -1;
}

/* ---- ZIP codes ---- */

/* First three digits by state, as USPS assigns them; a pair a state, a second row where there is a
 * second range.  name: the last word of the state's name. */
static const struct {
	char code[3];
	const char *name;
	uint16_t low, high;
} states[] = {
	{"AL", "alabama", 350, 369},
	{"AK", "alaska", 995, 999},
	{"AZ", "arizona", 850, 865},
	{"AR", "arkansas", 716, 729},
	{"CA", "california", 900, 961},
	{"CO", "colorado", 800, 816},
	{"CT", "connecticut", 60, 69},
	{"DE", "delaware", 197, 199},
	{"DC", "columbia", 200, 205},
	{"FL", "florida", 320, 349},
	{"GA", "georgia", 300, 319},
	{"GA", "georgia", 398, 399},
	{"HI", "hawaii", 967, 968},
	{"ID", "idaho", 832, 838},
	{"IL", "illinois", 600, 629},
	{"IN", "indiana", 460, 479},
	{"IA", "iowa", 500, 528},
	{"KS", "kansas", 660, 679},
	{"KY", "kentucky", 400, 427},
	{"LA", "louisiana", 700, 714},
	{"ME", "maine", 39, 49},
	{"MD", "maryland", 206, 219},
	{"MA", "massachusetts", 10, 27},
	{"MI", "michigan", 480, 499},
	{"MN", "minnesota", 550, 567},
	{"MS", "mississippi", 386, 397},
	{"MO", "missouri", 630, 658},
	{"MT", "montana", 590, 599},
	{"NE", "nebraska", 680, 693},
	{"NV", "nevada", 889, 898},
	{"NH", "hampshire", 30, 38},
	{"NJ", "jersey", 70, 89},
	{"NM", "mexico", 870, 884},
	{"NY", "york", 100, 149},
	{"NC", "carolina", 270, 289},
	{"ND", "dakota", 580, 588},
	{"OH", "ohio", 430, 459},
	{"OK", "oklahoma", 730, 749},
	{"OR", "oregon", 970, 979},
	{"PA", "pennsylvania", 150, 196},
	{"PR", "rico", 6, 9},
	{"RI", "island", 28, 29},
	{"SC", "carolina", 290, 299},
	{"SD", "dakota", 570, 577},
	{"TN", "tennessee", 370, 385},
	{"TX", "texas", 750, 799},
	{"TX", "texas", 885, 885},
	{"UT", "utah", 840, 847},
	{"VT", "vermont", 50, 59},
	{"VA", "virginia", 201, 201},
	{"VA", "virginia", 220, 246},
	{"WA", "washington", 980, 994},
	{"WV", "virginia", 247, 268},
	{"WI", "wisconsin", 530, 549},
	{"WY", "wyoming", 820, 831},
};

bool phi_is_zip(const char *start, const char *end, const char *digits)
{
	int zone = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
	while (end > start && (end[-1] == ' ' || end[-1] == ',' || end[-1] == '.'))
		end--;
	const char *word = end;
	while (word > start && isalpha((unsigned char)word[-1]))
		word--;
	size_t n = (size_t)(end - word);
	if (n < 2 || !isupper((unsigned char)word[0]))
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		bool is_state = n == 2 ? memcmp(word, states[i].code, 2) == 0
				       : n == strlen(states[i].name) &&
						 strncasecmp(word, states[i].name, n) == 0;
		if (is_state && zone >= states[i].low && zone <= states[i].high)
			return true;
	}
	return false;
}
