#include "tests/tokenizer/scanned.h"

#include <math.h>

/* The value behind the name (which ends at '^', left out), as "low-high second unit =usual" */
static void expect(const char *analyte, const char *marked, const char *want)
{
	const struct tok_analyte *a = tok_analyte_by_name(slice_str(analyte));
	char text[512], got[128] = "none";
	const char *mark = strchr(marked, '^');
	struct tok_value v;
	assert_non_null(mark);
	assert_non_null(a);
	snprintf(text, sizeof(text), "%.*s%s", (int)(mark - marked), marked, mark + 1);
	if (tok_value_read(slice_str(text), (uint32_t)(mark - marked), a, &v)) {
		static const char *const signs[] = {"", "<", ">", "~"};
		int n = snprintf(got, sizeof(got), "%s%g", signs[v.relation], v.low);
		if (v.high != v.low)
			n += snprintf(got + n, sizeof(got) - (size_t)n, "-%g", v.high);
		if (v.has_second)
			n += snprintf(got + n, sizeof(got) - (size_t)n, "/%g", v.second_low);
		if (v.unit_end > v.unit_start)
			n += snprintf(got + n, sizeof(got) - (size_t)n, " %.*s",
				(int)(v.unit_end - v.unit_start), text + v.unit_start);
		if (fabs(v.usual_low - v.low) > 1e-9)
			snprintf(got + n, sizeof(got) - (size_t)n, " =%.3g", v.usual_low);
		assert_true(v.start < v.end && v.end <= strlen(text) &&
			    v.start >= (uint32_t)(mark - marked));
	}
	assert_string_equal(got, want);
}

static void a_number_stands_behind_its_name(void **state)
{
	(void)state;
	expect("temperature", "temp^ 93.7", "93.7");
	expect("sodium", "Na^ 118", "118");
	expect("creatinine", "creatinine^ 4.1 mg/dL", "4.1 mg/dL");
	expect("hemoglobin", "Hgb^ of 7.2.", "7.2");
	expect("potassium", "K^: 5.9, Cl 100", "5.9");
	expect("potassium", "K+^ = 3.1 mEq/L", "3.1 mEq/L");
	expect("INR", "INR^ 2.3", "2.3");
	expect("pH", "pH^ 7.21/60/80", "none");
	expect("lactate", "lactate^ was found to be markedly elevated at 8.2", "8.2");
	expect("T-score", "T-score^ -2.7", "-2.7");
	expect("glucose", "GLUCOSE^-98 UREA N-23", "98");
	expect("hemoglobin", "Hgb^-7.2* Hct-22", "7.2");
}

static void ranges_pairs_and_signs(void **state)
{
	(void)state;
	expect("ejection fraction", "EF^ 25-30 %", "25-30 %");
	expect("ejection fraction", "LVEF^ was estimated at 25 to 30 percent", "25-30 percent");
	expect("ejection fraction", "EF^ (by echo) 35%", "35 %");
	expect("ejection fraction", "ejection fraction^ of 0.35", "0.35 =35");
	expect("blood pressure", "BP^ 82/40", "82/40");
	expect("blood pressure", "BP^: 102-118/60-74 mmHg", "102-118/60 mmHg");
	expect("blood pressure", "BP^ 82", "none");
	expect("heart rate", "HR^ 88-102", "88-102");
	expect("troponin", "troponin^ <0.01 ng/mL", "<0.01 ng/mL");
	expect("eGFR", "eGFR^ > 60", ">60");
	expect("glucose", "glucose^ greater than 500", ">500");
	expect("heart rate", "HR^ ~110", "~110");
}

static void units_are_read_or_guessed(void **state)
{
	(void)state;
	expect("temperature", "T^ 38.5 C", "38.5 C =101");
	expect("temperature", "temp^ 39.1", "39.1 =102");
	expect("white blood cell count", "WBC^ 12,000", "12000 =12");
	expect("platelets", "platelets^ 250", "250");
	expect("platelets", "platelet count^ 45,000/uL", "45000 /uL =45");
	expect("creatinine", "creatinine^ 350 umol/L", "350 umol/L =3.96");
	expect("weight", "weight^ 180 lbs", "180 lbs =81.6");
	expect("glucose", "glucose^ 11.2 mmol/L", "11.2 mmol/L =202");
}

