# SPDX-License-Identifier: GPL-2.0-or-later
# zswapscope: "make help" tells the targets.  All output is below build/.

VERSION	?= 0.1.0
PREFIX	?= /usr/local
CFLAGS	?= -O2 -g

TOP	:= $(CURDIR)
BUILD	:= $(TOP)/build
FETCH	:= tests/vm/fetch-kernel
DEBUG_KERNEL := tests/vm/build-debug-kernel

# Modules are built for the running kernel where its headers are, or else for the
# one that the tests run.
KDIR	?= $(or $(wildcard /lib/modules/$(shell uname -r)/build),$(shell $(FETCH) --print kdir))

include tools/quiet.mk
ifneq ($(V),1)
MAKEFLAGS += --no-print-directory
endif
# Test files that run at a time: a virtual machine keeps one processor busy.
JOBS ?= 2

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all modules bpf tools test-programs test-modules install install-tools uninstall deb demo check coverage test test-packages test-debug test-kcsan test-builtin torture torture-mutants leaks bench fuzz screens clean help FORCE

all: modules tools test-programs

help:
	@echo 'make                 modules, tools and the programs that tests use'
	@echo 'make modules         build/modules/*.ko for KDIR (default: the running kernel, or the one that tests run)'
	@echo 'make tools           build/bin/: zswaptop, zswap-trace, zswap-exporter, with their BPF programs, and zswapscope'
	@echo 'make bpf             the BPF programs alone'
	@echo 'make install         to DESTDIR and PREFIX (/usr/local); modules below /lib/modules'
	@echo 'make install-tools   all but the modules, with manual pages and completion for shells'
	@echo 'make uninstall       remove what these two installed'
	@echo 'make deb             Debian packages, zswapscope and zswapscope-dkms, in build/deb'
	@echo 'make demo            a virtual machine that swaps, and zswaptop live in it'
	@echo 'make check           static checks of the sources; CHECKS="sparse licence" for some of them'
	@echo 'make coverage        which lines of tools/lib the unit tests run'
	@echo 'make test            all tests; TESTS="a.t b.t" for some, JOBS=N for N at a time (2)'
	@echo 'make test-packages   the packages, in a Debian of their own, also with Secure Boot; needs root;'
	@echo '                     RELEASE=trixie for Debian 13'
	@echo 'make test-debug      some tests on a kernel with KASAN and lockdep, built first; TESTS= for others'
	@echo 'make test-kcsan      some on one with KCSAN, which finds data races in the modules'
	@echo 'make test-builtin    some on one that has zswapscope built in instead of as modules'
	@echo 'make torture         look for wrong pages while everything changes; MINUTES=N for so long (10),'
	@echo '                     KERNEL=debug or kcsan for one of these kernels, SEED=N to choose what is done'
	@echo 'make torture-mutants   whether it finds bugs put into the modules; MINUTES=N for each (3), MUTANTS="a b" for some'
	@echo 'make leaks           load and unload modules and tools, CYCLES=N times (1000); nothing may leak;'
	@echo '                     KERNEL=debug with kmemleak'
	@echo 'make bench           what watching and recording cost, and this zswap beside the kernel'\''s own, as'
	@echo '                     ratios; QUICK=1 for less of it, BENCH="density thrash" for some of its parts'
	@echo 'make fuzz            the reader of recordings, fed with damaged ones; RUNS=N for so many (a million)'
	@echo 'make screens         docs/screens: pictures of zswaptop and a report; SCREENS="a b" for some'
	@echo 'make compile_commands.json  for editors and clangd: how each file is compiled'
	@echo 'make clean           remove build/'
	@echo 'V=1 shows the commands.  demo and the tests install missing Debian packages (tests/deps).'

# --- Modules: built in a copy, so that the sources stay clean ---

