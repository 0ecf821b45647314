/* The verbs of lodestone-train, one function each in verb_NAME.c; main.c has the table.
 * argv[0] is the verb; the exit status comes back: 0 done, 1 failed, 2 used wrongly. */
#ifndef LODESTONE_TRAIN_VERBS_H
#define LODESTONE_TRAIN_VERBS_H

int verb_train(int argc, char **argv);
int verb_vocabulary(int argc, char **argv);
int verb_show_window(int argc, char **argv);
int verb_calibrate(int argc, char **argv); /* fits the stack into a model file */
int verb_join(int argc, char **argv);      /* two networks into one model file */
int verb_lab(int argc, char **argv);       /* the sparsity laboratory */
int verb_memory(int argc, char **argv);
int verb_generate(int argc, char **argv); /* made-up examples as a table */
int verb_evaluate(int argc, char **argv); /* rules, model and stack on the labelled sets */

#endif
