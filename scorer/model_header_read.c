/* A header's bytes -> what the file holds.  Each check names what it saw; the last one, that the header
 * written again is the same, catches what the others have no words for. */
#include "scorer/model_header.h"

#include "base/json.h"

#include <stdio.h>

static int bad(struct err *e, const char *what)
{
	return err_set(e, LODE_CORRUPT, "header: %s", what);
}

static const struct json *string_of(const struct json *metadata, const char *key)
{
	const struct json *v = json_get(metadata, key);
	return v && v->type == JSON_STRING ? v : NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_digest(
	const struct json *metadata, const char *key, struct digest128 *out, struct err *e)
{
	const struct json *v = string_of(metadata, key);
	if (!v || v->str.n != 32)
		return err_set(e, LODE_CORRUPT, "header: %s is no digest", key);
	uint64_t half[2] = {0};
	for (unsigned i = 0; i < 32; i++) {
		int digit = hex_digit(v->str.p[i]);
		if (digit < 0)
			return err_set(e, LODE_CORRUPT, "header: %s is no digest", key);
		half[i / 16] = half[i / 16] << 4 | (unsigned)digit;
	}
	*out = (struct digest128){half[0], half[1]};
	return LODE_OK;
}

/* ---- config ---- */

static int read_number(const struct json *o, const char *key, uint32_t *out, struct err *e)
{
	int64_t v;
	const struct json *member = json_get(o, key);
	if (!member || json_int(member, 0, UINT32_MAX, &v) != 0)
		return err_set(e, LODE_CORRUPT, "config: %s is no number", key);
	*out = (uint32_t)v;
	return LODE_OK;
}

static int read_choice(const struct json *o, const char *key, const char *const *names, unsigned n,
	unsigned *out, struct err *e)
{
	const struct json *v = string_of(o, key);
	for (unsigned i = 0; v && i < n; i++)
		if (slice_eq(v->str, slice_str(names[i]))) {
			*out = i;
			return LODE_OK;
		}
	return err_set(e, LODE_CORRUPT, "config: %s is none that this version knows", key);
}

static int read_layers(const struct json *o, struct shape *s, struct err *e)
{
	const struct json *list = json_get(o, "d_ff");
	if (!list || list->type != JSON_ARRAY || list->n > SHAPE_LAYERS_MAX)
		return err_set(e, LODE_CORRUPT, "config: d_ff is no list of at most %d layers",
			SHAPE_LAYERS_MAX);
	for (const struct json *v = list->first; v; v = v->next) {
		int64_t units;
		if (json_int(v, 0, UINT32_MAX, &units) != 0)
			return err_set(e, LODE_CORRUPT, "config: d_ff holds no number");
		s->d_ff[s->layers++] = (uint32_t)units;
	}
	return LODE_OK;
}

/* Left out where there is one. */
static int read_networks(const struct json *o, uint32_t *out, struct err *e)
{
	*out = 1;
	if (!json_get(o, "networks"))
		return LODE_OK;
	int rc = read_number(o, "networks", out, e);
	if (rc == LODE_OK && (*out < 2 || *out > MODEL_NETWORKS_MAX))
		rc = err_set(e, LODE_CORRUPT, "config: %u networks, not 2 to %d", *out,
			MODEL_NETWORKS_MAX);
	return rc;
}

static int read_config(
	const struct json *metadata, struct arena *a, struct model_parts *parts, struct err *e)
{
	struct shape *s = &parts->shape;
	const struct json *text = string_of(metadata, "config");
	struct json *o;
	unsigned mask = 0, position = 0, activation = 0;
	int rc;
	*s = (struct shape){0};
	if (!text || json_parse(text->str, a, &o, NULL) != 0)
		return bad(e, "config is no JSON object");
	if ((rc = read_number(o, "vocabulary", &s->vocabulary, e)) ||
		(rc = read_number(o, "d", &s->d, e)) ||
		(rc = read_number(o, "heads", &s->heads, e)) || (rc = read_layers(o, s, e)) ||
		(rc = read_number(o, "window", &s->window, e)) ||
		(rc = read_choice(o, "mask", shape_mask_names, 2, &mask, e)) ||
		(rc = read_choice(o, "position", shape_position_names, 2, &position, e)) ||
		(rc = read_choice(o, "activation", shape_activation_names, 3, &activation, e)) ||
		(rc = read_networks(o, &parts->networks, e)))
		return rc;
	s->mask = (enum shape_mask)mask;
	s->position = (enum shape_position)position;
	s->activation = (enum shape_activation)activation;
	const struct json *heads = json_get(o, "has_heads");
	s->has_heads = heads && heads->type == JSON_TRUE;
	struct err why = {0};
	if (shape_check(s, &why) != 0)
		return err_set(e, LODE_CORRUPT, "config: %.120s", why.text);
	return LODE_OK;
}

/* ---- stack ---- */

static bool read_floats(const struct json *list, float *out, unsigned n)
{
	if (!list || list->type != JSON_ARRAY || list->n != n)
		return false;
	for (const struct json *v = list->first; v; v = v->next) {
		if (v->type != JSON_NUMBER)
			return false;
		*out++ = (float)v->num;
	}
	return true;
}

static bool read_axis(const struct json *list, unsigned classes, struct stack_axis *out)
{
	if (!list || list->type != JSON_ARRAY || list->n != classes)
		return false;
	unsigned n = list->first->type == JSON_ARRAY ? list->first->n : 0;
	if (n < 2 || n > STACK_FEATURES_MAX + 1)
		return false;
	*out = (struct stack_axis){.classes = classes, .features = n - 1};
	unsigned c = 0;
	for (const struct json *row = list->first; row; row = row->next)
		if (!read_floats(row, out->weight[c++], n))
			return false;
	return true;
}

static int read_stack(const struct json *metadata, struct arena *a, struct stack *out,
	const struct stack **used, struct err *e)
{
	const struct json *text = string_of(metadata, "stack");
	struct json *o;
	float abstain[2];
	*used = NULL;
	if (!text)
		return bad(e, "stack is missing");
	if (text->str.n == 0)
		return LODE_OK;
	if (json_parse(text->str, a, &o, NULL) != 0)
		return bad(e, "stack is no JSON object");
	*out = (struct stack){0};
	for (unsigned axis = 0; axis < HEAD_RELEVANCE; axis++)
		if (!read_axis(json_get(o, shape_head_names[axis]), shape_head_classes[axis],
			    &out->axis[axis]))
			return err_set(e, LODE_CORRUPT, "stack: %s has other classes or features",
				shape_head_names[axis]);
	if (read_number(o, "layout", &out->layout, NULL) ||
		!read_floats(json_get(o, "present"), out->present, 5) ||
		!read_floats(json_get(o, "abstain"), abstain, 2))
		return bad(e, "stack: layout, present or abstain is wrong");
	out->abstain_low = abstain[0];
	out->abstain_high = abstain[1];
	*used = out;
	return LODE_OK;
}

/* ---- the list of tensors ---- */

static bool offsets_are(const struct json *v, size_t begin, size_t end)
{
	int64_t a, b;
	return v && v->type == JSON_ARRAY && v->n == 2 &&
	       json_int(v->first, 0, INT64_MAX, &a) == 0 &&
	       json_int(v->first->next, 0, INT64_MAX, &b) == 0 && (uint64_t)a == begin &&
	       (uint64_t)b == end;
}

static bool shape_is(const struct json *v, const struct model_tensor *t)
{
	int64_t n = 0;
	if (!v || v->type != JSON_ARRAY || v->n != t->dims)
		return false;
	if (t->dims == 2 && (json_int(v->first, 0, UINT32_MAX, &n) != 0 || n != t->rows))
		return false;
	const struct json *last = t->dims == 2 ? v->first->next : v->first;
	return json_int(last, 0, UINT32_MAX, &n) == 0 && n == t->cols;
}

static int check_tensor(const struct json *member, const struct model_tensor *want,
	enum model_dtype dtype, struct err *e)
{
	static const char *const names[] = {"F32", "BF16", "U8"};
	const struct json *v = string_of(member, "dtype");
	if (!slice_eq(member->key, slice_str(want->name)))
		return err_set(
			e, LODE_CORRUPT, "tensor %s is missing or not in its place", want->name);
	if (!v || !slice_eq(v->str, slice_str(names[dtype])))
		return err_set(
			e, LODE_CORRUPT, "tensor %s: dtype is not %s", want->name, names[dtype]);
	if (!shape_is(json_get(member, "shape"), want))
		return err_set(e, LODE_CORRUPT, "tensor %s: shape is not the config's", want->name);
	if (!offsets_are(json_get(member, "data_offsets"), want->begin, want->end))
		return err_set(e, LODE_CORRUPT, "tensor %s: data_offsets are not %zu to %zu",
			want->name, want->begin, want->end);
	return LODE_OK;
}

/* The matrices' type is that of the first tensor, the vocabulary's size that of the last. */
static void guess_contents(const struct json *root, struct model_header *h)
{
	const struct json *first = root->first ? root->first->next : NULL, *last = NULL;
	const struct json *dtype = first ? string_of(first, "dtype") : NULL;
	h->is_bf16 = dtype && slice_eq(dtype->str, SLICE("BF16"));
	h->has_firing = json_get(root, "firing") != NULL;
	for (const struct json *m = first; m; m = m->next)
		last = m;
	const struct json *size = last ? json_get(last, "shape") : NULL;
	int64_t n = 0;
	if (size && size->first)
		json_int(size->first, 0, MODEL_VOCABULARY_MAX, &n);
	h->vocabulary_bytes = (size_t)n;
}

static int check_tensors(const struct json *root, const struct model_parts *parts,
	const struct model_header *h, size_t data_bytes, struct err *e)
{
	struct model_tensor tensors[MODEL_TENSORS_MAX];
	unsigned n = model_tensors(parts, h, tensors), i = 0;
	for (const struct json *m = root->first->next; m; m = m->next, i++) {
		if (i == n)
			return bad(e, "more tensors than the config has");
		int rc = check_tensor(m, &tensors[i], tensors[i].dtype, e);
		if (rc)
			return rc;
	}
	if (i < n)
		return err_set(e, LODE_CORRUPT, "tensor %s is missing", tensors[i].name);
	if (tensors[n - 1].end != data_bytes)
		return err_set(e, LODE_CORRUPT, "the tensors take %zu bytes, the file has %zu",
			tensors[n - 1].end, data_bytes);
	return LODE_OK;
}

/* The header's digest is of its text with zeros where the digest stands. */
static int check_digest(struct slice text, const struct model_header *h, struct err *e)
{
	static const char before[] = "\"digest\":\"";
	struct buf blank = {0};
	struct digest128 is = {0};
	buf_put_slice(&blank, text);
	if (blank.failed)
		return err_set(e, LODE_NOMEM, "no memory for a model's header");
	char *at = memmem(blank.p, blank.n, before, sizeof(before) - 1);
	size_t left = at ? (size_t)(blank.p + blank.n - at) : 0;
	if (left >= sizeof(before) - 1 + 32) {
		memset(at + sizeof(before) - 1, '0', 32);
		is = digest128(buf_slice(&blank));
	}
	buf_release(&blank);
	return digest128_eq(is, h->self) ? LODE_OK : bad(e, "its digest is wrong");
}

static int check_canonical(struct slice text, const struct model_parts *parts,
	const struct model_header *h, struct err *e)
{
	struct buf again = {0};
	struct model_header copy = *h;
	struct err why = {0};
	int rc = model_header_write(parts, &copy, &again, &why);
	if (rc == LODE_BADREQ)
		rc = err_set(e, LODE_CORRUPT, "header: %.120s", why.text);
	else if (rc)
		rc = err_set(e, rc, "%s", why.text);
	else if (!slice_eq(buf_slice(&again), text))
		rc = bad(e, "not in its one form");
	buf_release(&again);
	return rc;
}

static int read_identity(const struct json *metadata, struct model_header *h, struct err *e)
{
	int rc;
	const struct json *format = string_of(metadata, "format");
	const struct json *version = string_of(metadata, "version");
	if (!format || !slice_eq(format->str, SLICE("lodestone-scorer")))
		return bad(e, "not a lodestone-scorer file");
	if (!version || !slice_eq(version->str, SLICE("1")))
		return err_set(e, LODE_VERSION, "model format is not %d, which this version reads",
			MODEL_VERSION);
	if ((rc = read_digest(metadata, "digest", &h->self, e)) ||
		(rc = read_digest(metadata, "data_digest", &h->data, e)) ||
		(rc = read_digest(metadata, "tokenizer_digest", &h->vocabulary, e)))
		return rc;
	return LODE_OK;
}

static int read_training(
	const struct json *metadata, struct arena *a, struct slice *out, struct err *e)
{
	const struct json *text = string_of(metadata, "training");
	struct json *o;
	if (!text ||
		(text->str.n && (json_parse(text->str, a, &o, NULL) || o->type != JSON_OBJECT)))
		return bad(e, "training is no JSON object");
	*out = text->str;
	return LODE_OK;
}

int model_header_read(struct slice text, size_t data_bytes, struct arena *a, struct stack *stack,
	struct model_parts *parts, struct model_header *h, struct err *e)
{
	struct json *root;
	struct err why = {0};
	int rc = json_parse(text, a, &root, &why);
	if (rc)
		return err_set(e, rc == LODE_NOMEM ? rc : LODE_CORRUPT, "header: %.100s", why.text);
	const struct json *metadata = root->first;
	if (root->type != JSON_OBJECT || !metadata ||
		!slice_eq(metadata->key, SLICE("__metadata__")) || metadata->type != JSON_OBJECT)
		return bad(e, "__metadata__ does not come first");
	if ((rc = read_identity(metadata, h, e)) || (rc = read_config(metadata, a, parts, e)) ||
		(rc = read_stack(metadata, a, stack, &parts->stack, e)) ||
		(rc = read_training(metadata, a, &parts->training, e)))
		return rc;
	guess_contents(root, h);
	if ((rc = check_tensors(root, parts, h, data_bytes, e)) || (rc = check_digest(text, h, e)))
		return rc;
	return check_canonical(text, parts, h, e);
}
