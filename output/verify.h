/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/verify.h - a result read again as anyone would read it, and its digest computed anew.
 *
 * out_run_finish compares packed bytes before the file gets its name; this goes the long way,
 * through HDF5's filters, value by value, and so also proves that the packing can be undone.
 *
 * Memory   one chunk at a time; a series as a whole.
 * Errors   SIM_EIO when a digest differs or something cannot be read; SIM_ENOMEM.
 * Threads  as output/read_h5.h.
 * Cost     about as long as writing took.
 */
#ifndef OUTPUT_VERIFY_H
#define OUTPUT_VERIFY_H

#include "sim/error.h"

SIM_NODISCARD enum sim_status out_result_verify(const char *path, struct sim_error *err);

#endif /* OUTPUT_VERIFY_H */
