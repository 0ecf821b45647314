/* Hedges, and what is only conditional: risk, prevention, instruction. */
#include "scorer/cue_rules.h"

/* clang-format off */
static const struct cue_rule rules[] = {
	/* ---- possible ---- */
	{ROLE_POSSIBLE, AHEAD, 7, 0, (NP & ~(uint32_t)(BAR_WITH | BAR_VERB)) | BAR_AS,
		"possible|possibly|probable|probably|suspected|suspect|suspects|suspecting|questionable|"
		"questionably|presumed|presumptive|presumably|perhaps|maybe|conceivably|seemingly|"
		"apparently|likely|most likely|very likely|more likely|quite likely|"
		"highly likely|likely has|likely have|likely to have|likely to be|likely represents|"
		"likely representing|likely secondary to|most likely secondary to|likely due to|"
		"most likely due to|probably secondary to|probably due to|possibly secondary to|"
		"possibly due to|presumably due to|presumably secondary to|presumably from|"
		"likely from|probably from|possibly from|likely related to|probably related to|"
		"possibly related to|thought secondary to|felt secondary to|suspected to have|"
		"suspected to be|presumed to be|presumed to have|probable diagnosis of|"
		"possible diagnosis of|provisional diagnosis of|working diagnosis of|"
		"presumptive diagnosis of|tentative diagnosis of|preliminary diagnosis of|"
		"potential|potentially|equivocal|equivocal for|indeterminate for|borderline for|"
		"consideration of|consideration for|in all probability|in all likelihood|"
		"could possibly be|questioned|questioning|query|queried|querying|"
		"unlikely|is unlikely|unlikely to be|unlikely to have|unlikely to represent|less likely|"
		"is less likely|not likely|not likely to be|improbable|doubtful"},
	{ROLE_POSSIBLE, AHEAD, 9, CUE_LEAD, CLAUSE | BAR_VERB | BAR_WHO | BAR_SUBJECT | BAR_AS,
		"might indicate|could just be|may just be|would be consistent either with|"
		"may be|may have|may have had|may represent|may be related to|may be due to|"
		"may be secondary to|may reflect|may indicate|may suggest|may well be|may well have|"
		"may also be|may also have|may also represent|may possibly be|might be|might have|"
		"might represent|might well be|could be|could have|could represent|could be related to|"
		"could be due to|could be secondary to|could reflect|could indicate|could also be|"
		"could also represent|can represent|would suggest|would be suggestive of|"
		"appears to be|appears to have|appear to be|appear to have|appeared to be|"
		"appeared to have|appears to represent|appear to represent|appears consistent with|"
		"appears to be consistent with|what appears to be|what appeared to be|seems to have|"
		"seems to be|seemed to have|seemed to be|seem to be|looks like|"
		"there may be|there might be|there could be|there appears to be|there seems to be|"
		"believed to be|believed to have|thought to be|thought to have|thought to represent|"
		"is thought to|felt to be|felt to represent|felt to have|felt likely|"
		"i think|i believe|i suspect|we suspect|we think|i would suspect|i am suspicious of"},
	{ROLE_POSSIBLE, AHEAD, 9, CUE_LEAD, CLAUSE | BAR_VERB | BAR_WHO | BAR_SUBJECT | BAR_AS,
		"suggestive of|suggests|suggesting|suggested|suggest|suggestion of|suggestions of|"
		"is suggestive of|raises the possibility of|raise the possibility of|"
		"raising the possibility of|raises the question of|raised the question of|"
		"raises concern for|raising concern for|possibility of|the possibility of|"
		"possibility that|possibility for|question of|questions of|a question of|question|"
		"question whether|questions whether|concern for|concerns for|concern of|concern about|"
		"concerning for|concerned for|concerned about|concern that|"
		"worrisome for|worried about|suspicion for|suspicion of|"
		"suspicious for|suspicious of|high suspicion for|high suspicion of|"
		"clinical suspicion of|clinical suspicion for|index of suspicion for|"
		"cannot exclude|cannot rule out|can not exclude|can not rule out|can't exclude|"
		"can't rule out|could not exclude|could not rule out|does not exclude|do not exclude|"
		"did not exclude|not exclude|not rule out|does not rule out|do not rule out|"
		"not excluding|not ruled out|not been ruled out|not entirely excluded|"
		"unable to rule out|unable to exclude|without excluding|cannot completely exclude|"
		"cannot entirely exclude|cannot definitively exclude|difficult to exclude|"
		"not clear if|not clear whether|unclear if|unclear whether|unsure if|unsure whether|"
		"uncertain if|uncertain whether|not certain if|not certain whether|not sure if|to see if|see if|determine if|to determine if|"
		"determine whether|to determine whether|"
		"not sure whether|not known if|not known whether|unknown if|unknown whether|"
		"wonder if|wonders if|wondering if|wonder about|wonder whether|wondered if|"
		"wonders about|wondered about|wondering about|wonders whether|wondered whether|"
		"wondering whether|"
		"whether this is|whether this represents|whether there is|whether he has|whether she has|"
		"if this is|if this represents|consistent either with|compatible either with|"
		"either consistent with|most consistent with|more consistent with|felt most consistent with"},
	{ROLE_POSSIBLE, AHEAD, 9, CUE_LEAD, CLAUSE | BAR_WHO | BAR_SUBJECT,
		"rule out|r/o|rule-out|rule out for|to rule out|to r/o|ruling out|to exclude|exclude|"
		"rules out for|admitted for rule out|evaluate for|evaluated for|evaluating for|"
		"evaluation of possible|to evaluate for|assess for|assessed for|"
		"assessment for|to assess for|check for|checked for|workup for|work-up for|work up for|"
		"worked up for|looking for|to look for|look for|search for|test for|testing for|"
		"differential includes|differential diagnosis includes|differential diagnoses include|"
		"differential would include|differential diagnosis would include|differential diagnosis of|"
		"differential diagnosis|differential diagnoses|differential of|differential|ddx|"
		"differential diagnosis is|alternative diagnoses include|alternative diagnosis|"
		"considerations include|consider|considered|considering|would consider|"
		"thinks of|think of|thinking of|labs drawn for|labs sent for|"
		"tests sent for|test sent for|cultures sent for|blood drawn for|serologies sent for|"
		"titers sent for|being worked up for|undergoing workup for|undergoing evaluation for|"
		"being evaluated for|under evaluation for|investigated for|being investigated for|"
		"under investigation for|being tested for|"
		"diagnostic considerations include|diagnostic possibilities include|possibilities include|"
		"as opposed to|with respect to|in question"},
	/* no lead: "VS:" are vital signs */
	{ROLE_POSSIBLE, AHEAD, 9, 0, CLAUSE | BAR_WHO | BAR_SUBJECT,
		"versus|vs"},
	{ROLE_POSSIBLE, AHEAD, 1, CUE_NEXT, NEAR,
		"may|might"},
	{ROLE_POSSIBLE, AHEAD, 9, 0, CLAUSE,
		"suggested that|suggests that|suggesting that|suspected that|"
		"it is possible that|possible that|is likely that|it is likely that|is probable that|"
		"unlikely that|is unlikely that|it is unlikely that|improbable that|doubtful that|"
		"not diagnostic of|nondiagnostic for|in the differential"},
	{ROLE_POSSIBLE, AHEAD, 0, CUE_HEADING, ENDS,
		"differential diagnosis|differential diagnoses|ddx|differential"},
	{ROLE_POSSIBLE, BEHIND, 6, 0, NP & ~(uint32_t)(BAR_BE | BAR_VERB),
		"cannot be excluded|cannot be ruled out|can not be excluded|can not be ruled out|"
		"could not be excluded|could not be ruled out|cannot be entirely excluded|"
		"cannot be completely excluded|cannot entirely be excluded|can't be excluded|"
		"not be excluded|not be ruled out|is not excluded|not excluded|not ruled out|"
		"not been ruled out|has not been ruled out|has not been excluded|to be ruled out|"
		"to be excluded|needs to be ruled out|should be excluded|should be ruled out|"
		"must be excluded|must be ruled out|is possible|are possible|was possible|"
		"is also possible|remains possible|is likely|are likely|was likely|is probable|"
		"is suspected|was suspected|are suspected|were suspected|suspected|is questioned|"
		"was questioned|is questionable|questionable|is a possibility|is a consideration|"
		"is also a consideration|remains a consideration|was considered|is considered|"
		"were considered|are considered|should be considered|in the differential|"
		"in the differential diagnosis|is in the differential|is a concern|was a concern|"
		"is of concern|is presumed|was presumed|is uncertain|is unclear|is undetermined|"
		"is unlikely|was unlikely|are unlikely|seems unlikely|appears unlikely|is very unlikely|"
		"is highly unlikely|is less likely|is not likely|is doubtful|seems doubtful|"
		"is improbable|was improbable|seems improbable|appears improbable|"
		"to be unlikely|to be improbable|to be less likely|was queried|is queried|were queried"},
	{ROLE_POSSIBLE, BEHIND, 2, 0, NEGS | BAR_COMMA | BAR_AND | BAR_OR,
		"unlikely|very unlikely|highly unlikely|extremely unlikely|less likely|much less likely|"
		"not likely|doubtful|improbable|very improbable|highly improbable"},
	{ROLE_POSSIBLE, BEHIND, 4, CUE_ALONE, NP & ~(uint32_t)(BAR_BE | BAR_VERB),
		"most likely|likely|very likely|probable|possible|possibly|probably|suspected|questionable|"
		"highly likely|queried"},
	{ROLE_POSSIBLE, BEHIND, 3, 0, NEAR | BAR_AND | BAR_BE,
		"versus|vs"},

	/* ---- looks like possible, is none ---- */
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"as soon as possible|if possible|when possible|as possible|possible to|whenever possible|"
		"where possible|much as possible|question answered|questions were answered|"
		"any questions|all questions|questions answered|questions or concerns|no question|"
		"considered to be|considered for|consider surgery|consider using|"
		"more likely to|look for work|looking for work|questions regarding|questions about|"
		"may be discharged|may be used|may be given|may be taken|may be removed|may be resumed|"
		"may be increased|may be repeated|may be necessary|may be needed|may be required|"
		"appears to be stable|appears to be improving|appears to be in|appears to be well|"
		"appears to be doing|potential side effects|check for change|"
		"consult question|consultation question|thinks of harming|think of harming|"
		"thinking of harming|thinking of killing|thinking of hurting|thinking of dying|"
		"thinking of suicide|as suspected|test for the|apparent distress|differential count|white count differential|"
		"evaluated for surgery|likely discharge|with differential|cbc with differential"},

	/* ---- hypothetical: risk, condition, prevention, instruction ---- */
	{ROLE_HYPOTHETICAL, AHEAD, 0, CUE_LEAD | CUE_HEADING, ENDS,
		"risk of|risks of|risk for|risks for|risks include|risks includes|risks including|"
		"risk include|risk including|risk includes|risks to include|risks included|"
		"risks are|risks were|risks will include|risks such as|risks which include|"
		"risks that include|risks and complications|"
		"risks and potential complications|risks and possible complications|"
		"risk factors such as|at risk for|at risk of|high risk for|"
		"high risk of|increased risk for|increased risk of|at increased risk for|at high risk for|"
		"moderate risk for|low risk for|low risk of|decrease the risk of|reduce the risk of|"
		"lower the risk of|potential risk|potential risks|potential risk of|potential risks include|"
		"the potential for|potential for|potential development of|danger of|hazard of|"
		"complications including|complications include|complications includes|complications such as|"
		"potential complications|possible complications|complications to include|"
		"complications which might occur|complications that can occur|complications which include|"
		"possible risks|informed of the risks|understands the risks|explained the risks|"
		"chance of|chances of|likelihood of|odds of|high rate of|susceptible to|"
		"vulnerable to|predisposed to|predisposition to|predisposes to|prone to|"
		"possible side effects|side effects include|side effects including|"
		"potential side effects|side effects such as|adverse effects include"},
	{ROLE_HYPOTHETICAL, AHEAD, 0, CUE_LEAD | CUE_HEADING, ENDS | BAR_PRONOUN | BAR_CAUSE,
		"risks|risks and benefits|risks benefits|risks and alternatives|risks benefits and alternatives|"
		"risks complications and alternatives|risks benefits and complications"},
	{ROLE_HYPOTHETICAL, AHEAD, 0, CUE_LEAD, ENDS | BAR_OWNER,
		"if|if any|if he develops|if she develops|if you develop|if you have|if there is|"
		"if there are|if needed for|should he develop|should she develop|should you develop|"
		"should the patient develop|should there be|should this happen|should any|should he have|"
		"should she have|should he experience|should she experience|should the|should symptoms|"
		"in case of|in case|in the event of|in the event that|in the event|unless|"
		"when there is|whenever|return for|return if|return with|"
		"return to the emergency department for|return to the emergency room for|return to er for|"
		"return to the er for|return to the hospital for|return to hospital for|"
		"return to the ed for|return to ed for|return to the er with|return to the ed with|"
		"return to the emergency department with|return to the emergency room with|"
		"return immediately for|return immediately with|return at once for|return promptly for|"
		"return sooner for|return earlier for|return right away for|return precautions|"
		"return precautions for|go to the emergency room for|go to the emergency department for|"
		"go to the ed for|go to the er for|come back immediately for|come in immediately for|"
		"come to the emergency room for|come to the emergency department for|"
		"come to the ed for|come to the er for|red flags|red flags for|red flag symptoms|"
		"look out for|looking out for|be on the lookout for|on the lookout for|only if|"
		"come back for|come back if|come in for|"
		"call for|call if|call with|call me if|call us if|calls if|call the office for|"
		"call our office for|call immediately for|call the doctor for|"
		"notify if|notify me of|notify the physician of|notify physician for|notify us of|"
		"instructed to contact|to contact|contact me if|contact us for|contact the office for|report any|to report any|instructed to report|"
		"seek medical attention for|seek medical care for|seek care for|seek attention for|"
		"watch for|watch out for|watching for|watched for|be alert for|monitor for|monitored for|"
		"monitoring for|observe for|observed for|observing for|to monitor for|"
		"warning signs|warning signs of|warned of|warned about|warned regarding|warning about|"
		"warnings about|warning regarding|warnings regarding|warning of|warnings of|"
		"cautioned about|cautioned regarding|counselled about|counselled regarding|precautions for|precautions regarding|"
		"advised regarding signs|educated regarding|educated about|counseled regarding|"
		"counseled about|instructed on signs|signs and symptoms of|"
		"any signs of|any sign of|for signs of|for any signs of|signs of infection"},
	{ROLE_HYPOTHETICAL, AHEAD, 1, CUE_NEXT, CLAUSE | BAR_COMMA,
		"should|should new|should worsening|should increasing|should severe|should recurrent|"
		"should further|should more|should his|should her|should your|should their"},
	{ROLE_HYPOTHETICAL, AHEAD, 8, 0, CLAUSE | BAR_WHO | BAR_SUBJECT,
		"to prevent|to help prevent|prevent|prevents|preventing|prevention of|"
		"for prevention of|prevention for|to avoid|avoid|avoids|avoiding|avoidance of|"
		"prophylaxis for|prophylaxis against|prophylaxis of|prophylactic for|prophylaxis from|"
		"protection from|protection against|protect against|to protect from|as needed for|"
		"prn for|p.r.n. for|as necessary for|prn|p.r.n.|use for|take for|used for|"
		"to reduce|to minimize|to decrease|screening for|screen for|screened for|"
		"to screen for|vaccine for|vaccination against|immunized against|immunization against|"
		"vaccinated against|contraindicated in|"
		"reaction such as|concern should|guard against|safeguard against|when necessary for"},
	{ROLE_HYPOTHETICAL, AHEAD, 10, CUE_GENERAL, CLAUSE | BAR_SUBJECT,
		"can cause|may cause|might cause|could cause|can lead to|may lead to|could lead to|"
		"might lead to|can result in|may result in|could result in|might result in|"
		"can produce|may produce|can develop|may develop|might develop|could develop|"
		"people with|patients with|patients who have|individuals with|children with|persons with|"
		"women with|men with|causes of|cause of|risk factors for|"
		"risk factor for|common symptoms include|symptoms may include|"
		"symptoms can include|is caused by|are caused by|is a disease|"
		"is a condition|is a type of|defined as|information about|information on|discussion of|"
		"disease may lead to|may experience|can also have|may also have|untreated"},
	{ROLE_HYPOTHETICAL, BEHIND, 2, 0, NEAR | BAR_AND | BAR_BE,
		"prophylaxis|precautions|prevention|screening|vaccine|vaccination|immunization|"
		"risk|risk assessment|risk factors|risk factor|risk reduction|risk stratification|"
		"precaution|awareness|education|prophylactically"},
	{ROLE_HYPOTHETICAL, BEHIND, 12, 0, CLAUSE | BAR_SUBJECT | BAR_VERB,
		"risks were discussed|risks were explained|may occur|might occur|can occur|could occur|"
		"should occur|would occur|may develop|might develop|could develop|can develop|"
		"should develop|should appear|should arise|should recur|should return|"
		"would be a reason to|would be a reason for|would be reason to|would be reason for|"
		"would be a reason|would be reasons to|are potential complications|are possible complications|"
		"are known complications|as potential complications|as possible complications|"
		"among other potential complications|among other risks|occurs call|develops call"},
	{ROLE_PSEUDO, BOTH, 0, 0, 0,
		"as if|even if|if not|asked if|asked him if|asked her if|asks if|"
		"if it were not for|if it was not for|if clinically indicated|if indicated|if able|if anything|"
		"to prevent worsening of|to prevent worsening|to prevent progression of|to prevent further|"
		"prevent worsening of|prevent progression of|prevent further progression of|"
		"prevent recurrence of|prevent worsening|risk factor modification|risk factors include|risk factors are|low risk|high risk|return visit|return to work|not return for|did not return for|return for followup|"
		"return for follow up|returns for|"
		"returned for|cardiac risk factors|coronary risk factors|risk factors|"
		"known risk factors|stroke risk factors|cause of death|cause of his|cause of her|"
		"his risk factors|her risk factors|multiple risk factors|symptoms of the"},
};
/* clang-format on */

const struct cue_table cue_table_certainty = {rules, sizeof(rules) / sizeof(rules[0])};
