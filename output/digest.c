/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/digest.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

void out_digest_begin(struct out_digest *digest)
{
    digest->sha = EVP_MD_CTX_new();
    digest->is_failed = !digest->sha || EVP_DigestInit_ex(digest->sha, EVP_sha256(), NULL) != 1;
}

static void feed(struct out_digest *digest, const void *bytes, size_t byte_count)
{
    if (!digest->is_failed && EVP_DigestUpdate(digest->sha, bytes, byte_count) != 1)
        digest->is_failed = true;
}

void out_digest_bytes(struct out_digest *digest, const char *name, const void *bytes,
                      uint64_t byte_count)
{
    unsigned char length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(byte_count >> 8 * i);
    feed(digest, name, strlen(name) + 1);
    feed(digest, length, sizeof length);
    feed(digest, bytes, byte_count);
}

void out_digest_text(struct out_digest *digest, const char *name, const char *text)
{
    out_digest_bytes(digest, name, text, strlen(text));
}

void out_digest_integer(struct out_digest *digest, const char *name, uint64_t value)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
    out_digest_bytes(digest, name, bytes, sizeof bytes);
}

static void feed_figures(struct out_digest *digest, const struct out_summary *summary)
{
    out_digest_integer(digest, "figures", summary->figure_count);
    for (size_t f = 0; f < summary->figure_count; f++) {
        const struct out_figure *figure = &summary->figure[f];

        out_digest_text(digest, "name", figure->name);
        out_digest_text(digest, "statistic", figure->statistic);
        out_digest_text(digest, "group", figure->selector);
        out_digest_text(digest, "unit", figure->unit);
        out_digest_text(digest, "method", figure->method);
    }
    for (size_t i = 0; i < summary->expect_count; i++) {
        const struct mdl_expectation *expect = &summary->expect[i];

        out_digest_integer(digest, "expect", expect->figure);
        out_digest_bytes(digest, "at_least", &expect->at_least, sizeof expect->at_least);
        out_digest_bytes(digest, "at_most", &expect->at_most, sizeof expect->at_most);
    }
    out_digest_integer(digest, "replications", summary->replication_count);
    out_digest_bytes(digest, "values", summary->value,
                     summary->replication_count * summary->figure_count * sizeof *summary->value);
    for (size_t i = 0; i < summary->replication_count * summary->figure_count; i++)
        if (summary->beyond[i])
            out_digest_integer(digest, "bound", i);
}

/* The labels whose path follows `after`; a file lists them by name, `about` as it likes. */
static const struct out_labels *next_labels(const struct out_summary *summary, const char *after)
{
    const struct out_labels *next = NULL;

    for (size_t i = 0; i < summary->label_count; i++) {
        const struct out_labels *here = &summary->labels[i];

        if (strcmp(here->path, after) > 0 && (!next || strcmp(here->path, next->path) < 0))
            next = here;
    }
    return next;
}

static void feed_labels(struct out_digest *digest, const struct out_summary *summary)
{
    const struct out_labels *labels = next_labels(summary, "");

    for (; labels; labels = next_labels(summary, labels->path)) {
        out_digest_integer(digest, labels->path, labels->count);
        for (size_t k = 0; k < labels->count; k++)
            out_digest_text(digest, "label", labels->text[k]);
    }
}

void out_digest_summary(struct out_digest *digest, const struct out_summary *summary,
                        const char *scenario_text)
{
    out_digest_text(digest, "name", summary->name);
    out_digest_text(digest, "scenario", scenario_text);
    out_digest_integer(digest, "seed", summary->seed);
    out_digest_integer(digest, "start", (uint64_t)summary->start_days);
    out_digest_integer(digest, "end", (uint64_t)summary->end_days);
    out_digest_integer(digest, "inputs", summary->input_count);
    for (size_t i = 0; i < summary->input_count; i++) {
        const struct sim_input *input = &summary->input[i];

        out_digest_text(digest, input->path, input->value);
        out_digest_text(digest, "unit", input->unit);
        out_digest_text(digest, "source", input->source);
        out_digest_text(digest, "quality", input->quality);
    }
    feed_labels(digest, summary);
    feed_figures(digest, summary);
}

void out_digest_column(struct out_digest *digest, const char *path, uint64_t row_count,
                       uint64_t width, const unsigned char sha[32])
{
    out_digest_integer(digest, path, row_count);
    out_digest_integer(digest, "width", width);
    out_digest_bytes(digest, "sha256", sha, 32);
}

bool out_digest_end(struct out_digest *digest, char hex[OUT_DIGEST_BYTES])
{
    unsigned char sha[32] = {0};

    if (!digest->is_failed && EVP_DigestFinal_ex(digest->sha, sha, NULL) != 1)
        digest->is_failed = true;
    EVP_MD_CTX_free(digest->sha);
    digest->sha = NULL;
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha[i]);
    return !digest->is_failed;
}
