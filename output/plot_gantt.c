/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>

#include "output/gantt.h"

static double longest_end_s(const struct out_gantt *gantt)
{
    double last = 0;

    for (size_t i = 0; i < gantt->bar_count; i++)
        last = fmax(last, gantt->bar[i].end_s);
    return last;
}

static const char *unit_of_gantt(const struct out_gantt *gantt)
{
    return !gantt->has_gpus    ? "nodes"
           : gantt->slices > 1 ? "slices of accelerators"
                               : "accelerators";
}

static void draw_gantt(struct out_plot *plot, const struct out_gantt *gantt)
{
    const char *units = unit_of_gantt(gantt);
    double span_s = longest_end_s(gantt) - gantt->bar[0].start_s;
    const char *unit = span_s < 7200 ? "s" : span_s < 6 * 86400 ? "h" : "d";
    double unit_s = *unit == 's' ? 1 : *unit == 'h' ? 3600 : 86400;
    char what[240];

    snprintf(plot->title, sizeof plot->title, "%s%zu jobs on up to %u %s",
             gantt->job_count < gantt->started ? "The first " : "", gantt->job_count, gantt->units,
             units);
    snprintf(what, sizeof what,
             "Each job takes the lowest %s free at its start, in order of start; which ones it "
             "really had is not recorded.",
             units);
    out_plot_caption(plot, what);
    out_plot_frame(plot, 1.2, 2.6);
    out_text_add(&plot->script,
                 "set lmargin at screen 0.07\nset rmargin at screen 0.975\n"
                 "set xlabel 'time from the start, %s'\nset ylabel '%s'\n",
                 unit, units);
    out_gantt_draw(gantt, unit_s, &plot->script);
}

enum sim_status out_plot_gantt(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_gantt gantt;
    enum sim_status status = out_gantt_read(plot->result, &gantt, err);

    *is_drawn = !status && gantt.bar_count > 0;
    if (*is_drawn)
        draw_gantt(plot, &gantt);
    out_gantt_release(&gantt);
    return status;
}
