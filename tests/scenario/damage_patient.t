# a flipped bit in a patient's id is an error, never an unknown patient
note    patientseventeen n1 2150-01-02 "Progress note" "She has gout."
note    other n1 2150-01-02 "Progress note" "She has gout."
damage  near "patientseventeen" +7
ask     patientseventeen "gout"
expect  status=500 code=CORRUPT
patients
expect  status=500
