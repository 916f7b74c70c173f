import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A role that a process logs in with. */
export interface LoginRole {
  name: string;
  password: string;
}

/** The group roles that migrations grant to. Nobody logs in with them; login roles are their members. */
export const APP_ROLE = 'scaiwave_app';
export const FLEET_ROLE = 'scaiwave_fleet';

const CONCURRENT_CHANGE = new Set(['23505', '42710', 'XX000']);
const ATTEMPTS = 10;

/**
 * Makes sure that both group roles exist and, where given, a login role in each.
 * @throws when one of them could bypass row-level security
 */
export async function ensureRoles(client: pg.Client, logins: { app?: LoginRole | undefined; fleet?: LoginRole | undefined }): Promise<void> {
  for (const group of [APP_ROLE, FLEET_ROLE]) await ensureRole(client, group, 'NOLOGIN');
  for (const [group, login] of [[APP_ROLE, logins.app], [FLEET_ROLE, logins.fleet]] as const) {
    if (login === undefined) continue;
    await ensureRole(client, login.name, 'LOGIN');
    await patiently(() => client.query(`ALTER ROLE ${quote(login.name)} PASSWORD ${client.escapeLiteral(login.password)}`));
    await patiently(() => client.query(`GRANT ${group} TO ${quote(login.name)}`));
  }
  await refuseBypass(client, [APP_ROLE, FLEET_ROLE, logins.app?.name, logins.fleet?.name]);
}

async function ensureRole(client: pg.Client, name: string, login: 'LOGIN' | 'NOLOGIN'): Promise<void> {
  await patiently(async () => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${quote(name)} ${login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
  });
}

async function refuseBypass(client: pg.Client, names: readonly (string | undefined)[]): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls)', [names.filter((name) => name !== undefined)]);
  const role = rows[0]?.rolname;
  if (role !== undefined) throw new Error(`Role ${role} can bypass row-level security; take SUPERUSER and BYPASSRLS from it.`);
}

// Roles belong to the whole server while the migration lock belongs to one database: two installations may meet here.
async function patiently(change: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await change();
      return;
    } catch (error) {
      const isConcurrent = error instanceof pg.DatabaseError && CONCURRENT_CHANGE.has(error.code ?? '');
      if (!isConcurrent || attempt === ATTEMPTS) throw error;
      await delay(20 * attempt);
    }
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
