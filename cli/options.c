/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * getopt_long reads with "-" as its first letter: it then hands over operands in their order and
 * does not look at POSIXLY_CORRECT, so `aifsim run x.yaml -r 4` and `aifsim -r 4 run x.yaml` are
 * the same everywhere. It also takes unique beginnings of names, which would break a script the
 * day a second option begins so; they are refused with the full name.
 */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "models/compute/policy.h"
#include "models/demand/log.h"
#include "scenarios/load.h"

enum kind { FLAG, TEXT, LIST, COUNT, SEED, CHOICE, FACTOR };

struct row {
    const char *name;
    char letter; /* 0: none */
    enum kind kind;
    const char *argument; /* NULL for a flag */
    unsigned commands;
    size_t offset;
    const char *const *choices; /* CHOICE; of a TEXT for completion only */
    const char *help;           /* lines after the first stand below each other */
    uint64_t max;               /* COUNT */
};

static const char *const trace_levels[] = {"none", "summary", "jobs", "full", NULL};
static const char *const traced[] = {"first", "all", NULL};
static const char *const formats[] = {"svg", "png", "pdf", NULL};
static const char *const plots[] = {"files", "text", NULL};

#define AT(member) offsetof(struct cli_options, member)
#define SIMULATE   (CLI_RUN | CLI_REPLAY)
#define COMPUTE    (SIMULATE | CLI_COMPARE)
#define LOGS       (CLI_REPLAY | CLI_FIT)
#define LOAD       (CLI_RUN | CLI_CHECK | CLI_SHOW)

