#!/usr/bin/env node
// `scaiwave` in node_modules/.bin: there before the first build, which npm needs to link it.
import '../dist/main.js';
