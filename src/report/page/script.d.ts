/** Made by scripts/build.mjs from src/page: what the page runs in the reader's browser. */
export const pageScript: string;
