/* What a model file says of itself, as JSON. */
#include "scorer/model_header.h"

#include "base/json.h"
#include "scorer/network.h"

static void put_text(struct json_writer *w, const char *key, struct buf *text)
{
	json_key(w, key);
	if (text->n)
		json_raw(w, buf_slice(text));
	else
		json_null(w);
	buf_clear(text);
}

/* Of each layer, network after network: the mean share of tokens on which its units fire, and how many never do. */
static void put_firing(struct json_writer *w, const struct model_parts *parts)
{
	const float *firing = parts->firing;
	json_key(w, "firing");
	if (!firing) {
		json_null(w);
		return;
	}
	json_begin_array(w);
	for (uint32_t i = 0; i < model_networks(parts) * parts->shape.layers; i++) {
		double sum = 0;
		uint32_t units = parts->shape.d_ff[i % parts->shape.layers], silent = 0, rare = 0;
		for (uint32_t u = 0; u < units; u++) {
			sum += firing[u];
			silent += firing[u] == 0;
			rare += firing[u] < 0.001f;
		}
		firing += units;
		json_begin_object(w);
		json_kv_uint(w, "units", units);
		json_kv_prob(w, "active_fraction", sum / units);
		json_kv_uint(w, "rare", rare);
		json_kv_uint(w, "never", silent);
		json_end_object(w);
	}
	json_end_array(w);
}

int scorer_card(const struct scorer_model *m, struct buf *out)
{
	const struct model_parts *parts = model_parts(m);
	struct json_writer w;
	struct buf text = {0};
	size_t bytes = model_networks(parts) * shape_floats(&parts->shape) * sizeof(float);
	for (uint32_t k = 0; k < model_networks(parts); k++)
		bytes += model_network(m, k) ? network_bytes(model_network(m, k)) : 0;
	char digest[33];
	scorer_digest(m, digest);
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_str(&w, "digest", digest);
	json_kv_str(&w, "weights", model_is_bf16(m) ? "bf16" : "f32");
	model_config_write(parts, &text);
	put_text(&w, "config", &text);
	buf_put_slice(&text, parts->training);
	put_text(&w, "training", &text);
	if (parts->stack)
		model_stack_write(parts->stack, &text);
	put_text(&w, "stack", &text);
	put_firing(&w, parts);
	json_kv_uint(&w, "memory_bytes", bytes);
	json_end_object(&w);
	bool has_failed = text.failed || out->failed;
	buf_release(&text);
	return has_failed ? LODE_NOMEM : LODE_OK;
}
