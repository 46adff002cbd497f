/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/csv_log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenarios/load.h"
#include "sim/calendar.h"

/* ---- formats ---- */

static const struct mdl_log_columns formats[MDL_LOG_FORMAT_COUNT] = {
    /* Microsoft Philly, 2017, as published with Pollux: a virtual cluster stands for a user */
    [MDL_LOG_PHILLY] = {{[MDL_LOG_SUBMIT] = "timestamp",
                         [MDL_LOG_RUN] = "duration",
                         [MDL_LOG_GPUS] = "num_gpus",
                         [MDL_LOG_USER] = "cluster"}},
    /* Alibaba, cluster-trace-gpu-v2023: pods, which may ask for thousandths of one GPU */
    [MDL_LOG_ALIBABA] = {{[MDL_LOG_SUBMIT] = "creation_time",
                          [MDL_LOG_START] = "scheduled_time",
                          [MDL_LOG_END] = "deletion_time",
                          [MDL_LOG_GPUS] = "num_gpu",
                          [MDL_LOG_PART] = "gpu_milli:milli",
                          [MDL_LOG_STATE] = "pod_phase"}},
    /* SURF (Lisa), 2022, as published with OpenDC: cores, in nodes of 16 */
    [MDL_LOG_SURF] = {{[MDL_LOG_ID] = "id",
                       [MDL_LOG_SUBMIT] = "submission_time:ms",
                       [MDL_LOG_RUN] = "duration:ms",
                       [MDL_LOG_GPUS] = "cpu_count"}},
};

enum { USUAL_MAX = 10 };

/* What such columns are called elsewhere; the first that is there is taken. */
static const char *const usual[MDL_LOG_COLUMN_COUNT][USUAL_MAX] = {
    [MDL_LOG_ID] = {"id", "job_id", "jobid", "jobidraw"},
    [MDL_LOG_SUBMIT] = {"submit", "submit_time", "submission_time", "timestamp", "creation_time",
                        "time_submit_s", "submit_s", "arrival"},
    [MDL_LOG_START] = {"start", "start_time", "scheduled_time", "time_start_s", "start_s"},
    [MDL_LOG_END] = {"end", "end_time", "deletion_time", "time_end_s", "end_s"},
    [MDL_LOG_RUN] = {"run", "run_time", "runtime", "run_s", "duration", "elapsed", "elapsedraw"},
    [MDL_LOG_WALLTIME] = {"walltime", "walltime_s", "timelimit", "requested_time", "time_limit"},
    [MDL_LOG_GPUS] = {"gpus", "num_gpus", "num_gpu", "gpu_num", "gpu_count", "procs", "width",
                      "nodes", "nnodes", "cpu_count"},
    [MDL_LOG_USER] = {"user", "user_id", "uid"},
    [MDL_LOG_STATE] = {"state", "status", "outcome"},
};

static const struct {
    const char *name;
    double factor;
} units[] = {{"s", 1},    {"ms", 1e-3}, {"us", 1e-6},    {"ns", 1e-9},     {"min", 60},
             {"h", 3600}, {"d", 86400}, {"milli", 1e-3}, {"percent", 0.01}};

enum sim_status scn_log_columns_parse(char *text, struct mdl_log_columns *columns,
                                      struct sim_error *err)
{
    *columns = (struct mdl_log_columns){{NULL}};
    for (char *item = text, *next; item; item = next) {
        char *equals = strchr(item, '=');
        int column = 0;

        next = strchr(item, ',');
        if (next)
            *next++ = '\0';
        if (!equals || equals[1] == '\0' || (next && equals >= next))
            return sim_fail(err, SIM_EUSAGE,
                            "--columns: '%.80s' is not NAME=COLUMN; write for example "
                            "submit=submit_time,run=duration:ms,gpus=num_gpus",
                            item);
        *equals = '\0';
        while (mdl_log_column_names[column] && strcmp(mdl_log_column_names[column], item) != 0)
            column++;
        if (column == MDL_LOG_COLUMN_COUNT)
            return sim_fail(err, SIM_EUSAGE,
                            "--columns: '%.80s' is none of id, submit, start, end, run, walltime, "
                            "gpus, part, user, state",
                            item);
        columns->of[column] = equals + 1;
    }
    return SIM_OK;
}

