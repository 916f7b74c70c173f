// What `make cluster` prints once everything is up.
export function announce({ dir, port, isBare, seconds }) {
  const begin = `A Kubernetes of your own, up in ${seconds} s. In another terminal:

  . ${dir}/env                                # KUBECONFIG, and kubectl and helm of this control plane
`;
  if (isBare) return `${begin}
It is empty: play docs/operating/README.md from its beginning.

Ctrl-C ends everything and removes it.
`;
  return `${begin}
What to try:

  kubectl get all -n scaiwave                 # operator, API and workers: processes of this machine
  kubectl explain tenant.spec.signing.rotation
  kubectl apply -f docs/operating/examples    # seven examples of tenants and peers
  kubectl get tenants,peers -A -o wide

A tenant whose people can log in, with one click per person (alice, and bob who is admin):

  kubectl create namespace tenant-demo
  kubectl apply -f - <<YAML
  apiVersion: federation.scaiwave.io/v1alpha1
  kind: Tenant
  metadata: {name: acme, namespace: tenant-demo}
  spec:
    serverName: acme.localhost
    auth: {oidc: {issuer: "$ISSUER", clientId: acme}}
  YAML
  kubectl wait -n tenant-demo --for=condition=Ready tenant/acme
  curl -s http://acme.localhost:${port}/.well-known/scaiwave/server

and then http://acme.localhost:${port} in a browser. docs/operating/README.md is the whole story of a provider.

Ctrl-C ends everything and removes it.
`;
}
