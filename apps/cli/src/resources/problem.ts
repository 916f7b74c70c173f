/** One thing that is wrong with the configuration, said so that its author knows what to change. */
export interface Problem {
  /** File name relative to the config folder. */
  file: string;
  /** Number of the YAML document in its file, from 1; null when the file has only one. */
  document: number | null;
  sentence: string;
}

/** `acme.yaml: spec.serverName is missing` or `acme.yaml (document 2): …`. */
export function formatProblem(problem: Problem): string {
  const place = problem.document === null ? problem.file : `${problem.file} (document ${problem.document})`;
  return `${place}: ${problem.sentence}`;
}