/* ---- cells ---- */

struct text { /* of a cell, without its quotes */
    const char *at, *end;
};

static size_t bytes_of(const struct text *cell)
{
    return (size_t)(cell->end - cell->at);
}

static bool is_text(const struct text *cell, const char *text)
{
    return strlen(text) == bytes_of(cell) && strncasecmp(cell->at, text, bytes_of(cell)) == 0;
}

static bool is_unknown(const struct text *cell)
{
    static const char *const words[] = {"nan", "na", "null", "none", "unknown", "-1"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_text(cell, words[i]))
            return true;
    return cell->at == cell->end;
}

static enum sim_status refuse(const struct scn_csv_log *csv, const char *line, const char *at,
                              const char *what)
{
    return sim_fail_at(csv->out.err, SIM_ESCHEMA, csv->out.name, (int)csv->out.log->line_count,
                       (int)(at - line) + 1, "%s", what);
}

static struct text trimmed(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\r'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    return (struct text){at, end};
}

/* The cells of a line; *count of them. */
static enum sim_status cut(const struct scn_csv_log *csv, const char *line, const char *end,
                           struct text cell[SCN_CSV_LOG_COLUMNS_MAX], size_t *count)
{
    const char *at = line;

    for (*count = 0; *count < SCN_CSV_LOG_COLUMNS_MAX; at++) {
        const char *from = at, *to;

        if (at < end && *at == '"') {
            do {
                at = memchr(at + 1, '"', (size_t)(end - at - 1));
            } while (at && at + 1 < end && at[1] == '"' && at++);
            if (!at)
                return refuse(csv, line, from, "the quote that begins here is not closed");
            cell[(*count)++] = (struct text){from + 1, at};
            while (at < end && *at != csv->separator)
                at++;
        } else {
            to = memchr(at, csv->separator, (size_t)(end - at));
            at = to ? to : end;
            cell[(*count)++] = trimmed(from, at);
        }
        if (at == end)
            return SIM_OK;
    }
    return refuse(csv, line, at, "too many columns");
}

/* ---- numbers and times ---- */

/* A decimal number that fills the cell. */
static bool read_number(struct text cell, double *out)
{
    bool is_negative = cell.at < cell.end && *cell.at == '-';
    double value = 0, scale = 1;
    int digits = 0, exponent = 0;
    const char *at = cell.at + is_negative;

    for (; at < cell.end && (unsigned)(*at - '0') < 10; at++, digits++)
        value = 10 * value + (*at - '0');
    if (at < cell.end && *at == '.')
        for (at++; at < cell.end && (unsigned)(*at - '0') < 10; at++, digits++)
            value += (*at - '0') * (scale *= 0.1);
    if (digits && at < cell.end && (*at == 'e' || *at == 'E')) {
        bool is_small = at + 1 < cell.end && at[1] == '-';

        for (at += 1 + (is_small || at[1] == '+'); at < cell.end && (unsigned)(*at - '0') < 10;
             at++)
            exponent = exponent < 100 ? 10 * exponent + (*at - '0') : exponent;
        value *= pow(10, is_small ? -exponent : exponent);
    }
    *out = is_negative ? -value : value;
    return digits > 0 && at == cell.end && isfinite(value);
}

/* `count` digits at *at. */
static bool read_digits(const char **at, const char *end, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++, ++*at) {
        if (*at >= end || (unsigned)(**at - '0') >= 10)
            return false;
        *out = 10 * *out + (**at - '0');
    }
    return true;
}

