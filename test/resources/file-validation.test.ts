import { fileURLToPath } from 'node:url';
import { checkDocument, type Resource } from '../../apps/cli/src/resources/check-documents.js';
import { loadKindSchemas } from '../../apps/cli/src/resources/crd-schemas.js';
import { BAD, BAD_CHANGES, GOOD, resourceOf, type Row } from './resource-table.js';

const schemas = loadKindSchemas(fileURLToPath(new URL('../../crds', import.meta.url)));

function check(row: Row, previous: readonly Resource[] = []) {
  const value: unknown = JSON.parse(JSON.stringify(resourceOf(row, 'default')));
  return checkDocument({ file: 'acme.yaml', document: null, value }, schemas, new Map(previous.map((resource) => [`${resource.kind} ${resource.key}`, resource])));
}

function problemsOf(row: Row, previous: readonly Resource[] = []): string[] {
  const checked = check(row, previous);
  return checked.ok ? [] : checked.problems.map(({ sentence }) => sentence);
}

describe('the files of `scaiwave up`', () => {
  test.each(GOOD)('may be a $kind with $what', (row) => expect(problemsOf(row)).toEqual([]));

  test.each(BAD)('may not be a $kind with $what', (row) => {
    const problems = problemsOf(row);
    expect(problems).not.toEqual([]);
    for (const problem of problems) expect(problem).toContain(row.field);
    expect(problems[0]).toContain(row.sentence ?? '');
  });

  test.each(BAD_CHANGES)('may not change to $what ($kind)', (row) => {
    const before = check({ ...row, spec: row.before });
    if (!before.ok) throw new Error(before.problems[0]?.sentence);
    expect(problemsOf(row, [before.resource])).toEqual([`${row.field}: ${row.sentence}`]);
  });
});
