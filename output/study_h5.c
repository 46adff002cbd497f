/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One table of arrays drives writing, reading and the digest, so they cannot disagree.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/digest.h"
#include "output/files.h"
#include "output/folder.h"
#include "output/h5.h"
#include "output/provenance.h"
#include "output/study.h"
#include "output/study_csv.h"
#include "sim/calendar.h"

#define MEMORY_LIMIT ((size_t)4 << 30)
enum { RANK_MAX = OUT_H5_RANK_MAX, META_BYTES = 65536 };

const char *const out_study_rules[OUT_STUDY_RULES] = {"maximin", "minimax regret", "hurwicz",
                                                      "satisficing", "p90 regret"};

/* ---- the arrays ---- */

enum size { NONE, OPTION, WORLD, REPLICATION, FIGURE, KEY, RULE, INPUT, CHANGE, BREAKEVEN, PERIOD };

static size_t size_of(const struct out_study *study, enum size size)
{
    const size_t count[] = {
        [NONE] = 1,
        [OPTION] = study->option_count,
        [WORLD] = study->world_count,
        [REPLICATION] = study->replication_count,
        [FIGURE] = study->figure_count,
        [KEY] = study->key_count,
        [RULE] = OUT_STUDY_RULES,
        [INPUT] = study->input_count,
        [CHANGE] = study->change_count,
        [BREAKEVEN] = study->breakeven_count,
        [PERIOD] = study->period_count,
    };

    return count[size];
}

struct row {
    const char *path, *unit, *description; /* unit NULL: texts */
    size_t offset;
    enum size size[RANK_MAX]; /* up to NONE */
    bool is_left_out;         /* of the digest: it depends on where files lie */
};

#define TEXTS(path, member, description, ...)                                                      \
    {                                                                                              \
        path, NULL, description, offsetof(struct out_study, member), {__VA_ARGS__}, false          \
    }
#define NUMBERS(path, member, unit, description, ...)                                              \
    {                                                                                              \
        path, unit, description, offsetof(struct out_study, member), {__VA_ARGS__}, false          \
    }
#define IN_UNIT "see /study/figures/unit"

