/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "steer_bed.h"

/*
 * What the programs with a gate make of frames, by what was authorised before. Packets as data;
 * each row runs in the plain program and the one for frames of several buffers.
 */

#define OTHER "\x02\x00\x00\x00\x00\x02"
#define LLDP_GROUP "\x01\x80\xc2\x00\x00\x0e"
#define IP "\x08\x00\x45" PADDING
#define ARP "\x08\x06\x00" PADDING
#define LLDP "\x88\xcc\x02" PADDING
#define LLC "\x00\x26\x42\x42\x03" PADDING

enum gate {
	PORT,
	STATION
};

enum { /* who is authorised */
	NOBODY = 0,
	ZEROS = 1, /* the port; with a gate for stations: any of them, for groups */
	ME = 2,	   /* the station MAC */
};

struct row {
	const char *what;
	enum gate gate;
	unsigned int authorized;
	const char *bytes;
	size_t len;
	uint32_t verdict;
	enum xeap_steer_reason reason;
};

#define ROW(gate, authorized, what, bytes, verdict, reason)                                        \
	{                                                                                          \
		what, gate, authorized, bytes, sizeof(bytes) - 1, XDP_##verdict,                   \
			XEAP_STEER_##reason                                                        \
	}

static const struct row rows[] = {
	ROW(PORT, NOBODY, "IPv4", MAC SRC IP, DROP, GATED),
	ROW(PORT, NOBODY, "ARP to all", BROADCAST SRC ARP, DROP, GATED),
	ROW(PORT, NOBODY, "a tag", MAC SRC VLAN7 IP, DROP, GATED),
	ROW(PORT, NOBODY, "two tags", MAC SRC SVLAN VLAN7 IP, DROP, GATED),
	ROW(PORT, NOBODY, "three tags", MAC SRC SVLAN VLAN7 VLAN7 IP, DROP, GATED),
	ROW(PORT, NOBODY, "cut off in a tag", MAC SRC "\x81\x00\x00", DROP, GATED),
	ROW(PORT, NOBODY, "LLC", BROADCAST SRC LLC, DROP, GATED),
	ROW(PORT, NOBODY, "LLC of no length", BROADCAST SRC "\0\0" PADDING, DROP, GATED),
	ROW(PORT, NOBODY, "EAPOL", PAE SRC EAPOL, REDIRECT, REDIRECTED),
	ROW(PORT, NOBODY, "EAPOL, tagged", PAE SRC SVLAN VLAN7 EAPOL, REDIRECT, REDIRECTED),
	ROW(PORT, NOBODY, "EAPOL to a stranger", STRANGER SRC EAPOL, PASS, OTHER_DST),
	ROW(PORT, NOBODY, "EAPOL of another type", PAE SRC TYPE "\x02\x05\x00\x00", PASS, MASKED),
	ROW(PORT, NOBODY, "EAPOL, cut off", PAE SRC TYPE "\x02", PASS, RUNT),
	ROW(PORT, NOBODY, "allowed", LLDP_GROUP SRC LLDP, PASS, GATE_ALLOWED),
	ROW(PORT, NOBODY, "allowed, to the port", MAC SRC LLDP, PASS, GATE_ALLOWED),
	ROW(PORT, NOBODY, "allowed, tagged", LLDP_GROUP SRC VLAN7 LLDP, PASS, GATE_ALLOWED),
	ROW(PORT, NOBODY, "the last of the list", MAC SRC "\x88\xf7" PADDING, PASS, GATE_ALLOWED),
	ROW(PORT, NOBODY, "not in the list", MAC SRC "\x88\xcd" PADDING, DROP, GATED),
	ROW(PORT, ZEROS, "authorised: IPv4", MAC SRC IP, PASS, NOT_EAPOL),
	ROW(PORT, ZEROS, "authorised: to anybody", STRANGER SRC IP, PASS, NOT_EAPOL),
	ROW(PORT, ZEROS, "authorised: to all", BROADCAST SRC ARP, PASS, NOT_EAPOL),
	ROW(PORT, ZEROS, "authorised: tagged", MAC SRC VLAN7 IP, PASS, NOT_EAPOL),
	ROW(PORT, ZEROS, "authorised: allowed anyway", LLDP_GROUP SRC LLDP, PASS, NOT_EAPOL),
	ROW(PORT, ZEROS, "authorised: three tags", MAC SRC SVLAN VLAN7 VLAN7 IP, PASS, VLAN_DEPTH),
	ROW(PORT, ZEROS, "authorised: cut off in a tag", MAC SRC "\x81\x00\x00", PASS, RUNT),
	ROW(PORT, ZEROS, "authorised: EAPOL", PAE SRC EAPOL, REDIRECT, REDIRECTED),
	ROW(PORT, ME, "a station means nothing to the port", MAC SRC IP, DROP, GATED),

	ROW(STATION, NOBODY, "nobody: IPv4", MAC SRC IP, DROP, GATED),
	ROW(STATION, NOBODY, "nobody: ARP to all", BROADCAST SRC ARP, DROP, GATED),
	ROW(STATION, NOBODY, "nobody: EAPOL", MAC SRC EAPOL, REDIRECT, REDIRECTED),
	ROW(STATION, NOBODY, "nobody: allowed", LLDP_GROUP SRC LLDP, PASS, GATE_ALLOWED),
	ROW(STATION, NOBODY, "nobody: cut off in a tag", MAC SRC "\x81\x00\x00", DROP, GATED),
	ROW(STATION, ME | ZEROS, "to it", MAC SRC IP, PASS, NOT_EAPOL),
	ROW(STATION, ME | ZEROS, "to it, tagged", MAC SRC SVLAN VLAN7 IP, PASS, NOT_EAPOL),
	ROW(STATION, ME | ZEROS, "to it, three tags", MAC SRC SVLAN VLAN7 VLAN7 IP, PASS,
	    VLAN_DEPTH),
	ROW(STATION, ME | ZEROS, "to another", OTHER SRC IP, DROP, GATED),
	ROW(STATION, ME | ZEROS, "to another, from it", OTHER MAC IP, DROP, GATED),
	ROW(STATION, ME | ZEROS, "to another, tagged", OTHER SRC VLAN7 IP, DROP, GATED),
	ROW(STATION, ME | ZEROS, "to another, allowed", OTHER SRC LLDP, PASS, GATE_ALLOWED),
	ROW(STATION, ME | ZEROS, "to all", BROADCAST SRC ARP, PASS, NOT_EAPOL),
	ROW(STATION, ME | ZEROS, "to a group", LACP SRC IP, PASS, NOT_EAPOL),
	ROW(STATION, ME | ZEROS, "EAPOL to another", OTHER SRC EAPOL, PASS, OTHER_DST),
	ROW(STATION, ME, "groups go by their own entry", BROADCAST SRC ARP, DROP, GATED),
};

