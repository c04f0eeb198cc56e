// The frame's own behaviour: light or dark, "/" to search, menus that close, the open tab in view, forms that cannot be
// sent twice. Without this file every page still works.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) {
    localStorage.setItem("theme", root.dataset.bsTheme === "dark" ? "light" : "dark");
    applyTheme();
  }
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (location.hash === "#menu") location.hash = "";
  }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  const search = document.querySelector(".gsearch input");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

// <form data-once>: a second press does nothing, and the button says what is going on (its data-busy).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  const button = event.submitter ?? form.querySelector("[type=submit]");
  // After the browser has read the form: a disabled button would not be sent with it.
  setTimeout(() => {
    for (const each of form.querySelectorAll("button")) each.disabled = true;
    if (button?.dataset.busy) {
      button.dataset.label = button.textContent;
      button.textContent = button.dataset.busy;
    }
  });
});

// Back to a page kept by the browser: its forms can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("button")) {
      button.disabled = false;
      if (button.dataset.label) button.textContent = button.dataset.label;
    }
  }
});

// A page that takes its time says so after half a second; a file that comes leaves the page, so that it ends by itself.
const waiting = document.querySelector("[data-waiting]");
let begins, ends;
const stopWaiting = () => {
  clearTimeout(begins);
  clearTimeout(ends);
  if (waiting) waiting.hidden = true;
};
window.addEventListener("beforeunload", () => {
  stopWaiting();
  begins = setTimeout(() => { if (waiting) waiting.hidden = false; }, 500);
  ends = setTimeout(stopWaiting, 30000);
});
window.addEventListener("pageshow", stopWaiting);

// Choosing one of many (partials/picker.html): the hits follow the typing, so the search button goes, and Enter waits.
for (const button of document.querySelectorAll("[data-again]")) button.remove();
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".picker input[type=search]")) event.preventDefault();
});

document.querySelector("[data-focus]")?.focus();
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48;
}
