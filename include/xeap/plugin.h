/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_H
#define XEAP_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/config.h>
#include <xeap/error.h>
#include <xeap/method.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EAP methods in shared objects, and the list of all methods there are.
 *
 * A plug-in is a shared object NAME.so that defines the constant `xeap_plugin` (below) and nothing
 * else that matters here. It is data, so that nothing of a plug-in runs, but its constructors,
 * before it was checked. It may call the xeap_config_get…() and xeap_prompt_…() functions: a
 * program that loads plug-ins and is linked with libxeap.a has to export them
 * (-Wl,--export-dynamic-symbol=…).
 *
 * Isolated, a plug-in runs in a process of its own (xeap-method-host), one process a plug-in, which
 * has no capabilities, no network, and of a configuration the keys that the method asks for. What
 * it does wrong there, a crash or an endless loop included, fails the sessions that it had, with
 * XEAP_E_THIRD_PARTY_METHOD_HOST_RESET; the next session starts another process. The price: every
 * call of such a method waits for the other process, up to options.timeout_ms, and sessions of one
 * plug-in take turns.
 */

/** What EAPHost's GetMethodProperties says of a method; the numbers are EAPHost's. */
#define XEAP_PROP_CIPHER_SUITE_NEGOTIATION 0x1u
#define XEAP_PROP_MUTUAL_AUTH 0x2u
#define XEAP_PROP_INTEGRITY 0x4u
#define XEAP_PROP_REPLAY_PROTECTION 0x8u
#define XEAP_PROP_CONFIDENTIALITY 0x10u
#define XEAP_PROP_KEY_DERIVATION 0x20u
#define XEAP_PROP_KEY_STRENGTH_64 0x40u
#define XEAP_PROP_KEY_STRENGTH_128 0x80u
#define XEAP_PROP_KEY_STRENGTH_256 0x100u
#define XEAP_PROP_KEY_STRENGTH_512 0x200u
#define XEAP_PROP_KEY_STRENGTH_1024 0x400u
#define XEAP_PROP_DICTIONARY_ATTACK_RESISTANCE 0x800u
#define XEAP_PROP_FAST_RECONNECT 0x1000u
#define XEAP_PROP_CRYPTO_BINDING 0x2000u
#define XEAP_PROP_SESSION_INDEPENDENCE 0x4000u
#define XEAP_PROP_FRAGMENTATION 0x8000u
#define XEAP_PROP_CHANNEL_BINDING 0x10000u
#define XEAP_PROP_NAP 0x20000u
#define XEAP_PROP_STANDALONE 0x40000u	   /**< may run outside a tunnel */
#define XEAP_PROP_MPPE_ENCRYPTION 0x80000u /**< exports keys as the two MS-MPPE attributes */
#define XEAP_PROP_TUNNEL_METHOD 0x100000u
#define XEAP_PROP_SUPPORTS_CONFIG 0x200000u
#define XEAP_PROP_CERTIFIED_METHOD 0x400000u
#define XEAP_PROP_HIDDEN_METHOD 0x800000u
#define XEAP_PROP_MACHINE_AUTH 0x1000000u
#define XEAP_PROP_USER_AUTH 0x2000000u
#define XEAP_PROP_IDENTITY_PRIVACY 0x4000000u
#define XEAP_PROP_METHOD_CHAINING 0x8000000u
#define XEAP_PROP_SHARED_STATE_EQUIVALENCE 0x10000000u

#define XEAP_PLUGIN_METHODS_MAX 16 /**< of one plug-in */
#define XEAP_METHOD_NAME_MAX 32	   /**< bytes of a plug-in method's name */

