/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/h5.h - the door to HDF5: datasets and attributes as the files of this program hold them.
 *
 * Writers call the out_h5_put_*, which make the groups on the way; whatever was written has
 * `units` and `description` and no time stamp. Readers read through a struct out_h5_reader, which
 * goes on after a failure but does nothing: one check at the end.
 *
 * Memory   what is read lives in the reader's arena.
 * Errors   SIM_EIO with HDF5's innermost words, or what is wrong with the file; SIM_ENOMEM.
 * Threads  one at a time (HDF5 has one lock).
 */
#ifndef OUTPUT_H5_H
#define OUTPUT_H5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "sim/arena.h"
#include "sim/error.h"

/* Quiet error stacks and no handler at exit: after a failed write that handler would try to
 * write again. Before any other call of HDF5; again is harmless. */
void out_h5_setup(void);

/* SIM_EIO: "cannot VERB 'WHAT': " and HDF5's innermost words; where a system call failed, "cannot
 * write 'FILE': " and the system's. */
enum sim_status out_h5_error(struct sim_error *err, const char *verb, const char *what);

/* ---- writing ---- */

/* A new file; one that is there already is an error. */
SIM_NODISCARD enum sim_status out_h5_create(const char *path, hid_t *file, struct sim_error *err);

/* status: of what was written before; a failure to close counts where that is SIM_OK. */
enum sim_status out_h5_close(hid_t file, const char *path, enum sim_status status,
                             struct sim_error *err);

hid_t out_h5_text_type(size_t bytes);

/* An attribute lives in a header of at most 64 kB: texts are cut at 4096 bytes. */
SIM_NODISCARD enum sim_status out_h5_put_text_attribute(hid_t at, const char *name,
                                                        const char *text, struct sim_error *err);
SIM_NODISCARD enum sim_status out_h5_put_integer_attribute(hid_t at, const char *name,
                                                           int64_t value, struct sim_error *err);

/* What every dataset carries; labels may be NULL. */
SIM_NODISCARD enum sim_status out_h5_describe(hid_t dataset, const char *unit,
                                              const char *description, const char *labels,
                                              struct sim_error *err);

/* chunk NULL: contiguous. Negative on failure. */
hid_t out_h5_create_dataset(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims,
                            const hsize_t *chunk, bool is_deflated, bool is_shuffled);

SIM_NODISCARD enum sim_status out_h5_put_array(hid_t file, const char *path, hid_t type, int rank,
                                               const hsize_t *dims, const void *value,
                                               const char *unit, const char *description,
                                               struct sim_error *err);

/* A column of texts: one member of an array of structs. */
struct out_h5_texts {
    const char *path, *description;
    const void *first; /* the member in item 0 */
    size_t stride, count;
};
SIM_NODISCARD enum sim_status out_h5_put_texts(hid_t file, const struct out_h5_texts *column,
                                               struct sim_error *err);

/* base + offset; base may be NULL when there are no items. */
const void *out_h5_member(const void *base, size_t offset);

/* ---- reading ---- */

enum { OUT_H5_ITEMS_MAX = 4000000, OUT_H5_RANK_MAX = 4 };

struct out_h5_reader {
    const char *path; /* for messages */
    struct sim_arena *arena;
    hid_t file;
    struct sim_error *err;
    enum sim_status status;
};

/* A regular file whose headers carry checksums, as out_h5_create makes them; what ("result") is
 * for the message. *file is negative on failure. */
SIM_NODISCARD enum sim_status out_h5_open(const char *path, const char *what, hid_t *file,
                                          struct sim_error *err);

/* "'FILE' is damaged: 'WHAT' WHY", unless the reader has failed already. */
void out_h5_fail(struct out_h5_reader *reader, const char *what, const char *why);
void out_h5_fail_digest(struct out_h5_reader *reader, const char *is, const char *should_be);
void *out_h5_take(struct out_h5_reader *reader, size_t count, size_t size); /* NULL: failed */

bool out_h5_exists(hid_t file, const char *path);

/* A dataset of exactly `rank` dimensions; dims[rank]. Negative: there is none. */
hid_t out_h5_open_dataset(hid_t file, const char *path, int rank, hsize_t *dims);

/* Size of a fixed-length string type; 0 when it is none. */
size_t out_h5_text_bytes(hid_t type);

const char **out_h5_read_texts(struct out_h5_reader *reader, const char *path, size_t *count);
const char **out_h5_read_texts_of(struct out_h5_reader *reader, const char *path, size_t count);
void *out_h5_read_numbers(struct out_h5_reader *reader, const char *path, hid_t type, int rank,
                          const hsize_t *want, size_t value_bytes);

bool out_h5_read_attribute(hid_t at, const char *name, char *buffer, size_t bytes);
/* A file that does not tell gives `otherwise`. */
int64_t out_h5_read_integer_attribute(hid_t at, const char *name, int64_t otherwise);

#endif /* OUTPUT_H5_H */