static void tables_are_read_along_the_line(void **state)
{
	(void)state;
	expect("sodium", "Sodium^      131      135-145", "131");
	expect("sodium", "| Sodium^ | 131 | 135-145 |", "131");
	expect("potassium", "Potassium^\t5.9\tmEq/L", "5.9 mEq/L");
	expect("sodium", "Sodium^\n131", "none");
}

static void doses_dates_and_others_are_no_values(void **state)
{
	(void)state;
	expect("potassium", "potassium^ chloride 20 mEq", "none");
	expect("potassium", "potassium^ 20 mEq daily", "none");
	expect("calcium", "calcium^ 600 mg twice daily", "none");
	expect("calcium", "calcium^ 5 mg", "none");
	expect("albumin", "albumin^ 25 g", "none");
	expect("hemoglobin", "Hgb^ on 5/2/2143", "none");
	expect("hemoglobin", "Hgb^ 10:30", "none");
	expect("hemoglobin", "Hgb^ 7-day trend", "none");
	expect("BUN", "BUN^/creatinine 20/1.1", "none");
	expect("creatinine", "creatinine^ clearance 45", "none");
	expect("sodium", "sodium^ restricted diet 2 g", "none");
	expect("heart rate", "HR^ regular. 12 hours later", "none");
	expect("potassium", "K^ 41", "none");
	expect("glucose", "glucose^ 2143-05-02", "none");
	expect("potassium", "K^", "none");
	expect("PSA", "PSA^ in 2004", "none");
	expect("potassium", "Potassium^ 10 mEq", "none");
	expect("hemoglobin", "hemoglobin^ A1c 7.2", "none");
	expect("white blood cell count", "WBC^ 3-5/hpf", "none");
	expect("calcium", "CA^-19-9 12", "none");
}

static void short_names_are_capitals_and_no_units(void **state)
{
	(void)state;
	const struct tok_analyte *mg = tok_analyte_by_name(SLICE("mg"));
	assert_string_equal(mg->name, "magnesium");
	assert_true(tok_analyte_has(mg, SLICE("Mg 2.1"), 0, 2));
	assert_false(tok_analyte_has(mg, SLICE("5 mg 2 times"), 2, 4));
	assert_false(tok_analyte_has(mg, SLICE("5 MG 2 TIMES"), 2, 4));
	assert_false(tok_analyte_has(tok_analyte_by_name(SLICE("pt")), SLICE("pt 12"), 0, 2));
	assert_true(tok_analyte_has(tok_analyte_by_name(SLICE("bp")), SLICE("bp 120/80"), 0, 2));
}

static void the_list_holds_together(void **state)
{
	(void)state;
	const struct tok_analyte *list;
	unsigned n = tok_analytes(&list);
	assert_true(n >= 80);
	for (unsigned i = 0; i < n; i++) {
		assert_true(list[i].least < list[i].most);
		assert_ptr_equal(tok_analyte_by_name(slice_str(list[i].name)), &list[i]);
		for (const char *p = list[i].names; *p;) {
			size_t k = strcspn(p, "|");
			/* no name stands for two of them */
			assert_ptr_equal(tok_analyte_by_name(slice_of(p, k)), &list[i]);
			p += k + (p[k] == '|');
		}
	}
	assert_null(tok_analyte_by_name(SLICE("shoe size")));
}

static void any_number_behind_a_name_of_the_askers_own(void **state)
{
	(void)state;
	struct tok_value v;
	assert_true(tok_value_read(SLICE("foo index: 12.5"), 9, NULL, &v));
	assert_true(v.low == 12.5 && v.start == 11 && v.end == 15);
	assert_false(tok_value_read(SLICE("foo index"), 9, NULL, &v));
	assert_false(tok_value_read(SLICE("foo"), 9, NULL, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_stands_behind_its_name),
		cmocka_unit_test(ranges_pairs_and_signs),
		cmocka_unit_test(units_are_read_or_guessed),
		cmocka_unit_test(tables_are_read_along_the_line),
		cmocka_unit_test(doses_dates_and_others_are_no_values),
		cmocka_unit_test(short_names_are_capitals_and_no_units),
		cmocka_unit_test(the_list_holds_together),
		cmocka_unit_test(any_number_behind_a_name_of_the_askers_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
