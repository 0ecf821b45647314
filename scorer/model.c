/* A model file's bytes -> a model in memory, every byte of it checked. */
#include "scorer/model_header.h"

#include "base/bytes.h"
#include "base/file.h"
#include "scorer/kept.h"
#include "scorer/network.h"

#include <stdlib.h>

enum { HEADER_ARENA = 64 << 20 };

struct scorer_model {
	struct model_parts parts;
	struct stack stack;
	struct tok_vocabulary *vocabulary;
	struct network *network[MODEL_NETWORKS_MAX];
	struct kept *kept;
	struct digest128 digest;
	bool is_bf16;
	uint64_t number;
	float *weights; /* 64-byte aligned, network after network */
	float *firing;
	char *vocabulary_bytes, *training;
};

/* ---- the data section ---- */

/* Exponent all ones: infinite or no number. */
static bool are_numbers(const float *v, size_t n)
{
	uint32_t bits, bad = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, v + i, sizeof(bits));
		bad |= (bits & 0x7f800000) == 0x7f800000;
	}
	return !bad;
}

static void read_floats(const struct model_tensor *t, const char *from, float *to)
{
	size_t n = (size_t)t->rows * t->cols;
	for (size_t i = 0; i < n; i++) {
		uint32_t bits = t->dtype == DTYPE_BF16 ? (uint32_t)load_le16(from + 2 * i) << 16
						       : load_le32(from + 4 * i);
		memcpy(to + i, &bits, sizeof(bits));
	}
}

static int read_tensor(
	struct scorer_model *m, const struct model_tensor *t, const char *data, struct err *e)
{
	size_t n = (size_t)t->rows * t->cols;
	if (t->dtype == DTYPE_U8) {
		memcpy(m->vocabulary_bytes, data + t->begin, n);
		return LODE_OK;
	}
	float *to = t->is_network ? m->weights + t->network * shape_floats(&m->parts.shape) +
					    t->place.offset
				  : m->firing;
	read_floats(t, data + t->begin, to);
	if (!are_numbers(to, n))
		return err_set(
			e, LODE_CORRUPT, "tensor %s holds a value that is no number", t->name);
	for (size_t i = 0; i < n && !t->is_network; i++)
		if (to[i] < 0 || to[i] > 1)
			return err_set(
				e, LODE_CORRUPT, "tensor %s: unit %zu is no share", t->name, i);
	return LODE_OK;
}

static int make_room(struct scorer_model *m, const struct model_header *h)
{
	uint32_t networks = model_networks(&m->parts);
	size_t floats = networks * shape_floats(&m->parts.shape);
	size_t units = networks * model_firing_units(&m->parts.shape);
	m->weights = aligned_alloc(MODEL_ALIGN, floats * sizeof(float));
	m->vocabulary_bytes = malloc(h->vocabulary_bytes + 1);
	m->training = malloc(m->parts.training.n + 1);
	if (h->has_firing)
		m->firing = malloc(units * sizeof(float));
	if (!m->weights || !m->vocabulary_bytes || !m->training || (h->has_firing && !m->firing))
		return LODE_NOMEM;
	memset(m->weights, 0, floats * sizeof(float)); /* the gaps between tensors */
	memcpy(m->training, m->parts.training.p, m->parts.training.n);
	m->parts.training.p = m->training;
	m->parts.weights = m->weights;
	m->parts.firing = m->firing;
	m->parts.vocabulary = slice_of(m->vocabulary_bytes, h->vocabulary_bytes);
	return LODE_OK;
}

static int read_data(
	struct scorer_model *m, const struct model_header *h, const char *data, struct err *e)
{
	struct model_tensor tensors[MODEL_TENSORS_MAX];
	unsigned n = model_tensors(&m->parts, h, tensors);
	if (!digest128_eq(digest128(slice_of(data, tensors[n - 1].end)), h->data))
		return err_set(e, LODE_CORRUPT, "the data's digest is wrong");
	if (make_room(m, h) != LODE_OK)
		return err_set(e, LODE_NOMEM, "no memory for a model");
	for (unsigned i = 0; i < n; i++) {
		int rc = read_tensor(m, &tensors[i], data, e);
		if (rc)
			return rc;
	}
	if (!digest128_eq(digest128(m->parts.vocabulary), h->vocabulary))
		return err_set(e, LODE_CORRUPT, "the tokenizer's digest is wrong");
	return LODE_OK;
}

