/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/spill.h"

#include <fcntl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <zlib.h>

#include "output/files.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "columns are hashed and stored little-endian as they lie in memory"
#endif

/* A row of a series is wide: its chunk holds about as many values as that of a column. */
enum { SERIES_CHUNK_VALUES = 1 << 16 };

size_t out_type_bytes(enum sim_column_type type)
{
    static const size_t bytes[] = {
        [SIM_F64] = 8, [SIM_F32] = 4, [SIM_I64] = 8, [SIM_I32] = 4, [SIM_U8] = 1};
    return bytes[type];
}

bool out_type_is_float(enum sim_column_type type)
{
    return type == SIM_F64 || type == SIM_F32;
}

static enum sim_status again(const struct out_spill *spill, struct sim_error *err)
{
    if (err)
        *err = spill->error;
    return spill->error.status;
}

/* ---- packing ---- */

/* HDF5's shuffle: all first bytes, then all second bytes, ... */
static void shuffle(const unsigned char *in, unsigned char *out, size_t count, size_t bytes)
{
    for (size_t b = 0; b < bytes; b++)
        for (size_t i = 0; i < count; i++)
            out[b * count + i] = in[i * bytes + b];
}

/* Run lengths are nearly all that counters and codes have to give once they are shuffled, and
 * finding them is several times faster than a search for matches (bench_trace). */
static bool deflate_begin(struct out_spill *spill)
{
    z_stream *stream = calloc(1, sizeof *stream);

    spill->deflate = stream;
    return stream && deflateInit2(stream, OUT_DEFLATE_LEVEL, Z_DEFLATED, 15, 8, Z_RLE) == Z_OK;
}

static bool deflate_chunk(struct out_spill *spill, unsigned char *in, size_t byte_count,
                          size_t *packed)
{
    z_stream *stream = spill->deflate;

    if (deflateReset(stream) != Z_OK)
        return false;
    stream->next_in = in;
    stream->avail_in = (uInt)byte_count;
    stream->next_out = spill->packed;
    stream->avail_out = (uInt)spill->packed_capacity;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END)
        return false;
    *packed = spill->packed_capacity - stream->avail_out;
    return true;
}

/* ---- chunks ---- */
static bool remember_chunk(struct out_spill *spill, struct out_column *column, size_t byte_count)
{
    if (column->chunk_count == column->chunk_capacity) {
        size_t capacity = column->chunk_capacity ? 2 * column->chunk_capacity : 8;
        struct out_spilled_chunk *chunk = realloc(column->chunk, capacity * sizeof *chunk);

        if (!chunk)
            return false;
        column->chunk = chunk;
        column->chunk_capacity = capacity;
    }
    column->chunk[column->chunk_count++] =
        (struct out_spilled_chunk){.offset = spill->byte_count, .byte_count = (uint32_t)byte_count};
    spill->byte_count += byte_count;
    return true;
}

static enum sim_status spill_chunk(struct out_spill *spill, struct out_column *column)
{
    size_t row_bytes = column->value_bytes * column->width;
    size_t bytes = column->buffered * row_bytes, packed_bytes;
    unsigned char *packed = column->buffer;

    if (bytes == 0)
        return SIM_OK;
    if (EVP_DigestUpdate(column->sha, column->buffer, bytes) != 1)
        return sim_fail(&spill->error, SIM_ENOMEM, "SHA-256 failed");
    if (column->chunk_count > 0) { /* an only chunk is as short as its rows */
        memset(column->buffer + bytes, 0, column->chunk_rows * row_bytes - bytes);
        bytes = column->chunk_rows * row_bytes;
    }
    packed_bytes = bytes;
    if (!out_type_is_float(column->type)) {
        if (column->value_bytes > 1) {
            shuffle(column->buffer, spill->shuffled, bytes / column->value_bytes,
                    column->value_bytes);
            packed = spill->shuffled;
        }
        if (!deflate_chunk(spill, packed, bytes, &packed_bytes))
            return sim_fail(&spill->error, SIM_ENOMEM, "zlib cannot deflate a chunk");
        packed = spill->packed;
    }
    column->buffered = 0;
    if (out_write_all(spill->fd, packed, packed_bytes, spill->path, &spill->error))
        return spill->error.status;
    if (!remember_chunk(spill, column, packed_bytes))
        return sim_fail(&spill->error, SIM_ENOMEM, "no memory for the trace's chunks");
    return SIM_OK;
}

