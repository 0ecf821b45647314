/* Which sections the types of notes have. */
#include "chartgen.h"

const struct section_form section_forms[SEC_COUNT] = {
#define X(name, heading, style, bank) {BANK_##heading, BANK_##bank, style},
	SECTION_LIST(X)
#undef X
};

const char *const note_type_names[NOTE_TYPES] = {"H&P", "Progress note", "Consult",
	"Discharge summary", "Operative note", "Nursing", "Radiology"};
const char *const note_roles[NOTE_TYPES] = {
	"physician", "resident", "consultant", "physician", "surgeon", "nurse", "radiologist"};

#define END                        \
	{                          \
		SEC_COUNT, OPEN, 0 \
	}

static const struct section_use hp[] = {{SEC_CC, 0, 95}, {SEC_HPI, 8, 100}, {SEC_PMH, 0, 95},
	{SEC_PSH, 0, 60}, {SEC_MEDS, 0, 85}, {SEC_ALLERGY, 0, 85}, {SEC_SOCIAL, 2, 80},
	{SEC_FAMILY, 0, 75}, {SEC_ROS, 2, 70}, {SEC_CHECKS, 0, 35}, {SEC_VITALS, 0, 90},
	{SEC_EXAM, 3, 95}, {SEC_LABS, 2, 85}, {SEC_IMAGING, 1, 50}, {SEC_DDX, 0, 20},
	{SEC_ASSESS, 7, 100}, {SEC_PLAN, 2, 50}, {SEC_ADDENDUM, 0, 8}, END};
static const struct section_use progress[] = {{SEC_SUBJ, 5, 100}, {SEC_VITALS, 0, 95},
	{SEC_EXAM, 3, 95}, {SEC_LABS, 3, 85}, {SEC_MEDS, 0, 45}, {SEC_IMAGING, 1, 35},
	{SEC_CHECKS, 0, 12}, {SEC_ASSESS, 8, 100}, {SEC_PLAN, 3, 60}, {SEC_ADDENDUM, 0, 10}, END};
static const struct section_use consult[] = {{SEC_REASON, 0, 95}, {SEC_HPI, 8, 100},
	{SEC_PMH, 0, 85}, {SEC_MEDS, 0, 65}, {SEC_FAMILY, 0, 50}, {SEC_EXAM, 3, 90},
	{SEC_LABS, 2, 80}, {SEC_DDX, 0, 20}, {SEC_ASSESS, 5, 100}, {SEC_RECS, 3, 95},
	{SEC_ADDENDUM, 0, 6}, END};
static const struct section_use discharge[] = {{SEC_DX, 0, 90}, {SEC_HPI, 4, 80}, {SEC_PMH, 0, 80},
	{SEC_FAMILY, 0, 20}, {SEC_LABS, 2, 60}, {SEC_COURSE, 12, 100}, {SEC_DMEDS, 0, 90},
	{SEC_INSTRUCT, 3, 95}, {SEC_FOLLOW, 1, 90}, {SEC_ADDENDUM, 0, 6}, END};
static const struct section_use operative[] = {{SEC_PREOP, 0, 95}, {SEC_PROC, 0, 100},
	{SEC_INDIC, 2, 90}, {SEC_CONSENT, 1, 60}, {SEC_FINDINGS, 1, 85}, {SEC_DESCR, 12, 100},
	{SEC_COMPL, 0, 90}, END};
static const struct section_use nursing[] = {{SEC_SHIFT, 10, 100}, {SEC_CHECKS, 0, 15}, END};
static const struct section_use radiology[] = {{SEC_RADPROC, 0, 100}, {SEC_RADIND, 0, 95},
	{SEC_TECH, 1, 70}, {SEC_COMPAR, 0, 85}, {SEC_RADFIND, 8, 100}, {SEC_RADIMP, 0, 100}, END};

const struct section_use *const section_uses[NOTE_TYPES] = {
	hp, progress, consult, discharge, operative, nursing, radiology};

bool note_has(enum note_type type, enum section s)
{
	for (const struct section_use *u = section_uses[type]; u->share != OPEN; u++)
		if (u->section == s)
			return true;
	return false;
}
