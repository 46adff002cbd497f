/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queueing theory through the scenario's own partitions and jobs: tests/data/queueing.csv against
 * scenarios/textbook/ with the arrivals, the servers and the service law set as a user would
 * (--set). The mean service time of the tables, 1, is a minute here, so that the longest horizon
 * of a scenario (60 years) holds the jobs that the precision takes.
 *
 * A row is accepted when the mean of 32 replications lies within 6.07 standard errors of the
 * value and 6.07 standard errors are at most 2 % of it (10 % in the long list). The pre-roll is
 * at least 20 relaxation times, and so is the follow-up, in which late jobs leave.
 *
 * The long list runs instead when AIFSIM_ORACLE=long (`make oracle-long`).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/replications.h"
#include "sim/units.h"
#include "tests/support/scenario.h"

#define CSV "tests/data/queueing.csv"
#define TEXTBOOK "scenarios/textbook/"
#define PLACE "partition=desk.machine"

enum { REPLICATIONS = 32, THREADS = 2, SETS_MAX = 16, WORDS_MAX = 16 };
static const double STUDENT = 6.07;

/* ---- models ---- */

struct law {
    const char *base; /* file of scenarios/textbook */
    const char *run;  /* the set that makes it, %g stands for the mean in minutes */
    double cv2;
};
static const struct law exponential = {"mm1", "{exponential: {mean: %.17g min}}", 1};
static const struct law servers = {"mmc", "{exponential: {mean: %.17g min}}", 1};
static const struct law constant = {"md1", "{constant: %.17g min}", 0};
static const struct law erlang2 = {"mg1-erlang", "{erlang: {stages: 2, mean: %.17g min}}", 0.5};
static const struct law erlang4 = {"mg1-erlang", "{erlang: {stages: 4, mean: %.17g min}}", 0.25};
static const struct law hyper4 = {"mg1-hyper",
                                  "{hyperexponential: {mean: %.17g min, cv2: 4}}", 4};
static const struct law lognormal10 = { /* exp(mu + sigma^2 / 2) = 1, exp(sigma^2) = 1 + 10 */
    "mm1", "{lognormal: {median: 0.30151134457776363 min, sigma: 1.5485137917772664}}", 10};

struct model {
    const char *id, *params;   /* of the table; "lambda=" and "c=" are read from params */
    const struct law *law;
    double window_min;         /* per replication, chosen for the half-width */
    const char *quantities;    /* of the table, judged here */
    const char *more[3];       /* further sets */
};

static const struct model short_list[] = {
    {"MM1", "lambda=0.5 mu=1", &exponential, 4e5, "rho W Wq L Lq", {0}},
    {"MM1", "lambda=0.8 mu=1", &exponential, 8e5, "rho W Wq L Lq", {0}},
    {"MMc", "c=4 lambda=3.0 mu=1", &servers, 5e5, "rho ErlangC Wq L Lq", {0}},
    {"MMc", "c=8 lambda=6.0 mu=1", &servers, 4e5, "rho ErlangC Wq L Lq", {0}},
    {"MMc", "c=64 lambda=57.6 mu=1", &servers, 1e5, "ErlangC", {0}},
    {"MMc", "c=128 lambda=120.0 mu=1", &servers, 1e5, "ErlangC", {0}},
    {"MG1", "FCFS lambda=0.5 E[S]=1 S=Erlang2", &erlang2, 3e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.5 E[S]=1 S=H2_cv2=4", &hyper4, 8e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.8 E[S]=1 S=D", &constant, 4e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.8 E[S]=1 S=Erlang2", &erlang2, 6e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.8 E[S]=1 S=Exp", &exponential, 8e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.8 E[S]=1 S=H2_cv2=4", &hyper4, 24e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.9 E[S]=1 S=D", &constant, 12e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.9 E[S]=1 S=Erlang4", &erlang4, 14e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.9 E[S]=1 S=Erlang2", &erlang2, 16e5, "W Wq L Lq", {0}},
    {"MG1", "FCFS lambda=0.9 E[S]=1 S=Exp", &exponential, 22e5, "W Wq L Lq", {0}},
    {"MDc", "lambda=3.2 D=1 c=4", &constant, 5e5, "W Wq L Lq", {0}},
};

