import type { Resource } from '../resources/check-documents.js';

/**
 * Sentences about fields that are right but mean nothing on one machine: they need the cluster's Secrets, Deployments or Ingresses.
 * Said once, so that nobody waits for an effect.
 */
export function listUnusedFields(resource: Resource): string[] {
  const unused: [boolean, string][] = resource.kind === 'Tenant'
    ? [
        [resource.spec.workers?.mode === 'Dedicated', 'spec.workers.mode: Dedicated (one machine has one worker for all tenants)'],
        [resource.spec.exposure !== undefined, 'spec.exposure (put your own TLS proxy before the port)'],
        [resource.spec.auth.oidc.clientSecretRef !== undefined, 'spec.auth.oidc.clientSecretRef (there are no Secrets; logging in uses PKCE and needs none)'],
        [resource.spec.signing?.importSecretRef !== undefined, 'spec.signing.importSecretRef (there are no Secrets; put the key file into the keyring folder)'],
      ]
    : [[resource.spec.endpoint?.caSecretRef !== undefined, 'spec.endpoint.caSecretRef (there are no Secrets; set NODE_EXTRA_CA_CERTS)']];
  return unused.filter(([isUsed]) => isUsed).map(([, text]) => `${resource.file}: ${text} has no effect here`);
}
