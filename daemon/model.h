/* /v1/model: the model's card, another model, none. */
#ifndef LODESTONE_DAEMON_MODEL_H
#define LODESTONE_DAEMON_MODEL_H

#include "daemon/request.h"

extern const struct step model_steps[], model_put_steps[], model_delete_steps[];

#endif