/* ---- rows ---- */
#define GATHER(type)                                                                               \
    do {                                                                                           \
        type *to = (type *)(void *)column->buffer + column->buffered;                              \
        for (size_t i = 0; i < count; i++, from += stride)                                         \
            memcpy(&to[i], from, sizeof(type));                                                    \
    } while (0)

static void gather(struct out_column *column, const unsigned char *from, size_t stride,
                   size_t count)
{
    switch (column->value_bytes) {
    case 8:
        GATHER(uint64_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    default:
        GATHER(uint8_t);
        break;
    }
    column->buffered += count;
    column->row_count += count;
}

static enum sim_status unstage(struct out_spill *spill, struct out_table_sink *sink)
{
    for (size_t c = 0; c < sink->table->column_count; c++) {
        struct out_column *column = &sink->column[c];

        gather(column, sink->stage + sink->table->columns[c].offset, sink->record_bytes,
               sink->staged);
        if (column->buffered == column->chunk_rows && spill_chunk(spill, column))
            return spill->error.status;
    }
    sink->staged = 0;
    return SIM_OK;
}

static bool wants(const struct sim_trace *trace, const struct sim_table *table)
{
    const struct out_spill *spill = (const struct out_spill *)trace;

    for (size_t i = 0; i < spill->table_count; i++)
        if (spill->table[i].table == table)
            return true;
    return false;
}

static enum sim_status take_row(struct sim_trace *trace, const struct sim_table *table,
                                const void *record, struct sim_error *err)
{
    struct out_spill *spill = (struct out_spill *)trace;
    struct out_table_sink *sink = spill->table, *end = sink + spill->table_count;

    if (spill->error.status)
        return again(spill, err);
    while (sink < end && sink->table != table)
        sink++;
    if (sink == end)
        return SIM_OK;
    memcpy(sink->stage + sink->staged * sink->record_bytes, record, sink->record_bytes);
    if (++sink->staged == OUT_STAGE_ROWS && unstage(spill, sink))
        return again(spill, err);
    return SIM_OK;
}

static enum sim_status take_sample(struct sim_trace *trace, const struct sim_series *series,
                                   const float *value, struct sim_error *err)
{
    struct out_spill *spill = (struct out_spill *)trace;
    struct out_series_sink *sink = spill->series, *end = sink + spill->series_count;
    struct out_column *column;

    if (spill->error.status)
        return again(spill, err);
    while (sink < end && sink->series != series)
        sink++;
    if (sink == end)
        return SIM_OK;
    column = &sink->column;
    memcpy(column->buffer + column->buffered * column->width * sizeof *value, value,
           column->width * sizeof *value);
    column->row_count++;
    if (++column->buffered == column->chunk_rows && spill_chunk(spill, column))
        return again(spill, err);
    return SIM_OK;
}

/* ---- begin, end ---- */
static bool column_begin(struct out_column *column, enum sim_column_type type, size_t width,
                         size_t chunk_rows)
{
    *column = (struct out_column){.type = type,
                                  .value_bytes = out_type_bytes(type),
                                  .width = width,
                                  .chunk_rows = chunk_rows};
    column->buffer = malloc(chunk_rows * width * column->value_bytes + 1);
    column->sha = EVP_MD_CTX_new();
    return column->buffer && column->sha && EVP_DigestInit_ex(column->sha, EVP_sha256(), NULL) == 1;
}

static bool table_begin(struct out_table_sink *sink, const struct sim_table *table)
{
    sink->table = table;
    sink->column = calloc(table->column_count + 1, sizeof *sink->column);
    if (!sink->column)
        return false;
    for (size_t c = 0; c < table->column_count; c++) {
        const struct sim_column *column = &table->columns[c];
        size_t end = column->offset + out_type_bytes(column->type);

        sink->record_bytes = end > sink->record_bytes ? end : sink->record_bytes;
        if (!column_begin(&sink->column[c], column->type, 1, OUT_CHUNK_ROWS))
            return false;
    }
    sink->stage = malloc(OUT_STAGE_ROWS * sink->record_bytes + 1);
    return sink->stage != NULL;
}

static bool series_begin(struct out_series_sink *sink, const struct sim_series *series)
{
    size_t rows = SERIES_CHUNK_VALUES / (series->item_count ? series->item_count : 1);

    rows = rows > OUT_CHUNK_ROWS ? OUT_CHUNK_ROWS : rows < 24 ? 24 : rows;
    sink->series = series;
    return column_begin(&sink->column, SIM_F32, series->item_count, rows);
}

static bool buffers_begin(struct out_spill *spill, const struct out_about *about, bool with_tables)
{
    size_t raw = OUT_CHUNK_ROWS * sizeof(uint64_t);

    spill->table = calloc(about->table_count + 1, sizeof *spill->table);
    spill->series = calloc(about->series_count + 1, sizeof *spill->series);
    spill->shuffled = malloc(raw);
    if (!spill->table || !spill->series || !spill->shuffled || !deflate_begin(spill))
        return false;
    spill->packed_capacity = deflateBound(spill->deflate, raw);
    spill->packed = malloc(spill->packed_capacity);
    if (!spill->packed)
        return false;
    for (size_t t = 0; with_tables && t < about->table_count; t++, spill->table_count++)
        if (!table_begin(&spill->table[t], about->table[t])) {
            spill->table_count++; /* what it has is released with the others */
            return false;
        }
    for (size_t s = 0; s < about->series_count; s++, spill->series_count++)
        if (!series_begin(&spill->series[s], about->series[s])) {
            spill->series_count++;
            return false;
        }
    return true;
}

void out_spill_begin(struct out_spill *spill, int dir_fd, const char *name,
                     const struct out_about *about, bool with_tables)
{
    *spill = (struct out_spill){.trace = {.wants = wants, .row = take_row, .sample = take_sample},
                                .is_open = true};
    out_path_of(dir_fd, name, spill->path, sizeof spill->path);
    spill->fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (spill->fd < 0)
        sim_fail(&spill->error, SIM_EIO, "cannot make '%s': %s", spill->path,
                 strerrordesc_np(errno));
    else if (!buffers_begin(spill, about, with_tables))
        sim_fail(&spill->error, SIM_ENOMEM, "no memory for the trace of a replication");
}

static enum sim_status column_end(struct out_spill *spill, struct out_column *column)
{
    if (spill_chunk(spill, column))
        return spill->error.status;
    if (EVP_DigestFinal_ex(column->sha, column->digest, NULL) != 1)
        return sim_fail(&spill->error, SIM_ENOMEM, "SHA-256 failed");
    return SIM_OK;
}

static void column_free_buffers(struct out_column *column)
{
    free(column->buffer);
    column->buffer = NULL;
    EVP_MD_CTX_free(column->sha);
    column->sha = NULL;
}

static void free_buffers(struct out_spill *spill)
{
    for (size_t t = 0; t < spill->table_count; t++) {
        struct out_table_sink *sink = &spill->table[t];

        free(sink->stage);
        sink->stage = NULL;
        for (size_t c = 0; sink->column && c < sink->table->column_count; c++)
            column_free_buffers(&sink->column[c]);
    }
    for (size_t s = 0; s < spill->series_count; s++)
        column_free_buffers(&spill->series[s].column);
    if (spill->deflate)
        deflateEnd(spill->deflate);
    free(spill->deflate);
    free(spill->shuffled);
    free(spill->packed);
    spill->deflate = NULL;
    spill->shuffled = spill->packed = NULL;
}

static void end_all(struct out_spill *spill)
{
    for (size_t t = 0; t < spill->table_count; t++) {
        struct out_table_sink *sink = &spill->table[t];

        if (unstage(spill, sink))
            return;
        for (size_t c = 0; c < sink->table->column_count; c++)
            if (column_end(spill, &sink->column[c]))
                return;
    }
    for (size_t s = 0; s < spill->series_count; s++)
        if (column_end(spill, &spill->series[s].column))
            return;
}

enum sim_status out_spill_end(struct out_spill *spill, struct sim_error *err)
{
    if (!spill->is_ended && !spill->error.status)
        end_all(spill);
    if (!spill->is_ended)
        free_buffers(spill);
    spill->is_ended = true;
    return spill->error.status ? again(spill, err) : SIM_OK;
}

enum sim_status out_spill_read(const struct out_spill *spill, const struct out_spilled_chunk *chunk,
                               void *buffer, struct sim_error *err)
{
    return out_read_all(spill->fd, chunk->offset, buffer, chunk->byte_count, spill->path, err);
}

void out_spill_release(struct out_spill *spill)
{
    if (!spill->is_open)
        return;
    free_buffers(spill);
    for (size_t t = 0; t < spill->table_count; t++) {
        for (size_t c = 0; spill->table[t].column && c < spill->table[t].table->column_count; c++)
            free(spill->table[t].column[c].chunk);
        free(spill->table[t].column);
    }
    for (size_t s = 0; s < spill->series_count; s++)
        free(spill->series[s].column.chunk);
    free(spill->table);
    free(spill->series);
    if (spill->fd >= 0)
        close(spill->fd);
    spill->is_open = false;
}
