/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BPF_STEER_BED_H
#define TESTS_BPF_STEER_BED_H

#include "veth.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <sys/mman.h>
#include <xdp/xsk.h>
#include <xeap/steer.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/steer.skel.h>
#pragma GCC diagnostic pop

/* The programs, loaded, and one port: netdev p0, slot 1, a socket on queue 0. */

#define PAE "\x01\x80\xc2\x00\x00\x03"
#define LACP "\x01\x80\xc2\x00\x00\x02"
#define BROADCAST "\xff\xff\xff\xff\xff\xff"
#define MAC "\x02\x00\x00\x00\x00\x01"
#define STRANGER "\x02\x00\x00\x00\x00\x77"
#define SRC "\x02\x00\x00\x00\x00\x09"
#define SRC2 "\x02\x00\x00\x00\x00\x0a"
#define SRC3 "\x02\x00\x00\x00\x00\x0b"
#define VLAN7 "\x81\x00\x00\x07"
#define SVLAN "\x88\xa8\x00\x64"
#define TYPE "\x88\x8e"
#define IDENTITY "\x01\x2a\x00\x05\x01"
#define EAPOL TYPE "\x02\x00\x00\x05" IDENTITY
#define PADDING "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

#define SLOT 1
#define SLOTS 2
#define MAX_CPUS 8192
#define AREA (64 << 10)

static struct lab {
	struct steer_bpf *skel;
	int port;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
} lab;
static const char *why_not;

static inline int put(const struct bpf_map *map, const void *key, const void *value)
{
	return bpf_map_update_elem(bpf_map__fd(map), key, value, 0);
}

static inline int open_socket(void)
{
	struct xsk_umem_config u = { .fill_size = 16, .comp_size = 16, .frame_size = 4096 };
	struct xsk_socket_config c = { .rx_size = 16,
				       .tx_size = 16,
				       .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
				       .bind_flags = XDP_COPY };
	void *area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t key = XEAP_STEER_SOCKET(SLOT, 0);
	int fd;

	if (xsk_umem__create(&lab.umem, area, AREA, &lab.fill, &lab.comp, &u) ||
	    xsk_socket__create(&lab.socket, "p0", 0, lab.umem, &lab.rx, &lab.tx, &c))
		return -1;
	fd = xsk_socket__fd(lab.socket);
	return put(lab.skel->maps.xeap_sockets, &key, &fd);
}

static inline void close_socket(void)
{
	if (lab.socket)
		xsk_socket__delete(lab.socket);
	if (lab.umem)
		xsk_umem__delete(lab.umem);
	lab.socket = NULL;
	lab.umem = NULL;
}

static inline const char *set_up_lab(void)
{
	if (own_namespace())
		return "needs root for a network namespace";
	lab.skel = steer_bpf__open_and_load();
	if (!lab.skel)
		return "the kernel does not load the programs: needs CAP_BPF and Linux 5.18";
	sh("ip link add p0 type veth peer name f0; ip link set p0 up; ip link set f0 up");
	lab.port = (int)if_nametoindex("p0");
	if (bpf_xdp_attach(lab.port, bpf_program__fd(lab.skel->progs.xeap_steer),
			   XDP_FLAGS_DRV_MODE, NULL) ||
	    open_socket())
		return "no native XDP or AF_XDP on veth here";
	return NULL;
}

static inline int tear_down_lab(void **state)
{
	(void)state;
	close_socket();
	steer_bpf__destroy(lab.skel);
	return 0;
}

static inline void need_lab(void)
{
	if (!why_not)
		return;
	print_message("skipped: %s\n", why_not);
	skip();
}

static inline void set_port(uint16_t flags, uint32_t drop_types)
{
	struct xeap_steer_port p = { .slot = SLOT,
				     .type_mask = XEAP_STEER_TYPES_SUPPLICANT,
				     .flags = flags,
				     .drop_types = drop_types };

	memcpy(p.mac, MAC, 6);
	assert_int_equal(put(lab.skel->maps.xeap_ports, &lab.port, &p), 0);
}

static inline void read_counters(uint64_t ret[SLOTS][XEAP_STEER_REASON_MAX])
{
	static struct xeap_steer_counters c[MAX_CPUS];
	int cpus = libbpf_num_possible_cpus();

	assert_in_range(cpus, 1, MAX_CPUS);
	memset(ret, 0, sizeof(uint64_t) * SLOTS * XEAP_STEER_REASON_MAX);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(lab.skel->maps.xeap_counters),
						     &slot, c),
				 0);
		for (int i = 0; i < cpus; i++)
			for (int r = 0; r < XEAP_STEER_REASON_MAX; r++)
				ret[slot][r] += c[i].packets[r];
	}
}

/* A frame comes in: what becomes of it, and what is counted, once and in no other place. */
static inline void expect(const struct bpf_program *program, const char *what, const char *bytes,
			  size_t len, uint32_t want, enum xeap_steer_reason reason)
{
	uint64_t before[SLOTS][XEAP_STEER_REASON_MAX], after[SLOTS][XEAP_STEER_REASON_MAX];
	struct xdp_md md = { .data_end = (uint32_t)len, .ingress_ifindex = (uint32_t)lab.port };
	char out[256];
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = bytes, .data_size_in = (uint32_t)len,
		    .data_out = out, .data_size_out = sizeof(out), .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .repeat = 1);
	int slot = reason == XEAP_STEER_NOT_EAPOL ? XEAP_STEER_SLOT_NONE : SLOT, err;

	read_counters(before);
	err = bpf_prog_test_run_opts(bpf_program__fd(program), &o);
	if (err)
		fail_msg("%s: not run: %s", what, strerror(-err));
	read_counters(after);
	if (o.retval != want)
		fail_msg("%s: verdict %u, expected %u", what, o.retval, want);
	assert_int_equal(o.data_size_out, len);
	assert_memory_equal(out, bytes, len);
	before[slot][reason]++;
	for (int s = 0; s < SLOTS; s++)
		for (int r = 0; r < XEAP_STEER_REASON_MAX; r++)
			if (before[s][r] != after[s][r])
				fail_msg("%s: slot %d, counter %d: %d too many", what, s, r,
					 (int)(after[s][r] - before[s][r]));
}

#endif
