/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/queueing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CSV "tests/data/queueing.csv"

static const double STUDENT = 6.07;
enum { ROWS_MAX = 1024 };

static bool keep(char *into, size_t size, const char *text)
{
    if (strlen(text) >= size)
        return false;
    memcpy(into, text, strlen(text) + 1);
    return true;
}

/* id,params,quantity,value; params may stand in double quotes. */
static bool read_row(char *line, struct queueing_row *row)
{
    char *value = strrchr(line, ','), *quantity, *params, *end;

    if (!value)
        return false;
    *value++ = '\0';
    quantity = strrchr(line, ',');
    params = strchr(line, ',');
    if (!quantity || params == quantity)
        return false;
    *quantity++ = '\0';
    *params++ = '\0';
    if (*params == '"') {
        params++;
        params[strcspn(params, "\"")] = '\0';
    }
    row->value = strtod(value, &end);
    return end != value && keep(row->id, sizeof row->id, line) &&
           keep(row->params, sizeof row->params, params) &&
           keep(row->quantity, sizeof row->quantity, quantity);
}

struct queueing_table queueing_table_read(void)
{
    struct queueing_table table = {.row = calloc(ROWS_MAX, sizeof *table.row)};
    FILE *file = fopen(CSV, "r");
    char line[512];

    if (!file || !table.row) {
        fprintf(stderr, "%s cannot be read\n", CSV);
        exit(2);
    }
    while (table.count < ROWS_MAX && fgets(line, sizeof line, file))
        table.count += read_row(line, &table.row[table.count]);
    fclose(file);
    return table;
}

void queueing_table_free(struct queueing_table *table)
{
    free(table->row);
    table->row = NULL;
}

double queueing_value(const struct queueing_table *table, const char *id, const char *params,
                      const char *quantity)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct queueing_row *row = &table->row[i];

        if (strcmp(row->id, id) == 0 && strcmp(row->params, params) == 0 &&
            strcmp(row->quantity, quantity) == 0)
            return row->value;
    }
    fprintf(stderr, "%s has no row %s,%s,%s\n", CSV, id, params, quantity);
    return NAN;
}

struct queueing_verdict queueing_judge(const struct sim_tally *tally, double expected,
                                       double precision)
{
    double error = sqrt(sim_tally_variance(tally) / QUEUEING_REPLICATIONS);
    struct queueing_verdict verdict = {
        .mean = tally->mean, .half_width = STUDENT * error, .t = (tally->mean - expected) / error};

    verdict.is_ok = tally->count == QUEUEING_REPLICATIONS && fabs(verdict.t) <= STUDENT &&
                    verdict.half_width <= precision * expected;
    return verdict;
}

void queueing_print(const char *id, const char *params, const char *quantity, double expected,
                    const struct queueing_verdict *verdict)
{
    printf("%-5s %-34s %-8s %11.6g %11.6g +- %5.2f %%  t %6.2f  %s\n", id, params, quantity,
           expected, verdict->mean, 100 * verdict->half_width / expected, verdict->t,
           verdict->is_ok ? "ok" : "NOT ACCEPTED");
    fflush(stdout);
}
