# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
#
# FreeRADIUS on a lab's far end, from the configuration that its package brings. Sourced after lib.sh.
#
#	radius_start NAME [KEY=VALUE…]   in the far namespace, on 127.0.0.1; returns when it is ready
#	radius_hostapd NAME INTERFACES [KEY=VALUE…]   hostapd as the authenticator in front of it
#	lab_stop NAME
#
# Keys of radius_start, and what they are without:
#
#	version=installed          or next: Debian trixie's 3.2.7, by scripts/freeradius-next
#	port=1812 secret=testing123
#	radsec=                    a port to take RadSec on, besides
#	certificate=server         of tests/net/make-certs
#	ca=ca                      that of the clients' certificates
#	min_version=1.2 max_version=1.3 fragment_size=1400
#	cache=no                   yes: TLS sessions are resumed
#	first=md5                  the method that it offers first
#	inner=md5                  the first method inside of TTLS; peap_inner=mschapv2, teap_inner=mschapv2
#	                           (empty: Basic-Password-Auth)
#	teap_identities=user       those TEAP asks for in turn, such as machine,user
#	fast=no                    yes: EAP-FAST, which wants max_version=1.2
#	sim=no                     yes: EAP-SIM, with three triplets of the subscribers of tests/net/hlr
#	threads=4
#	log=all                    each packet; or what its package's configuration has, which is next to nothing: brief
#
# Users: those of tests/fixtures/hostapd/eap_users.txt, with their passwords. The log is $LAB_DIR/NAME.log.

RADIUS_NEXT= # where FreeRADIUS 3.2.7 is, once it was needed

# radius_next: have it there
radius_next()
{
	[ -z "$RADIUS_NEXT" ] || return 0
	RADIUS_NEXT=$("$LAB_ROOT/scripts/freeradius-next")
}