static bool pass(const char **at, const char *end, char one, char other)
{
    if (*at >= end || (**at != one && **at != other))
        return false;
    ++*at;
    return true;
}

/* Behind the seconds: a fraction, then nothing, "Z" or an offset from UTC. */
static bool read_offset(const char *at, const char *end, int64_t *offset_s)
{
    int hours, minutes;
    bool is_west;

    *offset_s = 0;
    if (at < end && *at == '.')
        do
            at++;
        while (at < end && (unsigned)(*at - '0') < 10);
    if (at == end || (end - at == 1 && *at == 'Z') || (end - at == 4 && memcmp(at, " UTC", 4) == 0))
        return true;
    is_west = *at == '-';
    if (!pass(&at, end, '+', '-') || !read_digits(&at, end, 2, &hours))
        return false;
    (void)pass(&at, end, ':', ':');
    *offset_s = hours * 3600;
    if (at < end) {
        if (!read_digits(&at, end, 2, &minutes))
            return false;
        *offset_s += minutes * 60;
    }
    *offset_s = is_west ? -*offset_s : *offset_s;
    return at == end;
}

/* "2017-10-09 07:01:55", seconds since 1970. */
static bool read_moment(struct text cell, int64_t *out)
{
    struct sim_date date;
    const char *at = cell.at, *end = cell.end;
    int hour = 0, minute = 0, second = 0;
    int64_t offset_s = 0;

    if (!read_digits(&at, end, 4, &date.year) || !pass(&at, end, '-', '/') ||
        !read_digits(&at, end, 2, &date.month) || !pass(&at, end, '-', '/') ||
        !read_digits(&at, end, 2, &date.day) || !sim_date_is_valid(date))
        return false;
    if (at < end) {
        if (!pass(&at, end, ' ', 'T') || !read_digits(&at, end, 2, &hour) ||
            !pass(&at, end, ':', ':') || !read_digits(&at, end, 2, &minute))
            return false;
        if (pass(&at, end, ':', ':') && !read_digits(&at, end, 2, &second))
            return false;
        if (hour > 24 || minute > 59 || second > 60 || !read_offset(at, end, &offset_s))
            return false;
    }
    *out = sim_days_from_date(date) * 86400 + hour * 3600 + minute * 60 + second - offset_s;
    return true;
}

/* "1-02:30:00", "02:30:00", "30:00": days, hours, minutes, seconds. */
static bool read_clock(struct text cell, double *out)
{
    double part = 0, sum = 0;
    bool has_digit = false, has_colon = false;

    for (const char *at = cell.at; at < cell.end; at++) {
        if ((unsigned)(*at - '0') < 10) {
            part = 10 * part + (*at - '0');
            has_digit = true;
            continue;
        }
        if (!has_digit || (*at != ':' && *at != '-') || (*at == '-' && (has_colon || sum > 0)))
            return false;
        sum = (sum + part) * (*at == '-' ? 24 : 60);
        has_colon = has_colon || *at == ':';
        part = 0;
        has_digit = false;
    }
    *out = sum + part;
    return has_digit && has_colon;
}

static bool is_in_range(double seconds)
{
    return seconds > -9e15 && seconds < 9e15;
}

/* ---- users ---- */

struct user {
    uint64_t hash;
    int32_t number; /* 0: the place is empty */
};

struct scn_csv_users { /* open addressing, at most half full */
    size_t room, count;
    struct user *user;
};

static struct user *place_of(const struct scn_csv_users *users, uint64_t hash)
{
    size_t at = (size_t)hash & (users->room - 1);

    while (users->user[at].number && users->user[at].hash != hash)
        at = (at + 1) & (users->room - 1);
    return &users->user[at];
}

