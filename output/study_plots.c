/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study_plots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/folder.h"
#include "output/study_plots_private.h"
#include "output/study_tables.h"
#include "sim/calendar.h"

enum { NAME_LETTERS = OUT_STUDY_NAME_LETTERS, PANELS_MAX = 6, OPTIONS_MAX = 24, WORLDS_MAX = 24 };
static const double row_cm = 0.75;

static const struct {
    const char *colour;
    int point;
} mark[] = {{OUT_BLUE, 7}, {OUT_VERMILLION, 9}, {OUT_GREEN, 5}, {OUT_PURPLE, 11}, {OUT_GREY, 13},
            {OUT_BLUE, 6}, {OUT_VERMILLION, 8}, {OUT_GREEN, 4}, {OUT_PURPLE, 10}};
enum { MARKS = sizeof mark / sizeof *mark };

/* ---- what these figures share ---- */

const char *out_study_plot_colour(size_t place)
{
    return place == 0 ? OUT_BLACK : mark[(place - 1) % MARKS].colour;
}

static int point_of(size_t place)
{
    return place == 0 ? 3 : mark[(place - 1) % MARKS].point;
}

void out_study_plot_words(struct out_study_plot *plot, const char *caption)
{
    char start[16], end[16], name[4 * 60 + 1];

    sim_date_format(plot->study->start_days, start);
    sim_date_format(plot->study->end_days, end);
    snprintf(plot->caption, sizeof plot->caption, "%s", caption);
    snprintf(plot->source, sizeof plot->source, "%s, %s to %s",
             out_shorten(plot->study->name, name, 60), start, end);
}

/* A finding in words, without its full stop. */
static void set_title(struct out_study_plot *plot, const struct out_text *words)
{
    size_t length = words->bytes ? strlen(words->bytes) : 0;

    if (length && words->bytes[length - 1] == '.')
        length--;
    snprintf(plot->title, sizeof plot->title, "%.*s", (int)length,
             words->bytes ? words->bytes : "");
}

static void begin(struct out_study_plot *plot, size_t rows, double top_cm, double bottom_cm)
{
    plot->height_cm = fmin(18.0, top_cm + bottom_cm + row_cm * (double)(rows < 3 ? 3 : rows));
    out_page_frame(&plot->script,
                   &(struct out_page){plot->title, plot->caption, plot->source, plot->height_cm},
                   top_cm, bottom_cm);
}

/* Options from top to bottom on the y axis; the first stands at shown - 1. */
static void add_option_tics(struct out_study_plot *plot, size_t letters)
{
    for (size_t i = 0; i < plot->shown; i++) {
        out_text_add(&plot->script, "set ytics %s(", i ? "add " : "");
        out_page_quote(&plot->script, plot->study->option_title[out_study_nth(plot->study, i)],
                       letters);
        out_text_add(&plot->script, " %zu)\n", plot->shown - 1 - i);
    }
}

static void add_axis_label(struct out_study_plot *plot, const char *axis, size_t key,
                           const char *what)
{
    const char *unit = out_study_unit(plot->study, key);
    char words[300];

    snprintf(words, sizeof words, "%s%s%s%s", what, plot->study->key_name[key], *unit ? ", " : "",
             unit);
    out_text_add(&plot->script, "set %s ", axis);
    out_page_quote(&plot->script, words, 80);
    out_text_add(&plot->script, " textcolor rgb '" OUT_GREY "'\n");
}

static size_t first_judged(const struct out_study *study, size_t after)
{
    for (size_t k = after; k < study->key_count; k++)
        if (study->key_is_judged[k] > 0)
            return k;
    return study->key_count;
}

static double finite_or_zero(double x)
{
    return isfinite(x) ? x : 0;
}

/* ---- differences ---- */

