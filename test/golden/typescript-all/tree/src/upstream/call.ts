/** One request to another service. Its body is text, so that it can be sent again. */
export type Call = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until when the answer must be there, in the milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Aborts with a DeadlineError at the deadline, with an AbortError when the caller hangs up. */
  readonly signal: AbortSignal;
};

/** The head of an answer; its body may still be on the way, and must be read or dumped. */
export type Answer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: {
    json(): Promise<unknown>;
    dump(options: { limit: number; signal: AbortSignal }): Promise<void>;
  };
};

/** Sends a call. A layer such as retries makes one such function from another. */
export type Send = (call: Call) => Promise<Answer>;
