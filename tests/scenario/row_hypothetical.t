# risks, plans and instructions are absent, hypothetical_only
note    p1 n1 2150-01-02 "Discharge summary" "Return to the emergency department if you develop pulmonary embolism."
ask     p1 "pulmonary embolism"
expect  verdict=absent basis=hypothetical_only certainty=hypothetical mentions=1
