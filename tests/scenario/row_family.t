# a condition of the family is absent, family_only, even when it is denied there
note    p1 n1 2150-01-02 "Progress note" "FAMILY HISTORY: Mother had breast cancer."
ask     p1 "breast cancer"
expect  verdict=absent basis=family_only experiencer=other assertion=associated_with_someone_else section=family_history
note    p2 n1 2150-01-02 "Progress note" "FAMILY HISTORY: No breast cancer in the family."
ask     p2 "breast cancer"
expect  verdict=absent basis=family_only
