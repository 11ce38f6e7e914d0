/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <base/frame.h>
#include <pae/pae.h>

/* Frames of a supplicant: what comes in is sorted into events, what goes out gets its headers. */

#define EAP_TYPE_AT 4 /* the Type octet of a Response, RFC 3748 §4.1 */

/*
 * 01:80:c2:00:00:03 is where authenticators of 802.1X-2001 to 2010 send; -00 and -0e are the two
 * other scopes of IEEE 802.1X-2020 §11.1.1, table 11-1.
 */
static bool is_pae_group(const uint8_t *dst)
{
	static const uint8_t prefix[5] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };

	if (memcmp(dst, prefix, sizeof(prefix)) != 0)
		return false;
	return dst[5] == 0x03 || dst[5] == 0x00 || dst[5] == 0x0e;
}

static bool is_for_us(const struct xeap_pae *p, const struct xeap_eapol *eapol)
{
	if (memcmp(eapol->src, p->mac, sizeof(p->mac)) == 0)
		return false;
	return memcmp(eapol->dst, p->mac, sizeof(p->mac)) == 0 || is_pae_group(eapol->dst);
}

static void count_unparsed(struct xeap_pae *p, int err)
{
	if (err == -EPROTONOSUPPORT)
		p->stats.ignored_frames_rx++;
	else if (err == -EBADMSG)
		p->stats.eap_length_error_frames_rx++;
	else
		p->stats.invalid_eapol_frames_rx++;
}

static void count_received(struct xeap_pae *p, const struct xeap_eapol *eapol)
{
	p->stats.eapol_frames_rx++;
	p->stats.last_version_rx = eapol->version;
	memcpy(p->stats.last_source, eapol->src, sizeof(p->stats.last_source));
}

static void receive_request(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (in->eap->type.type == XEAP_EAP_IDENTITY)
		p->stats.eapol_req_id_frames_rx++;
	else
		p->stats.eapol_req_frames_rx++;
	xeap_pae_happen(p, XEAP_PAE_REQUEST, in);
}

static void receive_eap(struct xeap_pae *p, const struct xeap_eapol *eapol, xeap_time now)
{
	struct xeap_eap eap;
	struct xeap_pae_input in = { .now = now, .eapol = eapol, .eap = &eap };
	int err = xeap_eap_parse(eapol->body, &eap);

	if (err == -EBADMSG) {
		p->stats.eap_length_error_frames_rx++;
		return;
	}
	if (err < 0) {
		p->stats.invalid_eapol_frames_rx++;
		return;
	}
	if (eap.code == XEAP_EAP_REQUEST)
		receive_request(p, &in);
	else if (eap.code == XEAP_EAP_SUCCESS)
		xeap_pae_happen(p, XEAP_PAE_SUCCESS, &in);
	else if (eap.code == XEAP_EAP_FAILURE)
		xeap_pae_happen(p, XEAP_PAE_FAILURE, &in);
	else if (p->config.erp && eap.code == XEAP_EAP_INITIATE)
		receive_request(p, &in);
	else if (p->config.erp && eap.code == XEAP_EAP_FINISH)
		xeap_pae_happen(p, XEAP_PAE_SUCCESS, &in); /* the engine knows which it is */
	else
		p->stats.other_frames_rx++;
}

void xeap_pae_receive(struct xeap_pae *p, struct xeap_span frame, xeap_time now)
{
	struct xeap_eapol eapol;
	int err = xeap_eapol_parse(frame, &eapol);

	if (err < 0) {
		count_unparsed(p, err);
		return;
	}
	if (!is_for_us(p, &eapol)) {
		p->stats.ignored_frames_rx++;
		return;
	}
	if (eapol.type > XEAP_EAPOL_ANNOUNCEMENT_REQ) {
		p->stats.invalid_eapol_frames_rx++;
		return;
	}
	count_received(p, &eapol);
	if (eapol.type == XEAP_EAPOL_EAP)
		receive_eap(p, &eapol, now);
	else
		p->stats.other_frames_rx++;
}

static int transmit(struct xeap_pae *p, struct xeap_frame *frame, const struct xeap_eapol *h)
{
	uint8_t *at;

	/* The ring reads it now: its bytes must not be touched, and they are the same. */
	if (xeap_frame_get_state(frame) == XEAP_FRAME_QUEUED)
		return -EALREADY;
	if (frame->c.len > UINT16_MAX)
		return -EMSGSIZE;
	at = xeap_frame_push(frame, xeap_eapol_header_len(h->tags));
	if (!at)
		return -EMSGSIZE;
	xeap_eapol_write_header(at, h, (uint16_t)frame->c.len);
	return p->port_ops->transmit(p->port, frame);
}

int xeap_pae_send_empty(struct xeap_pae *p, enum xeap_eapol_type type)
{
	struct xeap_eapol h = p->header;
	struct xeap_frame *frame = p->port_ops->lend(p->port);
	int err;

	h.type = (uint8_t)type;

	if (!frame) {
		p->stats.transmit_failed++;
		return -ENOBUFS;
	}
	frame->c.len = 0;
	err = transmit(p, frame, &h);
	xeap_frame_give_back(frame);
	if (err < 0) {
		p->stats.transmit_failed++;
		return err;
	}
	p->stats.eapol_frames_tx++;
	if (type == XEAP_EAPOL_START)
		p->stats.eapol_start_frames_tx++;
	else
		p->stats.eapol_logoff_frames_tx++;
	return 0;
}

static int send_frame(struct xeap_pae *p, const struct xeap_eapol *request,
		      struct xeap_frame *frame)
{
	struct xeap_eapol h = p->header;

	if (frame->c.len <= EAP_TYPE_AT)
		return -EMSGSIZE;
	h.tags = request->tags;
	memcpy(h.tag, request->tag, sizeof(h.tag));
	return transmit(p, frame, &h);
}

/* -EALREADY is a frame that still waits in the ring: it goes out once, and is counted once. */
static void count_response(struct xeap_pae *p, const struct xeap_frame *frame, bool again)
{
	p->stats.eapol_frames_tx++;
	if (frame->c.data[EAP_TYPE_AT] == XEAP_EAP_IDENTITY)
		p->stats.eapol_resp_id_frames_tx++;
	else
		p->stats.eapol_resp_frames_tx++;
	if (again)
		p->stats.retransmitted++;
}

/*
 * Within a conversation a response is known by its Identifier (RFC 3748 §4.1), wherever its bytes
 * lie: a held frame may have been moved to the heap and come back in another. One that could not
 * be sent stays the engine's last response; the authenticator asks again and gets it then.
 */
void xeap_pae_send_response(struct xeap_pae *p, const struct xeap_eapol *request)
{
	struct xeap_frame *frame;
	int err = p->engine_ops->get_send_frame(p->engine, &frame);

	if (err == 0)
		err = send_frame(p, request, frame);
	if (err == -EALREADY)
		return;
	if (err < 0) {
		p->stats.transmit_failed++;
		return;
	}
	count_response(p, frame, frame->c.data[1] == p->last_response);
	p->last_response = frame->c.data[1];
}
