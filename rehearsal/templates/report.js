"use strict";
(function () {
  const root = document.documentElement;
  function speak(language) {
    root.className = root.className.replace(/show-(en|zh)/, "show-" + language);
    root.lang = language === "zh" ? "zh-CN" : "en";
    for (const cell of document.querySelectorAll("td[data-en]")) cell.dataset.name = cell.dataset[language];
  }
  document.querySelector(".switch").addEventListener("click", function () {
    speak(root.classList.contains("show-zh") ? "en" : "zh");
  });
  speak(root.classList.contains("show-zh") ? "zh" : "en");
  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", function () {
      const code = button.parentElement.querySelector("code");
      const range = document.createRange();
      range.selectNodeContents(code);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      document.execCommand("copy");
    });
  }
  addEventListener("beforeprint", function () {
    for (const fold of document.querySelectorAll("details:not(.long)")) fold.open = true;
  });
})();
