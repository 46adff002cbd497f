/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/purpose.h - what is drawn for sources and their jobs, applications and projects.
 *
 * Part of the meaning of a seed: never renumber. Entity and index say whose it is: see source.h,
 * application.h and project.h.
 */
#ifndef MODELS_DEMAND_PURPOSE_H
#define MODELS_DEMAND_PURPOSE_H

enum mdl_draw {
    MDL_DRAW_GAP = 1,
    MDL_DRAW_BATCH,
    MDL_DRAW_CLASS,
    MDL_DRAW_HOME,
    MDL_DRAW_USER,
    MDL_DRAW_WIDTH,
    MDL_DRAW_RUN,
    MDL_DRAW_OVERESTIMATE,
    MDL_DRAW_OUTCOME,
    MDL_DRAW_TRANSFER,
    MDL_DRAW_INPUT,
    MDL_DRAW_OUTPUT,
    MDL_DRAW_LINE,
    MDL_DRAW_ARRAY,
    MDL_DRAW_CHAIN,
    MDL_DRAW_PATIENCE,
    MDL_DRAW_ARRAY_GAP,
    MDL_DRAW_DAY,
    MDL_DRAW_WEEK,
    MDL_DRAW_LEAVES,
    MDL_DRAW_DATASET,
    /* of applications */
    MDL_DRAW_MEMBER,
    MDL_DRAW_MODE,
    MDL_DRAW_AWARD,
    MDL_DRAW_DURATION,
    MDL_DRAW_DRAFT,
    MDL_DRAW_PASS,
    MDL_DRAW_SCORE,
    MDL_DRAW_UNUSED,
    MDL_DRAW_AGAIN,
    MDL_DRAW_BACK,
    MDL_DRAW_DELAY,
    MDL_DRAW_GIVES_UP,
    /* of members on radio cells */
    MDL_DRAW_RADIO = 40,
    MDL_DRAW_COVERAGE,
};

/* Kinds of children of an entity (sim_hash_child). */
enum mdl_child { MDL_CHILD_APPLICATION = 1 };

#endif /* MODELS_DEMAND_PURPOSE_H */
