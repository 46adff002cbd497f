/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum sim_status cannot_write(const struct out_whole_file *file, int why,
                                    struct sim_error *err)
{
    return sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", file->name, strerrordesc_np(why));
}

/* A stream forgets why it failed. */
static ssize_t put_bytes(void *context, const char *bytes, size_t byte_count)
{
    struct out_whole_file *file = context;
    ssize_t written;

    do
        written = write(file->fd, bytes, byte_count);
    while (written < 0 && errno == EINTR);
    if (written < 0 && !file->failure)
        file->failure = errno;
    return written < 0 ? 0 : written; /* 0 is how a cookie's stream learns of a failure */
}

static enum sim_status open_temporary(struct out_whole_file *file, struct sim_error *err)
{
    if (strlen(file->name) + sizeof ".XXXXXX" > sizeof file->temporary)
        return cannot_write(file, ENAMETOOLONG, err);
    sprintf(file->temporary, "%s.XXXXXX", file->name);
    file->fd = mkstemp(file->temporary);
    if (file->fd < 0)
        return cannot_write(file, errno, err);
    file->stream = fopencookie(file, "w", (cookie_io_functions_t){.write = put_bytes});
    if (file->stream)
        return SIM_OK;
    close(file->fd);
    unlink(file->temporary);
    return sim_fail(err, SIM_ENOMEM, "no memory to write '%.300s'", file->name);
}

enum sim_status out_whole_file_begin(struct out_whole_file *file, const char *name,
                                     struct sim_error *err)
{
    struct stat at;

    *file = (struct out_whole_file){.name = name, .fd = -1};
    if (stat(name, &at) == 0 && !S_ISREG(at.st_mode))
        return sim_fail(err, SIM_EIO, "'%.300s' is there and is not a regular file", name);
    return open_temporary(file, err);
}

enum sim_status out_whole_file_end(struct out_whole_file *file, enum sim_status status,
                                   struct sim_error *err)
{
    mode_t mask = umask(0);

    umask(mask);
    (void)fclose(file->stream); /* that it failed stands in `failure` */
    if (file->failure && (!status || status == SIM_EIO))
        status = cannot_write(file, file->failure, err);
    if (!status && (fchmod(file->fd, 0666 & ~mask) != 0 || fsync(file->fd) != 0))
        status = cannot_write(file, errno, err);
    if (close(file->fd) != 0 && !status)
        status = cannot_write(file, errno, err);
    if (!status && rename(file->temporary, file->name) != 0)
        status = cannot_write(file, errno, err);
    if (status)
        unlink(file->temporary);
    return status;
}
