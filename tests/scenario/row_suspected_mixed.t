# suspected beside family stays suspected_only; a denial settles it only further down or later
note    p1 n1 2150-01-02 "Progress note" "Possible sarcoidosis.\n\nFAMILY HISTORY: Mother had sarcoidosis."
ask     p1 "sarcoidosis"
expect  verdict=uncertain basis=suspected_only bases~family_only
note    p2 n1 2150-01-02 "Progress note" "Possible sarcoidosis was considered. Sarcoidosis was ruled out."
ask     p2 "sarcoidosis"
expect  verdict=absent basis=denied
note    p3 n1 2150-01-02 "Progress note" "Sarcoidosis was ruled out."
note    p3 n2 2150-01-03 "Progress note" "Sarcoidosis remains possible."
ask     p3 "sarcoidosis"
expect  verdict=uncertain basis=suspected_only
