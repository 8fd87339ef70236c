/** Made by scripts/build.mjs from src/browser: what the page runs in the reader's browser. */
export const pageScript: string;
