/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/money/country.h - what electricity costs and emits in a state, where a site does not say.
 *
 * Price: non-household consumers of 500 to 1999 MWh a year, without VAT, second half of 2025; who
 * buys 10 to 100 GWh pays about a fifth less. Carbon: consumption mix of 2025, life cycle. The
 * source of either stands in the table, and in /inputs of every result that uses it.
 */
#ifndef MODELS_MONEY_COUNTRY_H
#define MODELS_MONEY_COUNTRY_H

#include "sim/field.h"

/* Is it the two-letter code (ISO 3166-1; also EL and UK) of a state of the EU or EFTA, of one that
 * takes part in EuroHPC, or of a candidate? */
bool mdl_is_state(const char *code);

/* The same, or EU (of no one state) or XA (associated states together): where users are from. */
bool mdl_is_origin(const char *code);

/* Is it the code of a member state of the EU, or EU itself? */
bool mdl_is_eu(const char *code);

/* EUR/MWh and g/kWh of a state by its two-letter code; false where the table does not know it. */
bool mdl_country_price(const char *code, struct sim_found *out);
bool mdl_country_carbon(const char *code, struct sim_found *out);

#endif /* MODELS_MONEY_COUNTRY_H */
