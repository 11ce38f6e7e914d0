/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The conformance rows' API by the names of xeap/host.h. */
#include "conformance.h"

#define ERROR(e) ((struct xeap_error **)(e))

static void *native_open(void)
{
	struct xeap_host *host;

	return xeap_host_new(NULL, &host) ? NULL : host;
}

static void native_close(void *host)
{
	xeap_host_free(host);
}

static uint32_t begin(void *host, const struct xeap_session_options *o,
		      const struct xeap_config *config, uint64_t *ret_session, void **ret_error)
{
	return xeap_session_begin(host, o, ret_session, ERROR(ret_error));
}

static uint32_t process(void *host, uint64_t session, uint32_t size, const uint8_t *packet,
			enum xeap_action *ret_action, void **ret_error)
{
	return xeap_session_process_received_packet(host, session, size, packet, ret_action,
						    ERROR(ret_error));
}

static uint32_t get_send_packet(void *host, uint64_t session, uint32_t *ret_size,
				uint8_t **ret_packet, void **ret_error)
{
	return xeap_session_get_send_packet(host, session, ret_size, ret_packet, ERROR(ret_error));
}

static uint32_t get_result(void *host, uint64_t session, enum xeap_result_reason reason,
			   struct xeap_session_result *ret_result, void **ret_error)
{
	return xeap_session_get_result(host, session, reason, ret_result, ERROR(ret_error));
}

static uint32_t get_auth_status(void *host, uint64_t session, enum xeap_auth_status *ret_status,
				void **ret_error)
{
	return xeap_session_get_auth_status(host, session, ret_status, ERROR(ret_error));
}

static uint32_t get_notification(void *host, uint64_t session, const char **ret_text,
				 void **ret_error)
{
	return xeap_session_get_notification(host, session, ret_text, ERROR(ret_error));
}

static uint32_t get_ui_context(void *host, uint64_t session, uint32_t *ret_size,
			       const uint8_t **ret_context, void **ret_error)
{
	return xeap_session_get_ui_context(host, session, ret_size, ret_context, ERROR(ret_error));
}

static uint32_t set_ui_context(void *host, uint64_t session, uint32_t size, const uint8_t *answer,
			       enum xeap_action *ret_action, void **ret_error)
{
	return xeap_session_set_ui_context(host, session, size, answer, ret_action,
					   ERROR(ret_error));
}

static uint32_t get_response_attributes(void *host, uint64_t session,
					struct xeap_attributes *ret_attributes, void **ret_error)
{
	return xeap_session_get_response_attributes(host, session, ret_attributes,
						    ERROR(ret_error));
}

static uint32_t set_response_attributes(void *host, uint64_t session,
					const struct xeap_attributes *attributes,
					enum xeap_action *ret_action, void **ret_error)
{
	return xeap_session_set_response_attributes(host, session, attributes, ret_action,
						    ERROR(ret_error));
}

static uint32_t end(void *host, uint64_t session, void **ret_error)
{
	return xeap_session_end(host, session, ERROR(ret_error));
}

static uint32_t clear_connection(void *host, const uint8_t *connection_id, void **ret_error)
{
	return xeap_connection_clear(host, connection_id, ERROR(ret_error));
}

static uint32_t notify(void *host, const uint8_t *connection_id)
{
	return xeap_connection_notify(host, connection_id, XEAP_NOTIFY_CONFIGURATION);
}

static unsigned int dispatch(void *host)
{
	return xeap_host_dispatch(host);
}

static void read_error(const void *error, struct error_facts *ret_facts)
{
	const struct xeap_error *e = error;

	ret_facts->code = e->code;
	ret_facts->reason = e->reason;
	ret_facts->method_type = e->method.type;
	strncpy(ret_facts->root_cause, e->root_cause, XEAP_DIAG_TEXT - 1);
	strncpy(ret_facts->repair, e->repair, XEAP_DIAG_TEXT - 1);
}

static void free_error(void *error)
{
	xeap_error_free(error);
}

const struct api conformance_native = {
	.name = "native",
	.open = native_open,
	.close = native_close,
	.begin = begin,
	.process = process,
	.get_send_packet = get_send_packet,
	.get_result = get_result,
	.get_auth_status = get_auth_status,
	.get_notification = get_notification,
	.get_ui_context = get_ui_context,
	.set_ui_context = set_ui_context,
	.get_response_attributes = get_response_attributes,
	.set_response_attributes = set_response_attributes,
	.end = end,
	.clear_connection = clear_connection,
	.notify = notify,
	.dispatch = dispatch,
	.read_error = read_error,
	.free_error = free_error,
};
