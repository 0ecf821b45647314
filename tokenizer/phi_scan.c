/* One walk over the starts of words: a word that is no cue costs a load, a hash and a look at one
 * byte; a number costs a look at what stands behind it.  Only what passes is given to a pattern. */
#include "tokenizer/phi_scan.h"

#include "tokenizer/mask.h"
#include "tokenizer/phi.h"

#include <ctype.h>
#include <stdlib.h>

struct found {
	struct tok_phi at;
	uint8_t rank; /* where two overlap the higher one stays, then the earlier */
};

enum { RANK_SHAPE = 1, RANK_CUE = 2 };

struct scan {
	const struct phi_tables *tables;
	struct pattern_scratch *scratch;
	const char *p;
	size_t n;
	uint32_t types;
	struct arena *arena;
	struct found *found;
	size_t n_found, cap;
	bool has_failed;
};

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static char byte_at(const struct scan *s, size_t i)
{
	return i < s->n ? s->p[i] : '\0';
}

static char byte_before(const struct scan *s, size_t i, size_t back)
{
	return i >= back ? s->p[i - back] : '\0';
}

static bool is_among(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_wanted(const struct scan *s, enum tok_phi_type type)
{
	return s->types >> type & 1;
}

static void add(struct scan *s, enum tok_phi_type type, size_t start, size_t end, uint8_t rank)
{
	struct found *f = arena_grow(s->arena, s->found, s->n_found, sizeof(*f), &s->cap);
	if (!f) {
		s->has_failed = true;
		return;
	}
	s->found = f;
	f[s->n_found++] = (struct found){{(uint32_t)start, (uint32_t)end, (uint8_t)type}, rank};
}

/* Runs a pattern at byte i; a backward one ends at `end`.  Length of what it found, 0: nothing. */
static size_t try_pattern(struct scan *s, enum phi_pattern which, enum tok_phi_type type, size_t i,
	size_t end, uint8_t rank)
{
	size_t low = i > PHI_BEFORE ? i - PHI_BEFORE : 0;
	size_t high = s->n - i > PHI_AFTER ? i + PHI_AFTER : s->n;
	bool is_backward = which >= PHI_FIRST_BACKWARD;
	struct pattern_match m;
	if (is_backward)
		high = end;
	struct slice window = slice_of(s->p + low, high - low);
	int rc = pattern_find(
		s->tables->patterns[which], s->scratch, window, is_backward ? 0 : i - low, &m);
	/* LODE_TOOBIG: no pattern here can spend its limit on 300 bytes. */
	if (rc != 1)
		return 0;
	unsigned group = m.start[1] != SIZE_MAX ? 1 : 2;
	if (m.start[group] == SIZE_MAX)
		return 0;
	add(s, type, low + m.start[group], low + m.end[group], rank);
	return m.end[group] - m.start[group];
}

/* ---- numbers ---- */

static unsigned digits_at(const struct scan *s, size_t i)
{
	unsigned d = 0;
	while (i + d < s->n && is_digit(s->p[i + d]))
		d++;
	return d;
}

/* "90".."129" and then, blanks and hyphens left out, a y. */
static void look_for_age(struct scan *s, size_t i, unsigned d)
{
	const char *p = s->p + i;
	if (!(d == 2 && p[0] == '9') && !(d == 3 && p[0] == '1' && p[1] <= '2'))
		return;
	size_t j = i + d;
	while (j < i + d + 2 && (byte_at(s, j) == ' ' || byte_at(s, j) == '-'))
		j++;
	if ((byte_at(s, j) | 0x20) == 'y' && !is_among(byte_before(s, i, 1), "./"))
		try_pattern(s, PHI_P_AGE, TOK_PHI_AGE, i, 0, RANK_SHAPE);
}

static void look_for_phone(struct scan *s, size_t i, unsigned d)
{
	char next = byte_at(s, i + d), after = byte_at(s, i + d + 1);
	bool is_area =
		d == 3 &&
		((next == ')') || ((next == '-' || next == '.' || next == '/') && is_digit(after)));
	bool is_trunk = d == 1 && s->p[i] == '1' && is_among(next, "-. (") &&
			(is_digit(after) || after == '(') && is_digit(byte_at(s, i + 3));
	if (is_area || is_trunk)
		try_pattern(s, PHI_P_PHONE, TOK_PHI_PHONE, i, 0, RANK_SHAPE);
	if (byte_before(s, i, 1) == '+' && d <= 3)
		try_pattern(s, PHI_P_PHONE_WORLD, TOK_PHI_PHONE, i, 0, RANK_SHAPE);
}

static bool looks_like_ip(const struct scan *s, size_t i, unsigned d)
{
	unsigned e = digits_at(s, i + d + 1);
	return d <= 3 && e >= 1 && e <= 3 && byte_at(s, i + d + 1 + e) == '.' &&
	       is_digit(byte_at(s, i + d + 2 + e));
}

static void look_for_date(struct scan *s, size_t i, unsigned d)
{
	char next = byte_at(s, i + d), after = byte_at(s, i + d + 1);
	bool numeric = (d <= 2 || d == 4) && is_among(next, "-/.") && is_digit(after);
	bool written = d <= 2 && is_among(next, "-st nrd") && isalpha((unsigned char)after);
	if (numeric || written)
		try_pattern(s, PHI_P_DATE, TOK_PHI_DATE, i, 0, RANK_SHAPE);
}

static void look_at_number(struct scan *s, size_t i)
{
	unsigned d = digits_at(s, i);
	char next = byte_at(s, i + d), before = byte_before(s, i, 1);
	bool goes_on = is_among(before, "-./") && is_digit(byte_before(s, i, 2));
	if (goes_on)
		return;
	look_for_age(s, i, d);
	if (d > 5 || !next)
		d = d == 5 ? 5 : 6;
	if (d <= 3)
		look_for_phone(s, i, d);
	if (d == 3 && next == '-' && byte_at(s, i + 6) == '-')
		try_pattern(s, PHI_P_SSN, TOK_PHI_SSN, i, 0, RANK_CUE);
	if (d == 4 && (next == '-' || next == ' ') && byte_at(s, i + 9) == next &&
		byte_at(s, i + 14) == next)
		try_pattern(s, PHI_P_CARD, TOK_PHI_ACCOUNT, i, 0, RANK_SHAPE);
	if (next == '.' && looks_like_ip(s, i, d)) {
		size_t before_it = s->n_found;
		/* "1.2.3.4" is rather a heading's number. */
		if (try_pattern(s, PHI_P_IP, TOK_PHI_IP, i, 0, RANK_CUE) < sizeof("10.0.0.1") - 1)
			s->n_found = before_it;
	}
	if (d >= 3 && d <= 4 && next == ':' && isxdigit((unsigned char)byte_at(s, i + d + 1)))
		try_pattern(s, PHI_P_IP6, TOK_PHI_IP, i, 0, RANK_SHAPE);
	if (d == 5 && before == ' ' && phi_is_zip(s->p, s->p + i, s->p + i))
		try_pattern(s, PHI_P_ZIP, TOK_PHI_ZIP, i, 0, RANK_SHAPE);
	if (is_wanted(s, TOK_PHI_DATE) && d <= 4)
		look_for_date(s, i, d);
}

/* ---- cues ---- */

/* A digit within `most` bytes and before the line's end. */
static bool has_digit(const struct scan *s, size_t i, size_t most)
{
	for (size_t end = s->n - i < most ? s->n : i + most; i < end && s->p[i] != '\n'; i++)
		if (is_digit(s->p[i]))
			return true;
	return false;
}

static bool is_label(const struct scan *s, size_t i)
{
	size_t j = i;
	while (j < i + 3 && is_among(byte_at(s, j), " \t.'"))
		j++;
	char c = byte_at(s, j);
	if (c == 's' && j > i)
		c = byte_at(s, j + 2); /* "patient's ID" */
	return is_among(c, "#:nNiIhHpPmMcC") && has_digit(s, i, 40);
}

static bool is_capital_next(const struct scan *s, size_t i)
{
	while (is_among(byte_at(s, i), ". :\t"))
		i++;
	return isupper((unsigned char)byte_at(s, i));
}

static bool has_colon(const struct scan *s, size_t i)
{
	for (size_t end = s->n - i < 24 ? s->n : i + 24; i < end && s->p[i] != '\n'; i++)
		if (s->p[i] == ':')
			return true;
	return false;
}

static bool is_hash_next(const struct scan *s, size_t i)
{
	while (byte_at(s, i) == ' ')
		i++;
	char c = byte_at(s, i);
	return c == '#' || ((c == 'n' || c == 'N') && has_digit(s, i, 16));
}

static bool is_credential(const struct scan *s, size_t i, size_t n)
{
	char before = byte_before(s, i, 2);
	return isupper((unsigned char)s->p[i]) && (n > 1 || byte_at(s, i + 1) == '.') &&
	       byte_before(s, i, 1) == ' ' && (before == ',' || isalpha((unsigned char)before));
}

static bool passes(const struct scan *s, enum phi_guard guard, size_t i, size_t n)
{
	switch (guard) {
	case PHI_ANY: return true;
	case PHI_DIGIT: return has_digit(s, i + n, 60);
	case PHI_LABEL: return is_label(s, i + n);
	case PHI_CAPITAL: return isupper((unsigned char)s->p[i]) && is_capital_next(s, i + n);
	case PHI_COLON: return has_colon(s, i + n);
	case PHI_HASH: return is_hash_next(s, i + n);
	case PHI_SLASH_N: return byte_at(s, i + n) == '/' && (byte_at(s, i + n + 1) | 0x20) == 'n';
	case PHI_DOT_O: return byte_at(s, i + n) == '.' && (byte_at(s, i + n + 1) | 0x20) == 'o';
	case PHI_AFTER_DOT:
		return byte_before(s, i, 1) == '.' && isalnum((unsigned char)byte_before(s, i, 2));
	case PHI_TITLED: return isupper((unsigned char)s->p[i]) && byte_before(s, i, 1) == ' ';
	case PHI_CREDENTIAL_: return is_credential(s, i, n);
	}
	return false;
}

/* "M.D": the word scanner saw the M alone. */
static size_t cue_end(const struct scan *s, const struct phi_cue *c, size_t i, size_t n)
{
	bool is_dotted = c->guard == PHI_CREDENTIAL_ && byte_at(s, i + n) == '.' && n == 1;
	size_t end = i + n + (is_dotted ? 2 : 0);
	return end < s->n ? end : s->n;
}

static void look_at_cue(struct scan *s, unsigned row, uint64_t key, size_t i, size_t n)
{
	for (; row < phi_cue_count && s->tables->keys[row] == key; row++) {
		const struct phi_cue *c = &phi_cues[row];
		if (is_wanted(s, c->type) && passes(s, c->guard, i, n))
			try_pattern(s, c->pattern, c->type, i, cue_end(s, c, i, n), RANK_CUE);
	}
}

static void look_at_word(struct scan *s, size_t i, unsigned n)
{
	uint64_t key = 0;
	if (s->n - i >= 8)
		memcpy(&key, s->p + i, 8);
	else
		memcpy(&key, s->p + i, s->n - i);
	key |= 0x2020202020202020ull;
	if (n < 8)
		key &= (1ull << 8 * n) - 1;
	if (byte_before(s, i, 1) == '@' && isalnum((unsigned char)byte_before(s, i, 2))) {
		size_t end = i;
		while (end < s->n && end - i < 100 &&
			(isalnum((unsigned char)s->p[end]) || is_among(s->p[end], "-.")))
			end++;
		while (end > i && s->p[end - 1] == '.')
			end--;
		try_pattern(s, PHI_P_EMAIL, TOK_PHI_EMAIL, i, end, RANK_CUE);
	}
	unsigned slot = phi_hash(key);
	for (unsigned row; (row = s->tables->first[slot]) > 0; slot = (slot + 1) % 1024)
		if (s->tables->keys[row - 1] == key) {
			look_at_cue(s, row - 1, key, i, n);
			return;
		}
}

/* Length of the run of set bits that begins at bit i, at most 64. */
static inline unsigned run_at(const uint64_t *bits, size_t words, size_t i)
{
	size_t w = i >> 6;
	unsigned shift = i & 63;
	uint64_t v = bits[w] >> shift;
	if (shift && w + 1 < words)
		v |= bits[w + 1] << (64 - shift);
	return ~v ? (unsigned)__builtin_ctzll(~v) : 64;
}

static void walk(struct scan *s, const struct tok_bits *bits)
{
	size_t words = (s->n + 63) / 64;
	uint64_t carry = 0;
	for (size_t w = 0; w < words && !s->has_failed; w++) {
		uint64_t plain = bits->plain[w], starts = plain & ~(plain << 1 | carry);
		carry = plain >> 63;
		for (; starts; starts &= starts - 1) {
			size_t i = w << 6 | (size_t)__builtin_ctzll(starts);
			if (is_digit(s->p[i]))
				look_at_number(s, i);
			else
				look_at_word(s, i, run_at(bits->plain, words, i));
		}
	}
}

/* ---- what stays ---- */

static int by_place(const void *x, const void *y)
{
	const struct found *a = x, *b = y;
	if (a->at.start != b->at.start)
		return a->at.start < b->at.start ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return (a->at.end < b->at.end) - (a->at.end > b->at.end);
}

static bool is_masked(const struct tok_doc *d, const struct tok_phi *f)
{
	uint32_t low = 0, high = d->n_masks;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (d->masks[mid].end <= f->start)
			low = mid + 1;
		else
			high = mid;
	}
	return low < d->n_masks && d->masks[low].start < f->end;
}

