/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/spill.h - the sink of one replication: columns gathered, packed, spilled chunk by chunk.
 *
 * Rows are staged (a plain copy of the record), turned into columns OUT_STAGE_ROWS at a time,
 * and a column whose chunk is full is hashed, packed as HDF5's filters would (shuffle, deflate)
 * and written to one file; so the work happens on the thread of the replication and the main
 * thread only copies bytes. Private to output/.
 *
 * Memory   buffers of OUT_CHUNK_ROWS a column, until out_spill_end; 16 bytes a chunk spilled.
 * Errors   kept: the first one is handed out again by every later call.
 * Threads  one spill belongs to one thread at a time; HDF5 is not called.
 */
#ifndef OUTPUT_SPILL_H
#define OUTPUT_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/trace_h5.h"
#include "sim/error.h"
#include "sim/trace.h"

enum { OUT_STAGE_ROWS = 128, OUT_SHA_BYTES = 32, OUT_DEFLATE_LEVEL = 1 };

struct out_spilled_chunk {
    uint64_t offset;
    uint32_t byte_count;
};

struct out_column {
    enum sim_column_type type;
    size_t value_bytes; /* of one value */
    size_t width;       /* values a row: 1, or the items of a series */
    size_t chunk_rows;
    unsigned char *buffer; /* [chunk_rows][width] */
    uint64_t row_count;    /* all, with those in the buffer */
    size_t buffered;
    struct out_spilled_chunk *chunk;
    size_t chunk_count, chunk_capacity;
    void *sha; /* EVP_MD_CTX over the values */
    unsigned char digest[OUT_SHA_BYTES];
};

struct out_table_sink {
    const struct sim_table *table;
    size_t record_bytes; /* to the end of the last column */
    unsigned char *stage;
    size_t staged;
    struct out_column *column;
};

struct out_series_sink {
    const struct sim_series *series;
    struct out_column column;
};

struct out_spill {
    struct sim_trace trace; /* first: the models see this */
    int fd;
    uint64_t byte_count;
    struct out_table_sink *table;
    size_t table_count;
    struct out_series_sink *series;
    size_t series_count;
    void *deflate; /* z_stream */
    unsigned char *shuffled, *packed;
    size_t packed_capacity;
    char path[300]; /* for messages */
    bool is_open, is_ended;
    struct sim_error error; /* status SIM_OK: none so far */
};

/* Opens name below dir_fd; what goes wrong is kept in spill->error. */
void out_spill_begin(struct out_spill *spill, int dir_fd, const char *name,
                     const struct out_about *about, bool with_tables);

/* Spills what is left, closes the hashes, frees the buffers. */
SIM_NODISCARD enum sim_status out_spill_end(struct out_spill *spill, struct sim_error *err);

/* A packed chunk back from the file; buffer of chunk->byte_count. */
SIM_NODISCARD enum sim_status out_spill_read(const struct out_spill *spill,
                                             const struct out_spilled_chunk *chunk, void *buffer,
                                             struct sim_error *err);

void out_spill_release(struct out_spill *spill);

size_t out_type_bytes(enum sim_column_type type);
bool out_type_is_float(enum sim_column_type type);

#endif /* OUTPUT_SPILL_H */
