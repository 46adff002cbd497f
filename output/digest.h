/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/digest.h - SHA-256 of a result over its values in canonical order.
 *
 * Every item goes in as its name, a NUL, its length as 8 little-endian bytes and its bytes, so
 * that no two different results give the same stream. Columns go in as their own SHA-256.
 * Left out: version and libraries (they change no value), `origin` of inputs and `extra` (they
 * change with the place of a file and the name of an option).
 */
#ifndef OUTPUT_DIGEST_H
#define OUTPUT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/summary.h"
#include "output/trace_h5.h"

struct out_digest {
    void *sha; /* EVP_MD_CTX */
    bool is_failed;
};

void out_digest_begin(struct out_digest *digest);
void out_digest_summary(struct out_digest *digest, const struct out_summary *summary,
                        const char *scenario_text);
void out_digest_column(struct out_digest *digest, const char *path, uint64_t row_count,
                       uint64_t width, const unsigned char sha[32]);

/* ---- items, for files of another kind ---- */
void out_digest_text(struct out_digest *digest, const char *name, const char *text);
void out_digest_integer(struct out_digest *digest, const char *name, uint64_t value);
void out_digest_bytes(struct out_digest *digest, const char *name, const void *bytes,
                      uint64_t byte_count);

/* Frees what begin took. false: out of memory on the way. */
bool out_digest_end(struct out_digest *digest, char hex[OUT_DIGEST_BYTES]);

#endif /* OUTPUT_DIGEST_H */
