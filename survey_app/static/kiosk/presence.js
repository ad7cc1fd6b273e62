// The code of this minute, as a QR of the point's address: survey_app/presence.py makes and checks the same.

import { toHex, utf8 } from "../tablet/bytes.js";
import { modules, SIZE } from "./qr.js";

const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 6;
const SVG = "http://www.w3.org/2000/svg";

export async function codeAt(key, at) {
  const how = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", utf8(key), how, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", secret, utf8(String(Math.floor(at / 60_000))));
  let left = BigInt(`0x${toHex(digest)}`);
  let code = "";
  for (; code.length < LENGTH; left /= 30n) code = ALPHABET[Number(left % 30n)] + code;
  return code;
}

export async function showCode(page, presence, clockOff) {
  if (!presence) return;
  const drawn = modules(presence.url + (await codeAt(presence.key, Date.now() + clockOff)));
  const place = page.querySelector("[data-slot=phone]");
  if (!drawn || !place) return;
  place.replaceChildren(picture(drawn));
  place.hidden = page.querySelector("[data-slot=phone_words]").hidden = false;
}

// With the quiet margin of four modules.
function picture(drawn) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `-4 -4 ${SIZE + 8} ${SIZE + 8}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", drawn.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""));
  svg.append(path);
  return svg;
}
