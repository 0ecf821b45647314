# what is only suspected is uncertain, suspected_only
note    p1 n1 2150-01-02 "Progress note" "Possible pulmonary embolism, CT ordered."
ask     p1 "pulmonary embolism"
expect  verdict=uncertain basis=suspected_only assertion=possible certainty=possible note=n1 mentions=1
