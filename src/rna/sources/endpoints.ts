/** Where the archives are: origins that options and environment can replace. */

/** Origins only; the paths below them are those of the archives. */
export interface Endpoints {
  enaPortal: URL;
  enaFiles: URL;
  aws: URL;
  ncbi: URL;
  ddbj: URL;
}
