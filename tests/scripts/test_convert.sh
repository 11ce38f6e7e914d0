#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# xeap config convert, as a user runs it: every way between the three forms, what is said, what is left on the disk.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
xeap=${XEAP_BUILD:-build}/xeap
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
umask 022

# convert STATUS ARGS…: stdout and stderr go to $dir/out and $dir/err
convert()
{
	local wanted=$1 status

	shift
	"$xeap" config convert "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	[ $status = "$wanted" ] || { echo "# status $status, not $wanted: $*" && sed 's/^/# /' "$dir/err"; }
	[ $status = "$wanted" ]
}

# says WHAT STATUS TEXT ARGS…: nothing on standard output, the text on standard error
says()
{
	convert "$2" "${@:4}" && [ ! -s "$dir/out" ] && [ "$(cat "$dir/err")" = "$3" ]
	report $? "$1" "$(cat "$dir/err")"
}

# fixture NAME: with its folder filled in
fixture()
{
	sed 's|@DIR@|/etc/lab|' "tests/fixtures/wpa_supplicant/$1" >"$dir/$1"
}

same()
{
	cmp -s "$1" "$2"
}

if ! "$xeap" config convert --to xml tests/fixtures/wpa_supplicant/sup-md5.conf >/dev/null 2>"$dir/err" &&
	grep -q CONFIG_XEAP_XML=n "$dir/err"; then
	echo "1..0 # SKIP built without XML"
	exit 0
fi

echo 1..53
fixture sup-tls12.conf
fixture sup-ttls-pap.conf
fixture sup-peap-mschapv2.conf
fixture sup-gtc.conf

for name in sup-tls12 sup-ttls-pap; do
	convert 0 --to wpa -o "$dir/a" "$dir/$name.conf" && convert 0 --to wpa -o "$dir/b" "$dir/a" && same "$dir/a" "$dir/b"
	report $? "$name: wpa to wpa changes nothing the second time"
	for form in xml nm; do
		convert 0 --to $form -o "$dir/$form" "$dir/$name.conf" &&
			convert 0 --to wpa -o "$dir/b" "$dir/$form" && same "$dir/a" "$dir/b"
		report $? "$name: to $form and back"
	done
	convert 0 --to nm -o "$dir/nm2" "$dir/xml" && same "$dir/nm" "$dir/nm2"
	report $? "$name: xml to nm is as wpa to nm"
	convert 0 --to xml -o "$dir/xml2" "$dir/nm" && convert 0 --to wpa -o "$dir/b" "$dir/xml2" && same "$dir/a" "$dir/b"
	report $? "$name: wpa to nm to xml to wpa"
done

convert 0 --to wpa "$dir/xml" && [ "$(cat "$dir/out")" = "$(cat "$dir/a")" ] && [ ! -s "$dir/err" ]
report $? "without -o it goes to standard output"
convert 0 --to wpa - <"$dir/nm" && [ "$(cat "$dir/out")" = "$(cat "$dir/a")" ]
report $? "- is standard input"
says "a form that it has not" 2 "xeap config: $dir/xml: line 1: a key stands in front of the first [GROUP]" \
	--from nm --to wpa "$dir/xml"
printf '\n# a comment\n\t[802-1x]\neap=md5;\n' >"$dir/odd"
convert 0 --to wpa "$dir/odd" && grep -q 'eap=MD5' "$dir/out"
report $? "a comment does not hide the form"
convert 0 --to xml "$dir/a" && iconv -f UTF-8 -t UTF-16 "$dir/out" >"$dir/wide" &&
	sed -i 's/U\x00T\x00F\x00-\x008/U\x00T\x00F\x00-\x001\x006/' "$dir/wide" && convert 0 --to wpa "$dir/wide" &&
	[ "$(cat "$dir/out")" = "$(cat "$dir/a")" ]
report $? "a document in UTF-16"

convert 1 --to nm "$dir/sup-peap-mschapv2.conf" && grep -q phase1-peapver=0 "$dir/out" &&
	[ "$(cat "$dir/err")" = "cannot carry phase1: NetworkManager has nothing for crypto_binding" ]
