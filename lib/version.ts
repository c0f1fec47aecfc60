/** This program's version: package.json's, as a test holds, without its lists of packages in every function. */
export const VERSION = '0.1.0';
