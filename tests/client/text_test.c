/* Answers as a person sees them: golden text. */
#include "base/arena.h"
#include "client/ask.h"
#include "client/client.h"
#include "client/layout.h"
#include "client/search.h"
#include "client/show.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct look wide = {.width = 0};
static const struct look narrow = {.width = 60};
static const struct look colour = {.colour = true};

/* The printed form of json with ' for ", or aborts the test. */
static const char *printed(const char *quoted, struct buf *out, const struct look *look,
	void (*print)(struct buf *out, const struct look *look, const struct json *answer))
{
	struct arena arena;
	struct json *answer = NULL;
	struct err e = {0};
	struct buf text = {0};
	arena_init(&arena, 1 << 20);
	buf_clear(out);
	buf_put_str(&text, quoted);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			text.p[i] = '"';
	int rc = json_parse(buf_slice(&text), &arena, &answer, &e);
	if (rc)
		fail_msg("the test's own JSON: %s", e.text);
	print(out, look, answer);
	buf_put_byte(out, 0);
	buf_release(&text);
	arena_release(&arena);
	return out->p;
}

static void ask_plain(struct buf *out, const struct look *look, const struct json *answer)
{
	ask_text(out, look, answer, false);
}

static void ask_why(struct buf *out, const struct look *look, const struct json *answer)
{
	ask_text(out, look, answer, true);
}

#define AXES(negation, certainty, temporality)                                         \
	"'negation':{'value':'" negation "','p':0.9},'certainty':{'value':'" certainty \
	"','p':0.8},'experiencer':{'value':'patient','p':0.99},"                       \
	"'temporality':{'value':'" temporality "','p':0.7},"

static const char present[] =
	"{'patient':'p07','condition':'pheochromocytoma','verdict':'present','basis':'confirmed',"
	"'bases':['confirmed','suspected_only'],'probability':0.97,'mentions':3,'independent':2,"
	"'names':[{'text':'pheochromocytoma','via':'exact'},{'text':'PCC','via':'abbreviation'}],"
	"'evidence':["
	"{'note':'n0118','type':'Discharge summary','date':'2143-05-02',"
	"'section':'past_medical_history','start':2210,'end':2226,'quote':'pheochromocytoma',"
	"'text':'s/p resection of pheochromocytoma in 2139, on lifelong metanephrine checks',"
	"'text_start':2193," AXES("affirmed", "certain",
		"historical") "'assertion':'present',"
			      "'p_present':0.98,'evidence_class':'confirmation',"
			      "'cue':{'text':'s/p','start':2193,'end':2196,'kind':'historical'},'via':'exact',"
			      "'mask_overlap':false,'copy_of':null},"
			      "{'note':'n0131','type':'Progress note','date':'2143-05-09','section':'assessment',"
			      "'start':804,'end':820,'quote':'pheochromocytoma',"
			      "'text':'recurrent pheochromocytoma cannot be excluded','text_start':794," AXES(
				      "affirmed", "possible",
				      "recent") "'assertion':'possible','p_present':0.61,"
						"'evidence_class':'mention','cue':null,'via':'exact','mask_overlap':false,'copy_of':null},"
						"{'note':'n0140','type':null,'date':null,'section':'none','start':0,'end':3,'quote':'PCC',"
						"'text':'PCC s/p resection','text_start':0," AXES(
							"affirmed", "certain",
							"historical") "'assertion':'present','p_present':0.98,'evidence_class':'confirmation','cue':null,"
								      "'via':'abbreviation','mask_overlap':true,'copy_of':'n0118'}],"
								      "'search':{'rounds':[{'round':1,'mentions':3}],'chunks_total':900,'chunks_matched':3,"
								      "'mentions_scored':3,'notes_total':412,'notes_searched':412,'complete':true},"
								      "'contradictions':[],'index_revision':9,'model':'rules','scorer':{'tokens':412,'active_fraction':[0.0312,0.0045]},"
								      "'elapsed_us':{'retrieve':2000,'decide':100,'total':3100}}";

static void present_reads_as_designed(void **state)
{
	struct buf out = {0};
	assert_string_equal(printed(present, &out, &wide, ask_plain),
		"PRESENT 0.97   pheochromocytoma   confirmed (also suspected only)   "
		"3 mentions, 2 independent   412 notes, all searched   3.1 ms\n"
		"\n"
		"  2143-05-02  Discharge summary / PAST MEDICAL HISTORY   n0118:2210-2226   "
		"present, historical  0.98\n"
		"    s/p resection of [pheochromocytoma] in 2139, on lifelong metanephrine checks\n"
		"  2143-05-09  Progress note / ASSESSMENT                 n0131:804-820     "
		"possible             0.61\n"
		"    recurrent [pheochromocytoma] cannot be excluded\n"
		"                                                         n0140:0-3         "
		"present, historical  0.98   via abbreviation, overlaps a mask, copy of n0118\n"
		"    [PCC] s/p resection\n");
	buf_release(&out);
}

