/** Puts together what the image holds, in a folder that does not exist or is empty. */
export function assembleImage(target: string, root?: string): void;
