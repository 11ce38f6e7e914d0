# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash disable=SC2034 # scripts use what is set here
#
# What the scripts here share: options, /proc/net/pktgen, and the results.
#
#	pg_options ABOUT LETTERS USAGE "$@"
#	                       reads the options below into DEV, SIZE, …, and gives those of LETTERS to pg_more LETTER VALUE
#	pg_begin               the generator is there, and does nothing
#	pg_add THREAD DEVICE   one more DEVICE@THREAD, with what the options say
#	pg_set DEVICE COMMAND… one more setting of it
#	pg_ports DEVICE src|dst PORT[-PORT]
#	pg_run                 starts, waits, prints the results
#
# The letters are those of the kernel's samples/pktgen, where they exist there.

PG=/proc/net/pktgen
PG_USAGE='  -i DEVICE    the netdev to send on
  -s SIZE      bytes of a frame without its checksum (60)
  -d ADDRESS   IPv4 address to send to (198.18.0.42)
  -m MAC       MAC address to send to (90:e2:ba:ff:ff:ff)
  -p PORT[-PORT]  UDP ports to send to (9)
  -k           UDP checksums
  -t THREADS   threads that send (1)
  -f THREAD    the first of them (0)
  -c COUNT     copies of one buffer that are sent before another is made (0)
  -n COUNT     frames a thread; 0: until interrupted (100000)
  -b COUNT     frames handed over at a time (1)
  -w NS        nanoseconds between two frames (0)
  -r RATE      frames a second and thread, in place of -w
  -v           say what is written to the generator
  -x           trace this script
  -j           results as JSON
  -h           this text'

# pg_fail LINE
pg_fail()
{
	echo "${0##*/}: $1" >&2
	exit "${2:-1}"
}

# pg_number LETTER VALUE LEAST: one line when it is none
pg_number()
{
	[[ $2 =~ ^[0-9]+$ ]] && [ "$2" -ge "$3" ] || pg_fail "-$1 $2: a number from $3 on" 2
}

# pg_options ABOUT LETTERS USAGE ARGS…
pg_options()
{
	local letter about=$1 letters=$2 usage=$3

	shift 3
	DEV='' SIZE=60 ADDRESS=198.18.0.42 MAC=90:e2:ba:ff:ff:ff PORTS=9 THREADS=1 FIRST=0
	CLONE=0 COUNT=100000 BURST=1 DELAY=0 RATE='' CHECKSUM='' VERBOSE='' JSON=''
	while getopts ":i:s:d:m:p:kt:f:c:n:b:w:r:vxjh$letters" letter; do
		case $letter in
		i) DEV=$OPTARG ;;
		s) pg_number s "$OPTARG" 14 && SIZE=$OPTARG ;;
		d) ADDRESS=$OPTARG ;;
		m)
			[[ $OPTARG =~ ^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$ ]] ||
				pg_fail "-m $OPTARG: six octets in hex, such as 02:00:00:00:00:01" 2
			MAC=$OPTARG
			;;
		p)
			[[ $OPTARG =~ ^[0-9]{1,5}(-[0-9]{1,5})?$ ]] || pg_fail "-p $OPTARG: a port, or two with - between" 2
			PORTS=$OPTARG
			;;
		k) CHECKSUM=yes ;;
		t) pg_number t "$OPTARG" 1 && THREADS=$OPTARG ;;
		f) pg_number f "$OPTARG" 0 && FIRST=$OPTARG ;;
		c) pg_number c "$OPTARG" 0 && CLONE=$OPTARG ;;
		n) pg_number n "$OPTARG" 0 && COUNT=$OPTARG ;;
		b) pg_number b "$OPTARG" 1 && BURST=$OPTARG ;;
		w) pg_number w "$OPTARG" 0 && DELAY=$OPTARG ;;
		r) pg_number r "$OPTARG" 1 && RATE=$OPTARG ;;
		v) VERBOSE=yes ;;
		x) set -x ;;
		j) JSON=yes ;;
		h)
			printf 'usage: %s -i DEVICE [option…]\n\n%s\n\n%s\n%s' "${0##*/}" "$about" "$PG_USAGE" \
				"${usage:+$usage$'\n'}"
			exit 0
			;;
		:) pg_fail "-$OPTARG wants a value; see -h" 2 ;;
		'?') pg_fail "no option -$OPTARG; see -h" 2 ;;
		*) pg_more "$letter" "$OPTARG" ;;
		esac
	done
	shift $((OPTIND - 1))
	[ $# = 0 ] || pg_fail "$1: no argument is taken; see -h" 2
	[ -n "$DEV" ] || pg_fail '-i DEVICE is missing; see -h' 2
	[ -e "/sys/class/net/$DEV" ] || pg_fail "-i $DEV: there is no such netdev here"
}

