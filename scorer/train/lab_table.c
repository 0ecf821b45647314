#include "scorer/train/lab_table.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *const lab_measure_names[LAB_MEASURES] = {
	[LAB_LOSS] = "loss",
	[LAB_TOKEN] = "token_use",
	[LAB_SEQUENCE] = "sequence_use",
	[LAB_BATCH] = "batch_use",
	[LAB_DEAD] = "dead",
	[LAB_OFF] = "turned_off",
	[LAB_ON] = "turned_on",
	[LAB_NULL] = "off_by_chance",
	[LAB_UNIT_RATE] = "unit_rate",
	[LAB_TOKEN_UNITS] = "token_units",
	[LAB_DYING] = "dying",
	[LAB_LIVING] = "living",
	[LAB_DEATHS] = "deaths",
	[LAB_JUMP] = "largest_fall",
	[LAB_REMOVED_RARE] = "removed_rare",
	[LAB_REMOVED_RANDOM] = "removed_random",
	[LAB_REMOVED_WEAK] = "removed_weak",
	[LAB_REMOVED_UNUSED] = "removed_unused",
	[LAB_REMOVED_MLP] = "removed_mlp",
	[LAB_REMOVABLE] = "removable",
	[LAB_REMOVABLE_RANDOM] = "removable_random",
	[LAB_REMOVABLE_WEAK] = "removable_weak",
	[LAB_READS] = "reads",
	[LAB_READS_NULL] = "reads_null",
	[LAB_FORETELLS] = "foretells",
	[LAB_FORETELLS_NULL] = "foretells_null",
	[LAB_VARIETY] = "variety",
	[LAB_F1] = "macro_f1",
	[LAB_RIGHT] = "right",
};

static const char columns[] = "step,layer,measure,at,value\n";

/* ---- rows ---- */

void lab_add(struct lab_table *t, const struct lab_row *row)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 256;
		struct lab_row *rows = realloc(t->rows, room * sizeof(*rows));
		if (!rows) {
			t->failed = true;
			return;
		}
		t->rows = rows;
		t->room = room;
	}
	t->rows[t->n++] = *row;
}

void lab_table_release(struct lab_table *t)
{
	free(t->rows);
	*t = (struct lab_table){0};
}

double lab_value(
	const struct lab_table *t, enum lab_measure m, uint32_t step, int32_t layer, double at)
{
	for (size_t i = t->n; i-- > 0;) {
		const struct lab_row *r = &t->rows[i];
		if (r->measure == m && r->layer == layer && fabs(r->at - at) < 1e-9 &&
			(step == LAB_LAST || r->step == step))
			return r->value;
	}
	return (double)NAN;
}

unsigned lab_steps(const struct lab_table *t, enum lab_measure m, int32_t layer, uint32_t *steps,
	unsigned room)
{
	unsigned n = 0;
	for (size_t i = 0; i < t->n && n < room; i++) {
		const struct lab_row *r = &t->rows[i];
		if (r->measure == m && r->layer == layer && (n == 0 || steps[n - 1] != r->step))
			steps[n++] = r->step;
	}
	return n;
}

/* ---- the file ---- */

int lab_table_write(const struct lab_table *t, const char *title, const char *path, struct err *e)
{
	struct buf b = {0};
	buf_printf(&b, "# %s\n%s", title, columns);
	for (size_t i = 0; i < t->n; i++) {
		const struct lab_row *r = &t->rows[i];
		buf_printf(&b, "%u,%d,%s,%.6g,%.9g\n", r->step, r->layer,
			lab_measure_names[r->measure], r->at, r->value);
	}
	buf_printf(&b, "# %zu rows\n", t->n);
	struct slice all = buf_slice(&b);
	int rc = b.failed || t->failed ? err_set(e, LODE_NOMEM, "no memory for a run's table")
				       : file_replace(path, &all, 1, 0644, e);
	buf_release(&b);
	return rc;
}

static bool take_line(struct slice *rest, struct slice *line)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	if (!end)
		return false;
	*line = slice_of(rest->p, (size_t)(end - rest->p));
	*rest = slice_of(end + 1, rest->n - line->n - 1);
	return true;
}

static bool measure_named(const char *name, enum lab_measure *out)
{
	for (unsigned m = 0; m < LAB_MEASURES; m++)
		if (strcmp(lab_measure_names[m], name) == 0) {
			*out = (enum lab_measure)m;
			return true;
		}
	return false;
}

