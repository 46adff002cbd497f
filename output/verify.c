/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/verify.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "output/digest.h"
#include "output/read_h5.h"

struct column_sha {
    EVP_MD_CTX *sha;
    uint64_t row_count;
};

static size_t bytes_of(enum sim_column_type type)
{
    static const size_t bytes[] = {
        [SIM_F64] = 8, [SIM_F32] = 4, [SIM_I64] = 8, [SIM_I32] = 4, [SIM_U8] = 1};

    return bytes[type];
}

static enum sim_status feed(struct column_sha *column, const void *values, size_t byte_count,
                            struct sim_error *err)
{
    if (EVP_DigestUpdate(column->sha, values, byte_count) != 1)
        return sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    return SIM_OK;
}

static enum sim_status visit_chunk(void *context, const struct out_column_chunk *chunk,
                                   struct sim_error *err)
{
    struct column_sha *column = context;

    column->row_count = chunk->first_row + chunk->row_count;
    return feed(column, chunk->value, chunk->row_count * bytes_of(chunk->type), err);
}

static enum sim_status begin(struct column_sha *column, struct sim_error *err)
{
    column->row_count = 0;
    if (EVP_DigestInit_ex(column->sha, EVP_sha256(), NULL) != 1)
        return sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    return SIM_OK;
}

static enum sim_status end(struct column_sha *column, struct out_digest *digest, const char *path,
                           size_t width, struct sim_error *err)
{
    unsigned char sha[32];

    if (EVP_DigestFinal_ex(column->sha, sha, NULL) != 1)
        return sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    out_digest_column(digest, path, column->row_count, width, sha);
    return SIM_OK;
}

static enum sim_status add_column(const struct out_result *result, size_t replication,
                                  const char *table, const char *name, struct column_sha *column,
                                  struct out_digest *digest, struct sim_error *err)
{
    char path[256];
    enum sim_status status = begin(column, err);

    snprintf(path, sizeof path, "/replications/%04zu/%s/%s", replication, table, name);
    if (!status)
        status = out_result_column(result, replication, table, name, visit_chunk, column, err);
    return status ? status : end(column, digest, path, 1, err);
}

static enum sim_status add_series(const struct out_result *result, size_t replication,
                                  const struct sim_series *series, struct column_sha *column,
                                  struct out_digest *digest, struct sim_error *err)
{
    char path[256];
    struct out_series_data data = {.value = NULL};
    enum sim_status status = begin(column, err);

    snprintf(path, sizeof path, "/replications/%04zu/%s", replication, series->path);
    if (!status)
        status = out_result_series(result, replication, series->path, &data, err);
    if (status)
        return status;
    column->row_count = data.row_count;
    status = feed(column, data.value, data.row_count * data.item_count * sizeof *data.value, err);
    out_series_release(&data);
    return status ? status : end(column, digest, path, series->item_count, err);
}

static enum sim_status add_trace(struct out_result *result, size_t replication,
                                 const struct out_about *about, struct column_sha *column,
                                 struct out_digest *digest, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t t = 0; t < about->table_count; t++) {
        const struct sim_table *table = about->table[t];

        if (!out_result_has(result, replication, table->path))
            continue; /* a level that keeps no tables */
        for (size_t c = 0; !status && c < table->column_count; c++)
            status = add_column(result, replication, table->path, table->columns[c].name, column,
                                digest, err);
    }
    for (size_t s = 0; !status && s < about->series_count; s++)
        status = add_series(result, replication, about->series[s], column, digest, err);
    return status;
}

static enum sim_status compute(struct out_result *result, const struct out_about *about,
                               char hex[OUT_DIGEST_BYTES], struct sim_error *err)
{
    struct column_sha column = {.sha = EVP_MD_CTX_new()};
    struct out_digest digest;
    enum sim_status status =
        column.sha ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a digest");

    out_digest_begin(&digest);
    out_digest_summary(&digest, &result->summary, result->scenario_text);
    for (size_t r = 0; !status && r < result->trace_count; r++)
        status = add_trace(result, r, about, &column, &digest, err);
    if (!out_digest_end(&digest, hex) && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    EVP_MD_CTX_free(column.sha);
    return status;
}

enum sim_status out_result_verify(const char *path, const struct out_about *about,
                                  struct sim_error *err)
{
    struct out_result *result = NULL;
    char hex[OUT_DIGEST_BYTES];
    enum sim_status status = out_result_open(path, &result, err);

    if (status)
        return status;
    status = compute(result, about, hex, err);
    if (!status && strcmp(hex, result->digest) != 0)
        status =
            sim_fail(err, SIM_EIO, "'%.200s' reads back differently: digest %.16s..., not %.16s...",
                     path, hex, result->digest);
    out_result_close(result);
    return status;
}