static bool grow(struct scn_csv_users *users)
{
    struct scn_csv_users larger = {.room = users->room ? 2 * users->room : 1024,
                                   .count = users->count};

    larger.user = calloc(larger.room, sizeof *larger.user);
    if (!larger.user)
        return false;
    for (size_t i = 0; i < users->room; i++)
        if (users->user[i].number)
            *place_of(&larger, users->user[i].hash) = users->user[i];
    free(users->user);
    *users = larger;
    return true;
}

/* FNV-1a. */
static uint64_t hash_of(const struct text *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (const char *at = name->at; at < name->end; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    return hash;
}

/* The number of a name, from 1; 0: no memory. */
static int32_t number_of(struct scn_csv_users *users, const struct text *name)
{
    struct user *user;
    uint64_t hash = hash_of(name);

    if (2 * (users->count + 1) > users->room && !grow(users))
        return 0;
    user = place_of(users, hash);
    if (!user->number)
        *user = (struct user){hash, (int32_t)++users->count};
    return user->number;
}

/* ---- the header ---- */

/* "duration:ms" -> the column "duration" and 0.001; the name itself may hold a colon. */
static bool split_unit(const char *asked, size_t *name_bytes, double *unit)
{
    const char *colon = strrchr(asked, ':');

    *name_bytes = strlen(asked);
    *unit = 1;
    for (size_t i = 0; colon && i < sizeof units / sizeof *units; i++)
        if (strcmp(colon + 1, units[i].name) == 0) {
            *name_bytes = (size_t)(colon - asked);
            *unit = units[i].factor;
            return true;
        }
    return !colon;
}

static size_t find_cell(const struct text *cell, size_t count, const char *name, size_t bytes)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_of(&cell[i]) == bytes && strncasecmp(cell[i].at, name, bytes) == 0)
            return i;
    return SIZE_MAX;
}

static bool find_column(const char *asked, const struct text *cell, size_t count,
                        struct scn_csv_log_column *out)
{
    size_t bytes;

    split_unit(asked, &bytes, &out->unit);
    out->cell = find_cell(cell, count, asked, bytes);
    return out->cell != SIZE_MAX;
}

static bool fits(const struct mdl_log_columns *format, const struct text *cell, size_t count)
{
    struct scn_csv_log_column column;

    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++)
        if (format->of[i] && !find_column(format->of[i], cell, count, &column))
            return false;
    return true;
}

static enum sim_status no_column(const struct scn_csv_log *csv, const char *asked,
                                 const struct text *cell, size_t count)
{
    char name[SCN_CSV_LOG_COLUMNS_MAX][64], shown[SCN_PRINTABLE_BYTES];
    const char *names[SCN_CSV_LOG_COLUMNS_MAX], *nearest;
    double unit;
    size_t bytes;

    split_unit(asked, &bytes, &unit);
    for (size_t i = 0; i < count; i++) {
        snprintf(name[i], sizeof name[i], "%.*s", (int)bytes_of(&cell[i]), cell[i].at);
        names[i] = name[i];
    }
    nearest = scn_nearest(asked, names, count);
    return sim_fail_at(csv->out.err, SIM_ESCHEMA, csv->out.name, (int)csv->out.log->line_count, 1,
                       "there is no column '%.*s'%s%s%s", (int)bytes, asked,
                       nearest ? "; did you mean '" : "",
                       nearest ? scn_printable(nearest, shown) : "", nearest ? "'?" : "");
}

static void put_map(struct scn_csv_log *csv, int column, const struct text *cell, double unit)
{
    size_t used = strlen(csv->map);
    const char *suffix = "";

    for (size_t i = 1; i < sizeof units / sizeof *units && unit < 1; i++)
        if (units[i].factor == unit && !*suffix)
            suffix = column == MDL_LOG_GPUS || column == MDL_LOG_PART ? "milli" : units[i].name;
    for (size_t i = 1; i < sizeof units / sizeof *units && unit > 1; i++)
        suffix = units[i].factor == unit ? units[i].name : suffix;
    snprintf(csv->map + used, sizeof csv->map - used, "%s%s=%.*s%s%s", used ? "," : "",
             mdl_log_column_names[column], (int)bytes_of(cell), cell->at, *suffix ? ":" : "",
             suffix);
}

