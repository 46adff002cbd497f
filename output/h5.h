/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/h5.h - what trace_h5.c and read_h5.c, the two doors to HDF5, share.
 */
#ifndef OUTPUT_H5_H
#define OUTPUT_H5_H

#include "sim/error.h"

/* Quiet error stacks and no handler at exit: after a failed write that handler would try to
 * write again. Before any other call of HDF5; again is harmless. */
void out_h5_setup(void);

/* SIM_EIO: "cannot VERB 'WHAT': " and HDF5's innermost words. */
enum sim_status out_h5_error(struct sim_error *err, const char *verb, const char *what);

#endif /* OUTPUT_H5_H */
