const QUANTITY = /^([+-]?\d+(?:\.\d+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const SCALE: Record<string, number> = {
  m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

function amountOf(text: unknown): number | null {
  const [, digits, unit = ''] = QUANTITY.exec(String(text)) ?? [];
  return digits === undefined ? null : Number(digits) * (SCALE[unit] ?? Number.NaN);
}

/**
 * Does `present` have everything that is in `wanted`, with the same values? What it has beside that belongs to others.
 * Quantities count as the same when they are the same amount: the apiserver writes `0.5` as `500m`.
 */
export function isPartOf(wanted: unknown, present: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(present) && wanted.length === present.length && wanted.every((item, index) => isPartOf(item, present[index]));
  if (wanted !== null && typeof wanted === 'object') return areFieldsOf(wanted, present);
  return wanted === present || isSameValue(wanted, present);
}

function areFieldsOf(wanted: object, present: unknown): boolean {
  const fields = Object.entries(wanted).filter(([, value]) => value !== undefined);
  if (present === null || typeof present !== 'object') return fields.length === 0;
  return fields.every(([field, value]) => isPartOf(value, (present as Record<string, unknown>)[field]));
}

function isSameValue(wanted: unknown, present: unknown): boolean {
  // An empty value and none are the same to the apiserver.
  if (present === undefined) return [null, '', false, 0].includes(wanted as null);
  const amount = amountOf(wanted);
  return amount !== null && amount === amountOf(present);
}
