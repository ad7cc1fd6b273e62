// What an interview in the console left on this device goes with the officer (`answer.js` keeps drafts by their path).
// Not by Clear-Site-Data: that would take a tablet's interviews with it, which are kept under the same address.

for (const key of Object.keys(localStorage)) if (key.startsWith("/field/")) localStorage.removeItem(key);
