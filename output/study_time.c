/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "output/plot.h"
#include "output/study_plots_private.h"
#include "output/tables.h"
#include "sim/calendar.h"

enum { LINES_MAX = 5, PANELS = 2, PERIODS_MIN = 3 }; /* a line of two points shows no course */

static const char *const dash[LINES_MAX] = {"1", "(12,4)", "(5,5)", "(12,3,3,3)", "(2,6)"};

struct panel {
    const char *label;
    const double *mean, *half_width; /* [option][period] */
    double scale;
};

static struct panel panel_of(const struct out_study *study, size_t which)
{
    return which == 0 ? (struct panel){"jobs waiting", study->waiting, study->waiting_half_width, 1}
                      : (struct panel){"share in use, %", study->use, study->use_half_width, 100};
}

static int64_t start_of(const struct out_study *study, size_t period)
{
    int64_t days = study->end_days;

    if (period < study->period_count &&
        sim_date_parse(study->period_start[period], &days, NULL) != SIM_OK)
        return study->start_days;
    return days;
}

static bool is_weekly(const struct out_study *study)
{
    return start_of(study, 1) - start_of(study, 0) <= 7;
}

/* Lines go through the middle of a period. */
static double middle_of(const struct out_study *study, size_t period)
{
    return 0.5 * (double)(start_of(study, period) + start_of(study, period + 1)) -
           (double)study->start_days;
}

static size_t lines_of(const struct out_study_plot *plot)
{
    return plot->shown < LINES_MAX ? plot->shown : LINES_MAX;
}

/* The option and the period in which the queue differs most from the baseline's. */
static void set_title(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    size_t periods = study->period_count, option = study->baseline, period = 0;
    double most = 0;
    char name[4 * 30 + 1], base[4 * 30 + 1], one[OUT_NUMBER_BYTES], other[OUT_NUMBER_BYTES];

    for (size_t i = 1; i < lines_of(plot); i++)
        for (size_t p = 0; p < periods; p++) {
            size_t o = out_study_nth(study, i);
            double apart = fabs(study->waiting[o * periods + p] -
                                study->waiting[study->baseline * periods + p]);

            if (!(apart > most))
                continue;
            most = apart;
            option = o;
            period = p;
        }
    out_shorten(study->option_title[option], name, 30);
    out_shorten(study->option_title[study->baseline], base, 30);
    if (option == study->baseline)
        snprintf(plot->title, sizeof plot->title, "No option changes how many jobs wait");
    else
        snprintf(plot->title, sizeof plot->title,
                 "Furthest apart in the %s from %.10s: %s jobs wait with %s, %s with %s",
                 is_weekly(study) ? "week" : "month", study->period_start[period],
                 out_format_number(study->waiting[option * periods + period], NAN, one), name,
                 out_format_number(study->waiting[study->baseline * periods + period], NAN, other),
                 base);
}

static void set_caption(struct out_study_plot *plot)
{
    const struct out_study *study = plot->study;
    char which[60] = "", band[120] = "", caption[400];

    if (lines_of(plot) < study->option_count)
        snprintf(which, sizeof which, " of the first %d options", LINES_MAX);
    if (study->replication_count > 1)
        snprintf(band, sizeof band,
                 "; bands: %.0f %% intervals over %zu replications, each mean alone",
                 100 * study->level, study->replication_count);
    snprintf(caption, sizeof caption, "%s means%s as planned%s.",
             is_weekly(study) ? "Weekly" : "Monthly", which, band);
    out_study_plot_words(plot, caption);
}

/* $p0l1: middle, mean, lower, upper end of the band. */
static struct out_span add_blocks(struct out_study_plot *plot, size_t which)
{
    const struct out_study *study = plot->study;
    struct panel panel = panel_of(study, which);
    struct out_span span = {0, 0};

    for (size_t i = 0; i < lines_of(plot); i++) {
        out_text_add(&plot->script, "$p%zul%zu << EOD\n", which, i);
        for (size_t p = 0; p < study->period_count; p++) {
            size_t at = out_study_nth(study, i) * study->period_count + p;
            double mean = panel.scale * panel.mean[at], half = panel.scale * panel.half_width[at];

            if (!isfinite(mean))
                continue;
            half = isfinite(half) ? half : 0;
            out_text_add(&plot->script, "%.9g %.9g %.9g %.9g\n", middle_of(study, p), mean,
                         fmax(0, mean - half), mean + half);
            out_span_add(&span, mean + half);
        }
        out_text_add(&plot->script, "NaN NaN NaN NaN\nEOD\n");
    }
    if (span.high == 0)
        span.high = 1;
    return span;
}

static void add_panel(struct out_study_plot *plot, size_t which)
{
    const struct out_study *study = plot->study;
    struct out_text *script = &plot->script;
    double days = (double)(study->end_days - study->start_days), room = plot->height_cm - 5.4;
    double bottom = 2.9 + (which == 0 ? room / PANELS + 0.5 : 0);
    struct out_span span = add_blocks(plot, which);

    out_page_axis(script, 'y', span, 4);
    out_text_add(script,
                 "set bmargin at screen %g\nset tmargin at screen %g\nset ylabel '%s' textcolor "
                 "rgb '" OUT_GREY "'\nset xrange [0:%g]\n",
                 bottom / plot->height_cm, (bottom + room / PANELS) / plot->height_cm,
                 panel_of(study, which).label, days);
    if (which == 0) {
        out_text_add(script,
                     "unset xtics\nset key at screen 0.97,%g right top horizontal samplen 3\n",
                     1 - 1.0 / plot->height_cm);
    } else {
        out_text_add(script, "unset label\nset key off\n");
        out_plot_date_tics(script, study->start_days, days, days, 13);
    }
    out_text_add(script, "plot ");
    for (size_t i = 0; i < lines_of(plot); i++)
        out_text_add(script,
                     "%s$p%zul%zu using 1:3:4 with filledcurves linecolor rgb '%s' fillstyle "
                     "transparent solid 0.12 noborder notitle",
                     i ? ", " : "", which, i, out_study_plot_colour(i));
    for (size_t i = 0; i < lines_of(plot); i++) {
        out_text_add(script,
                     ", $p%zul%zu using 1:2 with linespoints linecolor rgb '%s' dashtype %s "
                     "linewidth 1.8 pointtype 7 pointsize 0.35 title ",
                     which, i, out_study_plot_colour(i), dash[i]);
        out_page_quote(script, study->option_title[out_study_nth(study, i)],
                       OUT_STUDY_NAME_LETTERS);
    }
    out_text_add(script, "\n");
}

bool out_study_plot_over_time(struct out_study_plot *plot)
{
    if (plot->study->period_count < PERIODS_MIN)
        return false;
    set_title(plot);
    set_caption(plot);
    plot->height_cm = 14;
    out_page_frame(&plot->script,
                   &(struct out_page){plot->title, plot->caption, plot->source, plot->height_cm},
                   2.0, 2.9);
    out_page_grid(&plot->script, "x y");
    out_text_add(&plot->script,
                 "set lmargin at screen 0.09\nset rmargin at screen 0.97\nset multiplot\n");
    for (size_t which = 0; which < PANELS; which++)
        add_panel(plot, which);
    out_text_add(&plot->script, "unset multiplot\n");
    return true;
}