static const struct row rows[] = {
    {"output", 'o', TEXT, "DIR", COMPUTE | CLI_PLOT | CLI_EXPORT | CLI_REPORT | CLI_FIT, AT(output),
     NULL,
     "where results go; made when missing\n"
     "(run, replay, compare, fit: results/NAME; plot: the plots folder\n"
     "beside the result; export: a file, standard output when not given;\n"
     "report: a file, report.html beside it when not given)",
     0},
    {"replications", 'r', COUNT, "N", CLI_RUN | CLI_COMPARE, AT(replications), NULL,
     "independent repetitions (default: the scenario's replications.min)", 100000},
    {"threads", 'j', COUNT, "N", CLI_RUN | CLI_COMPARE, AT(threads), NULL,
     "replications at a time (default: one per processor);\n"
     "results do not depend on it",
     1024},
    {"seed", 0, SEED, "S", LOAD | CLI_REPLAY | CLI_COMPARE, AT(seed), NULL,
     "seed of all draws, instead of the scenario's", 0},
    {"set", 0, LIST, "PATH=VALUE", LOAD | CLI_REPLAY | CLI_COMPARE, AT(set), NULL,
     "change one value, checked like the file; may be repeated\n"
     "(replay: of sites.log.scheduler, with --policy multifactor)",
     0},
    {"option", 0, TEXT, "NAME", LOAD, AT(option), NULL, "one of the scenario's options", 0},
    {"data", 0, TEXT, "DIR", LOAD | LOGS | CLI_COMPARE, AT(data), NULL,
     "where logs and tables are looked up", 0},
    {"nodes", 'n', COUNT, "N", LOGS, AT(nodes), NULL,
     "processors of the machine (default: what the log's header says)", 10000000},
    {"policy", 'p', CHOICE, "P", CLI_REPLAY, AT(policy), mdl_policy_names,
     "fcfs, easy (default), conservative, conservative-rebuild or\n"
     "multifactor (rules: --set 'sites.log.scheduler={reserve: 1}')",
     0},
    {"log-format", 0, CHOICE, "F", LOGS, AT(log_format), mdl_log_format_names,
     "auto (default: by its first line), swf, csv, or a table that is\n"
     "known by name: philly, alibaba, surf",
     0},
    {"columns", 0, TEXT, "MAP", LOGS, AT(columns), NULL,
     "what the columns of a table are, with units behind their names:\n"
     "submit=when,run=duration:ms,gpus=devices; also id, start, end,\n"
     "walltime, part, user, state",
     0},
    {"scale-load", 0, FACTOR, "X", LOGS, AT(scale_load), NULL,
     "divide the gaps between submits by X", 0},
    {"scale-time", 0, FACTOR, "X", LOGS, AT(scale_time), NULL,
     "multiply run times and requested times by X", 0},
    {"scale-width", 0, FACTOR, "X", LOGS, AT(scale_width), NULL,
     "multiply the processors of every job by X, rounded up\n"
     "(1000 and --nodes in thousandths: exact parts of a GPU)",
     0},
    {"trace", 0, CHOICE, "LEVEL", SIMULATE, AT(trace), trace_levels,
     "what is kept beside the figures (default: summary; replay: jobs)\n"
     "none     the figures only\n"
     "summary  and hourly series\n"
     "jobs     and a row for each job, project and ledger entry\n"
     "full     and every other table the models of the scenario write\n"
     "         (attempts, flows, failures: where a model keeps them)",
     0},
    {"trace-replications", 0, CHOICE, "WHICH", CLI_RUN, AT(trace_replications), traced,
     "first (default) or all: whose series and rows are kept", 0},
    {"format", 'f', CHOICE, "F", COMPUTE | CLI_PLOT | CLI_FIT, AT(format), formats,
     "of figures: svg (default), png or pdf", 0},
    {"plot", 0, CHOICE, "HOW", SIMULATE | CLI_PLOT, AT(plot_as), plots,
     "files (default), or text: a preview on standard output, as wide\n"
     "as the terminal (80 columns without one); no gnuplot, no files",
     0},
    {"csv", 0, FLAG, NULL, CLI_EXPORT, AT(csv), NULL, "comma-separated values", 0},
    {"figures", 0, FLAG, NULL, CLI_EXPORT, AT(figures), NULL, "the figures (default)", 0},
    {"jobs", 0, FLAG, NULL, CLI_EXPORT, AT(jobs), NULL,
     "the rows of jobs (kept by run --trace jobs)", 0},
    {"ledger", 0, FLAG, NULL, CLI_EXPORT, AT(ledger), NULL,
     "the entries of the ledger (kept by run --trace jobs)", 0},
    {"series", 0, TEXT, "NAME", CLI_EXPORT, AT(series), NULL,
     "an hourly series: utilisation, queue, power ...", 0},
    {"replication", 0, TEXT, "N", CLI_EXPORT, AT(replication), NULL,
     "whose jobs, ledger or series: 0 (default), 1, 2 ..., or all, each\n"
     "row with its number in front (kept by --trace-replications all)",
     0},
    {"no-plots", 0, FLAG, NULL, COMPUTE | CLI_FIT, AT(no_plots), NULL, "do not draw figures", 0},
    {"verify", 0, FLAG, NULL, SIMULATE | CLI_PLOT | CLI_EXPORT, AT(verify), NULL,
     "read the result again from the disk when all is done and compute\n"
     "its digest anew; prove every sharing of the network fair while it\n"
     "runs (conservation is checked at the end of every run, and the\n"
     "file is read back before it gets its name, in any case);\n"
     "plot, export: read all of the result first, not just what is needed",
     0},
    {"origin", 0, FLAG, NULL, CLI_SHOW, AT(origin), NULL,
     "behind each value its file:line:column, source and quality", 0},
    {"defaults", 0, FLAG, NULL, CLI_SHOW, AT(defaults), NULL,
     "also the values that the scenario leaves to their defaults", 0},
    {"json", 0, FLAG, NULL, CLI_SCHEMA | CLI_EXPORT, AT(json), NULL,
     "as JSON (schema: a JSON Schema, for editors)", 0},
    {"markdown", 0, FLAG, NULL, CLI_SCHEMA, AT(markdown), NULL, "as tables, for reading", 0},
    {"quiet", 'q', FLAG, NULL, COMPUTE, AT(quiet), NULL, "no progress on standard error", 0},
    {"help", 'h', FLAG, NULL, CLI_ALL, AT(help), NULL, "this text", 0},
    {"version", 'V', FLAG, NULL, 0, AT(version), NULL, "version and libraries", 0},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

bool cli_option_about(size_t i, struct cli_option_about *out)
{
    if (i >= ROW_COUNT)
        return false;
    *out = (struct cli_option_about){.name = rows[i].name,
                                     .letter = rows[i].letter,
                                     .argument = rows[i].argument,
                                     .choices = rows[i].choices,
                                     .commands = rows[i].commands,
                                     .help = rows[i].help};
    return true;
}

static enum sim_status unknown_command(const char *name, struct sim_error *err)
{
    const char *names[64], *nearest;
    size_t count = 0;

    for (const struct cli_command *command = cli_commands; command->name; command++)
        names[count++] = command->name;
    nearest = scn_nearest(name, names, count);
    if (nearest)
        return sim_fail(err, SIM_EUSAGE, "unknown command '%.80s'; did you mean '%s'?", name,
                        nearest);
    return sim_fail(err, SIM_EUSAGE, "unknown command '%.80s'; 'aifsim --help' lists them", name);
}

static enum sim_status unknown_option(const char *typed, struct sim_error *err)
{
    const char *names[ROW_COUNT], *nearest;
    char name[64];

    if (strncmp(typed, "--", 2) != 0)
        return sim_fail(err, SIM_EUSAGE, "unknown option '-%c'; 'aifsim --help' lists them",
                        optopt);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed + 2, "="), typed + 2);
    for (size_t i = 0; i < ROW_COUNT; i++)
        names[i] = rows[i].name;
    nearest = scn_nearest(name, names, ROW_COUNT);
    for (size_t i = ROW_COUNT; i-- > 0;) /* cut short: the first that it may be */
        if (*name && strncmp(rows[i].name, name, strlen(name)) == 0)
            nearest = rows[i].name;
    if (nearest)
        return sim_fail(err, SIM_EUSAGE, "unknown option '--%s'; did you mean '--%s'?", name,
                        nearest);
    return sim_fail(err, SIM_EUSAGE, "unknown option '--%s'; 'aifsim --help' lists them", name);
}

