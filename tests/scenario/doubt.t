# a suspicion is looked into: another name, later and where authors commit themselves, settles it
# (the shipped model brings its own threshold)
note    p0 n1 2150-01-02 "Progress note" "She has gout."
ask     p0 "gout"
expect  search.doubt.threshold=0.455
http    DELETE /v1/model
note    p1 n1 2150-01-02 "Progress note" "Possible myocardial infarction."
note    p1 n2 2150-03-02 "Discharge summary" "DISCHARGE DIAGNOSES:\nHeart attack.\n"
ask     p1 "myocardial infarction" rounds=0
expect  verdict=uncertain basis=suspected_only search.doubt.threshold=0.21 search.doubt.triggered=true search.doubt.rounds=0 evidence.1.decides=false
ask     p1 "myocardial infarction"
expect  verdict=present basis=confirmed quote="Heart attack" search.doubt.rounds=1 search.rounds.2.query=confirm_deny search.rounds.2.mentions=1
# elsewhere it takes a second round, which asks wider
note    p2 n1 2150-01-02 "Progress note" "Possible myocardial infarction."
note    p2 n2 2150-03-02 "Progress note" "He had a heart attack in June."
ask     p2 "myocardial infarction"
expect  verdict=uncertain search.doubt.rounds=1
ask     p2 "myocardial infarction" rounds=2
expect  verdict=present search.doubt.rounds=2
# a misspelt name in another note
note    p3 n1 2150-01-02 "Progress note" "Possible myocarditis."
note    p3 n2 2150-03-02 "Progress note" "The biopsy showed myocardtis."
ask     p3 "myocarditis"
expect  verdict=present search.doubt.triggered=true
# what is sure is not looked at again
note    p4 n1 2150-01-02 "Progress note" "She has gout."
note    p4 n2 2150-03-02 "Progress note" "No podagra."
ask     p4 "gout" rounds=4
expect  verdict=present search.doubt.triggered=false search.doubt.rounds=0
ask     p4 "gout" rounds=5
expect  status=400
# with a model there is one view more
attach  stack=2 seed=1
ask     p4 "gout" why=true
expect  evidence.0.why.views.model.confirm~"^0" evidence.0.why.views.sentence.confirm~"^0" search.doubt.threshold=0.21
