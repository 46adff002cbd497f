/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4400 };

/* strerror, which is not safe beside other threads, by the name that is. */
static enum sim_status io_error(struct sim_error *err, const char *verb, const char *what)
{
    const char *words = strerrordesc_np(errno);

    return sim_fail(err, SIM_EIO, "cannot %s '%.300s': %s", verb, what, words ? words : "?");
}

/* Linux alone has these names; elsewhere the name itself must do. */
void out_path_of(int dir_fd, const char *name, char *path, size_t bytes)
{
    char link[40], dir[4096];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", dir_fd);
    length = readlink(link, dir, sizeof dir);
    if (length > 0 && (size_t)length < sizeof dir)
        snprintf(path, bytes, "%.*s/%s", (int)length, dir, name);
    else
        snprintf(path, bytes, "%s", name);
}

enum sim_status out_write_all(int fd, const void *bytes, size_t byte_count, const char *what,
                              struct sim_error *err)
{
    const char *next = bytes;

    while (byte_count > 0) {
        ssize_t written = write(fd, next, byte_count);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return io_error(err, "write", what);
        next += written;
        byte_count -= (size_t)written;
    }
    return SIM_OK;
}

enum sim_status out_read_all(int fd, uint64_t offset, void *bytes, size_t byte_count,
                             const char *what, struct sim_error *err)
{
    char *next = bytes;

    while (byte_count > 0) {
        ssize_t got = pread(fd, next, byte_count, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return sim_fail(err, SIM_EIO, "'%.300s' ends too early", what);
        if (got < 0)
            return io_error(err, "read", what);
        next += got;
        offset += (uint64_t)got;
        byte_count -= (size_t)got;
    }
    return SIM_OK;
}

enum sim_status out_make_dir(const char *dir, struct sim_error *err)
{
    struct stat is;

    if (mkdir(dir, 0777) == 0)
        return SIM_OK;
    if (errno != EEXIST)
        return io_error(err, "make the folder", dir);
    if (stat(dir, &is) != 0 || !S_ISDIR(is.st_mode))
        return sim_fail(err, SIM_EIO, "'%.300s' is there and is not a folder", dir);
    return SIM_OK;
}

enum sim_status out_open_dir(const char *dir, int *fd, struct sim_error *err)
{
    *fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *fd < 0 ? io_error(err, "open the folder", dir) : SIM_OK;
}

/* Some file systems cannot fsync a folder and say EINVAL: nothing to be done about it. */
static enum sim_status sync_dir(int dir_fd, const char *what, struct sim_error *err)
{
    if (fsync(dir_fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        return io_error(err, "sync the folder of", what);
    return SIM_OK;
}

enum sim_status out_replace_file(int dir_fd, const char *name, const void *bytes, size_t byte_count,
                                 struct sim_error *err)
{
    char temporary[256], path[PATH_BYTES];
    enum sim_status status;
    int fd;

    snprintf(temporary, sizeof temporary, ".%.200s.tmp%ld", name, (long)getpid());
    out_path_of(dir_fd, name, path, sizeof path);
    unlinkat(dir_fd, temporary, 0);
    fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return io_error(err, "make", path);
    status = out_write_all(fd, bytes, byte_count, path, err);
    if (!status && fsync(fd) != 0)
        status = io_error(err, "sync", path);
    if (close(fd) != 0 && !status)
        status = io_error(err, "close", path);
    if (!status && renameat(dir_fd, temporary, dir_fd, name) != 0)
        status = io_error(err, "rename to", path);
    if (status)
        unlinkat(dir_fd, temporary, 0);
    else
        status = sync_dir(dir_fd, path, err);
    return status;
}

enum sim_status out_move_file(int from_dir, const char *from, int to_dir, const char *to,
                              struct sim_error *err)
{
    enum sim_status status = SIM_OK;
    char path[PATH_BYTES];
    int fd = openat(from_dir, from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    out_path_of(to_dir, to, path, sizeof path);
    if (fd < 0)
        return io_error(err, "open", from);
    if (fsync(fd) != 0)
        status = io_error(err, "sync", path);
    close(fd);
    if (!status && renameat(from_dir, from, to_dir, to) != 0)
        status = io_error(err, "rename to", path);
    return status ? status : sync_dir(to_dir, path, err);
}
