/** What is running; the image says it. */
export const version = process.env.SERVICE_VERSION || 'dev';
