/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "models/figures/selector.h"
#include "output/text.h"
#include "sim/calendar.h"

#define THIN_SPACE "\xE2\x80\xAF" /* U+202F, narrow and unbreakable */
#define PLUS_MINUS "\xC2\xB1"
#define MIDDLE_DOT "\xC2\xB7"

enum { ROWS_MAX = 512, COLUMNS_MAX = 5, NAME_WIDTH_MAX = 24, LABEL_BYTES = 4 * 100 + 8 };

/* ---- numbers ---- */

static const double NOTHING = 1e-3; /* of the half-width */

/* Exponent of the leading digit once x is rounded to `digits` significant ones. */
static int leading_exponent(double x, int digits)
{
    char text[40];

    snprintf(text, sizeof text, "%.*e", digits - 1, fabs(x));
    return atoi(strchr(text, 'e') + 1);
}

/* Decimals (negative: rounded to tens, hundreds ...) that value +- half_width earns. */
static int decimals_of(double value, double half_width)
{
    int most, by_half;

    if (!isfinite(value))
        return 0;
    most = value == 0.0 ? 2 : 2 - leading_exponent(value, 3);
    if (!(half_width > 0.0) || !isfinite(half_width))
        return most;
    by_half = 1 - leading_exponent(half_width, 2);
    return by_half < most ? by_half : most;
}

/* As above, but a value far inside its interval keeps its first digit, unless it is as good as
 * nothing: "-3 ±160", not "0 ±160". */
static int decimals_of_value(double value, double half_width)
{
    int decimals = decimals_of(value, half_width), first;

    if (!isfinite(value) || !(fabs(value) > NOTHING * half_width))
        return decimals;
    first = -leading_exponent(value, 1);
    return first > decimals ? first : decimals;
}

static void group_digits(const char *plain, char *out)
{
    size_t whole = strspn(plain + (*plain == '-'), "0123456789");
    size_t sign = *plain == '-';

    if (whole < 5) {
        strcpy(out, plain);
        return;
    }
    memcpy(out, plain, sign);
    out += sign;
    plain += sign;
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            memcpy(out, THIN_SPACE, strlen(THIN_SPACE));
            out += strlen(THIN_SPACE);
        }
        *out++ = plain[i];
    }
    strcpy(out, plain + whole);
}

static void format_with(double value, int decimals, char buffer[OUT_NUMBER_BYTES])
{
    char plain[64];

    if (!isfinite(value)) {
        strcpy(buffer, "-");
        return;
    }
    if (fabs(value) >= 1e15 || (value != 0.0 && fabs(value) < 1e-6)) {
        snprintf(buffer, OUT_NUMBER_BYTES, "%.2e", value);
        return;
    }
    if (decimals < 0) {
        double unit = pow(10.0, -decimals);
        value = round(value / unit) * unit;
        decimals = 0;
    }
    snprintf(plain, sizeof plain, "%.*f", decimals > 9 ? 9 : decimals, value);
    if (plain[0] == '-' && strspn(plain + 1, "0.") == strlen(plain + 1))
        memmove(plain, plain + 1, strlen(plain)); /* no -0.00 */
    group_digits(plain, buffer);
}

const char *out_format_number(double value, double half_width, char buffer[OUT_NUMBER_BYTES])
{
    if (value == 0.0 && !(half_width > 0.0)) /* nothing at all, not a small something */
        return strcpy(buffer, "0");
    format_with(value, decimals_of_value(value, half_width), buffer);
    return buffer;
}

const char *out_format_mean(const struct out_figure *figure, double scale,
                            char buffer[OUT_NUMBER_BYTES])
{
    char number[OUT_NUMBER_BYTES];

    out_format_number(figure->mean * scale, figure->half_width * scale, number);
    snprintf(buffer, OUT_NUMBER_BYTES, "%s%.44s", figure->is_lower_bound ? "> " : "", number);
    return buffer;
}

