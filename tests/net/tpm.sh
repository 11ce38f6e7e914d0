#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# EAP-TLS with keys that are in a TPM 2.0 (swtpm), by handle and wrapped into a file, with all confinement on: the key is
# loaded before, and signs after.
#
#	port0, port1, port2, port3 ─ auth0 … auth3   hostapd, TLS 1.2 or 1.3, whichever a port wants
. "$(dirname "$0")/lib.sh"

for need in swtpm tpm2_createprimary; do
	command -v $need >/dev/null || skip_all "$need is not installed (scripts/deps --test)"
done
[ -e "$(openssl version -m | cut -d'"' -f2)/tpm2.so" ] || skip_all 'OpenSSL has no provider tpm2 (tpm2-openssl)'

# For every command to swtpm a connection is made, which workers may not; a pipe and a device are there for all of them.
export TPM2TOOLS_TCTI=swtpm:port=2321 TPM2OPENSSL_TCTI='cmd:tpm2_send -T swtpm:port=2321'
provider=(-provider tpm2 -provider default -propquery '?provider=tpm2')

# tpm: one of this test's own, in the ports' namespace
tpm()
{
	mkdir -p "$LAB_DIR/tpm" && lab_start swtpm near swtpm socket --tpm2 --tpmstate "dir=$LAB_DIR/tpm" \
		--server type=tcp,port=2321 --ctrl type=tcp,port=2322 --flags not-need-init,startup-clear || return
	lab_wait 10 net_quiet lab_near tpm2_getrandom 4
}

# flush: without a resource manager, as /dev/tpmrm0 has it, three objects fill a TPM
flush()
{
	lab_near tpm2_flushcontext -t
}

# persistent HANDLE ARG…: a key for signatures, by handle
persistent()
{
	local handle=$1

	shift
	lab_near tpm2_createprimary -Q -C o -c "$LAB_DIR/primary.ctx" \
		-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign' "$@" &&
		lab_near tpm2_evictcontrol -Q -C o -c "$LAB_DIR/primary.ctx" "$handle" && flush
}

# wrapped NAME ARG…: a key in a file
wrapped()
{
	local name=$1

	shift
	lab_near openssl genpkey -provider tpm2 "$@" -out "$LAB_DIR/$name.tss" 2>/dev/null && flush
}

# certificate NAME KEY: by the CA that hostapd trusts
certificate()
{
	lab_near openssl req "${provider[@]}" -new -subj '/CN=tlsuser' -key "$2" "${@:3}" -out "$LAB_DIR/$1.csr" && flush &&
		openssl x509 -req -in "$LAB_DIR/$1.csr" -CA "$LAB_DIR/certs/ca.pem" -CAkey "$LAB_DIR/certs/ca.key" -days 2 \
			-extfile <(echo 'extendedKeyUsage=clientAuth') -out "$LAB_DIR/$1.pem" 2>/dev/null
}

keys()
{
	persistent 0x81000001 -G ecc && persistent 0x81000002 -G rsa2048 && persistent 0x81000003 -G ecc -p secret &&
		wrapped ec -algorithm EC -pkeyopt group:P-256 && wrapped rsa -algorithm RSA -pkeyopt bits:2048 &&
		wrapped locked -algorithm EC -pkeyopt group:P-256 -pkeyopt user-auth:secret &&
		certificate ec-handle handle:0x81000001 && certificate rsa-handle handle:0x81000002 &&
		certificate locked-handle 'handle:0x81000003?pass' -passin pass:secret &&
		certificate ec "$LAB_DIR/ec.tss" && certificate rsa "$LAB_DIR/rsa.tss" &&
		certificate locked "$LAB_DIR/locked.tss" -passin pass:secret
}

# network NAME CERTIFICATE KEY [LINE…]
network()
{
	local name=$1

	{
		printf 'network={\nkey_mgmt=IEEE8021X\neap=TLS\nidentity="tlsuser"\n'
		printf 'ca_cert="%s"\nclient_cert="%s"\nprivate_key="%s"\n' "$LAB_DIR/certs/ca.pem" "$LAB_DIR/$2.pem" "$3"
		printf '%s\n' "${@:4}" '}'
	} >"$LAB_DIR/$name.conf"
}

# logins NAME CONF…: one on each port
logins()
{
	local name=$1 n=0 conf
	local -a ports=()

	shift
	for conf in "$@"; do
		ports+=(-p "port$((n++))=$LAB_DIR/$conf.conf")
	done
	lab_xeap "$name" --once --timeout 20 --start-period 1 -w 2 "${ports[@]}" && lab_join "$name" 30
	lab_events "$name" '[.[] | select(.event == "auth") | [.port, .result, .tls_version] | join(" ")] | sort'
}

# refused NAME WORDS: in one line that has these words, and no password
refused()
{
	local said

	said=$(lab_near "$LAB_XEAP" run --once -p port0 -c "$LAB_DIR/$1.conf" 2>&1) && return 1
	[ "$(wc -l <<<"$said")" = 1 ] && grep -qF "$2" <<<"$said" && ! grep -q 's[e3]cret' <<<"$said" && return
	echo "$said"
	return 1
}

net_begin
net_need lab_ports 0 3
net_need tpm
net_need keys
net_need lab_hostapd hostapd hostapd-tls13 'auth0 auth1 auth2 auth3'

declare -A only=([12]='phase1="tls_disable_tlsv1_3=1"' [13]='phase1="tls_disable_tlsv1_3=0 tls_disable_tlsv1_2=1"')
password='private_key_passwd="secret"'
for version in 12 13; do
	network "ec-handle$version" ec-handle handle:0x81000001 "${only[$version]}"
	network "rsa-handle$version" rsa-handle handle:0x81000002 "${only[$version]}"
	network "locked-handle$version" locked-handle handle:0x81000003 "${only[$version]}" 'pin="secret"'
	network "ec$version" ec "$LAB_DIR/ec.tss" "${only[$version]}"
	network "rsa$version" rsa "$LAB_DIR/rsa.tss" "${only[$version]}"
	network "locked$version" locked "$LAB_DIR/locked.tss" "${only[$version]}" "$password"
done
for version in 12 13; do
	all="[\"port0 success 1.${version#1}\",\"port1 success 1.${version#1}\",\"port2 success 1.${version#1}\"]"
	is "TLS 1.${version#1}, by handle: ECDSA, RSA, and with a password" \
		"$(logins handles$version ec-handle$version rsa-handle$version locked-handle$version)" "$all"
	flush
	is "TLS 1.${version#1}, wrapped: ECDSA, RSA" "$(logins wrapped$version ec$version rsa$version)" "${all%,*}]"
	flush
	is "TLS 1.${version#1}, wrapped, with a password" "$(logins locked$version locked$version)" "${all%%,*}]"
	flush
done
is 'two threads share one key' "$(logins shared ec13 ec13 ec13 ec13)" \
	'["port0 success 1.3","port1 success 1.3","port2 success 1.3","port3 success 1.3"]'
flush

network none ec handle:0x81000009
ok 'no such handle' refused none 'private_key="handle:0x81000009": the TPM has no such key'
network other ec-handle "$LAB_DIR/ec.tss"
ok 'another key than that of the certificate' refused other "private_key=\"$LAB_DIR/ec.tss\": is not the key of client_cert"
network missing locked-handle handle:0x81000003
ok 'a password is missing' refused missing 'the TPM does not sign with it: private_key_passwd is missing'
network wrong locked-handle 'handle:0x81000003?secret' 'pin="s3cret"'
ok 'a wrong password' refused wrong 'private_key="handle:0x81000003": the TPM does not sign with it: the password is wrong'
network wrong-file locked "$LAB_DIR/locked.tss" 'private_key_passwd="s3cret"'
ok 'a wrong password of a file' refused wrong-file "private_key=\"$LAB_DIR/locked.tss\": the TPM does not sign with it: the password is wrong"
flush
sed 's/client_cert=.*//' "$LAB_DIR/none.conf" >"$LAB_DIR/bare.conf"
ok 'no certificate' refused bare 'a TPM has no certificates: client_cert="FILE" is missing'
persistent 0x81000004 -G ecc -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|decrypt'
network decrypts ec handle:0x81000004
ok 'a key that is not for signatures' refused decrypts 'the key is not for signatures'

export OPENSSL_MODULES=$LAB_DIR
ok 'no provider' refused ec13 "private_key=\"$LAB_DIR/ec.tss\": OpenSSL has no provider tpm2 (Debian's tpm2-openssl)"
unset OPENSSL_MODULES
lab_stop swtpm
export TPM2OPENSSL_TCTI=swtpm:port=2321
ok 'no TPM' refused ec13 "private_key=\"$LAB_DIR/ec.tss\": no TPM answers"
net_end
