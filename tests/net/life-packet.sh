#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# life.sh in packet mode.
LIFE_MODE=packet exec "$(dirname "$0")/life.sh"
