// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/answer.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/wipe.h"

/* tool/json.h, which writes, uses names that jansson has too: not both in one file. */

/* Memory of the JSON reader holds secrets: it is wiped before it is given back. */
struct block {
	_Alignas(max_align_t) size_t size;
};

static void *allocate(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (!b)
		return NULL;
	b->size = size;
	return b + 1;
}

static void wipe_and_free(void *memory)
{
	struct block *b = (struct block *)memory - 1;

	if (!memory)
		return;
	xeap_wipe(memory, b->size);
	free(b);
}

bool answer_is_whole(const struct xeap_prompt *answers)
{
	for (uint32_t i = 0; i < answers->count; i++)
		if (answers->fields[i].flags & XEAP_FIELD_F_REQUIRED &&
		    !answers->fields[i].value.len)
			return false;
	return true;
}

static struct xeap_span value_of(const json_t *v)
{
	if (json_is_boolean(v))
		return xeap_span(json_is_true(v) ? "1" : "0", 1);
	return json_is_string(v) ? xeap_span(json_string_value(v), json_string_length(v))
				 : xeap_span(NULL, 0);
}

bool answer_read(const char *text, size_t len, struct xeap_prompt *answers, void **ret_root)
{
	json_t *root, *fields;

	json_set_alloc_funcs(allocate, wipe_and_free);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	fields = json_object_get(root, "fields");
	for (uint32_t i = 0; i < answers->count; i++) {
		json_t *v = json_object_get(fields, answers->fields[i].id);

		if (v)
			answers->fields[i].value = value_of(v);
	}
	if (json_is_object(fields) && answer_is_whole(answers)) {
		*ret_root = root;
		return true;
	}
	json_decref(root);
	return false;
}

void answer_free(void *root)
{
	json_decref(root);
}
