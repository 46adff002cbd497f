/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queueing theory through the scenario's own partitions and jobs: tests/data/queueing.csv against
 * scenarios/textbook/ with the arrivals, the servers and the service law set as a user would
 * (--set). The mean service time of the tables, 1, is a minute here, so that the longest horizon
 * of a scenario (60 years) holds the jobs that the precision takes.
 *
 * tests/support/queueing.h says when a row is accepted; the part is 2 % (10 % in the long list).
 * The pre-roll is at least 20 relaxation times, and so is the follow-up, in which late jobs leave.
 *
 * AIFSIM_ORACLE=long runs the long list instead (`make oracle-long`), AIFSIM_ORACLE=brief only
 * what takes seconds (the sanitizers' builds).
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
#include "tests/support/queueing.h"
#include "tests/support/scenario.h"

#define TEXTBOOK "scenarios/textbook/"
#define PLACE    "partition=desk.machine"

enum { REPLICATIONS = QUEUEING_REPLICATIONS, THREADS = 2, SETS_MAX = 10 };

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
static const struct law hyper4 = {"mg1-hyper", "{hyperexponential: {mean: %.17g min, cv2: 4}}", 4};
static const struct law lognormal10 =
    {/* exp(mu + sigma^2 / 2) = 1, exp(sigma^2) = 1 + 10 */
     "mm1", "{lognormal: {median: 0.30151134457776363 min, sigma: 1.5485137917772664}}", 10};

struct model {
    const char *id, *params; /* of the table; "lambda=" and "c=" are read from params */
    const struct law *law;
    double window_min;      /* per replication, chosen for the half-width */
    const char *quantities; /* of the table, judged here */
    double lambda, servers; /* where params do not say */
    double relaxation_min;  /* where no formula is at hand */
    const char *more[5];    /* further sets */
};

#define FCFS(lambda, law) "FCFS lambda=" lambda " E[S]=1 S=" law

/* Windows for a half-width of about 1.6 % in the row that takes most. */
static const struct model short_list[] = {
    {"MM1", "lambda=0.5 mu=1", &exponential, 3e5, .quantities = "rho W Wq L Lq"},
    {"MM1", "lambda=0.8 mu=1", &exponential, 9e5, .quantities = "rho W Wq L Lq"},
    {"MMc", "c=4 lambda=3.0 mu=1", &servers, 3e5, .quantities = "rho ErlangC Wq L Lq"},
    {"MMc", "c=8 lambda=6.0 mu=1", &servers, 3e5, .quantities = "rho ErlangC Wq L Lq"},
    {"MMc", "c=64 lambda=57.6 mu=1", &servers, 3.6e4, .quantities = "rho ErlangC"},
    {"MMc", "c=128 lambda=120.0 mu=1", &servers, 3.6e4, .quantities = "rho ErlangC"},
    {"MG1", FCFS("0.5", "Erlang2"), &erlang2, 2.2e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.5", "H2_cv2=4"), &hyper4, 9.5e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.8", "D"), &constant, 4.8e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.8", "Erlang2"), &erlang2, 5.5e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.8", "Exp"), &exponential, 9e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.8", "H2_cv2=4"), &hyper4, 27e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.9", "D"), &constant, 16e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.9", "Erlang4"), &erlang4, 17e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.9", "Erlang2"), &erlang2, 19e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.9", "Exp"), &exponential, 26e5, .quantities = "W Wq L Lq"},
    {"MDc", "lambda=3.2 D=1 c=4", &constant, 1.6e5, .quantities = "W Wq L Lq"},
};

#define LOSS(c, a)  "c=" c " a=" a " (M/G/c/c, insensitive to service law)"
#define NO_PATIENCE "classes.work.patience=0 s"