const char *out_format_half_width(double value, double half_width, char buffer[OUT_NUMBER_BYTES])
{
    int decimals = decimals_of(value, half_width);
    double unit = pow(10.0, -decimals);

    if (isfinite(half_width) && half_width > 0.0 && half_width < 0.5 * unit) {
        char shown[OUT_NUMBER_BYTES];

        format_with(unit, decimals, shown);
        snprintf(buffer, OUT_NUMBER_BYTES, "<%.46s", shown);
        return buffer;
    }
    format_with(half_width, decimals, buffer);
    return buffer;
}

/* ---- the tables of the summary ---- */
struct column {
    const char *title, *figure;
};

struct row {
    char label[LABEL_BYTES];
    const char *key, *item; /* key NULL: the figure without selector */
};

struct grid {
    const struct out_summary *summary;
    const struct column *column;
    size_t column_count;
    struct row *row;
    size_t row_count;
    bool with_intervals, has_bounds; /* has_bounds: one was printed */
    double scale[COLUMNS_MAX];
    char unit[COLUMNS_MAX][24];
};

static const struct out_figure *cell(const struct grid *grid, size_t r, size_t c)
{
    const struct row *row = &grid->row[r];

    return row->key
               ? out_summary_find_by(grid->summary, grid->column[c].figure, row->key, row->item)
               : out_summary_find(grid->summary, grid->column[c].figure, "");
}

/* A unit with a prefix: MWh -> GWh, EUR -> MEUR, a count -> thousands. */
static void name_unit(const char *unit, int thousands, char *out, size_t bytes)
{
    static const char *const prefix[] = {"", "k", "M", "G"};
    static const char *const words[] = {"", "thousands", "millions", "1e9"};

    bool is_count = !strcmp(unit, "1") || !strcmp(unit, "jobs") ||
                    (thousands > 0 && (!strcmp(unit, "GPU-h") || !strcmp(unit, "H100e-h")));

    if (!strcmp(unit, "MWh") && thousands > 0)
        snprintf(out, bytes, "%s", thousands == 1 ? "GWh" : thousands == 2 ? "TWh" : "PWh");
    else if (is_count)
        snprintf(out, bytes, "%s", words[thousands]);
    else
        snprintf(out, bytes, "%s%.20s", prefix[thousands], unit);
}

static void scale_column(struct grid *grid, size_t c)
{
    double most = 0.0;
    const char *unit = NULL;
    bool is_share = !strncmp(grid->column[c].figure, "utilisation", 11);
    int thousands = 0;

    for (size_t r = 0; r < grid->row_count; r++) {
        const struct out_figure *figure = cell(grid, r, c);

        if (!figure)
            continue;
        unit = figure->unit;
        most = fmax(most, isfinite(figure->mean) ? fabs(figure->mean) : 0.0);
    }
    grid->scale[c] = 1.0;
    if (is_share) {
        grid->scale[c] = 0.01;
        strcpy(grid->unit[c], "%");
        return;
    }
    while (unit && strcmp(unit, "h") != 0 && thousands < 3 && most >= 9999.5) {
        most /= 1000.0;
        grid->scale[c] *= 1000.0;
        thousands++;
    }
    name_unit(unit ? unit : "", thousands, grid->unit[c], sizeof grid->unit[c]);
}

static void print_padded(FILE *file, const char *text, size_t width, bool is_right)
{
    size_t has = out_text_width(text), gap = has < width ? width - has : 0;

    if (is_right)
        fprintf(file, "%*s", (int)gap, "");
    fputs(text, file);
    if (!is_right)
        fprintf(file, "%*s", (int)gap, "");
}

enum { HALF_WIDTH = 6 };

/* Of a value; a head may begin one to its left. Intervals leave room for the heads. */
static size_t value_width(const struct grid *grid)
{
    return grid->with_intervals ? 7 : 11;
}