/* The columns of a map: every one of it must be there. */
static enum sim_status take(struct scn_csv_log *csv, const struct mdl_log_columns *map,
                            const struct text *cell, size_t count)
{
    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++) {
        struct scn_csv_log_column *column = &csv->column[i];
        size_t bytes;

        if (!map->of[i] || !*map->of[i])
            continue;
        if (!split_unit(map->of[i], &bytes, &column->unit) &&
            find_cell(cell, count, map->of[i], bytes) == SIZE_MAX)
            return sim_fail_at(csv->out.err, SIM_ESCHEMA, csv->out.name,
                               (int)csv->out.log->line_count, 1,
                               "'%.80s': there is neither such a column nor such a unit; known are "
                               "s, ms, us, ns, min, h, d, milli, percent",
                               map->of[i]);
        if (!find_column(map->of[i], cell, count, column))
            return no_column(csv, map->of[i], cell, count);
    }
    return SIM_OK;
}

static void take_usual(struct scn_csv_log *csv, const struct text *cell, size_t count)
{
    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++)
        for (int k = 0; k < USUAL_MAX && usual[i][k] && csv->column[i].cell == SIZE_MAX; k++)
            (void)find_column(usual[i][k], cell, count, &csv->column[i]);
}

static char separator_of(const char *line, const char *end)
{
    static const char candidates[] = ",;|\t";
    size_t most = 0;
    char best = ',';

    for (const char *candidate = candidates; *candidate; candidate++) {
        size_t count = 0;

        for (const char *at = line; at < end; at++)
            count += *at == *candidate;
        if (count > most) {
            most = count;
            best = *candidate;
        }
    }
    return best;
}

static bool has(const struct scn_csv_log *csv, enum mdl_log_column column)
{
    return csv->column[column].cell != SIZE_MAX;
}

static enum sim_status read_head(struct scn_csv_log *csv, const char *line, const char *end)
{
    struct text cell[SCN_CSV_LOG_COLUMNS_MAX];
    enum sim_status status;
    size_t count;

    if (end - line >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
        line += 3;
    csv->separator = separator_of(line, end);
    status = cut(csv, line, end, cell, &count);
    if (status)
        return status;
    csv->has_head = true;
    csv->width = count;
    for (int f = MDL_LOG_PHILLY; csv->format == MDL_LOG_AUTO && f < MDL_LOG_FORMAT_COUNT; f++)
        if (!csv->asked && fits(&formats[f], cell, count))
            csv->format = (enum mdl_log_format)f;
    if (csv->format == MDL_LOG_AUTO)
        csv->format = MDL_LOG_CSV;
    status = take(csv, csv->asked ? csv->asked : &formats[csv->format], cell, count);
    if (status)
        return status;
    if (!csv->asked && csv->format == MDL_LOG_CSV)
        take_usual(csv, cell, count);
    if (!has(csv, MDL_LOG_SUBMIT) || !has(csv, MDL_LOG_GPUS) ||
        (!has(csv, MDL_LOG_RUN) && !(has(csv, MDL_LOG_START) && has(csv, MDL_LOG_END))))
        return refuse(csv, line, line,
                      "which columns tell submit, run (or start and end) and gpus? the header's "
                      "names do not say; write for example "
                      "--columns submit=when,run=duration:ms,gpus=devices");
    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++)
        if (has(csv, (enum mdl_log_column)i))
            put_map(csv, i, &cell[csv->column[i].cell], csv->column[i].unit);
    return SIM_OK;
}

/* ---- a job ---- */

struct row { /* a line cut up */
    struct scn_csv_log *csv;
    const char *line;
    struct text cell[SCN_CSV_LOG_COLUMNS_MAX];
};

