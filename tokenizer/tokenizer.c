#include "tokenizer/tokenizer.h"

#include "tokenizer/heading.h"
#include "tokenizer/kernel.h"
#include "tokenizer/mask.h"
#include "tokenizer/phi.h"
#include "tokenizer/phi_scan.h"
#include "tokenizer/section.h"
#include "tokenizer/sentence.h"
#include "tokenizer/word.h"

#include <stdlib.h>

struct tokenizer {
	const struct tok_kernel *kernel;
	struct pattern_scratch *scratch; /* made when identifiers are first looked for */
};

int tok_create(struct tokenizer **out, struct err *e)
{
	struct tokenizer *t = malloc(sizeof(*t));
	if (!t)
		return err_set(e, LODE_NOMEM, "no memory for a tokenizer");
	t->kernel = tok_kernel_best();
	t->scratch = NULL;
	*out = t;
	return LODE_OK;
}

void tok_destroy(struct tokenizer *t)
{
	if (!t)
		return;
	pattern_scratch_destroy(t->scratch);
	free(t);
}

static int check_size(struct slice text, struct err *e)
{
	if (text.n > INT32_MAX)
		return err_set(e, LODE_TOOBIG, "text of %zu bytes is over 2 GiB", text.n);
	return LODE_OK;
}

static int no_room(struct slice text, struct err *e)
{
	return err_set(e, LODE_NOMEM, "no room to tokenize %zu bytes", text.n);
}

int tok_words(
	struct tokenizer *t, struct slice text, struct arena *a, struct tok_doc *out, struct err *e)
{
	struct tok_bits bits;
	*out = (struct tok_doc){.text = text};
	if (check_size(text, e) < 0)
		return LODE_TOOBIG;
	if (tok_classify(t->kernel, text, a, &bits) < 0 || tok_find_masks(&bits, a, out) < 0 ||
		tok_find_words(&bits, a, out) < 0)
		return no_room(text, e);
	return LODE_OK;
}

int tok_scan(
	struct tokenizer *t, struct slice text, struct arena *a, struct tok_doc *out, struct err *e)
{
	struct tok_bits bits;
	*out = (struct tok_doc){.text = text};
	if (check_size(text, e) < 0)
		return LODE_TOOBIG;
	/* Not before a text needs it: 0.7 ms of a process that is asked once. */
	tok_headings_load();
	if (tok_classify(t->kernel, text, a, &bits) < 0 || tok_find_masks(&bits, a, out) < 0 ||
		tok_find_sections(&bits, a, out) < 0 || tok_find_sentences(&bits, a, out) < 0 ||
		tok_find_words(&bits, a, out) < 0)
		return no_room(text, e);
	return LODE_OK;
}

void tok_load(void)
{
	tok_headings_load();
	phi_tables();
}

int tok_find_phi(struct tokenizer *t, struct slice text, uint32_t types, struct arena *a,
	struct tok_phi **out, uint32_t *n, struct err *e)
{
	if (check_size(text, e) < 0)
		return LODE_TOOBIG;
	if (!t->scratch && pattern_scratch_create(&t->scratch) < 0)
		return err_set(e, LODE_NOMEM, "no memory for a pattern's scratch");
	if (phi_scan(t->kernel, t->scratch, text, types, a, out, n) < 0)
		return err_set(e, LODE_NOMEM, "no room to look for identifiers");
	return LODE_OK;
}

static const char *const section_names[] = {
#define X(name, wire) [TOK_SEC_##name] = (wire),
	TOK_SECTION_LIST(X)
#undef X
};

const char *tok_section_name(enum tok_section_class c)
{
	return c < TOK_SEC_COUNT ? section_names[c] : "";
}

int tok_section_by_name(struct slice wire)
{
	for (int c = 0; c < TOK_SEC_COUNT; c++)
		if (slice_eq(wire, slice_str(section_names[c])))
			return c;
	return -1;
}

uint32_t tok_sentence_at(const struct tok_doc *d, uint32_t offset)
{
	uint32_t low = 0, high = d->n_sentences;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (d->sentences[mid].start <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

uint32_t tok_section_at(const struct tok_doc *d, uint32_t offset)
{
	uint32_t low = 0, high = d->n_sections;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		if (d->sections[mid].start <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

uint32_t tok_word_at(const struct tok_doc *d, uint32_t offset)
{
	uint32_t lo = 0, n = d->n_words;
	while (n > 0) { /* without branches on the words: they cannot be foretold */
		uint32_t half = n / 2;
		bool ends_before = d->words[lo + half].end <= offset;
		lo = ends_before ? lo + half + 1 : lo;
		n = ends_before ? n - half - 1 : half;
	}
	return lo;
}
