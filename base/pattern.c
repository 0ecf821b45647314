#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdint.h>
#include <stdlib.h>

/* The library's own defaults let one match run for minutes and take 20 GB of heap (infra.md 4.2).
 * The match limit counts per start position; JIT needs 1 MiB of stack for nested groups. */
enum {
	MATCH_LIMIT = 100 * 1000,
	HEAP_LIMIT_KIB = 20 * 1024,
	JIT_STACK_FIRST = 32 << 10,
	JIT_STACK_MOST = 1 << 20,
	PARENS_NEST_LIMIT = 32,
};

struct pattern {
	pcre2_code *code;
	bool has_jit;
};

struct pattern_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

/* Compile codes of PCRE2 are positive and all but one mean that the regex is at fault. */
static int compile_failed(int pcre, size_t offset, struct err *e)
{
	PCRE2_UCHAR words[96];
	if (pcre == PCRE2_ERROR_HEAP_FAILED)
		return err_set(e, LODE_NOMEM, "no memory to compile a pattern");
	pcre2_get_error_message(pcre, words, sizeof(words));
	return err_set(e, LODE_BADREQ, "pattern does not compile at byte %zu: %s (pcre2 %d)",
		offset, (const char *)words, pcre);
}

static int match_failed(int pcre)
{
	switch (pcre) {
	case PCRE2_ERROR_NOMATCH: return 0;
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_JIT_STACKLIMIT: return LODE_TOOBIG;
	case PCRE2_ERROR_NOMEMORY: return LODE_NOMEM;
	default: return LODE_BUG;
	}
}

static uint32_t compile_options(unsigned flags)
{
	static const struct {
		unsigned flag;
		uint32_t option;
	} map[] = {
		{PATTERN_CASELESS, PCRE2_CASELESS},
		{PATTERN_MULTILINE, PCRE2_MULTILINE},
		{PATTERN_ANCHORED, PCRE2_ANCHORED},
		{PATTERN_EXTENDED, PCRE2_EXTENDED},
		{PATTERN_UTF, PCRE2_UTF | PCRE2_UCP},
		{PATTERN_SLICED, PCRE2_USE_OFFSET_LIMIT},
	};
	uint32_t options = PCRE2_NEVER_BACKSLASH_C;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (flags & map[i].flag)
			options |= map[i].option;
	return options;
}

int pattern_create(const char *regex, unsigned flags, struct pattern **out, struct err *e)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	struct pattern *p = calloc(1, sizeof(*p));
	int pcre, rc = LODE_OK;
	PCRE2_SIZE offset = 0;

	if (!context || !p) {
		rc = err_set(e, LODE_NOMEM, "no memory to compile a pattern");
		goto out;
	}
	pcre2_set_parens_nest_limit(context, PARENS_NEST_LIMIT);
	p->code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, compile_options(flags),
		&pcre, &offset, context);
	if (!p->code) {
		rc = compile_failed(pcre, offset, e);
		goto out;
	}
	/* Refused where memory may not be made executable; matching then falls back by itself. */
	p->has_jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	*out = p;
	p = NULL;
out:
	pcre2_compile_context_free(context);
	pattern_destroy(p);
	return rc;
}

void pattern_destroy(struct pattern *p)
{
	if (!p)
		return;
	pcre2_code_free(p->code);
	free(p);
}

bool pattern_has_jit(const struct pattern *p)
{
	return p->has_jit;
}

int pattern_scratch_create(struct pattern_scratch **out)
{
	struct pattern_scratch *s = calloc(1, sizeof(*s));
	if (!s)
		return LODE_NOMEM;
	s->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
	s->context = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
	if (!s->data || !s->context || !s->stack) {
		pattern_scratch_destroy(s);
		return LODE_NOMEM;
	}
	pcre2_set_match_limit(s->context, MATCH_LIMIT);
	pcre2_set_depth_limit(s->context, MATCH_LIMIT);
	pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
	pcre2_jit_stack_assign(s->context, NULL, s->stack);
	*out = s;
	return LODE_OK;
}

void pattern_scratch_destroy(struct pattern_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	pcre2_jit_stack_free(s->stack);
	free(s);
}

static int find(const struct pattern *p, struct pattern_scratch *s, struct slice subject,
	size_t from, uint32_t options, struct pattern_match *m)
{
	const char *text = subject.p ? subject.p : "";
	int n = pcre2_match(p->code, (PCRE2_SPTR)text, subject.n, from,
		PCRE2_NO_UTF_CHECK | options, s->data, s->context);
	if (n < 0)
		return match_failed(n);
	/* 0: the pattern has more groups than we keep; the first PATTERN_GROUPS are filled. */
	size_t filled = n == 0 ? PATTERN_GROUPS : (size_t)n;
	const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(s->data);
	for (size_t i = 0; i < PATTERN_GROUPS; i++) {
		m->start[i] = i < filled ? ovector[2 * i] : SIZE_MAX;
		m->end[i] = i < filled ? ovector[2 * i + 1] : SIZE_MAX;
	}
	return 1;
}

int pattern_find(const struct pattern *p, struct pattern_scratch *s, struct slice subject,
	size_t from, struct pattern_match *m)
{
	return from > subject.n ? 0 : find(p, s, subject, from, 0, m);
}

int pattern_find_within(const struct pattern *p, struct pattern_scratch *s, struct slice subject,
	size_t from, size_t last, struct pattern_match *m)
{
	if (from > subject.n)
		return 0;
	pcre2_set_offset_limit(s->context, last);
	int rc = find(p, s, subject, from, PCRE2_NOTEMPTY, m);
	pcre2_set_offset_limit(s->context, PCRE2_UNSET);
	return rc;
}
