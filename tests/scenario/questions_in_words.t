# one condition however the question is put
note    p1 n1 2150-01-02 "Progress note" "She has atrial fibrillation."
ask     p1 "Has this patient ever had atrial fibrillation?" "history of atrial fibrillation" "atrial fibrillation" "Is there any evidence of atrial fibrillation in the chart?" "Does she have a history of atrial fibrillation"
expect  rows.#=5 rows.condition="atrial fibrillation,atrial fibrillation,atrial fibrillation,atrial fibrillation,atrial fibrillation" rows.verdict=present,present,present,present,present