static void print_cell(FILE *file, const struct grid *grid, size_t r, size_t c, bool is_last)
{
    const struct out_figure *figure = cell(grid, r, c);
    char value[OUT_NUMBER_BYTES] = "-", half[OUT_NUMBER_BYTES] = "-", beside[OUT_NUMBER_BYTES + 4];
    double mean = figure ? figure->mean / grid->scale[c] : NAN;
    double half_width = figure ? figure->half_width / grid->scale[c] : NAN;

    if (figure)
        out_format_mean(figure, 1 / grid->scale[c], value);
    print_padded(file, value, value_width(grid), true);
    if (!grid->with_intervals)
        return;
    beside[0] = '\0';
    if (isfinite(mean) && isfinite(half_width) && half_width > 0.0) {
        out_format_half_width(mean, half_width, half);
        snprintf(beside, sizeof beside, PLUS_MINUS "%s", half);
    }
    if (!is_last || beside[0])
        fputc(' ', file);
    print_padded(file, beside, is_last ? 0 : HALF_WIDTH, false);
}

static void print_head(FILE *file, const struct grid *grid, const char *title, size_t name_width)
{
    size_t beside = grid->with_intervals ? 1 + HALF_WIDTH : 0, width = value_width(grid) + 1;
    size_t ruler = name_width + grid->column_count * (width + beside);

    fputc('\n', file);
    print_padded(file, title, name_width, false);
    for (size_t c = 0; c < grid->column_count; c++)
        print_padded(file, grid->column[c].title, width + (c ? beside : 0), true);
    fprintf(file, "\n%*s", (int)name_width, "");
    for (size_t c = 0; c < grid->column_count; c++)
        print_padded(file, grid->unit[c], width + (c ? beside : 0), true);
    fputc('\n', file);
    for (size_t i = 0; i < ruler && i < 100; i++)
        fputc('-', file);
    fputc('\n', file);
}

static bool is_empty(const struct grid *grid, size_t r)
{
    for (size_t c = 0; c < grid->column_count; c++) {
        const struct out_figure *figure = cell(grid, r, c);

        if (figure && isfinite(figure->mean))
            return false;
    }
    return true;
}

static void print_grid(FILE *file, struct grid *grid, const char *title)
{
    size_t name_width = out_text_width(title) + 2, shown = 0;

    for (size_t c = 0; c < grid->column_count; c++)
        scale_column(grid, c);
    for (size_t r = 0; r < grid->row_count; r++) {
        size_t width = out_text_width(grid->row[r].label);

        shown += !is_empty(grid, r);
        name_width = width > name_width ? width : name_width;
    }
    if (shown == 0)
        return;
    print_head(file, grid, title, name_width);
    for (size_t r = 0; r < grid->row_count; r++) {
        if (is_empty(grid, r))
            continue;
        print_padded(file, grid->row[r].label, name_width, false);
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct out_figure *figure = cell(grid, r, c);

            grid->has_bounds = grid->has_bounds || (figure && figure->is_lower_bound);
            fputc(' ', file);
            print_cell(file, grid, r, c, c + 1 == grid->column_count);
        }
        fputc('\n', file);
    }
}

/* A foreign word in the first column: clean, cut with an ellipsis. */
static void set_label(struct row *row, const char *indent, const char *text)
{
    char clean[4 * 100 + 1];
    size_t room = NAME_WIDTH_MAX - strlen(indent);

    if (out_clean(text, clean, room + 1) > room) {
        out_clean(text, clean, room - 1);
        strcat(clean, "\xE2\x80\xA6");
    }
    snprintf(row->label, sizeof row->label, "%s%s", indent, clean);
}

static struct row *add_row(struct grid *grid, const char *indent, const char *text, const char *key,
                           const char *item)
{
    struct row *row;

    if (grid->row_count == ROWS_MAX)
        return NULL;
    row = &grid->row[grid->row_count++];
    set_label(row, indent, text);
    row->key = key;
    row->item = item;
    return row;
}

static bool is_part_of(const char *partition, const char *site)
{
    size_t length = strlen(site);

    return !strncmp(partition, site, length) && partition[length] == '.';
}

