#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 150 s
#
# People who are asked: through an agent, all ports at once, and at a terminal.
#
#	port0   GTC without a password              port5   an agent that fails
#	port1   MD5 without a password              port6   an agent that talks nonsense
#	port2   MD5, at first a wrong answer        port7   an agent that talks without end
#	port3   TLS, unknown CA, accepted           port8   an agent that is killed
#	port4   TLS, unknown CA, refused            port9   an agent that hangs, and leaves a child
#	port10  MD5 with a password, nobody is asked
#	port11  asked to log in again every 2 s
#	port12  a profile of Windows, PEAP, unknown CA, which forbids to ask about it
#	port13  the same, which allows it
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 13
net_need lab_hostapd hostapd hostapd 'auth0 auth1 auth2 auth3 auth4 auth5 auth6 auth7 auth8 auth9 auth10 auth12 auth13'
net_need lab_hostapd reauth hostapd auth11 eap_reauth_period=2
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
sed '/password=/d' "$LAB_DIR/md5.conf" >"$LAB_DIR/nopw.conf"
sed 's/password=.*/password="no longer right"/' "$LAB_DIR/md5.conf" >"$LAB_DIR/oldpw.conf"
lab_config wpa_supplicant/sup-gtc.conf | sed '/password=/d' >"$LAB_DIR/gtc.conf"
lab_config wpa_supplicant/sup-tls-badca.conf >"$LAB_DIR/badca.conf"
lab_config wpa_supplicant/sup-tls12.conf | sed '/ca_cert=/d' >"$LAB_DIR/noca.conf"

# profile NAME FLAG: a document as Windows has it, PEAP with a wrong authority, as a configuration again
profile()
{
	local disable=DisableUserPromptForServerValidation

	"$LAB_XEAP" config convert --to xml "$LAB_DIR/badpeap.conf" |
		sed "s|<$disable>.*</$disable>|<$disable>$2</$disable>|" >"$LAB_DIR/$1.xml" &&
		grep -q "<$disable>$2<" "$LAB_DIR/$1.xml" &&
		"$LAB_XEAP" config convert --to wpa -o "$LAB_DIR/$1.conf" "$LAB_DIR/$1.xml"
}
ca=$(grep ca_cert= "$LAB_DIR/badca.conf")
lab_config wpa_supplicant/sup-peap-mschapv2.conf | sed "s|^ *ca_cert=.*|$ca|" >"$LAB_DIR/badpeap.conf"
net_need profile never true
net_need profile asks false

# hostapd refuses for 60 s who was refused once. This is for a port that it knows: quiet PORT-NUMBER
cat >"$LAB_DIR/quiet" <<END
#!/bin/bash
PATH=\$PATH:/usr/sbin:/sbin
hostapd_cli -p "$LAB_DIR/run/hostapd" -s "$LAB_DIR/run" -i "auth\$1" raw \
	"EAPOL_SET \$(cat /sys/class/net/port\$1/address) quietPeriod 1" >/dev/null
END

# The agent of the ports below: one line a question in asked.PORT
cat >"$LAB_DIR/agent" <<END
#!/bin/bash
read -r question
port=\$(jq -r .port <<<"\$question")
again=\$(jq -r .again <<<"\$question")
echo "\$question" >>"$LAB_DIR/asked.\$port"
ls /proc/self/fd >"$LAB_DIR/fds.\$port"
say() { jq -nc --arg id "\$1" --arg value "\$2" '{fields: {(\$id): \$value}}'; }
case \$port in
port0) say response gtcpass ;;
port1 | port11) say password md5pass ;;
port2)
	[ "\$again" = true ] || { "$LAB_DIR/quiet" 2; say password wrong; exit; }
	say password md5pass
	;;
