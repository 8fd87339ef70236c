/** What our caller is told, by the status that it gets. */
const details = {
  404: 'the upstream has no such item',
  502: 'the upstream gave no usable answer',
  503: 'the upstream takes no requests at the moment',
  504: 'the upstream did not answer in time',
};

type Status = keyof typeof details;

/** Says that a call to an upstream gave nothing. */
export class UpstreamError extends Error {
  readonly status: Status;
  /** The header of that name, or empty. */
  readonly retryAfter: string;
  /** Whether who threw it logs what happened, so that the request need not. */
  readonly isLogged: boolean;

  constructor(
    message: string,
    {
      status,
      retryAfter = '',
      isLogged = false,
      cause,
    }: { status: Status; retryAfter?: string; isLogged?: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.retryAfter = retryAfter;
    this.isLogged = isLogged;
  }

  get detail(): string {
    return details[this.status];
  }
}
