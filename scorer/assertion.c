#include "scorer/scorer.h"

const char *const negation_names[2] = {"affirmed", "negated"};
const char *const certainty_names[3] = {"certain", "possible", "hypothetical"};
const char *const experiencer_names[2] = {"patient", "other"};
const char *const temporality_names[3] = {"recent", "historical", "future"};

const char *const assertion_names[ASSERT_COUNT] = {
	[ASSERT_SOMEONE_ELSE] = "associated_with_someone_else",
	[ASSERT_HYPOTHETICAL] = "hypothetical",
	[ASSERT_ABSENT] = "absent",
	[ASSERT_POSSIBLE] = "possible",
	[ASSERT_PRESENT] = "present",
};

const char *const cue_kind_names[CUE_KIND_COUNT] = {
	[CUE_NONE] = "none",
	[CUE_NEGATION] = "negation",
	[CUE_POSSIBLE] = "possible",
	[CUE_HYPOTHETICAL] = "hypothetical",
	[CUE_HISTORICAL] = "historical",
	[CUE_FUTURE] = "future",
	[CUE_OTHER_PERSON] = "other_person",
	[CUE_RESOLVED] = "resolved",
	[CUE_SECTION] = "section",
};

enum assertion_class assertion_class_of(const struct assertion *a)
{
	if (a->experiencer == EXP_OTHER)
		return ASSERT_SOMEONE_ELSE;
	if (a->certainty == CERT_HYPOTHETICAL)
		return ASSERT_HYPOTHETICAL;
	if (a->negation == NEG_NEGATED)
		return ASSERT_ABSENT;
	return a->certainty == CERT_POSSIBLE ? ASSERT_POSSIBLE : ASSERT_PRESENT;
}
