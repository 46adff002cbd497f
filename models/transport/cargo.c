/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/cargo.h"

static void on_done(void *context, void *subject)
{
    const struct mdl_flow_hooks *owner = ((const struct mdl_cargo *)subject)->owner;

    (void)context;
    if (owner->done)
        owner->done(owner->context, subject);
}

static void on_failed(void *context, void *subject, uint64_t sent, uint32_t channel)
{
    const struct mdl_flow_hooks *owner = ((const struct mdl_cargo *)subject)->owner;

    (void)context;
    if (owner->failed)
        owner->failed(owner->context, subject, sent, channel);
}

static void on_rate(void *context, void *subject, double bytes_per_s)
{
    const struct mdl_flow_hooks *owner = ((const struct mdl_cargo *)subject)->owner;

    (void)context;
    if (owner->rate)
        owner->rate(owner->context, subject, bytes_per_s);
}

const struct mdl_flow_hooks mdl_cargo_hooks = {
    .done = on_done, .failed = on_failed, .rate = on_rate};
