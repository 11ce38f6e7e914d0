# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# bash completion for xeap(1)

_xeap_ports()
{
	local dev
	for dev in /sys/class/net/*; do
		[ "${dev##*/}" = lo ] || echo "${dev##*/}"
	done
}

_xeap_run()
{
	case $2 in
	--agent) mapfile -t COMPREPLY < <(compgen -c -- "$1") ;;
	--plugins | --pin) mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
	-c | --config | --keep-tickets) mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
	-p | --port) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	--mode) mapfile -t COMPREPLY < <(compgen -W "auto zero-copy native generic packet" -- "$1") ;;
	--flow-rule) mapfile -t COMPREPLY < <(compgen -W "auto off" -- "$1") ;;
	--vlan-strip) mapfile -t COMPREPLY < <(compgen -W "refuse off" -- "$1") ;;
	--bridge) mapfile -t COMPREPLY < <(compgen -W "locked stations linkmode locked,linkmode stations,linkmode" -- "$1") ;;
	--gate) mapfile -t COMPREPLY < <(compgen -W "port station" -- "$1") ;;
	--gate-fail) mapfile -t COMPREPLY < <(compgen -W "open closed" -- "$1") ;;
	--drop-types) mapfile -t COMPREPLY < <(compgen -W "start logoff key asf-alert mka announcement
		announcement-specific announcement-req others" -- "$1") ;;
	--control) mapfile -t COMPREPLY < <(compgen -f -W none -- "$1") ;;
	--control-group) mapfile -t COMPREPLY < <(compgen -g -- "$1") ;;
	--rings) mapfile -t COMPREPLY < <(compgen -W "auto own funnel" -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--config --port --mode --rings --pin --keep --takeover --once --timeout --json
			--keep-tickets --start-period --held-period --auth-period --max-start --frames --agent --ui-period
			--police --police-station --drop-malformed --drop-types --max-stations
			--gate --gate-allow --gate-fail --plugins --isolate --stations --station-mac --workers
			--flow-rule --vlan-strip --bridge --bridge-station --control --control-group --no-sandbox --verbose --help" -- "$1")
		;;
	esac
}

_xeap_radius()
{
	case $2 in
	-c | --config | --keep-tickets | --secret-file | --ca-cert | --client-cert | --private-key | --private-key-passwd)
		mapfile -t COMPREPLY < <(compgen -f -- "$1")
		;;
	-a | --address | -s | --server) mapfile -t COMPREPLY < <(compgen -A hostname -- "$1") ;;
	--plugins) mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--config --server --address --port --secret --secret-file --bind
			--radsec --ca-cert --client-cert --private-key --private-key-passwd --server-name --again --sessions
			--timeout --mac --connect-info --attribute --framed-mtu --no-keys --key-name --keep-tickets --plugins --json
			--verbose --help -s" -- "$1")
		;;
	esac
}

_xeap_bench()
{
	case $2 in
	-c | --config | --users | --test-ca-files | --test-ca-write | --json | --csv | --report | --background | --merge | --secret-file | \
		--ca-cert | --client-cert | --private-key | --private-key-passwd)
		mapfile -t COMPREPLY < <(compgen -f -- "$1")
		;;
	-p | --port) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	-m | --mode) mapfile -t COMPREPLY < <(compgen -W "auto zero-copy native generic packet" -- "$1") ;;
	--rings) mapfile -t COMPREPLY < <(compgen -W "own funnel" -- "$1") ;;
	--radius) mapfile -t COMPREPLY < <(compgen -A hostname -- "$1") ;;
	--test-ca) mapfile -t COMPREPLY < <(compgen -W "ec rsa2048 rsa4096 rsa8192 ml-dsa-44 ml-dsa-65 ml-dsa-87" -- "$1") ;;
	--stop-at) mapfile -t COMPREPLY < <(compgen -W "start identity method before-success" -- "$1") ;;
	--fault) mapfile -t COMPREPLY < <(compgen -W "drop= duplicate= corrupt= delay= reorder=" -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--port --mode --rings --frames --start-period --force --radius --secret
			--secret-file --bind --radsec --ca-cert --client-cert --private-key --private-key-passwd --server-name
			--attribute --connect-info --framed-mtu --no-keys --key-name --source-ports --config --supplicants
			--identity --anonymous-identity --password --users --test-ca --test-ca-files --test-ca-write --mac --rate
			--window --ramp --time --churn --reauth --stop-at --timeout --fault --seed --threads --json --csv --report --background
			--no-view --quiet --merge --help" -- "$1")
		;;
	esac
}

_xeap_status()
{
	case $2 in
	--control) mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
	-p | --port) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--json --prometheus --watch --stations --port --control --help" \
			-- "$1")
		;;
	esac
}

_xeap_capture()
{
	case $2 in
	--control | -w | --write) mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
	-p | --port) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "--write --port --count --control --help" -- "$1") ;;
	esac
}

_xeap_flood()
{
	case $2 in
	-i | --netdev) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	--eapol) mapfile -t COMPREPLY < <(compgen -W "start identity malformed" -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--netdev --count --time --rate --size --mac --address --eapol --sources
			--vlan --force --json --help" -- "$1")
		;;
	esac
}

_xeap_config()
{
	case $2 in
	--from | --to) mapfile -t COMPREPLY < <(compgen -W "wpa xml nm" -- "$1") ;;
	-o | --output | --credentials) mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
	config) mapfile -t COMPREPLY < <(compgen -W "convert keys --from --credentials --to --output --help" -- "$1") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "--from --credentials --to --output --help" -f -- "$1") ;;
	esac
}

_xeap_steer()
{
	case $2 in
	--pin) mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
	--gate) mapfile -t COMPREPLY < <(compgen -W "port station" -- "$1") ;;
	--gate-fail) mapfile -t COMPREPLY < <(compgen -W "open closed" -- "$1") ;;
	--mode) mapfile -t COMPREPLY < <(compgen -W "auto native generic" -- "$1") ;;
	steer) mapfile -t COMPREPLY < <(compgen -W "show attach detach --pin --mode --gate --gate-allow --gate-fail --json --help" -- "$1") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "--pin --mode --gate --gate-allow --gate-fail --json --help $(_xeap_ports)" -- "$1") ;;
	esac
}

_xeap_methods()
{
	if [ "$2" = --plugins ]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$1")
	else
		mapfile -t COMPREPLY < <(compgen -W "--json --plugins --isolate --help" -- "$1")
	fi
}

_xeap()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "run radius bench flood status capture probe steer methods config version help" -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	run) _xeap_run "$word" "$before" ;;
	radius) _xeap_radius "$word" "$before" ;;
	bench) _xeap_bench "$word" "$before" ;;
	flood) _xeap_flood "$word" "$before" ;;
	status) _xeap_status "$word" "$before" ;;
	capture) _xeap_capture "$word" "$before" ;;
	config) _xeap_config "$word" "$before" ;;
	methods) _xeap_methods "$word" "$before" ;;
	steer) _xeap_steer "$word" "$before" ;;
	probe) mapfile -t COMPREPLY < <(compgen -W "--json --help $(_xeap_ports)" -- "$word") ;;
	esac
}

complete -F _xeap xeap