report $? "what is not carried is said, the rest is written" "$(cat "$dir/err")"
convert 0 --to xml -o "$dir/peap" "$dir/sup-peap-mschapv2.conf" && grep -q '<RequireCryptoBinding>true<' "$dir/peap" &&
	grep -q '<Type>26<' "$dir/peap" && ! grep -q '<phase' "$dir/peap"
report $? "a tunnel is said in elements of EAPHost" "$(cat "$dir/err" "$dir/peap")"
convert 0 --to wpa -o "$dir/a2" "$dir/sup-peap-mschapv2.conf" && convert 0 --to wpa -o "$dir/b" "$dir/peap" && same "$dir/a2" "$dir/b"
report $? "and comes back" "$(cat "$dir/err")"
convert 1 --to nm "$dir/sup-gtc.conf" && [ "$(cat "$dir/err")" = "cannot carry eap: NetworkManager has no method GTC" ]
report $? "a method that the other side has not"
cat "$dir/sup-gtc.conf" "$dir/sup-tls12.conf" >"$dir/two"
sed -i 's/eapol_version=2/eapol_version=3/' "$dir/two"
echo fast_reauth=0 >>"$dir/two"
convert 1 --to xml "$dir/two" && grep -q '>6<' "$dir/out" && [ "$(cat "$dir/err")" = \
	"cannot carry eapol_version: it stands outside the network
cannot carry fast_reauth: it stands outside the network
cannot carry the network of $dir/two:14: only the first one has room" ]
report $? "one network has room, and no globals" "$(cat "$dir/err")"
convert 0 --to wpa "$dir/two" && [ "$(grep -c 'network={' "$dir/out")" = 2 ] && grep -qx eapol_version=3 "$dir/out" &&
	grep -qx fast_reauth=0 "$dir/out"
report $? "blocks have room for all of it"

printf 'ext_password_backend=cmd:get "a # b"\n%s' "$(sed 's/password=.*/password=ext:port0/' "$dir/sup-ttls-pap.conf")" >"$dir/ext"
convert 0 --to wpa "$dir/ext" && grep -qx 'ext_password_backend=cmd:get "a # b"' "$dir/out" &&
	grep -qx '	password=ext:port0' "$dir/out"
report $? "a password that is kept outside stays there, and is not fetched" "$(cat "$dir/out" "$dir/err")"
convert 1 --to xml "$dir/ext" && grep -q '>port0</.*passwordExternal>' "$dir/out" &&
	[ "$(cat "$dir/err")" = "cannot carry ext_password_backend: it stands outside the network" ]
report $? "XML has its name" "$(cat "$dir/out" "$dir/err")"
cp "$dir/out" "$dir/ext.xml"
convert 0 --to wpa "$dir/ext.xml" && grep -qx '	password=ext:port0' "$dir/out"
report $? "… and comes back" "$(cat "$dir/out" "$dir/err")"
convert 1 --to nm "$dir/ext" && ! grep -q port0 "$dir/out" && [ "$(cat "$dir/err")" = \
	"cannot carry ext_password_backend: it stands outside the network
cannot carry password: NetworkManager takes no password from a file of them" ]
report $? "a keyfile has no such thing" "$(cat "$dir/out" "$dir/err")"

# What makes tokens known stands outside of blocks, and has a place in a document.
{
	printf 'pkcs11_module_path=/usr/lib/m.so # SoftHSM\npkcs11_engine_path=/usr/lib/e.so\n'
	cat "$dir/sup-ttls-pap.conf" "$dir/sup-gtc.conf"
} >"$dir/tokens"
convert 0 --to wpa "$dir/tokens" && grep -qx 'pkcs11_module_path=/usr/lib/m.so' "$dir/out" &&
	grep -qx 'pkcs11_engine_path=/usr/lib/e.so' "$dir/out" && [ "$(grep -c pkcs11 "$dir/out")" = 2 ]
report $? "paths for tokens stay outside of the blocks" "$(cat "$dir/out" "$dir/err")"
convert 1 --to xml -o "$dir/tokens.xml" "$dir/tokens" && grep -q '<pkcs11ModulePath>/usr/lib/m.so<' "$dir/tokens.xml" &&
	convert 0 --to wpa "$dir/tokens.xml" && grep -qx 'pkcs11_module_path=/usr/lib/m.so' "$dir/out"
report $? "… and come back from XML" "$(cat "$dir/out" "$dir/err")"
convert 1 --to nm "$dir/tokens" && grep -qx 'cannot carry pkcs11_module_path: NetworkManager has no such setting' "$dir/err"
report $? "… and have no place in a keyfile" "$(cat "$dir/err")"

# A profile of Windows, and the credentials that it keeps elsewhere.
ns=http://www.microsoft.com/provisioning
method() { printf '<EapMethod><Type xmlns="%s/EapCommon">%s</Type></EapMethod>' $ns "$1"; }
cat >"$dir/office.xml" <<-END
	<EapHostConfig xmlns="$ns/EapHostConfig">$(method 25)<Config><Eap xmlns="$ns/BaseEapConnectionPropertiesV1"><Type>25</Type>
	<EapType xmlns="$ns/MsPeapConnectionPropertiesV1"><ServerValidation>
	<DisableUserPromptForServerValidation>true</DisableUserPromptForServerValidation></ServerValidation>
	<Eap xmlns="$ns/BaseEapConnectionPropertiesV1"><Type>26</Type>
	<EapType xmlns="$ns/MsChapV2ConnectionPropertiesV1"><UseWinLogonCredentials>true</UseWinLogonCredentials></EapType></Eap>
	<PeapExtensions><IdentityPrivacy xmlns="$ns/MsPeapConnectionPropertiesV2"><EnableIdentityPrivacy>true</EnableIdentityPrivacy>
	<AnonymousUserName>anon</AnonymousUserName></IdentityPrivacy></PeapExtensions></EapType></Eap></Config></EapHostConfig>
END
cat >"$dir/user.xml" <<-END
	<EapHostUserCredentials xmlns="$ns/EapHostUserCredentials">$(method 25)<Credentials>
	<Eap xmlns="$ns/BaseEapUserPropertiesV1"><Type>25</Type><EapType xmlns="$ns/MsPeapUserPropertiesV1">
	<Eap xmlns="$ns/BaseEapUserPropertiesV1"><Type>26</Type><EapType xmlns="$ns/MsChapV2UserPropertiesV1">
	<Username>user@example.org</Username><Password>secret</Password></EapType></Eap></EapType></Eap></Credentials></EapHostUserCredentials>
END
convert 1 --to wpa "$dir/office.xml" && grep -qx '	anonymous_identity="anon"' "$dir/out" && [ "$(cat "$dir/err")" = \
	"cannot carry UseWinLogonCredentials: nobody is logged on here: give identity and password
cannot carry the realm of AnonymousUserName: no identity is there to take it from, so anonymous_identity is the name alone" ]
report $? "a profile without credentials: what is missing is said" "$(cat "$dir/out" "$dir/err")"
convert 0 --credentials "$dir/user.xml" --to wpa "$dir/office.xml" && [ ! -s "$dir/err" ] &&
	grep -qx '	identity="user@example.org"' "$dir/out" && grep -qx '	password="secret"' "$dir/out" &&
	grep -qx '	anonymous_identity="anon@example.org"' "$dir/out" && grep -qx '	server_cert_prompt=0' "$dir/out"
report $? "… and with them it is whole" "$(cat "$dir/out" "$dir/err")"
convert 1 --to nm -o "$dir/nm3" "$dir/sup-peap-mschapv2.conf" && convert 0 --credentials - --to wpa "$dir/nm3" <"$dir/user.xml" && grep -qx '	identity="user@example.org"' "$dir/out"
report $? "credentials complete other forms, too" "$(cat "$dir/out" "$dir/err")"
says "credentials alone" 2 "xeap config: $dir/user.xml: line 1: EapHostUserCredentials: credentials alone are no network: they complete an EapHostConfig" \
	--to wpa "$dir/user.xml"
says "credentials that are none" 2 "xeap config: $dir/office.xml: credentials: line 1: EapHostConfig: EapHostUserCredentials was expected" \
	--credentials "$dir/office.xml" --to wpa "$dir/office.xml"
says "credentials that are not there" 2 "xeap config: $dir/none: No such file or directory" \
	--credentials "$dir/none" --to wpa "$dir/office.xml"
says "credentials for several networks" 2 "xeap config: $dir/two: credentials complete one network, and there are several" \
	--credentials "$dir/user.xml" --to wpa "$dir/two"
says "one standard input" 2 "xeap config: standard input is read once: see 'xeap config --help'" --credentials - --to wpa -

rm -f "$dir/new"
convert 0 --to nm -o "$dir/new" "$dir/sup-ttls-pap.conf" && [ "$(stat -c %a "$dir/new")" = 600 ]
report $? "a new file is its owner's only"
chmod 644 "$dir/new"
convert 0 --to nm -o "$dir/new" "$dir/sup-ttls-pap.conf" && [ "$(stat -c %a "$dir/new")" = 600 ]
report $? "an old one becomes so"
cp "$dir/new" "$dir/before"
convert 2 --to xml -o "$dir/new" tests/fixtures/README.md && same "$dir/new" "$dir/before"
report $? "bad input leaves the output alone"
convert 0 --to nm -o "$dir/sup-tls12.conf" "$dir/sup-tls12.conf" && grep -q '802-1x' "$dir/sup-tls12.conf"
report $? "input and output may be one file"
[ -z "$(find "$dir" -name '*.??????' ! -name '*.conf')" ]
report $? "nothing is left beside it" "$(ls "$dir")"
ln -s target "$dir/link"
says "a link is left alone" 2 "xeap config: $dir/link: there is something that is no regular file" \
	--to nm -o "$dir/link" "$dir/sup-ttls-pap.conf"
says "a folder that is not there" 2 "xeap config: $dir/none/x: No such file or directory" \
	--to nm -o "$dir/none/x" "$dir/sup-ttls-pap.conf"
"$xeap" config convert --to wpa "$dir/a" >/dev/full 2>"$dir/err"
[ $? = 2 ] && [ "$(cat "$dir/err")" = "xeap config: standard output: No space left on device" ]
report $? "a full disk is no success" "$(cat "$dir/err")"

(
	trap '' XFSZ
	ulimit -f 0
	"$xeap" config convert --to wpa -o "$dir/full" "$dir/a" 2>&1 | cat >&3
) 3>&1 | grep -qx "xeap config: $dir/full: File too large" && [ -z "$(find "$dir" -name 'full*')" ]
report $? "a file that could not be written is not there"

says "no file" 2 "xeap config: $dir/none: No such file or directory" --to xml "$dir/none"
says "a folder" 2 "xeap config: $dir: Is a directory" --to xml "$dir"
says "a device" 2 "xeap config: /dev/zero: not a regular file" --to xml /dev/zero
head -c 1048577 /dev/zero | tr '\0' ' ' >"$dir/big"
says "too much" 2 "xeap config: $dir/big: more than 1048576 bytes" --to xml "$dir/big"
says "no --to" 2 "xeap config: --to is missing: see 'xeap config --help'" "$dir/a"
says "an unknown form" 2 "xeap config: yaml: a form is wpa, xml or nm" --to yaml "$dir/a"
says "two files" 2 "xeap config: one FILE is converted: see 'xeap config --help'" --to nm "$dir/a" "$dir/a"
"$xeap" config 2>"$dir/err"
[ $? = 2 ] && [ "$(cat "$dir/err")" = "xeap config: what to do is 'convert' or 'keys': see 'xeap config --help'" ]
report $? "nothing to do" "$(cat "$dir/err")"
exit $((failures > 0))