static void add_difference_panel(struct out_study_plot *plot, size_t key, size_t place,
                                 size_t panels)
{
    const struct out_study *study = plot->study;
    double scale = out_study_scale(study, key), matters = scale * study->key_matters[key];
    double left = 0.2 + 0.78 * (double)place / (double)panels;
    struct out_text *script = &plot->script;
    struct out_span span = {0, 0};

    out_text_add(script, "$panel%zu << EOD\n", place);
    for (size_t i = 1; i < plot->shown; i++) {
        size_t at = out_study_at(study, out_study_nth(study, i), key);
        double difference = scale * study->difference[at];
        double half = scale * finite_or_zero(study->difference_half_width[at]);

        if (isfinite(difference))
            out_text_add(script, "%.9g %zu %.9g\n", difference, plot->shown - 1 - i, half);
        out_span_add(&span, difference - half);
        out_span_add(&span, difference + half);
    }
    if (span.low == span.high && matters > 0)
        span = (struct out_span){-matters, matters};
    out_text_add(script, "NaN NaN NaN\nEOD\n");
    out_page_axis(script, 'x', span, panels > 3 ? 2 : 4);
    out_text_add(script, "set lmargin at screen %g\nset rmargin at screen %g\n", left,
                 left + 0.78 / (double)panels - 0.035);
    if (place == 0)
        add_option_tics(plot, NAME_LETTERS);
    else
        out_text_add(script, "unset label\nunset ytics\n");
    add_axis_label(plot, "xlabel", key, "");
    if (matters > 0)
        out_text_add(script,
                     "set object 1 rectangle from %.9g, graph 0 to %.9g, graph 1 behind fillcolor "
                     "rgb '#e8e8e8' fillstyle solid noborder\n",
                     -matters, matters);
    else
        out_text_add(script, "unset object 1\n");
    out_text_add(script,
                 "set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb '#000000' "
                 "linewidth 1\nplot $panel%zu using 1:2:3 with xerrorbars "
                 "linecolor rgb '" OUT_BLUE "' linewidth 1.6 pointtype 7 pointsize 0.8, "
                 "'+' using (0):(0) with points pointtype -1\n",
                 place);
}

static void set_difference_title(struct out_study_plot *plot, size_t key)
{
    struct out_text words = {0};

    out_text_add(&words, "%s: ", plot->study->key_name[key]);
    out_study_best(&words, plot->study, key);
    set_title(plot, &words);
    out_text_release(&words);
}

static bool plot_differences(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t panels = study->key_count < PANELS_MAX ? study->key_count : PANELS_MAX;
    char caption[400];
    size_t first = first_judged(study, 0);

    if (plot->shown < 2 || panels == 0 || study->replication_count < 2)
        return false;
    set_difference_title(plot, first < study->key_count ? first : 0);
    snprintf(
        caption, sizeof caption,
        "Difference to %.60s, paired over %zu replications; bars: %.0f %% interval adjusted by "
        "Holm's rule over %zu comparisons; grey: too small to count.",
        study->option_title[study->baseline], study->replication_count, 100 * study->level,
        study->comparisons);
    out_study_plot_words(plot, caption);
    begin(plot, plot->shown, 1.5, 2.9);
    out_page_grid(&plot->script, "x");
    out_text_add(&plot->script, "set yrange [-0.6:%g]\nset ytics scale 0\nset multiplot\n",
                 (double)plot->shown - 1.4);
    for (size_t k = 0; k < panels; k++)
        add_difference_panel(plot, k, k, panels);
    out_text_add(&plot->script, "unset multiplot\n");
    return true;
}

/* ---- worlds ---- */

/* One series of marks an option: y is the world. */
static struct out_span add_world_blocks(struct out_study_plot *plot, const double *table,
                                        size_t key, size_t worlds)
{
    double scale = out_study_scale(plot->study, key);
    struct out_span span = OUT_SPAN_EMPTY;

    for (size_t i = 0; i < plot->shown; i++) {
        size_t option = out_study_nth(plot->study, i);

        out_text_add(&plot->script, "$option%zu << EOD\n", i);
        for (size_t w = 0; w < worlds; w++) {
            double value = table[out_study_in_world(plot->study, key, option, w)];

            if (isfinite(value))
                out_text_add(&plot->script, "%.9g %zu\n", scale * value, worlds - 1 - w);
            out_span_add(&span, scale * value);
        }
        out_text_add(&plot->script, "NaN NaN\nEOD\n");
    }
    return span;
}

