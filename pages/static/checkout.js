// Small comforts for the hosted checkout. Every page works without this file.
(() => {
  "use strict";

  const busy = (button, on) => {
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    const label = button.querySelector(".label-busy");
    if (!label) return;
    label.hidden = !on;
    button.querySelector(".label-idle").hidden = on;
  };

  // A form is sent once. The button is never disabled for real, so that its name and value are sent too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (button) busy(button, true);
  });

  // A page that comes back from the history can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[aria-disabled]")) busy(button, false);
  });

  for (const form of document.querySelectorAll("form[data-check-again]")) {
    setTimeout(() => form.submit(), Number(form.dataset.checkAgain) * 1000);
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // Card numbers are easier to check in groups of four. The server takes them with or without blanks.
  const number = document.querySelector("#card_number");
  if (number) {
    number.addEventListener("input", () => {
      if (number.selectionStart !== number.value.length) return;
      const digits = number.value.replace(/\D/g, "").slice(0, 19);
      number.value = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
    });
  }

  // Pictures that do not load leave an empty frame instead of a broken one.
  document.addEventListener("error", (event) => {
    if (event.target instanceof HTMLImageElement) event.target.classList.add("picture-broken");
  }, true);
})();
