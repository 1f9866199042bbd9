// Typeset every formula that pymdownx.arithmatex has marked.
document.addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(".arithmatex")) {
    const match = element.textContent
      .trim()
      .match(/^(?:\\\(([\s\S]*)\\\)|\\\[([\s\S]*)\\\])$/);
    if (!match) continue;
    try {
      katex.render(match[1] ?? match[2], element, {
        displayMode: match[2] !== undefined,
        // With `throwOnError: false` an unknown command would be printed in
        // red and nobody told.
        throwOnError: true,
        strict: "error",
        macros: {
          "\\KL": "\\operatorname{KL}",
          "\\E": "\\operatorname{\\mathbb{E}}",
          "\\ELBO": "\\operatorname{ELBO}",
          "\\d": "\\mathrm{d}",
        },
      });
    } catch (error) {
      element.classList.add("katex-error");
      console.error("KaTeX: " + error.message);
    }
  }
});
