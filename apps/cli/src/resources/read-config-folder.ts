import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { Problem } from './problem.js';

/** One YAML document as it stands in its file. */
export interface ConfigDocument {
  file: string;
  document: number | null;
  value: unknown;
}

export interface ConfigFolder {
  documents: ConfigDocument[];
  problems: Problem[];
}

function systemSentence(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read by this user; change its permissions';
  if (code === 'ENOTDIR') return 'is not a folder';
  return `cannot be read: ${(error as Error).message}`;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    // Dot folders: a ConfigMap mount keeps its real files twice, under ..data and under the visible names.
    .filter((entry) => /\.ya?ml$/.test(entry.name) && !relative(folder, join(entry.parentPath, entry.name)).split('/').some((part) => part.startsWith('.')))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function readFile(folder: string, file: string): ConfigFolder {
  let text: string;
  try {
    if (statSync(join(folder, file)).size > 4_194_304) return { documents: [], problems: [{ file, document: null, sentence: 'is larger than 4 MiB' }] };
    text = readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    return { documents: [], problems: [{ file, document: null, sentence: systemSentence(error) }] };
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const all = Array.isArray(parsed) ? parsed : [];
  const documents: ConfigDocument[] = [];
  const problems: Problem[] = [];
  all.forEach((doc, index) => {
    const document = all.length > 1 ? index + 1 : null;
    const error = doc.errors[0];
    if (error) problems.push({ file, document, sentence: `line ${lines.linePos(error.pos[0]).line} is not valid YAML: ${error.message}` });
    else if (doc.contents !== null) documents.push({ file, document, value: doc.toJS({ maxAliasCount: 100 }) });
  });
  return { documents, problems };
}

/** Reads every `.yaml` and `.yml` file below a folder, sorted by name, each with all its documents. Never throws. */
export function readConfigFolder(folder: string): ConfigFolder {
  let files: string[];
  try {
    files = listFiles(folder);
  } catch (error) {
    return { documents: [], problems: [{ file: folder, document: null, sentence: systemSentence(error) }] };
  }
  const read = files.map((file) => readFile(folder, file));
  return { documents: read.flatMap((r) => r.documents), problems: read.flatMap((r) => r.problems) };
}
