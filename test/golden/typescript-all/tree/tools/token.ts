import { createToken } from './stand-in-issuer.ts';

console.log(await createToken());
