/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plots.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/folder.h"
#include "output/plot.h"

static const struct {
    const char *name;
    out_plot_make *make;
} plots[] = {
    {"use-map", out_plot_use_map}, {"use-lines", out_plot_use_lines}, {"queue", out_plot_queue},
    {"waits", out_plot_waits},     {"energy", out_plot_energy},       {"europe", out_plot_europe},
    {"flows", out_plot_flows},     {"links", out_plot_links},         {"storage", out_plot_storage},
    {"fleets", out_plot_fleets},   {"gantt", out_plot_gantt},
};

bool out_plot_exists(const char *name)
{
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
        if (!strcmp(plots[i].name, name))
            return true;
    return false;
}

static enum sim_status draw_one(const struct out_result *result, size_t which,
                                const struct out_plotting *what, size_t *count,
                                struct sim_error *err)
{
    struct out_plot plot = {.result = result,
                            .summary = &result->summary,
                            .name = plots[which].name,
                            .height_cm = OUT_PLOT_HEIGHT_CM};
    bool is_drawn = false;
    enum sim_status status = plots[which].make(&plot, &is_drawn, err);

    if (!status && is_drawn)
        status = out_gnuplot_draw(&plot.script,
                                  &(struct out_picture){.dir = what->dir,
                                                        .name = plot.name,
                                                        .format = what->format,
                                                        .width_cm = OUT_PAGE_WIDTH_CM,
                                                        .height_cm = plot.height_cm,
                                                        .stop = what->stop},
                                  err);
    if (!status && is_drawn) {
        *count += 1;
        if (what->tell)
            what->tell(what->context, plot.name, plot.title, plot.caption, plot.source);
    }
    out_text_release(&plot.script);
    return status;
}

enum sim_status out_plot_result(const struct out_plotting *what, size_t *count,
                                struct sim_error *err)
{
    struct out_result *result;
    struct out_folder folder;
    size_t drawn = 0;
    enum sim_status status = out_result_open(what->result_path, &result, err);

    if (status)
        return status;
    if (what->verify)
        status = out_result_check(result, "", err);
    if (!status)
        status = out_folder_lock(what->dir, &folder, err);
    if (!status) {
        for (size_t i = 0; !status && i < sizeof plots / sizeof *plots; i++)
            status = draw_one(result, i, what, &drawn, err);
        out_folder_close(&folder);
    }
    out_result_close(result);
    if (count)
        *count = drawn;
    return status;
}

/* ---- and away with them ---- */

/* Every script begins with how to run it (output/gnuplot.c). */
static bool is_ours(int dir_fd, const char *name)
{
    char file[80], wanted[80], found[80] = "";
    int fd;

    snprintf(file, sizeof file, "%s.gp", name);
    snprintf(wanted, sizeof wanted, "# gnuplot %s.gp\n", name);
    fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    (void)!read(fd, found, strlen(wanted));
    close(fd);
    return strcmp(found, wanted) == 0;
}

static void remove_plot(int dir_fd, const char *name)
{
    static const enum out_format formats[] = {OUT_FORMAT_SVG, OUT_FORMAT_PNG, OUT_FORMAT_PDF};
    char file[80];

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(file, sizeof file, "%s.%s", name, out_format_name(formats[i]));
        unlinkat(dir_fd, file, 0);
    }
    snprintf(file, sizeof file, "%s.gp", name); /* last: it is the proof */
    unlinkat(dir_fd, file, 0);
}

enum sim_status out_plot_remove(const char *dir, size_t *count, struct sim_error *err)
{
    struct out_folder folder;
    enum sim_status status;

    *count = 0;
    if (access(dir, F_OK) != 0)
        return SIM_OK;
    status = out_folder_lock(dir, &folder, err);
    if (status)
        return status;
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
        if (is_ours(folder.dir_fd, plots[i].name)) {
            remove_plot(folder.dir_fd, plots[i].name);
            *count += 1;
        }
    out_folder_close(&folder);
    rmdir(dir); /* stays when anything else is in it */
    return SIM_OK;
}
