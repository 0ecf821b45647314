/* The patterns and their cues.  The shapes are public facts: the North American numbering plan,
 * SSA's rules for numbers never issued, RFC 5321 and 3986 in the parts people write. */
#include "tokenizer/phi.h"

/* "number", "no.", "#", "id", "is", ":" in any number, between a cue and its value */
#define SEP                                                                                       \
	"(?:[ \\t]*(?:(?:number|num|no|nbr|id|identification|is|was|code|card)\\b\\.?|[:#=.-]))*" \
	"[ \\t]*"
/* SEP that holds at least "number", "no." or '#' */
#define NUMBERED "[ \\t]*(?:(?:number|num|no|nbr|id|identification|identifier)\\b\\.?|#)" SEP
/* At least four digits, capitals among them */
#define VALUE                                                                             \
	"((?-i:(?=(?:[A-Z]|-)*(?:[0-9][A-Z-]*){4})[A-Z]{0,4}-?[0-9][A-Z0-9]*(?:-[A-Z0-9]" \
	"+)*)(?:/[0-9]+)?)(?![A-Za-z0-9])"
#define TEN_DIGITS "(?:1[-. ]?)?\\(?[2-9][0-9]{2}\\)?[-./ ]{0,2}[2-9][0-9]{2}[-. ]?[0-9]{4}"
#define EXTENSION  "(?:[ ,]*(?:x|ext\\.?|extension)[ ]?[0-9]{1,5})?"
#define NO_MORE    "(?![0-9]|[-.][0-9])"

#define MONTH                                                                         \
	"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:u" \
	"st)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?"
#define DAY      "(?:0?[1-9]|[12][0-9]|3[01])"
#define MONTH_OF "(?:0?[1-9]|1[0-2])"
#define YEAR     "(?:1[89]|2[0-9])[0-9]{2}"
#define NUMERIC_DATE                                                                             \
	"(?:" MONTH_OF "/" DAY "/(?:" YEAR "|[0-9]{2})|" DAY "/" MONTH_OF "/" YEAR "|" MONTH_OF  \
	"-" DAY "-(?:" YEAR "|[0-9]{2})|" DAY "\\." MONTH_OF "\\." YEAR "|" YEAR "[-/]" MONTH_OF \
	"[-/]" DAY ")(?![0-9]|[-/.][0-9])"
#define WRITTEN_DATE                                                                      \
	"(?:" MONTH "[ ]" DAY "(?:st|nd|rd|th)?,?[ ]" YEAR "|" DAY "(?:st|nd|rd|th)?[- ]" \
	"(?:of[ ])?" MONTH "[-, ]+" YEAR ")"

/* A name begins with a capital and has a second letter; placeholders are none. */
#define NO_NAME                                                                               \
	"(?!(?:X+x*|A(?:BC|bc)[A-Zd]*|AB|XYZ|Xyz|Doe|DOE|Sample|SAMPLE|Name|NAME|Last|First|" \
	"Unknown|UNKNOWN|None|NONE|Not|NOT|The|THE|This|THIS|That|Who|WHO|Will|WILL|Has|HAS|" \
	"Is|IS|Was|WAS|And|AND|Of|OF|To|TO|For|FOR|In|IN|On|ON|At|AT|By|BY|With|WITH|Office|" \
	"OFFICE|Patient|PATIENT|Doctor|DOCTOR|Physician|PHYSICIAN|Pager|PAGER|See|SEE|Same|"  \
	"SAME|As|AS|No|NO|Yes|YES|He|HE|She|SHE|It|IT|We|WE|Dr|DR|Mr|MR|Mrs|MRS|Ms|MS|After|" \
	"However|There|Please|Unfortunately|Then|Age|If|All|They|Her|His|Our|My|Since|"       \
	"Although|Because|During|Before|When|While|Once|Upon|Post|Also|Currently|Today)"      \
	"(?![A-Za-z]))"
#define NAME                                                                                        \
	NO_NAME "(?:(?:O|D)['\\x60]|Mc|Mac|De|Van|St\\.[ ])?[A-Z](?!')[a-z\\x80-\\xff'-]+[A-Z]?[a-" \
		"z]*"