/* Digits only: no sign, no blank, no other base. */
static bool parse_whole(const char *text, uint64_t *value)
{
    uint64_t sum = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum))
            return false;
    }
    *value = sum;
    return true;
}

/* A decimal number in (0, 1e6], without sign or exponent. */
static bool parse_factor(const char *text, double *value)
{
    char *end;

    if (strspn(text, "0123456789.") != strlen(text))
        return false;
    *value = strtod(text, &end);
    return end != text && !*end && *value > 0 && *value <= 1e6;
}

static enum sim_status choose(const struct row *row, const char *text, int *value,
                              struct sim_error *err)
{
    char list[128] = "";

    for (int i = 0; row->choices[i]; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *value = i;
            return SIM_OK;
        }
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                 row->choices[i]);
    }
    return sim_fail(err, SIM_EUSAGE, "--%s: '%.80s' is none of %s", row->name, text, list);
}

static enum sim_status store(const struct row *row, const char *text, struct cli_options *options,
                             struct sim_error *err)
{
    void *at = (char *)options + row->offset;
    uint64_t whole;

    switch (row->kind) {
    case FLAG:
        *(bool *)at = true;
        break;
    case TEXT:
        *(const char **)at = text;
        break;
    case LIST:
        options->set[options->set_count++] = text;
        break;
    case CHOICE:
        return choose(row, text, at, err);
    case COUNT:
        if (!parse_whole(text, &whole) || whole < 1 || whole > row->max)
            return sim_fail(err, SIM_EUSAGE, "--%s: '%.80s' is not a whole number from 1 to %d",
                            row->name, text, (int)row->max);
        *(uint64_t *)at = whole;
        break;
    case FACTOR:
        if (!parse_factor(text, (double *)at))
            return sim_fail(err, SIM_EUSAGE,
                            "--%s: '%.80s' is not a number above 0, at most 1e6; write for example "
                            "1.2",
                            row->name, text);
        break;
    case SEED:
        if (!parse_whole(text, &whole) || whole > INT64_MAX)
            return sim_fail(err, SIM_EUSAGE,
                            "--%s: '%.80s' is not a whole number from 0 to 2^63 - 1", row->name,
                            text);
        *(uint64_t *)at = whole;
        options->has_seed = true;
        break;
    }
    return SIM_OK;
}

static void describe_for_getopt(struct option longs[ROW_COUNT + 1], char letters[2 * ROW_COUNT + 3])
{
    size_t n = 0;

    letters[n++] = '-'; /* operands in order */
    letters[n++] = ':'; /* tell a missing argument from an unknown option */
    for (size_t i = 0; i < ROW_COUNT; i++) {
        longs[i] = (struct option){.name = rows[i].name,
                                   .has_arg = rows[i].argument ? required_argument : no_argument,
                                   .val = 256 + (int)i};
        if (rows[i].letter)
            letters[n++] = rows[i].letter;
        if (rows[i].letter && rows[i].argument)
            letters[n++] = ':';
    }
    longs[ROW_COUNT] = (struct option){.name = NULL};
    letters[n] = '\0';
}

static const struct row *row_of(int found)
{
    if (found >= 256)
        return &rows[found - 256];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter == found)
            return &rows[i];
    }
    return NULL;
}

static bool is_shortened(const char *typed, const struct row *row)
{
    return strncmp(typed, "--", 2) == 0 && strcspn(typed + 2, "=") != strlen(row->name);
}

static enum sim_status read_options(int argc, char **argv, struct cli_options *options,
                                    bool used[ROW_COUNT], struct sim_error *err)
{
    struct option longs[ROW_COUNT + 1];
    char letters[2 * ROW_COUNT + 3];
    enum sim_status status = SIM_OK;

    describe_for_getopt(longs, letters);
    opterr = 0;
    optind = 0;
    while (!status) {
        int at = optind ? optind : 1;
        int found = getopt_long(argc, argv, letters, longs, NULL);
        const struct row *row = row_of(found);

        if (found == -1)
            break;
        if (found == 1)
            options->operand[options->operand_count++] = optarg;
        else if (found == ':')
            status = sim_fail(err, SIM_EUSAGE, "option '%.80s' needs an argument", argv[at]);
        else if (!row && optopt >= 256)
            status = sim_fail(err, SIM_EUSAGE, "option '--%s' takes no argument",
                              rows[optopt - 256].name);
        else if (!row)
            status = unknown_option(argv[at], err);
        else if (found >= 256 && is_shortened(argv[at], row))
            status = sim_fail(err, SIM_EUSAGE, "unknown option '%.80s'; did you mean '--%s'?",
                              argv[at], row->name);
        else {
            used[row - rows] = true;
            status = store(row, optarg, options, err);
        }
    }
    for (int i = optind; !status && i < argc; i++)
        options->operand[options->operand_count++] = argv[i];
    return status;
}

