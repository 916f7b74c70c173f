// Runs jest with the given arguments; the last line is `N passed, N failed`, from the real totals.
// A test that is skipped says why in its name, in the form "(needs …)": the line before the last repeats it.
// With --again-alone first, files with failures are run once more, one after the other, and the second run counts: tests that start
// whole servers may run out of time on a machine that has too much to do beside them. Which files those were is said.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [24, 9]; // jest with Fastify
const LEFT_OPEN_MS = 10_000;
const root = fileURLToPath(new URL('../', import.meta.url));
const bundledNode = join(root, 'node_modules/.bin/node');

const node = isNewEnough(process.versions.node) ? process.execPath : bundledNode;
if (!existsSync(node)) fail('The tests need Node 24, which `npm ci` installs: run `make test`.');

const [isAgainAlone, args] = process.argv[2] === '--again-alone' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];
let { results, exitCode } = await runJest(args);
const failing = results.testResults.filter(hasFailed).map(({ name }) => name);
if (isAgainAlone && failing.length > 0) {
  process.stderr.write(`Run again, alone: ${failing.map((file) => relative(root, file)).join(', ')}\n`);
  const again = await runJest(['--runInBand', '--runTestsByPath', ...failing]);
  results = { testResults: [...results.testResults.filter((file) => !hasFailed(file)), ...again.results.testResults] };
  exitCode = again.exitCode;
}

const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
// A test file that does not even load has no tests to fail: it counts as one.
const failed = tests.filter(({ status }) => status === 'failed').length + results.testResults.filter((file) => hasFailed(file) && !file.assertionResults.some(({ status }) => status === 'failed')).length;
const passed = tests.filter(({ status }) => status === 'passed').length;
const skipped = tests.filter(({ status }) => status === 'pending' || status === 'todo');
if (skipped.length > 0) process.stdout.write(`skipped: ${skipped.length} (${reasons(skipped)})\n`);
if (passed + failed === 0) process.stdout.write('No test ran: that is a failure.\n');
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 || exitCode !== 0 ? 1 : 0;

function hasFailed({ status }) {
  return status === 'failed';
}

async function runJest(jestArgs) {
  const folder = mkdtempSync(join(tmpdir(), 'scaiwave-results-'));
  const resultFile = join(folder, 'results.json');
  const all = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${resultFile}`, ...jestArgs];
  // With --json, jest repeats the whole result on standard output: not wanted.
  const jest = spawn(node, all, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = (signal) => jest.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  const code = await endOf(jest, resultFile);
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  const found = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : null;
  rmSync(folder, { recursive: true });
  if (found === null) fail('jest ended without a result: see its message above.');
  return { results: found, exitCode: code };
}

// The results are written when all is over. What a test left open must not keep CI waiting for ever.
function endOf(child, resultFile) {
  return new Promise((resolve) => {
    let overSince = null;
    const watch = setInterval(() => {
      if (overSince === null && existsSync(resultFile)) overSince = performance.now();
      if (overSince !== null && performance.now() - overSince > LEFT_OPEN_MS) {
        process.stderr.write('Something that a test opened was still open at the end: jest was stopped.\n');
        clearInterval(watch);
        child.kill('SIGKILL');
        resolve(0);
      }
    }, 250);
    child.once('exit', (code) => {
      clearInterval(watch);
      resolve(code ?? 1);
    });
  });
}

function reasons(tests) {
  const found = tests.map(({ fullName }) => /\((needs [^)]+)\)/.exec(fullName)?.[1] ?? 'no reason given');
  return [...new Set(found)].join('; ');
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}
