#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# EAP-TLS with a key that is in a PKCS#11 token (SoftHSM), by URI and by wpa_supplicant's engine keys, with all
# confinement on: the key is loaded before, and works after.
#
#	port0, port1, port2, port3 ─ auth0 … auth3   hostapd, TLS 1.3
. "$(dirname "$0")/lib.sh"

module=/usr/lib/softhsm/libsofthsm2.so
for need in softhsm2-util pkcs11-tool; do
	command -v $need >/dev/null || skip_all "$need is not installed (scripts/deps --test)"
done
[ -e $module ] || skip_all "$module is not there"
openssl engine pkcs11 >/dev/null 2>&1 || skip_all 'OpenSSL has no engine pkcs11 (libengine-pkcs11-openssl)'

# token: what was made with make-certs, in a token of its own
token()
{
	mkdir -p "$LAB_DIR/tokens" || return
	printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\n' "$LAB_DIR" >"$LAB_DIR/softhsm2.conf" || return
	export SOFTHSM2_CONF=$LAB_DIR/softhsm2.conf
	softhsm2-util --init-token --free --label xeap --pin 1234 --so-pin 5678 >/dev/null || return
	openssl pkcs8 -topk8 -nocrypt -in "$LAB_DIR/certs/client.key" -out "$LAB_DIR/client.p8" || return
	softhsm2-util --import "$LAB_DIR/client.p8" --token xeap --label client --id 01 --pin 1234 >/dev/null || return
	put client 01 && put ca 02
}

# put NAME ID: a certificate into the token
put()
{
	openssl x509 -in "$LAB_DIR/certs/$1.pem" -outform DER -out "$LAB_DIR/$1.der" &&
		pkcs11-tool --module $module --token-label xeap --login --pin 1234 --write-object "$LAB_DIR/$1.der" \
			--type cert --label "$1" --id "$2" >/dev/null 2>&1
}

# network NAME: a configuration with the lines of standard input
network()
{
	{
		printf 'network={\nkey_mgmt=IEEE8021X\neap=TLS\nidentity="tlsuser"\n'
		cat
		echo '}'
	} >"$LAB_DIR/$1.conf"
}

# refused NAME WORDS: the configuration is refused in one line that has these words, and no PIN
refused()
{
	local said

	said=$(lab_near "$LAB_XEAP" run --once -p port0 -c "$LAB_DIR/$1.conf" 2>&1) && return 1
	[ "$(wc -l <<<"$said")" = 1 ] && grep -qF "$2" <<<"$said" && ! grep -q 4321 <<<"$said" && return
	echo "$said"
	return 1
}

net_begin
net_need lab_ports 0 3
net_need token
net_need lab_hostapd plain hostapd-tls13 'auth0 auth1 auth2 auth3'

uri='pkcs11:token=xeap;object=client'
network whole <<-END
	ca_cert="pkcs11:token=xeap;object=ca"
	private_key="$uri"
	pin="1234"
END
network file <<-END
	ca_cert="$LAB_DIR/certs/ca.pem"
	client_cert="$LAB_DIR/certs/client.pem"
	private_key="$uri?pin-value=1234"
END
network engine <<-END
	engine=1
	engine_id="pkcs11"
	key_id="$uri"
	cert_id="$uri"
	ca_cert_id="pkcs11:token=xeap;object=ca"
	pin="1234"
END
network wrong <<-END
	ca_cert="$LAB_DIR/certs/ca.pem"
	client_cert="$LAB_DIR/certs/client.pem"
	private_key="$uri?pin-value=4321"
END
network none <<-END
	ca_cert="$LAB_DIR/certs/ca.pem"
	private_key="pkcs11:token=xeap;object=nobody"
	pin="1234"
END
network server <<-END
	ca_cert="$LAB_DIR/certs/ca.pem"
	client_cert="$LAB_DIR/certs/server.pem"
	private_key="$uri"
	pin="1234"
END

net_need lab_xeap run --once --timeout 15 -c "$LAB_DIR/whole.conf" -p port0,port3 -p "port1=$LAB_DIR/file.conf" \
	-p "port2=$LAB_DIR/engine.conf"
lab_join run 20
is 'all log in with a key in a token' $? 0
for port in port0 port1 port2 port3; do
	ok "$port: success" lab_events run "any(.[]; .event == \"auth\" and .port == \"$port\" and .result == \"success\")"
done

ok 'a wrong PIN: one line, without it' refused wrong "private_key=\"$uri\": no such key"
ok 'no such object' refused none 'private_key="pkcs11:token=xeap;object=nobody": no such certificate in a token'
ok 'another certificate' refused server "private_key=\"$uri\": is not the key of client_cert"

# A module that is named, where p11-kit knows of none: unknown ARGS…
unknown()
{
	# shellcheck disable=SC2016 # of the other shell
	lab_near bash -c 'mount -t tmpfs none /usr/share/p11-kit/modules && exec "$@"' - "$LAB_XEAP" "$@"
}

# told WORDS ARGS…: by such a run, at its end
told()
{
	local words=$1 said

	shift
	said=$(unknown "$@" 2>&1)
	grep -qF -- "$words" <<<"$said" && return
	echo "$said"
	return 1
}

# outside NAME LINE…: the configuration with lines in front of its network
outside()
{
	{
		printf '%s\n' "${@:2}"
		cat "$LAB_DIR/whole.conf"
	} >"$LAB_DIR/$1.conf"
}

# named CONFIG WORDS: refused in one line with these words
named()
{
	local said

	said=$(unknown run --once -p port0 -c "$LAB_DIR/$1.conf" 2>&1) && return 1
	[ "$(wc -l <<<"$said")" = 1 ] && grep -qF "$2" <<<"$said" && return
	echo "$said"
	return 1
}

engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
outside module "pkcs11_module_path=$module"
outside both "pkcs11_engine_path=$engine" "pkcs11_module_path=$module"
outside absent pkcs11_module_path=/none.so
outside odd "pkcs11_module_path=$LAB_DIR/certs/ca.pem"
outside noengine pkcs11_engine_path=/none.so
ok 'without its module there is no token' named whole 'no such'
for conf in module both; do
	ok "$conf: a module that is named" unknown run --once --timeout 15 --control none -p port1 -c "$LAB_DIR/$conf.conf"
done
ok 'two ports with one module' unknown run --once --timeout 15 --control none -p port1,port3 -c "$LAB_DIR/module.conf"
ok 'one that names none takes what is there' unknown run --once --timeout 15 --control none \
	-p "port1=$LAB_DIR/module.conf" -p "port2=$LAB_DIR/whole.conf"
# A file that is no module does not keep another from the next network.
ok 'a module after one that is none' told 'port1: authenticated' run --once --timeout 15 --control none \
	-p "port0=$LAB_DIR/odd.conf" -p "port1=$LAB_DIR/module.conf"
ok 'two modules: the second is refused' told "conf:2: pkcs11_module_path=$LAB_DIR/certs/ca.pem: a program has one module" \
	run --once --timeout 15 --control none -p "port1=$LAB_DIR/module.conf" -p "port2=$LAB_DIR/odd.conf"
ok 'a module that is not there is named' named absent 'pkcs11_module_path=/none.so: No such file'
ok 'one that is none is named' told "in a token of pkcs11_module_path=$LAB_DIR/certs/ca.pem" \
	run --once --control none -p port0 -c "$LAB_DIR/odd.conf"
ok 'an engine that is not there is named' named noengine 'pkcs11_engine_path=/none.so: cannot be loaded'

net_end
