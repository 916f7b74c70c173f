import { Command, InvalidArgumentError } from 'commander';
import { ConfigError, parseCliConfig, readEnv } from '@scaiwave/config';
import { AskedToStop } from './asked-to-stop.js';
import { StartProblem } from './start-problem.js';

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535.');
  return port;
}

const ENVIRONMENT = `
Environment:
  DATABASE_URL         Postgres; a user that may create tables and roles. Unset: an embedded one is started.
  DATABASE_FLEET_URL   with it, DATABASE_URL is the app role and nothing is created
  DATABASE_OWNER_URL   then used for migrations only
  REDIS_URL            Redis. Unset: an embedded one is started.
  NODE_EXTRA_CA_CERTS  PEM file with certificate authorities to trust beside the public ones
  LOG_LEVEL            debug, info (default), warn, error or silent`;

function addUp(program: Command): void {
  program.command('up').description('run one installation on this machine from a folder of Tenant and Peer YAML files')
    .requiredOption('--config <dir>', 'folder with the YAML files; changes are picked up within 5 seconds')
    .option('--data <dir>', 'where keys and the embedded databases are kept', './scaiwave-data')
    .option('--host <address>', 'address to listen on; put a TLS proxy before it', '127.0.0.1')
    .option('--port <port>', 'port to listen on', parsePort, 8080)
    .option('--health-port <port>', 'port of /healthz, /readyz and /metrics of the API, the one after it is the worker’s; 0 takes free ones', parsePort, 0)
    .option('--passphrase-file <file>', 'encrypt the key files with the passphrase in this file')
    .option('--http', 'users reach this server by plain http (local names only)')
    .option('--localhost-peers', 'peers under *.localhost and *.test may use plain http, any port and loopback addresses')
    .option('--redis-prefix <name>', 'starts every Redis key; installations that share one Redis need different ones', 'scaiwave')
    .addHelpText('after', ENVIRONMENT)
    .action(async (flags) => {
      const { config, secrets } = parseCliConfig(readEnv());
      await (await import('./up/up-command.js')).runUp(flags, config, secrets);
    });
}

function addDemo(program: Command): void {
  program.command('demo').description('run two installations with three tenants, people, rooms and one-click logins')
    .addHelpText('after', `
Environment:
  DEMO_PORT   first port (8080); the demo uses it and the two above it
  DEMO_DIR    folder of its data (.demo)
  DEMO_JSON   file to which addresses, people and tokens are written once it is ready`)
    .action(async () => {
      const { config, secrets } = parseCliConfig(readEnv());
      await (await import('./demo/demo-command.js')).runDemo(config, secrets);
    });
}

function addMigrate(program: Command): void {
  program.command('migrate').description('bring the database at DATABASE_OWNER_URL or DATABASE_URL to the newest schema')
    .action(async () => {
      const { secrets } = parseCliConfig(readEnv());
      await (await import('./migrate-command.js')).runMigrate(secrets);
    });
}

const ASKS_A_SERVER = `
Environment:
  SCAIWAVE_URL     address of the tenant, e.g. http://acme.localhost:8080
  SCAIWAVE_TOKEN   bearer token of an admin of that tenant`;

function asking(command: Command): Command {
  return command.option('--url <address>', 'address of the tenant; default: SCAIWAVE_URL').option('--json', 'print JSON').addHelpText('after', ASKS_A_SERVER);
}

function addKeys(program: Command): void {
  const keys = program.command('keys').description('signing keys: look at them, ask for another one, back them up and bring them back');
  keys.command('list').description('list the keys of a keyring, public parts only')
    .option('--data <dir>', 'data folder of `scaiwave up`', './scaiwave-data')
    .option('--passphrase-file <file>', 'file with the passphrase of the key files')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('./keys/list-keys.js')).listKeys(flags));
  asking(keys.command('status').description('the keys of a tenant, and when the next one signs')).action(async (flags) => (await import('./keys/rotation-command.js')).showKeys(flags));
  asking(keys.command('rotate').description('ask for another key: it is published at once, and signs after its time of publication')).action(async (flags) => (await import('./keys/rotation-command.js')).rotateKeys(flags));
  keys.command('recovery-key <file>').description('make a key that opens backups: the private part goes into the file, the public one is printed')
    .action(async (file) => (await import('./keys/backup-command.js')).makeRecoveryKey(file));
  keys.command('open-backup <file>').description('open a sealed backup of a key: a Secret as kubectl writes it, or a file of `scaiwave up`')
    .requiredOption('--recovery-key-file <file>', 'the private part of the recovery key')
    .option('--kid <kid>', 'which key, where the file has several')
    .option('--secret <file>', 'write a Secret for spec.signing.importSecretRef')
    .option('--data <dir>', 'put it into the data folder of `scaiwave up`')
    .option('--passphrase-file <file>', 'file with the passphrase of the key files there')
    .action(async (file, flags) => (await import('./keys/backup-command.js')).openBackup(file, flags));
}

