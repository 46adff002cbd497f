/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/data_rules.h"

#include <string.h>

const char *const mdl_data_class_names[] = {"open", "personal", "health", "trade_secret", NULL};
const char *const mdl_data_residency_names[] = {"by_class", "any", "eu", "national", NULL};

static const struct sim_field rule_fields[] = {
    {.name = "zone",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_data_residency_names,
     SIM_AT(struct mdl_data_rule, zone),
     .help = "where it may be and travel: as the class says without this key, anywhere, in the EU, "
             "in the country of its home"},
    {.name = "secure_storage",
     .kind = SIM_FIELD_BOOL,
     SIM_AT(struct mdl_data_rule, secure_storage),
     .help = "goes only to sites with a secure tier, and into the first of these"},
    {.name = "secure_transport",
     .kind = SIM_FIELD_BOOL,
     SIM_AT(struct mdl_data_rule, secure_transport),
     .help = "takes secure links only"},
    {0},
};

#define CLASS(key, index, text)                                                                    \
    {                                                                                              \
        .name = (key), .kind = SIM_FIELD_GROUP, .rows = rule_fields,                               \
        SIM_AT(struct mdl_data_rules, of[index]), .help = (text),                                  \
        .example = "{zone: national, secure_storage: true}"                                        \
    }

const struct sim_field mdl_data_rules_fields[] = {
    CLASS("open", MDL_DATA_OPEN, "data that anybody may have; anywhere when nothing is said"),
    CLASS("personal", MDL_DATA_PERSONAL, "of persons; in the EU when nothing is said"),
    CLASS("health", MDL_DATA_HEALTH, "of patients; in the EU when nothing is said"),
    CLASS("trade_secret", MDL_DATA_TRADE_SECRET,
          "of enterprises; to secure storage or over secure links when nothing is said"),
    {0},
};

static enum mdl_residency residency_of(const struct mdl_data_rule *rule, int data_class,
                                       int residency)
{
    if (residency == MDL_DATA_RESIDENCY_BY_CLASS)
        residency = rule->zone;
    if (residency != MDL_DATA_RESIDENCY_BY_CLASS)
        return (enum mdl_residency)(residency - 1);
    return data_class == MDL_DATA_PERSONAL || data_class == MDL_DATA_HEALTH ? MDL_RESIDENCY_EU
                                                                            : MDL_RESIDENCY_ANY;
}

struct mdl_data_needs mdl_data_needs_of(const struct mdl_data_rules *rules, int data_class,
                                        int residency)
{
    const struct mdl_data_rule *rule = &rules->of[data_class];

    return (struct mdl_data_needs){.residency = residency_of(rule, data_class, residency),
                                   .secure_storage = rule->secure_storage,
                                   .secure_links = rule->secure_transport,
                                   .secure_links_or_a_tier = data_class == MDL_DATA_TRADE_SECRET};
}

bool mdl_data_may_be_at(const struct mdl_data_needs *needs, const char *home_country,
                        const struct mdl_stop *at)
{
    switch (needs->residency) {
    case MDL_RESIDENCY_EU:
        return at->is_eu;
    case MDL_RESIDENCY_NATIONAL:
        return *at->country && strcmp(at->country, home_country) == 0;
    default:
        return true;
    }
}

struct mdl_rule mdl_data_rule_of(const struct mdl_data_needs *needs, const char *home_country,
                                 bool is_secure_site)
{
    return (struct mdl_rule){
        .residency = needs->residency,
        .country = needs->residency == MDL_RESIDENCY_NATIONAL ? home_country : NULL,
        .is_secure = !needs->keys &&
                     (needs->secure_links ||
                      (needs->secure_links_or_a_tier && !is_secure_site && !needs->secure_storage)),
        .needs_keys = needs->keys,
        .into_enclave = needs->secure_storage};
}
