# the built-in lexicon gives other names where the asked one is not in the chart, and can be switched off
note    p1 n1 2150-01-02 "Progress note" "He had a heart attack in 2139."
ask     p1 "myocardial infarction"
expect  verdict=present via=synonym quote="heart attack" round=2 lexicons.#=1
ask     p1 "myocardial infarction" lexicons=[]
expect  verdict=not_mentioned names.#=1 lexicons.#=0
ask     p1 "myocardial infarction" lexicons=["\"none\""]
expect  status=400
ask     p1 "myocardial infarction" synonyms_first=true
expect  verdict=present round=1
# what is narrower confirms, but its denial denies nothing
note    p2 n1 2150-01-02 "Progress note" "Known acute myeloid leukemia."
ask     p2 "hematologic malignancy"
expect  verdict=not_mentioned
ask     p2 "hematologic malignancy" narrower=true
expect  verdict=present quote="acute myeloid leukemia"
note    p3 n1 2150-01-02 "Progress note" "No acute myeloid leukemia."
ask     p3 "hematologic malignancy" narrower=true
expect  verdict=uncertain mentions=1
# an ambiguous abbreviation is sure where the note defines it, and from there on
note    p4 n1 2150-01-02 "Progress note" "Seen for MS. She has multiple sclerosis (MS). Her MS is stable."
ask     p4 "multiple sclerosis" why=true
expect  mentions=4 evidence.2.why.stance=affirmed evidence.3.why.stance=hint
# and where it stands in a list of diagnoses, if there is one disease of that name
note    p5 n1 2150-01-02 "Progress note" "PAST MEDICAL HISTORY:\nRA, hypertension.\n"
ask     p5 "rheumatoid arthritis"
expect  verdict=present
note    p6 n1 2150-01-02 "Progress note" "Sat 96 % on RA."
ask     p6 "rheumatoid arthritis"
expect  verdict!=present
# initials count beside a word they stand for
note    p7 n1 2150-01-02 "Progress note" "ZQF again. Zorbic ulcers."
ask     p7 "zorbic quadral fever"
expect  verdict=uncertain quote=ZQF
note    p8 n1 2150-01-02 "Progress note" "ZQF again."
ask     p8 "zorbic quadral fever"
expect  verdict=not_mentioned
# an adjective is the condition where it ends a statement, else a hint
note    p9 n1 2150-01-02 "Progress note" "On arrival she was anemic. She takes no iron."
ask     p9 "anemia"
expect  verdict=present quote=anemic
ask     p9 "cyanosis"
expect  verdict=not_mentioned
note    p10 n1 2150-01-02 "Progress note" "The cirrhotic liver was seen."
ask     p10 "cirrhosis"
expect  verdict=uncertain quote=cirrhotic
note    p11 n1 2150-01-02 "Progress note" "Known cirrhosis."
ask     p11 "cirrhotic"
expect  verdict=present
# an adjective that is asked says less before a noun: denied there it denies nothing, affirmed it stands
note    p12 n1 2150-01-02 "Progress note" "Known cirrhosis."
note    p12 n2 2150-01-03 "Progress note" "No cirrhotic cardiomyopathy."
ask     p12 "cirrhotic"
expect  verdict=present evidence.0.quote=cirrhosis
note    p13 n1 2150-01-02 "Progress note" "He is not cirrhotic."
ask     p13 "cirrhotic"
expect  verdict=absent
note    p16 n1 2150-01-02 "Progress note" "NOT CIRRHOTIC AND NOT JAUNDICED."
ask     p16 "cirrhotic"
expect  verdict=absent
note    p17 n1 2150-01-02 "Progress note" "Non-cirrhotic man."
ask     p17 "cirrhotic"
expect  verdict=absent
note    p18 n1 2150-01-02 "Progress note" "She is not cirrhotic per wife."
ask     p18 "cirrhotic"
expect  verdict=absent
note    p14 n1 2150-01-02 "Progress note" "The cirrhotic liver was seen."
ask     p14 "cirrhotic"
expect  verdict=present
note    p15 n1 2150-01-02 "Progress note" "No cirrhotic cardiomyopathy."
ask     p15 "cirrhotic"
expect  verdict!=absent verdict!=present
