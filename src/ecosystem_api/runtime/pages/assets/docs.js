// Comfort for who has JavaScript: results while typing, "/" to search, code to copy. Every page is whole without it.
const field = document.querySelector("header input[type=search]");
const shown = new URLSearchParams(location.search).get("q") ?? "";

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
});

if (document.getElementById("results")) {
  let latest = shown;
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = (latest = field.value);
      const address = "/docs/search?q=" + encodeURIComponent(asked);
      const answer = await fetch(address);
      if (!answer.ok || asked !== latest) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("results").replaceWith(page.getElementById("results"));
      history.replaceState(null, "", address);
    }, 120);
  });
  if (!shown) field.focus();
}

for (const block of document.querySelectorAll(".beside pre")) {
  if (!navigator.clipboard) break; // only where the page came by HTTPS or from this machine
  const frame = document.createElement("div");
  const button = document.createElement("button");
  frame.className = "copied";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
  });
  block.replaceWith(frame);
  frame.append(block, button);
}
