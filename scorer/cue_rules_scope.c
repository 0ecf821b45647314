/* What ends scopes. */
#include "scorer/cue_rules.h"

/* clang-format off */
static const struct cue_rule rules[] = {
	/* ---- ends of scopes ---- */
	{ROLE_BARRIER, BOTH, 0, 0, BAR_BUT,
		"but|however|although|though|except|except for|apart from|aside from|"
		"nevertheless|still has|other than|with the exception of|"
		"whereas|even though|in spite of|despite|besides|save for|"
		"do have|does have|but has|but did|but does|with exception of"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_VERB,
		"has|had|have|having|reveals|revealed|revealing|shows|showed|showing|shown|"
		"demonstrates|demonstrated|demonstrating|developed|develops|underwent|undergoes|received|"
		"receives|takes|took|started|continues|continued|remains|remained|became|becomes|"
		"states|stated|reports|reported|notes|admits|admits to|describes|described|"
		"noticed|suffered|experienced|experiences|died|dies|passed away|endorses|recommended|will|would|"
		"should|can|could|may|might|must|did|does|came|comes|went|goes|gave|"
		"confirmed|confirms|identified|consistent with|treated with|was treated|"
		"being treated for|is treated for|are treated for|is being treated for|are being treated for|"
		"now treated for|currently treated for|"
		"is on|are on|was on|was given|was placed|was started|was found|were found|"
		"was admitted|was seen|was taken|was noted|were noted|is noted|are noted"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_POSITIVE,
		"positive for|is positive for|was positive for|positive|complains of|"
		"complaining of|complained of|complaints of|presents with|presenting with|"
		"presented with|significant for|remarkable for|notable for|found to have|"
		"was found to have|there is|there are|there was|there were|there has been|"
		"now has|does report|admits to|known to have|with known|diagnosed with|died of|died from|died with|"
		"and has|and had|and is|and was|and are|and were|with subsequent"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_SUBJECT,
		"patient|pt|this patient|the patient|it"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_CAUSE,
		"due to|secondary to|because of|because|caused by|as a result of|resulting in|"
		"resulting from|resulted in|as a cause of|for which|leading to|led to|"
		"attributed to|cause|causes|to cause|known to cause|possibly due to|probably due to|likely due to|"
		"most likely due to|presumably due to|possibly secondary to|probably secondary to|"
		"likely secondary to|most likely secondary to|presumably secondary to|attributable to|in the setting of|related to|following|after|"
		"in response to|causing|status post|s/p"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_WHO,
		"who|which|whom|where|when|while|during which"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_WHO | BAR_POSITIVE,
		"whose"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_VERB,
		"can cause|may cause|might cause|could cause|can lead to|may lead to|could lead to|"
		"might lead to|can result in|may result in|could result in|might result in|"
		"can produce|may produce"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_SUBJECT | BAR_PRONOUN,
		"he|she|they|we|i|and her|and his|and she|and he|and they"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_OWNER,
		"his|her|their"},
	{ROLE_BARRIER, BOTH, 0, CUE_COMMA, BAR_POSITIVE,
		"normal|mild|mildly|moderate|moderately|intact|possible|possibly|probable|probably|likely|"
		"positive|status post|s/p|with"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_AND,
		"and"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_OR,
		"or|nor|and/or"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_WITH,
		"with"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_FOR,
		"for"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_AS,
		"as|as well as|and also"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_IN,
		"in|of|among|affecting"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_BE,
		"is|are|was|were|be|been|being"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_NOW,
		"who presents with|who presented with|who presents for|presents today with|comes in with|"
		"came in with|presents for|admitted with|admitted for|today with|today for|now|subsequent|subsequently|recently|more recently|came in|comes in|coming in|comes to|"
		"complaint of|with complaint of|now presents|presents|presenting|presented|currently|was admitted|is admitted|"
		"admitted|today|came to|who presents|who presented|who was admitted|at present|"
		"at this time|this admission|is here|referred for|here for"},
	{ROLE_BARRIER, BOTH, 0, 0, BAR_PREP,
		"at|from|during|before|despite|because|until|throughout|upon|by|about|against|"
		"regarding|concerning|under|per|via|for"},
};
/* clang-format on */

const struct cue_table cue_table_scope = {rules, sizeof(rules) / sizeof(rules[0])};
