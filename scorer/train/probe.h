/* Probes: how much of each layer a fixed batch uses, every N steps, and which units went off or came back.
 *
 * A unit is off in a probe when it fires on none of the batch's tokens.  Death is real only where more units
 * went off between two probes than are off by chance: those that fire in batch A and not in another batch B
 * at the same moment (docs/training.md). */
#ifndef LODESTONE_TRAIN_PROBE_H
#define LODESTONE_TRAIN_PROBE_H

#include "scorer/train/prune.h"
#include "scorer/train/use.h"

#include <stdio.h>

enum { PROBE_TOKENS = 8192, PRUNE_LEAST = 5 };

struct probe_unit {
	uint16_t off;   /* probes in a row it has been off, 65535 at most */
	uint8_t was_on; /* in the last probe */
	uint8_t zero;
};

/* What a layer's units did since the probe before, and percentiles 10, 50, 90. */
struct probe_layer {
	uint32_t off, on; /* units; of the first probe they mean nothing */
	uint32_t null;    /* with a pair: fire in this batch and not in the other */
	uint32_t dead;    /* off in PRUNE_LEAST or more probes in a row */
	double rate[3];   /* over units: share of tokens on which one fires */
	double active[3]; /* over tokens: units that fire */
};

struct probe {
	uint32_t tokens;
	bool has_pair;
	FILE *csv; /* NULL: none */
	uint32_t taken;
	struct shape shape;
	struct probe_unit *units; /* layer after layer */
	struct use use;           /* the last one */
	struct probe_layer layer[SHAPE_LAYERS_MAX];
};

/* csv_path may be NULL; is_resumed appends.  beside: what probe_state gave, or empty. */
int probe_begin(struct probe *p, const struct shape *s, const char *csv_path, bool is_resumed,
	uint32_t tokens, bool has_pair, struct slice beside, struct err *e);
void probe_finish(struct probe *p);
/* Measures and writes a row per layer. */
int probe_take(struct probe *p, struct trainer *t, struct err *e);
/* Takes out, in whole sixteens, the units off in at least `after` probes in a row; *removed: how many. */
int probe_prune(
	struct probe *p, struct trainer **t, uint32_t after, uint32_t *removed, struct err *e);
/* For a checkpoint. */
int probe_state(const struct probe *p, struct buf *out);

#endif
