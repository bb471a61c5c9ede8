// The tablet at the desk: a page nobody uses says so, and closes.
"use strict";
const WARN = 45;
const CLOSE = 60;
const idle = document.getElementById("idle");
const over = document.getElementById("over");
if (idle) {
  const left = document.getElementById("left");
  let used = Date.now();
  let told = Date.now();
  const leave = () => window.location.replace(idle.dataset.end);
  const here = () => {
    used = Date.now();
    idle.hidden = true;
    // The server closes the visit as well; whoever reads and types is still there.
    if (used - told < 20000) return;
    told = used;
    fetch(idle.dataset.here, { method: "POST" }).then((reply) => reply.ok || leave(), () => {});
  };
  for (const sign of ["pointerdown", "keydown", "input", "scroll"]) {
    document.addEventListener(sign, () => idle.hidden && here(), { passive: true });
  }
  document.getElementById("stay").addEventListener("click", () => {
    told = 0;
    here();
  });
  setInterval(() => {
    const seconds = (Date.now() - used) / 1000;
    if (seconds >= CLOSE) return leave();
    if (seconds < WARN) return;
    left.textContent = String(Math.ceil(CLOSE - seconds));
    if (idle.hidden) {
      idle.hidden = false;
      document.getElementById("stay").focus();
    }
  }, 500);
}
if (over) setTimeout(() => window.location.replace(over.dataset.next), 30000);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
