export interface Block {
  heading: string;
  script: string;
  isInstall: boolean;
}
export function readBlocks(page: string): Block[];
export class Player {
  constructor(environment: string, cwd: string);
  /** @returns what it wrote @throws Error with all of it when it did not succeed */
  play(script: string): Promise<string>;
  close(): void;
}
