import { z } from 'zod';
import { Secret } from './secret.js';

const YES = ['1', 'true', 'yes'];
const NO = ['0', 'false', 'no'];

/** `1 | true | yes` or `0 | false | no`; false when unset. */
export const flag = z
  .string()
  .toLowerCase()
  .refine((text) => YES.includes(text) || NO.includes(text), 'must be 1 or 0')
  .transform((text) => YES.includes(text))
  .default(false);

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be from ${min} to ${max}`);

export const port = integer(0, 65_535);

const urlWith = (protocols: string[], example: string) =>
  z.string().refine((text) => {
    const url = URL.parse(text);
    return url !== null && protocols.includes(url.protocol);
  }, `must be a URL like ${example}`);

export const postgresUrl = urlWith(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/database').transform((url) => new Secret(url));
export const redisUrl = urlWith(['redis:', 'rediss:'], 'redis://host:6379').transform((url) => new Secret(url));

/** Without a name and password in it: it is shown to others. */
export const httpUrl = urlWith(['http:', 'https:'], 'http://prometheus.monitoring:9090').refine((text) => {
  const url = URL.parse(text);
  return url === null || (url.username === '' && url.password === '');
}, 'must not hold a name or password');

/** Words between commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