static int read_vocabulary(struct scorer_model *m, struct err *e)
{
	struct err why = {0};
	int rc = tok_vocabulary_open(&m->vocabulary, m->parts.vocabulary, &why);
	if (rc)
		return err_set(e, rc, "tokenizer: %.120s", why.text);
	uint32_t ids = tok_vocabulary_size(m->vocabulary);
	if (ids != m->parts.shape.vocabulary)
		return err_set(e, LODE_CORRUPT, "the tokenizer has %u ids, the config %u", ids,
			m->parts.shape.vocabulary);
	return LODE_OK;
}

/* ---- the file ---- */

static int read_all(struct scorer_model *m, struct slice bytes, struct arena *a, struct err *e)
{
	struct model_header h = {0};
	if (bytes.n < 8)
		return err_set(e, LODE_CORRUPT, "%zu bytes are no model file", bytes.n);
	uint64_t header = load_le64(bytes.p);
	if (header > MODEL_HEADER_MAX || header > bytes.n - 8 || (8 + header) % MODEL_ALIGN != 0)
		return err_set(e, LODE_CORRUPT,
			"no whole model file: a header of %llu bytes in a file of %zu",
			(unsigned long long)header, bytes.n);
	const char *data = bytes.p + 8 + header;
	int rc = model_header_read(slice_of(bytes.p + 8, (size_t)header),
		bytes.n - 8 - (size_t)header, a, &m->stack, &m->parts, &h, e);
	if (rc == LODE_OK)
		rc = read_data(m, &h, data, e);
	if (rc == LODE_OK)
		rc = read_vocabulary(m, e);
	m->digest = h.self;
	m->is_bf16 = h.is_bf16;
	return rc;
}

int model_open_bytes(struct scorer_model **out, struct slice bytes, struct err *e)
{
	static _Atomic uint64_t opened;
	struct scorer_model *m = calloc(1, sizeof(*m));
	struct arena a;
	if (!m)
		return err_set(e, LODE_NOMEM, "no memory for a model");
	m->number = ++opened;
	arena_init(&a, HEADER_ARENA);
	int rc = read_all(m, bytes, &a, e);
	arena_release(&a);
	if (rc == LODE_OK)
		*out = m;
	else
		scorer_close(m);
	return rc;
}

int model_open(struct scorer_model **out, const char *path, struct err *e)
{
	struct slice map = {0};
	struct err why = {0};
	int rc = file_map(path, &map, e);
	if (rc)
		return rc;
	rc = model_open_bytes(out, map, &why);
	file_unmap(map);
	return rc ? err_set(e, rc, "%.80s: %.100s", path, why.text) : LODE_OK;
}

void scorer_close(struct scorer_model *m)
{
	if (!m)
		return;
	for (unsigned k = 0; k < MODEL_NETWORKS_MAX; k++)
		network_destroy(m->network[k]);
	kept_destroy(m->kept);
	tok_vocabulary_close(m->vocabulary);
	free(m->weights);
	free(m->firing);
	free(m->vocabulary_bytes);
	free(m->training);
	free(m);
}

int model_prepare(struct scorer_model *m, struct err *e)
{
	const struct shape *s = &m->parts.shape;
	int rc = LODE_OK;
	for (uint32_t k = 0; rc == LODE_OK && k < model_networks(&m->parts); k++)
		if (!m->network[k])
			rc = network_create(
				&m->network[k], s, m->parts.weights + k * shape_floats(s), e);
	return rc;
}

const struct model_parts *model_parts(const struct scorer_model *m)
{
	return &m->parts;
}

const struct tok_vocabulary *model_vocabulary(const struct scorer_model *m)
{
	return m->vocabulary;
}

struct digest128 model_digest(const struct scorer_model *m)
{
	return m->digest;
}

bool model_is_bf16(const struct scorer_model *m)
{
	return m->is_bf16;
}

const struct network *model_network(const struct scorer_model *m, uint32_t which)
{
	return m->network[which];
}

uint64_t model_number(const struct scorer_model *m)
{
	return m->number;
}

int scorer_keep(struct scorer_model *m, size_t bytes)
{
	return m->kept ? LODE_BUG : kept_create(&m->kept, bytes);
}

struct kept *model_kept(const struct scorer_model *m)
{
	return m->kept;
}