# Modules for another kernel are kept apart: FLAVOUR=debug has build/debug/modules, and
# FLAVOUR=kcsan build/kcsan/modules; FLAVOUR=builtin, which takes no other, those of tests.
KBUILD_OUT := $(BUILD)$(if $(FLAVOUR),/$(FLAVOUR))
MODULES	:= $(KBUILD_OUT)/modules
KMOD	:= $(KBUILD_OUT)/kmod
FAULT	:= $(KBUILD_OUT)/kmod-test
KMOD_SOURCES  := $(shell find kernel include -type f ! -name '.*')
FAULT_SOURCES := $(wildcard tests/kernel/modules/*)
STAGED	:= $(addprefix $(KMOD)/,$(KMOD_SOURCES))
FAULT_STAGED  := $(patsubst tests/kernel/modules/%,$(FAULT)/%,$(FAULT_SOURCES))

# Objects for another kernel are of no use: start again when KDIR changes.
$(KBUILD_OUT)/kdir: FORCE
	$(Q)if [ -z '$(KDIR)' ] || [ ! -e '$(KDIR)/Makefile' ]; then \
		echo 'no kernel headers in KDIR=$(KDIR)' >&2; exit 1; fi
	$(Q)$(if $(filter builtin,$(FLAVOUR)),:,why=$$(kernel/supported '$(or $(KREL),(of no release))' '$(KDIR)/.config')) || \
		{ echo "$$why" >&2; exit 1; }
	$(Q)mkdir -p $(MODULES)
	$(Q)echo '$(KDIR)' | cmp -s - $@ || { rm -rf $(KMOD) $(FAULT) $(MODULES)/*.ko; echo '$(KDIR)' > $@; }

$(KMOD)/%: % $(KBUILD_OUT)/kdir
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(FAULT)/%: tests/kernel/modules/% $(KBUILD_OUT)/kdir
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

# $(1): a folder to build.  Only what has changed is copied: insmod may be using it.
define build-modules
	$(Q)+$(MAKE) -C '$(KDIR)' M=$(1) modules
	$(Q)for ko in $(1)/*.ko; do \
		to=$(MODULES)/$${ko##*/}; \
		cmp -s $$ko $$to || { cp $$ko $$to.new && mv $$to.new $$to; } || exit 1; \
	done
endef

modules: $(STAGED)
	$(call build-modules,$(KMOD)/kernel)

test-modules: $(FAULT_STAGED) $(STAGED)
	$(if $(FAULT_SOURCES),$(call build-modules,$(FAULT)))

# --- BPF, tools, programs of the tests ---

bpf:
	$(Q)$(MAKE) -C bpf

tools:
	$(Q)$(MAKE) -C tools VERSION='$(VERSION)'

test-programs: $(BUILD)/bin/zs-workload $(BUILD)/bin/zs-torture

$(BUILD)/bin/zs-workload: tests/kernel/workload.c tests/program.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -Wall -Wextra -O2 $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -pthread $< -o $@

