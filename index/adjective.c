/* A condition and what a patient is who has it: cyanosis, cyanotic; nausea, nauseous; obesity, obese.
 * By rule, both ways.  A word that is none costs a look-up, so the rules are generous. */
#include "index/match.h"

/* A word that ends in `noun` after at least `stem` bytes has the adjective that ends in `adjective`. */
struct ending {
	const char *noun, *adjective;
	uint8_t stem;
};

/* The narrow ones first: what is made is cut off after a few. */
static const struct ending endings[] = {
	{"tension", "tensive", 4}, /* hypotension */
	{"lepsy", "leptic", 3},    /* epilepsy */
	{"etes", "etic", 4},       /* diabetes */
	{"pnea", "pneic", 2},      /* dyspnea */
	{"itis", "itic", 5},       /* arthritis */
	{"osis", "osed", 4},       /* stenosis */
	{"ysis", "yzed", 4},       /* paralysis */
	{"sis", "tic", 3},         /* psychosis */
	{"asm", "astic", 2},       /* spasm */
	{"oidism", "oid", 4},      /* hypothyroidism */
	{"ism", "istic", 3},       /* autism */
	{"ism", "ic", 4},          /* alcoholism */
	{"ema", "ematous", 2},     /* edema */
	{"oma", "omatous", 4},     /* granuloma */
	{"ma", "matic", 3},        /* asthma */
	{"uria", "uric", 2},       /* oliguria */
	{"ilia", "iliac", 4},      /* hemophilia */
	{"nia", "niac", 4},        /* insomnia */
	{"ia", "ic", 4},           /* anemia */
	{"ica", "ic", 4},          /* sciatica */
	{"ea", "eous", 3},         /* nausea */
	{"ea", "eic", 4},          /* seborrhea */
	{"us", "ic", 4},           /* icterus */
	{"ation", "ated", 5},      /* dehydration */
	{"ession", "essed", 3},    /* depression */
	{"estion", "ested", 4},    /* congestion */
	{"ction", "cted", 4},      /* infection */
	{"usion", "used", 4},      /* confusion */
	{"inence", "inent", 4},    /* incontinence */
	{"ence", "ent", 4},        /* somnolence */
	{"ency", "ent", 5},        /* insufficiency */
	{"ancy", "ant", 4},        /* pregnancy */
	{"iety", "ious", 3},       /* anxiety */
	{"ity", "e", 4},           /* obesity */
	{"iness", "y", 3},         /* dizziness */
	{"ness", "", 4},           /* weakness */
	{"ice", "iced", 4},        /* jaundice */
	{"ure", "ured", 4},        /* fracture */
	{"trophy", "trophic", 2},  /* hypertrophy */
	{"pathy", "pathic", 3},    /* neuropathy */
	{"argy", "argic", 2},      /* lethargy */
	{"ergy", "ergic", 2},      /* allergy */
	{"itch", "itchy", 0},
	{"thirst", "thirsty", 0},
	{"wheeze", "wheezy", 0},
};

static bool ends_with(struct slice w, const char *ending)
{
	size_t n = strlen(ending);
	return w.n >= n && memcmp(w.p + w.n - n, ending, n) == 0;
}

static void add(struct inflections *out, struct slice stem, const char *ending)
{
	struct slice end = slice_str(ending);
	size_t n = stem.n + end.n;
	if (out->n == INFLECT_MAX || n > INFLECT_BYTES)
		return;
	char *p = out->room[out->n];
	memcpy(p, stem.p, stem.n);
	memcpy(p + stem.n, end.p, end.n);
	struct slice form = slice_of(p, n);
	for (uint32_t i = 0; i < out->n; i++)
		if (slice_eq(out->at[i], form))
			return;
	out->at[out->n++] = form;
}

void inflect_adjective(struct slice word, bool to_noun, struct inflections *out)
{
	out->n = 0;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		const struct ending *r = &endings[i];
		const char *from = to_noun ? r->adjective : r->noun;
		size_t n = strlen(from);
		if (ends_with(word, from) && word.n - n >= r->stem)
			add(out, slice_of(word.p, word.n - n), to_noun ? r->noun : r->adjective);
	}
}
