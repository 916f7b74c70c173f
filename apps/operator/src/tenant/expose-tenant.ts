import { applyChild } from '../apply-child.js';
import { CERTIFICATE, HTTP_ROUTE, REFERENCE_GRANT, type HttpRoute, type PlainObject } from '../child-kinds.js';
import type { Finding } from '../kube/conditions.js';
import { keyOf, type Kind, type KubeObject } from '../kube/kube-object.js';
import { INGRESS, LABELS, SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { buildCertificate, buildTlsSecret } from './build-certificate.js';
import { buildHttpRoute, buildReferenceGrant, type GatewayPlace } from './build-http-route.js';
import { buildIngress } from './build-ingress.js';
import { exposureOf, type Exposure } from './exposure.js';
import { judgeCertificate, judgeIngress, judgeRoute } from './judge-exposure.js';
import type { Referenced } from './references.js';
import { bad, ok } from './tenant.checks.js';

/**
 * Makes the way in that a tenant asks for, and takes away what it no longer does, the old one only after the new one is there.
 *
 *   certificate (by cert-manager, or the tenant's own) ─→ Ingress | HTTPRoute ─→ what is left of others goes ─→ what their statuses say
 */
export class ExposeTenant {
  constructor(private readonly context: OperatorContext) {}

  async run(tenant: Tenant, { tls }: Pick<Referenced, 'tls'>): Promise<Finding> {
    const { config, world } = this.context;
    const exposure = exposureOf(tenant, config);
    if (exposure.type === 'None') {
      await this.remove(keyOf(tenant));
      return ok('Exposed', 'NotRequested');
    }
    const missing = this.#missingKind(exposure);
    if (missing !== null) return bad('Exposed', 'KindNotInstalled', missing);
    const gateway = this.#gatewayOf(exposure);
    if (exposure.type === 'HTTPRoute' && gateway === null) return bad('Exposed', 'GatewayNotConfigured', 'Nobody says which Gateway: set spec.exposure.className to its name, or GATEWAY_NAME of the operator.');
    const wanted = this.#build(tenant, { exposure, gateway, tls });
    const isMade = wasExposed(tenant);
    for (const { kind, object } of wanted) await applyChild(this.context, { kind, wanted: object, present: this.#find(kind, keyOf(object)), isMade }, tenant);
    await this.#removeBut(tenant, wanted.map(({ kind, object }) => `${kind.kind} ${keyOf(object)}`), exposure);
    if (exposure.tls !== null && 'secretName' in exposure.tls && tls === null) return bad('Exposed', 'SecretNotFound', `The certificate in the Secret ${exposure.tls.secretName} cannot be had; the way in has no TLS of its own.`);
    const certificate = wanted.find(({ kind }) => kind === CERTIFICATE);
    const problem = certificate === undefined ? null : judgeCertificate(world.children.of<PlainObject>(CERTIFICATE).find(keyOf(certificate.object)));
    if (problem !== null) return problem;
    const route = wanted.find(({ kind }) => kind === HTTP_ROUTE);
    return route === undefined ? judgeIngress(this.context, exposure) : judgeRoute(world.children.of<HttpRoute>(HTTP_ROUTE).find(keyOf(route.object)));
  }

  /** Everything of a tenant's way in, whoever the tenant was. */
  async remove(tenantKey: string): Promise<void> {
    for (const { kind, object } of this.#present(tenantKey)) await this.context.client.remove(kind, keyOf(object));
  }

  #missingKind({ type, tls }: Exposure): string | null {
    const { children } = this.context.world;
    if (type === 'HTTPRoute' && !children.knows(HTTP_ROUTE)) return 'The cluster knows no HTTPRoute (gateway.networking.k8s.io/v1): install the Gateway API and a Gateway, or use spec.exposure.type Ingress.';
    if (tls !== null && 'issuer' in tls && !children.knows(CERTIFICATE)) return 'The cluster knows no Certificate (cert-manager.io/v1): install cert-manager, or give a certificate of your own in spec.exposure.tls.secretRef.';
    return null;
  }

  #gatewayOf({ type, className }: Exposure): GatewayPlace | null {
    const { gateway, releaseNamespace } = this.context.config;
    if (type !== 'HTTPRoute' || className === null) return null;
    return { name: className, namespace: gateway?.namespace ?? releaseNamespace, listener: gateway?.listener ?? null };
  }

  #build(tenant: Tenant, { exposure, gateway, tls }: { exposure: Exposure; gateway: GatewayPlace | null; tls: Referenced['tls'] }): { kind: Kind; object: KubeObject }[] {
    const { config, world } = this.context;
    const objects: { kind: Kind; object: KubeObject }[] = [];
    if (exposure.tls !== null && 'issuer' in exposure.tls) objects.push({ kind: CERTIFICATE, object: buildCertificate(tenant, exposure.tls.issuer, config) });
    if (tls !== null) objects.push({ kind: SECRET, object: buildTlsSecret(tenant, tls, config) });
    const needsGrant = gateway !== null && exposure.tls !== null && gateway.namespace !== config.releaseNamespace && world.children.knows(REFERENCE_GRANT);
    if (needsGrant) objects.push({ kind: REFERENCE_GRANT, object: buildReferenceGrant(tenant, gateway, config) });
    objects.push(gateway === null ? { kind: INGRESS, object: buildIngress(tenant, exposure, config) } : { kind: HTTP_ROUTE, object: buildHttpRoute(tenant, gateway, config) });
    return objects;
  }

  async #removeBut(tenant: Tenant, kept: readonly string[], { tls }: Exposure): Promise<void> {
    // A Secret that cannot be read now is no reason to take away the certificate that was read before.
    const keepsSecret = tls !== null && 'secretName' in tls;
    for (const { kind, object } of this.#present(keyOf(tenant))) {
      if (kept.includes(`${kind.kind} ${keyOf(object)}`) || (kind === SECRET && keepsSecret)) continue;
      await this.context.client.remove(kind, keyOf(object));
    }
  }

  #find(kind: Kind, key: string): KubeObject | null {
    const { world } = this.context;
    if (kind === INGRESS) return world.ingresses.find(key);
    return kind === SECRET ? world.secrets.find(key) : world.children.of(kind).find(key);
  }

  #present(tenantKey: string): { kind: Kind; object: KubeObject }[] {
    const { world } = this.context;
    const secrets: Secret[] = world.secrets.listBy('tenant', tenantKey).filter(({ metadata }) => metadata.labels?.[LABELS.part] === 'exposure');
    return [
      ...world.ingresses.listBy('tenant', tenantKey).map((object) => ({ kind: INGRESS, object })),
      ...[HTTP_ROUTE, REFERENCE_GRANT, CERTIFICATE].flatMap((kind) => world.children.of(kind).listBy('tenant', tenantKey).map((object) => ({ kind, object }))),
      ...secrets.map((object) => ({ kind: SECRET, object })),
    ];
  }
}

/** Was the way in of the present spec there before? Then somebody took it away. */
function wasExposed({ status, metadata }: Tenant): boolean {
  const before = status?.conditions?.find(({ type }) => type === 'Exposed');
  return before?.status === 'True' && before.reason !== 'NotRequested' && before.observedGeneration === metadata.generation;
}
