// What a page gains with a script: keys that choose, a count of what still fits, and no second press
// of the button.
"use strict";
const form = document.querySelector("form.question");
for (const box of document.querySelectorAll("textarea[data-max]")) {
  const hint = document.getElementById("hint");
  const words = hint ? hint.textContent : "";
  const count = () => {
    const left = Number(box.dataset.max) - [...box.value.replaceAll("\r\n", "\n")].length;
    if (!hint) return;
    const said = left < 0 ? `${-left} ${box.dataset.over}` : `${left} ${box.dataset.left}`;
    hint.textContent = box.value ? said : words;
    hint.classList.toggle("over", left < 0);
  };
  box.addEventListener("input", count);
  count();
}
if (form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    form.classList.add("sent");
  });
  // The number of an answer chooses it, and Enter goes on; never while somebody types.
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.ctrlKey && event.key === "Enter") return form.requestSubmit(form.querySelector("button.main"));
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (at.matches("textarea, input:not([type=radio], [type=checkbox]), select")) return;
    if (/^\d$/.test(event.key)) {
      typed = event.timeStamp - last < 700 ? typed + event.key : event.key;
      last = event.timeStamp;
      const choice =
        form.querySelector(`input[data-key="${typed}"]`) || form.querySelector(`input[data-key="${event.key}"]`);
      if (!choice) return;
      choice.focus();
      choice.click();
      event.preventDefault();
    } else if (event.key === "Enter" && !at.matches("a, button, summary")) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    }
  });
}
// A page that comes back from the browser's memory may be sent again, and shows what stands now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