/* Jobs that do not start at once, or in time, are lost. */
static const struct model impatient_list[] = {
    {"ErlangB", LOSS("1", "0.5"), &exponential, 4e4, .quantities = "B carried", .lambda = 0.5,
     .servers = 1, .more = {NO_PATIENCE}},
    {"ErlangB", LOSS("5", "3.0"), &hyper4, 4e4, .quantities = "B carried", .lambda = 3,
     .servers = 5, .more = {NO_PATIENCE}},
    {"KaufmanRoberts", "C=8 GPUs, classes(a,width)=[(2.0, 1), (0.5, 4)] no queue", &servers, 1e5,
     .quantities = "mean_busy_servers Pblock_width1 Pblock_width4", .lambda = 2.5, .servers = 1,
     .relaxation_min = 20,
     .more = {"sites.desk.partitions.machine={nodes: 1, gpus_per_node: 8, accelerator: a, "
              "allocation: gpu}",
              "accelerators={a: {vendor: none}}", NO_PATIENCE,
              "classes.wide={gpus: 4, run: {exponential: {mean: 1 min}}, walltime: exact, "
              "patience: 0 s}",
              "communities.visitors.submit.classes={work: 80 %, wide: 20 %}"}},
    {"ErlangA(M/M/c+M)", "lambda=4.0 mu=1 c=5 theta=1.0", &servers, 6e4,
     .quantities = "P_abandon P_wait Wq_all Lq", .relaxation_min = 20,
     .more = {"classes.work.patience={exponential: {mean: 1 min}}"}},
    /* Kaufman and Roberts in slices of one GPU */
    {"KaufmanRoberts", "C=8 GPUs, classes(a,width)=[(2.0, 1), (0.5, 4)] no queue", &servers, 1e5,
     .quantities = "mean_busy_servers Pblock_width1 Pblock_width4", .lambda = 2.5, .servers = 1,
     .relaxation_min = 20,
     .more = {"sites.desk.partitions.machine={nodes: 1, gpus_per_node: 1, accelerator: a, "
              "allocation: gpu, slices_per_gpu: 8}",
              "accelerators={a: {vendor: none}}",
              "classes.work={gpus: 0.125, run: {exponential: {mean: 1 min}}, walltime: exact, "
              "patience: 0 s}",
              "classes.wide={gpus: 0.5, run: {exponential: {mean: 1 min}}, walltime: exact, "
              "patience: 0 s}",
              "communities.visitors.submit.classes={work: 80 %, wide: 20 %}"}},
};

#define GANG(lambda, part, mu2)                                                                    \
    "lambda=" lambda " P(1 server)=" part " mu1=1.0 mu2(2 servers)=" mu2 " no backfill"

/* Ten percent: what the short list leaves out as far as the models say it. Left out here too:
 * percentiles and probabilities under 1e-2, finite waiting rooms and sources,
 * priorities, processor sharing, networks of queues, other arrivals than Poisson. */
static const struct model long_list[] = {
    {"MMc", "c=64 lambda=57.6 mu=1", &servers, 2e4, .quantities = "rho ErlangC Wq L Lq"},
    {"MMc", "c=128 lambda=120.0 mu=1", &servers, 2e4, .quantities = "rho ErlangC Wq L Lq"},
    {"MMc", "c=1000 lambda=950.0 mu=1", &servers, 1.5e4, .quantities = "rho ErlangC Wq L Lq"},
    {"MG1", FCFS("0.8", "LogN_cv2=10"), &lognormal10, 60e5, .quantities = "W Wq L Lq"},
    {"MG1", FCFS("0.9", "LogN_cv2=10"), &lognormal10, 120e5, .quantities = "W Wq L Lq"},
    {"MGinf", "lambda=5 E[S]=1 (insensitive)", &hyper4, 1e5, .quantities = "L", .servers = 50},
    {"EnergyMean", "G/G/8 a=6.0 idle 60W busy 700W, all jobs served", &servers, 1e5,
     .quantities = "mean_facility_W_PUE1_25", .lambda = 6, .servers = 8,
     .more = {"sites.desk.partitions.machine.power={idle: 60 W, busy: 700 W}",
              "sites.desk.energy={pue: 1.25}"}},
    {"GangFCFS2", GANG("0.8", "0.5", "1.0"), &exponential, 2e5, .quantities = "W Wq L",
     .servers = 2, .relaxation_min = 100, .more = {"classes.work.nodes={1: 50 %, 2: 50 %}"}},
    {"GangFCFS2", GANG("0.9", "0.8", "0.5"), &exponential, 2e5, .quantities = "W Wq L",
     .servers = 2, .relaxation_min = 200,
     .more = {"classes.wide={nodes: 2, run: {exponential: {mean: 2 min}}, walltime: exact}",
              "communities.visitors.submit.classes={work: 80 %, wide: 20 %}"}},
    {"GangFCFS2", GANG("0.5", "0.5", "1.0"), &exponential, 2e5, .quantities = "W Wq L",
     .servers = 2, .relaxation_min = 100, .more = {"classes.work.nodes={1: 50 %, 2: 50 %}"}},
    {"GangFCFS2", GANG("1.2", "0.9", "1.0"), &exponential, 2e5, .quantities = "W Wq L",
     .servers = 2, .relaxation_min = 100, .more = {"classes.work.nodes={1: 90 %, 2: 10 %}"}},
};

