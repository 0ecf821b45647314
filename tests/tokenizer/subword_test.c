/* Texts to subwords and back; vocabularies that are refused are in vocabulary_test. */
#include "tests/tokenizer/scanned.h"
#include "tests/tokenizer/small_vocabulary.h"

#include "tokenizer/normal.h"

static const char words[] =
	" no| fever| chills| pmh|:| -|,|.| denies| pt| don|'t| mother| o|ae| the";

static void say_all(
	const struct tok_vocabulary *v, const struct tok_subword *p, uint32_t n, struct buf *to)
{
	for (uint32_t i = 0; i < n; i++)
		small_say(v, p[i].id, to);
	buf_put_byte(to, 0);
}

static void expect_part(const char *text, uint32_t start, uint32_t end, const char *want)
{
	struct tok_vocabulary *v = small_open(words);
	struct scanned s;
	struct tok_subword *p;
	struct buf got = {0};
	uint32_t n;
	scanned_init(&s, slice_str(text));
	assert_int_equal(tok_subwords(v, &s.doc, start, end, &s.arena, &p, &n), LODE_OK);
	say_all(v, p, n, &got);
	assert_string_equal(got.p, want);
	buf_release(&got);
	scanned_finish(&s);
	tok_vocabulary_close(v);
}

static void expect(const char *text, const char *want)
{
	expect_part(text, 0, (uint32_t)strlen(text), want);
}

static void a_word_carries_its_blank(void **state)
{
	(void)state;
	expect("The pt denies fever,chills.", "_the _pt _denies _fever , c h i l l s .");
	expect("no   fever\t chills  ", "_no _fever _chills");
	expect("", "");
	expect("  ", "");
}

static void letters_are_small_and_bare(void **state)
{
	(void)state;
	expect("FEVER F\xC3\x89VER", "_fever _fever");
	expect("n\xC3\xB6 \xC3\x86", "_no _ ae");
	expect("na\xCC\x88", "_n a"); /* a combining mark */
}

static void signs_have_ascii_twins(void **state)
{
	(void)state;
	expect("don\xE2\x80\x99t don't", "_don 't _don 't");
	expect("no \xE2\x80\x93 \xE2\x80\x9Cno", "_no _- _ \" n o");
	expect("no\xC2\xA0no", "_no _no");
	expect("\xE2\x89\xA5", "_ <e2> <89> <a5>");
}

static void digits_are_single(void **state)
{
	(void)state;
	expect("120/80 x2", "_ 1 2 0 / 8 0 _ x 2");
	expect("10\xC2\xB2", "_ 1 0 2");
}

static void shorthand_is_whole(void **state)
{
	(void)state;
	expect("fever (-) chills(+)", "_fever _(-) _chills (+)");
	expect("W/O s/p h/o R/O c/o F/H", "_w/o _s/p _h/o _r/o _c/o _f/h");
	expect("65y/o", "_ 6 5 y/o");
	expect("w/fever w/ fever", "_w/ f e v e r _w/ _fever");
	expect("HIV-ve \xE2\x88\x92ve +ve", "_ h i v -ve _-ve _+ve");
	expect("five-vein", "_f i v e - v e i n");
	expect("and/or w/other pts/phone", "_ a n d / o r _w/ o t h e r _pt s / p h o n e");
}

static void lines_and_headings_are_specials(void **state)
{
	(void)state;
	expect("no\nfever\r\n\r\n\n chills\n", "_no [NL] _fever [NL] [NL] _chills [NL]");
	expect("PMH: no fever", "[HDR] _pmh : [/HDR] _no _fever");
	expect("no\nPMH:no", "_no [NL] [HDR] _pmh : [/HDR] _no");
	expect("no\n- fever", "_no [NL] _- _fever");
}

static void masks_are_typed(void **state)
{
	(void)state;
	expect("no [**2143-5-2**], ___", "_no [MASK:DATE] , [MASK]");
	expect("<NAME> denies **INSTITUTION", "[MASK:NAME] _denies [MASK:PLACE]");
}

/* Wherever it is cut, a part says what it says in the whole. */
static void a_part_is_read_as_in_the_whole(void **state)
{
	(void)state;
	const char text[] = "no fever, (chills)\nno";
	expect_part(text, 2, 8, "_fever");
	expect_part(text, 3, 8, "_fever");
	expect_part(text, 8, 18, ", _ ( c h i l l s )");
	expect_part(text, 11, 17, "c h i l l s");
	expect_part(text, 19, 21, "_no");
	expect_part("PMH: no", 5, 7, "_no");
	expect_part("PMH: no", 4, 7, "[/HDR] _no");
	expect_part("PMH: no", 2, 7, "h : [/HDR] _no");
	expect_part("no [**2143-5-2**] no", 6, 10, "[MASK:DATE]");
}

