export function round(value, digits = 1) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** @param {number[]} sorted ascending */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Number by number, the median of figures of the same shape; what is no number is taken from the first. */
export function medianOf(runs) {
  const [first] = runs;
  if (typeof first === 'number') return runs.toSorted((a, b) => a - b)[Math.floor(runs.length / 2)];
  if (first === null || typeof first !== 'object') return first;
  return Object.fromEntries(Object.keys(first).map((key) => [key, medianOf(runs.map((run) => run[key]))]));
}
