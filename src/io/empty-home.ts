import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Environment } from './process.js';

/** Nothing answers there. */
const DEAD_PROXY = 'http://127.0.0.1:1';

/** A proxy that refuses, for all that asks for one. */
export const NO_NETWORK: Environment = {
  HTTP_PROXY: DEAD_PROXY,
  HTTPS_PROXY: DEAD_PROXY,
  http_proxy: DEAD_PROXY,
  https_proxy: DEAD_PROXY,
  ALL_PROXY: DEAD_PROXY,
  NO_PROXY: '',
  no_proxy: '',
};

/**
 * The variables by which a program finds a person's files, each an empty folder.
 *
 * @param home an empty folder, absolute; gets folders
 */
export function emptyHome(home: string): Environment {
  const folder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path);
    return path;
  };
  return {
    HOME: home,
    TMPDIR: folder('tmp'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
  };
}