static void a_narrow_terminal_breaks_between_parts(void **state)
{
	struct buf out = {0};
	const char *text = printed(present, &out, &narrow, ask_plain);
	assert_non_null(strstr(text, "PRESENT 0.97   pheochromocytoma\n"
				     "  confirmed (also suspected only)\n"
				     "  3 mentions, 2 independent   412 notes, all searched\n"
				     "  3.1 ms\n"));
	assert_non_null(
		strstr(text, "  2143-05-02  Discharge summary / PAST MEDICAL HISTORY\n"
			     "      n0118:2210-2226   present, historical  0.98\n"
			     "    s/p resection of [pheochromocytoma] in 2139, on lifelong\n"
			     "    metanephrine checks\n"));
	assert_non_null(strstr(text, "excluded\n      n0140:0-3         present, historical"));
	for (const char *p = text; *p;) {
		const char *end = strchr(p, '\n');
		assert_true(end - p <= 60);
		assert_true(end == p || end[-1] != ' ');
		p = end + 1;
	}
	buf_release(&out);
}

static void why_shows_axes_cue_names_and_times(void **state)
{
	struct buf out = {0};
	const char *text = printed(present, &out, &wide, ask_why);
	assert_non_null(
		strstr(text, "      affirmed 0.90, certain 0.80, patient 0.99, historical 0.70; "
			     "cue \"s/p\" (historical)\n"));
	assert_non_null(strstr(text, "  names     pheochromocytoma, PCC (abbreviation)\n"));
	assert_non_null(
		strstr(text, "  time      retrieve 2.0 ms, decide 0.10 ms, total 3.1 ms\n"));
	assert_non_null(strstr(text, "  model     rules, index revision 9\n"));
	assert_non_null(strstr(
		text, "  active    3.12, 0.45 % of the hidden units, by layer, on 412 subwords\n"));
	buf_release(&out);
}

static void colour_marks_verdict_and_quote(void **state)
{
	struct buf out = {0};
	const char *text = printed(present, &out, &colour, ask_plain);
	assert_memory_equal(text, "\x1b[1;32mPRESENT 0.97\x1b[0m   ", 24);
	assert_non_null(strstr(text, "of \x1b[1m[pheochromocytoma]\x1b[0m in"));
	buf_release(&out);
}

static void not_mentioned_names_what_was_tried(void **state)
{
	struct buf out = {0};
	assert_string_equal(
		printed("{'verdict':'not_mentioned','basis':'none_found','probability':0,"
			"'names':[{'text':'gout','via':'exact'},{'text':'podagra','via':'synonym'}],"
			"'evidence':[],'mentions':0,'search':{'notes_total':412,"
			"'notes_searched':412,'complete':true},'elapsed_us':{'total':2400}}",
			&out, &wide, ask_plain),
		"NOT MENTIONED under these 2 names: gout, podagra (synonym)\n"
		"  412 notes, all searched   2.4 ms\n");
	buf_release(&out);
}

static void incomplete_is_loud(void **state)
{
	struct buf out = {0};
	assert_string_equal(
		printed("{'condition':'gout','verdict':'uncertain','basis':'incomplete',"
			"'probability':0,'names':[],'evidence':[],'mentions':0,"
			"'search':{'notes_total':1412,'notes_searched':400,'complete':false,"
			"'why':'3 segments are damaged'},'elapsed_us':{'total':240}}",
			&out, &wide, ask_plain),
		"UNCERTAIN 0.00   gout   incomplete   0 mentions   "
		"only 400 of 1,412 notes searched   0.24 ms\n"
		"INCOMPLETE: 3 segments are damaged\n");
	assert_non_null(strstr(printed("{'verdict':'absent'}", &out, &wide, ask_plain),
		"INCOMPLETE: the daemon does not say"));
	buf_release(&out);
}

static void contradictions_and_withheld_evidence_are_told(void **state)
{
	struct buf out = {0};
	const char *text = printed(
		"{'condition':'DVT','verdict':'uncertain','basis':'conflicting','probability':0.5,"
		"'mentions':9,'independent':9,'evidence':[{'note':'n1','start':1,'end':2,"
		"'quote':'x','text':'y','text_start':1,'assertion':'associated_with_someone_else'}],"
		"'search':{'notes_total':5,'notes_in_scope':2,'notes_searched':2,'complete':true},"
		"'contradictions':[{'affirmed':{'note':'n1','date':'2143-01-01','start':1,'end':2},"
		"'denied':{'note':'n2','start':5,'end':6}}]}",
		&out, &wide, ask_plain);
	assert_string_equal(text,
		"UNCERTAIN 0.50   DVT   conflicting   9 mentions, 9 independent   "
		"2 of 5 notes in scope, all searched\n"
		"\n"
		"  n1:1-2   associated with someone else\n"
		"    [x]\n" /* the quote is not where the text has it */
		"  ... and 8 more\n"
		"\n"
		"  CONTRADICTION: affirmed 2143-01-01 n1:1-2, denied n2:5-6\n");
	buf_release(&out);
}

