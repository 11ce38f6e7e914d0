/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PROMPT_H
#define XEAP_PROMPT_H

#include <stddef.h>
#include <stdint.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a session asks of a person, and of the supplicant: prompts with fields, and attributes. A
 * UI context (xeap_session_get_ui_context()) is a prompt in bytes; the answer
 * (xeap_session_set_ui_context()) is the same prompt with its fields filled.
 */

#define XEAP_PROMPT_FIELDS_MAX 8
#define XEAP_PROMPT_TEXT_MAX 1024   /**< bytes of one text, label or value */
#define XEAP_PROMPT_BYTES_MAX 16384 /**< bytes of a prompt as written */
#define XEAP_ATTRIBUTES_MAX 16

enum xeap_field_kind {
	XEAP_FIELD_NOTE,     /**< only shown */
	XEAP_FIELD_TEXT,     /**< e.g. an identity */
	XEAP_FIELD_PASSWORD, /**< not shown while typed */
	XEAP_FIELD_PIN,	     /**< not shown while typed */
	XEAP_FIELD_CONFIRM,  /**< yes or no: value "1" or "0" */
	XEAP_FIELD_KIND_MAX
};

#define XEAP_FIELD_F_REQUIRED 0x1u /**< an empty value is no answer */
#define XEAP_FIELD_F_SAVE 0x2u	   /**< may be kept if the session succeeds */

struct xeap_field {
	enum xeap_field_kind kind;
	uint32_t flags; /**< XEAP_FIELD_F_… */
	/**
	 * for programs, of a-z 0-9 _ -: "identity", "password", "repeat", "response", "accept",
	 * "message"
	 */
	const char *id;
	const char *label;	/**< for people, UTF-8 without control characters */
	struct xeap_span value; /**< a default, or the answer; UTF-8 without control characters */
};

struct xeap_prompt {
	const char *title;  /**< one line, for people */
	const char *text;   /**< what it is about, may have several lines */
	const char *method; /**< name of the method that asks */
	uint32_t count;	    /**< of fields */
	struct xeap_field fields[XEAP_PROMPT_FIELDS_MAX];
};

/**
 * Read a prompt from bytes.
 * @bytes: a UI context or an answer; the prompt's strings and values point into it
 * @ret_prompt: filled; untouched on failure
 * Returns 0; -EBADMSG when the bytes are no prompt; -EPROTONOSUPPORT for another version.
 */
int xeap_prompt_parse(struct xeap_span bytes, struct xeap_prompt *ret_prompt);

/**
 * Write a prompt as bytes.
 * @prompt: the prompt
 * @buf: where to, the caller's; holds secrets if the prompt does
 * @size: bytes at buf
 * Returns the bytes needed, -EINVAL for a prompt past the limits, without a string, with text that
 * is not printable or with two fields of one id; nothing was written when more than size is
 * returned.
 */
int xeap_prompt_write(const struct xeap_prompt *prompt, uint8_t *buf, size_t size);

/**
 * Find a field by its id.
 * @prompt: the prompt
 * @id: e.g. "password"
 * Returns the field, NULL when there is none.
 */
const struct xeap_field *xeap_prompt_field(const struct xeap_prompt *prompt, const char *id);

/** One attribute: an EAPHost attribute type, or for vendor-specific ones vendor and vendor type. */
struct xeap_attribute {
	uint32_t type;	      /**< RADIUS attribute number; 26 for a vendor's */
	uint32_t vendor;      /**< SMI number, 0 unless type is 26 */
	uint32_t vendor_type; /**< 0 unless type is 26 */
	struct xeap_span value;
};

struct xeap_attributes {
	uint32_t count;
	struct xeap_attribute item[XEAP_ATTRIBUTES_MAX];
};

#define XEAP_VENDOR_MICROSOFT 311
#define XEAP_MS_MPPE_SEND_KEY 16 /**< RFC 2548 §2.4.2 */
#define XEAP_MS_MPPE_RECV_KEY 17 /**< RFC 2548 §2.4.3 */

#ifdef __cplusplus
}
#endif
#endif
