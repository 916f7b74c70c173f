import { crdFolder } from '../places.js';
import { loadKindSchemas } from '../resources/crd-schemas.js';
import { indexResources, loadResources, type ResourceSet } from '../resources/load-resources.js';
import { formatProblem } from '../resources/problem.js';
import { findSystemSentence, StartProblem } from '../start-problem.js';
import type { ResourcesApplied } from './apply-resources.js';

/** Makes keyring and database what a set says. */
export type Apply = (set: ResourceSet) => Promise<ResourcesApplied>;

/**
 * The config folder as it is in force: read and checked as a whole, applied as a whole. A folder that has become wrong changes
 * nothing: what was right last stays in force until it is right again.
 */
export class ConfigInForce {
  private readonly schemas = loadKindSchemas(crdFolder);
  private set: ResourceSet = { tenants: [], peers: [] };

  constructor(private readonly folder: string) {}

  /** @throws StartProblem with every problem at once, or when there is no tenant at all */
  readFirst(): void {
    const loaded = loadResources(this.folder, this.schemas, new Map());
    if (!loaded.ok) throw new StartProblem(`the configuration is not usable:\n${loaded.problems.map((p) => `  ${formatProblem(p)}`).join('\n')}`);
    if (loaded.set.tenants.length === 0) throw new StartProblem(`${this.folder} has no Tenant: put a YAML file with one there (see crds/ and docs/)`);
    this.set = loaded.set;
  }

  /** @throws StartProblem when a resource is refused by what is already in the database */
  async applyFirst(apply: Apply): Promise<string[]> {
    const { changes, problems } = await apply(this.set);
    if (problems.length > 0) throw new StartProblem(`the configuration is not usable:\n${problems.map((p) => `  ${formatProblem(p)}`).join('\n')}`);
    return changes;
  }

  /** Reads the folder again and applies it if it is right. @returns sentences for its user; never throws for what is in the files */
  async refresh(apply: Apply): Promise<string[]> {
    const loaded = loadResources(this.folder, this.schemas, indexResources(this.set));
    if (!loaded.ok) return [...loaded.problems.map(formatProblem), 'the configuration stays as it was until this is corrected'];
    try {
      const { changes, problems } = await apply(loaded.set);
      this.set = loaded.set;
      return [...changes, ...problems.map(formatProblem)];
    } catch (error) {
      // The next change, or the same file touched, tries again; what was applied so far is repeated without harm.
      return [findSystemSentence(error, 'the data folder') ?? `the configuration could not be applied: ${(error as Error).message}`];
    }
  }
}