# Static: what a process has of a shared library could be swapped as well.
$(BUILD)/bin/zs-torture: $(wildcard tests/torture/*.c tests/torture/*.h) tests/program.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -Wall -Wextra -Wmissing-prototypes -D_GNU_SOURCE -O2 $(CPPFLAGS) $(CFLAGS) \
		$(LDFLAGS) -static $(filter %.c,$^) -o $@

# --- Installing ---

INSTALL	?= install
SYSCONFDIR ?= /etc
SYSTEMDDIR ?= $(PREFIX)/lib/systemd/system
INSTALLED := zswaptop zswap-trace zswap-exporter zswapscope
BINDIR	:= $(DESTDIR)$(PREFIX)/bin
# What is ours alone, and is run by zswapscope.
HELPDIR	:= $(DESTDIR)$(PREFIX)/libexec/zswapscope
MANDIR	:= $(DESTDIR)$(PREFIX)/share/man/man8
CONFDIR	:= $(DESTDIR)$(SYSCONFDIR)
UNITDIR	:= $(DESTDIR)$(SYSTEMDDIR)
CONF	:= tools/zswapscope/zswapscope.conf
UNITS	:= tools/zswapscope/zswapscope.service tools/zswap-exporter/zswap-exporter.service
PAGES	:= $(wildcard docs/*.8)
KREL	= $(shell cat '$(KDIR)/include/config/kernel.release' 2>/dev/null)
MODDIR	= $(DESTDIR)/lib/modules/$(KREL)/extra
KOS	:= frontswap.ko zswap_zbud.ko

# What completes their command lines, as they write it themselves.
BASHDIR	:= $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR	:= $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR	:= $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

# Parameters that somebody has changed stay.
install-tools: tools
	$(INSTALL) -d '$(BINDIR)' '$(HELPDIR)' '$(MANDIR)' '$(CONFDIR)' '$(UNITDIR)' '$(BASHDIR)' '$(ZSHDIR)' '$(FISHDIR)'
	$(INSTALL) -m 755 $(addprefix $(BUILD)/bin/,$(INSTALLED)) '$(BINDIR)'
	$(INSTALL) -m 755 kernel/supported '$(HELPDIR)'
	[ -e '$(CONFDIR)/$(notdir $(CONF))' ] || $(INSTALL) -m 644 $(CONF) '$(CONFDIR)'
	for unit in $(UNITS); do \
		sed 's,/usr/local/bin,$(PREFIX)/bin,' $$unit > '$(UNITDIR)'/$${unit##*/} || exit 1; \
	done
	$(INSTALL) -m 644 $(PAGES) '$(MANDIR)'
	for tool in $(INSTALLED); do \
		$(BUILD)/bin/$$tool --completion=bash > '$(BASHDIR)'/$$tool && \
		$(BUILD)/bin/$$tool --completion=zsh > '$(ZSHDIR)'/_$$tool && \
		$(BUILD)/bin/$$tool --completion=fish > '$(FISHDIR)'/$$tool.fish || exit 1; \
	done

install: modules install-tools
	$(INSTALL) -d '$(MODDIR)'
	$(INSTALL) -m 644 $(addprefix $(MODULES)/,$(KOS)) '$(MODDIR)'
	$(if $(DESTDIR),,depmod '$(KREL)')

# All that install has put there, for whichever kernel, but for parameters that somebody has
# changed; and first what runs of it.
uninstall:
	$(if $(DESTDIR),,[ ! -x '$(BINDIR)/zswapscope' ] || '$(BINDIR)/zswapscope' disable)
	rm -f $(foreach tool,$(INSTALLED),'$(BINDIR)/$(tool)' '$(BASHDIR)/$(tool)' '$(ZSHDIR)/_$(tool)' \
		'$(FISHDIR)/$(tool).fish') '$(HELPDIR)/supported' \
		$(foreach page,$(notdir $(PAGES)),'$(MANDIR)/$(page)') $(foreach unit,$(notdir $(UNITS)),'$(UNITDIR)/$(unit)')
	[ ! -d '$(HELPDIR)' ] || rmdir '$(HELPDIR)'
	if cmp -s $(CONF) '$(CONFDIR)/$(notdir $(CONF))'; then \
		rm -f '$(CONFDIR)/$(notdir $(CONF))'; \
	elif [ -e '$(CONFDIR)/$(notdir $(CONF))' ]; then \
		echo '$(CONFDIR)/$(notdir $(CONF)) has been changed, and stays' >&2; \
	fi
	for folder in '$(DESTDIR)'/lib/modules/*/extra; do \
		[ -e "$$folder/frontswap.ko" ] || [ -e "$$folder/zswap_zbud.ko" ] || continue; \
		rm -f $(foreach ko,$(KOS),"$$folder/$(ko)") || exit 1; \
		rmdir --ignore-fail-on-non-empty "$$folder" || exit 1; \
		release=$${folder%/extra}; \
		$(if $(DESTDIR),:,depmod) "$${release##*/}" || exit 1; \
	done