static void nothing_in_an_answer_reaches_the_terminal_raw(void **state)
{
	struct buf out = {0};
	const char *text = printed(
		"{'condition':'\\u001b[2J','verdict':'pres\\u009bent','basis':'\\u202ex',"
		"'bases':['\\u0007'],'probability':1,'mentions':1,"
		"'names':[{'text':'\\u001b','via':'\\u001b'}],"
		"'evidence':[{'note':'\\u001bn','date':'\\u200f','type':'\\u2066','section':'\\u0007',"
		"'start':1,'end':2,'quote':'\\u001b','text':'a\\u001bb\\u2028','text_start':0,"
		"'assertion':'\\u001b','via':'\\u001b','copy_of':'\\u001b',"
		"'temporality':{'value':'\\u001b'},'cue':{'text':'\\u001b','kind':'\\u001b'}}],"
		"'search':{'complete':false,'why':'\\u001b','rounds':[{'\\u001b':'\\u202e'}]},"
		"'contradictions':[{'affirmed':{'note':'\\u001b','date':'\\u001b'},"
		"'denied':{'note':'\\u001b'}}],'model':'\\u001b','elapsed_us':{'\\u001b':1}}",
		&out, &wide, ask_why);
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
	assert_null(strstr(text, "\xe2\x80"));
	assert_null(strstr(text, "\xc2\x9b"));
	assert_non_null(strstr(text, "a[\\x1b]b<U+2028>"));
	buf_release(&out);
}

static void odd_answers_do_not_break_the_layout(void **state)
{
	static const char *const odd[] = {"{}", "[]", "null", "'x'",
		"{'evidence':[1,null,[],{}],'names':[1,{}],'search':[],'mentions':-1,"
		"'contradictions':[1,{}],'elapsed_us':{'total':'x'},'probability':'x'}",
		"{'evidence':{},'mentions':1e300,'elapsed_us':1e300,'search':{'notes_total':-5}}",
		"{'verdict':'present','evidence':[{'quote':'abc','text':'abc','start':9e15,'end':1,"
		"'text_start':0}]}"};
	struct buf out = {0};
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_true(strlen(printed(odd[i], &out, &wide, ask_why)) > 0);
		assert_true(strlen(printed(odd[i], &out, &narrow, search_text)) > 0);
	}
	buf_release(&out);
}

static int exit_of(const char *quoted, int (*of)(const struct json *))
{
	struct arena arena;
	struct json *answer = NULL;
	char text[256];
	arena_init(&arena, 1 << 16);
	strncpy(text, quoted, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	assert_int_equal(json_parse(slice_str(text), &arena, &answer, NULL), 0);
	int code = of(answer);
	arena_release(&arena);
	return code;
}

static void each_verdict_has_its_exit_code(void **state)
{
	assert_int_equal(exit_of("{'verdict':'present'}", ask_verdict_exit), 0);
	assert_int_equal(exit_of("{'verdict':'not_mentioned'}", ask_verdict_exit), 1);
	assert_int_equal(exit_of("{'verdict':'absent','basis':'denied'}", ask_verdict_exit), 10);
	assert_int_equal(
		exit_of("{'verdict':'absent','basis':'family_only'}", ask_verdict_exit), 11);
	assert_int_equal(
		exit_of("{'verdict':'absent','basis':'hypothetical_only'}", ask_verdict_exit), 12);
	assert_int_equal(exit_of("{'verdict':'uncertain'}", ask_verdict_exit), 13);
	assert_int_equal(exit_of("{'verdict':'maybe'}", ask_verdict_exit), 2);
	assert_int_equal(exit_of("{}", ask_verdict_exit), 2);
}

static void no_hit_is_only_believed_of_a_complete_search(void **state)
{
	assert_int_equal(exit_of("{'hits':[{}],'search':{'complete':false}}", search_exit), 0);
	assert_int_equal(exit_of("{'hits':[],'search':{'complete':true}}", search_exit), 1);
	assert_int_equal(exit_of("{'hits':[],'search':{'complete':false}}", search_exit), 2);
	assert_int_equal(exit_of("{}", search_exit), 2);
}

static void hits_show_their_matches(void **state)
{
	struct buf out = {0};
	assert_string_equal(
		printed("{'query':'chest pain','matched':57,'hits':[{'note':'n2','date':'2143-05-02',"
			"'type':'ED note','section':'chief_complaint','start':100,'end':127,"
			"'chunk_start':100,'chunk_end':127,'score':3.214,"
			"'text':'Chest pain, no more\\nchest x','matches':[{'start':100,'end':105},"
			"{'start':106,'end':110},{'start':120,'end':125},{'start':90,'end':95},"
			"{'start':120,'end':900}]}],"
			"'search':{'notes_total':1,'notes_searched':1,'complete':true},"
			"'elapsed_us':{'total':812}}",
			&out, &wide, search_text),
		"1 of 57 hits   chest pain   1 note, all searched   0.81 ms\n"
		"\n"
		"  2143-05-02  ED note / CHIEF COMPLAINT   n2:100-127  score 3.21\n"
		"    [Chest] [pain], no more [chest] x\n");
	buf_release(&out);
}

static void expect_shown(struct slice text, const struct print_mark *mark, const char *want)
{
	struct buf out = {0};
	show_text(&out, &wide, text, mark);
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, want);
	buf_release(&out);
}

