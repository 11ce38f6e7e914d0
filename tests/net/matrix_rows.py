# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""What the interoperability matrix consists of: the methods, and what each of the other programs can do with them.

A method is tried against every server over every transport, with TLS 1.2 and 1.3 where it has TLS, and with messages that
take one packet and many where it can cut them. Where a server cannot, `not_with` says why, in words for the README.
"""

CA = ['ca_cert="@DIR@/certs/ca.pem"', 'domain_match="radius.baseline.test"']
CLIENT = ['client_cert="@DIR@/certs/client.pem"', 'private_key="@DIR@/certs/client.key"']
CLIENT2 = ['ca_cert2="@DIR@/certs/ca.pem"', 'client_cert2="@DIR@/certs/client.pem"',
           'private_key2="@DIR@/certs/client.key"']

HOSTAPD = 'hostapd'
FREERADIUS = 'FreeRADIUS'
NEXT = 'FreeRADIUS 3.2.7'
SERVERS = (HOSTAPD, FREERADIUS, NEXT)

NOT_BUILT = 'not in this program'

# What can be wrong.
WRONG_PASSWORD = 'wrong password'
WRONG_CA = 'wrong CA'
WRONG_NAME = 'wrong server name'
EXPIRED = 'expired server certificate'
REVOKED = 'revoked server certificate'
WRONG_BINDING = 'wrong cryptobinding'
MISSING_BINDING = 'missing cryptobinding'


class Method:
    """One line of the matrix.

    lines: of the network block beside eap, identity and the certificate of the server; secret: the line that a wrong
    password replaces. tls: runs TLS; cuts: has messages that can be cut without TLS. keys: derives an MSK.
    not_with: {(server, TLS version or None): why not}; None stands for every version. not_many_with: {server: why not}, for
    messages of many packets. makes_do: {server: (line, why)}, a line more that logins with it need. wrongs: {(server, TLS version
    or None): what is wrong}, of cells that not_with has, but where a login can be tried, for it to be refused. binds: the servers
    of which PEAP's cryptobinding is demanded. notes: {server: [what else there is to say]}.
    """

    def __init__(self, name, eap, identity, *lines, anonymous=None, secret=None, tls=False, cuts=False, keys=True,
                 phase1='', not_with=None, not_many_with=None, makes_do=None, wrongs=None, binds=(), notes=None):
        self.name, self.eap, self.identity, self.lines = name, eap, identity, list(lines)
        self.anonymous, self.secret, self.tls, self.cuts, self.keys = anonymous, secret, tls, cuts, keys
        self.phase1, self.not_with, self.not_many_with = phase1, not_with or {}, not_many_with or {}
        self.makes_do, self.wrongs, self.binds, self.notes = makes_do or {}, wrongs or {}, binds, notes or {}

    def versions(self):
        """TLS versions, as they stand in the matrix."""
        return ('1.2', '1.3') if self.tls else (None,)

    def sizes(self, server):
        """False: one packet a message; True: many."""
        return (False, True) if (self.tls or self.cuts) and server not in self.not_many_with else (False,)

    def why_not(self, server, version):
        """Why a server does not have this; None when it has."""
        return self.not_with.get((server, version), self.not_with.get((server, None)))

    def wrong(self, server, version):
        """What is wrong in the cells of which why_not speaks."""
        return self.wrongs.get((server, version), self.wrongs.get((server, None), ()))

    def remarks(self, server):
        """What there is to say of the cells that are tried."""
        told = [self.not_many_with.get(server), self.makes_do.get(server, (None, None))[1], *self.notes.get(server, ())]
        return [remark for remark in told if remark]


def tunnelled(name, eap, identity, *lines, **more):
    """A method with a tunnel and an anonymous outer identity."""
    return Method(name, eap, identity, *CA, *lines, anonymous='anon-' + eap.lower(), tls=True, **more)


PASSWORD = 'password="innerpass"'


def peap(version, inner, identity, *lines, **more):
    binding = ' crypto_binding=0' if 'no cryptobinding' in inner else ''
    return tunnelled(f'PEAPv{version} / {inner}', 'PEAP', identity, f'phase2="auth={inner.split(",")[0]}"', *lines,
                     phase1=f'peapver={version}{binding}', **more)


def bound_peap(inner, identity, *lines, **more):
    """PEAPv0 with cryptobinding where the server has it."""
    kept = {'not_with': HOSTAPD_BINDING, 'wrongs': HOSTAPD_WRONG, 'binds': (HOSTAPD,), 'notes': UNBOUND}
    return peap(0, inner, identity, *lines, **{**kept, **more})


def ttls(name, phase2, identity, *lines, **more):
    return tunnelled(f'TTLS / {name}', 'TTLS', identity, f'phase2="{phase2}"', *lines, **more)


def not_anywhere_but(*servers, why=NOT_BUILT):
    """For `not_with`: no other server has it."""
    return {(s, None): why for s in SERVERS if s not in servers}


NO_PEAPV1 = {(FREERADIUS, None): 'PEAPv0 only', (NEXT, None): 'PEAPv0 only'}
HOSTAPD_BINDING = {(HOSTAPD, '1.3'): 'hostapd 2.10 derives the keys of PEAP\'s cryptobinding wrongly on TLS 1.3: what else is to '
                   'be refused is in the row without cryptobinding'}
HOSTAPD_WRONG = {(HOSTAPD, '1.3'): (WRONG_BINDING,)}
NO_BINDING = {(s, None): 'FreeRADIUS sends no cryptobinding: `crypto_binding=2` refuses it, and the row without '
              'cryptobinding has the rest' for s in (FREERADIUS, NEXT)}
UNBOUND = {s: ['without cryptobinding, of which FreeRADIUS sends none'] for s in (FREERADIUS, NEXT)}
HOSTAPD_INDICATION = {(HOSTAPD, '1.3'): 'inside a tunnel hostapd 2.10 sends no protected success indication of EAP-TLS on '
                      'TLS 1.3 (RFC 9190 §2.5)'}
# What is refused before it comes to what is inside the tunnel.
OF_TUNNEL = (WRONG_CA, WRONG_NAME, EXPIRED, REVOKED)
HOSTAPD_TUNNEL = {(HOSTAPD, '1.3'): OF_TUNNEL}
NEXT_FRAGMENTS = {NEXT: 'FreeRADIUS 3.2.7 loses the session inside when it cuts messages of both TLS conversations'}
NO_TEAP = {(s, None): 'TEAP is compiled into none of Debian 12\'s programs' for s in (HOSTAPD, FREERADIUS)}
NO_TEAP[NEXT, '1.3'] = 'FreeRADIUS 3.2.7 serves TEAP on TLS 1.2 only'
FAST_12 = {(s, '1.3'): 'EAP-FAST is not defined for TLS 1.3 with a PAC (RFC 9427 §2.2)' for s in SERVERS}
FAST_12.update({(s, '1.2'): 'FreeRADIUS computes the crypto-binding of EAP-FAST otherwise than hostapd: wpa_supplicant refuses it, '
                'too; expired certificates of RSA, which EAP-FAST wants, are left to hostapd' for s in (FREERADIUS, NEXT)})
FAST_WRONG = {(s, '1.2'): (WRONG_BINDING, WRONG_CA, WRONG_NAME, REVOKED) for s in (FREERADIUS, NEXT)}
TEAP_BINDING = {NEXT: ['FreeRADIUS 3.2.7 computes TEAP\'s crypto-binding rightly: a wrong one comes from the tests\' own server, '
                       'in `tests/unit/test_method_teap.c`']}
SIM_NEXT_ID = {s: ('eap_workaround=1', 'with `eap_workaround=1`: FreeRADIUS ends EAP-SIM by an EAP-Success with the next '
                   'Identifier, not to be taken by RFC 3748 §4.2') for s in (FREERADIUS, NEXT)}
RADIUS_HAS_NOT = not_anywhere_but(HOSTAPD)
NO_NOOB = not_anywhere_but(why='no program of Debian 12\'s packages has EAP-NOOB')

SUBSCRIBER = '@IMSI@@wlan.mnc001.mcc232.3gppnetwork.org'
CARD = '90dca4eda45b53cf0f12d7c9c3bc6a89:cb9cccc4b9258e6dca4760379fb82581'  # Ki and OPc, as tests/net/hlr has them

METHODS = (
    Method('MD5', 'MD5', 'md5user', secret='password="md5pass"', keys=False),
    Method('GTC', 'GTC', 'gtcuser', secret='password="gtcpass"', keys=False),
    Method('MSCHAPv2', 'MSCHAPV2', 'mschapuser', secret='password="mschappass"'),
    Method('TLS', 'TLS', 'tlsuser', *CA, *CLIENT, tls=True),
    bound_peap('MSCHAPV2, with cryptobinding', 'user-mschapv2', secret=PASSWORD, not_with={**HOSTAPD_BINDING, **NO_BINDING},
               wrongs={**HOSTAPD_WRONG, **{key: (MISSING_BINDING,) for key in NO_BINDING}}, binds=SERVERS, notes=None),
    peap(0, 'MSCHAPV2, no cryptobinding', 'user-mschapv2', secret=PASSWORD),
    bound_peap('GTC', 'user-gtc', secret=PASSWORD),
    bound_peap('MD5', 'user-md5', secret=PASSWORD),
    bound_peap('TLS', 'user-tls', *CLIENT2, not_with=HOSTAPD_INDICATION, wrongs=HOSTAPD_TUNNEL, not_many_with=NEXT_FRAGMENTS),
    peap(1, 'MSCHAPV2', 'user-mschapv2', secret=PASSWORD, not_with=NO_PEAPV1),
    peap(1, 'GTC', 'user-gtc', secret=PASSWORD, not_with=NO_PEAPV1),
    peap(1, 'MD5', 'user-md5', secret=PASSWORD, not_with=NO_PEAPV1),
    peap(1, 'TLS', 'user-tls', *CLIENT2, not_with={**NO_PEAPV1, **HOSTAPD_INDICATION}, wrongs=HOSTAPD_TUNNEL),
    ttls('PAP', 'auth=PAP', 'user-pap', secret=PASSWORD),
    ttls('CHAP', 'auth=CHAP', 'user-chap', secret=PASSWORD),
    ttls('MSCHAP', 'auth=MSCHAP', 'user-mschap', secret=PASSWORD),
    ttls('MSCHAPv2', 'auth=MSCHAPV2', 'user-mschapv2', secret=PASSWORD),
    ttls('EAP-MD5', 'autheap=MD5', 'user-md5', secret=PASSWORD),
    ttls('EAP-GTC', 'autheap=GTC', 'user-gtc', secret=PASSWORD),
    ttls('EAP-MSCHAPv2', 'autheap=MSCHAPV2', 'user-mschapv2', secret=PASSWORD),
    ttls('EAP-TLS', 'autheap=TLS', 'user-tls', *CLIENT2, not_with=HOSTAPD_INDICATION, wrongs=HOSTAPD_TUNNEL),
    tunnelled('FAST / MSCHAPV2', 'FAST', 'user-mschapv2', 'phase2="auth=MSCHAPV2"', 'pac_file="@DIR@/@CELL@.pac"',
              secret=PASSWORD, phase1='fast_provisioning=2', not_with=FAST_12, wrongs=FAST_WRONG),
    tunnelled('TEAP / MSCHAPV2', 'TEAP', 'user-mschapv2', 'phase2="auth=MSCHAPV2"', secret=PASSWORD, not_with=NO_TEAP,
              notes=TEAP_BINDING),
    tunnelled('TEAP / TLS', 'TEAP', 'user-tls', 'phase2="auth=TLS"', *CLIENT2, not_with=NO_TEAP, notes=TEAP_BINDING),
    tunnelled('TEAP / machine, then user', 'TEAP', 'user-mschapv2', 'phase2="auth=MSCHAPV2"',
              'machine_phase2="auth=MSCHAPV2"', 'machine_identity="user-mschapv2"', 'machine_password="innerpass"',
              secret=PASSWORD, not_with=NO_TEAP, notes=TEAP_BINDING),
    tunnelled('TEAP / Basic-Password-Auth', 'TEAP', 'user-pap', secret=PASSWORD, not_with=NO_TEAP, notes=TEAP_BINDING),
    Method('PWD', 'PWD', 'pwduser', secret='password="pwdpass"', cuts=True),
    Method('SIM', 'SIM', '1' + SUBSCRIBER, secret=f'password="{CARD}"', makes_do=SIM_NEXT_ID),
    Method('AKA', 'AKA', '0' + SUBSCRIBER, secret=f'password="{CARD}:000000000000"', not_with=RADIUS_HAS_NOT),
    Method("AKA'", "AKA'", '6' + SUBSCRIBER, secret=f'password="{CARD}:000000000000"', not_with=RADIUS_HAS_NOT),
    Method('PSK', 'PSK', 'pskuser', secret='password=0123456789abcdef0123456789abcdef', not_with=RADIUS_HAS_NOT),
    Method('GPSK', 'GPSK', 'gpskuser', secret='password="abcdefghijklmnop0123456789abcdef"', not_with=RADIUS_HAS_NOT),
    Method('SAKE', 'SAKE', 'saseuser', secret='password="abcdefghijklmnop0123456789abcdef"', not_with=RADIUS_HAS_NOT),
    Method('PAX', 'PAX', 'paxuser', secret='password="abcdefghijklmnop"', not_with=RADIUS_HAS_NOT),
    Method('EKE', 'EKE', 'ekeuser', secret='password="ekepass"', not_with=RADIUS_HAS_NOT),
    Method('IKEv2', 'IKEV2', 'ikev2user', secret='password="ikev2pass"', cuts=True, not_with=RADIUS_HAS_NOT),
    Method('NOOB', 'NOOB', 'noob@eap-noob.arpa', not_with=NO_NOOB),
)
