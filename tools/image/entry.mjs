// What the image starts: one of our programs, named by the first argument.
import { fileURLToPath } from 'node:url';

const MAINS = {
  api: 'apps/api/dist/main.js',
  worker: 'apps/worker/dist/main.js',
  operator: 'apps/operator/dist/main.js',
  migrate: 'apps/cli/dist/main.js',
};

const [, , role = '', ...urls] = process.argv;
if (role === 'probe') await probe(urls);
else if (Object.hasOwn(MAINS, role)) await start(role);
else {
  process.stderr.write(`scaiwave: there is no program ${JSON.stringify(role)}; the first argument is one of ${[...Object.keys(MAINS), 'probe'].join(', ')}.\n`);
  process.exit(2);
}

async function start(name) {
  if (name === 'api') process.env.WEB_DIST ??= fileURLToPath(new URL('apps/web/dist', import.meta.url));
  await import(new URL(MAINS[name], import.meta.url).href);
}

/** Ends with 0 when every address answers with 2xx; `helm test` runs it. */
async function probe(addresses) {
  let isFine = addresses.length > 0;
  for (const address of addresses) {
    const said = await fetch(address, { signal: AbortSignal.timeout(10_000) }).then(
      (answer) => (answer.ok ? null : `answers ${answer.status}`),
      (error) => `cannot be reached: ${error.cause?.code ?? error.message}`,
    );
    process.stdout.write(`${address} ${said ?? 'is fine'}\n`);
    isFine &&= said === null;
  }
  process.exit(isFine ? 0 : 1);
}
