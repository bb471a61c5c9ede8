// What a page gains with a script: a count of what still fits, and no second press of the button.
"use strict";
for (const box of document.querySelectorAll("textarea[data-max]")) {
  const hint = document.getElementById("hint");
  const words = hint ? hint.textContent : "";
  const count = () => {
    const left = Number(box.dataset.max) - [...box.value.replaceAll("\r\n", "\n")].length;
    if (hint) hint.textContent = box.value ? `${left} ${box.dataset.left}` : words;
  };
  box.addEventListener("input", count);
  count();
}
for (const form of document.querySelectorAll("form.question")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
