# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause

VERSION := 0.1.0
SOVERSION := 0
O ?= build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=

CLANG ?= clang
BPFTOOL ?= bpftool
CTAGS ?= ctags
PKG_CONFIG ?= pkg-config
SAN ?=

include Kbuild

ifeq ($(V),1)
Q :=
say := @:
else
Q := @
say := @printf '  %-7s %s\n'
endif

lib-pkgs := openssl
xdp-pkgs := libxdp libbpf libnl-3.0 libnl-route-3.0

CPPFLAGS_ALL := -D_GNU_SOURCE -DXEAP_VERSION='"$(VERSION)"' -I. -Iinclude -Iuser -Iinclude/uapi -I$(O) \
	-I/usr/include/libnl3
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
CFLAGS ?= -O2 -g
CFLAGS_ALL := -std=gnu17 $(WARN) -fPIC -fno-strict-aliasing -fno-semantic-interposition -fstack-protector-strong $(CFLAGS)
LDFLAGS_ALL := $(LDFLAGS)
ifneq ($(SAN),)
CFLAGS_ALL += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_ALL += -fsanitize=$(SAN)
endif
LIBS_LIB := -lcrypto -lssl -lpthread
LIBS_XDP := -lxdp -lbpf -lnl-route-3 -lnl-3

obj = $(addprefix $(O)/,$(1))

libxeap-objs := $(call obj,$(libxeap-y))
libxdp-objs := $(call obj,$(libxeap-xdp-y))
xeap-objs := $(call obj,$(xeap-y))
skels := $(patsubst %.bpf.o,$(O)/%.skel.h,$(bpf-y))
unit-bins := $(addprefix $(O)/tests/unit/,$(unit-y))
bpftest-bins := $(addprefix $(O)/tests/bpf/,$(bpftest-y))
replay-bins := $(addprefix $(O)/tests/fuzz/replay_,$(fuzz-y))
fuzz-bins := $(addprefix $(O)/tests/fuzz/,$(fuzz-y))

.PHONY: all libs tests deps check test demo fuzz lint install clean
.DELETE_ON_ERROR:
.SECONDARY:

all: libs $(O)/xeap

libs: $(O)/libxeap.a $(O)/libxeap.so $(O)/libxeap-xdp.a $(O)/libxeap-xdp.so

$(O)/%.o: %.c
	$(say) CC $@
	@mkdir -p $(dir $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(O)/%.bpf.o: %.bpf.c
	$(say) BPF $@
	@mkdir -p $(dir $@)
	$(Q)$(CLANG) -target bpf -O2 -g -Wall -Wextra -Werror -Iinclude/uapi \
		-I/usr/include/$(shell $(CC) -print-multiarch) -MMD -MP -c -o $@ $<

$(O)/%.skel.h: $(O)/%.bpf.o
	$(say) SKEL $@
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@

$(call obj,user/port/steer.o): $(skels)
$(patsubst %,$(O)/tests/bpf/%.o,$(bpftest-y)): $(skels)

$(O)/libxeap.a: $(libxeap-objs)
$(O)/libxeap-xdp.a: $(libxdp-objs)
$(O)/%.a:
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(O)/libxeap.so: $(libxeap-objs) user/libxeap.map
	$(say) LD $@
	$(Q)$(CC) -shared -Wl,-soname,libxeap.so.$(SOVERSION) -Wl,--version-script=user/libxeap.map \
		-Wl,-Bsymbolic-functions -Wl,-z,defs $(LDFLAGS_ALL) -o $@ $(libxeap-objs) $(LIBS_LIB)
	$(Q)ln -sf $(@F) $@.$(SOVERSION)

$(O)/libxeap-xdp.so: $(libxdp-objs) $(O)/libxeap.so user/libxeap-xdp.map
	$(say) LD $@
	$(Q)$(CC) -shared -Wl,-soname,libxeap-xdp.so.$(SOVERSION) -Wl,--version-script=user/libxeap-xdp.map \
		-Wl,-Bsymbolic-functions -Wl,-z,defs $(LDFLAGS_ALL) -o $@ $(libxdp-objs) -L$(O) -lxeap $(LIBS_XDP) -lpthread
	$(Q)ln -sf $(@F) $@.$(SOVERSION)

$(O)/xeap: $(xeap-objs) $(O)/libxeap-xdp.a $(O)/libxeap.a
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_XDP) $(LIBS_LIB)

# A test is linked with exactly the objects that Kbuild names for it: NAME-y.
define unit-rule
$(O)/tests/unit/$(1): $(O)/tests/unit/$(1).o $$(call obj,$$($(1)-y))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS_ALL) $$($(1)-ldflags) -o $$@ $$^ -lcmocka $$(LIBS_XDP) $$(LIBS_LIB)
endef
$(foreach t,$(unit-y),$(eval $(call unit-rule,$(t))))

$(O)/tests/bpf/%: $(O)/tests/bpf/%.o $(O)/libxeap-xdp.a $(O)/libxeap.a
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LIBS_XDP) $(LIBS_LIB)

# Fuzz targets: the same file with a main that replays files (make check), or with libFuzzer (make fuzz).
define fuzz-rule
$(O)/tests/fuzz/replay_$(1): $(O)/tests/fuzz/$(1).o $(O)/tests/fuzz/replay.o $$(call obj,$$($(1)-y))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LIBS_LIB)
$(O)/tests/fuzz/$(1): tests/fuzz/$(1).c $$(patsubst %.o,%.c,$$($(1)-y))
	$$(say) FUZZ $$@
	@mkdir -p $$(dir $$@)
	$$(Q)$$(CLANG) $$(CPPFLAGS_ALL) -std=gnu17 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $$@ $$^ $$(LIBS_LIB)
endef
$(foreach t,$(fuzz-y),$(eval $(call fuzz-rule,$(t))))

tests: $(unit-bins) $(bpftest-bins) $(replay-bins)

clean:
	$(Q)rm -rf $(O)

-include $(shell find $(O) -name '*.d' 2>/dev/null)
