import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** The CRDs against which config folders are checked. */
export const crdFolder = fileURLToPath(new URL('crds', root));

/** Built programs and bundles, beside this one in the tree. */
export const programs = {
  api: fileURLToPath(new URL('apps/api/dist/main.js', root)),
  worker: fileURLToPath(new URL('apps/worker/dist/main.js', root)),
  web: fileURLToPath(new URL('apps/web/dist', root)),
  devProvider: fileURLToPath(new URL('demo/dev-provider-main.js', import.meta.url)),
} as const;
