#include "tests/tokenizer/scanned.h"
#include "tokenizer/phi.h"

enum { ALL = (1u << TOK_PHI_COUNT) - 1 };

/* "type:text|type:text" of the types whose bits are set. */
static void expect_of(uint32_t types, const char *text, const char *want)
{
	struct tokenizer *t;
	struct arena a;
	struct tok_phi *found;
	uint32_t n;
	struct buf got = {0};
	arena_init(&a, 64 << 20);
	assert_int_equal(tok_create(&t, NULL), 0);
	assert_int_equal(tok_find_phi(t, slice_str(text), types, &a, &found, &n, NULL), 0);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&got, "%s%s:%.*s", i ? "|" : "", tok_phi_name(found[i].type),
			(int)(found[i].end - found[i].start), text + found[i].start);
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	arena_release(&a);
	tok_destroy(t);
}

static void expect(const char *text, const char *want)
{
	expect_of(ALL, text, want);
}

static void all_patterns_compile_and_have_jit_or_none_has(void **state)
{
	(void)state;
	const struct phi_tables *t = phi_tables();
	assert_non_null(t);
	for (unsigned i = 0; i < PHI_PATTERNS; i++)
		assert_int_equal(pattern_has_jit(t->patterns[i]), pattern_has_jit(t->patterns[0]));
	assert_true(phi_cue_count < 255); /* rows + 1 are kept in a byte */
}

static void numbers_are_told_by_their_shape(void **state)
{
	(void)state;
	expect("call (617) 555-0123 x12.", "phone:(617) 555-0123 x12");
	expect("617-555-0123", "phone:617-555-0123");
	expect("1-800-555-0199", "phone:1-800-555-0199");
	expect("+44 20 7946 0123", "phone:44 20 7946 0123");
	expect("123-45-6789", "ssn:123-45-6789");
	expect("000-45-6789, 666-45-6789, 912-45-6789", "");
	expect("10.20.30.40", "ip:10.20.30.40");
	expect("1.2.3.4 and 300.20.30.40", "");
	expect("4111-1111-1111-1111", "account:4111-1111-1111-1111");
}

static void numbers_of_medicine_are_none(void **state)
{
	(void)state;
	expect("Na 138, platelets 150-400, BP 120/80, 20/40, 7.35/45/80/22", "");
	expect("CPT 99213, ICD E11.9, NDC 12345-6789-01, S23-12345", "");
	expect("500-250 mg, 2-3 tabs, 1-2 days, 1.5-2.5", "");
	expect("heparin 5000 units, 10:30:45, 5/5 strength", "");
}

static void cued_numbers_need_their_cue(void **state)
{
	(void)state;
	expect("MRN: 1234567", "mrn:1234567");
	expect("medical record number is 12-34567", "mrn:12-34567");
	expect("1234567", "");
	expect("Fax 617-555-0123", "fax:617-555-0123");
	expect("pager 12345", "phone:12345");
	expect("Member ID: ABC123456", "plan:ABC123456");
	expect("Acct # 00123456", "account:00123456");
	expect("DEA # AB1234567", "licence:AB1234567");
	expect("license plate ABC-1234", "vehicle:ABC-1234");
	expect("serial number PJN123456", "device:PJN123456");
	expect("no plate or screw, 8-hole plate 3.5 mm", "");
	expect("see chart for 2 records, unit 1 at 1030", "");
}

static void ages_over_89_and_none_below(void **state)
{
	(void)state;
	expect("a 92-year-old man", "age:92-year-old");
	expect("94 yo F, 101 y/o", "age:94 yo|age:101 y/o");
	expect("Age: 95. aged 90", "age:95|age:90");
	expect("ninety-one year old", "age:ninety-one year old");
	expect("an 89-year-old, 90 days, 95 F, age 90 mg", "");
}

static void dates_only_when_asked_for_birth_dates_apart(void **state)
{
	(void)state;
	expect_of(ALL & ~(1u << TOK_PHI_DATE), "on 5/2/2143, DOB 3/4/1950", "birth_date:3/4/1950");
	expect("on 5/2/2143, DOB 3/4/1950", "date:5/2/2143|birth_date:3/4/1950");
	expect("March 3, 2143; 3 March 2143; 2143-03-03",
		"date:March 3, 2143|date:3 March 2143|date:2143-03-03");
	expect("may 5 mg, 12-15, 3/10 pain", "");
}

static void names_stand_behind_titles_labels_and_before_degrees(void **state)
{
	(void)state;
	expect("Dr. Okafor and Mr. J. Smith", "name:Okafor|name:J. Smith");
	expect("Patient name: Novak, Elena", "name:Novak, Elena");
	expect("ATTENDING: JOHN SMITH\n", "name:JOHN SMITH");
	expect("seen by Elena Novak, M.D.", "name:Elena Novak");
	expect("Electronically signed by Wei Lee", "name:Wei Lee");
	expect("Dr. X, Mr. ABCD, the doctor Will call, MS Contin, MR Brain", "");
	expect("trace MR. Aortic valve normal. Drug name: Metoprolol", "");
}

