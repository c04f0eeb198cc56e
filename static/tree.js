// The folder tree (templates/folders/branch.html): htmx fetches a branch at its first opening; this opens and closes it,
// and opens what stood open when the reader was here last.
const KEY = "open-branches";
const MOST = 50; // branches to open again, each by a request of its own

function openBranches() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY)));
  } catch {
    return new Set();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-branch]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") !== "true";
  const branch = button.getAttribute("aria-controls");
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(branch).hidden = !open;
  const branches = openBranches();
  branches.delete(branch);
  if (open) branches.add(branch);
  localStorage.setItem(KEY, JSON.stringify([...branches].slice(-MOST)));
});

function openAgain() {
  const branches = openBranches();
  for (const button of document.querySelectorAll('[data-branch][aria-expanded="false"]')) {
    if (branches.has(button.getAttribute("aria-controls"))) button.click();
  }
}
setTimeout(openAgain); // when htmx has begun, which waits for its turn likewise
document.addEventListener("htmx:after:swap", openAgain);
