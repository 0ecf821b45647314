/* Parts -> a model file. */
#include "scorer/model_header.h"

#include "base/bytes.h"
#include "base/file.h"

#include <math.h>
#include <stdlib.h>

static uint32_t float_bits(float v)
{
	uint32_t bits;
	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static void put_f32(char *to, const float *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		store_le32(to + 4 * i, float_bits(from[i]));
}

/* Nearest, ties to even; false when the value is then no number. */
static bool put_bf16(char *to, const float *from, size_t n)
{
	uint32_t worst = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t bits = float_bits(from[i]);
		bits += 0x7fff + (bits >> 16 & 1);
		store_le16(to + 2 * i, (uint16_t)(bits >> 16));
		uint32_t exponent = bits >> 23 & 0xff;
		worst = exponent > worst ? exponent : worst;
	}
	return worst < 0xff;
}

static bool are_numbers(const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return false;
	return true;
}

static const float *floats_of(const struct model_parts *parts, const struct model_tensor *t)
{
	return t->is_network
		       ? parts->weights + t->network * shape_floats(&parts->shape) + t->place.offset
		       : parts->firing;
}

static int put_tensor(
	const struct model_parts *parts, const struct model_tensor *t, char *data, struct err *e)
{
	if (t->dtype == DTYPE_U8) {
		memcpy(data + t->begin, parts->vocabulary.p, parts->vocabulary.n);
		return LODE_OK;
	}
	size_t n = (size_t)t->rows * t->cols;
	const float *from = floats_of(parts, t);
	if (!are_numbers(from, n) ||
		(t->dtype == DTYPE_BF16 && !put_bf16(data + t->begin, from, n)))
		return err_set(
			e, LODE_BADREQ, "tensor %s holds a value that is no number", t->name);
	if (t->dtype == DTYPE_F32)
		put_f32(data + t->begin, from, n);
	return LODE_OK;
}

static int check_parts(const struct model_parts *parts, struct err *e)
{
	int rc = shape_check(&parts->shape, e);
	if (rc)
		return rc;
	if (model_networks(parts) > MODEL_NETWORKS_MAX)
		return err_set(e, LODE_BADREQ, "%u networks, not 1 to %d", parts->networks,
			MODEL_NETWORKS_MAX);
	if (parts->vocabulary.n == 0 || parts->vocabulary.n > MODEL_VOCABULARY_MAX)
		return err_set(e, LODE_BADREQ, "the vocabulary has %zu bytes, not 1 to %d",
			parts->vocabulary.n, MODEL_VOCABULARY_MAX);
	return LODE_OK;
}

/* The data section in memory of its own, its digest in h. */
static int build_data(
	const struct model_parts *parts, struct model_header *h, struct slice *out, struct err *e)
{
	struct model_tensor tensors[MODEL_TENSORS_MAX];
	unsigned n = model_tensors(parts, h, tensors);
	size_t bytes = tensors[n - 1].end;
	char *data = malloc(bytes);
	if (!data)
		return err_set(e, LODE_NOMEM, "no memory for a model of %zu bytes", bytes);
	int rc = LODE_OK;
	for (unsigned i = 0; i < n && rc == LODE_OK; i++)
		rc = put_tensor(parts, &tensors[i], data, e);
	if (rc) {
		free(data);
		return rc;
	}
	*out = slice_of(data, bytes);
	h->data = digest128(*out);
	h->vocabulary = digest128(parts->vocabulary);
	return LODE_OK;
}

int model_image(const struct model_parts *parts, bool is_bf16, struct buf *out, struct err *e)
{
	struct model_header h = {.is_bf16 = is_bf16,
		.has_firing = parts->firing != NULL,
		.vocabulary_bytes = parts->vocabulary.n};
	struct slice data = {0};
	struct buf header = {0};
	char length[8];
	int rc = check_parts(parts, e);
	if (rc == LODE_OK)
		rc = build_data(parts, &h, &data, e);
	if (rc == LODE_OK)
		rc = model_header_write(parts, &h, &header, e);
	if (rc == LODE_OK && header.n > MODEL_HEADER_MAX)
		rc = err_set(e, LODE_BADREQ, "the header would have %zu bytes", header.n);
	if (rc == LODE_OK) {
		store_le64(length, header.n);
		buf_put(out, length, sizeof(length));
		buf_put_slice(out, buf_slice(&header));
		buf_put_slice(out, data);
		if (out->failed)
			rc = err_set(e, LODE_NOMEM, "no memory for a model");
	}
	/* Drops const: the slice lent it to the digest, and here it ends. */
	union {
		const char *in;
		char *out;
	} own = {.in = data.p};
	free(own.out);
	buf_release(&header);
	return rc;
}

int model_write(const char *path, const struct model_parts *parts, bool is_bf16, struct err *e)
{
	struct buf image = {0};
	struct scorer_model *again = NULL;
	int rc = model_image(parts, is_bf16, &image, e);
	/* What cannot be opened again is not worth a file: training JSON, firing and vocabulary are
	 * checked by the reader alone. */
	if (rc == LODE_OK) {
		rc = model_open_bytes(&again, buf_slice(&image), e);
		scorer_close(again);
		rc = rc == LODE_CORRUPT || rc == LODE_VERSION ? LODE_BADREQ : rc;
	}
	if (rc == LODE_OK)
		rc = file_replace(path, &(struct slice){image.p, image.n}, 1, 0644, e);
	buf_release(&image);
	return rc;
}
