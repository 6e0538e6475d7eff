import { resolve } from 'node:path';

/** The folder of the built package: this project, or that of an unpacked tarball. */
export const packageFolder = resolve(process.env.PACKAGE_UNDER_TEST ?? resolve(__dirname, '../..'));