/* ---- the table ---- */

struct row {
    char id[32], params[96], quantity[32];
    double value;
};

struct table {
    struct row *row;
    size_t count;
};

/* id,params,quantity,value; params may stand in double quotes. */
static bool read_row(char *line, struct row *row)
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
    snprintf(row->id, sizeof row->id, "%s", line);
    snprintf(row->params, sizeof row->params, "%s", params);
    snprintf(row->quantity, sizeof row->quantity, "%s", quantity);
    row->value = strtod(value, &end);
    return end != value;
}

static struct table read_table(void)
{
    struct table table = {.row = calloc(1024, sizeof *table.row)};
    FILE *file = fopen(CSV, "r");
    char line[512];

    assert_non_null(file);
    assert_non_null(table.row);
    while (table.count < 1024 && fgets(line, sizeof line, file))
        table.count += read_row(line, &table.row[table.count]);
    fclose(file);
    return table;
}

static double value_of(const struct table *table, const struct model *model, const char *quantity)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->row[i];

        if (strcmp(row->id, model->id) == 0 && strcmp(row->params, model->params) == 0 &&
            strcmp(row->quantity, quantity) == 0)
            return row->value;
    }
    fail_msg("%s has no row %s,%s,%s", CSV, model->id, model->params, quantity);
    return NAN;
}

static double parameter(const struct model *model, const char *key, double otherwise)
{
    const char *at = strstr(model->params, key);

    return at ? strtod(at + strlen(key), NULL) : otherwise;
}

/* ---- the scenario ---- */

/* How long a queue remembers: of M/G/c in heavy traffic, and never less than a service. */
static double relaxation_min(const struct model *model, double lambda, double c)
{
    double gap = 1 - sqrt(lambda / c);

    return fmax(1, (1 + model->law->cv2) / 2 / (c * gap * gap));
}

struct sets {
    char text[SETS_MAX][160];
    const char *list[SETS_MAX];
    size_t count;
};

static char *next_set(struct sets *sets)
{
    assert_true(sets->count < SETS_MAX);
    sets->list[sets->count] = sets->text[sets->count];
    return sets->text[sets->count++];
}

static void SIM_PRINTF(2, 3) add_set(struct sets *sets, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(next_set(sets), sizeof sets->text[0], fmt, args);
    va_end(args);
}

static void add_run(struct sets *sets, const struct law *law, double mean_min)
{
    char run[96];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(run, sizeof run, law->run, mean_min);
#pragma GCC diagnostic pop
    add_set(sets, "classes.work.run=%s", run);
}

static void load(const struct model *model, double mean_min, struct scenario *out)
{
    double lambda = parameter(model, "lambda=", 1), c = parameter(model, "c=", 1);
    double aside_d = ceil(20 * relaxation_min(model, lambda, c) / 1440);
    int64_t window_d = (int64_t)ceil(model->window_min / 1440);
    struct sim_date end = sim_date_from_days(
        sim_days_from_date((struct sim_date){.year = 2026, .month = 1, .day = 1}) + window_d);
    struct sets sets = {.count = 0};
    char path[128];

    snprintf(path, sizeof path, TEXTBOOK "%s.yaml", model->law->base);
    add_set(&sets, "sites.desk.partitions.machine.nodes=%.0f", c);
    add_set(&sets, "communities.visitors.submit.rate=%.17g /min", lambda);
    add_set(&sets, "horizon={start: 2026-01-01, end: %04d-%02d-%02d, preroll: %.0f d, "
                   "followup: %.0f d}", (int)end.year, (int)end.month, (int)end.day, aside_d, aside_d);
    add_run(&sets, model->law, mean_min);
    for (size_t i = 0; i < 3 && model->more[i]; i++)
        add_set(&sets, "%s", model->more[i]);
    scenario_must_load(&(struct scenario_source){.path = path, .sets = sets.list,
                                                 .set_count = sets.count},
                       out);
}