/* Whether what is authorised has a place in xeap_gate_places, or is in the hash only. */
static bool with_places;

static void authorize(const char *mac, bool yes)
{
	struct xeap_steer_authorized key = { .ifindex = (uint32_t)lab.port };
	uint64_t number = xeap_steer_gate_number((uint32_t)lab.port,
						 xeap_steer_mac_number((const uint8_t *)mac));
	uint32_t place = xeap_steer_gate_place(number);
	const uint32_t meaningless = 1;

	memcpy(key.mac, mac, 6);
	if (yes)
		assert_int_equal(put(lab.skel->maps.xeap_authorized, &key, &meaningless), 0);
	else
		bpf_map_delete_elem(bpf_map__fd(lab.skel->maps.xeap_authorized), &key);
	number = yes && with_places ? number : 0;
	assert_int_equal(put(lab.skel->maps.xeap_gate_places, &place, &number), 0);
}

static void set_authorized(unsigned int who)
{
	authorize("\0\0\0\0\0\0", who & ZEROS);
	authorize(MAC, who & ME);
}

static void set_gate(uint16_t flags)
{
	const struct xeap_steer_gate g = {
		.slot = SLOT,
		.flags = flags,
		.allow = { [0] = htons(0x88cc), [7] = htons(0x88f7) },
	};

	assert_int_equal(put(lab.skel->maps.xeap_gates, &lab.port, &g), 0);
	set_port(0, 0);
}

static void check(const struct row *row)
{
	const struct bpf_program *plain = row->gate == PORT
						  ? lab.skel->progs.xeap_steer_gate_port
						  : lab.skel->progs.xeap_steer_gate_station;
	const struct bpf_program *frags = row->gate == PORT
						  ? lab.skel->progs.xeap_steer_gate_port_frags
						  : lab.skel->progs.xeap_steer_gate_station_frags;

	set_authorized(row->authorized);
	expect(plain, row->what, row->bytes, row->len, row->verdict, row->reason);
	expect(frags, row->what, row->bytes, row->len, row->verdict, row->reason);
}

static void test_verdicts(void **state)
{
	need_lab();
	set_gate(0);
	for (int places = 0; places < 2; places++) {
		with_places = places;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			check(&rows[i]);
	}
}

/* What is another's place opens the gate to that other only. */
static void test_place_of_another(void **state)
{
	static const struct row row = ROW(STATION, NOBODY, "to it", MAC SRC IP, DROP, GATED);
	static const struct row open = ROW(STATION, ME, "to it", MAC SRC IP, PASS, NOT_EAPOL);
	uint64_t number = xeap_steer_gate_number((uint32_t)lab.port,
						 xeap_steer_mac_number((const uint8_t *)MAC));
	uint32_t place = xeap_steer_gate_place(number);
	const uint64_t other = number + 1;

	need_lab();
	set_gate(0);
	with_places = false;
	check(&row);
	assert_int_equal(put(lab.skel->maps.xeap_gate_places, &place, &other), 0);
	expect(lab.skel->progs.xeap_steer_gate_station, row.what, row.bytes, row.len, XDP_DROP,
	       XEAP_STEER_GATED);
	check(&open);
}

