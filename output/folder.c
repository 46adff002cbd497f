/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/files.h"

#define LOCK_NAME ".aifsim.lock"
#define TEMPORARY ".run-"
#define DRAWING   ".plot-" /* gnuplot's (output/gnuplot.c) */

/* The lock belongs to the open file, so it ends with the process, however that ends. */
static enum sim_status take_lock(struct out_folder *folder, struct sim_error *err)
{
    struct stat opened, named;

    for (int tries = 0; tries < 100; tries++) {
        folder->lock_fd =
            openat(folder->dir_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (folder->lock_fd < 0)
            return sim_fail(err, SIM_EIO, "cannot make '%.300s/%s': %s", folder->dir, LOCK_NAME,
                            strerrordesc_np(errno));
        if (flock(folder->lock_fd, LOCK_EX | LOCK_NB) != 0) {
            int why = errno;

            close(folder->lock_fd);
            folder->lock_fd = -1;
            if (why == EWOULDBLOCK)
                return sim_fail(err, SIM_ELOCKED, "another process is writing to '%.300s'",
                                folder->dir);
            return sim_fail(err, SIM_EIO, "cannot lock '%.300s/%s': %s", folder->dir, LOCK_NAME,
                            strerrordesc_np(why));
        }
        /* Its last owner may have removed the name between our open and our lock. */
        if (fstat(folder->lock_fd, &opened) == 0 &&
            fstatat(folder->dir_fd, LOCK_NAME, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
            opened.st_ino == named.st_ino && opened.st_dev == named.st_dev)
            return SIM_OK;
        close(folder->lock_fd);
        folder->lock_fd = -1;
    }
    return sim_fail(err, SIM_ELOCKED, "another process is writing to '%.300s'", folder->dir);
}

/* NULL when it cannot be listed, or is a link. */
static DIR *list(int dir_fd, const char *name)
{
    int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *listing = fd < 0 ? NULL : fdopendir(fd);

    if (!listing && fd >= 0)
        close(fd);
    return listing;
}

static void remove_folder(int dir_fd, const char *name)
{
    DIR *listing = list(dir_fd, name);

    if (!listing)
        return;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
    unlinkat(dir_fd, name, AT_REMOVEDIR);
}

static bool is_temporary(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 && strlen(name) == length + 6; /* mkdtemp's X */
}

/* Who holds the lock knows that no other temporary folder is in use. */
static void remove_leftovers(const struct out_folder *folder)
{
    DIR *listing = list(folder->dir_fd, ".");

    if (!listing)
        return;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
        if (is_temporary(entry->d_name, TEMPORARY) || is_temporary(entry->d_name, DRAWING))
            remove_folder(folder->dir_fd, entry->d_name);
    closedir(listing);
}

static enum sim_status make_temporary(struct out_folder *folder, struct sim_error *err)
{
    snprintf(folder->temporary, sizeof folder->temporary, "%s/" TEMPORARY "XXXXXX", folder->dir);
    if (!mkdtemp(folder->temporary)) {
        folder->temporary[0] = '\0';
        return sim_fail(err, SIM_EIO, "cannot make a folder in '%.300s': %s", folder->dir,
                        strerrordesc_np(errno));
    }
    return out_open_dir(folder->temporary, &folder->temporary_fd, err);
}

enum sim_status out_folder_lock(const char *dir, struct out_folder *folder, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    folder->dir_fd = folder->temporary_fd = folder->lock_fd = -1;
    folder->temporary[0] = '\0';
    if (strlen(dir) >= sizeof folder->dir)
        return sim_fail(err, SIM_EUSAGE, "the name of the output folder is too long");
    snprintf(folder->dir, sizeof folder->dir, "%s", dir);
    status = out_make_dir(dir, err);
    if (!status)
        status = out_open_dir(dir, &folder->dir_fd, err);
    if (!status)
        status = take_lock(folder, err);
    if (status)
        out_folder_close(folder);
    else
        remove_leftovers(folder);
    return status;
}

enum sim_status out_folder_open(const char *dir, struct out_folder *folder, struct sim_error *err)
{
    enum sim_status status = out_folder_lock(dir, folder, err);

    if (status)
        return status;
    status = make_temporary(folder, err);
    if (status)
        out_folder_close(folder);
    return status;
}

void out_folder_close(struct out_folder *folder)
{
    if (folder->temporary_fd >= 0)
        close(folder->temporary_fd);
    if (folder->temporary[0])
        remove_folder(folder->dir_fd, strrchr(folder->temporary, '/') + 1);
    if (folder->lock_fd >= 0) {
        unlinkat(folder->dir_fd, LOCK_NAME, 0);
        close(folder->lock_fd);
    }
    if (folder->dir_fd >= 0)
        close(folder->dir_fd);
    folder->dir_fd = folder->temporary_fd = folder->lock_fd = -1;
    folder->temporary[0] = '\0';
}