#define CAPS_NAME NO_NAME "(?:O')?[A-Z\\x80-\\xff-]{2,}(?![a-z])"
#define INITIAL   "[A-Z]\\.?[ ]"
#define ONE_NAME  "(?:" NAME "|" CAPS_NAME ")"
#define NAMES     "(?:" INITIAL "){0,2}" ONE_NAME "(?:[ ](?:" INITIAL ")?" ONE_NAME "){0,2}"
#define FULL_NAME                                                                                 \
	"(?:" NAME "(?:[ ]" INITIAL "?|[ ])(?:[A-Z]\\.?[ ])?" NAME "|" CAPS_NAME "[ ](?:" INITIAL \
	")?" CAPS_NAME "|" ONE_NAME ",[ ]?" ONE_NAME "(?:[ ][A-Z](?![A-Za-z]))?)"
#define NOT_A_UNIT                                                                             \
	"(?!(?:Internal|Family|Emergency|General|Primary|Cardiology|Nursing|Hospital|Medical|" \
	"Surgical|INTERNAL|FAMILY|EMERGENCY|GENERAL|PRIMARY|CARDIOLOGY|NURSING|HOSPITAL|"      \
	"MEDICAL|SURGICAL|Orthopedic|Pediatric|Physical|Home|Care|Case|Social|Vascular|"       \
	"Infectious|Critical|Intensive|Pulmonary|Renal|Radiation|Plastic|Respiratory)[ ,])"

#define STREET_WORD "(?:[A-Z][A-Za-z'.]*|[0-9]+(?:st|nd|rd|th|ST|ND|RD|TH))"