static uint32_t settle(struct scan *s, const struct tok_doc *masks)
{
	size_t kept = 0;
	qsort(s->found, s->n_found, sizeof(*s->found), by_place);
	for (size_t i = 0; i < s->n_found; i++) {
		const struct found f = s->found[i];
		if (!is_wanted(s, f.at.type) || is_masked(masks, &f.at))
			continue;
		if (kept == 0 || s->found[kept - 1].at.end <= f.at.start)
			s->found[kept++] = f;
		else if (s->found[kept - 1].rank < f.rank)
			s->found[kept - 1] = f;
	}
	return (uint32_t)kept;
}

int phi_scan(const struct tok_kernel *k, struct pattern_scratch *scratch, struct slice text,
	uint32_t types, struct arena *a, struct tok_phi **out, uint32_t *n)
{
	struct scan s = {.tables = phi_tables(),
		.scratch = scratch,
		.p = text.p,
		.n = text.n,
		.types = types,
		.arena = a};
	struct tok_bits bits;
	struct tok_doc masks = {.text = text};
	if (!s.tables || tok_classify(k, text, a, &bits) < 0)
		return LODE_NOMEM;
	if (text.n)
		walk(&s, &bits);
	if (s.has_failed || (s.n_found && tok_find_masks(&bits, a, &masks) < 0))
		return LODE_NOMEM;
	uint32_t kept = s.n_found ? settle(&s, &masks) : 0;
	struct tok_phi *list = arena_alloc(a, (kept ? kept : 1) * sizeof(*list));
	if (!list)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < kept; i++)
		list[i] = s.found[i].at;
	*out = list;
	*n = kept;
	return LODE_OK;
}
