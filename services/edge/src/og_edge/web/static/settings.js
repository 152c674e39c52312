// The picker and the text of a colour follow each other.

const HEX = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

function six(text) {
  const digits = text.replace("#", "");
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`.toLowerCase();
}

for (const picker of document.querySelectorAll("[data-colour-of]")) {
  const field = document.getElementById(picker.dataset.colourOf);
  picker.hidden = false;
  picker.addEventListener("input", () => (field.value = picker.value));
  field.addEventListener("input", () => {
    if (HEX.test(field.value.trim())) picker.value = six(field.value.trim());
  });
}
