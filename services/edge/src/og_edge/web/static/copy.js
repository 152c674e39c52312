// A button beside each text that is to be copied.

const COPIED_MS = 1_600;

/** Add them within an element that came with the page, or to it later. */
export function addCopyButtons(root) {
  for (const box of root.querySelectorAll("[data-copy]")) {
    if (box.querySelector(".copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const name = box.querySelector("[aria-label]")?.getAttribute("aria-label");
    if (name) button.setAttribute("aria-label", `Copy: ${name}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(box.querySelector("code, input, output").value ?? box.querySelector("code").textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(box.querySelector("code"));
        button.textContent = "Press Ctrl+C";
      }
      setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
    });
    box.append(button);
  }
}
