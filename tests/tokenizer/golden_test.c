/* A note of our own and everything the tokenizer says about it, against golden.txt.  When this fails
 * because behaviour was meant to change: raise TOK_VERSION and run with LODESTONE_GOLDEN=write. */
#include "tests/tokenizer/scanned.h"

static const char note[] =
	"Admission Date: [**2143-5-2**]    Unit No: ___\n"
	"CHIEF COMPLAINT: Chest pain.\n"
	"\n"
	"HISTORY OF PRESENT ILLNESS:\n"
	"Mr. ___ is a 61-year-old man with Crohn's disease and T2DM who was seen by Dr.\n"
	"[**Last Name**] on **DATE[Jan 01]. He denies fever, chills, or cough. Temp 93.7 at\n"
	"7 a.m. today.Pain began two days ago, e.g. after lunch, and Sjögren’s is suspected.\n"
	"\n"
	"ALLERGIES:\n"
	"PAST MEDICAL HISTORY:\n"
	"1. Gout\n"
	"2. Congestive heart failure, EF 25-30 %\n"
	"3. s/p resection of pheochromocytoma in 1998\n"
	"\n"
	"FAMILY HISTORY: Breast: cancer in mother. Father with CAD\n"
	"MEDS: 1. Lasix 40 mg p.o. b.i.d. 2. Aspirin 81 mg\n"
	"\n"
	"PHYSICAL EXAM: VITAL SIGNS: BP 120/80. HEENT: clear. LUNGS: dry.\n"
	"ABDOMEN: soft; no masses\n"
	"LABS: Na 118\n"
	"CXR: no effusion. IMPRESSION: Rule out pneumonia vs. edema.\n"
	"\n"
	"ASSESSMENT AND PLAN:\n"
	"- Gout: colchicine 0.6 mg µg\n"
	"- ?PE (+) on CT, *** to follow\n"
	"**Follow-up:** in 2 weeks\n"
	"____________________\n"
	"Signed XXXX\n";

static void put_text(struct buf *b, uint32_t start, uint32_t end)
{
	for (uint32_t i = start; i < end; i++)
		if (note[i] == '\n')
			buf_put_str(b, "\\n");
		else
			buf_put_byte(b, (uint8_t)note[i]);
	buf_put_byte(b, '\n');
}

static void list(struct scanned *s, struct buf *b)
{
	const struct tok_doc *d = &s->doc;
	buf_printf(b, "TOK_VERSION %d\n", TOK_VERSION);
	for (uint32_t i = 0; i < d->n_sections; i++) {
		const struct tok_section *x = &d->sections[i];
		buf_printf(b, "section %u %u %u %s\n", x->start, x->body, x->end,
			tok_section_name(x->class));
	}
	for (uint32_t i = 0; i < d->n_sentences; i++) {
		buf_printf(b, "sentence %u ", d->sentences[i].section);
		put_text(b, d->sentences[i].start, d->sentences[i].end);
	}
	for (uint32_t i = 0; i < d->n_masks; i++) {
		buf_printf(b, "mask %u ", d->masks[i].type);
		put_text(b, d->masks[i].start, d->masks[i].end);
	}
	for (uint32_t i = 0; i < d->n_words; i++) {
		const struct tok_word *w = &d->words[i];
		struct slice term = w->kind == TOK_WORD_MASK ? SLICE("<m>") : tok_term(d, w);
		buf_printf(
			b, "word %u %u %u %.*s\n", w->start, w->end, w->kind, (int)term.n, term.p);
	}
	uint32_t *ends, n;
	assert_int_equal(tok_chunks(d, &s->arena, &ends, &n), LODE_OK);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(b, "chunk %u\n", ends[i]);
}

static const char *golden_path;

static void listing_is_the_golden_one(void **state)
{
	(void)state;
	struct scanned s;
	struct buf got = {0}, want = {0};
	char block[4096];
	size_t n;
	const char *write = getenv("LODESTONE_GOLDEN");
	scanned_init(&s, SLICE(note));
	list(&s, &got);
	FILE *f = fopen(golden_path, write ? "wb" : "rb");
	assert_non_null(f);
	if (write)
		assert_int_equal(fwrite(got.p, 1, got.n, f), got.n);
	while (!write && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_put(&want, block, n);
	fclose(f);
	if (!write && !slice_eq(buf_slice(&got), buf_slice(&want))) {
		buf_put_byte(&got, 0);
		fail_msg("listing differs from %s; raise TOK_VERSION if that is meant. Now:\n%s",
			golden_path, got.p);
	}
	buf_release(&got);
	buf_release(&want);
	scanned_finish(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listing_is_the_golden_one),
	};
	golden_path = argc > 1 ? argv[1] : "tests/tokenizer/golden.txt";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