static const struct row rows[] = {
    TEXTS("/inputs/path", input_path, "key of the scenario", INPUT),
    TEXTS("/inputs/value", input_value, "of the baseline, as resolved", INPUT),
    TEXTS("/inputs/unit", input_unit, "of value", INPUT),
    TEXTS("/inputs/source", input_source, "where it comes from; empty: not stated", INPUT),
    TEXTS("/inputs/quality", input_quality, "high, medium, assumption or empty", INPUT),
    {"/inputs/origin",
     NULL,
     "file:line:column, option or default",
     offsetof(struct out_study, input_origin),
     {INPUT},
     true},
    TEXTS("/study/options/name", option_name, "as in the scenario", OPTION),
    TEXTS("/study/options/title", option_title, "for people", OPTION),
    TEXTS("/study/options/description", option_description, "for people; may be empty", OPTION),
    TEXTS("/study/changes/option", change_option, "option that sets a key", CHANGE),
    TEXTS("/study/changes/path", change_path, "the key", CHANGE),
    TEXTS("/study/changes/value", change_value, "as it is written", CHANGE),
    TEXTS("/study/worlds/name", world_name, "as planned, a future or a draw", WORLD),
    TEXTS("/study/worlds/kind", world_kind, "planned, future or draw", WORLD),
    TEXTS("/study/figures/name", figure_name, "of the figure", FIGURE),
    TEXTS("/study/figures/statistic", figure_statistic, "mean, p95 ...; may be empty", FIGURE),
    TEXTS("/study/figures/group", figure_selector, "of whom; empty: of all", FIGURE),
    TEXTS("/study/figures/unit", figure_unit, "of every value", FIGURE),
    TEXTS("/study/figures/method", figure_method, "how it was computed", FIGURE),
    TEXTS("/study/figures/help", figure_help, "what it is", FIGURE),
    TEXTS("/study/figures/better", figure_better, "which way is better: high, low or empty",
          FIGURE),
    NUMBERS("/study/values", value, IN_UNIT,
            "[option][world][replication][figure]; NaN: the item has no such figure", OPTION, WORLD,
            REPLICATION, FIGURE),
    NUMBERS("/study/bounded", bounded, "1",
            "[option][world][figure] replications whose value is only a bound from below: a "
            "quantile beyond the last observation",
            OPTION, WORLD, FIGURE),
    TEXTS("/study/keys/name", key_name, "figure that options are judged in", KEY),
    NUMBERS("/study/keys/figure", key_figure, "1", "its row of /study/figures", KEY),
    NUMBERS("/study/keys/matters", key_matters, IN_UNIT, "smallest difference that counts", KEY),
    NUMBERS("/study/keys/judged", key_is_judged, "1", "1: more or less of it is better", KEY),
    NUMBERS("/study/keys/traded_off", key_is_traded_off, "1", "1: the front is over it", KEY),
    NUMBERS("/study/planned/mean", mean, IN_UNIT, "[option][key] mean over replications", OPTION,
            KEY),
    NUMBERS("/study/planned/half_width", half_width, IN_UNIT,
            "[option][key] half-width of the Student interval of the mean over replications",
            OPTION, KEY),
    NUMBERS("/study/planned/bound", bound, IN_UNIT,
            "[option][key] where a replication has only a bound: what the mean is at least", OPTION,
            KEY),
    NUMBERS("/study/planned/n", used, "1", "[option][key] replications that have the figure",
            OPTION, KEY),
    NUMBERS("/study/differences/mean", difference, IN_UNIT,
            "[option][key] option less baseline, mean of paired replications", OPTION, KEY),
    NUMBERS("/study/differences/half_width", difference_half_width, IN_UNIT,
            "[option][key] of the interval adjusted by Holm's rule", OPTION, KEY),
    NUMBERS("/study/differences/half_width_alone", difference_alone_half_width, IN_UNIT,
            "[option][key] of the interval that this comparison would have alone", OPTION, KEY),
    NUMBERS("/study/differences/adjusted_p", adjusted_p, "1",
            "[option][key] of no difference, two-sided, adjusted by Holm's rule", OPTION, KEY),
    NUMBERS("/study/differences/relative", relative, "1",
            "[option][key] difference of the means over the baseline's; NaN: near 0", OPTION, KEY),
    NUMBERS("/study/differences/variance_ratio", variance_ratio, "1",
            "[option][key] variance of the difference over the sum of both variances: what common "
            "random numbers gained",
            OPTION, KEY),
    NUMBERS("/study/verdicts/sign_share", sign_share, "1",
            "[option][key] share of worlds in which the difference has this sign", OPTION, KEY),
    NUMBERS("/study/verdicts/kept", is_kept, "1",
            "[option][key] 1: cannot be told from the best option", OPTION, KEY),
    TEXTS("/study/verdicts/verdict", verdict,
          "[option][key] better, worse, leans better, leans worse or open; option by option",
          OPTION, KEY),
    NUMBERS("/study/verdicts/front", is_front, "1",
            "1: no other option is at least as good in all figures that are traded off", OPTION),
    NUMBERS("/study/verdicts/front_share", front_share, "1",
            "share of resamples of replications in which that holds", OPTION),
    NUMBERS("/study/prices/price", price, "EUR per unit of the figure",
            "[option][key] difference of cost over what is gained; NaN: nothing is", OPTION, KEY),
    NUMBERS("/study/prices/low", price_low, "EUR per unit of the figure",
            "[option][key] lower end of its bootstrap interval", OPTION, KEY),
    NUMBERS("/study/prices/high", price_high, "EUR per unit of the figure",
            "[option][key] upper end of its bootstrap interval", OPTION, KEY),
    TEXTS("/study/breakeven/option", breakeven_option, "compared with the baseline", BREAKEVEN),
    TEXTS("/study/breakeven/input", breakeven_input, "the key that is searched", BREAKEVEN),
    TEXTS("/study/breakeven/figure", breakeven_figure, "in which both are equal", BREAKEVEN),
    TEXTS("/study/breakeven/unit", breakeven_unit, "of the input", BREAKEVEN),
    TEXTS("/study/breakeven/answer", breakeven_answer,
          "how often the difference changes its sign: once, never, often, along (0 from low to "
          "high), unknown",
          BREAKEVEN),
    NUMBERS("/study/breakeven/from", breakeven_from, "see unit", "of the range", BREAKEVEN),
    NUMBERS("/study/breakeven/to", breakeven_to, "see unit", "of the range", BREAKEVEN),
    NUMBERS("/study/breakeven/value", breakeven_value, "see unit",
            "where both are equal; NaN unless once", BREAKEVEN),
    NUMBERS("/study/breakeven/low", breakeven_low, "see unit",
            "lower end of its bootstrap interval, or of what is equal; -inf: below the range",
            BREAKEVEN),
    NUMBERS("/study/breakeven/high", breakeven_high, "see unit",
            "upper end of its bootstrap interval, or of what is equal; inf: above the range",
            BREAKEVEN),
    NUMBERS("/study/breakeven/at_from", breakeven_at_from, "see unit of the figure",
            "mean difference at the lower end of the range", BREAKEVEN),
    NUMBERS("/study/breakeven/at_to", breakeven_at_to, "see unit of the figure",
            "mean difference at the upper end of the range", BREAKEVEN),
    TEXTS("/study/periods/start", period_start,
          "first day of a month of the window, or of a week of a short one", PERIOD),
    NUMBERS("/study/periods/use", use, "1",
            "[option][period] accelerator time in use over that available, as planned, mean over "
            "replications",
            OPTION, PERIOD),
    NUMBERS("/study/periods/use_half_width", use_half_width, "1",
            "[option][period] half-width of its Student interval", OPTION, PERIOD),
    NUMBERS("/study/periods/waiting", waiting, "1",
            "[option][period] jobs waiting, as planned, mean over replications", OPTION, PERIOD),
    NUMBERS("/study/periods/waiting_half_width", waiting_half_width, "1",
            "[option][period] half-width of its Student interval", OPTION, PERIOD),
    NUMBERS("/study/worlds/mean", world_mean, IN_UNIT, "[key][option][world] mean", KEY, OPTION,
            WORLD),
    NUMBERS("/study/worlds/regret", regret, IN_UNIT,
            "[key][option][world] what the option loses against the best one there", KEY, OPTION,
            WORLD),
    NUMBERS("/study/worlds/robustness", robustness, IN_UNIT,
            "[key][option][rule] maximin, minimax regret, Hurwicz (1/2), satisficing (1), p90 "
            "regret",
            KEY, OPTION, RULE),
};