# radius_next_programs: OpenSSL 3.5, which came with it, for other programs. $LAB_DIR/by-next PROGRAM ARGS…, xeap-next ARGS…
# and openssl-next ARGS… run by it. What it has not, they find among the machine's libraries.
radius_next_programs()
{
	local libraries loader

	radius_next || return
	libraries=$(echo "$RADIUS_NEXT"/usr/lib/*-linux-gnu*)
	for loader in "$RADIUS_NEXT"/usr/lib64/ld-linux-*.so.* "$libraries"/ld-linux-*.so.*; do
		[ ! -e "$loader" ] || break
	done
	printf '%s\n' '#!/bin/sh' "export OPENSSL_CONF=\${OPENSSL_CONF:-/dev/null} OPENSSL_MODULES=$libraries/ossl-modules" \
		"exec $loader --library-path '$libraries:/usr${libraries#"$RADIUS_NEXT/usr"}' \"\$@\"" >"$LAB_DIR/by-next"
	printf '%s\n' '#!/bin/sh' "exec '$LAB_DIR/by-next' '$LAB_XEAP' \"\$@\"" >"$LAB_DIR/xeap-next"
	printf '%s\n' '#!/bin/sh' "exec '$LAB_DIR/by-next' '$RADIUS_NEXT/usr/bin/openssl' \"\$@\"" >"$LAB_DIR/openssl-next"
	chmod 755 "$LAB_DIR/by-next" "$LAB_DIR/xeap-next" "$LAB_DIR/openssl-next"
}

# radius_password USER: of the fixture's users
radius_users()
{
	awk -F'"' '/^"/ {
		if (NF >= 5 && $4 != "") password[$2] = $4
	}
	END {
		for (user in password) printf "\"%s\" Cleartext-Password := \"%s\"\n", user, password[user]
	}' "$LAB_ROOT/tests/fixtures/hostapd/eap_users.txt"
}

# The parts of a configuration that are written here, by what is in the associative array `key`.
# radius_eap DIR: sessions are kept in it
radius_eap()
{
	local certs=$LAB_DIR/certs

	cat <<-END
		eap {
			default_eap_type = ${key[first]}
			timer_expire = 60
			ignore_unknown_eap_types = no
			max_sessions = 16384
			md5 {
			}
			gtc {
				auth_type = PAP
			}
			pwd {
				group = 19
				server_id = radius.baseline.test
				fragment_size = 1020
				virtual_server = "inner-tunnel"
			}
			tls-config tls-common {
				private_key_file = $certs/${key[certificate]}.key
				certificate_file = $certs/${key[certificate]}.pem
				ca_file = $certs/${key[ca]}.pem
				dh_file = $certs/dh.pem
				fragment_size = ${key[fragment_size]}
				cipher_list = "DEFAULT"
				tls_min_version = "${key[min_version]}"
				tls_max_version = "${key[max_version]}"
				ecdh_curve = ""
				cache {
					enable = ${key[cache]}
					lifetime = 24
					name = "lab"
					persist_dir = "$1/sessions"
				}
			}
			tls {
				tls = tls-common
			}
			ttls {
				tls = tls-common
				default_eap_type = ${key[inner]}
				virtual_server = "inner-tunnel"
			}
			peap {
				tls = tls-common
				default_eap_type = ${key[peap_inner]}
				virtual_server = "inner-tunnel"
			}
			mschapv2 {
			}
			sim {
			}
			$(radius_teap)
			$(radius_fast)
		}
	END
}

radius_teap()
{
	[ "${key[version]}" = next ] || return 0
	cat <<-END
		teap {
			tls = tls-common
			${key[teap_inner]:+default_eap_type = ${key[teap_inner]}}
			identity_types = "${key[teap_identities]}"
			authority_identity = "lab"
			virtual_server = "inner-tunnel"
		}
	END
}

radius_fast()
{
	[ "${key[fast]}" = yes ] || return 0
	cat <<-END
		fast {
			tls = tls-common
			cipher_list = "ALL:!EXPORT:!eNULL:!SSLv2:@SECLEVEL=0"
			pac_lifetime = 604800
			authority_identity = "lab"
			pac_opaque_key = "0123456789abcdef0123456789ABCDEF"
			virtual_server = "inner-tunnel"
		}
	END
}

radius_site()
{
	cat <<-END
		server default {
			listen {
				type = auth
				ipaddr = 127.0.0.1
				port = ${key[port]}
			}
			authorize {
				eap {
					ok = return
				}
				files
				pap
			}
			authenticate {
				Auth-Type PAP {
					pap
				}
				Auth-Type MS-CHAP {
					mschap
				}
				mschap
				eap
			}
			post-auth {
				if (EAP-Key-Name && &reply:EAP-Session-Id) {
					update reply {
						&EAP-Key-Name := &reply:EAP-Session-Id
					}
				}
				Post-Auth-Type REJECT {
					attr_filter.access_reject
					eap
				}
			}
		}
		$([ -z "${key[radsec]}" ] || radius_radsec)
	END
}

radius_radsec()
{
	cat <<-END
		listen {
			type = auth
			ipaddr = 127.0.0.1
			port = ${key[radsec]}
			proto = tcp
			virtual_server = default
			clients = radsec
			limit {
				max_connections = 0
			}
			tls {
				private_key_file = $LAB_DIR/certs/${key[certificate]}.key
				certificate_file = $LAB_DIR/certs/${key[certificate]}.pem
				ca_file = $LAB_DIR/certs/${key[ca]}.pem
				dh_file = $LAB_DIR/certs/dh.pem
				fragment_size = 8192
				cipher_list = "DEFAULT"
				tls_min_version = "${key[min_version]}"
				tls_max_version = "${key[max_version]}"
				require_client_cert = yes
			}
		}
		clients radsec {
			client lab {
				ipaddr = 127.0.0.1
				proto = tls
				secret = radsec
				limit {
					max_connections = 0
				}
			}
		}
	END
}

# radius_configure NAME ROOT: a configuration directory of its own; ROOT is where the package is unpacked, or empty
radius_configure()
{
	local module to=$LAB_DIR/$1 packaged=$2/etc/freeradius/3.0

	[ -d "$packaged" ] || { lab_say "$packaged is not there: FreeRADIUS is not installed"; return; }
	mkdir "$to" && cp -a "$packaged" "$to/raddb" && chmod -R u+rwX "$to/raddb" || return
	sed -i -E -e "s|^(localstatedir *=).*|\\1 $to|" -e "s|^(raddbdir *=).*|\\1 $to/raddb|" \
		-e "s|^(logdir *=).*|\\1 $to|" -e "s|^(run_dir *=).*|\\1 $to|" \
		-e "s|^(libdir *=).*|\\1 $2/usr/lib/freeradius|" -e "s|^([ \t]*start_servers *=).*|\\1 ${key[threads]}|" \
		-e 's/^[ \t]*(user|group) = freerad$//' -e 's/^(proxy_requests *=).*/\1 no/' \
		-e 's/^([ \t]*reject_delay *=).*/\1 0/' \
		"$to/raddb/radiusd.conf" || return
	# Which modules are enabled is decided when the package is installed; here are those that logins need.
	rm -rf "$to/raddb/mods-enabled" "$to/raddb/sites-enabled" && mkdir "$to/raddb/mods-enabled" "$to/raddb/sites-enabled" || return
	for module in always attr_filter chap date expiration expr files logintime mschap pap preprocess radutmp realm unix; do
		cp "$to/raddb/mods-available/$module" "$to/raddb/mods-enabled/" || return
	done
	sed '/^listen {/,/^}/d' "$to/raddb/sites-available/inner-tunnel" >"$to/raddb/sites-enabled/inner-tunnel" || return
	mkdir "$to/sessions" || return
	radius_eap "$to" >"$to/raddb/mods-enabled/eap"
	radius_site >"$to/raddb/sites-enabled/default"
	radius_users >"$to/raddb/mods-config/files/authorize"
	[ "${key[sim]}" = no ] || "$LAB_ROOT/tests/net/hlr" --users >>"$to/raddb/mods-config/files/authorize"
	printf 'client lab {\n\tipaddr = 127.0.0.1\n\tsecret = %s\n}\n' "${key[secret]}" >"$to/raddb/clients.conf"
}

# radius_start NAME [KEY=VALUE…]
radius_start()
{
	local name=$1 setting root='' command=(freeradius) flags=(-f)
	local -A key=([version]=installed [port]=1812 [secret]=testing123 [radsec]='' [certificate]=server [ca]=ca
		[min_version]=1.2 [max_version]=1.3 [fragment_size]=1400 [cache]=no [first]=md5 [inner]=md5
		[peap_inner]=mschapv2 [teap_inner]=mschapv2 [teap_identities]=user [fast]=no [sim]=no [threads]=4 [log]=all)

	shift
	for setting in "$@"; do
		[ -n "${key[${setting%%=*}]+known}" ] || { lab_say "radius_start has no ${setting%%=*}"; return; }
		key[${setting%%=*}]=${setting#*=}
	done
	if [ "${key[version]}" = next ]; then
		radius_next || return
		root=$RADIUS_NEXT
		command=("$root/run" freeradius)
	fi
	[ "${key[log]}" = brief ] || flags+=(-xx)
	radius_configure "$name" "$root" || return
	rm -f "$LAB_DIR/$name.log"
	lab_start "$name" far "${command[@]}" -d "$LAB_DIR/$name/raddb" -D "$root/usr/share/freeradius" "${flags[@]}" \
		-l "$LAB_DIR/$name.log" || return
	lab_wait 20 radius_ready_or_dead "$name" && radius_ready "$name" && return
	lab_say "FreeRADIUS ($name) did not start:"
	tail -n 20 "$LAB_DIR/$name.log" "$LAB_DIR/$name.err" "$LAB_DIR/$name.out" >&2
	return 1
}

radius_ready()
{
	grep -q 'Ready to process requests' "$LAB_DIR/$1.log" 2>/dev/null
}

radius_ready_or_dead()
{
	radius_ready "$1" || ! lab_running "$1"
}

# radius_hostapd NAME INTERFACES [KEY=VALUE…]: authenticators that pass EAP on to 127.0.0.1, by lab_hostapd. A server on
# another port: auth_server_port=PORT.
radius_hostapd()
{
	local name=$1 interfaces=$2

	shift 2
	lab_hostapd "$name" hostapd-unicast "$interfaces" eap_server=0 own_ip_addr=127.0.0.1 nas_identifier=lab \
		auth_server_addr=127.0.0.1 auth_server_shared_secret=testing123 "$@"
}