# REVISION=2 for packages of the same tools that count as newer; DEBIAN=DIR for those of another
# Debian, whose root is DIR.
deb:
	$(Q)tests/deps package
	$(Q)tools/packaging/make-deb $(if $(REVISION),--revision '$(REVISION)') $(if $(DEBIAN),--root '$(DEBIAN)') '$(VERSION)'

# --- In the virtual machine: always with the modules of its own kernel ---

demo:
	$(Q)tests/deps
	$(Q)echo 'demo: building (the first time, this fetches a kernel)' >&2
	$(Q)kdir=$$($(FETCH) --print kdir) && $(MAKE) all KDIR="$$kdir" >&2
	$(Q)tests/demo

check:
	$(Q)tests/deps check
	$(Q)tests/check -j $(JOBS) $(CHECKS)

coverage:
	$(Q)tests/deps
	$(Q)JOBS=$(JOBS) tests/coverage

test:
	$(Q)tests/deps browser
	$(Q)kdir=$$($(FETCH) --print kdir) && $(MAKE) -j $(JOBS) all KDIR="$$kdir" && \
		$(MAKE) test-modules KDIR="$$kdir"
	$(Q)$(MAKE) -j $(JOBS) -C tools check-build VERSION='$(VERSION)'
	$(Q)tests/run-all -j $(JOBS) $(TESTS)

