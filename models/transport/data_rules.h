/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/data_rules.h - what the class of data asks for: where it may be, how it travels,
 * what it lies on.
 *
 *   open           anywhere
 *   personal       the EU        Regulation (EU) 2016/679 (GDPR), chapter V
 *   health         the EU        the same, article 9; Regulation (EU) 2025/327 (EHDS)
 *   trade_secret   anywhere, to a site whose storage is secure, or over secure links only
 *
 * A scenario's `data_classes` say otherwise. Data that needs secure storage goes to sites that have
 * a secure tier, and into that tier.
 */
#ifndef MODELS_TRANSPORT_DATA_RULES_H
#define MODELS_TRANSPORT_DATA_RULES_H

#include <stdbool.h>

#include "models/transport/network.h"
#include "models/transport/routes.h"
#include "sim/field.h"

enum mdl_data_class {
    MDL_DATA_OPEN,
    MDL_DATA_PERSONAL,
    MDL_DATA_HEALTH,
    MDL_DATA_TRADE_SECRET,
    MDL_DATA_CLASSES
};
extern const char *const mdl_data_class_names[]; /* NULL-terminated */

/* The first: by class. The others are one above enum mdl_residency. */
enum { MDL_DATA_RESIDENCY_BY_CLASS };
extern const char *const mdl_data_residency_names[]; /* NULL-terminated */

struct mdl_data_rule {
    int zone; /* as a residency */
    bool secure_storage, secure_transport;
};

struct mdl_data_rules {
    struct mdl_data_rule of[MDL_DATA_CLASSES];
};

extern const struct sim_field mdl_data_rules_fields[];

struct mdl_data_needs {
    enum mdl_residency residency;
    bool secure_storage;         /* a secure tier of the site */
    bool secure_links;           /* everywhere */
    bool secure_links_or_a_tier; /* unless the site's storage is secure */
    bool keys;                   /* links with keys instead (models/transport/qkd.h) */
};

/* residency: what the data itself says, or MDL_DATA_RESIDENCY_BY_CLASS. */
struct mdl_data_needs mdl_data_needs_of(const struct mdl_data_rules *rules, int data_class,
                                        int residency);

/* Why data may not be at a place; OPEN_TO: it may. */
enum mdl_data_refusal {
    MDL_DATA_OPEN_TO,
    MDL_DATA_OUTSIDE,    /* of its zone */
    MDL_DATA_NO_WAY,     /* that it may take leads there */
    MDL_DATA_NO_ENCLAVE, /* no tier of the site is secure */
    MDL_DATA_REFUSALS
};

/* home_country: of the place where the data lies. */
bool mdl_data_may_be_at(const struct mdl_data_needs *needs, const char *home_country,
                        const struct mdl_stop *at);

/* What its transfers to a site may cross, and end at. */
struct mdl_rule mdl_data_rule_of(const struct mdl_data_needs *needs, const char *home_country,
                                 bool is_secure_site);

#endif /* MODELS_TRANSPORT_DATA_RULES_H */
