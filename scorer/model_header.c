#include "scorer/model_header.h"

#include "base/json.h"

#include <math.h>
#include <stdio.h>

static const char *const dtype_names[] = {
	[DTYPE_F32] = "F32", [DTYPE_BF16] = "BF16", [DTYPE_U8] = "U8"};
static const size_t dtype_bytes[] = {[DTYPE_F32] = 4, [DTYPE_BF16] = 2, [DTYPE_U8] = 1};

size_t model_firing_units(const struct shape *s)
{
	size_t units = 0;
	for (uint32_t l = 0; l < s->layers; l++)
		units += s->d_ff[l];
	return units;
}

/* Without a gap: safetensors allows none between tensors.  Rows are multiples of 16 elements, so that only
 * what follows the heads' biases is not on 64 bytes, and that is all on 4. */
static void place(struct model_tensor *t, size_t *end)
{
	t->begin = *end;
	t->end = *end + (size_t)t->rows * t->cols * dtype_bytes[t->dtype];
	*end = t->end;
}

static bool is_vector(enum tensor_role role)
{
	return role == TENSOR_NORM_ATTENTION || role == TENSOR_NORM_MLP ||
	       role == TENSOR_NORM_FINAL || role == TENSOR_HEAD_BIAS;
}

uint32_t model_networks(const struct model_parts *p)
{
	return p->networks ? p->networks : 1;
}

/* The first network's tensors have the names of one that is alone. */
static void name_tensor(struct model_tensor *t)
{
	char name[sizeof(t->name)];
	tensor_name(&t->place, name);
	if (t->network == 0)
		memcpy(t->name, name, sizeof(name));
	else
		snprintf(t->name, sizeof(t->name), "network.%u.%.70s", t->network, name);
}

static unsigned network_tensors(const struct shape *s, const struct model_header *h,
	uint32_t network, struct model_tensor *out, size_t *end)
{
	struct tensor_place places[SHAPE_TENSORS_MAX];
	unsigned n = shape_tensors(s, places, SHAPE_TENSORS_MAX);
	for (unsigned i = 0; i < n; i++) {
		struct model_tensor *t = &out[i];
		*t = (struct model_tensor){.rows = places[i].rows,
			.cols = places[i].cols,
			.dims = is_vector(places[i].role) ? 1 : 2,
			.place = places[i],
			.network = network,
			.is_network = true};
		t->dtype = h->is_bf16 && tensor_is_matrix(&places[i]) ? DTYPE_BF16 : DTYPE_F32;
		name_tensor(t);
		place(t, end);
	}
	return n;
}

unsigned model_tensors(const struct model_parts *p, const struct model_header *h,
	struct model_tensor out[MODEL_TENSORS_MAX])
{
	size_t end = 0;
	unsigned n = 0;
	for (uint32_t k = 0; k < model_networks(p); k++)
		n += network_tensors(&p->shape, h, k, out + n, &end);
	if (h->has_firing) {
		out[n] = (struct model_tensor){.name = "firing",
			.dims = 1,
			.rows = 1,
			.cols = (uint32_t)model_firing_units(&p->shape) * model_networks(p)};
		place(&out[n++], &end);
	}
	out[n] = (struct model_tensor){.name = "tokenizer",
		.dtype = DTYPE_U8,
		.dims = 1,
		.rows = 1,
		.cols = (uint32_t)h->vocabulary_bytes};
	place(&out[n++], &end);
	return n;
}

/* ---- writing ---- */

/* Nine digits give a float back exactly. */
static void put_float(struct json_writer *w, float v)
{
	char room[32];
	int n = snprintf(room, sizeof(room), "%.9g", (double)v);
	json_raw(w, slice_of(room, (size_t)n));
}

void model_config_write(const struct model_parts *p, struct buf *out)
{
	const struct shape *s = &p->shape;
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_uint(&w, "vocabulary", s->vocabulary);
	json_kv_uint(&w, "d", s->d);
	json_kv_uint(&w, "heads", s->heads);
	json_key(&w, "d_ff");
	json_begin_array(&w);
	for (uint32_t l = 0; l < s->layers; l++)
		json_uint(&w, s->d_ff[l]);
	json_end_array(&w);
	json_kv_uint(&w, "window", s->window);
	json_kv_str(&w, "mask", shape_mask_names[s->mask]);
	json_kv_str(&w, "position", shape_position_names[s->position]);
	json_kv_str(&w, "activation", shape_activation_names[s->activation]);
	json_kv_bool(&w, "has_heads", s->has_heads);
	if (model_networks(p) > 1)
		json_kv_uint(&w, "networks", model_networks(p));
	json_end_object(&w);
}

static void put_stack_axis(struct json_writer *w, const struct stack_axis *x)
{
	json_begin_array(w);
	for (uint32_t c = 0; c < x->classes; c++) {
		json_begin_array(w);
		for (uint32_t f = 0; f <= x->features; f++)
			put_float(w, x->weight[c][f]);
		json_end_array(w);
	}
	json_end_array(w);
}