enum { ROWS = sizeof rows / sizeof *rows };

/* Returns the rank; dims[RANK_MAX], *count = their product. */
static int shape_of(const struct out_study *study, const struct row *row, hsize_t *dims,
                    size_t *count)
{
    int rank = 0;

    *count = 1;
    for (; rank < RANK_MAX && row->size[rank]; rank++) {
        dims[rank] = size_of(study, row->size[rank]);
        *count *= dims[rank];
    }
    return rank;
}

static const void *array_of(const struct out_study *study, const struct row *row)
{
    const void *array;

    memcpy(&array, (const char *)study + row->offset, sizeof array);
    return array;
}

/* ---- digest ---- */

static bool digest_of(const struct out_study *study, char hex[OUT_DIGEST_BYTES])
{
    struct out_digest digest;
    hsize_t dims[RANK_MAX];

    out_digest_begin(&digest);
    out_digest_text(&digest, "name", study->name);
    out_digest_text(&digest, "question", study->question);
    out_digest_text(&digest, "scenario", study->scenario_text);
    out_digest_text(&digest, "cost", study->cost);
    out_digest_integer(&digest, "seed", study->seed);
    out_digest_integer(&digest, "baseline", study->baseline);
    out_digest_integer(&digest, "comparisons", study->comparisons);
    out_digest_integer(&digest, "start", (uint64_t)study->start_days);
    out_digest_integer(&digest, "end", (uint64_t)study->end_days);
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        const void *array = array_of(study, row);
        size_t count;

        (void)shape_of(study, row, dims, &count);
        if (row->is_left_out)
            continue;
        if (row->unit)
            out_digest_bytes(&digest, row->path, array, count * sizeof(double));
        for (size_t k = 0; !row->unit && k < count; k++)
            out_digest_text(&digest, row->path, ((const char *const *)array)[k]);
    }
    return out_digest_end(&digest, hex);
}

