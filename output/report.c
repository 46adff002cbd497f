/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/files.h"
#include "output/report_private.h"
#include "output/study.h"

static enum sim_status write_page(struct out_report *report, const char *name,
                                  struct sim_error *err)
{
    int dir_fd;
    enum sim_status status;

    if (report->html.is_out_of_memory || report->words.is_out_of_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for a report");
    status = out_open_dir(report->near, &dir_fd, err);
    if (status)
        return status;
    status = out_replace_file(dir_fd, name, report->html.bytes, report->html.length, err);
    close(dir_fd);
    return status;
}

enum sim_status out_report(const char *path, const char *file, const atomic_int *stop,
                           size_t *byte_count, struct sim_error *err)
{
    const char *slash = strrchr(file, '/');
    char *near = slash ? strndup(file, slash == file ? 1 : (size_t)(slash - file)) : strdup(".");
    struct out_report report = {.path = path, .near = near, .stop = stop};
    enum sim_status status;

    if (!near)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    else if (out_study_is_one(path))
        status = out_report_study_chapters(&report, err);
    else
        status = out_report_result_chapters(&report, err);
    if (!status)
        status = write_page(&report, slash ? slash + 1 : file, err);
    if (byte_count)
        *byte_count = report.html.length;
    out_text_release(&report.html);
    out_text_release(&report.words);
    free(near);
    return status;
}
