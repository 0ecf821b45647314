#include "scorer/train/checkpoint.h"

#include "base/digest.h"
#include "base/file.h"

#include <string.h>

/* Numbers are little-endian: on another machine the magic's version word does not match. */
static const char magic[8] = "LODETRN";
enum { CHECKPOINT_VERSION = 1, CHECKPOINT_LIMIT = 1 << 30 };

struct header {
	char magic[8];
	uint32_t version, header_bytes;
	uint64_t step, seed, floats, beside_bytes;
	uint32_t vocabulary, d, heads, layers, window;
	uint32_t mask, position, activation, has_heads;
	uint32_t d_ff[SHAPE_LAYERS_MAX];
	uint32_t averaged; /* steps that the average is of; 0: there is none */
};
_Static_assert(sizeof(struct header) == 184, "docs/training.md gives every offset");

static struct header header_of(const struct trainer *t, struct slice beside)
{
	const struct shape *s = &t->layout.shape;
	struct header h = {
		.version = CHECKPOINT_VERSION,
		.header_bytes = sizeof(h),
		.step = t->step,
		.seed = t->options.seed,
		.floats = t->layout.floats,
		.beside_bytes = beside.n,
		.vocabulary = s->vocabulary,
		.d = s->d,
		.heads = s->heads,
		.layers = s->layers,
		.window = s->window,
		.mask = s->mask,
		.position = s->position,
		.activation = s->activation,
		.has_heads = s->has_heads,
		.averaged = (uint32_t)trainer_averaged(t),
	};
	memcpy(h.magic, magic, sizeof(magic));
	for (uint32_t l = 0; l < s->layers; l++)
		h.d_ff[l] = s->d_ff[l];
	return h;
}

int checkpoint_save(const struct trainer *t, struct slice beside, const char *path, struct err *e)
{
	struct buf b = {0};
	struct header h = header_of(t, beside);
	size_t bytes = t->layout.floats * sizeof(float);
	buf_put(&b, &h, sizeof(h));
	buf_put(&b, t->weights, bytes);
	buf_put(&b, t->optimiser.first, bytes);
	buf_put(&b, t->optimiser.second, bytes);
	if (h.averaged)
		buf_put(&b, t->average, bytes);
	buf_put_slice(&b, beside);
	uint64_t digest = digest64(buf_slice(&b));
	buf_put(&b, &digest, sizeof(digest));
	if (b.failed) {
		buf_release(&b);
		return err_set(e, LODE_NOMEM, "no memory for a checkpoint of %zu floats",
			t->layout.floats);
	}
	struct slice whole = buf_slice(&b);
	int rc = file_replace(path, &whole, 1, 0666, e);
	buf_release(&b);
	return rc;
}

static int shape_of(const struct header *h, struct shape *s)
{
	if (h->mask > MASK_CAUSAL || h->position > POSITION_ROTARY ||
		h->activation > ACTIVATION_DRELU || h->has_heads > 1 || h->averaged > h->step ||
		h->layers > SHAPE_LAYERS_MAX)
		return LODE_CORRUPT;
	*s = (struct shape){
		.vocabulary = h->vocabulary,
		.d = h->d,
		.heads = h->heads,
		.layers = h->layers,
		.window = h->window,
		.mask = (enum shape_mask)h->mask,
		.position = (enum shape_position)h->position,
		.activation = (enum shape_activation)h->activation,
		.has_heads = h->has_heads,
	};
	memcpy(s->d_ff, h->d_ff, sizeof(s->d_ff));
	return shape_check(s, NULL) ? LODE_CORRUPT : LODE_OK;
}

