/** Commands that only read, loaded as one: apart they would be a file each to find and compile. */
export { complete } from './complete.js';
export { completion } from './completion.js';
export { addReference } from './help.js';
export { info } from './info.js';
export { list } from './list.js';
export { schema } from './schema.js';