const char *const phi_regexes[PHI_PATTERNS] = {
	[PHI_P_PHONE] =
		"(\\(?(?:1[-. ]?\\(?)?(?:(?<=\\()[2-9][0-9]{2}\\)[- ]{0,2}|(?<!\\()[2-9][0-9]{2}[-./])"
		"[2-9][0-9]{2}[-. ][0-9]{4}" EXTENSION ")" NO_MORE,
	[PHI_P_PHONE_WORLD] =
		"(?=(?:[^0-9\\n]?[0-9]){9,14}(?![0-9]))([0-9]{1,3}(?:[- .]\\(?[0-9]{1,5}\\)?){2,5})" NO_MORE,
	[PHI_P_SSN] = "((?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4})(?![-0-9]|/[0-9])",
	[PHI_P_CARD] = "([3-6][0-9]{3}([- ])[0-9]{4}\\2[0-9]{4}\\2[0-9]{4})(?![-0-9])",
	[PHI_P_IP] =
		"((?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!0[0-9])|(?![0-9]))){4})"
		"(?<!\\.)(?![0-9]|\\.[0-9])",
	[PHI_P_IP6] =
		"((?i)[0-9a-f]{1,4}:(?=[0-9a-f:]{5})(?:[0-9a-f]{1,4}:){2,6}(?:[0-9a-f]{1,4}|:[0-9a-f]{0,4})"
		"|[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,5}::[0-9a-f]{0,4})(?![0-9a-f:])",
	[PHI_P_ZIP] = "([0-9]{5}(?:-[0-9]{4})?)(?![-0-9A-Za-z]|[.,][0-9])",
	[PHI_P_AGE] =
		"((?i)(?:9[0-9]|1[0-2][0-9])(?:[- ]{0,2}(?:years?|yrs?\\.?)[- ]{0,2}old|[- ]?years?[ ]of[ ]age"
		"|[- ]{0,2}(?:y\\.?[/ ]?o\\.?|yo[mf]|y[/.]?o[/ ]?[mf]|y[mf]))|(?-i:9[0-9]|1[0-2][0-9])[- ]?"
		"(?:year|yr)[- ]old[- ]?)(?![A-Za-z0-9])",
	[PHI_P_DATE] = "((?i)" NUMERIC_DATE "|" WRITTEN_DATE ")",
	[PHI_P_PHONE_CUE] = "(?i)[a-z]+(?:[^\\n0-9]{0,40}?(" TEN_DIGITS EXTENSION
			    "|[2-9][0-9]{2}[-.][0-9]{4}" EXTENSION ")" NO_MORE
			    "|[ \\t]*(?:(?:number|num|no|is)\\b\\.?|[:#])+[ \\t]*"
			    "([2-9][0-9]{2}[ ][0-9]{4})" NO_MORE ")",
	[PHI_P_PAGER] = "(?i)[a-z]+" SEP "(?:[a-z]\\.?[ ])?([0-9]{4,7})" NO_MORE,
	[PHI_P_SSN_CUE] = "(?i)(?:ssn|ss[ ]?(?=#)|soc(?:ial)?\\.?[ ]sec(?:urity)?)[^\\n0-9]{0,20}"
			  "([0-9]{3}[-. ]?[0-9]{2}[-. ]?[0-9]{4})(?![-0-9])",
	[PHI_P_ID] = "(?i)[a-z]+" SEP VALUE,
	[PHI_P_MR] = "(?i)mr[ ]?(?=#|n[ou]|num)" SEP VALUE,
	[PHI_P_NUMBERED] = "(?i)[a-z]+'?s?\\.?" NUMBERED VALUE,
	[PHI_P_LABELLED] = "(?i)[a-z]+\\.?(?=[ ]?[:#]|[ ]+n|[ ]+id)" SEP VALUE,
	[PHI_P_PLAN] =
		"(?i)[a-z]+(?:'s)?(?:[ ](?:health|insurance|policy|plan|member|holder|beneficiary|group))*"
		"(?:" NUMBERED "|[ ]?:[ ]*)" VALUE,
	[PHI_P_ID_OF_PATIENT] =
		"(?i)(?:(?<=patient[ ])|(?<=pt[ ])|(?<=pt\\.[ ])|(?<=person[ ])|(?<=client[ ])"
		"|(?<=resident[ ]))[a-z]+" SEP VALUE,
	[PHI_P_ID_OF_PLAN] =
		"(?i)(?:(?<=member[ ])|(?<=subscriber[ ])|(?<=insurance[ ])|(?<=policy[ ])"
		"|(?<=plan[ ])|(?<=group[ ])|(?<=beneficiary[ ])|(?<=medicaid[ ])|(?<=medicare[ ]))"
		"[a-z]+" SEP VALUE,
	[PHI_P_ID_OF_DEVICE] =
		"(?i)(?:(?<=device[ ])|(?<=implant[ ])|(?<=pacemaker[ ])|(?<=generator[ ]))[a-z]+" SEP
			VALUE,
	[PHI_P_LICENCE] = "(?i)licen[sc]e(?![ ]plate)" SEP "(?:[A-Z]{2}[ ])?" VALUE,
	[PHI_P_VIN] = "(?i)[a-z]+(?:[ ]identification)?" SEP
		      "((?-i)(?=[A-Z0-9]*[0-9])[A-HJ-NPR-Z0-9]{17})(?![A-Za-z0-9])",
	[PHI_P_PLATE] =
		"(?i)plates?(?:(?<=licen[sc]e[ ]plate)|(?<=vehicle[ ]plate)|(?<=registration[ ]plate)"
		"|(?=" NUMBERED "))" SEP "(?:[A-Z]{2}[ ])?((?-i)(?=[A-Z -]*[0-9])(?=[0-9 -]*[A-Z])"
		"[A-Z0-9]{1,4}[- ]?[A-Z0-9]{2,5})(?![A-Za-z0-9])",
	[PHI_P_SERIAL] = "(?i)(?:serial|s/n|sn(?=[ ]?[:#])|udi)" SEP
			 "((?:\\([0-9]{2}\\))?(?-i:(?=[A-Z-]*(?:[0-9][A-Z-]*){4})"
			 "[A-Z]{0,4}-?[0-9][A-Z0-9]*(?:-[A-Z0-9]+)*))(?![A-Za-z0-9])",
	[PHI_P_URL] =
		"((?i)(?:(?:https?|ftp)://[^\\s<>\"]{3,150}|www\\.[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?:/[^\\s<>\"]{0,100})?))",
	[PHI_P_BIRTH] = "(?i)(?:dob|d\\.o\\.b|(?<=date[ ]of[ ])birth|birth[ ]?(?:date|day)|born)"
			"(?:[ \\t]*(?:is|was|on|of|the|in|date|[:.,(-]))*[ \\t]*(" NUMERIC_DATE
			"|" WRITTEN_DATE ")",
	[PHI_P_MONTH] = "((?i)" WRITTEN_DATE ")",
	[PHI_P_AGE_CUE] =
		"(?i)(?<!lung[ ])(?<!bone[ ])age[sd]?[ \\t]*(?:(?:of|is|was|now|at)\\b|[:=(])?[ \\t]*(9[0-9]|1[0-2][0-9])"
		"(?![0-9]|[.,/%:][0-9]|%|[ ]?(?:mg|ml|cc|mm|months?|mos?|days?|weeks?)\\b)",
	[PHI_P_AGE_WORD] =
		"((?i)ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?[- ](?:years?|yrs?)[- ](?:old|of[ ]age))",
	[PHI_P_TITLE] =
		"(?:(?:D(?:r|R|octor)|Mrs|MRS|M[rs]|Miss|Prof(?:essor)?)(?:\\.[ ]?|[ ])(" NAMES
		")|(?<![A-Za-z0-9,;)/][ ])(?<![A-Za-z/-])M[RS]\\.[ ](" CAPS_NAME "(?:[ ]" CAPS_NAME
		")?))",
	[PHI_P_NAME] =
		"(?i)(?:(?:(?<=patient[ ])|(?<=patient's[ ])|(?<=pt[ ])|(?<=last[ ])|(?<=first[ ])|(?<=full[ ])"
		"|(?<=maiden[ ])|(?<=mother's[ ])|(?<=father's[ ])|(?<=spouse[ ])|(?<=preferred[ ])"
		"|(?<=physician[ ])|(?<=provider[ ])|(?<=surgeon[ ])|(?<=contact[ ])|(?<=his[ ])|(?<=her[ ])"
		"|(?<=middle[ ])|(?<=legal[ ]))"
		"name(?:[ ]is|[ \\t]*[:=-])[ \\t]*|(?<![a-z0-9,] )(?<![a-z])name[ \\t]*:[ \\t]*)"
		"((?-i)" NOT_A_UNIT "(?:" ONE_NAME ",[ ]?)?" NAMES ")",
	[PHI_P_ROLE] =
		"(?i)(?:(?!anesthesia[ ]?:)[a-z]+(?:[ ](?:physician|surgeon|provider|doctor|md|name|nurse|practitioner))?[ ]?:[ \\t]*)"
		"(?-i)" NOT_A_UNIT "(" FULL_NAME
		")(?=[ \\t]*(?:[,;.(\\n\\r/-]|\\z|[ ]{2}|\\t|and\\b))",
	[PHI_P_SIGNED] =
		"(?i)[a-z]+(?:[ ](?:and|electronically|signed|dictated|verified|off|reviewed))*[ ]by[: \\t]+"
		"(?-i)(?:D[rR]\\.?[ ])?(" FULL_NAME ")",
	[PHI_P_BOX] =
		"(?i)(?:(?<=p\\.o\\. )|(?<=p\\.o\\.)|(?<=p\\. o\\. )|(?<=po )|(?<=office ))box[ ](?:no\\.?[ ]|#)?([0-9]{1,6})(?![0-9])",
	[PHI_P_EMAIL] =
		"([A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,12})",
	[PHI_P_HOST] =
		"(?i)(?<![a-z0-9@._-])([a-z0-9][a-z0-9-]*[a-z0-9](?:\\.[a-z0-9-]+)*\\.(?:com|org|net|edu|gov))\\z",
	[PHI_P_STREET] =
		"(?<![A-Za-z0-9./-])([1-9][0-9]{0,5}(?:-[0-9]{1,4})?[A-Z]?[ ](?:(?:[NSEW]|[NS][EW])\\.?[ ])?"
		"(?!(?:Lead|LEAD|MG|ML|CC|MM|CM|Mr|Mrs|Units?)\\b)(?:" STREET_WORD
		"[ ]){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Boulevard|Blvd|Lane|Ln|Court|Ct|Place"
		"|Terrace|Way|Circle|Highway|Hwy|Parkway|Pkwy|STREET|AVENUE|AVE|ROAD|RD|DRIVE|BOULEVARD"
		"|BLVD|LANE|COURT|TERRACE|HIGHWAY|PARKWAY))\\z",
	[PHI_P_CREDENTIAL] = "(?<![A-Za-z0-9])(" NOT_A_UNIT NAME "[ ](?:[A-Z]\\.?[ ])?" NAME
			     "|" NOT_A_UNIT CAPS_NAME "[ ](?:[A-Z]\\.?[ ])?" CAPS_NAME
			     "),?[ ](?:MD|M\\.D|DO|D\\.O|RN|R\\.N|NP|PA|PhD|DDS|DPM|LPN|CRNA|MSW"
			     "|LCSW|FACC|FACS|FNP|ARNP|APRN|RPh|PharmD)\\z",
};

