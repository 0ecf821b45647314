/* From the tables of an experiment's runs to its CSV, its figures and a summary on stdout. */
#ifndef LODESTONE_TRAIN_LAB_REPORT_H
#define LODESTONE_TRAIN_LAB_REPORT_H

#include "scorer/train/lab_plan.h"

/* FOLDER/NAME.csv: arm,seed,tokens,step,layer,measure,at,value (tokens: trained on up to the step). */
int lab_report(const struct lab_bench *b, const struct lab_experiment *x,
	const struct lab_size *size, uint32_t ids, const char *folder, struct err *e);

#endif
