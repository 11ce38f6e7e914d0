#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# Post-quantum certificates, which OpenSSL has from 3.5 on: xeap bench with that of Debian 13 in place of the one it was
# built with, at a server whose chain is of ML-DSA as well.
#
#	xeap bench --test-ca ml-dsa-… ── UDP 1812 ── FreeRADIUS 3.2.7 (next)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"
. "$(dirname "$0")/load.sh"
status=

# certificate NAME KEY CN ARGUMENTS…: of openssl req
certificate()
{
	local name=$LAB_DIR/certs/$1 key=$2 cn=$3

	shift 3
	"$LAB_DIR/openssl-next" req -x509 -config "$LAB_DIR/req.cnf" -newkey "$key" -nodes -days 30 -subj "/CN=$cn" \
		-keyout "$name.key" -out "$name.pem" "$@" 2>"$name.log" || { cat "$name.log" >&2; return 1; }
}

make_chain()
{
	printf '[req]\ndistinguished_name = name\n[name]\n' >"$LAB_DIR/req.cnf"
	certificate pq-ca ml-dsa-65 'xeap tests' -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign &&
		certificate pq-server ml-dsa-65 radius.baseline.test -CA "$LAB_DIR/certs/pq-ca.pem" -CAkey "$LAB_DIR/certs/pq-ca.key" \
			-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
			-addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:radius.baseline.test
}

# octets FILE: of its first certificate
octets()
{
	sed -n '/BEGIN CERT/,/END CERT/ { /-----/d; p; }' "$1" | base64 -d | wc -c
}

net_begin
! ldd "$LAB_XEAP" | grep -qE 'lib(asan|tsan|ubsan)' || skip_all 'skipped: sanitizers do not start by the loader of another libc'
net_need radius_next_programs
net_need make_chain
net_need radius_start pq version=next certificate=pq-server ca=pq-ca min_version=1.3 fragment_size=1000
lab_config eapol_test/tls13.conf | sed -e '/client_cert=/d' -e '/private_key=/d' -e "s|ca_cert=.*|ca_cert=\"$LAB_DIR/certs/pq-ca.pem\"|" \
	-e '/ca_cert=/a fragment_size=1000' >"$LAB_DIR/pq.conf"
server=(--radius 127.0.0.1 --secret testing123 -c "$LAB_DIR/pq.conf")
by=(--test-ca-files "$LAB_DIR/certs/pq-ca.pem,$LAB_DIR/certs/pq-ca.key")

load far here "${server[@]}" --test-ca ml-dsa-65
if [ "$status" = 2 ]; then
	is 'an OpenSSL without ML-DSA: one line says so' "$(cat "$LAB_DIR/here.err")" \
		'xeap bench: --test-ca ml-dsa-65: the OpenSSL that is installed has none of that, which came with 3.5'
else
	skip 'an OpenSSL without ML-DSA: one line says so' 'that of this machine has it'
fi
ok 'certificates are what OpenSSL believes' "$LAB_DIR/by-next" "$(dirname "$LAB_XEAP")/tests/unit/test_bench_ca"

LAB_XEAP=$LAB_DIR/xeap-next
turns=0
for key in ec ml-dsa-44 ml-dsa-65 ml-dsa-87; do
	load far "$key" "${server[@]}" -n 4 -w 2 --test-ca "$key" "${by[@]}" --identity 'host%d'
	is "$key: all log in, keys are the server's, exit status 0" "$(ended "$key") $status" '{"success":4} 0'
	is "$key: TLS 1.3, in more turns than before" "$(told "$key" "[.run.tls, .frames.sent / 4 > $turns, .frames.retransmitted]")" \
		'["1.3",true,0]'
	turns=$(told "$key" '.frames.sent / 4 | floor')
	echo "# $key: $turns requests a login, $(told "$key" '.latency.login.p50_us') us"
done
load far untrusted "${server[@]}" -n 2 --test-ca ml-dsa-44 --test-ca-write "$LAB_DIR/run-ca.pem"
is 'an authority of ML-DSA that the server does not know' "$(told untrusted .ended.success)" 0
ok '… was written, and is as large as it is to be' test "$(octets "$LAB_DIR/run-ca.pem")" -gt 3700
LAB_XEAP=${XEAP_BUILD:-$LAB_ROOT/build}/xeap
net_end
