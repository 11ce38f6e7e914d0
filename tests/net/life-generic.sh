#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# life.sh in generic mode.
LIFE_MODE=generic exec "$(dirname "$0")/life.sh"
