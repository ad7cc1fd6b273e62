// Presses that are no answers: double taps, and forms in a row quicker than anybody reads. Those are kept and marked.

import { sha256, utf8 } from "../tablet/bytes.js";

export const PAUSE = 350;
const SAME_WITHIN = 20_000;
const QUICKEST_ANSWER = 1000;  // Nobody reads a question and its choices in less.

// Of taps that follow each other at once only the first one is taken. A tap on a label comes twice, the second time from
// its control: that one counts.
export function takeOneAtATime(root) {
  let last = -Infinity;
  root.addEventListener("click", (event) => {
    const now = performance.now();
    if (now - last < PAUSE) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.target.closest("button, input")) {
      last = now;
    }
  }, true);
}

export class Bursts {
  #salt = crypto.randomUUID();
  #last = null;

  // Whether this form is one of a burst. What the last one said is known only by a salted hash, and not for long.
  async isOne(answers, milliseconds) {
    const digest = await sha256(utf8(this.#salt + JSON.stringify(answers)));
    const now = performance.now();
    const same = this.#last !== null && this.#last.digest === digest && now - this.#last.at < SAME_WITHIN;
    this.#last = { digest, at: now };
    setTimeout(() => { if (this.#last?.at === now) this.#last = null; }, SAME_WITHIN);
    return same || milliseconds < QUICKEST_ANSWER * Object.keys(answers).length;
  }
}
