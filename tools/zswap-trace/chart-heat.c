// SPDX-License-Identifier: GPL-2.0-or-later
/* Heat maps: what is equally hot is one path, and cells side by side one piece of it. */
#include <math.h>

#include "chart.h"

size_t chart_heats(uint32_t most, uint32_t from[CHART_HEATS])
{
	size_t count = 0;

	for (unsigned int i = 0; i < CHART_HEATS; i++) {
		double next = ceil(pow(most, (double)i / CHART_HEATS) - 1e-9);

		if (count && next <= from[count - 1])
			next = (double)from[count - 1] + 1;
		if (next > most)
			break;
		from[count++] = (uint32_t)next;
	}
	return count;
}

/* From 1 on; 0: nothing is in the cell. */
static size_t heat_of(uint32_t cell, const uint32_t *from, size_t count)
{
	size_t heat = 0;

	while (heat < count && cell >= from[heat])
		heat++;
	return heat;
}

/* Of few colours, the hottest are taken, so that few events can be seen as well. */
static size_t class_of(size_t heat, size_t count)
{
	return heat + CHART_HEATS - count;
}

struct map {
	const uint32_t *cells;
	size_t columns;
	size_t rows;
	uint32_t from[CHART_HEATS];
	size_t heats;
};

static void draw_row(struct html *html, const struct map *map, size_t row, size_t heat)
{
	const uint32_t *cells = map->cells + row * map->columns;
	size_t first, last;

	for (first = 0; first < map->columns; first = last + 1) {
		last = first;
		if (heat_of(cells[first], map->from, map->heats) != heat)
			continue;
		while (last + 1 < map->columns &&
		       heat_of(cells[last + 1], map->from, map->heats) == heat)
			last++;
		html_print(html, "M%zu %zuh%zuv1h-%zuz", first, map->rows - 1 - row,
			   last + 1 - first, last + 1 - first);
	}
}

void chart_heat(const struct chart *chart, const uint32_t *cells, size_t columns,
		size_t rows, uint32_t most)
{
	struct map map = { .cells = cells, .columns = columns, .rows = rows };
	struct html *html = chart->html;

	map.heats = chart_heats(most, map.from);
	html_print(html, "<svg class=\"map\" y=\"%u\" width=\"100%%\" height=\"%u\" "
		   "viewBox=\"0 0 %zu %zu\" preserveAspectRatio=\"none\">",
		   chart->top, chart->height, columns, rows);
	for (size_t heat = 1; heat <= map.heats; heat++) {
		html_print(html, "<path class=\"h%zu\" d=\"", class_of(heat, map.heats));
		for (size_t row = 0; row < rows; row++)
			draw_row(html, &map, row, heat);
		html_print(html, "\"/>");
	}
	html_print(html, "</svg>");
}

void chart_heat_legend(struct html *html, uint32_t most, const char *what)
{
	uint32_t from[CHART_HEATS];
	size_t heats = chart_heats(most, from);
	char text[ZS_TEXT];

	html_print(html, "<p class=\"scale\">");
	html_text(html, what);
	for (size_t heat = 1; heat <= heats; heat++) {
		uint32_t last = heat < heats ? from[heat] - 1 : most;

		html_print(html, " <span><i class=\"h%zu\"></i>", class_of(heat, heats));
		html_print(html, "%s", html_short(text, from[heat - 1]));
		if (last > from[heat - 1])
			html_print(html, "\u2013%s", html_short(text, last));
		html_print(html, "</span>");
	}
	html_print(html, "</p>\n");
}
