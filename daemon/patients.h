/* Lists, counts, notes and their deletion. */
#ifndef LODESTONE_DAEMON_PATIENTS_H
#define LODESTONE_DAEMON_PATIENTS_H

#include "daemon/request.h"

extern const struct step patients_steps[], patient_steps[], notes_steps[], note_steps[];
extern const struct step note_delete_steps[], patient_delete_steps[];

#endif
