import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from './errors.js';

/** `{"error":{"code","message","details"?}}`, the body of every refusal. */
export const errorBodySchema = z.looseObject({
  error: z.looseObject({ code: z.string(), message: z.string().optional(), details: z.record(z.string(), z.unknown()).optional() }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

export function buildErrorBody(code: ErrorCode, details?: Record<string, unknown>): ErrorBody {
  return { error: { code, message: ERROR_CATALOGUE[code].sentence, ...(details && { details }) } };
}
