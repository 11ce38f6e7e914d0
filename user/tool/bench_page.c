/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_page.h"

#include "tool/bench_facts.h"
#include "tool/bench_plot.h"

/* The policy says that nothing is fetched and nothing runs. */
static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" "
	"content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n";

static const char style[] =
	"<style>\n"
	":root{--page:#f4f5f7;--card:#fff;--ink:#1a1d21;--soft:#5b6470;--rule:#e3e6ea;"
	"--s0:#2a6fdb;--s1:#0e9384;--s2:#8250df;--s3:#7a5af8;--s4:#c11574;--s5:#d9480f;"
	"--s6:#8a94a3;--warn:#fff4e0;--warn-rule:#e8960c}\n"
	"@media (prefers-color-scheme:dark){:root{--page:#111418;--card:#1a1e24;--ink:#e8eaed;"
	"--soft:#9aa4b1;--rule:#2c323a;--s0:#6ea8fe;--s1:#3ccfb4;--s2:#b392f0;--s3:#a793ff;"
	"--s4:#f06cb0;--s5:#ff8a4c;--s6:#7d8795;--warn:#33270f;--warn-rule:#d9a13a}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--page);color:var(--ink);"
	"font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Liberation "
	"Sans\",sans-serif}\n"
	"main{max-width:1120px;margin:0 auto;padding:32px 20px 48px}\n"
	"h1{font-size:26px;line-height:1.25;margin:0 0 4px}\n"
	"h2{font-size:17px;margin:0 0 10px}\n"
	".sub{color:var(--soft);margin:0 0 22px;overflow-wrap:anywhere}\n"
	".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;"
	"margin-bottom:18px}\n"
	".tile,figure,.card,.none{background:var(--card);border:1px solid var(--rule);"
	"border-radius:10px}\n"
	".tile{padding:14px 16px}\n"
	".tile b{display:block;font-size:25px;line-height:1.2;font-weight:600;"
	"font-variant-numeric:tabular-nums}\n"
	".tile span{color:var(--soft);font-size:13px}\n"
	".tile.bad b{color:var(--s5)}\n"
	".note{background:var(--warn);border-left:4px solid var(--warn-rule);border-radius:6px;"
	"padding:10px 16px;margin:0 0 18px;overflow-wrap:anywhere}\n"
	"figure,.card,.none{margin:0 0 18px;padding:16px 18px 14px;break-inside:avoid}\n"
	".none{color:var(--soft);text-align:center;padding:36px}\n"
	"figcaption{font-weight:600;font-size:16px;margin-bottom:4px}\n"
	".legend{margin:0 0 8px;color:var(--soft);font-size:13px;display:flex;flex-wrap:wrap;"
	"gap:2px 18px}\n"
	".legend b{color:var(--ink);font-weight:600}\n"
	".legend i{display:inline-block;width:11px;height:11px;border-radius:3px;"
	"margin-right:6px;background:var(--c)}\n"
	".halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));"
	"gap:0 18px;align-items:stretch}\n"
	"svg{display:block;width:100%;height:auto;overflow:visible;"
	"font-family:inherit;font-size:12px}\n"
	".s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}"
	".s4{--c:var(--s4)}.s5{--c:var(--s5)}.s6{--c:var(--s6)}\n"
	".line{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round;"
	"stroke-linecap:round}\n"
	".dashed{stroke-width:1.3;stroke-dasharray:4 4}\n"
	".area{fill:var(--c);opacity:.13}.dot,.bar{fill:var(--c)}\n"
	".grid{stroke:var(--rule)}.mark{stroke:var(--soft);fill:none}\n"
	".tick,.axis{fill:var(--soft)}.tick{font-variant-numeric:tabular-nums}\n"
	".name{fill:var(--ink);font-size:13px}.inside{fill:var(--card);font-size:13px;"
	"font-weight:600}\n"
	".hints rect{fill:transparent}.hints rect:hover{fill:var(--soft);opacity:.12}\n"
	".scroll{overflow-x:auto}\n"
	"table{border-collapse:collapse;width:100%;font-size:14px}\n"
	"th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--rule);"
	"vertical-align:top;font-weight:400;overflow-wrap:anywhere}\n"
	"tr:last-child>*{border-bottom:0}\n"
	"thead th,tbody th{color:var(--soft)}\n"
	"tbody th{white-space:nowrap}\n"
	".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;"
	"padding:5px 0 5px 14px}\n"
	"footer{color:var(--soft);font-size:13px}\n"
	"@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#ccc}"
	"body{font-size:12px}main{max-width:none;padding:0}.hints{display:none}"
	"*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n"
	"</style>\n";

static void tile(FILE *out, const char *value, const char *unit, const char *name, bool bad)
{
	fprintf(out, "<div class=\"tile%s\"><b>%s%s</b><span>%s</span></div>\n", bad ? " bad" : "",
		value, unit, name);
}

static void latency_tile(FILE *out, const struct hist *h, double share, const char *name)
{
	char text[32];

	if (!h->count)
		return;
	bench_text_ms((double)hist_at(h, share), text);
	tile(out, text, " ms", name, false);
}

static void tiles(FILE *out, const struct bench_result *r)
{
	const struct tally *t = &r->total;
	char text[32], name[64];

	fputs("<div class=\"tiles\">\n", out);
	bench_text_count(t->ended[BENCH_SUCCESS], text);
	snprintf(name, sizeof(name), "logins succeeded, %.2f %%",
		 t->started ? 100 * (double)t->ended[BENCH_SUCCESS] / (double)t->started : 0);
	tile(out, text, "", name, !t->ended[BENCH_SUCCESS]);
	bench_text_count(tally_failed(t), text);
	tile(out, text, "", "failed", tally_failed(t));
	bench_text_rate(bench_rate(t->ended[BENCH_SUCCESS], r->elapsed), text);
	tile(out, text, "/s", "succeeded", false);
	latency_tile(out, &t->latency[BENCH_LOGIN], .5, "median latency");
	latency_tile(out, &t->latency[BENCH_LOGIN], .99, "99 % within");
	latency_tile(out, &t->latency[BENCH_LOGIN], .999, "99.9 % within");
	fputs("</div>\n", out);
}