port3 | port13) echo '{"fields":{"accept":true}}' ;;
port4) echo '{"fields":{"accept":false}}' ;;
port5) say password md5pass; exit 3 ;;
port6) echo 'password: md5pass' ;;
port7) yes '{"fields":{"password":"md5pass"}}' ;;
port8) kill -9 \$\$ ;;
port9) sleep 1000 & echo \$! >"$LAB_DIR/hanging"; wait ;;
*) say password 'nobody asked for this' ;;
esac
END
net_need chmod 755 "$LAB_DIR/agent" "$LAB_DIR/quiet"

net_need lab_xeap run --once --timeout 30 --start-period 0.5 --max-start 8 --ui-period 8 --agent "exec $LAB_DIR/agent" \
	-p "port0=$LAB_DIR/gtc.conf" -p "port1,port2,port5,port6,port7,port8,port9=$LAB_DIR/nopw.conf" \
	-p "port3=$LAB_DIR/badca.conf" -p "port4=$LAB_DIR/noca.conf" -p "port10=$LAB_DIR/md5.conf" \
	-p "port12=$LAB_DIR/never.conf" -p "port13=$LAB_DIR/asks.conf"
lab_join run 40
is 'exit status 1' $? 1
is 'those with an answer log in, and the one that needs none' \
	"$(lab_events run '[.[] | select(.event == "auth" and .result == "success") | .port] | sort')" \
	'["port0","port1","port10","port13","port2","port3"]'

# reason PORT
reason()
{
	jq -r "select(.event == \"auth\" and .port == \"$1\" and .result == \"failure\") | .reason" "$LAB_DIR/run.out"
}

# asked PORT FILTER: jq over the questions of a port, as one array
asked()
{
	jq -cs "$2" "$LAB_DIR/asked.$1" 2>/dev/null
}

is 'GTC: what the agent is given' "$(asked port0 'map(del(.title, .fields[].label))')" \
	'[{"port":"port0","method":"GTC","text":"Password","again":false,"fields":[{"id":"response","kind":"password","required":true}]}]'
is 'MD5: what the agent is given' "$(asked port1 'map([.port, .method, .fields[0].id, .fields[0].kind])')" \
	'[["port1","MD5","password","password"]]'
is 'a refused answer is asked for again' "$(asked port2 'map(.again)')" '[false,true]'
for word in 'CN=radius.baseline.test' 'Issuer: ' 'Valid: ' 'SHA-256: ([0-9A-F]{2}:){31}'; do
	ok "unknown CA: the question has '$word'" grep -qE "$word" <(asked port3 '.[0].text')
done
is 'unknown CA: a question of yes or no' "$(asked port4 'map(.fields[0].kind)')" '["confirm"]'
ok "refused certificate: $(reason port4)" grep -q 'CA' <(reason port4)
ok 'refused certificate: the server gets the alert' grep -qi 'unknown CA' "$LAB_DIR/hostapd.log"
is 'a profile that forbids to ask about the server: nobody is asked' "$(cat "$LAB_DIR/asked.port12" 2>/dev/null)" ''
ok "… and the server is refused: $(reason port12)" grep -q 'CA' <(reason port12)
is 'a profile that does not forbid it: a question of yes or no' "$(asked port13 'map(.fields[0].kind)')" '["confirm"]'
is 'with a password nobody is asked' "$(cat "$LAB_DIR/asked.port10" 2>/dev/null)" ''
for port in 5 6 7 8 9; do
	ok "port$port fails: $(reason port$port)" test -n "$(reason port$port)"
	is "port$port: asked once" "$(asked port$port length)" 1
done
ok 'nonsense is complained of' grep -q 'port6.*agent' "$LAB_DIR/run.err"
ok 'endless talk is complained of' grep -q 'port7.*16 KiB' "$LAB_DIR/run.err"
ok 'the killed agent is complained of' grep -q 'port8.*signal' "$LAB_DIR/run.err"
ok 'nobody answered in time' grep -q 'nobody answered' <(reason port9)
is 'the agent has three descriptors, and that of its ls' "$(tr '\n' ' ' <"$LAB_DIR/fds.port1")" '0 1 2 3 '
# Killed with the run, it is there until somebody has taken its status.
eventually 5 'what the hanging agent left is gone' lab_ended "$(cat "$LAB_DIR/hanging")"
ok 'no secret in what was said' eval '! grep -rqE "md5pass|gtcpass" "$LAB_DIR"/run.out "$LAB_DIR"/run.err'

