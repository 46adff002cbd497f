/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/folder.h - a folder of results: one writer at a time, and a place for what is not whole.
 *
 * Open makes DIR (one level), takes its lock, removes what a killed run left and makes a folder
 * of mode 0700 inside; files are written there and moved out (out_move_file) when they are whole.
 * Close removes it with what is still in it. The lock ends with the process, however that ends.
 *
 * Errors   SIM_EIO, SIM_ELOCKED (another process owns DIR), SIM_EUSAGE (too long a name); nothing
 * is open then.
 */
#ifndef OUTPUT_FOLDER_H
#define OUTPUT_FOLDER_H

#include "sim/error.h"

struct out_folder {
    char dir[4096], temporary[4120]; /* paths */
    int dir_fd, temporary_fd, lock_fd;
};

SIM_NODISCARD enum sim_status out_folder_open(const char *dir, struct out_folder *folder,
                                              struct sim_error *err);
/* As out_folder_open, for files that are replaced one by one: there is no folder inside. */
SIM_NODISCARD enum sim_status out_folder_lock(const char *dir, struct out_folder *folder,
                                              struct sim_error *err);
void out_folder_close(struct out_folder *folder); /* again is harmless */

#endif /* OUTPUT_FOLDER_H */