test-packages:
	$(Q)tests/deps package
	$(Q)$(MAKE) -j $(JOBS) tools test-programs
	$(Q)tests/run-all $(or $(TESTS),$(wildcard tests/packages/*.t))

# The kernel comes last of what could fail early.
# An emulated KASAN takes six times as long: these go everywhere, in a quarter of an
# hour; TESTS="tests/kernel/*.t" is for a long evening.
DEBUG_TESTS := $(addprefix tests/kernel/,storm.t events.t hazards.t zbud.t index.t torture.t)

# Where there is most that meets, and what KCSAN itself finds in a module full of races.
KCSAN_TESTS := tests/vm/kcsan.t $(addprefix tests/kernel/,storm.t torture.t hazards.t events.t contents.t \
	parameters.t pool.t zbud.t index.t)

# Without modules: what pages go through, and what the tools see of it.
BUILTIN_TESTS := $(wildcard tests/vm/builtin*.t) $(addprefix tests/kernel/,contents.t pool.t numbers.t rejects.t parameters.t \
	events.t swap-devices.t large-folios.t cgroups.t shrinker.t compressors.t hazards.t storm.t torture.t) \
	$(addprefix tests/tools/,guest.t check.t events.t)

test-debug: BUILT := debug
test-debug: BUILT_TESTS = $(DEBUG_TESTS)
test-kcsan: BUILT := kcsan
test-kcsan: BUILT_TESTS = $(KCSAN_TESTS)
test-builtin: BUILT := builtin
test-builtin: BUILT_TESTS = $(BUILTIN_TESTS)

.PHONY: test-builtin
# Beside what is built in there are no modules but those of tests.
test-debug test-kcsan test-builtin:
	$(Q)tests/deps
	$(Q)$(MAKE) -j $(JOBS) tools test-programs
	$(Q)kdir=$$($(DEBUG_KERNEL) --flavour $(BUILT) --print kdir) && \
		$(MAKE) $(if $(filter-out builtin,$(BUILT)),modules) test-modules FLAVOUR=$(BUILT) KDIR="$$kdir"
	$(Q)ZS_KERNEL=$(BUILT) tests/run-all -j $(JOBS) $(or $(TESTS),$(BUILT_TESTS))

KERNEL	?= $(or $(ZS_KERNEL),stock)

torture: BUILT = $(filter-out stock,$(KERNEL))
torture:
	$(if $(filter stock debug kcsan,$(KERNEL)),,$(error KERNEL=$(KERNEL): it is stock, debug or kcsan))
	$(Q)tests/deps
	$(Q)$(MAKE) -j $(JOBS) tools test-programs
	$(Q)kdir=$$($(if $(BUILT),$(DEBUG_KERNEL) --flavour $(BUILT),$(FETCH)) --print kdir) && \
		$(MAKE) modules test-modules FLAVOUR=$(BUILT) KDIR="$$kdir"
	$(Q)ZS_KERNEL=$(BUILT) MINUTES='$(MINUTES)' SEED='$(SEED)' BARE='$(BARE)' OPTIONS='$(OPTIONS)' \
		tests/torture/long

# Each error that is known of is put into the modules, to see whether torture finds it.
torture-mutants:
	$(Q)tests/deps
	$(Q)kdir=$$($(FETCH) --print kdir) && $(MAKE) -j $(JOBS) tools test-programs test-modules KDIR="$$kdir"
	$(Q)MINUTES='$(or $(MINUTES),3)' SEED='$(or $(SEED),1)' OPTIONS='$(OPTIONS)' tests/torture/mutants $(MUTANTS)

# The same as in the other tests, with more of it.
leaks:
	$(if $(filter stock debug,$(KERNEL)),,$(error KERNEL=$(KERNEL): it is stock or debug))
	$(Q)$(MAKE) $(if $(filter debug,$(KERNEL)),test-debug,test) TESTS=tests/kernel/leaks.t CYCLES='$(or $(CYCLES),$(if $(filter debug,$(KERNEL)),50,1000))'

# What is timed to the microsecond has the machine for itself; of the others three run at a
# time, or four: the two that take longest, which wait for their disks, and those that count.
# The quick form of "operations" only counts, too.
BENCHES_ALONE := recording tracing $(if $(QUICK),,operations)
BENCHES := $(BENCHES_ALONE) compile thrash $(if $(QUICK),operations) attached density scale
BENCH	?= $(BENCHES)
# By name only: it takes the debug kernel.
BENCHES_ALL := $(BENCHES) locks
# And of these there are pictures.
BENCH_CURVES = $(addprefix $(BUILD)/bench/,$(addsuffix .json,$(filter scale compile,$(BENCH))))

bench:
	$(if $(filter-out $(BENCHES_ALL),$(BENCH)),$(error BENCH=$(filter-out $(BENCHES_ALL),$(BENCH)): the parts are $(BENCHES_ALL)))
	$(Q)tests/deps
	$(Q)kdir=$$($(FETCH) --print kdir) && $(MAKE) all test-modules KDIR="$$kdir"
	$(if $(filter locks,$(BENCH)),$(Q)kdir=$$($(DEBUG_KERNEL) --print kdir) && \
		$(MAKE) modules FLAVOUR=debug KDIR="$$kdir")
	$(Q)tests/bench/run-parts '$(filter $(BENCHES_ALONE),$(BENCH))' \
		'$(filter-out $(BENCHES_ALONE),$(BENCH))'
	$(if $(BENCH_CURVES),$(Q)tests/bench/curves $(BENCH_CURVES))

fuzz:
	$(Q)tests/deps
	$(Q)tests/fuzz/run -runs=$(or $(RUNS),1000000)

screens:
	$(Q)tests/deps
	$(Q)kdir=$$($(FETCH) --print kdir) && $(MAKE) all KDIR="$$kdir"
	$(if $(filter-out report,$(or $(SCREENS),all)),$(Q)tests/tools/screens $(filter-out report,$(SCREENS)))
	$(if $(filter report,$(or $(SCREENS),report)),$(Q)tests/tools/screen-report)

# Anew each time: it depends on every Makefile, and on what there is.
compile_commands.json: FORCE
	$(call say,GEN,$@)
	$(Q)tests/compile-commands > $@.new && mv $@.new $@

clean:
	$(Q)rm -rf $(BUILD)