function addPeers(program: Command): void {
  const peers = program.command('peers').description('other servers: how each of them is, and what to do about it');
  asking(peers.command('list', { isDefault: true }).description('all peers with state, backlog and last error')).action(async (flags) => (await import('./federation/peers-command.js')).listPeers(flags));
  asking(peers.command('show <server>').description('one peer, with the rooms shared with it')).option('--with-status', 'ask it now how it sees this server').action(async (server, flags) => (await import('./federation/peers-command.js')).showPeer(server, flags));
  asking(peers.command('remove <server>').description('cut every room shared with it, and refuse it until it is added again')).option('--dry-run', 'only say what would be cut')
    .option('--reason <text>', 'people of both servers see it').action(async (server, flags) => (await import('./federation/peers-command.js')).removePeer(server, flags));
  const actions = {
    pause: 'send nothing to it until it is resumed', resume: 'send again, and let stopped lanes go on', block: 'neither send to it nor take anything from it', unblock: 'take it back',
    pin: 'trust only the key that it has now', retry: 'try again at once',
  };
  for (const [action, what] of Object.entries(actions)) {
    asking(peers.command(`${action} <server>`).description(what)).action(async (server, flags) => (await import('./federation/peers-command.js')).changePeer(server, action, flags));
  }
}

function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('what has not arrived, and sending it again');
  const selecting = (command: Command): Command => asking(command).option('--peer <server>', 'to this server').option('--room <id>', 'of this room')
    .option('--from <time>', 'since then, ISO 8601').option('--to <time>', 'up to then, ISO 8601');
  selecting(deliveries.command('list', { isDefault: true }).description('what has not ended as stored, newest first')).option('--state <state>', 'queued, refused or failed')
    .action(async (flags) => (await import('./federation/deliveries-command.js')).listDeliveries(flags));
  asking(deliveries.command('of <event>').description('what became of one event at each server')).requiredOption('--room <id>', 'the room it was said in, one of yours')
    .action(async (event, flags) => (await import('./federation/deliveries-command.js')).listDeliveriesOf(event, flags));
  selecting(deliveries.command('redeliver').description('send again what was given up; name one thing at least')).option('--event <id>', 'this event; by id also what was refused')
    .action(async (flags) => (await import('./federation/deliveries-command.js')).redeliver(flags));
}

function addExplain(program: Command): void {
  asking(program.command('explain').description('why an event did not reach a peer, or what became of an invitation')).option('--event <id>', 'the event')
    .option('--peer <server>', 'the server that it did not reach; needed where it goes to several').option('--invitation <id>', 'the invitation')
    .action(async (flags) => (await import('./federation/explain-command.js')).explain(flags));
}

function addRejected(program: Command): void {
  asking(program.command('rejected').description('what other servers sent and this one refused, with the reason')).option('--origin <server>', 'by this server').option('--code <code>', 'with this code')
    .action(async (flags) => (await import('./federation/rejected-command.js')).listRejected(flags));
}

function addAudit(program: Command): void {
  asking(program.command('audit').description('who did what, newest first')).option('--actor <who>', 'by this person or server').option('--action <what>', 'an action, or a family such as peer.')
    .option('--from <time>', 'since then, ISO 8601').option('--to <time>', 'up to then, ISO 8601').option('--export', 'all that matches, as JSON lines')
    .action(async (flags) => (await import('./federation/audit-command.js')).listAudit(flags));
}

/** All commands. Each imports its code only when it runs, so that --help answers at once. */
export function buildProgram(): Command {
  const program = new Command('scaiwave').description('Federated chat rooms: run and look after ScaiWave installations.').showHelpAfterError('(--help shows what is possible)');
  for (const add of [addUp, addDemo, addMigrate, addKeys, addPeers, addDeliveries, addExplain, addRejected, addAudit]) add(program);
  return program;
}

/** Runs one command; what its user can mend is one sentence on standard error and exit code 1. */
export async function runProgram(argv: string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv);
    process.exit(0);
  } catch (error) {
    if (error instanceof AskedToStop) {
      process.stderr.write('scaiwave: stopped before it was ready\n');
      process.exit(130);
    }
    if (error instanceof StartProblem) process.stderr.write(`scaiwave: ${error.message}\n`);
    else if (error instanceof ConfigError) for (const problem of error.problems) process.stderr.write(`scaiwave: ${problem}\n`);
    else process.stderr.write(`scaiwave: something unexpected happened; please report it.\n${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  }
}