/* ---- writing ---- */

static enum sim_status put_row(hid_t file, const struct out_study *study, const struct row *row,
                               struct sim_error *err)
{
    const void *array = array_of(study, row);
    hsize_t dims[RANK_MAX];
    size_t count;
    int rank = shape_of(study, row, dims, &count);

    if (row->unit)
        return out_h5_put_array(file, row->path, H5T_IEEE_F64LE, rank, dims, array, row->unit,
                                row->description, err);
    return out_h5_put_texts(file,
                            &(struct out_h5_texts){.path = row->path,
                                                   .description = row->description,
                                                   .first = array,
                                                   .stride = sizeof(const char *),
                                                   .count = count},
                            err);
}

static enum sim_status put_long_text(hid_t file, const char *path, const char *description,
                                     const char *const *text, struct sim_error *err)
{
    return out_h5_put_texts(file,
                            &(struct out_h5_texts){.path = path,
                                                   .description = description,
                                                   .first = text,
                                                   .stride = sizeof *text,
                                                   .count = 1},
                            err);
}

static enum sim_status put_meta(hid_t file, const struct out_study *study, const char *digest,
                                struct sim_error *err)
{
    char start[16], end[16], seed[24], level[32];
    const struct out_attribute texts[] = {
        {"format", OUT_STUDY_FORMAT},
        {"version", study->version},
        {"name", study->name},
        {"cost", study->cost},
        {"seed", seed},
        {"window_start", start},
        {"window_end", end},
        {"level", level},
        {"digest", digest},
        {"libraries", out_library_versions()},
    };
    const struct {
        const char *name;
        size_t value;
    } numbers[] = {
        {"format_version", OUT_STUDY_FORMAT_VERSION},
        {"replications", study->replication_count},
        {"baseline", study->baseline},
        {"comparisons", study->comparisons},
    };
    enum sim_status status =
        put_long_text(file, "/meta/scenario", "the baseline as resolved, canonical text",
                      &study->scenario_text, err);
    hid_t meta;

    if (!status)
        status =
            put_long_text(file, "/meta/question", "what the study is about", &study->question, err);
    if (!status)
        status = put_long_text(file, "/meta/command", "how the study is made again",
                               &study->command, err);
    if (status)
        return status;
    meta = H5Gopen2(file, "/meta", H5P_DEFAULT);
    if (meta < 0)
        return out_h5_error(err, "open", "/meta");
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)study->seed);
    snprintf(level, sizeof level, "%.17g", study->level);
    sim_date_format(study->start_days, start);
    sim_date_format(study->end_days, end);
    for (size_t i = 0; !status && i < sizeof texts / sizeof *texts; i++)
        status = out_h5_put_text_attribute(meta, texts[i].name, texts[i].value, err);
    for (size_t i = 0; !status && i < sizeof numbers / sizeof *numbers; i++)
        status =
            out_h5_put_integer_attribute(meta, numbers[i].name, (int64_t)numbers[i].value, err);
    if (H5Gclose(meta) < 0 && !status)
        status = out_h5_error(err, "close", "/meta");
    return status;
}

