// The page of sample sizes: a slider beside the number of cases, and an answer that follows what is typed.
// Everything works without it; what is reckoned comes from the server.
const form = document.getElementById("sizes");
const answer = document.getElementById("answer");
const total = form.elements.total;
let waiting, asked = new AbortController();

const slider = document.createElement("input");
Object.assign(slider, { type: "range", min: 10, max: Math.max(2000, 2 * Number(total.value) || 0), step: 10, value: total.value });
slider.className = "form-range";
slider.setAttribute("aria-label", total.labels[0].textContent);
total.after(slider);

async function reckon() {
  asked.abort();
  asked = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`${location.pathname}?${fields}&part=1`, { signal: asked.signal });
    if (response.ok || response.status === 422) {
      answer.innerHTML = await response.text();
      history.replaceState(null, "", `?${fields}`);
    }
    answer.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") answer.removeAttribute("aria-busy"); // Away: what stands there stays.
  }
}

form.addEventListener("input", (event) => {
  if (event.target === slider) total.value = slider.value;
  if (event.target === total) slider.value = total.value;
  clearTimeout(waiting);
  waiting = setTimeout(reckon, 60);
});
