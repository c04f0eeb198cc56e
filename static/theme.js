// Light or dark: the user's choice, else the system's. Loaded before the page is drawn, so that it never flashes.
const root = document.documentElement;
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
function applyTheme() {
  root.dataset.bsTheme = localStorage.getItem("theme") ?? (systemDark.matches ? "dark" : "light");
}
applyTheme();
systemDark.addEventListener("change", applyTheme);