static void note(FILE *out, const char *what, const char *why)
{
	fprintf(out, "<p class=\"note\" role=\"note\"><b>%s</b>%s", what, *why ? ": " : ".");
	bench_html_text(out, why);
	fputs("</p>\n", out);
}

void bench_page_begin(FILE *out, const struct bench_result *r)
{
	char title[240];

	bench_facts_title(r, title);
	fputs(head, out);
	fputs("<title>xeap bench, ", out);
	bench_html_text(out, title);
	fputs("</title>\n", out);
	fputs(style, out);
	fputs("</head>\n<body>\n<main>\n<h1>", out);
	bench_html_text(out, title);
	fputs("</h1>\n<p class=\"sub\">", out);
	bench_facts_subtitle(r, title);
	bench_html_text(out, title);
	fputs("</p>\n", out);
	if (r->cut)
		note(out, "This run was cut", r->cut_why);
	if (r->bottleneck)
		note(out, "The tester itself was the bottleneck", r->bottleneck_why);
	tiles(out, r);
}

static void cell(FILE *out, const char *text)
{
	fprintf(out, "<td class=\"n\">%s</td>", text);
}

static void latency_row(FILE *out, enum bench_latency l, const struct hist *h)
{
	char text[32];

	fputs("<tr><th scope=\"row\">", out);
	bench_html_text(out, bench_latency_name(l));
	fputs("</th>", out);
	bench_text_count(h->count, text);
	cell(out, text);
	for (size_t i = 0; i < BENCH_SHARES; i++) {
		bench_text_ms((double)hist_at(h, bench_shares[i].share), text);
		cell(out, text);
	}
	bench_text_ms((double)h->max, text);
	cell(out, text);
	bench_text_ms(hist_mean(h), text);
	cell(out, text);
	fputs("</tr>\n", out);
}

static void latency_table(FILE *out, const struct bench_result *r)
{
	bool any = false;

	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		any |= r->total.latency[i].count > 0;
	if (!any)
		return;
	fputs("<section class=\"card\"><h2>Latency by stage, ms</h2><div class=\"scroll\"><table "
	      "id=\"stage-table\"><thead><tr><th></th><th class=\"n\">count</th>",
	      out);
	for (size_t i = 0; i < BENCH_SHARES; i++)
		fprintf(out, "<th class=\"n\">%s</th>", bench_shares[i].name);
	fputs("<th class=\"n\">max</th><th class=\"n\">mean</th></tr></thead><tbody>\n", out);
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		if (r->total.latency[i].count)
			latency_row(out, i, &r->total.latency[i]);
	fputs("</tbody></table></div></section>\n", out);
}

static void reasons(FILE *out, const struct bench_result *r)
{
	char text[32];

	if (!r->reason_count)
		return;
	fputs("<section class=\"card\"><h2>Failures in their own words</h2><table id=\"reasons\">"
	      "<tbody>\n",
	      out);
	for (size_t i = 0; i < r->reason_count; i++) {
		bench_text_count(r->reasons[i].count, text);
		fputs("<tr><td>", out);
		bench_html_text(out, r->reasons[i].text);
		fputs("</td>", out);
		cell(out, text);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></section>\n", out);
}

static void background(FILE *out, const struct bench_result *r)
{
	char text[32];

	if (!r->background_count)
		return;
	fputs("<section class=\"card\"><h2>Background load</h2><table id=\"background\"><thead><tr>"
	      "<th></th><th class=\"n\">packets</th><th class=\"n\">packets/s</th>"
	      "<th class=\"n\">Mb/s</th><th class=\"n\">errors</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < r->background_count; i++) {
		const struct bench_background *b = &r->background[i];

		fputs("<tr><th scope=\"row\">", out);
		bench_html_text(out, b->name);
		fputs("</th>", out);
		bench_text_count(b->packets, text);
		cell(out, text);
		bench_text_rate(b->pps, text);
		cell(out, text);
		bench_text_rate(b->mbps, text);
		cell(out, text);
		bench_text_count(b->errors, text);
		cell(out, text);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></section>\n", out);
}

static void facts_table(FILE *out, const char *id, const char *title,
			const struct bench_fact *facts, size_t count)
{
	fprintf(out, "<section class=\"card\"><h2>%s</h2><table id=\"%s\"><tbody>\n", title, id);
	for (size_t i = 0; i < count; i++) {
		fputs("<tr><th scope=\"row\">", out);
		bench_html_text(out, facts[i].name);
		fputs("</th><td>", out);
		bench_html_text(out, facts[i].value);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table></section>\n", out);
}

void bench_page_end(FILE *out, const struct bench_result *r)
{
	struct bench_fact facts[BENCH_FACTS_MAX];

	latency_table(out, r);
	reasons(out, r);
	background(out, r);
	fputs("<div class=\"halves\">\n", out);
	facts_table(out, "run", "Run", facts, bench_facts_run(r, facts));
	facts_table(out, "measured", "Measured beside", facts, bench_facts_measured(r, facts));
	fputs("</div>\n<footer>Written by xeap ", out);
	bench_html_text(out, r->version);
	fputs(". Latency is counted from the time that a login was meant to start.</footer>\n"
	      "</main>\n</body>\n</html>\n",
	      out);
}
