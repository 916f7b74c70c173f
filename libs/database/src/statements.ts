import { createHash } from 'node:crypto';
import type { ClientBase, QueryResult, QueryResultRow } from 'pg';

// Each connection keeps every named statement it has seen: a text that is built with lists inside must not fill it.
const MAX_NAMED = 2_000;
const names = new Map<string, string>();

function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= MAX_NAMED) return known;
  const name = `s_${createHash('sha256').update(sql).digest('base64url').slice(0, 24)}`;
  names.set(sql, name);
  return name;
}

/** Runs one statement, prepared under a name made from its text, so that Postgres parses it once per connection. */
export function runStatement<Row extends QueryResultRow>(client: ClientBase, sql: string, params: readonly unknown[] = []): Promise<QueryResult<Row>> {
  const name = nameOf(sql);
  return client.query<Row>({ text: sql, values: params as unknown[], ...(name === undefined ? {} : { name }) });
}