# What was accepted is used again, even without a person.
net_need lab_xeap again --start-period 0.5 --agent "exec $LAB_DIR/agent" -c "$LAB_DIR/nopw.conf" -p port11
eventually 15 'three logins of a port' lab_events again \
	'[.[] | select(.event == "auth" and .result == "success")] | length >= 3'
is 'asked once for three logins' "$(asked port11 length)" 1
net_need lab_stop again

# A configured password that is refused: three answers, then held.
cat >"$LAB_DIR/stubborn" <<END
#!/bin/sh
cat >>"$LAB_DIR/asked.stubborn"
echo '{"fields":{"password":"still wrong"}}'
END
net_need chmod 755 "$LAB_DIR/stubborn"
net_need lab_near "$LAB_DIR/quiet" 1
net_need lab_xeap stubborn --once --timeout 30 --start-period 0.5 --max-start 8 --agent "$LAB_DIR/stubborn" \
	-c "$LAB_DIR/oldpw.conf" -p port1
lab_join stubborn 35
is 'refused password: exit status 1' $? 1
is 'refused password: asked three times' "$(asked stubborn 'map(.again)')" '[true,true,true]'
ok 'refused password: the reason' lab_events stubborn \
	'any(.[]; .event == "auth" and .result == "failure" and (.reason | test("check identity and password")))'

# At a terminal. type_at NAME [WAIT TYPE]… -- ARGS…
type_at()
{
	local name=$1 steps=()

	shift
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	"$LAB_ROOT/tests/net/terminal" "${steps[@]}" -- ip netns exec "$LAB_NEAR" "$LAB_XEAP" run --control none --start-period 0.5 "$@" \
		>"$LAB_DIR/$name.out" 2>"$LAB_DIR/$name.err"
}

type_at typed 'Password: ' md5pass -- --once --timeout 20 -c "$LAB_DIR/nopw.conf" -p port5
is 'terminal: exit status 0' $? 0
ok 'terminal: the question names port and method' grep -q 'port5.*MD5' "$LAB_DIR/typed.out"
ok 'terminal: what is typed is not shown' eval '! grep -q md5pass "$LAB_DIR/typed.out"'
is 'terminal: no echo while typing, echo afterwards' "$(grep -o '\[echo [a-z]*\]' "$LAB_DIR/typed.out" | tr '\n' ' ')" \
	'[echo off] [echo on] '

type_at yes '[y/N]: ' y -- --once --timeout 20 -c "$LAB_DIR/noca.conf" -p port6
is 'terminal: an accepted certificate' $? 0
ok 'terminal: yes is shown' grep -q 'echo on' "$LAB_DIR/yes.out"
type_at no '[y/N]: ' '' -- --once --timeout 20 -c "$LAB_DIR/noca.conf" -p port7
is 'terminal: Enter is no' $? 1

type_at eof 'Password: ' '^D' -- --once --timeout 20 -c "$LAB_DIR/nopw.conf" -p port8
is 'terminal: end of file cancels' $? 1
for key in '^C:port9' TERM:port3; do
	port=${key#*:}
	key=${key%:*}
	type_at "key$key" 'Password: ' "$key" -- -c "$LAB_DIR/nopw.conf" -p "$port"
	is "terminal: $key ends it" $? 0
	is "terminal: $key leaves the echo on" "$(grep -o '\[echo [a-z]*\]' "$LAB_DIR/key$key.out" | tr '\n' ' ')" \
		'[echo off] [echo on] '
done

# Two ports, one terminal: one question after the other.
type_at two 'Password: ' md5pass 'Password: ' md5pass -- --once --timeout 20 -c "$LAB_DIR/nopw.conf" -p port0,port10
is 'terminal: two ports one after the other' $? 0
net_end
