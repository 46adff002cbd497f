/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/map.h - the map of Europe below what a figure draws on it.
 *
 * Map      Natural Earth, public domain; Lambert azimuthal equal-area, centre 52 N 10 E
 *          (EPSG:3035, on the sphere), in km. No position on the status of any territory.
 */
#ifndef OUTPUT_MAP_H
#define OUTPUT_MAP_H

#include <stdbool.h>

#include "output/plot.h"

#define OUT_MAP_WORDS "Boundaries: Natural Earth; no position on status."

/* Where the scenario puts a place, by the path of its lat and lon ("sites.lumi.place",
 * "network.hubs.paris"); false: nowhere, or off the map. */
bool out_map_find(const struct out_plot *plot, const char *path, double *x_km, double *y_km);

/* The land as data blocks, the left part of the page as the map, no axes. */
void out_map_begin(struct out_text *script);
/* "plot LAND": what else is drawn follows after a comma. */
void out_map_land(struct out_text *script);

#endif /* OUTPUT_MAP_H */
