import { parseCliConfig, readEnv } from '@scaiwave/config';
import { ClientApi, ClientApiError } from '../client-api.js';
import { StartProblem } from '../start-problem.js';

/** What every command that asks a running server takes. */
export interface ServerFlags {
  url?: string;
  json?: boolean;
}

/** Asks the server as its admin and prints the answer: as JSON where that is wanted, else for people. */
export async function askServer<Answer>(flags: ServerFlags, ask: (api: ClientApi) => Promise<Answer>, show: (answer: Answer) => string): Promise<void> {
  const { config, secrets } = parseCliConfig(readEnv());
  const url = flags.url ?? config.serverUrl;
  if (url === undefined) throw new StartProblem('which server? Give the address of the tenant with --url or SCAIWAVE_URL, e.g. http://acme.localhost:8080');
  if (!URL.canParse(url)) throw new StartProblem(`${url} is no address; one looks like https://chat.example.org`);
  if (secrets.adminToken === undefined) throw new StartProblem('put the bearer token of an admin of that tenant into SCAIWAVE_TOKEN (it is not taken as an option: other people of this machine could read it)');
  try {
    const answer = await ask(new ClientApi(url, secrets.adminToken));
    process.stdout.write(flags.json ? `${JSON.stringify(answer, null, 2)}\n` : show(answer));
  } catch (error) {
    throw problemOf(error, url);
  }
}

function problemOf(error: unknown, url: string): unknown {
  if (error instanceof ClientApiError) return new StartProblem(error.status === 401 ? `${url} does not take the token in SCAIWAVE_TOKEN: it is no token of this tenant's issuer, or it is over` : error.message);
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new StartProblem(`${url} cannot be reached (${message || code})`);
}
