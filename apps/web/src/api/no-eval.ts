import { config } from 'zod';

// Zod otherwise tries whether it may compile code; our content security policy refuses that, and browsers report it as an error.
config({ jitless: true });
