import { findControlPlane } from '../../tools/control-plane/ensure.mjs';

const found = findControlPlane();

/** Folder of the control plane's programs. Empty where there is none: nothing that needs them runs there. */
export const PROGRAMS = 'folder' in found ? found.folder : '';

/** Tests that need a control plane. Where there is none they are skipped, and say why in their name. */
export function describeWithCluster(name: string, tests: () => void): void {
  if ('folder' in found) describe(name, tests);
  else describe.skip(`${name} (${found.reason})`, tests);
}
