#ifndef LODESTONE_TOKENIZER_PHI_SCAN_H
#define LODESTONE_TOKENIZER_PHI_SCAN_H

#include "base/pattern.h"
#include "tokenizer/kernel.h"
#include "tokenizer/tokenizer.h"

/* What tok_find_phi does; LODE_NOMEM. */
int phi_scan(const struct tok_kernel *k, struct pattern_scratch *scratch, struct slice text,
	uint32_t types, struct arena *a, struct tok_phi **out, uint32_t *n);

#endif
