// The square code of a sheet by the camera, where the browser reads such codes itself; else it is typed or a hand scanner types it.
const form = document.getElementById("code");
const field = form.elements.code;

async function offered() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

async function scan(button) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true, className: "viewer" });
  button.after(video);
  await video.play();
  const until = Date.now() + 20_000;
  let text = "";
  while (!text && Date.now() < until) {
    const found = (await detector.detect(video)).find((code) => code.rawValue.startsWith("HL1:"));
    text = found?.rawValue ?? "";
    if (!text) await new Promise((resume) => { setTimeout(resume, 150); });
  }
  for (const track of stream.getTracks()) track.stop();
  video.remove();
  return text;
}

if (await offered()) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline", textContent: form.dataset.scan });
  const status = Object.assign(document.createElement("p"), { className: "quiet" });
  status.setAttribute("role", "status");
  button.onclick = async () => {
    button.disabled = true;
    status.textContent = "";
    const text = await scan(button).catch(() => "");
    button.disabled = false;
    if (!text) {
      status.textContent = form.dataset.none;
      return;
    }
    field.value = text;
    form.requestSubmit();
  };
  form.append(button, status);
}
