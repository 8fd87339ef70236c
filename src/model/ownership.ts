/**
 * Who a file belongs to: `managed` is merged three-way, `composed` is managed and built from
 * slots, `seeded` is written once and then the user's.
 */
export const ownerships = ['managed', 'composed', 'seeded'] as const;
export type Ownership = (typeof ownerships)[number];