/* NULL: no such column, or nothing known in it. */
static const struct text *known(const struct row *row, enum mdl_log_column column)
{
    size_t at = row->csv->column[column].cell;

    return at == SIZE_MAX || is_unknown(&row->cell[at]) ? NULL : &row->cell[at];
}

static enum sim_status bad_cell(const struct row *row, const struct text *cell, const char *wanted)
{
    char text[160], copy[64], shown[SCN_PRINTABLE_BYTES];

    snprintf(copy, sizeof copy, "%.*s", (int)bytes_of(cell), cell->at);
    snprintf(text, sizeof text, "'%.60s' is not %s", scn_printable(copy, shown), wanted);
    return refuse(row->csv, row->line, cell->at, text);
}

/* Rounded to the nearest second; -1: unknown. */
static enum sim_status read_time(const struct row *row, enum mdl_log_column column, int64_t *out)
{
    const struct text *cell = known(row, column);
    double value;

    *out = -1;
    if (!cell || read_moment(*cell, out))
        return SIM_OK;
    if (!read_number(*cell, &value) || !is_in_range(value * row->csv->column[column].unit))
        return bad_cell(row, cell, "a time; write seconds or for example 2017-10-09 07:01:55");
    *out = (int64_t)floor(value * row->csv->column[column].unit + 0.5);
    return SIM_OK;
}

static enum sim_status read_length(const struct row *row, enum mdl_log_column column, int64_t *out)
{
    const struct text *cell = known(row, column);
    double value, unit = row->csv->column[column].unit;

    *out = -1;
    if (!cell)
        return SIM_OK;
    if (!read_number(*cell, &value)) {
        if (!read_clock(*cell, &value))
            return bad_cell(row, cell, "a length of time; write seconds or for example 02:30:00");
        if (unit != 1)
            return bad_cell(row, cell,
                            "a number, which a column with a unit holds; 02:30:00 needs none");
    }
    if (!is_in_range(value * unit))
        return bad_cell(row, cell, "a length of time that a machine stands");
    *out = value < 0 ? -1 : (int64_t)floor(value * unit + 0.5);
    return SIM_OK;
}

/* Rounded up; *part_frac: what was asked for, where that is less than one. */
static enum sim_status read_width(const struct row *row, int32_t *out, float *part_frac)
{
    const struct text *cell = known(row, MDL_LOG_GPUS), *part = known(row, MDL_LOG_PART);
    double width, of_one = 1;

    *out = -1;
    *part_frac = 0;
    if (!cell)
        return SIM_OK;
    if (!read_number(*cell, &width))
        return bad_cell(row, cell, "a number of processors");
    if (part && !read_number(*part, &of_one))
        return bad_cell(row, part, "a part of a processor");
    width *= row->csv->column[MDL_LOG_GPUS].unit;
    width *= part ? of_one * row->csv->column[MDL_LOG_PART].unit : 1;
    width *= row->csv->scale_width;
    if (width > INT32_MAX)
        return bad_cell(row, cell, "a number of processors that a machine has");
    *out = width > 0 ? (int32_t)ceil(width - 1e-9) : 0;
    *part_frac = *out == 1 && width < 1 - 1e-9 ? (float)width : 0;
    row->csv->out.log->rounded_procs += *out > width + 1e-9;
    return SIM_OK;
}

/* The status of SWF: 0 failed, 1 completed, 5 cancelled, -1 unknown. */
static int32_t read_state(const struct row *row)
{
    static const struct {
        const char *word;
        int32_t status;
    } words[] = {{"complete", 1},  {"succe", 1},  {"pass", 1},  {"done", 1},   {"fail", 0},
                 {"node_fail", 0}, {"out_of", 0}, {"error", 0}, {"cancel", 5}, {"kill", 5},
                 {"abort", 5},     {"1", 1},      {"0", 0},     {"5", 5}};
    const struct text *cell = known(row, MDL_LOG_STATE);

    for (size_t i = 0; cell && i < sizeof words / sizeof *words; i++) {
        size_t bytes = strlen(words[i].word);

        if (bytes_of(cell) >= bytes && strncasecmp(cell->at, words[i].word, bytes) == 0)
            return words[i].status;
    }
    return -1;
}