/* Each site, its partitions below it; partitions of no site at the end. */
static void add_sites(struct grid *grid)
{
    const char *site[ROWS_MAX], *partition[ROWS_MAX];
    size_t sites = out_summary_items(grid->summary, "site", site, ROWS_MAX);
    size_t partitions = out_summary_items(grid->summary, "partition", partition, ROWS_MAX);

    for (size_t s = 0; s < sites; s++) {
        add_row(grid, "", out_summary_title(grid->summary, site[s]), "site", site[s]);
        for (size_t p = 0; p < partitions; p++)
            if (partition[p] && is_part_of(partition[p], site[s])) {
                const char *title = out_summary_title(grid->summary, partition[p]);

                add_row(grid, "  ", title == partition[p] ? strchr(title, '.') + 1 : title,
                        "partition", partition[p]);
                partition[p] = NULL;
            }
    }
    for (size_t p = 0; p < partitions; p++)
        if (partition[p])
            add_row(grid, "", out_summary_title(grid->summary, partition[p]), "partition",
                    partition[p]);
}

static void add_items(struct grid *grid, const char *key)
{
    const char *item[ROWS_MAX];
    size_t count = out_summary_items(grid->summary, key, item, ROWS_MAX);

    for (size_t i = 0; i < count; i++)
        add_row(grid, "", out_kind_words(item[i]), key, item[i]);
}

static void print_title(FILE *file, const struct out_summary *summary, bool with_intervals)
{
    char name[4 * 98 + 1], start[16], end[16], of[32] = "";

    out_clean(summary->name, name, 98);
    sim_date_format(summary->start_days, start);
    sim_date_format(summary->end_days, end);
    if (!summary->is_complete)
        snprintf(of, sizeof of, " of %zu", summary->replications_asked);
    fprintf(file, "%s\n%s to %s " MIDDLE_DOT " %zu%s replication%s " MIDDLE_DOT " seed %llu\n",
            name, start, end, summary->replication_count, of,
            summary->replications_asked == 1 ? "" : "s", (unsigned long long)summary->seed);
    if (!summary->is_complete)
        fputs("PARTIAL: the run was cut short; the figures are of the replications that ended\n",
              file);
    if (with_intervals)
        fputs(PLUS_MINUS " is the half-width of the 95 % interval of the mean\n", file);
}

static void print_legend(FILE *file, bool has_bounds)
{
    fputs("\njobs     that ended in this time; in use: GPUs held by jobs, nodes where there are no "
          "GPUs\n"
          "wait     p95: 95 % of the jobs start within it, once their input is at the site; p50: "
          "half\n"
          "H100e    GPU-hours as hours of one NVIDIA H100, which makes unlike GPUs comparable\n"
          "-        no such figure here, or too few jobs for it\n",
          file);
    if (has_bounds)
        fputs("> 7.9    so many had not started at the end that the figure lies beyond the longest "
              "wait seen\n",
              file);
}

static bool has_jobs(const struct out_summary *summary)
{
    const struct out_figure *submitted = out_summary_find(summary, "jobs.submitted", "");
    const struct out_figure *use = out_summary_find(summary, "utilisation", "");

    return !submitted || submitted->mean != 0 || (use && use->mean > 0);
}

#define COLUMNS(array) .column = (array), .column_count = sizeof(array) / sizeof *(array)

static enum sim_status check_stream(FILE *file, const char *what, struct sim_error *err)
{
    if (fflush(file) != 0 || ferror(file))
        return sim_fail(err, SIM_EIO, "cannot write %s", what);
    return SIM_OK;
}

