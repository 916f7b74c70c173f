import { describe, expect, test } from '@jest/globals';
import { DomainError, ERROR_CATALOGUE, buildErrorBody, clientStatusOf, codeForPeer, errorBodySchema, isErrorCode, isLater, type ErrorCode } from './index.js';

const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

describe('the error catalogue', () => {
  test.each([
    ['SW_REQUEST_INVALID', 400], ['SW_FED_FQID_INVALID', 400], ['SW_FED_PEER_UNREACHABLE', 502], ['SW_NOT_FOUND', 404], ['SW_METHOD_NOT_ALLOWED', 405], ['SW_UNSUPPORTED_MEDIA_TYPE', 415], ['SW_INTERNAL', 500],
    ['SW_INVITATION_NOT_FOUND', 404], ['SW_PARTICIPANT_NOT_FOUND', 404], ['SW_CSRF', 403], ['SW_IDEMPOTENCY_CONFLICT', 409], ['SW_FED_ALREADY_MEMBER', 409], ['SW_FED_INVITE_EXPIRED', 409], ['SW_FED_INVITE_INVALID', 409],
    ['SW_FED_ROOM_CONFLICT', 409], ['SW_FED_USER_UNKNOWN', 404], ['SW_FED_FORBIDDEN', 403], ['SW_FED_TRY_LATER', 503], ['SW_FED_PEER_UNKNOWN', 403], ['SW_FED_SIGNATURE_MISMATCH', 401], ['SW_FED_KEY_CHANGED', 401],
    ['SW_FED_PROTOCOL_VERSION', 400], ['SW_FED_REQUEST_INVALID', 400], ['SW_CONTENT_TOO_LARGE', 413], ['SW_RATE_LIMIT_EXCEEDED', 429], ['SW_TENANT_NOT_FOUND', 404], ['SW_NOT_MEMBER', 403], ['SW_ROOM_NOT_FOUND', 404],
    ['SW_ROOM_FORBIDDEN', 403], ['SW_ROOM_FROZEN', 409], ['SW_ROOM_TYPE_INVARIANT', 400], ['SW_ROOM_CAPACITY', 409], ['SW_EVENT_NOT_FOUND', 404], ['SW_EVENT_TOO_OLD_TO_EDIT', 409], ['SW_REDACT_FORBIDDEN', 403],
    ['SW_AUTH_INVALID_TOKEN', 401], ['SW_AUTH_INSUFFICIENT_PERMISSION', 403], ['SW_AUTH_TENANT_MISMATCH', 403],
  ] as const)('%s is %i', (code, status) => expect(ERROR_CATALOGUE[code].status).toBe(status));

  test.each(codes)('%s has a sentence of its own', (code) => {
    expect(ERROR_CATALOGUE[code].sentence).toMatch(/^[A-Z].{20,}\.$/u);
    expect(codes.filter((other) => ERROR_CATALOGUE[other].sentence === ERROR_CATALOGUE[code].sentence)).toEqual([code]);
  });

  test('tells which codes keep the sender’s cursor', () => {
    const perEvent = codes.filter((code) => isLater(code) && ERROR_CATALOGUE[code].peerMaySee && code.startsWith('SW_FED'));
    expect(perEvent.sort()).toEqual(['SW_FED_CLOCK', 'SW_FED_GAP', 'SW_FED_TRY_LATER']);
    expect([isLater('SW_RATE_LIMIT_EXCEEDED'), isLater('SW_INTERNAL'), isLater('SW_FED_CHAIN_MISMATCH'), isLater('SW_OF_A_LATER_VERSION'), isLater('constructor')]).toEqual([true, true, false, false, false]);
  });

  test('never answers 401 to a user for a peer’s trouble', () => {
    for (const code of codes) if (code.startsWith('SW_FED')) expect(clientStatusOf(code)).not.toBe(401);
    expect([clientStatusOf('SW_FED_KEY_CHANGED'), clientStatusOf('SW_FED_SIGNATURE_MISMATCH'), clientStatusOf('SW_FED_FORBIDDEN')]).toEqual([502, 502, 403]);
  });

  test('keeps inner codes from peers', () => {
    expect([codeForPeer('SW_CSRF'), codeForPeer('SW_FED_GAP')]).toEqual(['SW_INTERNAL', 'SW_FED_GAP']);
    expect([isErrorCode('SW_CSRF'), isErrorCode('toString'), isErrorCode(7)]).toEqual([true, false, false]);
  });

  test('makes bodies and errors with the sentence', () => {
    expect(errorBodySchema.parse(buildErrorBody('SW_FED_GAP', { by: 'us' })).error).toEqual({ code: 'SW_FED_GAP', message: ERROR_CATALOGUE.SW_FED_GAP.sentence, details: { by: 'us' } });
    expect(new DomainError('SW_NOT_MEMBER', { room: 1 })).toMatchObject({ name: 'DomainError', code: 'SW_NOT_MEMBER', details: { room: 1 }, message: ERROR_CATALOGUE.SW_NOT_MEMBER.sentence });
  });
});