/** One method of a plug-in. */
struct xeap_plugin_method {
	/**
	 * Its name is of letters, digits, '-', '_' and '.'; its type has author, and for type 254
	 * vendor and vendor_type. NULL ends a plug-in's list.
	 */
	const struct xeap_method *method;
	uint32_t properties; /**< XEAP_PROP_… that it claims */
	/**
	 * Keys of the configuration that it reads, ended by XEAP_CONFIG_MAX: isolated, it gets no
	 * others. NULL: identity, anonymous_identity, password and phase1.
	 */
	const enum xeap_config_key *keys;
};

/** What a plug-in defines, with default visibility, under the name xeap_plugin. */
struct xeap_plugin {
	uint32_t abi; /**< XEAP_METHOD_ABI */
	const struct xeap_plugin_method *methods;
};

#define XEAP_PLUGIN_SYMBOL "xeap_plugin"

/** Every plug-in has one of its own; the library has none. */
#ifdef __GNUC__
__attribute__((visibility("default")))
#endif
extern const struct xeap_plugin xeap_plugin;

struct xeap_plugins_options {
	size_t size;	       /**< sizeof(struct xeap_plugins_options) */
	const char *directory; /**< NULL: the one fixed when the library was built */
	bool isolate;	       /**< run each plug-in in a process of its own */
	const char *host_path; /**< xeap-method-host; NULL: as it was installed */
	uint32_t timeout_ms;   /**< isolated: longest wait for one call; 0 means 2000 */
	/**
	 * Called for each file that was refused, with one line that names it and says why; the
	 * diagnosis lives for the call. May be NULL.
	 */
	void (*refused)(void *ctx, const struct xeap_diag *why);
	void *ctx; /**< passed to refused and launch */
	/**
	 * Isolated: processes of plug-ins are started and ended within run(arg), which this has to
	 * call, in whatever thread, before it returns: for programs whose threads that call methods
	 * have not the right to start programs. Any thread calls it. NULL: run is called in the
	 * thread that needs it.
	 */
	void (*launch)(void *ctx, void (*run)(void *arg), void *arg);
};

/**
 * Load all NAME.so of a directory, in the order of their names, and register their methods. A file
 * that is not acceptable is refused and keeps no other from being loaded: one that belongs to
 * somebody else than root or the effective user, that group or others may write, that is no regular
 * file, that lacks `xeap_plugin`, has another ABI, lacks a function, or brings a name or type that
 * is taken. Owner and mode are those of the very file that is loaded; the directory has to pass the
 * same check. A symbolic link is followed if it names a file of the same directory. Plug-ins stay
 * for the life of the process. Any thread may call it, before the first profile that names one of
 * the methods.
 * @options: see the struct; NULL for the defaults
 * @ret_diag: on failure one line that names the directory; may be NULL
 * Returns how many plug-ins were loaded, 0 also when there is no default directory; -EINVAL for
 * options without a size; -EACCES for a directory with the wrong owner or mode; or a negative errno
 * of opening and reading it.
 */
int xeap_plugins_load(const struct xeap_plugins_options *options, struct xeap_diag *ret_diag);

/** One method that xeap_profile_new() knows. */
struct xeap_method_entry {
	const struct xeap_method *method;
	uint32_t properties; /**< XEAP_PROP_… */
	const char *file;    /**< the plug-in's, NULL for a method that is part of the program */
	bool isolated;	     /**< runs in a process of its own */
};

/**
 * The n-th method known: first those built in, then in the order in which they were registered.
 * Any thread may call it; numbers do not change, new methods come at the end.
 * @n: from 0
 * @ret_entry: filled, all of it lives as long as the process; untouched on failure
 * Returns 0, or -ENOENT past the end.
 */
int xeap_method_enumerate(size_t n, struct xeap_method_entry *ret_entry);

/**
 * What a method claims to be, as EAPHost's GetMethodProperties has it.
 * @method: one that is built in or registered
 * Returns XEAP_PROP_… bits; those that follow from its flags and functions if it was registered
 * without saying more, or not at all.
 */
uint32_t xeap_method_properties(const struct xeap_method *method);

#ifdef __cplusplus
}
#endif
#endif