#define THREE "3 classes Exp(1), lambda=.2,.3,.3"
#define TWO   "2 classes D(0.5) lambda=.6 ; Exp(2) lambda=.2"
/* as the textbook's three classes, but in minutes; and as two of them */
#define IN_MINUTES                                                                                 \
    "classes.urgent.run={exponential: {mean: 1 min}}",                                             \
        "classes.patient.run={exponential: {mean: 1 min}}"
#define OF_TWO                                                                                     \
    "classes.urgent.run=0.5 min", "classes.work.run={exponential: {mean: 2 min}}",                 \
        "communities.visitors.submit.classes={urgent: 75 %, work: 25 %, patient: 0 %}"

static const struct law cobham = {"priority", "{exponential: {mean: %.17g min}}", 1};
static const struct law resume = {"preemption", "{exponential: {mean: %.17g min}}", 1};

/* Ten percent, too: the patient wait long and vary much. */
static const struct model priority_list[] = {
    {"PrioNonPreempt(Cobham)", THREE, &cobham, 6e4, .quantities = "Wq_class1 Wq_class2 Wq_class3",
     .lambda = 0.8, .relaxation_min = 100, .more = {IN_MINUTES}},
    {"PrioNonPreempt(Cobham)", TWO, &cobham, 6e4, .quantities = "Wq_class1 Wq_class2",
     .lambda = 0.8, .relaxation_min = 100, .more = {OF_TWO}},
    {"PrioPreemptResume", THREE, &resume, 6e4, .quantities = "T_class1 T_class2 T_class3",
     .lambda = 0.8, .relaxation_min = 100,
     .more = {IN_MINUTES, "classes.work.checkpoint.every=10 ms",
              "classes.patient.checkpoint.every=10 ms"}},
    {"PrioPreemptResume", TWO, &resume, 6e4, .quantities = "T_class1 T_class2", .lambda = 0.8,
     .relaxation_min = 100, .more = {OF_TWO, "classes.work.checkpoint.every=10 ms"}},
};

static double parameter(const char *params, const char *key)
{
    const char *at = strstr(params, key);

    if (!at)
        fail_msg("'%s' has no %s", params, key);
    return at ? strtod(at + strlen(key), NULL) : NAN;
}

/* ---- the scenario ---- */