# pg_instead: the command line of xeap flood that comes closest; a script names its own options in PG_INSTEAD
pg_instead()
{
	local rate=${RATE:-0}

	[ "$DELAY" = 0 ] || [ -n "$RATE" ] || rate=$(((1000000000 + DELAY - 1) / DELAY)) # 0 would be without a limit
	printf "'xeap flood -i %s" "$DEV"
	if [ "$COUNT" = 0 ]; then
		printf ' -t 60'
	else
		printf ' -n %d' $((COUNT * THREADS))
	fi
	[ "$rate" = 0 ] || printf ' -r %d' $((rate * THREADS))
	[ "$SIZE" -le 60 ] || printf ' -s %d' "$SIZE"
	[ "$MAC" = 90:e2:ba:ff:ff:ff ] || printf ' -m %s' "$MAC"
	[ "$ADDRESS" = 198.18.0.42 ] || printf ' -d %s' "$ADDRESS"
	printf "%s%s'" "${PG_INSTEAD:-}" "${JSON:+ --json}"
}

# pg_begin
pg_begin()
{
	[ "$(id -u)" = 0 ] || pg_fail 'the packet generator needs root' 3
	[ -e $PG/pgctrl ] || modprobe pktgen 2>/dev/null
	[ -e $PG/pgctrl ] ||
		pg_fail "this kernel has no pktgen (CONFIG_NET_PKTGEN): $(pg_instead) does the same without" 77
	PG_DEVICES=()
	pg_write pgctrl reset
	trap 'pg_write pgctrl stop' INT TERM
	trap 'pg_write pgctrl reset' EXIT
}

# pg_write FILE COMMAND…: and one line when the generator refuses it
pg_write()
{
	local file=$1 result

	shift
	[ -z "$VERBOSE" ] || echo "$file: $*" >&2
	if ! echo "$*" >"$PG/$file" 2>/dev/null; then
		result=$(sed -n 's/^Result: //p' "$PG/$file" 2>/dev/null)
		pg_fail "pktgen refuses \"$*\" for $file${result:+: $result}"
	fi
}

# pg_set DEVICE COMMAND…
pg_set()
{
	pg_write "$@"
}

# pg_add THREAD DEVICE
pg_add()
{
	local device=$2

	[ -e "$PG/kpktgend_$1" ] || pg_fail "there is no thread $1: -t and -f go up to the number of processors"
	pg_write "kpktgend_$1" add_device "$device"
	PG_DEVICES+=("$device")
	pg_set "$device" count "$COUNT"
	pg_set "$device" clone_skb "$CLONE"
	pg_set "$device" pkt_size "$SIZE"
	if [ -n "$RATE" ]; then
		pg_set "$device" ratep "$RATE"
	else
		pg_set "$device" delay "$DELAY"
	fi
	pg_set "$device" dst "$ADDRESS"
	pg_set "$device" dst_mac "$MAC"
	pg_ports "$device" dst "$PORTS"
	[ -z "$CHECKSUM" ] || pg_set "$device" flag UDPCSUM
	pg_set "$device" flag NO_TIMESTAMP
	[ "$BURST" = 1 ] || pg_set "$device" burst "$BURST"
}

# pg_ports DEVICE src|dst PORT[-PORT]: the generator leaves out the upper end of a range
pg_ports()
{
	local from=${3%-*} to=${3#*-}

	pg_set "$1" "udp_$2_min" "$from"
	pg_set "$1" "udp_$2_max" $((to + (to > from)))
}

# pg_run: blocks until every thread has sent its frames
pg_run()
{
	# Fails when it is interrupted; the results tell how far it came.
	echo start >$PG/pgctrl 2>/dev/null || true
	pg_results
}

# pg_results: what the generator says of each device, as a table or as JSON
pg_results()
{
	local device

	for device in "${PG_DEVICES[@]}"; do
		sed -nE 's/^ +pkts-sofar: ([0-9]+) +errors: ([0-9]+).*/\1 \2/p
			s/^Result: [A-Z]+: ([0-9]+)\(.*usec, ([0-9]+) \(([0-9]+)byte.*/\1 \3/p
			s/^ +([0-9]+)pps .*\(([0-9]+)bps\).*/\1 \2/p' "$PG/$device" | tr '\n' ' '
		echo "$device"
	done | if [ -n "$JSON" ]; then
		awk -v kernel="$(uname -r)" 'BEGIN { printf "{\"schema\":\"xeap-pktgen\",\"version\":1,\"kernel\":\"%s\",\"devices\":[", kernel }
			{ printf "%s{\"device\":\"%s\",\"packets\":%d,\"errors\":%d,\"usec\":%d,\"size\":%d,\"pps\":%d,\"bps\":%.0f}",
				(NR > 1) ? "," : "", $NF, $1, $2, $3, $4, $5, $6 }
			END { print "]}" }'
	else
		awk 'BEGIN { printf "%-16s %12s %8s %10s %10s\n", "DEVICE", "FRAMES", "ERRORS", "FRAMES/S", "MBIT/S" }
			{ printf "%-16s %12d %8d %10d %10.1f\n", $NF, $1, $2, $5, $6 / 1e6 }'
	fi
}
