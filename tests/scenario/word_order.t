# where no name stands, its words close together in one sentence are found in a second round
note    p1 n1 2150-01-02 "Progress note" "She has carcinoma of the breast."
ask     p1 "breast carcinoma"
expect  mentions=1 via=ranked round=2 search.rounds.#=2 quote="carcinoma of the breast"
note    p2 n1 2150-01-02 "Progress note" "The breast was soft. No sign of carcinoma was seen in the stomach."
ask     p2 "breast carcinoma"
expect  verdict=not_mentioned mentions=0
