/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * supplicant PORT FILE [ANSWER]: logs PORT in with the first network of FILE, by the calls of
 * EAPHost's supplicant API in their published order, and says as what. A question to the user is
 * answered with ANSWER. With SHOW_KEYS in the environment the MSK is printed too. The packets go
 * through a socket; XDP is not in this.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <xeap/config_text.h>
#include <xeap/eappapis.h>

#define TRIES 10 /* of three seconds each without a packet */
#define EAPOL_EAP 0
#define EAPOL_START 1

struct eapol {
	BYTE version, type;
	uint16_t length; /* most significant byte first */
	BYTE packet[1500];
};

static struct sockaddr_ll group = {
	.sll_family = AF_PACKET,
	.sll_halen = ETH_ALEN,
	.sll_addr = { 0x01, 0x80, 0xc2, 0, 0, 0x03 },
};
static const char *answer;

static DWORD failed(const char *call, DWORD code, EAP_ERROR *error)
{
	fprintf(stderr, "%s: 0x%x\n", call, code);
	EapHostPeerFreeEapError(error);
	return code;
}

static int open_port(const char *name)
{
	struct timeval patience = { .tv_sec = 3 };
	struct packet_mreq member = { .mr_type = PACKET_MR_MULTICAST, .mr_alen = ETH_ALEN };
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_PAE));

	group.sll_protocol = htons(ETH_P_PAE);
	group.sll_ifindex = member.mr_ifindex = (int)if_nametoindex(name);
	memcpy(member.mr_address, group.sll_addr, ETH_ALEN);
	if (fd < 0 || !group.sll_ifindex || bind(fd, (struct sockaddr *)&group, sizeof(group)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &member, sizeof(member)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		perror(name);
		return -1;
	}
	return fd;
}

static void transmit(int fd, BYTE type, const BYTE *packet, DWORD size)
{
	struct eapol frame = { .version = 2, .type = type, .length = htons((uint16_t)size) };

	if (size)
		memcpy(frame.packet, packet, size);
	sendto(fd, &frame, size + 4, 0, (struct sockaddr *)&group, sizeof(group));
}

/* The EAP packet of the next frame: its size, 0 after a while without any. */
static DWORD receive(int fd, struct eapol *frame)
{
	for (;;) {
		ssize_t n = recv(fd, frame, sizeof(*frame), 0);

		if (n < 0)
			return 0;
		if (n >= 8 && frame->type == EAPOL_EAP && ntohs(frame->length) <= n - 4)
			return ntohs(frame->length);
	}
}

static BOOL CALLBACK fill(void *ctx, HWND window, EAP_CONFIG_INPUT_FIELD_ARRAY *fields)
{
	EAP_CONFIG_INPUT_FIELD_DATA *last = &fields->pFields[fields->dwNumberOfFields - 1];
	DWORD n = 0;

	for (; answer && answer[n] && n < last->dwMaxDataLength; n++)
		last->pwszData[n] = (BYTE)answer[n];
	last->pwszData[n] = 0;
	return answer != NULL;
}

/* Ask the user; the answer brings a new action. */
static DWORD interact(EAP_SESSIONID session, EapHostPeerResponseAction *action)
{
	BYTE *context, *data = NULL;
	DWORD size, data_size, code;
	EAP_ERROR *error = NULL;

	code = EapHostPeerGetUIContext(session, &size, &context, &error);
	if (code)
		return failed("EapHostPeerGetUIContext", code, error);
	if (EapHostPeerInvokeInteractiveUI(NULL, size, context, &data_size, &data, NULL))
		data_size = 0;
	code = EapHostPeerSetUIContext(session, data_size, data, action, &error);
	EapHostPeerFreeMemory(data);
	return code ? failed("EapHostPeerSetUIContext", code, error) : NO_ERROR;
}

static DWORD respond(EAP_SESSIONID session, EapHostPeerResponseAction *action)
{
	EapAttributes attributes;
	EAP_ERROR *error = NULL;
	DWORD code = EapHostPeerGetResponseAttributes(session, &attributes, &error);

	if (!code)
		code = EapHostPeerSetResponseAttributes(session, &attributes, action, &error);
	return code ? failed("response attributes", code, error) : NO_ERROR;
}

static DWORD transmit_response(int fd, EAP_SESSIONID session)
{
	EAP_ERROR *error = NULL;
	BYTE *packet;
	DWORD size, code = EapHostPeerGetSendPacket(session, &size, &packet, &error);

	if (code)
		return failed("EapHostPeerGetSendPacket", code, error);
	transmit(fd, EAPOL_EAP, packet, size); /* the packet stays the host's */
	return NO_ERROR;
}

