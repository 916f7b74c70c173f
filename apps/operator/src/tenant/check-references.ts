import type { Finding } from '../kube/conditions.js';
import { SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { bad, ok } from './tenant.checks.js';

/** Are the Secrets there that the spec names? They are read by name; foreign Secrets are never listed. */
export async function checkReferences({ client }: OperatorContext, tenant: Tenant): Promise<Finding> {
  const { auth, signing } = tenant.spec;
  const wanted = { 'spec.auth.oidc.clientSecretRef': auth.oidc.clientSecretRef?.name, 'spec.signing.importSecretRef': signing?.importSecretRef?.name };
  const missing: string[] = [];
  for (const [field, name] of Object.entries(wanted)) {
    if (name === undefined) continue;
    const found = await client.find<Secret>(SECRET, `${tenant.metadata.namespace}/${name}`);
    if (found === null) missing.push(`${field} names the Secret ${name}, which is not in ${tenant.metadata.namespace}`);
  }
  return missing.length === 0 ? ok('ResolvedRefs', 'ResolvedRefs') : bad('ResolvedRefs', 'SecretNotFound', `${missing.join('; ')}.`);
}
