# two conditions in one question are two, whatever the chart holds; a list goes on behind them
note    p1 n1 2150-01-02 "Progress note" "Old stroke."
ask     p1 "history of MI or stroke?"
expect  status=400 message~"^question 1 names two"
ask     p1 "stroke?" "history of MI or stroke?" "gout?"
expect  status=200 rows.#=3 rows.0.verdict=present rows.1.condition="MI or stroke" rows.1.problem.status=400 rows.1.problem.message~"^question 2 names two" rows.2.verdict=not_mentioned
ask     p1 "MI or stroke?" "stroke or gout?"
expect  status=200 rows.#=2 rows.0.problem.status=400 rows.1.problem.status=400
ask     p1 "MI" "stroke"
expect  status=200
ask     p1 condition="MI or stroke"
expect  status=200
# the same where the words stand like that
note    p2 n1 2150-01-02 "Progress note" "No MI or stroke."
ask     p2 "MI or stroke?"
expect  status=400
ask     p2 "gout?" "MI or stroke?"
expect  status=200 rows.0.verdict=not_mentioned rows.1.problem.status=400
ask     p2 condition="MI or stroke"
expect  verdict=absent
# words that share their head or their first word are one condition, and what no lexicon knows is asked as it stands
note    p3 n1 2150-01-02 "Progress note" "Pulmonary infiltrate or edema. Small pericardial or pleural effusion."
ask     p3 "pulmonary infiltrate or edema?"
expect  verdict=present
ask     p3 "pericardial or pleural effusion?"
expect  verdict=present
ask     p3 "xyzzy or gout?"
expect  verdict=not_mentioned