static void put_floats(struct json_writer *w, const char *key, const float *v, unsigned n)
{
	json_key(w, key);
	json_begin_array(w);
	for (unsigned i = 0; i < n; i++)
		put_float(w, v[i]);
	json_end_array(w);
}

void model_stack_write(const struct stack *s, struct buf *out)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_uint(&w, "layout", s->layout);
	for (unsigned axis = 0; axis < HEAD_RELEVANCE; axis++) {
		json_key(&w, shape_head_names[axis]);
		put_stack_axis(&w, &s->axis[axis]);
	}
	const float abstain[2] = {s->abstain_low, s->abstain_high};
	put_floats(&w, "present", s->present, 5);
	put_floats(&w, "abstain", abstain, 2);
	json_end_object(&w);
}

static int check_stack(const struct stack *s, struct err *e)
{
	bool is_whole = isfinite(s->abstain_low) && isfinite(s->abstain_high);
	for (unsigned i = 0; i < 5; i++)
		is_whole = is_whole && isfinite(s->present[i]);
	for (unsigned axis = 0; axis < HEAD_RELEVANCE; axis++) {
		const struct stack_axis *x = &s->axis[axis];
		if (x->classes != shape_head_classes[axis] || x->features == 0 ||
			x->features > STACK_FEATURES_MAX)
			return err_set(e, LODE_BADREQ, "stack of %s: %u classes, %u features",
				shape_head_names[axis], x->classes, x->features);
		for (uint32_t c = 0; c < x->classes; c++)
			for (uint32_t f = 0; f <= x->features; f++)
				is_whole = is_whole && isfinite(x->weight[c][f]);
	}
	if (!is_whole)
		return err_set(e, LODE_BADREQ, "the stack holds a number that is none");
	return LODE_OK;
}

static void put_digest(struct json_writer *w, const char *key, struct digest128 d)
{
	char room[33];
	digest128_hex(d, room);
	json_kv_str(w, key, room);
}

static int put_metadata(
	struct json_writer *w, const struct model_parts *parts, const struct model_header *h)
{
	struct buf text = {0};
	json_key(w, "__metadata__");
	json_begin_object(w);
	json_kv_str(w, "format", "lodestone-scorer");
	json_kv_str(w, "version", "1");
	put_digest(w, "digest", h->self);
	put_digest(w, "data_digest", h->data);
	put_digest(w, "tokenizer_digest", h->vocabulary);
	model_config_write(parts, &text);
	json_kv_string(w, "config", buf_slice(&text));
	buf_clear(&text);
	if (parts->stack)
		model_stack_write(parts->stack, &text);
	json_kv_string(w, "stack", buf_slice(&text));
	json_kv_string(w, "training", parts->training);
	json_end_object(w);
	int rc = text.failed ? LODE_NOMEM : LODE_OK;
	buf_release(&text);
	return rc;
}

static void put_tensor(struct json_writer *w, const struct model_tensor *t)
{
	json_key(w, t->name);
	json_begin_object(w);
	json_kv_str(w, "dtype", dtype_names[t->dtype]);
	json_key(w, "shape");
	json_begin_array(w);
	if (t->dims == 2)
		json_uint(w, t->rows);
	json_uint(w, t->cols);
	json_end_array(w);
	json_key(w, "data_offsets");
	json_begin_array(w);
	json_uint(w, t->begin);
	json_uint(w, t->end);
	json_end_array(w);
	json_end_object(w);
}

static int put_header(
	const struct model_parts *parts, const struct model_header *h, struct buf *out)
{
	struct model_tensor tensors[MODEL_TENSORS_MAX];
	unsigned n = model_tensors(parts, h, tensors);
	size_t start = out->n;
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = put_metadata(&w, parts, h);
	for (unsigned i = 0; i < n; i++)
		put_tensor(&w, &tensors[i]);
	json_end_object(&w);
	while ((8 + out->n - start) % MODEL_ALIGN && !out->failed)
		buf_put_byte(out, ' ');
	return rc || out->failed ? LODE_NOMEM : LODE_OK;
}

int model_header_write(
	const struct model_parts *parts, struct model_header *h, struct buf *out, struct err *e)
{
	int rc = parts->stack ? check_stack(parts->stack, e) : LODE_OK;
	if (rc)
		return rc;
	size_t start = out->n;
	h->self = (struct digest128){0};
	if (put_header(parts, h, out) != LODE_OK)
		return err_set(e, LODE_NOMEM, "no memory for a model's header");
	h->self = digest128(slice_of(out->p + start, out->n - start));
	out->n = start;
	if (put_header(parts, h, out) != LODE_OK)
		return err_set(e, LODE_NOMEM, "no memory for a model's header");
	return LODE_OK;
}
