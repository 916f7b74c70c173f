import type { KeyStanding } from '@scaiwave/core/resources';
import type { Finding } from '../kube/conditions.js';
import type { Tenant } from '../kinds.js';
import { KEY_REASONS } from './key-reasons.js';
import type { ImportedKey } from './read-import.js';
import { bad, ok } from './tenant.checks.js';

export interface KeyFindings {
  /** the kid that signs */
  active: string | null;
  tampered: readonly string[];
  missing: readonly { secretName: string }[];
  standing: KeyStanding | null;
  imported: ImportedKey;
  backupProblem: string | null;
}

/** The condition KeysReady: the first thing that somebody has to know, or that all is well. */
export function judgeKeys(tenant: Tenant, findings: KeyFindings): Finding {
  const { active, tampered, imported, backupProblem } = findings;
  if (active === null) return bad('KeysReady', KEY_REASONS.waitingForImport, `There is no key yet: ${imported?.problem ?? 'none was made'}.`);
  if (tampered.length > 0) return bad('KeysReady', KEY_REASONS.tampered, `${tampered.join('; ')}. Look who did it, then delete that Secret; another key signs meanwhile.`);
  if (isLossOpen(tenant, findings)) return bad('KeysReady', KEY_REASONS.missing, `The Secret of a key was deleted. ${active} takes its place, and no worker has published it yet.`);
  if (imported !== null && imported.problem !== null && imported.isThere) return bad('KeysReady', KEY_REASONS.importInvalid, `${imported.problem}.`);
  return backupProblem === null ? ok('KeysReady', KEY_REASONS.ready) : bad('KeysReady', KEY_REASONS.backupFailed, `${backupProblem}.`);
}

/** Whether a worker has published a key, in a descriptor that it has signed. */
export function isPublished(key: string | null, standing: KeyStanding | null): boolean {
  return standing?.keys.some(({ kid }) => kid === key) === true;
}

// The condition itself remembers a loss until the key that takes its place is published.
function isLossOpen({ status }: Tenant, { missing, standing, active }: KeyFindings): boolean {
  const isRemembered = status?.conditions?.some(({ type, reason }) => type === 'KeysReady' && reason === KEY_REASONS.missing) === true;
  return (isRemembered || missing.length > 0) && !isPublished(active, standing);
}
