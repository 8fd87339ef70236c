import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

import { freePort } from '../support/free-port.js';
import type { Command } from './program.js';

export type Variables = Readonly<Record<string, string>>;
export type LogLine = Readonly<Record<string, unknown>>;

/** A running service. */
export class Service {
  readonly url: string;
  readonly lines: LogLine[] = [];
  readonly port: number;
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;

  private constructor(command: Command, port: number, variables: Variables) {
    const [file, ...args] = command;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    const env = { PATH: process.env.PATH, SERVICE_PORT: String(port), ...variables };
    this.#child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as LogLine);
    });
  }

  /** Starts a service, and waits until it is ready or has ended. */
  static async start(command: Command, variables: Variables): Promise<Service> {
    return await Service.#startUntil('/readyz', command, variables);
  }

  /** Starts a service that is not ready while something is missing, and waits until it is alive. */
  static async startUnready(command: Command, variables: Variables): Promise<Service> {
    return await Service.#startUntil('/healthz', command, variables);
  }

  static async #startUntil(
    probe: string,
    command: Command,
    variables: Variables,
  ): Promise<Service> {
    const service = new Service(command, await freePort(), variables);
    while (service.exitCode === null && !(await service.#succeeds(probe))) await setTimeout(20);
    return service;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends the service however it is. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Ends the service well, and gives its exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    await this.ended;
    return this.exitCode;
  }

  async get(path: string, headers: Variables = {}): Promise<Response> {
    return await fetch(this.url + path, { headers, redirect: 'manual' });
  }

  /** The first line that says `message`; it may come a little later than the answer. */
  async line(message: string): Promise<LogLine> {
    for (let wait = 0; wait < 100; wait++) {
      const found = this.lines.find(({ msg }) => msg === message);
      if (found !== undefined) return found;
      await setTimeout(20);
    }
    throw new Error(`nothing says "${message}": ${JSON.stringify(this.lines)}`);
  }

  async #succeeds(probe: string): Promise<boolean> {
    return await this.get(probe).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
