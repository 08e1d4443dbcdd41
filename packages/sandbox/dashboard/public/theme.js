// Runs before the first paint, so that a page in the chosen theme never flashes in the other one. The colours are
// those of the style sheet, which is there by then; the page's own switch sets the same attribute.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("annex-theme");
  } catch {
    // Storage can be blocked; the system's preference then decides.
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
