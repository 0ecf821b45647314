# damage that came after the chart was verified does not hide behind a denial or a hint
note    p1 n1 2150-01-01 "Progress note" "No fever. Her mother had gout."
note    p1 n2 2150-01-02 "Progress note" "She has xanthogranuloma."
ask     p1 "fever"
expect  verdict=absent complete=true
damage  near "xanthogran" +2
ask     p1 "fever"
expect  verdict=uncertain basis=incomplete complete=false
ask     p1 "gout"
expect  verdict=uncertain basis=incomplete complete=false
