import { fqidSchema, localIdSchema, serverNameSchema, serverPatternSchema } from '../../api/protocol.js';
import { texts } from '../../texts/en.js';

export type FqidCheck = { ok: true; fqid: string; serverName: string } | { ok: false; sentence: string | null };

function serverSentence(server: string): string {
  if (server.endsWith('.')) return texts.fqid.trailingDot;
  const [host = '', port] = server.split(':');
  const isPortWrong = port !== undefined && (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535);
  return isPortWrong && serverNameSchema.safeParse(host).success ? texts.fqid.port : texts.fqid.server;
}

/** Says while somebody types what is still wrong with an FQID; null while there is nothing to say yet. */
export function checkFqid(text: string): FqidCheck {
  const wrong = (sentence: string | null): FqidCheck => ({ ok: false, sentence });
  const input = text.trim();
  if (input === '') return wrong(null);
  if (fqidSchema.safeParse(input).success) return { ok: true, fqid: input, serverName: input.slice(input.indexOf(':') + 1) };
  if (!input.startsWith('@')) return wrong(texts.fqid.needsAt);
  if (/\s/.test(input)) return wrong(texts.fqid.spaces);
  if (/[A-Z]/.test(input)) return wrong(texts.fqid.capitals);
  const colon = input.indexOf(':');
  const localId = input.slice(1, colon < 0 ? undefined : colon);
  if (localId !== '' && !localIdSchema.safeParse(localId).success) return wrong(texts.fqid.localId);
  if (colon < 0 || colon === input.length - 1) return wrong(texts.fqid.needsServer);
  if (localId === '') return wrong(texts.fqid.localId);
  return wrong(serverSentence(input.slice(colon + 1)));
}

/** A server name as an administrator types it; with `withPatterns` also `*.suffix`. */
export function isServerName(text: string, withPatterns = false): boolean {
  return (withPatterns ? serverPatternSchema : serverNameSchema).safeParse(text).success;
}
