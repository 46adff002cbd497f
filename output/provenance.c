/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "output/files.h"
#include "output/text.h"

/* A line of the log: foreign words without line breaks. */
static void add_line(struct out_text *text, const char *key, const char *value)
{
    size_t length = strlen(value);
    char *clean = malloc(4 * length + 1);

    if (!clean) {
        text->is_out_of_memory = true;
        return;
    }
    out_clean(value, clean, length);
    out_text_add(text, "  %-13s %s\n", key, clean);
    free(clean);
}

static void describe(struct out_text *text, const struct out_circumstances *what)
{
    time_t now = time(NULL);
    struct tm utc;
    struct utsname host = {.nodename = "?"};
    struct rusage usage = {0};
    char stamp[32] = "?";

    if (gmtime_r(&now, &utc))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    uname(&host);
    getrusage(RUSAGE_SELF, &usage);
    out_text_add(text, "%s\n", stamp);
    add_line(text, "command", what->command ? what->command : "");
    add_line(text, "version", what->version ? what->version : "");
    add_line(text, "libraries", out_library_versions());
    add_line(text, "compiler", __VERSION__);
    add_line(text, "host", host.nodename);
    add_line(text, "system", host.sysname);
    add_line(text, "release", host.release);
    add_line(text, "processor", host.machine);
    out_text_add(text, "  %-13s %zu\n", "replications", what->replication_count);
    out_text_add(text, "  %-13s %zu\n", "threads", what->thread_count);
    out_text_add(text, "  %-13s %.3f\n", "wall_s", what->wall_s);
    out_text_add(text, "  %-13s %.3f\n", "cpu_s", what->cpu_s);
    out_text_add(text, "  %-13s %ld\n", "peak_kb", usage.ru_maxrss);
    add_line(text, "outcome", what->outcome ? what->outcome : "");
    if (what->digest)
        add_line(text, "digest", what->digest);
}

enum sim_status out_run_log(const char *dir, const struct out_circumstances *what,
                            struct sim_error *err)
{
    struct out_text text = {0};
    enum sim_status status;
    char path[4400];
    int dir_fd, fd;

    describe(&text, what);
    if (text.is_out_of_memory) {
        out_text_release(&text);
        return sim_fail(err, SIM_ENOMEM, "no memory for run.log");
    }
    status = out_open_dir(dir, &dir_fd, err);
    if (status) {
        out_text_release(&text);
        return status;
    }
    out_path_of(dir_fd, "run.log", path, sizeof path);
    fd = openat(dir_fd, "run.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", path, strerrordesc_np(errno));
    else
        status = out_write_all(fd, text.bytes, text.length, path, err);
    if (fd >= 0 && close(fd) != 0 && !status)
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s'", path);
    close(dir_fd);
    out_text_release(&text);
    return status;
}
