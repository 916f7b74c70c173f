import { X509Certificate } from 'node:crypto';
import type { Finding } from '../kube/conditions.js';
import { SECRET, type Peer, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { bad, ok } from './tenant.checks.js';

/** A certificate and its key, as they stand in a Secret: PEM in base64. */
export interface TlsPair {
  certificate: string;
  key: string;
}

/** What the Secrets hold that a Tenant names; null: names none, or it cannot be had. */
export interface Referenced {
  finding: Finding;
  clientSecret: string | null;
  tls: TlsPair | null;
}

interface Problem {
  reason: 'SecretNotFound' | 'SecretInvalid';
  message: string;
}

interface SecretRef {
  name: string;
}

export type Read = { value: string; problem: null } | { value: null; problem: Problem };

const MAX_CLIENT_SECRET = 1_024;
const MAX_CA = 64_000;

/** Reads the Secrets that resources name, one by one: foreign Secrets are never listed and never watched. */
export class References {
  constructor(private readonly client: OperatorContext['client']) {}

  async ofTenant({ metadata: { namespace = '' }, spec }: Tenant): Promise<Referenced> {
    const tlsSpec = (spec.exposure?.tls ?? {}) as { secretRef?: SecretRef };
    const clientSecret = await this.#read(namespace, spec.auth.oidc.clientSecretRef, { field: 'spec.auth.oidc.clientSecretRef', entry: 'clientSecret', isSound: isClientSecret });
    const tls = await this.#readPair(namespace, tlsSpec.secretRef);
    const imported = await this.#findMissing(namespace, spec.signing?.importSecretRef, 'spec.signing.importSecretRef');
    const problems = [clientSecret?.problem, ...tls.problems, imported].filter((problem) => problem !== null && problem !== undefined);
    return { finding: summarize(problems), clientSecret: clientSecret?.value ?? null, tls: tls.pair };
  }

  /** PEM of the authorities that a Peer names; null: it names none. */
  async authorityOf({ metadata: { namespace = '' }, spec }: Peer): Promise<Read | null> {
    return this.#read(namespace, spec.endpoint?.caSecretRef, { field: 'spec.endpoint.caSecretRef', entry: 'ca.crt', isSound: isCertificate });
  }

  async #readPair(namespace: string, ref: SecretRef | undefined): Promise<{ pair: TlsPair | null; problems: Problem[] }> {
    const field = 'spec.exposure.tls.secretRef';
    const certificate = await this.#read(namespace, ref, { field, entry: 'tls.crt', isSound: isCertificate });
    if (certificate === null || certificate.problem !== null) return { pair: null, problems: certificate === null ? [] : [certificate.problem] };
    const key = await this.#read(namespace, ref, { field, entry: 'tls.key', isSound: isPrivateKey });
    if (key === null || key.problem !== null) return { pair: null, problems: key === null ? [] : [key.problem] };
    return { pair: { certificate: encode(certificate.value), key: encode(key.value) }, problems: [] };
  }

  /** One entry of a Secret; null where none is named. */
  async #read(namespace: string, ref: SecretRef | undefined, { field, entry, isSound }: { field: string; entry: string; isSound: (text: string) => boolean }): Promise<Read | null> {
    if (ref === undefined) return null;
    const secret = await this.client.find<Secret>(SECRET, `${namespace}/${ref.name}`);
    if (secret === null) return { value: null, problem: notFound(field, ref.name, namespace) };
    const text = Buffer.from(secret.data?.[entry] ?? '', 'base64').toString('utf8');
    if (isSound(text)) return { value: text, problem: null };
    const what = secret.data?.[entry] === undefined ? `has no ${entry}` : `holds something else than it should under ${entry}`;
    return { value: null, problem: { reason: 'SecretInvalid', message: `${field} names the Secret ${ref.name}, which ${what}.` } };
  }

  async #findMissing(namespace: string, ref: SecretRef | undefined, field: string): Promise<Problem | null> {
    const isMissing = ref !== undefined && (await this.client.find(SECRET, `${namespace}/${ref.name}`)) === null;
    return isMissing ? notFound(field, ref.name, namespace) : null;
  }
}

function summarize(problems: readonly Problem[]): Finding {
  const [first] = problems;
  return first === undefined ? ok('ResolvedRefs', 'ResolvedRefs') : bad('ResolvedRefs', first.reason, problems.map(({ message }) => message).join(' '));
}

function notFound(field: string, name: string, namespace: string): Problem {
  return { reason: 'SecretNotFound', message: `${field} names the Secret ${name}, which is not in ${namespace}.` };
}

function isClientSecret(text: string): boolean {
  return text.trim().length > 0 && text.length <= MAX_CLIENT_SECRET;
}

function isCertificate(text: string): boolean {
  if (text.length > MAX_CA) return false;
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

function isPrivateKey(text: string): boolean {
  return text.includes('PRIVATE KEY-----');
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const FIRST_LOOK_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const READ_AGAIN_MS = 60_000;

/** Since when a condition of a resource is not true, as its status has it; null: since now. */
export function sinceWhen({ status }: Pick<Tenant | Peer, 'status'>, type: string): number | null {
  const condition = status?.conditions?.find((one) => one.type === type && one.status === 'False');
  return condition === undefined ? null : Date.parse(condition.lastTransitionTime);
}

/**
 * When to read again what nobody tells us about. While something is missing, after as long as the last of it has been missing, from 1 s to
 * 30 s: the conditions' own times keep the back-off, over restarts too.
 * @param since since when each thing is missing; empty: nothing is
 */
export function lookAgainIn(since: readonly (number | null)[], now: number): number {
  if (since.length === 0) return READ_AGAIN_MS;
  const waited = Math.min(...since.map((at) => now - (at ?? now)));
  return Math.min(Math.max(waited, FIRST_LOOK_MS), LONGEST_WAIT_MS);
}
