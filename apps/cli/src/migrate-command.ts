import type { CliSecrets } from '@scaiwave/config';
import { migrate } from '@scaiwave/database';
import { StartProblem } from './start-problem.js';

/** `scaiwave migrate`: applies what is missing and says what it applied. */
export async function runMigrate(secrets: CliSecrets): Promise<void> {
  const ownerUrl = (secrets.databaseOwnerUrl ?? secrets.databaseUrl)?.reveal();
  if (ownerUrl === undefined) throw new StartProblem('there is no database to migrate: set DATABASE_URL (or DATABASE_OWNER_URL)');
  const applied = await migrate({ ownerUrl }).catch((error: Error) => {
    throw new StartProblem(error.message || `the database cannot be reached (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  });
  process.stdout.write(applied.length === 0 ? 'The schema is up to date.\n' : applied.map((name) => `applied ${name}\n`).join(''));
}
