# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
#	make [CC=clang] [SAN=address,undefined] [O=build] [V=1] [CONFIG_XEAP_TLS=n]
#
# Kbuild says what is built; here is how. Nothing in what is built depends on the time or the folder it was built in.

VERSION := 0.1.0
SOVERSION := 0
O ?= build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
METHODDIR ?= $(LIBDIR)/xeap/methods
METHODHOST ?= $(PREFIX)/libexec/xeap-method-host
DESTDIR ?=
FUZZ_SECONDS ?= 30

CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /sbin/bpftool) bpftool)
CTAGS ?= ctags
PKG_CONFIG ?= pkg-config
ifeq ($(origin CXX),default)
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
endif
INSTALL ?= install
SAN ?=

all:

include Kbuild

ifeq ($(V),1)
Q :=
say := @:
else
Q := @
say := $(if $(findstring s,$(firstword -$(MAKEFLAGS))),@:,@printf '  %-7s %s\n')
endif

lib-pkgs := libssl libcrypto $(if $(filter y,$(CONFIG_XEAP_XML)),libxml-2.0)
tool-pkgs := jansson libcap-ng libseccomp
view-pkgs := $(if $(filter y,$(CONFIG_XEAP_VIEW)),ncursesw)
xdp-pkgs := libxdp libbpf libnl-route-3.0 libnl-3.0

