// Draws every chart of the page. Colours are CSS variables, so that light, dark and print need no second drawing.
(() => {
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
  const config = {
    font,
    background: "transparent",
    autosize: { type: "fit-x", contains: "padding" },
    padding: { left: 2, right: 12, top: 6, bottom: 2 },
    view: { stroke: null },
    axis: {
      labelColor: "var(--muted)", titleColor: "var(--muted)", labelFontSize: 12, titleFontSize: 12,
      titleFontWeight: "normal", domainColor: "var(--line)", tickColor: "var(--line)", gridColor: "var(--grid)",
      labelPadding: 4, labelOverlap: "greedy", labelSeparation: 6,
    },
    axisY: { domain: false, ticks: false, minExtent: 48 },
    text: { fontSize: 12, color: "var(--ink)" },
  };
  const options = {
    mode: "vega-lite", renderer: "svg", actions: false, config,
    // Expressions are interpreted, not compiled: the page's security policy lets no text become a script.
    ast: true,
    tooltip: { theme: "page", maxDepth: 1 },
  };
  const places = [...document.querySelectorAll("[data-chart]")];
  Promise.allSettled(places.map(async (place) => {
    try {
      const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      await vegaEmbed(place, spec, options);
    } catch (error) {
      place.textContent = "This chart could not be drawn; the table has its data.";
      console.error(error);
    }
  })).then(() => { document.documentElement.dataset.drawn = String(places.length); });
})();
