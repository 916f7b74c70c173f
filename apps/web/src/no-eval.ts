// Zod otherwise tries whether it may compile code; our content security policy refuses that, and browsers report it as an error.
// Said without Zod, which only dialogs that check names load: it takes its settings from here when it comes.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
