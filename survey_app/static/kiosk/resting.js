// Notices when nobody touches the screen: covers what was answered, counts down, gives up.

export const COVER_AFTER = 10_000;
export const COUNT_FROM = 25_000;
export const GIVE_UP_AFTER = 45_000;
const TOUCHES = ["pointerdown", "keydown", "input"];

export class Resting {
  // `answered()`: whether there is something to hide; `cover()` hides it; `left(seconds)` shows the count-down, null takes
  // it away; `giveUp()` forgets everything.
  constructor({ answered, cover, left, giveUp }) {
    this.calls = { answered, cover, left, giveUp };
    this.touched = () => {
      this.at = performance.now();
      left(null);
    };
    this.touched();
    for (const touch of TOUCHES) addEventListener(touch, this.touched, true);
    this.timer = setInterval(() => this.#look(), 250);
  }

  #look() {
    const still = performance.now() - this.at;
    if (still >= GIVE_UP_AFTER) return this.calls.giveUp();
    if (still >= COVER_AFTER && this.calls.answered()) this.calls.cover();
    if (still >= COUNT_FROM) this.calls.left(Math.ceil((GIVE_UP_AFTER - still) / 1000));
  }

  stop() {
    clearInterval(this.timer);
    for (const touch of TOUCHES) removeEventListener(touch, this.touched, true);
  }
}