static void notes_show_the_offset_of_each_line(void **state)
{
	expect_shown(SLICE("PMH:\r\n\tDM2\x1b\n\nend"), NULL,
		"       0  PMH:\n       6          DM2\\x1b\n      12  \n      13  end\n");
	expect_shown(SLICE(""), NULL, "");
}

static void spans_stand_in_brackets_wherever_they_end(void **state)
{
	struct print_mark all = {0, 8}, middle = {4, 7}, across = {2, 5}, half = {1, 2};
	expect_shown(SLICE("abc\ndef\n"), &all, "       0  [abc\n       4  def]\n");
	expect_shown(SLICE("abc\ndef\n"), &middle, "       0  abc\n       4  [def]\n");
	expect_shown(SLICE("abc\ndef\n"), &across, "       0  ab[c\n       4  d]ef\n");
	expect_shown(SLICE("é!"), &half, "       0  é[]!\n");
}

static void a_span_is_shown_with_its_surroundings_only(void **state)
{
	struct buf text = {0}, out = {0};
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "line %04d\n", i);
	struct print_mark mark = {5000, 5004};
	show_text(&out, &wide, buf_slice(&text), &mark);
	buf_put_byte(&out, 0);
	assert_non_null(strstr(out.p, "    5000  [line] 0500\n"));
	assert_non_null(strstr(out.p, "line 0460\n"));
	assert_null(strstr(out.p, "line 0459\n"));
	assert_null(strstr(out.p, "line 0541\n"));
	buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		buf_put_byte(&text, 'x');
	buf_clear(&out);
	show_text(&out, &wide, buf_slice(&text), &mark);
	assert_true(out.n > 800 && out.n < 10000);
	buf_release(&text);
	buf_release(&out);
}

static void facts_flatten_nested_objects(void **state)
{
	struct buf out = {0};
	assert_string_equal(printed("{'notes':12345,'index':{'bytes':10,'state':'ok\\u001b'},"
				    "'list':[1,2],'table':[[1,2],[3]],'x':null,'p':0.5}",
				    &out, &wide, layout_facts),
		"notes                          12,345\n"
		"index.bytes                    10\n"
		"index.state                    ok\\x1b\n"
		"list                           [1,2]\n"
		"table                          2 lists (--format json)\n"
		"x                              none\n"
		"p                              0.5\n");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(present_reads_as_designed),
		cmocka_unit_test(a_narrow_terminal_breaks_between_parts),
		cmocka_unit_test(why_shows_axes_cue_names_and_times),
		cmocka_unit_test(colour_marks_verdict_and_quote),
		cmocka_unit_test(not_mentioned_names_what_was_tried),
		cmocka_unit_test(incomplete_is_loud),
		cmocka_unit_test(contradictions_and_withheld_evidence_are_told),
		cmocka_unit_test(nothing_in_an_answer_reaches_the_terminal_raw),
		cmocka_unit_test(odd_answers_do_not_break_the_layout),
		cmocka_unit_test(each_verdict_has_its_exit_code),
		cmocka_unit_test(no_hit_is_only_believed_of_a_complete_search),
		cmocka_unit_test(hits_show_their_matches),
		cmocka_unit_test(notes_show_the_offset_of_each_line),
		cmocka_unit_test(spans_stand_in_brackets_wherever_they_end),
		cmocka_unit_test(a_span_is_shown_with_its_surroundings_only),
		cmocka_unit_test(facts_flatten_nested_objects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
