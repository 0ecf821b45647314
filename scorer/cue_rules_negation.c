/* Denials, and what only looks like one. */
#include "scorer/cue_rules.h"

/* clang-format off */
static const struct cue_rule rules[] = {
	/* ---- negation ---- */
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS & ~(uint32_t)(BAR_WHO | BAR_CAUSE),
		"denies|denied|deny|denying|denies any|denied any|denies having|denied having|"
		"denies feeling|denies experiencing|denies the presence of|patient denies|"
		"denies symptoms of|denies complaints of|denies problems with|denies any problems with|"
		"denies being treated for|denied being treated for|denies current|denies recent|denies significant|denial of|refutes"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS,
		"negative for|is negative for|was negative for|were negative for|neg for|"
		"negative for any|negative for the following|negative for evidence of|"
		"negative for signs of|negative for symptoms of|essentially negative for|"
		"otherwise negative for|all negative for|remains negative for|unremarkable for|"
		"is unremarkable for|nonsignificant for|noncontributory for|non-contributory for|"
		"not remarkable for|not significant for|not notable for|not positive for|"
		"pertinent negatives include|pertinent negative for|pertinent negatives"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS & ~(uint32_t)BAR_WHO,
		"no evidence of|no evidence for|no evidence to suggest|no evidence suggesting|"
		"no evidence that|no clear evidence of|no definite evidence of|no obvious evidence of|"
		"no radiographic evidence of|no clinical evidence of|no significant evidence of|"
		"no gross evidence of|no objective evidence of|no further evidence of|"
		"no new evidence of|no evidence of any|no evidence of acute|no convincing evidence of|"
		"no ct evidence of|no ecg evidence of|no ekg evidence of|no angiographic evidence of|"
		"no sonographic evidence of|no echocardiographic evidence of|no endoscopic evidence of|"
		"no mammographic evidence of|no other evidence of|no physical evidence of|"
		"without evidence of|without any evidence of|without clear evidence of|"
		"without definite evidence of|without clinical evidence of|without radiographic evidence of|"
		"lack of evidence of|absence of evidence of|not evidence of|insufficient evidence of"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS & ~(uint32_t)BAR_WHO,
		"no sign of|no signs of|no signs or symptoms of|no symptoms of|no symptoms suggestive of|"
		"no clinical signs of|no obvious sign of|no obvious signs of|no indication of|"
		"no indications of|no suggestion of|no suspicion of|no suspicion for|"
		"no findings of|no findings to suggest|no findings suggestive of|"
		"no findings to indicate|no definite findings to suggest|nothing to suggest|"
		"no features of|no features to suggest|no features suggestive of|no stigmata of|"
		"no areas of|no area of|no focus of|no foci of|no mention of|no complaint of|"
		"no complaints of|no concern for|no concerns for|no reports of|no report of|"
		"no episodes of|no episode of|no further episodes of|no recurrence of|"
		"no evidence for recurrence of|no presence of|no trace of|no degree of|"
		"no problems with|no problem with|no difficulty with|no difficulties with|no issues with|"
		"no trouble with|no feeling of|no feelings of|no sensation of|no component of|"
		"no element of|no pattern of|without signs of|without any signs of|without sign of|"
		"without any sign of|without symptoms of|without indication of|without complaints of|"
		"without episodes of|without findings of|no manifestations of|no evident|no visible|"
		"no apparent|no palpable|no obvious|no demonstrable|no appreciable|no identifiable|"
		"no discernible|no detectable|no gross|no overt|no frank|no definite|no definitive|"
		"no significant|no new|no acute|no abnormal|no known|no active|no associated|no such|"
		"no other|no additional|no current|no recent|no suspicious|no concerning|no clear|"
		"no recurrent|no residual|no persistent|no further|no more|no focal|no gross focal|"
		"no major|no overall|no real|no true|no unusual|no ongoing|no specific|no particular"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS & ~(uint32_t)BAR_WHO,
		"no history of|no prior history of|no previous history of|no past history of|"
		"no known history of|no personal history of|no significant history of|no family history of|"
		"no past medical history of|no medical history of|no documented history of|no h/o|"
		"no hx of|no prior|no previous|without history of|without a history of|"
		"without any history of|without prior|without previous|denies history of|"
		"denies any history of|denies a history of|denied any history of|denied history of|"
		"denies prior|denies previous|denies past|denies h/o|denies any prior|"
		"denies any previous|denies any past|negative history of|never had|has never had|"
		"have never had|had never had|never experienced|never diagnosed with|"
		"has never been diagnosed with|never been told|does not have a history of|"
		"does not have any history of|did not have a history of|negative for history of|"
		"negative for a history of|negative for prior"},
	{ROLE_HISTORICAL, AHEAD, 0, 0, NEGS & ~(uint32_t)BAR_WHO,
		"no history of|no prior history of|no previous history of|no past history of|"
		"no known history of|no personal history of|no significant history of|"
		"no past medical history of|no medical history of|no documented history of|no h/o|"
		"no hx of|no prior|no previous|without history of|without a history of|"
		"without any history of|without prior|without previous|denies history of|"
		"denies any history of|denies a history of|denied any history of|denied history of|"
		"denies prior|denies previous|denies past|denies h/o|denies any prior|"
		"denies any previous|denies any past|negative history of|never had|has never had|"
		"have never had|had never had|never diagnosed with|has never been diagnosed with|"
		"does not have a history of|does not have any history of|did not have a history of|"
		"negative for history of|negative for a history of|negative for prior"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS | BAR_PREP,
		"no|no any|nor|neither|nil|zero"},
	{ROLE_NEGATE, AHEAD, 0, CUE_LEAD, NEGS & ~(uint32_t)BAR_WHO,
		"without|w/o|without any|without significant|without associated|without obvious|"
		"without evident|without apparent|without acute|without other|without gross|without frank|"
		"without definite|without overt|without focal|without recurrent|without known|"
		"without concomitant|without concurrent|without accompanying|without palpable|"
		"without visible|without clinical|without active"},
	{ROLE_NEGATE, AHEAD, 8, CUE_LEAD, NEGS,
		"absence of|in the absence of|absent|absent for|free of|free from|clear of|"
		"devoid of|void of|rather than|as opposed to|instead of|unaccompanied by|"
		"exclusion of|disappearance of"},
	{ROLE_NEGATE, AHEAD, 10, CUE_LEAD, NEGS,
		"did not have|does not have|do not have|didn't have|doesn't have|don't have|"
		"has not had|have not had|had not had|hasn't had|haven't had|hadn't had|not having|not been having|not having any|"
		"does not have any|did not have any|has not had any|has not experienced|"
		"has not noticed|have not noticed|not noticed|not experienced|did not experience|"
		"has not developed|did not develop|not develop|has not complained of|"
		"does not complain of|did not complain of|not complain of|not complaining of|"
		"does not report|did not report|not report|has not reported|does not endorse|"
		"did not endorse|not endorse|does not admit to|not admit to|not describe|"
		"does not describe|did not describe|not associated with|not accompanied by|"
		"not complicated by|not suffer from|does not suffer from|not diagnosed with|"
		"not been diagnosed with|has not been diagnosed with|not known to have|"
		"not found to have|not noted to have|not shown to have|not seen to have|not observed to have|"
		"not documented to have|not identified to have|"
		"not have|not had"},
	{ROLE_NEGATE, AHEAD, 10, 0, CLAUSE,
		"nor has|nor have|nor had|nor does|nor did|nor do|nor is|nor was|nor were|nor is there|"
		"nor was there|nor does he have|nor does she have|nor did he have|nor did she have|"
		"nor is he|nor is she|nor was he|nor was she|nor has he|nor has she|no one else|no one|"
		"nobody|not think|did not think|do not think|does not think|don't think|not believe|"
		"do not believe|did not believe|not feel|do not feel|did not feel|does not feel|doubt|"
		"doubt that|doubts"},
	{ROLE_NEGATE, AHEAD, 12, CUE_LEAD, NEGS,
		"did not reveal|does not reveal|did not show|does not show|not show|not reveal|"
		"did not demonstrate|does not demonstrate|not demonstrate|did not identify|"
		"does not identify|not identify|did not detect|not detect|did not see|do not see|"
		"not see|could not see|cannot see|did not find|not find|could not find|did not appreciate|"
		"do not appreciate|not appreciate|could not appreciate|cannot appreciate|unable to appreciate|"
		"did not note|not note|did not disclose|not disclose|did not visualize|not visualize|"
		"not suggest|does not suggest|do not suggest|did not suggest|not suggestive of|"
		"not consistent with|not compatible with|not indicative of|inconsistent with|"
		"fails to reveal|failed to reveal|fails to show|failed to show|fails to demonstrate|"
		"failed to demonstrate|does not appear to have|does not appear to be|did not appear to have|"
		"does not appear|do not appear|did not appear|not appear|not appear to have|not appear to be|"
		"does not seem to have|does not seem to be|does not exhibit|did not exhibit|not exhibit|"
		"does not meet criteria for|not meet criteria for|not support|does not support|"
		"doubtful for|cannot feel|not palpate|low suspicion for|"
		"low probability for|low probability of|low likelihood of|very low suspicion for|"
		"not thought to be|not felt to be|not felt to have|not suspected to have"},
	{ROLE_NEGATE, AHEAD, 5, CUE_OR_LIST, NEGS | BAR_COMMA | BAR_PREP | BAR_FOR | BAR_AS,
		"not|is not|was not|are not|were not|isn't|wasn't|aren't|weren't|not a|not an|"
		"is not a|was not a|not in|is not in|was not in|not in any|not the|never|never a|"
		"not been|has not been|had not been|not any|not really|not currently|not acutely"},
	{ROLE_NEGATE, AHEAD, 10, 0, NEGS | BAR_COMMA,
		"ruled out for|rules out|rule him out for|ruled out|excludes|excluded|has ruled out|"
		"have ruled out|was ruled out for|been ruled out for|ruled out any|excluding|"
		"negative workup for|negative work-up for|negative screen for|negative test for|"
		"tested negative for|test negative for|screened negative for"},
	{ROLE_NEGATE, AHEAD, 4, 0, NEGS | BAR_COMMA | BAR_AND,
		"lack of|lacks|lacking"},
	{ROLE_NEGATE, AHEAD, 1, CUE_TIGHT, CLAUSE | BAR_COMMA,
		"non"},
	{ROLE_NEGATE, AHEAD, 3, 0, CLAUSE | BAR_COMMA | BAR_WITH | BAR_PREP,
		"negative|neg"},
	{ROLE_NEGATE, BEHIND, 7, 0, NEGS & ~(uint32_t)BAR_WHO,
		"is ruled out|was ruled out|were ruled out|are ruled out|been ruled out|"
		"has been ruled out|have been ruled out|had been ruled out|being ruled out|ruled out|"
		"ruled out by|is excluded|was excluded|were excluded|been excluded|has been excluded|"
		"is not present|was not present|were not present|are not present|not present|"
		"is not seen|was not seen|were not seen|are not seen|not seen|not identified|"
		"is not identified|was not identified|not noted|was not noted|is not noted|not found|"
		"was not found|is not found|not appreciated|is not appreciated|was not appreciated|"
		"not demonstrated|is not demonstrated|was not demonstrated|not detected|not evident|"
		"is not evident|was not evident|not observed|not visualized|was not visualized|"
		"not palpable|not palpated|not elicited|was not elicited|not documented|not reported|"
		"not mentioned|not apparent|not encountered|were not encountered|not felt|not heard|"
		"not endorsed|not suspected|not confirmed|could not be appreciated|"
		"could not be identified|cannot be identified|can be identified|could be identified|"
		"is denied|was denied|are denied|were denied|denied by|is absent|was absent|are absent|"
		"were absent|absent|never developed|did not occur|has not occurred|not occurred|"
		"not been present|not been noted|not been seen|not currently present|"
		"not indicated on|not significant"},
	{ROLE_NEGATE, BEHIND, 4, 0, NEGS | BAR_COMMA,
		"is negative|was negative|were negative|are negative|remains negative|came back negative|"
		"returned negative|has been negative|have been negative|negative x|negative times"},
	{ROLE_NEGATE, BEHIND, 2, 0, NEGS | BAR_COMMA | BAR_AND | BAR_OR,
		"excluded"},
	{ROLE_NEGATE, BEHIND, 2, CUE_ALONE, NEGS | BAR_COMMA | BAR_AND,
		"negative|neg|nil|denied|denies"},
	{ROLE_NEGATE, BEHIND, 1, 0, NEGS | BAR_COMMA | BAR_AND | BAR_OR,
		"free"},
	{ROLE_NEGATE, BEHIND, 1, CUE_COLON | CUE_ALONE, ENDS,
		"no|negative|neg|absent|denies|denied|denies any|not present|non-contributory|never|n|"
		"not noted"},
	{ROLE_NEGATE, BEHIND, 1, CUE_COLON, ENDS,
		"none|nil|none known|none noted|none reported|none seen|none present|none identified|"
		"none apparent|none currently|none at present|none significant"},

	/* ---- looks like negation, is none ---- */
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"but not limited to|but are not limited to|but were not limited to|but is not limited to|"
		"but was not limited to|but not restricted to|but are not restricted to|"
		"but were not restricted to|but not exclusively|but not only|no increase|no significant increase|no increase in|no change|no changes|no change in|"
		"no changes in|no significant change|no significant changes|no significant change in|"
		"no interval change|no significant interval change|no interval increase|"
		"no suspicious change|no worsening|no worsening of|no progression|no progression of|"
		"no improvement|no improvement in|no improvement of|no improvement with|"
		"no significant improvement|no decrease in|no reduction in|no relief|no relief of|"
		"no relief from|no relief with|no response to|no resolution of|no help|no doubt|"
		"no less than|no more than|no later than|no sooner than|no matter|no choice but|"
		"no longer than|no indication for|no need for|no treatment for|no therapy for|"
		"no surgery for|no medication for|no medications for|no contraindication to|"
		"no contrast|no intervention for|no cause for|no source of|no source for|no etiology of|no etiology for|no diagnosis for|"
		"no specific diagnosis for|no explanation for|no reason for|"
		"no cure for|no follow-up for|no workup for|no operations for|no prior treatment for|"
		"no previous treatment for|no hospitalizations for|no definite cause for"},
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"not only|not just|not merely|not simply|not necessarily|not certain|not sure|"
		"not drain|not cause|not caused by|not due to|not related to|not improved|not improving|"
		"not better|not resolved|not resolving|has not resolved|not responding to|"
		"not respond to|not responsive to|not relieved by|not relieved with|not controlled|"
		"not well controlled|not clear|not entirely clear|not treated|not treated for|"
		"not taking|not on|not been on|not been treated for|not want|not recall|not remember|"
		"not aware|not aware of|not know|not known|not tolerate|not tolerated|not able to|"
		"not like|not limited to|not restricted to|not changed|not significantly changed|"
		"not increased|not worsened|not worse|not worsening|not exclusive of|not help|"
		"not stop|not go away|not have to|not need|not require|not required|not discussed|"
		"not quite|not as|not until|not unless|not return|not drive|not smoke|not drink|"
		"not use|does not use|not address|not yet|not explain|not explained by|not tested|"
		"not evaluated|not assessed|not examined|not obtained|not done|not performed|"
		"not available|not well|not well visualized|not well seen|not completely|not fully|"
		"not typical|not uncommon|not unusual|not surprising|not infrequent|not apply|"
		"not taken|not started|not given|not seek|not received|not followed|not indicated|"
		"not contributory|if not|why not|or not|whether or not"},
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"without difficulty|without complication|without complications|without further|"
		"without any difficulty|without improvement|without relief|without success|"
		"without significant change|without change|without any change|without interval change|"
		"without contrast|without treatment|without resolution|without help|without assistance|"
		"with and without|with or without|gram negative|gram-negative|rh negative|"
		"double negative|hiv negative|rh-negative|false negative|negative pressure|"
		"negative reinforcement|free air|free fluid|free t4|free water|freely|"
		"lack of compliance|lack of improvement|lack of response|lack of relief|"
		"absence seizure|absence seizures|absence epilepsy|absence spells|absent bowel"},
	{ROLE_AFFIRM, BEHIND, 3, 0, NEGS | BAR_COMMA | BAR_AND | BAR_OR,
		"present|is present|are present|was present|were present|is noted|was noted|"
		"is seen|was seen|positive|is positive|was positive|were positive|noted|persists|"
		"remains|continues|is|are|has been|developed|occurred|has increased|increased"},
};
/* clang-format on */

const struct cue_table cue_table_negation = {rules, sizeof(rules) / sizeof(rules[0])};
