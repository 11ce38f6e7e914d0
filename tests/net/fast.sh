#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# EAP-FAST against Debian's hostapd, which is asked for it over and over: how a PAC comes to be known, and that it is used.
#
#	port0 ─ auth0   a PAC from a server with a certificate
#	port1 ─ auth1   a PAC from an anonymous tunnel
. "$(dirname "$0")/lib.sh"

# network CA PROVISIONING FILE
network()
{
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' 'eap=FAST' 'identity="user-mschapv2"' 'password="innerpass"' \
		'anonymous_identity="anon-fast"' 'phase2="auth=MSCHAPV2"' "phase1=\"fast_provisioning=$2\"" "pac_file=\"$LAB_DIR/$3\"" ${1:+"ca_cert=\"$1\""} '}'
}

# whole FILE: nothing yet, or PACs to the last line
whole()
{
	[ ! -s "$1" ] && return
	[ "$(head -1 "$1")" = 'wpa_supplicant EAP-FAST PAC file - version 1' ] && [ "$(tail -1 "$1")" = END ] &&
		[ "$(grep -c '^START$' "$1")" = "$(grep -c '^END$' "$1")" ]
}

# workers RUN: the kinds of seccomp filters that threads have
workers()
{
	cat "/proc/${LAB_PIDS[$1]}"/task/*/status | sed -n 's/^Seccomp:\t//p' | sort -u | tr '\n' ' '
}

# logins RUN PORT N: N logins of a port have succeeded
logins()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .port == \"$2\" and .result == \"success\")] | length >= $3"
}

# story RUN PORT: the first two that succeeded, whether a PAC made the tunnel
story()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .port == \"$2\" and .result == \"success\") | .resumed][:2]"
}

net_begin
net_need lab_ports 0 1
export LAB_HOSTAPD_FLAGS=-dd
net_need lab_hostapd certified hostapd-rsa auth0 eap_reauth_period=2 eap_fast_prov=3
net_need lab_hostapd anonymous hostapd-rsa auth1 eap_reauth_period=2 eap_fast_prov=3
lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"
ca=$(sed -n 's/.*ca_cert="\(.*\)".*/\1/p' "$LAB_DIR/tls.conf" | head -1)
network "$ca" 2 certified.pac >"$LAB_DIR/certified.conf"
network '' 1 anonymous.pac >"$LAB_DIR/anonymous.conf"

# A first run each: certified logs in and again with its PAC; the anonymous tunnel is no login. Behind a link the file is
# the one that the link names.
net_need mkdir -m 700 "$LAB_DIR/kept"
net_need ln -s kept/certified "$LAB_DIR/certified.pac"
net_need touch "$LAB_DIR/anonymous.pac"
net_need chmod 644 "$LAB_DIR/anonymous.pac"
before=$(stat -c %i "$LAB_DIR/anonymous.pac")
net_need lab_xeap run -p "port0=$LAB_DIR/certified.conf" -p "port1=$LAB_DIR/anonymous.conf"
eventually 8 'certified: two logins' logins run port0 2
is 'the first is with the certificate, the next with the PAC' "$(story run port0)" '[false,true]'
is 'anonymous: what is wrong is told' \
	"$(lab_events run '[.[] | select(.event == "auth" and .port == "port1") | .reason][:1]')" \
	'["EAP-FAST server gave a PAC: the next login is with it"]'
eventually 3 'the file of PACs is there' test -s "$LAB_DIR/certified.pac"
is 'it is for its owner only' "$(stat -L -c %a "$LAB_DIR/certified.pac")" 600
is 'the link is still one' "$(readlink "$LAB_DIR/certified.pac")" kept/certified
is 'workers have their filter' "$(workers run)" '0 2 '
ok 'another file was put in place of the one that was there' test "$(stat -c %i "$LAB_DIR/anonymous.pac")" != "$before"
is 'that is for its owner only, whoever read the other' "$(stat -c %a "$LAB_DIR/anonymous.pac")" 600
is 'nothing else is left' "$(cd "$LAB_DIR" && ls -d kept/* ./*.pac*)" "./anonymous.pac
./certified.pac
kept/certified"
is 'it has one PAC' "$(grep -c '^START$' "$LAB_DIR/certified.pac")" 1
lab_stop run

net_need lab_xeap again -p "port0=$LAB_DIR/certified.conf" -p "port1=$LAB_DIR/anonymous.conf"
for port in port0 port1; do
	eventually 8 "$port: a second run logs in" logins again $port 1
	is 'with the PAC of the first' "$(story again $port | jq -c '.[0]')" true
done
lab_stop again

# kill -9 while a PAC is written, in a file of its own beside the one that it will replace, which is not broken by that.
amid=0 broken=0 open=0
for _ in 1 2 3 4 5 6; do
	rm -f "$LAB_DIR/kept/certified"*
	net_need lab_xeap killed --start-period 0.5 -p "port0=$LAB_DIR/certified.conf"
	SECONDS=0
	until compgen -G "$LAB_DIR/kept/certified.*" >/dev/null || [ -s "$LAB_DIR/kept/certified" ] || [ $SECONDS -gt 10 ]; do
		:
	done
	lab_stop killed KILL
	whole "$LAB_DIR/kept/certified" || broken=$((broken + 1))
	[ -z "$(find "$LAB_DIR/kept" -type f -perm /077)" ] || open=$((open + 1))
	compgen -G "$LAB_DIR/kept/certified.*" >/dev/null && amid=$((amid + 1))
	[ $amid -lt 2 ] || break
done
ok 'kill -9 while a PAC is written: it was under way' test $amid -ge 1
is 'the file is empty as before, or whole' $broken 0
is 'neither that nor half of one is for anybody else' $open 0
net_need lab_xeap after -p "port0=$LAB_DIR/certified.conf"
eventually 8 'what is left is good for a login' logins after port0 1
net_end
