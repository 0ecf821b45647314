# a history is present too; a denial of today does not take it back
note    p1 n1 2150-01-02 "Progress note" "PMH: s/p pneumonia in 2139, resolved."
note    p1 n2 2150-03-02 "Radiology" "Clear lungs. No pneumonia."
ask     p1 "has the patient ever had pneumonia?"
expect  verdict=present temporality=historical note=n1 mentions=2