enum sim_status out_print_summary(FILE *file, const struct out_summary *summary,
                                  struct sim_error *err)
{
    static const struct column use[] = {{"in use", "utilisation"},
                                        {"jobs", "jobs.ended"},
                                        {"wait p50", "wait.p50"},
                                        {"wait p95", "wait.p95"}};
    static const struct column spent[] = {{"GPU-hours", "gpu_hours.allocated"},
                                          {"H100e-hours", "h100e_hours.allocated"},
                                          {"energy", "energy"},
                                          {"energy cost", "cost.energy"},
                                          {"CO2", "carbon.location"}};
    static const struct column waits[] = {{"jobs", "jobs.ended"},
                                          {"wait p50", "wait.p50"},
                                          {"wait p90", "wait.p90"},
                                          {"wait p95", "wait.p95"},
                                          {"H100e-hours", "h100e_hours.allocated"}};
    struct grid grid = {.summary = summary,
                        COLUMNS(use),
                        .with_intervals = summary->replication_count > 1,
                        .row = calloc(ROWS_MAX, sizeof *grid.row)};

    if (!grid.row)
        return sim_fail(err, SIM_ENOMEM, "no memory for the summary");
    print_title(file, summary, grid.with_intervals);
    add_row(&grid, "", "all sites", NULL, NULL);
    add_sites(&grid);
    if (has_jobs(summary))
        print_grid(file, &grid, "Use and waiting");
    grid.column = spent;
    grid.column_count = sizeof spent / sizeof *spent;
    print_grid(file, &grid, "Hours and energy");
    grid.column = waits;
    grid.column_count = sizeof waits / sizeof *waits;
    grid.row_count = 0;
    add_items(&grid, "kind");
    print_grid(file, &grid, "By kind of user");
    if (summary->figure_count)
        print_legend(file, grid.has_bounds);
    free(grid.row);
    return check_stream(file, "the summary", err);
}

/* ---- expectations ---- */

/* The mean of a figure in its unit, shares in per cent. */
static void format_amount(const struct out_figure *figure, char *buffer, size_t bytes)
{
    char number[OUT_NUMBER_BYTES], half[OUT_NUMBER_BYTES];
    double scale = figure->is_share ? 100 : 1, half_width = figure->half_width;
    const char *unit = figure->is_share ? "%" : figure->unit;
    bool has_interval = isfinite(half_width) && half_width > 0.0;

    out_format_mean(figure, scale, number);
    if (has_interval)
        out_format_half_width(figure->mean * scale, half_width * scale, half);
    snprintf(buffer, bytes, "%s%s%s%s%s", number, has_interval ? " " PLUS_MINUS : "",
             has_interval ? half : "", strcmp(unit, "1") ? " " : "", strcmp(unit, "1") ? unit : "");
}

/* As written in the scenario: not rounded to what a figure earns. */
static void print_bounds(FILE *file, const struct out_figure *figure,
                         const struct mdl_expectation *expect)
{
    double scale = figure->is_share ? 100 : 1;
    const char *unit = figure->is_share ? " %" : strcmp(figure->unit, "1") ? figure->unit : "";
    const char *blank = *unit && *unit != ' ' ? " " : "";

    if (isnan(expect->at_most))
        fprintf(file, "at least %.6g%s%s", expect->at_least * scale, blank, unit);
    else if (isnan(expect->at_least))
        fprintf(file, "at most %.6g%s%s", expect->at_most * scale, blank, unit);
    else
        fprintf(file, "%.6g to %.6g%s%s", expect->at_least * scale, expect->at_most * scale, blank,
                unit);
}

enum sim_status out_print_expectations(FILE *file, const struct out_summary *summary,
                                       size_t *missed, struct sim_error *err)
{
    *missed = 0;
    if (summary->expect_count)
        fputs("\nExpected\n", file);
    for (size_t i = 0; i < summary->expect_count; i++) {
        const struct mdl_expectation *expect = &summary->expect[i];
        const struct out_figure *figure = &summary->figure[expect->figure];
        enum mdl_verdict verdict = out_summary_verdict(summary, expect);
        char name[400], clean[4 * 100 + 1], amount[2 * OUT_NUMBER_BYTES + 40];

        mdl_figure_text(figure->name, figure->statistic, figure->selector, name, sizeof name);
        out_clean(name, clean, 100);
        format_amount(figure, amount, sizeof amount);
        fprintf(file, "%-6s  ",
                verdict == MDL_VERDICT_MET      ? "met"
                : verdict == MDL_VERDICT_MISSED ? "missed"
                                                : "open");
        print_padded(file, clean, 46, false);
        fprintf(file, " %s, expected ", isnan(figure->mean) ? "no value" : amount);
        print_bounds(file, figure, expect);
        fputs(expect->is_open ? " over a longer window\n" : "\n", file);
        *missed += verdict == MDL_VERDICT_MISSED;
    }
    return check_stream(file, "the expectations", err);
}

