# where the asked name is found it decides; what stands under other names is shown behind it
note    p1 n1 2150-01-02 "Progress note" "No myocardial infarction."
note    p1 n2 2150-01-03 "Progress note" "He had a heart attack."
ask     p1 "myocardial infarction"
expect  verdict=absent mentions=2 quote="myocardial infarction" evidence.1.quote="heart attack" evidence.1.decides=false evidence.1.round=2 contradictions.#=1
ask     p1 "heart attack"
expect  verdict=present quote="heart attack" evidence.1.decides=false
ask     p1 "myocardial infarction" other_names=false
expect  verdict=absent mentions=1
ask     p1 "myocardial infarction" synonyms_first=true
expect  verdict=present mentions=2
# a hint under another name is not shown there
note    p2 n1 2150-01-02 "Progress note" "Known multiple sclerosis. MS contin for pain."
ask     p2 "multiple sclerosis"
expect  verdict=present mentions=1
# an adjective asks for its condition
note    p3 n1 2150-01-02 "Progress note" "She has nausea."
ask     p3 "nauseous"
expect  verdict=present quote=nausea
# an abbreviation that another name defines in the note is no hint there
note    p4 n1 2150-01-02 "Progress note" "Disseminated sclerosis. Also called multiple sclerosis (MS), and MS is slow."
ask     p4 "disseminated sclerosis"
expect  verdict=present mentions=4
# masks are looked through for the asked name alone
note    p5 n1 2150-01-02 "Progress note" "Hepatolenticular degeneration. Old [**Last Name**] disease."
ask     p5 "hepatolenticular degeneration"
expect  verdict=present mentions=1