static void add_option_plots(struct out_study_plot *plot)
{
    out_text_add(&plot->script, "plot ");
    for (size_t i = 0; i < plot->shown; i++) {
        out_text_add(&plot->script,
                     "%s$option%zu using 1:2 with points linecolor rgb '%s' pointtype %d pointsize "
                     "1.1 linewidth 1.4 title ",
                     i ? ", " : "", i, out_study_plot_colour(i), point_of(i));
        out_page_quote(&plot->script, plot->study->option_title[out_study_nth(plot->study, i)],
                       NAME_LETTERS);
    }
    out_text_add(&plot->script, "\n");
}

/* In how many worlds nobody is better than the option. */
static size_t worlds_won(const struct out_study *study, size_t key, size_t option)
{
    size_t won = 0;

    for (size_t w = 0; w < study->world_count; w++)
        won += study->regret[out_study_in_world(study, key, option, w)] == 0;
    return won;
}

static void set_worlds_title(struct out_study_plot *plot, size_t key)
{
    const struct out_study *study = plot->study;
    size_t best = 0, least = study->world_count;
    char name[4 * 40 + 1];

    for (size_t o = 0; o < study->option_count; o++) {
        size_t won = worlds_won(study, key, o);

        best = won > worlds_won(study, key, best) ? o : best;
        least = won < least ? won : least;
    }
    if (least == study->world_count && study->option_count > 1)
        snprintf(plot->title, sizeof plot->title, "%s: all options are equal in every world",
                 study->key_name[key]);
    else
        snprintf(plot->title, sizeof plot->title, "%s: %s is best in %zu of %zu worlds",
                 study->key_name[key], out_shorten(study->option_title[best], name, 40),
                 worlds_won(study, key, best), study->world_count);
}

static bool plot_worlds(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t key = first_judged(study, 0);
    size_t worlds = study->world_count < WORLDS_MAX ? study->world_count : WORLDS_MAX;

    if (study->world_count < 2 || key == study->key_count)
        return false;
    set_worlds_title(plot, key);
    out_study_plot_words(
        plot, worlds < study->world_count
                  ? "Mean over replications in each world, the first 24 of them; no interval: "
                    "worlds are not repeated draws of one thing."
                  : "Mean over replications in each world (as planned, futures, draws of "
                    "uncertain inputs).");
    begin(plot, worlds + 1, 2.0, 2.9);
    out_page_axis(&plot->script, 'x', add_world_blocks(plot, study->world_mean, key, worlds), 8);
    for (size_t w = 0; w < worlds; w++) {
        out_text_add(&plot->script, "set ytics %s(", w ? "add " : "");
        out_page_quote(&plot->script, study->world_name[w], NAME_LETTERS);
        out_text_add(&plot->script, " %zu)\n", worlds - 1 - w);
    }
    out_page_grid(&plot->script, "x y");
    add_axis_label(plot, "xlabel", key, "");
    out_text_add(&plot->script,
                 "set lmargin at screen 0.2\nset rmargin at screen 0.97\nset yrange [-0.6:%g]\n"
                 "set ytics scale 0\nset key at screen 0.97,%g right top horizontal samplen 1\n",
                 (double)worlds - 0.4, 1 - 1.0 / plot->height_cm);
    add_option_plots(plot);
    return true;
}

/* ---- trade-off ---- */

static size_t nth_traded(const struct out_study *study, size_t n)
{
    for (size_t k = 0; k < study->key_count; k++)
        if (study->key_is_traded_off[k] > 0 && n-- == 0)
            return k;
    return study->key_count;
}

static size_t count_front(const struct out_study *study)
{
    size_t count = 0;

    for (size_t o = 0; o < study->option_count; o++)
        count += study->is_front[o] > 0;
    return count;
}

