/* What made-up notes are made of (private to generate*.c and their tests).
 *
 * No surface form may carry one label only: where a form gives a label away (a sign, a joint, a heading, a
 * verb), the same form stands elsewhere with another label, or the model learns the form. */
#ifndef LODESTONE_TRAIN_FORMS_H
#define LODESTONE_TRAIN_FORMS_H

#include <stdint.h>

/* Kinds of places in a note; a form says in which it may stand. */
enum made_place {
	IN_STORY = 1 << 0,   /* no heading, present illness, hospital course */
	IN_VIEW = 1 << 1,    /* assessment, impression, plan, diagnoses */
	IN_EXAM = 1 << 2,    /* exam, imaging, findings, laboratory */
	IN_ROS = 1 << 3,     /* review of systems */
	IN_PAST = 1 << 4,    /* past medical and surgical history */
	IN_FAMILY = 1 << 5,  /* family history */
	IN_SOCIAL = 1 << 6,  /* social history */
	IN_RISK = 1 << 7,    /* risks, consent */
	IN_TELL = 1 << 8,    /* discharge instructions, follow-up, education */
	IN_OP = 1 << 9,      /* description of a procedure */
	IN_REASON = 1 << 10, /* indication, chief complaint, reason for the study */
	IN_DOUBT = 1 << 11,  /* differential diagnosis */
	IN_WARN = 1 << 12,   /* "Call for:", "Return for:" */
	IN_COMPLICATIONS = 1 << 13,
	IN_DENIED = 1 << 14, /* "Pertinent negatives" */
	IN_PLAIN = 1 << 15,  /* preoperative, postoperative, discharge diagnoses */
};

/* A sentence. */
struct made_form {
	uint32_t where;
	const char *text; /* a template */
};

/* A set of forms. */
struct made_forms {
	const struct made_form *list;
	unsigned n;
};
extern const struct made_forms made_plain, made_denied, made_doubted, made_supposed, made_past,
	made_others, made_mixed;
/* Items of lists, a line each. */
extern const struct made_forms made_items;

/* A place: headings that open it, templates parted by '|', and what its bare items say. */
struct made_section {
	uint32_t place; /* one bit */
	unsigned weight;
	const char *here;
	const char *headings;
};
extern const struct made_section made_sections[];
extern const unsigned made_section_count;

#endif