static void places_need_number_and_street_or_a_fitting_zip(void **state)
{
	(void)state;
	expect("lives at 12 North Maple Street", "address:12 North Maple Street");
	expect("P.O. Box 123", "address:123");
	expect("Boston, MA 02139", "zip:02139");
	expect("Springfield, New York 10401-1234", "zip:10401-1234");
	expect("ID 12345, CT 64123, MA 90210", ""); /* no ZIP code of that state */
	expect("12 Lead ST elevations, 3 vessel disease", "");
}

static void addresses_of_the_net(void **state)
{
	(void)state;
	expect("jo.smith@mail.example.org.", "email:jo.smith@mail.example.org");
	expect("see https://www.example.com/a?b=1", "url:https://www.example.com/a?b=1");
	expect("www.example.net, example.com", "url:www.example.net|url:example.com");
	expect("2+ edema @ ankles; 5@3; q.i.d.", "");
}

static void masks_are_no_identifiers(void **state)
{
	(void)state;
	expect("Dr. [**Last Name 123**] [**Telephone/Fax (1) 617-555-0123**]", "");
	expect("MRN: [**Medical Record Number 1234567**], DOB: [**2081-3-4**]", "");
	expect("Mr. ___, Dr. ***, ___-___-____", "");
	expect("[**Name**] 617-555-0123", "phone:617-555-0123");
}

static void where_two_overlap_one_stays(void **state)
{
	(void)state;
	expect("SSN 123-45-6789", "ssn:123-45-6789");
	expect("fax: 617-555-0123", "fax:617-555-0123");
	expect("a.b@example.com", "email:a.b@example.com");
}

static void only_types_asked_for_are_found(void **state)
{
	(void)state;
	const char *text = "Dr. Okafor, 617-555-0123, a@example.com";
	expect_of(1u << TOK_PHI_NAME, text, "name:Okafor");
	expect_of(1u << TOK_PHI_EMAIL, text, "email:a@example.com");
	expect_of(0, text, "");
	expect("", "");
}

/* Where it stands in a text must not matter: blocks of 64 bytes, windows, the text's ends. */
static void found_at_every_offset(void **state)
{
	(void)state;
	struct tokenizer *t;
	char text[700];
	assert_int_equal(tok_create(&t, NULL), 0);
	for (size_t at = 0; at < 300; at++) {
		struct arena a;
		struct tok_phi *found;
		uint32_t n;
		arena_init(&a, 1 << 20);
		memset(text, ' ', sizeof(text));
		memcpy(text + at, "MRN: 1234567", 12);
		memcpy(text + at + 40, "617-555-0123", 12);
		size_t size = at % 2 ? at + 52 : sizeof(text);
		assert_int_equal(
			tok_find_phi(t, slice_of(text, size), ALL, &a, &found, &n, NULL), 0);
		assert_int_equal(n, 2);
		assert_int_equal(found[0].start, at + 5);
		assert_int_equal(found[1].end, at + 52);
		arena_release(&a);
	}
	tok_destroy(t);
}

static void a_full_arena_is_an_error(void **state)
{
	(void)state;
	struct tokenizer *t;
	struct arena a;
	struct tok_phi *found = NULL;
	uint32_t n = 7;
	arena_init(&a, 64);
	assert_int_equal(tok_create(&t, NULL), 0);
	assert_int_equal(
		tok_find_phi(t, SLICE("617-555-0123 or 617-555-0124"), ALL, &a, &found, &n, NULL),
		LODE_NOMEM);
	assert_int_equal(n, 7);
	arena_release(&a);
	tok_destroy(t);
}

static void types_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < TOK_PHI_COUNT; i++)
		assert_int_equal(tok_phi_by_name(slice_str(tok_phi_name(i))), i);
	assert_int_equal(tok_phi_by_name(SLICE("shoe_size")), -1);
	assert_string_equal(tok_phi_name(TOK_PHI_COUNT), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_patterns_compile_and_have_jit_or_none_has),
		cmocka_unit_test(numbers_are_told_by_their_shape),
		cmocka_unit_test(numbers_of_medicine_are_none),
		cmocka_unit_test(cued_numbers_need_their_cue),
		cmocka_unit_test(ages_over_89_and_none_below),
		cmocka_unit_test(dates_only_when_asked_for_birth_dates_apart),
		cmocka_unit_test(names_stand_behind_titles_labels_and_before_degrees),
		cmocka_unit_test(places_need_number_and_street_or_a_fitting_zip),
		cmocka_unit_test(addresses_of_the_net),
		cmocka_unit_test(masks_are_no_identifiers),
		cmocka_unit_test(where_two_overlap_one_stays),
		cmocka_unit_test(only_types_asked_for_are_found),
		cmocka_unit_test(found_at_every_offset),
		cmocka_unit_test(a_full_arena_is_an_error),
		cmocka_unit_test(types_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