static int parse(struct checkpoint *c, const char *path, struct err *e)
{
	struct header h;
	uint64_t digest;
	size_t all = c->bytes.n;
	if (all < sizeof(h) + sizeof(digest) || memcmp(c->bytes.p, magic, sizeof(magic)) != 0)
		return err_set(e, LODE_CORRUPT, "%s is no checkpoint", path);
	memcpy(&h, c->bytes.p, sizeof(h));
	if (h.version != CHECKPOINT_VERSION || h.header_bytes != sizeof(h))
		return err_set(e, LODE_VERSION, "%s is a checkpoint of version %u, not %u", path,
			h.version, CHECKPOINT_VERSION);
	memcpy(&digest, c->bytes.p + all - sizeof(digest), sizeof(digest));
	if (digest != digest64(slice_of(c->bytes.p, all - sizeof(digest))))
		return err_set(e, LODE_CORRUPT, "%s: its digest does not match", path);
	if (shape_of(&h, &c->shape) || h.floats != shape_floats(&c->shape))
		return err_set(e, LODE_CORRUPT, "%s: its shape cannot be", path);
	size_t bytes = (size_t)h.floats * sizeof(float);
	size_t fixed = sizeof(h) + (3 + (size_t)(h.averaged > 0)) * bytes + sizeof(digest);
	if (all < fixed || h.beside_bytes != all - fixed)
		return err_set(
			e, LODE_CORRUPT, "%s has %zu bytes, not what its header says", path, all);
	c->step = h.step;
	c->seed = h.seed;
	c->floats = (size_t)h.floats;
	c->weights = c->bytes.p + sizeof(h);
	c->first = c->weights + bytes;
	c->second = c->first + bytes;
	c->average = h.averaged ? c->second + bytes : NULL;
	c->averaged = h.averaged;
	c->beside = slice_of(
		c->second + (1 + (size_t)(h.averaged > 0)) * bytes, (size_t)h.beside_bytes);
	return LODE_OK;
}

int checkpoint_read(struct checkpoint *c, const char *path, struct err *e)
{
	struct slice map;
	*c = (struct checkpoint){.bytes = {.limit = CHECKPOINT_LIMIT}};
	int rc = file_map(path, &map, e);
	if (rc)
		return rc;
	rc = buf_put_slice(&c->bytes, map);
	file_unmap(map);
	rc = rc ? err_set(e, rc, "%s cannot be read: %s", path, err_words(rc)) : parse(c, path, e);
	if (rc)
		checkpoint_release(c);
	return rc;
}

void checkpoint_release(struct checkpoint *c)
{
	buf_release(&c->bytes);
}

static bool shape_equal(const struct shape *a, const struct shape *b)
{
	for (uint32_t l = 0; l < a->layers && l < SHAPE_LAYERS_MAX; l++)
		if (a->d_ff[l] != b->d_ff[l])
			return false;
	return a->vocabulary == b->vocabulary && a->d == b->d && a->heads == b->heads &&
	       a->layers == b->layers && a->window == b->window && a->mask == b->mask &&
	       a->position == b->position && a->activation == b->activation &&
	       a->has_heads == b->has_heads;
}

int checkpoint_apply(
	const struct checkpoint *c, struct trainer *t, bool weights_only, struct err *e)
{
	size_t bytes = c->floats * sizeof(float);
	if (c->floats != t->layout.floats || !shape_equal(&c->shape, &t->layout.shape))
		return err_set(e, LODE_BADREQ, "the checkpoint is of another shape");
	memcpy(t->weights, c->weights, bytes);
	if (weights_only)
		return LODE_OK;
	uint64_t from = trainer_averages_from(&t->options);
	uint64_t due = t->average && c->step > from ? c->step - from : 0;
	if (due && due != c->averaged)
		return err_set(e, LODE_BADREQ,
			"the checkpoint holds an average of %u steps before it, and %llu are asked for",
			c->averaged, (unsigned long long)due);
	if (due)
		memcpy(t->average, c->average, bytes);
	memcpy(t->optimiser.first, c->first, bytes);
	memcpy(t->optimiser.second, c->second, bytes);
	t->step = c->step;
	return LODE_OK;
}