const struct phi_cue phi_cues[] = {
	{"fax", TOK_PHI_FAX, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"facsimil", TOK_PHI_FAX, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"phone", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"telephon", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"tel", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"cell", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"mobile", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"call", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"callback", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"contact", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"reached", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"pager", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"pager", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PAGER},
	{"beeper", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PHONE_CUE},
	{"beeper", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PAGER},
	{"pgr", TOK_PHI_PHONE, PHI_DIGIT, PHI_P_PAGER},
	{"ssn", TOK_PHI_SSN, PHI_DIGIT, PHI_P_SSN_CUE},
	{"ss", TOK_PHI_SSN, PHI_HASH, PHI_P_SSN_CUE},
	{"social", TOK_PHI_SSN, PHI_DIGIT, PHI_P_SSN_CUE},
	{"soc", TOK_PHI_SSN, PHI_DIGIT, PHI_P_SSN_CUE},
	{"mrn", TOK_PHI_MRN, PHI_DIGIT, PHI_P_ID},
	{"mrno", TOK_PHI_MRN, PHI_DIGIT, PHI_P_ID},
	{"mr", TOK_PHI_MRN, PHI_HASH, PHI_P_MR},
	{"mr", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"record", TOK_PHI_MRN, PHI_LABEL, PHI_P_LABELLED},
	{"rec", TOK_PHI_MRN, PHI_LABEL, PHI_P_LABELLED},
	{"chart", TOK_PHI_MRN, PHI_LABEL, PHI_P_NUMBERED},
	{"unit", TOK_PHI_MRN, PHI_LABEL, PHI_P_NUMBERED},
	{"hospital", TOK_PHI_MRN, PHI_LABEL, PHI_P_NUMBERED},
	{"patient", TOK_PHI_MRN, PHI_LABEL, PHI_P_NUMBERED},
	{"patient", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"id", TOK_PHI_MRN, PHI_DIGIT, PHI_P_ID_OF_PATIENT},
	{"id", TOK_PHI_PLAN, PHI_DIGIT, PHI_P_ID_OF_PLAN},
	{"id", TOK_PHI_DEVICE, PHI_DIGIT, PHI_P_ID_OF_DEVICE},
	{"policy", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"member", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"subscrib", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"benefici", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"insuranc", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"medicare", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"medicaid", TOK_PHI_PLAN, PHI_LABEL, PHI_P_PLAN},
	{"group", TOK_PHI_PLAN, PHI_LABEL, PHI_P_NUMBERED},
	{"plan", TOK_PHI_PLAN, PHI_LABEL, PHI_P_NUMBERED},
	{"mbi", TOK_PHI_PLAN, PHI_DIGIT, PHI_P_ID},
	{"hicn", TOK_PHI_PLAN, PHI_DIGIT, PHI_P_ID},
	{"account", TOK_PHI_ACCOUNT, PHI_LABEL, PHI_P_LABELLED},
	{"acct", TOK_PHI_ACCOUNT, PHI_DIGIT, PHI_P_ID},
	{"csn", TOK_PHI_ACCOUNT, PHI_DIGIT, PHI_P_ID},
	{"billing", TOK_PHI_ACCOUNT, PHI_LABEL, PHI_P_NUMBERED},
	{"invoice", TOK_PHI_ACCOUNT, PHI_LABEL, PHI_P_LABELLED},
	{"encounte", TOK_PHI_ACCOUNT, PHI_LABEL, PHI_P_NUMBERED},
	{"visit", TOK_PHI_ACCOUNT, PHI_LABEL, PHI_P_NUMBERED},
	{"license", TOK_PHI_LICENCE, PHI_DIGIT, PHI_P_LICENCE},
	{"licence", TOK_PHI_LICENCE, PHI_DIGIT, PHI_P_LICENCE},
	{"dea", TOK_PHI_LICENCE, PHI_DIGIT, PHI_P_ID},
	{"npi", TOK_PHI_LICENCE, PHI_DIGIT, PHI_P_ID},
	{"vin", TOK_PHI_VEHICLE, PHI_DIGIT, PHI_P_VIN},
	{"vehicle", TOK_PHI_VEHICLE, PHI_DIGIT, PHI_P_VIN},
	{"plate", TOK_PHI_VEHICLE, PHI_DIGIT, PHI_P_PLATE},
	{"plates", TOK_PHI_VEHICLE, PHI_DIGIT, PHI_P_PLATE},
	{"serial", TOK_PHI_DEVICE, PHI_DIGIT, PHI_P_SERIAL},
	{"sn", TOK_PHI_DEVICE, PHI_DIGIT, PHI_P_SERIAL},
	{"s", TOK_PHI_DEVICE, PHI_SLASH_N, PHI_P_SERIAL},
	{"udi", TOK_PHI_DEVICE, PHI_DIGIT, PHI_P_SERIAL},
	{"http", TOK_PHI_URL, PHI_ANY, PHI_P_URL},
	{"https", TOK_PHI_URL, PHI_ANY, PHI_P_URL},
	{"ftp", TOK_PHI_URL, PHI_ANY, PHI_P_URL},
	{"www", TOK_PHI_URL, PHI_ANY, PHI_P_URL},
	{"com", TOK_PHI_URL, PHI_AFTER_DOT, PHI_P_HOST},
	{"org", TOK_PHI_URL, PHI_AFTER_DOT, PHI_P_HOST},
	{"net", TOK_PHI_URL, PHI_AFTER_DOT, PHI_P_HOST},
	{"edu", TOK_PHI_URL, PHI_AFTER_DOT, PHI_P_HOST},
	{"gov", TOK_PHI_URL, PHI_AFTER_DOT, PHI_P_HOST},
	{"dob", TOK_PHI_BIRTH, PHI_DIGIT, PHI_P_BIRTH},
	{"d", TOK_PHI_BIRTH, PHI_DOT_O, PHI_P_BIRTH},
	{"birth", TOK_PHI_BIRTH, PHI_DIGIT, PHI_P_BIRTH},
	{"birthdat", TOK_PHI_BIRTH, PHI_DIGIT, PHI_P_BIRTH},
	{"birthday", TOK_PHI_BIRTH, PHI_DIGIT, PHI_P_BIRTH},
	{"born", TOK_PHI_BIRTH, PHI_DIGIT, PHI_P_BIRTH},
	{"jan", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"january", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"feb", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"february", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"mar", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"march", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"apr", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"april", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"may", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"jun", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"june", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"jul", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"july", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"aug", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"august", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"sep", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"sept", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"septembe", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"oct", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"october", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"nov", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"november", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"dec", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"december", TOK_PHI_DATE, PHI_DIGIT, PHI_P_MONTH},
	{"age", TOK_PHI_AGE, PHI_DIGIT, PHI_P_AGE_CUE},
	{"aged", TOK_PHI_AGE, PHI_DIGIT, PHI_P_AGE_CUE},
	{"ages", TOK_PHI_AGE, PHI_DIGIT, PHI_P_AGE_CUE},
	{"ninety", TOK_PHI_AGE, PHI_ANY, PHI_P_AGE_WORD},
	{"street", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"st", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"avenue", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"ave", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"road", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"rd", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"drive", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"dr", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"dr", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"boulevar", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"blvd", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"lane", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"ln", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"court", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"ct", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"place", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"terrace", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"way", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"circle", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"highway", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"hwy", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"parkway", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"pkwy", TOK_PHI_ADDRESS, PHI_TITLED, PHI_P_STREET},
	{"box", TOK_PHI_ADDRESS, PHI_DIGIT, PHI_P_BOX},
	{"mrs", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"ms", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"miss", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"doctor", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"prof", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"professo", TOK_PHI_NAME, PHI_CAPITAL, PHI_P_TITLE},
	{"name", TOK_PHI_NAME, PHI_ANY, PHI_P_NAME},
	{"attendin", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"surgeon", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"physicia", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"provider", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"pcp", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"assistan", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"anesthes", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"radiolog", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"patholog", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"referrin", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"consulta", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"dictator", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"resident", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"nurse", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"author", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"cc", TOK_PHI_NAME, PHI_COLON, PHI_P_ROLE},
	{"signed", TOK_PHI_NAME, PHI_ANY, PHI_P_SIGNED},
	{"dictated", TOK_PHI_NAME, PHI_ANY, PHI_P_SIGNED},
	{"transcri", TOK_PHI_NAME, PHI_ANY, PHI_P_SIGNED},
	{"authenti", TOK_PHI_NAME, PHI_ANY, PHI_P_SIGNED},
	{"verified", TOK_PHI_NAME, PHI_ANY, PHI_P_SIGNED},
	{"md", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"m", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"do", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"rn", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"np", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"pa", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"phd", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"dds", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"dpm", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"lpn", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"crna", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"fnp", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"aprn", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
	{"pharmd", TOK_PHI_NAME, PHI_CREDENTIAL_, PHI_P_CREDENTIAL},
};

const unsigned phi_cue_count = sizeof(phi_cues) / sizeof(phi_cues[0]);
