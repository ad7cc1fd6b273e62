// How long each part was on the screen, in whole seconds; stands still while nobody sees the page. Knows no clock time.

export class Stopwatch {
  #milliseconds = {};
  #part = "";
  #since = null;
  #watch = () => (document.hidden ? this.#stop() : this.#start());

  constructor() {
    document.addEventListener("visibilitychange", this.#watch);
  }

  turn(part) {
    this.#stop();
    this.#part = part;
    if (!document.hidden) this.#start();
  }

  #start() {
    this.#since ??= performance.now();
  }

  #stop() {
    if (this.#since !== null && this.#part) {
      this.#milliseconds[this.#part] = (this.#milliseconds[this.#part] ?? 0) + performance.now() - this.#since;
    }
    this.#since = null;
  }

  seconds() {
    if (this.#since !== null) this.turn(this.#part);
    return Object.fromEntries(Object.entries(this.#milliseconds).map(([part, spent]) => [part, Math.round(spent / 1000)]));
  }

  close() {
    this.#stop();
    document.removeEventListener("visibilitychange", this.#watch);
  }
}