# These need no compiler and no library.
plain-goals := deps test test-vm demo bench clean list-tests print-cppflags uninstall lint tags man
ifneq ($(filter-out $(plain-goals),$(or $(MAKECMDGOALS),all)),)
missing-pkgs := $(strip $(foreach p,$(lib-pkgs) $(xdp-pkgs) $(tool-pkgs) $(view-pkgs),$(if $(shell $(PKG_CONFIG) --exists $(p) 2>/dev/null && echo y),,$(p))))
ifneq ($(missing-pkgs),)
$(error Missing to build: $(missing-pkgs). 'make deps' installs what is needed from Debian's packages)
endif
endif

# CONFIG_XEAP_MD5=y in Kbuild is CONFIG_XEAP_MD5 defined as 1 in C.
configs := $(sort $(foreach v,$(filter CONFIG_XEAP_%,$(.VARIABLES)),$(if $(filter y,$($(v))),-D$(v)=1)))
same-anywhere := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(O)=build

CPPFLAGS_ALL := -D_GNU_SOURCE -DXEAP_VERSION='"$(VERSION)"' $(configs) -I. -Iinclude -Iuser -Iinclude/uapi -I$(O) \
	$(shell $(PKG_CONFIG) --cflags $(lib-pkgs) $(xdp-pkgs) $(tool-pkgs) 2>/dev/null) $(CPPFLAGS)
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
CFLAGS ?= -O2 -g
CFLAGS_ALL := -std=gnu17 $(WARN) -fPIC -fno-strict-aliasing -fno-semantic-interposition \
	-fstack-protector-strong $(same-anywhere) $(CFLAGS)
LDFLAGS_ALL := $(LDFLAGS)
# A sanitized library leaves the sanitizer's symbols to the program.
no-undefined := -Wl,-z,defs
ifneq ($(SAN),)
CFLAGS_ALL += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_ALL += -fsanitize=$(SAN)
no-undefined :=
endif
BPF_CFLAGS := -target bpf -O2 -g -Wall -Wextra -Werror -Iinclude/uapi $(same-anywhere) \
	$(addprefix -I/usr/include/,$(shell $(CC) -print-multiarch 2>/dev/null))
FUZZ_CFLAGS := -std=gnu17 -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
LIBS_LIB := $(shell $(PKG_CONFIG) --libs $(lib-pkgs) 2>/dev/null) -lpthread
LIBS_XDP := $(shell $(PKG_CONFIG) --libs $(xdp-pkgs) 2>/dev/null)
LIBS_TOOL := $(shell $(PKG_CONFIG) --libs $(tool-pkgs) 2>/dev/null)
# The program's only, and not what its macros would do to every other file.
LIBS_VIEW := $(if $(view-pkgs),$(shell $(PKG_CONFIG) --libs $(view-pkgs) 2>/dev/null))
CPPFLAGS_VIEW := $(if $(view-pkgs),$(shell $(PKG_CONFIG) --cflags-only-I $(view-pkgs) 2>/dev/null))
LIBS_HOST := $(shell $(PKG_CONFIG) --libs libseccomp 2>/dev/null)

obj = $(addprefix $(O)/,$(1))

libxeap-objs := $(call obj,$(libxeap-y))
libxdp-objs := $(call obj,$(libxeap-xdp-y))
xeap-objs := $(call obj,$(xeap-y))
skels := $(patsubst %.bpf.o,$(O)/%.skel.h,$(bpf-y))
bench-mpi := $(if $(bench-mpi-y),$(O)/xeap-bench-mpi.so)
bench-skels := $(patsubst %.bpf.o,$(O)/%.skel.h,$(bench-bpf-y))
unit-bins := $(addprefix $(O)/tests/unit/,$(unit-y))
plugin-bins := $(addprefix $(O)/tests/plugin/,$(addsuffix .so,$(plugin-y)))
bpftest-bins := $(addprefix $(O)/tests/bpf/,$(bpftest-y))
sample-bins := $(addprefix $(O)/tests/sample/,$(sample-y))
bench-bins := $(addprefix $(O)/tests/bench/,$(bench-y))
replay-bins := $(addprefix $(O)/tests/fuzz/replay_,$(fuzz-y))
fuzz-bins := $(addprefix $(O)/tests/fuzz/,$(fuzz-y))
public-headers := $(wildcard include/xeap/*.h) include/uapi/xeap/steer.h
pktgen := $(wildcard scripts/pktgen/*.sh)
man3-sources := $(wildcard include/xeap/*.h) user/libxeap.map user/libxeap-xdp.map

.PHONY: all libs skels tests headers deps check conformance test test-vm demo bench bench-programs fuzz lint man install uninstall list-tests print-cppflags tags clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: libs $(O)/xeap $(O)/xeap-method-host $(bench-mpi)

libs: $(O)/libxeap.a $(O)/libxeap.so $(O)/libxeap-xdp.a $(O)/libxeap-xdp.so

# Flags and lists as they were last time: files that change only when those do, for everything made with them.
flags := $(CC) $(CXX) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(CXXFLAGS) $(LDFLAGS_ALL) $(LIBS_LIB) $(LIBS_XDP) $(LIBS_TOOL) $(LIBS_VIEW) | \
	$(CLANG) $(BPF_CFLAGS) $(FUZZ_CFLAGS)
paths := $(METHODDIR) $(METHODHOST)
lists := $(libxeap-y) | $(libxeap-xdp-y) | $(xeap-y)
define remember
$(O)/.$(1): FORCE
	@mkdir -p $(O)
	@printf '%s\n' '$$(subst ','\'',$$($(1)))' | cmp -s - $$@ || printf '%s\n' '$$(subst ','\'',$$($(1)))' >$$@
endef
$(eval $(call remember,flags))
$(eval $(call remember,lists))
$(eval $(call remember,man3-sources))
$(eval $(call remember,paths))

$(O)/%.o: %.c $(O)/.flags
	$(say) CC $@
	@mkdir -p $(dir $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# DWARF is for debuggers of the object file; the loader wants BTF, which the strip leaves.
$(O)/%.bpf.o: %.bpf.c $(O)/.flags
	$(say) BPF $@
	@mkdir -p $(dir $@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@

$(O)/%.skel.h: $(O)/%.bpf.o
	$(say) SKEL $@
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@

# One file knows where things are installed: another place is no reason to compile all others again.
path-flags := -DXEAP_PLUGIN_DIR='"$(METHODDIR)"' -DXEAP_METHOD_HOST='"$(METHODHOST)"'
$(call obj,user/plugin/load.o): private CPPFLAGS_ALL += $(path-flags)
$(call obj,user/plugin/load.o): $(O)/.paths

$(call obj,$(bench-view-y)): private CPPFLAGS_ALL += $(CPPFLAGS_VIEW)

$(call obj,user/port/program.o user/flood/flood.o): $(skels)
$(patsubst %,$(O)/tests/bpf/%.o,$(bpftest-y)): $(skels) $(bench-skels)
$(sort $(foreach t,$(bench-y),$(O)/tests/bench/$(t).o $(filter $(O)/tests/bench/%,$(call obj,$($(t)-y))))): $(bench-skels)

$(O)/libxeap.a: $(libxeap-objs)
$(O)/libxeap-xdp.a: $(libxdp-objs)
$(O)/%.a: $(O)/.flags $(O)/.lists
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)

$(O)/libxeap.so: $(libxeap-objs) user/libxeap.map $(O)/.flags $(O)/.lists
	$(say) LD $@
	$(Q)$(CC) -shared -Wl,-soname,libxeap.so.$(SOVERSION) -Wl,--version-script=user/libxeap.map \
		-Wl,-Bsymbolic-functions $(no-undefined) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(libxeap-objs) $(LIBS_LIB)
	$(Q)ln -sf $(@F) $@.$(SOVERSION)

$(O)/libxeap-xdp.so: $(libxdp-objs) $(O)/libxeap.so user/libxeap-xdp.map $(O)/.flags $(O)/.lists
	$(say) LD $@
	$(Q)$(CC) -shared -Wl,-soname,libxeap-xdp.so.$(SOVERSION) -Wl,--version-script=user/libxeap-xdp.map \
		-Wl,-Bsymbolic-functions $(no-undefined) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(libxdp-objs) \
		-L$(O) -lxeap $(LIBS_XDP) -lpthread
	$(Q)ln -sf $(@F) $@.$(SOVERSION)

# What a program that loads plug-ins has for them: see xeap/plugin.h.
plugin-exports := -Wl,--export-dynamic-symbol='xeap_config_get*' -Wl,--export-dynamic-symbol='xeap_prompt_*'

# The program carries its libraries with it: it uses more of them than their stable interfaces.
$(O)/xeap: $(xeap-objs) $(O)/libxeap-xdp.a $(O)/libxeap.a $(O)/.flags $(O)/.lists
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) $(plugin-exports) -o $@ $(filter %.o %.a,$^) $(LIBS_XDP) $(LIBS_TOOL) $(LIBS_VIEW) -lm $(LIBS_LIB)

# MPI comes with a dozen libraries: the program has none of them, this module does.
$(call obj,$(bench-mpi-y)): private CPPFLAGS_ALL += $(shell $(PKG_CONFIG) --cflags ompi-c 2>/dev/null)
$(O)/xeap-bench-mpi.so: $(call obj,$(bench-mpi-y)) $(O)/.flags
	$(say) LD $@
	$(Q)$(CC) -shared $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(shell $(PKG_CONFIG) --libs ompi-c 2>/dev/null)

# The process of an isolated plug-in: as little as runs methods.
$(O)/xeap-method-host: $(call obj,$(method-host-y)) $(O)/.flags
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) $(plugin-exports) -o $@ $(filter %.o,$^) $(LIBS_HOST)

$(O)/tests/plugin/%.so: $(O)/tests/plugin/%.o $(O)/.flags
	$(say) LD $@
	$(Q)$(CC) -shared $(LDFLAGS_ALL) -o $@ $< $(LIBS_LIB)

$(O)/tests/unit/test_plugin $(O)/tests/unit/test_plugin_isolated $(O)/tests/unit/test_plugin_sandboxed: | $(plugin-bins) $(O)/xeap-method-host

# A test is linked with exactly the objects that Kbuild names for it: NAME-y.
define unit-rule
$(O)/tests/unit/$(1): $(O)/tests/unit/$(1).o $$(call obj,$$($(1)-y))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS_ALL) $$($(1)-ldflags) -o $$@ $$^ -lcmocka $$($(1)-libs) $$(LIBS_XDP) $$(LIBS_LIB)
endef
$(foreach t,$(unit-y),$(eval $(call unit-rule,$(t))))

# A test that needs root is one file on top of the libraries. (NAME-y may be a unit test's of the same name, with its fakes.)
$(O)/tests/bpf/%: $(O)/tests/bpf/%.o $(O)/libxeap-xdp.a $(O)/libxeap.a
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LIBS_XDP) $(LIBS_LIB)

$(sample-bins): %: %.o $(O)/libxeap.a $(O)/.flags
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) $(LIBS_LIB)

# So is a benchmark, with what Kbuild names beside them.
define bench-rule
$(O)/tests/bench/$(1): $(O)/tests/bench/$(1).o $$(call obj,$$($(1)-y)) $(O)/libxeap-xdp.a $(O)/libxeap.a
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS_ALL) $$($(1)-ldflags) -o $$@ $$^ $$(LIBS_XDP) $$(LIBS_LIB)
endef
$(foreach t,$(bench-y),$(eval $(call bench-rule,$(t))))

# Fuzz targets: the same file with a main that replays files (make check), or with libFuzzer (make fuzz).
define fuzz-rule
$(O)/tests/fuzz/replay_$(1): $(O)/tests/fuzz/$(1).o $(O)/tests/fuzz/replay.o $$(call obj,$$($(1)-y))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$($(1)-libs) $$(LIBS_LIB)
$(O)/tests/fuzz/$(1): $(O)/libfuzzer/tests/fuzz/$(1).o $$(addprefix $(O)/libfuzzer/,$$($(1)-y))
	$$(say) LD $$@
	@mkdir -p $$(dir $$@)
	$$(Q)$$(CLANG) $$(FUZZ_CFLAGS) -fsanitize=fuzzer -o $$@ $$^ $$($(1)-libs) $$(LIBS_LIB)
endef
$(foreach t,$(fuzz-y),$(eval $(call fuzz-rule,$(t))))

$(O)/libfuzzer/%.o: %.c $(O)/.flags
	$(say) CC $@
	@mkdir -p $(dir $@)
	$(Q)$(CLANG) $(CPPFLAGS_ALL) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

# Each public header alone, and twice, in C and in C++; kernel types are the includer's to provide, as uapi headers have it.
headers: $(O)/headers.c.ok $(O)/headers.cc.ok
compile-header.c := $(CC) -std=gnu17 -x c
compile-header.cc := $(CXX) -std=c++11 -x c++
$(O)/headers.%.ok: $(public-headers) $(O)/.flags
	$(say) HEADERS $@
	$(Q)for h in $(notdir $(public-headers)); do \
		printf '#include <linux/types.h>\n#include <xeap/%s>\n#include <xeap/%s>\n' $$h $$h | \
		$(compile-header.$*) -Wall -Wextra -Werror -Iinclude -Iinclude/uapi -fsyntax-only - || exit 1; done
	@touch $@

skels: $(skels)

tests: $(sample-bins) $(plugin-bins) $(unit-bins) $(bpftest-bins) $(replay-bins) headers man
tests: $(unit-bins) $(bpftest-bins) $(replay-bins) $(bench-bins) headers man

bench-programs: $(bench-bins)

# What scripts/test runs: a kind and a command a line.
list-tests:
	@$(foreach t,$(unit-bins),echo 'unit $(t)';)
	@$(foreach t,$(fuzz-y),echo 'replay $(O)/tests/fuzz/replay_$(t) tests/fuzz/seeds/$(t)';)
	@$(foreach t,$(bpftest-bins),echo 'bpf $(t)';)

print-cppflags:
	@printf '%s\n' '$(subst ','\'',$(CPPFLAGS_ALL) $(path-flags) $(shell $(PKG_CONFIG) --cflags ompi-c 2>/dev/null))'

deps:
	@scripts/deps

check: all tests
	@XEAP_BUILD='$(O)' scripts/test --built --no-root $(if $(filter 1,$(V)),-v) $(TESTS)

test:
	@XEAP_BUILD='$(O)' scripts/test $(if $(filter 1,$(V)),-v) $(TESTS)

test-vm:
	@XEAP_BUILD='$(O)' scripts/test-vm

# C01 to C55, a row a line, over both kinds of pool and both sets of names.
conformance: $(O)/tests/unit/test_conformance
	@$< --table

demo:
	@XEAP_BUILD='$(O)' scripts/demo $(ARGS)

# All rows, or ROWS='gsp steer', or PORTS=16 in place of 1024; JSON=FILE writes the figures there, too.
bench:
	@XEAP_BUILD='$(O)' scripts/bench $(if $(JSON),--json '$(JSON)') $(ROWS)

lint:
	@XEAP_BUILD='$(O)' scripts/lint

# New finds go to the corpus in the build folder; what is worth keeping is copied to the seeds by hand.
fuzz-runs := $(addprefix run-,$(fuzz-y))
.PHONY: $(fuzz-runs)
fuzz: $(fuzz-runs)
$(fuzz-runs): run-%: $(O)/tests/fuzz/%
	$(Q)mkdir -p $(O)/corpus/$* && echo "  FUZZ    $*, $(FUZZ_SECONDS) s" && \
		$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix=$(O)/corpus/$*- $(O)/corpus/$* tests/fuzz/seeds/$*

# A page for each function that the public headers declare. All are made anew: one that is gone must not stay.
man: $(O)/man/.made
$(O)/man/.made: scripts/man3 scripts/header.py user/host/xeap-host.7 $(man3-sources) $(O)/.man3-sources
	$(say) MAN $(O)/man/man3
	$(Q)rm -rf $(O)/man && scripts/man3 --date "$$(sed -n 's/^\.Dd //p' user/host/xeap-host.7)" -o $(O)/man/man3 $(man3-sources)
	@touch $@

include-dir := $(PREFIX)/include
manpages := $(wildcard user/*/*.[1-9])
completion := $(wildcard user/tool/completion.bash)
dest = $(DESTDIR)$(1)
fill-pc = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	-e 's|@REQUIRES@|$(lib-pkgs)|'

define install-lib
	$(Q)$(INSTALL) -m 755 $(O)/$(1).so $(call dest,$(LIBDIR))/$(1).so.$(VERSION)
	$(Q)ln -sf $(1).so.$(VERSION) $(call dest,$(LIBDIR))/$(1).so.$(SOVERSION)
	$(Q)ln -sf $(1).so.$(SOVERSION) $(call dest,$(LIBDIR))/$(1).so
	$(Q)$(INSTALL) -m 644 $(O)/$(1).a $(call dest,$(LIBDIR))/$(1).a
	$(Q)$(fill-pc) user/$(1).pc.in >$(call dest,$(LIBDIR))/pkgconfig/$(1).pc
	$(Q)chmod 644 $(call dest,$(LIBDIR))/pkgconfig/$(1).pc
endef

install: all man
	$(say) INSTALL '$(call dest,$(PREFIX))'
	$(Q)$(INSTALL) -d $(call dest,$(PREFIX)/bin) $(call dest,$(LIBDIR)/pkgconfig) $(call dest,$(include-dir)/xeap)
	$(Q)$(INSTALL) -d $(call dest,$(METHODDIR)) $(call dest,$(dir $(METHODHOST)))
	$(Q)$(INSTALL) -m 755 $(O)/xeap $(call dest,$(PREFIX)/bin)/xeap
	$(Q)$(INSTALL) -m 755 $(O)/xeap-method-host $(call dest,$(METHODHOST))
	$(Q)$(if $(bench-mpi),$(INSTALL) -D -m 755 $(bench-mpi) $(call dest,$(PREFIX)/libexec/xeap-bench-mpi.so))
	$(Q)$(INSTALL) -m 644 $(public-headers) $(call dest,$(include-dir)/xeap)
	$(call install-lib,libxeap)
	$(call install-lib,libxeap-xdp)
	$(Q)for m in $(manpages) $(O)/man/man3/*.3; do \
		$(INSTALL) -D -m 644 $$m $(call dest,$(PREFIX)/share/man)/man$${m##*.}/$${m##*/} || exit 1; done
	$(Q)$(if $(completion),$(INSTALL) -D -m 644 $(completion) \
		$(call dest,$(PREFIX)/share/bash-completion/completions)/xeap)
	$(Q)$(INSTALL) -d $(call dest,$(PREFIX)/share/xeap/pktgen)
	$(Q)$(INSTALL) -m 755 $(filter-out %/pktgen.sh,$(pktgen)) $(call dest,$(PREFIX)/share/xeap/pktgen)
	$(Q)$(INSTALL) -m 644 scripts/pktgen/pktgen.sh $(O)/bpf/shape.bpf.o $(call dest,$(PREFIX)/share/xeap/pktgen)

