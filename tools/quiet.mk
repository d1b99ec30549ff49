# SPDX-License-Identifier: GPL-2.0-or-later
# What make prints: a line for each file that is made, or, with V=1, the commands.

V ?= 0
ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s %s\n' $(1) $(patsubst $(BUILD)/%,%,$(2));
endif
