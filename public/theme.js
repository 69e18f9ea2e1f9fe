// Blocking and before the styles, so that the first paint has the chosen theme. "system" and no choice leave it to CSS.
// The page keeps preferences as JSON, so the value may stand in quotes.
try {
  const theme = (localStorage.getItem("pipette.theme") ?? "").replaceAll('"', "");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is used then.
}
