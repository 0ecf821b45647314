/* Windows of made-up notes, subword by subword.  [[ ]] marks the mention. */
#include "tests/tokenizer/scanned.h"
#include "tests/tokenizer/small_vocabulary.h"

#include "scorer/window.h"

#include <ctype.h>

static const char words[] =
	" no| or| fever| chills| pmh|:|pmh| -|,|.| denies| mother| has| a|a| cough| asthma| gout| w| family| "
	"history";

/* A note whose mention is marked, scanned without the marks. */
struct marked {
	struct scanned scanned;
	struct buf text;
	struct mention_context mention;
};

static void marked_init(struct marked *m, const char *text)
{
	const char *open = strstr(text, "[["), *close = strstr(text, "]]");
	assert_true(open && close && open < close);
	*m = (struct marked){0};
	buf_put(&m->text, text, (size_t)(open - text));
	m->mention.start = (uint32_t)m->text.n;
	buf_put(&m->text, open + 2, (size_t)(close - open - 2));
	m->mention.end = (uint32_t)m->text.n;
	buf_put_str(&m->text, close + 2);
	scanned_init(&m->scanned, buf_slice(&m->text));
	m->mention.doc = &m->scanned.doc;
}

static void marked_finish(struct marked *m)
{
	scanned_finish(&m->scanned);
	buf_release(&m->text);
}

static void cut(const struct tok_vocabulary *v, struct marked *m, bool show, struct window *w)
{
	size_t used = m->scanned.arena.used;
	assert_int_equal(window_cut(v, &m->mention, show, &m->scanned.arena, w), LODE_OK);
	assert_int_equal(m->scanned.arena.used, used);
	assert_in_range(w->n, 1, WINDOW_SUBWORDS);
	assert_int_equal(w->ids[w->mark], TOK_SUB_MARK);
	assert_int_equal(w->ids[0], TOK_SUB_CLS);
	assert_int_equal(w->ids[1], TOK_SUB_SECTION + w->section);
	assert_int_equal(w->ids[w->n - 1], TOK_SUB_EOS);
}

static void expect_cut(const char *text, bool show, const char *want)
{
	struct tok_vocabulary *v = small_open(words);
	struct marked m;
	struct window w;
	struct buf got = {0};
	marked_init(&m, text);
	cut(v, &m, show, &w);
	for (unsigned i = 0; i < w.n; i++)
		small_say(v, w.ids[i], &got);
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	marked_finish(&m);
	tok_vocabulary_close(v);
}

static void expect(const char *text, const char *want)
{
	expect_cut(text, false, want);
}

static void the_mention_is_not_shown(void **state)
{
	(void)state;
	expect("Denies [[fever]], chills.",
		"[CLS] [none] _denies [M] [COND] [/M] , _chills . [EOS]");
	expect("[[Fever]]", "[CLS] [none] [M] [COND] [/M] [EOS]");
	expect("No [[asthma\nor gout]]", "[CLS] [none] _no [M] [COND] [/M] [EOS]");
}

static void it_is_shown_when_asked(void **state)
{
	(void)state;
	expect_cut("Denies [[Fever]], chills.", true,
		"[CLS] [none] _denies [M] _fever [/M] , _chills . [EOS]");
	expect_cut("Denies [[fever or\nzzzzzzzzzz]], chills.", true,
		"[CLS] [none] _denies [M] _fever _or [NL] _ z z z z z z z z [/M] , _chills . [EOS]");
}

static void list_items_know_their_section(void **state)
{
	(void)state;
	expect("PMH:\n- asthma\n- [[gout]]\n",
		"[CLS] [past_medical_history] [HDR] _pmh : [NL] [/HDR] _- _asthma [NL] _- [M] [COND] "
		"[/M] [NL] [EOS]");
	expect("PMH: none.\n\nFamily History: [[gout]]",
		"[CLS] [family_history] [HDR] _pmh : [/HDR] _no n e . [NL] [NL] [HDR] _family _history "
		": [/HDR] [M] [COND] [/M] [EOS]");
}

static void masks_stand_for_what_they_hide(void **state)
{
	(void)state;
	expect("On [**2143-5-2**] a [[fever]] w ___",
		"[CLS] [none] _o n [MASK:DATE] _a [M] [COND] [/M] _w [MASK] [EOS]");
}

