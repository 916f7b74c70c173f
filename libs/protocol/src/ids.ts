import { z } from 'zod';
import { DomainError } from './errors.js';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const SERVER_NAME = new RegExp(`^(${LABEL}(?:\\.${LABEL})*)(?::([1-9][0-9]{0,4}))?$`);
/** URL parsers read a last label of digits or 0x-hex as an IPv4 address, so no such name can be a DNS name. */
const NUMERIC_LABEL = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/;
const LOCAL_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function isServerName(text: string): boolean {
  if (text.length > 255) return false;
  const match = SERVER_NAME.exec(text);
  if (!match) return false;
  const [, name = '', port] = match;
  return name.length <= 253 && !NUMERIC_LABEL.test(name) && (port === undefined || Number(port) <= 65_535);
}

function isFqid(text: string): boolean {
  const colon = text.indexOf(':');
  return text.startsWith('@') && colon > 1 && LOCAL_ID.test(text.slice(1, colon)) && isServerName(text.slice(colon + 1));
}

/** Lower-case DNS name with optional port, ≤ 255 characters; compared as an exact string. No IP literal, no trailing dot. */
export const serverNameSchema = z.string().refine(isServerName, 'must be a lower-case DNS name with an optional port').brand<'ServerName'>();
export type ServerName = z.infer<typeof serverNameSchema>;

/** The part of an FQID before the colon: 1–64 characters of `a-z 0-9 . _ -`, beginning with a letter or digit. */
export const localIdSchema = z.string().regex(LOCAL_ID, 'must be 1–64 characters of a–z, 0–9, ".", "_" and "-"').brand<'LocalId'>();
export type LocalId = z.infer<typeof localIdSchema>;

/** `@local_id:server_name`, split at the first colon. */
export const fqidSchema = z.string().refine(isFqid, 'must look like @name:server.example').brand<'Fqid'>();
export type Fqid = z.infer<typeof fqidSchema>;

/** A UUID of any version, 36 lower-case characters. */
export const uuidSchema = z.string().regex(UUID, 'must be a lower-case UUID');
export const tenantIdSchema = uuidSchema.brand<'TenantId'>();
export type TenantId = z.infer<typeof tenantIdSchema>;
export const roomIdSchema = uuidSchema.brand<'RoomId'>();
export type RoomId = z.infer<typeof roomIdSchema>;
export const eventIdSchema = uuidSchema.brand<'EventId'>();
export type EventId = z.infer<typeof eventIdSchema>;
export const inviteIdSchema = uuidSchema.brand<'InviteId'>();
export type InviteId = z.infer<typeof inviteIdSchema>;
export const callIdSchema = uuidSchema.brand<'CallId'>();
export type CallId = z.infer<typeof callIdSchema>;

/** `med-` and 1–64 characters of `a-z A-Z 0-9 _ -`; of its origin server only. */
export const mediaIdSchema = z.string().regex(/^med-[A-Za-z0-9_-]{1,64}$/, 'must be med- and 1–64 letters, digits, "_" and "-"').brand<'MediaId'>();
export type MediaId = z.infer<typeof mediaIdSchema>;

/** `ed25519:` + the first 10 characters of base64url(SHA-256(raw public key)). */
export const kidSchema = z.string().regex(/^ed25519:[A-Za-z0-9_-]{10}$/, 'must be ed25519: and 10 characters of base64url').brand<'Kid'>();
export type Kid = z.infer<typeof kidSchema>;

/** 32 bytes as base64url without padding; the last character carries two zero bits, so each value has one spelling. */
export const hashSchema = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'must be 32 bytes in base64url without padding');

/** Milliseconds since the epoch. */
export const timestampSchema = z.int().min(0);

/** @throws DomainError `SW_FED_FQID_INVALID` */
export function parseServerName(input: unknown): ServerName {
  const result = serverNameSchema.safeParse(input);
  if (!result.success) throw new DomainError('SW_FED_FQID_INVALID', { field: 'server_name' });
  return result.data;
}

/** @throws DomainError `SW_FED_FQID_INVALID` */
export function parseFqid(input: unknown): Fqid {
  const result = fqidSchema.safeParse(input);
  if (!result.success) throw new DomainError('SW_FED_FQID_INVALID', { field: 'fqid' });
  return result.data;
}

/** The two halves of a valid FQID. */
export function splitFqid(fqid: Fqid): { localId: LocalId; serverName: ServerName } {
  const colon = fqid.indexOf(':');
  return { localId: fqid.slice(1, colon) as LocalId, serverName: fqid.slice(colon + 1) as ServerName };
}

/** The server at which a person lives. */
export function serverOf(fqid: Fqid): ServerName {
  return fqid.slice(fqid.indexOf(':') + 1) as ServerName;
}

export function formatFqid(localId: LocalId, serverName: ServerName): Fqid {
  return `@${localId}:${serverName}` as Fqid;
}