/* ---- CSV and JSON ---- */

void out_put_number(FILE *file, double x, const char *if_not_finite)
{
    char text[40];

    if (!isfinite(x)) {
        fputs(if_not_finite, file);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    fputs(text, file);
}

void out_put_csv_text(FILE *file, const char *text)
{
    bool is_formula = *text && strchr("=+-@\t\r", *text) != NULL;

    if (!is_formula && !strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputs(is_formula ? "\"'" : "\"", file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

/* All that is expected of a figure, as one; false: nothing. */
static bool expected_of(const struct out_summary *summary, size_t f, struct mdl_expectation *out)
{
    bool is_any = false;

    *out = (struct mdl_expectation){.figure = f, .at_least = NAN, .at_most = NAN};
    for (size_t i = 0; i < summary->expect_count; i++) {
        if (summary->expect[i].figure != f)
            continue;
        is_any = true;
        out->at_least = fmax(out->at_least, summary->expect[i].at_least); /* NaN gives way */
        out->at_most = fmin(out->at_most, summary->expect[i].at_most);
        out->is_open = out->is_open || summary->expect[i].is_open;
    }
    return is_any;
}

enum sim_status out_write_csv(FILE *file, const struct out_summary *summary, struct sim_error *err)
{
    fputs("figure,statistic,selector,unit,value,half_width,n,method,at_least,at_most,met,bound\n",
          file);
    for (size_t f = 0; f < summary->figure_count; f++) {
        const struct out_figure *figure = &summary->figure[f];
        const char *const text[] = {figure->name, figure->statistic, figure->selector,
                                    figure->unit};
        struct mdl_expectation expect;
        enum mdl_verdict verdict;

        for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
            out_put_csv_text(file, text[i]);
            fputc(',', file);
        }
        out_put_number(file, figure->mean, "");
        fputc(',', file);
        out_put_number(file, figure->half_width, "");
        fprintf(file, ",%zu,", figure->n);
        out_put_csv_text(file, figure->method);
        if (expected_of(summary, f, &expect)) {
            fputc(',', file);
            out_put_number(file, expect.at_least, "");
            fputc(',', file);
            out_put_number(file, expect.at_most, "");
            verdict = out_summary_verdict(summary, &expect);
            fputs(verdict == MDL_VERDICT_OPEN  ? ","
                  : verdict == MDL_VERDICT_MET ? ",1"
                                               : ",0",
                  file);
        } else {
            fputs(",,,", file);
        }
        fputs(figure->is_lower_bound ? ",>\n" : ",\n", file);
    }
    return check_stream(file, "the summary as CSV", err);
}

/* What JSON takes as it is; only there to be quick. */
#define PLAIN                                                                                      \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&'()*+,-./:;=>?@[]^_`{|}~"

void out_put_json_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (;;) {
        size_t plain = strspn(text, PLAIN);
        const char *start = text + plain;
        uint32_t point;

        fwrite(text, 1, plain, file);
        text = start;
        point = out_utf8_next(&text);

        if (point == 0)
            break;
        if (point == UINT32_MAX)
            continue;
        if (point == '"' || point == '\\')
            fprintf(file, "\\%c", (int)point);
        else if (point < 0x20 || point == '<' || point == 0x7F || point == 0x2028 ||
                 point == 0x2029)
            fprintf(file, "\\u%04x", (unsigned)point);
        else
            fwrite(start, 1, (size_t)(text - start), file);
    }
    fputc('"', file);
}

static void print_json_member(FILE *file, const char *before, const char *name, const char *text)
{
    fprintf(file, "%s\"%s\": ", before, name);
    out_put_json_text(file, text);
}

static const char *better_word(enum mdl_better better)
{
    return better == MDL_BETTER_HIGH ? "high" : better == MDL_BETTER_LOW ? "low" : "";
}

static void print_json_figure(FILE *file, const struct out_figure *figure)
{
    print_json_member(file, "    {", "figure", figure->name);
    print_json_member(file, ", ", "statistic", figure->statistic);
    print_json_member(file, ", ", "selector", figure->selector);
    print_json_member(file, ", ", "unit", figure->unit);
    fputs(", \"value\": ", file);
    out_put_number(file, figure->mean, "null");
    fputs(", \"half_width\": ", file);
    out_put_number(file, figure->half_width, "null");
    fprintf(file, ", \"n\": %zu", figure->n);
    if (figure->is_lower_bound)
        fputs(", \"is_lower_bound\": true", file);
    print_json_member(file, ", ", "better", better_word(figure->better));
    print_json_member(file, ", ", "method", figure->method);
    print_json_member(file, ", ", "plot", figure->plot);
    fputs("}", file);
}

static void print_json_expectation(FILE *file, const struct out_summary *summary,
                                   const struct mdl_expectation *expect)
{
    const struct out_figure *figure = &summary->figure[expect->figure];
    enum mdl_verdict verdict;

    print_json_member(file, "    {", "figure", figure->name);
    print_json_member(file, ", ", "statistic", figure->statistic);
    print_json_member(file, ", ", "selector", figure->selector);
    print_json_member(file, ", ", "unit", figure->unit);
    fputs(", \"at_least\": ", file);
    out_put_number(file, expect->at_least, "null");
    fputs(", \"at_most\": ", file);
    out_put_number(file, expect->at_most, "null");
    fputs(", \"value\": ", file);
    out_put_number(file, figure->mean, "null");
    fputs(", \"half_width\": ", file);
    out_put_number(file, figure->half_width, "null");
    verdict = out_summary_verdict(summary, expect);
    fprintf(file, ", \"met\": %s}",
            verdict == MDL_VERDICT_OPEN  ? "null"
            : verdict == MDL_VERDICT_MET ? "true"
                                         : "false");
}

enum sim_status out_write_json(FILE *file, const struct out_summary *summary, const char *digest,
                               struct sim_error *err)
{
    char start[16], end[16];

    sim_date_format(summary->start_days, start);
    sim_date_format(summary->end_days, end);
    print_json_member(file, "{\n  ", "format", "aifsim-summary");
    print_json_member(file, ",\n  ", "version", summary->version);
    print_json_member(file, ",\n  ", "name", summary->name);
    fprintf(file, ",\n  \"seed\": \"%llu\"", (unsigned long long)summary->seed);
    print_json_member(file, ",\n  ", "window_start", start);
    print_json_member(file, ",\n  ", "window_end", end);
    fprintf(file, ",\n  \"complete\": %s,\n  \"replications\": %zu,\n  \"replications_asked\": %zu",
            summary->is_complete ? "true" : "false", summary->replication_count,
            summary->replications_asked);
    if (digest)
        print_json_member(file, ",\n  ", "digest", digest);
    fputs(",\n  \"interval\": \"95 % Student t over replications\",\n  \"figures\": [\n", file);
    for (size_t f = 0; f < summary->figure_count; f++) {
        print_json_figure(file, &summary->figure[f]);
        fputs(f + 1 < summary->figure_count ? ",\n" : "\n", file);
    }
    fputs("  ],\n  \"expect\": [\n", file);
    for (size_t i = 0; i < summary->expect_count; i++) {
        print_json_expectation(file, summary, &summary->expect[i]);
        fputs(i + 1 < summary->expect_count ? ",\n" : "\n", file);
    }
    fputs("  ]\n}\n", file);
    return check_stream(file, "the summary as JSON", err);
}