static void long_words_are_cut(void **state)
{
	(void)state;
	struct tok_vocabulary *v = small_open(words);
	struct scanned s;
	char text[1001] = "";
	struct tok_subword *p;
	uint32_t n;
	memset(text, 'x', 1000);
	scanned_init(&s, slice_str(text));
	assert_int_equal(tok_subwords(v, &s.doc, 0, 1000, &s.arena, &p, &n), LODE_OK);
	assert_int_equal(n, 1001); /* and the blank in front */
	struct tok_piece *pieces;
	assert_int_equal(tok_pieces(&s.doc, 0, 1000, &s.arena, &pieces, &n), LODE_OK);
	assert_int_equal(n, 16); /* 63 + 15 * 64 > 1000 */
	assert_int_equal(pieces[0].text.n, TOK_PIECE_MAX);
	scanned_finish(&s);
	tok_vocabulary_close(v);
}

static void a_full_arena_is_said(void **state)
{
	(void)state;
	struct tok_vocabulary *v = small_open(words);
	struct scanned s;
	struct tok_subword *p;
	struct arena small;
	uint32_t n;
	scanned_init(&s, SLICE("no fever no fever no fever no fever no fever xxxxxxxxxxxxxxxxx"));
	arena_init(&small, 256);
	assert_int_equal(tok_subwords(v, &s.doc, 0, 40, &small, &p, &n), LODE_NOMEM);
	arena_release(&small);
	scanned_finish(&s);
	tok_vocabulary_close(v);
}

/* ---- there and back ---- */

/* What the subwords' texts must be, end to end, code point by code point and knowing nothing of pieces:
 * signs of a text without headings, masks and tabs. */
static void put_folded(struct buf *to, uint32_t cp, bool *is_blank)
{
	char room[4];
	struct tok_fold f = tok_fold(cp);
	if (cp == ' ' || cp == '\n' || f.class == FOLD_DROP) {
		*is_blank = *is_blank || f.class != FOLD_DROP;
		return;
	}
	if (*is_blank)
		buf_put_byte(to, ' ');
	*is_blank = false;
	if (f.class == FOLD_WORD)
		buf_put(to, f.bytes, f.n);
	else if (f.class == FOLD_JOIN)
		buf_put_byte(to, '\'');
	else
		buf_put(to, room, tok_encode(cp, room));
}

static void random_text(struct buf *to, unsigned *seed)
{
	static const char *const bits[] = {"a", "B", "fever", " ", "  ", "no", "\xC3\xA9",
		"\xC3\x86", "\xE2\x80\x99", "'", "(-)", "w/o", "-ve", "1", "\xC2\xBD", "\xCC\x81",
		"\n", ".", ",", "\xCE\xA9", "\xE6\xBC\xA2", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"\xEF\xAC\x81", "/"};
	unsigned n = (unsigned)rand_r(seed) % 60;
	buf_clear(to);
	for (unsigned i = 0; i < n; i++)
		buf_put_str(to, bits[(unsigned)rand_r(seed) % (sizeof(bits) / sizeof(bits[0]))]);
}

static void check_back(const struct tok_vocabulary *v, const struct tok_doc *d, struct arena *a)
{
	struct buf got = {0}, want = {0};
	struct tok_subword *p;
	bool is_blank = true;
	uint32_t n, at = 0;
	unsigned width;
	assert_int_equal(tok_subwords(v, d, 0, (uint32_t)d->text.n, a, &p, &n), LODE_OK);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(p[i].start, at);
		assert_true(p[i].end >= at);
		at = p[i].end;
		buf_put_slice(&got, tok_subword_text(v, p[i].id));
	}
	assert_true(n == 0 || at == d->text.n);
	for (size_t i = 0; i < d->text.n; i += width)
		put_folded(&want, tok_decode(d->text.p + i, &width), &is_blank);
	/* Blanks before a line end are the line end's: [NL] stands for no text. */
	assert_int_equal(got.n, want.n);
	assert_true(slice_eq(buf_slice(&got), buf_slice(&want)));
	buf_release(&got);
	buf_release(&want);
}

static void texts_come_back_in_small_letters(void **state)
{
	(void)state;
	struct tok_vocabulary *v = small_open(words);
	struct buf text = {0};
	unsigned seed = 7;
	for (int i = 0; i < 3000; i++) {
		struct scanned s;
		random_text(&text, &seed);
		scanned_init(&s, buf_slice(&text));
		s.doc.n_sections = 0;
		check_back(v, &s.doc, &s.arena);
		scanned_finish(&s);
	}
	buf_release(&text);
	tok_vocabulary_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_carries_its_blank),
		cmocka_unit_test(letters_are_small_and_bare),
		cmocka_unit_test(signs_have_ascii_twins),
		cmocka_unit_test(digits_are_single),
		cmocka_unit_test(shorthand_is_whole),
		cmocka_unit_test(lines_and_headings_are_specials),
		cmocka_unit_test(masks_are_typed),
		cmocka_unit_test(a_part_is_read_as_in_the_whole),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(a_full_arena_is_said),
		cmocka_unit_test(texts_come_back_in_small_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
