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
	-c | --config) mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
	-p | --port) mapfile -t COMPREPLY < <(compgen -W "$(_xeap_ports)" -- "$1") ;;
	--mode) mapfile -t COMPREPLY < <(compgen -W "auto zero-copy native generic packet" -- "$1") ;;
	--rings) mapfile -t COMPREPLY < <(compgen -W "auto own funnel" -- "$1") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--config --port --mode --rings --once --timeout --json
			--start-period --held-period --auth-period --max-start --frames
			--verbose --help" -- "$1")
		;;
	esac
}

_xeap()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "run probe version help" -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	run) _xeap_run "$word" "$before" ;;
	probe) mapfile -t COMPREPLY < <(compgen -W "--json --help $(_xeap_ports)" -- "$word") ;;
	esac
}

complete -F _xeap xeap
