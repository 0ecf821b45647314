#include "tests/tokenizer/scanned.h"

static const char *const type_names[] = {
	"untyped", "name", "date", "age", "place", "id", "contact", "other"};

/* "type:text|type:text" */
static void expect_masks(const char *text, const char *want)
{
	struct scanned s;
	struct buf got = {0};
	scanned_init(&s, slice_str(text));
	for (uint32_t i = 0; i < s.doc.n_masks; i++) {
		const struct tok_mask *m = &s.doc.masks[i];
		buf_printf(&got, "%s%s:%.*s", i ? "|" : "", type_names[m->type],
			(int)(m->end - m->start), text + m->start);
	}
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	scanned_finish(&s);
}

static void mimic_iii_brackets_are_typed_by_content(void **state)
{
	(void)state;
	expect_masks("on [**2143-5-2**] at", "date:[**2143-5-2**]");
	expect_masks("[**12-17**] [**2101**]", "date:[**12-17**]|date:[**2101**]");
	expect_masks("[**Month (only) 12**]", "date:[**Month (only) 12**]");
	expect_masks("[**Hospital1 18**]", "place:[**Hospital1 18**]");
	expect_masks("[**Hospital Unit Name 3**]", "place:[**Hospital Unit Name 3**]");
	expect_masks("[**Street Address(2) 5**]", "place:[**Street Address(2) 5**]");
	expect_masks("[**First Name8 (NamePattern2) **]", "name:[**First Name8 (NamePattern2) **]");
	expect_masks("[**Known lastname 9**]", "name:[**Known lastname 9**]");
	expect_masks("[**Doctor Last Name 4**]", "name:[**Doctor Last Name 4**]");
	expect_masks("[**Age over 90 **]", "age:[**Age over 90 **]");
	expect_masks("[**Telephone/Fax (1) 7**]", "contact:[**Telephone/Fax (1) 7**]");
	expect_masks("[**MD Number(1) 8**]", "id:[**MD Number(1) 8**]");
	expect_masks("[**Numeric Identifier 6**]", "id:[**Numeric Identifier 6**]");
	expect_masks("[** **] [****]", "untyped:[** **]|untyped:[****]");
	expect_masks("[**Frobnication**]", "other:[**Frobnication**]");
}

static void mimic_iii_brackets_may_cross_a_line_but_not_200_bytes(void **state)
{
	(void)state;
	char text[300];
	expect_masks("[**Last\nName**]", "name:[**Last\nName**]");
	memset(text, 'a', sizeof(text));
	memcpy(text, "[**", 3);
	strcpy(text + 250, "**]");
	expect_masks(text, "");
	strcpy(text + 197, "**]");
	assert_int_equal(strlen(text), 200);
	struct scanned s;
	scanned_init(&s, slice_str(text));
	assert_int_equal(s.doc.n_masks, 1);
	scanned_finish(&s);
	expect_masks("[**a [**Name**]", "name:[**Name**]");
	expect_masks("[**", "");
	expect_masks("[**a**", "");
}

static void underscores_mask_unless_they_draw_a_line(void **state)
{
	(void)state;
	expect_masks("Mild ___ of", "untyped:___");
	expect_masks("Dr. ____, ___F", "untyped:____|untyped:___");
	expect_masks("a __ b", "");
	expect_masks("Signed: __________ date", "");
	expect_masks("_____\ntext", "");
	expect_masks("Instructions:\n___\n", "untyped:___");
}

static void asterisks_mask_only_on_their_own(void **state)
{
	(void)state;
	expect_masks("Dr. *** saw her", "untyped:***");
	expect_masks("***** was seen by *****.", "untyped:*****|untyped:*****");
	expect_masks("OID***Carcinoma", "");
	expect_masks("*** URGENT ***", "");
	expect_masks("***\n* * *\n**********\n", "");
	expect_masks("****** six", "");
}

static void de_id_words_are_typed(void **state)
{
	(void)state;
	expect_masks("Mr. **NAME[AAA, BBB M] is", "name:**NAME[AAA, BBB M]");
	expect_masks("on **DATE[Jan 01 2007].", "date:**DATE[Jan 01 2007]");
	expect_masks("**AGE[in 50s]-year", "age:**AGE[in 50s]");
	expect_masks("at **INSTITUTION and **PLACE", "place:**INSTITUTION|place:**PLACE");
	expect_masks("**ID-NUM **PHONE", "id:**ID-NUM|contact:**PHONE");
	expect_masks("**STREET-ADDRESS", "place:**STREET-ADDRESS");
	expect_masks("**QQQ[x]", "other:**QQQ[x]");
}

static void bold_headings_are_no_masks(void **state)
{
	(void)state;
	expect_masks("**PLAN:** rest", "");
	expect_masks("**NAME**", "");
	expect_masks("**Plan**", "");
	expect_masks("**NOTE about", "");
	expect_masks("**NAME[open\nline]", "name:**NAME");
}

static void tags_name_an_identifier(void **state)
{
	(void)state;
	expect_masks("<NAME> [DATE] <DATE-2>", "name:<NAME>|date:[DATE]|date:<DATE-2>");
	expect_masks("[PATIENT NAME] [HOSPITAL_1]", "name:[PATIENT NAME]|place:[HOSPITAL_1]");
	expect_masks("[redacted] [REDACTED]", "untyped:[redacted]|untyped:[REDACTED]");
	expect_masks("[name] <b> <NOTE> [x] [] [1]", "");
	expect_masks("<NAME", "");
	expect_masks("[NAME", "");
	expect_masks("BP <90, [pending]", "");
}

static void crossed_out_words_mask(void **state)
{
	(void)state;
	expect_masks("seen by XXXX today", "untyped:XXXX");
	expect_masks("on XX/XX/XXXX, XX/XX/XX", "date:XX/XX/XXXX|date:XX/XX/XX");
	expect_masks("a XX-year-old", "age:XX");
	expect_masks("47,XXX XX VXXXX XXXX1 XXX", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mimic_iii_brackets_are_typed_by_content),
		cmocka_unit_test(mimic_iii_brackets_may_cross_a_line_but_not_200_bytes),
		cmocka_unit_test(underscores_mask_unless_they_draw_a_line),
		cmocka_unit_test(asterisks_mask_only_on_their_own),
		cmocka_unit_test(de_id_words_are_typed),
		cmocka_unit_test(bold_headings_are_no_masks),
		cmocka_unit_test(tags_name_an_identifier),
		cmocka_unit_test(crossed_out_words_mask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
