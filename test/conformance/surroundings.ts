import { onTestFinished } from 'vitest';

import { HttpStub } from './stubs/http-stub.js';
import { Issuer } from './stubs/issuer.js';
import { Upstream } from './stubs/upstream.js';
import type { Command } from './program.js';
import { Service, type LogLine, type Variables } from './service.js';

/** Stand-ins for whom a service talks to, and the services that were started among them. */
export class Surroundings {
  command: Command = ['/nothing/was/built'];
  readonly issuer = new Issuer();
  readonly upstream = new Upstream();
  /** Takes requests and never answers. */
  readonly silence = new HttpStub(() => undefined);

  readonly #services: Service[] = [];

  async open(): Promise<void> {
    await this.issuer.start();
    await this.upstream.start();
    await this.silence.start();
  }

  close(): void {
    this.issuer.stop();
    this.upstream.stop();
    this.silence.stop();
  }

  /** Starts a service for one test. */
  async start(variables: Variables = {}): Promise<Service> {
    const service = await this.startShared(variables);
    onTestFinished(() => service.kill());
    return service;
  }

  /** Starts a service that somebody ends. */
  async startShared(variables: Variables = {}): Promise<Service> {
    const service = await Service.start(this.command, { ...this.#variables, ...variables });
    this.#services.push(service);
    return service;
  }

  /** Starts a service for one test that is not ready while something is missing. */
  async startUnready(variables: Variables = {}): Promise<Service> {
    const service = await Service.startUnready(this.command, { ...this.#variables, ...variables });
    this.#services.push(service);
    onTestFinished(() => service.kill());
    return service;
  }

  /** What every service has logged that was started so far. */
  get lines(): readonly LogLine[] {
    return this.#services.flatMap(({ lines }) => lines);
  }

  /** Unless told otherwise a service tries twice, with short pauses, and its breaker stays closed. */
  get #variables(): Variables {
    const inventory = 'UPSTREAM_INVENTORY_';
    return {
      SERVICE_SHUTDOWN_DELAY: '0s',
      JWT_ISSUER: this.issuer.name,
      JWT_AUDIENCES: this.issuer.audience,
      JWT_JWKS_URI: this.issuer.url,
      JWT_LEEWAY: '60s',
      [`${inventory}URL`]: this.upstream.url,
      [`${inventory}TIMEOUT`]: '2s',
      [`${inventory}RETRY_ATTEMPTS`]: '2',
      [`${inventory}RETRY_PER_ATTEMPT_TIMEOUT`]: '300ms',
      [`${inventory}RETRY_BACKOFF_INITIAL`]: '1ms',
      [`${inventory}RETRY_BACKOFF_MAX`]: '1ms',
      [`${inventory}RETRY_BUDGET`]: '1',
      [`${inventory}CIRCUIT_BREAKER_MINIMUM_REQUESTS`]: '100000',
    };
  }

  /** Headers of somebody who may do everything. */
  get authorized(): Variables {
    return { authorization: `Bearer ${this.issuer.token()}` };
  }
}
