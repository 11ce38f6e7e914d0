/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_PACKET_LOOP_H
#define TESTS_BENCH_PACKET_LOOP_H

/*
 * The strongest simple way to serve many ports without XDP: one AF_PACKET socket that is bound to
 * no port, recvmmsg() and sendmmsg(). Every EAP request becomes a response by one byte and goes
 * back, on whatever port it came. Sends EAPOL-Start on `ifname` when it is ready. Runs until it is
 * killed.
 */
void packet_loop(const char *ifname);

#endif