/* How long a queue remembers: of M/G/c in heavy traffic, and never less than a service. */
static double relaxation_min(const struct model *model, double lambda, double c)
{
    double gap = 1 - sqrt(lambda / c);

    if (model->relaxation_min > 0)
        return model->relaxation_min;
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
    double lambda = model->lambda > 0 ? model->lambda : parameter(model->params, "lambda=");
    double c = model->servers > 0 ? model->servers
               : strstr(model->params, " c=") || strncmp(model->params, "c=", 2) == 0
                   ? parameter(model->params, "c=")
                   : 1;
    double aside_d = ceil(20 * relaxation_min(model, lambda, c) / 1440);
    int64_t window_d = (int64_t)ceil(model->window_min / 1440);
    struct sim_date end = sim_date_from_days(
        sim_days_from_date((struct sim_date){.year = 2026, .month = 1, .day = 1}) + window_d);
    struct sets sets = {.count = 0};
    char path[128];

    snprintf(path, sizeof path, TEXTBOOK "%s.yaml", model->law->base);
    add_set(&sets, "sites.desk.partitions.machine.nodes=%.0f", c);
    add_set(&sets, "communities.visitors.submit.rate=%.17g /min", lambda);
    add_set(&sets,
            "horizon={start: 2026-01-01, end: %04d-%02d-%02d, preroll: %.0f d, "
            "followup: %.0f d}",
            (int)end.year, (int)end.month, (int)end.day, aside_d, aside_d);
    add_run(&sets, model->law, mean_min);
    for (size_t i = 0; i < 5 && model->more[i]; i++)
        add_set(&sets, "%s", model->more[i]);
    scenario_must_load(
        &(struct scenario_source){.path = path, .sets = sets.list, .set_count = sets.count}, out);
}

/* ---- judgement ---- */

struct figure { /* that measures a quantity of the table */
    const char *quantity, *name, *statistic;
    double factor;  /* from the figure's unit to the table's */
    const char *of; /* the selector; NULL: the partition */
};
static const struct figure figures[] = {
    {"W", "job_lead", "mean", 60, NULL},
    {"Wq", "wait", "mean", 60, NULL},
    {"L", "inside", "mean", 1, NULL},
    {"Lq", "queue", "mean", 1, NULL},
    {"ErlangC", "wait.any", "", 1, NULL},
    {"rho", "utilisation", "", 1, NULL},
    {"B", "abandoned", "", 1, NULL},
    {"carried", "inside", "mean", 1, NULL},
    {"mean_busy_servers", "utilisation", "", 8, NULL},
    {"Pblock_width1", "abandoned", "", 1, "class=work"},
    {"Pblock_width4", "abandoned", "", 1, "class=wide"},
    {"P_abandon", "abandoned", "", 1, NULL},
    {"P_wait", "wait.any", "", 1, NULL},
    {"Wq_all", "wait", "mean", 60, NULL},
    {"Wq_class1", "wait", "mean", 60, "class=urgent"},
    {"Wq_class2", "wait", "mean", 60, "class=work"},
    {"Wq_class3", "wait", "mean", 60, "class=patient"},
    {"T_class1", "job_lead", "mean", 60, "class=urgent"},
    {"T_class2", "job_lead", "mean", 60, "class=work"},
    {"T_class3", "job_lead", "mean", 60, "class=patient"},
    {"mean_facility_W_PUE1_25", "energy", "", NAN, NULL}, /* MWh of the window */
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

static struct queueing_verdict judge(const struct mdl_plan *plan, const double *value,
                                     const char *quantity, double expected, double precision)
{
    const struct figure *figure = figure_of(quantity);
    size_t f =
        scenario_figure(plan, figure->name, figure->statistic, figure->of ? figure->of : PLACE);
    double factor = isnan(figure->factor) /* MWh to mean W */
                        ? 1e6 * 3.6e12 / (double)(plan->end_ns - plan->start_ns)
                        : figure->factor;
    struct sim_tally tally = {0};

    for (size_t r = 0; r < REPLICATIONS; r++)
        sim_tally_add(&tally, factor * value[r * plan->figure_count + f]);
    return queueing_judge(&tally, expected, precision);
}

/* All quantities of a model; the service mean is 1 unless it is meant to be wrong. Returns how
 * many rows were not accepted. */
static size_t examine(const struct queueing_table *table, const struct model *model, uint64_t salt,
                      double precision, double mean_min)
{
    struct scenario scenario;
    struct sim_error err = {0};
    double *value;
    char words[96], *rest = NULL;
    size_t refused = 0;

    load(model, mean_min, &scenario);
    value = calloc(REPLICATIONS * scenario.plan->figure_count, sizeof *value);
    assert_non_null(value);
    if (exp_replications_run(
            &(struct exp_replications){.plan = scenario.plan,
                                       .seed = (uint64_t)scenario.config.seed + salt,
                                       .count = REPLICATIONS,
                                       .threads = THREADS},
            value, &err))
        fail_msg("%s %s: %s", model->id, model->params, err.message);
    snprintf(words, sizeof words, "%s", model->quantities);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        double expected = queueing_value(table, model->id, model->params, word);
        struct queueing_verdict v = judge(scenario.plan, value, word, expected, precision);

        queueing_print(model->id, model->params, word, expected, &v);
        refused += !v.is_ok;
    }
    free(value);
    scenario_release(&scenario);
    return refused;
}

