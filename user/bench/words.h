/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_WORDS_H
#define XEAP_BENCH_WORDS_H

#include <string.h>

#define BENCH_WORDS_TEXT 256		/* octets of what is told of a failure, its NUL included */
#define BENCH_WORDS_MORE "\xE2\x80\xA6" /* "…": where it was cut */

/* Copy it; what is too long is cut between two characters of UTF-8 (RFC 3629 §3), and says so. */
static inline void bench_words_copy(const char *text, char ret_text[BENCH_WORDS_TEXT])
{
	static const char more[] = BENCH_WORDS_MORE;
	size_t len = strlen(text);

	if (len < BENCH_WORDS_TEXT) {
		memcpy(ret_text, text, len + 1);
		return;
	}
	len = BENCH_WORDS_TEXT - sizeof(more);
	while (len && (text[len] & 0xC0) == 0x80)
		len--;
	for (size_t i = 0; i < len; i++)
		ret_text[i] = text[i];
	memcpy(ret_text + len, more, sizeof(more));
}

#endif