static bool parse_row(struct slice line, struct lab_row *out)
{
	char text[160], name[32];
	int used = 0;
	if (line.n >= sizeof(text) || memchr(line.p, '\0', line.n))
		return false;
	memcpy(text, line.p, line.n);
	text[line.n] = '\0';
	int n = sscanf(text, "%u,%d,%31[a-z_0-9],%lf,%lf%n", &out->step, &out->layer, name,
		&out->at, &out->value, &used);
	return n == 5 && (size_t)used == line.n && measure_named(name, &out->measure);
}

/* The last line, which says how many rows came before. */
static bool is_end(struct slice line, size_t rows)
{
	char want[40];
	snprintf(want, sizeof(want), "# %zu rows", rows);
	return slice_eq(line, slice_str(want));
}

static int parse(
	struct lab_table *t, const char *title, const char *path, struct slice rest, struct err *e)
{
	struct slice line = {NULL, 0};
	bool is_ours = take_line(&rest, &line) && line.n > 2 &&
		       slice_eq(slice_of(line.p + 2, line.n - 2), slice_str(title)) &&
		       take_line(&rest, &line) &&
		       slice_eq(line, slice_of(columns, sizeof(columns) - 2));
	if (!is_ours)
		return err_set(e, LODE_CORRUPT, "%s: not the table of this run", path);
	bool has_end = false;
	for (unsigned number = 3; !has_end && take_line(&rest, &line); number++) {
		struct lab_row r;
		has_end = is_end(line, t->n);
		if (has_end)
			break;
		if (!parse_row(line, &r))
			return err_set(e, LODE_CORRUPT, "%s, line %u: no row", path, number);
		lab_add(t, &r);
	}
	if (!has_end || rest.n)
		return err_set(e, LODE_CORRUPT, "%s: it was cut short", path);
	return t->failed ? err_set(e, LODE_NOMEM, "no memory for %s", path) : LODE_OK;
}

int lab_table_read(struct lab_table *t, const char *title, const char *path, struct err *e)
{
	struct slice map;
	*t = (struct lab_table){0};
	int rc = file_map(path, &map, e);
	if (rc)
		return rc;
	rc = parse(t, title, path, map, e);
	file_unmap(map);
	if (rc)
		lab_table_release(t);
	return rc;
}

/* ---- statistics ---- */

/* Student's t, 97.5 %, for 1, 2, ... degrees of freedom. */
static double student(unsigned freedom)
{
	static const double t[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262};
	unsigned n = sizeof(t) / sizeof(t[0]);
	return freedom <= n ? t[freedom - 1] : 1.96 + 2.4 / freedom;
}

struct lab_interval lab_interval_of(const double *values, unsigned n)
{
	struct lab_interval out = {0};
	double square = 0;
	for (unsigned i = 0; i < n; i++)
		if (isfinite(values[i])) {
			out.mean += values[i];
			out.n++;
		}
	out.mean /= out.n; /* NAN when there is none */
	for (unsigned i = 0; i < n; i++)
		if (isfinite(values[i]))
			square += (values[i] - out.mean) * (values[i] - out.mean);
	double half = out.n > 1 ? student(out.n - 1) * sqrt(square / (out.n - 1) / out.n) : 0;
	out.low = out.mean - half;
	out.high = out.mean + half;
	return out;
}

struct lab_interval lab_difference_of(const double *a, const double *b, unsigned n)
{
	enum { MOST = 64 };
	double differences[MOST];
	n = n < MOST ? n : MOST;
	for (unsigned i = 0; i < n; i++)
		differences[i] = a[i] - b[i];
	return lab_interval_of(differences, n);
}

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double lab_percentile(double *values, unsigned n, double at)
{
	qsort(values, n, sizeof(*values), rising);
	return values[(unsigned)(at / 100 * (n - 1) + 0.5)];
}

double lab_crossing(const double *x, const double *y, unsigned n, double level)
{
	for (unsigned i = 0; i < n; i++) {
		if (!(y[i] > level))
			continue;
		if (i == 0)
			return x[0];
		return x[i - 1] + (x[i] - x[i - 1]) * (level - y[i - 1]) / (y[i] - y[i - 1]);
	}
	return n ? x[n - 1] : (double)NAN;
}
