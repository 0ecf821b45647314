/* Offsets of evidence in both units: random UTF-8 notes of many scripts with names planted at places
 * that the generator wrote down, in bytes and in code points, while it wrote the note.
 *
 * chart_find must report those places and no others; tok_cp_count must turn its bytes into the
 * code points that were written down, and a walk of our own must turn those back into the bytes.
 * Argument: how many places to check (default 100,000). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/search_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NOTES = 100, TEXT_MAX = 6000, PLANTS = 200 };

static unsigned seed;
static unsigned long goal = 100000, checked, notes_seen;

static unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}
#define PICK(list) ((list)[pick(sizeof(list) / sizeof(*(list)))])

/* ---- notes that know where their names are ---- */

/* Every name has the letter q and no filler has, so that nothing matches by chance.  '~' stands
 * where a gap of the note's own choice goes. */
static const char *const names[] = {
	"quivane", "naïqve", "жаqоба", "quartz~veil", "αqβ~orm~ïld", "laqué"};
enum { NAMES = sizeof(names) / sizeof(*names) };
static const char *const gaps[] = {" ", "  ", "\n", "-", "\xe2\x80\x93", "/", "\xc2\xa0", " \r\n"};
static const char *const seams[] = {" ", "\n", ". ", ", ", " (", ") ", "; ", ".\r\n\r\n",
	" \xf0\x9f\xab\x80 ", " \xe2\x80\xa6 ", "\t"};
static const char *const letters[] = {"a", "e", "n", "r", "t", "é", "ü", "ß", "ø", "λ", "π", "д",
	"ы", "漢", "字", "か", "ש", "ل", "a\xcc\x81", "\xef\xac\x81", "\xf0\x9d\x92\xb3", "ｗ",
	"ไ"};

struct plant {
	uint32_t start, end, start_cp, end_cp, name;
};

struct note {
	char id[16], text[TEXT_MAX];
	size_t n, cp;
	struct plant plants[PLANTS];
	uint32_t n_plants;
};

static struct note notes[NOTES];

/* Code points are counted by what is put, never by looking at the text again. */
static void put(struct note *note, const char *s)
{
	for (; *s; s++) {
		note->text[note->n++] = *s;
		note->cp += ((unsigned char)*s & 0xc0) != 0x80;
	}
}

static void put_filler(struct note *note)
{
	for (unsigned i = pick(9) + 1; i > 0; i--)
		put(note, PICK(letters));
}

static void put_name(struct note *note)
{
	struct plant *p = &note->plants[note->n_plants++];
	*p = (struct plant){(uint32_t)note->n, 0, (uint32_t)note->cp, 0, pick(NAMES)};
	for (const char *s = names[p->name]; *s; s++)
		put(note, *s == '~' ? PICK(gaps) : (char[2]){*s});
	p->end = (uint32_t)note->n;
	p->end_cp = (uint32_t)note->cp;
}

static void fill(struct note *note, unsigned number)
{
	size_t most = pick(8) ? 500 + pick(TEXT_MAX - 1000) : 120;
	note->n = note->cp = note->n_plants = 0;
	snprintf(note->id, sizeof(note->id), "n%u", number);
	while (note->n + 200 < most) {
		if (pick(3) == 0 && note->n_plants < PLANTS)
			put_name(note);
		else
			put_filler(note);
		put(note, PICK(seams));
	}
	if (note->n_plants < PLANTS)
		put_name(note); /* at the very end */
}

/* ---- what chart_find says of them ---- */

/* Byte offset of a code point: the slow way, on purpose. */
static uint32_t byte_of(const struct note *note, uint32_t cp)
{
	uint32_t at = 0;
	for (; at < note->n; at++)
		if (((unsigned char)note->text[at] & 0xc0) != 0x80 && cp-- == 0)
			break;
	return at;
}

static void check_hit(const struct note *note, const struct hit *h, const struct plant *p)
{
	assert_int_equal(h->start, p->start);
	assert_int_equal(h->end, p->end);
	assert_int_equal(h->name, p->name);
	assert_int_equal(tok_cp_count(slice_of(note->text, h->start)), p->start_cp);
	assert_int_equal(tok_cp_count(slice_of(note->text, h->end)), p->end_cp);
	assert_int_equal(byte_of(note, p->start_cp), h->start);
	assert_int_equal(byte_of(note, p->end_cp), h->end);
	checked++;
}

static int compare(void *arg, const struct note_view *v, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	const struct note *note = &notes[atoi(v->note_id.p + 1)];
	assert_int_equal(v->text_bytes, note->n);
	assert_int_equal(v->text_cp, note->cp);
	assert_memory_equal(doc->text.p, note->text, note->n);
	if (n_hits != note->n_plants)
		fail_msg("note %s: %u found, %u planted", note->id, n_hits, note->n_plants);
	for (uint32_t i = 0; i < n_hits; i++)
		check_hit(note, &hits[i], &note->plants[i]);
	notes_seen++;
	return 0;
}

static void find_all(struct test_chart *t)
{
	struct name asked[NAMES];
	char text[NAMES][64];
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(text[i], sizeof(text[i]), "%s", names[i]);
		for (char *p = text[i]; (p = strchr(p, '~')) != NULL;)
			*p = ' ';
		asked[i] = (struct name){.text = slice_str(text[i]), .via = VIA_EXACT};
	}
	struct names all = {.at = asked, .n = NAMES};
	struct arena scratch;
	struct search_counts counts;
	arena_init(&scratch, 64 << 20);
	int rc = chart_find(t->chart, &all, NULL, t->tokenizer, NULL, &scratch, compare, NULL,
		&counts, &t->err);
	if (rc < 0)
		fail_msg("%s", t->err.text);
	assert_true(counts.complete);
	arena_release(&scratch);
}

static void every_planted_place_is_found_and_its_offsets_round_trip(void **state)
{
	const char *given = getenv("LODESTONE_TEST_SEED");
	seed = given ? (unsigned)atoi(given) : (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	while (checked < goal) {
		struct test_chart t;
		unsigned with_names = 0;
		test_chart_init(&t);
		for (unsigned i = 0; i < NOTES; i++) {
			fill(&notes[i], i);
			with_names += notes[i].n_plants > 0;
			test_chart_add(&t, notes[i].id, "", slice_of(notes[i].text, notes[i].n));
		}
		test_chart_commit(&t);
		test_chart_open(&t);
		notes_seen = 0;
		find_all(&t);
		assert_int_equal(notes_seen, with_names);
		test_chart_close(&t);
		test_chart_finish(&t);
	}
	print_message("%lu places, both units\n", checked);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_planted_place_is_found_and_its_offsets_round_trip)};
	if (argc > 1)
		goal = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
