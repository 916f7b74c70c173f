/** What is said about files. Loaded with the first one. */
export const mediaTexts = {
  uploads: 'Files to send',
  uploading: (name: string) => `Uploading ${name}`,
  ready: 'Ready to send',
  remove: (name: string) => `Remove ${name}`,
  cancel: (name: string) => `Cancel the upload of ${name}`,
  tooLarge: (limit: string) => `This file is larger than ${limit}, the most that this server takes. Send a smaller one, or a link to it.`,
  foreignTooLarge: (limit: string) => `This file is larger than ${limit}, the most that this server takes from others. Ask for a smaller one.`,
  loading: (name: string) => `Loading ${name}…`,
  fetching: (server: string) => `Getting it from ${server}…`,
  download: (name: string) => `Download ${name}`,
  open: (name: string) => `Show ${name} large`,
  newTab: 'Open in a new tab',
  save: 'Download',
  notShown: 'This picture cannot be shown. It can be downloaded.',
  noName: 'File',
};