uninstall:
	$(Q)rm -f $(call dest,$(PREFIX)/bin/xeap) $(call dest,$(METHODHOST)) $(call dest,$(PREFIX)/libexec/xeap-bench-mpi.so) $(call dest,$(PREFIX)/share/bash-completion/completions/xeap) \
		$(foreach l,libxeap libxeap-xdp,$(addprefix $(call dest,$(LIBDIR))/,$(l).a $(l).so $(l).so.$(SOVERSION) \
			$(l).so.$(VERSION) pkgconfig/$(l).pc)) \
		$(addprefix $(call dest,$(include-dir))/xeap/,$(notdir $(public-headers))) \
		$(foreach m,$(manpages),$(call dest,$(PREFIX)/share/man)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
		$(addprefix $(call dest,$(PREFIX)/share/man)/man3/,$(shell scripts/man3 --list $(man3-sources)))
	$(Q)rm -f $(addprefix $(call dest,$(PREFIX)/share/xeap/pktgen)/,$(notdir $(pktgen)) shape.bpf.o)
	$(Q)rmdir --ignore-fail-on-non-empty $(call dest,$(include-dir))/xeap $(call dest,$(PREFIX)/share/xeap/pktgen) \
		$(call dest,$(PREFIX)/share/xeap) 2>/dev/null || true

tags:
	$(Q)$(CTAGS) -R bpf include tests user

clean:
	$(Q)rm -rf $(O)

# What scripts/freeradius-next unpacks there is not ours.
-include $(shell find $(O) -path '$(O)/freeradius-next' -prune -o -type f -name '*.d' -print 2>/dev/null)