/* While the process lives, a gate that fails open holds as any other. */
static void test_open_gate_holds(void **state)
{
	need_lab();
	set_gate(XEAP_STEER_GATE_FAIL_OPEN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

/* No gate drops EAPOL, whatever it is cut to behind its EtherType. */
static void test_eapol_never(void **state)
{
	static const char whole[] = PAE SRC VLAN7 EAPOL PADDING;
	char out[256];

	need_lab();
	set_gate(0);
	set_authorized(NOBODY);
	for (uint32_t len = 18; len < sizeof(whole); len++) {
		struct xdp_md md = { .data_end = len, .ingress_ifindex = (uint32_t)lab.port };
		LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = whole, .data_size_in = len,
			    .data_out = out, .data_size_out = sizeof(out), .ctx_in = &md,
			    .ctx_size_in = sizeof(md), .repeat = 1);

		assert_int_equal(bpf_prog_test_run_opts(
					 bpf_program__fd(lab.skel->progs.xeap_steer_gate_station),
					 &o),
				 0);
		assert_int_not_equal(o.retval, XDP_DROP);
	}
}

/* On another netdev than the one that was authorised, and where the gate has lost its entry. */
static void test_other_netdev(void **state)
{
	uint64_t before[SLOTS][XEAP_STEER_REASON_MAX], after[SLOTS][XEAP_STEER_REASON_MAX];
	static const char frame[] = MAC SRC IP;
	struct xdp_md md = { .data_end = sizeof(frame) - 1 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = sizeof(frame) - 1,
		    .ctx_in = &md, .ctx_size_in = sizeof(md), .repeat = 1);

	need_lab();
	set_gate(XEAP_STEER_GATE_FAIL_OPEN);
	set_authorized(ME | ZEROS);
	md.ingress_ifindex = if_nametoindex("f0");
	assert_int_equal(bpf_xdp_attach((int)md.ingress_ifindex,
					bpf_program__fd(lab.skel->progs.xeap_steer),
					XDP_FLAGS_DRV_MODE, NULL),
			 0);
	read_counters(before);
	assert_int_equal(bpf_prog_test_run_opts(
				 bpf_program__fd(lab.skel->progs.xeap_steer_gate_station), &o),
			 0);
	read_counters(after);
	assert_int_equal(o.retval, XDP_DROP);
	assert_int_equal(after[0][XEAP_STEER_GATED] - before[0][XEAP_STEER_GATED], 1);
	bpf_xdp_detach((int)md.ingress_ifindex, XDP_FLAGS_DRV_MODE, NULL);
}

/* The socket's end takes it out of its slot. Last, because it does not come back. */
static void test_process_gone(void **state)
{
	static const struct row gone[] = {
		ROW(PORT, NOBODY, "IPv4, nobody there", MAC SRC IP, PASS, GATE_OPEN),
		ROW(PORT, NOBODY, "two tags, nobody there", MAC SRC SVLAN VLAN7 IP, PASS,
		    GATE_OPEN),
		ROW(PORT, NOBODY, "cut off in a tag, nobody there", MAC SRC "\x81\x00\x00", PASS,
		    GATE_OPEN),
		ROW(PORT, NOBODY, "allowed, nobody there", MAC SRC LLDP, PASS, GATE_ALLOWED),
		ROW(PORT, ZEROS, "authorised, nobody there", MAC SRC IP, PASS, NOT_EAPOL),
		ROW(STATION, ME | ZEROS, "to another, nobody there", OTHER SRC IP, PASS, GATE_OPEN),
		ROW(STATION, NOBODY, "EAPOL, nobody there", PAE SRC EAPOL, PASS, NO_SOCKET),
	};
	static const struct row shut[] = {
		ROW(PORT, NOBODY, "fails closed: IPv4", MAC SRC IP, DROP, GATED),
		ROW(PORT, ZEROS, "fails closed: authorised", MAC SRC IP, PASS, NOT_EAPOL),
		ROW(STATION, ME | ZEROS, "fails closed: to another", OTHER SRC IP, DROP, GATED),
		ROW(STATION, NOBODY, "fails closed: EAPOL", PAE SRC EAPOL, PASS, NO_SOCKET),
	};

	need_lab();
	close_socket();
	set_gate(XEAP_STEER_GATE_FAIL_OPEN);
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		check(&gone[i]);
	set_gate(0);
	for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++)
		check(&shut[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),	 cmocka_unit_test(test_open_gate_holds),
		cmocka_unit_test(test_place_of_another), cmocka_unit_test(test_eapol_never),
		cmocka_unit_test(test_other_netdev),	 cmocka_unit_test(test_process_gone),
	};

	why_not = set_up_lab();
	return cmocka_run_group_tests_name("steer gate", tests, NULL, tear_down_lab);
}
