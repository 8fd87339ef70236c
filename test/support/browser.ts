import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A page in a headless Chromium. */
export type Page = {
  /** Runs an expression in the page and hands back its value. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  /** PNG of the whole page, base64. */
  readonly screenshot: () => Promise<string>;
  /** Uncaught errors, console errors and refused content. */
  readonly errors: () => readonly string[];
  /** URLs that the page asked for, its own left out. */
  readonly requests: () => readonly string[];
};

export type View = {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
};

export type Browser = {
  readonly open: (file: string, view: View) => Promise<Page>;
  readonly close: () => Promise<void>;
};

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Where scripts/install-tools.mjs puts it. */
const folder = fileURLToPath(
  new URL('../../node_modules/.cache/meshwright/bin/chromium', import.meta.url),
);
const installed = {
  executable: join(folder, 'chromium'),
  libraries: join(folder, 'lib'),
  fonts: join(folder, 'fonts'),
};

/** Chromium that scripts/install-tools.mjs installed, or one on PATH. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = [
    installed.executable,
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
};

/** Starts a browser and speaks the DevTools protocol with it over pipes: no port, no library. */
export function startBrowser(executable: string): Browser {
  const home = mkdtempSync(join(tmpdir(), 'browser-'));
  const child = spawn(
    executable,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--force-color-profile=srgb',
      '--remote-debugging-pipe',
      `--user-data-dir=${home}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: environment(executable, home) },
  );
  // Both are pipes, as stdio asks for.
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  let [next, rest] = [0, ''];
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const one of messages) {
      const message = JSON.parse(one) as Message;
      if (message.id === undefined) for (const listen of listeners) listen(message);
      else waiting.get(message.id)?.(message);
    }
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const [id, answer] of waiting) answer({ id, error: { message: 'the browser ended' } });
  });
  const send = async (
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> => {
    const id = (next += 1);
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };

  const open: Browser['open'] = async (file, { width, height, scheme }) => {
    const url = pathToFileURL(file).href;
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const attached = await send('Target.attachToTarget', { targetId, flatten: true });
    const session = attached['sessionId'] as string;
    const ask = (method: string, params?: Record<string, unknown>) => send(method, params, session);
    const [errors, requests]: [string[], string[]] = [[], []];
    const loaded = new Promise<void>((resolve) => {
      listeners.add(({ method, params = {}, sessionId }) => {
        if (sessionId !== session) return;
        if (method === 'Page.loadEventFired') resolve();
        if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
          errors.push(JSON.stringify(params));
        if (method === 'Runtime.consoleAPICalled' && params['type'] === 'error')
          errors.push(JSON.stringify(params));
        if (method === 'Network.requestWillBeSent') {
          const { request } = params as { request: { url: string } };
          if (request.url !== url) requests.push(request.url);
        }
      });
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
    await ask('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await ask('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    await ask('Page.navigate', { url });
    await loaded;
    return {
      evaluate: async <T>(expression: string) => {
        const { result, exceptionDetails } = (await ask('Runtime.evaluate', {
          expression,
          returnByValue: true,
          awaitPromise: true,
        })) as { result: { value?: unknown }; exceptionDetails?: unknown };
        if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
        // The caller knows what its expression gives.
        return result.value as T;
      },
      screenshot: async () => {
        const { data } = await ask('Page.captureScreenshot', {
          format: 'png',
          captureBeyondViewport: true,
        });
        return data as string;
      },
      errors: () => errors,
      requests: () => requests,
    };
  };
  return {
    open,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What the machine lacks comes with the installed browser; nothing else reads it. */
function environment(executable: string, home: string): NodeJS.ProcessEnv {
  const env = { ...process.env, HOME: home };
  if (executable !== installed.executable) return env;
  return {
    ...env,
    ...(existsSync(installed.libraries) && { LD_LIBRARY_PATH: installed.libraries }),
    ...(existsSync(installed.fonts) && { FONTCONFIG_PATH: installed.fonts }),
  };
}