static enum sim_status read_user(const struct row *row, int32_t *out)
{
    const struct text *cell = known(row, MDL_LOG_USER);

    *out = cell ? number_of(row->csv->users, cell) : -1;
    return *out ? SIM_OK : sim_fail(row->csv->out.err, SIM_ENOMEM, "no memory for the users");
}

/* The number in the log where it is one, else the line's. */
static int64_t read_id(const struct row *row, size_t number)
{
    const struct text *cell = known(row, MDL_LOG_ID);
    double value;

    if (cell && read_number(*cell, &value) && value >= 0 && value < 9e15)
        return (int64_t)value;
    row->csv->out.log->renumbered += cell != NULL;
    return (int64_t)number;
}

static enum sim_status read_row(struct scn_csv_log *csv, const char *line, const char *end,
                                size_t number)
{
    struct row row = {.csv = csv, .line = line};
    struct scn_swf_job job = {
        .id = -1, .procs_used = -1, .group = -1, .queue = -1, .partition = -1};
    int64_t start_s, end_s;
    enum sim_status status;
    char text[120];
    size_t count;

    if ((status = cut(csv, line, end, row.cell, &count)))
        return status;
    if (count != csv->width) {
        snprintf(text, sizeof text, "%zu cells stand here, but the header names %zu columns", count,
                 csv->width);
        return refuse(csv, line, line, text);
    }
    if ((status = read_time(&row, MDL_LOG_SUBMIT, &job.submit_s)) ||
        (status = read_time(&row, MDL_LOG_START, &start_s)) ||
        (status = read_time(&row, MDL_LOG_END, &end_s)) ||
        (status = read_length(&row, MDL_LOG_RUN, &job.run_s)) ||
        (status = read_length(&row, MDL_LOG_WALLTIME, &job.estimate_s)) ||
        (status = read_width(&row, &job.procs_requested, &job.part_frac)) ||
        (status = read_user(&row, &job.user)))
        return status;
    if (job.run_s < 0 && start_s >= 0 && end_s >= start_s)
        job.run_s = end_s - start_s;
    job.wait_s = start_s >= 0 && job.submit_s >= 0 ? start_s - job.submit_s : -1;
    job.status = read_state(&row);
    job.id = read_id(&row, number);
    return scn_swf_add(&csv->out, &job);
}

/* ---- the whole ---- */

struct scn_csv_log scn_csv_log_begin(const struct scn_swf_reader *out, enum mdl_log_format format,
                                     const struct mdl_log_columns *asked, double scale_width)
{
    struct scn_csv_log csv = {.out = *out,
                              .format = format,
                              .asked = asked,
                              .scale_width = scale_width,
                              .users = calloc(1, sizeof *csv.users)};

    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++)
        csv.column[i] = (struct scn_csv_log_column){.cell = SIZE_MAX, .unit = 1};
    return csv;
}

enum sim_status scn_csv_log_line(struct scn_csv_log *csv, const char *line, const char *end,
                                 size_t number)
{
    const struct text whole = trimmed(line, end);

    csv->out.log->line_count = number;
    if (!csv->users)
        return sim_fail(csv->out.err, SIM_ENOMEM, "no memory for the users");
    if (whole.at == whole.end)
        return SIM_OK;
    return csv->has_head ? read_row(csv, line, whole.end, number) : read_head(csv, line, whole.end);
}

void scn_csv_log_end(struct scn_csv_log *csv)
{
    if (csv->users)
        free(csv->users->user);
    free(csv->users);
    csv->users = NULL;
}