/* Mean and ends; what cannot be negative is not drawn so. */
static void add_interval(struct out_study_plot *plot, size_t key, size_t at, struct out_span *span)
{
    const struct out_study *study = plot->study;
    double scale = out_study_scale(study, key), mean = study->mean[at];
    double half = finite_or_zero(study->half_width[at]);
    double low = mean >= 0 ? fmax(0, mean - half) : mean - half;

    out_text_add(&plot->script, "%.9g %.9g %.9g ", scale * mean, scale * low,
                 scale * (mean + half));
    out_span_add(span, scale * low);
    out_span_add(span, scale * (mean + half));
}

/* A point an option, with both intervals, and the axes around them. */
static void add_trade_off_blocks(struct out_study_plot *plot, size_t x, size_t y)
{
    const struct out_study *study = plot->study;
    struct out_span span_x = OUT_SPAN_EMPTY, span_y = OUT_SPAN_EMPTY;

    for (size_t i = 0; i < plot->shown; i++) {
        size_t o = out_study_nth(study, i), ax = out_study_at(study, o, x),
               ay = out_study_at(study, o, y);

        out_text_add(&plot->script, "$option%zu << EOD\n", i);
        if (isfinite(study->mean[ax]) && isfinite(study->mean[ay])) {
            add_interval(plot, x, ax, &span_x);
            add_interval(plot, y, ay, &span_y);
        }
        out_text_add(&plot->script, "\nNaN NaN NaN NaN NaN NaN\nEOD\n");
    }
    out_page_axis(&plot->script, 'x', span_x, 8);
    out_page_axis(&plot->script, 'y', span_y, 8);
}

static bool plot_trade_off(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t x = nth_traded(study, 0), y = nth_traded(study, 1);
    char caption[400];

    if (y >= study->key_count || study->option_count < 2)
        return false;
    snprintf(plot->title, sizeof plot->title, "%zu of %zu options %s not beaten in every figure",
             count_front(study), study->option_count, count_front(study) == 1 ? "is" : "are");
    snprintf(caption, sizeof caption,
             "Means as planned with %.0f %% intervals over %zu replications; %s to the left, %s "
             "is better.",
             100 * study->level, study->replication_count,
             strcmp(out_study_better(study, x), "low") == 0 ? "better is" : "worse is",
             strcmp(out_study_better(study, y), "low") == 0 ? "lower" : "higher");
    out_study_plot_words(plot, caption);
    begin(plot, 14, 2.0, 2.9);
    add_trade_off_blocks(plot, x, y);
    out_page_grid(&plot->script, "x y");
    add_axis_label(plot, "xlabel", x, "");
    add_axis_label(plot, "ylabel", y, "");
    out_text_add(
        &plot->script,
        "set lmargin at screen 0.13\nset rmargin at screen 0.97\nset key at screen 0.97,%g "
        "right top horizontal samplen 1\n"
        "plot ",
        1 - 1.0 / plot->height_cm);
    for (size_t i = 0; i < plot->shown; i++) {
        out_text_add(
            &plot->script,
            "%s$option%zu using 1:4:2:3:5:6 with xyerrorbars linecolor rgb '%s' pointtype %d "
            "pointsize 1.2 linewidth 1.4 title ",
            i ? ", " : "", i, out_study_plot_colour(i), point_of(i));
        out_page_quote(&plot->script, study->option_title[out_study_nth(study, i)], NAME_LETTERS);
    }
    out_text_add(&plot->script, "\n");
    return true;
}

/* ---- regret ---- */

