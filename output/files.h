/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/files.h - files written so that a name holds the old contents or the whole new ones.
 *
 * Errors   SIM_EIO with the path and the system's words; SIM_ENOMEM.
 * Threads  none shared.
 */
#ifndef OUTPUT_FILES_H
#define OUTPUT_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* The path of a name below an open folder, for messages; cut to fit. */
void out_path_of(int dir_fd, const char *name, char *path, size_t bytes);

/* All of bytes, through short writes and EINTR. `what` is for the message. */
SIM_NODISCARD enum sim_status out_write_all(int fd, const void *bytes, size_t byte_count,
                                            const char *what, struct sim_error *err);

/* All of byte_count at offset; a file that ends before is an error. */
SIM_NODISCARD enum sim_status out_read_all(int fd, uint64_t offset, void *bytes, size_t byte_count,
                                           const char *what, struct sim_error *err);

/* DIR, when it is not there yet; its parent must be. */
SIM_NODISCARD enum sim_status out_make_dir(const char *dir, struct sim_error *err);

/* Opens DIR for the *at functions; close(2) it. */
SIM_NODISCARD enum sim_status out_open_dir(const char *dir, int *fd, struct sim_error *err);

/* name below the folder dir_fd: temporary name, write, fsync, rename, fsync of the folder. */
SIM_NODISCARD enum sim_status out_replace_file(int dir_fd, const char *name, const void *bytes,
                                               size_t byte_count, struct sim_error *err);

/* A name that is whole moves from one folder to another; both are fsynced. */
SIM_NODISCARD enum sim_status out_move_file(int from_dir, const char *from, int to_dir,
                                            const char *to, struct sim_error *err);

#endif /* OUTPUT_FILES_H */