/* ---- judgement ---- */

struct figure { /* that measures a quantity of the table */
    const char *quantity, *name, *statistic;
    double factor; /* from the figure's unit to the table's */
};
static const struct figure figures[] = {
    {"W", "job_lead", "mean", 60},         {"Wq", "wait", "mean", 60},
    {"L", "inside", "mean", 1},            {"Lq", "queue", "mean", 1},
    {"ErlangC", "wait.any", "", 1},        {"rho", "utilisation", "", 1},
    {"mean_IT_W", "energy", "", NAN}, /* MWh of the window; see mean_of */
};

struct verdict {
    double mean, half_width, t;
    bool is_ok;
};

static const struct figure *figure_of(const char *quantity)
{
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        if (strcmp(figures[i].quantity, quantity) == 0)
            return &figures[i];
    }
    fail_msg("no figure measures '%s'", quantity);
    return NULL;
}

static struct verdict judge(const struct mdl_plan *plan, const double *value, const char *quantity,
                            double expected, double precision)
{
    const struct figure *figure = figure_of(quantity);
    size_t f = scenario_figure(plan, figure->name, figure->statistic, PLACE);
    double factor = isnan(figure->factor) /* MWh to mean W */
                        ? 1e6 * 3.6e12 / (double)(plan->end_ns - plan->start_ns)
                        : figure->factor;
    struct sim_tally tally = {0};
    struct verdict verdict;
    double error;

    for (size_t r = 0; r < REPLICATIONS; r++)
        sim_tally_add(&tally, factor * value[r * plan->figure_count + f]);
    error = sqrt(sim_tally_variance(&tally) / REPLICATIONS);
    verdict.mean = tally.mean;
    verdict.half_width = STUDENT * error;
    verdict.t = (tally.mean - expected) / error;
    verdict.is_ok = fabs(verdict.t) <= STUDENT && verdict.half_width <= precision * expected;
    return verdict;
}

/* All quantities of a model; the service mean is 1 unless it is meant to be wrong. Returns how
 * many rows were not accepted. */
static size_t examine(const struct table *table, const struct model *model, double precision,
                      double mean_min)
{
    struct scenario scenario;
    struct sim_error err = {0};
    double *value;
    char words[96], *rest = NULL;
    size_t refused = 0;

    load(model, mean_min, &scenario);
    value = calloc(REPLICATIONS * scenario.plan->figure_count, sizeof *value);
    assert_non_null(value);
    if (exp_replications_run(&(struct exp_replications){.plan = scenario.plan,
                                                        .seed = (uint64_t)scenario.config.seed,
                                                        .count = REPLICATIONS,
                                                        .threads = THREADS},
                             value, &err))
        fail_msg("%s %s: %s", model->id, model->params, err.message);
    snprintf(words, sizeof words, "%s", model->quantities);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        double expected = value_of(table, model, word);
        struct verdict v = judge(scenario.plan, value, word, expected, precision);

        printf("%-4s %-34s %-8s %12.6g %12.6g +- %5.2f %%  t %6.2f  %s\n", model->id,
               model->params, word, expected, v.mean, 100 * v.half_width / expected, v.t,
               v.is_ok ? "ok" : "NO");
        fflush(stdout);
        refused += !v.is_ok;
    }
    free(value);
    scenario_release(&scenario);
    return refused;
}

static size_t examine_all(const struct model *model, size_t count, double precision)
{
    struct table table = read_table();
    size_t refused = 0;

    for (size_t i = 0; i < count; i++)
        refused += examine(&table, &model[i], precision, 1);
    free(table.row);
    return refused;
}

/* ---- tests ---- */

static void means_agree_with_theory_to_two_percent(void **state)
{
    (void)state;
    assert_int_equal(examine_all(short_list, sizeof short_list / sizeof *short_list, 0.02), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_agree_with_theory_to_two_percent),
    };
    (void)lognormal10;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
