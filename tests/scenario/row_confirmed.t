# an affirmed, certain mention of the patient's own is present, confirmed
note    p1 n1 2150-01-02 "Progress note" "Admitted with pulmonary embolism."
ask     p1 "pulmonary embolism"
expect  verdict=present basis=confirmed assertion=present certainty=certain experiencer=patient probability>0.55
expect  note=n1 start=14 end=32 quote="pulmonary embolism" mentions=1 independent=1 complete=true