static enum sim_status write_file(const char *path, const struct out_study *study,
                                  const char *digest, struct sim_error *err)
{
    hid_t file;
    enum sim_status status = out_h5_create(path, &file, err);

    if (status)
        return status;
    status = put_meta(file, study, digest, err);
    for (size_t i = 0; !status && i < ROWS; i++)
        status = put_row(file, study, &rows[i], err);
    return out_h5_close(file, path, status, err);
}

/* What lies on the disk gives the same digest, read again. */
static enum sim_status verify(const char *path, const char *digest, struct sim_error *err)
{
    const struct out_study *study;
    enum sim_status status = out_study_open(path, &study, err);

    if (status)
        return status;
    if (strcmp(study->digest, digest) != 0)
        status = sim_fail(err, SIM_EIO, "'%.300s' was written, but reads back differently", path);
    out_study_close(study);
    return status;
}

static enum sim_status write_csv(const struct out_folder *folder, const struct out_study *study,
                                 struct sim_error *err)
{
    char *bytes = NULL;
    size_t byte_count = 0;
    FILE *file = open_memstream(&bytes, &byte_count);
    enum sim_status status = SIM_OK;

    if (!file)
        return sim_fail(err, SIM_ENOMEM, "no memory for study.csv");
    status = out_study_csv(file, study, err);
    if (fclose(file) != 0 && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for study.csv");
    if (!status)
        status = out_replace_file(folder->temporary_fd, "study.csv", bytes, byte_count, err);
    free(bytes);
    return status;
}

static enum sim_status write_and_move(const struct out_folder *folder,
                                      const struct out_study *study, const char *digest,
                                      struct sim_error *err)
{
    static const char *const names[] = {"study.h5", "study.csv"};
    char path[4200];
    enum sim_status status;

