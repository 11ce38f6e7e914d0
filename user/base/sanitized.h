/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_SANITIZED_H
#define XEAP_BASE_SANITIZED_H

/*
 * 1 when a sanitizer is compiled in: it has shadow memory larger than any sensible limit, and
 * writes its reports to files of its own. (gcc does not tell of the one for undefined behaviour
 * alone, which does neither.)
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define XEAP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define XEAP_SANITIZED 1
#endif
#endif
#ifndef XEAP_SANITIZED
#define XEAP_SANITIZED 0
#endif

#endif
