/* The network as the forward pass holds it (private to scorer/network*.c). */
#ifndef LODESTONE_SCORER_NETWORK_BODY_H
#define LODESTONE_SCORER_NETWORK_BODY_H

#include "scorer/kernel.h"
#include "scorer/network.h"
#include "scorer/sparse.h"

enum {
	GROUP_WINDOWS = 8, /* windows that go through a layer together */
	BLOCK_TOKENS = 64, /* tokens whose hidden units are held at once */
};

struct network_layer {
	const float *norm_attention, *norm_mlp; /* [d] */
	const float *qkv;                       /* packed [d][3 * inner] */
	const float *o;                         /* packed [inner][d] */
	const float *wi, *wg;                   /* packed [d][d_ff]; wg NULL without */
	const float *wo;                        /* packed [d_ff][d] */
	uint32_t d_ff;
};

struct network {
	struct shape s;
	const struct kernel *kernel;
	const struct sparse *sparse;
	uint32_t inner;         /* heads * SHAPE_HEAD_DIM */
	const float *embedding; /* [vocabulary][d] */
	const float *distance;  /* [heads][2 * window - 1]: bias of key - query + window - 1 */
	const float *turns;     /* [window][2][32]: rotary_table; NULL without */
	const float *norm_final;
	const float *head_weight[HEAD_COUNT], *head_bias[HEAD_COUNT];
	struct network_layer layer[SHAPE_LAYERS_MAX];
	float *block; /* all of the above */
	size_t block_floats;
};

/* A window inside a group. */
struct network_span {
	uint32_t first, n, read; /* rows of the group; read counts from first */
};

/* Room for a group: rows are tokens.  16 floats of slack end each array whose rows a kernel may overrun. */
struct network_scratch {
	uint32_t windows, tokens;    /* most of a group */
	float *x, *normed;           /* [tokens][d] */
	float *qkv;                  /* [tokens][3 * inner] */
	float *mixed;                /* [tokens][inner] */
	float *read_x, *read_normed; /* [GROUP_WINDOWS][d] */
	float *read_q;               /* [GROUP_WINDOWS][inner] */
	float *hidden, *gate;        /* [BLOCK_TOKENS][widest d_ff] */
	float *scores;               /* [window][window] */
	float *keys, *values;        /* packed: one head of one window */
	float *value;                /* [widest d_ff + 16] of units that fired */
	uint16_t *unit;              /* the same */
	float *block;
};

/* Attention of queries over a window's keys.  q: n_queries rows, ldq apart, the first at position
 * first_query of the window; its result goes to out, the same shape, ldout apart.  kv: the window's rows
 * of scratch->qkv. */
struct network_queries {
	const float *q;
	size_t ldq;
	uint32_t first, n;
	float *out;
	size_t ldout;
};
void network_attend(const struct network *n, struct network_scratch *s, const float *qkv_rows,
	uint32_t window, const struct network_queries *q);

#endif
