// How long to wait after failures: twice as long each time, up to five minutes, and by chance within that, so that
// fifty tablets which lost the line together do not come back together.

export const FIRST = 2000;
export const LONGEST = 300_000;

export const delay = (failures, random = Math.random) => {
  const most = Math.min(FIRST * 2 ** Math.max(0, failures - 1), LONGEST);
  return Math.round(most / 2 + (random() * most) / 2);
};
