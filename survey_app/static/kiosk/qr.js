// One kind of QR code (ISO/IEC 18004): version 4, level L, bytes, mask 0: up to 78 bytes in 33 × 33 modules. Enough for an
// address, and small enough to be read here; libraries that draw QR codes in browsers bring forty versions.

export const SIZE = 33;
const DATA = 80;
const CORRECTION = 20;
const LONGEST = 78;
const FORMAT = 0b111011111000100;  // Level L with mask 0, as the standard's table has it.

// Rows of true for dark; null for a text that is too long.
export function modules(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > LONGEST) return null;
  const grid = Array.from({ length: SIZE }, () => Array(SIZE).fill(null));
  drawPatterns(grid);
  const data = codewords(bytes);
  fillIn(grid, [...data, ...correction(data)]);
  return grid;
}

function codewords(bytes) {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, 8), ...[...bytes].flatMap((byte) => bitsOf(byte, 8)), 0, 0, 0, 0];
  const found = [];
  for (let at = 0; at < bits.length; at += 8) found.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0; found.length < DATA; pad += 1) found.push(pad % 2 ? 0x11 : 0xec);
  return found;
}

const bitsOf = (value, count) => Array.from({ length: count }, (_, at) => (value >> (count - 1 - at)) & 1);

// In the field of 256 elements over x⁸ + x⁴ + x³ + x² + 1.
function times(one, other) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

// The remainder of the data by the product of (x − 2ⁱ), after Reed and Solomon.
function correction(data) {
  const divisor = [...Array(CORRECTION - 1).fill(0), 1];
  for (let step = 0, root = 1; step < CORRECTION; step += 1, root = times(root, 2)) {
    for (let at = 0; at < CORRECTION; at += 1) divisor[at] = times(divisor[at], root) ^ (divisor[at + 1] ?? 0);
  }
  const rest = Array(CORRECTION).fill(0);
  for (const byte of data) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    divisor.forEach((one, at) => { rest[at] ^= times(one, factor); });
  }
  return rest;
}

function drawPatterns(grid) {
  const set = (x, y, dark) => { if (grid[y]?.[x] !== undefined) grid[y][x] = dark; };
  for (let at = 0; at < SIZE; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  const rings = (x, y, reach, light) => {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) set(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  };
  for (const [x, y] of [[3, 3], [SIZE - 4, 3], [3, SIZE - 4]]) rings(x, y, 4, [2, 4]);
  rings(SIZE - 7, SIZE - 7, 2, [1]);
  drawFormat(set);
}

function drawFormat(set) {
  const bit = (at) => ((FORMAT >> at) & 1) === 1;
  for (let at = 0; at < 15; at += 1) {
    if (at < 8) set(8, at < 6 ? at : at + 1, bit(at));
    else set(at < 9 ? 7 : 14 - at, 8, bit(at));
    if (at < 8) set(SIZE - 1 - at, 8, bit(at));
    else set(8, SIZE - 15 + at, bit(at));
  }
  set(8, SIZE - 8, true);
}

// Up and down in double columns from the right; mask 0 turns every second module.
function fillIn(grid, all) {
  const bits = all.flatMap((byte) => bitsOf(byte, 8));
  let next = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step += 1) {
      const y = up ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] === null) grid[y][x] = ((bits[next++] ?? 0) ^ ((x + y) % 2 === 0 ? 1 : 0)) === 1;
      }
    }
  }
}
