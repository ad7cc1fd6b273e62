// Asks the browser for a passkey and sends what it says. How both are written is Flask-Security's webauthn.js.

const ways = { handleRegister, handleSignin };
const form = document.querySelector("form[data-passkey]");

async function ask() {
  form.querySelector("[role=alert]").hidden = true;
  const { credential } = await ways[form.dataset.passkey](form.dataset.options);
  form.querySelector("[role=alert]").hidden = Boolean(credential);
  if (credential) {
    form.elements.credential.value = credential;
    form.submit();
  }
}

form.addEventListener("submit", (event) => (event.preventDefault(), ask()));
ask();