static void drop_first_operand(struct cli_options *options)
{
    options->operand_count--;
    memmove(options->operand, options->operand + 1,
            options->operand_count * sizeof *options->operand);
}

/* The first operand names the command; `help COMMAND` is `COMMAND --help`. */
static enum sim_status take_command(struct cli_options *options, struct sim_error *err)
{
    if (options->operand_count && strcmp(options->operand[0], "help") == 0) {
        options->help = true;
        drop_first_operand(options);
    }
    if (!options->operand_count)
        return SIM_OK;
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        if (strcmp(command->name, options->operand[0]) == 0)
            options->command = command;
    }
    if (!options->command)
        return unknown_command(options->operand[0], err);
    drop_first_operand(options);
    return SIM_OK;
}

static enum sim_status check_use(const struct cli_options *options, const bool used[ROW_COUNT],
                                 struct sim_error *err)
{
    const struct cli_command *command = options->command;

    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (used[i] && !(rows[i].commands & command->bit))
            return sim_fail(err, SIM_EUSAGE, "'aifsim %s' does not take '--%s'", command->name,
                            rows[i].name);
    }
    if (options->operand_count < command->operand_min)
        return sim_fail(err, SIM_EUSAGE, "'aifsim %s' needs %s; for example: %s", command->name,
                        command->operands, command->example);
    if (options->operand_count > command->operand_max)
        return sim_fail(err, SIM_EUSAGE, "'aifsim %s' does not know what to do with '%.80s'",
                        command->name, options->operand[command->operand_max]);
    return SIM_OK;
}

enum sim_status cli_options_parse(int argc, char **argv, struct cli_options *options,
                                  struct sim_error *err)
{
    bool used[ROW_COUNT] = {false};
    enum sim_status status;

    *options = (struct cli_options){.trace = -1, .policy = -1, .argc = argc, .argv = argv};
    options->operand = calloc((size_t)argc + 1, sizeof *options->operand);
    options->set = calloc((size_t)argc + 1, sizeof *options->set);
    if (!options->operand || !options->set)
        return sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    status = read_options(argc, argv, options, used, err);
    if (!status)
        status = take_command(options, err);
    if (!status && options->command && !options->help && !options->version)
        status = check_use(options, used, err);
    return status;
}

void cli_options_release(struct cli_options *options)
{
    free(options->operand);
    free(options->set);
    options->operand = options->set = NULL;
}

/* ---- help ---- */

static void print_option(FILE *file, const struct row *row)
{
    char left[48], letter[5] = "    ";
    const char *line = row->help;

    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    while (line) {
        const char *end = strchr(line, '\n');

        fprintf(file, "  %-30s %.*s\n", left, end ? (int)(end - line) : (int)strlen(line), line);
        left[0] = '\0';
        line = end ? end + 1 : NULL;
    }
}

static void print_commands(FILE *file)
{
    fputs("aifsim simulates European AI factories: sites, machines, networks and users in,\n"
          "waits, use, energy and carbon out.\n\nUsage: aifsim COMMAND ...\n\n",
          file);
    for (const struct cli_command *command = cli_commands; command->name; command++)
        fprintf(file, "  %-10s %-11s %s\n", command->name, command->operands, command->summary);
    fputs("\n'aifsim COMMAND --help' tells about one; options may stand anywhere.\n"
          "Exit codes: 0 done, 1 a check failed, 2 usage or scenario, 3 input or output,\n"
          "4 a tool is missing or failed, 5 memory or a limit, 6 the output is in use,\n"
          "8 an invariant broke, 128+n stopped by signal n.\n\n"
          "Example: aifsim run builtin:seven-2026\n",
          file);
}

void cli_help(FILE *file, const struct cli_command *command)
{
    if (!command) {
        print_commands(file);
        return;
    }
    fprintf(file, "Usage: aifsim %s%s%s [OPTION]...\n\n%s\n\n", command->name,
            *command->operands ? " " : "", command->operands, command->about);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].commands & command->bit)
            print_option(file, &rows[i]);
    }
    fprintf(file, "\nExample: %s\n", command->example);
}
