/* Arbitrary bytes as a model file, as they are and with digests made right: what opens must run. */
#include "scorer/network.h"
#include "tests/scorer/model_fixture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const struct scorer_model *m)
{
	const struct shape *s = &model_parts(m)->shape;
	uint16_t ids[SHAPE_WINDOW_MAX] = {0};
	struct network_input in = {ids, s->window < 3 ? s->window : 3, 0};
	struct network_scratch *scratch;
	float logits[SHAPE_LOGITS];
	if (network_scratch_create(&scratch, model_network(m, 0), 1) != 0)
		return;
	if (network_run(model_network(m, 0), scratch, &in, 1, logits, NULL) != 0)
		abort();
	network_scratch_destroy(scratch);
}

static void try(struct slice bytes)
{
	struct scorer_model *m;
	struct buf again = {0};
	if (model_open_bytes(&m, bytes, NULL) != 0)
		return;
	/* What opens is in its one form. */
	if (model_image(model_parts(m), model_is_bf16(m), &again, NULL) != 0 ||
		!slice_eq(buf_slice(&again), bytes))
		abort();
	buf_release(&again);
	if (model_prepare(m, NULL) == 0)
		run(m);
	scorer_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);
	if (!bytes)
		abort();
	memcpy(bytes, data, size);
	try(slice_of(bytes, size));
	if (model_fix_digests(slice_of(bytes, size)))
		try(slice_of(bytes, size));
	free(bytes);
	return 0;
}