static void a_mention_in_a_heading_leaves_its_borders(void **state)
{
	(void)state;
	expect("No\n[[PMH]]: gout",
		"[CLS] [past_medical_history] _no [NL] [HDR] [M] [COND] [/M] : [/HDR] _gout [EOS]");
	expect("No\n[[PMH:]] gout",
		"[CLS] [past_medical_history] _no [NL] [HDR] [M] [COND] [/M] [/HDR] _gout [EOS]");
}

static void a_word_in_part_is_hidden_whole(void **state)
{
	(void)state;
	expect("no [[fever]]s or", "[CLS] [none] _no [M] [COND] [/M] _or [EOS]");
	expect("no micro[[fever]] or", "[CLS] [none] _no [M] [COND] [/M] _or [EOS]");
	expect("mother's [[gout]]'s", "[CLS] [none] _mother ' s [M] [COND] [/M] [EOS]");
	expect("non-[[gout]]-a", "[CLS] [none] _no n - [M] [COND] [/M] - a [EOS]");
}

static void letters_of_several_bytes_are_whole(void **state)
{
	(void)state;
	expect("\xC3\x84 [[f\xC3\xA9ver]] \xC3\x85", "[CLS] [none] _a [M] [COND] [/M] _a [EOS]");
}

static void far_words_are_left_out(void **state)
{
	(void)state;
	struct buf text = {0}, want = {0};
	for (int i = 0; i < 50; i++)
		buf_put_str(&text, i == 13 ? "no " : "a ");
	buf_put_str(&text, "[[fever]]");
	for (int i = 0; i < 30; i++)
		buf_put_str(&text, i == 20 ? " no" : " a");
	buf_put_byte(&text, 0);
	buf_put_str(&want, "[CLS] [none]");
	for (int i = 0; i < WINDOW_LEFT_WORDS; i++)
		buf_put_str(&want, " _a");
	buf_put_str(&want, " [M] [COND] [/M]");
	for (int i = 0; i < WINDOW_RIGHT_WORDS; i++)
		buf_put_str(&want, " _a");
	buf_put(&want, " [EOS]", 7);
	expect(text.p, want.p);
	buf_release(&text);
	buf_release(&want);
}

/* 74 fit beside [CLS], the class, [M], [COND], [/M] and [EOS]. */
static void expect_sides(const char *left_word, int left, const char *right_word, int right,
	unsigned left_subwords, unsigned right_subwords)
{
	struct tok_vocabulary *v = small_open(words);
	struct buf text = {0};
	struct marked m;
	struct window w;
	for (int i = 0; i < left; i++)
		buf_put_str(&text, left_word);
	buf_put_str(&text, " [[fever]]");
	for (int i = 0; i < right; i++)
		buf_put_str(&text, right_word);
	buf_put_byte(&text, 0);
	marked_init(&m, text.p);
	cut(v, &m, false, &w);
	assert_int_equal(w.mark - 2, left_subwords);
	assert_int_equal(w.n - w.mark - 4, right_subwords);
	buf_release(&text);
	marked_finish(&m);
	tok_vocabulary_close(v);
}

static void the_left_is_cut_first_then_the_right(void **state)
{
	(void)state;
	expect_sides(" a", 36, " a", 20, 36, 20);
	expect_sides(" a:", 36, " a", 20, 54, 20);      /* 72 and 20: the left loses 18 */
	expect_sides(" a:", 36, " a:", 20, 36, 37);     /* begins with a word, not its colon */
	expect_sides(" 1234", 36, " 1234", 20, 35, 37); /* neither fits: both lose */
	expect_sides(" a", 5, " 1234", 20, 5, 69);
	expect_sides(" 1234", 36, " a", 5, 69, 5);
}

static void endless_words_do_not_cost(void **state)
{
	(void)state;
	struct tok_vocabulary *v = small_open(words);
	struct buf text = {0};
	struct marked m;
	struct window w;
	buf_put_str(&text, "no ");
	for (int i = 0; i < 300000; i++)
		buf_put_str(&text, "\xC3\xA4");
	buf_put_str(&text, " [[fever]] ");
	for (int i = 0; i < 300000; i++)
		buf_put_str(&text, i % 2 ? "-" : "\xC3\xA4");
	buf_put_byte(&text, 0);
	marked_init(&m, text.p);
	m.scanned.arena.limit = m.scanned.arena.used + (64 << 10);
	cut(v, &m, false, &w);
	cut(v, &m, true, &w);
	assert_int_equal(w.n, WINDOW_SUBWORDS);
	buf_release(&text);
	marked_finish(&m);
	tok_vocabulary_close(v);
}