static bool plot_regret(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t key = first_judged(study, 0), chosen;
    struct out_span span = {0, 0};
    char name[4 * 40 + 1];

    if (study->world_count < 2 || study->option_count < 2 || key == study->key_count)
        return false;
    chosen = out_study_choice(study, key, 1);
    if (chosen == study->option_count)
        return false;
    if (out_study_is_tied(study, key, 1))
        snprintf(plot->title, sizeof plot->title,
                 "%s: the worst regret is the same for all options", study->key_name[key]);
    else
        snprintf(plot->title, sizeof plot->title, "%s: %s has the smallest worst regret",
                 study->key_name[key], out_shorten(study->option_title[chosen], name, 40));
    out_study_plot_words(
        plot, "What an option loses against the best option of the same world; a mark for "
              "each world, no interval.");
    begin(plot, plot->shown + 1, 1.5, 2.9);
    out_text_add(&plot->script, "$regret << EOD\n");
    for (size_t i = 0; i < plot->shown; i++)
        for (size_t w = 0; w < study->world_count; w++) {
            double regret =
                out_study_scale(study, key) *
                study->regret[out_study_in_world(study, key, out_study_nth(study, i), w)];

            if (isfinite(regret))
                out_text_add(&plot->script, "%.9g %zu\n", regret, plot->shown - 1 - i);
            out_span_add(&span, regret);
        }
    if (span.high == 0)
        span.high = 1;
    out_text_add(&plot->script, "NaN NaN\nEOD\n");
    out_page_axis(&plot->script, 'x', span, 8);
    add_option_tics(plot, NAME_LETTERS);
    out_page_grid(&plot->script, "x");
    add_axis_label(plot, "xlabel", key, "regret: ");
    out_text_add(&plot->script,
                 "set lmargin at screen 0.2\nset rmargin at screen 0.97\nset yrange [-0.6:%g]\nset "
                 "ytics scale 0\nplot "
                 "$regret using 1:2 with points linecolor rgb '" OUT_BLUE
                 "' pointtype 6 pointsize 1.1 linewidth 1.4\n",
                 (double)plot->shown - 0.4);
    return true;
}

/* ---- spread ---- */

static const double *values_of(const struct out_study *study, size_t option, size_t key)
{
    return study->value +
           option * study->world_count * study->replication_count * study->figure_count +
           (size_t)study->key_figure[key];
}

/* Replications in which the option has the smaller (or larger) value than the baseline. */
static size_t count_better(const struct out_study *study, size_t option, size_t key)
{
    const double *own = values_of(study, option, key),
                 *base = values_of(study, study->baseline, key);
    bool is_low = strcmp(out_study_better(study, key), "low") == 0;
    size_t count = 0;

    for (size_t r = 0; r < study->replication_count; r++) {
        double difference = own[r * study->figure_count] - base[r * study->figure_count];

        count += is_low ? difference < 0 : difference > 0;
    }
    return count;
}

/* "better" or "leans better", the verdict on the option against the baseline. */
static bool is_told_better(const struct out_study *study, size_t option, size_t key)
{
    const char *verdict = study->verdict[out_study_at(study, option, key)];

    return strcmp(verdict, "better") == 0 || strcmp(verdict, "leans better") == 0;
}

/* Of the options that the verdict calls better, the one that is most often; option_count: none. */
static size_t most_often_better(const struct out_study *study, size_t key)
{
    size_t option = study->option_count;

    for (size_t i = 1; i < study->option_count; i++) {
        size_t o = out_study_nth(study, i);

        if (is_told_better(study, o, key) &&
            (option == study->option_count ||
             count_better(study, o, key) > count_better(study, option, key)))
            option = o;
    }
    return option;
}

static void set_spread_title(struct out_study_plot *plot, size_t key)
{
    const struct out_study *study = plot->study;
    char name[4 * 32 + 1], base[4 * 32 + 1];
    size_t option = most_often_better(study, key);

    out_shorten(study->option_title[study->baseline], base, 32);
    if (study->option_count < 2 || !(study->key_is_judged[key] > 0))
        snprintf(plot->title, sizeof plot->title, "%s: %zu replications", study->key_name[key],
                 study->replication_count);
    else if (option == study->option_count)
        snprintf(plot->title, sizeof plot->title, "%s: no option is shown to be better than %s",
                 study->key_name[key], base);
    else
        snprintf(plot->title, sizeof plot->title,
                 "%s: %s %s than %s, with this sign in %zu of %zu replications",
                 study->key_name[key], out_shorten(study->option_title[option], name, 32),
                 strcmp(study->verdict[out_study_at(study, option, key)], "better") == 0
                     ? "is better"
                     : "leans better",
                 base, count_better(study, option, key), study->replication_count);
}

