// The web app's types of the API, from the same description that the API serves.
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '// Made by `make gen` from the schemas of apps/api: change those, not this.\n/* oxlint-disable max-lines */\n\n';

/** @param {(path: string) => Promise<any>} built imports a built file, by its path from the root */
export async function describeClient(built) {
  await built('apps/api/dist/app.module.js'); // every endpoint is written down once its controller is loaded
  const { buildOpenApi } = await built('apps/api/dist/http/openapi.js');
  const nodes = await openapiTS(buildOpenApi(), { alphabetize: false, exportType: false, rootTypes: false });
  return HEAD + astToString(nodes);
}
