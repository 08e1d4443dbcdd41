// Runs before the first paint, so that a page in the chosen theme never flashes in the other one.
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
  document.documentElement.style.backgroundColor = dark ? "#0d0f12" : "#f7f7f5";
})();