static bool plot_spread(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t key = first_judged(study, 0);
    struct out_span span = OUT_SPAN_EMPTY;

    if (study->key_count == 0)
        return false;
    key = key == study->key_count ? 0 : key;
    set_spread_title(plot, key);
    out_study_plot_words(
        plot, "As planned: a small mark for each replication, the large one their mean.");
    begin(plot, plot->shown + 1, 1.5, 2.9);
    out_text_add(&plot->script, "$runs << EOD\n");
    for (size_t i = 0; i < plot->shown; i++) {
        const double *value = values_of(study, out_study_nth(study, i), key);

        for (size_t r = 0; r < study->replication_count; r++) {
            double x = out_study_scale(study, key) * value[r * study->figure_count];

            if (isfinite(x))
                out_text_add(&plot->script, "%.9g %g\n", x, (double)(plot->shown - 1 - i) - 0.18);
            out_span_add(&span, x);
        }
    }
    out_text_add(&plot->script, "NaN NaN\nEOD\n$mean << EOD\n");
    for (size_t i = 0; i < plot->shown; i++) {
        double mean = study->mean[out_study_at(study, out_study_nth(study, i), key)];

        if (isfinite(mean))
            out_text_add(&plot->script, "%.9g %g\n", out_study_scale(study, key) * mean,
                         (double)(plot->shown - 1 - i) + 0.12);
    }
    out_text_add(&plot->script, "NaN NaN\nEOD\n");
    out_page_axis(&plot->script, 'x', span, 8);
    add_option_tics(plot, NAME_LETTERS);
    out_page_grid(&plot->script, "x");
    add_axis_label(plot, "xlabel", key, "");
    out_text_add(&plot->script,
                 "set lmargin at screen 0.2\nset rmargin at screen 0.97\nset yrange [-0.6:%g]\nset "
                 "ytics scale 0\nplot $runs using 1:2 "
                 "with points linecolor rgb '" OUT_GREY
                 "' pointtype 1 pointsize 0.8, $mean using 1:2 with points linecolor rgb '" OUT_BLUE
                 "' pointtype 9 pointsize 1.4\n",
                 (double)plot->shown - 0.4);
    return true;
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    bool (*make)(struct out_study_plot *plot); /* false: nothing to draw */
} plots[] = {
    {"differences", plot_differences}, {"worlds", plot_worlds},
    {"trade-off", plot_trade_off},     {"regret", plot_regret},
    {"spread", plot_spread},           {"over-time", out_study_plot_over_time},
};

static enum sim_status draw_one(const struct out_study *study, size_t which,
                                const struct out_plotting *what, size_t *count,
                                struct sim_error *err)
{
    struct out_study_plot plot = {.study = study,
                                  .shown = study->option_count < OPTIONS_MAX ? study->option_count
                                                                             : OPTIONS_MAX};
    enum sim_status status = SIM_OK;

    if (plots[which].make(&plot)) {
        status = out_gnuplot_draw(&plot.script,
                                  &(struct out_picture){.dir = what->dir,
                                                        .name = plots[which].name,
                                                        .format = what->format,
                                                        .width_cm = OUT_PAGE_WIDTH_CM,
                                                        .height_cm = plot.height_cm,
                                                        .stop = what->stop},
                                  err);
        *count += !status;
        if (!status && what->tell)
            what->tell(what->context, plots[which].name, plot.title, plot.caption, plot.source);
    }
    out_text_release(&plot.script);
    return status;
}

enum sim_status out_plot_study(const struct out_plotting *what, size_t *count,
                               struct sim_error *err)
{
    const struct out_study *study;
    struct out_folder folder;
    enum sim_status status = out_study_open(what->result_path, &study, err);

    *count = 0;
    if (status)
        return status;
    status = out_folder_lock(what->dir, &folder, err);
    if (!status) {
        for (size_t i = 0; !status && i < sizeof plots / sizeof *plots; i++)
            status = draw_one(study, i, what, count, err);
        out_folder_close(&folder);
    }
    out_study_close(study);
    return status;
}