    snprintf(path, sizeof path, "%s/%s", folder->temporary, names[0]);
    status = write_file(path, study, digest, err);
    if (!status)
        status = verify(path, digest, err);
    if (!status)
        status = write_csv(folder, study, err);
    for (size_t i = 0; !status && i < sizeof names / sizeof *names; i++)
        status = out_move_file(folder->temporary_fd, names[i], folder->dir_fd, names[i], err);
    return status;
}

enum sim_status out_study_write(const char *dir, const struct out_study *study,
                                char digest[OUT_DIGEST_BYTES], struct sim_error *err)
{
    struct out_folder folder;
    enum sim_status status;

    out_h5_setup();
    if (!digest_of(study, digest))
        return sim_fail(err, SIM_ENOMEM, "no memory for the digest");
    status = out_folder_open(dir, &folder, err);
    if (status)
        return status;
    status = write_and_move(&folder, study, digest, err);
    out_folder_close(&folder);
    return status;
}

/* ---- reading ---- */

struct opened { /* what out_study_open hands out */
    struct out_study study;
    struct sim_arena *arena;
};

static const char *attribute(struct out_h5_reader *reader, hid_t meta, const char *name)
{
    char value[META_BYTES];
    const char *kept = "";

    if (reader->status)
        return kept;
    if (!out_h5_read_attribute(meta, name, value, sizeof value))
        out_h5_fail(reader, name, "is missing in /meta");
    else if (!(kept = sim_arena_strdup(reader->arena, value)))
        (void)out_h5_take(reader, SIZE_MAX, 1); /* says that memory is out */
    return kept ? kept : "";
}

static size_t count_attribute(struct out_h5_reader *reader, hid_t meta, const char *name)
{
    int64_t value = reader->status ? 0 : out_h5_read_integer_attribute(meta, name, -1);

    if (value < 0 || value > OUT_H5_ITEMS_MAX)
        out_h5_fail(reader, name, "is missing in /meta, or no count");
    return value < 0 ? 0 : (size_t)value;
}

static const char *long_text(struct out_h5_reader *reader, const char *path)
{
    const char **text = out_h5_read_texts_of(reader, path, 1);

    return text ? text[0] : "";
}

static void check_format(struct out_h5_reader *reader, hid_t meta)
{
    char format[64];
    int64_t version;

    if (meta < 0 || !out_h5_read_attribute(meta, "format", format, sizeof format) ||
        strcmp(format, OUT_STUDY_FORMAT) != 0) {
        reader->status =
            sim_fail(reader->err, SIM_EIO, "'%.300s' is not a study of aifsim", reader->path);
        return;
    }
    version = out_h5_read_integer_attribute(meta, "format_version", 0);
    if (version != OUT_STUDY_FORMAT_VERSION)
        reader->status =
            sim_fail(reader->err, SIM_EIO, "'%.300s' has format %lld; this program reads format %d",
                     reader->path, (long long)version, OUT_STUDY_FORMAT_VERSION);
}

static void read_meta(struct out_h5_reader *reader, struct out_study *study)
{
    hid_t meta = out_h5_exists(reader->file, "/meta") ? H5Gopen2(reader->file, "/meta", H5P_DEFAULT)
                                                      : H5I_INVALID_HID;

    check_format(reader, meta);
    study->version = attribute(reader, meta, "version");
    study->name = attribute(reader, meta, "name");
    study->cost = attribute(reader, meta, "cost");
    study->digest = attribute(reader, meta, "digest");
    study->seed = strtoull(attribute(reader, meta, "seed"), NULL, 10);
    study->level = strtod(attribute(reader, meta, "level"), NULL);
    if (!reader->status &&
        (sim_date_parse(attribute(reader, meta, "window_start"), &study->start_days, NULL) ||
         sim_date_parse(attribute(reader, meta, "window_end"), &study->end_days, NULL)))
        out_h5_fail(reader, "window_start", "and window_end are no window");
    study->replication_count = count_attribute(reader, meta, "replications");
    study->baseline = count_attribute(reader, meta, "baseline");
    study->comparisons = count_attribute(reader, meta, "comparisons");
    if (meta >= 0)
        H5Gclose(meta);
    study->scenario_text = long_text(reader, "/meta/scenario");
    study->question = long_text(reader, "/meta/question");
    study->command = long_text(reader, "/meta/command");
}

/* As many as the first array of each kind has. */
static void read_sizes(struct out_h5_reader *reader, struct out_study *study)
{
    (void)out_h5_read_texts(reader, "/study/options/name", &study->option_count);
    (void)out_h5_read_texts(reader, "/study/worlds/name", &study->world_count);
    (void)out_h5_read_texts(reader, "/study/figures/name", &study->figure_count);
    (void)out_h5_read_texts(reader, "/study/keys/name", &study->key_count);
    (void)out_h5_read_texts(reader, "/inputs/path", &study->input_count);
    (void)out_h5_read_texts(reader, "/study/changes/option", &study->change_count);
    (void)out_h5_read_texts(reader, "/study/breakeven/option", &study->breakeven_count);
    (void)out_h5_read_texts(reader, "/study/periods/start", &study->period_count);
    if (!reader->status && (study->baseline >= study->option_count || !study->world_count))
        out_h5_fail(reader, "baseline", "is none of the options");
}

static void read_row(struct out_h5_reader *reader, struct out_study *study, const struct row *row)
{
    hsize_t dims[RANK_MAX];
    const void *array;
    size_t count;
    int rank = shape_of(study, row, dims, &count);

    array = row->unit ? out_h5_read_numbers(reader, row->path, H5T_NATIVE_DOUBLE, rank, dims,
                                            sizeof(double))
                      : (const void *)out_h5_read_texts_of(reader, row->path, count);
    memcpy((char *)study + row->offset, &array, sizeof array);
}

static void check_keys(struct out_h5_reader *reader, const struct out_study *study)
{
    for (size_t k = 0; !reader->status && k < study->key_count; k++)
        if (!(study->key_figure[k] >= 0) || study->key_figure[k] >= (double)study->figure_count)
            out_h5_fail(reader, "/study/keys/figure", "names a figure that is not there");
}

static void check_digest(struct out_h5_reader *reader, const struct out_study *study)
{
    char hex[OUT_DIGEST_BYTES];

    if (reader->status)
        return;
    if (!digest_of(study, hex))
        reader->status = sim_fail(reader->err, SIM_ENOMEM, "no memory for the digest");
    else if (strcmp(hex, study->digest) != 0)
        out_h5_fail_digest(reader, hex, study->digest);
}

static void read_study(struct out_h5_reader *reader, struct out_study *study)
{
    read_meta(reader, study);
    read_sizes(reader, study);
    for (size_t i = 0; i < ROWS; i++)
        read_row(reader, study, &rows[i]);
    check_keys(reader, study);
    check_digest(reader, study);
}

enum sim_status out_study_open(const char *path, const struct out_study **out,
                               struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(MEMORY_LIMIT);
    struct opened *opened = arena ? sim_arena_alloc(arena, 1, sizeof *opened) : NULL;
    struct out_h5_reader reader = {.path = path, .arena = arena, .err = err};

    if (!opened) {
        sim_arena_destroy(arena);
        return sim_fail(err, SIM_ENOMEM, "no memory to read '%.300s'", path);
    }
    opened->arena = arena;
    reader.status = out_h5_open(path, "study", &reader.file, err);
    if (!reader.status)
        read_study(&reader, &opened->study);
    if (reader.file >= 0)
        H5Fclose(reader.file);
    if (reader.status) {
        sim_arena_destroy(arena);
        return reader.status;
    }
    *out = &opened->study;
    return SIM_OK;
}

void out_study_close(const struct out_study *study)
{
    if (study)
        sim_arena_destroy(((const struct opened *)study)->arena);
}

bool out_study_is_one(const char *path)
{
    char format[64] = "";
    hid_t file, meta;

    if (out_h5_open(path, "study", &file, NULL))
        return false;
    meta = !out_h5_exists(file, "/meta") ? H5I_INVALID_HID : H5Gopen2(file, "/meta", H5P_DEFAULT);
    if (meta >= 0) {
        (void)out_h5_read_attribute(meta, "format", format, sizeof format);
        H5Gclose(meta);
    }
    H5Fclose(file);
    return strcmp(format, OUT_STUDY_FORMAT) == 0;
}

/* ---- cells ---- */

size_t out_study_nth(const struct out_study *study, size_t i)
{
    return i == 0 ? study->baseline : i <= study->baseline ? i - 1 : i;
}

static size_t figure_of(const struct out_study *study, size_t key)
{
    return (size_t)study->key_figure[key];
}

/* "1" is the unit of shares, of which all are shown in %, and of plain ratios. */
static bool is_share(const struct out_study *study, size_t key)
{
    struct mdl_figure_about about;
    size_t f = figure_of(study, key);

    for (size_t i = 0; mdl_figure_about(i, &about); i++)
        if (!strcmp(about.name, study->figure_name[f]) &&
            !strcmp(about.statistic, study->figure_statistic[f]))
            return about.is_share;
    return false;
}

double out_study_scale(const struct out_study *study, size_t key)
{
    return is_share(study, key) ? 100 : 1;
}

const char *out_study_unit(const struct out_study *study, size_t key)
{
    const char *unit = study->figure_unit[figure_of(study, key)];

    return is_share(study, key) ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
}

const char *out_study_better(const struct out_study *study, size_t key)
{
    return study->figure_better[figure_of(study, key)];
}