static size_t examine_all(const struct model *model, size_t count, double precision)
{
    struct queueing_table table = queueing_table_read();
    size_t refused = 0;

    for (size_t i = 0; i < count; i++)
        refused += examine(&table, &model[i], i, precision, 1);
    queueing_table_free(&table);
    return refused;
}

/* ---- tests ---- */

static void means_agree_with_theory_to_two_percent(void **state)
{
    (void)state;
    assert_int_equal(examine_all(short_list, sizeof short_list / sizeof *short_list, 0.02), 0);
}

static void losses_agree_with_theory_to_two_percent(void **state)
{
    (void)state;
    assert_int_equal(
        examine_all(impatient_list, sizeof impatient_list / sizeof *impatient_list, 0.02), 0);
}

static void means_agree_with_theory_to_ten_percent(void **state)
{
    (void)state;
    assert_int_equal(examine_all(long_list, sizeof long_list / sizeof *long_list, 0.10), 0);
}

static void priorities_agree_with_theory_to_ten_percent(void **state)
{
    (void)state;
    assert_int_equal(examine_all(priority_list, sizeof priority_list / sizeof *priority_list, 0.10),
                     0);
}

static void a_service_rate_wrong_by_three_percent_is_caught(void **state)
{
    struct queueing_table table = queueing_table_read();

    (void)state;
    printf("-- the next ten are meant to be refused: service 3 %% too fast, 3 %% too slow\n");
    assert_int_equal(examine(&table, &short_list[0], 0, 0.02, 1 / 1.03), 5);
    assert_int_equal(examine(&table, &short_list[0], 0, 0.02, 1 / 0.97), 5);
    queueing_table_free(&table);
}

static void a_test_too_weak_fails(void **state)
{
    struct queueing_table table = queueing_table_read();
    struct model weak = short_list[0];

    (void)state;
    weak.window_min = 2e3;
    printf("-- the next two are meant to be refused: too few jobs\n");
    weak.quantities = "Wq Lq";
    assert_int_equal(examine(&table, &weak, 0, 0.02, 1), 2);
    queueing_table_free(&table);
}

int main(void)
{
    const char *list = getenv("AIFSIM_ORACLE");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_rate_wrong_by_three_percent_is_caught),
        cmocka_unit_test(a_test_too_weak_fails),
        cmocka_unit_test(losses_agree_with_theory_to_two_percent),
        cmocka_unit_test(means_agree_with_theory_to_two_percent),
        cmocka_unit_test(priorities_agree_with_theory_to_ten_percent),
    };
    const struct CMUnitTest brief_tests[] = {
        cmocka_unit_test(a_service_rate_wrong_by_three_percent_is_caught),
        cmocka_unit_test(a_test_too_weak_fails),
        cmocka_unit_test(priorities_agree_with_theory_to_ten_percent),
    };
    const struct CMUnitTest long_tests[] = {
        cmocka_unit_test(means_agree_with_theory_to_ten_percent),
    };

    if (list && strcmp(list, "long") == 0)
        return cmocka_run_group_tests(long_tests, NULL, NULL);
    if (list && strcmp(list, "brief") == 0)
        return cmocka_run_group_tests(brief_tests, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
