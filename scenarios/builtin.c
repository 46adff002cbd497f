/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/builtin.h"

#include "scenarios/builtin_table.inc" /* made by the Makefile, below build/ */