/*
 * Until there is a result. EAPOL-Start is for an authenticator that has asked nothing yet: in a
 * conversation it would begin another one, and this session be left behind.
 */
static DWORD converse(int fd, EAP_SESSIONID session)
{
	EapHostPeerResponseAction action = EapHostPeerResponseNone;
	struct eapol frame;
	EAP_ERROR *error = NULL;
	DWORD code = NO_ERROR, size;
	BOOL begun = FALSE;

	for (int tries = 0; !code && action != EapHostPeerResponseResult;) {
		if (action == EapHostPeerResponseSend) {
			code = transmit_response(fd, session);
			action = EapHostPeerResponseNone;
			begun = TRUE;
		} else if (action == EapHostPeerResponseInvokeUi) {
			code = interact(session, &action);
		} else if (action == EapHostPeerResponseRespond) {
			code = respond(session, &action);
		} else if ((size = receive(fd, &frame)) > 0) {
			code = EapHostPeerProcessReceivedPacket(session, size, frame.packet,
								&action, &error);
			if (code)
				failed("EapHostPeerProcessReceivedPacket", code, error);
		} else if (++tries == TRIES) {
			return ERROR_CANCELLED;
		} else if (!begun) {
			transmit(fd, EAPOL_START, NULL, 0);
		}
	}
	return code;
}

/*
 * The MSK out of MS-MPPE-Send-Key and -Recv-Key (RFC 2548 §2.4.2): behind header and salt each has
 * its length, and then the key.
 */
static void show_keys(const EAP_ATTRIBUTES *attributes)
{
	for (DWORD i = 0; i < attributes->dwNumberOfAttributes; i++) {
		const BYTE *value = attributes->pAttribs[i].pValue;

		for (BYTE k = 0; k < value[8]; k++)
			printf("%02x", value[9 + k]);
	}
	puts("");
}

static void report(EAP_SESSIONID session)
{
	EapHostPeerMethodResult result = { 0 };

	if (EapHostPeerGetResult(session, EapHostPeerMethodResultFromMethod, &result, NULL))
		puts("no result");
	else if (result.fIsSuccess)
		printf("success type %d keys %u\n", result.pEapMethodInfo->eaptype.eapType.type,
		       result.pAttribArray->dwNumberOfAttributes);
	else
		printf("failure 0x%x\n", result.dwFailureReasonCode);
	if (getenv("SHOW_KEYS") && result.pAttribArray)
		show_keys(result.pAttribArray);
}

/* The connection data: what Windows keeps in a profile. */
static BOOL read_network(const char *file, char **blob, size_t *size)
{
	struct xeap_config_file *parsed;
	struct xeap_diag diag;
	int err = xeap_config_read(file, &parsed, &diag);

	if (err) {
		fprintf(stderr, "%s\n", diag.text);
		return FALSE;
	}
	err = xeap_config_to_blob(parsed->networks[0], blob, size);
	xeap_config_file_free(parsed);
	return !err;
}

static int log_in(int fd, const BYTE *data, DWORD size)
{
	GUID connection = { .Data1 = (uint32_t)group.sll_ifindex };
	EAP_METHOD_TYPE any = { 0 };
	EAP_ERROR *error = NULL;
	EAP_SESSIONID session;
	DWORD code = EapHostPeerBeginSession(0, any, NULL, NULL, size, data, 0, NULL, 1400,
					     &connection, NULL, NULL, &session, &error);

	if (code)
		return (int)failed("EapHostPeerBeginSession", code, error);
	transmit(fd, EAPOL_START, NULL, 0);
	code = converse(fd, session);
	report(session);
	EapHostPeerEndSession(session, NULL);
	EapHostPeerClearConnection(&connection, NULL);
	return (int)code;
}

int main(int argc, char **argv)
{
	char *blob;
	size_t size;
	int fd, code;

	if (argc < 3 || !read_network(argv[2], &blob, &size) || (fd = open_port(argv[1])) < 0)
		return 2;
	answer = argv[3];
	XeapHostPeerSetUiHandler(fill, NULL);
	if (EapHostPeerInitialize())
		return 2;
	code = log_in(fd, (const BYTE *)blob, (DWORD)size);
	xeap_text_free(blob);
	EapHostPeerUninitialize();
	close(fd);
	return code != NO_ERROR;
}
