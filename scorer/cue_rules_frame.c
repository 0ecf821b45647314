/* When, and who: past, resolved, planned; other people. */
#include "scorer/cue_rules.h"

/* clang-format off */
static const struct cue_rule rules[] = {
	/* ---- historical ---- */
	{ROLE_HISTORICAL, AHEAD, 0, 0, CLAUSE | BAR_WHO | BAR_SUBJECT | BAR_CAUSE,
		"history of|histories of|h/o|hx of|hx|history for|history with|history notable for|"
		"history significant for|history remarkable for|history positive for|history pertinent for|"
		"history includes|history including|history included|history is significant for|"
		"history is remarkable for|history is notable for|history is positive for|"
		"history is pertinent for|history was significant for|history was notable for|"
		"history consists of|history consisting of|history consistent with|"
		"past history of|past history|past medical history|past medical history of|pmh|pmhx|"
		"past medical history significant for|past medical history is significant for|"
		"past medical history includes|past medical history including|medical history of|"
		"medical history significant for|medical history is significant for|"
		"medical history includes|medical history notable for|medical history|"
		"past surgical history|surgical history of|previous history of|prior history of|"
		"known history of|remote history of|distant history of|personal history of|"
		"long history of|longstanding history of|long-standing history of|strong history of|"
		"extensive history of|significant history of|history of prior|history of previous|"
		"history of recurrent|history of chronic|recent history of|"
		"positive history of|positive history for|previously diagnosed with|previously had|"
		"previously treated for|treated in the past for|previous episodes of|prior episodes of|"
		"previous episode of|prior episode of|past episodes of|prior bouts of|"
		"past diagnosis of|previous diagnosis of|prior diagnosis of|survivor of|"
		"recovered from|recovering from|multiple medical problems including|"
		"past problems include|medical problems include|comorbidities include|"
		"underlying medical problems include|other medical problems include"},
	{ROLE_HISTORICAL, AHEAD, 6, 0, NP | BAR_FOR | BAR_IN,
		"previous|prior|past|remote|old|former|childhood|status post|status-post|s/p|"
		"healed|well-healed|treated|previously|in remission from|pre-existing"},
	{ROLE_HISTORICAL, AHEAD, 6, 0, NEAR & ~(uint32_t)BAR_CAUSE,
		"status post resection of|s/p resection of|status post treatment for|"
		"status post treatment of|s/p treatment of|s/p treatment for|s/p repair of|s/p removal of|s/p excision of|"
		"status post removal of|status post excision of|status post repair of|"
		"surgery for|operated for|previously admitted for|resection for|laminectomy for|"
		"pneumonectomy for|nephrectomy for|mastectomy for|colectomy for|hysterectomy for|"
		"lobectomy for|hospitalized for|previously hospitalized for|admitted in the past for|"
		"operation for|removed for|treated for|radiation for|chemotherapy for"},
	{ROLE_HISTORICAL, AHEAD, 14, 0, CLAUSE,
		"in #year|since #year|back in #year|until #year|from #year|during #year|"
		"in january #year|in february #year|in march #year|in april #year|in may #year|"
		"in june #year|in july #year|in august #year|in september #year|in october #year|"
		"in november #year|in december #year|in the past|in the past has had|years ago|"
		"year ago|decades ago|several years ago|many years ago|a few years ago|last year|"
		"the previous year|years prior|years earlier|as a child|as an infant|as a teenager|"
		"as an adolescent|during childhood|in childhood|in his youth|in her youth|"
		"in his twenties|in her twenties|in his teens|in her teens|at age|at the age of|"
		"initially presented with|initial presentation|"
		"the last time|on a previous occasion|on prior occasions|on a prior admission|"
		"during a previous admission|previous admission|prior admission|last admission|"
		"in the remote past|in the distant past"},
	{ROLE_HISTORICAL, BEHIND, 10, 0, CLAUSE | BAR_WHO,
		"years ago|year ago|decades ago|several years ago|many years ago|a few years ago|"
		"in the past|last year|in the remote past|in the distant past|in years past|"
		"years prior|years earlier|years previously|years back|years before|as a child|"
		"as an infant|as a teenager|as an adolescent|as a young child|in childhood|"
		"during childhood|in his youth|in her youth|in his teens|in her teens|"
		"in his twenties|in her twenties|when he was a child|when she was a child|"
		"when he was young|when she was young|in #year|in january #year|in february #year|"
		"in march #year|in april #year|in may #year|in june #year|in july #year|"
		"in august #year|in september #year|in october #year|in november #year|"
		"in december #year|of #year|back in #year|during #year|approximately #year|"
		"at age #num|at the age of|in early #year|in late #year|the last time|"
		"months ago|by history|with prior pregnancy|with previous pregnancy"},
	{ROLE_HISTORICAL, BEHIND, 1, CUE_NEXT, NEAR | BAR_AND | BAR_OR | BAR_BE,
		"history"},
	{ROLE_HISTORICAL, BEHIND, 2, 0, NEAR | BAR_AND | BAR_OR | BAR_BE,
		"previously|#year|remission|in remission|survivor|formerly|"
		"status post resection|status post treatment|removal|repair|resection"},
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"history of present illness|history of the present illness|history of presenting illness|"
		"history of present complaint|history and physical|brief history|clinical history|"
		"history of current illness|present history|history is obtained|history was obtained|"
		"history taken|history was taken|history obtained|"
		"day history of|days history of|week history of|weeks history of|month history of|"
		"months history of|day history|week history|month history|hour history of|"
		"hours history of|hour history|year history of|years history of|"
		"short history of|acute history of|several day history of|several week history of|"
		"several month history of|day old|week old|month old|year old|years old|months old|"
		"weeks old|days old|yo|y/o|year-old|month-old|old records|old films|old man|old woman|"
		"old male|old female|old white|old black|old boy|old girl|old gentleman|old lady|"
		"old caucasian|old hispanic|old african|old patient|old infant|"
		"prior to|previous to|as previously|previously described|previously mentioned|previously noted|"
		"previously indicated|previously discussed|previously scheduled|compared to previous|compared to prior|"
		"compared with prior|compared with previous|since prior|from prior|since previous|"
		"prior study|prior exam|prior examination|previous exam|previous examination|"
		"previous study|prior films|comparison to previous|than previous|past week|past month|"
		"past few days|past few weeks|past several days|past several weeks|past #num days|past couple|"
		"past #num weeks|past #num months|past year|past #num years|past few months|"
		"past several months|past two weeks|past three days|past two days|past five years|"
		"over the past|for the past|in the past #num|in the past few|in the past several|"
		"in the past week|in the past month|in the past two|in the past three|"
		"in the past year|in the past day|in the past #num days|social history|"
		"history limited by|poor historian|history unobtainable|case history|half past"},
	{ROLE_CURRENT, AHEAD, 8, 0, CLAUSE | BAR_WHO,
		"now|currently|presents with|presenting with|presented with|presents today with|"
		"presents for|is here for|today with|today for|comes in with|came in with|"
		"complaint of|with complaint of|complains of|complaining of|complained of|complaints of|chief complaint|admitted with|"
		"admitted for|who presents with|who presented with|active|ongoing|new onset|new-onset|"
		"current|at present|presently|this morning|today|acute"},

	/* ---- resolved ---- */
	{ROLE_RESOLVED, AHEAD, 8, 0, NEGS,
		"no longer|no longer has|no longer having|no longer have|no longer had|"
		"no longer experiencing|no longer with|no longer complaining of|resolution of|"
		"resolved|resolving of|complete resolution of|now resolved|recovery from|cured of|"
		"no longer any|no longer complains of|interval resolution of|spontaneous resolution of"},
	{ROLE_RESOLVED, BEHIND, 6, 0, NEGS & ~(uint32_t)BAR_WHO,
		"resolved|has resolved|have resolved|had resolved|is resolved|are resolved|"
		"was resolved|since resolved|has since resolved|now resolved|completely resolved|"
		"has completely resolved|subsided|has subsided|have subsided|abated|has abated|"
		"went away|has gone away|have gone away|has cleared|have cleared|cleared up|"
		"disappeared|has disappeared|is gone|are gone|no longer present|is no longer present|"
		"no longer seen|is no longer seen|no longer evident|has stopped|"
		"in complete remission|is in remission"},
	{ROLE_RESOLVED, BEHIND, 2, CUE_COLON, ENDS,
		"resolved|now resolved|has resolved|since resolved|completely resolved|fully resolved|"
		"resolved completely|in remission|in complete remission|in full remission|cured|gone"},
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"not resolved|has not resolved|not completely resolved|not fully resolved|"
		"partially resolved|until resolved|if resolved|resolved without|"
		"no longer than"},

	/* ---- planned ---- */
	{ROLE_FUTURE, AHEAD, 4, 0, NP | BAR_FOR,
		"scheduled for|is scheduled for|will be scheduled for|will undergo|to undergo|"
		"plan for|plans for|planned for|planning for|will schedule|awaiting|"
		"is planned for|will proceed with|wishes to proceed with|will have|plans to have|"
		"planned|elective|upcoming|anticipated|due to undergo|due for|plans to undergo|"
		"plan to undergo|planning to undergo|booked for|is booked for|listed for"},
	{ROLE_FUTURE, AHEAD, 2, 0, NP | BAR_FOR,
		"will start|will begin|will be starting|will be beginning|to begin|plan to start|"
		"plans to start|plan to begin|plans to begin|will commence|to commence"},
	{ROLE_FUTURE, BEHIND, 3, 0, NEAR | BAR_AND,
		"is planned|is scheduled|is anticipated|will be scheduled|will be performed|"
		"in the future|is pending|was scheduled|are planned|is planned for|are planned for|"
		"is scheduled for|are scheduled for|was scheduled for|has been scheduled|"
		"has been scheduled for|is being planned|is being planned for|is booked|is booked for"},
	{ROLE_FUTURE, BEHIND, 1, CUE_NEXT, NEAR | BAR_AND,
		"planned|planned for|scheduled|scheduled for|booked|booked for"},

	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"care plan for|care plans for|plan of care for|treatment plan for|management plan for|"
		"action plan for|assessment and plan for"},

	/* ---- other person ---- */
	{ROLE_OTHER, AHEAD, 0, CUE_LEAD, ENDS | BAR_NOW,
		"family history of|family history|family medical history|strong family history of|"
		"positive family history of|significant family history of|family history for|"
		"family history is positive for|family history is significant for|"
		"family history is remarkable for|family history positive for|"
		"family history significant for|family history includes|family history notable for|"
		"family hx|family hx of|fhx|fh|fam hx|no family history of|negative family history of|"
		"family history is negative for|family history negative for|no known family history of|"
		"denies family history of|denies any family history of|genetic history|"
		"no family history|runs in the family|no one in the family|"
		"family history noncontributory for|family history is noncontributory for|"
		"mother's history|father's history"},
	{ROLE_NEGATE, AHEAD, 0, 0, ENDS | BAR_POSITIVE,
		"negative family history of|family history is negative for|"
		"family history negative for|no known family history of|denies family history of|"
		"denies any family history of|no family history|no one in the family|"
		"family history noncontributory for|family history is noncontributory for"},
	{ROLE_OTHER, AHEAD, 8, 0, NEAR | BAR_AND,
		"fetal|fetus with|fetus has|donor|donor with|donor had|donor has|donor's|"
		"organ donor with|cadaveric donor with|lost a son to|lost his wife to|"
		"lost her husband to|lost a child to|lost his mother to|lost her mother to|"
		"lost his father to|lost her father to|roommate has|roommate with|coworker with|"
		"contact with|contacts with|sick contacts with|exposed to someone with|"
		"classmates with|neighbor has|boyfriend has|girlfriend has|partner has|"
		"cared for her|caring for her|takes care of her"},
	{ROLE_OTHER, BEHIND, 9, 0, ENDS | BAR_COLON | BAR_VERB,
		"in the family|in his family|in her family|in their family|in family members|"
		"in family|in a family member|in other family members|on the maternal side|"
		"on the paternal side|on maternal side|on paternal side|on her mother's side|"
		"on his mother's side|on her father's side|on his father's side|on mother's side|"
		"on father's side|on both sides of|of the family|side of the family|"
		"sides of her family|sides of his family|runs in the family|run in the family|"
		"in first-degree relatives|in first degree relatives|in relatives|maternal side"},
	{ROLE_RELATIVE, BOTH, 0, 0, 0,
		"mother|mom|mother's|mom's|father|dad|father's|dad's|parent|parents|brother|brothers|"
		"brother's|sister|sisters|sister's|sibling|siblings|twin|half-sister|half-brother|"
		"son|sons|son's|daughter|daughters|daughter's|child of hers|children of his|"
		"grandmother|grandfather|grandparent|grandparents|grandson|granddaughter|grandchild|"
		"grandmother's|grandfather's|great-grandmother|great-grandfather|great-aunt|"
		"aunt|aunts|aunt's|uncle|uncles|uncle's|cousin|cousins|cousin's|nephew|niece|"
		"nephews|nieces|husband|husband's|wife|wife's|spouse|spouse's|fiance|fiancee|"
		"boyfriend|girlfriend|partner|partner's|relative|relatives|family member|"
		"family members|first-degree relative|first degree relative|"
		"maternal grandmother|maternal grandfather|paternal grandmother|paternal grandfather|"
		"maternal aunt|maternal uncle|paternal aunt|paternal uncle|maternal cousin|"
		"paternal cousin|stepfather|stepmother|stepson|father-in-law|mother-in-law|"
		"friend|friend's|neighbor|neighbor's|neighbour|neighbour's|colleague|classmate|"
		"son-in-law|daughter-in-law|caregiver's|roommate|coworker|maternal grandparents|"
		"paternal grandparents|two brothers|two sisters|one brother|one sister"},
	{ROLE_SPEECH, BOTH, 0, 0, 0,
		"states|stated|says|said|reports|reported|reporting|notes|noted|noticed|notices|"
		"describes|described|denies|denied|thinks|thought|believes|believed|feels|felt|"
		"relates|related|tells|told|mentions|mentioned|observed|observes|saw|sees|"
		"brought|brings|concerned|worried|complains|claims|claimed|indicates|indicated|"
		"confirms|confirmed|called|calls|gives|gave|provided|provides|found|finds|accompanied|"
		"accompanies|accompanying|present|is present|at bedside|at the bedside|was advised|"
		"were advised|understands|understood|understand|agree|agrees|agreed|asks|asked|"
		"wanted|wants|took|takes|is here|are here|lives|live|living|helps|assists|"
		"administered|witnessed|heard|was concerned|is concerned|was instructed|"
		"were instructed|have noted|has noted|have noticed|has noticed|had noticed|know|knows|"
		"report|account|recollection|drove|drives|dropped|asking|calling|visited|visits|"
		"is at bedside|has been reporting|is worried|worries|wonders"},
	{ROLE_PATIENT, AHEAD, 0, 0, ENDS | BAR_CLOSE,
		"patient has|patient had|patient is|patient himself|patient herself|patient presents|"
		"pt has|pt is|he himself|she herself|patient was|patient also has|patient also had|"
		"personal history of|patient's own|patient with"},
};
/* clang-format on */

const struct cue_table cue_table_frame = {rules, sizeof(rules) / sizeof(rules[0])};