static void a_full_arena_is_said(void **state)
{
	(void)state;
	struct tok_vocabulary *v = small_open(words);
	struct marked m;
	struct window w;
	marked_init(&m, "no [[fever]]");
	m.scanned.arena.limit = m.scanned.arena.used + 16;
	assert_int_equal(window_cut(v, &m.mention, false, &m.scanned.arena, &w), LODE_NOMEM);
	assert_int_equal(m.scanned.arena.used, m.scanned.arena.limit - 16);
	marked_finish(&m);
	tok_vocabulary_close(v);
}

/* ---- whatever the mention is, a hidden window is the same ---- */

static void hidden_with(const struct tok_vocabulary *v, const char *before, const char *mention,
	const char *after, struct window *w)
{
	struct buf text = {0};
	struct marked m;
	buf_printf(&text, "%s[[%s]]%s", before, mention, after);
	buf_put_byte(&text, 0);
	marked_init(&m, text.p);
	memset(w, 0, sizeof(*w));
	cut(v, &m, false, w);
	buf_release(&text);
	marked_finish(&m);
}

static void a_hidden_mention_leaves_no_trace(void **state)
{
	(void)state;
	static const char *const mentions[] = {"gout", "GOUT", "Gout", "asthma or cough", "x",
		"congestive heart failure with 3 things", "\xC3\x96\xC3\x84", "h/o gout", "'gout'"};
	static const char *const around[][2] = {{"no ", " or"}, {"No evidence of ", ", chills."},
		{"mother (", ") a"}, {"a\n- ", "\n- no"}, {"a/", "/no"}, {"", ""}, {"un", "s no"}};
	struct tok_vocabulary *v = small_open(words);
	for (size_t k = 0; k < sizeof(around) / sizeof(around[0]); k++) {
		struct window first, other;
		hidden_with(v, around[k][0], mentions[0], around[k][1], &first);
		for (size_t i = 1; i < sizeof(mentions) / sizeof(mentions[0]); i++) {
			hidden_with(v, around[k][0], mentions[i], around[k][1], &other);
			assert_memory_equal(&first, &other, sizeof(first));
		}
	}
	tok_vocabulary_close(v);
}

static void random_mentions_give_whole_windows(void **state)
{
	(void)state;
	static const char *const bits[] = {"no ", "Fever", " ", "\n", "PMH: ", "___", "[**Name**]",
		"1234", "\xC3\xA9", "xxxxxxxxxxxxxxxxxxxxxxxxxxx", "- ", "w/o ", ". "};
	struct tok_vocabulary *v = small_open(words);
	unsigned seed = 11;
	for (int i = 0; i < 2000; i++) {
		struct marked m = {0};
		struct window w;
		unsigned n = 1 + (unsigned)rand_r(&seed) % 200;
		for (unsigned k = 0; k < n; k++)
			buf_put_str(&m.text,
				bits[(unsigned)rand_r(&seed) % (sizeof(bits) / sizeof(bits[0]))]);
		scanned_init(&m.scanned, buf_slice(&m.text));
		m.mention.doc = &m.scanned.doc;
		uint32_t a = (uint32_t)rand_r(&seed) % (uint32_t)(m.text.n + 1);
		uint32_t b = a + (uint32_t)rand_r(&seed) % 30;
		b = b > m.text.n ? (uint32_t)m.text.n : b;
		while (a > 0 && a < m.text.n && ((unsigned char)m.text.p[a] & 0xC0) == 0x80)
			a--;
		while (b < m.text.n && ((unsigned char)m.text.p[b] & 0xC0) == 0x80)
			b++;
		m.mention.start = a;
		m.mention.end = b;
		cut(v, &m, i % 2, &w);
		marked_finish(&m);
	}
	tok_vocabulary_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mention_is_not_shown),
		cmocka_unit_test(it_is_shown_when_asked),
		cmocka_unit_test(list_items_know_their_section),
		cmocka_unit_test(masks_stand_for_what_they_hide),
		cmocka_unit_test(a_mention_in_a_heading_leaves_its_borders),
		cmocka_unit_test(a_word_in_part_is_hidden_whole),
		cmocka_unit_test(letters_of_several_bytes_are_whole),
		cmocka_unit_test(far_words_are_left_out),
		cmocka_unit_test(the_left_is_cut_first_then_the_right),
		cmocka_unit_test(endless_words_do_not_cost),
		cmocka_unit_test(a_full_arena_is_said),
		cmocka_unit_test(a_hidden_mention_leaves_no_trace),
		cmocka_unit_test(random_mentions_give_whole_windows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
