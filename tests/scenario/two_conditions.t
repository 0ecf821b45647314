# two conditions in one question are not one that is not mentioned
note    p1 n1 2150-01-02 "Progress note" "Old stroke."
ask     p1 "history of MI or stroke?"
expect  status=400 message~"^question 1 names two"
ask     p1 "stroke?" "history of MI or stroke?"
expect  status=400 message~"^question 2 names two"
ask     p1 "MI" "stroke"
expect  status=200
ask     p1 condition="MI or stroke"
expect  status=200
# but the words may stand in the chart like that
note    p2 n1 2150-01-02 "Progress note" "Possible infarct or ischemia of the pons."
ask     p2 "any infarct or ischemia?"
expect  verdict=uncertain basis=suspected_only mentions=1
